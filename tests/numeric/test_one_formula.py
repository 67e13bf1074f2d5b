"""No numeric module computes a formula by one branch for numbers and another for symbols.

The book proves what shipped code does on symbols. That says something about numbers only if numbers
run the same lines. So the lines that run are noted, on numbers and on symbols, and must be the same;
in every branch that is there no module asks whether it was given symbols. Only the checks of
arguments do, all in one module, where nothing is computed, and the guards for infinities, float16
and blocks, which are no formulas.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import bad_calls
import numpy as np
import pytest
import sympy as sp

import nnlib
from nnlib import optim
from nnlib.symbolic import symarray

ROOT = Path(nnlib.__file__).parent
NUMERIC = sorted(
    path
    for path in ROOT.rglob("*.py")
    if path.relative_to(ROOT).parts[0] not in ("symbolic", "exercises", "figures", "pages.py")
)
CHECKS, SPEED = ROOT / "_checks.py", ROOT / "_speed.py"
ASKING = {"is_symbolic", "hasattr", "issubdtype"}
ATTRIBUTES = {"kind", "char", "hasobject", "free_symbols"}


def questions(tree: ast.AST) -> Iterator[ast.AST]:
    """Wherever code asks whether a value holds symbols."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            if any(_names_objects(part) for part in parts):
                yield node
        elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            yield node
        elif isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            asked = ast.unparse(node)
            kinds = ("free_symbols",)
            if name == "isinstance":
                kinds += ("Sym", "float", "Number")
            if name in ASKING or any(kind in asked for kind in kinds):
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


# --- the lines that run ---------------------------------------------------------------------------


def lines(run: Callable[[], Any]) -> tuple[Any, set[tuple[str, int]]]:
    """What a function returns, and the lines of the numeric modules that it ran."""
    seen: set[tuple[str, int]] = set()
    followed = {str(path) for path in NUMERIC if path not in (CHECKS, SPEED)}

    def on_line(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return on_line

    def on_call(frame: FrameType, event: str, arg: Any) -> Any:
        return on_line if frame.f_code.co_filename in followed else None

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        return run(), seen
    finally:
        sys.settrace(before)


def in_symbols(value: Any, name: str) -> Any:
    """Symbols for the numbers of an array, an exact number for a rounded one."""
    if isinstance(value, tuple):
        return tuple(in_symbols(part, name) for part in value)
    if isinstance(value, float):
        return sp.Rational(str(value))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return symarray(name, value.shape)
    return value


# Smaller than the right calls elsewhere: each entry is an expression here.
SMALL: dict[str, dict[str, tuple[int, ...]]] = {
    "conv.conv2d": {"x": (1, 2, 4, 3), "w": (2, 2, 2, 2), "b": (2,)},
    "conv.conv2d_plain": {"x": (1, 2, 4, 3), "w": (2, 2, 2, 2), "b": (2,)},
    "conv.conv_transpose2d": {"x": (1, 2, 3, 2), "w": (2, 2, 2, 2), "b": (2,)},
    "conv.avg_pool2d": {"x": (1, 1, 4, 4)},
    "conv.max_pool2d": {"x": (1, 1, 4, 4)},
    "conv.im2col": {"x": (1, 1, 4, 4)},
    "functional.group_norm": {"x": (1, 4, 2)},
}
FORWARDS = [
    name
    for name in bad_calls.CALLS
    if name.split(".")[0] in ("averages", "conv", "functional", "nn")
    and any(isinstance(value, np.ndarray) for value in bad_calls.arguments(name).values())
    and "cache" not in bad_calls.arguments(name)
]
# L-BFGS searches along a line, which takes numbers; NAdam takes 0.96, as rounded, to a power.
OPTIMIZERS = [
    name
    for name in optim.__all__
    if f"optim.{name}" in bad_calls.CALLS and name[0].isupper() and name not in ("LBFGS", "NAdam")
]


def both(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    return given, {key: in_symbols(value, key) for key, value in given.items()}


@pytest.mark.parametrize("name", FORWARDS)
def test_a_function_runs_the_same_lines_on_numbers_and_on_symbols(name: str) -> None:
    module = importlib.import_module(f"nnlib.{name.split('.')[0]}")
    function = getattr(module, name.split(".")[1])
    rng = np.random.default_rng(0)
    small = {key: rng.normal(size=shape) for key, shape in SMALL.get(name, {}).items()}
    numbers, symbols = both(bad_calls.arguments(name) | small)
    of_numbers, ran = lines(lambda: function(**numbers))
    of_symbols, ran_on_symbols = lines(lambda: function(**symbols))
    assert ran and ran == ran_on_symbols
    backward = getattr(module, f"{name.split('.')[1]}_backward", None)
    if backward is None or not isinstance(of_numbers, tuple):
        return
    (y, cache), (_, cache_of_symbols) = of_numbers, of_symbols
    dy = () if name.endswith(("_loss", "cross_entropy")) else (rng.normal(size=y.shape),)
    _, ran = lines(lambda: backward(*dy, cache=cache))
    _, ran_on_symbols = lines(
        lambda: backward(*(in_symbols(g, "dy") for g in dy), cache=cache_of_symbols)
    )
    assert ran and ran == ran_on_symbols


def rules_that_run(kind: str, of: Callable[[Any, str], Any]) -> set[tuple[str, int]]:
    """The lines of the equations that two steps of an optimizer run, on what ``of`` makes."""
    made = getattr(optim, kind)
    defaults = {
        name: of(parameter.default, name)
        for name, parameter in inspect.signature(made).parameters.items()
        if parameter.default is not parameter.empty
    }

    def two_steps() -> None:
        optimizer = made(of(np.ones(2), "w"), **defaults)
        optimizer.step(of(np.full(2, 0.5), "g"))
        optimizer.step(of(np.full(2, 0.25), "h"))

    _, ran = lines(two_steps)
    equations = (str(ROOT / "optim" / "_rules.py"), str(ROOT / "averages.py"))
    return {(path, number) for path, number in ran if path in equations}


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_an_optimizer_runs_the_same_lines_on_numbers_and_on_symbols(kind: str) -> None:
    ran = rules_that_run(kind, lambda value, name: value)
    assert ran and ran == rules_that_run(kind, in_symbols)


def test_a_branch_for_numbers_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "def twice(x):\n"
        "    try:\n"
        "        return float(x[0]) + x\n"
        "    except TypeError:\n"
        "        return x + x[0]\n"
    )
    space: dict[str, Any] = {}
    exec(compile(source, str(NUMERIC[0]), "exec"), space)
    _, ran = lines(lambda: space["twice"](np.ones(2)))
    _, ran_on_symbols = lines(lambda: space["twice"](symarray("x", (2,))))
    assert ran != ran_on_symbols


# --- the questions that stand there ---------------------------------------------------------------


@pytest.mark.parametrize("path", NUMERIC, ids=lambda path: str(path.relative_to(ROOT)))
def test_numbers_and_symbols_run_the_same_lines(path: Path) -> None:
    if path in (CHECKS, SPEED):
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
        "y = 1 if x.dtype.kind == 'f' else 2",
        "y = 1 if x.dtype.kind in 'fc' else 2",
        "if x.dtype.hasobject: y = 1",
        "y = isinstance(x.flat[0], float) and 1",
        "y = getattr(x, 'free_symbols', ()) and 1",
    ],
)
def test_such_a_question_is_found(code: str) -> None:
    tree = ast.parse(code)
    assert [node for node in questions(tree) if not in_a_check(node, tree)]


def test_an_error_may_ask() -> None:
    tree = ast.parse("if w.dtype.kind == 'O':\n    raise TypeError('w')")
    assert all(in_a_check(node, tree) for node in questions(tree))
