"""Exercises with an instant check that names the mistake.

An exercise is an object in ``book/exercises/<chapter>.py``; its cell in the chapter is

    answer = ...
    ex.half_life.check(answer)

and shows at once whether the answer is right and, if not, which mistake it is; a hint and the
solution are folded below. What is printed as the solution is the object that answers are compared
with, by the same engine that proves the derivations of the book.

=============  ==================================================================================
`Formula`      a typed formula, or a SymPy expression; any equal one is right
`Number`       a number, to a tolerance
`Choice`       one of several statements
`Function`     a Python function, compared on drawn inputs and, if asked, on symbols
`Proof`        a `Derivation` between the same first and last lines
=============  ==================================================================================
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nnlib.exercises._base import Exercise
from nnlib.exercises._feedback import Feedback
from nnlib.exercises._formula import Formula
from nnlib.exercises._proof import Proof
from nnlib.exercises._selftest import exercises_of, self_test
from nnlib.exercises._short import Choice, Number

if TYPE_CHECKING:
    from nnlib.exercises._function import Function

__all__ = [
    "Choice",
    "Exercise",
    "Feedback",
    "Formula",
    "Function",
    "Number",
    "Proof",
    "exercises_of",
    "self_test",
]


def __getattr__(name: str) -> Any:
    if name == "Function":  # the only kind that needs NumPy
        return import_module("nnlib.exercises._function").Function
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), "Function"])
