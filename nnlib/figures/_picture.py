"""The still picture of one frame, drawn with matplotlib from the same shapes as the page's."""

import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection, QuadMesh
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Polygon
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from nnlib.figures._controls import Axis, Panel
from nnlib.figures._shapes import Shape

WIDTH = 720
"""Pixels at scale 1; the picture is drawn at twice that."""

POINT = 0.75
"""Points of type in a pixel at scale 1."""

TIP = 3
"""Radius of the dot at the tip of a line, in pixels."""

# Tones that stand out on white as on black, because a picture does not know its page.
INK, FAINT = "#767b82", "#8f959c40"
TONES = {
    "blue": "#2f86cc",
    "orange": "#d86c22",
    "green": "#1b9a76",
    "purple": "#b06bb5",
    "red": "#d6504a",
    "ink": INK,
    "grey": "#8f959c",
}
EVEN = 0.179
"""On a color of this luminance black and white words stand out alike."""

STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.hashsalt": "nnlib",
}


def draw(shapes: Sequence[Shape], panels: Sequence[Panel], height: int) -> bytes:
    """The shapes (as ``MovingFigure.shapes`` gives them) as a PNG with a clear background."""
    cards = [shape for shape in shapes if shape["kind"] == "card"]
    said = [text for shape in shapes if shape["kind"] == "note" for text in shape["lines"]]
    notes = [line for text in said for line in _lines(text)]
    shares = [panel.share for panel in panels] + [0.55 * sum(p.share for p in panels)] * bool(cards)
    room = 18 * len(notes)
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a rare sign may be an empty box
        figure = Figure(figsize=(WIDTH / 96, (height + room) / 96), dpi=192, layout="constrained")
        FigureCanvasAgg(figure)
        figure.patch.set_alpha(0)
        areas = figure.subplots(1, len(shares), squeeze=False, width_ratios=shares)[0]
        for k, panel in enumerate(panels):
            _panel(areas[k], panel, [shape for shape in shapes if shape.get("panel", 0) == k])
        if cards:
            _cards(areas[-1], cards)
        if notes:
            figure.supxlabel("\n".join(notes), x=0.02, ha="left", fontsize=9)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _lines(text: str) -> list[str]:
    """A note in lines that fit into the picture, broken between words."""
    font, lines = FontProperties(family=STYLE["font.family"], size=STYLE["font.size"]), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        width, _, _ = text_to_path.get_text_width_height_descent(longer, font, ismath=False)
        if lines[-1] and width > 0.95 * WIDTH * POINT:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _panel(ax: Axes, panel: Panel, shapes: Sequence[Shape]) -> None:
    ax.patch.set_alpha(0)
    above = 22 if panel.axes and panel.y.label else 6
    ax.set_title(panel.title, loc="left", fontsize=10, fontweight="bold", pad=above)
    view = next((shape for shape in shapes if shape["kind"] == "view"), {})
    for which, axis in (("x", panel.x), ("y", panel.y)):
        low, high = view.get(which, (axis.low, axis.high))
        ax.set(**{f"{which}scale": "log" if axis.log else "linear"})
        ax.set(**{f"{which}lim": (low, high)}, autoscale_on=False)
        _ticks(ax, which, axis, low, high)
    if panel.axes:
        _axes(ax, panel)
    else:
        ax.set_axis_off()
    if panel.equal:
        ax.set_aspect("equal")
    boxes = {s.get("name") or s.get("words"): _box(ax, s) for s in shapes if s["kind"] == "box"}
    for shape in shapes:
        if shape["kind"] == "edge":
            _edge(ax, shape, boxes[shape["start"]], boxes[shape["end"]])
        elif shape["kind"] in _DRAW:
            _DRAW[shape["kind"]](ax, shape)


def _axes(ax: Axes, panel: Panel) -> None:
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_linewidth(0.8)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", width=0.8, length=3)
    ax.grid(axis="y", color=FAINT, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.set_xlabel(panel.x.label, loc="right")
    _label(ax, panel.y.label, (0, 1), (0, 7), xycoords="axes fraction", ha="left")


def _ticks(ax: Axes, which: str, axis: Axis, low: float, high: float) -> None:
    """The axis's own ticks, those that are seen; with fewer than two seen, matplotlib's."""
    pairs = [tick if isinstance(tick, tuple) else (tick, f"{tick:g}") for tick in axis.ticks or ()]
    seen = [(value, words) for value, words in pairs if low <= value <= high]
    if len(seen) > 1 or (seen and len(seen) == len(pairs)):
        values, words = zip(*seen, strict=True)
        getattr(ax, f"set_{which}ticks")(values, words)
        getattr(ax, f"{which}axis").set_minor_locator(matplotlib.ticker.NullLocator())


# ------------------------------------------------------------------ shapes


def _tones(color: Any, opacity: float = 1) -> list[Any]:
    """The tones of one color name or of several."""
    return [
        to_rgba(TONES[name], opacity) for name in ([color] if isinstance(color, str) else color)
    ]


def _dash(s: Shape) -> Any:
    return (0, (4, 3)) if s.get("dashed") else "solid"


def _points(s: Shape) -> np.ndarray:
    """The points that a shape shows, of shape (n, 2)."""
    return np.column_stack([s["x"], s["y"]])[: s.get("shown")]


def _path(ax: Axes, s: Shape) -> None:
    tone, line = TONES[s["color"]], _points(s)
    style = {"linewidth": POINT * s["width"], "linestyle": _dash(s)}
    if "fill" in s:
        behind = _points(s | {"y": s["back"]})[::-1] if "back" in s else line[:0]
        edge, face = tone if s["width"] else "none", to_rgba(tone, s["fill"])
        ax.add_patch(Polygon(np.vstack([line, behind]), facecolor=face, edgecolor=edge, **style))
    else:
        ax.plot(*line.T, color=tone, **style)
    if not len(line):
        return
    if "at" not in s:
        _label(ax, s.get("words"), line.mean(axis=0), (0, -3))
        return
    ways = [np.clip(s["at"] + step, 0, 1) * (len(line) - 1) for step in (-0.02, 0, 0.02)]
    near = np.column_stack([np.interp(ways, range(len(line)), way) for way in line.T])
    side, offset = _beside(ax.transAxes.inverted().transform(ax.transData.transform(near)))
    if s["at"] > 0.9 or s["at"] < 0.1:
        side = "right" if s["at"] > 0.9 else "left"
    _label(ax, s.get("words"), near[1], offset, ha=side, color=tone, fontweight="bold")


def _beside(near: np.ndarray) -> tuple[str, tuple[float, float]]:
    """Where a steep line's label stands clear of it: its anchor, and how it is moved.

    Args:
        near: the line before, at and after the label, in shares of the panel, of shape (3, 2).
    """
    run, rise = near[2] - near[0]
    if abs(rise) < 0.5 * abs(run):
        return "center", (0, 5)
    falls, right = run * rise < 0, near[1, 0] < 0.8
    return ("left" if right else "right"), (4 if right else -4, 2 if falls == right else -9)


def _dots(ax: Axes, s: Shape) -> None:
    points, tones = _points(s), _tones(s["color"])
    face = "none" if s.get("hollow") else tones
    ax.scatter(*points.T, s=2 * s["size"] ** 2, facecolor=face, edgecolor=tones)
    for words, point in zip(s.get("words", ()), points, strict=False):
        _label(ax, words, point, (s["size"] + 2, -3), ha="left")


def _rectangles(ax: Axes, s: Shape) -> None:
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    left, right = s.get("left", left), s.get("right", right)
    low, high = s.get("low", low), s.get("high", high)
    sides = np.broadcast_arrays(left, low, right, low, right, high, left, high)
    corners = np.stack(sides, axis=-1).reshape(-1, 4, 2)
    faces = _tones(s["color"], s.get("fill", 1))
    ax.add_collection(PolyCollection(corners, facecolor=faces, linewidth=0))
    _above(ax, s, corners)
    if isinstance(s.get("words"), str):
        corner = corners[0, :, 0].min(), corners[0, :, 1].max()
        _label(ax, s["words"], corner, (3, -10), ha="left")


def _segments(ax: Axes, s: Shape) -> None:
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    x, y = s.get("x", x0), s.get("y", y0)
    ends = (np.add(x, s.get("dx", x1 - x0)), np.add(y, s.get("dy", y1 - y0)))
    lines = np.stack(np.broadcast_arrays(x, y, *ends), axis=-1).reshape(-1, 2, 2)
    lines, tones = lines[: s.get("shown")], _tones(s["color"])
    if s.get("tip") == "arrow":
        _arrows(ax, s, lines)
    else:
        style = {"linewidth": POINT * s["width"], "linestyle": _dash(s)}
        ax.add_collection(LineCollection(lines, colors=tones, **style))
    if s.get("tip") == "dot":
        ax.scatter(*lines[:, 1].T, s=2 * TIP**2, color=tones)
    _above(ax, s, lines)
    if isinstance(s.get("words"), str) and len(lines):
        place = _ahead if "x" in s and "y" in s else _at_end
        place(ax, s, *lines[0])


def _arrows(ax: Axes, s: Shape, lines: np.ndarray) -> None:
    style = {"arrowstyle": "-|>", "color": TONES[s["color"]], "linewidth": POINT * s["width"]}
    style |= {"shrinkA": 0, "shrinkB": 0, "mutation_scale": 10}
    for start, end in lines:
        ax.annotate("", end, start, annotation_clip=False, arrowprops=style)


def _cells(ax: Axes, s: Shape) -> None:
    """Tinted cells. With words in them they are opaque, on white paper, to be read on any page."""
    words = s.get("words")
    tone, percent = np.broadcast_arrays(np.array(s["tone"]), np.array(s["percent"]))
    rows, columns = tone.shape
    x, y = np.linspace(*s["x"], columns + 1), np.linspace(*s["y"], rows + 1)
    faces = np.array([to_rgba(TONES[name]) for name in s["tones"]])[tone]
    faces[..., 3] = percent / 100
    if words:
        faces[..., :3] = 1 - faces[..., 3:] * (1 - faces[..., :3])
        faces[..., 3] = 1
    ax.pcolormesh(x, y, faces)
    for i, j in np.ndindex(rows, columns) if words else ():
        middle = (x[j] + x[j + 1]) / 2, (y[i] + y[i + 1]) / 2
        ink = "black" if luminance(faces[i, j, :3]) > EVEN else "white"
        _label(ax, words[i][j], middle, color=ink, va="center", path_effects=[])


def luminance(color: Any) -> float:
    """How light a color (red, green, blue from 0 to 1) is, as the rules for the web define it."""
    color = np.asarray(color, dtype=float)
    linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


# ------------------------------------------------------------------ words


def _label(
    ax: Axes, text: str | None, at: Any, offset: tuple[float, float] = (0, 0), **style: Any
) -> None:
    """A text at a point, moved by `offset` points of type; on a map of cells it has a rim."""
    if text:
        style = {"ha": "center", "color": INK, "xycoords": "data"} | style
        if any(isinstance(drawn, QuadMesh) for drawn in ax.collections):
            style.setdefault("path_effects", [withStroke(linewidth=2.5, foreground="white")])
        place: dict[str, Any] = {"textcoords": "offset points", "annotation_clip": False}
        ax.annotate(text, tuple(at), offset, **place, **style)


def _above(ax: Axes, s: Shape, parts: np.ndarray) -> None:
    """Words above each of several parts, of shape (parts, corners, 2)."""
    words = s.get("words", ())
    for text, corners in zip(words if isinstance(words, list) else (), parts, strict=False):
        _label(ax, text, (corners[:, 0].mean(), corners[:, 1].max()), (0, 3))


def _ahead(ax: Axes, s: Shape, start: np.ndarray, end: np.ndarray) -> None:
    side, anchor = (5, "left") if end[0] >= start[0] else (-5, "right")
    tone = TONES[s["color"]]
    _label(ax, s["words"], end, (side, 3), ha=anchor, color=tone, fontweight="bold")


def _at_end(ax: Axes, s: Shape, start: np.ndarray, end: np.ndarray) -> None:
    """At the upper end of an upright line, each a row below the one before, or right of a level."""
    tone = TONES[s["color"]]
    if "x" not in s:
        _label(ax, s["words"], end, (0, 3), ha="right", color=tone)
        return
    row = sum(text.get_gid() == "upright" for text in ax.texts)
    _label(ax, s["words"], end, (3, -9 - 12 * row), ha="left", color=tone, gid="upright")


def _text(ax: Axes, s: Shape) -> None:
    side = {"start": "left", "middle": "center", "end": "right"}[s["anchor"]]
    weight = "bold" if s.get("bold") else "normal"
    tone = TONES[s["color"]]
    _label(ax, s["words"], (s["x"], s["y"]), ha=side, va="center", color=tone, fontweight=weight)


# ------------------------------------------------------------------ graphs and cards


def _box(ax: Axes, s: Shape) -> Text:
    tone = TONES[s["color"]]
    text = s.get("words", "") + ("\n" + s["below"] if s.get("below") else "")
    strong = bool(s.get("strong"))
    shape = {
        "boxstyle": "round,pad=0.45",
        "facecolor": tone + ("66" if strong else "22"),
        "edgecolor": tone,
        "linewidth": 1.8 if strong else 0.9,
    }
    return ax.text(s["x"], s["y"], text, ha="center", va="center", bbox=shape, fontsize=8.5)


def _edge(ax: Axes, s: Shape, start: Text, end: Text) -> None:
    (x0, y0), (x1, y1), tone = start.get_position(), end.get_position(), TONES[s["color"]]
    ax.annotate(
        "",
        (x1, y1),
        (x0, y0),
        arrowprops={
            "arrowstyle": "-|>",
            "color": tone,
            "linewidth": POINT * s["width"],
            "shrinkA": 2,
            "shrinkB": 2,
            "patchA": start.get_bbox_patch(),
            "patchB": end.get_bbox_patch(),
            "linestyle": "--" if s.get("back") else "-",
            "connectionstyle": f"arc3,rad={-s['bend'] / 150:.3f}",
        },
    )
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    _label(ax, s.get("words"), middle, (0, 4), color=tone, fontsize=8)


def _cards(ax: Axes, cards: Sequence[dict[str, Any]]) -> None:
    ax.set_axis_off()
    lines = []
    for card in cards:
        lines.append(card.get("title", ""))
        for term, text in card.get("rows", []):
            lines.append(f"{term}: {_unmarked(text)}")
    ax.text(0, 1, "\n".join(lines), va="top", transform=ax.transAxes, wrap=True, fontsize=8.5)


def _unmarked(text: str) -> str:
    """Code and formulas as plain characters."""
    if text.startswith("<math"):
        return re.sub(r"<[^>]*>", " ", text).strip()
    return text.replace("`", "")


_DRAW = {
    "path": _path,
    "dots": _dots,
    "rectangles": _rectangles,
    "segments": _segments,
    "cells": _cells,
    "text": _text,
}
