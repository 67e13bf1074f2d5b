"""Faults planted in the exercises and figures, and for each the check that must notice it.

The checks are tests of those two; each fault is looked for by one of them only, so that this stays
quick; that the check is silent on a change that is no fault is tested as well.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import ipywidgets
import pytest
import test_exercise_parts
import test_exercises
import test_figures
from planted import check_is_quiet, checks_by_name, faults_in, survivors


@functools.cache
def checks() -> dict[str, Callable[[], object]]:
    return {
        name: functools.partial(run_and_close, check)
        for name, check in checks_by_name(test_exercises, test_exercise_parts, test_figures).items()
    }


def run_and_close(check: Callable[[], object]) -> None:
    """Run a check and close its widgets: a module that is run again counts them from 0 again."""
    try:
        check()
    finally:
        ipywidgets.Widget.close_all()


# check -> (module of nnlib, what stands there, what is put in its place)
NOTICED_BY = {
    "any_equal_formula_is_right:  (1 - gamma)*sum(gamma^k, k, 0, T-1)": [
        (
            "exercises._formula",
            "if self.closed and formula.has(sp.Sum, sp.Product):",
            "if formula.has(sp.Sum, sp.Product):",
        ),
    ],
    "any_equal_formula_is_right: 1 - gamma**T": [
        (
            "exercises._formula",
            "return with_own_symbols(exact(answer), self.symbols)",
            "return exact(answer)",
        ),
        ("exercises._derived", "known[_name(s)] for s in theirs", "s for s in theirs"),
    ],
    "a_wrong_formula_is_told_its_slip: 1 - gamma^T/gamma, Not yet. The newest value has the power 0, not 1: gamma**0.": [
        ("exercises._formula", "        if named:\n            return named\n", ""),
    ],
    "a_wrong_formula_is_told_its_slip: gamma^T - 1, Not yet. The sign is flipped.": [
        (
            "exercises._diagnosis",
            'yield -solution, "The sign is flipped."',
            'yield solution, "The sign is flipped."',
        ),
    ],
    "a_wrong_formula_is_told_its_slip: 1 - gamma^(T+1), T is off by one: this is the right answer with T + 1 for T.": [
        (
            "exercises._diagnosis",
            "yield solution.xreplace({n: n + step}), said",
            "yield solution.xreplace({n: n - step}), said",
        ),
    ],
    "a_wrong_formula_is_told_its_slip: T*(1 - gamma^T), Not yet. The factor T is too much.": [
        (
            "exercises._diagnosis",
            'yield solution * factor, f"The factor {factor} is too much."',
            'yield solution * factor, f"The factor {factor} is missing."',
        ),
    ],
    "a_wrong_formula_is_told_its_slip: 1/2, At T = 3, gamma = 1/2 your answer gives 1/2, the right one 7/8.": [
        (
            "exercises._diagnosis",
            'if not same(*values):\n            return f"{describe',
            'if same(*values):\n            return f"{describe',
        ),
    ],
    "exchanged_symbols_are_named": [
        (
            "exercises._diagnosis",
            "swapped = solution.xreplace({a: b, b: a})",
            "swapped = solution.xreplace({a: b})",
        ),
    ],
    "the_counterexample_respects_what_is_given": [
        (
            "exercises._base",
            "return status in ACCEPTED or bool(points) and status == UNDECIDED",
            "return True",
        ),
        (
            "exercises._diagnosis",
            "if agree(points, answer, candidate) and engine.same(answer, candidate):",
            "if agree(points, answer, candidate):",
        ),
        (
            "exercises._points",
            "if granted and values_at(point, *exprs) is not None:",
            "if values_at(point, *exprs) is not None:",
        ),
    ],
    "the_counterexample_is_one_of_the_symbols_it_speaks_of": [
        (
            "exercises._points",
            "return -value if of.is_nonpositive else value",
            "return value",
        ),
    ],
    "formulas_agree_only_if_they_do_at_every_point": [
        (
            "exercises._points",
            "if values is None or not same(*values):\n            return False\n    return True",
            "if values is None or not same(*values):\n            return False\n        return True",
        ),
    ],
    "what_cannot_be_decided_is_neither_right_nor_wrong": [
        (
            "exercises._formula",
            "        if status != REFUTED:\n            return undecided()\n",
            "",
        ),
        (
            "exercises._formula",
            "        if status in ACCEPTED:\n            return self._form(formula)\n",
            "        if status in ACCEPTED or status != REFUTED:\n            return self._form(formula)\n",
        ),
    ],
    "a_closed_form_can_be_asked_for": [
        ("exercises._formula", "if self.closed and formula.has(sp.Sum, sp.Product):", "if False:"),
    ],
    "right_value_in_other_symbols_is_told": [
        ("exercises._formula", "if status in ACCEPTED and strangers:", "if False:"),
    ],
    "integer_valued_formulas_are_compared_on_the_whole_grid": [
        (
            "exercises._formula",
            "return Feedback(WRONG, self._explain(formula, place)) if place else",
            "return Feedback(WRONG, self._explain(formula, place)) if False else",
        ),
        (
            "exercises._formula",
            "return compare_on_grid(formula, wrong, self.engine, self.grid) is None",
            "return True",
        ),
    ],
    "choice": [
        ("exercises._short", '.strip("()").lower()', '.strip("()")'),
    ],
    "a_wrong_function_is_told_its_slip: one place too late": [
        (
            "exercises._function",
            "_in_series(slice(-1), slice(1, None))",
            "_in_series(slice(1, None), slice(-1))",
        ),
    ],
    "an_untouched_function_is_no_answer": [
        ("exercises._function", "if _is_starter(answer):", "if False:"),
    ],
    "several_results": [
        (
            "exercises._function",
            "failed = [trial for trial in tried if not self._agrees(trial.expected, trial.got)]",
            "failed = [trial for trial in tried[1:] if not self._agrees(trial.expected, trial.got)]",
        ),
        (
            "exercises._function",
            "return all(map(self._agrees, expected, got))",
            "return any(map(self._agrees, expected, got))",
        ),
        ("exercises._selftest", "if not exercise.mistakes:", "if False:"),
    ],
    "the_untouched_starter_is_no_answer": [
        ("exercises._base", 'return answer.strip() in ("", "...", "…")', 'return answer == "..."'),
    ],
    "a_check_that_fails_or_does_not_end_is_undecided": [
        ("exercises._base", "except Exception as error:  #", "except ImportError as error:  #"),
    ],
    "what_is_shown_is_short_text_and_folded_markdown": [
        ("exercises._base", 'hint = "" if feedback.correct else self.hint', "hint = self.hint"),
        (
            "exercises._feedback",
            'parts += [_folded("Hint", self.hint)] if self.hint else []',
            "parts += [self.hint] if self.hint else []",
        ),
    ],
    "the_self_test_finds_what_is_wrong_with_an_exercise": [
        (
            "exercises._base",
            "message for wrong, message in mistakes if matches(wrong)), None)",
            "message for wrong, message in reversed(mistakes) if matches(wrong)), None)",
        ),
        ("exercises._selftest", "if not right.correct:", "if False:"),
        ("exercises._selftest", "if exercise.check(...).correct:", "if False:"),
        ("exercises._selftest", "if len(set(messages)) < len(messages):", "if False:"),
        (
            "exercises._selftest",
            "if feedback.status != WRONG or feedback.message != message:",
            "if feedback.status != WRONG:",
        ),
    ],
    "every_combination_is_computed_the_last_control_fastest": [
        (
            "figures._frames",
            "itertools.product(*(control.values for control in controls.values()))",
            "(v[::-1] for v in itertools.product(*(control.values for control in reversed(controls.values()))))",
        ),
        (
            "figures._frames",
            "marks.number(_json([shape, *parts]))",
            "marks.number(_json([shape, *parts[::-1]]))",
        ),
        (
            "figures._controls",
            "        if self.value is None:\n            return 0\n",
            "        if self.value is None:\n            return len(self.values) - 1\n",
        ),
        (
            "figures._controls",
            "            if value == self.value:\n                return index\n",
            "            if value == self.value:\n                return index + 1\n",
        ),
        (
            "figures._controls",
            "super().__init__([v for _, v in pairs], labels, value, label)",
            "super().__init__(labels, labels, value, label)",
        ),
        (
            "figures._widget",
            'index = {f"i{k}": place for k, place in enumerate(at)}',
            'index = {f"i{k}": 0 for k, place in enumerate(at)}',
        ),
        ("figures._widget", '"sizes": [len(control.values)', '"sizes": [len(control.labels) + 1'),
    ],
    "numbers_keep_four_significant_digits_and_a_hundred_thousandth_of_the_axis": [
        (
            "figures._frames",
            "ceil(-log10(FINEST * (axis.high - axis.low)))",
            "ceil(-log10(FINEST)) - 3",
        ),
    ],
    "a_logarithmic_axis_keeps_small_numbers": [
        (
            "figures._frames",
            "DIGITS - 1 - floor(log10(abs(value)))",
            "DIGITS - floor(log10(abs(value)))",
        ),
        (
            "figures._frames",
            "DIGITS - 1 - floor(log10(abs(value)))",
            "DIGITS - 2 - floor(log10(abs(value)))",
        ),
        ("figures._frames", "return inf if axis.log else", "return"),
        (
            "figures._frames",
            '[{"x": _places(panel.x), "y": _places(panel.y)} for panel in panels]',
            '[{"x": _places(panel.y), "y": _places(panel.x)} for panel in panels]',
        ),
        (
            "figures._frames",
            "return int(value) if value == floor(value) and abs(value) < 1e15 else value",
            "return int(value) if abs(value) < 1e15 else value",
        ),
    ],
    "what_is_stored_is_what_the_frame_gave_to_the_last_kept_digit": [
        (
            "figures._widget",
            "chosen = self._default() | values",
            "chosen = values | self._default()",
        ),
    ],
    "what_repeats_is_stored_once": [
        (
            "figures._frames",
            "return self.setdefault(text, len(self))",
            "self[text + ' ' * len(self)] = len(self)\n        return len(self) - 1",
        ),
    ],
    "every_mark_is_stored_and_pictured": [
        (
            "figures._widget",
            "return draw(self.marks(), self.panels, self.height)",
            "return draw([], self.panels, self.height)",
        ),
    ],
    "a_box_sets_the_option_it_names": [
        (
            "figures._frames",
            "[list(self.controls).index(name), control.values.index(option)]",
            "[control.values.index(option), list(self.controls).index(name)]",
        ),
    ],
    "each_number_is_rounded_by_its_own_axis": [
        ("figures._marks", 'dx: float = _number("x")', 'dx: float = _number("y")'),
    ],
    "a_growing_path_is_stored_once": [
        (
            "figures._picture",
            'x, y = m["x"][: m.get("shown")], m["y"][: m.get("shown")]\n    ax.plot',
            'x, y = m["x"], m["y"]\n    ax.plot',
        ),
    ],
    "room_is_kept_for_the_longest_words": [
        ("figures._frames", "key=len, reverse=True)[:most]", "key=len)[:most]"),
        (
            "figures._frames",
            "longest[index] = max(longest[index], text, key=len)",
            "longest[index] = text",
        ),
    ],
    "a_frame_that_cannot_be_drawn_is_refused: not MathML": [
        ("figures._frames", "if not tags <= MATHML:", "if False:"),
    ],
    "too_many_numbers_are_refused": [
        ("figures._frames", "if len(text) > MOST_CHARACTERS:", "if False:"),
    ],
    "the_widgets_are_standard_and_joined_on_the_page": [
        ("figures._widget", '"index": control.default_index(key),', '"index": 0,'),
        (
            "figures._widget",
            'ids.make(Link, source=(play, "value"), target=(slider, "index"))',
            'ids.make(Link, source=(play, "value"), target=target)',
        ),
        (
            "figures._widget",
            '_row(ids, control, key, (canvas, f"i{k}"))',
            '_row(ids, control, key, (canvas, "i0"))',
        ),
    ],
    "numbers_are_written_for_readers": [
        ("figures._controls", '.replace("-", "−").partition("e")', '.partition("e")'),
    ],
    "numbers_at_the_edge_of_their_digits": [
        (
            "figures._controls",
            "if 10 ** (digits - 1) <= abs(value) < 1e7:",
            "if 10 ** digits <= abs(value) < 1e7:",
        ),
        ("figures._controls", "'⁻⁰¹²³⁴⁵⁶⁷⁸⁹'", "'⁻¹⁰²³⁴⁵⁶⁷⁸⁹'"),
    ],
    "a_slider_tells_its_values_apart": [
        ("figures._controls", "for digits in range(4, 18):", "for digits in range(4, 5):"),
        (
            "figures._controls",
            "labels = [format(v) for v in grid] if format else distinct_numbers(grid)",
            "labels = distinct_numbers(grid)",
        ),
    ],
    "corners_and_middle_of_the_simplex": [
        ("figures._marks", "return p[..., 1] + p[..., 2] / 2, ", "return p[..., 1] + p[..., 2], "),
        ("figures._marks", "np.sqrt(3) / 2 * p[..., 2]", "np.sqrt(2) / 2 * p[..., 2]"),
    ],
    "the_author_may_decide_on_buttons_or_a_menu": [
        (
            "figures._controls",
            "self.menu = len(labels) > 4 or sum(map(len, labels)) > 36 if menu is None else menu",
            "self.menu = len(labels) > 4 or sum(map(len, labels)) > 36",
        ),
    ],
}


@pytest.mark.parametrize("name", NOTICED_BY)
def test_planted_faults_are_noticed(name: str) -> None:
    assert survivors(faults_in("nnlib", NOTICED_BY[name]), [checks()[name]]) == []


@pytest.mark.parametrize("name", NOTICED_BY)
def test_a_harmless_change_is_not_noticed(name: str) -> None:
    check_is_quiet(checks()[name], {f"nnlib.{module}" for module, _, _ in NOTICED_BY[name]})
