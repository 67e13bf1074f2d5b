"""The directive ``{checked-lines}``: every checked line of the book, as its pages stored it.

Derivations store their lines as data beside the formulas. The tests compare these with a fresh
run, so this list is as fresh as the pages.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

MIME = "application/vnd.nnlib.derivation+json"
CHAINS = ("derivation", "induction")


class Line(NamedTuple):
    formula: str  # TeX
    why: str
    label: str


def checked_lines(notebook: Path) -> Iterator[Line]:
    """Yield the lines of the derivations in a notebook's stored outputs."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            shown = output.get("data", {}).get(MIME, {})
            if shown.get("kind") in CHAINS:
                for row in shown["rows"]:
                    lhs = row["lhs"] or r"\dots"
                    formula = f"{lhs} {row['relation']} {row['rhs']}"
                    yield Line(formula, row["why"], row["label"] or shown["status"])


class CheckedLines(SphinxDirective):
    """A summary of all chapters, then the lines of each."""

    def run(self) -> list[nodes.Node]:
        chapters = [
            (self.title(name), list(checked_lines(Path(self.env.doc2path(name)))))
            for name in self.chapters()
        ]
        chapters = [(title, lines) for title, lines in chapters if lines]
        if not chapters:
            raise ExtensionError("no chapter has a checked line: have the notebooks been run?")
        for name in self.chapters():
            self.env.note_dependency(self.env.doc2path(name))
        return [self.summary(chapters), *(self.section(*chapter) for chapter in chapters)]

    def chapters(self) -> list[str]:
        """The notebooks of the book, in its order."""
        pages = self.config.external_site_map
        return [name for name in pages if Path(self.env.doc2path(str(name))).suffix == ".ipynb"]

    def title(self, name: str) -> str:
        cells = json.loads(Path(self.env.doc2path(name)).read_text(encoding="utf-8"))["cells"]
        heading = "".join(cells[0]["source"]).split("\n")[0]
        return heading.lstrip("# ")

    def summary(self, chapters: list[tuple[str, list[Line]]]) -> nodes.Node:
        labels = sorted({line.label for _, lines in chapters for line in lines})
        rows = []
        for title, lines in chapters:
            count = Counter(line.label for line in lines)
            rows.append([title, *(str(count[label]) for label in labels)])
        return table(["Chapter", *labels], rows)

    def section(self, title: str, lines: list[Line]) -> nodes.Node:
        section = nodes.section(ids=[nodes.make_id(f"lines-{title}")], names=[])
        section += nodes.title("", title)
        rows = [[nodes.math("", line.formula), line.why, line.label] for line in lines]
        section += table(["Line", "Reason", "Label"], rows)
        return section


def table(header: list[str], rows: list[list[str | nodes.Node]]) -> nodes.table:
    """A plain table; cells are texts or nodes."""
    group = nodes.tgroup(cols=len(header))
    group += [nodes.colspec(colwidth=1) for _ in header]
    head, body = nodes.thead(), nodes.tbody()
    head += table_row(header)
    body += [table_row(row) for row in rows]
    group += [head, body]
    return nodes.table("", group, classes=["checked-lines"])


def table_row(cells: list[str | nodes.Node]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        content = nodes.Text(cell) if isinstance(cell, str) else cell
        row += nodes.entry("", nodes.paragraph("", "", content))
    return row


def setup(app: Sphinx) -> None:
    app.add_directive("checked-lines", CheckedLines)
