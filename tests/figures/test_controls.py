"""Controls: defaults, grids, choices, and numbers written for readers."""

from __future__ import annotations

from typing import Any

import ipywidgets
import numpy as np
import pytest

from nnlib.figures import (
    Axis,
    Choice,
    Panel,
    Slider,
    number,
)
from nnlib.figures._controls import Control, as_axis, distinct_numbers


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Any:
    yield
    ipywidgets.Widget.close_all()


def test_the_default_is_found_by_its_value() -> None:
    assert Control([1, 2], ["one", "two"], None, None).default_index("k") == 0
    assert Control([1, 2], ["one", "two"], 2, None).default_index("k") == 1
    nine = Control(list(range(9)), [f"w{k}" for k in range(9)], 77, None)
    with pytest.raises(ValueError, match="expected one of w0, w1, w2, w3, w4, w5, w6, w7, …$"):
        nine.default_index("k")
    eight = Control(list(range(8)), [f"w{k}" for k in range(8)], 77, None)
    with pytest.raises(ValueError, match="k: value came as 77.*expected one of w0.*w7$"):
        eight.default_index("k")


def test_a_slider_is_a_grid_of_plain_numbers() -> None:
    slider = Slider(np.linspace(0, 1, 3), value=0.5, label="γ")
    assert slider.values == [0, 0.5, 1] and type(slider.values[0]) is float
    assert (slider.value, slider.label, slider.play, slider.interval) == (0.5, "γ", False, 200)
    assert Slider([1, 2], play=True, interval=50).interval == 50
    for odd in (["a", "b"], [1, None], [0, float("inf")]):
        with pytest.raises(ValueError, match="expected finite numbers"):
            Slider(odd)
    with pytest.raises(ValueError, match="came with 0 entries"):
        Slider([])
    assert Slider([1, 2]).values == [1, 2]


def test_a_choice_is_made_of_words_pairs_or_a_mapping() -> None:
    for options in (["a", "b"], [("a", "a"), ("b", "b")], {"a": "a", "b": "b"}):
        choice = Choice(options, value="b", label="node")
        assert (choice.values, choice.labels) == (["a", "b"], ["a", "b"])
        assert (choice.value, choice.label, choice.menu) == ("b", "node", False)
    assert Choice([1, 2]).labels == ["1", "2"]
    with pytest.raises(ValueError, match="options came with 1 entries; expected two or more"):
        Choice({"a": 1})
    assert Choice({"a": 1, "b": 2}).values == [1, 2]


def test_long_words_need_a_menu() -> None:
    assert not Choice(["a" * 18, "b" * 18]).menu and Choice(["a" * 18, "b" * 19]).menu


def test_digits_are_added_until_values_differ() -> None:
    assert distinct_numbers([0.12344, 0.12341]) == ["0.12344", "0.12341"]
    assert distinct_numbers([0.12344, 0.22]) == ["0.1234", "0.22"]
    third = [1 / 3, 1 / 3 + 1e-16]
    assert len(set(distinct_numbers(third))) == 2
    assert distinct_numbers([1.0, 1.0]) == ["1", "1"]  # nothing tells them apart


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (99.96, 3, "100"),
        (100, 3, "100"),
        (-100, 3, "−100"),
        (1e7, 3, "1×10⁷"),
        (9_999_999, 3, "9999999"),
        (12.345, 2, "12"),
        (9.94, 2, "9.9"),
        (0.00012345, 3, "0.000123"),
        (1.5e-5, 3, "1.5×10⁻⁵"),
        (6.02e23, 3, "6.02×10²³"),
        (1.23456e-14, 4, "1.235×10⁻¹⁴"),
        (3.0e-9, 3, "3×10⁻⁹"),
        (4.5e18, 3, "4.5×10¹⁸"),
        (-6.7e-10, 3, "−6.7×10⁻¹⁰"),
    ],
)
def test_numbers_have_their_digits(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_axes_and_panels() -> None:
    assert as_axis(("a", 1, 2), "x") == Axis("a", 1.0, 2.0) and as_axis((1, 2), "x") == Axis(
        "", 1, 2
    )
    own = Axis("a", 1, 2, log=True, ticks=[1, 2])
    assert as_axis(own, "x") is own
    for odd in ((1,), (1, 2, 3, 4), [1, 2], None):
        with pytest.raises(TypeError, match="x came as"):
            as_axis(odd, "x")
    panel = Panel((0, 1), ("u", 0, 2))
    assert (panel.title, panel.share, panel.axes, panel.equal, panel.turn) == (
        "",
        1.0,
        True,
        False,
        False,
    )
    assert panel.phone_height is None and panel.y == Axis("u", 0, 2)
    with pytest.raises(TypeError, match="Panel: y came as 3"):
        Panel((0, 1), 3)
    for low, high in ((0, float("inf")), (float("nan"), 1), (float("-inf"), 1), (2, 1)):
        with pytest.raises(ValueError, match="expected finite numbers with low < high"):
            Axis("a", low, high)
    for low in (0, -1):
        with pytest.raises(ValueError, match="expected low > 0"):
            Axis("a", low, 1, log=True)
    assert Axis("a", 1e-9, 1, log=True).log and not Axis("a", -1, 1).log
