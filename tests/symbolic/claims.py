"""Names and a helper that the tests of the chapters' claims share."""

from __future__ import annotations

from typing import Any

import sympy as sp

from nnlib.symbolic import Derivation, equal

MOST_LINES = 7

i, j, k, m, t = sp.symbols("i j k m t", integer=True)
T, n = sp.symbols("T n", integer=True, nonnegative=True)
K, N = sp.symbols("K N", integer=True, positive=True)
eta, gamma, lam, eps, rho, sigma = sp.symbols("eta gamma lambda epsilon rho sigma", positive=True)
beta_1, beta_2 = sp.symbols("beta_1 beta_2", positive=True)
a, b, c = sp.symbols("a b c", positive=True)


def family(name: str, **assumptions: bool) -> sp.IndexedBase:
    return sp.IndexedBase(name, **(assumptions or {"real": True}))


def over(body: sp.Expr, index: sp.Symbol = k, size: sp.Expr = K) -> sp.Expr:
    """The sum over 0, ..., size − 1."""
    return sp.Sum(body, (index, 0, size - 1))


def upto(body: sp.Expr, index: sp.Symbol = k, last: sp.Expr = T) -> sp.Expr:
    """The sum over 1, ..., last."""
    return sp.Sum(body, (index, 1, last))


def proves(first: Any, *lines: Any, given: Any = (), where: Any = ()) -> None:
    """Every line is proved from the one before, for all sizes, and there are few of them."""
    assert len(lines) < MOST_LINES
    for before, after in zip((first, *lines), lines, strict=False):
        verdict = equal(before, after, given=given, where=where)
        assert verdict.status == "proved", f"{before} = {after}: {verdict}"


def holds(chain: Derivation) -> None:
    """A chain or an induction is proved, and short enough."""
    assert chain.status == "proved"
    assert len(chain.lines) <= MOST_LINES


def refutes(left: Any, right: Any, *, given: Any = (), where: Any = ()) -> None:
    """A false line near a claim is refuted."""
    verdict = equal(left, right, given=given, where=where)
    assert verdict.status == "refuted", f"{left} = {right}: {verdict}"
