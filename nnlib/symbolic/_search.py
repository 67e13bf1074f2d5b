"""The search for a point at which an inequality fails.

Points satisfy what is given. Random ones come first; then the smallest gap is followed downhill,
and the numbers of a counterexample are made as simple as they can be.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from ._comparison import DIFFERENT, EQUAL, MORE_DIGITS, Comparison, compare_at
from ._crossings import as_real, beside, roots
from ._evaluate import (
    DIGITS,
    Point,
    Undefined,
    Unsupported,
    Value,
    divide,
    draw,
    inexact,
    minus,
    plus,
    same,
)
from ._notation import Named
from ._points import _describe, _fits, _places_of_interest
from ._shrink import is_whole, numbers_in, simplest
from ._signs import Universal

ATTEMPTS = 8  # tries for each point that is wanted
STEPS = 260  # of one descent
STARTS = 3  # points that a descent starts from
CLOSE = mpmath.mpf(10) ** -25  # what two inexact values may differ by, and be the same
LARGER_SIZES = (8, 20, 60)


@dataclass(frozen=True)
class Found:
    """A point and the two sides there."""

    point: Point
    less: Value
    greater: Value
    sides: tuple[sp.Expr, sp.Expr]

    @property
    def gap(self) -> Any:
        """How far the inequality is from failing, against the size of its sides."""
        with mpmath.workdps(DIGITS):
            scale = abs(inexact(self.less)) + abs(inexact(self.greater)) + 1
            return inexact(minus(self.greater, self.less)) / scale

    def refutes(self, strict: bool) -> bool:
        with mpmath.workdps(DIGITS):
            difference = minus(self.greater, self.less)
        if isinstance(difference, Fraction):
            return difference < 0 or strict and difference == 0
        if self.gap > CLOSE:
            return False
        # what is left may be rounding: more digits tell
        return self._finer.outcome == EQUAL and strict or self._is_less_by_more_digits

    @cached_property
    def _finer(self) -> Comparison:
        return compare_at(self.point, self.sides, careful=True)

    @property
    def _is_less_by_more_digits(self) -> bool:
        if self._finer.outcome != DIFFERENT:
            return False
        with mpmath.workdps(MORE_DIGITS):
            less, greater = (as_real(inexact(v)) for v in (self._finer.left, self._finer.right))
            return bool(greater < less)


class Search:
    """Looks for points that satisfy what is given, and for one where less ≤ greater fails.

    Args:
        less, greater: the two sides.
        strict: whether they may not be equal either.
        demands: what every point has to satisfy.
        universals: what has to hold for every value of some indices.
        where: the definitions and recurrences of the names.
    """

    def __init__(
        self,
        less: sp.Expr,
        greater: sp.Expr,
        strict: bool,
        demands: Iterable[Relational],
        universals: Iterable[Universal] = (),
        where: Iterable[Named] = (),
    ) -> None:
        self.less, self.greater, self.strict = less, greater, strict
        self.where, self.universals = tuple(where), tuple(universals)
        # first what ties a symbol to numbers, then what ties symbols to one another
        self.demands = sorted(demands, key=lambda r: (len(r.free_symbols), isinstance(r, sp.Eq)))
        sides = [side for r in self.demands for side in r.args]
        self.parts = [less, greater, *sides]
        named = {n.name for n in self.where}
        families = {e.base.label for p in self.parts for e in p.atoms(sp.Indexed)}
        free = set().union(*[p.free_symbols for p in self.parts]) - families
        self.free = sorted((s for s in free if s.is_Symbol and s not in named), key=str)
        self.places = _places_of_interest(self.parts)

    # --- points ----------------------------------------------------------------------------------

    def found(self, count: int, large: bool = False) -> Iterator[Found]:
        """Up to ``count`` points that satisfy what is given, with the two sides there."""
        yielded = 0
        for attempt in range(ATTEMPTS * count):
            point = self._drawn(attempt, large)
            try:
                if not self._satisfy(point, random.Random(f"mend {attempt}")):
                    continue
                found = self.at(point)
            except Undefined:
                continue
            if found is not None:
                yield found
                yielded += 1
                if yielded == count:
                    return

    def _drawn(self, attempt: int, large: bool) -> Point:
        rng = random.Random(f"point {attempt}")
        values: dict[sp.Basic, Value] = {}
        wide, aimed = attempt % 4 == 2, attempt % 4 in (1, 3)
        for symbol in self.free:
            if symbol.is_integer:
                low = 1 if symbol.is_positive else 0 if symbol.is_nonnegative else -2
                high = min(2 + attempt // 4, 6)
                if large and low >= 0:
                    low, high = LARGER_SIZES[attempt % 3], LARGER_SIZES[attempt % 3] + 3
                drawn = Fraction(rng.randint(low, high))
                values[symbol] = drawn if _fits(symbol, drawn) else draw(rng, symbol, wide)
            else:
                values[symbol] = draw(rng, symbol, wide)
            fitting = [v for v in self.places if _fits(symbol, v)]
            fitting = [v for v in fitting if v.denominator == 1 or not symbol.is_integer]
            if aimed and fitting and not large and rng.random() < 0.7:
                values[symbol] = rng.choice(fitting)
        alike = attempt % 8 == 5  # where all are the same, many inequalities are equalities
        if alike:
            values = self._all_the_same(values)
        point = Point(f"order {attempt}", self.where, values, wide=wide)
        point.plain = attempt % 4 == 3
        point.alike = Fraction(attempt % 16 // 8) if alike else None
        return point

    def _all_the_same(self, values: dict[sp.Basic, Value]) -> dict[sp.Basic, Value]:
        numbers = [symbol for symbol in self.free if not symbol.is_integer]
        first = values[numbers[0]] if numbers else None
        return values | {symbol: first for symbol in numbers if _fits(symbol, first)}

    def at(self, point: Point) -> Found | None:
        """The two sides at a point, where all that is given holds there."""
        point.look_afresh()
        less, greater = (as_real(point.evaluate(side)) for side in (self.less, self.greater))
        if not all(_holds(point, demand) for demand in self._demands(point)):
            return None
        point.exact_to = DIGITS if self._has_roots(point) else None
        return Found(point, less, greater, (self.less, self.greater))

    def _has_roots(self, point: Point) -> bool:
        """Whether an equation that is given holds up to rounding only."""
        equations = any(isinstance(demand, sp.Eq) for demand in self.demands)
        return equations and any(isinstance(v, mpmath.mpf) for v in point.values.values())

    def _demands(self, point: Point) -> Iterator[Relational]:
        """What is given, and the universal statements for every index that was looked at."""
        yield from self.demands
        entries = [key for key in numbers_in(point.seen) if isinstance(key, tuple)]
        whole = sorted({int(index) for _, indices in entries for index in indices})
        for universal in self.universals:
            for chosen in product(whole, repeat=len(universal.indices)):
                relation, conditions = universal.at([sp.Integer(n) for n in chosen])
                holds = all(c is not sp.false and point.holds(c) for c in conditions)
                if holds and isinstance(relation, Relational):
                    yield relation

    def _satisfy(self, point: Point, rng: random.Random) -> bool:
        """Change values until what is given holds."""
        for _ in range(3):
            demands = self._demands_of_all(point)
            for demand in demands:
                self._mend(point, demand, rng)
            if all(_holds(point, demand) for demand in demands):
                return True
        return False

    def _demands_of_all(self, point: Point) -> list[Relational]:
        """What is given, for every index that it speaks of itself; what holds for all comes first.

        So what has to be positive is so before a sum of it is made to be 1.
        """
        if not self.universals:
            return self.demands
        point.look_afresh()
        for side in self.parts:
            with contextlib.suppress(Undefined):
                point.evaluate(side)
        every = list(self._demands(point))
        return [*every[len(self.demands) :], *self.demands]

    def _mend(self, point: Point, relation: Relational, rng: random.Random) -> bool:
        point.look_afresh()
        if _holds(point, relation):
            return True
        keys = list(point.seen)
        if self.universals and isinstance(relation, sp.Eq) and self._scale(point, keys, relation):
            return True
        rng.shuffle(keys)
        for key in keys:
            before = point.values.get(key)
            for candidate in self._candidates(point, key, relation, rng):
                point.change(key, candidate)
                if _holds(point, relation):
                    return True
            point.change(key, before)
        return False

    def _scale(self, point: Point, keys: Sequence[Any], relation: Relational) -> bool:
        """Divide all entries by one number, so that their sum is what it should be.

        What holds of each of them, that it is not negative for one, still holds then.
        """
        entries = {key: point.values[key] for key in keys if isinstance(key, tuple)}
        sides = [as_real(point.evaluate(side)) for side in relation.args]
        if len(entries) < 2 or 0 in sides:
            return False
        for total, wanted in (sides, reversed(sides)):
            with mpmath.workdps(DIGITS):
                for key, value in entries.items():
                    point.change(key, divide(value, divide(total, wanted)))
            if all(_fits(key, point.values[key]) for key in entries) and _holds(point, relation):
                return True
        for key, value in entries.items():
            point.change(key, value)
        return False

    def _candidates(
        self, point: Point, key: Any, relation: Relational, rng: random.Random
    ) -> list[Value]:
        """Values that may satisfy a relation: about the root of its difference, and simple ones."""
        steps = [Fraction(0), Fraction(1, 7), Fraction(1, 2), Fraction(1), Fraction(2)]
        places = roots(point, key, *relation.args)
        with mpmath.workdps(DIGITS):
            candidates = [
                plus(root, sign * step) for root in places for step in steps for sign in (1, -1)
            ]
        rng.shuffle(candidates)
        candidates = [*places, *candidates] if isinstance(relation, sp.Eq) else candidates
        candidates += [Fraction(n) / 10 for n in (0, 10, 5, 1, 9, 20, -10, -5, 30)]
        whole = is_whole(key)
        return [
            c
            for c in candidates
            if _fits(key, c) and (not whole or isinstance(c, Fraction) and c.denominator == 1)
        ]

    # --- the way down ----------------------------------------------------------------------------

    def farther(self, points: Sequence[Found]) -> Found | None:
        """Where none of these points refutes it: downhill from them, and at larger sizes."""
        refuting = next((found for found in points if found.refutes(self.strict)), None)
        refuting = refuting or self._where_the_sides_cross(points) or self.refute(points)
        if refuting is None and any(symbol.is_integer for symbol in self.free):
            large = self.found(6, large=True)
            refuting = next((found for found in large if found.refutes(self.strict)), None)
        return refuting

    def _where_the_sides_cross(self, points: Sequence[Found]) -> Found | None:
        """Beside a place at which the two sides are equal the inequality may fail."""
        for found in points[:STARTS]:
            symbols = [key for key in found.point.seen if isinstance(key, sp.Symbol)]
            for symbol in sorted(symbols, key=str):
                for value in beside(found.point, symbol, (self.less, self.greater)):
                    other = self._moved(found, symbol, value)
                    if other is not None and other.refutes(self.strict):
                        return other
        return None

    def refute(self, starts: Sequence[Found]) -> Found | None:
        """Follow the smallest gaps downhill until the inequality fails, if it does."""
        for found in sorted(starts, key=lambda f: f.gap)[:STARTS]:
            lowest = self._descend(found)
            if lowest.refutes(self.strict):
                return lowest
        return None

    def _descend(self, found: Found) -> Found:
        steps = 0
        size = Fraction(1, 2)
        while size >= Fraction(1, 2048) and steps < STEPS:
            improved = False
            for key in [k for k in found.point.values if k in found.point.seen]:
                for sign in (1, -1):
                    steps += 1
                    with mpmath.workdps(DIGITS):
                        value = plus(found.point.values[key], sign * size)
                    lower = self._moved(found, key, value)
                    if lower is not None and lower.gap < found.gap:
                        found, improved = lower, True
                        if found.refutes(self.strict):
                            return found
                        break
            if not improved:
                size /= 4
        return found

    def _moved(self, found: Found, key: Any, value: Value) -> Found | None:
        """The sides where one value is another, if that is allowed."""
        if is_whole(key) and not (isinstance(value, Fraction) and value.denominator == 1):
            return None
        if not _fits(key, value):
            return None
        return self._found_at(found, {**found.point.values, key: value})

    def _found_at(self, found: Found, values: dict[Any, Value]) -> Found | None:
        """The two sides at these values; what is not among them is as it was."""
        point = Point(found.point.seed, self.where, values, found.point.wide)
        point.plain, point.alike = found.point.plain, found.point.alike
        try:
            return self.at(point)
        except (Undefined, Unsupported):
            return None

    def simplified(self, found: Found) -> Found:
        """The same counterexample with simpler numbers, as far as it remains one."""
        best = found

        def refutes(values: dict[Any, Value]) -> bool:
            nonlocal best
            other = self._found_at(found, values)
            better = other is not None and other.refutes(self.strict)
            best = other if better else best
            return better

        simplest(numbers_in(found.point.seen), refutes)
        seen = best.point.seen
        best.point.values = {key: v for key, v in best.point.values.items() if key in seen}
        return best

    def describe(self, found: Found, swapped: bool) -> dict[str, str]:
        """A counterexample as text; ``swapped``: the greater side stood on the left."""
        sides = (found.greater, found.less) if swapped else (found.less, found.greater)
        return _describe(found.point, *sides)


def _holds(point: Point, relation: Relational) -> bool:
    """Whether a relation holds; an inexact value may not decide between < and =."""
    left, right = (as_real(point.evaluate(side)) for side in relation.args)
    close = same(left, right)
    if isinstance(relation, (sp.Eq, sp.Ne)):
        return close == isinstance(relation, sp.Eq)
    with mpmath.workdps(DIGITS):
        difference = minus(left, right)
    if isinstance(relation, (sp.Gt, sp.Lt)):
        return not close and (difference > 0) == isinstance(relation, sp.Gt)
    return close or (difference > 0) == isinstance(relation, sp.Ge)
