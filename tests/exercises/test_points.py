"""The points at which an exercise compares: small, of all kinds, and kept to what is given."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import mpmath
import numpy as np
import pytest
import sympy as sp

from nnlib.exercises._points import SmallPoint, agree, describe, free_symbols, points_for, show

A, B = sp.symbols("A B", positive=True)
K, N = sp.symbols("K N", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
x, y = sp.IndexedBase("x", real=True), sp.IndexedBase("y", real=True)


def first_points(count, *exprs, given=()):
    return list(islice(points_for(given, (), *exprs), count))


def seen(point, *symbols):
    return tuple(point.evaluate(s) for s in symbols)


def test_sizes_and_fractions_are_numbered_each_by_themselves():
    points = first_points(5, A + K + B + N)
    assert [seen(p, A) for p in points] == [(Fraction(v),) for v in ("1/2", "1/3", "2", "3/4", "3")]
    assert [seen(p, K)[0] for p in points] == [3, 2, 4, 1, 5]
    assert seen(points[0], A, B, K, N) == (Fraction(1, 2), Fraction(1, 3), 3, 2)
    assert seen(points[1], B, N) == (Fraction(3, 4), 1)


def test_a_symbol_that_was_not_announced_comes_after_the_others():
    point = SmallPoint(0, (), [A])
    assert seen(point, B, A) == (Fraction(1, 3), Fraction(1, 2))


def test_entries_are_small_and_differ():
    first, second = first_points(2, x[0] + x[1] + x[2])
    assert seen(first, x[0], x[1], x[2]) == (2, 1, 3)
    assert seen(second, x[0], x[1], x[2]) == (1, 3, 7)
    W = sp.IndexedBase("W", real=True)
    assert seen(first_points(1, W[0, 0])[0], W[0, 0], W[1, 0], W[0, 1], W[2, 0]) == (2, 1, 7, 3)


@pytest.mark.parametrize(
    ("assumption", "expected"), [("negative", -1), ("nonpositive", -1), ("nonnegative", 1)]
)
def test_a_point_has_the_sign_of_its_symbol(assumption, expected):
    s = sp.Symbol("s", **{assumption: True})
    assert np.sign(float(seen(first_points(1, s)[0], s)[0])) == expected


def test_points_are_those_at_which_what_is_given_holds():
    assert [seen(p, A)[0] for p in first_points(2, A, given=[A < 1, sp.Rational(1, 3) < A])] == [
        Fraction(1, 2),
        Fraction(3, 4),
    ]
    assert [seen(p, A)[0] for p in first_points(1, A, given=A > 2)] == [3]
    # A point at which an expression has no value is left out.
    assert Fraction(1, 2) not in [seen(p, A)[0] for p in first_points(6, 1 / (2 * A - 1))]
    assert first_points(3, A + K, given=K > 9) == []


def test_what_is_given_and_has_no_value_leaves_a_point_out():
    points = first_points(3, A, given=[1 / (A - sp.Rational(1, 2)) > 0])
    assert all(seen(p, A)[0] > Fraction(1, 2) for p in points) and points


def test_a_point_is_described_by_what_was_looked_up():
    point = SmallPoint(0, (), [A, K])
    assert describe(point) == "Here"
    point.evaluate(x[0] + K * A + x[1])
    assert describe(point) == "At A = 1/2, K = 3, x[0] = 2, x[1] = 1"
    point.evaluate(y[1] + y[0])
    point.evaluate(y[0] * x[2])
    assert describe(point).endswith("x[0] = 2, x[1] = 1, x[2] = 3, y[0] = 2, y[1] = 1")
    turned = SmallPoint(0, (), [])
    turned.evaluate(x[2])
    turned.evaluate(x[0])
    assert describe(turned) == "At x[0] = 2, x[2] = 3"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (Fraction(7, 8), "7/8"),
        (Fraction(99991, 100003), "99991/100003"),
        (Fraction(100001, 100003), "0.99998"),
        (Fraction(-1, 3), "-1/3"),
        (mpmath.mpf(2) / 3, "0.666667"),
    ],
)
def test_values_are_shown_short(value, text):
    assert show(value) == text


def test_names_of_families_are_not_symbols():
    expr = sp.Sum(x[k] * A, (k, 0, K - 1))
    assert free_symbols(expr) == [A, K] and free_symbols(expr, integer=True) == [K]
    assert [str(s) for s in free_symbols(B + A + N)] == ["A", "B", "N"]


def test_formulas_without_a_value_do_not_agree():
    points = first_points(2, A)
    assert agree(points, A, A)
    assert not agree(points, 1 / (A - A.subs(A, sp.Rational(1, 2))), A)
    assert not agree(points, A, 2 * A)
    assert agree([], A, B)
