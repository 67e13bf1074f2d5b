"""Exercises of the chapter on running averages."""

import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Proof, np, varied
from nnlib.symbolic import Derivation

t = sp.Symbol("t", integer=True, positive=True)
T = sp.Symbol("T", integer=True, positive=True)
N = sp.Symbol("N", positive=True)
gamma = sp.Symbol("gamma", positive=True)
c = sp.IndexedBase("c", real=True)
memory = (gamma < 1,)


@varied(place=[1, 2, 3, 4])
def first_weight(place):
    very = (
        ", the very first value,"
        if place == 1
        else f", the {place}th value,"
        if place > 3
        else f", the {['second', 'third'][place - 2]} value,"
    )
    return Formula(
        gamma ** (T - place) * (1 - gamma),
        [gamma, T],
        given=(*memory, place <= T),
        title="The weight of the first value" if place == 1 else "The weight of an early value",
        question=f"What is the weight of $c_{place}${very} in $C_T$?",
        hints=[
            f"How old is $c_{place}$ at time $T$?",
            f"Try $T = {place}$ and $T = {place + 1}$ by hand.",
        ],
        mistakes=[
            (
                "one-step-too-old",
                gamma ** (T - place + 1) * (1 - gamma),
                f"At time $T$ this value is $T - {place}$ steps old, not ${'T' if place == 1 else f'T - {place - 1}'}$.",
            ),
            (
                "share-forgotten",
                gamma ** (T - place),
                "That is how far its weight has shrunk. With which share was it let in?",
            ),
            (
                "shares-swapped",
                (1 - gamma) ** (T - place) * gamma,
                r"The shares have changed places: here $\gamma$ belongs to the old.",
            ),
        ],
        remark=rf"Put $t = {place}$ into the weight $\gamma^{{T-t}}(1-\gamma)$.",
    )


@varied(kept=["0.99", "0.98", "0.97", "0.995"])
def half_life_of_099(kept):
    share = sp.Rational(kept)
    steps = sp.log(sp.Rational(1, 2)) / sp.log(share)
    constant = 1 / (1 - share)
    return Number(
        steps,
        unit="steps",
        title="A half-life",
        question=rf"After how many steps has a weight halved, for $\gamma = {kept}$?",
        hints=[
            "Each step multiplies a weight by the same number.",
            f"Which power of ${kept}$ is one half? Take logarithms.",
        ],
        mistakes=[
            (
                "time-constant",
                constant,
                r"That is $1/(1-\gamma)$, or nearly the time constant: by then a weight has dropped to "
                "about $1/e$.",
            ),
            ("mean-age", constant - 1, r"That is the mean age $\gamma/(1-\gamma)$."),
            (
                "window",
                2 * constant - 1,
                r"That is the window of the same noise $(1+\gamma)/(1-\gamma)$.",
            ),
            (
                "straight-line",
                constant / 2,
                "A weight falls geometrically, not in a straight line.",
            ),
        ],
        remark=rf"About {float(steps):.0f} steps: less than the {float(constant):g} that $1/(1-\gamma)$ suggests.",
    )


@varied(kept=["0.95", "0.9", "0.96"], climb=["0.1", "0.2", "0.3"])
def lag_of_climb(kept, climb):
    share, step = sp.Rational(kept), sp.Rational(climb)
    age = share / (1 - share)
    return Number(
        age * step,
        title="The lag of an average",
        tolerance=0.002,
        question=rf"""A metric climbs by ${climb}$ at every step. You watch its moving average with $\gamma = {kept}$, long after the
start. How far is the average behind?""",
        hints=[
            "How old is the average value in the average?",
            "How much has the metric climbed since?",
        ],
        mistakes=[
            (
                "one-step-more",
                (age + 1) * step,
                r"Close, but the lag is the mean age $\gamma/(1-\gamma)$, one less than $1/(1-\gamma)$.",
            ),
            (
                "half-life",
                step * sp.log(2) / -sp.log(share),
                "You used the half-life. The lag comes from the *mean* age.",
            ),
            (
                "window",
                (2 * age + 1) * step,
                "You used the window of the same noise; that one is about noise.",
            ),
            (
                "in-steps",
                age,
                f"That is the mean age in steps; the metric climbs {climb} in each.",
            ),
        ],
        remark=f"The mean age is {float(age):g} steps, and each step is worth ${climb}$.",
    )


@varied(start=[0, 1, 2, 3])
def start_share(start):
    return Formula(
        gamma ** (T - start),
        [gamma, T],
        given=(*memory, start + 1 <= T),
        title="The share of a start",
        question=f"Somebody starts with $C_{start} = b$ instead of zero. By what factor is $b$ multiplied in $C_T$?",
        hints=[
            r"Each step multiplies what is there by $\gamma$.",
            f"How many steps are there from time ${start}$ to time $T$?",
        ],
        mistakes=[
            (
                "one-step-less",
                gamma ** (T - start - 1),
                f"Between time ${start}$ and time $T$ there are {'$T$' if not start else f'$T - {start}$'} steps.",
            ),
            (
                "let-in",
                gamma ** (T - start) * (1 - gamma),
                r"Only values that are let in get the factor $1 - \gamma$; the start was simply there.",
            ),
            (
                "values-together",
                1 - gamma ** (T - start),
                "That is the share of all the values together.",
            ),
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


@varied(kept=["0.9", "0.8", "0.7"])
def claimed_half_life(kept):
    share = sp.Rational(kept)
    age = 1 / share
    half = sp.log(sp.Rational(1, 2)) / sp.log(share)
    return Number(
        share**age,
        title="A half-life that is none",
        question=rf"A textbook calls $1/\gamma$ the half-life of a value. With $\gamma = {kept}$, which part of its weight is left at the age $1/\gamma$?",
        hints=[
            r"A weight is multiplied by $\gamma$ with each step.",
            r"How many steps are $1/\gamma$? They need not be a whole number.",
        ],
        mistakes=[
            (
                "half-left",
                sp.Rational(1, 2),
                r"That is what a half-life should leave; it does so at the age $-\log 2/\log\gamma$.",
            ),
            (
                "one-step",
                share,
                r"That is left after one whole step; $1/\gamma$ is a little more.",
            ),
            (
                "time-constant",
                sp.exp(-1),
                r"That is left at the age $-1/\log\gamma$, the time constant.",
            ),
            (
                "age-itself",
                age,
                r"That is the age $1/\gamma$ itself, in steps. Which part is left by then?",
            ),
            (
                "half-life-itself",
                half,
                r"That is the half-life itself, in steps. Asked is what is left at the age $1/\gamma$.",
            ),
            ("part-gone", 1 - share**age, "That is the part that is gone. Which part is left?"),
            (
                "other-age",
                share ** (1 / (1 - share)),
                rf"That is left at the age $1/(1-\gamma) = {float(1 / (1 - share)):.3g}$, not at $1/\gamma$.",
            ),
        ],
        remark=rf"${kept}^{{1/{kept}}} \approx {float(share**age):.2g}$: much more than a half is left. The half-life is "
        rf"{float(half):.2g} steps, $-\log 2/\log\gamma$.",
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


@varied(weights=["1 : 2 : \\dots : t", "1 : 3 : \\dots : 2t-1", "1 : 2 : \\dots : 2^{t-1}"])
def recent_first(weights):
    newest, total, nearly = {  # the last weight, the sum of all, and t in place of t - 1 above
        "t": (t, t * (t + 1) / 2, t / (t + 1)),
        "2t-1": (2 * t - 1, t**2, t / (t + 1)),
        "2^{t-1}": (2 ** (t - 1), 2**t - 1, 2 ** (t - 1) / (2**t - 1)),
    }[weights.split(" : ")[-1]]
    share = newest / total
    solution = sp.factor(1 - share) if "2^" not in weights else (2 ** (t - 1) - 1) / (2**t - 1)
    mistakes = [
        ("plain-mean", (t - 1) / t, "That gives every value the same weight: the plain mean."),
        (
            "start-not-forgotten",
            t / (t + 1),
            r"Check $t = 1$: the start must be forgotten, so $\gamma_1 = 0$.",
        ),
        ("share-of-new", share, r"That is $1 - \gamma_t$, the share of the new."),
    ]
    return Formula(
        solution,
        [t],
        title="Recent values first",
        question=rf"Choose $\gamma_t$ so that the weights of $c_1, c_2, \dots, c_t$ are in the proportion ${weights}$.",
        hints=[
            r"The weight of the newest value is $1 - \gamma_t$.",
            rf"What must it be so that the weights ${weights.replace(' :', ',').replace(',', ', ').replace('  ', ' ')}$, divided by their sum, come out?",
        ],
        mistakes=mistakes,
        remark=r"The newest of the weights, divided by the sum of all $t$, is $1 - \gamma_t$.",
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
