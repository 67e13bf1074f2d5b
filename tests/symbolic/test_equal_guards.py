"""The proof and the values at points guard each other; here each has to be right alone."""

from __future__ import annotations

import contextlib
from typing import Any
from unittest import mock

import sympy as sp
from alphabet import K, T, a, b, k, total, x

from nnlib.symbolic import Definition, equal
from nnlib.symbolic import _equal as deciding
from nnlib.symbolic import _proof as proving
from nnlib.symbolic._budget import charge


def test_the_points_alone_refute_a_wrong_proof():
    with mock.patch.object(deciding, "prove", lambda question: (True, (sp.Ge(T, 2),))):
        with mock.patch.object(deciding, "FIRST_POINTS", 0):
            assert equal(total(x[k]), total(x[k], high=K)).status == "refuted"
            assert equal(a, a).status == "proved"
            assert equal(sp.zeta(a), sp.zeta(a) + 1).status == "undecided"
            assert equal(sp.Abs(T - 1), T - 1).conditions == (sp.Ge(T, 2),)


def test_without_a_proof_nothing_is_proved():
    with (
        mock.patch.object(deciding, "prove", lambda question: (False, ())),
        mock.patch.object(proving, "prove", lambda question: (False, ())),
    ):
        assert equal(total(a * x[k]), a * total(x[k])).status == "checked"


def test_a_condition_keeps_points_that_break_it_away():
    with mock.patch.object(deciding, "prove", lambda question: (True, (sp.Ge(T, 4),))):
        with mock.patch.object(deciding, "may_need_conditions", lambda question: True):
            assert equal(sp.Abs(T - 4), T - 4).status == "proved"
            assert equal(sp.Abs(T - 5), T - 5).status == "refuted"


def test_too_few_points_are_no_check():
    nowhere = equal(sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2, 1, given=(a > 10**9,))
    assert nowhere.status == "undecided" and "too few points" in nowhere.reason


def test_a_given_equation_is_not_divided_by_what_may_be_zero():
    assert equal(b, 0, given=sp.Eq(a * b, 0)).status != "proved"
    assert equal(b, 0, given=(sp.Eq(a * b, 0), sp.Ne(a, 0))).status == "proved"
    assert equal(a, 2 - b, given=sp.Eq(a + b, 2)).status == "proved"
    assert equal(a, b - 2, given=sp.Eq(a + b, 2)).status == "refuted"


def test_decimals_are_exact():
    for left, right, status in (
        (0.1 * a + 0.25 * a, a * sp.Rational(35, 100), "proved"),
        (a * 1.0000000000000002, a, "refuted"),
        (a * 0.1, a / 10, "proved"),
        (a * 1e-30, 0, "refuted"),
        (sp.Float("0.1", 40) * a, a / 10, "proved"),
        (sp.Float("0.1000000000000000000001", 40) * a, a / 10, "refuted"),
    ):
        assert equal(left, right).status == status
    third = sp.Symbol("third", real=True)
    named = Definition(third, 0.333)
    assert equal(third * 1000, 333, where=named).status == "proved"
    assert equal(third * 3, 1, where=named).status == "refuted"


def test_equal_ends_within_its_work():
    def slow(question: Any) -> Any:
        while True:
            with contextlib.suppress(Exception):  # as SymPy does in places
                charge(1000)

    with mock.patch.object(deciding, "prove", slow):
        verdict = equal(a + b, b + a + 0 * K)
    assert verdict.status == "checked" and "takes too much work" in verdict.reason
