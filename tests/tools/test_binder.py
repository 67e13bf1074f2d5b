"""What Binder installs is what the book was built and tested with."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def pins(path):
    lines = path.read_text("utf-8").splitlines()
    found = (re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def test_binder_has_the_versions_of_the_book():
    binder, book = pins(ROOT / "binder/requirements.txt"), pins(ROOT / "requirements.txt")
    assert binder and binder.items() <= book.items()


def test_lock_has_the_versions_of_the_requirements():
    lock = pins(ROOT / "constraints.txt")
    assert pins(ROOT / "requirements.txt").items() <= lock.items()


def test_binder_names_a_python_that_the_library_takes():
    version = re.fullmatch(r"python-3\.(\d+)", (ROOT / "binder/runtime.txt").read_text().strip())
    assert 11 <= int(version[1]) <= 13
