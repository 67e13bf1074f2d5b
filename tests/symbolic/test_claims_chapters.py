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

from nnlib.symbolic import Definition, Expectation, Induction, Partial, Random, Recurrence, Variance

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


def test_e6_the_whole_gradient():
    loss = over(g[i] * shape * normal(i), i)
    inner = K * g[j] - over(g[i], i) - normal(j) * over(g[i] * normal(i), i)
    proves(Partial(loss, x[j]), shape / (K * scale) * inner, given=in_batch)


def test_e7_the_jacobian():
    entry = (KroneckerDelta(i, j) - 1 / K - normal(i) * normal(j) / K) / scale
    proves(Partial(normal(i), x[j]), entry, given=(*in_batch, i >= 0, i <= K - 1))


def test_e11_the_gradient_is_orthogonal_to_the_ones():
    inner = K * g[j] - over(g[i], i) - normal(j) * over(g[i] * normal(i), i)
    proves(over(inner, j), 0)


def test_e13_mean_and_variance_of_the_output():
    proves(over(normal(i), i), 0)
    proves(over(normal(i) ** 2, i) / K, variance / (variance + eps))


def test_e14_the_scale_of_the_input_drops_out():
    deviation = a * x[i] + b - over(a * x[k] + b) / K
    scaled = over((a * x[k] + b - over(a * x[m] + b, m) / K) ** 2) / K
    proves(deviation / sqrt(scaled + a**2 * eps), normal(i))


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


def test_f8_a_shift_changes_nothing():
    shifted = exp(z[i] + c) / per_class(exp(z[k] + c))
    proves(shifted, p[i], where=softmax)
    proves(log(per_class(exp(z[k] + c))), log(total) + c)


def test_f9_f10_one_class_at_a_time():
    one = -y[t] * log(p[t])
    proves(Partial(one, z[t]), y[t] * (p[t] - 1), given=(t >= 0, t <= sizes - 1), where=softmax)


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
