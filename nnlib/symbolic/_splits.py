"""Cases of a sign that is not known: |u|, the sign of u, the larger of two, a case distinction."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand
from ._facts import Facts
from ._indicator import Indicator
from ._maximum import Maximum
from ._signs import NEGATIVE, POSITIVE, UNREAL, ZERO, Signs

LARGEST = (sp.Max, Maximum)
DEPTH = 2  # to which the calculus of signs looks


def deciding_sign(expr: sp.Expr) -> sp.Expr | None:
    """An expression whose sign decides between the cases of ``expr``; None where none does."""
    found = [e for part in sp.preorder_traversal(expr) for e in _decided_by(part)]
    found = [e for e in found if _can_split(e)]
    return min(found, key=lambda e: (sp.count_ops(e), sp.default_sort_key(e)), default=None)


def _decided_by(expr: sp.Basic) -> list[sp.Expr]:
    if isinstance(expr, (sp.Abs, sp.sign)):
        return [expr.args[0]]
    if isinstance(expr, (*LARGEST, sp.Min)):
        return [_larger(expr)[0]]
    if isinstance(expr, (sp.Piecewise, Indicator)):
        relations = sorted(expr.atoms(Relational), key=sp.default_sort_key)
        return [_standard(relation.lhs - relation.rhs) for relation in relations]
    return []


def _larger(expr: sp.Expr) -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Of the first two arguments: a difference in standard form, and both, the first larger."""
    first, second = sorted(expr.args, key=sp.default_sort_key)[:2]
    difference = _standard(first - second)
    if expand(first - second - difference) != 0:
        first, second = second, first
    return difference, first, second


def _standard(difference: sp.Expr) -> sp.Expr:
    """u or −u, the same for both."""
    difference = expand(difference)
    return -difference if difference.could_extract_minus_sign() else difference


def _can_split(expr: sp.Expr) -> bool:
    """Only what stands outside of sums, and what is real, has a sign that is the same all over."""
    hidden = any(s.name.startswith("_k") or isinstance(s, sp.Dummy) for s in _symbols(expr))
    return bool(expr.is_real) and not hidden and not expr.is_number


def _symbols(expr: sp.Expr) -> set[sp.Symbol]:
    return expr.atoms(sp.Symbol)


def with_sign(expr: sp.Expr, decisive: sp.Expr, sign: int) -> sp.Expr:
    """``expr`` where the sign of ``decisive`` is known."""

    def replaced(part: sp.Basic) -> sp.Basic:
        if not part.args or not any(_is_split(p) for p in sp.preorder_traversal(part)):
            return part
        part = part.func(*[replaced(arg) for arg in part.args])
        return _decide(part, decisive, sign)

    return replaced(expr)


def _is_split(expr: sp.Basic) -> bool:
    return isinstance(
        expr, (sp.Abs, sp.sign, sp.Piecewise, Indicator, sp.Min, *LARGEST, Relational)
    )


def _decide(part: sp.Basic, decisive: sp.Expr, sign: int) -> sp.Basic:
    if isinstance(part, (sp.Abs, sp.sign)) and part.args[0] in (decisive, -decisive):
        if isinstance(part, sp.sign):
            return sp.Integer(sign if part.args[0] == decisive else -sign)
        return sp.Integer(sign) * decisive
    if isinstance(part, (*LARGEST, sp.Min)) and len(part.args) > 1:
        difference, larger, smaller = _larger(part)
        if difference == decisive:
            dropped = smaller if (sign >= 0) != isinstance(part, sp.Min) else larger
            rest = [arg for arg in part.args if arg != dropped]
            return part.func(*rest) if len(rest) > 1 else rest[0]
    if isinstance(part, Relational):
        return _decide_relation(part, decisive, sign)
    return part


_HOLDS: dict[type, Callable[[int], bool]] = {
    sp.Gt: lambda sign: sign > 0,
    sp.Ge: lambda sign: sign >= 0,
    sp.Lt: lambda sign: sign < 0,
    sp.Le: lambda sign: sign <= 0,
    sp.Eq: lambda sign: sign == 0,
    sp.Ne: lambda sign: sign != 0,
}


def _decide_relation(relation: Relational, decisive: sp.Expr, sign: int) -> sp.Basic:
    difference = expand(relation.lhs - relation.rhs)
    if difference in (decisive, expand(-decisive)):
        of_difference = sign if difference == decisive else -sign
        return sp.true if _HOLDS[type(relation)](of_difference) else sp.false
    return relation


def possible_signs(expr: sp.Expr, facts: Facts) -> list[int]:
    """The signs that ``expr`` may have, by what is known."""
    possible = Signs(facts.relations()).possible(expr, DEPTH)
    if not possible & UNREAL and possible in (NEGATIVE, ZERO, POSITIVE):
        return [{NEGATIVE: -1, ZERO: 0, POSITIVE: 1}[possible]]
    signs = []
    if not (facts.nonnegative(-expr) or expr.is_nonpositive):
        signs.append(1)
    if not (facts.nonnegative(expr) or expr.is_nonnegative):
        signs.append(-1)
    if not facts.nonzero(expr):
        signs.append(0)
    return signs
