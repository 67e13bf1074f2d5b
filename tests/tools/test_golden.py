"""Recorded values are stored in the one form in which a change can be read."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
SPEC = importlib.util.spec_from_file_location("readable", GOLDEN / "readable.py")
assert SPEC is not None and SPEC.loader is not None
tool = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tool)


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.name)
def test_recorded_values_are_in_the_readable_form(path: Path) -> None:
    text = path.read_text("utf-8")
    tool_says = tool.readable(json.loads(text)) + "\n"
    assert text == tool_says, f"{path.name}: store it with tests/golden/readable.py"


def test_nothing_is_lost_and_a_line_stays_short() -> None:
    rows = [[i / 7, -i] for i in range(20)]
    value = {"b": rows, "a": {"text": "é", "none": None, "empty": [], "deep": {"x": rows}}}
    text = tool.readable(value)
    assert json.loads(text) == value and text.index('"b"') < text.index('"a"')
    assert max(map(len, text.split("\n"))) <= 100
    assert f"    {json.dumps(rows[3])},\n" in text


def test_one_changed_value_is_one_changed_line() -> None:
    rows = [[i / 7, -i] for i in range(20)]
    before = tool.readable({"rows": rows}).split("\n")
    rows[5][0] = 0.5
    after = tool.readable({"rows": rows}).split("\n")
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1
