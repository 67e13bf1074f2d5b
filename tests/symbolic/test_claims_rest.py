"""Second order, initialization, dropout, norms and ensembles: the chapters' claims, proved."""

import sympy as sp
from claims import (
    K,
    N,
    T,
    a,
    eta,
    family,
    holds,
    i,
    j,
    k,
    lam,
    m,
    over,
    proves,
    refutes,
    rho,
    sigma,
    t,
)  # fmt: skip
from sympy import Abs, Eq, KroneckerDelta, Limit, Max, Ne, Piecewise, log, oo, sqrt

from nnlib.symbolic import (
    Expectation,
    ForAll,
    Induction,
    Partial,
    Random,
    Recurrence,
    Variance,
    tangent,
)  # fmt: skip

w, x, v, y, g, f, M = (family(name) for name in "wxvygfM")
A, H, Q, P, B = (family(name) for name in "AHQPB")
mu, place, goal, curvature = sp.symbols("mu w w_* h", real=True)
size = sp.Symbol("n", integer=True, positive=True)
one = sp.Symbol("x", real=True)


def all_of(body, index):
    return over(body, index, size)


def ranges(*indices):
    return [(index, 0, size - 1) for index in indices]


def inside(*indices):
    return [bound for index in indices for bound in (index >= 0, index <= size - 1)]


# --- steps ----------------------------------------------------------------------------------------


def test_h2_a_series_that_shrinks_faster_than_one_over_k():
    """1/(k log k) is small against 1/k, its sum grows without end, that of its squares does not."""
    u, last = sp.Symbol("u", positive=True), sp.Symbol("T", integer=True, positive=True)
    proves(Limit(1 / u, u, oo), 0)  # (1/(k log k))/(1/k) = 1/log k, with u = log k
    S = family("S")
    steps = Recurrence(
        S[t], S[t - 1] + 1 / ((t + 1) * log(t + 1)), initial=1 / (2 * log(2)), start=1
    )
    touching = tangent(log(log(u)), u, at=last + 2, to=last + 3, given=u > 1)
    grows = log(log(last + 2)) - log(log(3)) + 1 / (2 * log(2))
    assert Induction(steps, S[last], grows, relation=">=", using=touching).status == "proved"
    squares = Recurrence(S[t], S[t - 1] + 1 / ((t + 1) * log(t + 1)) ** 2,
                         initial=1 / (2 * log(2)) ** 2, start=1)  # fmt: skip
    bound = (1 - 1 / (last + 1)) / log(2) ** 2
    far, near = log(last + 2), log(2)
    gap = (
        1 / ((last + 1) * (last + 2) ** 2) + (far - near) * (far + near) / ((last + 2) * far) ** 2
    ) / near**2
    assert Induction(squares, S[last], bound, relation="<=", gap=gap).status == "proved"


def test_h3_newton_takes_one_step():
    inverse = ForAll(Eq(all_of(A[i, j] * H[j, k], j), KroneckerDelta(i, k)), *ranges(i, k))
    gradient = all_of(H[j, k] * (w[k] - v[k]), k)
    proves(w[i] - all_of(A[i, j] * gradient, j), v[i], given=(inverse, *inside(i)))
    refutes(w[i] + all_of(A[i, j] * gradient, j), v[i], given=(inverse, *inside(i)))


def test_h4_the_secant_lands_on_the_minimum():
    before = sp.Symbol("w_0", real=True)
    slope = (curvature * (place - goal) - curvature * (before - goal)) / (place - before)
    given = (Ne(place, before), Ne(curvature, 0))
    proves(place - curvature * (place - goal) / slope, goal, given=given)


def test_h5_quickprop_misses_where_the_coordinates_hang_together():
    """A secant for each coordinate, with the Hessian [[1, h], [h, 1]] and its minimum at 0."""
    r, s, h, r_0, s_0 = sp.symbols("r s h r_0 s_0", real=True)
    slope, before = r + h * s, r_0 + h * s_0
    landed = r - slope * (r - r_0) / (slope - before)
    apart = (Ne(r, r_0), Ne(slope, before))
    proves(landed, h * (r * s_0 - r_0 * s) / (before - slope), given=apart)
    refutes(landed, 0, given=apart)
    proves(landed.xreplace({h: sp.S(0)}), 0, given=Ne(r, r_0))
    proves(landed.xreplace({h: sp.S(1), r: sp.S(1), s: sp.S(0), r_0: sp.S(0), s_0: sp.S(2)}), 2)


def test_h6_the_secant_finds_a_maximum_too():
    cap = -(curvature**2) * (place - goal) ** 2
    proves(place - Partial(cap, place) / Partial(Partial(cap, place), place), goal,
           given=Ne(curvature, 0))  # fmt: skip


def test_h25_bfgs_satisfies_the_secant_equation():
    s = family("s")
    sy = all_of(s[k] * y[k], k)
    By = all_of(B[j, k] * y[k], k)
    yBy = all_of(y[j] * By, j)
    symmetric = all_of(y[m] * B[m, j], m)
    entry = (
        B[i, j]
        + (sy + yBy) * s[i] * s[j] / sy**2
        - (By.xreplace({j: i}) * s[j] + s[i] * symmetric) / sy
    )
    proves(all_of(entry * y[j], j), s[i], given=(*inside(i), Ne(sy, 0)))


def test_h26_centring_and_scaling():
    z, s, c = sp.symbols("z s c", real=True)
    polynomial = (1 - z) * (c**2 + s**2 - z) - c**2
    proves(polynomial, z**2 - (1 + c**2 + s**2) * z + s**2)
    proves(polynomial.xreplace({c: sp.S(0), s: sp.S(1)}), (z - 1) ** 2)


def test_h28_twice_the_best_rate_oscillates():
    steps = Recurrence(w[t], w[t - 1] - eta * lam * w[t - 1], initial=one)
    holds(Induction(steps, w[T], (-1) ** T * one, given=Eq(eta, 2 / lam)))
    holds(Induction(steps, w[T], (1 - eta * lam) ** T * one, given=Ne(eta * lam, 1)))


def test_h30_the_descent_lemma():
    def loss(at):
        return lam * (at - goal) ** 2 / 2

    slope = Partial(loss(place), place)
    gain = loss(place - eta * lam * (place - goal)) - loss(place)
    proves(gain, -eta * (1 - eta * lam / 2) * slope**2)
    refutes(gain, -eta * (1 - eta * lam) * slope**2)


def test_h31_strong_convexity():
    def loss(at):
        return lam * (at - goal) ** 2 / 2

    lower = loss(place) + lam * (place - goal) * (one - place) + mu / 2 * (one - place) ** 2
    proves(loss(one) - lower, (lam - mu) / 2 * (one - place) ** 2)


# --- mean and variance ----------------------------------------------------------------------------

independent = Random(x[i], mean=mu, variance=sigma**2)
mean = over(x[i], i) / K


def test_h7_the_mean_of_a_minibatch():
    proves(Variance(mean), sigma**2 / K, where=independent)
    refutes(Variance(mean), sigma**2, where=independent)


def test_h8_without_replacement():
    drawn = Random(x[i], mean=mu, variance=sigma**2, covariance=-(sigma**2) / (N - 1))
    formula = sigma**2 / K * (N - K) / (N - 1)
    proves(Variance(mean), formula, where=drawn, given=N >= 2)
    proves(formula.xreplace({K: N}), 0, given=N >= 2)
    refutes(Variance(mean), sigma**2 / K, where=drawn, given=N >= 2)


def test_h10_a_linear_layer():
    weight, square = sp.symbols("s_w q", positive=True)
    laws = (Random(w[i], mean=0, variance=weight), Random(x[i], moments={2: square}))
    proves(Variance(over(w[i] * x[i], i)), K * weight * square, where=laws)
    proves(K * weight / 2, 1, given=Eq(weight, 2 / K))  # h12, He


def test_h11_relu_of_a_symmetric_law():
    square = sp.Symbol("q", positive=True)
    law = Random(one, symmetric=True, moments={2: square})
    proves(Expectation(Max(one, 0) ** 2), square / 2, where=law)
    refutes(Expectation(Max(one, 0) ** 2), square, where=law)
    proves(Max(one, 0) ** 2 + Max(-one, 0) ** 2, one**2)


def test_h12_initializations():
    into, out = sp.symbols("n_in n_out", integer=True, positive=True)
    s = sp.Symbol("s", positive=True)
    xavier = Eq(s, 2 / (into + out))
    proves((into * s + out * s) / 2, 1, given=xavier)
    limit = sqrt(6 / (into + out))
    proves(limit**2 / 3, 2 / (into + out))


def test_h13_leaky_relu():
    square = sp.Symbol("q", positive=True)
    law = Random(one, symmetric=True, moments={2: square})
    leaky = Piecewise((one, one > 0), (a * one, True))
    proves(Expectation(leaky**2), (1 + a**2) / 2 * square, where=law)
    proves(Expectation(Max(one, 0)), Expectation(Abs(one)) / 2, where=law)


keep = sp.Symbol("p", positive=True)
mask = Random(M[i], mean=keep, binary=True)


def test_h14_inverted_dropout():
    proves(Expectation(M[1] * one / keep), one, where=mask)
    proves(Variance(M[1] * one / keep), one**2 * (1 - keep) / keep, where=mask)
    layer = over(w[i] * x[i] * M[i] / keep, i)
    proves(Variance(layer), over(w[i] ** 2 * x[i] ** 2, i) * (1 - keep) / keep, where=mask)
    proves(Expectation(M[1] * one), keep * one, where=mask)
    refutes(Expectation(M[1] * one), one, where=mask)


def test_h15_dropout_on_a_regression_is_a_ridge():
    target = sp.Symbol("y", real=True)
    loss = (target - over(w[i] * x[i] * M[i] / keep, i)) ** 2
    ridge = over(w[i] ** 2 * x[i] ** 2, i) * (1 - keep) / keep
    proves(Expectation(loss), (target - over(w[i] * x[i], i)) ** 2 + ridge, where=mask)


def test_h22_an_ensemble():
    members = Random(x[i], mean=mu, variance=sigma**2, covariance=rho * sigma**2)
    proves(Variance(mean), rho * sigma**2 + (1 - rho) * sigma**2 / K, where=members)


def test_h23_the_ambiguity_of_an_ensemble():
    target = sp.Symbol("y", real=True)
    middle = over(f[j], j) / K
    spread = over((f[m] - middle) ** 2, m) / K
    proves((middle - target) ** 2, over((f[m] - target) ** 2, m) / K - spread)


def test_h27_noise_of_a_constant_rate():
    noise, s = sp.symbols("xi s", real=True)
    laws = (Random(place, mean=0, variance=s), Random(noise, mean=0, variance=sigma**2))
    after = (1 - eta * lam) ** 2 * s + eta**2 * sigma**2
    proves(Variance((1 - eta * lam) * place - eta * noise), after, where=laws)
    steady = (Eq(s, after), Ne(eta * lam, 2))
    proves(s, eta * sigma**2 / (lam * (2 - eta * lam)), given=steady)


def test_h29_an_epoch_with_replacement():
    proves(Limit((1 - 1 / N) ** N, N, oo), sp.exp(-1))


# --- norms ----------------------------------------------------------------------------------------

norm = sqrt(all_of(v[k] ** 2, k))


def test_h16_weight_norm():
    d, scale = family("d"), sp.Symbol("g", real=True)
    loss = all_of(d[i] * scale * v[i] / norm, i)
    given = (*inside(j), norm > 0)
    inner = all_of(d[i] * v[i], i)
    by_v = scale / norm * (d[j] - inner * v[j] / norm**2)
    proves(Partial(loss, v[j]), by_v, given=given)
    proves(Partial(loss, scale), inner / norm, given=norm > 0)
    proves(all_of(v[j] * by_v, j), 0, given=norm > 0)


def test_h17_the_norm_grows():
    d = family("d")
    longer = all_of((v[k] + d[k]) ** 2, k)
    orthogonal = Eq(all_of(v[k] * d[k], k), 0)
    proves(longer, all_of(v[k] ** 2, k) + all_of(d[k] ** 2, k), given=orthogonal)


def test_h19_the_gradients_of_one_example_share_a_sign():
    delta = sp.Symbol("delta", real=True)
    positive = family("x", positive=True)
    loss = over(w[i] * positive[i], i) * delta
    proves(Partial(loss, w[j]), delta * positive[j], given=(j >= 0, j <= K - 1))
    proves(sp.sign(delta * positive[j]), sp.sign(delta))


def test_h20_the_slope_of_a_sigmoid():
    u = sp.Symbol("u", real=True)
    logistic = 1 / (1 + sp.exp(-u))
    gap = ((1 - sp.exp(-u)) / (1 + sp.exp(-u))) ** 2 / 4
    proves(sp.Rational(1, 4) - Partial(logistic, u), gap)


def orthonormal(matrix):
    entries = Eq(all_of(matrix[i, k] * matrix[i, m], i), KroneckerDelta(k, m))
    return ForAll(entries, *ranges(k, m))


def test_h21_orthogonal_layers_keep_lengths():
    length = all_of(all_of(Q[i, j] * w[j], j) ** 2, i)
    proves(length, all_of(w[j] ** 2, j), given=orthonormal(Q))
    r, s = sp.symbols("r s", integer=True)
    product = all_of(all_of(P[i, r] * Q[r, k], r) * all_of(P[i, s] * Q[s, m], s), i)
    given = (orthonormal(P), orthonormal(Q), *inside(k, m))
    proves(product, KroneckerDelta(k, m), given=given)
    proves(Partial(sp.tanh(one), one), 1 - sp.tanh(one) ** 2)  # 1 at 0
