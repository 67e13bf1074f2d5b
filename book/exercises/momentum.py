"""Exercises of the chapter on momentum."""

import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof, np, varied
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
    title="More momentum or less",
    question=r"The MIT notes ask: would momentum have more of an effect with $\gamma = 0.1$ than with $0.9$, or less?",
    hints=["How much of the last step is kept? How long does a constant gradient make the steps?"],
    mistakes=[
        (
            "more",
            "more",
            "The share that is kept is $\\gamma$ itself: a tenth is nearly plain descent.",
        ),
    ],
    remark="Steps along a constant gradient grow to $1/(1-0.1) = 1.11$ times the plain ones, and "
    "not to $10$ times.",
)


@varied(gamma_=["0.95", "0.8", "0.98", "0.96"])
def times_as_long(gamma_):
    kept = sp.Rational(gamma_)
    length = 1 / (1 - kept)
    return Number(
        length,
        title="Steps along a constant gradient",
        question=rf"The gradient is constant, and $\gamma = {gamma_}$. In the long run, how many times as long as those of plain descent with the same rate are the steps?",
        hints=[
            "What does the gradient of one step still add to the next step, and to the one after?",
            r"Add up $1 + \gamma + \gamma^2 + \dots$",
        ],
        mistakes=[
            (
                "mean-age",
                length - 1,
                r"That is the mean age $\gamma/(1-\gamma)$; the newest gradient counts as well.",
            ),
            ("other-gamma", 10, r"That is for $\gamma = 0.9$."),
            (
                "alternating",
                1 / (1 + kept),
                "That is for a gradient that changes its sign at each step.",
            ),
            (
                "average-form",
                1,
                "That is the form with the average, where the two shares add up to one.",
            ),
        ],
        remark=f"$1/(1-{gamma_})$.",
    )


@varied(place=[1, 2, 3])
def first_gradient(place):
    count = T - place + 1  # so many velocities hold it
    return Formula(
        -eta * (1 - gamma**count) / (1 - gamma),
        [eta, gamma, T],
        given=(below_one, place < T),
        closed=True,
        title="An early gradient in the place",
        question=rf"With which factor does the gradient $g_{place}$ stand in the *place* $w_T$? (The velocities $v_{place}, \dots, v_T$ hold it all.)",
        hints=[
            rf"In $v_{place}$ it stands with $-\eta$, in $v_{place + 1}$ with $-\eta\gamma$.",
            rf"How many velocities hold it, from $v_{place}$ to $v_T$? Add up their geometric series.",
        ],
        mistakes=[
            (
                "last-velocity-only",
                -eta * gamma ** (T - place),
                "That is its factor in the last velocity $v_T$ alone.",
            ),
            ("limit-only", -eta / (1 - gamma), "That is where it tends to as $T$ grows."),
            (
                "one-velocity-less",
                -eta * (1 - gamma ** (T - place)) / (1 - gamma),
                f"One velocity too few: $v_{place}$ to $v_T$ hold it, both ends.",
            ),
            (
                "plain-descent",
                -eta,
                "That is its share in plain descent. Later steps go on with a part of it.",
            ),
        ],
        remark=r"In the end each gradient moves the place by $1/(1-\gamma)$ times what it would in plain "
        "descent.",
    )


@varied(kappa=[400, 100, 900, 225])
def best_share(kappa):
    root = sp.sqrt(kappa)
    share = (root - 1) / (root + 1)
    return Number(
        share**2,
        title="The best share",
        question=rf"A bowl has curvatures from $1$ to ${kappa}$. Which $\gamma$ is best?",
        hints=["Only the quotient of the curvatures counts.", rf"$\sqrt\kappa = {root}$."],
        mistakes=[
            ("root", share, r"That is $\sqrt\gamma$, what is left of the distance in a step."),
            (
                "plain-descent",
                sp.Rational(kappa - 1, kappa + 1),
                "That is the factor a step of plain descent.",
            ),
            (
                "usual-setting",
                sp.Rational(9, 10),
                "The usual setting, but not the best one here.",
            ),
        ],
        remark=f"$({root - 1}/{root + 1})^2$, about ${float(share**2):.2f}$.",
    )


largest_rate = Formula(
    2 * (1 + gamma) / L,
    [gamma, L],
    given=below_one,
    title="The largest rate",
    question="The largest curvature is $L$. Below which rate does momentum come down on each axis?",
    hints=["What must $a = \\eta\\lambda$ be below, on the steepest axis?"],
    mistakes=[
        ("plain-descent", 2 / L, "That is plain descent, $\\gamma = 0$."),
        (
            "shares-sign",
            2 * (1 - gamma) / L,
            "Momentum stands larger rates than plain descent, not smaller ones.",
        ),
        ("nesterov", 2 * (1 + gamma) / ((1 + 2 * gamma) * L), "That is Nesterov's method."),
        (
            "flips-sides",
            (1 + sp.sqrt(gamma)) ** 2 / L,
            "There it begins to flip sides; it still comes down up to $2(1+\\gamma)/L$.",
        ),
        ("lines-swapped", (1 - gamma) / L, "That is with the two lines swapped."),
    ],
)

critical_share = Formula(
    (1 - sp.sqrt(a)) ** 2,
    [a],
    given=a < 1,
    title="The critical share",
    question=r"For a given curvature and rate, with $a = \eta\lambda < 1$, which $\gamma$ is critical, the least for which the place does not creep?",
    hints=["Where is the discriminant zero? Solve $a = (1-\\sqrt\\gamma)^2$ for $\\gamma$."],
    mistakes=[
        ("repeated-root", 1 - sp.sqrt(a), "That is the repeated root, $\\sqrt\\gamma$."),
        ("other-sign", (1 + sp.sqrt(a)) ** 2, "That is above one. Which sign has the root?"),
        ("no-root", 1 - a, "Take the root first: $\\sqrt a = 1 - \\sqrt\\gamma$."),
        ("root-forgotten", (1 - a) ** 2, "It is $\\sqrt a$ that is taken from one."),
    ],
    remark="The same form as $a = (1-\\sqrt\\gamma)^2$: both say $\\sqrt a + \\sqrt\\gamma = 1$.",
)

energy_factor = Formula(
    1 + h**2 * lam,
    [h, lam],
    title="The energy of explicit Euler",
    question=r"""No drag, the hill $\frac12\lambda x^2$, and *explicit* Euler with step $h$: $x_1 = x + h y$, $y_1 = y - h\lambda x$. By which factor does the energy
$\frac12\lambda x^2 + \frac12 y^2$ grow in one step? (A note that such a ball “moves forever” overlooks it.)""",
    hints=[
        "Multiply out $\\frac12\\lambda(x + hy)^2 + \\frac12(y - h\\lambda x)^2$; the mixed terms cancel."
    ],
    mistakes=[
        (
            "conserved",
            1,
            "That holds for the ball itself. One step of explicit Euler adds two squares.",
        ),
        ("squared-again", (1 + h**2 * lam) ** 2, "Energies are squares already."),
        (
            "length",
            sp.sqrt(1 + h**2 * lam),
            "That is by how much the length of $(\\sqrt\\lambda\\,x, y)$ grows.",
        ),
        ("power-of-h", 1 + h * lam, "Look at the powers of $h$: both squares have $h^2$."),
        ("loses-energy", 1 - h**2 * lam, "The squares are added: the energy grows."),
    ],
    remark="For each $h$: without drag, explicit Euler spirals outward.",
)

which_way = Choice(
    {
        "a": "it is below 0",
        "b": "it lies between the two critical values",
        "c": "it is above 2 (1 + gamma)",
    },
    "c",
    title="A loss that grows",
    question=r"The loss grows with each step, and the weight along the steepest axis changes its sign each time. Where is its $a = \eta\lambda$?",
    hints=["Which sign has the root that is larger than one in size?"],
    mistakes=[
        (
            "below-zero",
            "a",
            "There the place runs off to one side: the root is above $1$, and positive.",
        ),
        (
            "in-the-band",
            "b",
            "In that band the roots have the size $\\sqrt\\gamma < 1$: it comes down.",
        ),
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
    title="Sum and average are the same",
    question=r"""The MIT notes ask for a proof that the sum and the average are the same, with $V_t = \gamma V_{t-1} + \eta g_t$ and $\eta = \eta'(1-\gamma)$. Do the step of the induction: from the recurrence with $V_T = \eta' M_T$ put in,
`gamma * (rate * M[T]) + rate * (1 - gamma) * g[T+1]`, to `rate * (gamma * M[T] + (1 - gamma) * g[T+1])`, which is $\eta' M_{T+1}$. Here `rate` is $\eta'$. Write the lines as a
list, both ends and at least one between them.""",
    hints=["Multiply out, then take `rate` out of everything."],
    mistakes=[
        (
            "new-gradient-whole",
            rate * (gamma * M[T] + g[T + 1]),
            "The new gradient comes in with $\\eta = \\eta'(1-\\gamma)$.",
        ),
        (
            "share-for-all",
            rate * (1 - gamma) * (gamma * M[T] + g[T + 1]),
            "$1-\\gamma$ belongs to the new gradient only.",
        ),
        (
            "old-velocity-whole",
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
    title="Nesterov's method",
    question=r"""Write Nesterov's method: from a start `w`, the derivative `f` of the loss, the rate, the share and the number of steps, to the last $w$. In each step
$v \leftarrow \gamma v - \eta f(w + \gamma v)$, then $w \leftarrow w + v$, from $v = 0$.""",
    hints=["Each step: the velocity first, with the gradient at `w + gamma * v`; then the place."],
    mistakes=[
        (
            "heavy-ball",
            _heavy_ball,
            "That is the heavy ball: its gradient is taken at $w$, not ahead of it.",
        ),
        ("place-ahead", _place_ahead, "That is the place ahead, $x_T = w_T + \\gamma v_T$."),
        (
            "looks-too-far",
            _looks_too_far,
            "Only a share $\\gamma$ of the velocity is kept: look ahead by $\\gamma v$.",
        ),
        ("old-velocity", _old_velocity, "The place has to move with the *new* velocity."),
        ("averaged", _averaged, "The gradient comes in whole, without the factor $1-\\gamma$."),
        ("plain-descent", _plain, "That is plain descent: nothing of the last step is kept."),
    ],
)
