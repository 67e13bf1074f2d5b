"""Neither the assignments nor their solutions are in the built site."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
SOURCES = sorted((ROOT / "homework" / "source").glob("*/*.ipynb"))


def solutions(path):
    """The lines between the marks that are long enough to be told from others."""
    found, inside = [], False
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for line in "".join(cell["source"]).splitlines():
            if "BEGIN SOLUTION" in line or "END SOLUTION" in line:
                inside = "BEGIN" in line
            elif inside and len(line.strip()) > 60:
                found.append(line.strip())
    return found


@pytest.fixture(scope="module")
def site():
    files = [p for p in SITE.rglob("*") if p.suffix in (".html", ".js", ".json", ".py", ".ipynb")]
    assert len(files) > 20, "build the book first: make book"
    return "\n".join(p.read_text(encoding="utf-8", errors="replace") for p in files)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_solution_is_in_the_site(path, site):
    lines = solutions(path)
    assert lines
    assert not [line for line in lines if line in site]


def test_no_assignment_is_a_page():
    assert SOURCES and not list(SITE.rglob("*homework/*"))
