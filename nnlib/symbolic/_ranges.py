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
    term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr, normal: NormalForm
) -> tuple[sp.Expr, tuple[sp.Dummy, sp.Expr, sp.Expr]] | None:
    """For Σ_i a(i) Σ_{j ≤ i} f(i, j): the summand, and the limits of the outer sum, over j.

    What the inner range says of both indices becomes an indicator, a factor of the summand. None
    where ``term`` is no such product, or a range is not known not to be reversed.
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
    lows = list(first.args) if isinstance(first, sp.Max) else [first]
    highs = list(last.args) if isinstance(last, sp.Min) else [last]
    if not all(_moves_evenly(bound, index) for bound in (*lows, *highs)):
        return None
    least = _end(sp.Max, lows, index, low, high)
    greatest = _end(sp.Min, highs, index, high, low)
    facts = normal.facts
    if not all(
        facts.require_nonnegative(expand(n)) for n in (high - low + 1, greatest - least + 1)
    ):
        return None
    if not _is_never_reversed(first, last, index, low, high, normal):
        return None
    rest = sp.Mul(*[factor for factor in sp.Mul.make_args(term) if factor != inner[0]])
    body = rest * fresh.function
    for gap in (*[j - bound for bound in lows], *[bound - j for bound in highs]):
        if gap.has(index):
            body *= Indicator(sp.Ge(expand(gap), 0, evaluate=False))
    return body, (j, least, greatest)


def _moves_evenly(bound: sp.Expr, index: sp.Dummy) -> bool:
    """Whether a bound is the index, or minus it, and something else; or does not hold it."""
    slope = expand(bound).coeff(index)
    return slope in (-1, 0, 1) and not expand(bound - slope * index).has(index)


def _end(
    tightest: type, bounds: list[sp.Expr], index: sp.Dummy, at: sp.Expr, other: sp.Expr
) -> sp.Expr:
    """The end of the range of the inner index, over all of the outer range."""
    fixed = [bound for bound in bounds if not bound.has(index)]
    if fixed:
        return tightest(*fixed)
    bound = bounds[0]
    return expand(bound.xreplace({index: at if expand(bound).coeff(index) > 0 else other}))


def _is_never_reversed(
    first: sp.Expr,
    last: sp.Expr,
    index: sp.Dummy,
    low: sp.Expr,
    high: sp.Expr,
    normal: NormalForm,
) -> bool:
    length = last - first + 1
    if not length.has(sp.Min, sp.Max):  # linear in the index: least at one of its ends
        end = low if expand(length).coeff(index) >= 0 else high
        return normal.facts.require_nonnegative(expand(length.xreplace({index: end})))
    with normal.facts.within(expand(index - low), expand(high - index)):
        return normal.facts.nonnegative(length)


def entanglement(expr: sp.Expr) -> tuple[int, int]:
    """How deep sums stand inside one another, and how many bounds hang on another index."""
    sums = expr.atoms(sp.Sum)
    bound = {limit[0] for total in sums for limit in total.limits}
    ends = [end for total in sums for end in bounds_of(total)]
    hanging = sum(bool(end.free_symbols & bound) or end.has(sp.Min, sp.Max) for end in ends)
    return _nesting(expr), hanging


def _nesting(expr: sp.Expr) -> int:
    inner = max((_nesting(arg) for arg in expr.args), default=0)
    return inner + len(expr.limits) if isinstance(expr, sp.Sum) else inner


def is_triangle(term: sp.Expr, index: sp.Dummy) -> bool:
    """Whether a factor is a sum whose bounds hold ``index``."""
    return any(
        isinstance(factor, sp.Sum) and any(bound.has(index) for bound in bounds_of(factor))
        for factor in sp.Mul.make_args(term)
    )
