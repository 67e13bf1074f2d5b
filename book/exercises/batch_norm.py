"""Exercises of the chapter on batch-norm backprop."""

import numpy as np
import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof
from nnlib.symbolic import Definition, Derivation, sym, symarray

K = sp.Symbol("K", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
x, xhat, g = (sp.IndexedBase(name, real=True) for name in ("x", "xhat", "g"))
mu, gamma, eta = sp.symbols("mu gamma eta", real=True)
var = sp.Symbol("sigma^2", nonnegative=True)
sigma = sp.Symbol("sigma", positive=True)
eps = sp.Symbol("varepsilon", positive=True)


def total(term):
    return sp.Sum(term, (k, 0, K - 1))


output_spread = Number(
    sp.sqrt(sp.Rational(4, 5)),
    hint="The variance of $\\hat x$ is $\\sigma^2/(\\sigma^2+\\varepsilon)$. Put in "
    "$\\sigma^2 = 4\\varepsilon$; then mind the difference between variance and standard deviation.",
    mistakes=[
        (sp.Rational(4, 5), "That is the variance of $\\hat x$; take its root."),
        (1, "It would be one only without $\\varepsilon$."),
        (sp.Rational(2, 3), "Here $\\varepsilon$ is added to the variance, under the root."),
    ],
    remark="Even when the variance is four times $\\varepsilon$, a tenth of the spread is missing.",
)

dead_bias = Choice(
    {
        "a": "it is pulled toward zero",
        "b": "it stays exactly where it started",
        "c": "it learns what $\\beta$ would otherwise learn",
    },
    "b",
    hint="What is $\\sum_j \\partial L/\\partial x_j$?",
    mistakes=[
        ("a", "Nothing pulls: its gradient is zero (only weight decay would do that)."),
        (
            "c",
            "It cannot: whatever it adds, the mean takes away again, so no output depends on it.",
        ),
    ],
    remark="The derivative of the loss by $b$ is the sum of $\\partial L/\\partial x_j$ over the "
    "batch, which is zero. Leave the bias out; $\\beta$ does its work.",
)

by_variance = Formula(
    -gamma / (2 * (var + eps) ** sp.Rational(3, 2)) * total(g[k] * (x[k] - mu)),
    {"K": K, "k": k, "x": x, "g": g, "mu": mu, "var": var, "eps": eps, "gamma": gamma},
    hint="$\\hat x_k = (x_k - \\mu)(\\sigma^2+\\varepsilon)^{-1/2}$. Differentiate the power, and "
    "remember that every $\\hat x_k$ of the batch depends on $\\sigma^2$.",
    mistakes=[
        (
            gamma / (2 * (var + eps) ** sp.Rational(3, 2)) * total(g[k] * (x[k] - mu)),
            "The sign: a larger variance makes every $\\hat x_k$ smaller in size.",
        ),
        (
            -gamma / (var + eps) ** sp.Rational(3, 2) * total(g[k] * (x[k] - mu)),
            "The factor $1/2$ of the root is missing.",
        ),
        (
            -1 / (2 * (var + eps) ** sp.Rational(3, 2)) * total(g[k] * (x[k] - mu)),
            "$g_k$ is the derivative by $y_k$; on the way to $\\hat x_k$ it meets $\\gamma$.",
        ),
        (
            -gamma / (2 * var ** sp.Rational(3, 2)) * total(g[k] * (x[k] - mu)),
            "The $\\varepsilon$ has been lost: it stands under the root as well.",
        ),
        (
            -gamma / (2 * sp.sqrt(var + eps)) * total(g[k] * (x[k] - mu)),
            "Differentiating lowers the power: from $-1/2$ to $-3/2$.",
        ),
    ],
)

update_gamma = Formula(
    gamma - eta * total(g[k] * xhat[k]),
    {"K": K, "k": k, "xhat": xhat, "g": g, "gamma": gamma, "eta": eta},
    hint="Against the gradient: $\\gamma - \\eta\\,\\partial L/\\partial\\gamma$. Which outputs "
    "does $\\gamma$ reach?",
    mistakes=[
        (gamma + eta * total(g[k] * xhat[k]), "Step *against* the gradient."),
        (gamma - eta * total(g[k]), "That is the step for $\\beta$."),
        (
            gamma - eta * total(g[k] * xhat[k]) / K,
            "No mean over the batch here: if the loss is a mean, its $1/K$ is inside $g_k$ already.",
        ),
    ],
    remark="And $\\beta$ becomes $\\beta - \\eta \\sum_k g_k$.",
)


def six_derivatives(x, gamma, dy, eps):
    K = len(x)
    mean = np.sum(x) / K
    var = np.sum((x - mean) ** 2) / K
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std

    dx_hat = gamma * dy
    dvar = -np.sum(dx_hat * (x - mean)) / (2 * std**3)
    dmean = -np.sum(dx_hat) / std
    dx = dx_hat / std + dvar * 2 * (x - mean) / K + dmean / K
    return dx_hat, dvar, dmean, dx, np.sum(dy * x_hat), np.sum(dy)


def _wrong_six(change):
    """The six derivatives with one thing wrong."""

    def wrong(x, gamma, dy, eps):
        dx_hat, dvar, dmean, dx, dgamma, dbeta = six_derivatives(x, gamma, dy, eps)
        centered, n = x - np.sum(x) / len(x), len(x)
        root = np.sqrt(np.sum(centered**2) / n + eps)
        if change == "variance not in x":
            dx = dx_hat / root + dmean / n
        elif change == "mean not in x":
            dx = dx_hat / root + dvar * 2 * centered / n
        elif change == "first term only":
            dx = dx_hat / root
        elif change == "not divided by K":
            dx = dx_hat / root + dvar * 2 * centered + dmean
        elif change == "gamma not in x_hat":
            dx_hat, dvar, dmean, dx = dy, dvar / gamma, dmean / gamma, dx / gamma
        return dx_hat, dvar, dmean, dx, dgamma, dbeta

    return wrong


def _drawn_batch(rng):
    size = rng.integers(3, 7)
    return (
        rng.normal(size=size).round(2),
        round(rng.uniform(0.5, 2), 2),
        rng.normal(size=size).round(2),
        0.1,
    )


all_six = Function(
    six_derivatives,
    _drawn_batch,
    symbols=lambda: (symarray(x, 3), sym(gamma), symarray(g, 3), sym(eps)),
    hint="Go backwards through the graph. A node that several arrows leave adds up what comes "
    "back along each of them: three for $x_j$.",
    mistakes=[
        (
            _wrong_six("first term only"),
            "Mean and variance depend on $x_j$ too: two terms of dx lack.",
        ),
        (_wrong_six("variance not in x"), "In dx the path through the variance is missing."),
        (_wrong_six("mean not in x"), "In dx the path through the mean is missing."),
        (
            _wrong_six("not divided by K"),
            "Mean and variance divide by $K$; so do their terms in dx.",
        ),
        (
            _wrong_six("gamma not in x_hat"),
            "On the way from $y$ to $\\hat x$ stands the factor $\\gamma$.",
        ),
    ],
)

batch_of_two = Formula(
    gamma * eps * (g[0] - g[1]) / (2 * ((x[0] - x[1]) ** 2 / 4 + eps) ** sp.Rational(3, 2)),
    {"x": x, "g": g, "gamma": gamma, "eps": eps},
    hint="Call half the difference $d = (x_0 - x_1)/2$. Then $x_0 - \\mu = d$ and $\\sigma^2 = d^2$: "
    "$\\hat x_0 = d/\\sqrt{d^2+\\varepsilon} = -\\hat x_1$. Differentiate that.",
    mistakes=[
        (0, "That is so for $\\varepsilon = 0$, when $\\hat x$ is $1$ and $-1$ whatever $x$ is."),
        (
            gamma * eps * (g[0] - g[1]) / ((x[0] - x[1]) ** 2 / 4 + eps) ** sp.Rational(3, 2),
            "Half of it: $d$ moves only half as far as $x_0$.",
        ),
        (
            gamma * (g[0] - g[1]) / (2 * sp.sqrt((x[0] - x[1]) ** 2 / 4 + eps)),
            "The variance moves with $x_0$ as well.",
        ),
        (
            -gamma
            * eps
            * (g[0] - g[1])
            / (2 * ((x[0] - x[1]) ** 2 / 4 + eps) ** sp.Rational(3, 2)),
            "The sign is flipped: with $\\gamma > 0$, a larger $x_0$ raises $y_0$ and lowers $y_1$.",
        ),
    ],
    remark="Two values have no shape: after shift and scale are gone, nothing is left to learn from, "
    "but for the crumbs that $\\varepsilon$ leaves.",
)

# Without epsilon: then the projection vanishes.
without_eps = (
    Definition(mu, total(x[k]) / K),
    Definition(sigma, sp.sqrt(total((x[k] - mu) ** 2) / K)),
    Definition(xhat[j], (x[j] - mu) / sigma),
)
_gradient = gamma / (K * sigma) * (K * g[j] - total(g[k]) - xhat[j] * total(g[k] * xhat[k]))
no_projection = Proof(
    Derivation(
        sp.Symbol("P"),
        sp.Sum(xhat[j] * _gradient, (j, 0, K - 1)),
        "the one-line form",
        where=without_eps,
    )
    .step(
        gamma
        / (K * sigma)
        * (
            K * total(xhat[k] * g[k])
            - total(xhat[k]) * total(g[k])
            - total(xhat[k] ** 2) * total(g[k] * xhat[k])
        ),
        "sum each term over $j$",
    )
    .step(
        gamma / (K * sigma) * (K - total(xhat[k] ** 2)) * total(g[k] * xhat[k]),
        "the mean of $\\hat x$ is zero",
    )
    .step(0, "its variance is one"),
    {"K": K, "j": j, "k": k, "xhat": xhat, "g": g, "gamma": gamma, "sigma": sigma},
    hint="Multiply out and sum each of the three terms over $j$ by itself. Two of the sums you know: "
    "$\\sum_k \\hat x_k = 0$ and $\\sum_k \\hat x_k^2 = K$.",
    mistakes=[
        (
            gamma / (K * sigma) * (K * total(xhat[k] * g[k]) - total(g[k] * xhat[k])),
            "$\\hat x_j$ times $\\hat x_j$ is summed over the whole batch: that gives $K$.",
        ),
        (
            gamma / (K * sigma) * (K * total(g[k]) - K * total(g[k] * xhat[k])),
            "Each term of the gradient is multiplied by $\\hat x_j$, the first one too.",
        ),
    ],
    effort=1.5,
)

running_start = Number(
    sp.Rational(9, 10) ** 20,
    hint="It is a moving average with $\\gamma = 0.9$ that starts at $1$: each batch multiplies what is "
    "left of the start by $\\gamma$.",
    mistakes=[
        (sp.Rational(1, 10) ** 20, "In batch norm `momentum=0.1` is the share of the *new*."),
        (1 - sp.Rational(9, 10) ** 20, "That is the share of the twenty batches together."),
        (sp.Rational(9, 10) ** 19, "Each of the twenty batches shrinks it once."),
        (sp.Rational(1, 10), "That is the share of the newest batch."),
    ],
    remark="After twenty batches an eighth of the running variance is still the $1$ it started with.",
)

which_path = Choice(
    {
        "a": "the one through the mean",
        "b": "the one through the variance",
        "c": "the direct one",
    },
    "b",
    hint="Which of the three terms of $\\partial L/\\partial x_j$ makes the sum vanish, and which "
    "the projection on $\\hat x$?",
    mistakes=[
        ("a", "Without the path through the mean the sum over the batch would not be zero."),
        ("c", "Without the direct path the sum over the batch would not be zero either."),
    ],
    remark="$\\frac{\\gamma}{\\sqrt{\\sigma^2+\\varepsilon}}(g_j - \\frac1K\\sum_k g_k)$ sums to zero, but "
    "nothing takes its part along $\\hat x$ away.",
)


def fold(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


def _drawn_layer(rng):
    inputs, outputs = rng.integers(2, 4, size=2)
    return (
        rng.normal(size=(inputs, outputs)).round(2),
        *(rng.normal(size=outputs).round(2) for _ in range(4)),
        rng.uniform(0.5, 2, size=outputs).round(2),
        1e-2,
    )


def _bias_not_scaled(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b - mean * scale + beta


def _bias_forgotten(W, b, gamma, beta, mean, var, eps):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, beta - mean * scale


def _eps_outside(W, b, gamma, beta, mean, var, eps):
    scale = gamma / (np.sqrt(var) + eps)
    return W * scale, (b - mean) * scale + beta


fold_into_linear = Function(
    fold,
    _drawn_layer,
    hint="Write out $y = \\gamma\\,(uW + b - \\mu)/\\sqrt{\\sigma^2+\\varepsilon} + \\beta$ and collect "
    "what multiplies $u$. Each column of $W$ belongs to one channel.",
    mistakes=[
        (_bias_not_scaled, "The old bias goes through the normalization too: scale it as well."),
        (
            _bias_forgotten,
            "With *running* statistics the bias $b$ counts: it is not taken away again.",
        ),
        (_eps_outside, "The $\\varepsilon$ belongs under the root here."),
    ],
    remark="After training, batch norm behind a linear layer costs nothing: it is folded into the weights.",
)
