"""Marks as tables: for a spreadsheet, and as three learning platforms read them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = [
    "canvas_table",
    "gradescope_results",
    "marks_table",
    "mistakes_table",
    "moodle_table",
    "open_table",
    "points_text",
    "read_roster",
]

Marks = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def points_text(hundredths: int) -> str:
    """``75`` as ``0.75``; never through a floating-point number."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"


def safe(text: str) -> str:
    """A text that a spreadsheet takes for a text and not for a formula."""
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _table(rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


class _Points(int):
    """Hundredths that a table shows as points."""

    def __str__(self) -> str:
        return points_text(int(self))


def marks_table(all_marks: Iterable[Marks], questions: Sequence[str]) -> str:
    """A row a student and a column a question; a question that waits for a person is empty."""

    def rows() -> Iterable[Sequence[Any]]:
        yield ["student", *questions, "points", "of", "open", "notes"]
        for marks in all_marks:
            found = {question["id"]: question for question in marks["questions"]}
            cells = [
                "" if name in marks["open"] else _Points(found[name]["points"])
                for name in questions
            ]
            total = [_Points(marks["points"]), _Points(marks["of"])]
            notes = " ".join(marks["notes"])
            yield [marks["student"], *cells, *total, " ".join(marks["open"]), notes]

    return _table(rows())


def open_table(all_marks: Iterable[Marks]) -> str:
    """What waits for a person: a row for each student and question."""
    rows: list[Sequence[Any]] = [["student", "question", "of", "status", "message", "answer"]]
    for marks in all_marks:
        for question in marks["questions"]:
            if question["id"] in marks["open"]:
                row = [question["status"], question["message"], question["answer"]]
                rows.append([marks["student"], question["id"], _Points(question["of"]), *row])
    return _table(rows)


def mistakes_table(all_marks: Iterable[Marks]) -> str:
    """How often each question was answered how, and which mistakes were made."""
    counted: Counter[tuple[str, str, str, str]] = Counter()
    messages: dict[tuple[str, str, str, str], str] = {}
    order: dict[str, int] = {}
    for marks in all_marks:
        for question in marks["questions"]:
            order.setdefault(question["id"], len(order))
            parts = question["parts"] or [{"id": "", "status": question["status"]}]
            for part in parts:
                name = part["id"] if len(parts) > 1 else ""
                key = (question["id"], name, part["status"], part.get("mistake") or "")
                counted[key] += 1
                if key[3]:
                    messages.setdefault(key, part.get("message", ""))
    ranked = sorted(counted, key=lambda k: (order[k[0]], k[1], -counted[k], k[2], k[3]))
    rows: list[Sequence[Any]] = [["question", "part", "status", "mistake", "students", "example"]]
    rows += [[*key, counted[key], messages.get(key, "")] for key in ranked]
    return _table(rows)


# --- learning platforms ---------------------------------------------------------------------------


def read_roster(path: Path) -> list[dict[str, str]]:
    """The rows of a table that a platform exported, whatever mark stands before its first letter."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [
            {key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)
        ]


_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")


def canvas_table(
    all_marks: Iterable[Marks], roster: Sequence[Mapping[str, str]], column: str
) -> str:
    """A table for Canvas's import of grades; the roster is what Canvas exported.

    A student is found by ID, SIS User ID or SIS Login ID. Who has handed in nothing keeps an empty
    cell. ``ValueError`` names those who are not in the roster.
    """
    points = {marks["student"]: marks["points"] for marks in all_marks}
    columns = [name for name in _CANVAS if not roster or name in roster[0]]
    if "ID" not in columns:
        raise ValueError("roster: expected Canvas's export of the grade book, with a column ID")
    rows: list[Sequence[Any]] = [[*columns, column]]
    for person in roster:
        if not person.get("ID", "").strip().isdigit():  # the line of possible points, test students
            continue
        names = [person.get(name, "").strip() for name in ("ID", "SIS User ID", "SIS Login ID")]
        found = next((name for name in names if name in points), None)
        cell = "" if found is None else _Points(points.pop(found))
        rows.append([*(person[name] for name in columns), cell])
    _nobody_left(points)
    return _table(rows)


def moodle_table(
    all_marks: Iterable[Marks], roster: Sequence[Mapping[str, str]], column: str
) -> str:
    """A table for Moodle's import of grades, matched by email address or ID number."""
    points = {marks["student"]: marks for marks in all_marks}
    keys = [name for name in ("Email address", "ID number") if not roster or name in roster[0]]
    if not keys:
        raise ValueError("roster: expected a column 'Email address' or 'ID number'")
    rows: list[Sequence[Any]] = [[*keys, column, f"{column} (feedback)"]]
    for person in roster:
        names = [person.get(name, "").strip() for name in (*keys, "Username", "Identifier")]
        names += [name.removeprefix("Participant ") for name in names]
        found = next((name for name in names if name in points), None)
        if found is not None:
            marks = points.pop(found)
            said = f"{points_text(marks['points'])} of {points_text(marks['of'])}"
            rows.append([*(person[name] for name in keys), _Points(marks["points"]), said])
    _nobody_left(points)
    return _table(rows)


def _nobody_left(points: Mapping[str, Any]) -> None:
    if points:
        names = ", ".join(sorted(points))
        raise ValueError(f"roster: these have handed in and are not in it: {names}")


def gradescope_results(marks: Marks) -> str:
    """One student's ``results.json``: points by question, visible once published."""
    tests = [
        {
            "name": question["title"],
            "number": str(number),
            "score": question["points"] / 100,
            "max_score": question["of"] / 100,
            "status": "passed" if question["points"] == question["of"] else "failed",
            "output": question["message"],
            "output_format": "text",
            "visibility": "after_published",
        }
        for number, question in enumerate(marks["questions"], start=1)
    ]
    result = {
        "score": marks["points"] / 100,
        "output": " ".join(marks["notes"]),
        "output_format": "text",
        "visibility": "after_published",
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return json.dumps(result, indent=1, ensure_ascii=False) + "\n"
