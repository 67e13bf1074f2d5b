"""Every exercise of every chapter, as a reader would meet it."""

import importlib
import json
import re
import sys
from pathlib import Path

import pytest

from nnlib.exercises import exercises_of, self_test

BOOK = Path(__file__).resolve().parents[2] / "book"
CHAPTERS = sorted(path.stem for path in (BOOK / "exercises").glob("[!_]*.py"))


def exercises(chapter):
    sys.path.insert(0, str(BOOK))
    try:
        return dict(exercises_of(importlib.import_module(f"exercises.{chapter}")))
    finally:
        sys.path.remove(str(BOOK))


NAMED = [(chapter, name) for chapter in CHAPTERS for name in exercises(chapter)]


def code_of(chapter):
    notebook = json.loads((BOOK / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]


def test_there_are_chapters_with_exercises():
    assert CHAPTERS


@pytest.mark.parametrize(("chapter", "name"), NAMED)
def test_solution_passes_starter_fails_each_mistake_is_named(chapter, name):
    self_test(exercises(chapter)[name])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_asks_every_exercise_once_and_leaves_it_open(chapter):
    asked = []
    for code in code_of(chapter):
        if found := re.search(r"^ex\.(\w+)\.check\(\w+\)$", code, re.MULTILINE):
            assert "..." in code, f"{chapter}: the cell of {found[1]} is not an open question"
            asked.append(found[1])
    assert sorted(asked) == sorted(exercises(chapter))
    assert len(asked) >= 5
