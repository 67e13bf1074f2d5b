"""Indicators of conditions."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, b, j, k, x

from nnlib.symbolic import Indicator, equal
from nnlib.symbolic._facts import Facts
from nnlib.symbolic._indicator import by_simple_conditions, condition_of, from_piecewise


def test_it_is_one_or_zero():
    one = Indicator(a > 0)
    assert one.subs(a, 3) == 1 and one.subs(a, -3) == 0
    assert Indicator(sp.true) == 1 and Indicator(sp.false) == 0


def test_a_case_distinction_by_indicators():
    cases = sp.Piecewise((a, a > 0), (b, a > -1), (7, True))
    written = from_piecewise(cases)
    assert not written.has(sp.Piecewise)
    for value in (2, 0, -sp.S.Half, -1, -5):
        assert sp.simplify(written.subs(a, value) - cases.subs(a, value)) == 0


def test_conditions_on_whole_numbers_come_to_one_form():
    facts = Facts()
    simple = by_simple_conditions(sp.And(j >= 1, j < K), facts)
    for place in range(-1, 6):
        assert simple.subs({j: place, K: 4}).doit() == (1 if 1 <= place < 4 else 0)
    known = Facts([j >= 2])
    assert by_simple_conditions(j >= 0, known) == 1
    assert by_simple_conditions(j < 1, known) == 0
    assert condition_of(by_simple_conditions(j >= 3, facts)) == j - 3
    assert condition_of(x[k]) is None


@pytest.mark.parametrize(("low", "status"), [(0, "proved"), (1, "refuted")])
def test_a_sum_with_an_indicator(low, status):
    chosen = sp.Sum(x[k] * Indicator(k <= j), (k, 0, K - 1))
    within = (j >= 0, j <= K - 1)
    assert equal(chosen, sp.Sum(x[k], (k, low, j)), given=within).status == status


def test_every_kind_of_condition_on_whole_numbers():
    facts = Facts()
    for condition in (
        j > 2,
        j >= 2,
        j < 2,
        j <= 2,
        sp.Eq(j, 2),
        sp.Ne(j, 2),
        2 * j >= 5,
        3 * j < 7,
    ):
        simple = by_simple_conditions(condition, facts)
        for place in range(-2, 6):
            expected = int(bool(condition.subs(j, place)))
            assert simple.subs(j, place).doit() == expected, (condition, place)
    both = by_simple_conditions((j > 4) | (j < 1), facts)
    assert [both.subs(j, place).doit() for place in (0, 1, 4, 5)] == [1, 0, 0, 1]
    assert by_simple_conditions(j >= 3, Facts([j <= 2])) == 0


def test_what_is_known_decides_no_more_than_it_says():
    edge = by_simple_conditions(j >= 3, Facts([j <= 3]))
    assert [edge.subs(j, place).doit() for place in (2, 3)] == [0, 1]
    assert condition_of(by_simple_conditions(2 * j >= 5, Facts())) == j - 3
