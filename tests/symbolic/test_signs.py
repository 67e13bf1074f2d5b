"""The calculus of signs: what it may say, and what it may not."""

import pytest
import sympy as sp
from sympy import Max, Min, Rational, sqrt

from nnlib.symbolic import Maximum, compare, equal

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


# --- signs in equations ---------------------------------------------------------------------------

RATE, OTHER = sp.symbols("gamma beta", positive=True)
STEPS = sp.Symbol("T", integer=True, positive=True)
SLOPE = sp.Symbol("g", real=True)
DECAY = 1 - RATE**STEPS
SECOND = (1 - RATE) * SLOPE**2 + OTHER


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        (sp.Abs(DECAY), DECAY, RATE < 1),
        (sp.Abs(DECAY), -DECAY, RATE > 1),
        (sp.sqrt(DECAY**2), DECAY, RATE < 1),
        (sp.sign(DECAY), 1, RATE < 1),
        (sp.Max(DECAY, 0), DECAY, RATE < 1),
        (sp.log(DECAY**2), 2 * sp.log(DECAY), RATE < 1),
        (sp.log((RATE - 1) ** 2), 2 * sp.log(1 - RATE), RATE < 1),
        (sp.sqrt(SECOND**2), SECOND, RATE < 1),
        (sp.Abs(sp.expand(SECOND)), SECOND, RATE < 1),
        (sp.sqrt(DECAY / (1 - OTHER**STEPS)) * sp.sqrt(1 - OTHER**STEPS), sp.sqrt(DECAY),
         (RATE < 1, OTHER < 1)),
        (sp.sqrt((RATE - 1) / (OTHER - 1)), sp.sqrt(1 - RATE) / sp.sqrt(1 - OTHER),
         (RATE < 1, OTHER < 1)),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_given_tells_the_sign_of_a_sum(left, right, given):
    assert equal(left, right, given=given).status == "proved"
    assert equal(left, right).status == "refuted"
    assert equal(left, right + sp.Rational(1, 100), given=given).status == "refuted"


def test_terms_with_a_square_in_common_are_taken_together():
    assert compare(sp.expand(SECOND), ">", 0, given=RATE < 1).status == "proved"
    assert compare(sp.expand(SECOND), ">", 0).status == "refuted"
    weighted = RATE**STEPS - OTHER * RATE**STEPS + 1
    assert compare(weighted, ">", 1, given=OTHER < 1).status == "proved"


def test_what_lies_above_its_tangent_and_does_not_touch_it():
    n = sp.Symbol("n", integer=True)
    assert status(sp.log(1 + u), "<", u) == "proved"
    assert status(sp.exp(-u), ">", 1 - u) == "proved"
    assert status(-sp.log(1 - RATE), ">", RATE, given=RATE < 1) == "proved"
    assert status(sp.exp(x), ">", 1 + x) == status(sp.log(u), "<", u - 1) == "refuted"
    assert status(2**T, ">=", T + 1) == status((1 + u) ** T, ">=", 1 + T * u) == "proved"
    assert status(DECAY / (1 - RATE), "<=", STEPS, given=RATE < 1) == "proved"
    assert status(u**n, ">=", 1 + n * (u - 1)) == "proved"
    assert status(2**T, ">", T + 1) == status((1 + x) ** T, ">=", 1 + T * x) == "refuted"
    assert status(u**x, ">=", 1 + x * (u - 1)) == "refuted"
