"""False statements near the edges of what the engine can prove: none may be called proved."""

import pytest
import sympy as sp
from claims import K, N, T, a, b, eta, family, gamma, i, j, k, m, over, sigma, t, upto
from sympy import (
    Abs,
    Eq,
    I,
    KroneckerDelta,
    Max,
    Min,
    Mod,
    Ne,
    Piecewise,
    Sum,
    ceiling,
    cos,
    exp,
    floor,
    sign,
    sin,
    sqrt,
)

from nnlib.symbolic import (
    Expectation,
    FalseStep,
    ForAll,
    Indicator,
    Induction,
    Maximum,
    Random,
    Recurrence,
    UnprovedStep,
    Variance,
    equal,
)  # fmt: skip

x, y, w, v, Q, P, F, G = (family(name) for name in "xywvQPFG")
r, u, s_ = sp.symbols("r u s", real=True)
complex_ = sp.Symbol("z")
A, B = sp.symbols("A B", integer=True)
s, W, d = sp.symbols("s W d", integer=True, positive=True)
q, p, o = sp.symbols("q p o", integer=True, nonnegative=True)
mu = sp.Symbol("mu", real=True)
size = sp.Symbol("n", integer=True, positive=True)
iid = Random(x[i], mean=mu, variance=sigma**2)
tied = Random(x[i], mean=mu, variance=sigma**2, covariance=-(sigma**2) / (N - 1))
even = Random(u, symmetric=True, moments={2: a})
mask = Random(v[i], mean=b, binary=True)
orthonormal = ForAll(
    Eq(over(Q[i, k] * Q[i, m], i, size), KroneckerDelta(k, m)), (k, 0, size - 1), (m, 0, size - 1)
)
to_a = Sum(Indicator(s * i <= A), (i, 0, A))

FALSE = {
    # signs
    "sign of zero": (r / Abs(r) * Abs(r), sign(r) * r, ()),
    "sign squared": (sign(r) ** 2, 1, ()),
    "root of a square": (sqrt(r**2), r, ()),
    "root of a complex square": (sqrt(complex_**2), Abs(complex_), ()),
    "abs of a sum": (Abs(r + u), Abs(r) + Abs(u), ()),
    "max as min": (Max(r, u), Min(r, u), ()),
    "max through abs": (Max(r, u), (r + u - Abs(r - u)) / 2, ()),
    "three-way max": (Maximum(r, u, s_), Maximum(r, u), (r < s_,)),
    "at the kink": (Piecewise((1, r > 0), (0, True)), Piecewise((1, r >= 0), (0, True)), ()),
    "sign of a product": (sign(r * u), sign(r), ()),
    "abs given the wrong sign": (Abs(r), r, (r < 1,)),
    # relations
    "cosine from sine": (cos(r), sqrt(1 - sin(r) ** 2), ()),
    "double angle": (cos(2 * r), 1 - sin(r) ** 2, ()),
    "modulus": (Abs(r + I * u), r + u, ()),
    "modulus of complex parts": (Abs(complex_ + I * r) ** 2, complex_**2 + r**2, ()),
    "unit circle": (r, sqrt(1 - u**2), (Eq(r**2 + u**2, 1),)),
    "a product that vanishes": (r, 0, (Eq(r * u, 0),)),
    "one root of two": (r, 1, (Eq(r**2, 1),)),
    "root of minus": (sqrt(-r) * sqrt(-u), -sqrt(r * u), ()),
    "difference of roots": (r, u, (Eq(r**2, u**2),)),
    "complex exponential": (exp(I * r), cos(r) + sin(r), ()),
    # floors and counts
    "no remainder known": (floor(A / s), q, (Eq(A, q * s + p),)),
    "remainder too large": (floor(A / s), q, (Eq(A, q * s + p), p <= s)),
    "floor of a sum": (floor((W + d) / s), floor(W / s) + floor(d / s), ()),
    "ceiling as floor": (ceiling(W / s), floor(W / s) + 1, ()),
    "negative division": (floor(-W / s), -floor(W / s), ()),
    "mod of a negative": (Mod(-W, s), -Mod(W, s), ()),
    "an empty count": (to_a, floor(A / s) + 1, (A >= -5, A <= -2)),
    "one too many": (Sum(Indicator(s * i < W), (i, 0, W)), floor(W / s) + 1, ()),
    "the wrong range": (Sum(Indicator(i >= 3), (i, 0, K)), K - 2, ()),
    "a step of either sign": (Sum(Indicator(B * i <= W), (i, 0, W)), floor(W / B) + 1, (Ne(B, 0),)),
    "reversed": (Sum(Indicator(i <= A), (i, 0, B)), A + 1, (A <= B,)),
    # ranges
    "triangle with its diagonal": (
        Sum(Sum(x[i] * y[j], (j, 0, i)), (i, 0, T)),
        Sum(Sum(x[i] * y[j], (i, j + 1, T)), (j, 0, T)),
        (),
    ),
    "a triangle that starts late": (
        Sum(Sum(x[i] * y[j], (j, 2, i)), (i, 0, T)),
        Sum(Sum(x[i] * y[j], (i, j, T)), (j, 2, T)),
        (),
    ),
    "two ranges": (
        Sum(KroneckerDelta(i, j) * x[i], (i, 0, K - 1), (j, 0, N - 1)), over(x[i], i), ()
    ),
    "a delta out of range": (Sum(KroneckerDelta(i, A) * x[i], (i, 0, K - 1)), x[A], (A >= 0,)),
    "every other one": (Sum(KroneckerDelta(2 * i, A) * x[i], (i, 0, W)), x[A], ()),
    "Cauchy's product": (
        Sum(x[k] * Sum(y[j] * w[k - j], (j, 0, k)), (k, 0, T)),
        Sum(x[k] * Sum(y[j] * w[k + j], (j, 0, k)), (k, 0, T)),
        (),
    ),
    # expectation
    "a product of one": (Expectation(x[j] * x[k]), mu**2, ()),
    "a square": (Expectation(x[j] ** 2), mu**2, ()),
    "variance of a sum": (Variance(over(x[i], i)), K**2 * sigma**2, ()),
    "variance with a sign": (Variance(x[0] - x[1]), 0, ()),
    "variance of a multiple": (Variance(a * x[0]), a * sigma**2, ()),
    "a function of the mean": (Expectation(exp(x[0])), exp(mu), ()),
    "a third moment": (Expectation(x[0] ** 3), mu**3 + 3 * mu * sigma**2, ()),
    "a quotient": (Expectation(1 / x[0]), 1 / mu, ()),
    "all indices": (Expectation(over(x[i], i) ** 2), K * mu**2 + K * sigma**2, ()),
    # for all indices
    "the rows": (over(Q[k, i] * Q[m, i], i, size), KroneckerDelta(k, m), (orthonormal,)),
    "out of range": (over(Q[i, k] * Q[i, k], i, size), 1, (orthonormal,)),
    "another range": (over(Q[i, k] ** 2, i, size + 1), 1, (orthonormal, k >= 0, k <= size - 1)),
    "another matrix": (over(Q[i, k] * P[i, k], i, size), 1, (orthonormal, k >= 0, k <= size - 1)),
    "a weighted sum": (
        over(x[i] * Q[i, k] ** 2, i, size), over(x[i], i, size),
        (orthonormal, k >= 0, k <= size - 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_it_is_not_proved(name):
    left, right, given = FALSE[name]
    verdict = equal(left, right, given=given, where=(iid, even))
    assert not verdict.status.startswith("proved"), f"{verdict}"


@pytest.mark.parametrize(
    ("left", "right", "law"),
    [
        (Variance(over(x[i], i) / K), sigma**2 / K, tied),
        (Expectation(x[0] * x[1]), mu**2, tied),
        (Expectation(Max(u, 0)), 0, even),
        (Expectation(Abs(u)), sqrt(a), even),
        (Expectation(u**4), a**2, even),
        (Expectation(Max(u, 1) ** 2), a / 2, even),
        (Expectation(v[0] * v[1]), b, mask),
        (Expectation(v[0] ** 2), b**2, mask),
        (Variance(v[0]), b, mask),
    ],
    ids=str,
)
def test_a_mean_is_not_proved(left, right, law):
    verdict = equal(left, right, where=law, given=N >= 2)
    assert verdict.status in ("refuted", "undecided"), f"{verdict}"


def test_a_count_says_where_it_holds():
    verdict = equal(to_a, floor(A / s) + 1)
    assert verdict.status == "refuted" or verdict.conditions == (sp.Ge(A, -1),)


# --- sequences ------------------------------------------------------------------------------------

fibonacci = Recurrence(F[t], F[t - 1] + F[t - 2], initial=(0, 1))
push = Recurrence(v[t], gamma * v[t - 1] + eta * w[t - 1])
move = Recurrence(w[t], w[t - 1] - v[t], initial=1)


@pytest.mark.parametrize(
    ("left", "right", "where"),
    [
        (F[T + 2], F[T + 1] + 2 * F[T], fibonacci),
        (F[T + 1], F[T] + F[T - 1] + 1, fibonacci),
        (F[7], 12, fibonacci),
        (w[T + 2], (1 + gamma - eta) * w[T + 1] + gamma * w[T], (push, move)),
        (w[T + 1], w[T] - gamma * v[T] - eta * w[T] - v[T], (push, move)),
        (v[1], 0, (push, move)),
    ],
    ids=str,
)
def test_a_false_line_on_sequences_is_refuted(left, right, where):
    assert equal(left, right, where=where).status == "refuted"


@pytest.mark.parametrize(
    ("sequence", "entry", "claim", "options"),
    [
        (fibonacci, F[T], T, {}),
        (fibonacci, F[T], F[T] + 0 * T + 1, {}),
        (push, v[T], 0, {"where": move}),
        (push, v[T], eta * T, {"where": move, "also": {w[T]: 1 - eta * T}}),
        (move, w[T], 1, {"where": push, "also": {v[T]: 0}}),
        (Recurrence(F[t], F[t - 1] + G[t]), F[T], T * (T + 1) / 2,
         {"where": Recurrence(G[t], G[t - 1] + 2), "also": {G[T]: T}}),
        (Recurrence(F[t], 2 * F[t - 1] - F[t - 2], initial=(0, 1)), F[T], T**2, {}),
        (Recurrence(F[t], 2 * F[t - 1] - F[t - 2], initial=(0, 1)), F[T], T + T * (T - 1), {}),
    ],
    ids=str,
)  # fmt: skip
def test_a_false_induction_fails(sequence, entry, claim, options):
    with pytest.raises((FalseStep, UnprovedStep, ValueError)):
        Induction(sequence, entry, claim, **options)


def test_a_recurrence_may_not_reach_further_back_than_its_start():
    with pytest.raises(ValueError, match="as many initial values"):
        Recurrence(F[t], F[t - 1] + F[t - 2])
    with pytest.raises(ValueError, match="as many initial values"):
        Recurrence(F[t], F[t] + 1)
    with pytest.raises(ValueError, match="as many initial values"):
        Recurrence(F[t], F[t - 1] + F[t + 1], initial=(0, 1))


def test_what_is_declared_must_make_sense():
    with pytest.raises(ValueError, match="binary"):
        Random(v[i], mean=b, binary=True, variance=b)
    with pytest.raises(ValueError, match="symmetric"):
        Random(u, mean=1, symmetric=True)
    with pytest.raises(ValueError, match="needs the mean"):
        Random(u, variance=1)
    with pytest.raises(ValueError, match="a family has covariances"):
        Random(u, mean=0, covariance=1)
    with pytest.raises(TypeError, match="Symbol or an Indexed"):
        Random(u + 1, mean=0)
    with pytest.raises(ValueError, match="must be symbols"):
        Random(x[0], mean=0)
    with pytest.raises(TypeError, match="relation"):
        Indicator(u)
    with pytest.raises(ValueError, match="product of entries"):
        ForAll(Eq(x[i] + x[j], 0), (i, 0, 3), (j, 0, 3))
    with pytest.raises(TypeError, match="must be an Eq"):
        ForAll(x[i] + 1, (i, 0, 3))
    with pytest.raises(ValueError, match="at least one index"):
        ForAll(Eq(x[i], 0))
    sequence = Recurrence(F[t], F[t - 1] + x[t])
    verdict = equal(Expectation(F[T]), T * mu, where=(sequence, iid))
    assert verdict.status == "checked" and "closed form" in verdict.reason  # true, by unrolling
    verdict = equal(Variance(upto(y[i], i)), 0)
    assert verdict.status == "checked" and "nothing is declared to be random" in verdict.reason
