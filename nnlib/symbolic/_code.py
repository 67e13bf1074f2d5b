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
