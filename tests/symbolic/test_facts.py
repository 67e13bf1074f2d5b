"""What is known of signs: each rule alone, and what may not be concluded."""

from __future__ import annotations

import pytest
import sympy as sp

from nnlib.symbolic._facts import Facts, without_implied

i, j, k, m, n = sp.symbols("i j k m n", integer=True)
K = sp.Symbol("K", integer=True, positive=True)
a, b, c = sp.symbols("a b c", real=True)
gamma, beta = sp.symbols("gamma beta", positive=True)
x = sp.IndexedBase("x", real=True)
z = sp.Symbol("z")


def total(term, low=0, high=K - 1):
    return sp.Sum(term, (k, low, high))


@pytest.mark.parametrize(
    ("given", "follows", "does_not"),
    [
        (j >= 2, [j - 2, j, 2 * j - 4 + K], [j - 3, -j, 2 - j]),
        (j <= K, [K - j, K - j + 1], [j - K, K - j - 1]),
        (j > 2, [j - 3, j - 2], [j - 4]),
        (j < 2, [1 - j], [-j]),
        (a > 2, [a - 2, a], [a - sp.Rational(5, 2), a - 3]),
        (a < 2, [2 - a], [1 - a]),
        (sp.Gt(a, j), [a - j], [a - j - 1]),
        (sp.Ne(a, 2), [], [a - 2, 2 - a]),
    ],
    ids=str,
)
def test_inequalities(given, follows, does_not):
    facts = Facts([given])
    assert all(facts.nonnegative(expr) for expr in follows)
    assert not any(facts.nonnegative(expr) for expr in does_not)


def test_at_most_two_facts_are_put_together():
    assert Facts([j >= 0, i >= j]).nonnegative(i)
    assert Facts([m >= 5, j >= 0, i >= j, k <= K]).nonnegative(i)
    assert Facts([j >= 1]).nonnegative(2 * j - 2)
    assert not Facts([j >= 0, i >= j, m >= i]).nonnegative(m)


def test_strict_inequalities_make_positive():
    facts = Facts([a > b, j > 2, gamma < 1])
    for expr in (a - b, j - 2, 1 - gamma, a - b + gamma, a - b + beta**2, j):
        assert facts.positive(expr)
    for expr in (b - a, a - b - 1, j - 3, gamma - 1, a, a - b + c):
        assert not facts.positive(expr)
    weak = Facts([a >= b])
    assert not weak.positive(a - b) and weak.nonnegative(a - b)


def test_a_sum_is_positive_where_it_has_terms_and_all_are():
    facts = Facts([gamma < 1])
    term = (1 - gamma) * beta**k
    assert facts.positive(total(term)) and facts.positive(total(term, 3, K + 2))
    assert not facts.positive(total(term, 0, j)) and not facts.positive(total(term, 1, K - 1))
    assert Facts([gamma < 1, j >= 0]).positive(total(term, 0, j))
    assert not facts.positive(total((gamma - 1) * beta**k))
    both = sp.Sum(beta ** (k + i), (i, 0, k), (k, 0, K - 1))
    assert not facts.positive(both)  # an inner range that is not known to have terms
    assert facts.positive(sp.Sum(beta ** (k + i), (i, 0, K), (k, 0, K - 1)))
    assert not facts.positive(sp.Sum(beta ** (k + i), (i, 0, K), (k, 0, j)))


def test_a_product_is_positive_where_all_factors_are():
    facts = Facts([gamma < 1])
    assert facts.positive(sp.Product(1 - gamma, (k, 0, j)))
    assert not facts.positive(sp.Product(gamma - 1, (k, 0, K)))


def test_products_powers_and_sums_of_what_is_positive():
    facts = Facts([gamma < 1, a > b])
    one, other = 1 - gamma, a - b
    for expr in (
        one * other,
        one**j,
        one**c,
        other**-2,
        sp.exp(other),
        one * beta + c**2,
        one * beta + other * gamma,
        sp.exp(c),
    ):
        assert facts.positive(expr), expr
    for expr in (
        one * c,
        one**z,
        c**2,
        sp.exp(z),
        one * beta + c,
        c**2 * one,
        b**2 + c**2 * one,
        one * beta - other * gamma,
        -one * other,
    ):
        assert not facts.positive(expr), expr


def test_whole_numbers_above_zero():
    facts = Facts([j >= 1, i >= j, a >= 1])
    assert facts.positive(j) and facts.positive(i) and facts.positive(j + K - 1)
    assert not facts.positive(j - 1) and not facts.positive(a - 1) and not facts.positive(m)


def test_what_is_not_zero():
    facts = Facts([sp.Ne(a, b), gamma < 1, sp.Ne(c, 0)])
    for expr in (a - b, b - a, c, gamma - 1, 1 - gamma, c * (a - b), (a - b) ** 2, c**-1, gamma):
        assert facts.nonzero(expr), expr
    for expr in (a, a + b, c * a, a**2, (a - b) * b, sp.Integer(0), 2 * a - b):
        assert not facts.nonzero(expr), expr


def test_facts_inside_are_forgotten_even_after_an_error():
    facts = Facts([j >= 0])
    with pytest.raises(KeyError), facts.within(m - 1, i):
        assert facts.nonnegative(m) and facts.nonnegative(i)
        raise KeyError
    assert not facts.nonnegative(m) and not facts.nonnegative(i) and facts.nonnegative(j)


def test_what_is_required_is_known_from_then_on():
    facts = Facts()
    assert facts.require_nonnegative(K - j) and facts.require_nonnegative(K - j)
    assert facts.nonnegative(K - j + 1) and list(facts.conditions) == [j <= K]
    assert facts.require_nonzero(1 - gamma) and facts.require_nonzero(gamma - 1)
    assert list(facts.conditions) == [j <= K, sp.Ne(gamma, 1)]
    assert facts.require_nonnegative(K) and facts.require_nonzero(K)
    assert len(facts.conditions) == 2


def test_what_is_false_or_bound_cannot_be_required():
    facts, bound = Facts(), sp.Dummy("k", integer=True)
    assert not facts.require_nonnegative(bound) and not facts.require_nonnegative(-K)
    assert not facts.require_nonzero(bound) and not facts.require_nonzero(sp.Integer(0))
    assert not facts.conditions
    strict = Facts(may_assume=False)
    assert not strict.require_nonnegative(j) and strict.require_nonzero(a)


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        (j, "j >= 0"),
        (j - 1, "j >= 1"),
        (j + 2, "j >= -2"),
        (j + i - 3, "i + j >= 3"),
        (K - j, "j <= K"),
        (K - j - 1, "j <= K - 1"),
        (K + 1 - j, "j <= K + 1"),
        (5 - j, "j <= 5"),
        (K - i - j, "i + j <= K"),
        (-j - 2, "j <= -2"),
    ],
    ids=str,
)
def test_a_condition_is_written_as_a_person_would(expr, said):
    facts = Facts()
    assert facts.require_nonnegative(expr)
    assert [str(condition) for condition in facts.conditions] == [said]


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        (1 - gamma, "Ne(gamma, 1)"),
        (gamma - 1, "Ne(gamma, 1)"),
        (a, "Ne(a, 0)"),
        (-a - 2, "Ne(a, -2)"),
        (a + 2, "Ne(a, -2)"),
        (1 - a * gamma, "Ne(a*gamma, 1)"),
    ],
    ids=str,
)
def test_what_must_not_be_zero_is_written_as_a_person_would(expr, said):
    facts = Facts()
    assert facts.require_nonzero(expr)
    assert [str(condition) for condition in facts.conditions] == [said]


def test_conditions_that_follow_from_others_are_left_out():
    assert without_implied([j >= 0, j >= 0]) == [j >= 0]
    assert without_implied([j <= K, j <= K - 1]) == [j <= K - 1]
    assert without_implied([j > 2, j >= 3]) == [j > 2]
    assert without_implied([a > 2, j >= 3]) == [a > 2, j >= 3]
    assert without_implied([sp.Eq(j, 4), j >= 3]) == [sp.Eq(j, 4), j >= 3]
    assert without_implied([sp.Ne(j, 4), sp.Gt(j, 3), j >= 4]) == [sp.Ne(j, 4), sp.Gt(j, 3)]


def test_two_facts_about_numbers_that_are_not_whole_are_taken_together():
    facts = Facts([a >= 1, b >= 2])
    assert facts.nonnegative(a + b - 3) and not facts.nonnegative(a + b - 4)
    assert not facts.nonnegative(-a - b)
