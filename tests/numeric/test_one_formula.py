"""No numeric module computes a formula by one branch for numbers and another for symbols.

The book proves what shipped code does on symbols. That says something about numbers only if numbers
run the same lines. So no module asks whether it was given symbols; only the checks of arguments do,
all in one module, where nothing is computed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import nnlib

ROOT = Path(nnlib.__file__).parent
NUMERIC = sorted(
    path
    for path in ROOT.rglob("*.py")
    if path.relative_to(ROOT).parts[0] not in ("symbolic", "exercises", "figures", "pages.py")
)
CHECKS = ROOT / "_checks.py"
ASKING = {"is_symbolic", "hasattr", "issubdtype"}


def questions(tree: ast.AST) -> Iterator[ast.AST]:
    """Wherever code asks whether a value holds symbols."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            if any(_names_objects(part) for part in parts):
                yield node
        elif isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            if name in ASKING or (name == "isinstance" and "Sym" in ast.unparse(node)):
                yield node


def _names_objects(node: ast.AST) -> bool:
    """``object``, ``np.object_`` or a dtype kind "O", alone or among others."""
    if isinstance(node, ast.Name):
        return node.id == "object"
    if isinstance(node, ast.Attribute):
        return node.attr == "object_"
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value == "O"


def in_a_check(node: ast.AST, tree: ast.AST) -> bool:
    """Whether the question only decides whether an error is raised."""
    return any(
        isinstance(branch, ast.If)
        and node in ast.walk(branch.test)
        and all(isinstance(statement, ast.Raise) for statement in branch.body)
        and not branch.orelse
        for branch in ast.walk(tree)
    )


@pytest.mark.parametrize("path", NUMERIC, ids=lambda path: str(path.relative_to(ROOT)))
def test_numbers_and_symbols_run_the_same_lines(path: Path) -> None:
    if path == CHECKS:
        return
    tree = ast.parse(path.read_text())
    found = [ast.unparse(node) for node in questions(tree) if not in_a_check(node, tree)]
    assert found == [], f"{path.relative_to(ROOT)} asks whether it was given symbols: {found}"


@pytest.mark.parametrize(
    "code",
    [
        "if a.dtype != object: x = 1",
        "y = 1 if z.dtype.kind == 'O' else 2",
        "if is_symbolic(x): y = 1",
        "y = isinstance(x, SymArray) and 1",
        "if object == a.dtype:\n    x = 1\nelse:\n    raise ValueError",
        "if hasattr(x, 'free_symbols'): return_value = 2",
    ],
)
def test_such_a_question_is_found(code: str) -> None:
    tree = ast.parse(code)
    assert [node for node in questions(tree) if not in_a_check(node, tree)]


def test_an_error_may_ask() -> None:
    tree = ast.parse("if w.dtype.kind == 'O':\n    raise TypeError('w')")
    assert all(in_a_check(node, tree) for node in questions(tree))
