"""The few shapes of which every picture consists, and which both its renderers draw.

A mark says which of these it consists of (``Mark.shapes``), and that is all there is to a kind of
mark: the page's script and the still picture know shapes only. A shape is a dictionary, so that it
can be stored. Coordinates are in the units of the axes, sizes in pixels; colors are names. Where
a coordinate is left out, the shape reaches across the panel; a number in place of a list counts
for each entry. What is false or empty is left out.

Most shapes may carry words: a list of words has one for each part of the shape, a single text
belongs to all of it. Where they stand is the renderers' to find, each kind of shape having its
place; they keep clear of one another.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

Shape: TypeAlias = dict[str, Any]
Color: TypeAlias = str | Sequence[str]
Place: TypeAlias = float | Sequence[float] | None
Words: TypeAlias = str | Sequence[str] | None


def _shape(kind: str, **parts: Any) -> Shape:
    kept = {name: part for name, part in parts.items() if not _is_empty(part)}
    return {"kind": kind, **kept}


def _is_empty(part: Any) -> bool:
    return part is None or part is False or (isinstance(part, str) and not part)


def path(
    x: Sequence[float],
    y: Sequence[float],
    color: str,
    width: float,
    *,
    dashed: bool = False,
    fill: float | None = None,
    back: Sequence[float] | None = None,
    words: str = "",
    at: float | None = None,
    shown: int | None = None,
) -> Shape:
    """A line through points; with an opacity `fill` it is closed. Width 0 draws no outline.

    With heights `back` it goes back through them, over the same `x`, before it is closed. Its
    words stand along the line, `at` a part of its length, or in the middle of what it encloses.
    """
    style = {"color": color, "width": width, "dashed": dashed, "fill": fill, "shown": shown}
    at = at if words else None
    return _shape("path", x=x, y=y, back=back, **style, words=words, at=at)


def dots(
    x: Sequence[float],
    y: Sequence[float],
    color: Color,
    size: float,
    *,
    hollow: bool = False,
    words: Words = None,
    shown: int | None = None,
) -> Shape:
    """Discs of radius `size`, or rings; their words stand beside them."""
    style = {"color": color, "size": size, "hollow": hollow, "shown": shown}
    return _shape("dots", x=x, y=y, **style, words=words)


def rectangles(
    left: Place,
    right: Place,
    low: Place,
    high: Place,
    color: Color,
    *,
    fill: float | None = None,
    words: Words = None,
) -> Shape:
    """Rectangles without an outline, of opacity `fill`.

    A list of words stands above them, a single text in the upper left corner.
    """
    sides = {"left": left, "right": right, "low": low, "high": high}
    return _shape("rectangles", **sides, color=color, fill=fill, words=words)


def segments(
    x: Place,
    y: Place,
    dx: Place,
    dy: Place,
    color: Color,
    width: float,
    *,
    dashed: bool = False,
    tip: str = "",
    words: Words = None,
    shown: int | None = None,
) -> Shape:
    """Straight lines that start at (x, y) and go (dx, dy) further; `tip` is "arrow" or "dot".

    A list of words stands above them; a single text ahead of the first one, or at the end of a
    line across the panel.
    """
    ends = {"x": x, "y": y, "dx": dx, "dy": dy}
    style = {"color": color, "width": width, "dashed": dashed, "tip": tip, "shown": shown}
    return _shape("segments", **ends, **style, words=words)


def cells(
    x: Sequence[float],
    y: Sequence[float],
    tones: Sequence[str],
    tone: Sequence[Sequence[int]] | int,
    percent: Sequence[Sequence[int]] | int,
    words: Sequence[Sequence[str]] | None,
) -> Shape:
    """Rows by columns of tinted cells between the ends `x` and `y`, the first row at the bottom.

    A cell takes the color ``tones[tone]`` at an opacity of `percent`. Its words stand in it.
    """
    return _shape("cells", x=x, y=y, tones=tones, tone=tone, percent=percent, words=words)


def text(x: float, y: float, words: str, color: str, anchor: str, bold: bool) -> Shape:
    """Words at a point; `anchor` is "start", "middle" or "end"."""
    return _shape("text", x=x, y=y, words=words, color=color, anchor=anchor, bold=bold)


def box(
    x: float,
    y: float,
    words: str,
    name: str,
    below: str,
    choose: tuple[str, Any] | None,
    strong: bool,
    color: str,
) -> Shape:
    """A node of a graph: a box with words, and a smaller second line, of the size of its words."""
    said = {"words": words, "name": name, "below": below, "choose": choose}
    return _shape("box", x=x, y=y, **said, strong=strong, color=color)


def edge(
    start: str, end: str, words: str, color: str, back: bool, bend: float, width: float
) -> Shape:
    """An arrow between two boxes, by their names; `bend` moves its middle sideways."""
    ends = {"start": start, "end": end, "words": words}
    return _shape("edge", **ends, color=color, back=back, bend=bend, width=width)
