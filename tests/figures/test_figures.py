"""Figures: the grid, rounding, packing, what is refused and how, and what a notebook stores."""

import base64
import json
import struct
import subprocess
import sys
from typing import Any

import figure_demos as demo
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from nnlib.figures import (
    Area,
    Arrow,
    Axis,
    Band,
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
    Points,
    Region,
    Rule,
    Slider,
    Text,
    number,
    on_simplex,
)
from nnlib.figures._frames import pack, rounded
from nnlib.figures._progress import Progress

ALT = "Stems that fall with age."


def figure(frame: Any, **more: Any) -> MovingFigure:
    """A figure of one panel from 0 to 1 with one slider of three values."""
    given = {"g": Slider([1, 2, 3]), "x": ("x", 0, 1), "y": ("y", 0, 1), "alt": ALT}
    return MovingFigure(frame, **given | more)


def unpacked(fig: MovingFigure) -> list[list[dict[str, Any]]]:
    """What the page's script makes of the packed frames."""
    data = json.loads(fig.canvas.frames)
    shapes = [
        dict(zip(data["fields"][names], (data["values"][k] for k in parts), strict=True))
        for names, *parts in data["shapes"]
    ]
    return [[shapes[k] for k in frame] for frame in data["frames"]]


# ------------------------------------------------------------------ numbers and frames


def test_every_combination_is_computed_the_last_control_fastest() -> None:
    fig = figure(
        lambda g, k: [Points([g / 10], [k / 10])], k=Choice({"low": 1, "high": 5}, value=5)
    )
    places = [(frame[0]["x"][0], frame[0]["y"][0]) for frame in unpacked(fig)]
    assert places == [(0.1, 0.1), (0.1, 0.5), (0.2, 0.1), (0.2, 0.5), (0.3, 0.1), (0.3, 0.5)]
    assert (fig.canvas.i0, fig.canvas.i1) == (0, 1)
    assert fig.canvas.spec["sizes"] == [3, 2]


def test_numbers_keep_four_significant_digits_and_a_hundred_thousandth_of_the_axis() -> None:
    assert rounded([123456.0, 1.23456789, [-0.000123456, 0.0]]) == [123500, 1.235, [-0.0001235, 0]]
    assert rounded([0.00123456, 1e-9], 5) == [0.00123, 0]
    drawn = figure(lambda g: [Points([1 / 3], [1e-7])]).marks()[0]
    assert (drawn["x"], drawn["y"]) == ([0.3333], [0])


def test_a_logarithmic_axis_keeps_small_numbers() -> None:
    fig = figure(lambda g: [Points([0.5], [1.23456e-9])], y=Axis("y", 1e-12, 1, log=True))
    assert fig.marks()[0]["y"] == [1.235e-9]


def test_what_is_stored_is_what_the_frame_gave_to_the_last_kept_digit() -> None:
    fig = demo.weights()
    frames = unpacked(fig)
    for i, t in ((3, 1), (16, 60), (13, 40)):
        given = demo.weights_frame(demo.GAMMAS[i], t)[0].height
        stored = frames[i * 60 + t - 1][0]["dy"]  # of stems from 0
        np.testing.assert_allclose(stored, given, rtol=5e-4, atol=5e-6)
        assert stored == fig.marks(gamma=demo.GAMMAS[i], t=t)[0]["height"]


def test_what_repeats_is_stored_once() -> None:
    x = list(range(50))
    fig = figure(lambda g: [Line(x, [0.5] * 50), Rule(x=g / 4)], x=("x", 0, 50))
    data = json.loads(fig.canvas.frames)
    assert len(data["shapes"]) == 1 + 3
    assert data["values"].count(x) == 1
    assert [frame[0] for frame in data["frames"]] == [0, 0, 0]


def test_large_grids_stay_small() -> None:
    assert len(demo.weights().canvas.frames) < 400_000  # 17 × 60 frames of 60 numbers
    assert len(demo.simplex().canvas.frames) < 250_000  # 13 × 13 × 13 frames


def test_every_mark_is_stored_and_pictured() -> None:
    marks = [
        Bars([0.1, 0.2], [0.5, 0.4], labels=["a", "b"], color=["blue", "red"]),
        Bars([0.4], [0.2], stems=True),
        Line([0, 0.5, 1], [0, 1, 0], label="line", label_at=0.5, dashed=True),
        Points([0.5], [0.5], labels=["here"], hollow=True),
        Rule(x=0.3, label="upright"),
        Rule(y=0.3, label="level", dashed=False),
        Band(x=(0.1, 0.2), label="band"),
        Band(y=(0.1, 0.2)),
        Area([0, 1], [0.1, 0.2], [0.2, 0.5], label="area"),
        Region([0, 1, 0.5], [0, 0, 1], label="region"),
        Arrow(0.1, 0.1, 0.3, 0.2, label="step"),
        Text(0.5, 0.9, "words", bold=True),
        Heat([[0.2, -0.4], [1.0, 0.0]], (0, 1), (0, 1), negative="orange", labels=[["a", "b"]] * 2),
        Heat([[0, 1]], (0, 1), (0, 1), palette=("blue", "red")),
        Box(0.2, 0.8, "x", below="1", choose=("node", "b"), strong=True),
        Box(0.8, 0.8, "y", name="out"),
        Edge("x", "out", label="dy", back=True, bend=12),
        Card("Node x", [("rule", "y = x²"), ("code", "`y = x * x`")]),
        Note("one", "two"),
    ]
    fig = figure(lambda g, node: marks, node=Choice(["a", "b"]))
    kinds = [mark["kind"] for mark in fig.marks()]
    assert kinds == [type(mark).__name__.lower() for mark in marks]
    drawn = unpacked(fig)[0]
    assert [shape["kind"] for shape in drawn] == (
        ["rectangles", "segments", "path", "dots", "segments", "segments", "rectangles"]
        + ["rectangles", "path", "path", "segments", "text", "cells", "cells", "box", "box"]
        + ["edge", "card", "note"]
    )
    assert drawn[14]["choose"] == [1, 1]
    assert drawn == fig.shapes()
    assert fig.canvas.spec["notes"] == ["one", "two"]
    assert len(fig.canvas.spec["cards"]) == 1
    alone = figure(lambda g: [Note("nothing drawn")])
    assert len(fig.picture()) > len(alone.picture()) + 5000


def test_a_box_sets_the_option_it_names() -> None:
    choice = Choice({"first": 10, "second": 20, "third": 30})
    fig = figure(lambda g, node: [Box(0.5, 0.5, "x", choose=("node", 30))], node=choice)
    assert fig.marks()[0]["choose"] == [1, 2]


def test_each_number_is_rounded_by_its_own_axis() -> None:
    wide = figure(lambda g: [Arrow(0.123456, 0.123456, 0.123456, 0.123456)], x=("x", 0, 1000))
    (arrow,) = wide.marks()
    assert (arrow["x"], arrow["dx"]) == (0.12, 0.12)
    assert (arrow["y"], arrow["dy"]) == (0.1235, 0.1235)


def test_a_growing_path_is_stored_once() -> None:
    path = [0.0, 0.25, 0.5]
    fig = figure(lambda g: [Line(path, path, shown=g, label="path"), Points(path, path, shown=g)])
    assert [frame[0]["shown"] for frame in unpacked(fig)] == [1, 2, 3]
    assert json.loads(fig.canvas.frames)["values"].count(path) == 1
    pictures = [figure(lambda g, k=k: [Line(path, path, shown=k)]).picture() for k in range(4)]
    assert pictures[3] != pictures[2] != pictures[1]


def test_formulas_on_cards_are_kept_and_pictured_as_characters() -> None:
    formula = "<math><mi>y</mi><mo>=</mo><msup><mi>x</mi><mn>2</mn></msup></math>"
    fig = figure(lambda g: [Card("Node", [("rule", formula)])])
    assert fig.marks()[0]["rows"] == [["rule", formula]]
    assert len(fig.picture()) > 1000


def test_room_is_kept_for_the_longest_words() -> None:
    fig = figure(lambda g: [Note("n" * int(g)), Card("t", [("a", "b" * int(g))])])
    assert fig.canvas.spec["notes"] == ["nnn"]
    assert figure(lambda g: [Note("n" * (4 - g), "m")]).canvas.spec["notes"] == ["nnn", "m"]
    assert [card[0]["rows"][0][1] for card in fig.canvas.spec["cards"]] == ["bbb", "bb", "b"]


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            lambda g: [Bars([0, 1], [g, np.nan])],
            r"frame\(g=1\): Bars.height has nan at index 1; expected finite",
        ),
        (lambda g: [Rule(x=np.inf)], r"Rule.x has inf; expected finite"),
        (lambda g: [Line([0, 1], [0.5])], r"Line came with lengths x 2, y 1; expected equal"),
        (
            lambda g: [Bars([0, 1], [1, 1], labels=["a"])],
            r"Bars came with lengths x 2, height 2, l",
        ),
        (lambda g: [Points(0.5, 0.5)], r"Points.x came as one number; expected a sequence"),
        (lambda g: [Points(["a"], [0])], r"Points.x came as \['a'\]; expected real numbers"),
        (lambda g: [Rule(x=1, y=1)], r"Rule: x and y came both or neither"),
        (lambda g: [Text(0, 0, "a", color="pink")], r"Text.color came as 'pink'; expected one of"),
        (lambda g: [Text(0, 0, "a", panel=1)], r"Text: panel came as 1; expected 0 to 0"),
        (lambda g: [Edge("a", "b")], r"Edge from 'a' to 'b'; expected names of boxes"),
        (
            lambda g: [Box(0, 0, "a"), Edge("a", "b")],
            r"Edge from 'a' to 'b'; expected names of box",
        ),
        (lambda g: [Box(0, 0, "a", choose=("g", 9))], r"Box.choose came as \('g', 9\); expected"),
        (
            lambda g: [Heat([[0.5, 1], [1, 1]], (0, 1), (0, 1), palette=("blue", "red"))],
            r"Heat.values has 0.5; expected whole numbers from 0 to 1",
        ),
        (lambda g: [Heat([0.5, 1], (0, 1), (0, 1))], r"Heat.values came with shape \(2,\)"),
        (
            lambda g: [Heat([[0.5, 1]], (0, 1), (0, 1), labels=[["a"]])],
            r"Heat.labels came with shape \(1, 1\); expected \(1, 2\)",
        ),
        (lambda g: [Card("x", [("rule", "a", "b")])], r"Card.rows has .*; expected \(term, text\)"),
        (lambda g: [Card("x", [("rule", "<math><mi>x</math>")])], r"Card: .* is no MathML"),
        (lambda g: [Card("x", [("rule", "<math><script/></math>")])], r"not MathML"),
    ],
)
def test_a_frame_that_cannot_be_drawn_is_refused(frame: Any, message: str) -> None:
    with pytest.raises(FrameError, match=message):
        figure(frame)


def test_what_is_no_mark_is_refused() -> None:
    with pytest.raises(TypeError, match=r"frame\(g=1\) returned 'bars' among its marks; expected"):
        figure(lambda g: ["bars"])
    with pytest.raises(TypeError, match=r"frame\(g=1\) returned NoneType; expected a list"):
        figure(lambda g: None)


def marks_none(**values: float) -> list[Any]:
    return []


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: figure(marks_none, alt=""), ValueError, "alt came as ''; expected a sentence"),
        (
            lambda: figure(marks_none, g=Slider([1, 2], value=1.5)),
            ValueError,
            "g: value came as 1.5, which is not in its grid; expected one of 1, 2",
        ),
        (lambda: figure(marks_none, g=3), TypeError, "g came as 3; expected a Slider or Choice"),
        (
            lambda: MovingFigure(marks_none, x=(0, 1), y=(0, 1), alt=ALT),
            ValueError,
            "0 controls came; expected 1 to 6",
        ),
        (
            lambda: figure(marks_none, g=Slider(range(100)), h=Slider(range(100))),
            ValueError,
            "g 100 × h 100 = 10000 frames; expected at most 6000",
        ),
        (lambda: figure(marks_none, x="age"), TypeError, "x came as 'age'; expected an Axis"),
        (
            lambda: figure(marks_none, panels=[Panel((0, 1), (0, 1))]),
            TypeError,
            "x and y came together with panels",
        ),
        (lambda: figure(marks_none, x=None, y=None, panels=[1]), TypeError, "panels holds 1"),
        (lambda: figure(marks_none, x=None, y=None, panels=[]), ValueError, "panels came empty"),
        (lambda: Slider([1]), ValueError, "values came with 1 entries; expected two or more"),
        (lambda: Slider([1, 3, 2]), ValueError, "expected rising numbers"),
        (lambda: Slider([1, 1, 2]), ValueError, "expected rising numbers"),
        (lambda: Slider([1, float("nan")]), ValueError, "expected finite numbers"),
        (lambda: Choice(["a"]), ValueError, "options came with 1 entries"),
        (lambda: Choice([("a", 1), ("a", 2)]), ValueError, "expected different words"),
        (lambda: Axis("x", 1, 1), ValueError, "expected finite numbers with low < high"),
        (lambda: Axis("x", 0, 1, log=True), ValueError, "expected low > 0"),
        (lambda: on_simplex([0.5, 0.5]), ValueError, r"shape \(2,\); expected \(..., 3\)"),
        (lambda: figure(marks_none).marks(q=1), TypeError, r"marks\(\) got q; expected g"),
    ],
)
def test_a_bad_call_names_what_came_and_what_was_expected(
    call: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call()


def test_too_many_numbers_are_refused() -> None:
    frame = [{"kind": "points", "x": list(range(10**6, 10**6 + 400_000))}]
    with pytest.raises(ValueError, match=r"frames came to 3,\d+,\d+ characters; expected at most"):
        pack([frame])


# ------------------------------------------------------------------ what a notebook stores


def test_the_widgets_are_standard_and_joined_on_the_page() -> None:
    import ipywidgets
    from ipywidgets.widgets.widget import _instances

    fig = demo.weights()
    canvas, slider, row, caption = fig.children
    assert fig.get_state()["_model_name"] == "VBoxModel"
    assert isinstance(slider, ipywidgets.SelectionSlider)
    assert (slider.description, slider.label) == ("γ", "0.89")
    assert [type(child).__name__ for child in row.children] == ["SelectionSlider", "Play"]
    assert "nnf-caption" in caption._dom_classes
    links = [w for w in _instances.values() if type(w).__name__ == "Link"]
    joined = [(w.source, w.target) for w in links if w.target[0] in (canvas, row.children[0])]
    assert joined == [
        ((slider, "index"), (canvas, "i0")),
        ((row.children[0], "index"), (canvas, "i1")),
        ((row.children[1], "value"), (row.children[0], "index")),
    ]


def test_the_bundle_has_a_view_a_picture_and_fixed_words() -> None:
    fig = demo.heat()
    data, metadata = fig._repr_mimebundle_()
    assert data["text/plain"] == f"Figure: {fig.alt}"
    view = {"version_major": 2, "version_minor": 0, "model_id": fig.model_id}
    assert data["application/vnd.jupyter.widget-view+json"] == view
    png = base64.b64decode(data["image/png"])
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (1440, 440)
    assert len(png) > 10_000
    assert metadata["image/png"] == {"alt": fig.alt, "width": 720}
    assert fig.picture() == png


def run_notebook(source: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    NotebookClient(notebook, timeout=60).execute()
    return notebook


def test_a_second_run_of_a_notebook_stores_the_same() -> None:
    source = (
        "from nnlib.figures import *\n"
        "MovingFigure(lambda g: [Points([g], [g]), Note('x̂ ∂L ∑')], g=Slider([1, 2], play=True),\n"
        "             panels=[Panel(('x', 0, 3), ('y', 0, 3), title='Point')],\n"
        "             alt='A point that moves upward.')"
    )
    one, two = run_notebook(source), run_notebook(source)
    assert one.cells[0].outputs == two.cells[0].outputs
    assert len(one.cells[0].outputs) == 1
    assert one.metadata.widgets == two.metadata.widgets


def test_nothing_numeric_imports_the_figures() -> None:
    code = "import nnlib, sys; print([m for m in sys.modules if 'widget' in m or 'figures' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ------------------------------------------------------------------ small helpers


def test_numbers_are_written_for_readers() -> None:
    assert [number(v) for v in (0, -0.5, 0.123456, 1234.5, 1e-7, -2.5e9)] == [
        "0", "−0.5", "0.123", "1234", "1×10⁻⁷", "−2.5×10⁹",
    ]  # fmt: skip


def test_numbers_at_the_edge_of_their_digits() -> None:
    assert [number(v) for v in (999.6, 100.4, 1e10, -3e-12)] == [
        "1000",
        "100",
        "1×10¹⁰",
        "−3×10⁻¹²",
    ]


def test_a_slider_tells_its_values_apart() -> None:
    assert Slider([0.9, 0.99, 0.999, 0.9999, 0.99991]).labels[-2:] == ["0.9999", "0.99991"]
    assert Slider([0.1 + 0.2, 1, 1234, 123456]).labels == ["0.3", "1", "1234", "123456"]
    assert Slider([1, 2], format=lambda v: f"{v} steps").labels == ["1 steps", "2 steps"]


def test_corners_and_middle_of_the_simplex() -> None:
    x, y = on_simplex([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1 / 3, 1 / 3, 1 / 3]])
    np.testing.assert_allclose(x, [0, 1, 0.5, 0.5])
    np.testing.assert_allclose(y, [0, 0, np.sqrt(3) / 2, np.sqrt(3) / 6])


def test_choices_are_buttons_when_few_and_a_menu_when_many() -> None:
    fig = demo.graph()
    assert [type(child).__name__ for child in fig.children[1:3]] == ["Dropdown", "ToggleButtons"]


def test_the_author_may_decide_on_buttons_or_a_menu() -> None:
    assert Choice(["a", "b"], menu=True).menu and not Choice(list("abcdefg"), menu=False).menu
    assert Choice(list("abcde")).menu and not Choice(list("abcd")).menu


def test_progress_speaks_only_when_it_takes_long_and_a_reader_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for patience, notebook, said in ((2.0, True, False), (-1.0, False, False), (-1.0, True, True)):
        with Progress(2, patience) as progress:
            progress.notebook = notebook
            progress.shown -= 1
            progress.advance()
        assert ("computing frame 1 of 2" in capsys.readouterr().out) == said


def test_progress_leaves_no_trace_in_a_notebook_that_is_run_by_a_program() -> None:
    source = (
        "import time\n"
        "from nnlib.figures import _progress\n"
        "with _progress.Progress(2, patience=-1) as progress:\n"
        "    time.sleep(0.6)\n"
        "    progress.advance()"
    )
    assert run_notebook(source).cells[0].outputs == []
