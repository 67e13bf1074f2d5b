"""Exact values of an expression at concrete points: the engine's brute force.

A point gives every size a small integer, every symbol a rational number and every entry of an
indexed family a rational number of its own. Sums are added up term by term. Where nothing but
rational arithmetic is needed the value is a ``Fraction``; else it has 50 digits. The symbolic proof
is made by other code, so that each can contradict the other; only the expansion of names and the
rules of differentiation serve both.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import mpmath
import sympy as sp

from ._budget import charge
from ._notation import Definition, Named, Recurrence

DIGITS = 50
LARGEST_RANGE = 10_000
LARGEST_FLOOR = mpmath.mpf(10) ** (DIGITS - 10)  # beyond, rounding decides what is below
LARGEST_ARGUMENT = mpmath.mpf(10) ** 1000  # of a function, and in an exponent: more fills memory

Value = Any  # Fraction, or an mpmath number


class Undefined(Exception):
    """The expression has no value at this point (a division by zero, say)."""


class Unsupported(Exception):
    """The expression holds something that cannot be evaluated."""


_TAME = [Fraction(p, q) for q in (1, 2, 3, 5, 7) for p in range(1, 3 * q) if p != q]
_WIDE = [Fraction(n) / d for n, d in ((1, 50), (1, 9), (7, 2), (13, 3), (7, 1), (20, 1), (101, 1))]


def draw(rng: random.Random, of: sp.Basic, wide: bool) -> Fraction:
    """Draw a rational number that fits the assumptions of a symbol or an entry.

    Tame numbers keep values readable; wide ones reach where a tame one never does.
    """
    if of.is_integer:
        low = 1 if of.is_positive else 0 if of.is_nonnegative else -3
        return Fraction(rng.randint(low, 9 if wide else 5))
    value = rng.choice(_WIDE if wide else _TAME)
    if of.is_nonnegative:
        return value
    if of.is_nonpositive:
        return -value
    return value * rng.choice((1, -1))


@lru_cache(maxsize=4096)
def _sorted_symbols(expr: sp.Basic) -> tuple[sp.Basic, ...]:
    return tuple(sorted(expr.free_symbols, key=sp.default_sort_key))


class Point:
    """A concrete value for everything that is free in an expression; drawn on first use."""

    def __init__(
        self,
        seed: Any,
        where: Iterable[Named] = (),
        values: dict[sp.Basic, Value] | None = None,
        wide: bool = False,
    ) -> None:
        self.seed, self.wide = seed, wide
        self.values: dict[Any, Value] = dict(values or {})
        self.named = {named.name: named for named in where}
        self.seen: dict[Any, Value] = {}
        self.computed: dict[Any, Value] = {}  # sums, and entries of sequences

    def change(self, key: Any, value: Value) -> None:
        """Give something another value."""
        self.values[key] = value
        self.computed.clear()

    def symbol(self, symbol: sp.Symbol, bound: dict[sp.Symbol, int]) -> Value:
        if symbol in bound:
            return Fraction(bound[symbol])
        if symbol not in self.values and isinstance(self.named.get(symbol), Definition):
            return self.evaluate(self.named[symbol].unfold(symbol))
        return self._value(symbol, symbol)

    def entry(self, base: sp.IndexedBase, indices: tuple[int, ...]) -> Value:
        named = self.named.get(base)
        if isinstance(named, Recurrence):
            return self._sequence(named, indices[0])
        if isinstance(named, Definition):
            key = (base, indices)
            if key not in self.computed:
                self.computed[key] = self.evaluate(named.unfold(base[indices]))
            return self.computed[key]
        return self._value((base, indices), base.label)

    def _value(self, key: Any, of: sp.Basic) -> Value:
        """The value of a symbol, an entry or a function; ``of`` has its assumptions."""
        if key not in self.values:
            self.values[key] = self._drawn(key, of)
        self.seen[key] = self.values[key]
        return self.values[key]

    def _drawn(self, key: Any, of: sp.Basic) -> Value:
        # A random number that depends on the seed and the name only: the order in which things
        # are asked for must not matter.
        name = f"{key[0]}{list(key[1])}" if isinstance(key, tuple) else of
        return draw(random.Random(f"{self.seed} {name}"), of, self.wide)

    def _sequence(self, recurrence: Recurrence, n: int) -> Value:
        if n < recurrence.start:
            raise Undefined(f"{recurrence.lhs.base}[{n}] comes before the start")
        key = (recurrence.name, n)
        if key not in self.computed:
            at_start = n == recurrence.start
            value = recurrence.initial if at_start else recurrence.unfold(recurrence.name[n])
            self.computed[key] = self.evaluate(value)
        return self.computed[key]

    def integer(self, expr: sp.Expr, bound: dict[sp.Symbol, int]) -> int:
        value = self.evaluate(expr, bound)
        if not isinstance(value, Fraction) or value.denominator != 1:
            raise Undefined(f"{expr} is not an integer here: {value}")
        return value.numerator

    def evaluate(self, expr: sp.Basic, bound: dict[sp.Symbol, int] | None = None) -> Value:
        """The value of ``expr``; ``bound`` holds the current values of bound indices."""
        bound = bound or {}
        with mpmath.workdps(DIGITS):
            try:
                return self._evaluate(expr, bound)
            except (ZeroDivisionError, OverflowError) as error:
                raise Undefined(str(error)) from error

    def _evaluate(self, expr: sp.Basic, bound: dict[sp.Symbol, int]) -> Value:
        charge()
        if isinstance(expr, sp.Rational):
            return Fraction(expr.p, expr.q)
        if isinstance(expr, sp.Symbol):
            return self.symbol(expr, bound)
        if isinstance(expr, sp.Indexed):
            return self.entry(expr.base, tuple(self.integer(i, bound) for i in expr.indices))
        if isinstance(expr, sp.Add):
            return reduce(_plus, (self._evaluate(arg, bound) for arg in expr.args))
        if isinstance(expr, sp.Mul):
            deltas = [arg for arg in expr.args if isinstance(arg, sp.KroneckerDelta)]
            if any(self._evaluate(delta, bound) == 0 for delta in deltas):
                return Fraction(0)  # nearly always, so it pays to look first
            return reduce(_times, (self._evaluate(arg, bound) for arg in expr.args))
        if isinstance(expr, sp.Pow):
            return _power(self._evaluate(expr.base, bound), self._evaluate(expr.exp, bound))
        if isinstance(expr, (sp.Sum, sp.Product)):
            # Most sums depend on few of the indices around them: add each up once.
            key = (expr, *((s, bound[s]) for s in _sorted_symbols(expr) if s in bound))
            if key not in self.computed:
                self.computed[key] = self._accumulate(expr, list(expr.limits), bound)
            return self.computed[key]
        if isinstance(expr, sp.Piecewise):
            return self._piecewise(expr, bound)
        return self._function(expr, bound)

    def _accumulate(
        self, expr: sp.Expr, limits: list[sp.Tuple], bound: dict[sp.Symbol, int]
    ) -> Value:
        """Add or multiply term by term; a reversed range counts backwards (Karr)."""
        if not limits:
            return self._evaluate(expr.function, bound)
        index, low, high = limits[-1]
        first, last = self.integer(low, bound), self.integer(high, bound)
        if abs(last - first) > LARGEST_RANGE:
            raise Unsupported(f"the range {first}..{last} is too long to add up")
        is_sum = isinstance(expr, sp.Sum)
        total: Value = Fraction(0) if is_sum else Fraction(1)
        backwards = last < first - 1
        if backwards:
            first, last = last + 1, first - 1
        for n in range(first, last + 1):
            term = self._accumulate(expr, limits[:-1], {**bound, index: n})
            total = _plus(total, term) if is_sum else _times(total, term)
        if not backwards:
            return total
        return -total if is_sum else 1 / total

    def _piecewise(self, expr: sp.Piecewise, bound: dict[sp.Symbol, int]) -> Value:
        for value, condition in expr.args:
            if self.holds(condition, bound):
                return self._evaluate(value, bound)
        raise Undefined(f"no case of {expr} holds here")

    def holds(self, condition: sp.Basic, bound: dict[sp.Symbol, int] | None = None) -> bool:
        """Whether a condition is true at this point."""
        if condition in (sp.true, sp.false):
            return bool(condition)
        if isinstance(condition, (sp.And, sp.Or)):
            combine = all if isinstance(condition, sp.And) else any
            return combine(self.holds(arg, bound) for arg in condition.args)
        if isinstance(condition, sp.Not):
            return not self.holds(condition.args[0], bound)
        if not isinstance(condition, sp.core.relational.Relational):
            raise Unsupported(f"cannot decide {condition}")
        left, right = (self.evaluate(side, bound) for side in (condition.lhs, condition.rhs))
        if isinstance(condition, (sp.Eq, sp.Ne)):
            return same(left, right) == isinstance(condition, sp.Eq)
        difference = minus(left, right)
        if isinstance(difference, mpmath.mpc):
            raise Undefined(f"{condition} compares complex numbers")
        tests = {sp.Lt: difference < 0, sp.Le: difference <= 0, sp.Gt: difference > 0}
        return tests.get(type(condition), difference >= 0)

    def _function(self, expr: sp.Basic, bound: dict[sp.Symbol, int]) -> Value:
        name = expr.func.__name__
        if expr.is_NumberSymbol or isinstance(expr, sp.Float):
            return mpmath.mpmathify(expr._to_mpmath(int(DIGITS * 3.4)))
        if expr is sp.I:
            return mpmath.mpc(0, 1)
        args = [self._evaluate(arg, bound) for arg in expr.args]
        if isinstance(expr, sp.core.function.AppliedUndef):
            return self._value((expr.func, tuple(args)), expr.func(*map(_as_sympy, args)))
        if name in _EXACT:
            return _EXACT[name](*args)
        if name in _TRANSCENDENTAL:
            numbers = [inexact(arg) for arg in args]
            if any(abs(number) > LARGEST_ARGUMENT for number in numbers):
                raise Undefined(f"the argument of {expr} is too large here")
            value = getattr(mpmath, _TRANSCENDENTAL[name])(*numbers)
            if not mpmath.isfinite(value):
                raise Undefined(f"{expr} is {value} here")
            return value
        raise Unsupported(f"no value is known for {name}: {expr}")


def same(left: Value, right: Value) -> bool:
    """Whether two values are equal: exactly, or to all but the last digits."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    with mpmath.workdps(DIGITS):
        scale = max(abs(inexact(left)), abs(inexact(right)), 1)
        return abs(inexact(left) - inexact(right)) <= scale * mpmath.mpf(10) ** (15 - DIGITS)


def distance(left: Value, right: Value) -> float:
    """How far two values are apart."""
    return float(abs(minus(left, right)))


def _plus(left: Value, right: Value) -> Value:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left + right
    return inexact(left) + inexact(right)


def minus(left: Value, right: Value) -> Value:
    return _plus(left, -right)


def divide(left: Value, right: Value) -> Value:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left / right
    return inexact(left) / inexact(right)


def _times(left: Value, right: Value) -> Value:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left * right
    return inexact(left) * inexact(right)


def inexact(value: Value) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return value


def _as_sympy(value: Value) -> sp.Expr:
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    return sp.sympify(value)


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if abs(exponent) > LARGEST_RANGE:
            raise Unsupported(f"the power {exponent} is too large")
        if isinstance(base, Fraction):
            bits = max(base.numerator.bit_length(), base.denominator.bit_length())
            charge(bits * abs(exponent.numerator) >> 10)
        return base**exponent.numerator  # a negative power of zero is a division by zero
    if base == 0:
        if isinstance(exponent, mpmath.mpc) or exponent < 0:
            raise Undefined("a division by zero")
        return Fraction(0)
    exponent = inexact(exponent)
    if abs(exponent) > LARGEST_ARGUMENT:
        raise Undefined("an exponent is too large")
    return mpmath.power(inexact(base), exponent)


def _absolute(value: Value) -> Value:
    return abs(value)


def _sign(value: Value) -> Value:
    if isinstance(value, Fraction):
        return Fraction((value > 0) - (value < 0))
    return mpmath.sign(value)


def _floor(value: Value) -> Value:
    if isinstance(value, Fraction):
        return Fraction(value.numerator // value.denominator)
    if abs(value) >= LARGEST_FLOOR:
        raise Undefined("too large a value to tell its last digit")
    return Fraction(int(mpmath.floor(value)))


def _factorial(value: Value) -> Value:
    if not isinstance(value, Fraction) or value.denominator != 1 or value < 0:
        raise Undefined(f"no factorial of {value}")
    if value > LARGEST_RANGE:
        raise Unsupported(f"the factorial of {value} is too large")
    charge(int(value))
    return Fraction(int(sp.factorial(value.numerator)))


_EXACT = {
    "Abs": _absolute,
    "sign": _sign,
    "floor": _floor,
    "ceiling": lambda value: -_floor(-value),
    "factorial": _factorial,
    "Max": lambda *values: max(values, key=inexact),
    "Maximum": lambda *values: max(values, key=inexact),
    "Min": lambda *values: min(values, key=inexact),
    "Mod": lambda value, by: minus(value, _times(by, _floor(divide(value, by)))),
    "KroneckerDelta": lambda i, j: Fraction(int(same(i, j))),
}
_TRANSCENDENTAL = {
    "exp": "exp",
    "log": "log",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "tanh": "tanh",
    "sinh": "sinh",
    "cosh": "cosh",
    "atan": "atan",
    "erf": "erf",
}
