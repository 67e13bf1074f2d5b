"""The engine against brute force, on random expressions.

Expressions with sums, products, indexed families, Kronecker deltas and geometric terms are drawn at
random, then rewritten in ways that keep the value, or changed as a slip of the pen changes them.
The oracle adds everything up at small sizes with its own few lines; it shares nothing with the
engine. Whatever the engine calls proved or checked must agree with it at every point.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import pytest
import sympy as sp

from nnlib.symbolic import Verdict, equal

K, T = sp.symbols("K T", integer=True, positive=True)
j, m = sp.symbols("j m", integer=True)
a = sp.Symbol("a", real=True)
g = sp.Symbol("g", positive=True)
x, y, W = (sp.IndexedBase(name, real=True) for name in ("x", "y", "W"))
BOUND = sp.symbols("i k l s", integer=True)

ACCEPTED = {"proved", "proved for sizes", "checked"}
# Where j and m are free, they are indices of a family of length K.
IN_RANGE = (j >= 0, j <= K - 1, m >= 0, m <= K - 1)


# --- the oracle: add everything up ----------------------------------------------------------------


class NoValue(Exception):
    """A division by zero, or a point at which the oracle has nothing to say."""


def brute(expr: sp.Basic, at: dict[sp.Basic, Fraction]) -> Fraction:
    """The exact value at a point; entries of families are made from their indices."""
    if expr.is_Rational:
        return Fraction(int(expr.p), int(expr.q))
    if expr.is_Symbol:
        return at[expr]
    if expr.is_Add:
        return sum((brute(term, at) for term in expr.args), Fraction(0))
    if expr.is_Mul:
        return math.prod((brute(factor, at) for factor in expr.args), start=Fraction(1))
    if expr.is_Pow:
        base, exponent = brute(expr.base, at), brute(expr.exp, at)
        if exponent.denominator != 1 or base == 0 and exponent < 0:
            raise NoValue
        return base ** int(exponent)
    if isinstance(expr, sp.KroneckerDelta):
        return Fraction(brute(expr.args[0], at) == brute(expr.args[1], at))
    if isinstance(expr, sp.Indexed):
        return entry(str(expr.base), tuple(brute(i, at) for i in expr.indices), at[a])
    if isinstance(expr, sp.Sum | sp.Product):
        return brute_range(expr, at)
    raise AssertionError(f"the oracle does not know {expr.func}")


def brute_range(expr: sp.Sum | sp.Product, at: dict[sp.Basic, Fraction]) -> Fraction:
    *inner, (index, low, high) = expr.limits
    body = expr.func(expr.function, *inner) if inner else expr.function
    first, last = (int(brute(bound, at)) for bound in (low, high))
    if last < first - 1:
        raise NoValue  # a reversed range has no meaning for an author
    values = [brute(body, {**at, index: Fraction(n)}) for n in range(first, last + 1)]
    if isinstance(expr, sp.Sum):
        return sum(values, Fraction(0))
    return math.prod(values, start=Fraction(1))


def entry(family: str, indices: tuple[Fraction, ...], seed: Fraction) -> Fraction:
    drawn = random.Random(f"{family} {indices} {seed}")
    return Fraction(drawn.choice([-3, -2, -1, 1, 2, 3, 5]), drawn.choice([1, 2, 3]))


def points() -> Iterator[dict[sp.Basic, Fraction]]:
    """Every small size, every place of j and m, other values at random."""
    rng = random.Random(7)
    for size in (1, 2, 3, 4, 7):
        for steps in (1, 2, 3, 5, 8):
            for _ in range(2):
                values = {K: size, T: steps, j: rng.randrange(size), m: rng.randrange(size)}
                values[a] = Fraction(rng.randint(-9, 9), rng.randint(1, 4))
                values[g] = Fraction(rng.randint(1, 9), rng.choice([2, 3, 5]))
                yield {symbol: Fraction(value) for symbol, value in values.items()}


POINTS = list(points())


def disagreement(
    left: sp.Expr, right: sp.Expr, holds: Callable[[dict[sp.Basic, Fraction]], bool]
) -> dict[sp.Basic, Fraction] | None:
    """A point of the oracle at which the two differ."""
    for at in POINTS:
        try:
            if holds(at) and brute(left, at) != brute(right, at):
                return at
        except NoValue:
            continue
    return None


# --- random expressions ---------------------------------------------------------------------------


@dataclass
class Writer:
    """Draws expressions; `names` are the indices that may be used at this place."""

    rng: random.Random

    def expression(self, depth: int, names: tuple[sp.Symbol, ...] = (j, m)) -> sp.Expr:
        if depth == 0:
            return self.leaf(names)
        total = self.total
        make = self.rng.choice([total, total, total, self.add, self.times, self.ratio])
        return make(depth, names)

    def leaf(self, names: tuple[sp.Symbol, ...]) -> sp.Expr:
        one, two = self.rng.choice(names), self.rng.choice(names)
        shift = self.rng.choice([0, 0, 0, 1, -1])
        return self.rng.choice(
            [x[one], x[one], y[one], x[one + shift], W[one, two], sp.KroneckerDelta(one, two),
             sp.KroneckerDelta(one, two + shift), a, g, g ** (T - one), g**one, one, sp.Integer(2),
             x[one] ** 2, a * x[two]]
        )  # fmt: skip

    def add(self, depth: int, names: tuple[sp.Symbol, ...]) -> sp.Expr:
        sign = self.rng.choice([1, -1, sp.Rational(1, 2)])
        return self.expression(depth - 1, names) + sign * self.expression(depth - 1, names)

    def times(self, depth: int, names: tuple[sp.Symbol, ...]) -> sp.Expr:
        return self.expression(depth - 1, names) * self.expression(depth - 1, names)

    def ratio(self, depth: int, names: tuple[sp.Symbol, ...]) -> sp.Expr:
        return self.expression(depth - 1, names) / self.rng.choice([K, T, 1 + g, 2 + a**2])

    def total(self, depth: int, names: tuple[sp.Symbol, ...]) -> sp.Expr:
        unused = [b for b in BOUND if b not in names]
        if not unused:
            return self.leaf(names)
        index = unused[0]
        low, high = self.range(names)
        body = self.expression(depth - 1, (*names, index, index))
        kind = sp.Product if self.rng.random() < 0.08 and depth == 1 else sp.Sum
        return kind(body, (index, low, high))

    def range(self, names: tuple[sp.Symbol, ...]) -> tuple[sp.Expr, sp.Expr]:
        one = self.rng.choice(names)
        ranges = [(0, K - 1), (0, K - 1), (1, T), (1, T), (0, T - 1), (1, K), (2, T + 1), (0, one)]
        low, high = self.rng.choice(ranges)
        return sp.sympify(low), sp.sympify(high)


def sums_in(expr: sp.Expr) -> list[sp.Sum]:
    return sorted(expr.atoms(sp.Sum), key=sp.default_sort_key)


# --- rewritings that keep the value ---------------------------------------------------------------
# Each gets the summand, the index and the bounds of one level of a sum, and gives what equals it.


def shift_index(body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    return sp.Sum(rename(body, index, index + 2), (index, low - 2, high - 2))


def reverse(body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    return sp.Sum(rename(body, index, low + high - index), (index, low, high))


def rename_index(body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    other = sp.Symbol("r", integer=True)
    return sp.Sum(rename(body, index, other), (other, low, high))


def peel_last(body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    return sp.Sum(body, (index, low, high - 1)) + rename(body, index, high)


def peel_first(body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    return rename(body, index, low) + sp.Sum(body, (index, low + 1, high))


def split_terms(body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    terms = sp.Add.make_args(sp.expand(body))
    return sp.Add(*(sp.Sum(term, (index, low, high)) for term in terms))


def constants_out(body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    factors = sp.Mul.make_args(body)
    outside = [f for f in factors if index not in f.free_symbols]
    inside = [f for f in factors if index in f.free_symbols]
    return sp.Mul(*outside) * sp.Sum(sp.Mul(*inside), (index, low, high))


def add_and_subtract(body: sp.Expr, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> sp.Expr:
    more = x[index] * W[index, j]
    return sp.Sum(body + more, (index, low, high)) - sp.Sum(more, (index, low, high))


def rename(expr: sp.Expr, old: sp.Symbol, new: sp.Expr) -> sp.Expr:
    """Replace a free index; where a bound one of the expression would catch it, give up."""
    bound = {limit[0] for s in expr.atoms(sp.Sum, sp.Product) for limit in s.limits}
    if bound & (new.free_symbols | {old}):
        raise NoValue
    return expr.xreplace({old: new})


def exchange(s: sp.Sum) -> sp.Expr:
    """Exchange the two inner sums, if neither range depends on the other index."""
    if len(s.limits) < 2 or s.limits[1][0] in sp.Tuple(*s.limits[0][1:]).free_symbols:
        raise NoValue
    return sp.Sum(s.function, s.limits[1], s.limits[0], *s.limits[2:])


LEVEL_REWRITINGS = [
    shift_index, reverse, rename_index, peel_last, peel_first, split_terms, constants_out,
    add_and_subtract,
]  # fmt: skip


def at_a_level(s: sp.Sum, rng: random.Random, change: Callable[..., sp.Expr]) -> sp.Expr:
    """Apply a change to one of the nested sums that SymPy writes as one."""
    level = rng.randrange(len(s.limits))
    body = sp.Sum(s.function, *s.limits[:level]) if level else s.function
    changed = change(body, *s.limits[level])
    outer = s.limits[level + 1 :]
    return sp.Sum(changed, *outer) if outer else changed


def rewritten(expr: sp.Expr, rng: random.Random) -> sp.Expr:
    sums = sums_in(expr)
    if not sums or rng.random() < 0.1:
        return sp.expand(expr * (1 + g)) / (1 + g)
    chosen = rng.choice(sums)
    if rng.random() < 0.2:
        return expr.xreplace({chosen: exchange(chosen)})
    return expr.xreplace({chosen: at_a_level(chosen, rng, rng.choice(LEVEL_REWRITINGS))})


# --- slips of the pen -----------------------------------------------------------------------------


SLIPS_OF_A_RANGE = [
    lambda body, index, low, high: sp.Sum(body, (index, low + 1, high)),
    lambda body, index, low, high: sp.Sum(body, (index, low - 1, high)),
    lambda body, index, low, high: sp.Sum(body, (index, low, high + 1)),
    lambda body, index, low, high: sp.Sum(body, (index, low, high - 1)),
    lambda body, index, low, high: sp.Sum(body, (index, 0, T)),
    lambda body, index, low, high: sp.Sum(-body, (index, low, high)),
    lambda body, index, low, high: sp.Sum(body**2, (index, low, high)),
    lambda body, index, low, high: sp.Sum(body, (index, low, high)) ** 2,
]


def slipped(expr: sp.Expr, rng: random.Random) -> sp.Expr:
    """The expression with one small change, which nearly always changes the value."""
    changes = []
    for s in sums_in(expr):
        changes += [(s, at_a_level(s, rng, change)) for change in SLIPS_OF_A_RANGE]
    for e in sorted(expr.atoms(sp.Indexed), key=sp.default_sort_key):
        moved = (e.indices[0] + 1, *e.indices[1:])
        changes += [(e, e.base[moved]), (e, 2 * e), (e, e.base[e.indices[::-1]]), (e, y[j])]
    for d in sorted(expr.atoms(sp.KroneckerDelta), key=sp.default_sort_key):
        changes += [(d, sp.Integer(1)), (d, sp.Integer(0)), (d, sp.KroneckerDelta(d.args[0], j))]
    for p in sorted(expr.atoms(sp.Pow), key=sp.default_sort_key):
        changes += [(p, p.base ** (p.exp + 1)), (p, p.base ** (-p.exp))]
    changes += [(term, sp.Integer(0)) for term in sp.Add.make_args(expr) if expr.is_Add]
    old, new = rng.choice(changes or [(expr, expr + 1)])
    return expr.xreplace({old: new})


# --- the comparison -------------------------------------------------------------------------------


def holds_for(verdict: Verdict) -> Callable[[dict[sp.Basic, Fraction]], bool]:
    """Whether a point is one of those that the verdict speaks of."""

    def holds(at: dict[sp.Basic, Fraction]) -> bool:
        numbers = {symbol: sp.Rational(v.numerator, v.denominator) for symbol, v in at.items()}
        if any(condition.subs(numbers) == sp.false for condition in verdict.conditions):
            return False
        if verdict.status == "proved for sizes":
            named = {str(symbol): value for symbol, value in at.items()}
            return any(all(named[n] == v for n, v in size.items()) for size in verdict.sizes)
        return True

    return holds


def check(left: sp.Expr, right: sp.Expr) -> Verdict:
    verdict = equal(left, right, given=IN_RANGE)
    if verdict.status in ACCEPTED:
        at = disagreement(left, right, holds_for(verdict))
        assert at is None, f"{verdict}, but {left} is not {right} at {at}"
    if verdict.status == "refuted":
        assert verdict.counterexample
    return verdict


Change = Callable[[sp.Expr, random.Random], sp.Expr]


def pairs(seed: int, count: int, change: Change) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    rng = random.Random(seed)
    made = 0
    while made < count:
        expr = Writer(rng).expression(rng.choice([2, 2, 3]))
        try:
            other = change(expr, rng)
        except NoValue:
            continue
        if expr != other and expr.atoms(sp.Sum) and not other.has(sp.nan, sp.zoo):
            made += 1
            yield expr, other


@pytest.mark.parametrize("seed", range(4))
def test_no_slip_is_accepted_unless_it_changes_nothing(seed):
    verdicts = [check(*pair).status for pair in pairs(seed, 75, slipped)]
    assert verdicts.count("refuted") >= 60


@pytest.mark.parametrize("seed", range(4))
def test_true_rewritings_are_proved(seed):
    statuses = [check(*pair).status for pair in pairs(100 + seed, 25, rewritten)]
    told = ", ".join(f"{status}: {statuses.count(status)}" for status in sorted(set(statuses)))
    assert "refuted" not in statuses, told
    assert statuses.count("proved") >= 20, told


def test_two_rewritings_in_a_row_are_proved():
    def twice(expr: sp.Expr, rng: random.Random) -> sp.Expr:
        return rewritten(rewritten(expr, rng), rng)

    statuses = [check(*pair).status for pair in pairs(200, 25, twice)]
    assert "refuted" not in statuses
    assert statuses.count("proved") >= 18


def test_two_unrelated_expressions_are_never_called_equal():
    rng = random.Random(300)
    for _ in range(30):
        left, right = (Writer(rng).expression(2) for _ in range(2))
        check(left, right)


def test_the_oracle_sees_a_slip():
    total, slip = sp.Sum(x[j], (j, 0, K - 1)), sp.Sum(x[j], (j, 1, K - 1))
    assert disagreement(total, total, lambda at: True) is None
    assert disagreement(total, slip, lambda at: True) is not None
    assert brute(sp.Sum(g**j, (j, 0, K - 1)), {K: Fraction(3), g: Fraction(1, 2)}) == Fraction(7, 4)
