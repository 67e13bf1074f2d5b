"""Limits: of quotients that come to 0/0, with parameters."""

import pytest
import sympy as sp

from nnlib.symbolic import equal

x, y, a = sp.symbols("x y a", real=True)
beta = sp.Symbol("beta", positive=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
n = sp.Symbol("n", integer=True, positive=True)
i = sp.Symbol("i", integer=True)
share = sp.Limit((1 - beta) * beta ** (T - i) / (1 - beta**T), beta, 1, "-")


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        (sp.Limit((1 - beta**n) / (1 - beta), beta, 1, "-"), n),
        (sp.Limit((x**2 - a**2) / (x - a), x, a), 2 * a),
        (sp.Limit(sp.sin(y * x) / x, x, 0), y),
        (sp.Limit((sp.exp(x * y) - 1) / (x * n), x, 0), y / n),
    ],
)
def test_a_quotient_of_zeros_has_the_limit_of_its_slopes(limit: sp.Expr, value: sp.Expr) -> None:
    assert equal(limit, value).status == "proved"
    assert equal(limit, value + 1).status == "refuted"


def test_the_slope_below_must_not_vanish() -> None:
    assert equal(share, 1 / T, given=T >= 1).conditions == ()
    assert equal(share, 1 / T).conditions == (sp.Ne(T, 0),)
    assert equal(share, 1 / (T + 1), given=T >= 1).status == "refuted"


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        (sp.Limit((x - a) / sp.Abs(x - a), x, a), 1),
        (sp.Limit(x * sp.floor(y + x) / x, x, 0), sp.floor(y)),
        (sp.Limit(sp.Abs(x) * y / x, x, 0, "+-"), y),
    ],
)
def test_where_a_side_has_no_slope_nothing_is_proved(limit: sp.Expr, value: sp.Expr) -> None:
    assert equal(limit, value).status in ("undecided", "refuted")


def test_roots_that_grow():
    """A root of what grows like a power of n is one over what tends to 0."""
    c, eta = sp.symbols("c eta", positive=True)
    n = sp.Symbol("n", integer=True, positive=True)
    real = sp.Symbol("b", real=True)
    for inner, value in [
        (eta / sp.sqrt(n), 0),
        (eta / sp.sqrt(c * n**2 + 1), 0),
        (c + eta * n ** sp.Rational(-3, 2), c),
        (c * sp.sqrt(n) / (1 + sp.sqrt(n)), c),
        (c / (1 - sp.sqrt(n + 1)), 0),
    ]:
        limit = sp.Limit(inner, n, sp.oo)
        assert equal(limit, value).status == "proved"
        assert equal(limit, value + 1).status == "refuted"
    for inner in (eta * sp.sqrt(n), eta / sp.sqrt(real * n + 1)):
        assert equal(sp.Limit(inner, n, sp.oo), 0).status != "proved"
