"""The equality engine: what it proves, what it refutes, what it says of its limits."""

import threading

import pytest
import sympy as sp

from nnlib.symbolic import Definition, Partial, Recurrence, equal

i, j, k, t, s = sp.symbols("i j k t s", integer=True)
K = sp.Symbol("K", integer=True, positive=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
gamma = sp.Symbol("gamma", positive=True)
a, b = sp.symbols("a b", real=True)
x, y, z, w = (sp.IndexedBase(name, real=True) for name in "xyzw")
gammas = sp.IndexedBase("gamma", real=True)
memory = (gamma < 1,)
in_range = (j >= 0, j <= K - 1)


def total(term, index=k, low=0, high=K - 1):
    return sp.Sum(term, (index, low, high))


PROVED = {
    "linearity": (total(a * x[k] + y[k]), a * total(x[k]) + total(y[k]), ()),
    "renamed index": (total(x[k]), total(x[i], i), ()),
    "shifted index": (total(x[k + 1]), total(x[k], k, 1, K), ()),
    "reversed index": (total(x[K - 1 - k]), total(x[k]), ()),
    "one more term": (total(x[k], k, 0, K), total(x[k]) + x[K], ()),
    "one term less": (total(x[k], k, 1, K - 1), total(x[k]) - x[0], ()),
    "swapped sums": (
        sp.Sum(w[i, j] * x[i] * y[j], (i, 0, K - 1), (j, 0, T)),
        sp.Sum(w[j, i] * x[j] * y[i], (i, 0, T), (j, 0, K - 1)),
        (),
    ),
    "product of sums": (total(x[k]) ** 2, sp.Sum(x[i] * x[j], (i, 0, K - 1), (j, 0, K - 1)), ()),
    "squares": (
        total((x[k] - total(x[i], i) / K) ** 2),
        total(x[k] ** 2) - total(x[k]) ** 2 / K,
        (),
    ),
    "delta in range": (total(sp.KroneckerDelta(j, k) * x[k]), x[j], in_range),
    "geometric": (total(gamma**k), (1 - gamma**K) / (1 - gamma), memory),
    "geometric, two ratios": (
        total(gamma**k * a**k),
        (1 - (a * gamma) ** K) / (1 - a * gamma),
        (sp.Ne(a * gamma, 1),),
    ),
    "moment": (total(k), K * (K - 1) / 2, ()),
    "telescoping product": (sp.Product((k + 1) / (k + 2), (k, 0, K - 1)), 1 / (K + 1), ()),
    "product, one more": (
        sp.Product(gammas[s], (s, 1, T + 1)),
        gammas[T + 1] * sp.Product(gammas[s], (s, 1, T)),
        (),
    ),
    "log of a sum": (
        sp.log(total(sp.exp(z[k] + a))),
        a + sp.log(total(sp.exp(z[k]))),
        (),
    ),
    "root": (sp.sqrt(total(x[k] ** 2) + 1) ** 2, total(x[k] ** 2) + 1, ()),
    "cubed root": (
        (total(x[k] ** 2) + 1) ** sp.Rational(3, 2),
        sp.sqrt(total(x[k] ** 2) + 1) * (total(x[k] ** 2) + 1),
        (),
    ),
    "signs": (total((-1) ** k * (-1) ** k), K, ()),
    "given sum": (total(a * y[k]) - a, sp.S.Zero, (sp.Eq(total(y[i], i), 1),)),
    "given moments": (
        total((x[k] - a) ** 2) / K,
        b**2,
        (sp.Eq(total(x[k]), K * a), sp.Eq(total(x[k] ** 2), K * (a**2 + b**2))),
    ),
}


@pytest.mark.parametrize("name", PROVED)
def test_proves(name):
    left, right, given = PROVED[name]
    verdict = equal(left, right, given=given)
    assert verdict.status == "proved", verdict
    assert not verdict.conditions


def test_says_what_it_took_for_granted():
    assert equal(total(gamma**k), (1 - gamma**K) / (1 - gamma)).conditions == (sp.Ne(gamma, 1),)
    collapsed = equal(total(sp.KroneckerDelta(j, k) * x[k]), x[j])
    assert collapsed.status == "proved"
    assert set(collapsed.conditions) == {sp.Ge(j, 0), sp.Le(j, K - 1)}


def test_delta_across_two_ranges_is_not_collapsed():
    n = sp.Symbol("n", integer=True, positive=True)
    both = sp.Sum(sp.KroneckerDelta(i, k) * x[i], (i, 0, K - 1), (k, 0, n - 1))
    assert equal(both, total(x[k])).status == "refuted"
    assert equal(both, both.xreplace({i: t, k: s})).status == "proved"


def test_range_of_an_index_says_nothing_of_an_empty_sum():
    # Inside Π_{s=t+1}^{T} there is an s only if t < T; that must not count as known outside.
    weights = sp.Sum(sp.Product(gammas[s], (s, t + 1, T)), (t, 1, T + 1))
    wrong = sp.Sum(sp.Product(gammas[s], (s, t + 1, T)), (t, 1, T))
    verdict = equal(weights, wrong)  # at t = T + 1 the product would run from T + 2 to T
    assert verdict.status == "undecided" and "read backwards" in verdict.reason


def test_refutes_with_a_counterexample():
    verdict = equal(total(x[k] ** 2), total(x[k]) ** 2)
    assert verdict.status == "refuted"
    values = {name: sp.Rational(value) for name, value in verdict.counterexample.items()}
    entries = [values[f"x[{n}]"] for n in range(int(values["K"]))]
    assert values["left side"] == sum(e**2 for e in entries)
    assert values["right side"] == sum(entries) ** 2
    assert values["left side"] != values["right side"]


def test_proves_for_sizes_where_there_is_no_general_proof():
    telescope = sp.Sum(k * sp.factorial(k), (k, 0, K))
    verdict = equal(telescope, sp.factorial(K + 1) - 1)
    assert verdict.status == "proved for sizes"
    assert verdict.sizes == ({"K": 1}, {"K": 2}, {"K": 3})


def test_checks_where_there_is_no_proof():
    verdict = equal(sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2, 1)
    assert verdict.status == "checked"


def test_undecided_says_why():
    unknown = sp.Function("zeta")
    assert equal(sp.zeta(a), sp.zeta(a) + 0 * unknown(a)).status in ("proved", "undecided")
    verdict = equal(sp.zeta(a + 2), sp.zeta(b + 2))
    assert verdict.status == "undecided"
    assert "zeta" in verdict.reason


def test_limits():
    full = sp.Sum(gamma ** (T - t) * (1 - gamma), (t, 1, T))
    assert equal(sp.Limit(full, T, sp.oo), 1, given=memory).status == "proved"
    assert equal(sp.Limit(full, T, sp.oo), gamma, given=memory).status == "refuted"
    growing = sp.Limit(gamma**T * sp.exp(T), T, sp.oo)
    assert equal(growing, 0, given=memory).status == "undecided"
    assert equal(sp.Limit(full, T, sp.oo), 1).status == "refuted"  # at γ = 1 it is 0


def test_recurrence_is_unfolded_within_its_range():
    C = sp.IndexedBase("C", real=True)
    rule = Recurrence(C[t], gamma * C[t - 1] + x[t], initial=b)
    assert equal(C[2], gamma**2 * b + gamma * x[1] + x[2], where=rule).status == "proved"
    later = equal(C[T], gamma * C[T - 1] + x[T], where=rule)
    assert (later.status, later.conditions) == ("proved", (sp.Ge(T, 1),))
    assert equal(C[T], gamma * C[T - 1] + x[T - 1], where=rule).status == "refuted"


def test_partial_holds_the_name_it_differentiates_by():
    mean, spread = sp.symbols("mu v", real=True)
    names = (
        Definition(mean, total(x[k]) / K),
        Definition(spread, total((x[k] - mean) ** 2) / K),
    )
    held = Partial(spread, mean)
    assert equal(held, 0, where=names).status == "proved"
    assert equal(Partial(mean**2, mean), 2 * mean, where=names).status == "proved"
    assert (
        equal(Partial(spread, x[j]), 2 * (x[j] - mean) / K, where=names, given=in_range).status
        == "proved"
    )


def test_a_question_that_is_too_hard_says_so():
    many = sum(sp.symbols("q:6", real=True))
    verdict = equal(many**30 * (a - b), many**30 * a - many**30 * b)
    assert verdict.status == "checked"
    assert verdict.reason == "a proof for all sizes takes too much work"


def test_works_in_a_thread():
    found = []
    work = threading.Thread(target=lambda: found.append(equal(total(x[k]), total(x[i], i))))
    work.start()
    work.join()
    assert found[0].status == "proved"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (lambda: equal("x", 1), "a must be a SymPy expression"),
        (lambda: equal(1, [1]), "b must be a SymPy expression"),
        (lambda: equal(a, b, given="a > 0"), "given must hold"),
        (lambda: equal(a, b, where=a), "where must hold"),
        (lambda: equal(a, b, effort=0), "effort must be a positive number"),
    ],
)
def test_bad_calls_name_the_argument(bad, message):
    with pytest.raises((TypeError, ValueError), match=message):
        bad()


def test_a_verdict_is_neither_true_nor_false():
    with pytest.raises(TypeError, match="status"):
        bool(equal(a, a))


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        (sp.Abs(a - 4), 4 - a, ()),  # true up to a = 4
        (sp.sqrt((gamma - 3) ** 2), 3 - gamma, ()),
        (sp.floor(K / 6), 0, ()),  # true up to K = 5
        (total(sp.KroneckerDelta(k, 7) * x[k]), 0, ()),
        (sp.KroneckerDelta(j, 9), 0, (j >= 0,)),
        (sp.KroneckerDelta(j, 0) / K, 1 / K, in_range),
        (a, 1, sp.Eq(a**2, 1)),  # the other root is given as well
    ],
)
def test_looks_where_a_difference_may_hide(left, right, given):
    assert equal(left, right, given=given).status == "refuted"


def test_half_powers_are_roots_of_whole_ones():
    e = sp.exp
    assert equal((e(a / 2) + e(-a / 2)) ** 2, e(a) + 2 + e(-a)).status == "proved"
    assert equal(sp.tanh(a / 2), (1 - e(-a)) / (1 + e(-a))).status == "proved"
    root = gamma ** (sp.Rational(1, 4))
    assert equal(root * (root + 1), sp.sqrt(gamma) + root).status == "proved"


def test_a_range_that_may_be_reversed_is_a_condition():
    verdict = equal(sp.Sum(x[k], (k, j, K + 1)), sp.Sum(x[k], (k, j, K)) + x[K + 1])
    assert (verdict.status, verdict.conditions) == ("proved", (sp.Le(j, K + 1),))


@pytest.mark.parametrize("number", ["1e-400", "1e400", "1.00000000000000000000000000000001"])
def test_a_float_of_any_size_is_what_it_prints_as(number):
    assert equal(sp.Float(number, 50) * a + b, b).status == "refuted"
    assert equal(sp.Float(number) + a, a).status == "refuted"


def test_roots_and_jumps_of_what_rounding_leaves_refute_nothing():
    """At a = b, at 1, and at every angle, all that is computed is rounding."""
    positive = sp.Symbol("p", positive=True)
    other = sp.Symbol("q", positive=True)
    square = sp.sqrt(positive + other - 2 * sp.sqrt(positive * other))
    difference = sp.sqrt(positive) - sp.sqrt(other)
    assert equal(square, difference, given=positive >= other).status != "refuted"
    assert equal(square, 0, given=sp.Eq(positive, other)).status == "proved"
    turns = sp.sin(a) ** 2 + sp.cos(a) ** 2
    for jumps in (sp.floor(turns), sp.ceiling(turns), sp.floor(turns + 4) - 4):
        assert equal(jumps, 1).status == "proved"
        assert equal(jumps, 2).status == "refuted"
