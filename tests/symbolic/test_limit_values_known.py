"""Limits: those that are found are right, the others are left open."""

from __future__ import annotations

from unittest import mock

import pytest
import sympy as sp
from alphabet import T, a, b, beta, gamma, k, times, total, x

from nnlib.symbolic import _limit_values as limits
from nnlib.symbolic import equal


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
