"""Answers as plain data. What comes out of here is still only what a student's process says."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

__all__ = ["to_plain"]

DEEPEST = 4
MOST = 2_000


def to_plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON data: a text, a number, true or false, or ``{"kind": …}``."""
    if value is None or value is Ellipsis:
        return {"kind": "nothing"}
    if type(value) in (str, bool):
        return value
    if type(value) is int:
        return value if abs(value) < 10**300 else _other("a very long number")
    if type(value) is float:
        return value if math.isfinite(value) else {"kind": "float", "value": repr(value)}
    if isinstance(value, list | tuple):
        return _items(value, depth)
    if isinstance(value, Fraction | Decimal) and math.isfinite(value):
        return {
            "kind": "formula",
            "text": f"{value:f}" if isinstance(value, Decimal) else str(value),
        }
    return _of_a_library(value, depth)


def _items(values: Any, depth: int) -> Any:
    if depth > DEEPEST or len(values) > MOST:
        return _other("a list that is too long or too deep")
    return {"kind": "list", "items": [to_plain(item, depth + 1) for item in values]}


def _of_a_library(value: Any, depth: int) -> Any:
    import numpy as np
    import sympy as sp

    from nnlib.symbolic import Derivation

    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        item = value.item()
        return _other("a complex number") if isinstance(item, complex) else to_plain(item, depth)
    if isinstance(value, np.ndarray):
        return _items(value.tolist(), depth)
    if isinstance(value, sp.Basic):
        return {"kind": "formula", "text": str(value)}
    if isinstance(value, Derivation):
        return _items([line.expr for line in value.lines], depth)
    if callable(value):
        return {"kind": "function"}
    return _other(type(value).__name__)


def _other(what: str) -> dict[str, str]:
    return {"kind": "other", "type": what[:80]}
