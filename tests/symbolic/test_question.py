"""What is asked, before anything is done about it."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, b, delta, j, k, total, x

from nnlib.symbolic import Definition, Partial, Recurrence
from nnlib.symbolic._question import (
    Question,
    as_expr,
    as_given,
    exactly,
    may_need_conditions,
    too_large,
)

q = sp.Symbol("q", real=True)


def test_what_is_given_may_come_alone_or_in_a_row():
    assert as_given(a > 0) == (a > 0,) and as_given(()) == ()
    assert as_given([a > 0, sp.Ne(b, 1)]) == (a > 0, sp.Ne(b, 1))
    for wrong in (a, "a > 0", [a]):
        with pytest.raises((TypeError, ValueError)):
            as_given(wrong)


def test_sides_are_expressions():
    assert as_expr(2, "left") == 2 and as_expr(0.5, "left") == sp.Rational(1, 2)
    with pytest.raises(TypeError, match="left"):
        as_expr("a + b", "left")


def test_definitions_are_taken_exactly():
    assert exactly(Definition(q, 0.1 * a)).body == a / 10


def test_equations_and_inequalities_are_told_apart():
    asked = Question(a, b, (a > 0, sp.Eq(a, b)), ())
    assert asked.inequalities == [a > 0] and asked.equations == [sp.Eq(a, b)]
    assert asked.given == (a > 0, sp.Eq(a, b))


def test_names_and_derivatives_are_carried_out():
    asked = Question(Partial(q**2, a), sp.S.Zero, (), (Definition(q, a + 1),)).expanded()
    assert sp.expand(asked.a - 2 * (a + 1)) == 0


def test_a_missing_range_may_save_a_question():
    assert may_need_conditions(Question(total(delta(j, k) * x[k]), x[j], (), ()))
    assert not may_need_conditions(Question(a, b, (), ()))
    sequence = Recurrence(x[k], x[k - 1] + a)
    assert may_need_conditions(Question(x[j], x[j - 1] + a, (), (sequence,)))


def test_what_is_too_large_is_said():
    assert too_large(total(x[k] * a) / K) == ""
    assert too_large(sp.Add(*sp.symbols("s:60000"))) != ""
