"""Tables on a page: each scrolls by itself, and numbers below each other have their points aligned."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from .elements import Tag

# A number as tables write it: sign, digits, decimals, power of ten, unit of per cent.
NUMBER = re.compile(
    r"[-−+±]?\d[\d,\u2009]*(?P<decimals>\.\d+)?(?P<rest>(e[-+−]?\d+|×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?\s?%?)"
)


class AlignNumbers(SphinxPostTransform):
    """Mark the columns of numbers, and put each table into a box of its own."""

    default_priority = 200  # when MyST-NB has put the tables of outputs into the page
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for table in list(self.document.findall(nodes.table)):
            align(table)
            box = Tag("div", "nnb-table")
            table.replace_self(box)
            box += table


def align(table: nodes.table) -> None:
    """Give the cells of each column of numbers the room that their missing decimals would take."""
    bodies = [list(body.findall(nodes.row)) for body in table.findall(nodes.tbody)]
    heads = [row for head in table.findall(nodes.thead) for row in head.findall(nodes.row)]
    rows = [row for body in bodies for row in body]
    if not rows or any("morecols" in cell or "morerows" in cell for row in rows for cell in row):
        return
    for column in range(1, max(map(len, rows))):
        cells = [row[column] for row in rows if column < len(row)]
        numbers = {id(cell): NUMBER.fullmatch(cell.astext().strip()) for cell in cells}
        if sum(map(bool, numbers.values())) * 2 <= len(cells):
            continue
        longest = max(len(found["decimals"] or "") for found in numbers.values() if found)
        for cell in cells:
            cell["classes"].append("nnb-number-cell")
            found = numbers[id(cell)]
            if found and not found["rest"]:
                pad(cell, longest, len(found["decimals"] or ""))
        for row in heads:
            if column < len(row):
                row[column]["classes"].append("nnb-number-cell")


def pad(cell: nodes.entry, longest: int, own: int) -> None:
    """Room after a number for decimals that others of its column have: digits, and the point."""
    if longest == own:
        return
    digits = longest - max(own, 1) if own else longest - 1
    cell["classes"].append(f"nnb-short-{min(digits, 9)}" if own else f"nnb-whole-{min(digits, 9)}")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(AlignNumbers)
    return {"parallel_read_safe": True}
