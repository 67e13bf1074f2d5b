"""Symbols and derivations, as exercises use them."""

from __future__ import annotations

import sympy as sp

from nnlib.exercises._derived import own_symbols, shown_derivation, with_own_symbols
from nnlib.symbolic import Derivation

gamma = sp.Symbol("gamma", positive=True)
x = sp.IndexedBase("x", real=True)
k = sp.Symbol("k", integer=True)


def test_the_symbols_of_a_question_in_either_form():
    assert own_symbols([gamma, x]) == own_symbols({"g": gamma, "x": x}) == [gamma, x]


def test_a_readers_symbols_are_those_of_the_question():
    theirs = sp.Symbol("gamma") ** 2 + sp.IndexedBase("x")[sp.Symbol("k")]
    assert theirs != gamma**2 + x[k]
    assert with_own_symbols(theirs, [gamma, x, k]) == gamma**2 + x[k]
    other = sp.Symbol("delta")
    assert with_own_symbols(other, [gamma]) == other


def test_a_derivation_is_display_mathematics():
    shown = shown_derivation(Derivation(sp.Symbol("Q"), gamma + gamma**2))
    assert shown.startswith("$$\n") and shown.endswith("\n$$") and shown.count("$$") == 2
