"""Homework on AdaGrad, RMSProp and Adadelta."""

import sympy as sp

from nnlib.exercises import Formula, Function, Number, np, varied

t = sp.Symbol("t", integer=True, positive=True)
eta, gamma = sp.symbols("eta gamma", positive=True)


@varied(steps=[100, 64, 400, 25], rate=["1/10", "1/100", "1/2"])
def way_of_adagrad(steps, rate):
    eta_ = sp.Rational(rate)
    way = eta_ * sum(1 / sp.sqrt(sp.Integer(n)) for n in range(1, steps + 1))
    return Number(
        sp.Rational(str(sp.N(way, 30))),
        title="The way of AdaGrad",
        question=rf"AdaGrad with $\eta = {sp.latex(eta_)}$ and no $\varepsilon$ sees the same slope, $-7$, at each of its first ${steps}$ steps. How "
        "far has it moved by then?",
        hints=["How long is step number $t$? Does the slope matter?"],
        mistakes=[
            ("all-alike", eta_ * steps, r"Only the first step is $\eta$ long: the sum of squares grows."),
            ("last-step", eta_ / sp.sqrt(sp.Integer(steps)), "That is the length of the last step; add them all up."),
            ("harmonic", eta_ * sp.harmonic(steps), r"The steps fall like $1/\sqrt t$, not like $1/t$."),
        ],
    )  # fmt: skip


@varied(corrected=[False, True])
def steady_slope(corrected):
    right = eta if corrected else eta / sp.sqrt(1 - gamma**t)
    told = (
        r" Here the average of the squares is divided by $1-\gamma^t$ before its root is taken."
        if corrected
        else ""
    )
    wrong = eta / sp.sqrt(1 - gamma**t) if corrected else eta
    return Formula(
        right,
        [eta, gamma, t],
        given=gamma < 1,
        title="A steady slope",
        question=r"RMSProp, $G_t = \gamma G_{t-1} + (1-\gamma)\,g_t^2$ from $G_0 = 0$, without $\varepsilon$, sees the same slope $g \ne 0$ at each step. How "
        + rf"long is its step number $t$, $\eta\,|g_t|/\sqrt{{G_t}}$?{told}",
        hints=["What is $G_t$ for a constant square?"],
        mistakes=[
            ("other-correction", wrong, "What do the weights of the squares add up to, and is that divided out here?"),
            ("first-step", eta / sp.sqrt(1 - gamma), "That is the first step of the uncorrected method."),
            ("no-root", eta / (1 - gamma**t), "The average of the squares stands under a root."),
        ],
    )  # fmt: skip


def _with_floor(gradients, rate, share, eps):
    G, steps = np.zeros(gradients.shape[1:]), []
    for g in gradients:
        G = share * G + (1 - share) * g**2
        steps.append(-rate * g / np.maximum(np.sqrt(G), eps))
    return np.array(steps)


def _added(gradients, rate, share, eps):
    G, steps = np.zeros(gradients.shape[1:]), []
    for g in gradients:
        G = share * G + (1 - share) * g**2
        steps.append(-rate * g / (np.sqrt(G) + eps))
    return np.array(steps)


def _inside(gradients, rate, share, eps):
    G, steps = np.zeros(gradients.shape[1:]), []
    for g in gradients:
        G = share * G + (1 - share) * g**2
        steps.append(-rate * g / np.sqrt(np.maximum(G, eps)))
    return np.array(steps)


def _old_average(gradients, rate, share, eps):
    G, steps = np.zeros(gradients.shape[1:]), []
    for g in gradients:
        steps.append(-rate * g / np.maximum(np.sqrt(G), eps))
        G = share * G + (1 - share) * g**2
    return np.array(steps)


def _slopes(rng):
    size = np.exp(rng.uniform(-4, 2, size=(1, 2)))
    return (
        rng.normal(size=(rng.integers(2, 6), 2)) * size,
        rng.uniform(0.1, 1),
        rng.uniform(0.5, 0.95),
        0.3,
    )


floor_of_root = Function(
    _with_floor,
    _slopes,
    title="A floor in place of a sum",
    question=r"Write RMSProp with another safeguard: the slope is divided by the *larger* of $\sqrt{G_t}$ and $\varepsilon$, instead of by their sum. "
    "`gradients` has a row for each step; give back the array of the steps, with their sign. $G$ starts at zero.",
    hints=["`np.maximum` compares entry by entry."],
    mistakes=[
        ("added", _added, r"That adds $\varepsilon$; the larger of the two is asked for."),
        ("floor-inside", _inside, r"Compare $\varepsilon$ with the root, not with what stands under it."),
        ("old-average", _old_average, "The new slope belongs into the average before the step is made."),
        ("uphill", lambda *args: -_with_floor(*args), "The steps go against the slope."),
    ],
)  # fmt: skip
