"""Names that stay, for what can be linked to.

A section whose cell checks ``ex.share_of_square`` has the id ``exercise-share-of-square``, before any
id that its heading or its place gives it. A row of the notation has its symbol's name, ``symbol-gamma``.
Equations and figures have their names already (labels.py, figures.py).
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from .labels import is_code_cell

CHECKS = re.compile(r"^ex\.(\w+)\.check\(", re.MULTILINE)


class NameExercises(SphinxTransform):
    """Give the section of each exercise its lasting id."""

    default_priority = 395

    def apply(self, **kwargs: object) -> None:
        for cell in self.document.findall(is_code_cell):
            name = exercise_in(cell)
            section = cell.parent
            while section is not None and not isinstance(section, nodes.section):
                section = section.parent
            if not name or section is None:
                continue
            identity = anchor_of(name)
            if identity not in self.document.ids:
                section["ids"].insert(0, identity)
                self.document.ids[identity] = section


class NameSymbols(SphinxTransform):
    """Give each row of the notation the name of its symbol, and of its code where that differs."""

    default_priority = 395

    def apply(self, **kwargs: object) -> None:
        if not self.env.docname.endswith("/notation"):
            return
        for body in self.document.findall(nodes.tbody):
            for row in body.findall(nodes.row):
                identity = self.unused(*(entry.astext() for entry in row.children[:2]))
                row["ids"].append(identity)
                self.document.ids[identity] = row

    def unused(self, symbol: str, code: str) -> str:
        """An id of the symbol's letters, or, where another row has it, of those of the code too."""
        short, long = (nodes.make_id(f"symbol-{text}") for text in (symbol, f"{symbol}-{code}"))
        tries = [short, long, *(f"{long}-{n}" for n in range(2, 20))]
        return next(name for name in tries if name not in self.document.ids)


def exercise_in(cell: nodes.Element) -> str:
    """The name of the exercise that a cell checks, or nothing."""
    for code in cell.findall(nodes.literal_block):
        if found := CHECKS.search(code.astext()):
            return found[1]
    return ""


def anchor_of(name: str) -> str:
    return f"exercise-{name.replace('_', '-')}"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(NameExercises)
    app.add_transform(NameSymbols)
    return {"parallel_read_safe": True}
