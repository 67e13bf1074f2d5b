"""Where something changes: the places at which the conditions in an expression begin to hold.

A formula with cases may be wrong in one of them only, and a random point seldom meets that one.
So each condition is solved for one of its symbols, and values there and on both sides are tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from ._evaluate import DIGITS, Point, Undefined, Unsupported, Value, inexact, minus, plus, same
from ._indicator import Indicator
from ._maximum import Maximum

STEPS = tuple(Fraction(n) for n in (0, 1, -1)) + (Fraction(1, 100), Fraction(-1, 100))
MOST_CROSSINGS = 24

Sides = tuple[sp.Expr, sp.Expr]


def crossings(parts: Iterable[sp.Basic], free: Iterable[sp.Symbol]) -> list[Sides]:
    """Pairs of expressions that hold no other symbol than ``free``, and decide a case."""
    free = set(free)
    found: dict[Sides, None] = {}
    for part in parts:
        for node in sp.preorder_traversal(part):
            for sides in _decided_by(node):
                symbols = sides[0].free_symbols | sides[1].free_symbols
                if symbols & free and symbols <= free:
                    found[sides] = None
    return sorted(found, key=str)[:MOST_CROSSINGS]


def _decided_by(node: sp.Basic) -> list[Sides]:
    if isinstance(node, (sp.Piecewise, Indicator)):
        conditions = [arg[1] for arg in node.args] if node.is_Piecewise else node.args
        relations = sorted(set().union(*[c.atoms(Relational) for c in conditions]), key=str)
        return [(relation.lhs, relation.rhs) for relation in relations]
    if isinstance(node, sp.KroneckerDelta):
        return [node.args]
    if isinstance(node, (sp.Max, sp.Min, Maximum)):
        first, *others = sorted(node.args, key=sp.default_sort_key)
        return [(first, other) for other in others]
    if isinstance(node, (sp.Abs, sp.sign)):
        return [(node.args[0], sp.S.Zero)]
    if isinstance(node, (sp.floor, sp.ceiling)):
        return [(node.args[0], sp.S.One)]
    return [node.args] if isinstance(node, sp.Mod) else []


def beside(point: Point, symbol: sp.Symbol, sides: Sides) -> list[Value]:
    """Values of a symbol where two sides are equal, and beside that."""
    with mpmath.workdps(point.digits):
        places = roots(point, symbol, *sides)
        if symbol.is_integer:
            return [plus(_whole(place), step) for place in places for step in STEPS[:3]]
        halves = [place / 2 for place in places]  # between it and zero
        return [plus(place, step) for place in places for step in STEPS] + halves


def _whole(value: Value) -> Fraction:
    return Fraction(int(mpmath.floor(inexact(value))))


def roots(point: Point, key: Any, left: sp.Expr, right: sp.Expr) -> list[Value]:
    """Where two sides are equal, if their difference is linear or quadratic in one value.

    Where a quadratic has no root, the place at which it is nearest to one.
    """
    before = point.values[key]
    values = []
    try:
        for trial in (0, 1, 2):
            point.change(key, Fraction(trial))
            values.append(minus(*[as_real(point.evaluate(side)) for side in (left, right)]))
    except (Undefined, Unsupported, ZeroDivisionError):
        return []
    finally:
        point.change(key, before)
    with mpmath.workdps(point.digits):
        if not all(isinstance(value, Fraction) for value in values):
            values = [inexact(value) for value in values]
        c, one, two = values
        a = (two - 2 * one + c) / 2
        b = one - c - a
        if same(a, Fraction(0)):
            return [] if same(b, Fraction(0)) else [-c / b]
        below = b * b - 4 * a * c
        if below < 0:
            return [-b / (2 * a)]
        root = _square_root(below)
        if not isinstance(root, Fraction):
            a, b = inexact(a), inexact(b)
        return [(-b + root) / (2 * a), (-b - root) / (2 * a)]


def as_real(value: Value) -> Value:
    """A value that is real, up to rounding; raises ``Undefined`` for another."""
    if isinstance(value, mpmath.mpc):
        with mpmath.workdps(DIGITS):
            if abs(value.imag) > mpmath.mpf(10) ** -25 * (abs(value.real) + 1):
                raise Undefined("a side is complex here")
            return value.real
    return value


def _square_root(value: Value) -> Value:
    if isinstance(value, Fraction):
        top, bottom = (sp.integer_nthroot(n, 2) for n in (value.numerator, value.denominator))
        if top[1] and bottom[1]:
            return Fraction(int(top[0]), int(bottom[0]))
    return mpmath.sqrt(inexact(value))
