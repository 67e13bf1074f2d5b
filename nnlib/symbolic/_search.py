"""The search for a point at which an inequality fails.

Points satisfy what is given. Random ones come first; then the smallest gap is followed downhill,
and the numbers of a counterexample are made as simple as they can be.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from ._evaluate import (
    DIGITS,
    Point,
    Undefined,
    Unsupported,
    Value,
    draw,
    inexact,
    minus,
    plus,
    same,
)
from ._notation import Named
from ._points import _describe, _fits, _places_of_interest
from ._signs import Universal

ATTEMPTS = 8  # tries for each point that is wanted
STEPS = 260  # of one descent
STARTS = 3  # points that a descent starts from
CLOSE = mpmath.mpf(10) ** -25  # what two inexact values may differ by, and be the same
LARGEST_DENOMINATOR = 60
LARGER_SIZES = (8, 20, 60)


@dataclass(frozen=True)
class Found:
    """A point and the two sides there."""

    point: Point
    less: Value
    greater: Value

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
        return bool(self.gap < -CLOSE)


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
        return Point(f"order {attempt}", self.where, values, wide=wide)

    def at(self, point: Point) -> Found | None:
        """The two sides at a point, where all that is given holds there."""
        point.seen = {}
        less, greater = (_as_real(point.evaluate(side)) for side in (self.less, self.greater))
        if not all(_holds(point, demand) for demand in self._demands(point)):
            return None
        return Found(point, less, greater)

    def _demands(self, point: Point) -> Iterator[Relational]:
        """What is given, and the universal statements for every index that was looked at."""
        yield from self.demands
        looked_at = {index for key in point.seen if isinstance(key, tuple) for index in key[1]}
        whole = sorted({int(n) for n in looked_at if Fraction(n).denominator == 1})
        for universal in self.universals:
            for chosen in product(whole, repeat=len(universal.indices)):
                relation, conditions = universal.at([sp.Integer(n) for n in chosen])
                holds = all(c is not sp.false and point.holds(c) for c in conditions)
                if holds and isinstance(relation, Relational):
                    yield relation

    def _satisfy(self, point: Point, rng: random.Random) -> bool:
        """Change values until what is given holds."""
        for _ in range(3):
            if self.universals:
                point.evaluate(self.less), point.evaluate(self.greater)
            before = dict(point.seen)
            demands = list(self._demands(point))
            point.seen = before
            for demand in demands:
                self._mend(point, demand, rng)
            if all(_holds(point, demand) for demand in demands):
                return True
        return False

    def _mend(self, point: Point, relation: Relational, rng: random.Random) -> bool:
        seen = point.seen
        point.seen = {}
        try:
            if _holds(point, relation):
                return True
            keys = list(point.seen)
            rng.shuffle(keys)
            for key in keys:
                before = point.values.get(key)
                for candidate in self._candidates(point, key, relation, rng):
                    point.change(key, candidate)
                    if _holds(point, relation):
                        return True
                point.change(key, before)
            return False
        finally:
            point.seen = {**seen, **point.seen}

    def _candidates(
        self, point: Point, key: Any, relation: Relational, rng: random.Random
    ) -> list[Value]:
        """Values that may satisfy a relation: about the root of its difference, and simple ones."""
        steps = [Fraction(0), Fraction(1, 7), Fraction(1, 2), Fraction(1), Fraction(2)]
        roots = _roots(point, key, relation)
        with mpmath.workdps(DIGITS):
            candidates = [
                plus(root, sign * step) for root in roots for step in steps for sign in (1, -1)
            ]
        rng.shuffle(candidates)
        candidates = [*roots, *candidates] if isinstance(relation, sp.Eq) else candidates
        candidates += [Fraction(n) / 10 for n in (0, 10, 5, 1, 9, 20, -10, -5, 30)]
        whole = _is_integer(key)
        return [
            c
            for c in candidates
            if _fits(key, c) and (not whole or isinstance(c, Fraction) and c.denominator == 1)
        ]

    # --- the way down ----------------------------------------------------------------------------

    def farther(self, points: Sequence[Found]) -> Found | None:
        """Where none of these points refutes it: downhill from them, and at larger sizes."""
        refuting = next((found for found in points if found.refutes(self.strict)), None)
        refuting = refuting or self.refute(points)
        if refuting is None and any(symbol.is_integer for symbol in self.free):
            large = self.found(6, large=True)
            refuting = next((found for found in large if found.refutes(self.strict)), None)
        return refuting

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
        if _is_integer(key) and not (isinstance(value, Fraction) and value.denominator == 1):
            return None
        if not _fits(key, value):
            return None
        point = Point(found.point.seed, self.where, found.point.values, found.point.wide)
        point.change(key, value)
        try:
            return self.at(point)
        except (Undefined, Unsupported):
            return None

    def simplified(self, found: Found) -> Found:
        """The same counterexample with simpler numbers, as far as it remains one."""
        for key, value in list(found.point.values.items()):
            if key not in found.point.seen or not isinstance(value, Fraction):
                continue
            for denominator in range(1, min(value.denominator, LARGEST_DENOMINATOR + 1)):
                nearest = Fraction(round(value * denominator), denominator)
                simpler = self._moved(found, key, nearest)
                if simpler is not None and simpler.refutes(self.strict):
                    found = simpler
                    break
        return found

    def describe(self, found: Found, swapped: bool) -> dict[str, str]:
        """A counterexample as text; ``swapped``: the greater side stood on the left."""
        sides = (found.greater, found.less) if swapped else (found.less, found.greater)
        return _describe(found.point, *sides)


def _is_integer(key: Any) -> bool:
    of = key if isinstance(key, sp.Symbol) else getattr(key[0], "label", key[0])
    return bool(of.is_integer)


def _as_real(value: Value) -> Value:
    if isinstance(value, mpmath.mpc):
        with mpmath.workdps(DIGITS):
            if abs(value.imag) > CLOSE * (abs(value.real) + 1):
                raise Undefined("a side is complex here")
            return value.real
    return value


def _holds(point: Point, relation: Relational) -> bool:
    """Whether a relation holds; an inexact value may not decide between < and =."""
    left, right = (_as_real(point.evaluate(side)) for side in relation.args)
    close = same(left, right)
    if isinstance(relation, (sp.Eq, sp.Ne)):
        return close == isinstance(relation, sp.Eq)
    with mpmath.workdps(DIGITS):
        difference = minus(left, right)
    if isinstance(relation, (sp.Gt, sp.Lt)):
        return not close and (difference > 0) == isinstance(relation, sp.Gt)
    return close or (difference > 0) == isinstance(relation, sp.Ge)


def _roots(point: Point, key: Any, relation: Relational) -> list[Value]:
    """Where the difference of the two sides is zero, if it is linear or quadratic in one value."""
    before = point.values.get(key)
    values = []
    try:
        for trial in (0, 1, 2):
            point.change(key, Fraction(trial))
            left, right = (_as_real(point.evaluate(side)) for side in relation.args)
            values.append(minus(left, right))
    except (Undefined, ZeroDivisionError):
        return []
    finally:
        point.change(key, before)
    with mpmath.workdps(DIGITS):
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


def _square_root(value: Value) -> Value:
    if isinstance(value, Fraction):
        top, bottom = (sp.integer_nthroot(n, 2) for n in (value.numerator, value.denominator))
        if top[1] and bottom[1]:
            return Fraction(int(top[0]), int(bottom[0]))
    return mpmath.sqrt(inexact(value))
