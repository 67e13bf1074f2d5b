"""Frames: how they are rounded and packed, and which are refused."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from typing import Any

import ipywidgets
import numpy as np
import pytest

from nnlib.figures import (
    Bars,
    Box,
    Card,
    Choice,
    Edge,
    FrameError,
    Heat,
    Line,
    Note,
    Panel,
    Points,
    Slider,
    Text,
)
from nnlib.figures._controls import Control
from nnlib.figures._frames import (
    MOST_CHARACTERS,
    Encoder,
    grid_of,
    longest_cards,
    longest_notes,
    marks_of,
    pack,
    rounded,
)
from nnlib.figures._marks import Mark


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Any:
    yield
    ipywidgets.Widget.close_all()


def encoder(panels: int = 1, **controls: Control) -> Encoder:
    return Encoder([Panel((0, 1), (0, 1))] * panels, controls)


def test_the_largest_grid_is_six_thousand_frames() -> None:
    assert len(grid_of({"a": Slider(range(60)), "b": Slider(range(100))})) == 6000
    with pytest.raises(ValueError, match=r"a 61 × b 100 = 6100 frames; expected at most 6000"):
        grid_of({"a": Slider(range(61)), "b": Slider(range(100))})


def test_numbers_are_rounded_by_digits_and_places() -> None:
    assert rounded(0.99996) == 1 and rounded(1.0) == 1 and type(rounded(1.0)) is int
    assert (
        rounded(-12.3456) == -12.35 and rounded(12.3456, 1) == 12.3 and rounded(1234.5678) == 1235
    )
    assert rounded(1e15) == 1e15 and type(rounded(1e15)) is float and type(rounded(9e14)) is int
    assert rounded([[0.5, 2.0], []]) == [[0.5, 2], []] and rounded(0.0) == 0
    assert rounded(0.00012344, 6) == 0.000123


def test_places_that_are_kept_depend_on_the_length_of_the_axis() -> None:
    far = Encoder([Panel((100, 100.01), (-50, 50))], {})
    point = far.mark(Points([100.0012345678], [-1.23456]))
    assert (point["x"], point["y"]) == ([100], [-1.235])  # four digits come first
    assert far.mark(Points([0.00012345678], [0.00012]))["x"] == [0.0001235]
    assert far.mark(Points([100.0], [0.00012]))["y"] == [0]


def test_one_mark_may_come_alone_and_a_tuple_too() -> None:
    mark = Note("x")
    assert marks_of(lambda g: mark, {"g": 1}) == [mark]
    assert marks_of(lambda g: (mark, mark), {"g": 1}) == [mark, mark]
    for odd in ("words", 3, {"a": mark}, None):
        said = rf"frame\(g=1\) returned {type(odd).__name__}; expected a list of marks"
        with pytest.raises(TypeError, match=said):
            marks_of(lambda g, odd=odd: odd, {"g": 1})


@pytest.mark.parametrize("kind", Mark.__subclasses__())
def test_a_mark_does_not_change(kind: type[Mark]) -> None:
    mark = object.__new__(kind)
    with pytest.raises(FrozenInstanceError):
        mark.panel = 1


@pytest.mark.parametrize("panel", [-1, 2, 7])
def test_a_panel_that_is_not_there_is_refused(panel: int) -> None:
    with pytest.raises(FrameError, match=rf"Text: panel came as {panel}; expected 0 to 1"):
        encoder(2).mark(Text(0, 0, "a", panel=panel))
    assert encoder(2).mark(Text(0, 0, "a", panel=1))["panel"] == 1


def test_where_a_number_is_wrong_is_said() -> None:
    with pytest.raises(FrameError, match=r"Heat.values has nan at index 1, 0; expected finite"):
        encoder().mark(Heat([[0.0, 1.0], [np.nan, np.inf]], (0, 1), (0, 1)))
    with pytest.raises(FrameError, match=r"Bars.base has -inf; expected finite"):
        encoder().mark(Bars([0], [1], base=-np.inf))
    with pytest.raises(FrameError, match=r"Points.x came as \[\[1\], \[1, 2\]\]; expected real"):
        encoder().mark(Points([[1], [1, 2]], [0, 0]))


def test_empty_fields_are_left_out_and_arrays_are_not() -> None:
    assert encoder().mark(Text(0, 0)) == {
        "kind": "text", "x": 0, "y": 0, "color": "ink", "anchor": "middle",
    }  # fmt: skip
    assert encoder().mark(Line(np.array([]), np.array([])))["x"] == []
    assert encoder().mark(Points([0.0], [0.0], labels=np.array(["a"])))["labels"] == ["a"]


def test_colors_are_names() -> None:
    assert encoder().mark(Bars([0, 1], [1, 1], color=("blue", "red")))["color"] == ["blue", "red"]
    for wrong in ("pink", ""):
        with pytest.raises(FrameError, match="Bars.color came as"):
            encoder().mark(Bars([0, 1], [1, 1], color=["blue", wrong]))
    heat = {"values": [[0, 1]], "x": (0, 1), "y": (0, 1)}
    with pytest.raises(FrameError, match="Heat.negative came as 'pink'"):
        encoder().mark(Heat(**heat, negative="pink"))
    with pytest.raises(FrameError, match="Heat.palette came as 'pink'"):
        encoder().mark(Heat(**heat, palette=("blue", "pink")))
    assert "negative" not in encoder().mark(Heat(**heat))


def test_a_box_may_only_choose_what_there_is() -> None:
    one = encoder(g=Slider([1, 2]), node=Choice({"first": 10, "second": 20}))
    assert one.mark(Box(0, 0, "a", choose=("node", 20)))["choose"] == [1, 1]
    assert one.mark(Box(0, 0, "a", choose=("g", 2)))["choose"] == [0, 1]
    for pair in (("node", 30), ("other", 10), ("g", 7)):
        with pytest.raises(FrameError, match="Box.choose came as"):
            one.mark(Box(0, 0, "a", choose=pair))


def test_what_belongs_together_has_one_length() -> None:
    with pytest.raises(FrameError, match="came with lengths x 2, y 2, labels 1"):
        encoder().mark(Points([0, 1], [0, 1], labels=["a"]))
    with pytest.raises(FrameError, match="Line.y came as one number"):
        encoder().mark(Line([0, 1], 0.5))


def test_a_heat_map_is_rows_by_columns_of_known_values() -> None:
    sides = {"x": (0, 1), "y": (0, 1)}
    for values in ([0.5], [[[0.5]]], [[]]):
        with pytest.raises(FrameError, match="Heat.values came with shape"):
            encoder().mark(Heat(values, **sides))
    for wrong in (2, -1, 0.5):
        with pytest.raises(
            FrameError, match=rf"Heat.values has {wrong}; expected whole numbers from 0 to 1"
        ):
            encoder().mark(Heat([[0, wrong]], **sides, palette=("blue", "red")))
    assert encoder().mark(Heat([[0, 7]], **sides))["values"] == [[0, 7]]


def test_a_card_has_rows_of_two_texts() -> None:
    for row in (("a",), ("a", 1), ("a", "b", "c")):
        with pytest.raises(FrameError, match=r"Card.rows has .*expected \(term, text\)"):
            encoder().mark(Card("t", [("fine", "fine"), row]))
    good = "<math><mfrac><mi>a</mi><msqrt><mn>2</mn></msqrt></mfrac></math>"
    assert encoder().mark(Card("t", [("rule", good)]))["rows"] == [["rule", good]]
    assert encoder().mark(Card("t", [("less", "a < b")]))["rows"] == [["less", "a < b"]]


def test_an_edge_joins_boxes_of_its_frame() -> None:
    boxes = [Box(0, 0, "a"), Box(1, 1, "b", name="out")]
    assert len(encoder().frame([*boxes, Edge("a", "out")], {})) == 3
    for start, end in (("a", "b"), ("b", "out"), ("c", "a")):
        with pytest.raises(FrameError, match=rf"Edge from '{start}' to '{end}'; .*frame: a, out"):
            encoder().frame([*boxes, Edge(start, end)], {})
    with pytest.raises(FrameError, match="frame: there is none"):
        encoder().frame([Edge("a", "b")], {})


def test_packing_counts_each_part_once() -> None:
    point = {"kind": "points", "x": [1], "y": [2]}
    packed = json.loads(pack([[point, point], [point | {"y": [3]}], []]))
    assert packed == {
        "values": ["points", [1], [2], [3]],
        "fields": [["kind", "x", "y"]],
        "shapes": [[0, 0, 1, 2], [0, 0, 1, 3]],
        "frames": [[0, 0], [1], []],
    }
    assert "é" in pack([[{"kind": "é"}]])


def test_the_longest_pack() -> None:
    empty = len(pack([[{"kind": ""}]]))
    assert len(pack([[{"kind": "a" * (MOST_CHARACTERS - empty)}]])) == MOST_CHARACTERS
    with pytest.raises(ValueError, match="expected at most"):
        pack([[{"kind": "a" * (MOST_CHARACTERS - empty + 1)}]])


def test_room_is_kept_line_by_line() -> None:
    def note(*lines: str) -> dict[str, Any]:
        return {"kind": "note", "lines": list(lines)}

    assert longest_notes([[note("aa", "b")], [note("a", "bbb"), note("c")], []]) == [
        "aa",
        "bbb",
        "c",
    ]
    cards = [[{"kind": "card", "title": "t" * k}, {"kind": "text"}] for k in range(6)]
    assert [len(c[0]["title"]) for c in longest_cards(cards)] == [5, 4, 3, 2]
    assert longest_cards([[{"kind": "text"}]]) == []
