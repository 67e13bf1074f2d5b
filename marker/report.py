"""What is made of the marks: pages for students, tables for the instructor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marker import tables
from marker.assignment import Assignment
from marker.feedback import page
from marker.journal import Journal, write_whole
from marker.submissions import plain_name

__all__ = ["Marked", "correct", "remember", "write_reports"]

JOURNAL, ABOUT, CORRECTIONS = "journal.jsonl", "run.json", "corrections.json"


@dataclass(frozen=True)
class Marked:
    """A folder with marks in it."""

    folder: Path

    @property
    def about(self) -> dict[str, Any]:
        """The assignment's name, title and questions, and who was marked."""
        try:
            return json.loads((self.folder / ABOUT).read_text())
        except FileNotFoundError:
            raise ValueError(f"{self.folder}: nothing has been marked into this folder") from None

    @property
    def corrections(self) -> dict[str, dict[str, Any]]:
        """What a person decided: for each student and question, points and a word why."""
        path = self.folder / CORRECTIONS
        return json.loads(path.read_text()) if path.exists() else {}

    def marks(self) -> Iterator[dict[str, Any]]:
        """The marks of each student, with what a person decided, one at a time."""
        corrections = self.corrections
        with Journal(self.folder / JOURNAL) as journal:
            for marks in journal.marks(self.about["students"]):
                yield corrected(marks, corrections.get(marks["student"], {}))


def remember(folder: Path, assignment: Assignment, students: tuple[str, ...]) -> None:
    """Note what was marked, for the commands that come later."""
    about = {
        "assignment": assignment.name,
        "title": assignment.title,
        "questions": {question.id: question.text for question in assignment.questions},
        "points": {question.id: question.points for question in assignment.questions},
        "students": list(students),
    }
    write_whole(folder / ABOUT, json.dumps(about, indent=1, sort_keys=False) + "\n")


def corrected(marks: dict[str, Any], decided: Mapping[str, Any]) -> dict[str, Any]:
    """The marks with a person's decisions in place of the marker's."""
    for question in marks["questions"]:
        if (decision := decided.get(question["id"])) is not None:
            question |= {
                "points": decision["points"],
                "corrected": decision["why"],
                "status": _status(decision["points"], question["of"]),
                "parts": [],
            }
    marks["open"] = [name for name in marks["open"] if name not in decided]
    marks["points"] = sum(question["points"] for question in marks["questions"])
    return marks


def _status(points: int, of: int) -> str:
    return "right" if points >= of else "wrong" if not points else "right in part"


def correct(folder: Path, student: str, question: str, points: int, why: str) -> None:
    """Decide a mark by hand; it holds through every later run."""
    marked = Marked(folder)
    about = marked.about
    if student not in about["students"]:
        raise ValueError(f"student: {student!r} has handed in nothing that was marked")
    if question not in about["points"]:
        raise ValueError(f"question: expected one of {', '.join(about['points'])}, got {question}")
    if not 0 <= points <= about["points"][question]:
        most = tables.points_text(about["points"][question])
        raise ValueError(f"points: expected 0 to {most}, got {tables.points_text(points)}")
    decided = marked.corrections
    decided.setdefault(student, {})[question] = {"points": points, "why": why}
    text = json.dumps(decided, indent=1, sort_keys=True) + "\n"
    write_whole(folder / CORRECTIONS, text)


def write_reports(folder: Path) -> None:
    """Write the pages and the tables of a marked folder."""
    marked = Marked(folder)
    about = marked.about
    names = list(about["questions"])
    for marks in marked.marks():
        path = folder / "feedback" / f"{plain_name(marks['student'])}.html"
        write_whole(path, page(marks, about["title"], about["questions"]))
    write_whole(folder / "marks.csv", tables.marks_table(marked.marks(), names))
    write_whole(folder / "open.csv", tables.open_table(marked.marks()))
    write_whole(folder / "mistakes.csv", tables.mistakes_table(marked.marks()))
