"""Homework on Adam and its bias correction."""

import sympy as sp

from nnlib.exercises import Formula, Function, Number, np, varied

t = sp.Symbol("t", integer=True, positive=True)
eta, beta1, beta2 = sp.symbols("eta beta1 beta2", positive=True)


@varied(b1=["0.8", "0.9", "0.5"], b2=["0.95", "0.98", "0.995", "0.9999"])
def too_long(b1, b2):
    one, two = sp.Rational(b1), sp.Rational(b2)
    return Number(
        (1 - one) / sp.sqrt(1 - two),
        title="The first step",
        question=rf"Somebody leaves the correction of Adam out, with $\beta_1 = {b1}$, $\beta_2 = {b2}$ and no $\varepsilon$. How many learning rates long is "
        "the first step?",
        hints=["What are $m_1$ and $v_1$?"],
        mistakes=[
            ("no-root", (1 - one) / (1 - two), "The step has the root of $v_1$."),
            ("corrected", 1, "That is the first step with the correction."),
            ("second-only", 1 / sp.sqrt(1 - two), "$m_1$ is not the whole gradient either."),
        ],
    )  # fmt: skip


@varied(missing=["second", "first"])
def half_corrected(missing):
    one, two = 1 - beta1**t, sp.sqrt(1 - beta2**t)
    right = eta / two if missing == "second" else eta * one
    kept, name = ("first", "m") if missing == "second" else ("second", "v")
    return Formula(
        right,
        [eta, beta1, beta2, t],
        given=(beta1 < 1, beta2 < 1),
        title="Half of the correction",
        question=rf"Somebody corrects only the {kept} average, ${name}_t$, and forgets the other. The gradient is the same number $g > 0$ at each step, and there "
        r"is no $\varepsilon$. How long is step number $t$?",
        hints=["For a constant gradient, what are $m_t$ and $v_t$ before any correction?"],
        mistakes=[
            ("neither", eta * one / two, "That is with neither of the two corrected."),
            ("both", eta, "That is with both corrected."),
            ("other-one", eta * one if missing == "second" else eta / two, f"Here the {kept} average is the one that is corrected."),
            ("no-root", eta / two**2 if missing == "second" else eta * one**2, "Which of the two stands under a root?"),
        ],
    )  # fmt: skip


def _amsgrad(gradients, rate, b1, b2, eps):
    w, m, v, peak = (np.zeros_like(gradients[0]) for _ in range(4))
    for n, g in enumerate(gradients, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        peak = np.maximum(peak, v / (1 - b2**n))
        w = w - rate * m / (1 - b1**n) / (np.sqrt(peak) + eps)
    return w


def _adam(gradients, rate, b1, b2, eps):
    w, m, v = (np.zeros_like(gradients[0]) for _ in range(3))
    for n, g in enumerate(gradients, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        w = w - rate * m / (1 - b1**n) / (np.sqrt(v / (1 - b2**n)) + eps)
    return w


def _peak_before_correction(gradients, rate, b1, b2, eps):
    w, m, v, peak = (np.zeros_like(gradients[0]) for _ in range(4))
    for n, g in enumerate(gradients, start=1):
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        peak = np.maximum(peak, v)
        w = w - rate * m / (1 - b1**n) / (np.sqrt(peak / (1 - b2**n)) + eps)
    return w


def _peak_kept_in_average(gradients, rate, b1, b2, eps):
    w, m, v = (np.zeros_like(gradients[0]) for _ in range(3))
    for n, g in enumerate(gradients, start=1):
        m = b1 * m + (1 - b1) * g
        v = np.maximum(v, b2 * v + (1 - b2) * g**2)
        w = w - rate * m / (1 - b1**n) / (np.sqrt(v / (1 - b2**n)) + eps)
    return w


def _gradients(rng):
    size = np.exp(rng.uniform(-2, 2, size=(6, 1)))
    return (
        list(rng.normal(size=(6, 2)) * size),
        0.1,
        rng.uniform(0.5, 0.95),
        rng.uniform(0.3, 0.9),
        1e-3,
    )


peak_adam = Function(
    _amsgrad,
    _gradients,
    title="Adam that never forgets a peak",
    question=r"Write AMSGrad with both corrections: as Adam, but it divides by the root of the *largest* corrected $\hat v$ so far, entry by entry, with "
    r"$\varepsilon$ beside the root. From a list of gradients to the last $w$, starting at zero.",
    hints=["Keep $v$ as it is; the peak is a third memory."],
    mistakes=[
        ("plain-adam", _adam, "That is Adam: the peak is forgotten."),
        ("peak-before-correction", _peak_before_correction, r"The largest $\hat v$ is asked for, after the correction."),
        ("peak-in-average", _peak_kept_in_average, "The average itself goes on as before; the peak is kept beside it."),
    ],
)  # fmt: skip
