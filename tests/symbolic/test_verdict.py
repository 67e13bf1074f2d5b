"""How far an equality was established."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import a

from nnlib.symbolic import UnprovedStep, equal
from nnlib.symbolic._verdict import Verdict


def test_a_verdict_is_not_true_or_false():
    for status in ("proved", "checked", "undecided"):
        with pytest.raises(TypeError, match="a verdict is not true or false: ask for its status"):
            bool(Verdict(status))


def test_work_is_no_part_of_what_was_found():
    assert Verdict("proved", work=3) == Verdict("proved", work=8) != Verdict("checked", work=3)


def test_conditions_reasons_and_examples_are_told():
    assert str(Verdict("proved", conditions=(sp.Ne(a, 0),))) == "proved where a ≠ 0"
    assert str(Verdict("undecided", reason="too few points")) == "undecided: too few points"
    refuted = equal(a**2, a)
    assert str(refuted).startswith("refuted: a = ") and set(refuted.counterexample) >= {"a"}


def test_an_unproved_step_is_a_value_error():
    assert issubclass(UnprovedStep, ValueError)
    with pytest.raises(ValueError):
        raise UnprovedStep("may be right")
