"""Derivations that are proved line by line, and library code that runs on symbols.

Two ideas, one equality engine:

- :class:`Derivation` is a chain of lines, each checked against the one before when it is written;
  :func:`equal` is the engine, and says how far the check went.
- :func:`symarray` and :func:`sym` make arrays of SymPy symbols that ordinary NumPy code runs on
  unchanged, so that what a function computes can be proved equal to what was derived.

The module needs NumPy and SymPy and knows nothing of the rest of the library.
"""

from ._arrays import SymArray, sym, symarray
from ._code import code_of
from ._derivation import Derivation, Induction, Line
from ._derivative import Partial, derivative
from ._equal import equal
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
from ._verdict import UnprovedStep, Verdict

__all__ = [
    "Caught",
    "Definition",
    "Derivation",
    "FalseStep",
    "Expectation",
    "ForAll",
    "Indicator",
    "Induction",
    "Line",
    "Match",
    "Maximum",
    "ParseError",
    "Partial",
    "Random",
    "Recurrence",
    "Refutation",
    "SymArray",
    "Tangent",
    "UnitError",
    "UnprovedStep",
    "Variance",
    "Verdict",
    "code_of",
    "compare",
    "derivative",
    "equal",
    "parse",
    "substitute",
    "sym",
    "symarray",
    "units",
    "tangent",
    "to_latex",
    "to_text",
]
