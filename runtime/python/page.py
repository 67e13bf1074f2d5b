"""What the page asks Python: to judge an answer, to say how a formula is read, to run a cell.

Each function takes and returns JSON. This module is imported before the memory is kept for the
next visit, so that nothing here may hold an object of the page: see `connect`.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import json
import re
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import nnlib.exercises
from nnlib.symbolic import ParseError

host: Any = None  # the page's side; see start.mjs
NUMPY = "numpy.whl"
REST = "sympy-rest.zip"


def connect(given: Any) -> None:
    """Take what the page offers: ``bring(name)``, which gets a file, and ``limit(seconds)``."""
    global host
    host = given


def as_json(function: Callable[..., Any]) -> Callable[..., str]:
    return lambda *args: json.dumps(function(*map(json.loads, args)), ensure_ascii=False)


# --- exercises ------------------------------------------------------------------------------------


@as_json
def judge(chapter: str, name: str, answer: str, seconds: float) -> dict[str, Any]:
    """Judge what was typed; the code of a function may run for so many seconds."""
    exercise = exercise_of(chapter, name)
    given: Any = answer
    if exercise.kind == "function":
        host.limit(seconds)
        try:
            given = defined(answer, exercise.answer_name())
            if given is None:
                return unreadable(f"Define a function called {exercise.answer_name()}.")
            return exercise.judge(given).to_data()
        except SyntaxError as error:
            return unreadable(f"Line {error.lineno}: {error.msg}.")
        except KeyboardInterrupt:
            return unreadable(f"Your code was stopped after {seconds:g} seconds.", "wrong")
        except Exception as error:
            return unreadable(f"{type(error).__name__}: {error}", "wrong")
        finally:
            host.limit(0)
    return exercise.judge(given).to_data()


def unreadable(message: str, status: str = "unreadable") -> dict[str, Any]:
    return {"status": status, "points": 0, "of": 100, "parts": [], "message": plain(message)}


def plain(text: str) -> str:
    """A text as Markdown that shows it unchanged."""
    return re.sub(r"([\\`*_\[\]<>$|#~&])", r"\\\1", text)


@as_json
def preview(chapter: str, name: str, text: str) -> dict[str, Any]:
    """How a typed formula is read, as TeX; or why it cannot be read."""
    exercise = exercise_of(chapter, name)
    if exercise.kind == "proof":
        return {"lines": [read(exercise, line) for line in text.splitlines() if line.strip()]}
    return {"lines": [read(exercise, text)]}


def read(exercise: Any, text: str) -> dict[str, str]:
    try:
        return {"tex": exercise.preview(text)}
    except (ParseError, TypeError, ValueError, ArithmeticError) as error:
        return {"error": str(error)}


def exercise_of(chapter: str, name: str) -> Any:
    return nnlib.exercises.exercises_of(importlib.import_module(f"exercises.{chapter}"))[name]


def defined(code: str, name: str) -> Any:
    """Run the reader's code; return what it calls `name`."""
    import cells

    space: dict[str, Any] = {"__name__": "__main__"}
    exec("import numpy as np", space)
    cells.execute(code, space, "your answer")
    return space.get(name)


@as_json
def refute(text: str) -> dict[str, Any]:
    """What is said of a changed line of the cover's derivation."""
    import refute as changed

    return changed.said(text)


# --- cells ----------------------------------------------------------------------------------------


@as_json
def run(chapter: str, cell: int, source: str, seconds: float) -> dict[str, Any]:
    """Run a cell in its chapter; return its outputs as a notebook would store them."""
    import cells

    host.limit(seconds)
    try:
        return cells.run(chapter, cell, source, seconds, lambda: host.limit(0))
    finally:
        host.limit(0)


@as_json
def plan(chapter: str, cell: int, sources: dict[str, str]) -> list[int]:
    """The cells that have to run before this one; `sources` is the chapter's code by cell."""
    import cells

    return cells.plan(chapter, cell, {int(number): code for number, code in sources.items()})


@as_json
def reset(chapter: str) -> None:
    """Forget what the cells of a chapter have defined."""
    import cells

    cells.reset(chapter)


# --- packages that come when they are asked for ---------------------------------------------------


class Brought(importlib.abc.MetaPathFinder):
    """Finds NumPy, and the parts of SymPy that hardly anybody needs, by asking the page for them."""

    def __init__(self) -> None:
        self.here: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name == "numpy" and NUMPY not in self.here:
            self.unpack()
            return importlib.machinery.PathFinder.find_spec(name)
        if name.startswith("sympy.") and REST not in self.here and host is not None:
            sys.modules["sympy"].__path__.append(f"{self.bring(REST)}/sympy")
            parent = sys.modules[name.rpartition(".")[0]]
            return importlib.machinery.PathFinder.find_spec(name, parent.__path__)
        return None

    def bring(self, file: str) -> str:
        place = host.bring(file)
        self.here.add(file)
        importlib.invalidate_caches()
        return place

    def unpack(self) -> None:
        with zipfile.ZipFile(self.bring(NUMPY)) as archive:
            archive.extractall(SITE)
        importlib.invalidate_caches()


SITE = next(place for place in sys.path if place.endswith("site-packages"))


sys.meta_path.append(Brought())
