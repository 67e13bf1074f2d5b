"""Exercises of the chapter on Adam."""

import numpy as np
import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof
from nnlib.symbolic import Derivation

t = sp.Symbol("t", integer=True, positive=True)
i = sp.Symbol("i", integer=True)
T = sp.Symbol("T", integer=True, positive=True)
beta1, beta2 = sp.symbols("beta1 beta2", positive=True)
ranges = (beta1 < 1, beta2 < 1)

share_of_square = Formula(
    (1 - beta2) * beta2 ** (t - i),
    [t, i, beta2],
    given=(*ranges, i >= 1, i <= t),
    hint="$C\\,D_i$ of the text: the share with which a square comes in, times what each later step "
    "leaves of it.",
    mistakes=[
        (beta2 ** (t - i), "That is $D_i$ alone: how far the square has shrunk since it came in."),
        ((1 - beta2) * beta2**i, "A square is $t - i$ steps old at step $t$, not $i$ steps."),
        (
            (1 - beta2) * beta2 ** (t - i + 1),
            "The newest square, $i = t$, has not been multiplied by $\\beta_2$ yet.",
        ),
        (
            (1 - beta2) ** 2 * beta2 ** (2 * (t - i)),
            "The gradient is squared, not its share.",
        ),
    ],
)

first_uncorrected = Number(
    1,
    hint="$m_1 = (1-\\beta_1)\\,g_1$ and $\\sqrt{v_1} = \\sqrt{1-\\beta_2}\\,|g_1|$.",
    mistakes=[
        (sp.sqrt(10), "That is for $\\beta_2 = 0.999$."),
        (10, "You divided by $1-\\beta_2$; the step has its root."),
        (sp.Rational(1, 10), "That is $m_1$ alone. What is it divided by?"),
    ],
    remark="$0.1/\\sqrt{0.01} = 1$: for these settings the two errors cancel at the first step, "
    "and at the first step only.",
)

decay_of_mhat = Formula(
    (beta1 - beta1**t) / (1 - beta1**t),
    [t, beta1],
    given=beta1 < 1,
    hint="Write $\\hat m_t$ with $\\hat m_{t-1}$: what multiplies it?",
    mistakes=[
        (beta1, "That is the decay of $m_t$. What does the division by $1-\\beta_1^t$ change?"),
        (
            beta1 / (1 - beta1**t),
            "$m_{t-1}$ is $(1-\\beta_1^{t-1})\\,\\hat m_{t-1}$, not $\\hat m_{t-1}$.",
        ),
        (
            (1 - beta1) / (1 - beta1**t),
            "That is the share of the new gradient, $1 - \\gamma_t$.",
        ),
        ((t - 1) / t, "That is the limit for $\\beta_1 \\to 1$: the plain mean."),
    ],
    remark="At $t = 1$ it is $0$, and with time it rises to $\\beta_1$.",
)

until_fixed = Number(
    # the last t with sqrt(1 - 0.99^t) < 0.99, plus one
    390,
    unit="steps",
    tolerance=0,
    hint="Solve $\\sqrt{1 - 0.99^t} = 0.99$ for $t$ and round up.",
    mistakes=[
        (389, "There it is still a little below: round up."),
        (459, "You solved $1 - 0.99^t = 0.99$; in the step stands the root."),
        (3916, "That is for $\\beta_2 = 0.999$."),
        (100, "That is $1/(1-\\beta_2)$: by then $\\sqrt{1-\\beta_2^t}$ is about $0.8$."),
    ],
    remark="Ten times sooner than with $0.999$.",
)

ages = sp.Sum(beta2 ** (T - i), (i, 1, T))
older = sp.Sum(beta2 ** (T - i + 1), (i, 1, T))
shares = Proof(
    Derivation(
        sp.IndexedBase("S", real=True)[T],
        (1 - beta2) * ages,
        "the shares of the squares",
        given=beta2 < 1,
    )
    .step(ages - older, "multiply out")
    .step(1 - beta2**T, "all but two terms cancel"),
    [i, T, beta2],
    hint="Multiply out: the second sum is the first, moved by one place.",
    mistakes=[
        (ages - beta2 * ages / (1 - beta2), "$(1-\\beta_2)$ multiplies; nothing is divided by it."),
        (
            1 - beta2 ** (T + 1),
            "The last power that is left over is the one of $i = 1$ in the second sum.",
        ),
    ],
)

which_bug = Choice(
    {
        "a": "the correction is left out",
        "b": "t is never counted up",
        "c": "beta1 and beta2 have changed places",
    },
    "b",
    hint="Which of the three leaves the first step as it should be?",
    mistakes=[
        ("a", "Then the first step would be too long already."),
        ("c", "Then the steps would be tiny at first, and grow."),
    ],
    remark="The corrections stay at $0.1$ and $0.001$: the step tends to $\\sqrt{0.001}/0.1 = 0.316$ "
    "of what it should be.",
)


def epsilon_inside(gradients, lr, beta1, beta2, eps):
    w, m, v = np.zeros_like(gradients[0]), 0, 0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps)
    return w


def _epsilon_outside(gradients, lr, beta1, beta2, eps):
    w, m, v = np.zeros_like(gradients[0]), 0, 0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w


def _epsilon_before_correction(gradients, lr, beta1, beta2, eps):
    w, m, v = np.zeros_like(gradients[0]), 0, 0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1**t) / np.sqrt((v + eps) / (1 - beta2**t))
    return w


def _uncorrected(gradients, lr, beta1, beta2, eps):
    w, m, v = np.zeros_like(gradients[0]), 0, 0
    for g in gradients:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / np.sqrt(v + eps)
    return w


def _t_from_first_power(gradients, lr, beta1, beta2, eps):
    w, m, v = np.zeros_like(gradients[0]), 0, 0
    for g in gradients:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1) / np.sqrt(v / (1 - beta2) + eps)
    return w


def _t_from_zero(gradients, lr, beta1, beta2, eps):
    w, m, v = np.zeros_like(gradients[0]), 0, 0
    for t, g in enumerate(gradients):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        w = w - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps)
    return w


def _keeps_the_corrected(gradients, lr, beta1, beta2, eps):
    w, m, v = np.zeros_like(gradients[0]), 0, 0
    for t, g in enumerate(gradients, start=1):
        m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
        v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
        w = w - lr * m / np.sqrt(v + eps)
    return w


def _one_average(gradients, lr, beta1, beta2, eps):
    w, m, v = np.zeros_like(gradients[0]), 0, 0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * m**2
        w = w - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps)
    return w


def _drawn(rng):
    gradients = rng.normal(size=(int(rng.integers(2, 5)), 2))
    return gradients, 0.1, rng.uniform(0.3, 0.9), rng.uniform(0.9, 0.99), rng.uniform(0.05, 0.3)


mit_adam = Function(
    epsilon_inside,
    _drawn,
    hint="Start both averages at zero, count $t$ from one, and put $\\varepsilon$ beside $\\hat v_t$, "
    "under the root.",
    mistakes=[
        (
            _epsilon_outside,
            "There $\\varepsilon$ stands beside the root; here it belongs under it.",
        ),
        (
            _epsilon_before_correction,
            "You added $\\varepsilon$ before the correction, which then divides it as well.",
        ),
        (_uncorrected, "The averages are not corrected for their start at zero."),
        (
            _t_from_first_power,
            "The corrections never change: they have to be $1-\\beta^t$ with the $t$ of the step.",
        ),
        (_t_from_zero, "You count $t$ from zero, and divide by zero; count from one."),
        (
            _keeps_the_corrected,
            "The next average goes on from $m$ and $v$ themselves, not from the corrected ones.",
        ),
        (_one_average, "$v_t$ averages the squares of the gradients, not of their averages."),
    ],
)
