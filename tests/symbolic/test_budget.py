"""Work is counted, bounded and the same each time; numbers cannot grow without end."""

from __future__ import annotations

import signal
import threading
import time
from unittest import mock

import pytest
import sympy as sp

from nnlib.symbolic import _budget as budgets
from nnlib.symbolic import _proof as proving
from nnlib.symbolic import equal
from nnlib.symbolic._budget import Budget, Stuck, TooMuchWork, Work, backstop, charge, guarded

x, y = sp.symbols("x y", real=True)


def test_a_quota_is_used_up_by_the_unit_beyond_it():
    with Budget(3) as budget:
        charge()
        charge(2)
        for _ in range(3):  # and from then on nothing more is done
            with pytest.raises(TooMuchWork):
                charge()
    assert budget.work == 6


def test_an_answer_that_is_looked_up_costs_what_it_cost():
    answers, found = budgets.Answers(most=2), []

    def find():
        found.append(len(found))
        charge(7)
        return found[-1]

    with Budget(45) as budget:
        charge(5)
        assert [answers.get("one", find) for _ in range(3)] == [0, 0, 0]
        assert budget.work == 26 and len(found) == 1
        answers.get("another", find)
        answers.get("a third", find)  # there is no room: the others are forgotten
        with pytest.raises(TooMuchWork):
            answers.get("one", find)
    with Budget(6), pytest.raises(TooMuchWork):
        answers.get("a third", find)
    assert answers.get("a third", find) == 4  # nothing is counted, so nothing is looked up


def test_what_a_question_costs_does_not_depend_on_the_one_before_it():
    n = sp.Symbol("n", integer=True, positive=True)
    first, second = (equal(sp.log(x**2 * n + n), sp.log(x**2 + 1) + sp.log(n)) for _ in range(2))
    assert first.work == second.work and first.status == "proved"


def test_without_a_budget_nothing_is_counted():
    charge(10**9)
    with Budget(1):
        charge()
    charge(10**9)


def test_a_budget_inside_another_has_a_quota_of_its_own():
    with Budget(5) as outer:
        with Budget(2) as inner:
            charge(2)
            with pytest.raises(TooMuchWork):
                charge()
        charge(5)
    assert (outer.work, inner.work) == (5, 3)


def test_a_budget_is_that_of_its_thread():
    with Budget(1):
        worker = threading.Thread(target=charge, args=(10,))
        worker.start()
        worker.join()
        charge()


def test_each_stage_has_its_own_quota():
    work = Work(effort=2)
    with mock.patch.dict(budgets.QUOTAS, {"proof": 5, "points": 5}):
        with work.stage("proof"):
            charge(10)
        with pytest.raises(TooMuchWork), work.stage("points"):
            charge(10**12)
    assert work.spent == 21


@pytest.mark.parametrize("quota", [-1, float("nan")])
def test_a_quota_is_a_number_of_units(quota):
    with pytest.raises(ValueError, match="quota"):
        Budget(quota)


LONG = [
    lambda: sp.Integer(9) ** sp.Integer(9) ** 9,
    lambda: sp.Integer(10) ** -(10**9),
    lambda: sp.Rational(999, 1000) ** 10**7,
    lambda: sp.Integer(2) ** sp.Rational(10**9, 3),
    lambda: sp.factorial(10**9),
    lambda: sp.binomial(10**9, 10**8),
]


@pytest.mark.parametrize("build", LONG)
def test_no_number_is_made_that_is_too_long(build):
    with guarded(), pytest.raises(TooMuchWork):
        build()


def test_numbers_of_a_sensible_length_are_made():
    with guarded():
        assert sp.Integer(3) ** 200 == 3**200
        assert sp.factorial(100) == sp.prod(range(1, 101))
        assert sp.binomial(100, 50) == sp.factorial(100) / sp.factorial(50) ** 2
        assert sp.Rational(-8, 27) ** -2 == sp.Rational(729, 64)
        assert sp.sqrt(sp.Integer(12)) == 2 * sp.sqrt(3)


def test_the_root_of_a_long_number_is_left_whole_unless_it_is_exact():
    with guarded():
        long = 1 - sp.Rational(999, 1000) ** 400
        assert sp.sqrt(long) ** 2 == long and sp.sqrt(long).is_Pow
        assert sp.sqrt(long**2) == long
        assert sp.sqrt(-(long**2)) ** 2 == -(long**2)


def test_the_readers_own_sympy_is_left_alone():
    assert (sp.Integer(7) ** 40_000).p.bit_length() > budgets.LONGEST_NUMBER
    assert sp.Integer(2) ** 200_000 > 0


def test_an_interrupted_proof_leaves_nothing_behind():
    expr = x**2 + y**2 + 1

    def interrupted(question):
        with mock.patch.object(sp.Pow, "_eval_is_extended_nonnegative", side_effect=TooMuchWork):
            return (x**2 + y**2 + 7).is_positive, ()

    with mock.patch.object(proving, "prove", interrupted):
        equal(expr, expr + 0 * x)
    assert (x**2 + y**2 + 7).is_positive


# --- the last stop --------------------------------------------------------------------------------


def busy(seconds: float, charging: bool) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        if charging:
            charge(1000)


def test_the_last_stop_is_an_error_that_says_so():
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(Stuck, match="says nothing about the question"), backstop(0.1):
        busy(20, charging=False)
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_the_last_stop_works_in_a_thread_where_work_is_counted():
    found = []

    def stuck() -> None:
        with pytest.raises(Stuck), backstop(0.1), guarded():
            busy(20, charging=True)
        found.append("stuck")

    worker = threading.Thread(target=stuck)
    worker.start()
    worker.join(60)
    assert found == ["stuck"]


def test_a_question_that_gets_stuck_has_no_verdict():
    with (
        mock.patch.object(budgets, "BACKSTOP", 0.1),
        mock.patch("nnlib.symbolic._equal.prove", lambda question: busy(20, charging=False)),
        pytest.raises(Stuck),
    ):
        equal(x, x + 0 * y)


def test_the_profiler_of_somebody_else_keeps_its_signal():
    rung = []
    before = signal.signal(signal.SIGPROF, lambda *_: rung.append(1))
    try:
        with backstop(100):
            ours = signal.getsignal(signal.SIGPROF)
            assert equal((x + y) ** 2, x**2 + 2 * x * y + y**2).status == "proved"
            signal.raise_signal(signal.SIGPROF)
        assert rung == [1]  # it rings where it rang before
        assert signal.getsignal(signal.SIGPROF) is ours
    finally:
        signal.signal(signal.SIGPROF, before)
