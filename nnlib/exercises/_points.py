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
    "as_list",
    "describe",
    "free_symbols",
    "points_for",
    "show",
    "show_apart",
    "values_at",
]

_FRACTIONS = [Fraction(1, 2), Fraction(1, 3), Fraction(2), Fraction(3, 4), Fraction(3)]
_SIZES = [3, 2, 4, 1, 5]
_ENTRIES = [2, 1, 3, 7, 5, 4, 9, 6]
_POINTS = 40
_WHOLE = len(_ENTRIES)  # so many points have whole numbers as entries, the later ones tenths


class SmallPoint(Point):
    """A point with numbers that are easy to follow by hand."""

    def __init__(
        self, seed: int, where: Any, symbols: list[sp.Symbol], given: Iterable[Any] = ()
    ) -> None:
        super().__init__(seed, where)
        self.defined = bool(where)
        self.shares = dict(filter(None, map(_as_share, given)))
        # Sizes and fractions are numbered each by themselves: the first of each is 3 and 1/2.
        kinds = [s for s in symbols if s.is_integer], [s for s in symbols if not s.is_integer]
        self.order = {symbol: number for kind in kinds for number, symbol in enumerate(kind)}

    def _drawn(self, key: Any, of: sp.Basic) -> Fraction:
        if isinstance(key, tuple):
            entry = self._entry(key[1])
            if key[0] in self.shares:
                low, high = (int(self.evaluate(end)) for end in self.shares[key[0]])
                return entry / sum(self._entry((place,)) for place in range(low, high + 1))
            return entry if self.seed < _WHOLE else entry / 10
        number = self.order.get(of, len(self.order))
        turn = self.seed * (number + 1) + number
        if of.is_integer:
            return Fraction(_SIZES[turn % len(_SIZES)])
        value = _FRACTIONS[turn % len(_FRACTIONS)]
        return -value if of.is_nonpositive else value

    def _entry(self, indices: Iterable[Any]) -> Fraction:
        place = sum(int(i) * 3**k for k, i in enumerate(indices))
        return Fraction(_ENTRIES[(place + self.seed) % len(_ENTRIES)])


def _as_share(relation: Any) -> tuple[str, tuple[sp.Expr, sp.Expr]] | None:
    """The family whose entries add up to one, if that is what is given, and its range."""
    if not isinstance(relation, sp.Eq) or relation.rhs != 1 or not isinstance(relation.lhs, sp.Sum):
        return None
    total, limits = relation.lhs, relation.lhs.limits
    entry = total.function
    if len(limits) != 1 or not isinstance(entry, sp.Indexed) or entry.indices != limits[0][:1]:
        return None
    return str(entry.base.label), (limits[0][1], limits[0][2])


def as_list(given: Any) -> list[Any]:
    """What is given, one thing or several, as a list."""
    return list(given) if isinstance(given, list | tuple) else [given]


def points_for(given: Any, where: Any, *exprs: sp.Expr) -> Iterator[SmallPoint]:
    """Points at which what is given holds and every expression has a value."""
    given = as_list(given)
    symbols = free_symbols(sp.Tuple(*exprs))
    for seed in range(_POINTS):
        point = SmallPoint(seed, where, symbols, given)
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


def describe(point: Point, *exprs: sp.Expr) -> str:
    """What was looked up at the point, as the beginning of a sentence.

    Symbols that stand only in what is given, and in none of these expressions, are left out.
    """
    free = {s for expr in exprs for s in expr.free_symbols}
    named = {
        str(k): show(v)
        for k, v in point.seen.items()
        if isinstance(k, sp.Basic) and (not exprs or k in free or getattr(point, "defined", True))
    }
    entries = {
        f"{key[0]}[{', '.join(map(show, key[1]))}]": show(value)
        for key, value in point.seen.items()
        if isinstance(key, tuple)
    }
    listed = [f"{k} = {v}" for k, v in [*sorted(named.items()), *sorted(entries.items())]]
    return f"At {', '.join(listed)}" if listed else "Here"


def show(value: Any, digits: int = 6) -> str:
    """A value as a short text."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction) and len(str(value)) <= max(12, digits):
        return str(value)
    if isinstance(value, Fraction):
        value = mpmath.mpf(value.numerator) / value.denominator
    return str(mpmath.nstr(value, digits))


def show_apart(one: Any, other: Any) -> tuple[str, str]:
    """Two values as short texts, with as many digits as it takes to see that they differ."""
    for digits in (6, 10, 16, 25):
        texts = show(one, digits), show(other, digits)
        if texts[0] != texts[1]:
            break
    return texts


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
