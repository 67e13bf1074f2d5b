"""The students' version of an assignment, and the proof that it gives nothing away.

An author writes one notebook with its solutions between nbgrader's marks ``BEGIN SOLUTION`` and
``END SOLUTION`` (and hidden tests between ``BEGIN HIDDEN TESTS`` and ``END HIDDEN TESTS``). Out of
it comes a notebook without either, beside it a file with what can be said of the questions without
knowing the answers.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from marker.assignment import SOLUTION, Assignment, Question, load_assignment
from marker.journal import write_whole
from marker.judging import BY_HAND, mark_notebook
from marker.sandbox import Sandbox
from marker.submissions import plain_name
from nnlib.exercises import Exercise, handout

__all__ = ["Release", "leaks", "prove", "release", "student_version"]

_HIDDEN = re.compile(
    r"^[^\n]*BEGIN HIDDEN TESTS.*?END HIDDEN TESTS[^\n]*$\n?", re.DOTALL | re.MULTILINE
)
_SHORTEST = 8  # characters of a line of a solution that is looked for in what is handed out


@dataclass(frozen=True)
class Release:
    """What a student gets: the notebook, and the other files by name."""

    notebook: dict[str, Any]
    files: Mapping[str, str]

    def write(self, folder: Path, name: str) -> None:
        """Write it into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f"{name}.ipynb", json.dumps(self.notebook, indent=1) + "\n")
        for file, text in self.files.items():
            write_whole(folder / file, text)


def release(source: Path, into: Path, students: Sequence[str] = (), secret: str = "") -> list[str]:
    """Write the students' version of the assignment `source`; return what was written, in words.

    Without `students` there is one version for all. With them each gets a folder, and questions
    with numbers of his own where the assignment says that it is personal; that needs `secret`.
    ``ValueError`` where a solution would be handed out.
    """
    assignment = load_assignment(source, secret)
    if students and not secret:
        raise ValueError("a seed is needed to give each student numbers")
    for student in students or [""]:
        made = student_version(assignment, student)
        found = list(leaks(assignment, made))
        if found:
            raise ValueError("; ".join(found))
        place = into / plain_name(student) if student else into
        made.write(place / assignment.name, assignment.name)
    said = [f"{len(students) or 'One'} version{'s' if len(students) > 1 else ''} in {into}."]
    if assignment.personal and not students:
        said.append("It is the same for everybody: mark it with --as-printed.")
    return said


def student_version(assignment: Assignment, student: str = "") -> Release:
    """The assignment as one student gets it, or, without a name, as it was printed."""
    notebook = json.loads(assignment.notebook)
    questions = {question.id: question for question in assignment.questions}
    exercises = {
        name: assignment.exercise(question, student) if student else question.exercise
        for name, question in questions.items()
    }
    notebook["cells"] = [_cell(cell, questions, exercises) for cell in notebook["cells"]]
    asked = {name: handout(one) for name, one in exercises.items() if one is not None}
    text = json.dumps(asked, indent=1, ensure_ascii=False) + "\n"
    return Release(notebook, {**assignment.files, f"{assignment.name}.json": text})


def _cell(
    cell: dict[str, Any],
    questions: Mapping[str, Question],
    exercises: Mapping[str, Exercise | None],
) -> dict[str, Any]:
    cell = copy.deepcopy(cell)
    text = "".join(cell["source"])
    name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
    asked = exercises.get(name.removesuffix("-question").replace("-", "_"))
    if name.endswith("-question") and asked is not None:
        text = f"## {asked.title}\n\n{asked.asked()}"
    elif name in questions:
        text = questions[name].untouched
    cell["source"] = _HIDDEN.sub("", text).strip("\n").splitlines(keepends=True)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    return cell


# --- the proof ------------------------------------------------------------------------------------


def leaks(assignment: Assignment, made: Release) -> Iterator[str]:
    """What the students' version says that it should not."""
    notebook = "\n".join(_texts(made.notebook))
    handed = "\n".join([notebook, *made.files.values()])
    for mark in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS"):
        if mark in handed:
            yield f"{assignment.name}: {mark} is left in it"
    if any(cell.get("outputs") for cell in made.notebook["cells"]):
        yield f"{assignment.name}: outputs are left in it"
    for solution in _solutions(assignment):
        if solution in handed:
            yield f"{assignment.name}: a solution is left in it: {solution}"
    open_text = SOLUTION.sub("", "\n".join(_texts(json.loads(assignment.notebook))))
    open_text += "".join(question.untouched for question in assignment.questions)
    for line in {line.strip() for text in _solutions(assignment) for line in text.splitlines()}:
        if len(line) >= _SHORTEST and line in notebook and line not in open_text:
            yield f"{assignment.name}: a line of a solution is left in it: {line}"
    for question in assignment.questions:
        if question.exercise is not None and question.exercise.shown_solution() in handed:
            yield f"{assignment.name}: the solution of {question.id} is left in it"


def _texts(notebook: Mapping[str, Any]) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def _solutions(assignment: Assignment) -> list[str]:
    texts = _texts(json.loads(assignment.notebook))
    return [found.strip() for text in texts for found in SOLUTION.findall(text)]


def prove(assignment: Assignment, sandbox: Sandbox) -> list[str]:
    """What keeps an assignment from being one: nothing, if it is fit to be handed out.

    The author's own notebook, which solves the assignment as it was printed, gets all points but
    those that a person gives, the students' version none; nothing in that gives an answer away.
    """
    assignment = replace(assignment, personal=False)
    made = student_version(assignment)
    found = list(leaks(assignment, made))
    solved = mark_notebook(assignment, "", assignment.notebook, sandbox)
    empty = mark_notebook(assignment, "", json.dumps(made.notebook).encode(), sandbox)
    for marks in (solved, empty):
        found += [note for note in marks["notes"] if "stopped" in note]
    for question in solved["questions"]:
        if question["status"] != BY_HAND and question["points"] != question["of"]:
            found.append(f"{question['id']}: its solution gets {question['points']}")
    for question in empty["questions"]:
        if question["points"] or question["status"] == BY_HAND:
            found.append(f"{question['id']}: untouched it gets {question['points']}")
    return found
