"""The parts of the engine one by one.

In `equal` the proof and the values at points guard each other, so a fault in one of them may hide
behind the other. Here each has to be right alone.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any
from unittest import mock

import numpy as np
import pytest
import sympy as sp
import test_false_lines as lines

from nnlib.symbolic import (
    Definition,
    Derivation,
    FalseStep,
    Partial,
    Recurrence,
    UnprovedStep,
    derivative,
    equal,
    sym,
    symarray,
)
from nnlib.symbolic import _equal as deciding
from nnlib.symbolic import _limit_values as limits
from nnlib.symbolic import _proof as proving
from nnlib.symbolic import _question as asking
from nnlib.symbolic._budget import charge
from nnlib.symbolic._evaluate import Point, Undefined, same
from nnlib.symbolic._facts import Facts
from nnlib.symbolic._normal import NormalForm
from nnlib.symbolic._notation import expand_names, substitute
from nnlib.symbolic._zero import is_zero

i, j, k, m, s = sp.symbols("i j k m s", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
a, b = sp.symbols("a b", real=True)
z = sp.Symbol("z")
gamma, beta = sp.symbols("gamma beta", positive=True)
x, y, w = (sp.IndexedBase(name, real=True) for name in ("x", "y", "w"))
in_range = (j >= 0, j <= K - 1)
delta = sp.KroneckerDelta
half, third = sp.Rational(1, 2), sp.Rational(1, 3)


def total(term: Any, index: Any = k, low: Any = 0, high: Any = K - 1) -> sp.Expr:
    return sp.Sum(term, (index, low, high))


def times(term: Any, index: Any = k, low: Any = 1, high: Any = K) -> sp.Expr:
    return sp.Product(term, (index, low, high))


def points(seeds: int = 3) -> Iterator[Point]:
    for seed, size, steps in itertools.product(range(seeds), (1, 2, 4), (1, 3)):
        for place in (-1, 0, 1, size - 1, size, size + 1):
            at = {K: size, T: steps, n: steps - 1, j: place, m: place + 1, z: place - half}
            yield Point(seed, values={key: Fraction(str(value)) for key, value in at.items()})


# --- the normal form ------------------------------------------------------------------------------

KEPT = {
    "a constant": (total(a, k, 0, T), ()),
    "geometric": (total(gamma**k, k, 2, K + 1), ()),
    "geometric, any sign": (total(a**k), ()),
    "geometric, two ratios": (total(gamma**k * a ** (2 * k)), ()),
    "geometric, falling": (total(gamma ** (T - k), k, 1, T), ()),
    "geometric of e": (total(sp.exp(-k * gamma)), ()),
    "ratio one": (total(sp.Integer(1) * k**3, k, 2, K), ()),
    "moment": (total(k * gamma**k, k, 0, K), ()),
    "second moment, later start": (total(k**2 * gamma**k, k, 2, K + 1), ()),
    "no moment": (total(gamma**k / k, k, 1, K), ()),
    "no geometric sum": (total(gamma ** (k**2)), ()),
    "alternating": (total((-1) ** k * x[k]), ()),
    "delta": (total(delta(j, k) * x[k]), ()),
    "delta at the ends": (total(delta(j, k + 1) * x[k], k, 1, K), ()),
    "delta in range": (total(delta(j, k) * x[k]), in_range),
    "delta above the range": (total(delta(j, k) * x[k]), (j >= K,)),
    "delta perhaps above the range": (total(delta(j, k) * x[k]), (j >= K - 1,)),
    "delta below the range": (total(delta(j, k) * x[k]), (j < 0,)),
    "delta perhaps below the range": (total(delta(j, k) * x[k]), (j <= 0,)),
    "delta of a multiple": (total(delta(2 * k, j) * x[k], k, 0, 2 * K), ()),
    "delta that is no factor": (total((1 + a) ** delta(j, k)), in_range),
    "delta of the other sign": (total(delta(K - k, j) * x[k], k, 1, K), ()),
    "delta of two ranges": (total(total(delta(i, k) * x[i] * y[k], i), k, 1, T), ()),
    "delta, one place short": (total(total(delta(i, k) * x[i], i, 1, K), k, 0, K), ()),
    "range that may be reversed": (times(sp.Abs(K - j) * x[k], k, j, K - 1), ()),
    "other bounds": (total(x[k], k, 2, K + 2) - 3 * total(x[k], k, 0, K), ()),
    "other bounds below": (total(x[k], k, n, K + 9) - 3 * total(x[k], k, n + 2, K + 9), ()),
    "other bounds above": (total(x[k], k, 1, n + 2) - 3 * total(x[k], k, 1, n), ()),
    "nested bounds": (total(x[k] * total(y[i], i, k, K) + x[k] * total(y[i], i, k, K + 1)), ()),
    "shifted": (total(x[k + 2] * gamma**k), ()),
    "reversed": (total(x[K - 1 - k] * y[k] + x[T - k]), ()),
    "reversed, other ends": (total(x[T - k] * sp.exp(y[T - k]), k, 1, T + 2), ()),
    "written out": (total(x[j + k] * a**k, k, 1, 3) + times(x[k] + j, k, 2, 4), ()),
    "split": (total((2 * x[k] + a * y[k]) * (b + x[k]) - 3 * x[k]), ()),
    "square of a sum": (total(x[k]) ** 2 + total(x[k]) ** 3, ()),
    "sum of a square of a sum": (total(y[k] * total(x[i], i, 0, K - 1) ** 2), ()),
    "square of an inner sum": (total(y[k] * total(w[i, k], i) ** 2), ()),
    "triangle": (total(y[k] * total(w[i, k], i, 0, k) ** 2), ()),
    "two ranges alike": (total(total(w[i, k] * x[i], i, 0, K) * sp.exp(total(y[s], s, 0, k))), ()),
    "power of a difference": (a ** (K - T), ()),
    "power of a sum": (a ** (K + T) * a**2, ()),
    "root of a product": (sp.sqrt(a * b) + sp.sqrt(gamma * a), ()),
    "root of a square": (sp.sqrt((a + b) ** 2) + sp.sqrt(total(x[k]) ** 2), ()),
    "root of a square that may be complex": (sp.sqrt(z**2) * 2, ()),
    "absolute value": (sp.Abs(-gamma * a) + sp.Abs(a * b) + sp.Abs(1 - gamma), (gamma > 1,)),
    "absolute value of a difference": (sp.Abs(a - b) * gamma, (a < b,)),
    "logarithm": (sp.log(12 * gamma**3 / (25 * beta)), ()),
    "logarithm of a product": (sp.log(times(gamma + k)), ()),
    "logarithm of a sum": (sp.log(total(sp.exp(x[k]))) + sp.log(sp.exp(a) * gamma), ()),
    "factorials": (sp.factorial(n + 3) / sp.factorial(n) + sp.factorial(K - 1), ()),
    "factorials, below": (sp.factorial(K) / sp.factorial(K - 1), ()),
    "linear product": (times(2 * k + 4, k, 1, K), ()),
    "linear product of odd numbers": (times(2 * k + 1), ()),
    "linear product, later start": (times(k + n, k, 2, T), ()),
    "linear product through zero": (times(k - 3, k, 1, K), ()),
    "linear product of a real": (times(k + a, k, 1, K), ()),
    "constant product": (times(a, k, 0, T), ()),
    "product of powers": (times(gamma**k * x[k] ** 2), ()),
    "product of roots": (times(sp.sqrt(x[k] ** 2 + k)), ()),
    "product of roots of any sign": (times(sp.sqrt(x[k])), ()),
    "products, one more": (times(x[k], k, 1, n + 1) - 2 * times(x[k], k, 1, n), ()),
}  # fmt: skip


def values(expr: sp.Expr, other: sp.Expr, conditions: Any) -> Iterator[tuple[Any, Any]]:
    """What the two come to at the points that satisfy the conditions."""
    for point in points():
        with contextlib.suppress(Undefined):
            if all(point.holds(condition) for condition in conditions):
                yield point.evaluate(expr), point.evaluate(other)


@pytest.mark.parametrize("name", KEPT)
def test_the_normal_form_keeps_the_value(name):
    expr, given = KEPT[name]
    facts = Facts(given)
    normal = NormalForm(facts)(expr)
    pairs = list(values(expr, normal, [*given, *facts.conditions]))
    assert len(pairs) >= 3
    assert all(same(*pair) for pair in pairs), f"{expr} is not {normal} under {facts.conditions}"


def test_what_a_closed_form_takes_for_granted_is_noted():
    for expr, conditions in (
        (total(gamma**k), {sp.Ne(gamma, 1)}),
        (total(a**k), {sp.Ne(a, 1)}),
        (total(delta(j, k) * x[k]), {j >= 0, j <= K - 1}),
        (total(x[k], k, j, K + 1) - total(x[k], k, j, K), {j <= K + 1}),
        (times(a ** (k - 2)), {sp.Ne(a, 0)}),
        (gamma ** (K - T), set()),
        (a ** (K - T), {sp.Ne(a, 0)}),
    ):
        facts = Facts()
        NormalForm(facts)(expr)
        assert set(facts.conditions) == conditions


def test_what_depends_on_a_bound_index_is_no_condition():
    inner = total(sp.Sum(delta(i, k) * y[i], (i, 0, n)) * x[k] * (k - 2) ** (i - T))
    facts = Facts()
    NormalForm(facts)(total(inner, i))
    assert not any(condition.atoms(sp.Dummy) for condition in facts.conditions)


# --- the zero test --------------------------------------------------------------------------------

r, third_root = sp.sqrt(a**2 + gamma), sp.Pow(a**2 + gamma, third)
nested, over = sp.sqrt(1 + r), sp.sqrt(gamma + 1 / beta)
e, g = sp.exp(a / 2), gamma ** (K / 2)
# Written so that SymPy does not see it when the expression is made.
ZERO = {
    "square of a root": (r + 1) ** 2 - 2 * r - a**2 - gamma - 1,
    "cube of a root": (r + 1) ** 3
    - (a**2 + gamma) ** sp.Rational(3, 2)
    - 3 * (a**2 + gamma)
    - 3 * r
    - 1,
    "cube root": (third_root + 1) ** 3 - 3 * third_root**2 - 3 * third_root - 1 - a**2 - gamma,
    "root below": 1 / (r - 1) - (r + 1) / (a**2 + gamma - 1),
    "root of a root": (nested + 1) ** 4 - a**2 - gamma - 8 * (r + 1) - 8 * nested - 4 * nested * r,
    "root of a fraction": (over + 1) ** 2 - 2 * over - gamma - 1 / beta - 1,
    "fourth power of a root": (over + 1) ** 4
    - (gamma + 1 / beta) ** 2
    - 6 * gamma
    - 6 / beta
    - 4 * over**3
    - 4 * over
    - 1,
    "sign": ((-1) ** K + 1) ** 2 - 2 - 2 * (-1) ** K,
    "symbolic power": (gamma**K + 1) ** 3
    - gamma ** (3 * K)
    - 3 * gamma ** (2 * K)
    - 3 * gamma**K
    - 1,
    "half a power": (g + 1) ** 3 - 3 * (g + 1) ** 2 + 3 * g + 2 - gamma ** (3 * K / 2),
    "exponential": (sp.exp(a) + 1) ** 2 - sp.exp(2 * a) - 2 * sp.exp(a) - 1,
    "half an exponent": (e + 1) ** 3 - 3 * (e + 1) ** 2 + 3 * e + 2 - sp.exp(3 * a / 2),
    "fractions": 1 / (a + b) + 1 / (b - a) - 2 * b / (b**2 - a**2),
    "factors below": 1 / (a**2 * b) + 1 / (a * b) - (a + 1) / (a**2 * b),
    "same factor below": (1 + 1 / a) * (2 + 1 / a) - 2 - 3 / a - a**-2,
    "signs below": 1 / (3 - 3 * a) + 1 / (3 * a - 3),
    "number below": 1 / (2 * a + 2) - half / (a + 1),
    "fraction below": 1 / (1 / a + 1 / b) - a * b / (a + b),
    "square below": 1 / ((a + 1) ** 2 - 2 * a - 1) - a**-2,
}


@pytest.mark.parametrize("name", ZERO)
def test_zero_is_recognized_and_its_slips_are_not(name):
    expr = ZERO[name]
    assert expr != 0 and is_zero(expr)
    numbers = [Point(size, values={K: Fraction(size)}) for size in (3, 4)]
    for place, term in enumerate(expr.args):
        for slip in (-term, 2 * term, term**2):
            slipped = sp.Add(*expr.args[:place], slip, *expr.args[place + 1 :])
            zeros = [same(point.evaluate(slipped), Fraction(0)) for point in numbers]
            assert not is_zero(slipped) or all(zeros)


@pytest.mark.parametrize("base", [gamma, gamma + 1, sp.exp(a)], ids=str)
def test_different_powers_are_different(base):
    powers = [base ** (K * n) for n in (third, half, 1, 2)] + [base**half, base**third, base]
    for one, other in itertools.combinations(powers, 2):
        assert not is_zero(one - other)


# --- what is known about signs --------------------------------------------------------------------


def test_what_follows_from_facts():
    facts = Facts([j >= 0, j <= K - 1, gamma < 1, a > b, sp.Ne(a, 2)])
    assert facts.nonnegative(K - 1 - j) and facts.nonnegative(j + 3) and facts.positive(K - j)
    assert facts.positive(1 - gamma) and facts.positive(a - b) and facts.nonzero(a - 2)
    assert facts.positive((1 - gamma) * gamma) and facts.positive((a - b) ** -2)
    assert facts.positive(total(gamma**k)) and facts.positive(gamma + (a + b) ** 2)
    assert Facts([i >= j, j >= m]).nonnegative(i - m)


def test_what_does_not_follow_from_facts():
    facts = Facts([j >= 0, j <= K - 1, gamma < 1, a > b, sp.Ne(a, 2)])
    for expr in (-gamma, j - 1, K - 2 - j, a - b - 1, -j, 2 * j - K + 1):
        assert not facts.nonnegative(expr)
    for expr in (j, K - 1 - j, gamma * a, a**2 + b**2, sp.sqrt(a), gamma + a, a, b - a, a * b):
        assert not facts.positive(expr), expr
    assert not facts.positive(total(gamma**k, k, 0, j - 1))  # may have no terms
    assert not facts.positive(total(a))
    for expr in (a, a + b, a * (a - 2), a - 1, gamma - beta, (a - 2) * b):
        assert not facts.nonzero(expr), expr


def test_facts_about_an_index_hold_inside_only():
    facts = Facts()
    with facts.within(s - 3):
        assert facts.nonnegative(s - 2) and not facts.nonnegative(s - 4)
    assert not facts.nonnegative(s - 2)


def test_only_conditions_that_follow_are_left_out():
    from nnlib.symbolic._facts import without_implied

    assert without_implied([n >= 1, n >= 3, sp.Ne(gamma, 1)]) == [n >= 3, sp.Ne(gamma, 1)]
    assert without_implied([j >= 0, j <= K - 1, j >= 1]) == [j <= K - 1, j >= 1]
    assert without_implied([j >= 0, j >= 1, j >= 2]) == [j >= 2]
    assert without_implied([n >= 1, i <= K]) == [n >= 1, i <= K]
    assert without_implied([j <= K, j >= 0]) == [j <= K, j >= 0]


def test_without_leave_nothing_is_assumed():
    facts = Facts(may_assume=False)
    assert not facts.require_nonnegative(j) and not facts.conditions
    assert Facts().require_nonnegative(j)


# --- the proof and the points, each without the other ---------------------------------------------

QUICK = [(place, slip) for place, slip in lines.SLIPS if place[0] != "batch norm"][::3]


@pytest.mark.parametrize(("place", "slip"), QUICK)
def test_the_proof_alone_proves_no_false_line(place, slip):
    line = lines.LINES[place]
    asked = asking.Question(line.left, line.false[slip], line.given, line.where)
    with contextlib.suppress(NotImplementedError):
        proved, _ = proving.prove(asked.expanded())
        assert not proved


def test_the_points_alone_refute_a_wrong_proof():
    with mock.patch.object(deciding, "prove", lambda question: (True, (sp.Ge(T, 2),))):
        with mock.patch.object(deciding, "FIRST_POINTS", 0):
            assert equal(total(x[k]), total(x[k], high=K)).status == "refuted"
            assert equal(a, a).status == "proved"
            assert equal(sp.zeta(a), sp.zeta(a) + 1).status == "undecided"
            assert equal(sp.Abs(T - 1), T - 1).conditions == (sp.Ge(T, 2),)


def test_without_a_proof_nothing_is_proved():
    with (
        mock.patch.object(deciding, "prove", lambda question: (False, ())),
        mock.patch.object(proving, "prove", lambda question: (False, ())),
    ):
        assert equal(total(a * x[k]), a * total(x[k])).status == "checked"


def test_a_condition_keeps_points_that_break_it_away():
    with mock.patch.object(deciding, "prove", lambda question: (True, (sp.Ge(T, 4),))):
        with mock.patch.object(deciding, "may_need_conditions", lambda question: True):
            assert equal(sp.Abs(T - 4), T - 4).status == "proved"
            assert equal(sp.Abs(T - 5), T - 5).status == "refuted"


def test_too_few_points_are_no_check():
    nowhere = equal(sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2, 1, given=(a > 10**9,))
    assert nowhere.status == "undecided" and "too few points" in nowhere.reason


def test_a_given_equation_is_not_divided_by_what_may_be_zero():
    assert equal(b, 0, given=sp.Eq(a * b, 0)).status != "proved"
    assert equal(b, 0, given=(sp.Eq(a * b, 0), sp.Ne(a, 0))).status == "proved"
    assert equal(a, 2 - b, given=sp.Eq(a + b, 2)).status == "proved"
    assert equal(a, b - 2, given=sp.Eq(a + b, 2)).status == "refuted"


def test_decimals_are_exact():
    for left, right, status in (
        (0.1 * a + 0.25 * a, a * sp.Rational(35, 100), "proved"),
        (a * 1.0000000000000002, a, "refuted"),
        (a * 0.1, a / 10, "proved"),
        (a * 1e-30, 0, "refuted"),
        (sp.Float("0.1", 40) * a, a / 10, "proved"),
        (sp.Float("0.1000000000000000000001", 40) * a, a / 10, "refuted"),
    ):
        assert equal(left, right).status == status
    third = sp.Symbol("third", real=True)
    named = Definition(third, 0.333)
    assert equal(third * 1000, 333, where=named).status == "proved"
    assert equal(third * 3, 1, where=named).status == "refuted"


def test_the_values_of_a_point_are_one_for_each_name():
    point = Point(3, values={K: Fraction(3)})
    drawn = {point.evaluate(e) for e in (x[0], x[1], x[2], y[0], a, b)}
    assert len(drawn) >= 5
    assert point.evaluate(a) == Point(3).evaluate(a)
    many = [Point(seed).evaluate(a) for seed in range(20)]
    assert min(many) < 0 < max(many)


VALUES = {  # at T = 1, a = -7/2
    total(k**2, k, 1, 4): 30,
    times(k + T, k, 1, 3): 24,
    total(k, k, 4, T): -5,  # backwards: -(2 + 3)
    total(k, k, 2, T): 0,
    times(k, k, 4, T): sp.Rational(1, 6),
    sp.Sum(k * i, (i, 0, k), (k, 1, 3)): 25,
    sp.Sum(sp.Sum(i, (i, 0, k)) ** 2, (k, 1, 3)): 46,
    sp.ceiling(a): -3,
    sp.floor(a): -4,
    sp.Mod(2 * a, 3): 2,
    delta(T, 1) + 2 * delta(T, 2): 1,
    sp.Abs(a) + sp.sign(a): sp.Rational(5, 2),
    sp.Piecewise((5, T < 1), (7, T <= 1), (9, True)): 7,
    sp.Piecewise((5, sp.Ne(T, 1)), (7, sp.Eq(T, 1))): 7,
    sp.factorial(T + 3): 24,
}


@pytest.mark.parametrize("expr", VALUES, ids=str)
def test_values_at_a_point(expr):
    point = Point(0, values={T: Fraction(1), a: Fraction(-7, 2)})
    value = sp.Rational(VALUES[expr])
    assert point.evaluate(expr) == Fraction(value.p, value.q)


def test_values_that_differ_in_the_twentieth_digit_are_not_the_same():
    point = Point(0)
    near = [point.evaluate(e) for e in (sp.exp(2), sp.exp(2) + sp.Rational(1, 10**20))]
    assert not same(*near)
    assert same(point.evaluate(sp.exp(1) ** 2), point.evaluate(sp.exp(2)))


def test_a_changed_value_changes_the_sums():
    point = Point(0, values={K: Fraction(3)})
    before = point.evaluate(total(x[k] * a))
    point.change(a, 2 * point.evaluate(a))
    assert point.evaluate(total(x[k] * a)) == 2 * before


def test_a_sequence_starts_where_it_says():
    t = sp.Symbol("t", integer=True)
    C = sp.IndexedBase("C", real=True)
    rule = Recurrence(C[t], 2 * C[t - 1] + t, initial=5, start=2)
    point = Point(0, [rule])
    assert [point.evaluate(C[at]) for at in (2, 3, 4)] == [5, 13, 30]
    with pytest.raises(Undefined):
        point.evaluate(C[1])
    assert equal(C[4], 30, where=rule).status == "proved"
    later = equal(C[T], 2 * C[T - 1] + T, where=rule)
    assert (later.status, later.conditions) == ("proved", (sp.Ge(T, 3),))


# --- names and derivatives ------------------------------------------------------------------------


def test_nothing_is_captured():
    double = sp.Sum(x[i] * y[j] * a, (i, 0, k), (k, 0, K))
    for new in (i, k, K):
        moved = substitute(double, {j: new})
        point = Point(0, values={K: Fraction(3), i: Fraction(2), k: Fraction(1)})
        right = total(x[s], s, 0, m).func(x[s] * y[new] * a, (s, 0, m), (m, 0, K))
        assert point.evaluate(moved) == point.evaluate(right)
    q = Definition(x[j], total(y[k] * w[j, k]))
    assert (
        equal(
            total(x[k] * y[k]), sp.Sum(w[k, i] * y[i] * y[k], (i, 0, K - 1), (k, 0, K - 1)), where=q
        ).status
        == "proved"
    )


def test_an_index_of_a_definition_is_not_captured():
    q = sp.Symbol("q", real=True)
    outside = Definition(q, x[j])
    assert equal(total(q * y[k]), x[j] * total(y[k]), where=outside).status == "proved"
    with pytest.raises(ValueError, match=r"q stands for an expression with j, and is used in"):
        equal(total(q * y[j], j), x[j] * total(y[k]), where=outside)


def test_a_definition_with_two_indices_keeps_their_order():
    u = sp.IndexedBase("u", real=True)
    entry = Definition(u[i, j], x[i] / gamma + y[j])
    assert equal(u[k, s], x[k] / gamma + y[s], where=entry).status == "proved"
    assert equal(u[k, s], x[s] / gamma + y[k], where=entry).status == "refuted"


def test_derivatives_by_an_entry_with_two_indices():
    quadratic = sp.Sum(w[i, s] * x[i] * y[s], (i, 0, K - 1), (s, 0, K - 1))
    slope = derivative(quadratic, w[j, m])
    ranges = (*in_range, m >= 0, m <= K - 1)
    assert equal(slope, x[j] * y[m], given=ranges).status == "proved"


DERIVATIVES = [
    (a**3 * sp.exp(2 * a), 3 * a**2 * sp.exp(2 * a) + 2 * a**3 * sp.exp(2 * a)),
    (sp.log(1 + a**2), 2 * a / (1 + a**2)),
    (total(a**2 * x[k]), 2 * a * total(x[k])),
    (a * b * (a + 1), b * (2 * a + 1)),
]


@pytest.mark.parametrize(("expr", "slope"), DERIVATIVES)
def test_derivatives_by_a_symbol(expr, slope):
    assert equal(derivative(expr, a), slope).status == "proved"


def test_each_case_is_differentiated():
    cases = derivative(sp.Piecewise((a**2, a > 0), (3 * a, True)), a)
    assert cases == sp.Piecewise((2 * a, a > 0), (3, True))


def test_a_range_that_depends_on_the_variable_is_refused():
    with pytest.raises(NotImplementedError, match="bounds"):
        derivative(total(x[k], k, 0, sp.floor(a)), a)


def test_partial_takes_names_apart_from_the_inside():
    q = sp.Symbol("q", real=True)
    square = Definition(q, a**2)
    assert equal(Partial(q**2, a), 4 * a**3, where=square).status == "proved"
    assert equal(Partial(q**2, q), 2 * a**2, where=square).status == "proved"


@pytest.mark.parametrize(
    ("expr", "slope"),
    [
        (a**a, a**a * sp.log(a) + a**a),
        (sp.Integer(5), 0),
        (x[k] * b, 0),
        (sp.Abs(a), sp.sign(a)),
        (sp.exp(a * b) - b, b * sp.exp(a * b)),
        (total(b * x[k]) - a, -1),
    ],
)
def test_derivatives_rule_by_rule(expr, slope):
    assert derivative(expr, a) == slope


def test_derivatives_by_entries_rule_by_rule():
    assert derivative(w[i, j], w[k, m]) == delta(i, k) * delta(j, m)
    assert derivative(y[j] * a, x[k]) == 0 and derivative(a, x[k]) == 0
    swapped = derivative(w[i, j] * w[j, i], w[k, m])
    assert swapped == delta(i, k) * delta(j, m) * w[j, i] + delta(j, k) * delta(i, m) * w[i, j]


def test_derivatives_that_are_not_known_are_refused():
    for expr, variable, said in (
        (x[a], a, "no derivative by its index a"),
        (delta(i, j), i, "no derivative is known for KroneckerDelta"),
        (sp.Limit(a / T, T, sp.oo), a, "no derivative is known for Limit"),
        (total(x[k], k, 0, sp.floor(x[j])), x[m], "bounds"),
    ):
        with pytest.raises(NotImplementedError, match=said):
            derivative(expr, variable)
    for variable in (a + b, sp.Integer(2)):
        with pytest.raises(TypeError, match="variable must be a Symbol or an Indexed"):
            derivative(a, variable)
        with pytest.raises(TypeError, match="variable must be a Symbol or an Indexed"):
            Partial(a, variable)
    assert Partial(a**2, a).doit() == 2 * a


def test_names_are_expanded_wherever_they_stand():
    q = sp.Symbol("q", real=True)
    length = sp.Symbol("length", integer=True)
    names = (Definition(q, a + 1), Definition(length, K), Definition(x[i], b * i))
    assert expand_names(q**2, names) == (a + 1) ** 2
    assert expand_names(y[length + q], names) == y[K + a + 1]
    assert expand_names(x[length], names) == b * K and expand_names(y[j], names) == y[j]
    for kind in (sp.Sum, sp.Product):
        long = expand_names(kind(y[k] * q, (k, length, length + 1)), names)
        assert long.limits[0][1:] == (K, K + 1) and long.function.has(a) and not long.has(q)
    assert expand_names(Partial(x[j] ** 2, b), names) == 2 * b * j**2
    assert expand_names(Partial(x[j] ** 2, x[m]), names) == 2 * b * j * delta(j, m)
    sequence = Recurrence(w[k], w[k - 1] + a)
    assert expand_names(w[T] + q, (*names, sequence)) == w[T] + a + 1


def test_names_that_cannot_be_defined_are_refused():
    for wrong, error in ((x[j + 1], ValueError), (x[1], ValueError), (a + 1, TypeError)):
        with pytest.raises(error, match="lhs"):
            Definition(wrong, b)
    for wrong in (x[j + 1], w[i, j], a):
        with pytest.raises(TypeError, match="an Indexed with one symbol as index"):
            Recurrence(wrong, b)
    rule = Recurrence(x[k], 2, initial=3)
    for made in (Definition(a, 2).body, rule.body, rule.initial):
        assert isinstance(made, sp.Integer)


def test_names_show_what_they_stand_for():
    mean = Definition(a, total(x[k]) / K, "mean")
    assert repr(mean) == "a = (Σ_{k=0}^{K−1} x_k)/K\n    mean\n[definition]"
    assert mean.latex() == r"$\displaystyle a = \frac{\sum_{k=0}^{K - 1} x_{k}}{K}$"
    rule = Recurrence(y[k], gamma * y[k - 1] + x[k], initial=b)
    assert repr(rule) == "y₀ = b\ny_k = γ y_{k−1} + x_k\nfor k ≥ 1\n[definition]"
    assert rule.latex() == (r"$\displaystyle y_{0} = b, \qquad y_{k} = \gamma y_{k - 1} + x_{k}$")


# --- limits ---------------------------------------------------------------------------------------


def test_a_wrong_limit_is_noticed():
    """What the proof takes a limit for is compared with values far out, as it was asked."""
    with mock.patch.object(limits, "limit", lambda *args, **kwargs: sp.Integer(7)):
        assert equal(sp.Limit(sp.exp(-T), T, sp.oo), 7).status == "refuted"
    with mock.patch.object(limits, "_at_infinity", lambda *args: sp.Integer(0)):
        assert equal(sp.Limit(gamma**T, T, sp.oo), 0).status == "refuted"  # at γ = 1
        assert equal(sp.Limit(T * a / (T * a + 1), T, sp.oo), 0).status == "refuted"


LIMITS = [
    (sp.Limit(sp.Abs(a) / a, a, 0, "-"), -1, ()),
    (sp.Limit(sp.Abs(a) / a, a, 0, "+"), 1, ()),
    (sp.Limit((1 - a**2) / (1 - a), a, 1), 2, ()),
    (sp.Limit(gamma ** (T + 2) / (gamma**T + gamma ** (2 * T)), T, sp.oo), gamma**2, (gamma < 1,)),
    (sp.Limit((2 * T + 1) / (T + 3), T, sp.oo), 2, ()),
    (sp.Limit(a**2 + total(x[k] * a), a, 3), 9 + 3 * total(x[k]), ()),
    (sp.Limit(gamma**T * T**2 + b, T, sp.oo), b, (gamma < 1,)),
    (sp.Limit(total(gamma**k, k, 0, T), T, sp.oo), 1 / (1 - gamma), (gamma < 1,)),
    (sp.Limit(gamma ** (2 * T) * beta**T + 1, T, sp.oo), 1, (gamma < 1, beta < 1)),
    (sp.Limit(sp.Limit(a * b + b, a, 2), b, 3), 9, ()),
    (2 * sp.Limit(1 + 1 / T, T, sp.oo) + sp.Limit(a + 1, a, 1), 4, ()),
]


@pytest.mark.parametrize(("limit", "value", "given"), LIMITS)
def test_limits_that_are_found_are_right(limit, value, given):
    assert equal(limit, value, given=given).status == "proved"
    assert equal(limit, value + 1, given=given).status == "refuted"


def test_a_limit_that_hangs_on_a_power_is_not_known():
    ratio = (gamma**T + 1) / (gamma ** (T + 1) + gamma ** (2 * T))
    assert equal(sp.Limit(ratio, T, sp.oo), 0, given=(gamma < 1,)).status == "undecided"


@pytest.mark.parametrize(
    ("limit", "given"),
    [
        (sp.Limit(gamma**T, T, sp.oo), ()),
        (sp.Limit(gamma**T, T, sp.oo), (gamma > 1,)),
        (sp.Limit(gamma**T, T, sp.oo), (gamma < sp.Rational(3, 2),)),
        (sp.Limit(gamma**T, T, sp.oo), (gamma <= 1,)),
        (sp.Limit(gamma**T / (gamma**T + gamma ** (2 * T)), T, sp.oo), (gamma < 2,)),
        (sp.Limit(a**T, T, sp.oo), (a < 1,)),
        (sp.Limit(T**T, T, sp.oo), ()),
        (sp.Limit(total(x[k], k, 0, T), T, sp.oo), ()),
        (sp.Limit(times(x[k], k, 0, T), T, sp.oo), ()),
        (sp.Limit(gamma**T + beta**T, T, sp.oo), (gamma < 1,)),
        (sp.Limit(gamma**T + beta**T, T, sp.oo), (beta < 1,)),
    ],
    ids=str,
)
def test_limits_that_are_not_known_are_left_open(limit, given):
    with pytest.raises(NotImplementedError):
        limits.carry_out_limits(limit, given)


def test_limits_with_parameters_say_what_they_need():
    y, z = sp.symbols("y z", real=True)
    for limit, value, conditions in (
        (sp.Limit(T * y / (T * y + 1), T, sp.oo), 1, (sp.Ne(y, 0),)),
        (sp.Limit(T * y / (T**2 * z + T), T, sp.oo), 0, (sp.Ne(z, 0),)),
        (sp.Limit(a / (a + y), a, 0), 0, (sp.Ne(y, 0),)),
        (sp.Limit(a / (a + gamma), a, 0), 0, ()),
        (sp.Limit((a**2 - y**2) / (a - y), a, y), 2 * y, ()),
        (sp.Limit(sp.exp(-T), T, sp.oo), 0, ()),
    ):
        verdict = equal(limit, value)
        assert (verdict.status, verdict.conditions) == ("proved", conditions), verdict


@pytest.mark.parametrize(
    ("limit", "value", "given"),
    [
        (sp.Limit((gamma * beta) ** T, T, sp.oo), 0, (gamma < 1, beta > 2, gamma * beta > 1)),
        (sp.Limit((gamma * beta) ** T, T, sp.oo), 0, (beta < 1, gamma > 2, gamma * beta > 1)),
        (sp.Limit(gamma ** (1000 * T - T**2), T, sp.oo), 0, (gamma < 1,)),
        (sp.Limit(T * a / (T * a + 1), T, sp.oo), 0, ()),
        (sp.Limit(sp.floor(a + b), a, 0, "-"), sp.floor(b), ()),
        (sp.Limit(sp.sign(a), a, 0, "+-"), 0, ()),
        (sp.Limit(sp.KroneckerDelta(T, 1000000), T, sp.oo), 1, ()),
        (sp.Limit((-1) ** T, T, sp.oo), 0, ()),
        (sp.Limit(sp.Abs(a - b) / (a - b), a, b), -1, ()),
        (sp.Limit(b**T, T, sp.oo), 0, (b < 1,)),
        (sp.Limit(T * sp.log(1 + b / T), T, sp.oo), 0, ()),
        (sp.Limit(sp.log(T) / T ** sp.Rational(1, 2), T, sp.oo), 1, ()),
        (sp.Limit(sp.Mod(a, 1), a, 1, "-"), 0, ()),
        (sp.Limit(1 / a, a, 0, "+-"), 0, ()),
        (sp.Limit(sp.sqrt(a**2 * b**2) / a, a, 0), b, ()),
    ],
    ids=str,
)
def test_false_limits_are_not_proved(limit, value, given):
    assert equal(limit, value, given=given).status in ("refuted", "undecided")


# --- time -----------------------------------------------------------------------------------------


def test_equal_ends_within_its_work():
    def slow(question: Any) -> Any:
        while True:
            with contextlib.suppress(Exception):  # as SymPy does in places
                charge(1000)

    with mock.patch.object(deciding, "prove", slow):
        verdict = equal(a + b, b + a + 0 * K)
    assert verdict.status == "checked" and "takes too much work" in verdict.reason


def test_a_derivation_hands_its_effort_on():
    from nnlib.symbolic import _derivation

    seen = []

    def recording(*args: Any, **options: Any) -> Any:
        seen.append(options["effort"])
        return equal(*args, **options)

    with mock.patch.object(_derivation, "equal", recording):
        Derivation(sp.Symbol("Q"), total(a * x[k]), effort=3.0).step(a * total(x[k]), "out")
    assert seen == [3.0]


# --- what derivations say of themselves -----------------------------------------------------------


def test_a_derivation_is_as_sure_as_its_weakest_line():
    chain = Derivation(sp.Symbol("Q"), 2 * a * (sp.cos(2 * sp.atan(b)) * (1 + b**2) + b**2))
    chain.step(2 * a, "double angle", accept="checked").step(a * (a + 2) - a**2, "expand")
    assert [line.label for line in chain.lines] == ["definition", "checked", ""]
    assert chain.status == "checked"


def test_a_match_is_as_sure_as_its_weakest_entry():
    other = (sp.cos(2 * sp.atan(b)) * (1 + b**2) + b**2) ** k
    chain = Derivation(sp.Symbol("Q"), other, accept="checked")
    match = chain.matches(sym(1) + 0 * symarray("v", 2), k)
    assert [verdict.status for verdict in match.verdicts.values()] == ["proved", "checked"]
    assert match.status == "checked" and str(match).startswith("checked: all 2 entries")


def test_a_line_may_use_what_it_is_given_and_says_so():
    chain = Derivation(sp.Symbol("Q"), a * total(y[k]), given=(a > 0,))
    chain.step(a, "they add up to 1", given=sp.Eq(total(y[k]), 1))
    assert chain.status == "proved"
    assert set(chain.conditions) == {a > 0, sp.Eq(total(y[k]), 1)}
    with pytest.raises(FalseStep):
        chain.step(a * total(y[k]), "back again, without that")
    assert chain.step(sp.Abs(a), "positive").last == sp.Abs(a)


def test_what_the_proofs_needed_is_among_the_conditions():
    chain = Derivation(sp.Symbol("Q"), total(gamma**k)).step((1 - gamma**K) / (1 - gamma), "sum")
    assert chain.conditions == (sp.Ne(gamma, 1),)


def test_a_label_names_the_sizes():
    chain = Derivation(sp.Symbol("Q"), total(k * sp.factorial(k), k, 0, K))
    other = sp.factorial(K + 1) - 1
    with pytest.raises(UnprovedStep, match="was to be proved, but is proved for sizes"):
        chain.step(other, "telescope")
    chain.step(other, "telescope", accept="proved for sizes")
    assert chain.lines[-1].label == "proved for K = 1, 2, 3"
    assert chain.status == "proved for sizes"


# --- as a NumPy function --------------------------------------------------------------------------


def as_function(expr: sp.Expr, **options: Any) -> Any:
    return Derivation(sp.Symbol("Q"), expr).lambdify(**options)


def test_a_function_of_arrays_adds_up_and_multiplies():
    data = np.array([2.0, 3.0, 5.0])
    assert as_function(times(x[k] + a), origin={x: 1})(K=3, a=0.5, x=data) == 2.5 * 3.5 * 5.5
    assert as_function(total(a))(K=3, a=0.5) == 1.5
    assert as_function(total(delta(j, k) * x[k]))(K=3, j=1, x=data) == 3
    assert as_function(total(sp.Abs(x[k] - 3) * k, high=j))(j=2, x=data) == 4
    triangle = as_function(total(total(x[i], i, 0, k) * x[k]))
    assert triangle(K=3, x=data) == 2 * 2 + 5 * 3 + 10 * 5


NUMPY = {
    "exp": (sp.exp(a), np.exp),
    "log": (sp.log(a), np.log),
    "abs": (sp.Abs(a - 1), lambda v: np.abs(v - 1)),
    "sign": (sp.sign(a - 1), lambda v: np.sign(v - 1)),
    "tanh": (sp.tanh(a), np.tanh),
    "sin": (sp.sin(a), np.sin),
    "cos": (sp.cos(a), np.cos),
    "floor": (sp.floor(a), np.floor),
    "ceiling": (sp.ceiling(a), np.ceil),
    "largest": (sp.Max(a, 1, 2 - a), lambda v: np.maximum(np.maximum(v, 1), 2 - v)),
    "smallest": (sp.Min(a, 1, 2 - a), lambda v: np.minimum(np.minimum(v, 1), 2 - v)),
    "numbers": (sp.pi * a + half, lambda v: np.pi * v + 0.5),
    "powers": (a**-2 + sp.sqrt(a) + 2**a, lambda v: v**-2.0 + np.sqrt(v) + 2.0**v),
    "quotients": (a / (a + 1) - a * a, lambda v: v / (v + 1) - v * v),
}


@pytest.mark.parametrize("name", NUMPY)
def test_functions_of_whole_arrays(name):
    expr, expected = NUMPY[name]
    data = np.array([0.25, 0.5, 1.75])
    np.testing.assert_allclose(as_function(expr)(a=data), expected(data), rtol=1e-14)


def test_sums_whose_ranges_depend_on_others():
    data = np.array([1.0, 2.0, 5.0])
    sums = total(total(x[i], i, 0, k) * (k + 1))
    assert as_function(sums)(K=3, x=data) == 1 * 1 + 3 * 2 + 8 * 3
    assert as_function(times(total(x[i], i, 0, k), k, 0, K - 1))(K=3, x=data) == 1 * 3 * 8
    assert as_function(total(total(x[i], i, k, K - 1)))(K=3, x=data) == 8 + 7 + 5
    assert as_function(total(x[j]))(K=4, x=data, j=2) == 20
    assert as_function(total(x[k]))(K=0, x=data) == 0 and as_function(times(a))(K=3, a=2.0) == 8
    both = sp.Sum(x[i] * y[k], (i, 0, 1), (k, 0, 2))
    assert as_function(both)(x=data, y=2 * data) == 3 * 16


def test_a_function_of_arrays_says_what_it_takes():
    function = as_function(a + x[k])
    assert function.__doc__ == "NumPy function of a, k, x for a + x[k]"
    with pytest.raises(TypeError, match=r"takes a, k, x; missing: \['k'\], unknown: \['j'\]"):
        function(a=1, x=[1], j=0)
    with pytest.raises(TypeError, match=r"missing: \[\], unknown: \['j'\]"):
        function(a=1, x=[1], k=0, j=0)
    for unknown, said in ((sp.zeta(a), "for zeta"), (sp.Piecewise((a, a > 0), (0, True)), "cases")):
        with pytest.raises(TypeError, match=said):
            as_function(unknown)(a=2)
    rule = Recurrence(x[k], x[k - 1] + a)
    with pytest.raises(ValueError, match="still holds the sequence"):
        Derivation(sp.Symbol("Q"), x[T] + 1, where=rule).lambdify()
    assert Derivation(sp.Symbol("Q"), a + 1, where=rule).lambdify()(a=1) == 2


def test_a_function_of_arrays_does_not_wrap_around():
    with pytest.raises(IndexError, match="before the first entry"):
        as_function(total(x[k]), origin={x: 1})(K=2, x=np.ones(3))
