"""Running averages, batch normalization and softmax: the chapters' claims, proved."""

import sympy as sp
from claims import (
    K,
    T,
    a,
    b,
    c,
    eps,
    family,
    gamma,
    holds,
    i,
    j,
    k,
    m,
    over,
    proves,
    refutes,
    sigma,
    t,
    upto,
)  # fmt: skip
from sympy import Eq, KroneckerDelta, Limit, Product, Sum, exp, log, oo, sqrt

from nnlib.symbolic import (
    Definition,
    Expectation,
    Induction,
    Partial,
    Random,
    Recurrence,
    Variance,
    compare,
)

C, W, x, y, z, g, h, p, v = (family(name) for name in "CWxyzghpv")
rates = family("gamma")
sizes = sp.Symbol("C", integer=True, positive=True)
in_batch = (j >= 0, j <= K - 1)

# --- a: running averages --------------------------------------------------------------------------

average = Recurrence(C[t], gamma * C[t - 1] + (1 - gamma) * x[t])
closed = (1 - gamma) * upto(gamma ** (T - k) * x[k])


def test_a1_a2_closed_form_and_weights():
    holds(Induction(average, C[T], closed))
    proves((1 - gamma) * upto(gamma ** (T - k)), 1 - gamma**T, given=gamma < 1)


def test_a3_a4_changing_rates():
    changing = Recurrence(C[t], rates[t] * C[t - 1] + (1 - rates[t]) * x[t])
    weight = Product(rates[m], (m, k + 1, T))
    holds(Induction(changing, C[T], upto((1 - rates[k]) * weight * x[k])))
    ones = Recurrence(W[t], rates[t] * W[t - 1] + 1 - rates[t])
    holds(Induction(ones, W[T], 1 - Product(rates[m], (m, 1, T))))


def test_a5_the_plain_mean():
    sums = Sum(x[k], (k, 1, T))
    proves((T - 1) / T * Sum(x[k], (k, 1, T - 1)) / (T - 1) + x[T] / T, sums / T, given=T >= 2)


def test_a6_mean_age():
    age = (1 - gamma) * Sum(k * gamma**k, (k, 0, T))
    proves(Limit(age, T, oo), gamma / (1 - gamma), given=gamma < 1)


def test_a7_half_life():
    half = log(sp.Rational(1, 2)) / log(gamma)
    proves(exp(half * log(gamma)), sp.Rational(1, 2), given=gamma < 1)


def test_a8_a9_the_variance_of_an_average_of_noise():
    noise = Random(x[t], mean=0, variance=sigma**2)
    variance = sigma**2 * (1 - gamma) / (1 + gamma) * (1 - gamma ** (2 * T))
    proves(Variance(closed), variance, where=noise, given=gamma < 1)
    proves(Limit(variance, T, oo), sigma**2 * (1 - gamma) / (1 + gamma), given=gamma < 1)
    N = sp.Symbol("N", positive=True)
    proves(N, (1 + gamma) / (1 - gamma), given=(Eq((1 - gamma) / (1 + gamma), 1 / N), gamma < 1))


def test_a10_corrected_weights():
    proves((1 - gamma) / (1 - gamma**T) * upto(gamma ** (T - k)), 1, given=(gamma < 1, T >= 1))


def test_a11_a_constant_input():
    constant = Recurrence(C[t], gamma * C[t - 1] + (1 - gamma) * a)
    holds(Induction(constant, C[T], a * (1 - gamma**T)))


def test_a12_the_lag_on_a_ramp():
    ramp = (1 - gamma) * upto(gamma ** (T - k) * k)
    proves(Limit(ramp - T, T, oo), -gamma / (1 - gamma), given=gamma < 1)


# --- e: batch normalization -----------------------------------------------------------------------

mean = over(x[k]) / K
variance = over((x[k] - mean) ** 2) / K
scale = sqrt(variance + eps)
shape, shift = sp.symbols("gamma beta", real=True)


def normal(index):
    return (x[index] - mean) / scale


def test_e1_the_moments():
    proves(Partial(mean, x[j]), 1 / K, given=in_batch)
    proves(Partial(variance, x[j]), 2 * (x[j] - mean) / K, given=in_batch)


def test_e2_the_outer_gradients():
    loss = over(g[i] * (shape * h[i] + shift), i)
    proves(Partial(loss, h[j]), g[j] * shape, given=in_batch)
    proves(Partial(loss, shape), over(g[i] * h[i], i))
    proves(Partial(loss, shift), over(g[i], i))


# the sums of HW3: mean and variance as letters, then as functions of one another
middle, v_ = sp.symbols("mu v", real=True)
about = over((x[k] - middle) ** 2) / K


def loss_of(mu, v):
    return over(g[i] * (shape * (x[i] - mu) / sqrt(v + eps) + shift), i)


by_variance = -shape / 2 * over(g[i] * (x[i] - mean), i) / scale**3
by_mean = -shape * over(g[i], i) / scale


def test_e3_the_slope_by_the_variance():
    var = sp.Symbol("v", positive=True)
    slope = -shape / 2 * over(g[i] * (x[i] - middle), i) * (var + eps) ** sp.Rational(-3, 2)
    proves(Partial(loss_of(middle, var), var), slope)
    refutes(Partial(loss_of(middle, var), var), -slope)


def test_e4_the_slope_by_the_mean():
    """The variance moves with the mean; at the mean that part vanishes."""
    s = sqrt(about + eps)
    second = shape / K * over(g[i] * (x[i] - middle), i) * over(x[k] - middle) / s**3
    total = -shape * over(g[i], i) / s + second
    proves(Partial(loss_of(middle, about), middle), total)
    proves(over(x[k] - mean), 0)
    refutes(Partial(loss_of(middle, about), middle), -shape * over(g[i], i) / s)


def test_e5_the_three_terms():
    three = g[j] * shape / scale + by_variance * 2 * (x[j] - mean) / K + by_mean / K
    proves(Partial(loss_of(mean, variance), x[j]), three, given=in_batch)
    refutes(Partial(loss_of(mean, variance), x[j]), three - by_mean / K, given=in_batch)


def test_e6_the_whole_gradient():
    loss = over(g[i] * shape * normal(i), i)
    inner = K * g[j] - over(g[i], i) - normal(j) * over(g[i] * normal(i), i)
    proves(Partial(loss, x[j]), shape / (K * scale) * inner, given=in_batch)


def test_e7_the_jacobian():
    entry = (KroneckerDelta(i, j) - 1 / K - normal(i) * normal(j) / K) / scale
    proves(Partial(normal(i), x[j]), entry, given=(*in_batch, i >= 0, i <= K - 1))


deviation = sqrt(variance)
spread = (deviation > 0, *in_batch)
outer = sp.Symbol("G", real=True)
weighted = over(g[i] * (x[i] - mean), i)
exact_slope = (
    outer / (K * (deviation + eps))
    * (K * g[j] - over(g[i], i) - (x[j] - mean) * weighted / ((deviation + eps) * deviation))
)  # fmt: skip
printed_slope = (
    outer / (K * deviation) * (K * g[j] - over(g[i], i) - (x[j] - mean) * weighted / deviation**2)
)


def test_e8_epsilon_beside_the_deviation():
    loss = over(g[i] * outer * (x[i] - mean) / (deviation + eps), i)
    proves(Partial(loss, x[j]), exact_slope, given=spread)


def test_e9_the_printed_formula_leaves_epsilon_out():
    loss = over(g[i] * outer * (x[i] - mean) / deviation, i)
    proves(Partial(loss, x[j]), printed_slope, given=spread)
    proves(exact_slope.xreplace({eps: sp.S.Zero}), printed_slope, given=spread)
    refutes(exact_slope, printed_slope, given=spread)


def test_e10_what_that_costs():
    d, s, q, total = sp.symbols("d sigma q S", positive=True)  # of the batch: numbers
    h = sp.Symbol("g_j", real=True)
    exact = outer / (K * (s + eps)) * (K * h - total - d * q / ((s + eps) * s))
    printed = outer / (K * s) * (K * h - total - d * q / s**2)
    first = outer * eps / (K * s * (s + eps)) * (K * h - total)
    second = outer * d * q * eps * (2 * s + eps) / (K * s**3 * (s + eps) ** 2)
    proves(printed - exact, first - second)
    refutes(printed - exact, first + second)


def test_e11_the_gradient_is_orthogonal_to_the_ones():
    inner = K * g[j] - over(g[i], i) - normal(j) * over(g[i] * normal(i), i)
    proves(over(inner, j), 0)


def test_e12_the_gradient_against_the_deviations():
    inner = K * g[j] - over(g[i], i) - normal(j) * over(g[i] * normal(i), i)
    slope = shape / (K * scale) * inner
    left = shape * eps * weighted / scale**3
    proves(over(slope * (x[j] - mean), j), left)
    refutes(over(slope * (x[j] - mean), j), 0)
    beside = outer * eps * weighted / (deviation + eps) ** 2
    proves(over(exact_slope * (x[j] - mean), j), beside, given=deviation > 0)


def test_e13_mean_and_variance_of_the_output():
    proves(over(normal(i), i), 0)
    proves(over(normal(i) ** 2, i) / K, variance / (variance + eps))


def test_e14_the_scale_of_the_input_drops_out():
    deviation = a * x[i] + b - over(a * x[k] + b) / K
    scaled = over((a * x[k] + b - over(a * x[m] + b, m) / K) ** 2) / K
    proves(deviation / sqrt(scaled + a**2 * eps), normal(i))


def test_e15_a_bias_before_the_layer_is_dead():
    moved = x[i] + b
    middle = over(x[k] + b) / K
    spread = over((x[k] + b - middle) ** 2) / K
    loss = over(g[i] * shape * (moved - middle) / sqrt(spread + eps), i)
    proves(Partial(loss, b), 0)


def test_e16_variance_as_a_difference_and_its_bias():
    proves(variance, over(x[k] ** 2) / K - mean**2)
    mu = sp.Symbol("mu", real=True)
    drawn = Random(x[i], mean=mu, variance=sigma**2)
    proves(Expectation(variance), (K - 1) / K * sigma**2, where=drawn)


# --- f: softmax -----------------------------------------------------------------------------------

total = Sum(exp(z[k]), (k, 0, sizes - 1))
softmax = Definition(p[i], exp(z[i]) / total)
classes = (i >= 0, i <= sizes - 1, j >= 0, j <= sizes - 1)


def per_class(body, index=k):
    return over(body, index, sizes)


def test_f1_f2_the_jacobian():
    proves(Partial(p[i], z[j]), p[i] * (KroneckerDelta(i, j) - p[j]), given=classes, where=softmax)
    proves(per_class(p[i], i), 1, where=softmax)


def test_f3_f5_log_sum_exp():
    proves(log(p[i]), z[i] - log(total), where=softmax)
    proves(Partial(log(total), z[j]), p[j], given=classes, where=softmax)


def test_f4_cross_entropy():
    loss = -per_class(y[i] * log(p[i]), i)
    slope = p[j] * per_class(y[i], i) - y[j]
    proves(Partial(loss, z[j]), slope, given=classes, where=softmax)
    one_hot = Eq(per_class(y[i], i), 1)
    proves(slope, p[j] - y[j], given=(*classes, one_hot), where=softmax)


def test_f6_the_curvature_is_a_variance():
    q = family("q", positive=True)
    average = per_class(q[k] * v[k])
    quadratic = per_class(q[i] * v[i] ** 2, i) - average**2
    spread = per_class(q[i] * (v[i] - average) ** 2, i)
    proves(quadratic, spread, given=Eq(per_class(q[k]), 1))


def test_f7_the_null_vector_and_the_row_sums():
    """Gershgorin: the entries beside the diagonal of row i sum to p_i (1 − p_i)."""
    entry = p[i] * (KroneckerDelta(i, j) - p[j])
    row = (i >= 0, i <= sizes - 1)
    proves(per_class(entry, j), 0, given=row, where=softmax)
    beside = per_class((1 - KroneckerDelta(i, j)) * p[i] * p[j], j)
    proves(beside, p[i] * (1 - p[i]), given=row, where=softmax)
    proves(entry.subs(j, i), p[i] * (1 - p[i]))  # so each eigenvalue is at most 2 p_i (1 − p_i)
    u = sp.Symbol("u", real=True)
    assert compare(2 * u * (1 - u), "<=", sp.Rational(1, 2)).status == "proved"


def test_f8_a_shift_changes_nothing():
    shifted = exp(z[i] + c) / per_class(exp(z[k] + c))
    proves(shifted, p[i], where=softmax)
    proves(log(per_class(exp(z[k] + c))), log(total) + c)


def test_f9_f10_one_class_at_a_time():
    one = -y[t] * log(p[t])
    proves(Partial(one, z[t]), y[t] * (p[t] - 1), given=(t >= 0, t <= sizes - 1), where=softmax)


def test_f11_label_smoothing():
    smooth = (1 - a) * y[i] + a / sizes
    loss = -per_class(smooth * log(p[i]), i)
    one_hot = Eq(per_class(y[i], i), 1)
    slope = p[j] - (1 - a) * y[j] - a / sizes
    proves(Partial(loss, z[j]), slope, given=(*classes, one_hot), where=softmax)
    refutes(Partial(loss, z[j]), p[j] - y[j], given=(*classes, one_hot), where=softmax)


def test_f12_temperature():
    tau = sp.Symbol("tau", positive=True)
    loss = -per_class(y[i] * (z[i] / tau - log(per_class(exp(z[k] / tau)))), i)
    warm = exp(z[j] / tau) / per_class(exp(z[k] / tau))
    slope = (warm * per_class(y[i], i) - y[j]) / tau
    proves(Partial(loss, z[j]), slope, given=classes)


def test_f13_two_classes():
    u = sp.Symbol("u", real=True)
    proves(exp(u) / (exp(u) + exp(sp.S(0))), 1 / (1 + exp(-u)))


def test_f15_the_cheap_backward():
    jacobian = p[i] * (KroneckerDelta(i, j) - p[j])
    cheap = p[j] * (g[j] - per_class(g[i] * p[i], i))
    proves(per_class(jacobian * g[i], i), cheap, given=classes, where=softmax)


def test_f16_the_first_loss():
    proves(-log(1 / per_class(exp(sp.S(0) * k))), log(sizes))
    refutes(-log(1 / per_class(exp(sp.S(0) * k))), sizes)
