"""What the book's pages show beside derivations and figures: code by its source, caught faults."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sympy as sp

from nnlib._numbers import number
from nnlib.symbolic import Caught, FalseStep, code_of, to_latex


class Shown:
    """Markdown where it can be rendered, plain text elsewhere."""

    def __init__(self, markdown: str, text: str) -> None:
        self.markdown, self.text = markdown, text

    def _repr_markdown_(self) -> str:
        return self.markdown

    def __repr__(self) -> str:
        return self.text


def source(*functions: Callable[..., Any], doc: bool = False) -> Shown:
    """The code of library functions, as it ships; their docstrings only with ``doc=True``."""
    code = "\n\n\n".join(code_of(function, doc) for function in functions)
    return Shown(f"```python\n{code}\n```", code)


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Shown:
    """A table; numbers are written with four significant digits."""
    cells = [[_cell(value) for value in row] for row in rows]
    lines = [list(header), ["---"] * len(header), *cells]
    markdown = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    widths = [max(len(row[n]) for row in [list(header), *cells]) for n in range(len(header))]
    plain = [
        "  ".join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True)).rstrip()
        for row in [list(header), *cells]
    ]
    return Shown(markdown, "\n".join(plain))


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return number(value, 4) if isinstance(value, float) else str(value).replace("-", "−")


class Known:
    """Named values that sentences of a page show, as much of each as they need.

    A sentence writes ``[6.58](#known-half-life)``: the site compares the number with the value.
    """

    MIME = "application/vnd.nnlib.known+json"

    def __init__(self, values: dict[str, dict[str, str]]) -> None:
        self.values = values

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), self.MIME: self.values}

    def __repr__(self) -> str:
        return "\n".join(
            f"{name} = {known.get('value') or known['tex']}" for name, known in self.values.items()
        )


def known(**values: Any) -> Known:
    """Values that sentences of the page show: ``known(half_life=half_life(0.9))``.

    Args:
        values: numbers; SymPy expressions; derivations, of which the last line counts. In the
            text, ``_`` in a name is ``-``.

    Raises:
        ValueError: for what is no finite number and no expression.
    """
    return Known({name.replace("_", "-"): _known(name, value) for name, value in values.items()})


def _known(name: str, value: Any) -> dict[str, str]:
    value = getattr(value, "last", value)
    said = {"tex": to_latex(value)} if isinstance(value, sp.Basic) else {}
    if said and not value.is_number:
        return said
    if isinstance(value, (bool, str)):
        raise ValueError(f"{name} must be a number, an expression or a derivation, got {value!r}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    return {"value": f"{number:.10g}"} | said


def caught(check: Callable[[], Any]) -> Shown | Caught:
    """Run a check that must fail, and show what it says; an error where nothing is noticed."""
    try:
        check()
    except (ValueError, AssertionError) as error:
        text = "\n".join(_wrapped(line) for line in str(error).split("\n"))
        if isinstance(error, FalseStep) and error.refutation is not None:
            return Caught(error.refutation, f"Caught: {text}")
        return Shown(f"**Caught:**\n\n```text\n{text}\n```", f"Caught: {text}")
    raise AssertionError("the planted fault was not noticed")


def _wrapped(line: str) -> str:
    return textwrap.fill(line, 84, subsequent_indent="  ", break_long_words=False)
