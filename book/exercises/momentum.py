"""Exercises of the chapter on momentum."""

import numpy as np
import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof
from nnlib.symbolic import Derivation

t = sp.Symbol("t", integer=True, positive=True)
T = sp.Symbol("T", integer=True, positive=True)
eta, gamma, lam, a, h, L = sp.symbols("eta gamma lambda a h L", positive=True)
rate = sp.Symbol("rate", positive=True)
M, g = (sp.IndexedBase(name, real=True) for name in ("M", "g"))
below_one = gamma < 1

less_or_more = Choice(
    {
        "less": "with 0.1 momentum has less of an effect",
        "more": "with 0.1 momentum has more of an effect",
    },
    "less",
    hint="How much of the last step is kept? How long does a constant gradient make the steps?",
    mistakes=[
        ("more", "The share that is kept is $\\gamma$ itself: a tenth is nearly plain descent."),
    ],
    remark="Steps along a constant gradient grow to $1/(1-0.1) = 1.11$ times the plain ones, and "
    "not to $10$ times.",
)

times_as_long = Number(
    20,
    hint="Add up $1 + \\gamma + \\gamma^2 + \\dots$",
    mistakes=[
        (19, "That is the mean age $\\gamma/(1-\\gamma)$; the newest gradient counts as well."),
        (10, "That is for $\\gamma = 0.9$."),
        (sp.Rational(20, 39), "That is for a gradient that changes its sign at each step."),
        (1, "That is the form with the average, where the two shares add up to one."),
    ],
    remark="$1/(1-0.95)$.",
)

first_gradient = Formula(
    -eta * (1 - gamma**T) / (1 - gamma),
    [eta, gamma, T],
    given=below_one,
    closed=True,
    hint="In $v_k$ it stands with $-\\eta\\gamma^{k-1}$. Add these up from $k = 1$ to $T$.",
    mistakes=[
        (-eta * gamma ** (T - 1), "That is its factor in the last velocity $v_T$ alone."),
        (-eta / (1 - gamma), "That is where it tends to as $T$ grows."),
        (
            -eta * (1 - gamma ** (T - 1)) / (1 - gamma),
            "There are $T$ velocities that hold it: $v_1$ to $v_T$.",
        ),
        (-eta, "That is its share in plain descent. Later steps go on with a part of it."),
    ],
    remark="In the end each gradient moves the place by $1/(1-\\gamma)$ times what it would in plain "
    "descent.",
)

best_share = Number(
    sp.Rational(361, 441),
    hint="$\\sqrt\\kappa = 20$.",
    mistakes=[
        (sp.Rational(19, 21), "That is $\\sqrt\\gamma$, what is left of the distance in a step."),
        (sp.Rational(399, 401), "That is the factor a step of plain descent."),
        (sp.Rational(9, 10), "The usual setting, but not the best one here."),
    ],
    remark="$(19/21)^2$, about $0.82$.",
)

largest_rate = Formula(
    2 * (1 + gamma) / L,
    [gamma, L],
    given=below_one,
    hint="What must $a = \\eta\\lambda$ be below, on the steepest axis?",
    mistakes=[
        (2 / L, "That is plain descent, $\\gamma = 0$."),
        (2 * (1 - gamma) / L, "Momentum stands larger rates than plain descent, not smaller ones."),
        (2 * (1 + gamma) / ((1 + 2 * gamma) * L), "That is Nesterov's method."),
        (
            (1 + sp.sqrt(gamma)) ** 2 / L,
            "There it begins to flip sides; it still comes down up to $2(1+\\gamma)/L$.",
        ),
        ((1 - gamma) / L, "That is with the two lines swapped."),
    ],
)

critical_share = Formula(
    (1 - sp.sqrt(a)) ** 2,
    [a],
    given=a < 1,
    hint="Where is the discriminant zero? Solve $a = (1-\\sqrt\\gamma)^2$ for $\\gamma$.",
    mistakes=[
        (1 - sp.sqrt(a), "That is the repeated root, $\\sqrt\\gamma$."),
        ((1 + sp.sqrt(a)) ** 2, "That is above one. Which sign has the root?"),
        (1 - a, "Take the root first: $\\sqrt a = 1 - \\sqrt\\gamma$."),
        ((1 - a) ** 2, "It is $\\sqrt a$ that is taken from one."),
    ],
    remark="The same form as $a = (1-\\sqrt\\gamma)^2$: both say $\\sqrt a + \\sqrt\\gamma = 1$.",
)

energy_factor = Formula(
    1 + h**2 * lam,
    [h, lam],
    hint="Multiply out $\\frac12\\lambda(x + hy)^2 + \\frac12(y - h\\lambda x)^2$; the mixed terms cancel.",
    mistakes=[
        (1, "That holds for the ball itself. One step of explicit Euler adds two squares."),
        ((1 + h**2 * lam) ** 2, "Energies are squares already."),
        (
            sp.sqrt(1 + h**2 * lam),
            "That is by how much the length of $(\\sqrt\\lambda\\,x, y)$ grows.",
        ),
        (1 + h * lam, "Look at the powers of $h$: both squares have $h^2$."),
        (1 - h**2 * lam, "The squares are added: the energy grows."),
    ],
    remark="For each $h$: without drag, explicit Euler spirals outward.",
)

which_way = Choice(
    {
        "a": "it is below 0",
        "b": "it is above 2 (1 + gamma)",
        "c": "it lies between the two critical values",
    },
    "b",
    hint="Which sign has the root that is larger than one in size?",
    mistakes=[
        ("a", "There the place runs off to one side: the root is above $1$, and positive."),
        ("c", "In that band the roots have the size $\\sqrt\\gamma < 1$: it comes down."),
    ],
    remark="The root is below $-1$: the place changes its side at each step and moves out.",
)

same_steps = Proof(
    Derivation(
        sp.Symbol("V", real=True),
        gamma * (rate * M[T]) + rate * (1 - gamma) * g[T + 1],
        "the recurrence, with the claim for $T$ put in",
    )
    .step(rate * gamma * M[T] + rate * g[T + 1] - rate * gamma * g[T + 1], "multiply out")
    .step(rate * (gamma * M[T] + (1 - gamma) * g[T + 1]), "take out $\\eta'$"),
    [gamma, rate, T, M, g],
    hint="Multiply out, then take `rate` out of everything.",
    mistakes=[
        (
            rate * (gamma * M[T] + g[T + 1]),
            "The new gradient comes in with $\\eta = \\eta'(1-\\gamma)$.",
        ),
        (
            rate * (1 - gamma) * (gamma * M[T] + g[T + 1]),
            "$1-\\gamma$ belongs to the new gradient only.",
        ),
        (
            rate * (M[T] + (1 - gamma) * g[T + 1]),
            "The old velocity is kept with the share $\\gamma$.",
        ),
    ],
)


def look_ahead(w, f, eta, gamma, steps):
    v = 0 * w
    for _ in range(steps):
        v = gamma * v - eta * f(w + gamma * v)
        w = w + v
    return w


def _heavy_ball(w, f, eta, gamma, steps):
    v = 0 * w
    for _ in range(steps):
        v = gamma * v - eta * f(w)
        w = w + v
    return w


def _place_ahead(w, f, eta, gamma, steps):
    v = 0 * w
    for _ in range(steps):
        v = gamma * v - eta * f(w + gamma * v)
        w = w + v
    return w + gamma * v


def _looks_too_far(w, f, eta, gamma, steps):
    v = 0 * w
    for _ in range(steps):
        v = gamma * v - eta * f(w + v)
        w = w + v
    return w


def _old_velocity(w, f, eta, gamma, steps):
    v = 0 * w
    for _ in range(steps):
        w, v = w + v, gamma * v - eta * f(w + gamma * v)
    return w


def _averaged(w, f, eta, gamma, steps):
    v = 0 * w
    for _ in range(steps):
        v = gamma * v - (1 - gamma) * eta * f(w + gamma * v)
        w = w + v
    return w


def _plain(w, f, eta, gamma, steps):
    for _ in range(steps):
        w = w - eta * f(w)
    return w


def _drawn(rng):
    w = rng.normal(size=2).round(2)
    return w, np.tanh, round(rng.uniform(0.2, 0.8), 2), round(rng.uniform(0.3, 0.9), 2), 4


nesterov = Function(
    look_ahead,
    _drawn,
    hint="Each step: the velocity first, with the gradient at `w + gamma * v`; then the place.",
    mistakes=[
        (_heavy_ball, "That is the heavy ball: its gradient is taken at $w$, not ahead of it."),
        (_place_ahead, "That is the place ahead, $x_T = w_T + \\gamma v_T$."),
        (
            _looks_too_far,
            "Only a share $\\gamma$ of the velocity is kept: look ahead by $\\gamma v$.",
        ),
        (_old_velocity, "The place has to move with the *new* velocity."),
        (_averaged, "The gradient comes in whole, without the factor $1-\\gamma$."),
        (_plain, "That is plain descent: nothing of the last step is kept."),
    ],
)
