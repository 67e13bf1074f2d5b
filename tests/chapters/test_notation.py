"""Every letter of a chapter's formulas stands in the notation, with a meaning that began by then."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rules import ROOT, chapters

NOTATION = ROOT / "book" / "notation.md"
CHAPTERS = [path.stem for path in chapters()]
FORMULA = re.compile(r"\$\$?([^$]+)\$\$?")
# Words in a formula, and commands whose argument is a word.
WORDS = re.compile(
    r"\\(?:begin|end|operatorname|math(?:bb|bf|rm|sf|tt)|text\w*|scriptsize)\*?\s*\{[^{}]*\}"
    r"|_\{[A-Za-z]{3,}\}|\[\d+pt\]"
)
LETTER = re.compile(r"\\(?:hat|tilde|bar)\{?\s*(?=[\\A-Za-z])|\\([A-Za-z]+)|([A-Za-z])")
GREEK = set(
    "alpha beta gamma delta varepsilon zeta eta theta kappa lambda mu rho sigma tau omega ell".split()
)
# What counts things (see "Counting" there), the number e, the d of a derivative, and letters of
# other texts ("Letters of others").
COUNTERS = set("ijklmnsed")
QUOTED = {
    "running_averages": {"alpha", "lambda"},
    "momentum": {"b", "beta"},
}


def letters(formula: str) -> set[str]:
    """The letters of a formula in LaTeX, Greek ones by their names."""
    formula = re.sub(r"\\math(?:sf|top)\s*T|\\top", " ", formula)
    while formula != (formula := WORDS.sub(" ", formula)):
        pass
    named = {name or letter for name, letter in LETTER.findall(formula)} - {""}
    return {name for name in named if name in GREEK or len(name) == 1}


def formulas(path: Path) -> Iterator[tuple[str, str]]:
    """The formulas of a chapter's text and derivations, each with the name of its cell."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["id"].startswith("exercise-"):
            continue
        if cell["cell_type"] == "markdown":
            text = re.sub(r"`[^`]*`", "", "".join(cell["source"]))
            yield from ((cell["id"], found) for found in FORMULA.findall(text))
        for output in cell.get("outputs", []):
            for line in "".join(output.get("data", {}).get("text/latex", "")).splitlines():
                said, _, why = line.partition(r"\;&&\;")
                yield cell["id"], said
                yield from ((cell["id"], found) for found in re.findall(r"\$([^$]+)\$", why))


def explained(notation: str) -> dict[str, set[str]]:
    """The letters that the table explains, by the chapter that begins them."""
    found: dict[str, set[str]] = {chapter: set() for chapter in CHAPTERS}
    for line in notation.splitlines():
        row = re.fullmatch(r"\| (.+?) \| .*\{doc\}`(\w+)` \|", line)
        if row:
            for formula in FORMULA.findall(row[1]):
                found[row[2]] |= letters(formula)
    return found


def strangers(path: Path, notation: str) -> dict[str, str]:
    """Letters of a chapter that no row explains by then, with the first cell that has them."""
    begun = explained(notation)
    known = COUNTERS | QUOTED.get(path.stem, set())
    known |= set().union(*(begun[name] for name in CHAPTERS[: CHAPTERS.index(path.stem) + 1]))
    found: dict[str, str] = {}
    for cell, formula in formulas(path):
        for letter in letters(formula) - known:
            found.setdefault(letter, cell)
    return found


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_letters_of_a_chapter_are_in_the_notation(path: Path) -> None:
    assert strangers(path, NOTATION.read_text("utf-8")) == {}


def test_letters_are_read_from_a_formula() -> None:
    said = r"\hat{C}_{T} \le \frac{\varepsilon_{in} \operatorname{sign}(w)}{\text{of } \sigma}"
    assert letters(said) == {"C", "T", "varepsilon", "i", "n", "w", "sigma"}
    assert letters(r"M^{\mathsf T} g \\[4pt] \mathbf{1}[x]") == {"M", "g", "x"}


def test_a_letter_that_begins_later_is_found(tmp_path: Path) -> None:
    first, second = CHAPTERS[:2]
    table = f"| $w_t$, $\\eta$ | `w` | number | a weight | {{doc}}`{second}` |"
    for chapter, missing in ((first, {"w": "text", "eta": "text"}), (second, {})):
        path = tmp_path / f"{chapter}.ipynb"
        cell = {"cell_type": "markdown", "id": "text", "source": ["Take $w - \\eta$ and `q`."]}
        path.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
        assert strangers(path, table) == missing
