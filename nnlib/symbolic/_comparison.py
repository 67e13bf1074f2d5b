"""Whether two sides are equal at one point, and how that can be known.

Rational values are compared exactly. Others are computed with more digits until their difference
is either far above what rounding can make, or shrinks as rounding does: neither a small difference
(e^(-100) and 0) nor a large one (what is left when numbers of 90 digits cancel) is taken on trust.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath
import sympy as sp

from ._asked import LOOSE, Asked, Misfit
from ._evaluate import DIGITS, NoValue, Point, Unclear, Undefined, Value, inexact, minus

MORE_DIGITS = 250
MOST_DIGITS = 1000  # at the first few points: a difference below them is not seen
_MUCH_LESS = mpmath.mpf(10) ** -6
ENOUGH_DIGITS = 8000  # what cancels can take so many before anything is left

EQUAL = "equal"
DIFFERENT = "different"
ONE_SIDED = "one-sided"  # one side has a value and the other has none
MISFIT = "misfit"  # a defined name has a value that its assumptions do not allow
NOTHING = "nothing"  # neither has a value, or none can be computed


@dataclass(frozen=True)
class Comparison:
    outcome: str
    left: Value | None = None
    right: Value | None = None
    reason: str = ""


Sides = tuple[sp.Expr, sp.Expr]


def compare_at(point: Point, sides: Sides, careful: bool = False) -> Comparison:
    """Compare two expressions at a point; ``careful`` looks for the smallest differences."""
    for digits in (DIGITS, MORE_DIGITS, MOST_DIGITS):
        if digits > DIGITS and point.exact_to is not None and digits > point.exact_to:
            break
        try:
            return _compare_with(point, sides, careful, digits)
        except Unclear as error:
            reason = str(error)
    return Comparison(NOTHING, reason=reason)


def _compare_with(point: Point, sides: Sides, careful: bool, digits: int) -> Comparison:
    here = Asked.at(point, digits)
    values: list[Value | None] = []
    reasons: list[str] = []
    for side in sides:
        here.backwards = False
        try:
            value = here.evaluate(side)
            if here.backwards:
                raise NoValue("a range is read backwards")
            values.append(value)
        except Misfit as error:
            return Comparison(MISFIT, reason=str(error))
        except NoValue as error:
            values.append(None)
            reasons.append(str(error))
        except Unclear:
            raise
        except Undefined as error:
            return Comparison(NOTHING, reason=str(error))
    left, right = values
    if left is None or right is None:
        outcome = NOTHING if left is None and right is None else ONE_SIDED
        return Comparison(outcome, left, right, "; ".join(reasons))
    if here.loose:
        with mpmath.workdps(DIGITS):
            scale = max(abs(inexact(left)), abs(inexact(right)), 1)
            equal = abs(inexact(minus(left, right))) <= LOOSE * scale
        return Comparison(EQUAL if equal else DIFFERENT, left, right)
    return _compare_values(point, sides, left, right, MOST_DIGITS if careful else digits)


def _compare_values(
    point: Point, sides: Sides, left: Value, right: Value, digits: int
) -> Comparison:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return Comparison(EQUAL if left == right else DIFFERENT, left, right)
    difference, scale = _difference(left, right, DIGITS)
    nearly = difference <= scale * mpmath.mpf(10) ** (15 - DIGITS)
    if nearly and digits == DIGITS:
        return Comparison(EQUAL, left, right)
    digits = max(digits, MORE_DIGITS)
    exact_to = point.exact_to
    if exact_to is not None:
        digits = min(digits, exact_to)
    if digits < 2 * DIGITS:  # what is given holds to too few digits for more
        few = mpmath.mpf(10) ** (15 - min(digits, DIGITS))
        equal = difference <= max(scale, 1) * few
        return Comparison(EQUAL if equal else DIFFERENT, left, right)
    again = Asked.at(point, digits)
    try:
        finer = [again.evaluate(side) for side in sides]
    except Undefined as error:
        return Comparison(NOTHING, reason=str(error))
    rest, _ = _difference(*finer, digits)
    with mpmath.workdps(DIGITS):
        ten = mpmath.mpf(10)
        least = max(difference, (scale or 1) * ten**-DIGITS)  # 0 = 0 may be luck
        noise = least * ten ** (20 + DIGITS - digits)
    if rest <= noise:
        return Comparison(EQUAL, left, right)
    if min(rest, difference) < max(rest, difference) * _MUCH_LESS:
        return _while_it_shrinks(point, sides, rest, digits, exact_to)
    return _past_what_was_lost(point, sides, again, finer, exact_to)


def _while_it_shrinks(
    point: Point, sides: Sides, rest: mpmath.mpf, digits: int, exact_to: int | None
) -> Comparison:
    """Whether a difference that was another with fewer digits shrinks with more.

    The root of what is left when 1 cancels has half as many zeros as the digits it is computed
    with: it never looks like rounding, and it never stays.
    """
    others = 4 * digits if exact_to is None else (DIGITS + digits) // 2
    there = Asked.at(point, others)
    try:
        values = [there.evaluate(side) for side in sides]
    except Undefined as error:
        return Comparison(NOTHING, reason=str(error))
    gap, _ = _difference(*values, others)
    fewer, more = (rest, gap) if others > digits else (gap, rest)
    if more < fewer * _MUCH_LESS:
        return Comparison(EQUAL, *values)
    if others > digits:
        return _past_what_was_lost(point, sides, there, values, exact_to)
    return Comparison(NOTHING, reason="too few digits are known here to see what is left")


def _past_what_was_lost(
    point: Point, sides: Sides, seen: Asked, values: list[Value], exact_to: int | None
) -> Comparison:
    """Whether a difference is more than what large values have swallowed on the way.

    1 beside e^3000 is lost at a thousand digits, and what is left when e^3000 cancels is wrong
    without looking like rounding: then the digits have to reach from the one to the other.
    """
    for _ in range(3):
        gap, _ = _difference(*values, seen.digits)
        with mpmath.workdps(DIGITS):
            depth = 0 if gap == 0 else -int(mpmath.mag(gap) * 0.302)
        needed = 2 * seen.largest + max(depth, 0) + 30
        if needed <= seen.digits:
            return Comparison(DIFFERENT, *values)
        needed += 30
        if needed > (ENOUGH_DIGITS if exact_to is None else exact_to):
            break
        finer = Asked.at(point, needed)
        try:
            values = [finer.evaluate(side) for side in sides]
        except Undefined as error:
            return Comparison(NOTHING, reason=str(error))
        rest, _ = _difference(*values, needed)
        with mpmath.workdps(DIGITS):
            if rest <= gap * mpmath.mpf(10) ** -20:
                return Comparison(EQUAL, *values)
        seen = finer
    return Comparison(NOTHING, reason="too much cancels here to see what is left")


def _difference(left: Value, right: Value, digits: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    with mpmath.workdps(digits):
        one, other = inexact(left), inexact(right)
        return abs(one - other), max(abs(one), abs(other))


@dataclass
class Remembered:
    """Comparisons of one question: a proof has the same points before it and after it."""

    found: dict[Any, tuple[Comparison, dict[Any, Value]]] = field(default_factory=dict)

    def compare_at(self, point: Point, sides: Sides, careful: bool = False) -> Comparison:
        key = (point.seed, frozenset(point.values.items()), sides, careful)
        if key not in self.found:
            self.found[key] = compare_at(point, sides, careful), dict(point.seen)
        comparison, seen = self.found[key]
        point.seen.update(seen)
        return comparison


def compare_asked(
    point: Point,
    expanded: Sides,
    asked: Sides,
    careful: bool,
    look: Callable[[], bool],
    before: Remembered | None = None,
) -> tuple[Comparison, bool]:
    """Compare the expanded sides, and those that were asked where ``look()`` says so.

    What was asked has the last word: where the expanded sides differ, or where only one of them
    has a value, the asked ones are always looked at. Returns the comparison and whether it is of
    what was asked.
    """
    before = before or Remembered()
    first = before.compare_at(point, expanded, careful)
    if asked == expanded:
        return first, True
    if first.outcome in (DIFFERENT, ONE_SIDED) or look():
        second = before.compare_at(point, asked)
        if second.outcome != NOTHING:
            return second, True
        if first.outcome != EQUAL:
            return second, False
    return first, False
