"""False limits are never proved, however far out they look right."""

import pytest
import sympy as sp
from alphabet import T, a, b, beta, gamma

from nnlib.symbolic import equal


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


def test_a_limit_that_hangs_on_a_power_is_not_known():
    ratio = (gamma**T + 1) / (gamma ** (T + 1) + gamma ** (2 * T))
    assert equal(sp.Limit(ratio, T, sp.oo), 0, given=(gamma < 1,)).status == "undecided"


def test_a_limit_of_cases_and_deltas_far_out_is_undecided_and_no_crash():
    index = sp.Symbol("index", integer=True, nonnegative=True)
    for inner in (sp.Piecewise((0, index > 10**50), (1, True)), sp.sin(sp.log(index + 1))):
        assert equal(sp.Limit(inner, index, sp.oo), 1).status in ("undecided", "refuted")
