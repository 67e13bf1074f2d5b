"""Homework on softmax and cross-entropy."""

import sympy as sp

from nnlib.exercises import Formula, Function, Number, np, varied

C = sp.Symbol("C", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
p, a = (sp.IndexedBase(name, real=True) for name in ("p", "a"))
tau = sp.Symbol("tau", positive=True)


def over_classes(term):
    return sp.Sum(term, (k, 0, C - 1))


@varied(share=["0.1", "0.2", "0.05"], classes=[10, 5, 100])
def least_loss(share, classes):
    s, n = sp.Rational(share), classes
    right, others = 1 - s + s / n, s / n
    entropy = -right * sp.log(right) - (n - 1) * others * sp.log(others)
    return Number(
        sp.Rational(str(sp.N(entropy, 30))),
        title="The least loss with smoothing",
        question=rf"Targets are smoothed with $a = {share}$ over ${n}$ classes: the right one gets $1 - a + a/C$, each other one $a/C$. How low can the "
        "cross-entropy get?",
        hints=["Which probabilities are best, and what is the loss there?"],
        mistakes=[
            ("zero", 0, "It would be zero only for targets that are 0 and 1."),
            ("right-class-only", sp.Rational(str(sp.N(-right * sp.log(right), 30))), "The other classes have a share in the loss as well."),
            ("log-of-target", sp.Rational(str(sp.N(-sp.log(right), 30))), "Each term is weighted with its target."),
        ],
    )  # fmt: skip


@varied(temperature=[1, tau])
def mean_of_values(temperature):
    mean = over_classes(p[k] * a[k])
    right = p[j] * (a[j] - mean) / temperature
    over = "" if temperature == 1 else r"/\tau"
    return Formula(
        right,
        {"j": j, "k": k, "C": C, "p": p, "a": a} | ({} if temperature == 1 else {"tau": tau}),
        given=(j >= 0, j <= C - 1, sp.Eq(over_classes(p[k]), 1)),
        title="What a reward does to a logit",
        question=rf"A policy takes the action $k$ with the probability $p_k = e^{{z_k{over}}}/\sum_i e^{{z_i{over}}}$ and then earns $a_k$. What is the derivative of what "
        r"it earns on average, $\sum_k p_k a_k$, by the logit $z_j$? Sums are written `Sum(p[k]*a[k], (k, 0, C-1))`.",
        hints=[r"$\partial p_k/\partial z_j$ has two parts: one for $k = j$, one for all."],
        mistakes=[
            ("own-only", p[j] * a[j] * (1 - p[j]) / temperature, r"The other probabilities fall when $z_j$ rises: those terms are missing."),
            ("no-mean", p[j] * a[j] / temperature, "The sum in the denominator depends on $z_j$ as well."),
            ("sign", -right, "The sign: raising the logit of a better action earns more."),
        ]
        + ([] if temperature == 1 else [("no-temperature", right * temperature, r"The inner derivative $1/\tau$ is missing.")]),
    )  # fmt: skip


def _log_softmax(z, tau):
    scaled = z / tau
    shifted = scaled - scaled.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _naive(z, tau):
    return np.log(np.exp(z / tau) / np.exp(z / tau).sum(axis=-1, keepdims=True))


def _first_axis(z, tau):
    return _log_softmax(z.T, tau).T


def _times(z, tau):
    return _log_softmax(z, 1 / tau)


def _logits(rng):
    sizes = np.array([[0.1], [10.0], [1e3], [1e4]])  # each call has small and very large ones
    return rng.normal(size=(4, 5)) * sizes, rng.uniform(0.3, 3)


cold_softmax = Function(
    _log_softmax,
    _logits,
    title="The logarithm of a softmax",
    question=r"Write $\log p$ for $p = \operatorname{softmax}(z/\tau)$ along the *last* axis, without an overflow and without $-\infty$ where the right number is finite, for "
    "logits of any size. The result has the shape of `z`.",
    hints=[r"Subtract the largest logit, and do not take the logarithm of a probability."],
    mistakes=[
        ("naive", _naive, "For large logits this overflows, or takes the logarithm of zero."),
        ("first-axis", _first_axis, "The classes are on the last axis."),
        ("times-tau", _times, "The logits are divided by the temperature."),
        ("not-shifted-back", lambda z, tau: z / tau - (z / tau).max(axis=-1, keepdims=True), "The logarithm of the sum is missing."),
    ],
)  # fmt: skip
