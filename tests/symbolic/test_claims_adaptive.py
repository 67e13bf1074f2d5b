"""AdaGrad, RMSProp, Adadelta and Adam: the chapters' claims, proved."""

import pytest
import sympy as sp
from claims import (
    T,
    a,
    b,
    beta_1,
    beta_2,
    eps,
    eta,
    family,
    gamma,
    holds,
    k,
    proves,
    refutes,
    rho,
    sigma,
    t,
    upto,
)  # fmt: skip
from sympy import Abs, Eq, Limit, Ne, Sum, oo, sign, sqrt

from nnlib.symbolic import Definition, Expectation, Induction, Random, Recurrence, UnitError, units

g, M, V, G, D, w = (family(name) for name in ("g", "m", "v", "G", "D", "w"))
one = sp.Symbol("g", real=True)
below_one = (beta_1 < 1, beta_2 < 1)
from_one = (*below_one, T >= 1)


def ema(rate, body):
    return (1 - rate) * upto(rate ** (T - k) * body)


# --- c --------------------------------------------------------------------------------------------


def test_c1_units():
    W, J = sp.symbols("W J", positive=True)
    place, later, h = sp.symbols("w w' h", real=True)
    slope = {place: W, later: W, one: J / W, g: J / W, h: J / W**2}
    descent = Eq(later, place - eta * one)
    assert units(descent, slope | {eta: W**2 / J}) == W
    for rate in (1, W, J / W):
        with pytest.raises(UnitError, match="different units: w is in W and"):
            units(descent, slope | {eta: rate})
    ratio = one / sqrt(upto(g[k] ** 2))
    assert units(ratio, slope) == 1
    assert units(one / h, slope) == W
    before, after = sp.symbols("D G", positive=True)
    adadelta = sqrt(before) / sqrt(after) * one
    assert units(adadelta, slope | {before: W**2, after: J**2 / W**2}) == W


def test_c2_adagrad_does_not_see_the_scale():
    step = eta * b * g[T] / sqrt(upto((b * g[k]) ** 2))
    proves(step, eta * g[T] / sqrt(upto(g[k] ** 2)), given=T >= 1)
    refutes(step, b * eta * g[T] / sqrt(upto(g[k] ** 2)), given=T >= 1)


def test_c3_rmsprop_does_not_see_the_scale():
    step = eta * b * g[T] / sqrt(ema(gamma, (b * g[k]) ** 2))
    proves(step, eta * g[T] / sqrt(ema(gamma, g[k] ** 2)), given=(T >= 1, gamma < 1))


def test_c4_the_closed_form_of_the_mean_square():
    squares = Recurrence(G[t], gamma * G[t - 1] + (1 - gamma) * g[t] ** 2)
    holds(Induction(squares, G[T], ema(gamma, g[k] ** 2)))


def test_c6_steps_under_a_constant_gradient():
    proves(eta * one / sqrt(upto(one**2)), eta * sign(one) / sqrt(T), given=Ne(one, 0))
    rms = eta * one / sqrt(ema(gamma, one**2))
    proves(rms, eta * sign(one) / sqrt(1 - gamma**T), given=(gamma < 1, T >= 1, Ne(one, 0)))
    proves(Limit(eta / sqrt(1 - gamma**T), T, oo), eta, given=gamma < 1)


def test_c8_epsilon_starts_adadelta():
    first = sqrt(D[0] + eps) / sqrt((1 - rho) * one**2 + eps) * one
    started = sqrt(eps) * one / sqrt((1 - rho) * one**2 + eps)
    proves(first, started, given=rho < 1, where=Definition(D[k], sp.S.Zero))
    squares = Recurrence(G[t], rho * G[t - 1] + (1 - rho) * g[t] ** 2)
    step = sqrt(D[t - 1] / (G[t] + eps)) * g[t]  # nothing is added to the steps before
    steps = Recurrence(D[t], rho * D[t - 1] + (1 - rho) * step**2)
    holds(Induction(steps, D[T], sp.S.Zero, where=squares, given=rho < 1))


def test_c10_epsilon_has_the_units_of_the_square():
    step = eta * b * one / sqrt(b**2 * a + b**2 * eps)
    proves(step, eta * one / sqrt(a + eps))
    refutes(eta * b * one / sqrt(b**2 * a + eps), eta * one / sqrt(a + eps))
    W, J = sp.symbols("W J", positive=True)
    assert units(sqrt(a + eps), {a: J**2 / W**2, eps: J**2 / W**2}) == J / W
    with pytest.raises(UnitError):
        units(sqrt(a) + eps, {a: J**2 / W**2, eps: J**2 / W**2})


def test_c11_rprop_is_rmsprop_without_memory():
    proves(one / sqrt(one**2), sign(one), given=Ne(one, 0))
    proves(one / Abs(one), sign(one), given=Ne(one, 0))
    refutes(one / sqrt(one**2), Abs(one), given=Ne(one, 0))


def test_c12_the_rate_of_adagrad_tends_to_zero():
    proves(Limit(eta / sqrt(T), T, oo), 0)


# --- d --------------------------------------------------------------------------------------------

first = Recurrence(M[t], beta_1 * M[t - 1] + (1 - beta_1) * g[t])


def test_d1_closed_forms():
    holds(Induction(first, M[T], ema(beta_1, g[k])))
    second = Recurrence(V[t], beta_2 * V[t - 1] + (1 - beta_2) * g[t] ** 2)
    holds(Induction(second, V[T], ema(beta_2, g[k] ** 2)))


def test_d2_another_start():
    start = sp.Symbol("m_0", real=True)
    again = Recurrence(M[t], first.body, initial=start)
    holds(Induction(again, M[T], beta_1**T * start + ema(beta_1, g[k])))
    proves(beta_1**T + ema(beta_1, sp.S.One), 1, given=beta_1 < 1)


def test_d3_the_bias_of_a_stationary_mean():
    mu, s = sp.symbols("mu s", real=True)
    stationary = Random(g[t], mean=mu, moments={2: s})
    proves(Expectation(ema(beta_1, g[k])), (1 - beta_1**T) * mu, where=stationary, given=beta_1 < 1)
    corrected = ema(beta_1, g[k]) / (1 - beta_1**T)
    proves(Expectation(corrected), mu, where=stationary, given=from_one)
    squares = Expectation(ema(beta_2, g[k] ** 2))
    proves(squares, (1 - beta_2**T) * s, where=stationary, given=beta_2 < 1)
    refutes(Expectation(ema(beta_1, g[k])), mu, where=stationary, given=beta_1 < 1)


def test_d4_the_lag_of_a_drifting_mean():
    mu, d = sp.symbols("mu d", real=True)
    drifting = Random(g[t], mean=mu + d * t)
    expected = Expectation(ema(beta_1, g[k]) / (1 - beta_1**T))
    mean = ema(beta_1, mu + d * k) / (1 - beta_1**T)
    proves(expected, mean, where=drifting, given=from_one)
    proves(Limit(mean - (mu + d * T), T, oo), -d * beta_1 / (1 - beta_1), given=beta_1 < 1)


changing = (beta_1 - beta_1**T) / (1 - beta_1**T)


def test_d5_the_corrected_mean_is_a_running_average():
    before = M[T - 1] / (1 - beta_1 ** (T - 1))
    after = changing * before + (1 - changing) * g[T]
    proves(M[T] / (1 - beta_1**T), after, where=first, given=(T >= 2, beta_1 < 1))


def test_d6_its_rate():
    proves(Limit(changing, T, oo), beta_1, given=beta_1 < 1)
    proves(Limit(changing, beta_1, 1, "-"), (T - 1) / T, given=T >= 1)


def test_d7_adagrad_is_a_limit_of_adam():
    proves(ema(beta_1, g[k]).xreplace({beta_1: sp.S.Zero}) / 1, g[T], given=T >= 1)
    corrected = ema(beta_2, g[k] ** 2) / (1 - beta_2**T)
    proves(Limit(corrected, beta_2, 1, "-"), upto(g[k] ** 2) / T, given=T >= 1)
    adam = eta / sqrt(T) * g[T] / sqrt(upto(g[k] ** 2) / T)
    proves(adam, eta * g[T] / sqrt(upto(g[k] ** 2)), given=T >= 1)


def test_d8_the_identity_of_the_second_moment():
    proves((1 - beta_2) * upto(beta_2 ** (T - k)), 1 - beta_2**T, given=beta_2 < 1)
    refutes((1 - beta_2) * upto(beta_2 ** (T - k)), 1 - beta_2, given=beta_2 < 1)


def test_d9_the_first_step():
    m_hat = (1 - beta_1) * one / (1 - beta_1)
    v_hat = (1 - beta_2) * one**2 / (1 - beta_2)
    step = -eta * m_hat / (sqrt(v_hat) + eps)
    proves(step, -eta * one / (Abs(one) + eps), given=below_one)
    vanishing = Limit(-eta * one / (Abs(one) + eps), eps, 0, "+")
    proves(vanishing, -eta * sign(one), given=Ne(one, 0))
    plain = (1 - beta_1) * one / sqrt((1 - beta_2) * one**2)
    given = (*below_one, Ne(one, 0))
    proves(plain, (1 - beta_1) / sqrt(1 - beta_2) * sign(one), given=given)


def test_d10_epsilon_inside_and_outside():
    outside, inside = one / (Abs(one) + eps), one / sqrt(one**2 + eps)
    proves(Abs(outside.xreplace({one: eps})), sp.Rational(1, 2))
    proves(inside.xreplace({one: sqrt(eps)}), 1 / sqrt(2))


def test_d11_the_conversion_hangs_on_the_gradient():
    inner = eps**2 + 2 * eps * sqrt(a)
    proves(sqrt(a + inner), sqrt(a) + eps)
    refutes(sqrt(a + eps**2), sqrt(a) + eps)


def test_d13_adam_does_not_see_the_scale():
    def step(scale):
        m_hat = ema(beta_1, scale * g[k]) / (1 - beta_1**T)
        return m_hat / sqrt(ema(beta_2, (scale * g[k]) ** 2) / (1 - beta_2**T))

    proves(step(b), step(1), given=from_one)


def test_d16_decoupled_decay():
    decay, place = sp.symbols("lambda w", real=True)
    proves(place - eta * (one + decay * place), (1 - eta * decay) * place - eta * one)
    penalized = (one + decay * place) / sqrt((one + decay * place) ** 2)
    refutes(place - eta * penalized, (1 - eta * decay) * place - eta * one / sqrt(one**2))


def test_d17_nadam_looks_one_step_ahead():
    """Adam's corrected mean, with the momentum of the next step in place of the last one's."""
    fresh = (1 - beta_1) * g[T] / (1 - beta_1**T)
    adam = beta_1 * M[T - 1] / (1 - beta_1**T) + fresh
    ahead = beta_1 * M[T] / (1 - beta_1 ** (T + 1)) + fresh
    proves(M[T] / (1 - beta_1**T), adam, where=first, given=from_one)
    refutes(ahead, adam, where=first, given=from_one)
    v_hat = ema(beta_2, g[k] ** 2) / (1 - beta_2**T)
    none = {beta_1: sp.S.Zero}
    for step in (ahead, adam):
        proves(
            step.xreplace(none) / (sqrt(v_hat) + eps), g[T] / (sqrt(v_hat) + eps), given=from_one
        )


def test_d19_the_second_moment_is_not_the_variance():
    mu = sp.Symbol("mu", real=True)
    law = Random(g[t], mean=mu, variance=sigma**2)
    proves(Expectation(g[k] ** 2), sigma**2 + mu**2, where=law)
    refutes(Expectation(g[k] ** 2), sigma**2, where=law)


# --- the library against the recurrences ----------------------------------------------------------


def test_lagrange():
    x, y, i, j = family("x"), family("y"), *sp.symbols("i j", integer=True)
    gap = Sum((x[i] * y[j] - x[j] * y[i]) ** 2, (i, 1, T), (j, 1, T)) / 2
    proves(upto(x[i] ** 2, i) * upto(y[i] ** 2, i) - upto(x[i] * y[i], i) ** 2, gap)
