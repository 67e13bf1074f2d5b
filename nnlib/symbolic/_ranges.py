"""Ranges of sums: narrowed by indicators, and those of nested sums in another order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ._algebra import expand
from ._atoms import bounds_of
from ._indicator import Indicator, condition_of
from ._substitution import freshen

if TYPE_CHECKING:
    from ._normal import NormalForm

Range = tuple[sp.Expr, sp.Expr]


def narrowed(
    term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr, normal: NormalForm
) -> tuple[sp.Expr, Range] | None:
    """Leave an indicator of ``index`` out of ``term``, and narrow the range to where it is 1.

    Σ over 0 ≤ i ≤ n of f(i), where s i ≤ A, is the sum up to the least of n and ⌊A/s⌋. That needs
    a range which is not reversed, before and after.
    """
    if not normal.facts.nonnegative(high - low + 1):
        return None
    for factor in sp.Mul.make_args(term):
        condition = condition_of(factor)
        if condition is None or not factor.has(index):
            continue
        ends = _narrow(expand(condition), index, low, high, normal)
        if ends is not None:
            rest = sp.Mul(*[other for other in sp.Mul.make_args(term) if other != factor])
            return rest, ends
    return None


def _narrow(
    condition: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr, normal: NormalForm
) -> Range | None:
    facts = normal.facts
    slope = condition.coeff(index)
    rest = expand(condition - slope * index)
    if rest.has(index) or slope.has(index) or not slope.is_integer:
        return None
    if facts.positive(slope):  # index ≥ −rest/slope
        if not facts.nonnegative(slope * (high + 1) + rest):
            return None
        if facts.nonnegative(slope * low + rest):
            return low, high
        end = -normal.round(sp.floor, normal.normal(rest / slope))
        inside = facts.nonnegative(-rest - slope * (low - 1) - 1)
        return (end if inside else sp.Max(low, end)), high
    if facts.positive(-slope):  # index ≤ rest/|slope|
        step = -slope
        if not facts.nonnegative(rest - step * (low - 1)):
            return None
        if facts.nonnegative(rest - step * high):
            return low, high
        end = normal.round(sp.floor, normal.normal(rest / step))
        inside = facts.nonnegative(step * (high + 1) - rest - 1)
        return low, (end if inside else sp.Min(high, end))
    return None


def swapped(
    term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr
) -> tuple[sp.Expr, tuple[sp.Dummy, sp.Expr, sp.Expr], sp.Expr] | None:
    """For Σ_i a(i) Σ_{j ≤ i} f(i, j): the summand, the outer limits (for j) and what is required.

    The indicator of the inner range becomes a factor; what must not be negative is the length of
    each inner range. None where ``term`` is no such product, or the ranges are no triangle.
    """
    inner = [
        factor
        for factor in sp.Mul.make_args(term)
        if isinstance(factor, sp.Sum) and factor.has(index)
    ]
    if len(inner) != 1 or len(inner[0].limits) != 1:
        return None
    fresh = freshen(inner[0])
    ((j, first, last),) = fresh.limits
    slopes = [expand(bound).coeff(index) for bound in (first, last)]
    if any(s not in (-1, 0, 1) for s in slopes):
        return None
    if any(expand(b - s * index).has(index) for b, s in zip((first, last), slopes, strict=True)):
        return None
    # the least and the greatest that j can be, over the range of the outer index
    least = first.xreplace({index: low if slopes[0] >= 0 else high})
    greatest = last.xreplace({index: high if slopes[1] >= 0 else low})
    length = last - first + 1  # linear in the index: least at one of its ends
    shortest = length.xreplace({index: low if slopes[1] >= slopes[0] else high})
    rest = sp.Mul(*[factor for factor in sp.Mul.make_args(term) if factor != inner[0]])
    body = rest * fresh.function
    for slope, bound in ((slopes[0], j - first), (slopes[1], last - j)):
        if slope != 0:
            body *= Indicator(sp.Ge(expand(bound), 0, evaluate=False))
    return body, (j, expand(least), expand(greatest)), expand(shortest)


def nesting(expr: sp.Expr) -> int:
    """How many sums stand inside one another, those over one range together counted one by one."""
    inner = max((nesting(arg) for arg in expr.args), default=0)
    return inner + len(expr.limits) if isinstance(expr, sp.Sum) else inner


def is_triangle(term: sp.Expr, index: sp.Dummy) -> bool:
    """Whether a factor is a sum whose bounds hold ``index``."""
    return any(
        isinstance(factor, sp.Sum) and any(bound.has(index) for bound in bounds_of(factor))
        for factor in sp.Mul.make_args(term)
    )
