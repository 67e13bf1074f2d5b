"""The search for a point at which an inequality fails."""

from __future__ import annotations

import sympy as sp
from alphabet import a, b, gamma

from nnlib.symbolic._search import Search


def test_a_point_is_found_and_told():
    search = Search(a, a**2, False, [sp.Ge(a, 0)])
    found = search.refute(search.found(10))
    assert found is not None and found.refutes(False)
    assert 0 < float(found.less) < 1 and float(found.less) > float(found.greater)
    simple = search.simplified(found)
    assert simple.refutes(False)
    told = search.describe(simple, False)
    assert "a" in told


def test_a_true_inequality_is_not_refuted():
    search = Search(2 * a * b, a**2 + b**2, False, [])
    starts = list(search.found(10))
    assert len(starts) == 10 and search.refute(starts) is None
    assert all(found.gap >= 0 for found in starts)


def test_strictness_matters_where_both_sides_meet():
    weak, strict = (Search(sp.S.Zero, (a - 2) ** 2, kind, [sp.Eq(a, 2)]) for kind in (False, True))
    (start,) = strict.found(1)
    assert start.refutes(True) and not start.refutes(False)
    assert weak.refute(weak.found(1)) is None


def test_points_satisfy_what_is_demanded():
    search = Search(a, b, False, [a > gamma, b < 0])
    for found in search.found(8):
        values = [float(found.point.evaluate(letter)) for letter in (a, gamma, b)]
        assert values[0] > values[1] > 0 > values[2]
