"""Homework on batch normalization and its relatives."""

import sympy as sp

from nnlib.exercises import Formula, Function, Number, Part, np, varied

K = sp.Symbol("K", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
g = sp.IndexedBase("g", real=True)
gamma = sp.Symbol("gamma", real=True)


def over_batch(term):
    return sp.Sum(term, (k, 0, K - 1))


@varied(variance=[10, 4, 1, 40], eps=[1, 100])
def shrunken(variance, eps):  # in units of 1e-5
    v, e = sp.Integer(variance), sp.Integer(eps)
    power = -5 if eps == 1 else -3
    return Number(
        sp.sqrt(v / (v + e)),
        title="A quiet channel",
        question=rf"A channel has the variance ${variance}\cdot 10^{{-5}}$ over a batch, and $\varepsilon = 10^{{{power}}}$. What is the standard deviation of $\hat x$?",
        hints=[r"$\hat x = (x - \mu)/\sqrt{\sigma^2 + \varepsilon}$."],
        mistakes=[
            ("no-epsilon", 1, r"It would be 1 without $\varepsilon$."),
            ("variance", v / (v + e), "That is its variance."),
        ],
    )  # fmt: skip


@varied(weighted=[False, True])
def centred_only(weighted):
    scale = gamma if weighted else 1
    mean = over_batch(g[k]) / K
    right = scale * (g[j] - mean)
    return Formula(
        right,
        {"j": j, "k": k, "K": K, "g": g} | ({"gamma": gamma} if weighted else {}),
        given=(j >= 0, j <= K - 1),
        title="Centring only",
        question=r"A layer only centres: $y_k = "
        + (r"\gamma\," if weighted else "")
        + r"(x_k - \mu)$ with the mean $\mu$ of the batch, $k = 0, \dots, K-1$. With $g_k = \partial L/\partial y_k$, what is $\partial L/\partial x_j$? Sums are "
        "written `Sum(g[k], (k, 0, K-1))`.",
        hints=[r"$x_j$ reaches its own output directly, and each output through $\mu$."],
        mistakes=[
            ("direct-only", scale * g[j], r"$x_j$ also moves the mean, and with it each output."),
            ("sum", scale * (g[j] - over_batch(g[k])), "The mean moves by one part in $K$."),
            ("own-share", scale * g[j] * (1 - 1 / K), "The mean reaches all the outputs, not its own alone."),
        ]
        + ([("no-gamma", g[j] - mean, r"Each $g_k$ meets $\gamma$ on its way back.")] if weighted else []),
    )  # fmt: skip


def _backward(dy, x, gamma, eps):
    mean = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    hat = (x - mean) / std
    d = dy * gamma
    dx = (d - d.mean(axis=1, keepdims=True) - hat * (d * hat).mean(axis=1, keepdims=True)) / std
    return dx, (dy * hat).sum(axis=0), dy.sum(axis=0)


def _over_batch(dy, x, gamma, eps):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    hat = (x - mean) / std
    d = dy * gamma
    return (
        (d - d.mean(axis=0) - hat * (d * hat).mean(axis=0)) / std,
        (dy * hat).sum(axis=0),
        dy.sum(axis=0),
    )


def _gamma_late(dy, x, gamma, eps):
    dx, dgamma, dbeta = _backward(dy, x, np.ones_like(gamma), eps)
    return dx * gamma, dgamma, dbeta


def _no_variance(dy, x, gamma, eps):
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    d = dy * gamma
    return (d - d.mean(axis=1, keepdims=True)) / std, *_backward(dy, x, gamma, eps)[1:]


def _a_layer(rng):
    shape = int(rng.integers(2, 4)), int(rng.integers(3, 6))
    return rng.normal(size=shape), rng.normal(size=shape), rng.normal(size=shape[1]), 1e-3


layer_norm_back = Function(
    _backward,
    _a_layer,
    title="Layer norm, backward",
    question=r"Layer norm takes mean and variance over the *features* of each example, instead of over the batch: `x` has the shape $(N, D)$, and "
    r"$y_{nd} = \gamma_d\,\hat x_{nd} + \beta_d$. Write its backward pass: from `dy`, `x`, `gamma` and `eps` give back $\partial L/\partial x$, "
    r"$\partial L/\partial\gamma$ and $\partial L/\partial\beta$.",
    parts=[Part("dx", r"$\partial L/\partial x$", 60), Part("dgamma", r"$\partial L/\partial\gamma$", 20), Part("dbeta", r"$\partial L/\partial\beta$", 20)],
    hints=["The formula of the chapter, with the sums over another axis. Where does `gamma` come in now?"],
    mistakes=[
        ("over-batch", _over_batch, "That is batch norm: the mean goes over the features of one example here."),
        ("gamma-late", _gamma_late, "`gamma` differs from feature to feature: it comes in before the means are taken."),
        ("no-variance", _no_variance, r"The way through the variance is missing: the part along $\hat x$."),
    ],
)  # fmt: skip
