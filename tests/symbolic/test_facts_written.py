"""What follows from what is given of signs, and what does not."""

from __future__ import annotations

import sympy as sp
from alphabet import K, a, b, beta, gamma, i, j, k, m, n, s, total

from nnlib.symbolic._facts import Facts


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
