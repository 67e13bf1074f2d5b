"""Two sides at one point: equal, different, or not to be told."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from alphabet import K, a, b, total, x

from nnlib.symbolic._comparison import (
    DIFFERENT,
    EQUAL,
    NOTHING,
    ONE_SIDED,
    compare_asked,
    compare_at,
)
from nnlib.symbolic._evaluate import Point


def point():
    return Point(1, values={a: Fraction(2), b: Fraction(3), K: Fraction(3)})


def outcome(left, right, **options):
    return compare_at(point(), (sp.sympify(left), sp.sympify(right)), **options).outcome


def test_what_can_come_out():
    assert outcome((a + b) ** 2, 25) == EQUAL
    assert outcome((a + b) ** 2, 24) == DIFFERENT
    assert outcome(total(x[0]), 3 * x[0]) == EQUAL
    assert outcome(1 / (a - 2), 1 / (b - 3)) == NOTHING
    assert outcome(1 / (a - 2), 7) == ONE_SIDED


def test_the_values_are_told():
    seen = compare_at(point(), (a * b, a + b))
    assert (seen.left, seen.right) == (6, 5)


def test_small_differences_are_seen():
    assert outcome(sp.exp(a), sp.exp(a) * (1 + sp.Rational(1, 10**25)), careful=True) == DIFFERENT


def test_what_was_asked_has_the_last_word():
    good, bad = (a, a), (a, b)
    seen, asked = compare_asked(point(), good, bad, False, lambda: True)
    assert (seen.outcome, asked) == (DIFFERENT, True)
    seen, asked = compare_asked(point(), good, bad, False, lambda: False)
    assert (seen.outcome, asked) == (EQUAL, False)
    seen, asked = compare_asked(point(), bad, good, False, lambda: False)
    assert (seen.outcome, asked) == (EQUAL, True)  # the expanded sides differ: look
