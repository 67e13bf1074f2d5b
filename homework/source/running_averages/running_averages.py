"""Homework on running averages."""

import sympy as sp

from nnlib.exercises import Formula, Function, Number, np, varied

i, s, T = sp.symbols("i s T", integer=True, positive=True)
early, late = sp.symbols("gamma1 gamma2", positive=True)


@varied(gamma=["0.9", "0.95", "0.98", "0.99"], left=["1/100", "1/20", "1/50"])
def nearly_gone(gamma, left):
    g, part = sp.Rational(gamma), sp.Rational(left)
    return Number(
        sp.ceiling(sp.log(part) / sp.log(g)),
        tolerance=0,
        unit="steps",
        title="Nearly gone",
        question=rf"A value comes into a moving average with $\gamma = {gamma}$. How many steps later is its weight, for the first "
        rf"time, at most $\frac{{{part.p}}}{{{part.q}}}$ of what it was?",
        hints=[r"After $n$ steps the weight has been multiplied by $\gamma^n$."],
        mistakes=[
            ("rounded-down", sp.floor(sp.log(part) / sp.log(g)), "There it is still a little more."),
            ("memory", 1 / (1 - g), r"That is $1/(1-\gamma)$, the memory; look at the share asked for."),
        ],
    )  # fmt: skip


@varied(came=["before", "after"])
def changed_share(came):
    before = came == "before"
    right = (
        (1 - early) * early ** (s - i) * late ** (T - s) if before else (1 - late) * late ** (T - i)
    )
    other = (1 - early) * early ** (T - i)
    return Formula(
        right,
        [i, s, T, early, late],
        given=(early < 1, late < 1, i <= s, s < T) if before else (early < 1, late < 1, s < i, i <= T),
        title="A share that changes",
        question=r"An average runs with $\gamma_1$ for its first $s$ steps, the step $s$ included, and with $\gamma_2$ from then on. What "
        + rf"is the weight of $c_i$ in $C_T$, for a value that came in {came} the change "
        + (r"($i \le s < T$)?" if before else r"($s < i \le T$)?"),
        hints=["Which share did it come in with? Which factors has each later step multiplied it by?"],
        mistakes=[
            ("never-changed", other, r"That is the weight if $\gamma_1$ had stayed."),
            (
                "own-share",
                right * (1 - late) / (1 - early) if before else right * (1 - early) / (1 - late),
                "It came in with the share of its own step.",
            ),
            ("one-more", right * late, r"One factor $\gamma_2$ too many: its own step does not shrink it."),
        ],
    )  # fmt: skip


def _corrected(c, gamma):
    average, made = 0.0, []
    for t, value in enumerate(c, start=1):
        average = gamma * average + (1 - gamma) * value
        made.append(average / (1 - gamma**t))
    return np.array(made)


def _difference(c, fast, slow):
    return _corrected(c, fast) - _corrected(c, slow)


def _uncorrected(c, fast, slow):
    made, a, b = [], 0.0, 0.0
    for value in c:
        a, b = fast * a + (1 - fast) * value, slow * b + (1 - slow) * value
        made.append(a - b)
    return np.array(made)


def _a_series(rng):
    return rng.normal(size=rng.integers(3, 9)), rng.uniform(0.2, 0.7), rng.uniform(0.8, 0.95)


two_speeds = Function(
    _difference,
    _a_series,
    title="Two speeds",
    question="Traders look at the difference of two averages of one series: a fast one and a slow one. Write "
    "`two_speeds(c, fast, slow)`, which gives back the corrected average with the share `fast` minus the corrected average with the "
    "share `slow`, after each value of the array `c`. Both start at zero and are divided by the sum of their weights.",
    hints=["The weights of the first $t$ values add up to $1-\\gamma^t$."],
    mistakes=[
        ("uncorrected", _uncorrected, "Each average is still to be divided by the sum of its weights."),
        ("exchanged", lambda c, fast, slow: -_difference(c, fast, slow), "Fast minus slow, not slow minus fast."),
    ],
)  # fmt: skip
