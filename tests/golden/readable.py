"""Recorded values as a text in which a change can be read: a value, or a short row, on each line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WIDTH = 100


def readable(value: Any, before: str = "", room: int = WIDTH) -> str:
    """JSON; what does not fit into its line is written an item to a line.

    Keys keep their order: the arrays of a case are in the order of the function's arguments.
    """
    short = json.dumps(value, ensure_ascii=False)
    if len(short) <= room - len(before) or not isinstance(value, (dict, list)) or not value:
        return short
    inner = before + "  "
    if isinstance(value, dict):
        names = {key: json.dumps(key, ensure_ascii=False) for key in value}
        items = [
            f"{inner}{name}: {readable(value[key], inner, room - len(name) - 3)}"
            for key, name in names.items()
        ]
        return "{\n" + ",\n".join(items) + f"\n{before}}}"
    items = [inner + readable(item, inner, room - 1) for item in value]
    return "[\n" + ",\n".join(items) + f"\n{before}]"


def write(path: Path, value: Any) -> None:
    """Store recorded values in this form."""
    path.write_text(readable(value) + "\n", encoding="utf-8")
