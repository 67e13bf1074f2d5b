"""SymPy's slow calls: as SymPy's own, and charged for."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, b, beta, gamma, k

from nnlib.symbolic import _algebra as algebra
from nnlib.symbolic._budget import Budget, TooMuchWork


@pytest.mark.parametrize(
    ("function", "args"),
    [
        ("expand", ((a + b) ** 3,)),
        ("together", (1 / a + 1 / b,)),
        ("cancel", ((a**2 - b**2) / (a - b),)),
        ("factor", (a**2 - b**2,)),
        ("factor_terms", (2 * a + 4 * b,)),
        ("limit", (sp.sin(a) / a, a, sp.S.Zero)),
        ("diff", (a**3 * b, a)),
        ("summation", (k, (k, 0, K))),
    ],
)
def test_each_is_what_sympy_gives(function, args):
    assert getattr(algebra, function)(*args) == getattr(sp, function)(*args)


def test_the_size_counts_nodes_and_words_of_numbers():
    assert algebra.size_of(a) == 1
    assert algebra.size_of(a + b * 2) == 5
    assert algebra.size_of(sp.Integer(2) ** 10_000) > 100
    assert algebra.size_of(sp.Add(*sp.symbols("s:50"))) == 51


def test_the_terms_of_an_expansion_are_counted_before_it_is_made():
    for expr in (a * b, (a + b) ** 5, (a + b) * (gamma + beta + 1), (a + b) ** 2 + gamma):
        assert algebra.terms_when_expanded(expr) >= len(sp.Add.make_args(sp.expand(expr)))
    assert algebra.terms_of_power(3, 2) == 6
    assert algebra.terms_of_power(1, 9) == 1


def test_primes_of_a_fraction():
    assert algebra.prime_factors(sp.Rational(12, 25)) == {2: 2, 3: 1, 5: -2}
    assert algebra.prime_factors(sp.Rational(1)) == {}
    long = sp.Integer(2**61 - 1) * sp.Integer(2**89 - 1) * 6
    assert sp.prod([p**e for p, e in algebra.prime_factors(long).items()]) == long


def test_a_long_call_is_stopped():
    with pytest.raises(TooMuchWork), Budget(1):
        algebra.expand(sp.Add(*sp.symbols("s:9")) ** 40)
