"""What code computes on symbols, entry by entry."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from alphabet import K, a, b, k

from nnlib.averages import half_life
from nnlib.symbolic import Derivation, FalseStep, sym, symarray
from nnlib.symbolic._match import Match


def test_a_match_is_as_sure_as_its_weakest_entry():
    other = (sp.cos(2 * sp.atan(b)) * (1 + b**2) + b**2) ** k
    chain = Derivation(sp.Symbol("Q"), other, accept="checked")
    match = chain.matches(sym(1) + 0 * symarray("v", 2), k)
    assert [verdict.status for verdict in match.verdicts.values()] == ["proved", "checked"]
    assert match.status == "checked" and str(match).startswith("checked: all 2 entries")


def test_a_match_is_made_of_entries_sizes_and_functions():
    chain = Derivation(sp.Symbol("Q"), a * k)
    match = Match.of(chain, sym(a) * np.arange(3), k, 0, {K: 3}, (half_life,))
    assert match.status == "proved" and match.derivation is chain
    assert match.values == {K: 3} and match.functions == (half_life,)
    assert match.data()["status"] == "proved"


def test_an_entry_that_differs_is_named():
    chain = Derivation(sp.Symbol("Q"), a * k)
    with pytest.raises(FalseStep, match="2"):
        chain.matches(sym(a) * np.array([0, 1, 3]), k)
