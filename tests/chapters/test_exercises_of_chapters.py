"""Every exercise of every chapter, as a reader would meet it."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import notebooks
import pytest

from nnlib.exercises import Exercise, exercises_of, self_test

BOOK = Path(__file__).resolve().parents[2] / "book"
CHAPTERS = sorted(path.stem for path in (BOOK / "exercises").glob("[!_]*.py"))


def exercises(chapter):
    sys.path.insert(0, str(BOOK))
    try:
        return exercises_of(importlib.import_module(f"exercises.{chapter}"))
    finally:
        sys.path.remove(str(BOOK))


NAMED = [(chapter, name) for chapter in CHAPTERS for name in exercises(chapter)]


def test_there_are_chapters_with_exercises():
    assert len(CHAPTERS) >= 7 and min(len(exercises(chapter)) for chapter in CHAPTERS) >= 5


@pytest.mark.parametrize(("chapter", "name"), NAMED)
def test_solution_passes_starter_fails_each_mistake_is_named(chapter, name):
    self_test(exercises(chapter)[name])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_cells_of_a_chapter_are_those_of_its_exercises(chapter):
    path = BOOK / f"{chapter}.ipynb"
    stored = nbformat.read(path, as_version=4)
    written = notebooks.with_exercises(stored, path)
    assert [(c.id, c.source) for c in written.cells] == [(c.id, c.source) for c in stored.cells]
    asked = [cell for cell in stored.cells if cell.id.startswith("exercise-")]
    assert len(asked) == 2 * len(exercises(chapter))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_titles_are_anchors_and_no_answer_stands_out(chapter):
    own = exercises(chapter)
    titles = [exercise.title for exercise in own.values()]
    assert len(set(titles)) == len(titles)
    choices = [e.solution for e in own.values() if e.kind == "choice"]
    assert len(set(choices)) == len(choices)


def test_no_letter_is_the_answer_to_every_choice():
    kinds = [e for chapter in CHAPTERS for e in exercises(chapter).values() if e.kind == "choice"]
    solutions = [exercise.solution for exercise in kinds]
    assert max(map(solutions.count, solutions)) <= len(solutions) // 2


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_one_cell_of_an_exercise_runs_by_itself(chapter):
    first = next(iter(exercises(chapter).values()))
    code = notebooks.exercise_cells(first)[1].source
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(BOOK), str(BOOK.parent)])}
    run = subprocess.run(
        [sys.executable, "-c", code.replace("ex.", "said = ex.", 1) + "\nprint(said)"],
        capture_output=True,
        text=True,
        env=env,
    )
    assert run.stdout.startswith("No answer yet."), run.stderr


def test_exercises_that_need_no_numbers_are_asked_without_numpy():
    code = f"""
import sys
sys.path.insert(0, {str(BOOK)!r})
sys.modules["numpy"] = None
from importlib import import_module
from nnlib.exercises import exercises_of
for chapter in {CHAPTERS!r}:
    for exercise in exercises_of(import_module("exercises." + chapter)).values():
        if exercise.kind != "function":
            assert exercise.judge(exercise.model_answer()).right, exercise.name
        exercise.to_data()
print("done")
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == "done\n", run.stderr


@pytest.mark.parametrize(("chapter", "name"), NAMED)
def test_what_is_asked_is_plain_markdown(chapter, name):
    """The page, an assignment and the marker show it too: no roles, no links into the book."""
    exercise: Exercise = exercises(chapter)[name]
    texts = [exercise.asked(), *exercise.hints, exercise.remark]
    texts += [mistake.message for mistake in exercise.mistakes]
    for text in texts:
        assert "{eq}" not in text and "{cite" not in text and "](" not in text
        assert text.count("$") % 2 == 0
