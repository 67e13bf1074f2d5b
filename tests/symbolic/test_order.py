"""Inequalities: what is proved, what is refuted, and where nothing may be said."""

import pytest
import sympy as sp
from sympy import Eq, Rational, Sum, exp, log, sqrt

from nnlib.symbolic import (
    Derivation,
    FalseStep,
    Induction,
    Recurrence,
    UnprovedStep,
    compare,
    tangent,
)

x, y = sp.symbols("x y", real=True)
u = sp.Symbol("u", positive=True)
c = sp.Symbol("c")
gamma = sp.Symbol("gamma", positive=True)
k, m, n, t = sp.symbols("k m n t", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
p, z, S = (sp.IndexedBase(name, real=True) for name in ("p", "z", "S"))


def status(*question, **options):
    return compare(*question, **options).status


# --- traps ---------------------------------------------------------------------------------------


def test_a_square_of_a_complex_number_has_no_sign():
    verdict = compare(c**2, ">=", 0)
    assert verdict.status == "undecided"
    assert "c not declared real" in verdict.reason
    assert status(x**2, ">=", 0) == "proved"


def test_a_reversed_range_changes_the_sign():
    total = Sum(k**2, (k, 1, n))
    verdict = compare(total, ">=", 0)
    assert verdict.status == "refuted"
    assert verdict.counterexample["n"] == "-2"
    assert status(total, ">=", 0, given=n >= 0) == "proved"


def test_an_empty_sum_is_zero_and_not_positive():
    total = Sum(k**2, (k, 1, n))
    assert compare(total, ">", 0, given=n >= 0).counterexample["n"] == "0"
    assert status(total, ">", 0, given=n >= 1) == "proved"


def test_what_contradicts_itself_proves_nothing():
    verdict = compare(x, "<=", y, given=(x > 1, x < 0))
    assert verdict.status == "undecided"
    assert verdict.reason == "no point satisfies what is given"
    with pytest.raises(UnprovedStep, match="no point satisfies what is given"):
        Derivation(x, x + 1, "why not", relation="<=", given=(x > 1, x < 0))
    with pytest.raises(ValueError, match="no point satisfies what is given"):
        compare(x, "<=", y, given=u < 0)


def test_what_is_true_by_itself_is_no_hindrance():
    assert status(x**2, ">=", 0, given=(x**2 >= 0, u > 0, True)) == "proved"
    assert status(u, ">", 0, given=sp.Gt(u, 0, evaluate=False)) == "proved"


def test_inverses_and_squares_need_signs():
    assert status(1 / x, "<=", 1 / y, given=x >= y) == "refuted"
    assert status(1 / x, "<=", 1 / y, given=(x >= y, y > 0)) == "proved"
    assert status(x**2, "<=", y**2, given=x <= y) == "refuted"
    assert status(x**2, "<=", y**2, given=(x <= y, x >= 0)) == "proved"


def test_where_a_side_is_not_defined_is_a_condition():
    assert compare(1 / x**2, ">", 0).conditions == (sp.Ne(x, 0),)
    assert compare(sqrt(x), ">=", 0).conditions == (x >= 0,)
    assert compare(log(x), "<=", x - 1).conditions == (x > 0,)
    assert compare(1 / x**2, ">", 0, given=x > 1).conditions == ()
    assert status(Sum(1 / p[k], (k, 0, K - 1)), ">=", 0, given=p[k] >= 0) == "undecided"


def test_the_shown_difference_is_matched_however_sympy_groups_it():
    a = sp.Symbol("a", real=True)
    trace = 1 + gamma - a
    gap = ((1 - gamma + a) / 2) ** 2 + (4 * gamma - trace**2) / 4
    assert status(a, ">", 0, given=trace**2 - 4 * gamma < 0, gap=gap) == "proved"


def test_a_wrong_difference_is_refused():
    verdict = compare(x * y, "<=", (x**2 + y**2) / 2, gap=(x + y) ** 2 / 2)
    assert verdict.status == "undecided"
    assert "not proved to be" in verdict.reason


def test_what_is_given_of_other_things_does_not_starve_the_points():
    w = sp.symbols("w0:9", real=True)
    far = [relation for a, b in zip(w, w[1:], strict=False) for relation in (a < b, b < a + 1)]
    assert status(x**2, ">=", 2 * x - 1, given=far) == "proved"
    assert status(x**2, ">=", 2 * x, given=far) == "refuted"


# --- counterexamples -----------------------------------------------------------------------------


def test_a_narrow_dip_is_found_downhill():
    verdict = compare(x**4 - x**2 + Rational(2499, 10000), ">=", 0)
    assert verdict.status == "refuted"
    assert verdict.counterexample["x"] in ("12/17", "-12/17")
    verdict = compare(x**2, ">=", x**3, given=x <= Rational(1001, 1000))
    assert verdict.counterexample["x"] == "1001/1000"


def test_a_strict_inequality_fails_where_the_sides_are_equal():
    one = compare(log(u), "<", u - 1)
    assert one.status == "refuted" and one.counterexample["u"] == "1"
    assert compare(exp(x), ">", 1 + x).counterexample["x"] == "0"
    assert compare(x**2 + y**2, ">", 2 * x * y).status == "refuted"
    assert status(Sum(z[k] ** 2, (k, 0, K - 1)), ">", 0) == "refuted"
    assert status(sqrt(x**2 + y**2), "<", sp.Abs(x) + sp.Abs(y)) == "refuted"


def test_a_counterexample_may_stand_where_the_sides_cross():
    assert compare(K, "<=", 10**6).counterexample["K"] == "1000001"
    assert compare((K - 7) ** 2, ">", 0).counterexample["K"] == "7"
    assert status(u, ">=", Rational(1, 10**12)) == "refuted"


def test_what_is_left_after_cancelling_is_looked_at_with_more_digits():
    lost = (exp(x) + 1) ** 2 - exp(2 * x) - 2 * exp(x)
    assert status(lost, "<=", 1) != "refuted" and status(lost, ">=", 1) != "refuted"
    assert status(lost, "<", 1) == "refuted"
    assert status(x + exp(-5000), "<=", x) == "refuted"
    assert status(x, "<=", x + exp(-5000)) == "proved"


def test_a_counterexample_has_small_sizes_and_simple_numbers():
    found = compare(x * y, "<=", x**2 + y**2 / 5).counterexample
    assert {abs(Rational(found[name])) for name in "xy"} <= {1, 2, 3}
    single = Eq(Sum(p[k], (k, 0, K - 1)), 1), p[k] >= 0
    found = compare(Sum(p[k] ** 2, (k, 0, K - 1)), "<", 1, given=single).counterexample
    assert found == {"K": "1", "p[0]": "1", "left side": "1", "right side": "1"}


def test_what_holds_for_all_holds_at_every_point():
    """An entry that only an equation speaks of has to satisfy it as well."""
    simplex = Eq(Sum(p[k], (k, 0, K - 1)), 1), p[k] >= 0
    assert status(p[m], "<=", 1, given=(*simplex, m >= 0, m <= K - 1)) == "proved"
    assert status(p[m], "<=", 1, given=(simplex[0], m >= 0, m <= K - 1)) == "refuted"


def test_an_induction_uses_what_is_given_of_its_recurrence():
    size = sp.Symbol("T", integer=True, nonnegative=True)
    shrinking = Recurrence(S[t], u * S[t - 1], initial=1)
    assert Induction(shrinking, S[size], 1, relation="<=", given=u <= 1).status == "proved"
    with pytest.raises((FalseStep, UnprovedStep)):
        Induction(shrinking, S[size], 1, relation="<=")


def test_points_say_nothing_for_every_size():
    # first fails at T = 204
    total = Sum(1 / sqrt(k), (k, 1, T))
    assert status(total, "<=", Rational(19, 10) * sqrt(T)) == "undecided"


def test_equality_refutes_what_is_strict():
    assert status(x**2, ">", 0) == "refuted"
    assert status(x**2 + 1, ">", 0) == "proved"
    assert status(2 * x, "<", x**2 + 1) == "refuted"


# --- for every index -----------------------------------------------------------------------------


def test_what_is_given_for_every_index():
    total = Sum(p[k], (k, 0, K - 1))
    in_range = (m >= 0, m <= K - 1)
    assert status(total, ">=", 0, given=p[k] >= 0) == "proved"
    assert status(total, ">=", 0) == "refuted"
    assert status(p[m], "<=", total, given=(p[k] >= 0, *in_range)) == "proved"
    assert status(p[m], "<=", total, given=p[k] >= 0) == "refuted"
    assert status(p[m], "<=", total, given=in_range) == "refuted"
    only = (p[k] >= 0, k >= 0, k <= K - 1)
    assert status(total, ">=", 0, given=only) == "proved"
    assert status(total + p[K], ">=", 0, given=only) == "refuted"


# --- chains --------------------------------------------------------------------------------------


def test_a_chain_has_one_relation():
    chain = Derivation(x**2 + 1, (x - 1) ** 2 + 2 * x, "square")
    chain.step(2 * x, "a square is not negative", relation=">=", gap=(x - 1) ** 2)
    chain.step(2 * x - 1, "one less", relation=">")
    assert chain.relation == ">"
    assert chain.conclusion.relation == (x**2 + 1 > 2 * x - 1)
    assert [line.relation for line in chain.lines] == ["=", ">=", ">"]
    assert chain.lines[1].difference == (x - 1) ** 2
    assert "\\ge" in chain.latex() and "≥ 2 x" in str(chain)
    with pytest.raises(ValueError, match="nothing follows"):
        chain.step(2 * x, "back", relation="<=")


def test_a_false_line_shows_where():
    with pytest.raises(FalseStep, match="x = "):
        Derivation(x**2, x, "larger", relation=">=")


def test_where_the_sides_are_equal_is_proved():
    line = {"relation": "<=", "gap": (x - y) ** 2 / 2}
    chain = Derivation(x * y, (x**2 + y**2) / 2, "square", **line, equal_at=Eq(x, y))
    assert chain.lines[0].equal_at == (Eq(x, y),)
    with pytest.raises(FalseStep, match="equal_at"):
        Derivation(x * y, (x**2 + y**2) / 2, "square", **line, equal_at=Eq(x, 0))


def test_an_inequality_is_never_only_checked():
    with pytest.raises(UnprovedStep):
        Derivation(
            Sum(1 / sqrt(k), (k, 1, T)),
            Rational(19, 10) * sqrt(T),
            "seems so",
            relation="<=",
            accept="checked",
        )


def test_a_program_is_not_compared_with_a_bound():
    chain = Derivation(x, x + 1, "one more", relation="<=")
    with pytest.raises(ValueError, match="not equal"):
        chain.matches([x])


def test_arguments_are_checked():
    with pytest.raises(ValueError, match="relation must be one of"):
        compare(x, "=<", y)
    with pytest.raises(ValueError, match="relation must be one of"):
        Derivation(x, y, "no", relation="!=")
    with pytest.raises(TypeError, match="using must hold proved results"):
        compare(x, "<=", y, using=x <= y)
    with pytest.raises(ValueError, match="belong to an inequality"):
        Derivation((x + 1) ** 2, x**2 + 2 * x + 1, "square").step(x, "so", gap=x)


# --- results that are used -----------------------------------------------------------------------


def test_a_result_is_used_under_its_conditions_only():
    square = Derivation(x**2, x, "at most one", relation="<=", given=(x >= 0, x <= 1))
    assert status(x**2 * exp(y), "<=", x * exp(y), given=(x >= 0, x <= 1), using=square) == "proved"
    assert status(x**2 * exp(y), "<=", x * exp(y), using=square) == "refuted"


def test_a_tangent_needs_one_sign_of_the_second_derivative():
    assert tangent(exp(x), x, at=0, to=y).relation == sp.Ge(exp(y), 1 + y, evaluate=False)
    with pytest.raises(ValueError, match="not seen to be convex"):
        tangent(x**3, x, at=0, to=y)
    with pytest.raises(ValueError, match="not smooth"):
        tangent(1 / x, x, at=1, to=y)
    with pytest.raises(ValueError, match="not seen to be real"):
        tangent(exp(x), x, at=0, to=c)
    with pytest.raises(ValueError, match="must be smooth"):
        tangent(sp.Abs(x), x, at=0, to=y)
    touching = tangent(log(u), u, at=1, to=y)
    assert touching.conditions == (y > 0,)


# --- induction -----------------------------------------------------------------------------------


def test_an_induction_needs_a_recurrence_that_grows():
    falling = Recurrence(S[t], -S[t - 1], initial=0)
    with pytest.raises(UnprovedStep, match="not seen to grow"):
        Induction(falling, S[sp.Symbol("T", integer=True, nonnegative=True)], 1, relation="<=")


def test_a_false_induction_is_refused():
    rule = Recurrence(S[t], S[t - 1] + 1 / sqrt(t), initial=1, start=1)
    with pytest.raises((FalseStep, UnprovedStep)):
        Induction(rule, S[T], Rational(19, 10) * sqrt(T), relation="<=")
    with pytest.raises(FalseStep):
        Induction(rule, S[T], 2 * sqrt(T), relation=">=")


def test_a_strict_induction_is_strict_at_both_ends():
    rule = Recurrence(S[t], S[t - 1] + 1, initial=0)
    N = sp.Symbol("N", integer=True, nonnegative=True)
    assert Induction(rule, S[N], N + 1, relation="<").relation == "<"
    with pytest.raises(FalseStep):
        Induction(rule, S[N], N, relation="<")
