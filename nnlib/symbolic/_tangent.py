"""A tangent lies below a convex function, and above a concave one: one instance, to be used."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand
from ._budget import TooMuchWork, Work
from ._derivative import derivative
from ._domain import NotDefined, conditions_of
from ._order import KINKED, Claim, read_given
from ._question import as_expr
from ._signs import NOT_NEGATIVE, NOT_POSITIVE, UNREAL, Signs
from ._substitution import substitute


class Tangent:
    """f(to) ≥ f(at) + f′(at)·(to − at) for a convex f, and ≤ for a concave one.

    What is proved is the sign of f″ on all of the interval that the symbol of f is declared to be
    in (and that ``given`` narrows down); that both places lie in it is among the ``conditions``,
    which have to follow where the result is used.
    """

    def __init__(
        self, relation: Relational, conditions: tuple[Relational, ...], convex: bool
    ) -> None:
        self.relation, self.conditions, self.convex = relation, conditions, convex

    @property
    def conclusion(self) -> Claim:
        return Claim(self.relation, self.conditions)

    def __repr__(self) -> str:
        kind = "convex" if self.convex else "concave"
        return f"{self.relation}  [tangent of a {kind} function]"


def tangent(f: Any, x: sp.Symbol, *, at: Any, to: Any, given: Any = ()) -> Tangent:
    """Prove that ``f`` is convex (or concave) in ``x``, and compare it with one of its tangents.

    Args:
        f: an expression in ``x``, such as ``log(x)`` with ``x`` declared positive.
        x: a real symbol; what it is declared to be, and the inequalities that are given for it,
            are the interval on which the second derivative is looked at.
        at: where the tangent touches.
        to: where the two are compared; an entry ``p[k]`` stands for every k.
        given: what may be used of the other symbols in ``f``, and linear inequalities for ``x``.

    Returns:
        A :class:`Tangent`, to be handed over in ``using=``.

    Raises:
        TypeError, ValueError: where an argument is not of the kind named above.
        ValueError: where f is not seen to be convex or concave.
    """
    f, at, to = as_expr(f, "f"), as_expr(at, "at"), as_expr(to, "to")
    if not (isinstance(x, sp.Symbol) and x.is_real):
        raise TypeError(f"x must be a symbol that is declared real, got {x!r}")
    if not f.has(x):
        raise ValueError(f"f must depend on {x}, got {f}")
    if f.has(*KINKED):
        raise ValueError(f"f must be smooth, got {f}")
    given = read_given(given)
    for name, place in (("at", at), ("to", to)):
        if Signs(given).possible(place, 1) & UNREAL:
            raise ValueError(f"{name} is not seen to be real: {place}")
    for relation in given:
        if relation.has(x) and not _bounds_an_interval(relation, x):
            raise ValueError(f"given: {relation} must be linear in {x}")
    slope = derivative(f, x)
    bend = derivative(slope, x)
    convex = _bends(f, slope, bend, x, given)
    places = [substitute(f, {x: at}), substitute(f, {x: to})]
    line = places[0] + substitute(slope, {x: at}) * (to - at)
    kind = sp.Ge if convex else sp.Le
    conditions = [
        condition
        for place in (at, to)
        for condition in (*_declared(x, place), *(_moved(r, x, place) for r in given))
    ]
    if sp.false in conditions:
        raise ValueError(f"at or to is not in the interval that {x} is declared to be in")
    kept = tuple(dict.fromkeys(c for c in conditions if isinstance(c, Relational)))
    return Tangent(kind(places[1], line, evaluate=False), kept, convex)


def _bends(
    f: sp.Expr, slope: sp.Expr, bend: sp.Expr, x: sp.Symbol, given: tuple[Relational, ...]
) -> bool:
    """True where the second derivative is nowhere negative, False where it is nowhere positive."""
    try:
        with Work().stage("signs"):
            signs, needed = conditions_of((f, slope, bend), Signs(given))
            if needed:
                raise ValueError(f"f is not smooth for every {x}: that needs {needed[0]}")
            if signs.shows(bend, NOT_NEGATIVE):
                return True
            if signs.shows(bend, NOT_POSITIVE):
                return False
    except (NotDefined, TooMuchWork, NotImplementedError) as error:
        raise ValueError(f"f is not seen to be convex or concave: {error}") from error
    raise ValueError(f"f is not seen to be convex or concave: its second derivative is {bend}")


def _bounds_an_interval(relation: Relational, x: sp.Symbol) -> bool:
    if isinstance(relation, (sp.Eq, sp.Ne)):
        return False
    difference = expand(relation.lhs - relation.rhs)
    return difference.is_polynomial(x) and sp.degree(difference, x) == 1


def _declared(x: sp.Symbol, place: sp.Expr) -> list[sp.Basic]:
    """What the assumptions of ``x`` say of a place that it may be."""
    found: list[sp.Basic] = []
    for holds, relation in (
        (x.is_positive, sp.Gt),
        (x.is_nonnegative, sp.Ge),
        (x.is_negative, sp.Lt),
        (x.is_nonpositive, sp.Le),
    ):
        if holds:
            found.append(relation(place, 0))
            break
    if x.is_nonzero and not found:
        raise ValueError(f"{x} is declared nonzero: that is no interval")
    if x.is_integer:
        raise ValueError(f"{x} is declared whole: that is no interval")
    return found


def _moved(relation: Relational, x: sp.Symbol, place: sp.Expr) -> sp.Basic:
    return relation.func(*[substitute(side, {x: place}) for side in relation.args])
