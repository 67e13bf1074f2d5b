"""Faults planted in ``marker``, and for each the test that must notice it.

What runs inside the sandbox is attacked in ``tests/marker/test_sandbox.py``; a fault cannot be
planted there, since it is read anew by each sandbox.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from planted import Fault, checks_by_name, faults_in, must_be_noticed

from tests.marker import test_judging


@functools.cache
def checks() -> dict[str, Callable[[], object]]:
    return checks_by_name(test_judging)


# test -> the faults that it must notice
NOTICED_BY = {
    "values_of_other_inputs_are_not_right": faults_in(
        "marker.assignment",
        ("Assignment.seed", "judge_seed(self.secret, self.name, question.id)", "'another seed'"),
    ),
    "a_value_that_is_missing_is_not_right": faults_in(
        "marker.judging",
        ("_judged", "range(count)", "sorted(said)"),
    ),
    "what_sympy_wrote_and_nobody_can_read_is_for_a_person": faults_in(
        "marker.judging",
        ("_judged", "'formula' in _kinds(value)", "False"),
        ("_judged", "'formula' in _kinds(value)", "True"),
    ),
    "one_part_that_is_undecided_is_for_a_person": faults_in(
        "marker.judging",
        ("_waits", "{question['status'], *(part['status'] for part in question['parts'])}",
         "{question['status']}"),
    ),
    "what_any_answer_gets_an_odd_one_gets_too": faults_in(
        "marker.judging", ("_answer", "value.get('type', value['kind'])", "value['kind']")
    ),
    "what_is_no_answer_at_all_is_unreadable": faults_in(
        "marker.judging",
        ("_say_what_it_is", "value.get('type', value['kind'])", "value['kind']"),
        ("_say_what_it_is", "(found, *found['parts'])", "(found,)"),
    ),
    "a_text_that_was_judged_is_not_judged_again": faults_in(
        "marker.judging",
        ("_safely", "exercise is question.exercise and isinstance(answer, str)", "False"),
    ),
    "a_comparison_that_stops_is_for_a_person: <class 'MemoryError'>": faults_in(
        "marker.judging",
        ("_found", "_entry(question, UNDECIDED, 0, answer, judgement)",
         "_entry(question, UNREADABLE, 0, answer, judgement)"),
        ("_safely", "(Exception, RecursionError, MemoryError)", "(ValueError, RecursionError)"),
    ),
    "free_text_is_for_a_person_unless_it_is_untouched": faults_in(
        "marker.judging",
        ("_by_hand", "text.strip() == question.untouched", "False"),
        ("_by_hand", "_entry(question, BY_HAND, 0, '', said)",
         "_entry(question, NO_ANSWER, 0, '', said)"),
    ),
    "checks_that_were_handed_out_do_not_run_again": faults_in(
        "marker.judging",
        ("_cells_to_run", "handed_out and '.check(' in cell.source", "handed_out"),
        ("_cells_to_run", "handed_out and '.check(' in cell.source", "'.check(' in cell.source"),
    ),
    "cells_that_stopped_are_counted_as_the_student_counts": faults_in(
        "marker.judging", ("_stopped", "places[cell]", "cell")
    ),
    "nesting_and_length_are_bounded": faults_in(
        "marker.sandbox",
        ("plain_value", "not isinstance(value, dict) or depth > 8", "not isinstance(value, dict)"),
        ("_long_text", "len(text) > limits.text_chars", "len(text) > limits.text_chars + 1"),
        ("_plain_formula", "_long_text(text, limits)", "text"),
    ),
    "lines_are_whole_and_bounded": faults_in(
        "marker.sandbox",
        ("_Lines.add", "self.most < 0", "False"),
        ("_Lines.add", "(self._rest + data).split(b'\\n')", "data.split(b'\\n')"),
    ),
    "only_what_was_asked_is_taken": faults_in(
        "marker.sandbox",
        ("_take", "isinstance(name, str) and name in work.names", "isinstance(name, str)"),
        ("_take_value", "name == called and position == number", "name == called"),
        ("_is_position", "0 <= value < count", "True"),
        ("_is_position", "not isinstance(value, bool)", "True"),
        ("_text", "c if c.isprintable() else ' '", "c"),
    ),
    "points_are_exact: 130, 1.30": faults_in(
        "marker.tables", ("points_text", "divmod(abs(hundredths), 100)", "divmod(hundredths, 10)")
    ),
    "no_text_is_a_formula: =1+1": faults_in(
        "marker.tables", ("safe", "text.lstrip(' ').startswith(_FORMULA)", "False")
    ),
    "no_text_is_a_formula:  =1": faults_in(
        "marker.tables",
        ("safe", "text.lstrip(' ').startswith(_FORMULA)", "text.startswith(_FORMULA)"),
    ),
    "an_open_question_is_an_empty_cell": faults_in(
        "marker.tables", ("marks_table", "name in marks['open']", "False")
    ),
    "a_page_is_text_and_nothing_else": faults_in(
        "marker.feedback",
        ("page", "html.escape(note)", "note"),
        ("_question", "html.escape(question['answer'])", "question['answer']"),
        ("_question", "html.escape(question['corrected'])", "question['corrected']"),
    ),
    "formulas_can_be_read_and_run_nothing": faults_in(
        "marker.formulas",
        ("formula", "html.escape(tex)", "tex"),
        ("formula", "len(tex) <= _LONGEST", "False"),
    ),
    "a_persons_decision_replaces_the_markers": faults_in(
        "marker.report",
        ("corrected", "name not in decided", "True"),
        ("_status", "points >= of", "points > 0"),
    ),
    "seeds_do_not_meet": faults_in(
        "marker.seeds", ("_derived", "f'{len(part)}:{part}'", "part")
    ),
}  # fmt: skip
FAULTS = [(name, fault) for name, faults in NOTICED_BY.items() for fault in faults]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=str)
def test_a_planted_fault_is_noticed(name: str, fault: Fault) -> None:
    must_be_noticed(fault, [checks()[name]])
