"""What a still picture consists of, as plain data; tests/figures/test_picture.py compares it.

``python tests/figures/figure_facts.py`` records it anew in golden/pictures.json, for a change of
the look that is meant.
"""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any
from unittest import mock

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.text import Annotation, Text

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
    Heat,
    Line,
    MovingFigure,
    Note,
    Panel,
    Points,
    Region,
    Rule,
    Slider,
    View,
    _picture,
)
from nnlib.figures import Text as Words

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "pictures.json"

PATH = {"x": [0.1, 0.4, 0.6, 0.9], "y": [0.2, 0.8, 0.3, 0.5]}
MATH = "<math><mi>y</mi><mo>=</mo><mi>x</mi></math>"
CASES: dict[str, list[Any]] = {
    "bars": [Bars([0.2, 0.4], [0.5, 0.3], base=0.1, width=0.1, labels=["a", "b"], color="green")],
    "bars of their own colors": [Bars([0.2, 0.4], [0.5, 0.3], color=["blue", "red"])],
    "stems": [Bars([0.2, 0.4], [0.5, 0.3], base=0.1, stems=True, labels=["a", "b"])],
    "line": [Line(**PATH, label="end")],
    "dashed line with its label at the start": [
        Line(**PATH, dashed=True, width=3, color="red", label="start", label_at=0.05)
    ],
    "label near an end": [Line(**PATH, label="near", label_at=0.9), Line(**PATH, label_at=0.1, label="far")],
    "line with its label between points": [Line(**PATH, label="middle", label_at=0.5)],
    "growing line": [Line(**PATH, shown=2, label="so far"), Line(**PATH, shown=0, label="none")],
    "points": [Points(**PATH, labels=list("abcd"), size=5)],
    "hollow points": [Points(**PATH, hollow=True, color="ink", shown=3, labels=list("abcd"))],
    "rules": [Rule(x=0.3, label="one"), Rule(x=0.4, label="two", color="red"), Rule(x=0.5, dashed=False)],
    "level rules": [Rule(y=0.3, label="level"), Rule(y=0.4, dashed=False, color="blue")],
    "bands": [Band(x=(0.1, 0.3), label="upright"), Band(y=(0.2, 0.3), label="level", color="red")],
    "area": [Area([0.1, 0.5, 0.9], [0.1, 0.2, 0.3], [0.4, 0.6, 0.5], label="between")],
    "region": [Region([0.1, 0.9, 0.5], [0.1, 0.1, 0.7], label="inside", color="purple")],
    "region without an outline": [Region([0.1, 0.9, 0.5], [0.1, 0.1, 0.7], outline=False, fill=0.3)],
    "arrows": [Arrow(0.1, 0.1, 0.3, 0.2, label="right"), Arrow(0.9, 0.9, -0.3, 0.0, label="left", width=4),
               Arrow(0.5, 0.5, 0.0, 0.2, label="up")],
    "a row of arrows": [
        Arrow([0.1, 0.9], [0.1, 0.9], [0.2, -0.3], [0.3, -0.1], label="first"),
        Arrow([0.2, 0.4], [0.5, 0.5], [0.1, 0.1], [0.0, 0.1], shown=1),
    ],
    "a part of the axes": [View(x=(0.2, 0.7), y=(0, 0.5)), Points([0.3], [0.4])],
    "texts": [Words(0.1, 0.2, "a", anchor="start"), Words(0.5, 0.2, "b", bold=True, color="red"),
              Words(0.9, 0.2, "c", anchor="end")],
    "heat": [Heat([[0.2, -0.5], [1.5, 0.0]], (0.2, 0.8), (0.1, 0.9), labels=[["a", "b"], ["c", "d"]])],
    "heat with a color below zero": [
        Heat([[0.2, -0.5, 3.0]], (0, 1), (0, 1), low=0.1, high=2.1, negative="orange", color="green")
    ],
    "palette": [Heat([[0, 1], [2, 0]], (0, 1), (0, 1), palette=("blue", "red", "grey"))],
    "graph": [
        Box(0.2, 0.8, "x", below="1.5"), Box(0.8, 0.2, "y", name="out", strong=True, color="green"),
        Edge("x", "out", label="slope"), Edge("out", "x", back=True, bend=30, width=3, color="orange"),
    ],
    "cards and notes": [
        Card("Node x", [("rule", MATH), ("code", "`y = x`, then `z`")]), Card("", [("value", "3")]), Note("one", "two"),
    ],
    "second panel": [Points([0.5], [0.5], panel=1), Points([1.0], [0.5], panel=1)],
}  # fmt: skip

PANELS: dict[str, list[Panel]] = {
    "second panel": [
        Panel((0, 1), ("up", 0, 1), title="first", share=2),
        Panel(Axis("n", 1, 100, log=True, ticks=[1, (10, "ten"), 100]), ("", 0.1, 1), title="second"),
        Panel((0, 1), (0, 2), axes=False, equal=True, title="third"),
    ],
    "cards and notes": [Panel((0, 1), (0, 1), share=1.5)],
}  # fmt: skip
ONE = [Panel(("across", 0, 1), ("up", 0, 1))]


def figure_of(case: str) -> MovingFigure:
    return MovingFigure(
        lambda g, node: CASES[case], panels=PANELS.get(case, ONE), height=300,
        g=Slider([1, 2]), node=Choice(["a", "b"]), alt="A picture of this case.",
    )  # fmt: skip


def matplotlib_figure(figure: MovingFigure) -> Figure:
    """What its still picture is drawn from."""
    made: list[Figure] = []

    class Kept(Figure):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            made.append(self)

    with mock.patch.object(_picture, "Figure", Kept):
        figure.picture()
    return made[0]


def drawn(case: str) -> dict[str, Any]:
    """The facts of the picture that `_picture.draw` makes."""
    figure = matplotlib_figure(figure_of(case))
    return _plain(
        {
            "pixels": (figure.get_size_inches() * figure.dpi),
            "page": figure.patch.get_alpha(),
            "notes": [_text(t) for t in figure.texts],
            "widths": figure.axes[0].get_gridspec().get_width_ratios(),
            "axes": [_axes(ax) for ax in figure.axes],
        }
    )


def _axes(ax: Axes) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "marks": [_mark(child) for child in ax.get_children() if _drawn(child, ax)]
    }
    if not ax.axison:
        return facts | {"title": _text(ax._left_title), "aspect": ax.get_aspect()}
    return facts | {
        "title": _text(ax._left_title),
        "raised": ax.titleOffsetTrans.get_matrix()[1, 2],
        "paper": ax.patch.get_alpha(),
        "limits": [ax.get_xlim(), ax.get_ylim()],
        "scales": [ax.get_xscale(), ax.get_yscale(), ax.get_aspect()],
        "spines": {s: [v.get_visible(), v.get_linewidth(), v.get_edgecolor()] for s, v in ax.spines.items()},
        "below": ax.get_axisbelow(),
        "xlabel": [_text(ax.xaxis.label), ax.xaxis.label.get_position()[0]],
        "ticks": [[(t.get_text(), t.get_color(), t.get_fontsize()) for t in axis.get_ticklabels()]
                  for axis in (ax.xaxis, ax.yaxis)],
        "minor": [len(ax.xaxis.get_minorticklocs()), len(ax.yaxis.get_minorticklocs())],
        "marks of ticks": [[t.tick1line.get_markersize(), t.tick1line.get_markeredgewidth()]
                           for t in (ax.xaxis.get_major_ticks()[0], ax.yaxis.get_major_ticks()[0])],
        "grid": [[g.get_visible(), g.get_color(), g.get_linewidth()]
                 for g in (ax.xaxis.get_gridlines()[0], ax.yaxis.get_gridlines()[0])],
    }  # fmt: skip


def _drawn(child: Any, ax: Axes) -> bool:
    kinds = (Line2D, Collection, Patch, Text)
    titles = (ax.title, ax._left_title, ax._right_title, ax.patch)
    return isinstance(child, kinds) and child not in titles and child not in ax.spines.values()


def _mark(artist: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": type(artist).__name__, "alpha": artist.get_alpha()}
    if isinstance(artist, Line2D):
        facts |= {"x": artist.get_xdata(), "y": artist.get_ydata(), "color": artist.get_color(),
                  "width": artist.get_linewidth(), "dash": artist._unscaled_dash_pattern}  # fmt: skip
    elif isinstance(artist, Collection):
        facts |= {"faces": artist.get_facecolor(), "edges": artist.get_edgecolor(),
                  "widths": artist.get_linewidth(), "offsets": artist.get_offsets(),
                  "paths": [path.vertices for path in artist.get_paths()]}  # fmt: skip
        if hasattr(artist, "get_sizes"):
            facts["sizes"] = artist.get_sizes()
    elif isinstance(artist, Text):
        facts |= _text(artist)
    else:
        facts |= _patch(artist)
    return facts


def _text(text: Text) -> dict[str, Any]:
    facts = {
        "text": text.get_text(), "at": text.get_position(), "color": text.get_color(),
        "size": text.get_fontsize(), "weight": text.get_fontweight(),
        "side": [text.get_ha(), text.get_va()], "wrap": text.get_wrap(),
    }  # fmt: skip
    if isinstance(text, Annotation):
        of = text.xycoords if isinstance(text.xycoords, str) else "blended"
        facts |= {"points at": text.xy, "of": of, "clipped": text.get_annotation_clip()}
        if text.arrow_patch is not None:
            facts["arrow"] = _patch(text.arrow_patch)
    if text.get_bbox_patch() is not None:
        facts["box"] = _patch(text.get_bbox_patch()) | {
            "pad": text.get_bbox_patch().get_boxstyle().pad
        }
    return facts


def _patch(patch: Patch) -> dict[str, Any]:
    facts = {
        "kind": type(patch).__name__, "face": patch.get_facecolor(), "edge": patch.get_edgecolor(),
        "width": patch.get_linewidth(), "alpha": patch.get_alpha(), "dash": patch.get_linestyle(),
    }  # fmt: skip
    if isinstance(patch, FancyArrowPatch):
        bow = getattr(patch.get_connectionstyle(), "rad", None)
        facts |= {"shrink": [patch.shrinkA, patch.shrinkB], "head": patch.get_mutation_scale(), "bow": bow,
                  "joins": [patch.patchA is not None, patch.patchB is not None]}  # fmt: skip
    elif hasattr(patch, "get_xy"):
        corners = patch.get_path().vertices
        facts["corners"] = patch.get_patch_transform().transform(corners)
    return facts


def _plain(value: Any) -> Any:
    """As JSON would give it back, numbers to four digits."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        value = np.ma.getdata(value).tolist()
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float | np.floating):
        return float(f"{value:.4g}")
    return value if isinstance(value, str | bool | int | type(None)) else str(value)


def stored(case: str) -> list[dict[str, Any]]:
    """The marks of a case, rounded."""
    return json.loads(json.dumps(figure_of(case).marks()))


def facts_of(case: str) -> dict[str, Any]:
    shapes = json.loads(json.dumps(figure_of(case).shapes()))
    return {"stored": stored(case), "shapes": shapes, "drawn": drawn(case)}


if __name__ == "__main__":
    sys.path.append(str(GOLDEN.parent))
    import readable

    readable.write(GOLDEN, {case: facts_of(case) for case in CASES})
    print(f"{len(CASES)} pictures recorded")
