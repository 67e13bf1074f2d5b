"""Nonnegative combinations, decided exactly."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from nnlib.symbolic._combination import Column, combine


def poly(**terms):
    return {name: Fraction(value) for name, value in terms.items()}


SQUARE = Column(poly(aa=1, ab=-2, bb=1))
PRODUCT = Column(poly(ab=1), strict=True)


def test_a_combination_is_found():
    assert combine(poly(aa=1, bb=1), [SQUARE, PRODUCT])  # (a − b)² + 2ab
    assert combine(poly(aa=3, ab=-6, bb=3), [SQUARE])
    assert not combine(poly(aa=1, ab=-3, bb=1), [SQUARE, PRODUCT])
    assert not combine(poly(aa=1), [SQUARE, PRODUCT])
    assert not combine(poly(cc=1), [SQUARE, PRODUCT])


def test_zero_is_a_combination_but_no_positive_one():
    assert combine({}, [SQUARE]) and not combine({}, [PRODUCT], strict=True)


def test_strict_asks_for_a_positive_column():
    assert combine(poly(aa=1, bb=1), [SQUARE, PRODUCT], strict=True)
    assert not combine(poly(aa=1, ab=-2, bb=1), [SQUARE, PRODUCT], strict=True)


@pytest.mark.parametrize("seed", range(20))
def test_made_combinations_are_found_and_what_is_outside_is_not(seed):
    rng = random.Random(seed)
    names = "uvwxyz"
    columns = [
        Column({name: Fraction(rng.randint(1, 3)) for name in names if rng.random() < 0.7})
        for _ in range(5)
    ]
    weights = [Fraction(rng.randint(0, 4), rng.randint(1, 3)) for _ in columns]
    goal = {}
    for column, weight in zip(columns, weights, strict=True):
        for name, value in column.terms.items():
            goal[name] = goal.get(name, Fraction(0)) + weight * value
    goal = {name: value for name, value in goal.items() if value}
    assert combine(goal, columns)
    if goal:  # every column is nonnegative in each coefficient, so this is none
        assert not combine(goal | {min(goal): Fraction(-1)}, columns)
