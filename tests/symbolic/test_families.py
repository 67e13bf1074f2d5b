"""Equations that hold for all indices."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, i, j, k, m, s, total, x

from nnlib.symbolic import ForAll, equal
from nnlib.symbolic._facts import Facts
from nnlib.symbolic._families import rewrite_by
from nnlib.symbolic._normal import NormalForm

Q = sp.IndexedBase("Q", real=True)
COLUMNS = ForAll(
    sp.Eq(total(Q[i, k] * Q[i, m], i), sp.KroneckerDelta(k, m)), (k, 0, K - 1), (m, 0, K - 1)
)
WITHIN = (j >= 0, j <= K - 1, s >= 0, s <= K - 1)


def test_it_is_used_at_the_indices_that_are_there():
    facts = Facts(WITHIN)
    left = NormalForm(facts)(total(Q[i, j] * Q[i, s], i))
    assert rewrite_by(left, [COLUMNS], facts) == sp.KroneckerDelta(j, s)
    other = NormalForm(facts)(total(Q[j, i] * Q[s, i], i))  # rows: nothing is known of them
    assert rewrite_by(other, [COLUMNS], facts) == other


def test_lengths_are_kept():
    moved = total(total(Q[i, k] * x[k], k) ** 2, i)
    assert equal(moved, total(x[k] ** 2), given=COLUMNS).status == "proved"
    assert equal(moved, 2 * total(x[k] ** 2), given=COLUMNS).status == "refuted"


def test_what_it_says_of_itself():
    assert len(COLUMNS.indices) == 2
    assert [tuple(r)[1:] for r in COLUMNS.ranges] == [(0, K - 1)] * 2
    assert K in COLUMNS.free_symbols and k not in COLUMNS.free_symbols


def test_an_equation_and_ranges_are_asked_for():
    with pytest.raises((TypeError, ValueError)):
        ForAll(x[k] > 0, (k, 0, K))
    with pytest.raises((TypeError, ValueError)):
        ForAll(sp.Eq(x[k], 0), k)
