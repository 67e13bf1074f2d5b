"""Lines as authors write them, and the same lines with the slips that authors make.

Each true line is proved; none of the false lines beside it may be called proved, proved for sizes
or checked. The slips are of the kinds that stand in real texts: sign, factor, index, range,
exponent, a dropped term, a sum over the wrong index, a delta across different ranges, a missing
square, the place of ε.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import sympy as sp

from nnlib.symbolic import Derivation, FalseStep, Maximum, Recurrence, derivative, equal

T, K, N = sp.symbols("T K N", integer=True, positive=True)
i, j, k, t = sp.symbols("i j k t", integer=True)
gamma, beta, eta, lam, eps = sp.symbols("gamma beta eta lambda epsilon", positive=True)
g, w, V = sp.symbols("g w V", real=True)
c, x, y, z, G = (sp.IndexedBase(name, real=True) for name in ("c", "x", "y", "z", "G"))
M = sp.IndexedBase("M", real=True)


@dataclass
class Line:
    """A true line, and false right-hand sides, each under the name of its slip."""

    left: sp.Expr
    right: sp.Expr
    false: dict[str, sp.Expr]
    given: tuple[Any, ...] = ()
    where: tuple[Any, ...] = ()
    accept: tuple[str, ...] = ("proved",)


def total(body: sp.Expr, index: sp.Symbol, low: Any, high: Any) -> sp.Expr:
    return sp.Sum(body, (index, low, high))


def over(index: sp.Symbol, body: sp.Expr) -> sp.Expr:
    return sp.Sum(body, (index, 0, K - 1))


BELOW_ONE = (gamma < 1, beta < 1)
IN_RANGE = (j >= 0, j <= K - 1, i >= 0, i <= K - 1)

# --- running averages -----------------------------------------------------------------------------


def average(until: sp.Expr) -> sp.Expr:
    return total((1 - gamma) * gamma ** (until - t) * c[t], t, 1, until)


RUNNING_AVERAGES = {
    "induction step": Line(
        gamma * average(T) + (1 - gamma) * c[T + 1],
        average(T + 1),
        {
            "exponent": total((1 - gamma) * gamma ** (T - t) * c[t], t, 1, T + 1),
            "range ends early": total((1 - gamma) * gamma ** (T + 1 - t) * c[t], t, 1, T),
            "range starts early": total((1 - gamma) * gamma ** (T + 1 - t) * c[t], t, 0, T + 1),
            "dropped factor": total(gamma ** (T + 1 - t) * c[t], t, 1, T + 1),
            "index": total((1 - gamma) * gamma ** (T + 1 - t) * c[t - 1], t, 1, T + 1),
            "reversed weights": total((1 - gamma) * gamma**t * c[t], t, 1, T + 1),
            "dropped term": gamma * average(T),
        },
        BELOW_ONE,
    ),
    "sum of the weights": Line(
        total((1 - gamma) * gamma ** (T - t), t, 1, T),
        1 - gamma**T,
        {
            "off by one": 1 - gamma ** (T - 1),
            "off by one, above": 1 - gamma ** (T + 1),
            "sign": 1 + gamma**T,
            "factor": (1 - gamma**T) / (1 - gamma),
            "complement": gamma**T,
            "limit instead of value": sp.Integer(1),
            "exponent as factor": 1 - gamma * T,
        },
        BELOW_ONE,
    ),
    "variance": Line(
        total(((1 - gamma) * gamma ** (T - t)) ** 2, t, 1, T),
        (1 - gamma) * (1 - gamma ** (2 * T)) / (1 + gamma),
        {
            "missing square": (1 - gamma) * (1 - gamma**T) / (1 + gamma),
            "reciprocal": (1 + gamma) * (1 - gamma ** (2 * T)) / (1 - gamma),
            "factor": (1 - gamma) ** 2 * (1 - gamma ** (2 * T)) / (1 + gamma),
            "square of the exponent": (1 - gamma) * (1 - gamma ** (T**2)) / (1 + gamma),
        },
        BELOW_ONE,
    ),
    "mean age": Line(
        total(t * gamma**t * (1 - gamma), t, 0, T - 1),
        (gamma - T * gamma**T + (T - 1) * gamma ** (T + 1)) / (1 - gamma),
        {
            "sign": (gamma + T * gamma**T + (T - 1) * gamma ** (T + 1)) / (1 - gamma),
            "index": (gamma - T * gamma**T + T * gamma ** (T + 1)) / (1 - gamma),
            "dropped term": (gamma - T * gamma**T) / (1 - gamma),
            "missing square": gamma / (1 - gamma),
        },
        BELOW_ONE,
    ),
    "running mean": Line(
        T / (T + 1) * (total(c[t], t, 1, T) / T) + c[T + 1] / (T + 1),
        total(c[t], t, 1, T + 1) / (T + 1),
        {
            "factor": total(c[t], t, 1, T + 1) / T,
            "range": total(c[t], t, 1, T) / (T + 1),
            "index": total(c[t + 1], t, 1, T + 1) / (T + 1),
        },
    ),
}

# --- softmax and cross-entropy --------------------------------------------------------------------


def p(of: sp.Expr) -> sp.Expr:
    return sp.exp(z[of]) / over(k, sp.exp(z[k]))


delta = sp.KroneckerDelta(i, j)
loss = -over(i, y[i] * sp.log(p(i)))

SOFTMAX = {
    "Jacobian": Line(
        derivative(p(i), z[j]),
        p(i) * (delta - p(j)),
        {
            "index": p(i) * (delta - p(i)),
            "dropped delta": p(i) * (1 - p(j)),
            "sign": p(i) * (p(j) - delta),
            "dropped term": -p(i) * p(j),
            "diagonal only": delta * p(i) * (1 - p(i)),
            "missing factor": delta - p(j),
            "uniform": p(i) * (delta - 1 / K),
        },
        IN_RANGE,
    ),
    "gradient of cross-entropy": Line(
        derivative(loss, z[j]),
        p(j) * over(i, y[i]) - y[j],
        {
            "targets that need not sum to one": p(j) - y[j],
            "sign": y[j] - p(j) * over(i, y[i]),
            "swapped": y[j] * over(i, y[i]) - p(j),
            "one class only": y[j] * (p(j) - 1),
            "summed over the wrong index": over(i, p(i) * y[i]) - y[j],
        },
        IN_RANGE,
    ),
    "gradient, one-hot": Line(
        derivative(loss, z[j]),
        p(j) - y[j],
        {
            "sign": y[j] - p(j),
            "mean instead of sum": (p(j) - y[j]) / K,
            "right class only": p(j) - 1,
            "per class": y[j] * (p(j) - 1),
        },
        (*IN_RANGE, sp.Eq(over(i, y[i]), 1)),
    ),
    "shift": Line(
        sp.log(over(k, sp.exp(z[k] + w))),
        w + sp.log(over(k, sp.exp(z[k]))),
        {
            "dropped shift": sp.log(over(k, sp.exp(z[k]))),
            "sign": -w + sp.log(over(k, sp.exp(z[k]))),
            "once for each class": K * w + sp.log(over(k, sp.exp(z[k]))),
            "log of a sum as sum of logs": w + over(k, z[k]),
        },
    ),
}

# --- batch normalization --------------------------------------------------------------------------

mu = over(k, x[k]) / K
var = over(i, (x[i] - mu) ** 2) / K
s = sp.sqrt(var + eps)
linear = over(i, G[i] * (x[i] - mu) / s)
xhat_j = (x[j] - mu) / s
sum_G, sum_Gx = over(i, G[i]), over(i, G[i] * (x[i] - mu) / s)
sigma = sp.sqrt(var)

BATCH_NORM = {
    "mean": Line(
        derivative(mu, x[j]),
        1 / K,
        {
            "missing factor": sp.Integer(1),
            "of one entry": sp.KroneckerDelta(j, 0) / K,
            "unbiased": 1 / (K + 1),
        },
        IN_RANGE,
    ),
    "variance": Line(
        derivative(var, x[j]),
        2 * (x[j] - mu) / K,
        {
            "missing two": (x[j] - mu) / K,
            "missing mean": 2 * x[j] / K,
            "missing K": 2 * (x[j] - mu),
            "sign": -2 * (x[j] - mu) / K,
            "square kept": 2 * (x[j] - mu) ** 2 / K,
            "sum kept": over(j, 2 * (x[j] - mu)) / K,
        },
        IN_RANGE,
    ),
    "backward": Line(
        derivative(linear, x[j]),
        (K * G[j] - sum_G - xhat_j * sum_Gx) / (K * s),
        {
            "sign": (K * G[j] - sum_G + xhat_j * sum_Gx) / (K * s),
            "missing K": (G[j] - sum_G - xhat_j * sum_Gx) / (K * s),
            "dropped term": (K * G[j] - xhat_j * sum_Gx) / (K * s),
            "mean dropped": G[j] / s,
            "not normalized": (K * G[j] - sum_G - (x[j] - mu) * sum_Gx) / (K * s),
            "variance for deviation": (K * G[j] - sum_G - xhat_j * sum_Gx) / (K * s**2),
            "place of epsilon": (K * G[j] - sum_G - xhat_j * sum_Gx) / (K * (sigma + eps)),
            "no epsilon": (K * G[j] - sum_G - xhat_j * sum_Gx) / (K * sigma),
        },
        IN_RANGE,
    ),
    "second moment": Line(
        var,
        over(i, x[i] ** 2) / K - mu**2,
        {
            "missing square": over(i, x[i] ** 2) / K - mu,
            "sign": over(i, x[i] ** 2) / K + mu**2,
            "unbiased": over(i, x[i] ** 2) / (K + 1) - mu**2,
            "square of the sum": over(i, x[i]) ** 2 / K - mu**2,
        },
    ),
    "deltas of different ranges": Line(
        sp.Sum(sp.KroneckerDelta(i, j) * x[i] * y[j], (i, 0, K - 1), (j, 1, K)),
        sp.Sum(x[i] * y[i], (i, 1, K - 1)),
        {
            "range of i": sp.Sum(x[i] * y[i], (i, 0, K - 1)),
            "range of j": sp.Sum(x[i] * y[i], (i, 1, K)),
            "both ranges": sp.Sum(x[i] * y[i], (i, 0, K)),
        },
    ),
    "deltas of different lengths": Line(
        sp.Sum(sp.KroneckerDelta(i, j), (i, 0, K - 1), (j, 0, K + N - 1)),
        K,
        {"the longer": K + N, "both": K * (K + N), "one": sp.Integer(1)},
        accept=("proved", "proved for sizes"),
    ),
}

# --- momentum -------------------------------------------------------------------------------------


def velocity(until: sp.Expr) -> sp.Expr:
    return eta * total(gamma ** (until - t) * G[t], t, 1, until)


V_next = gamma * V + eta * lam * w
w_next = w - V_next
after_two = w_next - (gamma * V_next + eta * lam * w_next)

MOMENTUM = {
    "induction step": Line(
        gamma * velocity(T) + eta * G[T + 1],
        velocity(T + 1),
        {
            "exponent": eta * total(gamma ** (T - t) * G[t], t, 1, T + 1),
            "learning rate twice": eta * velocity(T + 1),
            "learning rate inside": gamma * velocity(T) + (1 - gamma) * eta * G[T + 1],
            "range": eta * total(gamma ** (T + 1 - t) * G[t], t, 2, T + 1),
        },
    ),
    "constant gradient": Line(
        eta * total(gamma ** (T - t) * g, t, 1, T),
        eta * g * (1 - gamma**T) / (1 - gamma),
        {
            "limit": eta * g / (1 - gamma),
            "sign": eta * g * (1 - gamma**T) / (1 + gamma),
            "off by one": eta * g * (1 - gamma ** (T + 1)) / (1 - gamma),
            "numerator": eta * g * (1 - gamma) / (1 - gamma**T),
        },
        BELOW_ONE,
    ),
    "eliminating the velocity": Line(
        after_two,
        (1 + gamma - eta * lam) * w_next - gamma * w,
        {
            "sign of the step": (1 + gamma + eta * lam) * w_next - gamma * w,
            "sign of gamma": (1 - gamma - eta * lam) * w_next - gamma * w,
            "sign of the past": (1 + gamma - eta * lam) * w_next + gamma * w,
            "index": (1 + gamma - eta * lam) * w - gamma * w,
            "factor": (1 + gamma - gamma * eta * lam) * w_next - gamma * w,
        },
    ),
}

# --- Adam -----------------------------------------------------------------------------------------


def first_moment(until: sp.Expr) -> sp.Expr:
    return (1 - beta) * total(beta ** (until - t) * G[t], t, 1, until)


moment = Recurrence(M[t], beta * M[t - 1] + (1 - beta) * G[t])
weight = (beta - beta ** (T + 1)) / (1 - beta ** (T + 1))

ADAM = {
    "bias correction": Line(
        1 - beta**T,
        (1 - beta) * total(beta ** (T - t), t, 1, T),
        {
            "missing factor": total(beta ** (T - t), t, 1, T),
            "range": (1 - beta) * total(beta ** (T - t), t, 0, T),
            "exponent": (1 - beta) * total(beta**t, t, 1, T),
            "factor instead of power": (1 - beta) * T,
        },
        BELOW_ONE,
    ),
    "corrected moment as running average": Line(
        first_moment(T + 1) / (1 - beta ** (T + 1)),
        weight * first_moment(T) / (1 - beta**T) + (1 - weight) * G[T + 1],
        {
            "uncorrected past": weight * first_moment(T) + (1 - weight) * G[T + 1],
            "constant weight": beta * first_moment(T) / (1 - beta**T) + (1 - beta) * G[T + 1],
            "index": weight * first_moment(T) / (1 - beta ** (T + 1)) + (1 - weight) * G[T + 1],
            "sign": weight * first_moment(T) / (1 - beta**T) - (1 - weight) * G[T + 1],
        },
        BELOW_ONE,
    ),
    "recurrence": Line(
        M[T + 1],
        beta * M[T] + (1 - beta) * G[T + 1],
        {
            "exchanged": (1 - beta) * M[T] + beta * G[T + 1],
            "index": beta * M[T] + (1 - beta) * G[T],
            "dropped factor": beta * M[T] + G[T + 1],
        },
        BELOW_ONE,
        (moment,),
    ),
    "second moment": Line(
        beta * (1 - beta) * total(beta ** (T - t) * G[t] ** 2, t, 1, T)
        + (1 - beta) * G[T + 1] ** 2,
        (1 - beta) * total(beta ** (T + 1 - t) * G[t] ** 2, t, 1, T + 1),
        {
            "missing square": (1 - beta) * total(beta ** (T + 1 - t) * G[t], t, 1, T + 1),
            "square of the sum": (1 - beta) * total(beta ** (T + 1 - t) * G[t], t, 1, T + 1) ** 2,
            "squared weights": (1 - beta) * total((beta ** (T + 1 - t) * G[t]) ** 2, t, 1, T + 1),
        },
        BELOW_ONE,
    ),
    "first step": Line(
        eta * g / (sp.sqrt(g**2) + eps),
        eta * g / (sp.Abs(g) + eps),
        {
            "epsilon inside the root": eta * g / sp.sqrt(g**2 + eps),
            "sign only": eta * sp.sign(g),
            "epsilon dropped": eta * g / sp.Abs(g),
            "absolute value dropped": eta * g / (g + eps),
        },
    ),
    "epsilon inside and outside": Line(
        sp.sqrt(w**2 + eps) ** 2,
        w**2 + eps,
        {
            "root of a sum": (sp.Abs(w) + eps) ** 2,
            "root of a sum, root of epsilon": (sp.Abs(w) + sp.sqrt(eps)) ** 2,
        },
    ),
}

CHAPTERS = {
    "running averages": RUNNING_AVERAGES,
    "softmax": SOFTMAX,
    "batch norm": BATCH_NORM,
    "momentum": MOMENTUM,
    "Adam": ADAM,
}
LINES = {
    (chapter, name): line for chapter, lines in CHAPTERS.items() for name, line in lines.items()
}
SLIPS = [(place, slip) for place, line in LINES.items() for slip in line.false]


a, h = sp.Symbol("a", real=True), sp.Symbol("h", positive=True)
# False only at values that nobody tries first.
FAR = {
    "a large value": (sp.Abs(a - 4), 4 - a),
    "a large positive value": (sp.sign(h - 4), sp.Integer(-1)),
    "behind a root": (sp.sqrt((h - 3) ** 2), 3 - h),
    "the other case": (sp.Piecewise((a, a > 10), (0, True)), sp.Integer(0)),
    "the larger one": (Maximum(a, 5), sp.Integer(5)),
    "a large size": (sp.floor(K / 6), sp.Integer(0)),
    "rounding down": (sp.floor((K + 1) / 2), sp.ceiling(K / 2) + sp.floor(K / 7)),
    "a large size as index": (x[sp.floor(K / 6)], x[0]),
    "a product that vanishes early": (sp.prod([K - q for q in range(1, 7)]), sp.Integer(0)),
    "an entry far out": (over(i, sp.KroneckerDelta(i, 7) * x[i]), sp.Integer(0)),
    "a delta far out": (sp.KroneckerDelta(j, 9), sp.Integer(0)),
    "a delta of two indices": (
        sp.KroneckerDelta(j, i + 1) * total(t, t, 1, T),
        sp.KroneckerDelta(j, i + 1) * total(t, t, 1, T) ** 2,
    ),
}


@pytest.mark.parametrize("name", FAR)
def test_what_is_false_far_out_is_refuted(name):
    assert equal(*FAR[name]).status == "refuted"


def test_an_equation_has_all_its_roots():
    assert equal(a, 1, given=sp.Eq(a**2, 1)).status == "refuted"


def test_there_are_enough_slips_of_every_chapter():
    assert len(SLIPS) >= 30
    assert all(sum(len(line.false) for line in lines.values()) >= 10 for lines in CHAPTERS.values())


@pytest.mark.parametrize("place", LINES, ids=": ".join)
def test_the_true_line_is_proved(place):
    line = LINES[place]
    verdict = equal(line.left, line.right, given=line.given, where=line.where)
    assert verdict.status in line.accept, verdict


@pytest.mark.parametrize(("place", "slip"), SLIPS, ids=lambda v: v if isinstance(v, str) else v[1])
def test_the_false_line_is_refuted(place, slip):
    line = LINES[place]
    verdict = equal(line.left, line.false[slip], given=line.given, where=line.where)
    assert verdict.status == "refuted", verdict
    assert {"left side", "right side"} <= verdict.counterexample.keys()


@pytest.mark.parametrize("place", LINES, ids=": ".join)
def test_a_derivation_stops_at_the_false_line(place):
    line = LINES[place]
    slip, wrong = next(iter(line.false.items()))
    derivation = Derivation(sp.Symbol("Q"), line.left, given=line.given, where=line.where)
    with pytest.raises(FalseStep, match=r"line 2 \(a slip\)"):
        derivation.step(wrong, "a slip")
