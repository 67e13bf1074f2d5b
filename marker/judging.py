"""From a submission to marks: its code runs in the sandbox, what it answers is compared here."""

from __future__ import annotations

import functools
import hashlib
from typing import Any

from marker.assignment import Assignment, Question
from marker.sandbox import Outcome, Sandbox, Work
from marker.submissions import Notebook, Unreadable, read_notebook
from nnlib.exercises import (
    NO_ANSWER,
    UNDECIDED,
    UNREADABLE,
    Exercise,
    Function,
    Judgement,
)

__all__ = ["BY_HAND", "mark_notebook", "marks_of_unreadable"]

BY_HAND = "to be marked by hand"
MOST_SHOWN = 2000  # characters of an answer in feedback


def mark_notebook(
    assignment: Assignment, student: str, data: bytes, sandbox: Sandbox, note: str = ""
) -> dict[str, Any]:
    """Everything there is to say about one submission, as JSON data.

    It holds ``student``, ``points`` and ``of`` (in hundredths), ``open`` (questions that wait for a
    person), ``notes``, and for each question its status, points, parts, message and the answer as
    it was read.
    """
    try:
        notebook = read_notebook(data, sandbox.limits)
    except Unreadable as error:
        return marks_of_unreadable(assignment, student, str(error), note)
    exercises = {q.id: assignment.exercise(q, student) for q in assignment.questions}
    seeds = {q.id: assignment.seed(q) for q in assignment.questions}
    cells, places = _cells_to_run(assignment, notebook)
    outcome = sandbox.run(_work(assignment, cells, exercises, seeds))
    questions = [
        _by_hand(question, notebook)
        if (exercise := exercises[question.id]) is None
        else _judged(
            question, exercise, outcome, seeds[question.id], _is_untouched(question, notebook)
        )
        for question in assignment.questions
    ]
    if assignment.personal:
        for entry in questions:
            if (exercise := exercises[entry["id"]]) is not None:
                entry["asked"] = exercise.question
    others = _of_others(assignment, exercises, notebook)
    notes = [note, *others, *notebook.notes, *_stopped(outcome, places)]
    return _marks(assignment, student, questions, notes, data)


def marks_of_unreadable(
    assignment: Assignment, student: str, why: str, note: str = ""
) -> dict[str, Any]:
    """The marks of a file that is no notebook: nothing was answered."""
    questions = [
        _entry(question, NO_ANSWER, 0, "", "The file could not be read.")
        for question in assignment.questions
    ]
    marks = _marks(assignment, student, questions, [note, why], b"")
    return marks | {"unreadable": _clean(why)}


def _marks(
    assignment: Assignment,
    student: str,
    questions: list[dict[str, Any]],
    notes: list[str],
    data: bytes,
) -> dict[str, Any]:
    marks = {
        "student": student,
        "assignment": assignment.name,
        "points": sum(question["points"] for question in questions),
        "of": assignment.points,
        "open": [question["id"] for question in questions if _waits(question)],
        "notes": [note for note in notes if note],
        "questions": questions,
        "submission": hashlib.sha256(data).hexdigest(),
    }
    return _clean(marks)


def _waits(question: dict[str, Any]) -> bool:
    """Whether it is for a person, be it for one of its parts only."""
    statuses = {question["status"], *(part["status"] for part in question["parts"])}
    return bool(statuses & {UNDECIDED, BY_HAND})


def _clean(data: Any) -> Any:
    """Texts that every file and every database takes: no half characters, no zero bytes."""
    if isinstance(data, str):
        return data.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(data, list):
        return [_clean(item) for item in data]
    return {key: _clean(item) for key, item in data.items()} if isinstance(data, dict) else data


def _of_others(
    assignment: Assignment, exercises: dict[str, Exercise | None], notebook: Notebook
) -> list[str]:
    """A word where a notebook asks other things than this student was asked."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.kind == "markdown")
    others = [
        question.id
        for question in assignment.questions
        if (own := exercises[question.id]) is not None and question.exercise is not None
        if own is not question.exercise
        if own.asked() != question.exercise.asked() and own.asked() not in text
    ]
    if not others:
        return []
    return [f"Not the version made for this student: {', '.join(others)}."]


# --- what is run ----------------------------------------------------------------------------------


def _cells_to_run(assignment: Assignment, notebook: Notebook) -> tuple[list[str], list[int]]:
    """The code cells, and which of the notebook's code cells each is.

    Checks that were handed out do not run again: they print, and judge nothing here. Whatever they
    define stays, so only those that ask a check are left out.
    """
    cells, places = [], []
    code = [cell for cell in notebook.cells if cell.kind == "code"]
    for place, cell in enumerate(code, start=1):
        handed_out = cell.source.strip() in assignment.given
        if cell.source.strip() and not (handed_out and ".check(" in cell.source):
            cells.append(cell.source)
            places.append(place)
    return cells, places


def _work(
    assignment: Assignment,
    cells: list[str],
    exercises: dict[str, Exercise | None],
    seeds: dict[str, str],
) -> Work:
    names = [name for name, exercise in exercises.items() if exercise is not None]
    calls = [
        (name, position, arguments)
        for name, exercise in exercises.items()
        if isinstance(exercise, Function)
        for position, arguments in enumerate(exercise.inputs(seeds[name]))
    ]
    return Work(cells, names, calls, dict(assignment.files))


def _stopped(outcome: Outcome, places: list[int]) -> list[str]:
    said = [
        f"Code cell {places[cell]} stopped: {why}" for cell, why in sorted(outcome.stopped.items())
    ]
    if not outcome.ended:
        said.append("The notebook could not be run to its end; what it answered until then counts.")
    return said


# --- what is compared -----------------------------------------------------------------------------


def _judged(
    question: Question, exercise: Exercise, outcome: Outcome, seed: str, untouched: bool
) -> dict[str, Any]:
    value = outcome.answers.get(question.id, {"kind": "nothing"})
    kind = value["kind"] if isinstance(value, dict) else "plain"
    if isinstance(exercise, Function) and kind == "function":
        said = outcome.values.get(question.id, {})
        count = len(exercise.inputs(seed))
        values = [said.get(n, {"raised": "the call gave nothing back"}) for n in range(count)]
        if untouched and all(value == {"value": None} for value in values):
            return _entry(question, NO_ANSWER, 0, "", "")
        return _found(question, _safely(question, exercise, seed, values), "a function")
    answer = _answer(value)
    found = _found(question, _safely(question, exercise, None, answer), shown(answer))
    if kind in ("other", "function"):
        _say_what_it_is(found, value)
    if "formula" in _kinds(value):
        # SymPy wrote it, not the student: that it cannot be read is nobody's mistake.
        unread = [part for part in found["parts"] if part["status"] == UNREADABLE]
        for part in unread:
            found["points"] -= part["points"]
            part |= {"status": UNDECIDED, "points": 0}
        if unread:
            found["status"] = UNDECIDED
    return found


def _say_what_it_is(found: dict[str, Any], value: dict[str, Any]) -> None:
    """Of a value that no answer can be, the message speaks of it, not of the text in its place."""
    what = value.get("type", value["kind"])
    for said in (found, *found["parts"]):
        if said["status"] == UNREADABLE:
            said["message"] = f"No answer to this question is a value like this one: {what}."


def _is_untouched(question: Question, notebook: Notebook) -> bool:
    """Whether the cell is there as it was handed out."""
    return any(cell.source.strip() == question.untouched for cell in notebook.cells)


def _safely(
    question: Question, exercise: Exercise, seed: str | None, answer: Any
) -> Judgement | str:
    """The judgement; what the comparison itself cannot do is for a person."""
    try:
        if seed is None:
            asked_all = exercise is question.exercise and isinstance(answer, str)
            return _judged_before(exercise, answer) if asked_all else exercise.judge(answer)
        assert isinstance(exercise, Function)
        return exercise.judge_values(seed, answer)
    except (Exception, RecursionError, MemoryError) as error:
        return f"The comparison stopped ({type(error).__name__})."


@functools.lru_cache(maxsize=1024)
def _judged_before(exercise: Exercise, answer: str) -> Judgement:
    """What was said of the same text before: many of a class type the same."""
    return exercise.judge(answer)


def _found(question: Question, judgement: Judgement | str, answer: str) -> dict[str, Any]:
    if isinstance(judgement, str):
        return _entry(question, UNDECIDED, 0, answer, judgement)
    parts = [dict(part) for part in judgement.to_data()["parts"]]
    entry = _entry(question, judgement.status, judgement.points, answer, judgement.message)
    return entry | {"parts": parts}


def _entry(
    question: Question, status: str, points: int, answer: str, message: str
) -> dict[str, Any]:
    return {
        "id": question.id,
        "title": question.title,
        "status": status,
        "points": points,
        "of": question.points,
        "answer": answer[:MOST_SHOWN],
        "message": message,
        "parts": [],
    }


def _by_hand(question: Question, notebook: Notebook) -> dict[str, Any]:
    found = [cell.source for cell in notebook.cells if cell.grade_id == question.id]
    if not found:
        said = "Its cell was not found; a person looks through the notebook."
        return _entry(question, BY_HAND, 0, "", said)
    text = "\n\n".join(found)
    if text.strip() == question.untouched:
        return _entry(question, NO_ANSWER, 0, "", "")
    return _entry(question, BY_HAND, 0, text, "")


def _kinds(value: Any) -> set[str]:
    if not isinstance(value, dict):
        return {"plain"}
    return {value["kind"]}.union(*map(_kinds, value.get("items", ())))


def _answer(value: Any) -> Any:
    """The answer as an exercise takes it; nothing but texts, numbers and lists of them."""
    if not isinstance(value, dict):
        return value
    match value["kind"]:
        case "nothing":
            return None
        case "float":
            return float(value["value"])
        case "formula":
            return value["text"]
        case "list":
            return [_answer(item) for item in value["items"]]
    return f"({value.get('type', value['kind'])})"


def shown(answer: Any) -> str:
    """An answer as a person reads it."""
    if isinstance(answer, list):
        return "\n".join(map(shown, answer))
    return "" if answer is None else str(answer)
