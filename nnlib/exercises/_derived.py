"""Symbols and derivations, as exercises use them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sympy as sp

from nnlib.symbolic import Derivation

__all__ = ["Symbols", "own_symbols", "shown_derivation", "typed_names", "with_own_symbols"]

Symbols = Mapping[str, sp.Basic] | Iterable[sp.Basic]


def own_symbols(symbols: Symbols) -> list[sp.Basic]:
    """What the names of a question stand for."""
    return list(symbols.values() if isinstance(symbols, Mapping) else symbols)


def typed_names(symbols: Symbols) -> list[str]:
    """What a reader types for them; families with an index."""
    named = symbols.items() if isinstance(symbols, Mapping) else [(_name(s), s) for s in symbols]
    return [f"{name}[...]" if isinstance(s, sp.IndexedBase) else name for name, s in named]


def with_own_symbols(expr: sp.Expr, symbols: Symbols) -> sp.Expr:
    """A reader's ``Symbol("gamma")`` is the gamma of the question, with its assumptions."""
    named = [s for s in own_symbols(symbols) if isinstance(s, sp.Symbol | sp.IndexedBase)]
    known = {_name(s): s for s in named}
    labels = {base.label for base in expr.atoms(sp.IndexedBase)}
    theirs = expr.atoms(sp.Symbol, sp.IndexedBase) - labels
    return expr.xreplace({s: known[_name(s)] for s in theirs if _name(s) in known})


def _name(symbol: Any) -> str:
    return symbol.name if isinstance(symbol, sp.Symbol) else str(symbol.label)


def shown_derivation(derivation: Derivation) -> str:
    """The derivation as display mathematics in Markdown."""
    return f"$$\n{derivation.latex().strip('$').strip()}\n$$"
