"""What all kinds of exercises share: what is known, and the first mistake that matches."""

from __future__ import annotations

from itertools import islice

import pytest
import sympy as sp

from nnlib.exercises import Mistake
from nnlib.exercises._base import Engine, first_match
from nnlib.exercises._points import agree, points_for
from nnlib.symbolic import Definition
from nnlib.symbolic._derivation import PROVED

A, B = sp.symbols("A B", positive=True)


def engine(given=(), where=(), effort=1.0) -> Engine:
    return Engine(given, where, effort)


def first_points(count, *exprs, given=()):
    return list(islice(points_for(given, (), *exprs), count))


def test_the_engine_uses_what_is_given_and_what_stands_for_what():
    assert engine([A < 1]).verdict(sp.Abs(A - 1), 1 - A).status == PROVED
    assert engine().verdict(sp.Abs(A - 1), 1 - A).status != PROVED
    assert engine(where=[Definition(B, A**2)]).same(B, A**2)
    assert not engine().same(B, A**2)


def test_formulas_that_agree_at_the_first_points_only_are_not_the_same():
    near = A + (A - sp.Rational(1, 2)) * (A - sp.Rational(1, 3)) * (A - 2) * (A - sp.Rational(3, 4))
    assert agree(first_points(4, A), A, near)
    assert not engine().same(near, A)


def test_a_comparison_gets_its_share_of_the_work(monkeypatch):
    asked = []

    def equal(a, b, **options):
        asked.append(options["effort"])
        raise TypeError

    monkeypatch.setattr("nnlib.exercises._base.equal", equal)
    assert not engine(effort=8.0).same(A, A)
    with pytest.raises(TypeError):
        engine(effort=8.0).verdict(A, A)
    assert asked == [4.0, 8.0]


def test_the_first_mistake_that_matches_is_named():
    mistakes = [Mistake("one", 1, "m"), Mistake("two", 2, "m"), Mistake("again", 2, "m")]
    found = first_match(mistakes, lambda wrong: wrong == 2)
    assert found is not None and found.id == "two"
    assert first_match(mistakes, lambda wrong: False) is None
