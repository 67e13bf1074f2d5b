"""The still picture of one frame, drawn with matplotlib from the same marks as the page's."""

import io
import re
import warnings
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.text import Text

from nnlib.figures._controls import Axis, Panel

WIDTH = 720
"""Pixels at scale 1; the picture is drawn at twice that."""

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


def draw(marks: Sequence[dict[str, Any]], panels: Sequence[Panel], height: int) -> bytes:
    """The marks (as ``MovingFigure.marks`` gives them) as a PNG with a clear background."""
    cards = [mark for mark in marks if mark["kind"] == "card"]
    notes = [text for mark in marks if mark["kind"] == "note" for text in mark["lines"]]
    shares = [panel.share for panel in panels] + [0.55 * sum(p.share for p in panels)] * bool(cards)
    room = 18 * len(notes)
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # a rare sign may be an empty box
        figure = Figure(figsize=(WIDTH / 96, (height + room) / 96), dpi=192, layout="constrained")
        FigureCanvasAgg(figure)
        figure.patch.set_alpha(0)
        areas = figure.subplots(1, len(shares), squeeze=False, width_ratios=shares)[0]
        for k, panel in enumerate(panels):
            _panel(areas[k], panel, [m for m in marks if m.get("panel", 0) == k])
        if cards:
            _cards(areas[-1], cards)
        if notes:
            figure.supxlabel("\n".join(notes), x=0.02, ha="left", fontsize=9)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _panel(ax: Axes, panel: Panel, marks: Sequence[dict[str, Any]]) -> None:
    ax.patch.set_alpha(0)
    above = 22 if panel.axes and panel.y.label else 6
    ax.set_title(panel.title, loc="left", fontsize=10, fontweight="bold", pad=above)
    if panel.axes:
        _axes(ax, panel)
    else:
        ax.set_axis_off()
    view = next((m for m in marks if m["kind"] == "view"), {})
    ax.set_xlim(*view.get("x", (panel.x.low, panel.x.high)))
    ax.set_ylim(*view.get("y", (panel.y.low, panel.y.high)))
    if panel.equal:
        ax.set_aspect("equal")
    boxes = {m.get("name") or m["text"]: _box(ax, m) for m in marks if m["kind"] == "box"}
    for mark in marks:
        if mark["kind"] == "edge":
            _edge(ax, mark, boxes[mark["start"]], boxes[mark["end"]])
        elif mark["kind"] in _DRAW:
            _DRAW[mark["kind"]](ax, mark)


def _axes(ax: Axes, panel: Panel) -> None:
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.spines["bottom"].set_linewidth(0.8)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", width=0.8, length=3)
    ax.grid(axis="y", color=FAINT, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.set_xlabel(panel.x.label, loc="right")
    _words(ax, 0, 1, panel.y.label, xycoords="axes fraction", xytext=(0, 7))
    _ticks(ax, "x", panel.x)
    _ticks(ax, "y", panel.y)


def _ticks(ax: Axes, which: str, axis: Axis) -> None:
    if axis.log:
        getattr(ax, f"set_{which}scale")("log")
    if axis.ticks is not None:
        pairs = [tick if isinstance(tick, tuple) else (tick, f"{tick:g}") for tick in axis.ticks]
        values, words = zip(*pairs, strict=True)
        getattr(ax, f"set_{which}ticks")(values, words)
        getattr(ax, f"{which}axis").set_minor_locator(matplotlib.ticker.NullLocator())


def _tones(color: Any) -> Any:
    return TONES[color] if isinstance(color, str) else [TONES[c] for c in color]


def _words(ax: Axes, x: float, y: float, text: str, **style: Any) -> None:
    if text:
        place: dict[str, Any] = {"textcoords": "offset points", "annotation_clip": False}
        ax.annotate(text, (x, y), **place, **style)


def _bars(ax: Axes, m: dict[str, Any]) -> None:
    x, height = np.array(m["x"]), np.array(m["height"])
    tone = _tones(m["color"])
    if m.get("stems"):
        ax.vlines(x, m["base"], height, color=tone, linewidth=1.2)
        ax.scatter(x, height, s=14, color=tone)
    else:
        ax.bar(x, height - m["base"], m["width"], m["base"], color=tone, linewidth=0)
    for at, top, text in zip(x, height, m.get("labels", []), strict=False):
        _words(ax, at, top, text, xytext=(0, 3), ha="center", color=INK)


def _line(ax: Axes, m: dict[str, Any]) -> None:
    tone = _tones(m["color"])
    dash = (0, (4, 3)) if m.get("dashed") else "solid"
    x, y = m["x"][: m.get("shown")], m["y"][: m.get("shown")]
    ax.plot(x, y, color=tone, linewidth=0.75 * m["width"], linestyle=dash)
    if not x:
        return
    place = m["label_at"] * (len(x) - 1)
    at_x, at_y = (float(np.interp(place, range(len(x)), v)) for v in (x, y))
    side = "right" if m["label_at"] > 0.9 else "left" if m["label_at"] < 0.1 else "center"
    _words(ax, at_x, at_y, m.get("label", ""), xytext=(0, 5), ha=side, color=tone)


def _points(ax: Axes, m: dict[str, Any]) -> None:
    tone = _tones(m["color"])
    face = "none" if m.get("hollow") else tone
    xs, ys = m["x"][: m.get("shown")], m["y"][: m.get("shown")]
    ax.scatter(xs, ys, s=2 * m["size"] ** 2, facecolor=face, edgecolor=tone)
    for x, y, text in zip(xs, ys, m.get("labels", []), strict=False):
        _words(ax, x, y, text, xytext=(m["size"] + 2, -3), color=INK)


def _rule(ax: Axes, m: dict[str, Any]) -> None:
    tone, dash = _tones(m["color"]), (0, (4, 3)) if m.get("dashed") else "solid"
    if "x" in m:
        row = sum(line.get_gid() == "rule" for line in ax.lines)
        ax.axvline(m["x"], color=tone, linewidth=0.9, linestyle=dash, gid="rule")
        _words(
            ax,
            m["x"],
            1,
            m.get("label", ""),
            xycoords=ax.get_xaxis_transform(),
            xytext=(3, -9 - 12 * row),
            color=tone,
        )
    else:
        ax.axhline(m["y"], color=tone, linewidth=0.9, linestyle=dash)
        _words(
            ax,
            1,
            m["y"],
            m.get("label", ""),
            xycoords=ax.get_yaxis_transform(),
            xytext=(0, 3),
            ha="right",
            color=tone,
        )


def _band(ax: Axes, m: dict[str, Any]) -> None:
    span = ax.axvspan(*m["x"]) if "x" in m else ax.axhspan(*m["y"])
    span.set(color=_tones(m["color"]), alpha=0.16, linewidth=0)
    corner = span.get_window_extent().transformed(ax.transData.inverted())
    _words(ax, corner.x0, corner.y1, m.get("label", ""), xytext=(3, -10), color=INK)


def _area(ax: Axes, m: dict[str, Any]) -> None:
    tone = _tones(m["color"])
    ax.fill_between(m["x"], m["low"], m["high"], color=tone, alpha=0.2, linewidth=0)
    k = len(m["x"]) // 2
    _words(ax, m["x"][k], m["high"][k], m.get("label", ""), xytext=(0, 4), ha="center", color=tone)


def _region(ax: Axes, m: dict[str, Any]) -> None:
    corners = np.column_stack([m["x"], m["y"]])
    tone = _tones(m["color"])
    ax.add_patch(Polygon(corners, facecolor=tone, edgecolor="none", alpha=m["fill"]))
    if m.get("outline"):
        ax.add_patch(Polygon(corners, facecolor="none", edgecolor=tone, linewidth=0.9))
    middle = corners.mean(axis=0)
    _words(ax, middle[0], middle[1], m.get("label", ""), xytext=(0, -3), ha="center", color=INK)


def _arrow(ax: Axes, m: dict[str, Any]) -> None:
    tone = _tones(m["color"])
    x, y, dx, dy = (np.atleast_1d(m[name])[: m.get("shown")] for name in ("x", "y", "dx", "dy"))
    style = {"arrowstyle": "-|>", "color": tone, "linewidth": 0.75 * m["width"]}
    style |= {"shrinkA": 0, "shrinkB": 0, "mutation_scale": 10}
    for start, end in zip(zip(x, y, strict=True), zip(x + dx, y + dy, strict=True), strict=True):
        ax.annotate("", end, start, annotation_clip=False, arrowprops=style)
    if len(x):
        side = (5, "left") if dx[0] >= 0 else (-5, "right")
        place = {"xytext": (side[0], 3), "ha": side[1]}
        _words(ax, x[0] + dx[0], y[0] + dy[0], m.get("label", ""), color=tone, **place)


def _text(ax: Axes, m: dict[str, Any]) -> None:
    side = {"start": "left", "middle": "center", "end": "right"}[m["anchor"]]
    weight = "bold" if m.get("bold") else "normal"
    ax.text(
        m["x"],
        m["y"],
        m.get("text", ""),
        ha=side,
        va="center",
        color=_tones(m["color"]),
        fontweight=weight,
    )


def _heat(ax: Axes, m: dict[str, Any]) -> None:
    values = np.array(m["values"], dtype=float)
    rows, columns = values.shape
    x, y = np.linspace(*m["x"], columns + 1), np.linspace(*m["y"], rows + 1)
    ax.pcolormesh(x, y, [[_tint(m, value) for value in row] for row in values])
    for i, words in enumerate(m.get("labels", [])):
        for j, word in enumerate(words):
            middle = (x[j] + x[j + 1]) / 2, (y[i] + y[i + 1]) / 2
            ax.text(*middle, word, ha="center", va="center")


def _tint(m: dict[str, Any], value: float) -> tuple[float, float, float, float]:
    """The color of a cell of a heat map."""
    if "palette" in m:
        return to_rgba(TONES[m["palette"][int(value)]], 0.75)
    tone = m["negative"] if value < 0 and m.get("negative") else m["color"]
    part = (abs(value) - m["low"]) / (m["high"] - m["low"])
    return to_rgba(TONES[tone], 0.06 + 0.84 * min(1.0, max(0.0, part)))


def _box(ax: Axes, m: dict[str, Any]) -> Text:
    tone = TONES[m["color"]]
    text = m.get("text", "") + ("\n" + m["below"] if m.get("below") else "")
    strong = bool(m.get("strong"))
    shape = {
        "boxstyle": "round,pad=0.45",
        "facecolor": tone + ("66" if strong else "22"),
        "edgecolor": tone,
        "linewidth": 1.8 if strong else 0.9,
    }
    return ax.text(m["x"], m["y"], text, ha="center", va="center", bbox=shape, fontsize=8.5)


def _edge(ax: Axes, m: dict[str, Any], start: Text, end: Text) -> None:
    (x0, y0), (x1, y1), tone = start.get_position(), end.get_position(), TONES[m["color"]]
    ax.annotate(
        "",
        (x1, y1),
        (x0, y0),
        arrowprops={
            "arrowstyle": "-|>",
            "color": tone,
            "linewidth": 0.75 * m["width"],
            "shrinkA": 2,
            "shrinkB": 2,
            "patchA": start.get_bbox_patch(),
            "patchB": end.get_bbox_patch(),
            "linestyle": "--" if m.get("back") else "-",
            "connectionstyle": f"arc3,rad={-m['bend'] / 150:.3f}",
        },
    )
    middle = (x0 + x1) / 2, (y0 + y1) / 2
    place = {"xytext": (0, 4), "ha": "center"}
    _words(ax, middle[0], middle[1], m.get("label", ""), color=tone, fontsize=8, **place)


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
    "bars": _bars,
    "line": _line,
    "points": _points,
    "rule": _rule,
    "band": _band,
    "area": _area,
    "region": _region,
    "arrow": _arrow,
    "text": _text,
    "heat": _heat,
}
