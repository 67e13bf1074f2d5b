"""The normal form of an expression has its value, under the conditions that it notes."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from alphabet import (
    K,
    T,
    a,
    b,
    beta,
    delta,
    gamma,
    half,
    i,
    in_range,
    j,
    k,
    m,
    n,
    s,
    times,
    total,
    w,
    x,
    y,
    z,
)

from nnlib.symbolic._evaluate import Point, Undefined, same
from nnlib.symbolic._facts import Facts
from nnlib.symbolic._normal import NormalForm


def points(seeds: int = 3) -> Iterator[Point]:
    for seed, size, steps in itertools.product(range(seeds), (1, 2, 4), (1, 3)):
        for place in (-1, 0, 1, size - 1, size, size + 1):
            at = {K: size, T: steps, n: steps - 1, j: place, m: place + 1, z: place - half}
            yield Point(seed, values={key: Fraction(str(value)) for key, value in at.items()})


KEPT = {
    "a constant": (total(a, k, 0, T), ()),
    "geometric": (total(gamma**k, k, 2, K + 1), ()),
    "geometric, any sign": (total(a**k), ()),
    "geometric, two ratios": (total(gamma**k * a ** (2 * k)), ()),
    "geometric, falling": (total(gamma ** (T - k), k, 1, T), ()),
    "geometric of e": (total(sp.exp(-k * gamma)), ()),
    "ratio one": (total(sp.Integer(1) * k**3, k, 2, K), ()),
    "moment": (total(k * gamma**k, k, 0, K), ()),
    "second moment, later start": (total(k**2 * gamma**k, k, 2, K + 1), ()),
    "no moment": (total(gamma**k / k, k, 1, K), ()),
    "no geometric sum": (total(gamma ** (k**2)), ()),
    "alternating": (total((-1) ** k * x[k]), ()),
    "delta": (total(delta(j, k) * x[k]), ()),
    "delta at the ends": (total(delta(j, k + 1) * x[k], k, 1, K), ()),
    "delta in range": (total(delta(j, k) * x[k]), in_range),
    "delta above the range": (total(delta(j, k) * x[k]), (j >= K,)),
    "delta perhaps above the range": (total(delta(j, k) * x[k]), (j >= K - 1,)),
    "delta below the range": (total(delta(j, k) * x[k]), (j < 0,)),
    "delta perhaps below the range": (total(delta(j, k) * x[k]), (j <= 0,)),
    "delta of a multiple": (total(delta(2 * k, j) * x[k], k, 0, 2 * K), ()),
    "delta that is no factor": (total((1 + a) ** delta(j, k)), in_range),
    "delta of the other sign": (total(delta(K - k, j) * x[k], k, 1, K), ()),
    "delta of two ranges": (total(total(delta(i, k) * x[i] * y[k], i), k, 1, T), ()),
    "delta, one place short": (total(total(delta(i, k) * x[i], i, 1, K), k, 0, K), ()),
    "range that may be reversed": (times(sp.Abs(K - j) * x[k], k, j, K - 1), ()),
    "other bounds": (total(x[k], k, 2, K + 2) - 3 * total(x[k], k, 0, K), ()),
    "other bounds below": (total(x[k], k, n, K + 9) - 3 * total(x[k], k, n + 2, K + 9), ()),
    "other bounds above": (total(x[k], k, 1, n + 2) - 3 * total(x[k], k, 1, n), ()),
    "nested bounds": (total(x[k] * total(y[i], i, k, K) + x[k] * total(y[i], i, k, K + 1)), ()),
    "shifted": (total(x[k + 2] * gamma**k), ()),
    "reversed": (total(x[K - 1 - k] * y[k] + x[T - k]), ()),
    "reversed, other ends": (total(x[T - k] * sp.exp(y[T - k]), k, 1, T + 2), ()),
    "written out": (total(x[j + k] * a**k, k, 1, 3) + times(x[k] + j, k, 2, 4), ()),
    "split": (total((2 * x[k] + a * y[k]) * (b + x[k]) - 3 * x[k]), ()),
    "square of a sum": (total(x[k]) ** 2 + total(x[k]) ** 3, ()),
    "sum of a square of a sum": (total(y[k] * total(x[i], i, 0, K - 1) ** 2), ()),
    "square of an inner sum": (total(y[k] * total(w[i, k], i) ** 2), ()),
    "triangle": (total(y[k] * total(w[i, k], i, 0, k) ** 2), ()),
    "two ranges alike": (total(total(w[i, k] * x[i], i, 0, K) * sp.exp(total(y[s], s, 0, k))), ()),
    "power of a difference": (a ** (K - T), ()),
    "power of a sum": (a ** (K + T) * a**2, ()),
    "root of a product": (sp.sqrt(a * b) + sp.sqrt(gamma * a), ()),
    "root of a square": (sp.sqrt((a + b) ** 2) + sp.sqrt(total(x[k]) ** 2), ()),
    "root of a square that may be complex": (sp.sqrt(z**2) * 2, ()),
    "absolute value": (sp.Abs(-gamma * a) + sp.Abs(a * b) + sp.Abs(1 - gamma), (gamma > 1,)),
    "absolute value of a difference": (sp.Abs(a - b) * gamma, (a < b,)),
    "logarithm": (sp.log(12 * gamma**3 / (25 * beta)), ()),
    "logarithm of a product": (sp.log(times(gamma + k)), ()),
    "logarithm of a sum": (sp.log(total(sp.exp(x[k]))) + sp.log(sp.exp(a) * gamma), ()),
    "factorials": (sp.factorial(n + 3) / sp.factorial(n) + sp.factorial(K - 1), ()),
    "factorials, below": (sp.factorial(K) / sp.factorial(K - 1), ()),
    "linear product": (times(2 * k + 4, k, 1, K), ()),
    "linear product of odd numbers": (times(2 * k + 1), ()),
    "linear product, later start": (times(k + n, k, 2, T), ()),
    "linear product through zero": (times(k - 3, k, 1, K), ()),
    "linear product of a real": (times(k + a, k, 1, K), ()),
    "constant product": (times(a, k, 0, T), ()),
    "product of powers": (times(gamma**k * x[k] ** 2), ()),
    "product of roots": (times(sp.sqrt(x[k] ** 2 + k)), ()),
    "product of roots of any sign": (times(sp.sqrt(x[k])), ()),
    "products, one more": (times(x[k], k, 1, n + 1) - 2 * times(x[k], k, 1, n), ()),
}  # fmt: skip


def values(expr: sp.Expr, other: sp.Expr, conditions: Any) -> Iterator[tuple[Any, Any]]:
    """What the two come to at the points that satisfy the conditions."""
    for point in points():
        with contextlib.suppress(Undefined):
            if all(point.holds(condition) for condition in conditions):
                yield point.evaluate(expr), point.evaluate(other)


@pytest.mark.parametrize("name", KEPT)
def test_the_normal_form_keeps_the_value(name):
    expr, given = KEPT[name]
    facts = Facts(given)
    normal = NormalForm(facts)(expr)
    pairs = list(values(expr, normal, [*given, *facts.conditions]))
    assert len(pairs) >= 3
    assert all(same(*pair) for pair in pairs), f"{expr} is not {normal} under {facts.conditions}"


def test_what_a_closed_form_takes_for_granted_is_noted():
    for expr, conditions in (
        (total(gamma**k), {sp.Ne(gamma, 1)}),
        (total(a**k), {sp.Ne(a, 1)}),
        (total(delta(j, k) * x[k]), {j >= 0, j <= K - 1}),
        (total(x[k], k, j, K + 1) - total(x[k], k, j, K), {j <= K + 1}),
        (times(a ** (k - 2)), {sp.Ne(a, 0)}),
        (gamma ** (K - T), set()),
        (a ** (K - T), {sp.Ne(a, 0)}),
    ):
        facts = Facts()
        NormalForm(facts)(expr)
        assert set(facts.conditions) == conditions


def test_what_depends_on_a_bound_index_is_no_condition():
    inner = total(sp.Sum(delta(i, k) * y[i], (i, 0, n)) * x[k] * (k - 2) ** (i - T))
    facts = Facts()
    NormalForm(facts)(total(inner, i))
    assert not any(condition.atoms(sp.Dummy) for condition in facts.conditions)
