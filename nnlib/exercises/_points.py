"""Points with small numbers: to see at once that two formulas differ, and to show where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from nnlib.symbolic import Point, Undefined, Unsupported, same

__all__ = [
    "SmallPoint",
    "agree",
    "describe",
    "free_symbols",
    "points_for",
    "show",
    "values_at",
]

_FRACTIONS = [Fraction(1, 2), Fraction(1, 3), Fraction(2), Fraction(3, 4), Fraction(3)]
_SIZES = [3, 2, 4, 1, 5]
_ENTRIES = [2, 1, 3, 7, 5, 4, 9, 6]
_POINTS = 40


class SmallPoint(Point):
    """A point with numbers that are easy to follow by hand."""

    def __init__(self, seed: int, where: Any, symbols: list[sp.Symbol]) -> None:
        super().__init__(seed, where)
        # Sizes and fractions are numbered each by themselves: the first of each is 3 and 1/2.
        kinds = [s for s in symbols if s.is_integer], [s for s in symbols if not s.is_integer]
        self.order = {symbol: number for kind in kinds for number, symbol in enumerate(kind)}

    def _drawn(self, key: Any, of: sp.Basic) -> Fraction:
        if isinstance(key, tuple):
            place = sum(int(i) * 3**k for k, i in enumerate(key[1]))
            return Fraction(_ENTRIES[(place + self.seed) % len(_ENTRIES)])
        number = self.order.get(of, len(self.order))
        turn = self.seed * (number + 1) + number
        if of.is_integer:
            return Fraction(_SIZES[turn % len(_SIZES)])
        value = _FRACTIONS[turn % len(_FRACTIONS)]
        return -value if of.is_nonpositive else value


def points_for(given: Any, where: Any, *exprs: sp.Expr) -> Iterator[SmallPoint]:
    """Points at which what is given holds and every expression has a value."""
    given = given if isinstance(given, list | tuple) else (given,)
    symbols = free_symbols(sp.Tuple(*exprs))
    for seed in range(_POINTS):
        point = SmallPoint(seed, where, symbols)
        try:
            granted = all(point.holds(r) for r in given if isinstance(r, Relational))
        except (Undefined, Unsupported):
            continue
        if granted and values_at(point, *exprs) is not None:
            yield point


def values_at(point: Point, *exprs: sp.Expr) -> list[Any] | None:
    """The values of the expressions at this point; None where one of them has none."""
    try:
        return [point.evaluate(expr) for expr in exprs]
    except (Undefined, Unsupported):
        return None


def describe(point: Point) -> str:
    """What was looked up at the point, as the beginning of a sentence."""
    named = {str(k): show(v) for k, v in point.seen.items() if isinstance(k, sp.Basic)}
    entries = {
        f"{key[0]}[{', '.join(map(show, key[1]))}]": show(value)
        for key, value in point.seen.items()
        if isinstance(key, tuple)
    }
    listed = [f"{k} = {v}" for k, v in [*sorted(named.items()), *sorted(entries.items())]]
    return f"At {', '.join(listed)}" if listed else "Here"


def show(value: Any) -> str:
    """A value as a short text."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction) and len(str(value)) <= 12:
        return str(value)
    if isinstance(value, Fraction):
        value = mpmath.mpf(value.numerator) / value.denominator
    return str(mpmath.nstr(value, 6))


def agree(points: Iterable[SmallPoint], answer: sp.Expr, candidate: sp.Expr) -> bool:
    """Whether the two have the same value at all these points."""
    for point in points:
        values = values_at(point, answer, candidate)
        if values is None or not same(*values):
            return False
    return True


def free_symbols(expr: sp.Basic, integer: bool = False) -> list[sp.Symbol]:
    """The free symbols, without the names of families."""
    labels = {base.label for base in expr.atoms(sp.IndexedBase)}
    symbols = {s for s in expr.free_symbols if isinstance(s, sp.Symbol)} - labels
    return sorted((s for s in symbols if s.is_integer or not integer), key=str)
