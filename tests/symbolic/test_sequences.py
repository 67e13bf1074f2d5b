"""Sequences given by recurrences: where they start, and how entries are written by earlier ones."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from alphabet import T, a, b, gamma, n, x, y

from nnlib.symbolic import Recurrence, equal
from nnlib.symbolic._evaluate import Point, Undefined
from nnlib.symbolic._facts import Facts
from nnlib.symbolic._sequences import write_by_earliest

t = sp.Symbol("t", integer=True)


def test_a_sequence_starts_where_it_says():
    C = sp.IndexedBase("C", real=True)
    rule = Recurrence(C[t], 2 * C[t - 1] + t, initial=5, start=2)
    point = Point(0, [rule])
    assert [point.evaluate(C[at]) for at in (2, 3, 4)] == [5, 13, 30]
    with pytest.raises(Undefined):
        point.evaluate(C[1])
    assert equal(C[4], 30, where=rule).status == "proved"
    later = equal(C[T], 2 * C[T - 1] + T, where=rule)
    assert (later.status, later.conditions) == ("proved", (sp.Ge(T, 3),))


def test_entries_go_down_to_the_earliest_that_occurs():
    rule = Recurrence(x[t], gamma * x[t - 1] + a, initial=b)
    written = write_by_earliest(x[n + 2] - x[n], (rule,), Facts())
    assert sp.expand(written - (gamma * (gamma * x[n] + a) + a - x[n])) == 0
    assert write_by_earliest(x[n], (rule,), Facts()) == x[n]
    assert write_by_earliest(y[n + 1], (rule,), Facts()) == y[n + 1]


def test_linked_sequences_go_down_together():
    first = Recurrence(x[t], x[t - 1] + y[t - 1], initial=0)
    second = Recurrence(y[t], a * y[t - 1], initial=1)
    written = write_by_earliest(x[n + 1] + y[n], (first, second), Facts(), linked=True)
    values = {n: Fraction(3), a: Fraction(1, 2)}
    point = Point(0, [first, second], values=values)
    assert point.evaluate(written) == point.evaluate(x[n + 1] + y[n])
