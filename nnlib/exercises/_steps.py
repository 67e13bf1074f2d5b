"""Whether a line of a derivation says anything that another line does not."""

from __future__ import annotations

from itertools import combinations

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

from nnlib.symbolic import PROVED, TooMuchWork, equal, expand

__all__ = ["adds_nothing", "canonical"]

_TERMS = 8  # of so many terms all groups are looked at


def adds_nothing(line: sp.Expr, other: sp.Expr) -> bool:
    """Whether two lines that are equal say the same, but for padding.

    They do where they are alike up to the order, the names of bound indices and terms that cancel,
    or where one is the other with terms that are zero, or factors that are one, whatever holds.
    """
    a, b = canonical(line), canonical(other)
    return a == b or _is_padded(a, b) or _is_padded(b, a)


def canonical(expr: sp.Expr) -> sp.Expr:
    """The expression with its bound indices numbered and without terms that cancel."""
    return _without_padding(_rename_bound(expr))


def _is_padded(more: sp.Basic, less: sp.Basic) -> bool:
    """Whether `more` is `less` with further terms or factors, perhaps inside of it."""
    for kind, neutral in ((sp.Add, 0), (sp.Mul, 1)):
        parts = set(kind.make_args(less))
        if isinstance(more, kind) and parts < set(more.args):
            rest = kind(*(arg for arg in more.args if arg not in parts))
            return equal(rest, neutral, effort=0.5).status == PROVED
    if more.func != less.func or len(more.args) != len(less.args) or not more.args:
        return False
    if isinstance(more, sp.Add | sp.Mul):
        ours = [arg for arg in more.args if arg not in less.args]
        theirs = [arg for arg in less.args if arg not in more.args]
    else:
        pairs = [p for p in zip(more.args, less.args, strict=True) if p[0] != p[1]]
        ours, theirs = [p[0] for p in pairs], [p[1] for p in pairs]
    return len(ours) == len(theirs) == 1 and _is_padded(ours[0], theirs[0])


def _without_padding(expr: sp.Basic) -> sp.Basic:
    if not expr.args or isinstance(expr, sp.Indexed | sp.IndexedBase | sp.Tuple):
        return expr
    if isinstance(expr, ExprWithLimits):
        body = _without_padding(expr.function)
        return (
            sp.S.Zero if body == 0 and isinstance(expr, sp.Sum) else expr.func(body, *expr.limits)
        )
    args = [_without_padding(arg) for arg in expr.args]
    if isinstance(expr, sp.Add):
        args = _without_cancelling(args)
    return expr.func(*args)


def _without_cancelling(terms: list[sp.Expr]) -> list[sp.Expr]:
    """The terms, with what is left of a group of them of which something cancels."""
    if len(terms) > _TERMS:
        return terms
    for first, second in combinations(range(len(terms)), 2):
        left = _with_one_factor(terms[first], terms[second])
        if left is not None:
            rest = [term for k, term in enumerate(terms) if k not in (first, second)]
            return _without_cancelling([*rest, left])
    for size in range(2, len(terms) + 1):
        for group in combinations(range(len(terms)), size):
            left = _multiplied_out(sp.Add(*(terms[k] for k in group)))
            if left is not None and len(left) < size:
                rest = [term for k, term in enumerate(terms) if k not in group]
                return _without_cancelling([*rest, *left])
    return terms


def _with_one_factor(one: sp.Expr, other: sp.Expr) -> sp.Expr | None:
    """a (n + 2) − a (n + 1) as a: the sum of two terms, where most of what they multiply cancels."""
    factors = [list(sp.Mul.make_args(term)) for term in (one, other)]
    common = [factor for factor in factors[0] if factor in factors[1]]
    if not common:
        return None
    rests = [sp.Mul(*(f for f in own if f not in common)) for own in factors]
    parts = [_multiplied_out(rest) for rest in (*rests, sp.Add(*rests))]
    if None in parts:
        return None
    first, second, left = map(len, parts)
    counted = any(rest.is_number for rest in rests)  # a (n + 2) − a
    if left >= (first + second if counted else min(first, second)):
        return None
    return sp.Mul(*common, sp.Add(*parts[2]))


def _multiplied_out(expr: sp.Expr) -> list[sp.Expr] | None:
    """The terms of a sum when it is multiplied out; None where that is too much work."""
    try:
        return [term for term in sp.Add.make_args(expand(expr)) if term != 0]
    except TooMuchWork:
        return None


def _rename_bound(expr: sp.Basic, depth: int = 0) -> sp.Basic:
    if not expr.args or not expr.has(ExprWithLimits):
        return expr
    if not isinstance(expr, ExprWithLimits):
        return expr.func(*(_rename_bound(arg, depth) for arg in expr.args))
    body, limits = expr.function, list(expr.limits)
    for k, (index, low, high) in enumerate(limits):
        name = sp.Symbol(f"_bound_{depth}", integer=True)
        depth += 1
        body = body.xreplace({index: name})
        inner = [tuple(part.xreplace({index: name}) for part in limit) for limit in limits[:k]]
        limits = [*inner, (name, low, high), *limits[k + 1 :]]
    return expr.func(_rename_bound(body, depth), *limits)
