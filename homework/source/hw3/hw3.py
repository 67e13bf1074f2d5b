"""The questions of NTU's HW3, with its points as printed.

The first of each list of data is the assignment as it was printed; the others are as hard and have
another answer. Points are in hundredths.
"""

import sympy as sp

from nnlib.exercises import Formula, Milestone, Part, Proof, Several, varied
from nnlib.symbolic import Definition, Derivation

# Printed at the derivatives: "get 1pt if not left blank, 0.15pt for each answer". Whoever reads it
# as a tenth of a point, so that six right derivatives make one point, sets this to 10.
FOR_ANY_DERIVATIVE = 100


# --- convolution: 0.75 without the channels -------------------------------------------------------

W, H, c_in, c_out, k1, k2, s1, s2, p1, p2, d1, d2 = sp.symbols(
    "W H c_in c_out k1 k2 s1 s2 p1 p2 d1 d2", integer=True, positive=True
)
PADDING = {
    "each side": "$p_1$ pixels at the left and as many at the right, and $p_2$ at the top and as "
    "many at the bottom",
    "both sides": "$p_1$ pixels to the left and the right together, and $p_2$ to top and bottom "
    "together",
}


def _count(size, k, s, p, d, sides):
    room = size + sides * p - d * (k - 1) - 1
    axis = sp.latex(size)
    mistakes = [
        ("no-first-place", sp.floor(room / s), "The first place takes no stride: one more."),
        (
            "other-padding",
            sp.floor((room + (3 - 2 * sides) * p) / s) + 1,
            f"The padding ${sp.latex(p)}$ comes {'twice' if sides == 2 else 'once'}.",
        ),
        ("not-rounded", room / s + 1, "A stride that is not whole does not count: round down."),
        ("last-pixel", sp.floor((room + 1) / s) + 1, "The window covers its last pixel as well."),
    ]
    small = {size: range(6, 11), k: range(1, 4), s: range(1, 4), p: range(1, 3)}
    return Formula(
        sp.floor(room / s) + 1,
        [size, k, s, p] + ([d] if d != 1 else []),
        grid=small | ({d: range(1, 3)} if d != 1 else {}),
        title=f"${axis}'$",
        question="How many places?",
        hints=["Count the places of a window."],
        mistakes=[(name, wrong, f"{said} (Axis ${axis}$.)") for name, wrong, said in mistakes],
    )


def _channels():
    return Formula(
        c_out,
        [c_in, c_out],
        title="The last axis",
        question="How many channels?",
        hints=["What does one kernel make?"],
        mistakes=[
            ("kept", c_in, "The channels change: each kernel makes one."),
            ("multiplied", c_in * c_out, "A kernel adds up all channels of its window."),
        ],
    )


@varied(padding=list(PADDING), dilated=[False, True])
def conv_shape(padding, dilated):
    sides = 2 if padding == "each side" else 1
    gaps = ", dilation = (d1, d2)" if dilated else ""
    gaps_told = ", and a window takes each $d_1$-th and each $d_2$-th pixel" if dilated else ""
    return Several(
        {
            "width": _count(W, k1, s1, p1, d1 if dilated else 1, sides),
            "height": _count(H, k2, s2, p2, d2 if dilated else 1, sides),
            "channels": _channels(),
        },
        parts=[
            Part("width", "$W'$", 38),
            Part("height", "$H'$", 37),
            Part("channels", "The last axis", 25),
        ],
        title="Convolution",
        question=rf"""A batch of images has the shape $(B, W, H, c_\text{{in}})$. It goes through the layer

    Conv2D(c_in, c_out, kernel_size = (k1, k2), stride = (s1, s2), padding = (p1, p2){gaps})

Here `padding` adds {PADDING[padding]}{gaps_told}.
What is its new shape $(B, W', H', \cdot)$? Write `floor(...)` for rounding down.""",
        hints=["In how many places can a window stand along one axis? The axes do not mix."],
    )


# --- batch normalization: 0.15 for each of six derivatives ----------------------------------------

m = sp.Symbol("m", integer=True, positive=True)
i, k = sp.symbols("i k", integer=True)
x, g, dxhat = (sp.IndexedBase(name, real=True) for name in ("x", "g", "dxhat"))
mu, gamma, dvar, dmu = sp.symbols("mu gamma dvar dmu", real=True)
var = sp.Symbol("sigma^2", nonnegative=True)
eps = sp.Symbol("varepsilon", positive=True)
NAMES = {"m": m, "i": i, "k": k, "x": x, "g": g, "mu": mu, "var": var, "eps": eps, "gamma": gamma}


def over_batch(term):
    return sp.Sum(term, (k, 1, m))


@varied(divisor=[m, m + 1, 1], doubled=[False, True])
def batch_norm(divisor, doubled):
    scale = 2 * gamma if doubled else gamma
    root = sp.sqrt(var + eps)
    of_variance = -over_batch(scale * g[k] * (x[k] - mu)) / (2 * root**3)
    of_mean = -over_batch(scale * g[k]) / root
    direct, through_mean = scale * g[i] / root, of_mean / m
    through_variance = of_variance * 2 * (x[i] - mu) / divisor
    earlier = {
        dxhat: Definition(dxhat[k], scale * g[k]),
        dvar: Definition(dvar, of_variance),
        dmu: Definition(dmu, of_mean),
    }

    def derivative(by, solution, known, *mistakes):
        """`known` are the derivatives that it may be written with."""
        title = rf"$\partial l/\partial {by}$"
        return Formula(
            solution,
            NAMES | {str(name): name for name in known},
            given=(i >= 1, i <= m),
            where=[Definition(mu, over_batch(x[k]) / m), *(earlier[name] for name in known)],
            title=title,
            question=f"What is {title}?",
            hints=["Follow each way from here to the loss."],
            mistakes=mistakes,
        )

    answers = {
        "xhat": derivative(
            r"\hat x_i",
            scale * g[i],
            (),
            ("no-gamma", g[i], r"On its way to $y_i$, $\hat x_i$ is multiplied."),
        ),
        "variance": derivative(
            r"\sigma_B^2",
            of_variance,
            (dxhat,),
            ("sign", -of_variance, r"The sign: a larger $\sigma_B^2$ makes $\hat x_i$ smaller."),
            ("no-half", 2 * of_variance, "The factor one half of the root is missing."),
            ("power", of_variance * (var + eps), "Differentiating lowers the power to $-3/2$."),
        ),
        "mean": derivative(
            r"\mu_B",
            of_mean,
            (dxhat, dvar),
            ("sign", -of_mean, r"The sign: a larger $\mu_B$ makes $\hat x_i$ smaller."),
        ),
        "input": derivative(
            "x_i",
            direct + through_variance + through_mean,
            (dxhat, dvar, dmu),
            ("direct-only", direct, r"The direct way alone; $x_i$ moves $\mu_B$ and $\sigma_B^2$."),
            ("no-variance", direct + through_mean, r"The way through $\sigma_B^2$ is missing."),
            ("no-mean", direct + through_variance, r"The way through $\mu_B$ is missing."),
        ),
        "gamma": derivative(
            r"\gamma",
            scale / gamma * over_batch(g[k] * (x[k] - mu)) / root,
            (),
            (
                "one-only",
                scale / gamma * g[i] * (x[i] - mu) / root,
                r"$\gamma$ reaches each $y_k$.",
            ),
        ),
        "beta": derivative(
            r"\beta",
            over_batch(g[k]),
            (),
            ("one-only", g[i], r"$\beta$ reaches every output of the batch: add them up."),
            ("mean", over_batch(g[k]) / m, r"A sum over the batch: nothing divides it by $m$."),
        ),
    }
    over = "" if divisor == 1 else rf"\frac1{{{sp.latex(divisor)}}}"
    return Several(
        answers,
        parts=[Part(name, one.title, 15) for name, one in answers.items()],
        for_any_answer=FOR_ANY_DERIVATIVE,
        title="Batch normalization",
        question=rf"""Over a batch $B = \{{x_1, \dots, x_m\}}$,

$$
\mu_B = \frac1m\sum_{{k=1}}^m x_k,\quad
\sigma_B^2 = {over}\sum_{{k=1}}^m (x_k - \mu_B)^2,\quad
\hat x_i = \frac{{x_i - \mu_B}}{{\sqrt{{\sigma_B^2 + \varepsilon}}}},\quad
y_i = {sp.latex(scale)}\,\hat x_i + \beta .
$$

With $g_i = \partial l/\partial y_i$, derive the derivatives of the loss $l$. Write `var` for $\sigma_B^2$, `eps` for
$\varepsilon$ and sums as `Sum(g[k], (k, 1, m))`. What you have derived can be used in what comes after it: `dxhat[k]` is
$\partial l/\partial\hat x_k$, then `dvar` and `dmu`.""",
        hints=[
            r"Begin at the output: $\beta$, $\gamma$, $\hat x_i$; then $\sigma_B^2$, $\mu_B$, $x_i$."
        ],
    )


# --- softmax and cross-entropy --------------------------------------------------------------------

C = sp.Symbol("C", integer=True, positive=True)
j, n = sp.symbols("j n", integer=True)
y, p = (sp.IndexedBase(name, real=True) for name in ("y", "p"))
tau, w = sp.symbols("tau w", positive=True)


@varied(weight=[1, w], temperature=[1, tau])
def softmax(weight, temperature):
    targets = sp.Sum(y[n], (n, 0, C - 1))
    first = -sp.Sum(y[n] * (sp.KroneckerDelta(n, j) - p[j]), (n, 0, C - 1)) / temperature
    last = (weight * p[j] - y[j]) / temperature
    divided, typed = ("", "") if temperature == 1 else (r"/\tau", " / tau")
    chain = Derivation(
        sp.IndexedBase("s", real=True)[j],
        first,
        "the chain rule",
        given=(j >= 0, j <= C - 1, sp.Eq(targets, weight)),
    ).step((p[j] * targets - y[j]) / temperature, "only one term is left")
    return Proof(
        chain.step(last, "the targets add up"),
        {"j": j, "n": n, "C": C, "p": p, "y": y, "tau": tau, "w": w},
        milestones=[
            Milestone(
                "sum-of-targets",
                lambda line: line.has(sp.Sum) and not line.has(sp.KroneckerDelta),
                "Show the line in which only the sum over the targets is left.",
            )
        ],
        title="Softmax and cross-entropy",
        question=rf"""Let $p_j = e^{{z_j{divided}}}/\sum_n e^{{z_n{divided}}}$ and $L = -\sum_n y_n\log p_n$, with targets that
add up to ${sp.latex(weight)}$. Derive $\partial L/\partial z_j = {sp.latex(last)}$. The chain rule gives the first line,

    -Sum(y[n] * (delta(n, j) - p[j]), (n, 0, C-1)){typed}

(The assignment asked it for the loss of one class, $-y_j\log p_j$; for that it holds where $y_j = 1$ only.) Give a list of
lines from there to the result, both ends included and at least one between them.""",
        hints=["Take the bracket apart: in the first sum only $n = j$ is left."],
        mistakes=[
            ("one-class", (y[j] * p[j] - y[j]) / temperature, "That is class $j$ alone."),
            ("sign", -last, "The minus sign stands in front of the whole sum."),
            ("ones-added", (C * p[j] - y[j]) / temperature, "The targets are added up, not ones."),
        ],
    )


# --- Adam: half a point for (a), half for (b), which is marked by hand ----------------------------

t = sp.Symbol("t", integer=True, positive=True)
beta1, beta2 = sp.symbols("beta1 beta2", positive=True)


def _factor(name, share, beta):
    other = 1 - beta if share != 1 - beta else beta
    newest = f"With which factor does the newest term come in, in the sum with ${name}$?"
    return Formula(
        share,
        [beta1, beta2, t],
        given=(beta1 < 1, beta2 < 1),
        title=f"${name}$",
        question=f"What is ${name}$?",
        hints=["What does the newest gradient come in with?"],
        mistakes=[
            ("other-factor", other, newest),
            ("not-constant", share * beta ** (t - 1), f"${name}$ does not depend on $t$."),
        ],
    )


def _power(name, beta):
    right = beta ** (t - i)
    return Formula(
        right,
        [beta1, beta2, t, i],
        given=(beta1 < 1, beta2 < 1, i >= 1, i <= t),
        title=f"${name}$",
        question=f"What is ${name}$?",
        hints=["How many steps ago was step $i$?"],
        mistakes=[
            ("number", beta**i, f"In ${name}$ the exponent is the age of $g^i$, not its number."),
            ("one-more", right * beta, f"For ${name}$: the newest, $i = t$, has not shrunk yet."),
            ("one-less", right / beta, f"For ${name}$: the oldest, $i = 1$, is $t - 1$ steps old."),
        ],
    )


@varied(comes_in=["1 - beta", "1", "beta"])
def adam_sums(comes_in):
    def share(beta):
        return {"1 - beta": 1 - beta, "1": sp.S.One, "beta": beta}[comes_in]

    answers = {
        "a": _factor("A", share(beta1), beta1),
        "b": _power("B_i", beta1),
        "c": _factor("C", share(beta2), beta2),
        "d": _power("D_i", beta2),
    }

    def update(name, beta, term):
        factor = "" if share(beta) == 1 else sp.latex(share(beta))
        factor = rf"\left({factor}\right)" if share(beta).is_Add else factor
        return rf"{name}^t = {sp.latex(beta)}\,{name}^{{t-1}} + {factor}\,{term}"

    return Several(
        answers,
        parts=[Part(name, one.title, 13 if name in "bd" else 12) for name, one in answers.items()],
        title="Adam, (a)",
        question=rf"""Let $m^0 = v^0 = 0$ and

$$
{update("m", beta1, "g^t")},\qquad {update("v", beta2, "(g^t)^2")} .
$$

Bring them into the form $m^t = A\sum_{{i=1}}^t B_i\,g^i$ and $v^t = C\sum_{{i=1}}^t D_i\,(g^i)^2$ with $B_t = D_t = 1$.
What are $A$, $B_i$, $C$ and $D_i$?""",
        hints=["Write out $m^1$, $m^2$ and $m^3$."],
    )
