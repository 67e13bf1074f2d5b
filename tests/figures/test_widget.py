"""The widgets of a figure and what the script in the page gets to know."""

from __future__ import annotations

from typing import Any

import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances

from nnlib.figures import (
    Arrow,
    Axis,
    Card,
    Choice,
    FrameError,
    MovingFigure,
    Note,
    Panel,
    Pointer,
    Points,
    Slider,
    View,
)

ALT = "A picture of a point."


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Any:
    yield
    ipywidgets.Widget.close_all()


def figure(frame: Any, **more: Any) -> MovingFigure:
    given = {"g": Slider([1, 2, 3]), "x": ("x", 0, 1), "y": ("y", 0, 1), "alt": ALT}
    return MovingFigure(frame, **given | more)


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
    of_this_figure = [w for w in links if w.source[0] in {slider, play, few, many}]
    assert {(w.source, w.target) for w in of_this_figure} == {
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
