"""What stands in the chapters was checked: a derivation without a checked line is none."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path for path in (ROOT / "book").glob("*.ipynb"))
MIME = "application/vnd.nnlib.derivation+json"


def derivations(path):
    """Yield (cell number, data) of every derivation that the notebook prints."""
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells, start=1):
        for output in cell.get("outputs", []):
            shown = output.get("data", {}).get(MIME, {})
            if shown.get("kind") in ("derivation", "induction"):
                yield number, shown


def steps(shown):
    """How many lines were checked: all but definitions and assumptions."""
    return sum(row["label"] not in ("definition", "assumed") for row in shown["rows"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_derivation_has_a_checked_step(path):
    empty = [number for number, shown in derivations(path) if steps(shown) < 1]
    assert not empty, f"{path.relative_to(ROOT)}: no checked step in the derivation of cell {empty}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_chapter_that_derives_prints_its_derivations(path):
    sources = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    if "Derivation(" in sources:
        assert any(derivations(path)), f"{path.relative_to(ROOT)} prints none of its derivations"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_derivation_is_proved(path):
    weaker = {number: s["status"] for number, s in derivations(path) if s["status"] != "proved"}
    assert not weaker, f"{path.relative_to(ROOT)}: less than proved: {weaker}"


def test_steps_are_counted():
    labels = ["definition", "", "assumed", "checked"]
    assert steps({"rows": [{"label": label} for label in labels]}) == 2
