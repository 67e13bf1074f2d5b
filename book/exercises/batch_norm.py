"""Exercises of the chapter on batch-norm backprop."""

import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Part, Proof, np, varied
from nnlib.symbolic import Definition, Derivation

K = sp.Symbol("K", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
x, xhat, g = (sp.IndexedBase(name, real=True) for name in ("x", "xhat", "g"))
mu, gamma, eta = sp.symbols("mu gamma eta", real=True)
var = sp.Symbol("sigma^2", nonnegative=True)
sigma = sp.Symbol("sigma", positive=True)
eps = sp.Symbol("varepsilon", positive=True)


def total(term):
    return sp.Sum(term, (k, 0, K - 1))


@varied(times=[(4, "four"), (3, "three"), (8, "eight"), (15, "fifteen")])
def output_spread(times):
    ratio, word = times
    variance = sp.Rational(ratio, ratio + 1)
    root = sp.sqrt(ratio)
    return Number(
        sp.sqrt(variance),
        title="The spread that is left",
        question=rf"The variance of a channel happens to be {word} times $\varepsilon$. What is the standard deviation of $\hat x$?",
        hints=[
            r"The variance of $\hat x$ is $\sigma^2/(\sigma^2+\varepsilon)$.",
            rf"Put in $\sigma^2 = {ratio}\varepsilon$; then mind the difference between variance and standard deviation.",
        ],
        mistakes=[
            ("variance", variance, r"That is the variance of $\hat x$; take its root."),
            ("no-epsilon", 1, r"It would be one only without $\varepsilon$."),
            (
                "epsilon-beside-root",
                root / (root + 1),
                r"Here $\varepsilon$ is added to the variance, under the root.",
            ),
        ],
        remark=rf"Even when the variance is {word} times $\varepsilon$, "
        f"{100 * (1 - float(sp.sqrt(variance))):.0f} % of the spread is missing.",
    )


dead_bias = Choice(
    {
        "a": "it is pulled toward zero",
        "b": "it stays exactly where it started",
        "c": "it learns what $\\beta$ would otherwise learn",
    },
    "b",
    title="A bias in front of batch norm",
    question=r"""A linear layer with a bias $b$ stands in front of batch norm, and you train without weight decay. What
becomes of $b$?""",
    hints=["What is $\\sum_j \\partial L/\\partial x_j$?"],
    mistakes=[
        (
            "pulled-to-zero",
            "a",
            "Nothing pulls: its gradient is zero (only weight decay would do that).",
        ),
        (
            "learns-beta",
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
    title="The derivative by the variance",
    question=r"""This and the two exercises after it make up the question of the NTU assignment. Without looking: what is
$\partial L/\partial\sigma^2$, in terms of $g_k$, $x_k$, $\mu$, $\sigma^2$, $\varepsilon$ and $\gamma$?
Write `var` for $\sigma^2$, `eps` for $\varepsilon$, and sums as `Sum(g[k], (k, 0, K-1))`.""",
    hints=[
        "$\\hat x_k = (x_k - \\mu)(\\sigma^2+\\varepsilon)^{-1/2}$. Differentiate the power, and "
        "remember that every $\\hat x_k$ of the batch depends on $\\sigma^2$."
    ],
    mistakes=[
        (
            "sign",
            gamma / (2 * (var + eps) ** sp.Rational(3, 2)) * total(g[k] * (x[k] - mu)),
            "The sign: a larger variance makes every $\\hat x_k$ smaller in size.",
        ),
        (
            "no-half",
            -gamma / (var + eps) ** sp.Rational(3, 2) * total(g[k] * (x[k] - mu)),
            "The factor $1/2$ of the root is missing.",
        ),
        (
            "no-gamma",
            -1 / (2 * (var + eps) ** sp.Rational(3, 2)) * total(g[k] * (x[k] - mu)),
            "$g_k$ is the derivative by $y_k$; on the way to $\\hat x_k$ it meets $\\gamma$.",
        ),
        (
            "no-epsilon",
            -gamma / (2 * var ** sp.Rational(3, 2)) * total(g[k] * (x[k] - mu)),
            "The $\\varepsilon$ has been lost: it stands under the root as well.",
        ),
        (
            "power-not-lowered",
            -gamma / (2 * sp.sqrt(var + eps)) * total(g[k] * (x[k] - mu)),
            "Differentiating lowers the power: from $-1/2$ to $-3/2$.",
        ),
    ],
)

update_gamma = Formula(
    gamma - eta * total(g[k] * xhat[k]),
    {"K": K, "k": k, "xhat": xhat, "g": g, "gamma": gamma, "eta": eta},
    title="A step of gamma",
    question=r"What is $\gamma$ after one step of gradient descent with the learning rate $\eta$? Here $g_k$ is $\partial L/\partial y_k$.",
    hints=[
        "Against the gradient: $\\gamma - \\eta\\,\\partial L/\\partial\\gamma$. Which outputs "
        "does $\\gamma$ reach?"
    ],
    mistakes=[
        ("uphill", gamma + eta * total(g[k] * xhat[k]), "Step *against* the gradient."),
        ("step-of-beta", gamma - eta * total(g[k]), "That is the step for $\\beta$."),
        (
            "mean-over-batch",
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
        elif change in ("sample variance", "epsilon beside"):
            wide = np.sqrt(np.sum(centered**2) / (n - 1) + eps)
            std = wide if change == "sample variance" else np.sqrt(np.sum(centered**2) / n) + eps
            dvar = -np.sum(dx_hat * centered) / (2 * std**3)
            dmean = -np.sum(dx_hat) / std
            dx = dx_hat / std + dvar * 2 * centered / n + dmean / n
            dgamma = np.sum(dy * centered) / std
        elif change == "mean over batch":
            dgamma, dbeta = dgamma / n, dbeta / n
        elif change == "x for x_hat":
            dgamma = np.sum(dy * x)
        elif change == "mean divided":
            dmean = dmean / n
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


def _one_channel():
    from nnlib.symbolic import sym, symarray  # these need NumPy

    return symarray(x, 3), sym(gamma), symarray(g, 3), sym(eps)


SIX = [
    Part("dx-hat", r"$\partial L/\partial\hat x$", 17),
    Part("dvar", r"$\partial L/\partial\sigma^2$", 17),
    Part("dmean", r"$\partial L/\partial\mu$", 17),
    Part("dx", r"$\partial L/\partial x$", 17),
    Part("dgamma", r"$\partial L/\partial\gamma$", 16),
    Part("dbeta", r"$\partial L/\partial\beta$", 16),
]

all_six = Function(
    six_derivatives,
    _drawn_batch,
    symbols=_one_channel,
    parts=SIX,
    title="All six derivatives",
    question=r"""All six derivatives, as code. `x` and `dy` hold one channel; give back $\partial L/\partial\hat x$,
$\partial L/\partial\sigma^2$, $\partial L/\partial\mu$, $\partial L/\partial x$, $\partial
L/\partial\gamma$ and $\partial L/\partial\beta$. Your function is tried on numbers, and then run on
symbols.""",
    hints=[
        "Go backwards through the graph. A node that several arrows leave adds up what comes "
        "back along each of them: three for $x_j$."
    ],
    mistakes=[
        (
            "first-term-only",
            _wrong_six("first term only"),
            "Mean and variance depend on $x_j$ too: two terms of dx lack.",
        ),
        (
            "no-path-through-variance",
            _wrong_six("variance not in x"),
            "In dx the path through the variance is missing.",
        ),
        (
            "no-path-through-mean",
            _wrong_six("mean not in x"),
            "In dx the path through the mean is missing.",
        ),
        (
            "not-divided-by-k",
            _wrong_six("not divided by K"),
            "Mean and variance divide by $K$; so do their terms in dx.",
        ),
        (
            "no-gamma",
            _wrong_six("gamma not in x_hat"),
            "On the way from $y$ to $\\hat x$ stands the factor $\\gamma$.",
        ),
        (
            "sample-variance",
            _wrong_six("sample variance"),
            "The variance of batch norm divides by $K$, not by $K - 1$.",
        ),
        (
            "epsilon-beside-root",
            _wrong_six("epsilon beside"),
            "The $\\varepsilon$ is added to the variance, under the root.",
        ),
        (
            "mean-over-batch",
            _wrong_six("mean over batch"),
            "A sum over the batch, not a mean: if the loss is a mean, its $1/K$ is inside `dy` already.",
        ),
        (
            "x-for-x-hat",
            _wrong_six("x for x_hat"),
            "$\\gamma$ multiplies $\\hat x$, not $x$.",
        ),
        (
            "mean-divided",
            _wrong_six("mean divided"),
            "The $1/K$ belongs to the step from $\\mu$ to $x_j$, not to this derivative.",
        ),
    ],
)


@varied(place=[0, 1])
def batch_of_two(place):
    other = 1 - place
    slopes = gamma * (g[place] - g[other])
    under = (x[0] - x[1]) ** 2 / 4 + eps
    power = under ** sp.Rational(3, 2)
    return Formula(
        slopes * eps / (2 * power),
        {"x": x, "g": g, "gamma": gamma, "eps": eps},
        title="A batch of two",
        question=rf"""A batch of two has little to say. What is $\partial L/\partial x_{place}$ for $K = 2$, in terms of `x[0]`, `x[1]`,
`g[0]`, `g[1]`, `gamma` and `eps`? And what remains of it when $\varepsilon = 0$?""",
        hints=[
            "Call half the difference $d = (x_0 - x_1)/2$. Then $x_0 - \\mu = d$ and $\\sigma^2 = d^2$.",
            r"$\hat x_0 = d/\sqrt{d^2+\varepsilon} = -\hat x_1$. Differentiate that.",
        ],
        mistakes=[
            (
                "no-epsilon",
                0,
                r"That is so for $\varepsilon = 0$, when $\hat x$ is $1$ and $-1$ whatever $x$ is.",
            ),
            (
                "twice",
                slopes * eps / power,
                f"Half of it: $d$ moves only half as far as $x_{place}$.",
            ),
            (
                "variance-fixed",
                slopes / (2 * sp.sqrt(under)),
                f"The variance moves with $x_{place}$ as well.",
            ),
            (
                "sign",
                -slopes * eps / (2 * power),
                rf"The sign is flipped: with $\gamma > 0$, a larger $x_{place}$ raises $y_{place}$ and lowers $y_{other}$.",
            ),
        ],
        remark=r"Two values have no shape: after shift and scale are gone, nothing is left to learn from, "
        r"but for the crumbs that $\varepsilon$ leaves.",
    )


# Without epsilon: then the projection vanishes.
without_eps = (
    Definition(mu, total(x[k]) / K),
    Definition(sigma, sp.sqrt(total((x[k] - mu) ** 2) / K)),
    Definition(xhat[j], (x[j] - mu) / sigma),
)
_gradient = gamma / (K * sigma) * (K * g[j] - total(g[k]) - xhat[j] * total(g[k] * xhat[k]))


def _has_three_sums(line):
    """Whether the sum of g x-hat and the sum of the squares of x-hat stand in it."""
    bodies = [total_.function for total_ in line.atoms(sp.Sum)]
    squares = any(body.has(sp.Pow) and _power_of_xhat(body) for body in bodies)
    mixed = any(body.has(g) and body.has(xhat) for body in bodies)
    return squares and mixed and line.has(gamma)


def _power_of_xhat(body):
    return any(isinstance(p.base, sp.Indexed) and p.base.base == xhat for p in body.atoms(sp.Pow))


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
    title="No part along the normalized input",
    question=r"""Prove that without $\varepsilon$ the gradient has no part along $\hat x$. Start from

`Sum(xhat[j] * gamma/(K*sigma) * (K*g[j] - Sum(g[k], (k, 0, K-1)) - xhat[j]*Sum(g[k]*xhat[k], (k, 0, K-1))), (j, 0, K-1))`

and end with `0`, with at least one line between. Write the lines as a list, `["…", "…", "…"]`.""",
    hints=[
        "Multiply out and sum each of the three terms over $j$ by itself. Two of the sums you know: "
        "$\\sum_k \\hat x_k = 0$ and $\\sum_k \\hat x_k^2 = K$."
    ],
    mistakes=[
        (
            "square-once",
            gamma / (K * sigma) * (K * total(xhat[k] * g[k]) - total(g[k] * xhat[k])),
            "$\\hat x_j$ times $\\hat x_j$ is summed over the whole batch: that gives $K$.",
        ),
        (
            "factor-forgotten",
            gamma / (K * sigma) * (K * total(g[k]) - K * total(g[k] * xhat[k])),
            "Each term of the gradient is multiplied by $\\hat x_j$, the first one too.",
        ),
    ],
    milestones=[
        (
            "no-sums",
            _has_three_sums,
            "not followed yet: sum each term over $j$ by itself. Where does $\\sum_k \\hat x_k^2$ come in?",
        )
    ],
    effort=1.5,
)


@varied(share=["0.1", "0.2", "0.05"], batches=[20, 15, 30])
def running_start(share, batches):
    old = 1 - sp.Rational(share)
    left = old**batches
    return Number(
        left,
        title="The start of a running variance",
        question=rf"""A running variance starts at $1$ and is updated with `momentum={share}`, as in PyTorch. With what factor does
the start still come in after {batches} batches?""",
        hints=[
            "Each batch multiplies what is left of the start by the same number. Which?",
            rf"It is a moving average with $\gamma = {float(old):g}$ that starts at $1$: each batch multiplies what is left of the start by $\gamma$.",
        ],
        mistakes=[
            (
                "momentum-is-share-of-old",
                sp.Rational(share) ** batches,
                f"In batch norm `momentum={share}` is the share of the *new*.",
            ),
            ("share-of-batches", 1 - left, f"That is the share of the {batches} batches together."),
            (
                "one-batch-less",
                old ** (batches - 1),
                f"Each of the {batches} batches shrinks it once.",
            ),
            ("newest-share", sp.Rational(share), "That is the share of the newest batch."),
        ],
        remark=f"After {batches} batches {100 * float(left):.2g} % of the running variance is still the $1$ it started with.",
    )


which_path = Choice(
    {
        "a": "the one through the mean",
        "b": "the direct one",
        "c": "the one through the variance",
    },
    "c",
    title="A path that was forgotten",
    question=r"""A colleague’s backward pass fails the check. Its $\partial L/\partial x$ adds up to zero over the batch, as
it should, but it has a large part along $\hat x$. Which of the three ways did they forget?""",
    hints=[
        "Which of the three terms of $\\partial L/\\partial x_j$ makes the sum vanish, and which "
        "the projection on $\\hat x$?"
    ],
    mistakes=[
        (
            "mean",
            "a",
            "Without the path through the mean the sum over the batch would not be zero.",
        ),
        ("direct", "b", "Without the direct path the sum over the batch would not be zero either."),
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
    parts=[Part("weights", "The weights", 50), Part("bias", "The bias", 50)],
    title="Folding batch norm into a layer",
    question=r"""After training, batch norm behind a linear layer $u \mapsto uW + b$ need not be computed: find the weights
and the bias of *one* linear layer that does the work of both. `W` has a column for each channel; `mean` and
`var` are the running statistics. Give back the weights and the bias.""",
    hints=[
        "Write out $y = \\gamma\\,(uW + b - \\mu)/\\sqrt{\\sigma^2+\\varepsilon} + \\beta$ and collect "
        "what multiplies $u$. Each column of $W$ belongs to one channel."
    ],
    mistakes=[
        (
            "bias-not-scaled",
            _bias_not_scaled,
            "The old bias goes through the normalization too: scale it as well.",
        ),
        (
            "bias-forgotten",
            _bias_forgotten,
            "With *running* statistics the bias $b$ counts: it is not taken away again.",
        ),
        ("epsilon-beside-root", _eps_outside, "The $\\varepsilon$ belongs under the root here."),
    ],
    remark="After training, batch norm behind a linear layer costs nothing: it is folded into the weights.",
)
