"""Tangents of convex and of concave functions."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import a, b, gamma, k, y

from nnlib.symbolic import UnprovedStep, tangent


def test_a_concave_function_lies_below_its_tangent():
    line = tangent(sp.log(gamma), gamma, at=1, to=gamma)
    assert line.relation.rel_op == "<="
    for value in (sp.Rational(1, 3), 1, 5):
        assert line.relation.subs(gamma, value) == sp.true
    assert not line.convex


def test_a_convex_function_lies_above():
    line = tangent(sp.exp(a), a, at=0, to=b)
    assert (
        line.convex and line.relation.subs(b, 2) == sp.true and line.relation.subs(b, -2) == sp.true
    )


def test_an_entry_stands_for_every_place():
    line = tangent(a**2, a, at=1, to=y[k])
    assert line.relation.has(y[k])


def test_what_is_neither_is_refused():
    for f in (a**3, sp.sin(a)):
        with pytest.raises((UnprovedStep, ValueError)):
            tangent(f, a, at=0, to=b)
    assert tangent(a**3, a, at=1, to=b, given=a >= 0).convex


def test_both_places_lie_in_the_interval():
    for at, to in ((-1, 2), (1, -2)):
        with pytest.raises(ValueError, match="interval"):
            tangent(sp.log(gamma), gamma, at=at, to=to)
    assert tangent(sp.log(gamma), gamma, at=1, to=b).conditions == (b > 0,)
    with pytest.raises(ValueError, match="linear"):
        tangent(a**3, a, at=1, to=b, given=a**2 > 1)
    with pytest.raises(ValueError, match="smooth"):
        tangent(sp.log(a), a, at=1, to=2)
