"""Exercises of the chapter on AdaGrad, RMSProp and Adadelta."""

import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof, np, varied
from nnlib.symbolic import Derivation

t = sp.Symbol("t", integer=True, positive=True)
T = sp.Symbol("T", integer=True, positive=True)
gamma, c, s = sp.symbols("gamma c s", positive=True)
memory = gamma < 1


@varied(eta=["0.5", "0.3", "0.6"], slope=[4, 3, 5, 6], count=[25, 16, 36, 49])
def adagrad_step(eta, slope, count):
    rate, root = sp.Rational(eta), sp.sqrt(count)
    return Number(
        rate / root,
        title="The length of AdaGrad's step",
        question=rf"AdaGrad with $\eta = {eta}$ sees the slope ${slope}$ at each step. How long is its step number {count}?",
        hints=[
            "Every step adds the square of its slope to the sum. What is the sum by then?",
            rf"After {count} equal slopes the sum of the squares is ${count}\cdot {slope}^2$.",
        ],
        mistakes=[
            (
                "first-step",
                rate,
                "That is the first step. By which factor has the root of the sum grown?",
            ),
            (
                "no-root",
                rate / count,
                f"You divided by {count}; the step has the root of the sum below.",
            ),
            ("slope-left", rate / root * slope, "The slope cancels: it is in the sum as well."),
            (
                "gradient-descent",
                rate * slope,
                r"That is $\eta$ times the slope, the step of gradient descent.",
            ),
        ],
        remark=rf"${eta}\cdot {slope}/\sqrt{{{count}\cdot {slope**2}}} = {eta}/{root}$: the slope cancels.",
    )


first_to_later = Formula(
    sp.sqrt((1 - gamma**t) / (1 - gamma)),
    [gamma, t],
    given=memory,
    title="RMSProp's first step and a later one",
    question="RMSProp sees the same slope at each step. By which factor is its first step longer than its step number $t$?",
    hints=["Divide the length of step $1$ by that of step $t$."],
    mistakes=[
        (
            "no-root",
            (1 - gamma**t) / (1 - gamma),
            "The averages have this ratio; the steps have its root.",
        ),
        (
            "upside-down",
            sp.sqrt((1 - gamma) / (1 - gamma**t)),
            "Upside down: the first step is the longer one.",
        ),
        (
            "far-future",
            1 / sp.sqrt(1 - gamma),
            "That compares it with a step in the far future, not with step $t$.",
        ),
        ("adagrad", sp.sqrt(t), "That is AdaGrad."),
    ],
    remark="One at $t = 1$, and in the end $1/\\sqrt{1-\\gamma}$.",
)

unit_of_epsilon = Choice(
    {
        "a": "none",
        "b": "joules squared per metre squared",
        "c": "joules per metre",
        "d": "metres",
    },
    "c",
    title="The unit of epsilon",
    question=r"The rate of RMSProp is a length. The weights are given in metres, the loss in joules, and $\varepsilon$ stands *beside* the root. In which unit is $\varepsilon$?",
    hints=["What is it added to?"],
    mistakes=[
        ("pure-number", "a", "A pure number cannot be added to a slope."),
        ("under-the-root", "b", "That is its unit *under* the root, beside the squares."),
        ("unit-of-rate", "d", "That is the unit of the rate."),
    ],
    remark="It is added to $\\sqrt{v_t}$, which has the unit of a slope.",
)

epsilon_for_first = Formula(
    s**2 * (1 - gamma),
    [s, gamma],
    given=memory,
    title="An epsilon for the first step",
    question=r"Which $\varepsilon$ makes the first step of Adadelta $s$ long, for a slope so large that the $\varepsilon$ below does not matter?",
    hints=["Solve $s = \\sqrt{\\varepsilon/(1-\\gamma)}$ for ε."],
    mistakes=[
        (
            "share-forgotten",
            s**2,
            "That forgets that $v_1$ holds a share $1-\\gamma$ of the squared slope.",
        ),
        ("root-of-epsilon", s * sp.sqrt(1 - gamma), "That is the root of ε."),
        (
            "upside-down",
            s**2 / (1 - gamma),
            "Upside down: a small share below makes the first step *longer*.",
        ),
        (
            "share-of-old",
            s**2 * gamma,
            "The share of the new is $1 - \\gamma$; $\\gamma$ is that of the old.",
        ),
    ],
    remark="Steps of a thousandth at $\\gamma = 0.9$ take an ε of $10^{-7}$.",
)


@varied(before=[1, 2, 3])
def after_jump(before):
    old = before**2
    shown = "" if before == 1 else f"{before}^2"
    return Formula(
        c / sp.sqrt(old * gamma + (1 - gamma) * c**2),
        [c, gamma],
        given=memory,
        title="A slope that jumps",
        question=rf"The slope of a weight was ${before}$ for a long time, then it is $c > 0$. How long is the next step of RMSProp, with $\eta = 1$?",
        hints=[f"Before the change $v$ is ${shown or 1}$.", "What is it after one slope of $c$?"],
        mistakes=[
            (
                "old-average",
                c / before,
                "That divides by the old average; the new slope goes into it first.",
            ),
            ("average-followed", sp.S.One, "That is the length once the average has followed."),
            ("limit-only", 1 / sp.sqrt(1 - gamma), "That is the limit for a very large $c$."),
            (
                "no-root",
                c / (old * gamma + (1 - gamma) * c**2),
                "You divided by the average; the step has its root below.",
            ),
            (
                "shares-swapped",
                c / sp.sqrt(old * (1 - gamma) + gamma * c**2),
                r"The shares have changed places: here $\gamma$ belongs to the old.",
            ),
        ],
        remark=r"While $c$ is small it is nearly proportional to $c$, and it is never more than $1/\sqrt{1-\gamma}$.",
    )


U, epsilon = sp.symbols("U varepsilon", positive=True)
grown = U + (1 - gamma) * epsilon * T
longer_steps = Proof(
    Derivation(
        sp.IndexedBase("u", real=True)[T + 1],
        gamma * grown + (1 - gamma) * (grown + epsilon),
        "the recurrence, with the claim for $T$ put in",
        given=memory,
    )
    .step(grown + (1 - gamma) * epsilon, "the shares $\\gamma$ and $1-\\gamma$ of the same")
    .step(U + (1 - gamma) * epsilon * (T + 1), "one more term of the same size"),
    [U, epsilon, gamma, T],
    title="Adadelta's steps grow",
    question=r"""Adadelta goes on from an average $u_0 = U$ of its squared steps, under a constant slope. Then
$u_T = U + (1-\gamma)\,\varepsilon\,T$. Prove the step of the induction: write the lines as a list, from
`gamma*(U + (1-gamma)*varepsilon*T) + (1-gamma)*(U + (1-gamma)*varepsilon*T + varepsilon)` to
`U + (1-gamma)*varepsilon*(T+1)`, with at least one between them.""",
    hints=[
        "The claim for $T$ stands there twice, once with the share $\\gamma$ and once with $1-\\gamma$."
    ],
    mistakes=[
        (
            "start-once",
            gamma * U + (1 - gamma) * epsilon * (T + 1),
            "The start $U$ is there with the share $\\gamma$, and with the share $1-\\gamma$ once more.",
        ),
        ("epsilon-whole", grown + epsilon, "The ε comes in with the share $1 - \\gamma$."),
    ],
)

which_fault = Choice(
    {
        "a": "the average is added to itself",
        "b": "the average is AdaGrad's sum",
        "c": "epsilon is missing",
    },
    "a",
    title="Steps that shrink whatever the slopes are",
    question=r"""A run of RMSProp goes well at first; then its steps shrink by the same factor at each step, whatever the slopes are, until
the weights stand still. Which fault is it?""",
    hints=["Which of the three makes what stands below the slope grow geometrically?"],
    mistakes=[
        ("adagrad-sum", "b", "AdaGrad's steps shrink like $1/\\sqrt t$, more and more slowly."),
        (
            "no-epsilon",
            "c",
            "That shows where all slopes are zero: the step is not a number there.",
        ),
    ],
    remark="The cache grows by $1 + \\gamma$ at each step, so the steps shrink by $1/\\sqrt{1+\\gamma}$.",
)


def rmsprop_of_mit(slopes, lr, gamma, eps):
    average, steps = 0.0, []
    for slope in slopes:
        average = gamma * average + (1 - gamma) * slope**2
        steps.append(lr / np.sqrt(average + eps) * slope)
    return np.array(steps)


def _epsilon_beside(slopes, lr, gamma, eps):
    average, steps = 0.0, []
    for slope in slopes:
        average = gamma * average + (1 - gamma) * slope**2
        steps.append(lr / (np.sqrt(average) + eps) * slope)
    return np.array(steps)


def _summed(slopes, lr, gamma, eps):
    return lr / np.sqrt(np.cumsum(slopes**2) + eps) * slopes


def _average_of_before(slopes, lr, gamma, eps):
    average, steps = 0.0, []
    for slope in slopes:
        steps.append(lr / np.sqrt(average + eps) * slope)
        average = gamma * average + (1 - gamma) * slope**2
    return np.array(steps)


def _not_squared(slopes, lr, gamma, eps):
    average, steps = 0.0, []
    for slope in slopes:
        average = gamma * average + (1 - gamma) * slope
        steps.append(lr / np.sqrt(average**2 + eps) * slope)
    return np.array(steps)


def _shares_swapped(slopes, lr, gamma, eps):
    return rmsprop_of_mit(slopes, lr, 1 - gamma, eps)


def _drawn(rng):
    length = int(rng.integers(3, 7))
    return rng.normal(size=length), 0.1, rng.uniform(0.6, 0.9), rng.uniform(0.05, 0.3)


mit_steps = Function(
    rmsprop_of_mit,
    _drawn,
    title="RMSProp of the MIT notes",
    question=r"Write the method of the MIT notes: from an array of slopes to the array of the steps $d_t$, with $\varepsilon$ under the root.",
    hints=["Start the average at zero; take the new slope into it before you divide."],
    mistakes=[
        (
            "epsilon-beside-root",
            _epsilon_beside,
            "There ε stands beside the root; here it belongs under it.",
        ),
        ("adagrad-sum", _summed, "That is AdaGrad: its sum never forgets."),
        (
            "average-of-before",
            _average_of_before,
            "The slope of this step belongs into the average before you divide.",
        ),
        (
            "not-squared",
            _not_squared,
            "The average is of the squares of the slopes, not the square of their average.",
        ),
        (
            "shares-swapped",
            _shares_swapped,
            "The shares have changed places: $\\gamma$ belongs to the old.",
        ),
    ],
)


def adadelta_of_zeiler(slopes, gamma, eps):
    v, u, steps = 0.0, 0.0, []
    for slope in slopes:
        v = gamma * v + (1 - gamma) * slope**2
        step = np.sqrt((u + eps) / (v + eps)) * slope
        u = gamma * u + (1 - gamma) * step**2
        steps.append(step)
    return np.array(steps)


def _no_epsilon_above(slopes, gamma, eps):
    v, u, steps = 0.0, 0.0, []
    for slope in slopes:
        v = gamma * v + (1 - gamma) * slope**2
        step = np.sqrt(u / (v + eps)) * slope
        u = gamma * u + (1 - gamma) * step**2
        steps.append(step)
    return np.array(steps)


def _steps_not_squared(slopes, gamma, eps):
    v, u, steps = 0.0, 0.0, []
    for slope in slopes:
        v = gamma * v + (1 - gamma) * slope**2
        step = np.sqrt((u + eps) / (v + eps)) * slope
        u = gamma * u + (1 - gamma) * abs(step)
        steps.append(step)
    return np.array(steps)


def _slopes_above(slopes, gamma, eps):
    v, u, steps = 0.0, 0.0, []
    for slope in slopes:
        old = u
        v = gamma * v + (1 - gamma) * slope**2
        u = gamma * u + (1 - gamma) * slope**2
        steps.append(np.sqrt((old + eps) / (v + eps)) * slope)
    return np.array(steps)


def _no_root(slopes, gamma, eps):
    v, u, steps = 0.0, 0.0, []
    for slope in slopes:
        v = gamma * v + (1 - gamma) * slope**2
        step = (u + eps) / (v + eps) * slope
        u = gamma * u + (1 - gamma) * step**2
        steps.append(step)
    return np.array(steps)


def _slopes_of_zeiler(rng):
    length = int(rng.integers(3, 7))
    return rng.normal(size=length), rng.uniform(0.6, 0.9), rng.uniform(0.05, 0.3)


zeiler_steps = Function(
    adadelta_of_zeiler,
    _slopes_of_zeiler,
    title="Zeiler's Adadelta",
    question=r"Write Zeiler's Adadelta: from an array of slopes to the array of its steps, with $\varepsilon$ added to both averages, under the root.",
    hints=["Two averages, both zero at first. The one of the steps is brought up to date last."],
    mistakes=[
        (
            "no-epsilon-above",
            _no_epsilon_above,
            "The ε above is missing: this never starts to move.",
        ),
        (
            "steps-not-squared",
            _steps_not_squared,
            "The second average is of the *squares* of the steps.",
        ),
        (
            "slopes-above",
            _slopes_above,
            "The second average is of the steps that were taken, not of the slopes.",
        ),
        ("no-root", _no_root, "The root is missing: both averages are of squares."),
    ],
)
