"""The marks a frame may return: what is drawn, in the units of the axes.

A mark holds numbers and words only, and says of which shapes it consists. The page's script and
the still picture draw these shapes, so that they cannot tell different stories. Colors are names,
not codes, because the page has a light and a dark palette: ``"blue"``, ``"orange"``, ``"green"``,
``"purple"``, ``"red"``, ``"ink"`` (the color of text) and ``"grey"``.
"""

from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from nnlib.figures import _shapes
from nnlib.figures._shapes import Shape

COLORS = ("blue", "orange", "green", "purple", "red", "ink", "grey")
Labels: TypeAlias = Sequence[str] | None
Colors: TypeAlias = str | Sequence[str]


def _number(role: str, default: Any = MISSING) -> Any:
    """A field of numbers; `role` ("x", "y" or "size") tells which axis sets their rounding."""
    return field(default=default, metadata={"role": role})


class Mark:
    """What every mark is; `panel` counts the panels from 0."""

    panel: int
    together: tuple[str, ...] = ()
    """Names of fields that must have equal lengths."""

    def shapes(self) -> list[Shape]:
        """What is drawn of the mark, once its numbers are rounded lists of floats."""
        return []


def _shifted(values: Any, by: float) -> Any:
    """Rounded numbers moved by another, without the dust of binary fractions."""
    return [float(f"{value + by:.10g}") for value in values] if by else values


@dataclass(frozen=True)
class Bars(Mark):
    """Bars from `base` to `height` at each `x`; with ``stems=True`` thin stems with a dot."""

    x: ArrayLike = _number("x")
    height: ArrayLike = _number("y")
    base: float = _number("y", 0.0)
    width: float = _number("x", 0.8)
    color: Colors = "blue"
    stems: bool = False
    labels: Labels = None
    panel: int = 0
    together = ("x", "height", "labels")

    def shapes(self) -> list[Shape]:
        if self.stems:
            up = _shifted(self.height, -self.base)
            style = {"width": 1.5, "tip": "dot", "words": self.labels}
            return [_shapes.segments(self.x, self.base, 0, up, self.color, **style)]
        sides = [_shifted(self.x, side * self.width / 2) for side in (-1, 1)]
        ends = (*sides, self.base, self.height)
        return [_shapes.rectangles(*ends, self.color, words=self.labels)]


@dataclass(frozen=True)
class Line(Mark):
    """A line through the points (x, y); its `label` stands beside it, not in a legend.

    `label_at` says where along the line: 0 is its start, 1 its end. Of a path that grows with a
    slider, give all points in every frame and in `shown` how many to draw: they are stored once.
    """

    x: ArrayLike = _number("x")
    y: ArrayLike = _number("y")
    color: str = "blue"
    width: float = _number("size", 2.0)
    dashed: bool = False
    label: str = ""
    label_at: float = _number("size", 1.0)
    shown: int | None = _number("size", None)
    panel: int = 0
    together = ("x", "y")

    def shapes(self) -> list[Shape]:
        style = {"dashed": self.dashed, "shown": self.shown}
        label = {"words": self.label, "at": self.label_at}
        return [_shapes.path(self.x, self.y, self.color, self.width, **style, **label)]


@dataclass(frozen=True)
class Points(Mark):
    """Dots at (x, y), `size` pixels in radius, hollow or full, each with a label if wanted.

    With `shown`, only so many of them, from the first on.
    """

    x: ArrayLike = _number("x")
    y: ArrayLike = _number("y")
    color: Colors = "blue"
    size: float = _number("size", 4.0)
    hollow: bool = False
    labels: Labels = None
    shown: int | None = _number("size", None)
    panel: int = 0
    together = ("x", "y", "labels")

    def shapes(self) -> list[Shape]:
        style = {"hollow": self.hollow, "words": self.labels, "shown": self.shown}
        return [_shapes.dots(self.x, self.y, self.color, self.size, **style)]


@dataclass(frozen=True)
class Rule(Mark):
    """A thin line right across the panel, at one `x` or at one `y`, with its label."""

    x: float | None = _number("x", None)
    y: float | None = _number("y", None)
    label: str = ""
    color: str = "ink"
    dashed: bool = True
    panel: int = 0

    def shapes(self) -> list[Shape]:
        across = (None if self.x is None else 0, None if self.y is None else 0)
        style = {"width": 1.2, "dashed": self.dashed, "words": self.label}
        return [_shapes.segments(self.x, self.y, *across, self.color, **style)]


@dataclass(frozen=True)
class Band(Mark):
    """A tinted strip across the panel, between two values of `x` or two of `y`."""

    x: tuple[float, float] | None = _number("x", None)
    y: tuple[float, float] | None = _number("y", None)
    label: str = ""
    color: str = "grey"
    panel: int = 0

    def shapes(self) -> list[Shape]:
        sides = (*(self.x or (None, None)), *(self.y or (None, None)))
        return [_shapes.rectangles(*sides, self.color, fill=0.14, words=self.label)]


@dataclass(frozen=True)
class Area(Mark):
    """The tinted region between the curves `low` and `high` over `x`."""

    x: ArrayLike = _number("x")
    low: ArrayLike = _number("y")
    high: ArrayLike = _number("y")
    color: str = "blue"
    label: str = ""
    panel: int = 0
    together = ("x", "low", "high")

    def shapes(self) -> list[Shape]:
        style = {"width": 0, "fill": 0.18, "back": self.low, "words": self.label, "at": 0.5}
        return [_shapes.path(self.x, self.high, self.color, **style)]


@dataclass(frozen=True)
class Region(Mark):
    """A closed polygon with corners (x, y); `fill` is its opacity, 0 leaves the outline only."""

    x: ArrayLike = _number("x")
    y: ArrayLike = _number("y")
    color: str = "grey"
    fill: float = _number("size", 0.12)
    outline: bool = True
    label: str = ""
    panel: int = 0
    together = ("x", "y")

    def shapes(self) -> list[Shape]:
        style = {"width": 1.2 if self.outline else 0, "fill": self.fill, "words": self.label}
        return [_shapes.path(self.x, self.y, self.color, **style)]


@dataclass(frozen=True)
class Arrow(Mark):
    """An arrow that starts at (x, y) and goes (dx, dy) further.

    With sequences of equal length in their place it is as many arrows; the label stands at the
    first one's head. With `shown`, only so many of them, from the first on.
    """

    x: ArrayLike = _number("x")
    y: ArrayLike = _number("y")
    dx: ArrayLike = _number("x")
    dy: ArrayLike = _number("y")
    color: str = "orange"
    width: float = _number("size", 2.0)
    label: str = ""
    shown: int | None = _number("size", None)
    panel: int = 0

    def shapes(self) -> list[Shape]:
        ends = (self.x, self.y, self.dx, self.dy)
        style = {"tip": "arrow", "words": self.label, "shown": self.shown}
        return [_shapes.segments(*ends, self.color, self.width, **style)]


@dataclass(frozen=True)
class Text(Mark):
    """Words at (x, y); `anchor` is "start", "middle" or "end"."""

    x: float = _number("x")
    y: float = _number("y")
    text: str = ""
    color: str = "ink"
    anchor: str = "middle"
    bold: bool = False
    panel: int = 0

    def shapes(self) -> list[Shape]:
        style = (self.color, self.anchor, self.bold)
        return [_shapes.text(self.x, self.y, self.text, *style)] if self.text else []


@dataclass(frozen=True)
class Heat(Mark):
    """A map of small cells: `values` is rows by columns, the first row at the bottom.

    The cells fill the rectangle from ``x[0]`` to ``x[1]`` and from ``y[0]`` to ``y[1]``. A cell is
    tinted by its value between `low` and `high`; negative values take the color `negative` if one
    is given. With `palette`, the values are whole numbers that pick a color name from it. `labels`
    are words in the cells, rows by columns.
    """

    values: ArrayLike = _number("size")
    x: tuple[float, float] = _number("x")
    y: tuple[float, float] = _number("y")
    low: float = _number("size", 0.0)
    high: float = _number("size", 1.0)
    color: str = "blue"
    negative: str = ""
    palette: tuple[str, ...] = ()
    labels: Sequence[Sequence[str]] | None = None
    panel: int = 0

    def shapes(self) -> list[Shape]:
        tones, tone, percent = [self.color], 0, 75
        if self.palette:
            tones, tone = list(self.palette), self.values
        else:
            span = self.high - self.low
            parts = (np.abs(self.values) - self.low) / span
            percent = np.rint(6 + 84 * np.clip(parts, 0, 1)).astype(int).tolist()
            if self.negative and np.min(self.values) < 0:
                tones = [self.color, self.negative]
                tone = (np.asarray(self.values) < 0).astype(int).tolist()
        return [_shapes.cells(self.x, self.y, tones, tone, percent, self.labels)]


@dataclass(frozen=True)
class Box(Mark):
    """A labelled node of a graph, centred at (x, y); it grows with its text.

    `below` is a smaller second line (a number that flows, say). ``choose=("node", "mean")`` makes
    the box a button that sets the Choice or Slider called "node" to "mean". `strong` fills it with
    color.
    """

    x: float = _number("x")
    y: float = _number("y")
    text: str = ""
    name: str = ""
    below: str = ""
    choose: tuple[str, Any] | None = None
    strong: bool = False
    color: str = "blue"
    panel: int = 0

    def shapes(self) -> list[Shape]:
        said = (self.text, self.name, self.below, self.choose)
        return [_shapes.box(self.x, self.y, *said, self.strong, self.color)]


@dataclass(frozen=True)
class Edge(Mark):
    """An arrow between two boxes of the same frame, by their names (`name`, or else `text`).

    `bend` moves its middle sideways, in pixels; `back` draws it dashed, as a gradient flowing back.
    """

    start: str = ""
    end: str = ""
    label: str = ""
    color: str = "grey"
    back: bool = False
    bend: float = _number("size", 0.0)
    width: float = _number("size", 1.5)
    panel: int = 0

    def shapes(self) -> list[Shape]:
        ends, style = (self.start, self.end, self.label), (self.back, self.bend, self.width)
        return [_shapes.edge(*ends, self.color, *style)]


@dataclass(frozen=True)
class Card(Mark):
    """Words beside the picture (under it on a phone): a title and rows of (term, text).

    Code stands between backquotes, as in ("code", "`m = x.mean(0)`"); a text that is a MathML
    element, ``"<math>…</math>"``, is set as a formula. A part of it, ``<mrow class="lit-blue">…``,
    is lit in a color while the rest stays plain.
    """

    title: str = ""
    rows: Sequence[tuple[str, str]] = ()
    panel: int = 0


@dataclass(frozen=True)
class View(Mark):
    """What part of the panel this frame shows: the ends of `x`, of `y` or of both.

    With it an axis uses its whole height at every setting of a slider. The ends must lie within
    those of the panel's axes.
    """

    x: tuple[float, float] | None = _number("x", None)
    y: tuple[float, float] | None = _number("y", None)
    panel: int = 0


@dataclass(frozen=True, init=False)
class Note(Mark):
    """One or two lines under the picture that say in words and numbers what is seen."""

    lines: tuple[str, ...] = ()
    panel: int = 0

    def __init__(self, *lines: str) -> None:
        object.__setattr__(self, "lines", tuple(lines))


def on_simplex(p: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Where three probabilities lie in the triangle with corners (0, 0), (1, 0) and (½, √3/2).

    `p` has shape (..., 3); a corner is the class with probability one. Differences of
    probabilities (sum zero) are carried to differences of points by the same map. Returns x and y,
    each of shape (...).
    """
    p = np.asarray(p, dtype=float)
    if p.shape[-1:] != (3,):
        raise ValueError(f"on_simplex: p came with shape {p.shape}; expected (..., 3)")
    return p[..., 1] + p[..., 2] / 2, np.sqrt(3) / 2 * p[..., 2]
