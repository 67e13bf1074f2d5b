"""NumPy, loaded when something of it is first used: typed formulas are compared without it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["np"]


class _Later:
    def __getattr__(self, name: str) -> Any:
        return getattr(import_module("numpy"), name)


np: Any = _Later()
