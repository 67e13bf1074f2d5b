"""Two sides at one point: equal, different, or not to be told."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from alphabet import K, a, b, delta, half, third, total, x

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


CANCELS = sp.sqrt(5 + 2 * sp.sqrt(6)) - sp.sqrt(2) - sp.sqrt(3)  # nothing but rounding is left
TURNS = sp.sin(a / 2) ** 2 + sp.cos(a / 2) ** 2 - 1


@pytest.mark.parametrize("power", [half, third, sp.Rational(1, 7)])
@pytest.mark.parametrize("zero", [CANCELS, TURNS, sp.sqrt(6) - sp.sqrt(a) * sp.sqrt(b)])
@pytest.mark.parametrize("careful", [False, True])
def test_a_root_of_what_rounding_leaves_is_no_difference(zero, power, careful):
    assert outcome(zero**power, 0, careful=careful) != DIFFERENT
    assert outcome(zero**power + a, a + 1, careful=careful) == DIFFERENT


@pytest.mark.parametrize("digits", [60, 100, 200, 700])
def test_a_root_of_little_is_a_difference(digits):
    little = sp.Rational(1, 10**digits)
    assert outcome(sp.sqrt(TURNS + little), 0, careful=True) == DIFFERENT


@pytest.mark.parametrize("zero", [CANCELS, TURNS])
@pytest.mark.parametrize(
    "jumps",
    [
        lambda e: sp.floor(e, evaluate=False),
        lambda e: sp.ceiling(e, evaluate=False),
        lambda e: sp.floor(e + 5, evaluate=False) - 5,
        lambda e: sp.sign(e, evaluate=False),
        lambda e: sp.Mod(e + 3, 3, evaluate=False),
        lambda e: delta(sp.floor(e, evaluate=False), 1),
    ],
)
def test_rounding_does_not_choose_the_side_of_a_jump(zero, jumps):
    assert outcome(jumps(zero), 0) == EQUAL
    assert outcome(sp.sqrt(a) + jumps(zero), sp.sqrt(a), careful=True) == EQUAL
    assert outcome(jumps(zero), 3) == DIFFERENT


def test_a_value_beside_a_jump_is_told_with_more_digits():
    below = -sp.Rational(1, 10**300)
    assert outcome(sp.floor(TURNS + below, evaluate=False), -1) == EQUAL
    assert outcome(sp.sign(TURNS + below, evaluate=False), -1) == EQUAL
    assert outcome(sp.sign(sp.exp(-100 * a), evaluate=False), 1) == EQUAL
