"""The still picture of a figure: each mark as recorded, in tones that stand out."""

from __future__ import annotations

import json
from typing import Any

import figure_facts
import ipywidgets
import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from nnlib.figures import Axis, Heat, MovingFigure, Slider, Text, View, _picture
from nnlib.figures._marks import Mark
from nnlib.figures._picture import TONES, luminance

RECORDED = json.loads(figure_facts.GOLDEN.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Any:
    yield
    ipywidgets.Widget.close_all()


@pytest.mark.parametrize("case", figure_facts.CASES)
def test_a_mark_is_stored_and_drawn_as_recorded(case: str) -> None:
    facts = figure_facts.facts_of(case)
    assert facts["stored"] == RECORDED[case]["stored"]
    assert facts["shapes"] == RECORDED[case]["shapes"]
    assert facts["drawn"] == RECORDED[case]["drawn"]


def test_every_case_is_recorded_and_no_other() -> None:
    assert list(RECORDED) == list(figure_facts.CASES)


def test_tones_stand_out_on_white_and_on_black() -> None:
    for tone in TONES.values():
        light = luminance(to_rgb(tone))
        assert 1.05 / (light + 0.05) > 3 and (light + 0.05) / 0.05 > 3


def axes_of(fig: MovingFigure) -> Axes:
    return figure_facts.matplotlib_figure(fig).axes[0]


def one_frame(*marks: Mark, **axes: Any) -> MovingFigure:
    given = {"x": ("x", 0, 1), "y": ("y", 0, 1), "alt": "A picture of marks."} | axes
    return MovingFigure(lambda g: list(marks), g=Slider([1, 2]), **given)


@pytest.mark.parametrize("color", TONES)
def test_words_stand_out_on_cells_of_any_strength(color: str) -> None:
    values = [[k / 20 for k in range(21)]]
    words = [[f"{k}" for k in range(21)]]
    ax = axes_of(one_frame(Heat(values, (0, 1), (0, 1), labels=words, color=color)))
    (mesh,) = (drawn for drawn in ax.collections if isinstance(drawn, QuadMesh))
    faces = mesh.get_facecolor()
    assert (faces[:, 3] == 1).all()  # on a page of any color
    inks = [to_rgb(text.get_color()) for text in ax.texts if text.get_text() in words[0]]
    assert len(inks) == 21
    for face, ink in zip(faces, inks, strict=True):
        dark, light = sorted([luminance(face[:3]), luminance(ink)])
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_words_over_a_map_have_a_rim_and_others_none() -> None:
    cells, words = Heat([[0.9]], (0, 1), (0, 1)), Text(0.5, 0.5, "here")
    for marks, rims in (((cells, words), 1), ((words,), 0)):
        (text,) = (t for t in axes_of(one_frame(*marks)).texts if t.get_text() == "here")
        assert len(text.get_path_effects()) == rims


@pytest.mark.parametrize(
    ("ticks", "view", "shown"),
    [
        ([0, (0.5, "half"), 1], None, ["0", "half", "1"]),
        ([0, (0.5, "half"), 1], (0.4, 1.0), ["half", "1"]),
        ([-1, 0, (0.5, "half"), 7], None, ["0", "half"]),
        ([(0.5, "half")], None, ["half"]),
        ([0, 1], (0.25, 0.35), None),  # none of them is seen: matplotlib finds others
        ([0, (0.5, "half"), 1], (0.45, 0.55), None),  # one alone says no scale
    ],
)
def test_only_ticks_that_are_seen_are_set(ticks: Any, view: Any, shown: Any) -> None:
    marks = [View(y=view)] if view else []
    ax = axes_of(one_frame(*marks, y=Axis("y", 0, 1, ticks=ticks)))
    said = [label.get_text() for label in ax.get_yticklabels()]
    low, high = ax.get_ylim()
    assert (low, high) == (view or (0, 1))
    if shown:
        assert said == shown
    else:
        assert "half" not in said and sum(low <= tick <= high for tick in ax.get_yticks()) > 1


def test_a_long_note_is_broken_to_fit_into_the_picture() -> None:
    text = "the loss after 100 steps: " + ", ".join(f"{n} with method {n}" for n in range(20))
    lines = _picture._lines(text)
    assert len(lines) > 2 and " ".join(lines) == text
    figure = Figure(figsize=(_picture.WIDTH / 96, 1), dpi=96)
    FigureCanvasAgg(figure)
    with matplotlib.rc_context(_picture.STYLE):
        for line in lines:
            said = figure.text(0.02, 0.5, line)
            assert said.get_window_extent().x1 <= _picture.WIDTH
    assert _picture._lines("short") == ["short"]


@pytest.mark.parametrize(
    ("near", "side", "below"),
    [
        ([(0.1, 0.5), (0.2, 0.5), (0.3, 0.51)], "center", False),  # nearly level
        ([(0.1, 0.9), (0.2, 0.5), (0.3, 0.1)], "left", False),  # falls: on its right, above
        ([(0.1, 0.1), (0.2, 0.5), (0.3, 0.9)], "left", True),  # rises: on its right, below
        ([(0.85, 0.9), (0.9, 0.5), (0.95, 0.1)], "right", True),  # no room on the right
        ([(0.85, 0.1), (0.9, 0.5), (0.95, 0.9)], "right", False),
    ],
)
def test_a_label_stands_beside_a_steep_line(near: Any, side: str, below: bool) -> None:
    anchor, (across, up) = _picture._beside(np.array(near))
    assert anchor == side and (up < 0) == below
    assert across == {"center": 0, "left": 4, "right": -4}[side]
