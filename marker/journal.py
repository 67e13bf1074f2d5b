"""What has been marked so far, in a file that survives being stopped at any moment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

__all__ = ["Journal", "write_whole"]


class Journal:
    """One line of JSON for each marked submission, added as they come.

    A line counts for as long as its key, made of the submission and of all that marks depend on,
    is the same. A line that was cut off is forgotten. Only the places of the lines are kept in
    memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[str, tuple[str, int]] = {}
        self._file: IO[bytes] = open(path, "a+b")  # noqa: SIM115  closed by __exit__
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _read(self) -> None:
        self._file.seek(0)
        end = 0
        for line in self._file:
            place, end = end, end + len(line)
            if not line.endswith(b"\n"):
                self._file.truncate(place)  # the run was stopped while it was written
                break
            try:
                entry = json.loads(line)
                self._places[entry["marks"]["student"]] = (entry["key"], place)
            except (ValueError, KeyError, TypeError):
                continue

    def has(self, student: str, key: str) -> bool:
        """Whether this submission has been marked."""
        return self._places.get(student, ("", 0))[0] == key

    def add(self, key: str, marks: dict[str, Any]) -> None:
        """Write down the marks of one submission, so that they are there after a power cut."""
        student = marks["student"]
        line = json.dumps({"key": key, "marks": marks}, sort_keys=True).encode() + b"\n"
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._places[student] = (key, place)

    def marks(self, students: list[str]) -> Iterator[dict[str, Any]]:
        """The marks of these students, in this order, one at a time."""
        for student in students:
            self._file.seek(self._places[student][1])
            yield json.loads(self._file.readline())["marks"]


def write_whole(path: Path, text: str) -> None:
    """Write a file so that at any moment it is the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with open(beside, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
