"""The parts of a figure one by one: what is stored, what the still picture consists of, controls."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import FrozenInstanceError
from types import SimpleNamespace
from typing import Any

import figure_facts
import ipywidgets
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances

from nnlib import pages
from nnlib.figures import (
    Arrow,
    Axis,
    Bars,
    Box,
    Card,
    Choice,
    Edge,
    FrameError,
    Heat,
    Line,
    MovingFigure,
    Note,
    Panel,
    Pointer,
    Points,
    Slider,
    Text,
    View,
    _progress,
    number,
)
from nnlib.figures._controls import Control, as_axis, distinct_numbers
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
from nnlib.figures._picture import TONES

ALT = "A picture of a point."
RECORDED = json.loads(figure_facts.GOLDEN.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Any:
    yield
    ipywidgets.Widget.close_all()


def figure(frame: Any, **more: Any) -> MovingFigure:
    given = {"g": Slider([1, 2, 3]), "x": ("x", 0, 1), "y": ("y", 0, 1), "alt": ALT}
    return MovingFigure(frame, **given | more)


# ------------------------------------------------------------------ the still picture


@pytest.mark.parametrize("case", figure_facts.CASES)
def test_a_mark_is_stored_and_drawn_as_recorded(case: str) -> None:
    facts = figure_facts.facts_of(case)
    assert facts["stored"] == RECORDED[case]["stored"]
    assert facts["drawn"] == RECORDED[case]["drawn"]


def test_every_case_is_recorded_and_no_other() -> None:
    assert list(RECORDED) == list(figure_facts.CASES)


def test_tones_stand_out_on_white_and_on_black() -> None:
    for tone in TONES.values():
        channels = [int(tone[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (light + 0.05) > 3 and (light + 0.05) / 0.05 > 3


# ------------------------------------------------------------------ controls


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


# ------------------------------------------------------------------ frames


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
    for pair in (("node", 30), ("other", 10), ("g", 1)):
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
        "shapes": [["kind", "x", "y"]],
        "marks": [[0, 0, 1, 2], [0, 0, 1, 3]],
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


# ------------------------------------------------------------------ the widgets


def test_a_control_of_each_kind_is_joined_to_the_canvas() -> None:
    fig = figure(
        lambda g, few, many: [Note("x")],
        g=Slider([1, 2, 3], value=2, label="γ", play=True, interval=70),
        few=Choice(["a", "b"], value="b"),
        many=Choice(list("abcdef"), label="which"),
    )
    canvas, row, few, many = fig.children
    slider, play = row.children
    assert [type(w).__name__ for w in (few, many)] == ["ToggleButtons", "Dropdown"]
    assert [w.description for w in (slider, few, many)] == ["γ", "few", "which"]
    assert [w.index for w in (slider, few, many)] == [1, 1, 0] == [canvas.i0, canvas.i1, canvas.i2]
    assert (play.min, play.max, play.value, play.interval) == (0, 2, 1, 70)
    assert play.description == "Play γ"
    assert few.style.button_width == "auto" and slider.layout.width == "min(30rem, 100%)"
    assert row.layout.flex_flow == "row wrap"
    links = [w for w in _instances.values() if type(w).__name__ == "Link"]
    assert {(w.source, w.target) for w in links} == {
        ((slider, "index"), (canvas, "i0")),
        ((play, "value"), (slider, "index")),
        ((few, "index"), (canvas, "i1")),
        ((many, "index"), (canvas, "i2")),
    }


def test_the_script_gets_all_it_must_know() -> None:
    spec = figure(
        lambda g: [Note("n")],
        x=None,
        y=None,
        panels=[
            Panel(Axis("x", 1, 10, log=True, ticks=[1, (5, "five")]), ("y", 0, 1), title="one",
                  share=2.0, phone_height=90, turn=True),
            Panel((0, 1), (0, 1), axes=False, equal=True),
        ],
        height=200,
        caption="A < B",
        name="fig-one",
    ).canvas.spec  # fmt: skip
    plain = {"label": "", "low": 0, "high": 1, "log": False, "ticks": None}
    assert spec == {
        "alt": ALT, "caption": "A < B", "name": "fig-one", "height": 200, "sizes": [3],
        "notes": ["n"], "cards": [], "cardsBelow": False, "pointer": None,
        "panels": [
            {"x": {"label": "x", "low": 1, "high": 10, "log": True, "ticks": [[1, None], [5, "five"]]},
             "y": plain | {"label": "y"}, "title": "one", "share": 2, "axes": True, "equal": False,
             "turn": True, "phone": 90},
            {"x": plain, "y": plain, "title": "", "share": 1, "axes": False, "equal": True,
             "turn": False, "phone": None},
        ],
    }  # fmt: skip


def test_a_pointer_names_its_sliders_and_their_values() -> None:
    rate = Slider([0.1, 0.2, 0.4])
    spec = figure(lambda g, rate: [Note("n")], rate=rate, pointer=Pointer(x="rate", y="g"))
    assert spec.canvas.spec["pointer"] == {
        "panel": 0,
        "x": {"control": 1, "values": [0.1, 0.2, 0.4]},
        "y": {"control": 0, "values": [1, 2, 3]},
    }


@pytest.mark.parametrize(
    ("pointer", "message"),
    [
        (Pointer(x="rate", y="g"), "pointer.x came as 'rate'; expected the name of a Slider"),
        (Pointer(x="g", y="node"), "pointer.y came as 'node'; expected the name of a Slider"),
        (Pointer(x="g", y="g", panel=1), "pointer.panel came as 1; expected 0 to 0"),
        ("g", "pointer came as 'g'; expected Pointer"),
    ],
)
def test_a_pointer_that_leads_nowhere_is_refused(pointer: object, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        figure(lambda g, node: [Note("n")], node=Choice(["a", "b"]), pointer=pointer)


def test_a_frame_may_show_a_part_of_the_axes() -> None:
    fig = figure(lambda g: [View(y=(0, g / 4)), Points([0.5], [0.1])])
    assert fig.marks(g=2)[0] == {"kind": "view", "y": [0, 0.5]}


@pytest.mark.parametrize("ends", [(0, 2), (-1, 1), (0.5, 0.5), (0.6, 0.2)])
def test_a_view_lies_within_the_axes(ends: tuple[float, float]) -> None:
    with pytest.raises(FrameError, match=r"View.x came as .*; expected two rising numbers"):
        figure(lambda g: [View(x=ends)])


def test_arrows_come_alone_or_in_a_row() -> None:
    ends = [0.1, 0.2]
    fig = figure(lambda g: [Arrow(ends, ends, ends, ends, shown=1), Arrow(0, 0, 0.1, 0.1)])
    assert [mark["x"] for mark in fig.marks()] == [ends, 0]
    with pytest.raises(FrameError, match=r"Arrow came with shapes x \(2,\), y \(\)"):
        figure(lambda g: [Arrow(ends, 0.1, ends, ends)])


def test_a_part_of_a_formula_may_be_lit() -> None:
    lit = '<math><mrow class="lit-blue"><mi>x</mi></mrow></math>'
    assert figure(lambda g: [Card("c", [("f", lit)])]).marks()[0]["rows"] == [["f", lit]]
    for wrong in ('class="big"', 'onclick="x"', 'mathvariant="script"'):
        with pytest.raises(FrameError, match="expected class or mathvariant with bold, lit-blue"):
            bad = f"<math><mi {wrong}>x</mi></math>"
            figure(lambda g, bad=bad: [Card("c", [("f", bad)])])


def test_cards_may_stand_below() -> None:
    fig = figure(lambda g: [Card("c", [("a", "b")])], cards_below=True)
    assert fig.canvas.spec["cardsBelow"] is True


def test_a_caption_is_words_not_html() -> None:
    caption = figure(lambda g: [Note("x")], caption="a < b & $c$").children[-1]
    assert caption.value == "a &lt; b &amp; $c$" and "nnf-caption" in caption._dom_classes
    assert len(figure(lambda g: [Note("x")]).children) == 2


def test_ids_differ_between_figures_and_widgets() -> None:
    first, second = (figure(lambda g: [Note("x")], caption="c") for _ in range(2))
    ids = [w.model_id for fig in (first, second) for w in (fig, *fig.children, fig.layout)]
    assert len(set(ids)) == len(ids) and all(len(i) == 32 for i in ids)


def test_marks_at_the_default_and_elsewhere() -> None:
    fig = figure(
        lambda g, h: [Points([g / 10], [h / 10])],
        g=Slider([1, 2, 3], value=2),
        h=Slider([4, 5], value=5),
    )
    assert [(m["x"], m["y"]) for m in fig.marks()] == [([0.2], [0.5])]
    assert [(m["x"], m["y"]) for m in fig.marks(h=4)] == [([0.2], [0.4])]
    with pytest.raises(TypeError, match=r"marks\(\) got a, b; expected g, h"):
        fig.marks(b=1, a=2)


@pytest.mark.parametrize("alt", ["", "two words", None, 3])
def test_words_for_those_who_cannot_see_it_are_required(alt: Any) -> None:
    with pytest.raises(ValueError, match="alt came as"):
        figure(lambda g: [], alt=alt)
    assert figure(lambda g: [], alt="three short words").alt


def test_six_controls_are_the_most() -> None:
    six = {name: Slider([1, 2]) for name in "bcdef"}
    canvas = figure(lambda **values: [], **six).canvas
    assert [getattr(canvas, f"i{k}") for k in range(6)] == [0] * 6
    alone = figure(lambda g: []).canvas
    assert [getattr(alone, f"i{k}") for k in range(6)] == [0] * 6
    with pytest.raises(ValueError, match="7 controls came; expected 1 to 6"):
        figure(lambda **values: [], **six, h=Slider([1, 2]))
    with pytest.raises(TypeError, match="x and y came together with panels"):
        figure(lambda g: [], y=None, panels=[Panel((0, 1), (0, 1))])


# ------------------------------------------------------------------ progress


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


def progress(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> tuple[Clock, io.StringIO, Any]:
    clock, stream = Clock(), io.StringIO()
    stream.isatty = lambda: terminal
    monkeypatch.setattr(_progress, "time", clock)
    monkeypatch.setattr(_progress, "sys", SimpleNamespace(modules={}, stderr=stream))
    return clock, stream, _progress.Progress(9)


def test_a_line_on_a_terminal_comes_after_two_seconds_and_goes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, stream, line = progress(monkeypatch, terminal=True)
    with line:
        for clock.now in (101.0, 102.0, 102.1, 102.3, 102.6, 102.7):
            line.advance()
    assert stream.getvalue() == ("\rcomputing frame 3 of 9\rcomputing frame 6 of 9\r\033[K")


def test_in_a_notebook_each_line_takes_the_place_of_the_last_and_the_last_goes_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cleared: list[bool] = []
    display = SimpleNamespace(clear_output=lambda wait: cleared.append(wait))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    clock, stream, line = progress(monkeypatch, terminal=True)
    line.notebook = True
    with line:
        for clock.now in (103.0, 104.0):
            line.advance()
    assert cleared == [True, True, False] and stream.getvalue() == ""
    assert capsys.readouterr().out == "computing frame 1 of 9\ncomputing frame 2 of 9\n"


def test_nothing_is_said_where_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stream, line = progress(monkeypatch, terminal=False)
    with line:
        clock.now = 105.0
        line.advance()
    assert stream.getvalue() == ""


def test_what_is_quick_leaves_the_line_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stream, line = progress(monkeypatch, terminal=True)
    with line:
        clock.now = 101.9
        line.advance()
    assert stream.getvalue() == "" and line.done == 1


@pytest.mark.parametrize(
    ("modules", "shell", "watched"),
    [
        ({}, None, False),
        ({"ipykernel": 1}, None, False),
        ({"ipykernel": 1}, SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=True)), True),
        ({"ipykernel": 1}, SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=False)), False),
        ({"ipykernel": 1}, SimpleNamespace(kernel=SimpleNamespace()), False),
        ({"ipykernel": 1}, SimpleNamespace(), False),
    ],
)
def test_a_watched_notebook_may_ask_for_input(
    monkeypatch: pytest.MonkeyPatch, modules: Any, shell: Any, watched: bool
) -> None:
    ipython = SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(_progress, "sys", SimpleNamespace(modules=modules))
    assert _progress.watched_notebook() is watched


# ------------------------------------------------------------------ pages


def bare(x: int) -> int:
    return x + 1


def documented(x: int) -> int:
    """One more.

    In two lines.
    """
    return x + 1


def test_code_is_shown_without_its_docstring() -> None:
    assert pages.source(documented).text == "def documented(x: int) -> int:\n    return x + 1"
    assert '"""One more.\n' in pages.source(documented, doc=True).text
    both = pages.source(bare, documented)
    assert both.text == f"{pages.source(bare).text}\n\n\n{pages.source(documented).text}"
    assert both.markdown == f"```python\n{both.text}\n```" == both._repr_markdown_()


def test_a_table_has_four_digits_and_even_columns() -> None:
    shown = pages.table(["name", "v"], [["a", 1 / 3], ["long name", 12345678], ["n", 1e-9]])
    assert shown.markdown.split("\n") == [
        "| name | v |", "| --- | --- |", "| a | 0.3333 |", "| long name | 12345678 |", "| n | 1e-09 |",
    ]  # fmt: skip
    assert repr(shown).split("\n") == [
        "name       v", "a          0.3333", "long name  12345678", "n          1e-09",
    ]  # fmt: skip


def test_what_is_caught_is_shown_and_what_is_not_is_an_error() -> None:
    def fails() -> None:
        raise ValueError("word " * 30 + "\nnext")

    shown = pages.caught(fails)
    lines = str(shown).removeprefix("Caught: ").split("\n")
    assert len(lines) == 3 and max(map(len, lines)) <= 84
    assert lines[1].startswith("  word") and lines[2] == "next"
    assert shown.markdown == "**Caught:**\n\n```text\n" + "\n".join(lines) + "\n```"
    with pytest.raises(AssertionError, match="was not noticed"):
        pages.caught(lambda: None)
    with pytest.raises(KeyError):
        pages.caught(lambda: {}["a"])
