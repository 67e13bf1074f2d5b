"""The calculus of signs: what it may say, and what it may not."""

import pytest
import sympy as sp
from sympy import Max, Min, Rational, sqrt

from nnlib.symbolic import Maximum, compare

x, y, a, tau, q = sp.symbols("x y a tau q", real=True)
u, v = sp.symbols("u v", positive=True)
gamma = sp.Symbol("gamma", nonnegative=True)
T = sp.Symbol("T", integer=True, positive=True)


def status(*question, **options):
    return compare(*question, **options).status


@pytest.mark.parametrize("largest", [Max, Maximum])
def test_a_maximum_less_one_of_its_arguments_is_not_zero(largest):
    difference = largest(u, v) - u
    assert status(difference, ">=", 0) == "proved"
    assert status(difference, "<=", 0) == "refuted"
    assert status(difference, ">", 0) == "refuted"
    assert status(u - Min(u, v), "<=", 0) == "refuted"


def test_a_difference_below_fifteen_digits_is_seen():
    tiny = Rational(1, 10**20)
    assert status(x**2 + tiny, ">", x**2) == "proved"
    assert status(sqrt(u) + tiny, "<=", sqrt(u)) == "refuted"
    assert status(sqrt(u**2 + 1) - u, ">", 0) == "proved"  # cancels where u is large
    assert status(sqrt(u + tiny) - sqrt(u), "<=", 0) == "refuted"


def test_powers_of_what_is_below_one():
    below = {"given": u < 1}
    assert status(1 - u**T, ">", 0, **below) == "proved"
    assert status(1 - u**T, ">", 0) == "refuted"
    assert status((1 - u) * x**2 + v, ">", 0, **below) == "proved"
    assert compare(abs(1 - u**T), "<=", 1 - u**T, **below).conditions == ()


def test_each_of_a_maximum_is_looked_at_as_far_as_if_it_stood_alone():
    parts = [abs(1 - a * u), abs(1 - a * v)]
    given = (u <= v, a > 0, a < 2 / v)
    assert all(status(part, "<", 1, given=given) == "proved" for part in parts)
    assert status(Max(*parts), "<", 1, given=given) == "proved"
    assert status(Max(*parts), "<", 1, given=(u <= v, a > 0, a < 2 / u)) == "refuted"


def test_a_condition_that_follows_is_not_noted():
    root = (tau + sqrt(tau**2 - 4 * q)) / 2
    assert compare(root, ">=", 1, given=1 - tau + q <= 0).conditions == ()
    assert compare(q, ">", 0, given=tau**2 < 4 * q).status == "proved"
    assert compare(sqrt(x), ">=", 0).conditions == (x >= 0,)


def test_a_root_of_what_was_given_in_another_form():
    trace = (1 + gamma) * (1 - a)
    under = trace**2 - 4 * gamma * (1 - a)
    root = (trace + sqrt(under)) / 2
    assert compare(root, ">=", 1, given=(a <= 0, under >= 0)).conditions == ()
    assert status(root, ">=", 1, given=(a >= 0, under >= 0)) == "refuted"


larger = (tau + sqrt(tau**2 - 4 * q)) / 2
smaller = (tau - sqrt(tau**2 - 4 * q)) / 2
radius = Max(abs(larger), abs(smaller))


@pytest.mark.parametrize(
    ("left", "relation", "right", "given"),
    [
        (larger, ">=", 1, (1 - tau + q >= 0, tau**2 >= 4 * q)),
        (larger, ">", 1, (1 - tau + q <= 0,)),
        (radius, "<", 1, (1 - tau + q > 0, 1 + tau + q > 0, tau**2 >= 4 * q)),
        (radius, "<", 1, (tau**2 < 4 * q, q <= 1)),
        (4 * q, "<=", tau**2, (1 - tau + q <= Rational(1, 10**9),)),
        (q, ">", 0, (tau**2 <= 4 * q,)),
        (Max(x, y), "<", 1, (x < 1, y <= 1)),
        (Max(x, y), "<=", x, ()),
    ],
)
def test_what_nearly_holds_is_not_proved(left, relation, right, given):
    assert status(left, relation, right, given=given) != "proved"
