"""What students handed in: found in a folder, and read without believing anything it says."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marker.limits import Limits

__all__ = ["Cell", "Notebook", "Submission", "Unreadable", "find", "plain_name", "read_file",
           "read_notebook", "read_submission"]  # fmt: skip


class Unreadable(ValueError):
    """A submission that cannot be read; the text says why, for the student."""


@dataclass(frozen=True)
class Submission:
    """The file of one student that counts, and what is to be said of the others."""

    student: str
    path: Path
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell as it was handed in."""

    kind: str
    source: str
    grade_id: str = ""


@dataclass(frozen=True)
class Notebook:
    """The cells of a notebook, and what was odd about it."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = field(default=())


# --- finding --------------------------------------------------------------------------------------

_ENDINGS = (".ipynb", ".zip")


def find(folder: Path, assignment: str = "") -> list[Submission]:
    """One submission for each student, in the order of their names.

    A student is a folder (with the notebook in it, or in a folder named after the assignment, as
    nbgrader has it) or a file. Of several files the latest counts: by the number that a learning
    platform put at the end of its name (``hw-2.ipynb``), else by its time, else by its name.
    """
    files: dict[str, list[Path]] = {}
    folders: dict[str, Path] = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            folders[_readable(entry.name)] = entry
            files.setdefault(_readable(entry.name), []).extend(_files_in(entry, assignment))
        elif entry.suffix.lower() in _ENDINGS:
            student = _readable(re.sub(r"-\d+$", "", entry.stem))
            files.setdefault(student, []).append(entry)
    return [
        _latest(student, paths or [folders[student]]) for student, paths in sorted(files.items())
    ]


def _readable(name: str) -> str:
    """A name that can be written down: a name of a file may be any bytes."""
    name = name.encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)


def _files_in(folder: Path, assignment: str) -> Iterator[Path]:
    places = [folder / assignment] if assignment else []
    for place in [*places, folder]:
        if place.is_dir() and not place.is_symlink():
            found = [p for p in sorted(place.iterdir()) if p.suffix.lower() in _ENDINGS]
            if found:
                yield from found
                return


def _latest(student: str, paths: list[Path]) -> Submission:
    if len(paths) == 1:
        return Submission(student, paths[0])
    *earlier, last = sorted(paths, key=_handed_in)
    names = ", ".join(_readable(path.name) for path in earlier)
    counts = _readable(last.name)
    note = f"{len(paths)} files were handed in; the latest counts: {counts}, not {names}."
    return Submission(student, last, note)


def _handed_in(path: Path) -> tuple[int, int, str]:
    number = re.search(r"-(\d{1,9})$", path.stem)
    return int(number[1]) if number else 0, path.lstat().st_mtime_ns, path.name


def plain_name(text: str) -> str:
    """A name for a file, made of a student's: nothing in it leads to another folder."""
    if re.fullmatch(r"[A-Za-z0-9@_+-][A-Za-z0-9@._+ -]{0,80}", text) and not text.endswith(" "):
        return text
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    readable = re.sub(r"[^A-Za-z0-9]+", "-", letters).strip("-")[:40]
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{readable or 'student'}-{digest}"


# --- reading --------------------------------------------------------------------------------------


def read_file(path: Path, limits: Limits) -> bytes:
    """The bytes of a file that was handed in; :class:`Unreadable` says why it is not read."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _bounded(number, limits)
        finally:
            os.close(number)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Unreadable("The file is a link to another one; links are not followed.") from None
        raise Unreadable(f"The file cannot be opened: {error.strerror}.") from None


def _bounded(number: int, limits: Limits) -> bytes:
    """What is in an open file, if it is an ordinary one of a size that is allowed."""
    found, most = os.fstat(number), limits.upload_mb * 2**20
    if stat.S_ISDIR(found.st_mode):
        raise Unreadable("There is no notebook in the folder.")
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable("This is no ordinary file.")
    with open(number, "rb", closefd=False) as file:
        data = file.read(most + 1) if found.st_size <= most else b""
    if found.st_size > most or len(data) > most:
        raise Unreadable(f"The file is larger than {limits.upload_mb} MB.")
    return data


def read_submission(path: Path, limits: Limits) -> bytes:
    """The bytes of the notebook that was handed in, by itself or in an archive."""
    data = read_file(path, limits)
    return _unpacked(data, limits) if path.suffix.lower() == ".zip" else data


def _unpacked(data: bytes, limits: Limits) -> bytes:
    """The one notebook in an archive, read no further than is allowed."""
    most = limits.upload_mb * 2**20
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inside = [i for i in archive.infolist() if _is_notebook(i.filename)]
            if len(inside) != 1:
                raise Unreadable(f"The archive holds {len(inside)} notebooks; one is expected.")
            with archive.open(inside[0]) as file:
                found = file.read(most + 1)
    except Unreadable:
        raise
    except Exception:  # zipfile raises many kinds of errors for damaged archives
        raise Unreadable("The archive is damaged or locked.") from None
    if len(found) > most:
        raise Unreadable(f"The notebook in the archive is larger than {limits.upload_mb} MB.")
    return found


def _is_notebook(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return name.endswith(".ipynb") and not hidden


def read_notebook(data: bytes, limits: Limits) -> Notebook:
    """The cells of a notebook; :class:`Unreadable` says why there are none."""
    if not data.strip():
        raise Unreadable("The file is empty.")
    try:
        found = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Unreadable("This is no notebook: it is no text.") from None
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"This is no notebook, or it is cut off{where}.") from None
    cells = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("This is no notebook of version 4: it has no cells.")
    if len(cells) > 2 * limits.cells:
        raise Unreadable(f"The notebook has {len(cells)} cells; {2 * limits.cells} are the most.")
    read = tuple(cell for cell in map(_cell, cells) if cell is not None)
    if sum(cell.kind == "code" for cell in read) > limits.cells:
        raise Unreadable(f"The notebook has more than {limits.cells} code cells.")
    odd = len(cells) - len(read)
    return Notebook(read, (f"{odd} damaged cells were left out.",) if odd else ())


def _cell(data: Any) -> Cell | None:
    if not isinstance(data, dict) or data.get("cell_type") not in ("code", "markdown", "raw"):
        return None
    source = data.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    metadata = data.get("metadata")
    settings = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = settings.get("grade_id", "") if isinstance(settings, dict) else ""
    source = source.encode("utf-8", "replace").decode()
    return Cell(data["cell_type"], source, name if isinstance(name, str) else "")
