"""The parts of `equal` beside the proof: which points it tries, and what it says of them."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from unittest import mock

import mpmath
import numpy as np
import pytest
import sympy as sp

from nnlib.symbolic import Definition, Recurrence, Verdict, equal, sym
from nnlib.symbolic import _comparison as comparing
from nnlib.symbolic import _equal as deciding
from nnlib.symbolic import _points as trying
from nnlib.symbolic import _proof as proving
from nnlib.symbolic import _question as asking
from nnlib.symbolic._budget import TooMuchWork, Work, charge
from nnlib.symbolic._evaluate import Point, Undefined
from nnlib.symbolic._facts import Facts
from nnlib.symbolic._sequences import write_by_earliest

i, j, k, m, t = sp.symbols("i j k m t", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
a, b = sp.symbols("a b", real=True)
gamma = sp.Symbol("gamma", positive=True)
x, w, C = (sp.IndexedBase(name, real=True) for name in ("x", "w", "C"))
delta = sp.KroneckerDelta


def total(term, low=0, high=K - 1):
    return sp.Sum(term, (k, low, high))


def asked(left, right=0, given=(), where=()):
    return asking.Question(sp.sympify(left), sp.sympify(right), tuple(given), tuple(where))


def points(count, question, conditions=()):
    return list(itertools.islice(trying.points(question, conditions), count))


# --- what verdicts say ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (Verdict("proved"), "proved"),
        (Verdict("proved", (a > 0, sp.Ne(b, 1))), "proved where a > 0, b ≠ 1"),
        (Verdict("checked", reason="no proof"), "checked: no proof"),
        (Verdict("refuted", counterexample={"a": "1", "left side": "2"}, reason="other"),
         "refuted: a = 1, left side = 2"),
        (Verdict("proved for sizes", sizes=({"K": 1, "T": 2}, {"K": 2, "T": 2}), reason="why"),
         "proved for sizes K = 1, T = 2; K = 2, T = 2: why"),
    ],
    ids=str,
)  # fmt: skip
def test_verdicts_in_words(verdict, text):
    assert str(verdict) == repr(verdict) == text


def test_what_can_be_compared():
    for value, expr in (
        (3, 3),
        (0.5, sp.Rational(1, 2)),
        (np.float64(0.1), sp.Rational(1, 10)),
        (np.array(2), 2),
        (sym("q"), sp.Symbol("q", real=True)),
        (0.1 * a, a / 10),
    ):
        assert asking.as_expr(value, "a") == expr
    for value, error, said in (
        ("x", TypeError, "got the text 'x': parse it first"),
        (None, TypeError, "got None"),
        (sp.true, TypeError, "got BooleanTrue"),
        (np.ones(2), TypeError, "b must be a SymPy expression"),
        (sp.zoo, ValueError, "b is undefined everywhere"),
        (sp.nan + a, ValueError, "b is undefined everywhere"),
    ):
        with pytest.raises(error, match=said):
            asking.as_expr(value, "b")
    assert asking.as_given((True, sp.true, a > 0)) == (a > 0,)
    assert asking.as_given(sp.Eq(a, 1)) == (sp.Eq(a, 1),)
    for wrong in ((a,), (False,), "a > 0"):
        with pytest.raises(TypeError, match="equations and inequalities"):
            asking.as_given(wrong)
    for effort in (0, -1, "1", None, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="effort must be a positive number"):
            equal(a, a, effort=effort)
    assert 0 < equal(a, a).work < 1000


def test_what_stood_in_the_way_is_said():
    double_angle = sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2
    differ = equal(double_angle, 1)
    assert (differ.status, differ.reason) == (
        "checked", "the normal forms of the two sides differ",
    )  # fmt: skip
    over = equal(a, b, effort=1e-9)
    assert (over.status, over.reason) == (
        "undecided", "expanding the names takes too much work",
    )  # fmt: skip
    unknown = equal(sp.Limit(sp.exp(-a * T), T, sp.oo), 0, given=a > 0)
    assert unknown.status == "undecided" and "to infinity is not known" in unknown.reason
    zeta = equal(sp.zeta(a), sp.zeta(b))
    assert zeta.reason.startswith("it could not be compared at points: no value is known for zeta")
    proved = equal(sp.zeta(a) + a * (a + 1), sp.zeta(a) + a**2 + a)
    assert proved.status == "undecided"
    assert proved.reason.startswith("a proof, but it could not be compared at points: no value")
    for error in (NotImplementedError, ZeroDivisionError, ValueError, TypeError):
        with mock.patch.object(deciding, "prove", side_effect=error("odd")):
            assert equal(a, a + 0 * b).reason == "no proof: odd"


def test_too_much_work_at_points_is_said():
    def slow(*_):
        charge(10**9)

    with mock.patch.object(trying, "compare_at_points", slow):
        verdict = equal(a * (b + 1), a * b + a)
    assert (verdict.status, verdict.reason) == (
        "undecided", "a proof, but comparing at random points takes too much work",
    )  # fmt: skip


def test_deltas_are_split_into_their_cases():
    d = delta(i, j)
    for left, right, given in (
        (a * d, 0, (i > j,)),
        (a * d, 0, (i < j,)),
        (d * x[i], d * x[j], ()),
        (d * delta(j, m) * x[i], d * delta(j, m) * x[m], ()),
        (d**2 + d * delta(i, m) * (x[i] - x[m]), d, ()),
        ((1 - d) * d, 0, ()),
        (delta(i, j + 1) * (i - j), delta(i, j + 1), ()),
    ):
        assert proving.prove(asked(left, right, given)) == (True, ())
    for left, right, given in (
        (a * d, 0, (i >= j,)),
        (a * d, 0, ()),
        (d * x[i], x[j], ()),
        (d, 1, ()),
        (d * delta(j, m) * x[i], d * x[m], ()),
    ):
        assert not proving.prove(asked(left, right, given))[0]
    with pytest.raises(NotImplementedError, match="cannot split"):
        proving.prove(asked(delta(2 * i, 2 * j), a * delta(i, j)))


def test_where_a_range_that_is_not_given_may_save_a_line():
    rule = Recurrence(C[t], C[t - 1] + 1)
    for question, may in (
        (asked(a, b), False),
        (asked(a, b, where=[Definition(a, b)]), False),
        (asked(a, b, where=[rule]), True),
        (asked(delta(i, j)), True),
        (asked(0, delta(i, j)), True),
        (asked(delta(i, j), 0, [i >= 0]), True),
        (asked(delta(i, j), 0, [i >= 0, j < K]), False),
        (asked(delta(i, j), 0, [sp.Eq(i, 0), sp.Eq(j, 0)]), True),
        (asked(delta(sp.Dummy("k"), 2)), False),
    ):
        assert asking.may_need_conditions(question) is may


# --- rules and sequences --------------------------------------------------------------------------


def test_equations_as_rules():
    facts = Facts([sp.Ne(a, 0)])
    for expr, rule in (
        (sp.S.Zero, []),
        (a * b - 1, [(b, 1 / a)]),
        (total(x[k]) - 1, [(total(x[k]), 1)]),
        (a * total(x[k]) - b, [(total(x[k]), b / a)]),
        (2 * a + b - 2, [(a, 1 - b / 2)]),
        (x[j] - 2, [(x[j], 2)]),
        (b / a - 3 + total(x[k]) * 0, [(a, b / 3)]),
    ):
        found = proving._as_rule(expr, facts)
        assert [(old, sp.expand(new)) for old, new in found] == [
            (old, sp.expand(new)) for old, new in rule
        ]
    for expr in (b**2 - 1, i - 1, sp.exp(b) - 1, gamma * 0 + b * sp.exp(b)):
        assert proving._as_rule(expr, facts) == []


def test_sequences_are_written_by_their_earliest_entry():
    rule = Recurrence(C[t], gamma * C[t - 1] + x[t], initial=b)
    later = Recurrence(C[t], gamma * C[t - 1] + x[t], initial=b, start=2)

    def aligned(expr, rule=rule):
        facts = Facts()
        return write_by_earliest(expr, (rule,), facts), [*facts.conditions]

    assert aligned(C[0]) == (b, [])
    assert aligned(C[-1]) == (C[-1], []) and aligned(C[T]) == (C[T], [])
    assert aligned(C[2])[0].expand() == gamma**2 * b + gamma * x[1] + x[2]
    assert aligned(C[T + 1] - C[T]) == (gamma * C[T] + x[T + 1] - C[T], [])
    assert aligned(C[n] - C[n - 1]) == (gamma * C[n - 1] + x[n] - C[n - 1], [n >= 1])
    far = aligned(C[T + 1] - C[T - 1])[0]
    assert far.expand() == (gamma**2 * C[T - 1] + gamma * x[T] + x[T + 1] - C[T - 1]).expand()
    assert aligned(C[2], later) == (b, []) and aligned(C[1], later) == (C[1], [])
    assert aligned(C[T + 1] - C[T], later)[1] == [T >= 2]
    assert aligned(C[i] - C[j]) == (C[i] - C[j], [])
    inside = total(C[k]).xreplace({k: sp.Dummy("k", integer=True)})
    assert aligned(inside) == (inside, [])
    two = Recurrence(w[t], w[t - 1] + C[t])
    both = write_by_earliest(w[1] + C[1], (rule, two), Facts())
    assert not both.has(w[1]) and both.has(x[1])


# --- points ---------------------------------------------------------------------------------------

IN_RANGE = (j >= 0, j <= K - 1)


def test_points_satisfy_what_is_given_and_what_was_assumed():
    question = asked(total(x[k] * a) + m * b, delta(i, j), [*IN_RANGE, gamma < 1, sp.Ne(m, 2)])
    found = points(50, question, (sp.Ge(T, 3), i >= -1))
    assert len(found) == 50
    for point in found:
        values = {s: point.evaluate(s) for s in (K, T, i, j, m, gamma)}
        assert 0 <= values[j] <= values[K] - 1 and values[T] >= 3 and values[i] >= -1
        assert 0 < values[gamma] < 1 and values[m] != 2
    for symbol in (K, j, m):
        assert len({point.evaluate(symbol) for point in found}) >= 5


def test_points_are_small_at_first_and_of_all_kinds_later():
    question = asked(total(x[k] * a) + m, 0)
    found = points(200, question)
    first = [
        abs(value) for point in found[:6] for key, value in point.values.items() if key in (K, m)
    ]
    assert max(first) <= 3
    sizes = {point.evaluate(K) for point in found}
    assert sizes >= set(range(1, 10)) and max(sizes) > 50
    assert min(point.evaluate(m) for point in found) == -2
    wide = [point.wide for point in found]
    assert wide.count(True) == 50 and not wide[0] and not wide[1] and wide[2] and not wide[3]
    large = [point.evaluate(a) for point in found if point.wide]
    assert max(map(float, large)) > 50
    assert any(isinstance(value, mpmath.mpf) for value in large)  # and some that is no fraction
    aimed = [point for point in found[1::2] if a in point.values]
    assert len(aimed) > 60 and all(not point.wide for point in aimed)


def test_the_name_of_a_family_is_no_value():
    numbers = sp.IndexedBase("N", integer=True)
    question = asked(total(x[k] * numbers[k]), a)
    for point in points(40, question):
        assert set(point.values) <= {K, a}
    verdict = equal(total(numbers[k]), total(numbers[k]) + 1)
    assert not {"N", "x"} & set(verdict.counterexample)


def test_what_is_not_proved_is_compared_at_more_points():
    counts = []

    def recording(question, conditions, stage, count, work, asked, before):
        counts.append(count)
        return trying.Trial(True)

    with mock.patch.object(deciding, "try_points", recording):
        assert equal(a, a).status == "proved"
        assert equal(sp.cos(2 * sp.atan(a)) * (1 + a**2) + a**2, 1).status == "checked"
    assert counts == [4, 24, 4, 160]


def test_what_was_compared_before_is_not_computed_again():
    question = asked(sp.sin(a) ** 2, 1 - sp.cos(a) ** 2)
    once = Work()
    assert trying.try_points(question, (), "points", 24, once).agreed
    work, before = Work(), comparing.Remembered()
    for _ in range(2):
        trial = trying.try_points(question, (), "points", 24, work, None, before)
        assert trial == trying.Trial(True, points=24)
    assert once.spent < work.spent < 2 * once.spent - 24 * 10


def test_what_is_remembered_belongs_to_a_point_and_to_sides():
    before = comparing.Remembered()
    first, other = (Point(7, values={a: Fraction(value)}) for value in (1, 2))
    for point in (first, other, first):
        assert before.compare_at(point, (a, sp.S.One)).outcome == (
            comparing.EQUAL if point is first else comparing.DIFFERENT
        )
    assert before.compare_at(first, (a, sp.S(2))).outcome == comparing.DIFFERENT
    again, fresh = (Point(7, values={a: Fraction(1)}) for _ in range(2))
    for point in (first, again):
        before.compare_at(point, (a + b, b + a))
    comparing.compare_at(fresh, (a + b, b + a))
    assert again.seen == fresh.seen and again.seen.keys() == {a, b}


def test_deep_sums_are_tried_at_smaller_sizes():
    inner = sp.Sum(w[i, k], (i, 0, K), (j, 0, K))
    for expr, largest in (
        (total(x[k]), 211),
        (sp.Sum(w[i, k], (i, 0, K), (k, 0, K)), 53),
        (total(inner.xreplace({k: m})), 6),
        (sp.Sum(total(inner), (m, 0, K)), 4),
    ):
        sizes = {point.evaluate(K) for point in points(200, asked(expr))}
        assert max(sizes) == largest


def test_the_depth_of_sums():
    inner = sp.Sum(w[i, k], (i, 0, k))
    for expr, depth in (
        (a, 0),
        (total(x[k]), 1),
        (total(inner), 2),
        (inner + total(x[k]), 1),
        (sp.Sum(w[i, k], (i, 0, k), (k, 0, K)), 2),
        (total(x[k]) ** 2, 1),
        (sp.Product(total(inner), (j, 0, K)), 3),
        (sp.exp(total(inner)) + a, 2),
    ):
        assert trying._depth_of_sums(expr) == depth


def test_sizes_fit_their_assumptions():
    for symbol, sizes in ((K, range(1, 4)), (n, range(4)), (j, range(-2, 4))):
        drawn = {trying._draw_size(random.Random(seed), symbol, 3) for seed in range(80)}
        assert drawn == set(sizes)


def test_indices_are_put_in_the_middle_of_their_ranges():
    def put(*demands, seed=0):
        at = {K: Fraction(4), j: Fraction(9), i: Fraction(9)}
        trying._put_in_range(random.Random(seed), at, demands)
        return at[j], at[i]

    found = set()
    for seed in range(60):
        found.add(put(*IN_RANGE, seed=seed)[0])
    assert found == {0, 1, 2, 3}
    assert put(j >= 2, j >= 3, j <= 3, j <= K + 5) == (3, 9)
    assert put(j >= 0) == (9, 9) and put(j <= 3) == (9, 9)  # no range
    assert put(j > 0, j < 2) == (9, 9) and put(sp.Eq(j, 2)) == (9, 9)
    assert put(j >= 3, j <= 2) == (9, 9) and put(j >= 1, j >= 3, j <= 2) == (9, 9)
    assert put(j >= sp.Rational(1, 2), j <= 3) == (9, 9)
    assert put(sp.Ge(K - 3, j), sp.Le(1, j)) == (1, 9)


def test_places_of_interest_are_the_numbers_and_what_is_beside_them():
    half = Fraction(1, 2)
    around = {0: {-1, -half, 0, half, 1}, 1: {0, half, 1, 1 + half, 2}}
    assert set(trying._places_of_interest([a])) == around[0] | around[1]
    four = {3, 3 + half, 4, 4 + half, 5}
    assert (
        set(trying._places_of_interest([a - 4]))
        == around[0] | around[1] | {-v for v in four} | set()
    )
    assert 1000 in trying._places_of_interest([a + 1000])
    assert 1001 not in trying._places_of_interest([a, a + 1001])
    both = trying._places_of_interest([a + 3, a + 5])
    assert {3, 5} <= set(both) and both == sorted(set(both))


def test_aimed_values_stand_at_the_places_of_interest():
    places = [Fraction(v) for v in (-1, 0, Fraction(1, 2), 3, 50)]
    seen = {symbol: set() for symbol in (a, gamma, K, j)}
    for seed in range(80):
        free, rng = list(seen), random.Random(seed)
        rng.shuffle(places)
        for symbol, value in trying._aimed(rng, free, places, [], {}).items():
            seen[symbol].add(value)
    assert seen[a] == {-1, 0, Fraction(1, 2), 3} and seen[gamma] == {Fraction(1, 2), 3}
    assert seen[K] == {3} and seen[j] == {-1, 0, 3}


def test_indices_meet_in_a_delta():
    parts = [delta(i, j + 1), a]
    values = {i: Fraction(7), j: Fraction(2)}
    met = [trying._aimed(random.Random(seed), [], [], parts, values) for seed in range(40)]
    assert {frozenset(found.items()) for found in met} == {
        frozenset(), frozenset({(j, Fraction(6))}),
    }  # fmt: skip
    assert not trying._aimed(random.Random(1), [], [], parts, {i: Fraction(7)})


def test_indices_stand_at_the_ends_of_ranges():
    parts = [total(delta(i, k) * x[k], 2, K), a]
    values = {i: Fraction(0), K: Fraction(7), j: Fraction(0)}
    found = set()
    for seed in range(80):
        found |= set(trying._at_ends(random.Random(seed), parts, values).items())
    assert found == {(i, Fraction(v)) for v in (1, 2, 3, 6, 7, 8)}
    assert trying._at_ends(random.Random(0), [delta(i, j)], values) == {}
    short, at = [total(delta(T, k), 0, 1)], {T: Fraction(1)}
    sized = {trying._at_ends(random.Random(seed), short, at).get(T) for seed in range(60)}
    assert sized == {None, 1, 2}


def test_what_assumptions_allow():
    allowed = {
        a: (-1, 0, 1),
        gamma: (1,),
        K: (1,),
        n: (0, 1),
        sp.Symbol("q", negative=True): (-1,),
        (x, (1,)): (-1, 0, 1),
        (sp.IndexedBase("p", positive=True), (1,)): (1,),
    }
    for unknown, values in allowed.items():
        assert tuple(v for v in (-1, 0, 1) if trying._fits(unknown, v)) == values


@pytest.mark.parametrize(
    ("unknown", "gap", "root"),
    [
        (a, 2 * a - 3, 1.5),
        (a, b * a + 3, -1.5),
        (gamma, gamma**2 - 4, 2),
        (gamma, 3 * gamma**2 - 6 * b, 2),
        (a, a**2 + 4, None),
        (a, a**3 - 1, None),
        (a, a**2 - a, None),
        (a, a**2 + a - 2, None),
        (a, b - 2, None),
        (a, 1 / a - 2, None),
        (a, sp.exp(b) * a - sp.exp(b) * 5, 5),
        (a, sp.Abs(a - 2) - 5, None),
    ],
    ids=str,
)
def test_roots_that_are_solved_for(unknown, gap, root):
    point = Point(0, values={a: Fraction(1), b: Fraction(2), gamma: Fraction(1)})
    found = trying._solve(point, unknown, lambda: point.evaluate(gap))
    assert found is None if root is None else abs(found - root) < 1e-15


def test_both_roots_are_tried():
    roots = set()
    for seed in range(12):
        point = Point(seed)
        roots.add(float(trying._solve(point, a, lambda p=point: p.evaluate(a**2 - 9))))
    assert roots == {-3, 3}


def test_a_point_is_changed_so_that_an_equation_holds():
    for equation in (
        sp.Eq(a + 2 * b, 7),
        sp.Eq(total(x[k]), 1),
        sp.Eq(a**2, 4),
        sp.Eq(total(x[k] ** 2), b**2 + 100),
        sp.Eq(gamma * a, 3),
    ):
        point = Point(5, values={K: Fraction(3)})
        solved = set()
        trying._satisfy(point, equation, solved)
        assert point.holds(equation) and len(solved) == 1
        assert point.evaluate(K) == 3
    for sides in ((a**2, -gamma), (gamma, -(b**2) - 1), (K, 2), (sp.exp(a), 2)):
        never = sp.Eq(*sides, evaluate=False)
        point = Point(5, values={K: Fraction(3)})
        before = {s: point.evaluate(s) for s in (a, gamma)}
        with pytest.raises(Undefined, match="cannot be satisfied"):
            trying._satisfy(point, never, set())
        assert before == {s: point.evaluate(s) for s in (a, gamma)}


def test_an_equation_does_not_undo_another():
    point, solved = Point(5), set()
    for equation in (sp.Eq(a, 2), sp.Eq(a + b, 5)):
        trying._satisfy(point, equation, solved)
    assert (point.evaluate(a), point.evaluate(b)) == (2, 3) and solved == {a, b}
    holds, untouched = Point(5, values={a: Fraction(2)}), set()
    trying._satisfy(holds, sp.Eq(a, 2), untouched)
    assert untouched == set()


# --- comparing ------------------------------------------------------------------------------------


def compared(question, values, count=30, wide=(), room=300):
    """The trial at points with these values of a, and how many of them were looked at."""
    seen = []

    def made(*_):
        for number, value in enumerate(values):
            if number == room:
                raise TooMuchWork
            seen.append(value)
            yield Point(number, values={a: Fraction(value)}, wide=number in wide)

    with mock.patch.object(trying, "points", made):
        return trying.compare_at_points(question, (), count), len(seen)


def test_as_many_points_are_compared_as_are_asked_for():
    same_value, zero = asked(a + 1, a + 1), asked(0, 0)
    assert compared(same_value, range(1, 300)) == (trying.Trial(True, points=30), 30)
    assert compared(same_value, range(1, 300), count=4) == (trying.Trial(True, points=4), 4)
    assert compared(zero, range(300)) == (trying.Trial(True, points=30), 200)
    few = asked(sp.Piecewise((1, a < 5), (0, True)), sp.Piecewise((1, a < 5), (0, True)))
    assert compared(few, range(300))[1] == 200  # 0 = 0 at all but five
    some = asked(sp.Piecewise((1, a < 6), (0, True)), sp.Piecewise((1, a < 6), (0, True)))
    assert compared(some, range(300))[1] == 30


def test_fewer_points_do_where_the_work_is_used_up():
    assert compared(asked(a, a), range(1, 300), room=24) == (trying.Trial(True, points=24), 24)
    with pytest.raises(TooMuchWork):
        compared(asked(a, a), range(1, 300), room=23)
    with pytest.raises(TooMuchWork):
        compared(asked(0, 0), range(1, 300), room=150)
    wrong, _ = compared(asked(a, 2 * a), range(1, 300), wide=range(300), room=2)
    assert wrong.counterexample["a"] == "1"


def test_points_without_a_value_do_not_count():
    factorial = asked(sp.factorial(a), sp.factorial(a))
    values = [Fraction(1, 2), 3] * 100
    assert compared(factorial, values) == (trying.Trial(True, points=30), 60)
    trial, _ = compared(factorial, [Fraction(1, 2)] * 50)
    assert not trial.agreed and trial.reason == "too few points satisfy what is given"
    assert not compared(factorial, values[:22])[0].agreed
    assert compared(factorial, values[:24])[0].agreed


@mock.patch.object(trying, "simplest", lambda values, accept: values)
def test_a_counterexample_that_is_easy_to_read_is_preferred():
    wrong = asked(a, 2 * a)
    trial, looked_at = compared(wrong, [0, 0, 3, 5])
    assert looked_at == 3 and trial.counterexample["a"] == "3" and not trial.agreed
    trial, looked_at = compared(wrong, range(1, 90), wide=range(7))
    assert looked_at == 8 and trial.counterexample["a"] == "8"
    trial, looked_at = compared(wrong, range(1, 90), wide=range(90))
    assert looked_at == 24 and trial.counterexample["a"] == "1"
    for count in (1, 4, 24):  # one that is hard to read is none the less a counterexample
        trial, looked_at = compared(wrong, range(1, 90), count=count, wide=range(90))
        assert looked_at == 24 and trial.counterexample["a"] == "1"
        trial, _ = compared(wrong, [9, *[0] * 300], count=count, wide=[0])
        assert trial.counterexample["a"] == "9"


def test_a_counterexample_has_the_simplest_numbers_that_do():
    def of(left, right, **more):
        return equal(left, right, **more).counterexample

    sides = {"left side": "1", "right side": "2"}
    assert of(a, 2 * a) == {"a": "1", **sides}
    assert of(total(x[k]), 2 * total(x[k])) == {"K": "1", "x[0]": "1", **sides}
    assert of(sp.sqrt(a**2), a)["a"] == "-1"
    assert of(a, 1, given=a > 3)["a"] == "4"
    assert of(a, a**2, given=[a > 1, a < 2])["a"] == "3/2"
    assert "x[1]" not in of(x[0] * total(x[k]), x[0])  # what a smaller size does not reach is gone
    assert of(sp.Abs(a - 100), 100 - a)["a"] == "101"


# --- counterexamples ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "wide", "left", "right", "easy"),
    [
        (4, False, 1, 2, True),
        (5, False, 1, 2, False),
        (-4, False, 1, 2, True),
        (-5, False, 1, 2, False),
        (4, True, 1, 2, False),
        (4, False, 100, 94, True),
        (4, False, 100, 95, False),
        (4, False, 95, 100, False),
        (4, False, -1, 1, True),
    ],
)
def test_counterexamples_that_are_easy_to_read(size, wide, left, right, easy):
    point = Point(0, values={j: Fraction(size), a: Fraction(99)}, wide=wide)
    assert trying._is_easy_to_read(point, Fraction(left), Fraction(right)) is easy


def test_a_counterexample_names_every_value_that_was_used():
    rule = Recurrence(C[t], C[t - 1] + x[t], initial=b)
    point = Point(0, [rule, Definition(w[i, j], i * a)], {K: Fraction(2)})
    expr = total(x[k]) + C[1] + w[1, 2] + gamma
    left = point.evaluate(expr)
    described = trying._describe(point, left, left + 1)
    assert list(described) == ["K", "a", "b", "gamma", "x[0]", "x[1]", "left side", "right side"]
    assert described["K"] == "2" and described["x[1]"] == str(point.evaluate(x[1]))
    entry = trying._describe(
        Point(1, values={(w, (Fraction(1), Fraction(2))): Fraction(1, 3)}), Fraction(1), Fraction(2)
    )
    assert entry == {"w[1, 2]": "1/3", "left side": "1", "right side": "2"}


def test_as_many_digits_are_shown_as_tell_the_sides_apart():
    with mpmath.workdps(50):
        one = mpmath.mpf(1)
        for gap, shown in ((0.25, ("1", "1.25")), (1e-8, ("1", "1.00000001"))):
            sides = trying._describe(Point(0), one, one + gap)
            assert (sides["left side"], sides["right side"]) == shown
        sides = trying._describe(Point(0), one, one + mpmath.mpf(10) ** -20)
        assert sides["right side"] == "1.00000000000000000001"
        sides = trying._describe(Point(0), one, one + mpmath.mpf(10) ** -40)
        assert sides["right side"].endswith("0001")


# --- sizes ----------------------------------------------------------------------------------------


def test_a_proof_for_sizes_covers_all_of_them_or_none():
    def sizes(*question):
        return list(proving.prove_for_sizes(asked(*question), Work()))

    every = [{"K": p, "T": q} for p in (1, 2, 3) for q in (1, 2, 3)]
    assert sizes(total(x[k]) * T, T * total(x[k])) == every
    assert sizes(K * (K - 1) * (K - 2), 0) == []
    assert sizes(a, a) == []
    assert sizes(total(x[k]), total(x[k]), [K >= 2]) == [{"K": 2}, {"K": 3}]
    assert sizes(x[K] * a, a, [sp.Eq(x[K], 1)]) == [{"K": 1}, {"K": 2}, {"K": 3}]
    assert sizes(sp.Abs(a) * K, a * K) == []


def test_a_size_that_takes_too_much_work_ends_the_list():
    def slow(question, at):
        if at[K] == 3:
            charge(10**9)
        return True

    with mock.patch.object(proving, "_holds_at", slow):
        assert proving.prove_for_sizes(asked(K, K), Work()) == ({"K": 1}, {"K": 2})


# --- what large values swallow --------------------------------------------------------------------


def test_what_is_lost_beside_large_values_refutes_nothing():
    p, q = sp.symbols("p q", real=True)
    large = sp.exp(p * q)
    assert equal((large + a) ** 2 - sp.exp(2 * p * q) - 2 * a * large, a**2).status == "proved"


def test_a_difference_far_below_one_still_refutes():
    assert equal(a, a + sp.exp(-5400)).status == "refuted"


def test_constants_have_as_many_digits_as_are_compared():
    seventh = sp.cos(sp.pi / 7)
    identity = 8 * seventh**3 - 4 * seventh**2 - 4 * seventh + 1
    assert equal(identity, 0).status in ("proved", "checked")
    assert equal(identity + sp.exp(-200), 0).status == "refuted"


@pytest.mark.parametrize(
    ("assumptions", "left", "right"),
    [
        ({"even": True}, lambda q: (-1) ** q * q, lambda q: q),
        ({"odd": True}, lambda q: sp.floor(q / 2), lambda q: (q - 1) / 2),
        ({"integer": True, "negative": True}, lambda q: abs(q) + 0 * q, lambda q: -q),
        ({"real": True, "nonzero": True}, lambda q: q**2 / q**2, lambda q: sp.Abs(q) / sp.Abs(q)),
        ({"prime": True}, lambda q: sp.floor(1 / q), lambda q: sp.S.Zero),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_points_keep_to_what_a_symbol_says_of_itself(assumptions, left, right):
    q = sp.Symbol("q", **assumptions)
    assert equal(left(q), right(q)).status != "refuted"
    for point in points(30, asked(q, q + 1)):
        assert trying._fits(q, point.evaluate(q))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sp.Max(a, 1000), sp.S(1000)),
        (sp.Max(a, -(10**6)), a),
        (sp.floor(a + sp.Rational(1, 10**9)), sp.floor(a)),
        (sp.floor(K / 700), sp.S.Zero),
        (delta(sp.floor(K / 100), 1), sp.S.Zero),
        (sp.sign(a + 5000), sp.S.One),
    ],
    ids=str,
)
def test_points_lie_about_large_and_small_numbers_too(left, right):
    assert equal(left, right).status == "refuted"


def test_what_rounding_leaves_is_shown_as_zero():
    wrong = equal(sp.exp(a) / sp.exp(a + 1) - sp.exp(-1) + sp.sqrt(2) - sp.sqrt(2) ** 3 / 2, 1)
    assert wrong.counterexample["left side"] == "0" and wrong.counterexample["right side"] == "1"
    noise = mpmath.mpf(10) ** -200
    assert trying._without_noise(noise, Fraction(1)) == 0
    assert trying._without_noise(noise, Fraction(0)) == noise
    assert trying._without_noise(mpmath.mpf(10) ** -20, Fraction(1)) == mpmath.mpf(10) ** -20


zeta = sp.Symbol("zeta")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sp.exp(-10000 * gamma) + 1, 1),
        (sp.tanh(3000 * gamma), 1),
        (a + sp.exp(-(10**5) * gamma) * b, a),
        (sp.atan(sp.tan(a / 100)), a / 100),
        (sp.log(sp.exp(zeta)), zeta),
        (sp.exp(zeta) ** a, sp.exp(zeta * a)),
        (sp.sqrt(sp.exp(zeta)), sp.exp(zeta / 2)),
        (sp.log(sp.exp(sp.I * a / 200)), sp.I * a / 200),
    ],
)
def test_what_is_hidden_by_size_or_by_a_period_is_looked_for(left, right):
    assert equal(left, right).status == "refuted"
