"""What an author wrote: a source notebook, and beside it a module with the exercises it asks.

A question is one cell of the notebook whose metadata (nbgrader's) say that it is graded and the
student's to fill. Its ``grade_id`` is the name of the question: where the module has an exercise of
that name the marker judges it, else a person does. The answer is the value that the student's
notebook gives this name.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import marker
import nnlib
from marker.seeds import judge_seed, personal_seed
from nnlib.exercises import Exercise, exercises_of

__all__ = ["SOLUTION", "Assignment", "Question", "load_assignment"]

# What stands between nbgrader's marks.
SOLUTION = re.compile(
    r"^[^\n]*BEGIN SOLUTION[^\n]*\n(.*?)^[^\n]*END SOLUTION[^\n]*$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Question:
    """One question: its name, what it is worth in hundredths, and what judges it, if anything."""

    id: str
    points: int
    title: str
    text: str
    exercise: Exercise | None
    untouched: str  # the cell as it is handed out


@dataclass(frozen=True)
class Assignment:
    """A whole assignment with the instructor's secret."""

    name: str
    title: str
    questions: tuple[Question, ...]
    files: Mapping[str, str]
    personal: bool
    secret: str
    given: frozenset[str] = field(repr=False)  # sources of the cells that are no answers
    notebook: bytes = field(repr=False)  # the author's
    source: bytes = field(repr=False)  # the notebook and all that stands beside it

    @property
    def points(self) -> int:
        """The hundredths that can be had."""
        return sum(question.points for question in self.questions)

    def exercise(self, question: Question, student: str) -> Exercise | None:
        """What this student was asked."""
        if question.exercise is None or not self.personal:
            return question.exercise
        seed = personal_seed(self.secret, self.name, question.id, student)
        return question.exercise.variant(seed)

    def seed(self, question: Question) -> str:
        """The seed of what the answers to a question are tried on."""
        return judge_seed(self.secret, self.name, question.id)

    @cached_property
    def digest(self) -> str:
        """What the marks depend on beside the submission: the assignment, the seed, the code."""
        parts = hashlib.sha256(self.source)
        parts.update(self.secret.encode())
        for package in (nnlib, marker):
            assert package.__file__ is not None
            for path in sorted(Path(package.__file__).parent.rglob("*.py")):
                parts.update(path.name.encode() + b"\0" + path.read_bytes())
        return parts.hexdigest()


def load_assignment(path: str | Path, secret: str) -> Assignment:
    """Read ``NAME.ipynb`` and the module ``NAME.py`` beside it.

    ``ValueError`` says what is wrong with them.
    """
    path = Path(path)
    source = path.read_bytes()
    try:
        notebook = json.loads(source)
        cells, settings = notebook["cells"], notebook["metadata"].get("assignment", {})
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path}: expected a notebook of version 4") from None
    module, code = _module(path.with_suffix(".py"))
    questions = _questions(path, cells, module)
    files = {name: (path.parent / name).read_text() for name in settings.get("files", [])}
    return Assignment(
        name=path.stem,
        title=settings.get("title", path.stem),
        questions=questions,
        files=files,
        personal=bool(settings.get("personal", False)),
        secret=secret,
        given=frozenset(_text(cell).strip() for cell in cells if not _setting(cell, "solution")),
        notebook=source,
        source=source + code + json.dumps(files, sort_keys=True).encode(),
    )


def _module(path: Path) -> tuple[dict[str, Exercise], bytes]:
    if not path.exists():
        return {}, b""
    name = f"assignment_{path.stem}"
    specification = importlib.util.spec_from_file_location(name, path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module  # `inspect.getsource` looks there
    specification.loader.exec_module(module)
    return exercises_of(module), path.read_bytes()


def _questions(
    path: Path, cells: list[Any], exercises: dict[str, Exercise]
) -> tuple[Question, ...]:
    questions: list[Question] = []
    before = ""
    for cell in cells:
        if not _setting(cell, "grade"):
            before = _text(cell) if cell.get("cell_type") == "markdown" else before
            continue
        name, points = _setting(cell, "grade_id"), _setting(cell, "points")
        exercise = exercises.get(name)
        if not isinstance(points, int) or points < 0:
            raise ValueError(f"{path}: {name}: expected points in whole hundredths, got {points!r}")
        if exercise is not None and sum(part.points for part in exercise.parts) != points:
            of = sum(part.points for part in exercise.parts)
            raise ValueError(f"{path}: {name}: {points} points in the notebook, {of} in the module")
        if name in {question.id for question in questions}:
            raise ValueError(f"{path}: two questions are called {name}")
        text = before if exercise is None else exercise.question
        title = name if exercise is None else exercise.title
        untouched = _untouched(cell, name, exercise)
        questions.append(Question(name, points, title, text, exercise, untouched))
    if not questions:
        raise ValueError(f"{path}: no cell is a question")
    missing = exercises.keys() - {question.id for question in questions}
    if missing:
        raise ValueError(f"{path}: no cell asks {', '.join(sorted(missing))}")
    return tuple(questions)


def _setting(cell: Any, name: str) -> Any:
    return cell.get("metadata", {}).get("nbgrader", {}).get(name)


def _text(cell: Any) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _untouched(cell: Any, name: str, exercise: Exercise | None) -> str:
    """The cell of a question with dots in place of its solution."""
    start = "*Your answer.*" if cell.get("cell_type") == "markdown" else f"{name} = ..."
    if exercise is not None:
        start = re.sub(rf"^{exercise.answer_name()}\b", name, exercise.starter())
    return SOLUTION.sub(lambda found: start, _text(cell)).strip()
