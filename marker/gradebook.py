"""The marks in nbgrader's grade book, and back: for marking by hand and for nbgrader's feedback.

The grade book is a database: SQLite in the course's folder, or a server whose address is given,
where several people mark at once. Points stand in it in hundredths, which are whole numbers.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import compute_checksum
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from marker import report
from marker.journal import write_whole
from marker.limits import Limits
from marker.report import Marked
from marker.submissions import (
    Cell,
    Notebook,
    Unreadable,
    find,
    plain_name,
    read_notebook,
    read_submission,
)
from marker.tables import points_text

__all__ = ["fetch", "fill"]

SCHEMA = 3
_SETTINGS = ("grade", "grade_id", "locked", "points", "schema_version", "solution", "task")


def fill(folder: Path, course: Path, source: Path, submissions: Path, url: str) -> None:
    """Put all marks into the grade book, and the notebooks where nbgrader looks for them.

    What was marked by hand there stays. A question that waits for a person is marked so.
    """
    marked = Marked(folder)
    about = marked.about
    name = about["assignment"]
    cells = json.loads(source.read_text())["cells"]
    _make_course(course, name, source, url)
    paths = {found.student: found.path for found in find(submissions, name)}
    with _opened(url) as book:
        _know_assignment(book, name, cells)
        for marks in marked.marks():
            student = plain_name(marks["student"])
            _enter(book, name, student, marks)
            notebook = _handed_in(paths.get(marks["student"]))
            shown = _as_shown(cells, notebook, marks)
            place = course / "autograded" / student / name / f"{name}.ipynb"
            write_whole(place, json.dumps(shown, indent=1, sort_keys=True) + "\n")


def fetch(folder: Path, url: str) -> int:
    """Take over what was marked by hand in the grade book; how many marks these are."""
    marked = Marked(folder)
    about = marked.about
    name, count = about["assignment"], 0
    with _opened(url) as book:
        for student in about["students"]:
            for question in about["questions"]:
                try:
                    grade = book.find_grade(question, name, name, plain_name(student))
                except MissingEntry:
                    continue
                if grade.manual_score is None or grade.needs_manual_grade:
                    continue
                points = round(grade.manual_score + (grade.extra_credit or 0))
                why = _comment(book, question, name, plain_name(student))
                report.correct(folder, student, question, points, why)
                count += 1
    return count


def _make_course(course: Path, name: str, source: Path, url: str) -> None:
    """What nbgrader's pages look for in the folder; a configuration that is there stays."""
    write_whole(course / "source" / name / f"{name}.ipynb", source.read_text(encoding="utf-8"))
    if not (course / "nbgrader_config.py").exists():
        settings = f"""c = get_config()
c.CourseDirectory.root = {str(course.absolute())!r}
c.CourseDirectory.db_url = {url!r}
"""
        write_whole(course / "nbgrader_config.py", settings)
        (course / "nbgrader_config.py").chmod(0o600)  # a password may be in it


@contextmanager
def _opened(url: str) -> Iterator[Gradebook]:
    """The grade book, made if there is none; nbgrader then calls `alembic` by its name."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        book = Gradebook(url)
    except ImportError as error:
        raise ValueError(f"the grade book's kind of database needs a package: {error}") from None
    except (SQLAlchemyError, OSError) as error:
        raise ValueError(f"the grade book cannot be opened: {error}") from None
    finally:
        os.environ["PATH"] = before
    with book, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own making
        yield book


def _comment(book: Gradebook, question: str, name: str, student: str) -> str:
    try:
        return book.find_comment(question, name, name, student).manual_comment or ""
    except MissingEntry:
        return ""


# --- into the database ----------------------------------------------------------------------------


def _settings(cell: Mapping[str, Any]) -> dict[str, Any]:
    return cell.get("metadata", {}).get("nbgrader", {})


def _know_assignment(book: Gradebook, name: str, cells: list[Any]) -> None:
    book.update_or_create_assignment(name)
    book.update_or_create_notebook(name, name)
    for cell in cells:
        settings = _settings(cell)
        if not settings.get("grade"):
            continue
        question, kind = settings["grade_id"], cell["cell_type"]
        book.update_or_create_grade_cell(
            question, name, name, max_score=float(settings["points"]), cell_type=kind
        )
        book.update_or_create_solution_cell(question, name, name)


def _enter(book: Gradebook, name: str, student: str, marks: Mapping[str, Any]) -> None:
    book.update_or_create_student(student)
    book.update_or_create_submission(name, student)
    for question in marks["questions"]:
        grade = book.find_grade(question["id"], name, name, student)
        waits = question["id"] in marks["open"]
        if "corrected" in question:
            grade.manual_score = float(question["points"])
        else:
            grade.auto_score = None if waits else float(question["points"])
        grade.needs_manual_grade = waits and grade.manual_score is None
        comment = book.find_comment(question["id"], name, name, student)
        comment.auto_comment = _harmless(_said(question))
        if "corrected" in question:
            comment.manual_comment = _harmless(question["corrected"])
    book.db.commit()


def _said(question: Mapping[str, Any]) -> str:
    parts = [
        f"{part['label']}: {part['status']} "
        f"({points_text(part['points'])} of {points_text(part['of'])}). {part['message'] or ''}"
        for part in question["parts"]
        if len(question["parts"]) > 1
    ]
    return "\n".join([f"{question['status']}. {question['message']}".strip(), *parts])


# --- the notebooks that are shown -----------------------------------------------------------------


def _handed_in(path: Path | None) -> Notebook:
    try:
        if path is not None:
            return read_notebook(read_submission(path, Limits()), Limits())
    except Unreadable:
        pass
    return Notebook(())


def _as_shown(cells: list[Any], notebook: Notebook, marks: Mapping[str, Any]) -> dict[str, Any]:
    """The student's cells with nothing in them that a browser runs, and the marker's words."""
    known = {_settings(cell)["grade_id"]: cell for cell in cells if _settings(cell).get("grade")}
    found = {question["id"]: question for question in marks["questions"]}
    shown = []
    for cell in notebook.cells:
        source = known.pop(cell.grade_id, None)
        shown.append(_cell(cell, source, found))
    for name, source in known.items():  # questions whose cells were not handed in
        answer = found[name]["answer"]
        shown.append(_cell(Cell(source["cell_type"], answer, name), source, found))
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    for number, cell in enumerate(shown):
        cell["id"] = f"cell-{number}"
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": shown}


def _cell(cell: Cell, source: Any, found: Mapping[str, Any]) -> dict[str, Any]:
    kind = "code" if cell.kind == "code" else "markdown"  # a raw cell is handed on as it is
    show = {"code": str, "markdown": _harmless, "raw": _as_typed}[cell.kind]
    text = show(cell.source)
    made: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": text}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    if source is None:
        return made
    settings = {name: _settings(source)[name] for name in _SETTINGS if name in _settings(source)}
    settings |= {"schema_version": SCHEMA, "cell_type": kind}
    made["metadata"] = {"nbgrader": settings}
    if kind == "code":
        said = {"output_type": "stream", "name": "stdout", "text": _said(found[cell.grade_id])}
        made["outputs"] = [said]
    node: NotebookNode = from_dict(made)
    settings["checksum"] = compute_checksum(node)
    return made


_COMMANDS = re.compile(r"\\(href|url|style|class|cssId|require|unicode|def|let|newcommand|csname)")


def _harmless(text: str) -> str:
    """Markdown without HTML, links and pictures: nbgrader shows it to whoever marks.

    A `<` begins HTML only where a letter or one of ``/!?`` follows, a link has ``](`` or ``]:`` in it,
    so a space goes between; an entity in its place would be seen as such in formulas and code. Where
    formulas have commands that make links, styles or other commands, the text is shown as typed.
    """
    text = re.sub(r"<(?=[^\s\d=<])|\](?=[(:])", r"\g<0> ", text)
    return _as_typed(text) if _COMMANDS.search(text) else text


def _as_typed(text: str) -> str:
    """Text that Markdown shows as a piece of code."""
    return "\n".join(f"    {line}" for line in text.splitlines())
