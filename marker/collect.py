"""What a learning platform gives, sorted into a folder for each student."""

from __future__ import annotations

import csv
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from marker.limits import Limits
from marker.submissions import Unreadable, plain_name, read_file

__all__ = ["collect", "read_names"]

_MOST_FILES = 20_000

# The student's name in a path, and the number of a file that was handed in again.
_PATTERNS = {
    "plain": r"(?:.*/)?(?P<student>[^/]+?)(?:-\d+)?\.(?:ipynb|zip)",
    "canvas": r"(?:.*/)?[^/_]+_(?:LATE_)?(?P<student>\d+)_\d+_[^/]*?\.(?:ipynb|zip)",
    "moodle": r"(?:.*/)?[^/]+_(?P<student>\d+)_assignsubmission_file_?/[^/]*?\.(?:ipynb|zip)",
    "gradescope": r"(?:.*/)?submission_(?P<student>\d+)/[^/]*?\.(?:ipynb|zip)",
}


def collect(
    download: Path,
    folder: Path,
    assignment: str,
    platform: str,
    limits: Limits,
    names: Mapping[str, str] | None = None,
) -> list[str]:
    """Write ``STUDENT/ASSIGNMENT/…`` into `folder` and say what was left out.

    `download` is a folder or an archive. Names in it decide only whose a file is: nothing is
    written outside `folder`, whatever they say. `names` says what students are called whom the
    platform calls otherwise; whom it leaves out is left out.
    """
    said, count, students = [], 0, set()
    pattern = re.compile(_PATTERNS[platform])
    for name, handed_in, read in _files(download, limits):
        found = pattern.fullmatch(name)
        if found is None:
            said.append(f"left out, nobody's by its name: {_shown(name)}")
            continue
        if names is not None and found["student"] not in names:
            said.append(f"left out, its student has no name: {_shown(name)}")
            continue
        student = plain_name(names[found["student"]] if names else found["student"])
        try:
            data = read()
        except Unreadable as error:
            said.append(f"left out: {_shown(name)}: {error}")
            continue
        place = folder / student / plain_name(assignment)
        place.mkdir(parents=True, exist_ok=True)
        path = place / plain_name(name.rpartition("/")[2])
        path.write_bytes(data)
        os.utime(path, (handed_in, handed_in))
        count += 1
        students.add(student)
    said.append(f"{count} files of {len(students)} students are in {folder}.")
    return said


def read_names(path: Path) -> dict[str, str]:
    """A table of two columns: what the platform calls a student, and the name to be used here."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = [[cell.strip() for cell in row] for row in csv.reader(file) if any(row)]
    for number, row in enumerate(rows, start=1):
        if len(row) != 2 or not all(row):
            raise ValueError(f"{path}, line {number}: expected two names, got {','.join(row)!r}")
    names = {row[0]: row[1] for row in rows}
    if len(names) < len(rows) or len(set(names.values())) < len(rows):
        raise ValueError(f"{path}: a name stands in it twice")
    return names


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name[:120])


def _files(download: Path, limits: Limits) -> Iterator[tuple[str, float, Callable[[], bytes]]]:
    """Each file's name, when it was handed in, and how to read it."""
    if download.is_dir():
        for path in sorted(download.rglob("*")):
            if path.is_symlink() or path.is_file():
                name, handed_in = path.relative_to(download).as_posix(), path.lstat().st_mtime
                yield name, handed_in, partial(read_file, path, limits)
        return
    try:
        archive = zipfile.ZipFile(download)
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{download}: expected a folder or a zip file ({error})") from None
    with archive:
        inside = [info for info in archive.infolist() if not info.is_dir()]
        if len(inside) > _MOST_FILES:
            raise ValueError(f"{download}: {len(inside)} files are more than {_MOST_FILES}")
        for info in inside:
            handed_in = datetime(*info.date_time).timestamp()
            yield info.filename, handed_in, partial(_from_archive, archive, info, limits)


def _from_archive(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits) -> bytes:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise Unreadable("It is a link.")
    most = limits.upload_mb * 2**20
    try:
        with archive.open(info) as file:
            data = file.read(most + 1)
    except Exception:  # zipfile raises many kinds of errors for damaged archives
        raise Unreadable("It is damaged or locked.") from None
    if len(data) > most:
        raise Unreadable(f"It is larger than {limits.upload_mb} MB.")
    return data
