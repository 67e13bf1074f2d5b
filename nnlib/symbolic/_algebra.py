"""The calls of SymPy that can take long, each charged for before it is made.

How long SymPy takes to expand or to cancel is not known before, and nothing of ours runs while it
does. So the size of the result (or of what comes up on the way) is predicted from above, and
charged as work (see ``_budget``): what is too large is refused and not tried. The rest of the
engine, and the exercises, call these functions in place of SymPy's.
"""

from __future__ import annotations

import math
from typing import Any

import sympy as sp

from ._budget import charge, working

__all__ = [
    "cancel",
    "diff",
    "expand",
    "factor",
    "factor_terms",
    "limit",
    "prime_factors",
    "size_of",
    "summation",
    "terms_of_power",
    "terms_when_expanded",
    "together",
]

MOST = 10**12  # sizes are counted up to here


def size_of(expr: sp.Basic) -> int:
    """The number of nodes of an expression, and of words in its numbers, counted up to ``MOST``."""
    if isinstance(expr, sp.Rational):
        return 1 + (max(abs(expr.p), expr.q).bit_length() >> 6)
    total = 1
    for arg in expr.args:
        total += size_of(arg)
    return min(total, MOST)


def terms_when_expanded(expr: sp.Basic) -> int:
    """At most so many terms has ``expr`` when it is expanded, counted up to ``MOST``."""
    if not expr.args:
        return 1
    if isinstance(expr, sp.Add):
        return min(sum(map(terms_when_expanded, expr.args)), MOST)
    if isinstance(expr, sp.Mul):
        return min(math.prod(map(terms_when_expanded, expr.args)), MOST)
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer:
        return terms_of_power(terms_when_expanded(expr.base), abs(int(expr.exp)))
    return max(map(terms_when_expanded, expr.args))


def terms_of_power(terms: int, exponent: int) -> int:
    """The number of monomials of degree ``exponent`` in ``terms`` letters; a long coefficient
    counts as several."""
    if terms == 1 or exponent <= 1:
        return terms
    small, large = sorted((terms - 1, exponent))
    if small > 40 or large > MOST:
        return MOST
    words = 1 + (exponent * terms.bit_length() >> 6)  # in the largest of the coefficients
    return min(math.comb(small + large, small) * words, MOST)


def expand(expr: sp.Expr) -> sp.Expr:
    """As ``sympy.expand``."""
    if not expr.args:
        return expr
    if working():
        charge(2 + size_of(expr) + 2 * terms_when_expanded(expr))
    return sp.expand(expr)


def together(expr: sp.Expr) -> sp.Expr:
    """As ``sympy.together``."""
    if working():
        charge(10 * size_of(expr))
    return sp.together(expr)


def cancel(expr: sp.Expr) -> sp.Expr:
    """As ``sympy.cancel`` of the whole over one fraction line."""
    expr = together(expr)
    if working():
        above, below = map(terms_when_expanded, sp.fraction(expr))
        charge(20 + size_of(expr) + above + below + min(above, MOST) * min(below, MOST) // 4)
    return sp.cancel(expr)


def factor(expr: sp.Expr) -> sp.Expr:
    """As ``sympy.factor``."""
    if working():
        degree = _highest_power(expr)
        high = degree**2 if degree > _HIGH else 0  # factors of a high power are searched for long
        charge(20 + size_of(expr) + 20 * terms_when_expanded(expr) + high)
    return sp.factor(expr)


_HIGH = 60


def _highest_power(expr: sp.Expr) -> int:
    """The largest whole number in an exponent; e^(−999 − d²) is a power of e for SymPy, too."""
    exponents = [power.exp for power in expr.atoms(sp.Pow)]
    exponents += [power.args[0] for power in expr.atoms(sp.exp)]
    numbers = [n for exponent in exponents for n in exponent.atoms(sp.Rational)]
    return max((min(abs(int(n.p)), MOST) for n in numbers), default=0)


def factor_terms(expr: sp.Expr) -> sp.Expr:
    """As ``sympy.factor_terms``."""
    if working():
        charge(10 * size_of(expr))
    return sp.factor_terms(expr)


def limit(expr: sp.Expr, variable: sp.Symbol, target: sp.Expr, direction: str = "+") -> sp.Expr:
    """As ``sympy.limit``."""
    if working():
        charge(200 * size_of(expr))
    return sp.limit(expr, variable, target, direction)


def diff(expr: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """As ``sympy.diff``."""
    if working():
        charge(10 * size_of(expr))
    return sp.diff(expr, variable)


def summation(term: sp.Expr, *limits: Any) -> sp.Expr:
    """As ``sympy.summation``."""
    if working():
        charge(200 * size_of(term))
    return sp.summation(term, *limits)


def prime_factors(number: sp.Rational) -> dict[sp.Expr, int]:
    """The primes of a positive fraction and their powers; long factors may be left whole."""
    if working():
        charge(size_of(number) ** 2)
    return sp.factorrat(number, limit=2**15)
