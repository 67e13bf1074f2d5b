"""Derivations that are proved line by line, and library code that runs on symbols.

Two ideas, one equality engine:

- :class:`Derivation` is a chain of lines, each checked against the one before when it is written;
  :func:`equal` is the engine, and says how far the check went.
- :func:`symarray` and :func:`sym` make arrays of SymPy symbols that ordinary NumPy code runs on
  unchanged, so that what a function computes can be proved equal to what was derived.

The module needs SymPy, and NumPy where arrays of symbols are used; it knows nothing of the rest of
the library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._algebra import cancel, expand
from ._budget import Budget, Stuck, TooMuchWork, charge
from ._cases import Case, Cases
from ._code import code_of
from ._derivation import Derivation, Induction, Line
from ._derivative import Partial, derivative
from ._equal import equal
from ._evaluate import Point, Undefined, Unsupported, divide, minus, same
from ._exact import exact
from ._expectation import Expectation, Variance
from ._families import ForAll
from ._indicator import Indicator
from ._match import Match
from ._maximum import Maximum
from ._notation import Definition, Recurrence
from ._order import compare
from ._parse import ParseError, parse
from ._print import to_latex, to_text
from ._random import Random
from ._refutation import Caught, FalseStep, Refutation
from ._substitution import substitute
from ._tangent import Tangent, tangent
from ._units import UnitError, units
from ._verdict import CHECKED, PROVED, PROVED_FOR_SIZES, REFUTED, UNDECIDED, UnprovedStep, Verdict
from ._written import fraction, group, in_order, in_powers_of, plain, product_of

if TYPE_CHECKING:
    from ._arrays import SymArray, sym, symarray

__all__ = [
    "Budget",
    "CHECKED",
    "Case",
    "Cases",
    "Caught",
    "Definition",
    "Derivation",
    "Expectation",
    "FalseStep",
    "ForAll",
    "Indicator",
    "Induction",
    "Line",
    "Match",
    "Maximum",
    "PROVED",
    "PROVED_FOR_SIZES",
    "ParseError",
    "Partial",
    "Point",
    "REFUTED",
    "Random",
    "Recurrence",
    "Refutation",
    "Stuck",
    "SymArray",
    "Tangent",
    "TooMuchWork",
    "UNDECIDED",
    "Undefined",
    "UnitError",
    "UnprovedStep",
    "Unsupported",
    "Variance",
    "Verdict",
    "cancel",
    "charge",
    "code_of",
    "compare",
    "derivative",
    "divide",
    "equal",
    "exact",
    "expand",
    "fraction",
    "group",
    "in_order",
    "in_powers_of",
    "minus",
    "parse",
    "plain",
    "product_of",
    "same",
    "substitute",
    "sym",
    "symarray",
    "tangent",
    "to_latex",
    "to_text",
    "units",
]

_OF_ARRAYS = ("SymArray", "sym", "symarray")


def __getattr__(name: str) -> Any:
    if name in _OF_ARRAYS:  # the only part that needs NumPy
        return getattr(import_module("nnlib.symbolic._arrays"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_OF_ARRAYS])
