"""Every code cell of every chapter shows in the page what the book shows.

Formulas, tables, derivations and words are the same to the letter. A figure is compared by what it is
drawn from: its numbers are rounded to a few digits, of which the last may differ between processors.
"""

import json
import math

import nbformat
import pytest
from built import ROOT, file_of
from drawn import drawn_from

CHAPTERS = sorted(path.stem for path in (ROOT / "book").glob("*.ipynb"))
RUN = ROOT / "_build" / "jupyter_execute" / "book"
STATE = "application/vnd.jupyter.widget-state+json"
# A figure that shows rounding itself: another processor adds up in another order, and rounds otherwise.
OF_ROUNDING, FLOAT32 = "Relative errors of four ways to compute a variance", 1e-6
VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_cells_show_in_the_page_what_the_book_shows(chapter, page_python):
    file_of(f"book/{chapter}")
    notebook = nbformat.read(ROOT / "book" / f"{chapter}.ipynb", as_version=4)
    code = {n: cell for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    given = json.dumps([[number, cell.source] for number, cell in code.items()])
    asked = f"import chapter_cells; chapter_cells.as_json({chapter!r}, given)"
    found = dict(zip(code, json.loads(page_python(asked, given=given)), strict=True))
    for number, cell in code.items():
        stored = [stored_form(output) for output in cell.outputs]
        assert found[number]["outputs"] == stored, f"cell {number}: {cell.source[:200]}"
    built = figures_of_the_book(chapter)
    drawn = [figure for number in code for figure in found[number]["figures"]]
    assert len(drawn) == len(built)
    for one, other in zip(drawn, built, strict=True):
        alt = one["spec"]["alt"]
        least = FLOAT32 if alt.startswith(OF_ROUNDING) else 1e-9
        assert differences(one, other, least) == [], alt


def stored_form(output):
    kept = {
        name: output[name] for name in ("output_type", "data", "name", "text") if name in output
    }
    return kept | {"output_type": "display_data"} if "data" in kept else kept


def figures_of_the_book(chapter):
    """What the figures of the built page are drawn from, in the order of its cells."""
    notebook = nbformat.read(RUN / f"{chapter}.ipynb", as_version=4)
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    return [
        figure
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if VIEW in output.get("data", {})
        for figure in drawn_from(output.data[VIEW]["model_id"], models)
    ]


def differences(one, other, least, place=""):
    """Where two figures differ by more than the rounding of a number, or than `least`."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [
            d for key in one for d in differences(one[key], other[key], least, f"{place}/{key}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [d for n, (a, b) in pairs for d in differences(a, b, least, f"{place}/{n}")]
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (one, other))
    same = math.isclose(one, other, rel_tol=2e-3, abs_tol=least) if numbers else one == other
    return [] if same else [f"{place}: {one!r:.60} and {other!r:.60}"]
