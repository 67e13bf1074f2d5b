"""Where is an expression defined? Denominators, roots and logarithms ask for something."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand
from ._facts import as_disequality, as_inequality
from ._signs import NEGATIVE, NOT_NEGATIVE, POSITIVE, Signs, read_relation
from ._substitution import freshen


class NotDefined(Exception):
    """An expression is not known to be defined, and no condition can say where it is."""


def conditions_of(exprs: Iterable[sp.Expr], signs: Signs) -> tuple[Signs, list[Relational]]:
    """What the expressions need to be defined, beyond what is known; and the signs under that.

    Raises:
        NotDefined: where what is needed depends on a bound index.
    """
    needed: list[Relational] = []
    met: list[Relational] = []
    for expr in exprs:
        for relation in _needs(freshen(expr), signs, met):
            signs = signs.knowing(relation)
            needed.append(relation)
    # what was found to be met is kept, so that it need not be found again
    return signs.knowing(*dict.fromkeys(met)), needed


def _needs(expr: sp.Expr, signs: Signs, met: list[Relational] | None = None) -> list[Relational]:
    """What ``expr`` needs that is not known; what it needs and is known goes to ``met``."""
    if isinstance(expr, (sp.Sum, sp.Product)):
        return _of_range(expr, signs)
    if isinstance(expr, sp.Piecewise):
        return _of_cases(expr, signs)
    found: list[Relational] = []
    for arg in expr.args:
        if isinstance(arg, sp.Expr):
            found += _needs(arg, signs.knowing(*found) if found else signs, met)
    own = _own_need(expr, signs)
    if isinstance(own, Relational) and own not in (met or ()):
        inside = signs.knowing(*found) if found else signs
        known = read_relation(own)
        if not inside.shows(known.expr, known.signs, 2):
            found.append(own)
        elif met is not None and not isinstance(own, sp.Ne):
            met.append(own)
    return found


def _of_range(expr: sp.Sum | sp.Product, signs: Signs) -> list[Relational]:
    """The terms have to be defined for every index: no condition can be noted for one."""
    inner, body, found = signs, expr.function, []
    for index, low, high in reversed(expr.limits):
        if low.has(sp.oo, -sp.oo) or high.has(sp.oo, -sp.oo):
            raise NotDefined("a sum without an end")
        found += _needs(low, inner) + _needs(high, inner)
        renamed, inner = inner._inside(index, low, high)
        body = body.xreplace(renamed)
    bound = [s for s in body.free_symbols if isinstance(s, sp.Dummy)]
    for relation in _needs(body, inner):
        if any(relation.has(index) for index in bound):
            raise NotDefined(f"{relation} is not known for every index")
        found.append(relation)
    return found


def _of_cases(expr: sp.Piecewise, signs: Signs) -> list[Relational]:
    found: list[Relational] = []
    for value, condition in expr.args:
        relations = [r for r in sp.And.make_args(condition) if isinstance(r, Relational)]
        inner = signs.knowing(*relations)
        if _needs(value, inner):
            raise NotDefined(f"{value} is not known to be defined where {condition}")
        signs = signs.knowing(sp.Not(relations[0])) if len(relations) == 1 else signs
    if sp.true not in [condition for _, condition in expr.args]:
        raise NotDefined(f"the cases of {expr} may leave something out")
    return found


def _own_need(expr: sp.Expr, signs: Signs) -> sp.Basic | None:
    """What this operation asks of its arguments."""
    if isinstance(expr, sp.Pow):
        return _power_need(expr, signs)
    if isinstance(expr, sp.log):
        return sp.Gt(expr.args[0], 0, evaluate=False)
    if isinstance(expr, sp.Mod):
        return sp.Ne(expr.args[1], 0, evaluate=False)
    if isinstance(expr, sp.factorial):
        if not expr.args[0].is_integer:
            raise NotDefined(f"{expr} of what is no whole number")
        return as_inequality(expand(expr.args[0]))
    if isinstance(expr, (sp.tan, sp.Limit)) or expr.has(sp.oo, -sp.oo):
        raise NotDefined(f"{expr} is not known to be defined")
    return None


def _power_need(expr: sp.Pow, signs: Signs) -> sp.Basic | None:
    base, exponent = expr.args
    if base.is_number and base.is_positive:
        return None
    possible = signs.possible(exponent, 2)
    if exponent.is_integer:
        if not possible & NEGATIVE or signs.shows(exponent, NOT_NEGATIVE, 2):
            return None
        return as_disequality(expand(base)) if _is_short(base) else sp.Ne(base, 0)
    if possible == POSITIVE:
        return as_inequality(expand(base)) if _is_short(base) else sp.Ge(base, 0)
    return sp.Gt(base, 0, evaluate=False)


def _is_short(base: sp.Expr) -> bool:
    return not base.has(sp.Sum, sp.Product) and sp.count_ops(base) < 12
