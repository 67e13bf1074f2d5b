"""Verdicts depend on the question only; ``repeatable.py`` asks more, in more kinds of process."""

from __future__ import annotations

from unittest import mock

import pytest
import repeatable
import sympy as sp

from nnlib.symbolic import _budget as budgets
from nnlib.symbolic import equal

x = sp.Symbol("x", real=True)


def test_verdicts_are_the_same_in_every_process():
    """Two hash seeds, forward and backwards, in a thread, beside processes that keep it waiting."""
    first = repeatable.in_a_process(1)
    assert set(first) == {*repeatable.QUESTIONS, *repeatable.RUNAWAYS}
    with repeatable.busy_processes(6):
        second = repeatable.in_a_process(2, "--backwards", "--thread")
    assert repeatable.differences(first, second) == {}


def test_questions_that_would_not_end_are_answered_within_their_work():
    most = sum(budgets.QUOTAS.values())
    for ask in repeatable.RUNAWAYS.values():
        assert ask().work <= most


def test_a_verdict_does_not_depend_on_what_was_asked_before():
    names = ("softmax", "derivative of the variance", "moment", "a sequence")
    first = [repeatable.written(repeatable.QUESTIONS[name]()) for name in names]
    assert equal((x + 1) ** 2, x, effort=1e-9).status == "undecided"
    again = [repeatable.written(repeatable.QUESTIONS[name]()) for name in reversed(names)]
    assert again[::-1] == first


def spent_on(stage: str, name: str) -> int:
    """The work of a question in one stage."""
    spent = []
    enter, leave = budgets.Budget.__enter__, budgets.Budget.__exit__

    def leaving(self: budgets.Budget, *error: object) -> None:
        if self.quota == marked:
            spent.append(self.work)
        leave(self, *error)

    marked = budgets.QUOTAS[stage] + 0.5  # tells this stage from the others
    with (
        mock.patch.dict(budgets.QUOTAS, {stage: marked}),
        mock.patch.object(budgets.Budget, "__exit__", leaving),
        mock.patch.object(budgets.Budget, "__enter__", enter),
    ):
        repeatable.QUESTIONS[name]()
    assert spent
    return max(spent)


@pytest.mark.parametrize(
    ("stage", "name"),
    [
        ("expansion", "derivative of the variance"),
        ("proof", "moment"),
        ("proof", "softmax"),
        ("points", "square of a sum"),
        ("first points", "variance, wrong"),
    ],
)
def test_a_quota_decides_at_exactly_the_work_of_the_question(stage, name):
    ask = repeatable.QUESTIONS[name]
    needed, usual = spent_on(stage, name), repeatable.written(ask())
    with mock.patch.dict(budgets.QUOTAS, {stage: needed}):
        assert repeatable.written(ask()) == usual
    with mock.patch.dict(budgets.QUOTAS, {stage: needed - 1}):
        assert repeatable.written(ask()) != usual
