"""What stands in the chapters was checked: a derivation without a checked line is none."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path for path in (ROOT / "book").glob("*.ipynb"))
# How far a line was established, in brackets at the end of a line of the plain-text form.
CHECKED = re.compile(r"\[(proved|proved for sizes|checked)\b[^\]]*\]$", re.MULTILINE)
# Between a line of a derivation and its reason, in the LaTeX form.
REASON = r"\;&&\;"


def derivations(path):
    """Yield (cell number, plain text) of every derivation that the notebook prints."""
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if REASON in data.get("text/latex", ""):
                yield number, data.get("text/plain", "")


def steps(text):
    return len(CHECKED.findall(text))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_derivation_has_a_checked_step(path):
    empty = [number for number, text in derivations(path) if steps(text) < 1]
    assert not empty, f"{path.relative_to(ROOT)}: no checked step in the derivation of cell {empty}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_chapter_that_derives_prints_its_derivations(path):
    sources = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    if "Derivation(" in sources:
        assert any(derivations(path)), f"{path.relative_to(ROOT)} prints none of its derivations"


def test_steps_are_counted():
    text = "C[t] = 1\n    the start  [definition]\n     = 2\n    add one  [proved]\n"
    assert steps(text) == 1
    assert steps(text.replace("[proved]", "[proved for sizes 1 to 4]")) == 1
    assert steps(text.replace("[proved]", "[not proved]")) == 0
