"""What code computes on symbols, entry by entry."""

from __future__ import annotations

import sympy as sp
from alphabet import b, k

from nnlib.symbolic import Derivation, sym, symarray


def test_a_match_is_as_sure_as_its_weakest_entry():
    other = (sp.cos(2 * sp.atan(b)) * (1 + b**2) + b**2) ** k
    chain = Derivation(sp.Symbol("Q"), other, accept="checked")
    match = chain.matches(sym(1) + 0 * symarray("v", 2), k)
    assert [verdict.status for verdict in match.verdicts.values()] == ["proved", "checked"]
    assert match.status == "checked" and str(match).startswith("checked: all 2 entries")
