"""The maximum, kept whole."""

from __future__ import annotations

import itertools

import sympy as sp
from alphabet import a, b, gamma, x

from nnlib.symbolic import Maximum
from nnlib.symbolic._maximum import minimum


def test_numbers_are_compared_and_letters_kept():
    assert Maximum(2, 5, 3) == 5 and Maximum(sp.Rational(1, 3), sp.Rational(1, 4)) == sp.Rational(
        1, 3
    )
    assert isinstance(Maximum(a, b), Maximum) and Maximum(a, b) == Maximum(b, a)
    assert Maximum(a, a) == a and Maximum(a) == a


def test_numbers_that_cannot_be_told_apart_are_kept():
    zero = sp.sqrt(5 + 2 * sp.sqrt(6)) - sp.sqrt(2) - sp.sqrt(3)
    assert isinstance(Maximum(zero, 0), Maximum)
    assert Maximum(-sp.oo, 2) == 2 and Maximum(a, sp.oo) == sp.oo


def test_the_smallest_is_what_is_not_larger():
    for one, other in itertools.product((-2, 0, 3), repeat=2):
        put = {a: one, b: other}
        assert minimum(a, b).subs(put).doit() == min(one, other)
        assert Maximum(a, b).subs(put).doit() == max(one, other)


def test_its_slope_is_that_of_the_larger():
    slope = sp.diff(Maximum(a, gamma), a)
    assert slope.subs({a: 3, gamma: 1}).doit() == 1 and slope.subs({a: -3, gamma: 1}).doit() == 0


def test_it_is_real_where_its_arguments_are():
    assert Maximum(a, b).is_real and Maximum(x[0], 1).is_real
