"""Case tables: nothing missing, nothing twice, ends that belong to one side."""

import pytest
import sympy as sp
from sympy import Abs, Max

from nnlib.symbolic import Cases, Derivation, FalseStep, UnprovedStep

x = sp.Symbol("x", real=True)
n = sp.Symbol("n", integer=True)


def decided(claim, *conditions, **options):
    return [case.holds for case in Cases(claim, [(c, None) for c in conditions], **options).cases]


def test_a_complete_table():
    assert decided(x**2 > 1, x < -1, sp.And(x >= -1, x <= 1), x > 1) == [True, False, True]
    assert decided(Abs(1 - x) < 1, x <= 0, x >= 2, (x > 0, x < 2), iff=(x > 0, x < 2)) == [
        False,
        False,
        True,
    ]


def test_a_missing_case_is_named():
    with pytest.raises(ValueError, match="a case is missing: x = "):
        decided(x**2 > 1, x < -1, x > 1)


def test_an_end_that_belongs_to_no_case_is_missing():
    with pytest.raises(ValueError, match="a case is missing: x = 1"):
        decided(x > 1, x < 1, x > 1)
    assert decided(n >= 1, n < 1, n > 0) == [False, True]  # no whole number lies between


def test_cases_that_overlap_are_named():
    with pytest.raises(ValueError, match="cases 1 .* and 2 .* overlap: x = "):
        decided(x**2 + 1 > x, x < 1, x > -1)


def test_an_end_that_belongs_to_two_cases_overlaps():
    with pytest.raises(ValueError, match="overlap: x = 1"):
        decided(x**2 + 1 > x, x <= 1, x >= 1)


def test_the_conditions_of_an_equivalence_are_held_to_the_cases():
    with pytest.raises((FalseStep, UnprovedStep), match="iff"):
        decided(x**2 < 1, x <= -1, x >= 1, (x > -1, x < 1), iff=x < 1)
    with pytest.raises((FalseStep, UnprovedStep), match="iff"):
        decided(x**2 < 1, x <= -1, x >= 1, (x > -1, x < 1), iff=(x > -1, x < sp.Rational(1, 2)))


def test_a_case_that_is_neither_true_nor_false_throughout():
    with pytest.raises(UnprovedStep, match="neither"):
        decided(x > 1, x >= 0, x < 0)


def test_the_largest_of_two():
    assert decided(Max(Abs(x), Abs(x - 1)) < 1, x <= 0, x >= 1, (x > 0, x < 1)) == [
        False,
        False,
        True,
    ]


def test_a_chain_that_proves_something_else_is_no_proof():
    other = Derivation(x, x - 1, "one less", relation=">")
    with pytest.raises(UnprovedStep, match="neither"):
        Cases(x > 1, [(x > 0, other), (x <= 0, None)])
    with pytest.raises(TypeError, match="expected a Derivation"):
        Cases(x > 1, [(x > 1, x), (x <= 1, None)])
    with pytest.raises(ValueError, match="there is none"):
        Cases(x > 1, [])
