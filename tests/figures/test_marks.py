"""Marks: of which shapes each consists, and that nothing else is needed for a new kind of mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ipywidgets
import pytest

from nnlib.figures import (
    Area,
    Arrow,
    Band,
    Bars,
    Box,
    Card,
    Edge,
    Heat,
    Line,
    MovingFigure,
    Note,
    Panel,
    Points,
    Region,
    Rule,
    Slider,
    Text,
    View,
    _picture,
    _shapes,
)
from nnlib.figures import _marks as marks_module
from nnlib.figures._frames import Encoder
from nnlib.figures._marks import Mark
from nnlib.figures._widget import HERE


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Any:
    yield
    ipywidgets.Widget.close_all()


def shapes(mark: Mark) -> list[dict[str, Any]]:
    encoder = Encoder([Panel((0, 1), (0, 1))] * 2, {})
    return encoder.drawn([Box(0, 0, "a"), Box(1, 1, "b"), mark], {})[2:]


CONSISTS_OF: list[tuple[Mark, dict[str, Any]]] = [
    (
        Bars([0.2, 0.6], [0.5, 0.3], base=0.1, width=0.1, labels=["a", "b"]),
        {"kind": "rectangles", "left": [0.15, 0.55], "right": [0.25, 0.65], "low": 0.1,
         "high": [0.5, 0.3], "color": "blue", "words": ["a", "b"]},
    ),
    (
        Bars([0.2, 0.6], [0.5, 0.3], base=0.1, stems=True, color=["red", "blue"]),
        {"kind": "segments", "x": [0.2, 0.6], "y": 0.1, "dx": 0, "dy": [0.4, 0.2],
         "color": ["red", "blue"], "width": 1.5, "tip": "dot"},
    ),
    (
        Line([0, 1], [1, 0], label="l", label_at=0.5, dashed=True, shown=0),
        {"kind": "path", "x": [0, 1], "y": [1, 0], "color": "blue", "width": 2, "dashed": True,
         "shown": 0, "words": "l", "at": 0.5},
    ),
    (
        Line([0, 1], [1, 0]),
        {"kind": "path", "x": [0, 1], "y": [1, 0], "color": "blue", "width": 2},
    ),
    (
        Points([0.5], [0.5], hollow=True, labels=["p"]),
        {"kind": "dots", "x": [0.5], "y": [0.5], "color": "blue", "size": 4, "hollow": True,
         "words": ["p"]},
    ),
    (
        Rule(x=0, label="r"),
        {"kind": "segments", "x": 0, "dx": 0, "color": "ink", "width": 1.2, "dashed": True,
         "words": "r"},
    ),
    (
        Rule(y=0.3, dashed=False, panel=1),
        {"kind": "segments", "y": 0.3, "dy": 0, "color": "ink", "width": 1.2, "panel": 1},
    ),
    (
        Band(x=(0, 0.2), label="s"),
        {"kind": "rectangles", "left": 0, "right": 0.2, "color": "grey", "fill": 0.14,
         "words": "s"},
    ),
    (
        Band(y=(0.1, 0.2)),
        {"kind": "rectangles", "low": 0.1, "high": 0.2, "color": "grey", "fill": 0.14},
    ),
    (
        Area([0, 1], [0, 0.1], [0.2, 0.5], label="s"),
        {"kind": "path", "x": [0, 1], "y": [0.2, 0.5], "back": [0, 0.1], "color": "blue",
         "width": 0, "fill": 0.18, "words": "s", "at": 0.5},
    ),
    (
        Region([0, 1, 1], [0, 0, 1], label="s", fill=0),
        {"kind": "path", "x": [0, 1, 1], "y": [0, 0, 1], "color": "grey", "width": 1.2,
         "fill": 0, "words": "s"},
    ),
    (
        Region([0, 1, 1], [0, 0, 1], outline=False),
        {"kind": "path", "x": [0, 1, 1], "y": [0, 0, 1], "color": "grey", "width": 0,
         "fill": 0.12},
    ),
    (
        Arrow([0, 0.1], [0, 0.2], [0.3, 0.3], [0.1, 0.1], label="s", shown=1),
        {"kind": "segments", "x": [0, 0.1], "y": [0, 0.2], "dx": [0.3, 0.3], "dy": [0.1, 0.1],
         "color": "orange", "width": 2, "tip": "arrow", "words": "s", "shown": 1},
    ),
    (
        Text(0.5, 0, "s", bold=True, anchor="end"),
        {"kind": "text", "x": 0.5, "y": 0, "words": "s", "color": "ink", "anchor": "end",
         "bold": True},
    ),
    (
        Heat([[0.5, -0.5], [1.5, 0]], (0, 1), (0, 1), low=0, high=1, negative="red"),
        {"kind": "cells", "x": [0, 1], "y": [0, 1], "tones": ["blue", "red"],
         "tone": [[0, 1], [0, 0]], "percent": [[48, 48], [90, 6]]},
    ),
    (
        Heat([[0.25, -1]], (0, 1), (0, 1), low=0.2, labels=[["a", "b"]]),
        {"kind": "cells", "x": [0, 1], "y": [0, 1], "tones": ["blue"], "tone": 0,
         "percent": [[11, 90]], "words": [["a", "b"]]},
    ),
    (
        Heat([[0, 1]], (0, 1), (0, 1), palette=("blue", "red")),
        {"kind": "cells", "x": [0, 1], "y": [0, 1], "tones": ["blue", "red"],
         "tone": [[0, 1]], "percent": 75},
    ),
    (
        Box(0.5, 0.5, "s", name="n", below="t", strong=True),
        {"kind": "box", "x": 0.5, "y": 0.5, "words": "s", "name": "n", "below": "t",
         "strong": True, "color": "blue"},
    ),
    (
        Edge("a", "b", label="s", back=True),
        {"kind": "edge", "start": "a", "end": "b", "words": "s", "color": "grey", "back": True,
         "bend": 0, "width": 1.5},
    ),
]  # fmt: skip
UNDRAWN = (Card, Note, View)


@pytest.mark.parametrize(("mark", "shape"), CONSISTS_OF, ids=str)
def test_a_mark_consists_of(mark: Mark, shape: dict[str, Any]) -> None:
    assert shapes(mark) == [shape]


def test_every_mark_that_is_drawn_is_among_them() -> None:
    kinds = {kind for kind in vars(marks_module).values() if isinstance(kind, type)}
    kinds = {kind for kind in kinds if issubclass(kind, Mark)} - {Mark, *UNDRAWN}
    assert kinds == {type(mark) for mark, _ in CONSISTS_OF}


def test_a_text_without_words_is_nothing() -> None:
    assert shapes(Text(0.5, 0.5)) == []


def test_words_cards_and_views_pass_as_they_are() -> None:
    assert shapes(Note("n")) == [{"kind": "note", "lines": ["n"]}]
    assert shapes(View(x=(0, 1))) == [{"kind": "view", "x": [0, 1]}]


def test_both_renderers_draw_every_kind_of_shape() -> None:
    """Neither may know a kind of mark: what it draws are the functions of _shapes."""
    made = {name for name, part in vars(_shapes).items() if callable(part)} & {
        name for name in vars(_shapes) if name.islower() and not name.startswith("_")
    }
    assert made == {"path", "dots", "rectangles", "segments", "cells", "text", "box", "edge"}
    assert set(_picture._DRAW) | {"box", "edge"} == made
    script = (HERE / "canvas.js").read_text(encoding="utf-8")
    start = script.index("const draw = {")
    body = script[start : script.index("\n};", start)].splitlines()
    methods = {line.strip().partition("(")[0] for line in body if line[:2] == "  " != line[2:4]}
    assert {name for name in methods if name.isidentifier()} == made


@dataclass(frozen=True)
class Cross(Mark):
    """A kind of mark that no renderer has heard of."""

    size: float = marks_module._number("x", 0.1)
    panel: int = 0

    def shapes(self) -> list[dict[str, Any]]:
        sides = ([0.5 - self.size, 0.5 + self.size], [0.5, 0.5])
        return [_shapes.path(*ends, "red", 2) for ends in (sides, sides[::-1])]


def test_a_new_kind_of_mark_is_drawn() -> None:
    def figure(*marks: Mark) -> MovingFigure:
        axes = {"x": ("x", 0, 1), "y": ("y", 0, 1), "alt": "A cross and nothing else."}
        return MovingFigure(lambda g: list(marks), g=Slider([1, 2]), **axes)

    crossed = figure(Cross())
    assert [shape["kind"] for shape in crossed.shapes()] == ["path", "path"]
    lines = figure(
        Line([0.4, 0.6], [0.5, 0.5], color="red"), Line([0.5, 0.5], [0.4, 0.6], color="red")
    )
    assert crossed.picture() == lines.picture() != figure().picture()
    assert crossed.canvas.frames == lines.canvas.frames
