"""The inequalities that the chapters rest on, with the lines that an author writes."""

import pytest
import sympy as sp
from sympy import Abs, Eq, Max, Rational, Sum, exp, floor, log, sqrt

from nnlib.symbolic import (
    Cases,
    Definition,
    Derivation,
    FalseStep,
    ForAll,
    Induction,
    Recurrence,
    UnprovedStep,
    compare,
    equal,
    tangent,
)

a, eta, w = sp.symbols("a eta w", real=True)
gamma, mu, L, lam, rho, r = sp.symbols("gamma mu L lambda rho r", positive=True)
beta1, beta2, eps, sigma = sp.symbols("beta1 beta2 epsilon sigma", positive=True)
momentum = sp.Symbol("gamma", nonnegative=True)
i, j, k, t = sp.symbols("i j k t", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
g, v, z = (sp.IndexedBase(name, real=True) for name in ("g", "v", "z"))
p, q, y = (sp.IndexedBase(name, positive=True) for name in ("p", "q", "y"))
x = sp.Symbol("x", real=True)
u = sp.Symbol("u", positive=True)

at_most = {"relation": "<="}
below = {"relation": "<"}
above = {"relation": ">"}
at_least = {"relation": ">="}


def over(body, index=k, size=K):
    return Sum(body, (index, 0, size - 1))


def proved(derivation):
    assert derivation.status == "proved"
    assert len(derivation.lines) <= 7
    return derivation


# --- b: momentum on a quadratic ------------------------------------------------------------------

trace = 1 + gamma - a
D = trace**2 - 4 * gamma
inside = (a > 0, a < 2 * (1 + gamma), gamma < 1)


def test_b7_the_larger_real_root_is_below_one():
    proved(
        Derivation(
            (trace + sqrt(D)) / 2,
            1,
            "the other root of the difference of squares",
            **below,
            gap=2 * a / (1 - gamma + a + sqrt(D)),
            given=(*inside, D >= 0),
        )
    )


def test_b7_the_smaller_real_root_is_above_minus_one():
    proved(
        Derivation(
            (trace - sqrt(D)) / 2,
            -1,
            "its mirror image",
            **above,
            gap=2 * (2 * (1 + gamma) - a) / (2 + trace + sqrt(D)),
            given=(*inside, D >= 0),
        )
    )


def test_b7_complex_roots_need_a_positive_rate():
    proved(
        Derivation(
            a,
            0,
            "a square, and the discriminant",
            **above,
            gap=((1 - gamma + a) / 2) ** 2 + (4 * gamma - trace**2) / 4,
            given=D < 0,
        )
    )
    mirrored = 2 * (1 + gamma) - a
    proved(
        Derivation(
            a,
            2 * (1 + gamma),
            "the same from the other end",
            **below,
            gap=((1 - gamma + mirrored) / 2) ** 2 + (4 * gamma - trace**2) / 4,
            given=D < 0,
        )
    )


def test_b9_complex_roots_between_two_rates():
    proved(
        Derivation(
            D,
            0,
            "factors",
            **below,
            gap=((1 + sqrt(gamma)) ** 2 - a) * (a - (1 - sqrt(gamma)) ** 2),
            given=(a > (1 - sqrt(gamma)) ** 2, a < (1 + sqrt(gamma)) ** 2),
        )
    )


def test_b10_polyak_roots_are_complex_between_the_ends():
    s, m, l = sp.symbols("s m l", positive=True)  # roots of L, mu, lambda
    rate, memory = 4 / (s + m) ** 2, ((s - m) / (s + m)) ** 2
    proved(
        Derivation(
            (1 + memory - rate * l**2) ** 2,
            4 * memory,
            "between the ends",
            **at_most,
            gap=16 * (s**2 - l**2) * (l**2 - m**2) / (s + m) ** 4,
            equal_at=Eq(l, s),
            given=(l >= m, l <= s),
        )
    )


def test_b11_no_rate_and_momentum_beat_polyak():
    # scaled Jury conditions at both ends
    given = (
        r < 1,
        momentum <= r**2,
        eta * L <= (1 + r) * (1 + momentum / r),
        eta * mu >= (1 - r) * (1 - momentum / r),
        eta > 0,
    )
    first = proved(
        Derivation(
            eta * L, (1 + r) * (1 + momentum / r), "the upper end", **at_most, given=given
        ).step((1 + r) ** 2, "the momentum is at most r²", **at_most)
    )
    second = proved(
        Derivation(
            eta * mu, (1 - r) * (1 - momentum / r), "the lower end", **at_least, given=given
        ).step((1 - r) ** 2, "the momentum is at most r²", **at_least)
    )
    proved(
        Derivation(
            L / mu,
            ((1 + r) / (1 - r)) ** 2,
            "one bound over the other",
            **at_most,
            given=given,
            using=(first, second),
        )
    )


def test_b12_gradient_descent_contracts_within_the_range():
    between = (lam >= mu, lam <= L)
    proved(
        Derivation(
            Abs(1 - eta * lam),
            Max(1 - eta * mu, eta * L - 1),
            "a linear function is largest at an end",
            **at_most,
            given=(*between, eta > 0),
        )
    )
    proved(Derivation(Abs(1 - a), 1, "within two", **below, given=(a > 0, a < 2)))
    proved(Derivation(Abs(1 - a), 1, "beyond two", **at_least, given=a >= 2))


def test_b12_the_best_rate():
    best = (L - mu) / (L + mu)
    for rate in ((eta <= 2 / (L + mu), 1 - eta * mu), (eta >= 2 / (L + mu), eta * L - 1)):
        condition, side = rate
        proved(
            Derivation(
                side,
                best,
                "one end is the worse one",
                **at_least,
                given=(condition, mu <= L),
                equal_at=Eq(eta, 2 / (L + mu)),
            )
        )
    proved(
        Derivation(
            Max(Abs(1 - eta * mu), Abs(1 - eta * L)),
            best,
            "whatever the rate is",
            **at_least,
            given=mu <= L,
        )
    )


def test_b13_nesterov_at_the_other_end():
    s = sp.Symbol("s", positive=True)  # root of the condition number
    proved(
        Derivation(
            1 - 1 / s,
            (s - 1) / (s + 1),
            "one step is no better",
            **at_least,
            given=s >= 1,
            equal_at=Eq(s, 1),
        )
    )


def test_b14_nesterov_is_stable_for_smaller_rates_than_heavy_ball():
    proved(
        Derivation(
            2 * (1 + gamma) / (1 + 2 * gamma),
            2 * (1 + gamma),
            "the denominator is above one",
            **below,
        )
    )
    # Jury: 1 + trace + determinant
    proved(
        Derivation(
            1 + (1 + gamma) * (1 - a) + gamma * (1 - a),
            0,
            "within the region",
            **above,
            given=(a < 2 * (1 + gamma) / (1 + 2 * gamma), a > 0),
        )
    )


# --- c: adaptive rates ---------------------------------------------------------------------------

squares = Sum(g[t] ** 2, (t, 1, T))


def test_c5_an_adagrad_step_is_at_most_the_rate():
    proved(
        Derivation(
            eta * Abs(g[T]) / sqrt(squares),
            eta,
            "one term is at most the sum",
            **at_most,
            given=(eta > 0, squares > 0),
        )
    )


def test_c5_an_rmsprop_step_is_at_most_the_rate_over_a_root():
    average = (1 - gamma) * Sum(gamma ** (T - t) * g[t] ** 2, (t, 1, T))
    proved(
        Derivation(
            eta * Abs(g[T]) / sqrt(average),
            eta / sqrt(1 - gamma),
            "one term is at most the sum",
            **at_most,
            given=(eta > 0, gamma < 1, average > 0),
        )
    )


S = sp.IndexedBase("S", real=True)
roots = Recurrence(S[t], S[t - 1] + 1 / sqrt(t), initial=1, start=1)


def test_c12_the_sum_of_inverse_roots():
    upper = proved(
        Induction(
            roots,
            S[T],
            2 * sqrt(T),
            **at_most,
            gap=1 / (sqrt(T + 1) * (sqrt(T + 1) + sqrt(T)) ** 2),
        )
    )
    assert upper.relation == "<="
    lower = proved(Induction(roots, S[T], sqrt(T), **at_least))
    assert lower.relation == ">="


def test_c12_the_sum_of_inverse_squares_is_bounded():
    rule = Recurrence(S[t], S[t - 1] + 1 / t**2, initial=1, start=1)
    proved(Induction(rule, S[T], 2 - 1 / T, **at_most))


# --- d: Adam -------------------------------------------------------------------------------------

A, B = (sp.IndexedBase(name, real=True) for name in ("A", "B"))


def test_d12b_cauchy_schwarz():
    product = over(A[k] ** 2) * over(B[k] ** 2)
    proved(
        Derivation(
            over(A[k] * B[k]) ** 2,
            product,
            "Lagrange's identity",
            **at_most,
            gap=Sum((A[i] * B[j] - A[j] * B[i]) ** 2, (i, 0, K - 1), (j, 0, K - 1)) / 2,
        )
    )


def test_d12_the_step_of_adam_is_bounded():
    """Cauchy and Schwarz, a geometric series, and a root."""
    ratio = sp.Symbol("r", positive=True)  # beta_1²/beta_2
    A_k, B_k = sqrt(ratio) ** (T - k), sqrt(beta2) ** (T - k) * g[k]

    def total(body, index=k):
        return Sum(body, (index, 1, T))

    left, right = A_k.subs(k, i) * B_k.subs(k, j), A_k.subs(k, j) * B_k.subs(k, i)
    given = (ratio < 1, beta1 < 1, beta2 < 1)
    square = proved(
        Derivation(
            total(A_k * B_k) ** 2,
            total(A_k**2) * total(B_k**2),
            "Lagrange's identity",
            **at_most,
            gap=Sum((left - right) ** 2, (i, 1, T), (j, 1, T)) / 2,
            given=given,
        )
        .step((1 - ratio**T) / (1 - ratio) * total(B_k**2), "a geometric series")
        .step(total(B_k**2) / (1 - ratio), "the power is positive", **at_most)
    )
    assert square.relation == "<="
    constant = (1 - beta1) / sqrt((1 - beta2) * (1 - ratio))
    chain = Derivation(
        ((1 - beta1) * total(A_k * B_k)) ** 2,
        (1 - beta1) ** 2 / (1 - ratio) * total(B_k**2),
        "the line above",
        **at_most,
        given=given,
        using=square,
    )
    assert chain.last == constant**2 * (1 - beta2) * total(B_k**2)  # the closed form of v
    proved(chain)
    V, m = sp.Symbol("v", positive=True), sp.Symbol("m", real=True)
    bounded = (*given, m**2 <= constant**2 * V)
    proved(Derivation(Abs(m) / sqrt(V), constant, "a root", **at_most, given=bounded))


def test_d14_the_average_over_a_period_points_the_wrong_way():
    """The gradients C, -1, -1 again and again: their sum is positive, that of the steps is not."""
    C = sp.Symbol("C", positive=True)
    b = 1 / (1 + C**2)
    whole = 1 + b + b**2
    v_1, v_2, v_3 = (C**2 + b + b**2) / whole, (1 + b * C**2 + b**2) / whole, (
        1 + b + b**2 * C**2
    ) / whole  # fmt: skip
    for before, now, gradient in ((v_3, v_1, C), (v_1, v_2, 1), (v_2, v_3, 1)):
        assert equal(b * before + (1 - b) * gradient**2, now).status == "proved"
    large = {"given": C > 2}
    names = sp.symbols("v_1:4", positive=True)
    first = proved(Derivation(v_1, C**4 / (1 + C**2), "what is kept", **at_least, **large))
    second = proved(Derivation(v_2, 2, "$bC^2$ is below 1", **at_most, **large))
    third = proved(Derivation(v_3, 2, "and so is $b^2C^2$", **at_most, **large))
    bounds = (C > 2, names[0] >= C**4 / (1 + C**2), names[1] <= 2, names[2] <= 2)
    for bound, known in zip((first, second, third), bounds[1:], strict=True):
        proved_bound = bound.conclusion.relation  # of the value; the name stands for it below
        assert proved_bound.rhs == known.rhs and isinstance(proved_bound, type(known))
    chain = Derivation(
        C / sqrt(names[0]), sqrt(1 + C**2) / C, "the first bound", **at_most, given=bounds
    )
    chain.step(sqrt(2), "$C$ is larger than 1", **below)
    chain.step(1 / sqrt(names[1]) + 1 / sqrt(2), "the second", **at_most)
    chain.step(1 / sqrt(names[1]) + 1 / sqrt(names[2]), "the third", **at_most)
    assert proved(chain).relation == "<"


def test_d14_the_second_moment_lies_between_bounds():
    C = sp.Symbol("C", positive=True)
    V = sp.IndexedBase("V", real=True)
    b = 1 / (1 + C**2)
    step = Recurrence(V[t], b * V[t - 1] + (1 - b), initial=1)
    proved(Induction(step, V[n], 1, **at_least))
    top = Recurrence(V[t], b * V[t - 1] + (1 - b) * C**2, initial=1)
    proved(Induction(top, V[n], C**2, **at_most, given=C > 2))


# --- f: softmax ----------------------------------------------------------------------------------

one = Eq(over(p[k]), 1)
mean = over(p[k] * v[k])


def test_f6_the_hessian_is_not_negative():
    proved(
        Derivation(
            over(p[i] * v[i] ** 2, i) - mean**2,
            0,
            "a variance",
            **at_least,
            gap=over(p[i] * (v[i] - mean) ** 2, i),
            equal_at=Eq(v[k], w),
            given=one,
        )
    )


def test_variance_is_not_negative():
    xs = sp.IndexedBase("x", real=True)
    average = over(xs[k]) / K
    proved(
        Derivation(
            over(xs[i] ** 2, i) / K,
            average**2,
            "the variance",
            **at_least,
            gap=over((xs[i] - average) ** 2, i) / K,
        )
    )


def test_f7_the_curvature_is_at_most_one_half():
    off = (1 - sp.KroneckerDelta(i, j)) * p[i] * p[j] * (v[i] + v[j]) ** 2
    proved(
        Derivation(
            over(p[i] * v[i] ** 2, i) - mean**2,
            over(v[i] ** 2, i) / 2,
            "squares",
            **at_most,
            gap=over((1 - 2 * p[i]) ** 2 * v[i] ** 2, i) / 2 + over(over(off, j), i) / 2,
            given=one,
        )
    )


def test_f14_kl_divergence():
    ones = (one, Eq(over(y[k]), 1))
    touching = tangent(log(u), u, at=1, to=p[k] / y[k])
    proved(
        Derivation(
            over(y[k] * log(p[k] / y[k])),
            over(y[k] * (p[k] / y[k] - 1)),
            "the tangent of the logarithm at 1",
            **at_most,
            using=touching,
            given=ones,
        ).step(0, "both sum to one")
    )


def test_f14_the_entropy_is_at_most_log_n():
    touching = tangent(log(u), u, at=1, to=1 / (K * p[k]))
    proved(
        Derivation(
            over(p[k] * log(1 / (K * p[k]))),
            over(p[k] * (1 / (K * p[k]) - 1)),
            "the tangent of the logarithm at 1",
            **at_most,
            using=touching,
            given=one,
        ).step(0, "both sum to one")
    )
    entropy = -over(p[k] * log(p[k]))
    proved(
        Derivation(
            over(p[k] * log(1 / (K * p[k]))),
            entropy - log(K),
            "the logarithm of a product",
            given=one,
        )
    )


def test_jensen_for_the_exponential():
    m = sp.Symbol("m", real=True)
    touching = tangent(exp(x), x, at=m, to=v[k])
    proved(
        Derivation(
            over(p[k] * exp(v[k])),
            over(p[k] * (exp(m) + exp(m) * (v[k] - m))),
            "the tangent at the mean",
            **at_least,
            using=touching,
            given=(one, Eq(mean, m)),
        ).step(exp(m), "the weights sum to one")
    )


def test_log_sum_exp_bounds():
    m = sp.Symbol("m", integer=True)
    M = sp.Symbol("M", real=True)
    proved(
        Derivation(
            log(over(exp(z[k]))),
            z[m],
            "one term is at most the sum",
            **at_least,
            given=(m >= 0, m <= K - 1),
        )
    )
    proved(
        Derivation(
            log(over(exp(z[k]))),
            log(over(exp(M))),
            "each term is at most the largest",
            **at_most,
            given=z[k] <= M,
        ).step(M + log(K), "K equal terms")
    )


# --- g: shapes -----------------------------------------------------------------------------------

N, start = sp.symbols("N m", integer=True)
s, o = sp.symbols("s o", integer=True, positive=True)


def test_g1_the_number_of_starts():
    proved(Derivation(start * s, N, "a start that fits", **at_most, given=start <= floor(N / s)))
    proved(Derivation(start * s, N, "one that does not", **above, given=start >= floor(N / s) + 1))


def test_g4_what_a_stride_leaves_over():
    rest = N - s * floor(N / s)
    proved(Derivation(rest, 0, "floor", **at_least))
    proved(Derivation(rest, s - 1, "whole numbers", **at_most))


def test_g6_a_transposed_convolution_inverts_the_size():
    m = sp.Symbol("m", integer=True)
    given = (o <= s - 1,)
    size = floor((m * s + o) / s)
    proved(Derivation(size, m, "at least", **at_least, given=given))
    proved(Derivation(size, m, "and no more", **at_most, given=given))


# --- h: the rest ---------------------------------------------------------------------------------


def test_h1_steps_that_fall_like_a_power():
    power = sp.Symbol("p", positive=True)
    total = Recurrence(S[t], S[t - 1] + t ** (-power), initial=1, start=1)
    proved(Induction(total, S[T], T ** (1 - power), **at_least, given=power <= 1))
    e = sp.Symbol("q", positive=True)
    squares = Recurrence(S[t], S[t - 1] + t ** (-e), initial=1, start=1)
    touching = tangent(u ** (1 - e), u, at=T + 1, to=T, given=e > 1)
    proved(
        Induction(
            squares,
            S[T],
            (e - T ** (1 - e)) / (e - 1),
            **at_most,
            given=e > 1,
            using=touching,
        )
    )


def test_h1_one_over_k():
    harmonic = Recurrence(S[t], S[t - 1] + 1 / t, initial=1, start=1)
    touching = tangent(log(u), u, at=T + 1, to=T + 2)
    proved(Induction(harmonic, S[T], log(T + 1), **at_least, using=touching))


def test_h1_the_table_of_powers():
    """Σk^(-p) grows without end and Σk^(-2p) does not exactly where 1/2 < p ≤ 1."""
    power = sp.Symbol("p", positive=True)

    def total(exponent):
        return Recurrence(S[t], S[t - 1] + t ** (-exponent), initial=1, start=1)

    touching = tangent(log(u), u, at=T + 1, to=T + 2)
    proved(Induction(total(sp.S.One), S[T], log(T + 1), **at_least, using=touching))

    def grows(exponent, given):
        terms, harmonic = Sum(k ** (-exponent), (k, 1, T)), Sum(1 / k, (k, 1, T))
        proved(Derivation(terms, harmonic, "each term is larger", **at_least, given=given))

    def stays(exponent, given):
        touching = tangent(u ** (1 - exponent), u, at=T + 1, to=T, given=given)
        bound = (exponent - T ** (1 - exponent)) / (exponent - 1)
        proved(Induction(total(exponent), S[T], bound, **at_most, given=given, using=touching))
        proved(Derivation(bound, exponent / (exponent - 1), "a bound", **below, given=given))

    grows(power, power <= 1)
    stays(power, power > 1)
    grows(2 * power, power <= Rational(1, 2))
    stays(2 * power, power > Rational(1, 2))
    square = Rational(1, 2)
    table = [((power <= square,), None), ((power > 1,), None)]
    with pytest.raises(ValueError, match="a case is missing"):
        Cases(power <= 1, table)
    both = ((power > square, power <= 1), None)
    assert len(Cases(power <= 1, [*table, both]).cases) == 3


def test_h20_a_layer_of_sigmoids_shrinks_what_passes():
    """Orthogonal weights keep the length; slopes of at most 1/4 divide it by four."""
    d, w_ = sp.IndexedBase("d", real=True), sp.IndexedBase("w", real=True)
    Q = sp.IndexedBase("Q", real=True)
    m = sp.Symbol("m", integer=True)
    orthonormal = ForAll(
        Eq(over(Q[i, k] * Q[i, m], i), sp.KroneckerDelta(k, m)), (k, 0, K - 1), (m, 0, K - 1)
    )
    h = sp.IndexedBase("h", real=True)  # Q w
    proved(
        Derivation(
            over(d[k] ** 2 * h[k] ** 2),
            over(h[k] ** 2) / 16,
            "every slope is at most 1/4",
            **at_most,
            given=(d[k] >= 0, d[k] <= Rational(1, 4)),
        )
    )
    turned = over(over(Q[i, j] * w_[j], j) ** 2, i)
    assert equal(turned, over(w_[j] ** 2, j), given=orthonormal).status == "proved"
    length = Recurrence(S[t], S[t - 1] * y[t], initial=1)
    proved(Induction(length, S[n], Rational(1, 16) ** n, **at_most, given=y[k] <= Rational(1, 16)))


def test_h20_the_slope_of_the_sigmoid():
    sigmoid = 1 / (1 + exp(-x))
    proved(
        Derivation(
            sigmoid * (1 - sigmoid),
            Rational(1, 4),
            "a square",
            **at_most,
            gap=(sigmoid - Rational(1, 2)) ** 2,
            equal_at=Eq(x, 0),
        )
    )
    d = sp.IndexedBase("d", positive=True)
    P = sp.IndexedBase("P", real=True)
    proved(
        Induction(
            Recurrence(P[t], d[t] * P[t - 1], initial=1),
            P[n],
            Rational(1, 4) ** n,
            **at_most,
            given=d[k] <= Rational(1, 4),
        )
    )


def test_h27_noisy_gradient_descent():
    variance = eta * sigma**2 / (lam * (2 - eta * lam))
    proved(
        Derivation(
            variance,
            eta * sigma**2 / (2 * lam),
            "the denominator is smaller",
            **above,
            given=(eta > 0, eta * lam < 2),
        )
    )


def test_h30_descent():
    gradient = lam * w
    proved(
        Derivation(
            lam * (w - eta * gradient) ** 2 / 2,
            lam * w**2 / 2,
            "the rate is below 2/λ",
            **at_most,
            gap=eta * (1 - eta * lam / 2) * gradient**2,
            given=(eta > 0, eta <= 2 / lam),
        )
    )


def test_h31_strong_convexity():
    b, m = sp.symbols("b m", real=True)
    proved(
        Derivation(
            lam * b**2 / 2,
            lam * w**2 / 2 + lam * w * (b - w) + m * (b - w) ** 2 / 2,
            "a quadratic lower bound",
            **at_least,
            gap=(lam - m) * (b - w) ** 2 / 2,
            equal_at=Eq(b, w),
            given=m <= lam,
        )
    )


def test_bernoulli():
    P = sp.IndexedBase("P", real=True)
    proved(
        Induction(
            Recurrence(P[t], P[t - 1] * (1 + x), initial=1),
            P[n],
            1 + n * x,
            **at_least,
            given=x >= -1,
        )
    )


def test_h29_an_epoch_with_replacement():
    big = sp.Symbol("N", integer=True, positive=True)
    touching = tangent(log(u), u, at=1, to=1 - 1 / big)
    proved(
        Derivation(
            big * log(1 - 1 / big),
            -1,
            "the tangent of the logarithm at 1",
            **at_most,
            using=touching,
            given=big >= 2,
        )
    )


def test_a_wrong_constant_is_refused():
    with pytest.raises(FalseStep, match="this line gives"):
        Derivation(x * (1 - x), Rational(1, 5), "a square", **at_most)
    assert compare(x * (1 - x), "<=", Rational(1, 4)).status == "proved"


# --- the stability region of the heavy ball, as one theorem ---------------------------------------

spectral = sp.Symbol("rho", nonnegative=True)
p_ = 1 + momentum - a
D_ = p_**2 - 4 * momentum
upper, lower = (p_ + sqrt(D_)) / 2, (p_ - sqrt(D_)) / 2
radius = Definition(spectral, Max(Abs(upper), Abs(lower)))
stable = (a > 0, a < 2 * (1 + momentum))
damped = momentum < 1


def heavy_ball_cases():
    real = (damped, *stable, D_ >= 0)
    small = proved(
        Derivation(
            spectral, upper, "one of them", **at_least, given=(damped, a <= 0), where=radius
        ).step(1, "the discriminant is at least $(1-\\gamma+a)^2$", **at_least)
    )
    large = proved(
        Derivation(
            spectral,
            -lower,
            "one of them",
            **at_least,
            given=(damped, a >= 2 * (1 + momentum)),
            where=radius,
        ).step(1, "the discriminant is at least $(3+\\gamma-a)^2$", **at_least)
    )
    first = Derivation(
        upper,
        1,
        "difference of squares",
        **below,
        gap=2 * a / (1 - momentum + a + sqrt(D_)),
        given=real,
    )
    second = Derivation(
        lower,
        -1,
        "its mirror image",
        **above,
        gap=2 * (2 * (1 + momentum) - a) / (2 + p_ + sqrt(D_)),
        given=real,
    )
    both = proved(
        Derivation(
            spectral,
            1,
            "both lie between",
            **below,
            given=real,
            using=(first, second),
            where=radius,
        )
    )
    turning = proved(
        Derivation(
            spectral,
            1,
            "the product of conjugate roots is $\\gamma$",
            **below,
            given=(damped, D_ < 0),
            where=radius,
        )
    )
    return [
        ((a <= 0,), small),
        ((a >= 2 * (1 + momentum),), large),
        ((*stable, D_ >= 0), both),
        ((*stable, D_ < 0), turning),
    ]


def test_b7_both_roots_lie_inside_exactly_where_the_rate_is_between():
    cases = heavy_ball_cases()
    theorem = Cases(spectral < 1, cases, iff=stable, given=damped, where=radius)
    assert [case.holds for case in theorem.cases] == [False, False, True, True]
    assert "if and only if" in str(theorem)
    with pytest.raises(ValueError, match="a case is missing: a = "):
        Cases(spectral < 1, cases[:3], iff=stable, given=damped, where=radius)
    with pytest.raises((FalseStep, UnprovedStep), match="iff"):
        Cases(spectral < 1, cases, iff=(a > 0, a < 2), given=damped, where=radius)
