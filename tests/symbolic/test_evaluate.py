"""Values at a point: each rule against a value worked out by hand, and what has no value."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from nnlib.symbolic import Definition, Maximum, Recurrence
from nnlib.symbolic._evaluate import Point, Undefined, Unsupported, distance, draw, same

i, j, k = sp.symbols("i j k", integer=True)
T = sp.Symbol("T", integer=True)
a, b = sp.symbols("a b", real=True)
q = sp.Symbol("q", real=True)
x, y = sp.IndexedBase("x", real=True), sp.IndexedBase("y", positive=True)
half, third_of_one = sp.Rational(1, 2), sp.Rational(1, 3)
delta = sp.KroneckerDelta


def at(**values):
    """A point with these values of T, a and b."""
    named = {"T": T, "a": a, "b": b}
    return Point(0, values={named[name]: Fraction(value) for name, value in values.items()})


HERE = at(T=1, a="-7/2", b=2)
EXACT = {
    sp.Integer(0) ** T: 0,
    (T - 1) ** T: 0,
    (T - 1) ** (T - 1): 1,
    (T - 1) ** half: 0,
    b**-3: sp.Rational(1, 8),
    delta(T, 2) / (T - 1): 0,  # a delta is looked at before what it stands with
    sp.Sum(k, (k, 3, T)): -2,  # backwards: -2
    sp.Sum(k, (k, 2, T)): 0,
    sp.Sum(k, (k, 1, T)): 1,
    sp.Product(k + 1, (k, 2, T)): 1,
    sp.Product(k + 1, (k, 3, T)): sp.Rational(1, 3),
    sp.Sum(sp.Sum(i * k, (i, 0, k)), (k, 1, 2)): 7,
    sp.Sum(1, (k, 1, 10_001)): 10_001,
    sp.Abs(a): sp.Rational(7, 2),
    sp.sign(a): -1,
    sp.sign(b): 1,
    sp.sign(T - 1): 0,
    sp.floor(a): -4,
    sp.ceiling(a): -3,
    sp.Mod(a, 3): sp.Rational(5, 2),
    sp.factorial(T - 1): 1,
    sp.factorial(b): 2,
    sp.Max(a, b, T): 2,
    sp.Min(a, b, T): sp.Rational(-7, 2),
    Maximum(a, b): 2,
    delta(T, b): 0,
    delta(T, b - 1): 1,
    sp.floor(b**300 / 3): (2**300 - 1) // 3,
    sp.floor(sp.exp(b)): 7,
    sp.ceiling(sp.exp(b)): 8,
    sp.Float("0.5") * 0 + b: 2,
    sp.Piecewise((3, a < b), (4, True)): 3,
}  # fmt: skip


@pytest.mark.parametrize("expr", EXACT, ids=str)
def test_exact_values(expr):
    value = HERE.evaluate(expr)
    assert isinstance(value, Fraction) and value == Fraction(str(sp.Rational(EXACT[expr])))


INEXACT = {
    sp.pi + a: math.pi - 3.5,
    sp.E**b: math.exp(2),
    sp.exp(a): math.exp(-3.5),
    sp.log(b): math.log(2),
    sp.sin(b): math.sin(2),
    sp.cos(b): math.cos(2),
    sp.tan(b): math.tan(2),
    sp.tanh(a): math.tanh(-3.5),
    sp.sinh(a): math.sinh(-3.5),
    sp.cosh(a): math.cosh(-3.5),
    sp.atan(a): math.atan(-3.5),
    sp.erf(b): math.erf(2),
    sp.sqrt(b) * a: -3.5 * math.sqrt(2),
    b**a: 2**-3.5,
    sp.Float("0.25") * b: 0.5,
    sp.sign(sp.exp(b) - 8): -1.0,
    sp.Abs(sp.exp(b) - 8): 8 - math.exp(2),
    sp.Mod(sp.exp(b), 2): math.exp(2) - 6,
    sp.Max(sp.exp(b), 7): math.exp(2),
    sp.sqrt(a): 1j * math.sqrt(3.5),
    sp.I * b: 2j,
    a - sp.exp(b): -3.5 - math.exp(2),
    sp.exp(b) / a: -math.exp(2) / 3.5,
    sp.Sum(sp.exp(k), (k, 0, 1)): 1 + math.e,
    sp.Product(sp.exp(k), (k, 0, 2)): math.exp(3),
    sp.Sum(sp.exp(k), (k, 3, T)): -math.exp(2),
    sp.Product(sp.exp(k), (k, 3, T)): math.exp(-2),
}  # fmt: skip


@pytest.mark.parametrize("expr", INEXACT, ids=str)
def test_values_that_are_not_rational(expr):
    value = HERE.evaluate(expr)
    assert not isinstance(value, Fraction)
    assert complex(value) == pytest.approx(complex(INEXACT[expr]), rel=1e-13)


def test_values_have_many_digits():
    third = b / 3 - third_of_one
    with mpmath.workdps(60):
        e, one = mpmath.e, mpmath.mpf(1)
        for expr, value in {
            sp.exp(1) * sp.pi: e * mpmath.pi,
            sp.exp(T) + third: e + one / 3,
            third - sp.exp(T): one / 3 - e,
            third * sp.exp(T): e / 3,
            sp.exp(T) / (b + T): e / 3,
            (b + T) ** third_of_one: mpmath.power(3, one / 3),
            sp.log(third): -mpmath.log(3),
            sp.Float("0.1", 40) * sp.exp(T): e / 10,
        }.items():
            assert abs(HERE.evaluate(expr) - value) < mpmath.mpf(10) ** -38


@pytest.mark.parametrize(
    "expr",
    [
        1 / (T - 1),
        (T - 1) ** a,
        (T - 1) ** (sp.I * b),
        sp.log(T - 1),
        sp.factorial(a),
        sp.factorial(-b),
        sp.factorial(sp.exp(b)),
        x[T * half],
        x[T + sp.exp(T)],
        sp.Sum(k, (k, 0, a)),
        sp.Mod(a, T - 1),
        sp.Piecewise((1, a > b)),
        sp.Piecewise((1, sp.sqrt(a) > 0), (2, True)),
        sp.exp(sp.exp(sp.exp(b + 20))),
        sp.sin(sp.exp(sp.exp(b + 20))),
        b ** sp.exp(sp.exp(b + 20)),
    ],
    ids=str,
)
def test_what_has_no_value_here(expr):
    with pytest.raises(Undefined):
        HERE.evaluate(expr)


@pytest.mark.parametrize(
    "expr",
    [
        sp.zeta(b),
        sp.Sum(1, (k, 0, 10_001)),
        sp.Sum(1, (k, 10_001, 0)),
        sp.Integral(a, a),
    ],
    ids=str,
)
def test_what_cannot_be_evaluated(expr):
    with pytest.raises(Unsupported):
        HERE.evaluate(expr)


def test_the_largest_power():
    assert HERE.evaluate(b**10_000) == 2**10_000
    for too_large in (b**10_001, b**-10_001):
        with pytest.raises(Undefined):
            HERE.evaluate(too_large)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (sp.true, True),
        (sp.false, False),
        (T < 1, False),
        (T <= 1, True),
        (T > 1, False),
        (T >= 1, True),
        (T < 2, True),
        (T > 0, True),
        (T >= 2, False),
        (T <= 0, False),
        (sp.Eq(T, 1), True),
        (sp.Eq(a, b), False),
        (sp.Ne(T, 1), False),
        (sp.Ne(a, b), True),
        (sp.And(T >= 1, a < b), True),
        (sp.And(T >= 1, a > b), False),
        (sp.Or(T > 1, a < b), True),
        (sp.Or(T > 1, a > b), False),
        (sp.Not(sp.And(T >= 1, a < b), evaluate=False), False),
        (sp.Not(sp.Or(T > 1, a > b), evaluate=False), True),
        (sp.exp(T) > sp.Rational(27, 10), True),
        (sp.Eq(sp.exp(a) * sp.exp(-a), 1), True),
    ],
    ids=str,
)
def test_conditions(condition, holds):
    assert HERE.holds(condition) is holds


def test_conditions_with_a_bound_index():
    assert HERE.holds(k > T, {k: 2}) and not HERE.holds(k > T, {k: 1})
    with pytest.raises(Unsupported, match="cannot decide"):
        HERE.holds(sp.Symbol("A", bool=True))


# --- what is drawn --------------------------------------------------------------------------------


def drawn(wide=False, **assumptions):
    symbol = sp.Symbol("s", **assumptions)
    return {draw(random.Random(seed), symbol, wide) for seed in range(400)}


def test_whole_numbers_are_drawn_from_a_small_range():
    assert drawn(integer=True) == set(range(-3, 6))
    assert drawn(integer=True, nonnegative=True) == set(range(6))
    assert drawn(integer=True, positive=True) == set(range(1, 6))
    assert drawn(True, integer=True) == set(range(-3, 10))


def test_values_fit_the_assumptions():
    tame = drawn(positive=True)
    assert all(0 < value < 3 for value in tame) and 1 not in tame and len(tame) > 20
    assert drawn(nonnegative=True) == tame
    assert drawn(negative=True) == drawn(nonpositive=True) == {-value for value in tame}
    assert drawn(real=True) == tame | {-value for value in tame}
    wide = drawn(True, positive=True)
    assert min(wide) < Fraction(1, 20) and max(wide) > 100 and 1 in drawn(True, integer=True)
    assert drawn(True, real=True) == wide | {-value for value in wide}


def test_a_point_is_tame_unless_told():
    assert max(abs(Point(seed).evaluate(a)) for seed in range(30)) < 3
    assert max(abs(Point(seed, wide=True).evaluate(a)) for seed in range(30)) > 20


def test_entries_are_drawn_as_their_family_is_declared():
    values = [Point(seed).evaluate(y[n]) for seed in range(5) for n in range(4)]
    assert min(values) > 0
    assert min(Point(seed, wide=True).evaluate(y[0]) for seed in range(60)) < Fraction(1, 20)


def test_an_unknown_function_has_one_value_for_each_argument():
    f = sp.Function("f")
    point = Point(1, values={a: Fraction(2), b: Fraction(2)})
    assert point.evaluate(f(a)) == point.evaluate(f(b)) == point.evaluate(f(2))
    values = [point.evaluate(f(n * half)) for n in range(8)]
    assert len(set(values)) >= 4


# --- names ----------------------------------------------------------------------------------------


def test_a_defined_name_has_the_value_of_its_definition():
    point = Point(0, [Definition(q, a + 1), Definition(x[j], j * a)], {a: Fraction(3)})
    assert point.evaluate(q) == 4 and point.evaluate(x[5]) == 15 and point.evaluate(x[2]) == 6
    told = Point(0, [Definition(q, a + 1)], {a: Fraction(3), q: Fraction(9)})
    assert told.evaluate(q) == 9


def test_a_sequence_follows_its_rule():
    rule = Recurrence(x[k], 2 * x[k - 1] + a, initial=b, start=1)
    point = Point(0, [rule], {a: Fraction(1), b: Fraction(5)})
    assert [point.evaluate(x[n]) for n in (3, 1, 2)] == [23, 5, 11]
    point.change(b, Fraction(0))
    assert point.evaluate(x[2]) == 1


def test_what_was_asked_for_is_kept():
    point = Point(0)
    value = point.evaluate(a + x[2])
    assert set(point.seen) == {a, (x, (2,))}
    assert sum(point.seen.values()) == value == point.evaluate(x[2] + a)


# --- comparing values -----------------------------------------------------------------------------


def test_fractions_are_compared_exactly():
    assert same(Fraction(1, 3), Fraction(2, 6))
    assert not same(Fraction(1), 1 + Fraction(1, 10**60))


def test_other_values_are_compared_to_nearly_all_digits():
    with mpmath.workdps(60):
        one, tiny = mpmath.mpf(1), mpmath.mpf(10)
        assert same(one, one + tiny**-36) and same(Fraction(1), one + tiny**-36)
        assert same(one + tiny**-36, Fraction(1)) and same(one - tiny**-36, one)
        assert not same(one, one + tiny**-34) and not same(one + tiny**-34, one)
        assert same(tiny**30, tiny**30 + tiny**-6) and not same(tiny**30, tiny**30 + tiny**-4)
        assert same(tiny**-36, 0 * one) and not same(tiny**-34, 0 * one)
        assert not same(one, -one)


def test_distances():
    assert distance(Fraction(1), Fraction(5, 2)) == distance(Fraction(5, 2), Fraction(1)) == 1.5
    assert distance(Fraction(1), mpmath.mpf(3)) == 2
