"""What the reader can set (Slider, Choice) and where the marks are drawn (Axis, Panel)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any, TypeAlias

from nnlib._numbers import number

Ticks: TypeAlias = Sequence[float | tuple[float, str]] | None


def distinct_numbers(values: Sequence[float]) -> list[str]:
    """`values` in words, with as many digits (4 or more) as it takes to tell them apart."""
    labels: list[str] = []
    for digits in range(4, 18):
        labels = [number(value, digits) for value in values]
        if len(set(labels)) == len(values):
            break
    return labels


class Control:
    """A finite list of values, one of them the default, each with the words that name it."""

    def __init__(self, values: Sequence[Any], labels: Sequence[str], value: Any, label: str | None):
        self.values, self.labels, self.label = list(values), list(labels), label
        self.value = value

    def default_index(self, name: str) -> int:
        """Where the default stands among the values; ValueError when it is not one of them."""
        if self.value is None:
            return 0
        for index, value in enumerate(self.values):
            if value == self.value:
                return index
        shown = ", ".join(self.labels[:8]) + (", …" if len(self.labels) > 8 else "")
        raise ValueError(
            f"{name}: value came as {self.value!r}, which is not in its grid; "
            f"expected one of {shown}"
        )


class Slider(Control):
    """A slider over a grid of numbers, the default being `value` (or the first).

    `label` stands before the slider (the argument's name unless given), `format` turns a value
    into words (as many digits as tell the values apart, unless given). With ``play=True`` a button
    lets the values run by, one each `interval` milliseconds.

    ValueError for fewer than two values, values that do not rise, or a number that is not finite.
    """

    def __init__(
        self,
        values: Iterable[float],
        *,
        value: float | None = None,
        label: str | None = None,
        play: bool = False,
        interval: int = 200,
        format: Callable[[Any], str] | None = None,
    ) -> None:
        grid = [v.item() if hasattr(v, "item") else v for v in values]
        if len(grid) < 2:
            raise ValueError(f"Slider: values came with {len(grid)} entries; expected two or more")
        if not all(isinstance(v, int | float) and isfinite(v) for v in grid):
            raise ValueError(f"Slider: values came as {grid!r}; expected finite numbers")
        if not all(a < b for a, b in pairwise(grid)):
            raise ValueError(f"Slider: values came as {grid!r}; expected rising numbers")
        labels = [format(v) for v in grid] if format else distinct_numbers(grid)
        super().__init__(grid, labels, value, label)
        self.play, self.interval = bool(play), int(interval)


class Choice(Control):
    """One of a few named things: buttons if they are few and short, a menu otherwise.

    `options` are words, (words, value) pairs, or a mapping from words to values; ``menu=True`` or
    ``menu=False`` decides for you.
    """

    def __init__(
        self,
        options: Sequence[Any] | Mapping[str, Any],
        *,
        value: Any = None,
        label: str | None = None,
        menu: bool | None = None,
    ) -> None:
        pairs = list(options.items()) if isinstance(options, Mapping) else list(options)
        pairs = [pair if isinstance(pair, tuple) else (str(pair), pair) for pair in pairs]
        if len(pairs) < 2:
            raise ValueError(
                f"Choice: options came with {len(pairs)} entries; expected two or more"
            )
        labels = [str(words) for words, _ in pairs]
        if len(set(labels)) < len(labels):
            raise ValueError(f"Choice: options came as {labels!r}; expected different words")
        super().__init__([v for _, v in pairs], labels, value, label)
        self.menu = len(labels) > 4 or sum(map(len, labels)) > 36 if menu is None else menu


@dataclass(frozen=True)
class Axis:
    """An axis from `low` to `high`, with a label; `ticks` are values or (value, words) pairs."""

    label: str
    low: float
    high: float
    log: bool = False
    ticks: Ticks = None

    def __post_init__(self) -> None:
        if not (isfinite(self.low) and isfinite(self.high) and self.low < self.high):
            raise ValueError(
                f"Axis {self.label!r}: low and high came as {self.low!r} and {self.high!r}; "
                "expected finite numbers with low < high"
            )
        if self.log and self.low <= 0:
            raise ValueError(
                f"Axis {self.label!r}: low came as {self.low!r} with log=True; expected low > 0"
            )


def as_axis(axis: Any, name: str) -> Axis:
    """An Axis from an Axis, (label, low, high) or (low, high); TypeError for anything else."""
    if isinstance(axis, Axis):
        return axis
    if isinstance(axis, tuple) and len(axis) == 3:
        return Axis(str(axis[0]), float(axis[1]), float(axis[2]))
    if isinstance(axis, tuple) and len(axis) == 2:
        return Axis("", float(axis[0]), float(axis[1]))
    raise TypeError(f"{name} came as {axis!r}; expected an Axis, (label, low, high) or (low, high)")


@dataclass(frozen=True)
class Panel:
    """One of the pictures side by side; on a phone they stand below each other.

    `share` is its part of the width. ``axes=False`` hides axes and grid (for graphs),
    ``equal=True`` gives both axes one scale. On a phone the panel is `phone_height` pixels high,
    and with ``turn=True`` its x runs downward there, so that a long graph stays readable.
    """

    x: Any
    y: Any
    title: str = ""
    share: float = 1.0
    axes: bool = True
    equal: bool = False
    turn: bool = False
    phone_height: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", as_axis(self.x, "Panel: x"))
        object.__setattr__(self, "y", as_axis(self.y, "Panel: y"))


@dataclass(frozen=True)
class Pointer:
    """Pointing into a panel moves two sliders at once: `x` and `y` name them.

    A click or a drag sets each to the value of its grid that lies nearest. The sliders stay, for
    the keyboard and for exact values; a mark of the frame shows where they stand.
    """

    x: str
    y: str
    panel: int = 0
