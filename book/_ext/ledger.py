"""The directive ``{checked-lines}``: every checked chain of the book, as its pages stored it.

Checked objects store what they checked as data beside their formulas (see checked.py). The tests
compare the stored data with a fresh run, so this list is as fresh as the pages. A chain is one
entry: what it says, how far it was checked, a link to its place; it opens on its lines as text,
which keeps a page of many hundred lines light.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from .checked import CHAINS, MIME, mark
from .elements import Tag, equation_link
from .formulas import katex_of

MATHML = re.compile(r'<span class="katex-mathml">.*?</math></span>')
DEFINITIONS = ("definition", "recurrence")
LISTED = (*CHAINS, "cases")


class Entry(NamedTuple):
    """What one cell checked, and the label under which its chapter numbers it."""

    cell: str
    label: str
    data: dict[str, Any]

    @property
    def count_as(self) -> str:
        """The column of the summary that counts this entry."""
        if self.data["kind"] == "match":
            return "code proved equal"
        return "refuted" if self.data["kind"] == "refutation" else self.data["status"]


class Claim(nodes.General, nodes.Inline, nodes.Element):
    """A formula drawn without its MathML: half the nodes; its TeX is read out instead."""


def entries(notebook: Path) -> Iterator[Entry]:
    """Yield what the cells of a notebook checked, in order."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if "remove-cell" in cell["metadata"].get("tags", ()):
            continue  # what is not on the page cannot be looked up there
        label = cell["metadata"].get("label", "")
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get(MIME)
            if data:
                yield Entry(cell["id"], data["name"] or label, data)


class CheckedLines(SphinxDirective):
    """A summary of all chapters, then the chains of each."""

    def run(self) -> list[nodes.Node]:
        chapters = {name: list(entries(Path(self.env.doc2path(name)))) for name in self.chapters()}
        chapters = {name: found for name, found in chapters.items() if found}
        if not chapters:
            raise ExtensionError("no chapter has a checked line: have the notebooks been run?")
        for name in self.chapters():
            self.env.note_dependency(self.env.doc2path(name))
        return [self.summary(chapters), *(self.section(*chapter) for chapter in chapters.items())]

    def chapters(self) -> list[str]:
        """The notebooks of the book, in its order."""
        pages = self.config.external_site_map
        return [name for name in pages if Path(self.env.doc2path(str(name))).suffix == ".ipynb"]

    def title(self, name: str) -> str:
        cells = json.loads(Path(self.env.doc2path(name)).read_text(encoding="utf-8"))["cells"]
        heading = "".join(cells[0]["source"]).split("\n")[0]
        return heading.lstrip("# ")

    def summary(self, chapters: dict[str, list[Entry]]) -> nodes.Node:
        """How many chains have which label, chapter by chapter."""
        labels = sorted({entry.count_as for found in chapters.values() for entry in found})
        rows = []
        for name, found in chapters.items():
            count = Counter(entry.count_as for entry in found)
            rows.append([self.title(name), *(str(count[label]) for label in labels)])
        return table(["Chapter", *labels], rows)

    def section(self, name: str, found: list[Entry]) -> nodes.Node:
        title = self.title(name)
        section = nodes.section(ids=[nodes.make_id(f"lines-{title}")], names=[])
        section += nodes.title("", title)
        section += [self.entry(name, entry) for entry in found if entry.data["kind"] in LISTED]
        return section

    def entry(self, name: str, entry: Entry) -> Tag:
        """One chain: its number, what it says, its label; it opens on its lines."""
        summary = Tag("summary", "", self.place(name, entry), nodes.Text(" "))
        summary += Claim("", tex=claim(entry.data))
        summary += [nodes.Text(" "), mark(entry.data["status"])]
        stem = name.rsplit("/", 1)[-1]
        lines = nodes.literal_block(entry.data["text"], entry.data["text"], language="text")
        identity = f"{stem}-checked-{entry.cell}"
        return Tag("details", "nnb-entry", summary, lines, ids=[identity])

    def place(self, name: str, entry: Entry) -> nodes.Node:
        """A link to the chain in its chapter."""
        if entry.label:
            link: addnodes.pending_xref | nodes.reference = equation_link(entry.label)
            link["refdoc"] = self.env.docname
            return link
        page = self.env.app.builder.get_relative_uri(self.env.docname, name)
        address = f"{page}#checked-{entry.cell}"
        return nodes.reference("", "there", refuri=address, internal=True)


def claim(data: dict[str, Any]) -> str:
    """What a chain says in all: its left side and its last right side."""
    if data["closing"]:
        return data["closing"]
    rows = data["rows"]
    if data["kind"] in DEFINITIONS:
        return r",\quad ".join(f"{row['lhs']} {row['relation']} {row['rhs']}" for row in rows)
    if data["kind"] == "cases":
        last = rows[-1]
        return f"{last['lhs'] or rows[0]['lhs']} {last['relation']} {last['rhs']}"
    strict = [row["relation"] for row in rows if row["relation"] != "="]
    return f"{rows[0]['lhs']} {strictest(strict)} {rows[-1]['rhs']}"


def strictest(relations: list[str]) -> str:
    """The relation between the ends of a chain."""
    strict = [relation for relation in relations if relation in ("<", ">")]
    return (strict or relations or ["="])[0]


def visit_claim(self: HTML5Translator, node: Claim) -> None:
    try:
        drawn = MATHML.sub("", katex_of(self).render(node["tex"], False)[0])
    except ValueError:  # said in the chapter
        drawn = f"<code>{html.escape(node['tex'])}</code>"
    label = html.escape(node["tex"], quote=True)
    self.body.append(f'<span class="nnb-claim" role="img" aria-label="{label}">{drawn}</span>')
    raise nodes.SkipNode


def table(header: list[str], rows: list[list[str]]) -> nodes.table:
    """A plain table."""
    group = nodes.tgroup(cols=len(header))
    group += [nodes.colspec(colwidth=1) for _ in header]
    head, body = nodes.thead(), nodes.tbody()
    head += table_row(header)
    body += [table_row(row) for row in rows]
    group += [head, body]
    return nodes.table("", group, classes=["nnb-counts"])


def table_row(cells: list[str]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        row += nodes.entry("", nodes.paragraph("", cell))
    return row


def setup(app: Sphinx) -> None:
    app.add_directive("checked-lines", CheckedLines)
    app.add_node(Claim, html=(visit_claim, None))
