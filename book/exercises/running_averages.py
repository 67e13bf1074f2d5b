"""Exercises of the chapter on running averages."""

import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof, np
from nnlib.symbolic import Derivation

t = sp.Symbol("t", integer=True, positive=True)
T = sp.Symbol("T", integer=True, positive=True)
N = sp.Symbol("N", positive=True)
gamma = sp.Symbol("gamma", positive=True)
c = sp.IndexedBase("c", real=True)
memory = (gamma < 1,)

first_weight = Formula(
    gamma ** (T - 1) * (1 - gamma),
    [gamma, T],
    given=memory,
    title="The weight of the first value",
    question="What is the weight of the very first value, $c_1$, in $C_T$?",
    hints=["How old is $c_1$ at time $T$? Try $T = 1$ and $T = 2$ by hand."],
    mistakes=[
        (
            "one-step-too-old",
            gamma**T * (1 - gamma),
            "At time $T$ the first value is $T - 1$ steps old, not $T$.",
        ),
        (
            "share-forgotten",
            gamma ** (T - 1),
            "That is how far its weight has shrunk. With which share was it let in?",
        ),
        (
            "shares-swapped",
            (1 - gamma) ** (T - 1) * gamma,
            "The shares have changed places: here $\\gamma$ belongs to the old.",
        ),
    ],
    remark="Put $t = 1$ into the weight $\\gamma^{T-t}(1-\\gamma)$.",
)

half_life_of_099 = Number(
    sp.log(sp.Rational(1, 2)) / sp.log(sp.Rational(99, 100)),
    unit="steps",
    title="A half-life",
    question=r"After how many steps has a weight halved, for $\gamma = 0.99$?",
    hints=["Which power of $0.99$ is one half? Take logarithms."],
    mistakes=[
        (
            "time-constant",
            100,
            "That is $1/(1-\\gamma)$, or nearly the time constant: by then a weight has dropped to "
            "about $1/e$.",
        ),
        ("mean-age", 99, "That is the mean age $\\gamma/(1-\\gamma)$."),
        ("window", 199, "That is the window of the same noise $(1+\\gamma)/(1-\\gamma)$."),
        ("straight-line", 50, "A weight falls geometrically, not in a straight line."),
    ],
    remark="About 69 steps: less than the hundred that $1/(1-\\gamma)$ suggests.",
)

lag_of_climb = Number(
    sp.Rational(19, 10),
    title="The lag of an average",
    question=r"""A metric climbs by $0.1$ at every step. You watch its moving average with $\gamma = 0.95$, long after the
start. How far is the average behind?""",
    hints=["How old is the average value in the average? How much has the metric climbed since?"],
    mistakes=[
        (
            "one-step-more",
            2,
            "Close, but the lag is the mean age $\\gamma/(1-\\gamma)$, one less than $1/(1-\\gamma)$.",
        ),
        (
            "half-life",
            sp.Rational(1, 10) * sp.log(2) / -sp.log(sp.Rational(95, 100)),
            "You used the half-life. The lag comes from the *mean* age.",
        ),
        (
            "window",
            sp.Rational(39, 10),
            "You used the window of the same noise; that one is about noise.",
        ),
        ("in-steps", 19, "That is the mean age in steps; the metric climbs 0.1 in each."),
    ],
    remark="The mean age is $0.95/0.05 = 19$ steps, and each step is worth $0.1$.",
)

start_share = Formula(
    gamma**T,
    [gamma, T],
    given=memory,
    title="The share of a start",
    question="Somebody starts with $C_0 = b$ instead of zero. By what factor is $b$ multiplied in $C_T$?",
    hints=[
        "Each step multiplies what is there by $\\gamma$; and the start was there from the beginning."
    ],
    mistakes=[
        ("one-step-less", gamma ** (T - 1), "Between time $0$ and time $T$ there are $T$ steps."),
        (
            "let-in",
            gamma**T * (1 - gamma),
            "Only values that are let in get the factor $1 - \\gamma$; the start was simply there.",
        ),
        ("values-together", 1 - gamma**T, "That is the share of all the values together."),
    ],
    remark="It is exactly what the weights of the values lack to be one.",
)

same_noise = Formula(
    (N - 1) / (N + 1),
    [N],
    given=(N > 1,),
    title="As quiet as a mean",
    question=r"Which $\gamma$ makes a moving average, once its memory is full, exactly as quiet as a plain mean of $N$ values?",
    hints=["Solve $N = (1+\\gamma)/(1-\\gamma)$ for $\\gamma$."],
    mistakes=[
        (
            "usual-window",
            1 - 1 / N,
            "That is for $N = 1/(1-\\gamma)$, the window of the usual advice, not the one of the same noise.",
        ),
        ("upside-down", (N + 1) / (N - 1), "Upside down: $\\gamma$ must be smaller than one."),
        ("mean-age", N / (N + 1), "That sets the mean age to $N$."),
    ],
    remark="A mean of 19 values is as quiet as a moving average with $\\gamma = 18/20 = 0.9$.",
)

claimed_half_life = Number(
    sp.Rational(9, 10) ** sp.Rational(10, 9),
    title="A half-life that is none",
    question=r"A textbook calls $1/\gamma$ the half-life of a value. With $\gamma = 0.9$, which part of its weight is left at the age $1/\gamma$?",
    hints=["A weight is multiplied by $\\gamma$ with each step. How many steps are $1/\\gamma$?"],
    mistakes=[
        (
            "half-left",
            sp.Rational(1, 2),
            "That is what a half-life should leave; it does so at the age $-\\log 2/\\log\\gamma$.",
        ),
        (
            "one-step",
            sp.Rational(9, 10),
            "That is left after one whole step; $1/\\gamma$ is a little more.",
        ),
        (
            "time-constant",
            sp.exp(-1),
            "That is left at the age $-1/\\log\\gamma$, the time constant.",
        ),
        (
            "age-itself",
            sp.Rational(10, 9),
            "That is the age $1/\\gamma$ itself, in steps. Which part is left by then?",
        ),
        (
            "half-life-itself",
            sp.log(sp.Rational(1, 2)) / sp.log(sp.Rational(9, 10)),
            "That is the half-life itself, in steps. Asked is what is left at the age $1/\\gamma$.",
        ),
        (
            "part-gone",
            1 - sp.Rational(9, 10) ** sp.Rational(10, 9),
            "That is the part that is gone. Which part is left?",
        ),
        (
            "other-age",
            sp.Rational(9, 10) ** 10,
            "That is left at the age $1/(1-\\gamma) = 10$, not at $1/\\gamma$.",
        ),
    ],
    remark="$0.9^{1/0.9} \\approx 0.89$: nearly nothing is forgotten. The half-life is more than six "
    "steps, $-\\log 2/\\log\\gamma$.",
)

A = sp.IndexedBase("A", real=True)
total = sp.Sum(c[t], (t, 1, T))
plain_mean = Proof(
    Derivation(
        A[T + 1],
        T / (T + 1) * (total / T) + (1 - T / (T + 1)) * c[T + 1],
        "the recurrence, with the claim for $T$ put in",
    )
    .step(
        total / (T + 1) + c[T + 1] / (T + 1),
        "cancel $T$, and $1 - T/(T+1) = 1/(T+1)$",
    )
    .step(sp.Sum(c[t], (t, 1, T + 1)) / (T + 1), "the new value joins the sum"),
    [t, T, c],
    title="A plain mean by induction",
    question=r"""The MIT notes ask their readers to prove that $\gamma_t = (t-1)/t$ gives the actual average. Above it
came out of a product that telescopes. Prove it by induction instead. The recurrence for $T + 1$ with the claim
for $T$ put in is

`T/(T+1) * (Sum(c[t], (t, 1, T))/T) + (1 - T/(T+1)) * c[T+1]`

and the claim for $T + 1$ is `Sum(c[t], (t, 1, T+1)) / (T+1)`. Write the lines that lead from one to the other as a list of
formulas, `["…", "…", "…"]`, both ends included and at least one between them.""",
    hints=[
        "The first line is the recurrence for $T + 1$ with the claim for $T$ put in. What is "
        "$1 - T/(T+1)$?"
    ],
    mistakes=[
        (
            "new-value-whole",
            total / (T + 1) + c[T + 1],
            "The new value comes in with the share $1 - \\gamma_{T+1} = 1/(T+1)$.",
        ),
        (
            "divided-by-t",
            sp.Sum(c[t], (t, 1, T + 1)) / T,
            "After $T + 1$ values the sum is divided by $T + 1$.",
        ),
    ],
)

recent_first = Formula(
    (t - 1) / (t + 1),
    [t],
    title="Recent values first",
    question=r"Choose $\gamma_t$ so that the weights of $c_1, c_2, \dots, c_t$ are in the proportion $1 : 2 : \dots : t$.",
    hints=[
        "The weight of the newest value is $1 - \\gamma_t$. What must it be so that the weights "
        "$1, 2, \\dots, t$, divided by their sum, come out?"
    ],
    mistakes=[
        ("plain-mean", (t - 1) / t, "That gives every value the same weight: the plain mean."),
        (
            "start-not-forgotten",
            t / (t + 1),
            "Check $t = 1$: the start must be forgotten, so $\\gamma_1 = 0$.",
        ),
        ("share-of-new", 2 / (t + 1), "That is $1 - \\gamma_t$, the share of the new."),
    ],
    remark="The newest of the weights $1, \\dots, t$ is $t$ out of $t(t+1)/2$, so "
    "$1 - \\gamma_t = 2/(t+1)$.",
)


def corrected(c, gammas):
    out, C_t, W_t = np.empty_like(c), 0, 0
    for t, (gamma_t, c_t) in enumerate(zip(gammas, c)):
        C_t = gamma_t * C_t + (1 - gamma_t) * c_t
        W_t = gamma_t * W_t + (1 - gamma_t)
        out[t] = C_t / W_t
    return out


def _uncorrected(c, gammas):
    out, C_t = np.empty_like(c), 0
    for t, (gamma_t, c_t) in enumerate(zip(gammas, c)):
        C_t = gamma_t * C_t + (1 - gamma_t) * c_t
        out[t] = C_t
    return out


def _by_last_power(c, gammas):
    return _uncorrected(c, gammas) / (1 - np.asarray(gammas) ** np.arange(1, len(c) + 1))


def _weights_never_shrink(c, gammas):
    out, C_t, W_t = np.empty_like(c), 0, 0
    for t, (gamma_t, c_t) in enumerate(zip(gammas, c)):
        C_t = gamma_t * C_t + (1 - gamma_t) * c_t
        W_t = W_t + (1 - gamma_t)
        out[t] = C_t / W_t
    return out


def _drawn(rng):
    length = rng.integers(3, 8)
    return rng.normal(size=length), rng.uniform(0.1, 0.9, size=length)


correct_any = Function(
    corrected,
    _drawn,
    title="A corrected average for any shares",
    question=r"Write a corrected average for *any* shares $\gamma_1, \gamma_2, \dots$: the running average divided by the sum of its weights.",
    hints=["The sum of the weights obeys the same recurrence, with $1$ in place of $c_t$."],
    mistakes=[
        (
            "uncorrected",
            _uncorrected,
            "That is $C_t$ itself: it is not divided by the sum of its weights yet.",
        ),
        (
            "last-power",
            _by_last_power,
            "$1 - \\gamma_t^{\\,t}$ is the sum of the weights only while $\\gamma$ stays the same.",
        ),
        (
            "weights-never-shrink",
            _weights_never_shrink,
            "The old weights shrink as well: each step multiplies their sum by $\\gamma_t$.",
        ),
    ],
)

which_fault = Choice(
    {
        "a": "the shares have changed places",
        "b": "the average is not corrected for its start",
        "c": "gamma is too large",
    },
    "b",
    title="A slow start",
    question=r"""A moving average with $\gamma = 0.9$ is fed the number $5$ again and again. It shows $0.5$, then $0.95$, then
$1.355$, … What is wrong with it?""",
    hints=[
        "On constant data, which of the three gives a value that is wrong only at the beginning?"
    ],
    mistakes=[
        (
            "shares-swapped",
            "a",
            "With swapped shares the first value shown would be nine tenths of $5$, not one tenth.",
        ),
        (
            "gamma-too-large",
            "c",
            "On constant data a corrected average is right at once, whatever $\\gamma$ is.",
        ),
    ],
    remark="$C_1 = (1-\\gamma)\\,c_1$: a tenth of the data at $\\gamma = 0.9$, and the defect dies "
    "out like $\\gamma^t$.",
)
