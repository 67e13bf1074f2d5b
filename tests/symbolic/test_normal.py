"""The small steps of the normal form and of the zero test, each with its result written down."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from nnlib.symbolic import _atoms as atoms
from nnlib.symbolic import _normal as normal
from nnlib.symbolic import _rational as rational
from nnlib.symbolic import _summands as summands
from nnlib.symbolic import _zero as zero
from nnlib.symbolic._evaluate import Point, same
from nnlib.symbolic._facts import Facts, without_implied
from nnlib.symbolic._normal import NormalForm

i, j, m = sp.symbols("i j m", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
a, b, z = sp.symbols("a b z", real=True)
gamma, beta = sp.symbols("gamma beta", positive=True)
x, y, w = (sp.IndexedBase(name, real=True) for name in ("x", "y", "w"))
k = sp.Dummy("k", integer=True)
delta = sp.KroneckerDelta
half, third = sp.Rational(1, 2), sp.Rational(1, 3)


def in_normal_form(expr, *given):
    return NormalForm(Facts(given))(expr)


# --- indices --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "standard"),
    [
        (T + 1, 1, delta(T, 0)),
        (i, j, delta(i, j)),
        (j, i, delta(i, j)),
        (i + 1, j - 1, delta(j, i + 2)),
        (2 * i, j, delta(2 * i, j)),
        (2 * i, 2 * j, delta(2 * i, 2 * j)),
        (k, j, delta(k, j)),
        (k + 1, j + 1, delta(k + 1, j + 1)),
        (2 * (i + 1), 2 * j, delta(2 * i + 2, 2 * j)),
    ],
)
def test_one_form_for_equal_deltas(one, other, standard):
    assert atoms.standard_delta(one, other) == standard


@pytest.mark.parametrize(
    ("difference", "solved"),
    [
        (i - j, (j, i)),
        (T - 2, (T, 2)),
        (3 - i, (i, 3)),
        (2 * i - j, (j, 2 * i)),
        (i - 2 * j + 1, (i, 2 * j - 1)),
        (i**2 - j, (j, i**2)),
        (2 * i - 2 * j, None),
        (i * j - j, None),
        (sp.Integer(3), None),
    ],
)
def test_an_index_is_solved_for(difference, solved):
    assert atoms.solve_for_index(difference) == solved


@pytest.mark.parametrize(
    ("term", "sign", "offset"),
    [
        (x[k + 2], 1, 2),
        (x[k] + x[k + 1] * x[k - 1], 1, 1),
        (x[k + 3] + x[k + 1], 1, 3),
        (x[T - k], -1, T),
        (x[T - k] * x[T + 1 - k], -1, T + 1),
        (x[T - k] + x[k - 3], 1, -3),
        (x[T - k] + y[k], -1, T),  # the first family counts
        (y[k + 1] * x[k + 5], 1, 5),
        (w[i, k + 1] * w[k, 2], 1, 0),  # and its first index
        (x[2 * k], 1, 0),
        (x[k * j], 1, 0),
        (x[k - a], 1, -a),
        (x[k + 1] * gamma ** (k + 7), 1, 1),  # entries before powers
        (gamma ** (k + 3), 1, 3),
        (sp.exp(k - 1), 1, -1),
        (sp.exp(2 * k), 1, 0),
        (sp.Sum(x[i], (i, k + 1, T)), 1, 1),
        (sp.Product(x[i], (i, 1, k - 2)), 1, -2),
        (k * a, 1, 0),
        (sp.S.One, 1, 0),
    ],
)
def test_the_place_where_an_index_stands(term, sign, offset):
    assert atoms.standard_shift(term, k) == (sign, offset)


# --- terms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (k, (1, 1)),
        (k**2, (2, 1)),
        (gamma**k, (0, gamma)),
        (k**3 * gamma ** (2 * k) * a**k, (3, gamma**2 * a)),
        (k * k**2 * sp.exp(-a * k), (3, sp.exp(-a))),
        (gamma**-k, (0, 1 / gamma)),
        (k**8, (8, 1)),
        (k**9, None),
        (1 / k, None),
        (gamma**k / k, None),
        (k**2 / k**3, None),
        (gamma ** (k + 1), None),
        (gamma ** (k**2), None),
        (gamma ** (k * (k + 1)), None),
        (k**gamma, None),
        (k**k, None),
        (x[k], None),
        (x[k] * gamma**k, None),
        (2 * gamma**k, None),
        ((a + k) ** 2, None),
    ],
)
def test_geometric_terms(term, found):
    assert summands.geometric(term, k) == found


@pytest.mark.parametrize("moment", range(4))
def test_sums_of_powers_with_a_moment(moment):
    point = Point(0, values={gamma: Fraction(3, 5)})
    for length in range(4):
        closed = summands.power_sum(moment, gamma, sp.Integer(length))
        expected = sum(Fraction(3, 5) ** p * Fraction(p) ** moment for p in range(length + 1))
        assert point.evaluate(closed) == expected


@pytest.mark.parametrize(
    ("factor", "found"),
    [
        (k, (1, 0)),
        (2 * k + 4, (2, 2)),
        (k + a, (1, a)),
        (3 - k, (-1, -3)),
        (k / 2 + 1, (half, 2)),
        (2 * (k + n), (2, n)),
        (a * k, None),
        (k**2 + k, None),
        (gamma**k, None),
        (k + x[k], None),
        (a + 1, None),
    ],
)
def test_linear_factors(factor, found):
    assert summands.as_linear(factor, k) == found


def test_terms_and_their_coefficients():
    expr = (2 * x[k] + a * y[k]) * (b + x[k]) - 3 * x[k] - 2 * b * x[k]
    parts = {x[k]: -3, y[k]: a * b, x[k] ** 2: 2, x[k] * y[k]: a}
    assert summands.split_terms(expr, k) == parts
    assert summands.split_terms((x[k] + 1) ** 2, k) == {x[k] ** 2: 1, x[k]: 2, sp.S.One: 1}
    assert summands.split_terms((x[k] + a) ** 3, k) == {
        x[k] ** 3: 1, x[k] ** 2: 3 * a, x[k]: 3 * a**2, sp.S.One: a**3,
    }  # fmt: skip
    assert summands.split_terms(a + b, k) == {sp.S.One: a + b}
    for whole in (1 / (x[k] + 1), (x[k] + 1) ** half, (x[k] + 1) ** k, sp.exp(x[k] + a)):
        assert summands.split_terms(whole, k) == {whole: 1}
    assert summands.split_terms(a * x[k] - x[k] * a, k) == {}


def test_one_form_for_equal_fractions():
    for expr, form in (
        (1 / a + 1 / b, (a + b) / (a * b)),
        ((a**2 - b**2) / (a - b), a + b),
        (gamma ** (2 * T) - gamma**T, gamma**T * (gamma**T - 1)),
        (a * b, a * b),
        (a * b + a, a * (b + 1)),
        (sp.exp(a), sp.exp(a)),
    ):
        assert rational.canonical(expr) == form
    for expr, form in (
        (a**2 - b**2, (a - b) * (a + b)),
        (gamma ** (2 * T) - 1, (gamma**T - 1) * (gamma**T + 1)),
        (sp.exp(2 * a) - 1, (sp.exp(a) - 1) * (sp.exp(a) + 1)),
        (a * b * z * x[1] * (gamma**2 - 1), a * b * z * x[1] * (gamma - 1) * (gamma + 1)),
        (a * b * z * x[1] * x[2] * (gamma**2 - 1), a * b * z * x[1] * x[2] * (gamma**2 - 1)),
    ):
        assert rational.canonical(expr, factored=True) == form


def test_powers_of_powers():
    root = sp.sqrt(a**2 + 1)
    assert normal._nested_power(root, sp.Integer(3)) == (a**2 + 1) ** sp.Rational(3, 2)
    assert normal._nested_power(gamma, T) == gamma**T
    assert normal._nested_power(a**2, half) == sp.Pow(a**2, half)
    assert normal._nested_power(a**T, K) == a ** (T * K)


def test_common_bounds_are_those_of_the_shortest_range():
    bounds = normal.Bounds()
    assert bounds.common(a, (0, 3)) == (0, 3) and bounds.common(a, (1, 5)) == (1, 5)
    assert bounds.learn()
    assert bounds.common(a, (0, 3)) == (1, 3) and bounds.common(a, (1, 5)) == (1, 3)
    assert bounds.common(a, (2, 2)) == (2, 2) and bounds.common(b, (0, 9)) == (0, 9)
    assert bounds.learn() and not bounds.learn()
    assert bounds.common(a, (0, 9)) == (2, 2)


# --- whole expressions ----------------------------------------------------------------------------


def total(term, low, high, kind=sp.Sum):
    return kind(term.xreplace({k: m}), (m, low, high))


@pytest.mark.parametrize(
    ("expr", "form"),
    [
        (sp.exp(a + 2 * b), sp.exp(a) * sp.exp(2 * b)),
        (gamma ** (T + 1), gamma * gamma**T),
        ((2 * a * gamma) ** T, 2**T * a**T * gamma**T),
        ((a * gamma) ** half, sp.sqrt(gamma) * sp.sqrt(a)),
        (sp.exp(a) ** K, sp.exp(a * K)),
        (sp.log(6 * gamma**2 * sp.exp(a)), a + 2 * sp.log(gamma) + sp.log(2) + sp.log(3)),
        (sp.log(gamma / beta), sp.log(gamma) - sp.log(beta)),
        (sp.log(a * gamma), sp.log(gamma) + sp.log(a)),
        (sp.log(total(gamma + k**2, 1, K, sp.Product)), total(sp.log(gamma + k**2), 1, K)),
        (sp.Abs(-gamma * a * beta), gamma * beta * sp.Abs(a)),
        (sp.Abs(-(a**2) - 1), a**2 + 1),
        (sp.factorial(T + 2), (T + 1) * (T + 2) * sp.factorial(T)),
        (sp.factorial(T - 2), sp.factorial(T) / (T * (T - 1))),
        (sp.factorial(T + 17), sp.factorial(T + 17)),
        (sp.factorial(2 * (T + 1) - T), (T + 1) * (T + 2) * sp.factorial(T)),
        (x[2 * (i + 1)], x[2 * i + 2]),
        (delta(T + 1, 1), delta(T, 0)),
        (sp.atan(a * (b + 1)) + 0 * b, sp.atan(a * (b + 1))),
        (total(sp.S.One, 1, T), T),
        (total(a + 0 * k, 3, T), a * (T - 2)),
        (total(k, 1, T), T**2 / 2 + T / 2),
        (total(x[k], 1, 3), x[1] + x[2] + x[3]),
        (total(x[k], 1, 0), 0),
        (total(x[k], T, T + 1), x[T] + x[T + 1]),
        (total(x[k], 1, 3, sp.Product), x[1] * x[2] * x[3]),
        (total(x[k], 1, 0, sp.Product), 1),
        (total(sp.Integer(2) + 0 * k, 1, T, sp.Product), 2**T),
        (total(k, 1, T, sp.Product), sp.factorial(T)),
        (total(2 * k, 1, T, sp.Product), 2**T * sp.factorial(T)),
        (total(k + 1, 0, T, sp.Product), (T + 1) * sp.factorial(T)),
        (total(gamma**k, 1, T, sp.Product), gamma ** (T**2 / 2) * gamma ** (T / 2)),
        (total(a * x[k], 1, T), a * total(x[k], 1, T)),
        (total(delta(k, j) * x[k], j, j + T), x[j]),
        (total(delta(k, j) * x[k], j + 1, j + T), 0),
        (total(delta(k, j) * x[k], j - T, j - 1), 0),
    ],
    ids=str,
)
def test_normal_forms(expr, form):
    assert in_normal_form(expr) == in_normal_form(sp.S.Zero + form)
    if not sp.sympify(form).has(sp.Sum):
        assert sp.expand(in_normal_form(expr) - form) == 0


def test_what_is_written_out_and_what_is_not():
    assert not in_normal_form(total(x[k], 0, 63)).has(sp.Sum)
    assert in_normal_form(total(x[k], 0, 64)).has(sp.Sum)
    assert in_normal_form(total(x[k], 3, 1)).has(sp.Sum)  # reversed
    assert not in_normal_form(total(x[k], 0, 63, sp.Product)).has(sp.Product)
    assert in_normal_form(total(x[k], 0, 64, sp.Product)).has(sp.Product)
    assert in_normal_form(total(x[k], 3, 1, sp.Product)).has(sp.Product)


def test_bounds_that_are_no_whole_numbers_stay():
    for kind in (sp.Sum, sp.Product):
        halves = kind(x[m], (m, 1, (K + 1) / 2))
        assert len(in_normal_form(halves).atoms(kind)) == 1
        assert in_normal_form(halves - halves.xreplace({m: i})) == 0


def test_powers_of_exponentials():
    one = NormalForm(Facts()).power
    assert one(sp.exp(a), T) == sp.exp(a * T) and one(sp.exp(a), half) == sp.exp(a / 2)
    assert in_normal_form(total(sp.exp(a) + 0 * k, 1, T, sp.Product)) == sp.exp(a * T)
    complex_one = sp.Symbol("z")
    assert one(sp.exp(complex_one), T) == sp.exp(complex_one * T)
    root = sp.sqrt(sp.exp(complex_one))  # at z = 2πi this is 1, and exp(z/2) is -1
    assert in_normal_form(root) == root != sp.exp(complex_one / 2)


def test_what_has_no_closed_form_stays_a_sum():
    unknown_ratio = sp.Sum(sp.Sum(i**j, (j, 0, K)), (i, 0, T))  # the ratio may be 1
    assert in_normal_form(unknown_ratio).has(sp.Sum)
    shifted = sp.Sum(x[i] / i, (i, 0, K)) - sp.Sum(x[i] / i, (i, 1, K))  # one term is undefined
    assert not in_normal_form(shifted).has(sp.zoo, sp.nan)
    upper = sp.Sum(x[i] / (i - T), (i, 1, T)) - sp.Sum(x[i] / (i - T), (i, 1, T - 1))
    assert not in_normal_form(upper).has(sp.zoo, sp.nan)


@pytest.mark.parametrize("kind", [sp.Sum, sp.Product])
@pytest.mark.parametrize(
    ("long", "short", "needed"),
    [
        ((j, K), (j + 1, K), j <= K),
        ((j, K), (j + 3, K), j <= K - 2),
        ((j, K + 2), (j + 2, K), j <= K - 1),
        ((j, K + 2), (j, K), j <= K + 1),
        ((j, K), (j + 3, K + 1), j <= K - 2),
        ((j, K), (j - 3, K - 1), j <= K),
    ],
)
def test_terms_are_taken_off_where_the_range_has_them(kind, long, short, needed):
    facts = Facts()
    form = NormalForm(facts)(kind(x[m], (m, *long)) + 5 * kind(x[m], (m, *short)))
    assert len({atom.limits for atom in form.atoms(kind)}) == 1
    assert without_implied(facts.conditions) == [needed]
    with_given = Facts([needed])
    NormalForm(with_given)(kind(x[m], (m, *long)) + 5 * kind(x[m], (m, *short)))
    assert not with_given.conditions


def test_hyperbolic_functions_are_exponentials():
    for function in (sp.sinh, sp.cosh, sp.tanh):
        form = in_normal_form(function(a))
        point = Point(0)
        assert not form.has(function) and form.has(sp.exp)
        assert same(point.evaluate(form), point.evaluate(function(a)))


def test_order_and_names_of_indices_do_not_matter():
    one = sp.Sum(w[i, j] * x[i], (i, 0, K), (j, 1, T))
    other = sp.Sum(w[m, i] * x[m], (i, 1, T), (m, 0, K))
    assert in_normal_form(one) == in_normal_form(other)
    assert in_normal_form(one) != in_normal_form(sp.Sum(w[i, j] * x[j], (i, 0, K), (j, 1, T)))
    square = total(x[k], 0, K) ** 2
    both = sp.Sum(x[i] * x[j], (i, 0, K), (j, 0, K))
    form = NormalForm(Facts())
    assert form(total(square * y[k], 1, T) - total(both * y[k], 1, T)) == 0


# --- atoms of the zero test -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expr", "atom", "power"),
    [
        (gamma ** (3 * T), gamma**T, 3),
        (gamma ** (-T / 2), gamma ** (T / 2), -1),
        (gamma ** sp.Rational(3, 2), sp.sqrt(gamma), 3),
        ((a**2 + 1) ** sp.Rational(-2, 3), (a**2 + 1) ** third, -2),
        (a**-2, a, -2),
        (a, a, 1),
        (x[1], x[1], 1),
        (sp.exp(2 * a), sp.exp(a), 2),
        (sp.exp(-2 * a / 3), sp.exp(a / 3), -2),
        (sp.exp(2), sp.E, 2),
        (gamma**a, gamma**a, 1),
        ((a**2 + 1) ** (2 * T / 3), (a**2 + 1) ** (T / 3), 2),
    ],
    ids=str,
)
def test_powers_are_split(expr, atom, power):
    assert zero.split_power(expr) == (atom, power)


def test_relations_of_roots():
    assert zero._relation((-1) ** T) == (2, 1)
    assert zero._relation(sp.sqrt(a**2 + 1)) == (2, a**2 + 1)
    assert zero._relation(sp.Integer(2) ** third) == (3, 2)
    for free in (a, gamma**T, (-1) ** a, sp.exp(a)):
        assert zero._relation(free) is None


def test_the_finest_power_of_each_kind():
    atoms = [sp.sqrt(gamma), gamma**third, sp.exp(a), sp.exp(a / 2), gamma ** (T / 2), beta**T, a]
    assert zero.finest_powers(atoms) == {
        sp.sqrt(gamma): (gamma ** sp.Rational(1, 6), 3),
        gamma**third: (gamma ** sp.Rational(1, 6), 2),
        sp.exp(a): (sp.exp(a / 2), 2),
        sp.exp(a / 2): (sp.exp(a / 2), 1),
        gamma ** (T / 2): (gamma ** (T / 2), 1),
        beta**T: (beta**T, 1),
        a: (a, 1),
    }


def test_zero_and_not_zero():
    for expr in (
        a - a,
        (a + b) ** 2 - a**2 - 2 * a * b - b**2,
        1 / (1 + sp.sqrt(gamma)) - (1 - sp.sqrt(gamma)) / (1 - gamma),
        sp.Integer(0),
    ):
        assert zero.is_zero(expr)
    for expr in (
        a - b,
        sp.Integer(1),
        (a + b) ** 2 - a**2 - b**2,
        sp.sqrt(gamma) - gamma,
        gamma**half - gamma**third,
        (-1) ** T - 1,
        sp.exp(a) - sp.exp(b),
    ):
        assert not zero.is_zero(expr)
    with pytest.raises(ZeroDivisionError):
        zero.is_zero(sp.Add(a, 1 / ((a + b) ** 2 - a**2 - 2 * a * b - b**2)))
