"""The zero test: what is zero is recognized, and what is near it is not."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import sympy as sp
from alphabet import K, T, a, b, beta, gamma, half, third, x

from nnlib.symbolic import _zero as zero
from nnlib.symbolic._evaluate import Point, same
from nnlib.symbolic._zero import is_zero

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
