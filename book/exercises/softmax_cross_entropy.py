"""Exercises of the chapter on softmax and cross-entropy."""

import sympy as sp

from nnlib.exercises import Formula, Function, Number, Proof, np, varied
from nnlib.symbolic import Definition, Derivation, Partial

i, j, k = sp.symbols("i j k", integer=True)
C = sp.Symbol("C", integer=True, positive=True)
M = sp.Symbol("M", integer=True, positive=True)
a = sp.Symbol("a", positive=True)
d, L = sp.symbols("d L", real=True)
S, tau = sp.symbols("S tau", positive=True)
z = sp.IndexedBase("z", real=True)
p = sp.IndexedBase("p", positive=True)
y = sp.IndexedBase("y", nonnegative=True)


@varied(up=[1, 2, 3], down=[1, 3, 2])
def odds(up, down):
    both = up + down

    def times(count):
        return "d" if count == 1 else f"{count}d"

    return Formula(
        sp.exp(both * d),
        [d],
        title="How odds grow",
        question=f"By what factor do the odds $p_i/p_j$ grow when $z_i$ goes up by ${times(up)}$ and $z_j$ down by ${times(down)}$?",
        hints=["The odds are $e^{z_i - z_j}$.", "How much larger does the difference get?"],
        mistakes=[
            (
                "one-logit-only",
                sp.exp(up * d),
                f"Both logits move, so their difference grows by ${both}d$.",
            ),
            (
                "logarithm",
                both * d,
                f"The logarithm of the odds grows by ${both}d$; the odds are multiplied.",
            ),
            ("all-raised", 1, "Only raising *all* logits by the same amount changes nothing."),
            (
                "factors-added",
                sp.exp(up * d) + sp.exp(down * d),
                "The differences add up in the exponent: the two factors are multiplied.",
            ),
        ],
        remark="Logits are logarithms of odds, up to a common constant: hence their name.",
    )


@varied(classes=[100, 1000, 200, 37])
def first_loss(classes):
    of = " (CIFAR-100)" if classes == 100 else ""
    return Number(
        sp.log(classes),
        title="The very first loss",
        question=f"You train a classifier for {classes} classes{of}. What should the very first loss be, about?",
        hints=[
            "What does a network answer that knows nothing yet?",
            f"It gives every class about the same probability, $1/{classes}$.",
        ],
        mistakes=[
            (
                "bits",
                sp.log(classes) / sp.log(2),
                r"That is in bits, with $\log_2$; the loss is in nats.",
            ),
            (
                "decimal-logarithm",
                sp.log(classes) / sp.log(10),
                r"That is $\log_{10}$; the loss has the natural logarithm.",
            ),
            (
                "probability",
                sp.Rational(1, classes),
                "That is the probability of each class. Where is the logarithm?",
            ),
            (
                "wrong-share",
                1 - sp.Rational(1, classes),
                "That is how often a guess is wrong; the loss is a logarithm.",
            ),
            ("ten-classes", sp.log(10), "That is for ten classes."),
        ],
        remark=r"$\log C$ for $C$ classes. A much larger first loss says that the initial weights are "
        "too large: the network is certain of wrong answers.",
    )


off_diagonal = Formula(
    -p[i] * p[j] / tau,
    [i, j, p, tau],
    given=(sp.Ne(i, j), p[i] + p[j] < 1),
    title="Off the diagonal",
    question=r"What is $\partial p_i/\partial z_j$ for $i \ne j$, at temperature $\tau$?",
    hints=[
        "At $\\tau = 1$ it is the entry of the Jacobian with $\\delta_{ij} = 0$. What does the "
        "chain rule add for $z_j/\\tau$?"
    ],
    mistakes=[
        (
            "no-temperature",
            -p[i] * p[j],
            "That is for $\\tau = 1$; the logits are divided by $\\tau$ first.",
        ),
        (
            "sign",
            p[i] * p[j] / tau,
            "If another logit rises, $p_i$ has to make room: mind the sign.",
        ),
        (
            "delta-of-same",
            p[i] * (1 - p[j]) / tau,
            "That has $\\delta_{ij} = 1$, but the two are different.",
        ),
        ("own-logit", p[i] * (1 - p[i]) / tau, "That is how $p_i$ answers to its *own* logit."),
        ("zero", 0, "All logits stand in $S$, so every probability answers to every one."),
        (
            "multiplied-by-temperature",
            -p[i] * p[j] * tau,
            "Dividing logits by $\\tau$ divides the derivative, too.",
        ),
    ],
)

many_right = Formula(
    M * sp.log(M),
    [M],
    title="Many right answers",
    question="A picture shows $M$ things at once, and somebody sets $y_k = 1$ for each of these $M$ classes and $0$ for the others. How low can the cross-entropy get?",
    hints=[
        "With $M$ ones the loss is $-\\sum \\log p_k$ over the $M$ right classes. Their "
        "probabilities add up to one at most. By symmetry, how should they share it?"
    ],
    mistakes=[
        ("zero", 0, "For loss $0$ each right class would need $p = 1$, and they have to share it."),
        ("one-term", sp.log(M), "That is one term; there are $M$ of them."),
        (
            "averaged",
            sp.log(M) / M,
            "The targets are ones, not $1/M$: the $M$ terms are added, not averaged.",
        ),
        (
            "sign",
            -M * sp.log(M),
            "A loss of this kind is never negative: $-\\log(1/M) = +\\log M$.",
        ),
    ],
    remark="At $p = y/M$, where the gradient $M p_j - y_j$ vanishes. “Prediction minus target” "
    "would vanish nowhere. If several answers can be right at once, one sigmoid for each class is "
    "the better model.",
)

gap = Formula(
    sp.log(1 + C * (1 - a) / a),
    [a, C],
    given=(a < 1, C >= 2),
    title="The gap of label smoothing",
    question="A network is trained with label smoothing $a$, in $C$ classes, until the gradient is zero. How far is the right logit then above the others?",
    hints=[
        "The gradient $p - q$ is zero at $p = q$, and a difference of logits is the logarithm of "
        "a quotient of probabilities. What are the $q$ of the right class and of another one?"
    ],
    mistakes=[
        (
            "other-convention",
            sp.log((1 - a) / (a / (C - 1))),
            "That is the other convention, with $a$ spread over the other $C - 1$ classes.",
        ),
        (
            "share-not-given-back",
            sp.log(C * (1 - a) / a),
            "The right class gets its share $a/C$ back: its target is $1 - a + a/C$.",
        ),
        ("targets", 1 - a, "That is the gap between the *targets*. Logits are logarithms."),
        (
            "odds",
            1 + C * (1 - a) / a,
            "These are the odds; the difference of the logits is their logarithm.",
        ),
        ("sign", -sp.log(1 + C * (1 - a) / a), "The right logit is *above* the others."),
    ],
    remark="The quotient of $1 - a + a/C$ and $a/C$. With $a = 0.1$ and a thousand classes the gap "
    "is about 9.1; without smoothing there is no end to it.",
)


def over(index, term):
    return sp.Sum(term, (index, 0, C - 1))


def _one_fact_used(line):
    """Whether the delta is gone and a sum is left, or the sum is done and the delta is left."""
    sums = line.atoms(sp.Sum)
    if not line.has(sp.KroneckerDelta):
        return bool(sums)
    return all(total.has(sp.KroneckerDelta) and not total.has(p) for total in sums)


assignment = Proof(
    Derivation(
        Partial(L, z[j]),
        -over(k, y[k] * (sp.KroneckerDelta(k, j) - p[j])),
        "chain rule and Jacobian",
        where=(
            Definition(S, over(k, sp.exp(z[k]))),
            Definition(p[j], sp.exp(z[j]) / S),
            Definition(L, -over(k, y[k] * sp.log(p[k]))),
        ),
        given=(j >= 0, j <= C - 1, sp.Eq(over(k, y[k]), 1)),
    )
    .step(p[j] * over(k, y[k]) - y[j], "$\\delta_{kj}$ leaves $k = j$")
    .step(p[j] - y[j], "the targets sum to one"),
    [j, k, C, p, y],
    title="The question of the assignment",
    question=r"""The question of the NTU assignment, put right: derive $\partial L/\partial z_j = p_j - y_j$ for $L = -\sum_k y_k\log p_k$ and targets that add up to one. The chain rule and the Jacobian give the first line

`-Sum(y[k] * (delta(k, j) - p[j]), (k, 0, C-1))`

Write the lines from there to `p[j] - y[j]` as a list of formulas, `["…", "…", "…"]`, both ends included and at least one between them.""",
    hints=[
        "Take the bracket apart. In the first sum only $k = j$ is left; in the second $p_j$ does "
        "not depend on $k$."
    ],
    mistakes=[
        (
            "own-class-only",
            y[j] * p[j] - y[j],
            "This keeps only the loss of class $j$ itself. Every $y_k p_j$ belongs to the sum.",
        ),
        ("sign", y[j] - p[j], "The minus sign stands in front of the whole sum."),
        ("ones-added", C * p[j] - y[j], "It is the targets that are added up, not ones."),
    ],
    milestones=[
        (
            "facts-not-shown",
            _one_fact_used,
            "two things happen at once: $\\delta_{kj}$ leaves one term, and the targets add up to one. "
            "Give each a line.",
        )
    ],
    remark="The assignment's own claim, for the loss of one class, holds where $y_j = 1$ only.",
)


@varied(classes=[10, 5, 20, 100])
def floor(classes):
    others = classes - 1
    return Number(
        sp.log(1 + others / sp.E),
        title="A loss that does not fall",
        question=f"A classifier for {classes} classes answers everything in the training set correctly and with certainty, and still its loss does not fall below a certain number. Its model ends in a softmax; the loss function expects logits. Which number?",
        hints=[
            "What does the loss function take the probabilities for?",
            f"Probabilities go in as logits: at best a $1$ and {others} zeros.",
        ],
        mistakes=[
            (
                "given-logits",
                0,
                "That is how low the loss gets when it is given logits; these end at $1$.",
            ),
            (
                "knows-nothing",
                sp.log(classes),
                "That is the loss of somebody who knows nothing; it does fall from there.",
            ),
            ("only-right-logit", 1, r"The right logit is $1$, but $\log S$ is not $0$."),
            (
                "one-more-other",
                sp.log(1 + classes / sp.E),
                f"Besides the right class there are {others}, not {classes}.",
            ),
            (
                "log-of-sum",
                sp.log(others + sp.E),
                r"That is $\log S$; subtract the right logit, $1$.",
            ),
            ("sign", -sp.log(1 + others / sp.E), "A cross-entropy is never negative."),
        ],
        remark=rf"$\log(e + {others}) - 1$. A loss that stalls near this value with all answers right is the "
        "mark of a softmax too many.",
    )


@varied(direction=[(1, -1, 0), (2, -1, -1), (1, 1, -2), (2, -2, 0), (3, -1, -2)])
def curvature(direction):
    squares = sum(v * v for v in direction)
    shown = ", ".join(map(str, direction))
    return Number(
        sp.Rational(squares, 3),
        title="A curvature",
        question=rf"Three classes, all with probability $\frac13$, and the targets add up to one. What is the curvature $\sum_{{ij}} v_i v_j\,\partial^2 L/\partial z_i\partial z_j$ in the direction $v = ({shown})$?",
        hints=[
            r"The Hessian is $\operatorname{diag}(p) - p\,p^{\mathsf T}$.",
            rf"It is the variance of the numbers ${shown}$ when each has probability $\frac13$.",
        ],
        mistakes=[
            (
                "not-weighted",
                squares,
                r"That is $\sum_i v_i^2$; each square counts with its probability.",
            ),
            ("mean", 0, "That is the mean of $v$. The curvature is its variance."),
            (
                "sample-variance",
                sp.Rational(squares, 2),
                "With three equal values the divisor is $3$, not $2$: this is no sample.",
            ),
            (
                "largest-square-only",
                sp.Rational(max(v * v for v in direction), 3),
                "That is the share of one number only: every square counts.",
            ),
            (
                "standard-deviation",
                sp.sqrt(sp.Rational(squares, 3)),
                "That is the standard deviation; the curvature is its square.",
            ),
        ],
        remark=rf"$|v|^2 = {squares}$, so per unit length it is $\frac13$, below the bound $\frac12$.",
    )


def margin_loss(m):
    return np.maximum(-m, 0) + np.log1p(np.exp(-np.abs(m)))


def _naive_margin(m):
    return np.log(1 + np.exp(-m))


def _naive_log1p(m):
    return np.log1p(np.exp(-m))


def _shifted_margin(m):
    return np.maximum(-m, 0) + np.log(1 + np.exp(-np.abs(m)))


def _other_sign(m):
    return np.maximum(m, 0) + np.log1p(np.exp(-np.abs(m)))


def _one_branch(m):
    return np.log1p(np.exp(-np.abs(m)))


def _shortcut(limit):
    def wrong(m):
        return np.where(m > limit, np.exp(-m), margin_loss(m))

    return wrong


def _linear_too_soon(m):
    return np.where(m < -15, -m, margin_loss(m))


def _zero_too_soon(m):
    return np.where(m > 37, 0.0, margin_loss(m))


def _margins(rng):
    """Of each kind some: tiny and huge, and all of the middle, where shortcuts are nearly right."""
    middle = rng.uniform(0, 10, size=10) + np.arange(-50.0, 50.0, 10.0)
    signs = rng.choice([-1.0, 1.0], size=4)
    anywhere = signs * 10.0 ** rng.uniform(-300, 300, size=4)
    small = rng.choice([-1.0, 1.0], size=2) * 10.0 ** rng.uniform(-18, 0, size=2)
    return (np.concatenate([middle, anywhere, small, rng.uniform(600, 760, 1), [-800.0, 0.0]]),)


margin = Function(
    margin_loss,
    _margins,
    title="The loss of a margin",
    question=r"Write the loss of two classes, $\log(1 + e^{-m})$, for an array of *margins* $m$ (the right logit minus the other one), correct to the last digits for every float64, large or small, of either sign.",
    hints=[
        "Factor out the larger of $1$ and $e^{-m}$, so that no exponential is above one; and look "
        "up `np.log1p`."
    ],
    mistakes=[
        ("naive", _naive_margin, "For $m = -800$ the exponential overflows."),
        (
            "overflows-below",
            _naive_log1p,
            "Right for large $m$, but for $m = -800$ the exponential still overflows.",
        ),
        (
            "rounds-above",
            _shifted_margin,
            "Nothing overflows, but for large $m$ the sum $1 + e^{-m}$ is rounded to $1$: use "
            "`np.log1p`.",
        ),
        (
            "other-sign",
            _other_sign,
            "This is the loss of $-m$: it must *fall* as the margin grows.",
        ),
        (
            "one-branch",
            _one_branch,
            "For negative $m$ the factor that was taken out is missing: add $-m$ there.",
        ),
        (
            "linear-too-soon",
            _linear_too_soon,
            "$-m$ alone is too little for $m$ near $-15$: the exponential still counts there.",
        ),
        (
            "zero-too-soon",
            _zero_too_soon,
            "For large $m$ the loss is small, but not zero: float64 has room down to $10^{-308}$.",
        ),
    ],
    remark="`np.logaddexp(0, -m)` does the same.",
    trials=12,
    rtol=1e-13,
    atol=0.0,
)
# Right but for a stretch of margins; the tests of the exercise try them all.
NEARLY_RIGHT = [
    *(_shortcut(limit) for limit in (8, 12, 15, 18)),
    lambda m: np.where(np.abs(m) < 1e-6, np.log(2), margin_loss(m)),
    lambda m: np.where(m < -30, -m * (1 + 1e-9), margin_loss(m)),
    lambda m: margin_loss(m).astype(np.float32).astype(float),
    lambda m: margin_loss(np.clip(m, -500, 500)),
    lambda m: np.where(m > 700, 0, margin_loss(m)),
    lambda m: np.logaddexp(0, -m) * (1 + 4e-6 * (np.abs(m - 25) < 5)),
    lambda m: np.maximum(-m, 0) + np.exp(-np.abs(m)) - np.exp(-2 * np.abs(m)) / 2,
    lambda m: -np.log(1 / (1 + np.exp(-m))),
    lambda m: np.maximum(-m, 0) + np.log(1 + np.exp(-np.abs(m))),
]


def gradient_with_smoothing(z, label, a):
    from nnlib.functional import softmax

    N, C = z.shape
    target = (1 - a) * np.eye(C)[label] + a / C
    return (softmax(z) - target) / N


def _summed(z, label, a):
    return gradient_with_smoothing(z, label, a) * len(z)


def _softmax():
    from nnlib.functional import softmax

    return softmax


def _over_others(z, label, a):
    softmax = _softmax()
    N, C = z.shape
    onehot = np.eye(C)[label]
    return (softmax(z) - (1 - a) * onehot - a * (1 - onehot) / (C - 1)) / N


def _not_smoothed(z, label, a):
    return gradient_with_smoothing(z, label, 0.0)


def _share_not_given_back(z, label, a):
    softmax = _softmax()
    N, C = z.shape
    return (softmax(z) - (1 - a) * np.eye(C)[label]) / N


def _over_entries(z, label, a):
    return gradient_with_smoothing(z, label, a) / z.shape[1]


def _along_batch(z, label, a):
    softmax = _softmax()
    N, C = z.shape
    return (softmax(z, axis=0) - (1 - a) * np.eye(C)[label] - a / C) / N


def _batch(rng):
    N, C = rng.integers(2, 4), rng.integers(3, 5)
    return rng.normal(size=(N, C)), rng.integers(0, C, size=N), 0.2


smoothed_gradient = Function(
    gradient_with_smoothing,
    _batch,
    title="The gradient with smoothing",
    question="Write the gradient of the mean cross-entropy of a batch with label smoothing $a$: `z` has shape $(N, C)$, `label` holds $N$ class numbers. (`np.eye(C)[label]` is the one-hot batch.)",
    hints=["At $\\tau = 1$ it is: probabilities minus smoothed targets, over $N$."],
    mistakes=[
        ("summed", _summed, "That is the gradient of the *sum* over the batch: divide by $N$."),
        (
            "over-others",
            _over_others,
            "Here the share $a$ is spread over all $C$ classes, not over $C - 1$.",
        ),
        ("not-smoothed", _not_smoothed, "The targets are not smoothed yet."),
        (
            "share-not-given-back",
            _share_not_given_back,
            "The share taken from the right class is to be given to all: $a/C$.",
        ),
        (
            "over-entries",
            _over_entries,
            "The mean is over the $N$ examples, not over all $N C$ entries.",
        ),
        ("along-batch", _along_batch, "The softmax must sum over the classes, the last axis."),
    ],
    remark="With the softmax of `nnlib`, which subtracts the largest logit for you.",
)
