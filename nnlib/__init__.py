"""The executable half of the book: every algorithm that the chapters derive, in NumPy.

``nnlib.nn``, ``nnlib.optim`` and the other numeric modules need NumPy only, and are loaded when
they are first asked for. ``nnlib.symbolic`` (SymPy), ``nnlib.figures`` and ``nnlib.exercises``
need more and are imported by name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nnlib import averages, conv, functional, gradcheck, init, nn, optim, schedules, train

__all__ = [
    "averages",
    "conv",
    "functional",
    "gradcheck",
    "init",
    "nn",
    "optim",
    "schedules",
    "train",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # The engine of nnlib.symbolic compares formulas without NumPy; a page that only does that
    # need not wait for it.
    if name in __all__:
        return import_module(f"nnlib.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
