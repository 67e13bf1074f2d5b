"""What a chapter asks of a reader, counted on its built page: its main way, not what is optional.

The main way ends where the exercises begin. Folds, tables, captions and code are not read as text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

DISPLAY = ".nnb-chain, div.math"
PICTURE = ".nnh-mount, figure img, div.cell_output img"
TABLE = "table, .nnb-cases"
CARD = ".nnb-card"
CODE = ".cell_input, div.highlight"
KINDS = {"display": DISPLAY, "figure": PICTURE, "table": TABLE, "other": f"{CARD}, {CODE}"}
UNREAD = "script, style, noscript, .headerlink, .nnh-wait, figcaption, .eqno, .nnb-no, .cell_output"
WORD = re.compile(r"\w")
# Minutes: reading speed in words, a displayed formula, a figure to play with, a table or card or
# piece of code.
WORDS_A_MINUTE, DISPLAY_MINUTES, FIGURE_MINUTES, OTHER_MINUTES = 180, 0.5, 1.0, 0.3


class Budget(NamedTuple):
    """Counts of the main way; ``run`` is the longest row of displays with nothing between."""

    words: int
    displays: int
    run: int
    figures: int
    tables: int
    others: int  # cards and pieces of code

    @property
    def minutes(self) -> float:
        """An estimate of the reading time."""
        return (
            self.words / WORDS_A_MINUTE
            + self.displays * DISPLAY_MINUTES
            + self.figures * FIGURE_MINUTES
            + (self.tables + self.others) * OTHER_MINUTES
        )


LIMITS = {"words": 2200, "displays": 25, "run": 5, "tables": 6, "minutes": 30}


def over(budget: Budget) -> list[str]:
    """What is more than a chapter may have."""
    return [
        f"{name}: {getattr(budget, name):.0f}, at most {limit}"
        for name, limit in LIMITS.items()
        if getattr(budget, name) > limit
    ]


def measure(page: Path) -> Budget:
    """Count a built chapter."""
    return count(page.read_text("utf-8"))


def count(html: str) -> Budget:
    article = main_way(BeautifulSoup(html, "html.parser"))
    kinds = kinds_in(article)
    run = longest = 0
    for kind in kinds:
        run = run + 1 if kind == "display" else 0
        longest = max(longest, run)
    shown = {kind: kinds.count(kind) for kind in KINDS}
    return Budget(
        words_in(article),
        shown["display"],
        longest,
        shown["figure"],
        shown["table"],
        shown["other"],
    )


def main_way(page: BeautifulSoup) -> Tag:
    """The article without its exercises, what comes after them, and what folds."""
    article = page.find("article") or page
    exercises = article.find("section", id=re.compile(r"^exercises"))
    if exercises is not None:
        for after in exercises.find_next_siblings("section"):
            after.decompose()
        exercises.decompose()
    for fold in article.find_all("details"):
        if fold.decomposed:  # with the fold that it stood in
            continue
        if "nnb-source" in fold.get("class", []) or not fold.find_parent("details"):
            fold.decompose()
    return article


def kinds_in(article: Tag) -> list[str]:
    """What stands on the main way, in order; not what stands in another such thing."""
    kind_of = {id(tag): kind for kind, css in KINDS.items() for tag in article.select(css)}
    return [
        kind_of[id(tag)]
        for tag in article.find_all(True)
        if id(tag) in kind_of and not any(id(parent) in kind_of for parent in tag.parents)
    ]


def words_in(article: Tag) -> int:
    """Words of the text; a formula in a line is one word."""
    copy = BeautifulSoup(str(article), "html.parser")
    for unread in copy.select(f"{UNREAD}, {DISPLAY}, {TABLE}, {CARD}, {CODE}"):
        unread.decompose()
    for formula in copy.select("span.math"):
        formula.replace_with("x")
    return sum(bool(WORD.search(word)) for word in copy.get_text(" ").split())
