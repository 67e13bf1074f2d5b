"""Faults planted in ``nnlib.figures``, and for each the test that must notice it.

Each fault is looked for by one test only, so that this stays quick.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import ipywidgets
import pytest
from planted import Fault, checks_by_name, faults_in, must_be_noticed

from tests.figures import test_figures, test_frames, test_marks, test_picture


@functools.cache
def checks() -> dict[str, Callable[[], object]]:
    found = checks_by_name(test_figures, test_frames, test_marks, test_picture)
    return {name: functools.partial(run_and_close, check) for name, check in found.items()}


def run_and_close(check: Callable[[], object]) -> None:
    """Run a check and close its widgets: a module that is run again counts them from 0 again."""
    try:
        check()
    finally:
        ipywidgets.Widget.close_all()


# test -> the faults that it must notice
NOTICED_BY = {
    "numbers_are_rounded_by_digits_and_places": faults_in(
        "nnlib.figures",
        ("_rounded_number", "DIGITS - 1", "DIGITS"),
        ("_rounded_number", "DIGITS - 1", "DIGITS - 2"),
        ("_rounded_number", "value == floor(value) and abs(value) < 1e15", "abs(value) < 1e15"),
    ),
    "every_combination_is_computed_the_last_control_fastest": faults_in(
        "nnlib.figures",
        (
            "grid_of",
            "itertools.product(*(control.values for control in controls.values()))",
            (
                "(v[::-1] for v in itertools.product(*(control.values for control in "
                "reversed(controls.values()))))"
            ),
        ),
        ("pack", "*parts", "*parts[::-1]"),
        ("Control.default_index", "return 0", "return len(self.values) - 1"),
        ("Control.default_index", "return index", "return index + 1"),
        ("Choice.__init__", "[v for _, v in pairs]", "labels"),
        (
            "MovingFigure.__init__",
            "{f'i{k}': place for k, place in enumerate(at)}",
            "{f'i{k}': 0 for k, place in enumerate(at)}",
        ),
        ("MovingFigure._spec", "len(control.values)", "len(control.labels) + 1"),
    ),
    "numbers_keep_four_significant_digits_and_a_hundred_thousandth_of_the_axis": faults_in(
        "nnlib.figures",
        ("_places", "ceil(-log10(FINEST * (axis.high - axis.low)))", "ceil(-log10(FINEST)) - 3"),
    ),
    "a_logarithmic_axis_keeps_small_numbers": faults_in(
        "nnlib.figures",
        (
            "_places",
            "inf if axis.log else ceil(-log10(FINEST * (axis.high - axis.low)))",
            "ceil(-log10(FINEST * (axis.high - axis.low)))",
        ),
        (
            "Encoder.__init__",
            "{'x': _places(panel.x), 'y': _places(panel.y)}",
            "{'x': _places(panel.y), 'y': _places(panel.x)}",
        ),
    ),
    "what_is_stored_is_what_the_frame_gave_to_the_last_kept_digit": faults_in(
        "nnlib.figures",
        ("MovingFigure.marks", "self._default() | values", "values | self._default()"),
    ),
    "what_repeats_is_stored_once": faults_in(
        "nnlib.figures",
        (
            "_Numbered.number",
            "return self.setdefault(text, len(self))",
            "self[text + ' ' * len(self)] = len(self)\nreturn len(self) - 1",
        ),
    ),
    "every_mark_is_stored_and_pictured": faults_in(
        "nnlib.figures",
        ("MovingFigure.picture", "self.shapes()", "[]"),
    ),
    "a_new_kind_of_mark_is_drawn": faults_in(
        "nnlib.figures",
        ("Encoder._shapes", "replace(mark, **rounded_fields).shapes()", "mark.shapes()[:1]"),
    ),
    "a_mark_consists_of": faults_in(
        "nnlib.figures",
        ("Bars.shapes", "side * self.width / 2", "side * self.width"),
        ("Bars.shapes", "-self.base", "self.base"),
        ("Rule.shapes", "None if self.x is None else 0", "0"),
        ("Area.shapes", "self.low", "self.high"),
        ("Heat.shapes", "np.clip(parts, 0, 1)", "parts"),
        ("Heat.shapes", "self.high - self.low", "self.high"),
        ("path", "at if words else None", "at"),
        ("_is_empty", "part is False", "part == 0"),
    ),
    "words_stand_out_on_cells_of_any_strength": faults_in(
        "nnlib.figures",
        ("_cells", "luminance(faces[i, j, :3]) > EVEN", "luminance(faces[i, j, :3]) > 0.5"),
        ("_cells", "faces[..., 3] = 1", "pass"),
    ),
    "only_ticks_that_are_seen_are_set": faults_in(
        "nnlib.figures",
        ("_ticks", "low <= value <= high", "True"),
        ("_ticks", "len(seen) > 1", "seen"),
    ),
    "a_box_sets_the_option_it_names": faults_in(
        "nnlib.figures",
        (
            "Encoder._choice",
            "[list(self.controls).index(name), control.values.index(option)]",
            "[control.values.index(option), list(self.controls).index(name)]",
        ),
    ),
    "each_number_is_rounded_by_its_own_axis": faults_in(
        "nnlib.figures",
        ("Arrow.dx", "_number('x')", "_number('y')"),
    ),
    "a_growing_path_is_stored_once": faults_in(
        "nnlib.figures",
        (
            "_points",
            "np.column_stack([s['x'], s['y']])[:s.get('shown')]",
            "np.column_stack([s['x'], s['y']])",
        ),
    ),
    "room_is_kept_for_the_longest_words": faults_in(
        "nnlib.figures",
        ("longest_cards", "sorted(cards, key=len, reverse=True)", "sorted(cards, key=len)"),
        ("longest_notes", "max(longest[index], text, key=len)", "text"),
    ),
    "too_many_numbers_are_refused": faults_in(
        "nnlib.figures",
        ("pack", "len(text) > MOST_CHARACTERS", "False"),
    ),
    "the_widgets_are_standard_and_joined_on_the_page": faults_in(
        "nnlib.figures",
        ("_row", "control.default_index(key)", "0"),
        (
            "_row",
            "ids.make(Link, source=(play, 'value'), target=(slider, 'index'))",
            "ids.make(Link, source=(play, 'value'), target=target)",
        ),
        ("MovingFigure.__init__", "(canvas, f'i{k}')", "(canvas, 'i0')"),
    ),
    "numbers_are_written_for_readers": faults_in(
        "nnlib._numbers",
        ("number", "f'{value:.{digits}g}'.replace('-', '−')", "f'{value:.{digits}g}'"),
    ),
    "numbers_at_the_edge_of_their_digits": faults_in(
        "nnlib._numbers",
        ("number", "digits - 1", "digits"),
        ("number", "'⁻⁰¹²³⁴⁵⁶⁷⁸⁹'", "'⁻¹⁰²³⁴⁵⁶⁷⁸⁹'"),
    ),
    "a_slider_tells_its_values_apart": faults_in(
        "nnlib.figures",
        ("distinct_numbers", "range(4, 18)", "range(4, 5)"),
        (
            "Slider.__init__",
            "[format(v) for v in grid] if format else distinct_numbers(grid)",
            "distinct_numbers(grid)",
        ),
    ),
    "corners_and_middle_of_the_simplex": faults_in(
        "nnlib.figures",
        ("on_simplex", "p[..., 2] / 2", "p[..., 2]"),
        ("on_simplex", "np.sqrt(3)", "np.sqrt(2)"),
    ),
    "the_author_may_decide_on_buttons_or_a_menu": faults_in(
        "nnlib.figures",
        (
            "Choice.__init__",
            "len(labels) > 4 or sum(map(len, labels)) > 36 if menu is None else menu",
            "len(labels) > 4 or sum(map(len, labels)) > 36",
        ),
    ),
}
FAULTS = [(name, fault) for name, faults in NOTICED_BY.items() for fault in faults]


@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=str)
def test_a_planted_fault_is_noticed(name: str, fault: Fault) -> None:
    cases = [check for test, check in checks().items() if test.partition(": ")[0] == name]
    must_be_noticed(fault, cases)
