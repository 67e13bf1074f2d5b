"""What is wrong with a formula, when no listed mistake matches.

Each diagnosis is a formula made from the right one by a slip that people make. A candidate that
agrees with the answer at a few points is confirmed by the equality engine before it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from nnlib.exercises._base import Engine
from nnlib.symbolic._evaluate import Point, Undefined, Unsupported, divide, minus, same

__all__ = ["compare_on_grid", "counterexample", "diagnose"]

_FRACTIONS = [Fraction(1, 2), Fraction(1, 3), Fraction(2), Fraction(3, 4), Fraction(3)]
_SIZES = [3, 2, 4, 1, 5]
_ENTRIES = [2, 1, 3, 7, 5, 4, 9, 6]
_POINTS = 40


class _SmallPoint(Point):
    """A point with numbers that are easy to follow by hand."""

    def __init__(self, seed: int, where: Any, symbols: list[sp.Symbol]) -> None:
        super().__init__(seed, where)
        # Sizes and fractions are numbered each by themselves: the first of each is 3 and 1/2.
        kinds = [s for s in symbols if s.is_integer], [s for s in symbols if not s.is_integer]
        self.order = {symbol: number for kind in kinds for number, symbol in enumerate(kind)}

    def _value(self, key: Any, of: sp.Basic) -> Any:
        if key not in self.values:
            self.values[key] = self._small(key, of)
        self.seen[key] = self.values[key]
        return self.values[key]

    def _small(self, key: Any, of: sp.Basic) -> Fraction:
        if isinstance(key, tuple):
            place = sum(int(i) * 3**k for k, i in enumerate(key[1]))
            return Fraction(_ENTRIES[(place + self.seed) % len(_ENTRIES)])
        number = self.order.get(of, len(self.order))
        turn = self.seed * (number + 1) + number
        if of.is_integer:
            return Fraction(_SIZES[turn % len(_SIZES)])
        value = _FRACTIONS[turn % len(_FRACTIONS)]
        return -value if of.is_negative or of.is_nonpositive else value


def _points(engine: Engine, *exprs: sp.Expr) -> Iterator[_SmallPoint]:
    given = engine.given if isinstance(engine.given, list | tuple) else (engine.given,)
    symbols = _free(sp.Tuple(*exprs))
    for seed in range(_POINTS):
        point = _SmallPoint(seed, engine.where, symbols)
        try:
            if all(point.holds(relation) for relation in given if _is_relation(relation)):
                yield point
        except (Undefined, Unsupported):
            continue


def _is_relation(relation: Any) -> bool:
    return isinstance(relation, Relational)


def _values(point: Point, *exprs: sp.Expr) -> list[Any] | None:
    """The values of the expressions at this point; None where one of them has none."""
    try:
        return [point.evaluate(expr) for expr in exprs]
    except (Undefined, Unsupported):
        return None


def counterexample(
    answer: sp.Expr,
    solution: sp.Expr,
    engine: Engine,
    words: str = "your answer gives {}, the right one {}",
) -> str | None:
    """A sentence with a point at which the two differ, if one is found."""
    for point in _points(engine, answer, solution):
        point.seen = {}
        values = _values(point, answer, solution)
        if values is not None and not same(*values):
            return f"{_place(point)} {words.format(*map(show, values))}."
    return None


def _place(point: Point) -> str:
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


def compare_on_grid(
    answer: sp.Expr, solution: sp.Expr, engine: Engine, grid: Mapping[sp.Symbol, Any]
) -> str | None:
    """A sentence with the first point of the grid at which the answer is wrong, else None."""
    for values in product(*grid.values()):
        at = dict(zip(grid, map(Fraction, values), strict=True))
        point = Point(0, engine.where, at)
        right = point.evaluate(solution)
        place = "At " + ", ".join(f"{s} = {v}" for s, v in at.items())
        try:
            yours = point.evaluate(answer)
        except Undefined:
            return f"{place} your answer has no value, the right one is {show(right)}."
        if not same(yours, right):
            return f"{place} your answer gives {show(yours)}, the right one {show(right)}."
    return None


def diagnose(answer: sp.Expr, solution: sp.Expr, engine: Engine) -> str | None:
    """A sentence that names the slip, if it is one of those known here."""
    both = answer, solution
    points = [p for p in _points(engine, *both) if _values(p, *both) is not None][:3]
    if not points:
        return None
    for candidate, said in _slips(answer, solution, points):
        if _agree(points, answer, candidate) and engine.same(answer, candidate):
            return said
    return _right_at_one(answer, solution, engine)


def _agree(points: list[_SmallPoint], answer: sp.Expr, candidate: sp.Expr) -> bool:
    for point in points:
        values = _values(point, answer, candidate)
        if values is None or not same(*values):
            return False
    return True


def _slips(
    answer: sp.Expr, solution: sp.Expr, points: list[_SmallPoint]
) -> Iterator[tuple[sp.Expr, str]]:
    yield -solution, "The sign is flipped."
    yield 1 / solution, "This is the reciprocal of the right answer."
    yield -1 / solution, "This is the reciprocal of the right answer, with the sign flipped."
    yield 1 - solution, "This is one minus the right answer."
    factor = _constant(points, answer, solution, divide)
    if factor is not None:
        yield factor * solution, f"Your answer is {factor} times the right one."
    shift = _constant(points, answer, solution, minus)
    if shift is not None:
        more = f"{shift} more" if shift > 0 else f"{-shift} less"
        yield solution + shift, f"Your answer is {more} than the right one, whatever the values."
    yield solution**2, "This is the square of the right answer."
    yield sp.sqrt(solution), "This is the square root of the right answer."
    yield from _index_slips(solution)
    yield from _range_slips(solution)
    yield from _family_slips(solution)
    yield from _factor_slips(answer, solution)
    yield from _exchanges(solution)


def _constant(
    points: list[_SmallPoint], answer: sp.Expr, solution: sp.Expr, compare: Any
) -> sp.Rational | None:
    """The quotient or the difference of the two, if it is the same rational everywhere."""
    found: list[Fraction] = []
    for point in points:
        values = _values(point, answer, solution)
        if values is None or same(values[1], Fraction(0)):
            return None
        constant = compare(*values)
        if not isinstance(constant, Fraction | mpmath.mpf):
            return None
        found.append(_nearest(constant))
    if len(set(found)) != 1 or found[0] in (0, 1, -1) and compare is divide or found[0] == 0:
        return None
    return sp.Rational(found[0].numerator, found[0].denominator)


def _nearest(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    return Fraction(str(mpmath.nstr(value, 20))).limit_denominator(60)


def _index_slips(solution: sp.Expr) -> Iterator[tuple[sp.Expr, str]]:
    for n in _free(solution, integer=True):
        for step, sign in ((1, "+"), (-1, "-")):
            said = f"{n} is off by one: this is the right answer with {n} {sign} 1 for {n}."
            yield solution.xreplace({n: n + step}), said


def _range_slips(solution: sp.Expr) -> Iterator[tuple[sp.Expr, str]]:
    for total in sorted(solution.atoms(sp.Sum, sp.Product), key=sp.default_sort_key):
        word = "sum" if isinstance(total, sp.Sum) else "product"
        (index, low, high), *outer = total.limits[::-1]
        rest = total.limits[:-1]
        for first, last, said in (
            (low + 1, high, "starts one term too late"),
            (low - 1, high, "starts one term too early"),
            (low, high - 1, "ends one term too early"),
            (low, high + 1, "ends one term too late"),
        ):
            if not outer:
                changed = total.func(total.function, *rest, (index, first, last))
                yield solution.xreplace({total: changed}), f"The {word} over {index} {said}."


def _family_slips(solution: sp.Expr) -> Iterator[tuple[sp.Expr, str]]:
    for base in sorted(solution.atoms(sp.IndexedBase), key=str):
        entries = [e for e in solution.atoms(sp.Indexed) if e.base == base]
        for step in (1, -1):
            moved = {e: base[(*e.indices[:-1], e.indices[-1] + step)] for e in entries}
            yield solution.xreplace(moved), f"The index of {base} is off by one."


def _factor_slips(answer: sp.Expr, solution: sp.Expr) -> Iterator[tuple[sp.Expr, str]]:
    both = sp.Tuple(answer, solution)
    for s in _free(both):
        for factor in (s, s**2, 1 - s, 1 + s, s - 1, s + 1, sp.sqrt(s)):
            yield solution * factor, f"The factor {factor} is too much."
            yield solution / factor, f"The factor {factor} is missing."


def _exchanges(solution: sp.Expr) -> Iterator[tuple[sp.Expr, str]]:
    for a, b in combinations(_free(solution), 2):
        if a.is_integer == b.is_integer:
            swapped = solution.xreplace({a: b, b: a})
            if swapped != solution:
                yield swapped, f"{a} and {b} are exchanged."


def _free(expr: sp.Basic, integer: bool = False) -> list[sp.Symbol]:
    """The free symbols, without the names of families."""
    labels = {base.label for base in expr.atoms(sp.IndexedBase)}
    symbols = {s for s in expr.free_symbols if isinstance(s, sp.Symbol)} - labels
    return sorted((s for s in symbols if s.is_integer or not integer), key=str)


def _right_at_one(answer: sp.Expr, solution: sp.Expr, engine: Engine) -> str | None:
    for n in _free(solution, integer=True):
        small = [expr.xreplace({n: sp.S.One}) for expr in (answer, solution)]
        if engine.same(*small) and n in answer.free_symbols | solution.free_symbols:
            return f"This is right for {n} = 1 only."
    return None
