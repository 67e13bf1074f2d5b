"""A false statement, shown by the values at which its two sides differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ._print import to_latex, to_text
from ._shown import MIME

LEFT, RIGHT = "left side", "right side"  # the last two entries of a verdict's counterexample
LONGEST = 240  # letters of TeX
ENTRY = re.compile(r"(?P<name>.+)\[(?P<indices>.*)\]")


class FalseStep(ValueError):
    """A line does not follow from the one before; the message has a counterexample.

    ``refutation`` is what a page shows of it.
    """

    def __init__(self, message: str, refutation: Refutation | None = None) -> None:
        super().__init__(message)
        self.refutation = refutation


@dataclass(frozen=True)
class Refutation:
    """Two expressions that should be equal, and values at which they are not.

    Args:
        what: what was claimed, as text with ``$TeX$``.
        left, right: the two expressions.
        counterexample: of the verdict: names and values, the two sides last.
        sides: what the two are called.
    """

    what: str
    left: sp.Expr
    right: sp.Expr
    counterexample: Mapping[str, str]
    sides: tuple[str, str] = ("the line before gives", "this line gives")

    @property
    def at(self) -> dict[sp.Expr, str]:
        """The values at which the sides differ, by symbol or entry."""
        return {
            _as_name(name): value
            for name, value in self.counterexample.items()
            if name not in (LEFT, RIGHT)
        }

    def example(self) -> str:
        """One sentence in plain text."""
        at = ", ".join(f"{to_text(name)} = {value}" for name, value in self.at.items())
        gives = ", ".join(
            f"{who} {value}" for who, value in zip(self.sides, self._values(), strict=True)
        )
        return (f"for instance at {at}: {gives}" if at else gives).replace("-", "−")

    def _values(self) -> tuple[str, str]:
        return self.counterexample.get(LEFT, "?"), self.counterexample.get(RIGHT, "?")

    def data(self, text: str) -> dict[str, Any]:
        """As JSON: ``what``, ``code`` and ``formula`` (TeX, null where long), ``at``, ``gives``."""
        return {
            "kind": "refutation",
            "name": "",
            "status": "refuted",
            "what": self.what,
            "code": _if_short(to_latex(self.left)),
            "formula": _if_short(to_latex(self.right)),
            "at": [
                f"{to_latex(name)} = {_number_in_latex(value)}" for name, value in self.at.items()
            ],
            "gives": [
                {"who": who, "value": _number_in_latex(value)}
                for who, value in zip(self.sides, self._values(), strict=True)
            ],
            "text": text,
        }


class Caught:
    """A fault that was noticed, for the page: what the code gives and what the formula gives."""

    def __init__(self, refutation: Refutation, text: str) -> None:
        self.refutation, self.text = refutation, text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        data = self.refutation.data(self.text)
        at = ", ".join(f"${tex}$" for tex in data["at"])
        gives = [f"{one['who']} ${one['value']}$" for one in data["gives"]]
        return f"**Caught:** {data['what']} is wrong. At {at}, {gives[0]} and {gives[1]}."

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": self.text,
            "text/markdown": self._repr_markdown_(),
            MIME: self.refutation.data(self.text),
        }


def _if_short(tex: str) -> str | None:
    """Formulas that a reader can take in; what code gives for all symbols is often long."""
    return tex if len(tex) <= LONGEST else None


def _number_in_latex(number: str) -> str:
    """6/5 as a small fraction, 1.2e-07 as a power of ten."""
    sign = "-" if number.startswith("-") else ""
    if found := re.fullmatch(r"-?(\d+)/(\d+)", number):
        return rf"{sign}\tfrac{{{found[1]}}}{{{found[2]}}}"
    if found := re.fullmatch(r"(-?[\d.]+)e([+-]\d+)", number):
        return rf"{found[1]} \cdot 10^{{{int(found[2])}}}"
    return number


def _as_name(name: str) -> sp.Expr:
    """The symbol or entry that a counterexample names as text, for printing."""
    found = ENTRY.fullmatch(name)
    if found is None:
        return sp.Symbol(name)
    indices = [sp.Integer(i) for i in found["indices"].split(", ")]
    return sp.IndexedBase(found["name"])[tuple(indices)]
