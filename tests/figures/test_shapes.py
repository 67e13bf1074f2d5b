"""Shapes: what is stored of them, and what is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nnlib.figures import _shapes

MADE = {
    "path": _shapes.path([0, 1], [1, 0], "blue", 2, words="here", at=0.5),
    "dots": _shapes.dots([0], [1], "red", 3, words=["a"]),
    "rectangles": _shapes.rectangles(0, 1, None, None, "grey", fill=0.1, words="strip"),
    "segments": _shapes.segments(0.5, None, 0, None, "ink", 1.2, dashed=True),
    "cells": _shapes.cells([0, 1], [0, 1], ["blue"], 0, [[6, 90]], None),
    "text": _shapes.text(0, 0, "here", "ink", "start", bold=False),
    "box": _shapes.box(0, 0, "x", "", "", None, strong=True, color="blue"),
    "edge": _shapes.edge("x", "y", "", "grey", back=False, bend=0, width=1.5),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_shape_says_its_kind_and_can_be_stored(kind: str) -> None:
    shape = MADE[kind]
    assert shape["kind"] == kind
    assert json.loads(json.dumps(shape)) == shape


@pytest.mark.parametrize(
    ("kind", "absent"),
    [
        ("path", {"dashed", "fill", "back", "shown"}),
        ("rectangles", {"low", "high"}),
        ("segments", {"y", "dy", "tip", "words", "shown"}),
        ("cells", {"words"}),
        ("text", {"bold"}),
        ("box", {"name", "below", "choose"}),
        ("edge", {"words", "back"}),
    ],
)
def test_what_is_false_or_empty_is_left_out(kind: str, absent: set[str]) -> None:
    assert not absent & set(MADE[kind])


def test_zeros_and_empty_lists_are_kept() -> None:
    shape: dict[str, Any] = _shapes.path([], [], "blue", 0, fill=0, shown=0)
    assert shape == {
        "kind": "path", "x": [], "y": [], "color": "blue", "width": 0, "fill": 0, "shown": 0,
    }  # fmt: skip


def test_a_place_along_the_line_is_kept_for_words_only() -> None:
    assert "at" not in _shapes.path([0], [0], "blue", 1, at=0.5)
