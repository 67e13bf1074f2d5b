"""Sequences given by recurrences: where they start, and how entries are written by earlier ones."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import T

from nnlib.symbolic import Recurrence, equal
from nnlib.symbolic._evaluate import Point, Undefined


def test_a_sequence_starts_where_it_says():
    t = sp.Symbol("t", integer=True)
    C = sp.IndexedBase("C", real=True)
    rule = Recurrence(C[t], 2 * C[t - 1] + t, initial=5, start=2)
    point = Point(0, [rule])
    assert [point.evaluate(C[at]) for at in (2, 3, 4)] == [5, 13, 30]
    with pytest.raises(Undefined):
        point.evaluate(C[1])
    assert equal(C[4], 30, where=rule).status == "proved"
    later = equal(C[T], 2 * C[T - 1] + T, where=rule)
    assert (later.status, later.conditions) == ("proved", (sp.Ge(T, 3),))
