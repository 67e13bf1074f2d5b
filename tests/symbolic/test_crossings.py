"""Where the conditions in an expression begin to hold."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp

from nnlib.symbolic import Indicator, Maximum, Undefined
from nnlib.symbolic._asked import Asked
from nnlib.symbolic._crossings import as_real, beside, crossings, meetings, roots

x, y = sp.symbols("x y", real=True)
K, N = sp.symbols("K N", integer=True, positive=True)
k = sp.Symbol("k", integer=True)


def at(**values):
    names = {"x": x, "y": y, "K": K, "N": N}
    return Asked(1, (), {names[name]: Fraction(value) for name, value in values.items()})


def test_what_decides_between_cases():
    cases = sp.Piecewise((1, x > 3), (2, sp.Eq(y, 4)), (0, True))
    assert crossings([cases], [x, y]) == [(x, 3), (y, 4)]
    assert crossings([cases], [x]) == [(x, 3)]
    assert crossings([Indicator(K > 5)], [K]) == [(K, 5)]
    assert crossings([sp.KroneckerDelta(K, N)], [K, N]) == [(K, N)]
    assert crossings([sp.Abs(x - 2), sp.sign(x)], [x]) == [(x - 2, 0), (x, 0)]
    assert crossings([Maximum(x, y), sp.Min(x, 7)], [x, y]) == [(7, x), (x, y)]
    assert crossings([sp.floor(K / 50)], [K]) == [(K / 50, 1)]
    assert crossings([sp.Mod(K, 9)], [K]) == [(K, 9)]


def test_a_condition_on_an_index_that_is_summed_over_is_left_alone():
    assert crossings([sp.Sum(sp.KroneckerDelta(k, K), (k, 0, N))], [K, N]) == []


def test_roots_of_what_is_linear_or_a_square():
    assert roots(at(x=5), x, 3 * x, sp.Integer(2)) == [Fraction(2, 3)]
    assert sorted(roots(at(x=5), x, x**2, sp.Integer(4))) == [-2, 2]
    assert roots(at(x=5), x, x**2 - 2 * x, sp.Integer(-9)) == [1]  # where it is lowest
    assert roots(at(x=5, y=2), x, sp.S.Zero, y) == []
    assert roots(at(x=5), x, sp.log(x), sp.S.One) == []  # at 0 it has no value
    first, second = roots(at(x=5), x, x**2, sp.Integer(2))
    with mpmath.workdps(60):
        assert abs(first**2 - 2) < mpmath.mpf(10) ** -49 and first == -second


def test_the_point_is_as_it_was():
    point = at(x=5)
    roots(point, x, x**2, sp.Integer(4))
    assert point.values == {x: 5}


def test_values_at_a_crossing_and_on_both_sides():
    found = beside(at(x=5), x, (x, sp.Integer(7)))
    assert {6, 7, 8, Fraction(701, 100), Fraction(699, 100), Fraction(7, 2)} == set(found)
    assert beside(at(K=1), K, (K / 2, sp.Rational(7, 2))) == [7, 8, 6]
    assert beside(at(K=1), K, (2 * K, sp.Integer(7))) == [3, 4, 2]  # between two of them


def test_only_what_is_real_has_an_order():
    assert as_real(Fraction(1, 2)) == Fraction(1, 2)
    assert as_real(mpmath.mpc(2, 0)) == 2
    with pytest.raises(Undefined):
        as_real(mpmath.mpc(0, 1))


# --- whole numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right", "solutions"),
    [
        (K**2 + N**2, 4181, {(34, 55), (55, 34), (41, 50), (50, 41)}),
        (K * N, 10403, {(1, 10403), (101, 103), (103, 101)}),
        (K**3, 1030301, {(101,)}),
        (1030301, K**3, {(101,)}),
        (2**K, 2**60, {(60,)}),
        (sp.floor(K / 7), 1001, {(7013,)}),
        (sp.floor(sp.sqrt(K)), 101, {(10403,)}),
        (97 * K - 101 * N, 1, {(25, 24)}),
        (K**2 + N**2, 4183, set()),
        (2 * K, 2 * N + 1, set()),
    ],
)
def test_sizes_that_satisfy_an_equation_are_searched_for(left, right, solutions):
    meeting = sp.KroneckerDelta(left, right, evaluate=False)
    symbols = sorted(meeting.free_symbols, key=str)
    point = Asked(0, (), {s: Fraction(1) for s in symbols})
    found = meetings(point, [meeting], 20_000, lambda: True)
    found = {tuple(int(values[s]) for s in symbols) for values in found}
    assert solutions <= found
    left, right = map(sp.sympify, (left, right))
    at = [dict(zip(symbols, place, strict=True)) for place in found]
    assert all(left.xreplace(values) == right.xreplace(values) for values in at)
    assert bool(found) == bool(solutions)
    assert point.values == dict.fromkeys(symbols, 1)


def test_only_wanted_sizes_are_found():
    point = Asked(0, (), {K: Fraction(1), N: Fraction(1)})
    large = meetings(
        point,
        [sp.KroneckerDelta(K * N, 10403)],
        20_000,
        lambda: point.holds(sp.And(K > 1, N > 1)),
    )
    assert [(values[K], values[N]) for values in large] == [(101, 103), (103, 101)]
