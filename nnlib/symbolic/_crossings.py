"""Where something changes: the places at which the conditions in an expression begin to hold.

A formula with cases may be wrong in one of them only, and a random point seldom meets that one.
So each condition is solved for one of its symbols, and values there and on both sides are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from ._budget import charge
from ._evaluate import (
    DIGITS,
    Point,
    Undefined,
    Unsupported,
    Value,
    fits,
    inexact,
    minus,
    plus,
    same,
)
from ._indicator import Indicator
from ._maximum import Maximum

STEPS = tuple(Fraction(n) for n in (0, 1, -1)) + (Fraction(1, 100), Fraction(-1, 100))
MOST_CROSSINGS = 24
SEARCHED = {0: 1, 1: 200, 2: 30}  # values of each of so many sizes, while one more is solved for
MOST_MEETINGS = 8

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


# --- whole numbers ------------------------------------------------------------------------------


def meetings(
    point: Point, parts: Iterable[sp.Basic], farthest: int, allowed: Callable[[], bool]
) -> list[dict[sp.Symbol, Fraction]]:
    """Sizes at which the two sides of a δ, or of an equation in a case, are equal.

    δ(K² + N², 4181) is 0 at every size that one would try: it takes a search to find 34 and 55.
    ``allowed`` says whether the values that the point has are wanted. The point is left as it was.
    """
    found: list[dict[sp.Symbol, Fraction]] = []
    values = dict(point.values)
    for sides in _equations_of_sizes(parts):
        *others, last = sorted(sides[0].free_symbols | sides[1].free_symbols, key=str)
        if len(others) not in SEARCHED:
            continue
        here: list[dict[sp.Symbol, Fraction]] = []
        for chosen in product(*[_sizes(s, SEARCHED[len(others)]) for s in others]):
            charge(20)
            for symbol, value in zip(others, chosen, strict=True):
                point.change(symbol, value)
            for value in _whole_roots(point, last, sides, farthest):
                point.change(last, value)
                if allowed():
                    here.append({s: point.values[s] for s in (*others, last)})
            if len(here) >= MOST_MEETINGS:
                break
        found += here
    point.values = values
    point.computed.clear()
    return found


def _equations_of_sizes(parts: Iterable[sp.Basic]) -> list[Sides]:
    """The pairs of sides that hold nothing but free whole numbers."""
    found: dict[Sides, None] = {}
    for part in parts:
        deltas = {delta.args for delta in part.atoms(sp.KroneckerDelta)}
        for cases in part.atoms(sp.Piecewise, Indicator):
            deltas |= {equation.args for equation in cases.atoms(sp.Eq, sp.Ne)}
        for sides in sorted(deltas, key=str):
            symbols = sides[0].free_symbols | sides[1].free_symbols
            whole = all(s.is_Symbol and s.is_integer for s in symbols)
            if symbols and whole and symbols <= part.free_symbols:
                found[sides] = None
    return list(found)


def _sizes(symbol: sp.Symbol, many: int) -> list[Fraction]:
    low = 1 if symbol.is_positive else 0 if symbol.is_nonnegative else -3
    return [Fraction(n) for n in range(low, low + many)]


def _whole_roots(point: Point, symbol: sp.Symbol, sides: Sides, farthest: int) -> list[Fraction]:
    """Whole numbers, not too far out, at which two sides are equal at a point."""
    point.change(symbol, Fraction(1))
    near = [_whole(place) for place in roots(point, symbol, *sides)]
    near.append(_where_the_sign_changes(point, symbol, sides, farthest))
    found = []
    for value in dict.fromkeys(near):
        if abs(value) > farthest or not fits(symbol, value):
            continue
        point.change(symbol, value)
        try:
            if same(*[point.evaluate(side) for side in sides]):
                found.append(value)
        except Undefined:
            continue
    return found


def _where_the_sign_changes(
    point: Point, symbol: sp.Symbol, sides: Sides, farthest: int
) -> Fraction:
    """A whole number from 1 on where the sides may be equal, if one grows beyond the other."""

    def is_greater(n: int) -> bool:
        point.change(symbol, Fraction(n))
        return bool(as_real(minus(*[point.evaluate(side) for side in sides])) > 0)

    low, high = 1, 2
    try:
        first = is_greater(low)
        while is_greater(high) == first:
            low, high = high, 2 * high
            if low > farthest:
                return Fraction(1)
        while high - low > 1:
            middle = (low + high) // 2
            if is_greater(middle) == first:
                low = middle
            else:
                high = middle
        # where the left side falls, it is equal before it is less; where it grows, before greater
        return Fraction(high if first else low)
    except (Undefined, Unsupported, ZeroDivisionError):
        return Fraction(1)


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
