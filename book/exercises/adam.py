"""Exercises of the chapter on Adam."""

import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof, np, varied
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
    title="The share of a square",
    question=r"With which factor does $g_i^2$ stand in $v_t$? (It is $C\,D_i$ of the assignment.)",
    hints=[
        "$C\\,D_i$ of the text: the share with which a square comes in, times what each later step "
        "leaves of it."
    ],
    mistakes=[
        (
            "shrinking-only",
            beta2 ** (t - i),
            "That is $D_i$ alone: how far the square has shrunk since it came in.",
        ),
        (
            "age-as-index",
            (1 - beta2) * beta2**i,
            "A square is $t - i$ steps old at step $t$, not $i$ steps.",
        ),
        (
            "newest-shrunk",
            (1 - beta2) * beta2 ** (t - i + 1),
            "The newest square, $i = t$, has not been multiplied by $\\beta_2$ yet.",
        ),
        (
            "share-squared",
            (1 - beta2) ** 2 * beta2 ** (2 * (t - i)),
            "The gradient is squared, not its share.",
        ),
    ],
)


@varied(first=["0.9", "0.8", "0.95"], second=["0.99", "0.9", "0.96", "0.9999"])
def first_uncorrected(first, second):
    new, square = 1 - sp.Rational(first), 1 - sp.Rational(second)
    solution = new / sp.sqrt(square)
    happy = " For these settings the two errors cancel, and at the first step only."
    return Number(
        solution,
        title="A first step without correction",
        question=rf"Adam with $\beta_1 = {first}$ and $\beta_2 = {second}$, without the correction: how many learning rates long is its first step?",
        hints=[
            "What are $m_1$ and $v_1$, with the averages at zero before?",
            r"$m_1 = (1-\beta_1)\,g_1$ and $\sqrt{v_1} = \sqrt{1-\beta_2}\,|g_1|$.",
        ],
        mistakes=[
            (
                "usual-beta2",
                new / sp.sqrt(sp.Rational(1, 1000)),
                r"That is for $\beta_2 = 0.999$.",
            ),
            ("no-root", new / square, r"You divided by $1-\beta_2$; the step has its root."),
            ("not-divided", new, "That is $m_1$ alone. What is it divided by?"),
        ],
        remark=r"$\frac{1-\beta_1}{\sqrt{1-\beta_2}}$, and one with the correction."
        + (happy if solution == 1 else ""),
    )


@varied(average=[("m", 1, "gradients"), ("v", 2, "squared gradients")])
def decay_of_mhat(average):
    name, number, what = average
    beta = {1: beta1, 2: beta2}[number]
    hat, decay = rf"\hat {name}", rf"\beta_{number}"
    return Formula(
        (beta - beta**t) / (1 - beta**t),
        [t, beta],
        given=beta < 1,
        title="The decay of the corrected average",
        question=rf"The MIT notes ask: define ${hat}_t$ directly as a running average of the {what}. What is the decay $\gamma_t$?",
        hints=[
            rf"Write ${hat}_t$ with ${hat}_{{t-1}}$.",
            rf"${name}_{{t-1}}$ is $(1-{decay}^{{t-1}})\,{hat}_{{t-1}}$: what multiplies ${hat}_{{t-1}}$ in the end?",
        ],
        mistakes=[
            (
                "decay-of-m",
                beta,
                rf"That is the decay of ${name}_t$. What does the division by $1-{decay}^t$ change?",
            ),
            (
                "mhat-for-m",
                beta / (1 - beta**t),
                rf"${name}_{{t-1}}$ is $(1-{decay}^{{t-1}})\,{hat}_{{t-1}}$, not ${hat}_{{t-1}}$.",
            ),
            (
                "share-of-new",
                (1 - beta) / (1 - beta**t),
                r"That is the share of the new one, $1 - \gamma_t$.",
            ),
            (
                "limit-only",
                (t - 1) / t,
                rf"That is the limit for ${decay} \to 1$: the plain mean.",
            ),
        ],
        remark=rf"At $t = 1$ it is $0$, and with time it rises to ${decay}$.",
    )


@varied(second=["0.99", "0.98", "0.95", "0.97"])
def until_fixed(second):
    decay = float(second)

    def first_below(bound, beta=decay):
        """The first t at which beta to the power t is at most the bound."""
        return next(t for t in range(1, 9999) if beta**t <= bound)

    steps = first_below(1 - 0.99**2)
    memory = round(1 / (1 - decay))
    return Number(
        steps,
        unit="steps",
        tolerance=0,
        title="Until the correction is over",
        question=rf"With $\beta_2 = {second}$, from which step on is $\sqrt{{1-\beta_2^t}}$ at least $0.99$?",
        hints=[
            "Square both sides before you take logarithms.",
            rf"Solve $\sqrt{{1 - {second}^t}} = 0.99$ for $t$ and round up.",
        ],
        mistakes=[
            ("one-too-early", steps - 1, "There it is still a little below: round up."),
            (
                "no-root",
                first_below(0.01),
                rf"You solved $1 - {second}^t = 0.99$; in the step stands the root.",
            ),
            ("usual-beta2", first_below(1 - 0.99**2, 0.999), r"That is for $\beta_2 = 0.999$."),
            (
                "memory-length",
                memory,
                r"That is $1/(1-\beta_2)$: by then $\sqrt{1-\beta_2^t}$ is about $0.8$.",
            ),
        ],
        remark="With $0.999$ it takes 3916 steps.",
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
    title="Shares that add up to what is there",
    question=r"""The solution of the assignment divides where it should multiply, and is left with a false identity. Prove the right one: the shares
$(1-\beta_2)\,\beta_2^{T-i}$, from $i = 1$ to $T$, add up to $1-\beta_2^T$. Write the lines as a list, from
`(1-beta2) * Sum(beta2^(T-i), (i, 1, T))` to `1 - beta2^T`, with at least one between them.""",
    hints=["Multiply out: the second sum is the first, moved by one place."],
    mistakes=[
        (
            "divided",
            ages - beta2 * ages / (1 - beta2),
            "$(1-\\beta_2)$ multiplies; nothing is divided by it.",
        ),
        (
            "power-too-high",
            1 - beta2 ** (T + 1),
            "The last power that is left over is the one of $i = 1$ in the second sum.",
        ),
    ],
)

gradient = sp.Symbol("g", real=True)
squares, rate, epsilon = sp.symbols("S eta0 varepsilon", positive=True)
to_adagrad = Formula(
    rate * gradient / (sp.sqrt(squares) + sp.sqrt(T) * epsilon),
    [rate, T, gradient, squares, epsilon],
    given=T >= 1,
    title="Adam becomes AdaGrad",
    question=r"""The assignment of NTU asks you to show that Adam with $\beta_1 = 0$, $\beta_2 \to 1$ and the rate $\eta_0 T^{-1/2}$ is AdaGrad. Show it on paper, with Adam's $\varepsilon$ beside the
root: what does step $T$ take off the weight in the limit? Here $g$ is the gradient of that step, and $S$ the sum of the squares of all gradients so far.""",
    hints=[
        r"By the exercise before this one, each square has the share $\beta_2^{T-i}$ over the sum of these powers. What is that at $\beta_2 = 1$?",
        r"So $\hat v_T$ becomes $S/T$, and $\hat m_T$ is $g$. Multiply above and below by $\sqrt T$.",
    ],
    mistakes=[
        (
            "adagrad-with-epsilon",
            rate * gradient / (sp.sqrt(squares) + epsilon),
            r"The $\sqrt T$ of the rate meets both terms below the line, $\varepsilon$ too.",
        ),
        (
            "sum-for-mean",
            rate / sp.sqrt(T) * gradient / (sp.sqrt(squares) + epsilon),
            r"$\hat v_T$ becomes the mean of the squares, $S/T$, not their sum.",
        ),
        (
            "rate-left-out",
            rate * gradient / (sp.sqrt(squares / T) + epsilon),
            r"The rate of this step is $\eta_0 T^{-1/2}$.",
        ),
        (
            "no-root",
            rate / sp.sqrt(T) * gradient / (squares / T + epsilon),
            r"Adam divides by the root of $\hat v_T$.",
        ),
    ],
    remark=r"With $\varepsilon = 0$ that is AdaGrad, step for step.",
)

which_bug = Choice(
    {
        "a": "t is never counted up",
        "b": "the correction is left out",
        "c": "beta1 and beta2 have changed places",
    },
    "a",
    title="Steps that shrink to a third",
    question=r"""A run of Adam takes a first step of the right length. Then, on a steady gradient, its steps shrink to a third and stay there. Which
mistake is in its code?""",
    hints=["Which of the three leaves the first step as it should be?"],
    mistakes=[
        ("no-correction", "b", "Then the first step would be too long already."),
        ("betas-swapped", "c", "Then the steps would be tiny at first, and grow."),
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
    title="Adam of the MIT notes",
    question=r"Write Adam as the MIT notes have it, with $\varepsilon$ under the root: from a list of gradients to the last $w$, starting at zero.",
    hints=[
        "Start both averages at zero, count $t$ from one, and put $\\varepsilon$ beside $\\hat v_t$, "
        "under the root."
    ],
    mistakes=[
        (
            "epsilon-beside-root",
            _epsilon_outside,
            "There $\\varepsilon$ stands beside the root; here it belongs under it.",
        ),
        (
            "epsilon-before-correction",
            _epsilon_before_correction,
            "You added $\\varepsilon$ before the correction, which then divides it as well.",
        ),
        ("uncorrected", _uncorrected, "The averages are not corrected for their start at zero."),
        (
            "constant-correction",
            _t_from_first_power,
            "The corrections never change: they have to be $1-\\beta^t$ with the $t$ of the step.",
        ),
        (
            "count-from-zero",
            _t_from_zero,
            "You count $t$ from zero, and divide by zero; count from one.",
        ),
        (
            "keeps-corrected",
            _keeps_the_corrected,
            "The next average goes on from $m$ and $v$ themselves, not from the corrected ones.",
        ),
        (
            "squares-of-average",
            _one_average,
            "$v_t$ averages the squares of the gradients, not of their averages.",
        ),
    ],
)
