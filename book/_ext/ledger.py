"""The directive ``{checked-lines}``: every checked chain of the book, as its pages stored it.

Checked objects store what they checked as data beside their formulas (see checked.py). The tests
compare the stored data with a fresh run, so this list is as fresh as the pages. A chain is one
entry: what it says, for what, how far it was checked, a link to its place. It opens on what it rests
on, what uses it, and its lines as text, which keeps a page of many hundred lines light.
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

from .checked import CHAINS, LEDGER, MIME, conditions, mark
from .elements import Tag, equation_link
from .formulas import katex_of
from .plain import GONE, line_of

DRAWN = re.compile(
    r'<span class="katex"><span class="katex-mathml">.*?</math></span>'
    r'<span class="katex-html" aria-hidden="true">(?P<drawn>.*)</span></span>',
    re.DOTALL,
)
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


class Uses:
    """Which entries rest on which: by the name of an equation, or by what a definition says."""

    def __init__(self, chapters: dict[str, list[Entry]]) -> None:
        self.entries = {
            identity(name, entry): entry
            for name, found in chapters.items()
            for entry in found
            if is_listed(entry)
        }
        self.pages = {
            identity(name, entry): name for name, found in chapters.items() for entry in found
        }
        named = {entry.label: place for place, entry in self.entries.items() if entry.label}
        self.below: dict[str, list[str]] = {}
        self.unlisted: dict[str, list[str]] = {}  # what a line said of its own, as TeX
        self.above: dict[str, list[str]] = {place: [] for place in self.entries}
        for place, entry in self.entries.items():
            chapter = place.partition("-checked-")[0]
            said = {claim(e.data): p for p, e in self.entries.items() if p.startswith(chapter)}
            results = {one["tex"]: one["name"] for one in entry.data.get("rests_on") or []}
            found = {tex: named.get(name) or said.get(tex) for tex, name in results.items()}
            others = [other for other in dict.fromkeys(found.values()) if other and other != place]
            self.below[place] = others
            self.unlisted[place] = [tex for tex, other in found.items() if other is None]
            for other in others:
                self.above[other].append(place)


def identity(name: str, entry: Entry) -> str:
    """The id of an entry on the page of checked lines."""
    return f"{name.rsplit('/', 1)[-1]}-checked-{entry.cell}"


def is_listed(entry: Entry) -> bool:
    return entry.data["kind"] in LISTED


def lines_of(data: dict[str, Any]) -> int:
    """How many lines of a chain had to be shown: what is defined or assumed had not."""
    if data["kind"] not in LISTED or data["status"] == "definition":
        return 0
    return len([row for row in data["rows"] if row["label"] not in ("definition", "assumed")])


def count_of(every: list[dict[str, Any]], kind: str) -> int:
    return sum(data["kind"] == kind for data in every)


def compared(data: dict[str, Any], count: int) -> str:
    """How many lines, at how many points, of which sizes."""
    checked = data.get("checked") or {}
    text = "one line" if count == 1 else f"{count} lines"
    if checked.get("points"):
        text += f", each also at {checked['points']} points at least"
    return text


def fact(term: str, *said: nodes.Node) -> list[nodes.Node]:
    return [Tag("dt", "", nodes.Text(term)), Tag("dd", "", *said)]


def between(parts: list[nodes.Node]) -> list[nodes.Node]:
    """The parts with commas between them."""
    return [one for part in parts for one in (nodes.Text(", "), part)][1:]


def claims(formulas: list[str]) -> list[nodes.Node]:
    return between([Claim("", tex=tex) for tex in formulas])


class CheckedLines(SphinxDirective):
    """A summary of all chapters, then the chains of each."""

    def run(self) -> list[nodes.Node]:
        chapters = {name: list(entries(Path(self.env.doc2path(name)))) for name in self.chapters()}
        chapters = {name: found for name, found in chapters.items() if found}
        if not chapters:
            raise ExtensionError("no chapter has a checked line: have the notebooks been run?")
        for name in self.chapters():
            self.env.note_dependency(self.env.doc2path(name))
        used = Uses(chapters)
        sections = [self.section(name, found, used) for name, found in chapters.items()]
        return [self.totals(chapters), self.summary(chapters), *sections]

    def chapters(self) -> list[str]:
        """The notebooks of the book, in its order."""
        pages = self.config.external_site_map
        return [name for name in pages if Path(self.env.doc2path(str(name))).suffix == ".ipynb"]

    def title(self, name: str) -> str:
        cells = json.loads(Path(self.env.doc2path(name)).read_text(encoding="utf-8"))["cells"]
        heading = "".join(cells[0]["source"]).split("\n")[0]
        return heading.lstrip("# ")

    def totals(self, chapters: dict[str, list[Entry]]) -> nodes.Node:
        """How much there is in all."""
        every = [entry.data for found in chapters.values() for entry in found]
        chains = [data for data in every if lines_of(data)]
        lines = sum(map(lines_of, chains))
        points = sum(lines_of(data) * data["checked"].get("points", 0) for data in chains)
        said = (
            f"{len(chains)} derivations with {lines:,} lines that had to be shown, and evaluated at"
            f" {points:,} points at least; {count_of(every, 'match')} times code was run on symbols and"
            f" proved equal to a formula, and {count_of(every, 'refutation')} planted mistakes were"
            " caught with a counterexample."
        )
        return nodes.paragraph("", said)

    def summary(self, chapters: dict[str, list[Entry]]) -> nodes.Node:
        """How many chains have which label, chapter by chapter."""
        labels = sorted({entry.count_as for found in chapters.values() for entry in found})
        rows = []
        for name, found in chapters.items():
            count = Counter(entry.count_as for entry in found)
            rows.append([self.title(name), *(str(count[label]) for label in labels)])
        return table(["Chapter", *labels], rows)

    def section(self, name: str, found: list[Entry], used: Uses) -> nodes.Node:
        title = self.title(name)
        section = nodes.section(ids=[nodes.make_id(f"lines-{title}")], names=[])
        section += nodes.title("", title)
        section += [self.entry(name, entry, used) for entry in found if is_listed(entry)]
        return section

    def entry(self, name: str, entry: Entry, used: Uses) -> Tag:
        """One chain: its number, what it says, for what, its label; it opens on how it was shown."""
        summary = Tag("summary", "", Claim("", tex=claim(entry.data)))
        if held := conditions(entry.data):
            summary += [nodes.Text(" "), Tag("span", "nnb-for", nodes.Text("for "), *claims(held))]
        summary += [nodes.Text(" "), mark(entry.data["status"])]
        lines = nodes.literal_block(entry.data["text"], entry.data["text"], language="text")
        inside = [self.facts(name, entry, used), lines]
        fold = Tag("details", "nnb-shown", summary, *inside)
        return Tag("div", "nnb-entry", self.place(name, entry), fold, ids=[identity(name, entry)])

    def facts(self, name: str, entry: Entry, used: Uses) -> Tag:
        """What was compared, what the chain rests on, and what rests on it."""
        found = Tag("dl", "")
        if count := lines_of(entry.data):
            found += fact("Compared", nodes.Text(compared(entry.data, count)))
        place = identity(name, entry)
        below = [self.jump(other, used) for other in used.below[place]]
        below += [Claim("", tex=tex) for tex in used.unlisted[place]]
        above = [self.jump(other, used) for other in used.above[place]]
        for term, links in (("Rests on", below), ("Used by", above)):
            if links:
                found += fact(term, *between(links))
        return found

    def jump(self, place: str, used: Uses) -> nodes.Node:
        """A link to another entry of this page; its text is the equation's number, once known."""
        entry = used.entries[place]
        link = nodes.reference("", "", refuri=f"#{place}", internal=True)
        if entry.label:
            link["equation"] = (used.pages[place], nodes.make_id(f"equation-{entry.label}"))
        else:
            said = line_of(claim(entry.data))
            link += nodes.Text(said if said != GONE else "one without a number")
        return link

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
        drawn = DRAWN.fullmatch(katex_of(self).render(node["tex"], False)[0])["drawn"]
    except ValueError:  # said in the chapter
        drawn = f"<code>{html.escape(node['tex'])}</code>"
    label = html.escape(node["tex"], quote=True)
    self.body.append(
        f'<span class="katex nnb-claim" role="img" aria-label="{label}">{drawn}</span>'
    )
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


def tell_numbers(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put in what is known when all pages have been read: the equations' numbers."""
    if docname != LEDGER:
        return
    for link in doctree.findall(nodes.reference):
        if "equation" in link:
            page, name = link["equation"]
            number = app.env.toc_fignumbers.get(page, {}).get("displaymath", {}).get(name, ())
            link += nodes.Text(f"({'.'.join(map(str, number))})")
            del link["equation"]


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", tell_numbers)
    app.add_directive("checked-lines", CheckedLines)
    app.add_node(Claim, html=(visit_claim, None))
