"""How expressions are written: as a person would, not in SymPy's internal order."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

import sympy as sp
from sympy.core.relational import Relational

from ._latex import Latex
from ._text import Text

# A line is written several times: for Jupyter, for the page, and where another rests on it. What
# counts as equal here is of one type: to Python 2 and 2.0 are the same.


@lru_cache(maxsize=2048, typed=True)
def to_latex(expr: sp.Basic) -> str:
    """LaTeX of ``expr``, with factors and terms in the order a person writes them."""
    return Latex().doprint(expr)


@lru_cache(maxsize=2048, typed=True)
def to_text(expr: sp.Basic) -> str:
    """One line of plain text, its letters composed (Ĉ is one sign) where Unicode can."""
    return unicodedata.normalize("NFC", Text().doprint(expr))


def shortened(text: str, length: int = 160) -> str:
    """The beginning of a text that is too long for a message."""
    return text if len(text) <= length else f"{text[: length - 2]} …"


def conditions_in_latex(conditions: Iterable[Relational]) -> list[str]:
    """Side conditions, one by one; 0 ≤ j and j ≤ n become 0 ≤ j ≤ n."""
    return _chained(conditions, to_latex, relation_in_latex)


def conditions_in_text(conditions: Iterable[Relational]) -> list[str]:
    """The same as plain text."""
    return _chained(conditions, to_text, relation_in_text)


INEQUALITIES = (sp.Ge, sp.Le, sp.Gt, sp.Lt)
RELATIONS = {
    "=": ("=", "="),
    "<=": (r"\le", "≤"),
    "<": ("<", "<"),
    ">=": (r"\ge", "≥"),
    ">": (">", ">"),
}


def relation_in_latex(relation: str) -> str:
    return RELATIONS[relation][0]


def relation_in_text(relation: str) -> str:
    return RELATIONS[relation][1]


def _chained(
    conditions: Iterable[Relational],
    write: Callable[[sp.Basic], str],
    sign: Callable[[str], str],
) -> list[str]:
    """A symbol that has one lower and one upper bound is written between them, once."""
    conditions = list(dict.fromkeys(conditions))
    below: dict[sp.Expr, list[Relational]] = {}
    above: dict[sp.Expr, list[Relational]] = {}
    for relation in conditions:
        if isinstance(relation, INEQUALITIES):
            below.setdefault(relation.gts, []).append(relation)
            above.setdefault(relation.lts, []).append(relation)
    between = {e for e in below if e.is_Symbol and len(below[e]) == 1 == len(above.get(e, ()))}
    written = []
    for relation in conditions:
        ends = (relation.gts, relation.lts) if isinstance(relation, INEQUALITIES) else ()
        middle = next((e for e in ends if e in between), None)
        if middle is None:
            written.append(write(relation))
            continue
        low, high = below[middle][0], above[middle][0]
        signs = (sign("<" if isinstance(r, (sp.Gt, sp.Lt)) else "<=") for r in (low, high))
        ends = map(write, (low.lts, middle, high.gts))
        written.append("{0} {3} {1} {4} {2}".format(*ends, *signs))
    return list(dict.fromkeys(written))
