"""How the term of a sum depends on the index: as parts, as k^m r^k, as a(k + b)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sympy as sp

from ._algebra import diff, expand
from ._budget import charge, guarded

HIGHEST_MOMENT = 8

Pair = tuple[sp.Expr, sp.Expr]


def split_terms(expr: sp.Expr, index: sp.Symbol) -> dict[sp.Expr, sp.Expr]:
    """Write ``expr`` as Σ coefficient·term, the coefficients free of ``index``."""
    parts: dict[sp.Expr, sp.Expr] = {}
    for term, coefficient in _split(expr, index):
        parts[term] = parts.get(term, sp.S.Zero) + coefficient
    return {term: coefficient for term, coefficient in parts.items() if coefficient != 0}


def _split(expr: sp.Expr, index: sp.Symbol) -> list[Pair]:
    if not expr.has(index):
        return [(sp.S.One, expr)]
    if isinstance(expr, sp.Add):
        return [pair for arg in expr.args for pair in _split(arg, index)]
    if isinstance(expr, sp.Mul):
        return _product_of_parts([_split(arg, index) for arg in expr.args])
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer and isinstance(expr.base, sp.Add):
        if expr.exp > 0:
            return _product_of_parts([_split(expr.base, index)] * int(expr.exp))
    return [(expr, sp.S.One)]


def _product_of_parts(factors: Iterable[list[Pair]]) -> list[Pair]:
    product: list[Pair] = [(sp.S.One, sp.S.One)]
    for parts in factors:
        charge(len(product) * len(parts))
        merged: dict[sp.Expr, sp.Expr] = {}
        for term, coefficient in product:
            for other, factor in parts:
                key = term * other
                merged[key] = merged.get(key, sp.S.Zero) + coefficient * factor
        product = list(merged.items())
    return product


def geometric(term: sp.Expr, index: sp.Dummy) -> tuple[int, sp.Expr] | None:
    """Write ``term`` as k^m·r^k, and return m and r; None where it is nothing of the kind."""
    moment, ratio = 0, sp.S.One
    for factor in sp.Mul.make_args(term):
        if factor == index:
            moment += 1
        elif isinstance(factor, sp.Pow) and factor.base == index and factor.exp.is_Integer:
            moment += int(factor.exp)
        elif isinstance(factor, (sp.Pow, sp.exp)):
            base, exponent = factor.as_base_exp()
            slope = expand(exponent).coeff(index)
            if base.has(index) or expand(exponent - slope * index) != 0 or slope.has(index):
                return None
            ratio = ratio * sp.Pow(base, slope)
        else:
            return None
    return (moment, ratio) if 0 <= moment <= HIGHEST_MOMENT else None


@cache
def _power_sum_of_dummies(moment: int) -> tuple[sp.Dummy, sp.Dummy, sp.Expr]:
    """Σ_{k=0}^{n} k^m r^k, as (r d/dr)^m of the geometric sum."""
    r, n = sp.Dummy("r"), sp.Dummy("n", integer=True)
    closed = (1 - r ** (n + 1)) / (1 - r)
    with guarded():  # what is kept from one question to the next is charged to none
        for _ in range(moment):
            closed = r * diff(closed, r)
    return r, n, closed


def power_sum(moment: int, ratio: sp.Expr, length: sp.Expr) -> sp.Expr:
    r, n, closed = _power_sum_of_dummies(moment)
    return closed.xreplace({r: ratio, n: length})


def as_linear(factor: sp.Expr, index: sp.Dummy) -> tuple[sp.Expr, sp.Expr] | None:
    """Write ``factor`` as a·(k + b) with a number a, and return a and b."""
    slope = expand(factor).coeff(index)
    if not slope.is_Rational or slope == 0:
        return None
    shift = expand((factor - slope * index) / slope)
    return None if shift.has(index) else (slope, shift)
