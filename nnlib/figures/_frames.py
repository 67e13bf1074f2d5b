"""Frames over the whole grid of values, rounded and packed so that repeated parts count once."""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, lru_cache
from math import ceil, floor, inf, isfinite, log10
from typing import Any
from xml.etree import ElementTree

import numpy as np

from nnlib.figures._controls import Axis, Control, Panel
from nnlib.figures._marks import COLORS, Arrow, Box, Card, Edge, Heat, Mark, Note, Rule, View
from nnlib.figures._shapes import Shape

DIGITS = 4
"""Significant digits that are kept of each number."""

FINEST = 1e-5
"""No coordinate is kept finer than this part of its axis: a fiftieth of a pixel is plenty."""

MATHML = frozenset(
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom mfenced "
    "msub msup msubsup munder mover munderover mtable mtr mtd".split()
)
"""Elements that a formula on a card may have."""

ATTRIBUTES = {"class": {f"lit-{color}" for color in COLORS}, "mathvariant": {"normal", "bold"}}
"""Attributes that they may have, and the values of those."""

MOST_FRAMES = 6000
MOST_CHARACTERS = 3_000_000


def rounded(value: Any, most_places: float = inf) -> Any:
    """`value`, or a nested list of values, to 4 significant digits and `most_places` decimals.

    Whole numbers come back as int, so that they are stored without a needless ".0".
    """
    if isinstance(value, list):
        return [rounded(v, most_places) for v in value]
    return _rounded_number(value, most_places)


@lru_cache(maxsize=100_000)  # frames repeat most of their numbers
def _rounded_number(value: Any, most_places: float) -> Any:
    if value == 0:
        return 0
    value = round(value, int(min(DIGITS - 1 - floor(log10(abs(value))), most_places)))
    return int(value) if value == floor(value) and abs(value) < 1e15 else value


def grid_of(controls: Mapping[str, Control]) -> list[dict[str, Any]]:
    """Every combination of values, the last control running fastest; ValueError if too many."""
    sizes = [len(control.values) for control in controls.values()]
    count = int(np.prod(sizes, dtype=float))
    if count > MOST_FRAMES:
        shape = " × ".join(f"{name} {size}" for name, size in zip(controls, sizes, strict=True))
        raise ValueError(
            f"the grid came with {shape} = {count} frames; expected at most {MOST_FRAMES}: "
            "give a slider fewer values"
        )
    combinations = itertools.product(*(control.values for control in controls.values()))
    return [dict(zip(controls, values, strict=True)) for values in combinations]


class FrameError(ValueError):
    """A frame that cannot be drawn; the message names the mark, what came and what is expected."""


def _said(values: Mapping[str, Any]) -> str:
    return "frame(" + ", ".join(f"{name}={value!r}" for name, value in values.items()) + ")"


def marks_of(frame: Callable[..., Any], values: Mapping[str, Any]) -> list[Mark]:
    """The marks of one frame, checked to be marks."""
    marks = frame(**values)
    if isinstance(marks, Mark):
        marks = [marks]
    if not isinstance(marks, Sequence) or isinstance(marks, str):
        raise TypeError(
            f"{_said(values)} returned {type(marks).__name__}; expected a list of marks"
        )
    for mark in marks:
        if not isinstance(mark, Mark):
            known = ", ".join(sorted(kind.__name__ for kind in Mark.__subclasses__()))
            raise TypeError(
                f"{_said(values)} returned {mark!r} among its marks; expected one of {known}"
            )
    return list(marks)


class Encoder:
    """Turns marks into plain data for the panels and controls of one figure, checking them."""

    def __init__(self, panels: Sequence[Panel], controls: Mapping[str, Control]) -> None:
        self.panels, self.controls = panels, controls
        self._places = [{"x": _places(panel.x), "y": _places(panel.y)} for panel in panels]

    def frame(self, marks: Sequence[Mark], values: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The frame's marks as dictionaries of JSON values; FrameError where one is wrong."""
        try:
            self._check_edges(marks)
            return [self.mark(mark) for mark in marks]
        except FrameError as error:
            raise FrameError(f"{_said(values)}: {error}") from None

    def drawn(self, marks: Sequence[Mark], values: Mapping[str, Any]) -> list[Shape]:
        """The shapes of which the frame consists, among its cards, notes and views."""
        encoded = self.frame(marks, values)
        return [
            shape
            for mark, found in zip(marks, encoded, strict=True)
            for shape in self._shapes(mark, found)
        ]

    @staticmethod
    def _shapes(mark: Mark, encoded: dict[str, Any]) -> list[Shape]:
        if isinstance(mark, Card | Note | View):
            return [encoded]
        rounded_fields = {name: v for name, v in encoded.items() if name != "kind"}
        place = {"panel": mark.panel} if mark.panel else {}
        return [shape | place for shape in replace(mark, **rounded_fields).shapes()]

    def mark(self, mark: Mark) -> dict[str, Any]:
        """One mark: its kind, and its fields but for empty ones."""
        kind = type(mark).__name__
        if not 0 <= mark.panel < len(self.panels):
            raise FrameError(
                f"{kind}: panel came as {mark.panel!r}; expected 0 to {len(self.panels) - 1}"
            )
        if isinstance(mark, Rule) and (mark.x is None) == (mark.y is None):
            raise FrameError("Rule: x and y came both or neither; expected one of them")
        out: dict[str, Any] = {"kind": kind.lower()}
        for name, role in _fields_of(type(mark)):
            value = getattr(mark, name)
            if value is None or (not role and not isinstance(value, np.ndarray) and not value):
                continue
            where = f"{kind}.{name}"
            out[name] = self.numbers(value, role, mark, where) if role else self.words(value, where)
        self._check_lengths(mark, out)
        if isinstance(mark, Arrow):
            self._check_arrow(out)
        if isinstance(mark, View):
            self._check_view(out)
        if isinstance(mark, Heat):
            self._check_heat(mark)
        if isinstance(mark, Card):
            self._check_card(mark)
        return out

    def numbers(self, value: Any, role: str, mark: Mark, where: str) -> Any:
        """Rounded finite numbers, as a number or as nested lists of the value's shape."""
        places = inf if role == "size" else self._places[mark.panel][role]
        if type(value) in (int, float) and isfinite(value):
            return _rounded_number(float(value), places)
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise FrameError(f"{where} came as {value!r}; expected real numbers") from None
        if not np.isfinite(array).all():
            bad = np.argwhere(~np.isfinite(array))[0]
            place = f" at index {', '.join(map(str, bad))}" if array.ndim else ""
            came = f"{where} has {array[tuple(bad)]}{place}"
            raise FrameError(f"{came}; expected finite numbers only")
        return rounded(array.tolist(), places)

    def words(self, value: Any, where: str) -> Any:
        """Words and switches as they are; color names and choices checked."""
        name = where.rpartition(".")[2]
        if name in {"color", "negative", "palette"}:
            used = [value] if isinstance(value, str) else list(value)
            for color in used:
                if color not in COLORS and not (name == "negative" and color == ""):
                    raise FrameError(
                        f"{where} came as {color!r}; expected one of {', '.join(COLORS)}"
                    )
            return value if isinstance(value, str) else used
        if name == "choose":
            return self._choice(value)
        if isinstance(value, str | bool | int):
            return value
        return [self.words(v, where) if not isinstance(v, str) else v for v in value]

    def _choice(self, pair: tuple[str, Any]) -> list[int]:
        """The control's number and the option's number that a click sets."""
        name, option = pair
        control = self.controls.get(name)
        if control is None or option not in control.values:
            raise FrameError(
                f"Box.choose came as {pair!r}; expected the name of a control of this figure "
                "and one of its values"
            )
        return [list(self.controls).index(name), control.values.index(option)]

    @staticmethod
    def _check_lengths(mark: Mark, out: Mapping[str, Any]) -> None:
        lengths = {n: len(out[n]) for n in mark.together if isinstance(out.get(n), list)}
        if len(set(lengths.values())) > 1:
            came = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise FrameError(f"{type(mark).__name__} came with lengths {came}; expected equal ones")
        for name in mark.together:
            if name in out and not isinstance(out[name], list):
                raise FrameError(
                    f"{type(mark).__name__}.{name} came as one number; expected a sequence"
                )

    @staticmethod
    def _check_arrow(out: Mapping[str, Any]) -> None:
        came = {name: np.shape(out[name]) for name in ("x", "y", "dx", "dy")}
        if len(set(came.values())) > 1 or len(came["x"]) > 1:
            said = ", ".join(f"{name} {shape}" for name, shape in came.items())
            raise FrameError(f"Arrow came with shapes {said}; expected four numbers or sequences")

    def _check_view(self, out: Mapping[str, Any]) -> None:
        panel = self.panels[out.get("panel", 0)]
        for name, axis in (("x", panel.x), ("y", panel.y)):
            ends = out.get(name)
            if ends is not None and not axis.low <= ends[0] < ends[1] <= axis.high:
                raise FrameError(
                    f"View.{name} came as {ends}; expected two rising numbers "
                    f"from {axis.low:g} to {axis.high:g}"
                )

    @staticmethod
    def _check_heat(mark: Heat) -> None:
        values = np.asarray(mark.values, dtype=float)
        if values.ndim != 2 or not values.size:
            raise FrameError(
                f"Heat.values came with shape {values.shape}; expected rows by columns"
            )
        if not mark.palette and not mark.low < mark.high:
            raise FrameError(
                f"Heat: low and high came as {mark.low!r} and {mark.high!r}; expected low < high"
            )
        if mark.labels is not None and np.shape(mark.labels) != values.shape:
            raise FrameError(
                f"Heat.labels came with shape {np.shape(mark.labels)}; expected {values.shape}"
            )
        wrong = ~np.isin(values, range(len(mark.palette)))
        if mark.palette and wrong.any():
            raise FrameError(
                f"Heat.values has {values[wrong][0]:g}; expected whole numbers from 0 to "
                f"{len(mark.palette) - 1}, places in the palette"
            )

    @staticmethod
    def _check_card(mark: Card) -> None:
        """The page takes formulas as they are, so they must be MathML and nothing else."""
        for row in mark.rows:
            if len(row) != 2 or not all(isinstance(words, str) for words in row):
                raise FrameError(f"Card.rows has {row!r}; expected (term, text)")
            if row[1].startswith("<math"):
                _check_mathml(row[1])

    @staticmethod
    def _check_edges(marks: Sequence[Mark]) -> None:
        boxes = {mark.name or mark.text for mark in marks if isinstance(mark, Box)}
        for mark in marks:
            if isinstance(mark, Edge) and not {mark.start, mark.end} <= boxes:
                raise FrameError(
                    f"Edge from {mark.start!r} to {mark.end!r}; expected names of boxes of this "
                    f"frame: {', '.join(sorted(boxes)) or 'there is none'}"
                )


@lru_cache(maxsize=10_000)  # many frames have the same formula
def _check_mathml(text: str) -> None:
    try:
        elements = list(ElementTree.fromstring(text).iter())
    except ElementTree.ParseError as error:
        raise FrameError(f"Card: {text!r} is no MathML: {error}") from None
    if not {element.tag for element in elements} <= MATHML:
        raise FrameError(f"Card: {text!r} has elements that are not MathML")
    for name, value in (pair for e in elements for pair in e.attrib.items()):
        if value not in ATTRIBUTES.get(name, ()):
            raise FrameError(
                f"Card: {text!r} has {name}={value!r}; expected class or mathvariant "
                "with " + ", ".join(sorted(v for vs in ATTRIBUTES.values() for v in vs))
            )


@cache
def _fields_of(kind: type[Mark]) -> list[tuple[str, str | None]]:
    """The names of the fields of a kind of mark, and what their numbers say."""
    return [(item.name, item.metadata.get("role")) for item in fields(kind)]


def _places(axis: Axis) -> float:
    """The decimals that are worth keeping on an axis."""
    return inf if axis.log else ceil(-log10(FINEST * (axis.high - axis.low)))


def pack(frames: Sequence[Sequence[Shape]]) -> str:
    """All frames as JSON in which every value, every shape and every list of fields stands once.

    ``values`` are what fields hold, ``fields`` the lists of their names, ``shapes`` the number of
    such a list followed by the numbers of values, and ``frames`` lists of numbers of shapes.
    """
    values, names, shapes = _Numbered(), _Numbered(), _Numbered()
    packed = []
    for frame in frames:
        row = []
        for shape in frame:
            parts = [values.number(_as_json(value)) for value in shape.values()]
            own = names.number(_names_as_json(tuple(shape)))
            row.append(shapes.number(f"[{','.join(map(str, (own, *parts)))}]"))
        packed.append(row)
    text = f'{{"values":{values},"fields":{names},"shapes":{shapes},"frames":{_json(packed)}}}'
    if len(text) > MOST_CHARACTERS:
        raise ValueError(
            f"the frames came to {len(text):,} characters; expected at most "
            f"{MOST_CHARACTERS:,}: give a slider fewer values or a mark fewer numbers"
        )
    return text


_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def _as_json(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return _json(value)
    # 0.0 and -0.0 are equal, and not written alike
    return _one_as_json(value) if isinstance(value, (str, int)) or value else _json(value)


@lru_cache(maxsize=100_000, typed=True)  # 1 and 1.0 are not written alike
def _one_as_json(value: Any) -> str:
    return _json(value)


@lru_cache(maxsize=1000)
def _names_as_json(names: tuple[str, ...]) -> str:
    return _json(list(names))


class _Numbered(dict[str, int]):
    """JSON texts in order of first use; equal ones share a number."""

    def number(self, text: str) -> int:
        return self.setdefault(text, len(self))

    def __str__(self) -> str:
        return "[" + ",".join(self) + "]"


def longest_notes(frames: Sequence[Sequence[dict[str, Any]]]) -> list[str]:
    """The longest text at each line of the notes, so that the page can keep room for it."""
    longest: list[str] = []
    for frame in frames:
        lines = [text for mark in frame if mark["kind"] == "note" for text in mark["lines"]]
        for index, text in enumerate(lines):
            if index == len(longest):
                longest.append("")
            longest[index] = max(longest[index], text, key=len)
    return longest


def longest_cards(
    frames: Sequence[Sequence[dict[str, Any]]], most: int = 4
) -> list[list[dict[str, Any]]]:
    """The longest cards, longest first, so that the page can keep room for them."""
    cards = {_json(c): c for f in frames if (c := [m for m in f if m["kind"] == "card"])}
    return [cards[text] for text in sorted(cards, key=len, reverse=True)[:most]]
