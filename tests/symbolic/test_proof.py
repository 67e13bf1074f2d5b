"""The proof alone: with nothing that compares values, it proves no false line."""

from __future__ import annotations

import contextlib

import pytest
import sympy as sp
import test_false_lines as lines

from nnlib.symbolic import _proof as proving
from nnlib.symbolic import _question as asking

QUICK = [(place, slip) for place, slip in lines.SLIPS if place[0] != "batch norm"][::3]


@pytest.mark.parametrize(("place", "slip"), QUICK)
def test_the_proof_alone_proves_no_false_line(place, slip):
    line = lines.LINES[place]
    asked = asking.Question(line.left, line.false[slip], line.given, line.where)
    with contextlib.suppress(NotImplementedError):
        proved, _ = proving.prove(asked.expanded())
        assert not proved


def test_what_is_known_inside_a_sum_is_not_used_beside_it():
    """A sum to K − 1 has terms for K ≥ 1 only: sign(K) is 1 inside of it, and 0 beside it."""
    size, j = sp.Symbol("K", integer=True, nonnegative=True), sp.Symbol("j", integer=True)
    x = sp.IndexedBase("x", real=True)

    def line(inside, beside):
        return sp.Sum(x[j] * inside, (j, 0, size - 1)) + beside

    sign = sp.sign(size)
    true = asking.Question(line(sign, sign), line(sp.S.One, sign), (), ())
    assert proving.prove(true.expanded()) == (True, ())
    false = asking.Question(line(sign, sign), line(sp.S.One, sp.S.One), (), ())
    assert not proving.prove(false.expanded())[0]
