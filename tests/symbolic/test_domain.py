"""Where an expression is defined."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, b, gamma, k, total, x

from nnlib.symbolic._domain import NotDefined, conditions_of
from nnlib.symbolic._signs import Signs


def needed(*exprs, given=()):
    return set(conditions_of(exprs, Signs(given))[1])


def test_divisors_roots_and_logarithms_ask():
    assert needed(1 / a) == {sp.Ne(a, 0)}
    assert needed(sp.sqrt(a)) == {sp.Ge(a, 0)}
    assert needed(sp.log(a)) == {sp.Gt(a, 0)}
    assert needed(a * b + gamma, 1 / gamma, sp.log(gamma), sp.sqrt(gamma)) == set()


def test_what_is_known_is_not_asked():
    assert needed(1 / a, sp.log(a), given=(a > 0,)) == set()
    assert needed(sp.log(a), 1 / a) == {sp.Gt(a, 0)}  # the second follows


def test_what_hangs_on_a_bound_index_cannot_be_a_condition():
    with pytest.raises(NotDefined):
        conditions_of([total(1 / x[k])], Signs(()))
    assert needed(total(1 / (k + 1))) == set()
    assert needed(total(a / K)) == set()
