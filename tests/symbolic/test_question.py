"""What is asked, before anything is done about it."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, b, delta, i, j, k, m, total, x, y

from nnlib.symbolic import Definition, Partial, Recurrence, compare, equal
from nnlib.symbolic._question import (
    Question,
    as_expr,
    as_given,
    exactly,
    indices_of,
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


def test_what_is_given_for_every_index():
    here = Question(total(x[k]), K * a, (x[k] >= 0, sp.Ne(a, 0), sp.Eq(x[0], 1)), ())
    assert here.for_every_index() == [x[k] >= 0]
    assert Question(x[k], a, (x[k] >= 0,), ()).for_every_index() == []
    assert here.for_every_index(Question(x[k], a, (), ())) == []
    assert indices_of(sp.Eq(total(x[k]) + y[j + m], 0)) == {j, m}


def test_what_is_given_of_an_entry_means_the_same_of_equations_and_inequalities():
    """Of one entry where its index is named, and of every entry where it is not."""
    positive = total(sp.Abs(x[i]), i), total(x[i], i)
    assert equal(*positive, given=x[k] >= 0).status in ("undecided", "proved")  # true
    assert compare(positive[0], "<=", positive[1], given=x[k] >= 0).status == "proved"
    assert equal(x[j], 1, given=sp.Eq(x[k], 1)).status in ("undecided", "proved")  # true
    assert compare(x[j], "<=", 1, given=sp.Eq(x[k], 1)).status == "proved"
    for decide in (lambda a, b, **given: compare(a, "<=", b, **given), equal):
        assert decide(x[j + 1], 1, given=sp.Eq(x[j], 1)).status == "refuted"
        assert decide(total(x[i], i), a, given=x[k] >= 0).status in ("refuted", "undecided")
    assert equal(total(x[i], i), 2 * total(x[i], i), given=x[k] >= 0).status == "refuted"
    assert equal(x[j], 2, given=sp.Eq(x[k], 1)).status not in ("proved", "checked")
