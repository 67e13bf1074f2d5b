"""Faults planted in ``nnlib.exercises``, and for each the test that must notice it.

Each fault is looked for by one test only, so that this stays quick.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from planted import Fault, checks_by_name, faults_in, must_be_noticed

from tests.exercises import (
    test_base,
    test_diagnosis,
    test_exercises,
    test_feedback,
    test_formula,
    test_function,
    test_points,
    test_proof,
    test_short,
    test_values,
    test_variants,
)


@functools.cache
def checks() -> dict[str, Callable[[], object]]:
    return checks_by_name(
        test_diagnosis,
        test_base,
        test_exercises,
        test_feedback,
        test_formula,
        test_function,
        test_points,
        test_proof,
        test_short,
        test_values,
        test_variants,
    )


# test -> the faults that it must notice
NOTICED_BY = {
    "a_counterexample_is_a_point_at_which_the_two_differ": faults_in(
        "nnlib.exercises",
        ("counterexample", "not same(*values)", "same(*values)"),
    ),
    "any_equal_formula_is_right:  (1 - gamma)*sum(gamma^k, k, 0, T-1)": faults_in(
        "nnlib.exercises",
        (
            "Formula._form",
            "self.closed and formula.has(sp.Sum, sp.Product)",
            "formula.has(sp.Sum, sp.Product)",
        ),
    ),
    "any_equal_formula_is_right: 1 - gamma**T": faults_in(
        "nnlib.exercises",
        ("Formula._read", "with_own_symbols(exact(answer), self.symbols)", "exact(answer)"),
        ("with_own_symbols", "known[_name(s)]", "s"),
    ),
    (
        "a_wrong_formula_is_told_its_slip: 1 - gamma^T/gamma, Not yet. The newest "
        "value has the power 0, not 1: gamma**0."
    ): faults_in(
        "nnlib.exercises",
        (
            "Formula._wrong",
            "if named:\n    return found_mistake(named)\nfound = None",
            "found = None",
        ),
    ),
    "a_wrong_formula_is_told_its_slip: gamma^T - 1, Not yet. The sign is flipped.": faults_in(
        "nnlib.exercises",
        (
            "_slips",
            "('sign', -solution, 'The sign is flipped.')",
            "('sign', solution, 'The sign is flipped.')",
        ),
    ),
    (
        "a_wrong_formula_is_told_its_slip: 1 - gamma^(T+1), T is off by one: this is "
        "the right answer with T + 1 for T."
    ): faults_in(
        "nnlib.exercises",
        ("_index_slips", "n + step", "n - step"),
    ),
    (
        "a_wrong_formula_is_told_its_slip: T*(1 - gamma^T), Not yet. The factor T is too much."
    ): faults_in(
        "nnlib.exercises",
        ("_factor_slips", "' is too much.'", "' is missing.'"),
    ),
    "exchanged_symbols_are_named": faults_in(
        "nnlib.exercises",
        ("_exchanges", "{a: b, b: a}", "{a: b}"),
    ),
    "the_counterexample_respects_what_is_given": faults_in(
        "nnlib.exercises",
        ("Engine.same", "status in ACCEPTED or (bool(points) and status == UNDECIDED)", "True"),
        (
            "diagnose",
            "agree(points, answer, candidate) and engine.same(answer, candidate)",
            "agree(points, answer, candidate)",
        ),
        (
            "points_for",
            "granted and values_at(point, *exprs) is not None",
            "values_at(point, *exprs) is not None",
        ),
    ),
    "the_counterexample_is_one_of_the_symbols_it_speaks_of": faults_in(
        "nnlib.exercises",
        ("SmallPoint._drawn", "-value if of.is_nonpositive else value", "value"),
    ),
    "formulas_agree_only_if_they_do_at_every_point": faults_in(
        "nnlib.exercises",
        (
            "agree",
            (
                "'Whether the two have the same value at all these points.'\n"
                "for point in points:\n"
                "    values = values_at(point, answer, candidate)\n"
                "    if values is None or not same(*values):\n"
                "        return False\n"
                "return True"
            ),
            (
                "'Whether the two have the same value at all these points.'\n"
                "for point in points:\n"
                "    values = values_at(point, answer, candidate)\n"
                "    if values is None or not same(*values):\n"
                "        return False\n"
                "    return True"
            ),
        ),
    ),
    "what_cannot_be_decided_is_neither_right_nor_wrong": faults_in(
        "nnlib.exercises",
        ("Formula._compare", "status != REFUTED", "False"),
    ),
    "what_differs_only_where_nobody_looks_is_not_right: floor(K/10^9)": faults_in(
        "nnlib.exercises",
        ("Formula._agreeing", "if hiding: ...", "if False: ..."),
    ),
    "right_for_one_only": faults_in(
        "nnlib.exercises",
        ("_right_at_one", "right == [True, False, False]", "right[0] is True"),
    ),
    "a_line_that_says_nothing_new_is_no_step": faults_in(
        "nnlib.exercises",
        ("adds_nothing", "a == b or _is_padded(a, b) or _is_padded(b, a)", "a == b"),
        ("_only_rewrites", "_is_same_fraction(line, last)", "False"),
    ),
    "each_of_several_results_is_judged_by_itself": faults_in(
        "nnlib.exercises",
        ("_points", "found.status == RIGHT", "True"),
        ("_part", "part is None", "True"),
    ),
    "values_are_those_of_the_seed": faults_in(
        "nnlib.exercises",
        ("Function.judge_values", "self.inputs(seed)", "self.inputs(self.seed)"),
    ),
    "variants_are_drawn_from_the_seed_and_nothing_else": faults_in(
        "nnlib.exercises",
        ("Recipe.drawn", "Draw(seed, self.make.__name__)", "Draw(self.make.__name__)"),
    ),
    "a_closed_form_can_be_asked_for": faults_in(
        "nnlib.exercises",
        ("Formula._form", "self.closed and formula.has(sp.Sum, sp.Product)", "False"),
    ),
    "right_value_in_other_symbols_is_told": faults_in(
        "nnlib.exercises",
        ("Formula._compare", "status in ACCEPTED and strangers", "False"),
    ),
    "integer_valued_formulas_are_compared_on_the_whole_grid": faults_in(
        "nnlib.exercises",
        (
            "Formula._compare",
            "self._wrong(formula, place) if place else self._form(formula)",
            "self._form(formula)",
        ),
        (
            "Formula._matches",
            "compare_on_grid(formula, wrong, self.engine, self.grid) is None",
            "True",
        ),
    ),
    "choice": faults_in(
        "nnlib.exercises",
        ("Choice._judge", "answer.strip().strip('()').lower()", "answer.strip().strip('()')"),
    ),
    "a_wrong_function_is_told_its_slip: one place too late": faults_in(
        "nnlib.exercises",
        (
            "_slips",
            "_in_series(slice(-1), slice(1, None))",
            "_in_series(slice(1, None), slice(-1))",
        ),
    ),
    "an_untouched_function_is_no_answer": faults_in(
        "nnlib.exercises",
        ("Function._judge", "_is_starter(answer)", "False"),
    ),
    "only_trials_that_fail_are_shown": faults_in(
        "nnlib.exercises",
        (
            "Function._compare",
            "all(map(self._agrees, right, got))",
            "any(map(self._agrees, right, got))",
        ),
    ),
    "several_results": faults_in(
        "nnlib.exercises",
        (
            "agree",
            "all(agree(one, other, rtol, atol) for one, other in zip(expected, got, strict=True))",
            "any(agree(one, other, rtol, atol) for one, other in zip(expected, got, strict=True))",
        ),
        ("self_test", "not exercise.mistakes", "False"),
    ),
    "the_untouched_starter_is_no_answer": faults_in(
        "nnlib.exercises",
        ("is_missing", "answer.strip() in ('', '...', '…')", "answer == '...'"),
    ),
    "a_check_that_fails_or_does_not_end_is_undecided": faults_in(
        "nnlib.exercises",
        ("Exercise._guarded", "Exception", "ImportError"),
    ),
    "what_is_shown_is_short_text_and_folded_markdown": faults_in(
        "nnlib.exercises",
        ("Exercise.check", "() if judgement.right else self.hints", "self.hints"),
        ("_folded_hints", "_folded(title, first)", "first"),
    ),
    "the_self_test_finds_what_is_wrong_with_an_exercise": faults_in(
        "nnlib.exercises",
        (
            "first_match",
            "(mistake for mistake in mistakes if matches(mistake.answer))",
            "(mistake for mistake in reversed(mistakes) if matches(mistake.answer))",
        ),
        (
            "self_test",
            "right.status != RIGHT or right.judgement.points != sum(p.points for p in exercise.parts)",
            "False",
        ),
        ("self_test", "exercise.check(...).status != NO_ANSWER", "False"),
        ("self_test", "len(set(messages)) < len(messages)", "False"),
        (
            "self_test",
            "judgement.status != WRONG or named != {mistake.id}",
            "judgement.status != WRONG",
        ),
    ),
}
FAULTS = [(name, fault) for name, faults in NOTICED_BY.items() for fault in faults]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=str)
def test_a_planted_fault_is_noticed(name: str, fault: Fault) -> None:
    must_be_noticed(fault, [checks()[name]])
