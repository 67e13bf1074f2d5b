"""The code of functions, as it ships."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any


def code_of(function: Callable[..., Any], doc: bool = False) -> str:
    """The source of a function, without its docstring unless ``doc``."""
    code = textwrap.dedent(inspect.getsource(function)).rstrip()
    node = ast.parse(code).body[0]
    first = node.body[0]
    is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if doc or not is_doc:
        return code
    lines = code.split("\n")
    del lines[first.lineno - 1 : first.end_lineno]
    return "\n".join(lines)


def statements_of(function: Callable[..., Any], *starts: str) -> str:
    """The statements of a function that begin with one of these texts, in their order.

    Raises:
        ValueError: where none begins with one of them.
    """
    code = code_of(function)
    lines, found = code.split("\n"), {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.stmt):
            said = textwrap.dedent("\n".join(lines[node.lineno - 1 : node.end_lineno]))
            for start in starts:
                if said.startswith(start):
                    found.setdefault(start, []).append((node.lineno, said))
    for start in starts:
        if start not in found:
            raise ValueError(f"lines: no statement of {function.__name__} begins with {start!r}")
    return "\n".join(said for _, said in sorted(one for some in found.values() for one in some))
