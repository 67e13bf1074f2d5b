"""Questions as they were asked: names, sequences, derivatives and limits at points."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy as sp

from nnlib.symbolic import Definition, Maximum, Partial, Recurrence, equal
from nnlib.symbolic._asked import Asked, Misfit, evaluates, fits
from nnlib.symbolic._comparison import DIFFERENT, EQUAL, NOTHING, ONE_SIDED, compare_at
from nnlib.symbolic._evaluate import NoValue, Point, Undefined
from nnlib.symbolic._zero import is_zero

x, y, z, a, b, r = sp.symbols("x y z a b r", real=True)
A, B, gamma, sigma = sp.symbols("A B gamma sigma", positive=True)
i, j, k, m, t = sp.symbols("i j k m t", integer=True)
K, N = sp.symbols("K N", integer=True, positive=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
X, C, c, p = (sp.IndexedBase(name, real=True) for name in ("X", "C", "c", "p"))
f = sp.Function("f")
rule = Recurrence(C[t], gamma * C[t - 1] + (1 - gamma) * c[t])


def at(where=(), **values):
    named = {"x": x, "y": y, "K": K, "T": T, "gamma": gamma, "m": m}
    return Asked(0, where, {named[name]: Fraction(value) for name, value in values.items()})


VALUES = [
    (Partial(C[T], c[T]), {"T": 3, "gamma": "1/3"}, (rule,), 2 / 3),
    (Partial(C[T], c[T - 1]), {"T": 3, "gamma": "1/3"}, (rule,), 2 / 9),
    (Partial(C[T], C[T - 1]), {"T": 3, "gamma": "1/3"}, (rule,), 1 / 3),
    (Partial(C[T], c[T]), {"T": 40, "gamma": "1/3"}, (rule,), 2 / 3),
    (Partial(Partial(sp.exp(x) * y**2, x), y), {"x": 1, "y": 3}, (), 6 * math.e),
    (Partial(z**2, x), {"x": 3}, (Definition(z, x**2),), 4 * 27),
    (Partial(z * x, z), {"x": 3}, (Definition(z, x**2),), 3),
    (Partial(z * x, x), {"x": 3}, (Definition(z, x**2),), 27),
    (Partial(sp.Abs(x), x), {"x": -2}, (), -1),
    (Partial(Maximum(x, y), x), {"x": 2, "y": 1}, (), 1),
    (sp.Limit(gamma**m, m, sp.oo), {"gamma": "1/3"}, (), 0),
    (sp.Limit((1 + y / m) ** m, m, sp.oo), {"y": 2}, (), math.exp(2)),
    (sp.Limit(m * y / (m * y + 1), m, sp.oo), {"y": 0}, (), 0),
    (sp.Limit(sp.floor(x + y), x, 0, "-"), {"y": 2}, (), 1),
    (sp.Limit(sp.sin(x) / x, x, 0, "+-"), {}, (), 1),
    (sp.Limit(sp.Sum(gamma**k, (k, 0, T)), T, sp.oo), {"gamma": "1/2"}, (), 2),
    (sp.Limit(sp.Sum(t, (t, 1, T)) / T**2, T, sp.oo), {}, (), 0.5),
    (sp.Limit(C[T], T, sp.oo), {"gamma": "1/2", "y": 5}, (rule, Definition(c[t], y)), 5),
    (sp.Derivative(f(x) ** 2, x) - 2 * f(x) * sp.Derivative(f(x), x), {"x": 2}, (), 0),
]


@pytest.mark.parametrize(("expr", "values", "where", "value"), VALUES, ids=str)
def test_values_of_what_was_asked(expr, values, where, value):
    assert complex(at(where, **values).evaluate(expr)) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("expr", "values"),
    [
        (Partial(sp.Abs(x), x), {"x": 0}),
        (Partial(sp.Piecewise((1, x > 0), (0, True)), x), {"x": 0}),
        (Partial(Maximum(x, y), x), {"x": 1, "y": 1}),
        (Partial(sp.floor(x), x), {"x": 2}),
        (Partial(sp.sqrt(x), x), {"x": 0}),
        (sp.Limit(gamma**m, m, sp.oo), {"gamma": "4/3"}),
        (sp.Limit((-1) ** m, m, sp.oo), {}),
        (sp.Limit(sp.Sum((-1) ** t, (t, 1, T)), T, sp.oo), {}),
        (sp.Limit(sp.sign(x), x, 0, "+-"), {}),
        (sp.Limit(sp.Sum(gamma ** (T - t), (t, 1, T)), T, sp.oo), {"gamma": "5/3"}),
    ],
    ids=str,
)
def test_what_has_no_value(expr, values):
    with pytest.raises(NoValue):
        at(**values).evaluate(expr)


def test_a_definition_binds_nothing_but_its_own_indices():
    point = Asked(0, [Definition(a, X[k]), Definition(p[j], j * x)], {x: Fraction(2)})
    free = point.evaluate(X[k])
    assert point.evaluate(sp.Sum(a, (k, 0, 2))) == 3 * free
    assert point.evaluate(sp.Sum(p[k], (k, 0, 2))) == 6


def test_a_long_sequence_is_no_deep_recursion():
    assert at([Recurrence(C[t], C[t - 1] + 1)], T=1500).evaluate(C[T]) == 1500


def test_a_name_is_held_to_its_assumptions():
    with pytest.raises(Misfit):
        at([Definition(sigma, x - y)], x=1, y=2).evaluate(sigma**2)
    assert at([Definition(sigma, x - y)], x=2, y=1).evaluate(sigma**2) == 1
    with pytest.raises(Misfit):
        at([Definition(r, sp.sqrt(x))], x=-1).evaluate(r)
    integer = sp.Symbol("n", integer=True)
    for of, value, fit in (
        (integer, Fraction(1, 2), False),
        (integer, Fraction(2), True),
        (gamma, Fraction(0), False),
        (T, Fraction(0), True),
        (T, Fraction(-1), False),
        (sp.Symbol("q", negative=True), Fraction(1), False),
        (sp.Symbol("q", nonpositive=True), Fraction(0), True),
        (sp.Symbol("q", real=True, nonzero=True), Fraction(0), False),
    ):
        assert fits(of, value) is fit


def test_a_new_kind_of_object_says_what_its_value_is():
    class Twice(sp.Expr):
        pass

    evaluates(Twice)(lambda point, expr, bound: 2 * point.evaluate(expr.args[0], bound))
    assert at(x=3).evaluate(sp.Sum(Twice(x * k), (k, 1, 2))) == 18


# --- two sides ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "outcome"),
    [
        (sp.exp(-100), 0, DIFFERENT),
        (1 + sp.exp(-100), 1, DIFFERENT),
        (sp.sin(x) ** 2 + sp.cos(x) ** 2, 1 + sp.exp(-1000), DIFFERENT),
        (sp.sin(x) ** 2 + sp.cos(x) ** 2, 1, EQUAL),
        ((sp.exp(x) + 1) ** 2 - sp.exp(2 * x) - 2 * sp.exp(x) - 1, 0, EQUAL),
        (1 / (x - 101), 5, ONE_SIDED),
        (1 / (x - 101), sp.log(x - 101), NOTHING),
        (sp.Sum(1, (k, 1, -x)), 7, ONE_SIDED),
        (sp.Limit(gamma**m, m, sp.oo), 1, ONE_SIDED),
    ],
    ids=str,
)
def test_two_sides_at_a_point(left, right, outcome):
    point = Point(0, values={x: Fraction(101), gamma: Fraction(2)})
    sides = (sp.sympify(left), sp.sympify(right))
    assert compare_at(point, sides, careful=True).outcome == outcome


def test_zero_by_luck_is_no_difference():
    point = Point(0, values={x: Fraction(-3571, 10007), y: Fraction(-3571, 10007)})
    slope = Partial(gamma * x + (1 - gamma) * y, gamma)
    assert compare_at(point, (slope, x - y), careful=True).outcome == EQUAL
    for shift in (0, sp.exp(-500)):
        sides = (1 + shift - 1 + sp.exp(x) - sp.exp(y), sp.Integer(0))
        assert compare_at(point, sides, careful=True).outcome == (DIFFERENT if shift else EQUAL)


# --- what is false is not proved ------------------------------------------------------------------

FALSE = {
    "recurrence by its input": (Partial(C[T], c[T]), 0, (), rule),
    "recurrence by its rate": (Partial(C[T], gamma), 0, (), rule),
    "recurrence through a name": (Partial(z, gamma), 0, (), (rule, Definition(z, C[T] ** 2))),
    "recurrence by its start": (
        Partial(C[T], b), 0, (), Recurrence(C[t], gamma * C[t - 1], initial=b),
    ),
    "recurrence by an earlier entry": (Partial(C[T], C[T - 1]), 0, (), rule),
    "sum over a recurrence": (Partial(sp.Sum(C[k], (k, 1, N)), gamma), 0, (), rule),
    "two names": (
        Partial(z, gamma), 0, (), (rule, Definition(z, y + 1), Definition(y, C[N])),
    ),
    "kink of a sum": (Partial(sp.Sum(Maximum(X[i], X[j]), (i, 0, 0), (j, 0, 0)), X[0]), 0, (), ()),
    "value through a derivative": (Partial(x**2, x), x, (), ()),
    "total for partial": (Partial(z * x, z), 3 * x**2, (), Definition(z, x**2)),
    "partial for total": (Partial(z * x, x), z, (), Definition(z, x**2)),
    "small": (sp.exp(-100), 0, (), ()),
    "tiny beside one": (1 + sp.exp(-500), 1, (), ()),
    "denominator of all": (sp.sin(3150 * sp.pi * x), 0, (), ()),
    "large size": (sp.floor(K / 50), 0, (), ()),
    "delta far out": (1 + sp.KroneckerDelta(K, 57), 1, (), ()),
    "other branch": (x, 0, (sp.Eq(x * y, 0), sp.Eq(x * z, 0)), ()),
    "float": (x * 1.0000000000000002, x, (), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_false_statements_are_refuted(name):
    left, right, given, where = FALSE[name]
    assert equal(left, right, given=given, where=where).status == "refuted"


CONDITIONS = {
    "cancelled factor": ((x**2 - 1) / (x - 1), x + 1, (), {sp.Ne(x, 1)}),
    "difference": (x / (x - y) - y / (x - y), 1, (), {sp.Ne(x - y, 0)}),
    "both sides need it": (x / (x - y), -x / (y - x), (), set()),
    "absolute value": (Partial(sp.Abs(x), x), sp.sign(x), (), {sp.Ne(x, 0)}),
    "jump": (Partial(sp.Piecewise((1, x > 2), (0, True)), x), 0, (), {sp.Ne(x, 2)}),
    "distance": (Partial(sp.Abs(x - y), x), sp.sign(x - y), (), {sp.Ne(x - y, 0)}),
    "entry": (
        Partial(sp.Sum(sp.Abs(X[k]), (k, 0, K - 1)), X[j]), sp.sign(X[j]),
        (j >= 0, j <= K - 1), {sp.Ne(X[j], 0)},
    ),
    "count": (sp.Sum(1, (k, 1, m)), m, (), {sp.Ge(m, 0)}),
    "power of one": ((1 - gamma ** (2 * T)) / (1 - gamma**T), 1 + gamma**T, (gamma < 1,),
                     {sp.Ge(T, 1)}),
    "known already": ((x**2 - 1) / (x - 1), x + 1, (x > 1,), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", CONDITIONS)
def test_what_is_needed_is_listed(name):
    left, right, given, conditions = CONDITIONS[name]
    verdict = equal(left, right, given=given)
    assert verdict.status == "proved", verdict
    assert set(verdict.conditions) == conditions


def test_a_name_whose_sign_is_not_known_makes_a_condition():
    verdict = equal(sp.sqrt(sigma**2), x - y, where=Definition(sigma, x - y))
    assert (verdict.status, verdict.conditions) == ("proved", (x - y > 0,))
    whole = sp.Symbol("n", integer=True)
    verdict = equal(sp.floor(whole), K / 2, where=Definition(whole, K / 2))
    assert verdict.status == "undecided" and "which its assumptions exclude" in verdict.reason
    positive = Definition(sigma, sp.exp(x) + 1)
    assert equal(sp.Abs(sigma), sp.exp(x) + 1, where=positive).conditions == ()


def test_an_entry_before_the_start_needs_a_condition():
    two_back = gamma * (gamma * C[T - 2] + (1 - gamma) * c[T - 1]) + (1 - gamma) * c[T]
    verdict = equal(C[T], two_back, where=rule)
    assert (verdict.status, verdict.conditions) == ("proved", (sp.Ge(T, 2),))


def test_a_chain_that_divides_by_nothing_at_its_start_says_from_where_it_holds():
    hat = sp.IndexedBase("Chat", real=True)
    corrected = Definition(hat[t], C[t] / (1 - gamma**t))
    verdict = equal(
        C[T], gamma * (1 - gamma ** (T - 1)) * hat[T - 1] + (1 - gamma) * c[T],
        given=gamma < 1, where=(rule, corrected),
    )  # fmt: skip
    assert (verdict.status, verdict.conditions) == ("proved", (sp.Ge(T, 2),))


def test_a_reciprocal_is_no_root():
    """(1/2)^x is not 2^x, also where 2^(x/2) stands beside them."""
    root, half = 2 ** (x / 2), sp.Rational(1, 2) ** x
    assert not is_zero(half + (y + 1) * root - 2**x - y * root - root)
    assert is_zero(root**2 - 2**x) and is_zero((y + 1) * root - y * root - root)
    assert equal(half * 2**x, 1).status == "proved"


# --- nothing but a verdict, or an error that is documented ----------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "status"),
    [
        (f(x) + f(x), 2 * f(x), "proved"),
        (f(x), f(y), "refuted"),
        (sp.Limit(1 / x, x, 0, "+-"), 0, "undecided"),
        (sp.floor(sp.sqrt(x)), 0, "refuted"),
        (sum(X[n] for n in range(150)), sum(X[n] for n in range(150)) + 1, "refuted"),
        (sp.Add(*[X[n] ** 2 for n in range(120)]), sp.Add(*[X[n] ** 2 for n in range(120)]),
         "proved"),
        (sp.Max(sp.I * x, 1, evaluate=False), 1, "undecided"),
    ],
    ids=["any function", "two arguments", "no limit", "floor", "150 terms", "120 squares", "complex"],
)  # fmt: skip
def test_strange_questions_get_a_verdict(left, right, status):
    assert equal(left, right).status == status


def test_names_that_make_no_sense_are_refused():
    for where, said in (
        ((Definition(x, y), Definition(y, x)), "where defines x by itself: x → y → x"),
        ((Definition(x, 2 * x),), "where defines x by itself"),
        ((Definition(x, y), Definition(x, z)), "x is defined twice"),
    ):
        with pytest.raises(ValueError, match=said):
            equal(x, y, where=where)
    with pytest.raises(ValueError, match="a stands for an expression with k"):
        equal(sp.Sum(a, (k, 0, K - 1)), K * a, where=Definition(a, X[k]))
    with pytest.raises(ValueError, match="two different names are both called x"):
        equal(x, sp.Symbol("x", positive=True))
    W1, W2 = sp.symbols("W1 W2", commutative=False)
    for wrong in (W2 * W1 - W1 * W2, sp.IndexedBase("M", commutative=False)[0]):
        with pytest.raises(TypeError, match="does not commute"):
            equal(wrong, 0)


def test_points_that_cannot_be_evaluated_say_nothing():
    with pytest.raises(Undefined):
        at().evaluate(Partial(sp.Limit(x * y / (1 + y), y, 0), x))
