"""The value of a question as it was asked: names looked up, derivatives and limits approached.

The proof works on an expanded question: definitions put in, derivatives carried out, limits taken.
A mistake made there would be on both sides of every comparison. So what was asked is evaluated as
it stands, by code that shares nothing with the expansion:

- a name has the value of its definition, in which only its own indices are bound;
- a sequence is unrolled from its start;
- a derivative is a difference quotient with three times as many digits, of whatever the variable
  reaches through names and sequences, and from both sides: at a kink there is none;
- a limit is what values far out, or close by, settle at.

A new kind of object gets its value here by :func:`evaluates`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

import mpmath
import sympy as sp

from ._derivative import Partial
from ._evaluate import (
    DIGITS,
    LARGEST_RANGE,
    NoValue,
    Point,
    Undefined,
    Unsupported,
    Value,
    fits,
    inexact,
    minus,
    whole,
)
from ._notation import Definition, Named, Recurrence
from ._random import Random

FAR = (10**32, 10**48)  # arguments for a limit, where nothing has to be added up so far
LENGTHS = (40, 80, 160, 320)  # and where something has
NEAR = (24, 36)  # so many digits from a finite target
SETTLED = mpmath.mpf(10) ** -12
LOOSE = mpmath.mpf(10) ** -8  # values that hold a limit are compared to so many digits

Evaluator = Callable[["Asked", Any, dict[sp.Symbol, int]], Value]
_EVALUATORS: dict[type, Evaluator] = {}


class Misfit(Undefined):
    """A defined name has a value here that its assumptions do not allow."""


def evaluates(kind: type) -> Callable[[Evaluator], Evaluator]:
    """Register how the objects of a class get their value: ``(point, expr, bound) -> value``."""

    def register(evaluator: Evaluator) -> Evaluator:
        _EVALUATORS[kind] = evaluator
        return evaluator

    return register


class Asked(Point):
    """A point at which names, derivatives and limits are evaluated as they were written.

    Attributes:
        digits: with how many digits values that are not rational are computed.
        held: values that stand for a defined name or an entry, whatever its definition says.
        loose: whether a limit was used, so that values are good to a few digits only.
        largest: how many digits the largest value had that was met on the way.
    """

    def __init__(
        self,
        seed: Any,
        where: Iterable[Named] = (),
        values: dict[Any, Value] | None = None,
        wide: bool = False,
        digits: int = DIGITS,
    ) -> None:
        super().__init__(seed, where, values, wide)
        self.digits = digits
        self.held: dict[Any, Value] = {}
        self.bases: dict[sp.Basic, set[Any]] = {}
        self.pending: set[Any] = set()
        self.loose = False
        self.far = False
        self.largest = 0

    @classmethod
    def at(cls, point: Point, digits: int = DIGITS) -> Asked:
        """The same point, for what was asked."""
        asked = cls(point.seed, point.named.values(), point.values, point.wide, digits)
        asked.seen, asked.plain, asked.exact_to = point.seen, point.plain, point.exact_to
        if isinstance(point, Asked):
            asked.held, asked.far = dict(point.held), point.far
        return asked

    def again(self) -> Asked:
        return Asked.at(self, self.digits)

    def moved(self, key: Any, value: Value, digits: int) -> Asked:
        """The same point with another value for one name or entry, and for nothing else."""
        child = Asked.at(self, digits)
        child.seen, child.chosen = {}, self.chosen
        child.held[key] = value
        return child

    # --- names ------------------------------------------------------------------------------------

    def symbol(self, symbol: sp.Symbol, bound: dict[sp.Symbol, int]) -> Value:
        n = bound.get(symbol)
        if n is not None:
            return whole(n)
        if self.held and symbol in self.held:
            return self.held[symbol]
        named = self.named.get(symbol)
        if isinstance(named, Definition) and symbol not in self.values:
            return self._looked_up(symbol, named, named.body, {})
        if self.chosen is not None and isinstance(named, Random):
            return self._random_entry(named, symbol, symbol)
        return self._value(symbol, symbol)

    def entry(self, base: sp.IndexedBase, indices: tuple[int, ...]) -> Value:
        key = (base, indices)
        if self.held and key in self.held:
            return self.held[key]
        named = self.named.get(base)
        if isinstance(named, Recurrence):
            return self._sequence(named, indices[0])
        if isinstance(named, Definition):
            own = dict(zip(named.lhs.indices, indices, strict=True))
            return self._looked_up(key, named, named.body, own)
        if self.chosen is not None and isinstance(named, Random):
            return self._random_entry(named, base[indices], key)
        return self._value(key, base.label)

    def _sequence(self, recurrence: Recurrence, n: int) -> Value:
        known = self.computed.get((recurrence.name, (n,)))
        if known is not None:
            return known
        start = recurrence.start
        if n < start:
            raise NoValue(f"{recurrence.name}[{n}] comes before the start of the sequence")
        if n - start > LARGEST_RANGE:
            raise Unsupported(f"{recurrence.name}[{n}] is too far from the start")
        for m in range(start, n + 1):  # from the start on: a long sequence is no deep recursion
            key = (recurrence.name, (m,))
            if key in self.held:
                continue
            if m - start < recurrence.order:
                self._looked_up(key, recurrence, recurrence.initials[m - start], {})
            else:
                self._looked_up(key, recurrence, recurrence.body, {recurrence.index: m})
        key = (recurrence.name, (n,))
        return self.held[key] if key in self.held else self.computed[key]

    def _looked_up(self, key: Any, named: Named, body: sp.Expr, own: dict[sp.Symbol, int]) -> Value:
        """The value of a definition, in which nothing but its own indices is bound."""
        if key not in self.computed:
            if key in self.pending:
                raise NoValue(f"{named.lhs} is defined by itself")
            self.pending.add(key)
            try:
                value = self._evaluate(body, own)
            finally:
                self.pending.discard(key)
            if not fits(named.lhs, value):
                with mpmath.workdps(DIGITS):  # of thousands of digits no text can be made
                    raise Misfit(f"{named.lhs} is {mpmath.nstr(+inexact(value), 6)}")
            self.computed[key] = value
        return self.computed[key]

    # --- values -----------------------------------------------------------------------------------

    def evaluate(self, expr: sp.Basic, bound: dict[sp.Symbol, int] | None = None) -> Value:
        with mpmath.workdps(self.digits):
            try:
                return self._evaluate(expr, bound or {})
            except ZeroDivisionError as error:
                raise NoValue("a division by zero") from error
            except OverflowError as error:
                raise Undefined(str(error)) from error

    def _evaluate(self, expr: sp.Basic, bound: dict[sp.Symbol, int]) -> Value:
        kind = type(expr)
        evaluator = _EVALUATORS.get(kind)
        if evaluator is not None:
            value = evaluator(self, expr, bound)
        elif self.far and kind is sp.Pow:
            value = _far_power(self._evaluate(expr.base, bound), self._evaluate(expr.exp, bound))
        else:
            value = super()._evaluate(expr, bound)
        if type(value) is not Fraction and value:
            digits = int(mpmath.mag(value) * 0.302)
            if digits > self.largest:
                self.largest = digits
        return value


def _far_power(base: Value, exponent: Value) -> Value:
    """A power whose exponent may be a number of any size."""
    with_sign = isinstance(exponent, Fraction) and exponent.denominator == 1
    if base == 0:
        if exponent == 0:
            return Fraction(1)
        if exponent < 0:
            raise NoValue("a division by zero")
        return base  # not exactly 0 where it was computed with so many digits
    if with_sign and abs(exponent) <= 1000:
        return base**exponent.numerator
    power = exponent.numerator if with_sign else inexact(exponent)
    return mpmath.power(inexact(base), power)


# --- derivatives ----------------------------------------------------------------------------------


@evaluates(Partial)
def _partial(point: Asked, expr: Partial, bound: dict[sp.Symbol, int]) -> Value:
    inner, variable = expr.args
    return _slope(point, lambda child: child.evaluate(inner, bound), variable, bound)


@evaluates(sp.Derivative)
def _derivative(point: Asked, expr: sp.Derivative, bound: dict[sp.Symbol, int]) -> Value:
    variables = [v for v, count in expr.variable_count for _ in range(int(count))]

    def value(child: Asked, left: list[sp.Basic]) -> Value:
        if not left:
            return child.evaluate(expr.expr, bound)
        return _slope(child, lambda inner: value(inner, left[:-1]), left[-1], bound)

    return value(point, variables)


def _slope(
    point: Asked,
    value: Callable[[Asked], Value],
    variable: sp.Symbol | sp.Indexed,
    bound: dict[sp.Symbol, int],
) -> Value:
    """The slope of ``value`` in one variable, if it is the same from both sides."""
    key: Any = variable
    if isinstance(variable, sp.Indexed):
        key = (variable.base, tuple(point.integer(i, bound) for i in variable.indices))
        here = point.entry(*key)
    elif variable in bound:
        raise Unsupported(f"there is no derivative by a bound index {variable}")
    else:
        here = point.symbol(variable, bound)
    digits = 3 * point.digits + 20
    with mpmath.workdps(digits):
        step = mpmath.mpf(10) ** -point.digits
        places = (inexact(here) - step, here, inexact(here) + step)
        children = [point.moved(key, place, digits) for place in places]
        before, middle, after = (inexact(value(child)) for child in children)
        if any(child.loose for child in children):
            raise Undefined("a derivative of a limit is not evaluated")
        from_left, from_right = (middle - before) / step, (after - middle) / step
        scale = max(abs(from_left), abs(from_right), 1)
        if abs(from_left - from_right) > scale * mpmath.sqrt(step):
            raise NoValue(f"there is no derivative by {variable}: a kink or a jump")
        return (from_left + from_right) / 2


# --- limits ---------------------------------------------------------------------------------------


@evaluates(sp.Limit)
def _limit(point: Asked, expr: sp.Limit, bound: dict[sp.Symbol, int]) -> Value:
    inner, variable, target, direction = expr.args
    if target in (sp.oo, -sp.oo):
        value = _far_out(point, inner, variable, 1 if target is sp.oo else -1, bound)
    else:
        sides = {"+": (1,), "-": (-1,)}.get(str(direction), (1, -1))
        values = [_close_by(point, inner, variable, target, side, bound) for side in sides]
        if abs(minus(values[0], values[-1])) > LOOSE * max(abs(inexact(values[0])), 1):
            raise NoValue(f"{expr} differs from the two sides")
        value = values[0]
    point.loose = True
    return value


def _settled(values: list[list[Any]]) -> Any:
    """What groups of values, each further on than the one before, come to; else NoValue."""
    last = values[-1]
    scale = max(1, *map(abs, last))
    gaps = [max(abs(a - b) for a in group for b in last) for group in values[:-1]]
    spread = max(abs(a - b) for a in last for b in last)
    if max(spread, gaps[-1]) <= SETTLED * scale:
        return last[-1]
    raise NoValue("the values do not settle")


def _at_argument(
    point: Asked, inner: sp.Expr, variable: sp.Symbol, argument: Any, digits: int, bound: Any
) -> Any:
    child = point.moved(variable, argument, digits)
    child.far = True
    own = {index: n for index, n in bound.items() if index != variable}
    value = child.evaluate(inner, own)
    point.loose |= child.loose
    with mpmath.workdps(digits):
        return inexact(value)


def _far_out(
    point: Asked, inner: sp.Expr, variable: sp.Symbol, sign: int, bound: dict[sp.Symbol, int]
) -> Any:
    digits = 400
    try:
        with mpmath.workdps(digits):
            groups = [
                [
                    _at_argument(point, inner, variable, Fraction(sign * (n + m)), digits, bound)
                    for m in (0, 1, 5)
                ]
                for n in FAR
            ]
            return _settled(groups)
    except (Unsupported, Misfit):
        pass
    return _along(point, inner, variable, sign, bound)


def _along(
    point: Asked, inner: sp.Expr, variable: sp.Symbol, sign: int, bound: dict[sp.Symbol, int]
) -> Any:
    """Where sums get longer with the variable: as far as they can be added up, extrapolated."""
    digits = point.digits
    with mpmath.workdps(digits):
        odd = _at_argument(
            point, inner, variable, Fraction(sign * (LENGTHS[-1] + 1)), digits, bound
        )
        values = [
            _at_argument(point, inner, variable, Fraction(sign * n), digits, bound) for n in LENGTHS
        ]
        try:
            return _settled([[value] for value in values[:-1]] + [[values[-1], odd]])
        except NoValue:
            pass
        estimates = _extrapolated(values)
        scale = max(1, *map(abs, values))
        if abs(values[-1] - odd) > scale / LENGTHS[-1]:
            raise NoValue("the values do not settle")
        if abs(estimates[-1] - estimates[-2]) > scale / 10**6:
            raise Undefined("the values settle too slowly to see where")
        return estimates[-1]


def _extrapolated(values: list[Any]) -> list[Any]:
    """Richardson's scheme, for values that differ from their limit by powers of 1/n."""
    estimates, row, power = [values[-1]], list(values), 2
    while len(row) > 1:
        row = [(power * b - a) / (power - 1) for a, b in zip(row, row[1:], strict=False)]
        estimates.append(row[-1])
        power *= 2
    return estimates


def _close_by(
    point: Asked,
    inner: sp.Expr,
    variable: sp.Symbol,
    target: sp.Expr,
    side: int,
    bound: dict[sp.Symbol, int],
) -> Any:
    digits = 400
    with mpmath.workdps(digits):
        centre = point.evaluate(target, bound)
        offsets = [[Fraction(side * m, 3 * 10**n) for m in (1, 2, 3)] for n in NEAR]
        groups = [
            [
                _at_argument(point, inner, variable, centre + offset, digits, bound)
                for offset in group
            ]
            for group in offsets
        ]
        return _settled(groups)
