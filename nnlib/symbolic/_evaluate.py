"""Exact values of an expression at concrete points: the engine's brute force.

A point gives every size a small integer, every symbol a rational number and every entry of an
indexed family a rational number of its own. Sums are added up term by term. Where nothing but
rational arithmetic is needed the value is a ``Fraction``; else it has 50 digits. The symbolic proof
is made by other code, so that each can contradict the other; only the expansion of names and the
rules of differentiation serve both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache, lru_cache, reduce
from math import isqrt
from typing import Any

import mpmath
import sympy as sp

from ._budget import charge
from ._expectation import Expectation, Variance
from ._indicator import Indicator
from ._notation import Definition, Named, Recurrence
from ._random import Random

DIGITS = 50
MOST_DRAWS = 100  # until a value fits its symbol
LARGEST_RANGE = 10_000
LARGEST_FLOOR = mpmath.mpf(10) ** (DIGITS - 10)  # beyond, rounding decides what is below
CLEAR_DIGITS = 1000  # what differs by less than such a rounding is taken to be equal
LONGEST_EXACT = 100  # bits of what an unknown function is taken of
MOST_RANDOM_ENTRIES = 6  # in an expectation: its value is a sum over all their values
LARGEST_ARGUMENT = mpmath.mpf(10) ** 1000  # of a function, and in an exponent: more fills memory

Value = Any  # Fraction, or an mpmath number
_HALF = Fraction(1, 2)


class Undefined(Exception):
    """The expression has no value at this point (a division by zero, say)."""


class NoValue(Undefined):
    """The expression has no value at this point by its meaning, not for want of a means."""


class Unclear(Undefined):
    """Rounding would decide on which side of a jump a value lies: more digits are needed."""


class Unsupported(Exception):
    """The expression holds something that cannot be evaluated."""


_TAME = [Fraction(p, q) for q in (1, 2, 3, 5, 7) for p in range(1, 3 * q) if p != q]
_WIDE = [Fraction(n) / d for n, d in ((1, 50), (1, 9), (7, 2), (13, 3), (7, 1), (20, 1), (101, 1))]
_WIDE.append(Fraction(3571, 10007))  # a denominator that no number in a formula divides


def draw(rng: random.Random, of: sp.Basic, wide: bool) -> Fraction:
    """Draw a rational number that fits the assumptions of a symbol or an entry.

    Tame numbers keep values readable; wide ones reach where a tame one never does.
    """
    for _ in range(MOST_DRAWS):
        value = _drawn(rng, of, wide)
        if fits(of, value):
            return value
    raise Undefined(f"no value was found that {of} may have")


def fits(of: sp.Basic, value: Value) -> bool:
    """Whether the assumptions of a name or a family allow this value."""
    if isinstance(value, mpmath.mpc):
        if abs(value.imag) > abs(value) * mpmath.mpf(10) ** (10 - DIGITS):
            return of.is_real is not True and not (of.is_imaginary and value.real != 0)
        value = value.real
    if of.is_real is False and value != 0 or of.is_imaginary:
        return False
    is_fraction = not isinstance(value, mpmath.mpf)
    if of.is_rational and not is_fraction or of.is_irrational and is_fraction:
        return False
    if of.is_integer and (isinstance(value, mpmath.mpf) or value.denominator != 1):
        return False
    if of.is_even and value % 2 or of.is_odd and not value % 2:
        return False
    if of.is_prime and not sp.isprime(int(value)) or of.is_composite and sp.isprime(int(value)):
        return False
    if of.is_positive and not value > 0 or of.is_negative and not value < 0:
        return False
    if of.is_nonzero and value == 0:
        return False
    return not (of.is_nonnegative and value < 0 or of.is_nonpositive and value > 0)


def _drawn(rng: random.Random, of: sp.Basic, wide: bool) -> Fraction:
    if of.is_integer:
        low = 1 if of.is_positive else 0 if of.is_nonnegative else -3
        return Fraction(rng.randint(low, 9 if wide else 5))
    value = rng.choice(_WIDE if wide else _TAME)
    if of.is_imaginary or of.is_real is False:
        return mpmath.mpc(0 if of.is_imaginary else 1, inexact(value) * rng.choice((1, -1)))
    if of.is_irrational:
        value = mpmath.sqrt(2) * inexact(value)
    if of.is_nonnegative:
        return value
    if of.is_nonpositive:
        return -value
    return value * rng.choice((1, -1))


def _plain(rng: random.Random, of: sp.Basic) -> Fraction:
    """One of very few whole numbers: values that coincide, or vanish, are often special."""
    low = 1 if of.is_positive else 0 if of.is_nonnegative else -1
    if of.is_nonpositive:
        return Fraction(rng.choice((-1, -2) if of.is_negative else (0, -1)))
    value = Fraction(rng.choice((low, 0 if low < 0 else low + 1, 1)))
    value = Fraction(1) if of.is_nonzero and value == 0 else value
    return value if fits(of, value) else draw(rng, of, False)


@lru_cache(maxsize=4096)  # of the few numbers of a formula and its sizes, each met very often
def _fraction(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)


def whole(n: int) -> Fraction:
    """A whole number, as the values of a point are."""
    return _fraction(n, 1)


@lru_cache(maxsize=4096)
def _sorted_symbols(expr: sp.Basic) -> tuple[sp.Basic, ...]:
    return tuple(sorted(expr.free_symbols, key=sp.default_sort_key))


class _NeedsEntry(Exception):
    """An entry is random, and its value is to be chosen."""

    def __init__(self, law: Random, entry: sp.Expr, key: Any) -> None:
        super().__init__(key)
        self.law, self.entry, self.key = law, entry, key


class Point:
    """A concrete value for everything that is free in an expression; drawn on first use."""

    digits = DIGITS  # with which values that are not rational are computed

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
        self.plain = False  # whether values are drawn from very few, so that some coincide
        self.alike: Value | None = None  # what all entries are, where they may be
        self.exact_to: int | None = None  # digits to which what is given holds here, if not all
        self.backwards = False  # whether a range was met that is read backwards
        self.computed: dict[Any, Value] = {}  # sums, and entries of sequences
        self.chosen: dict[Any, Value] | None = None  # random entries, inside an expectation

    def again(self) -> Point:
        """The same point, with nothing computed yet and nothing random chosen."""
        return Point(self.seed, self.named.values(), self.values, self.wide)

    def look_afresh(self) -> None:
        """Note anew what is looked at: a value that is computed already would not be looked into."""
        self.seen = {}
        self.computed.clear()

    def change(self, key: Any, value: Value) -> None:
        """Give something another value."""
        self.values[key] = value
        self.computed.clear()

    def symbol(self, symbol: sp.Symbol, bound: dict[sp.Symbol, int]) -> Value:
        if symbol in bound:
            return whole(bound[symbol])
        if symbol not in self.values and isinstance(self.named.get(symbol), Definition):
            return self.evaluate(self.named[symbol].unfold(symbol))
        if self.chosen is not None and isinstance(self.named.get(symbol), Random):
            return self._random_entry(self.named[symbol], symbol, symbol)
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
        if self.chosen is not None and isinstance(named, Random):
            return self._random_entry(named, base[indices], (base, indices))
        return self._value((base, indices), base.label)

    def _random_entry(self, law: Random, entry: sp.Expr, key: Any) -> Value:
        if law.covariance is None:
            return self._chosen(law, entry, key)
        # what all entries share makes their covariance
        return plus(self._chosen(law, law.name, law.name), self._chosen(law, entry, key))

    def _chosen(self, law: Random, entry: sp.Expr, key: Any) -> Value:
        if key not in self.chosen:
            raise _NeedsEntry(law, entry, key)
        return self.chosen[key]

    def _expectation(
        self,
        expr: sp.Expr,
        bound: dict[sp.Symbol, int],
        chosen: dict[Any, Value] | None = None,
    ) -> Value:
        """E[expr], over laws of a few values that have the moments that are declared.

        What an expectation around this one has chosen is not ``chosen`` here: E[X] is a number.
        """
        inner = self.again()
        inner.chosen = dict(chosen or {})
        try:
            return inner._evaluate(expr, bound)
        except _NeedsEntry as needed:
            if len(inner.chosen) == MOST_RANDOM_ENTRIES:
                raise Undefined(f"too many entries of {expr} are random here") from None
            mean: Value = Fraction(0)
            for value, weight in self._law(needed):
                outer = self.again()
                more = {**inner.chosen, needed.key: value}
                mean = plus(mean, _times(weight, outer._expectation(expr, bound, more)))
                self.seen.update(outer.seen)
            return mean
        finally:
            self.seen.update(inner.seen)

    def _law(self, needed: _NeedsEntry) -> list[tuple[Value, Value]]:
        """Values, and weights that give the declared moments (one may be negative)."""
        plain = self.again()
        law, entry = needed.law, needed.entry
        rng = random.Random(f"{self.seed} law of {needed.key}")
        if law.covariance is not None:
            shared = plain.evaluate(law.covariance)
            if entry == law.name:
                return _weighted(rng, {1: Fraction(0), 2: shared})
            first, second = (plain.evaluate(law.moment_of(entry, power)) for power in (1, 2))
            return _weighted(rng, {1: first, 2: minus(second, shared)})
        if law.binary:
            mean = plain.evaluate(law.moment_of(entry, 1))
            return [(Fraction(1), mean), (Fraction(0), minus(Fraction(1), mean))]
        moments = {power: law.moment_of(entry, power) for power in range(1, 5)}
        known = {power: plain.evaluate(m) for power, m in moments.items() if m is not None}
        return _weighted(rng, known, bool(entry.is_positive), law.symmetric)

    def _value(self, key: Any, of: sp.Basic) -> Value:
        """The value of a symbol, an entry or a function; ``of`` has its assumptions."""
        value = self.values.get(key)
        if value is None:
            value = self.values[key] = self._drawn(key, of)
        self.seen[key] = value
        return value

    def _unknown_function(self, func: Any, args: tuple[Value, ...]) -> Value:
        """A smooth function of its own at each point: c₀ + c₁u + c₂u² + c₃/(1 + u²)."""
        key = (func, args)
        if key not in self.values:
            rng = random.Random(f"{self.seed} {func} {len(args)}")
            u: Value = Fraction(0)
            for arg in args:
                u = plus(u, _times(rng.choice(_TAME), arg))
            if isinstance(u, Fraction) and u.denominator.bit_length() > LONGEST_EXACT:
                u = inexact(u)  # f(f(f(x))) has so many digits that nothing else gets done
            square = _times(u, u)
            terms = (Fraction(1), u, square, divide(Fraction(1), plus(Fraction(1), square)))
            self.seen[key] = reduce(plus, (_times(rng.choice(_TAME), term) for term in terms))
            return self.seen[key]
        self.seen[key] = self.values[key]
        return self.values[key]

    def _drawn(self, key: Any, of: sp.Basic) -> Value:
        if self.alike is not None and isinstance(key, tuple) and fits(of, self.alike):
            return self.alike
        # A random number that depends on the seed and the name only: the order in which things
        # are asked for must not matter.
        name = f"{key[0]}{list(key[1])}" if isinstance(key, tuple) else of
        rng = random.Random(f"{self.seed} {name}")
        return _plain(rng, of) if self.plain else draw(rng, of, self.wide)

    def _sequence(self, recurrence: Recurrence, n: int) -> Value:
        if n < recurrence.start:
            raise NoValue(f"{recurrence.lhs.base}[{n}] comes before the start")
        key = (recurrence.name, n)
        if key not in self.computed:
            past = n - recurrence.start
            at_start = past < recurrence.order
            value = recurrence.initials[past] if at_start else recurrence.unfold(recurrence.name[n])
            self.computed[key] = self.evaluate(value)
        return self.computed[key]

    def integer(self, expr: sp.Expr, bound: dict[sp.Symbol, int]) -> int:
        if isinstance(expr, sp.Symbol) and expr in bound:  # nearly always
            charge()
            return bound[expr]
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
            except ZeroDivisionError as error:
                raise NoValue("a division by zero") from error
            except OverflowError as error:
                raise Undefined(str(error)) from error

    def _evaluate(self, expr: sp.Basic, bound: dict[sp.Symbol, int]) -> Value:
        charge()
        return _way_of(type(expr))(self, expr, bound)

    def _rational(self, expr: sp.Rational, _: dict[sp.Symbol, int]) -> Value:
        return _fraction(expr.p, expr.q)

    def _indexed(self, expr: sp.Indexed, bound: dict[sp.Symbol, int]) -> Value:
        base, *indices = expr.args
        return self.entry(base, tuple([self.integer(i, bound) for i in indices]))

    def _sum(self, expr: sp.Add, bound: dict[sp.Symbol, int]) -> Value:
        return reduce(plus, [self._evaluate(arg, bound) for arg in expr.args])

    def _product(self, expr: sp.Mul, bound: dict[sp.Symbol, int]) -> Value:
        for arg in expr.args:  # a delta is 0 nearly always, so it pays to look first
            if type(arg) in _DELTAS and self._evaluate(arg, bound) == 0:
                return Fraction(0)
        return reduce(_times, [self._evaluate(arg, bound) for arg in expr.args])

    def _to_a_power(self, expr: sp.Pow, bound: dict[sp.Symbol, int]) -> Value:
        base, exponent = expr.args
        return _power(self._evaluate(base, bound), self._evaluate(exponent, bound))

    def _accumulated(self, expr: sp.Expr, bound: dict[sp.Symbol, int]) -> Value:
        # Most sums depend on few of the indices around them: add each up once.
        key = (expr, *((s, bound[s]) for s in _sorted_symbols(expr) if s in bound))
        if key not in self.computed:
            self.computed[key] = self._accumulate(expr, list(expr.limits), bound)
        return self.computed[key]

    def _mean(self, expr: Expectation, bound: dict[sp.Symbol, int]) -> Value:
        return self._expectation(expr.args[0], bound)

    def _variance(self, expr: Variance, bound: dict[sp.Symbol, int]) -> Value:
        first = self._expectation(expr.args[0], bound)
        return minus(self._expectation(expr.args[0] ** 2, bound), _times(first, first))

    def _indicator(self, expr: Indicator, bound: dict[sp.Symbol, int]) -> Value:
        return Fraction(int(self.holds(expr.args[0], bound)))

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
        self.backwards |= backwards and not (low.is_Integer and high.is_Integer)
        if backwards:
            first, last = last + 1, first - 1
        for n in range(first, last + 1):
            term = self._accumulate(expr, limits[:-1], {**bound, index: n})
            total = plus(total, term) if is_sum else _times(total, term)
        if not backwards:
            return total
        return -total if is_sum else 1 / total

    def _piecewise(self, expr: sp.Piecewise, bound: dict[sp.Symbol, int]) -> Value:
        for value, condition in expr.args:
            if self.holds(condition, bound):
                return self._evaluate(value, bound)
        raise NoValue(f"no case of {expr} holds here")

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
        close = same(left, right, self.digits)  # rounding may not decide between < and =
        if isinstance(condition, (sp.Eq, sp.Ne)):
            return close == isinstance(condition, sp.Eq)
        difference = minus(left, right)
        if isinstance(difference, mpmath.mpc):
            raise Undefined(f"{condition} compares complex numbers")
        if isinstance(condition, (sp.Lt, sp.Gt)):
            return not close and (difference > 0) == isinstance(condition, sp.Gt)
        return close or (difference > 0) == isinstance(condition, sp.Ge)

    def _function(self, expr: sp.Basic, bound: dict[sp.Symbol, int]) -> Value:
        name = expr.func.__name__
        if expr.is_NumberSymbol or isinstance(expr, sp.Float):
            return mpmath.mpmathify(expr._to_mpmath(mpmath.mp.prec + 10))
        if expr is sp.I:
            return mpmath.mpc(0, 1)
        args = [self._evaluate(arg, bound) for arg in expr.args]
        if isinstance(expr, sp.core.function.AppliedUndef):
            return self._unknown_function(expr.func, tuple(args))
        if name in _EXACT:
            return _EXACT[name](*args)
        if name in _TRANSCENDENTAL:
            numbers = [inexact(arg) for arg in args]
            if any(abs(number) > LARGEST_ARGUMENT for number in numbers):
                raise Undefined(f"the argument of {expr} is too large here")
            value = getattr(mpmath, _TRANSCENDENTAL[name])(*numbers)
            if not mpmath.isfinite(value):
                raise NoValue(f"{expr} is {value} here")
            return value
        raise Unsupported(f"no value is known for {name}: {expr}")


_DELTAS = {sp.KroneckerDelta, Indicator}

_WAYS: tuple[tuple[type | tuple[type, ...], Callable[..., Value]], ...] = (
    (sp.Rational, Point._rational),
    (sp.Symbol, lambda point, symbol, bound: point.symbol(symbol, bound)),
    (sp.Indexed, Point._indexed),
    (sp.Add, Point._sum),
    (sp.Mul, Point._product),
    (sp.Pow, Point._to_a_power),
    ((sp.Sum, sp.Product), Point._accumulated),
    (sp.Piecewise, Point._piecewise),
    (Expectation, Point._mean),
    (Variance, Point._variance),
    (Indicator, Point._indicator),
)


@cache
def _way_of(kind: type) -> Callable[..., Value]:
    """How a point evaluates the expressions of a class."""
    return next((way for kinds, way in _WAYS if issubclass(kind, kinds)), Point._function)


def _weighted(
    rng: random.Random, moments: dict[int, Value], positive: bool = False, symmetric: bool = False
) -> list[tuple[Value, Value]]:
    """A few values with weights that have these moments; what is not said is drawn.

    The weight of a value v is the mean of the polynomial that is 1 at v and 0 at the others.
    """
    highest = max([2, *moments])
    drawn = {n: Fraction(rng.randint(1, 9), rng.randint(1, 3)) for n in range(1, 2 * highest)}
    known = {**drawn, **moments, 0: Fraction(1)}
    if symmetric:
        known.update({power: Fraction(0) for power in known if power % 2})
        sizes = rng.sample(range(1, 9), highest // 2)
        support = [Fraction(0), *(Fraction(sign * size) for size in sizes for sign in (1, -1))]
    elif positive or highest > 2:
        support = [Fraction(n) for n in rng.sample(range(1 if positive else -7, 9), highest + 1)]
    else:
        return _two_values(drawn[3], known[1], minus(known[2], _times(known[1], known[1])))
    return [(value, _weight_of(value, support, known)) for value in support]


def _two_values(up: Fraction, mean: Value, variance: Value) -> list[tuple[Value, Value]]:
    """One value above the mean, by ``up``, and one below, with this variance."""
    down = divide(variance, up)
    if plus(up, down) == 0:  # of a variance below zero, which a covariance may be
        up, down = 2 * up, divide(down, Fraction(2))
    both = plus(up, down)
    return [
        (plus(mean, up), divide(down, both)),
        (minus(mean, down), divide(up, both)),
    ]


def _weight_of(value: Fraction, support: list[Fraction], moments: dict[int, Value]) -> Value:
    coefficients = [Fraction(1)]  # of Lagrange's polynomial
    for other in support:
        if other != value:
            scaled = [c / (value - other) for c in coefficients]
            higher, lower = [Fraction(0), *scaled], [*(-other * c for c in scaled), Fraction(0)]
            coefficients = [a + b for a, b in zip(higher, lower, strict=True)]
    return reduce(plus, (_times(c, moments[power]) for power, c in enumerate(coefficients)))


def same(left: Value, right: Value, digits: int = DIGITS) -> bool:
    """Whether two values are equal: exactly, or to all but the last digits."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left == right
    with mpmath.workdps(digits):
        scale = max(abs(inexact(left)), abs(inexact(right)), 1)
        return abs(inexact(left) - inexact(right)) <= scale * mpmath.mpf(10) ** (15 - digits)


def distance(left: Value, right: Value) -> float:
    """How far two values are apart."""
    return float(abs(minus(left, right)))


def plus(left: Value, right: Value) -> Value:
    if type(left) is Fraction is type(right):
        return left + right
    return inexact(left) + inexact(right)


def minus(left: Value, right: Value) -> Value:
    """The difference of two values: a fraction where both are."""
    return plus(left, -right)


def divide(left: Value, right: Value) -> Value:
    """The quotient of two values: a fraction where both are."""
    if type(left) is Fraction is type(right):
        return left / right
    return inexact(left) / inexact(right)


def _times(left: Value, right: Value) -> Value:
    if type(left) is Fraction is type(right):
        return left * right
    return inexact(left) * inexact(right)


def inexact(value: Value) -> Any:
    if type(value) is Fraction:
        return mpmath.mpf(value.numerator) / value.denominator
    return value


def _as_sympy(value: Value) -> sp.Expr:
    if isinstance(value, Fraction):
        return sp.Rational(value.numerator, value.denominator)
    return sp.sympify(value)


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if abs(exponent) > LARGEST_RANGE:
            raise Undefined(f"the power {exponent} is too large")
        if isinstance(base, Fraction):
            bits = max(base.numerator.bit_length(), base.denominator.bit_length())
            charge(bits * abs(exponent.numerator) >> 10)
        return base**exponent.numerator  # a negative power of zero is a division by zero
    if base == 0:
        if isinstance(exponent, mpmath.mpc) or exponent < 0:
            raise NoValue("a division by zero")
        return base  # not exactly 0 where it was computed with so many digits
    if exponent == _HALF and isinstance(base, Fraction) and base > 0:
        root = Fraction(isqrt(base.numerator), isqrt(base.denominator))
        if root * root == base:
            return root
    exponent = inexact(exponent)
    if abs(exponent) > LARGEST_ARGUMENT:
        raise Undefined("an exponent is too large")
    return mpmath.power(inexact(base), exponent)


def _absolute(value: Value) -> Value:
    return abs(value)


def _sign(value: Value) -> Value:
    if isinstance(value, Fraction):
        return Fraction((value > 0) - (value < 0))
    if isinstance(value, mpmath.mpf) and _is_at(value, 0):
        return Fraction(0)
    return mpmath.sign(value)


def _floor(value: Value) -> Value:
    if isinstance(value, mpmath.mpc):
        raise NoValue("a complex number has no floor")
    if isinstance(value, Fraction):
        return Fraction(value.numerator // value.denominator)
    if abs(value) >= LARGEST_FLOOR:
        raise Undefined("too large a value to tell its last digit")
    nearest = mpmath.nint(value)
    return Fraction(int(nearest if _is_at(value, nearest) else mpmath.floor(value)))


def _is_at(value: mpmath.mpf, jump: Any) -> bool:
    """Whether a computed value is where a function jumps; raises ``Unclear`` with few digits."""
    digits = mpmath.mp.dps
    if abs(value - jump) > max(1, abs(value)) * mpmath.mpf(10) ** (15 - digits):
        return False
    if digits < CLEAR_DIGITS:
        raise Unclear(f"too few digits to tell {mpmath.nstr(value, 6)} from {int(jump)}")
    return True


def _extreme(choose: Callable[..., Value], values: tuple[Value, ...]) -> Value:
    if any(isinstance(value, mpmath.mpc) for value in values):
        raise NoValue("complex numbers have no order")
    return choose(values, key=inexact)


def _factorial(value: Value) -> Value:
    if not isinstance(value, Fraction) or value.denominator != 1 or value < 0:
        raise NoValue(f"no factorial of {value}")
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
    "Max": lambda *values: _extreme(max, values),
    "Maximum": lambda *values: _extreme(max, values),
    "Min": lambda *values: _extreme(min, values),
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
