"""Search by section, with no server: the text of the book as one script, and a page that asks it.

A record is a section of a chapter, a term of the glossary, a row of the notation, an exercise or an
entry of the library: what can be linked to and answers a question. The index is loaded as a script,
so that search also works in a folder; book/_static/search.js ranks the records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from .checked import LEDGER, Chain
from .index_terms import terms_of
from .order import chapters_of, pages_of
from .plain import plain, titled

HERE = Path(__file__).resolve().parent
WORDS = HERE.parent / "search_words.yml"
API = "book/api/"


class Record(NamedTuple):
    """One answer: where it is, what it is called, what it is about, its text."""

    anchor: str
    title: str
    kind: str  # section, page, term, symbol, exercise, code
    terms: str  # of the index
    names: str  # of its equations and its code
    text: str


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the records of a page that was read."""
    docname = app.env.docname
    records(app.env)[docname] = [record._asdict() for record in records_of(doctree, docname)]


def records(env: BuildEnvironment) -> dict[str, list[dict[str, str]]]:
    if not hasattr(env, "book_search"):
        env.book_search = {}
    return env.book_search


def forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    records(env).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    records(env).update({name: records(other)[name] for name in docnames if name in records(other)})


# --- what a page answers --------------------------------------------------------------------------


def records_of(doctree: nodes.document, docname: str) -> Iterator[Record]:
    for section in doctree.findall(nodes.section):
        if docname != LEDGER or isinstance(section.parent, nodes.document):
            yield section_record(section, docname)
    for item in doctree.findall(nodes.definition_list_item):
        if isinstance(item.parent.parent, addnodes.glossary):
            yield term_record(item)
    for row in doctree.findall(nodes.row):
        if row["ids"]:
            yield symbol_record(row)
    for entry in doctree.findall(addnodes.desc):
        if signature := next(iter(entry.findall(addnodes.desc_signature)), None):
            yield code_record(entry, signature)


def section_record(section: nodes.section, docname: str) -> Record:
    """A section without the sections in it."""
    top = isinstance(section.parent, nodes.document)
    own = [part for part in section.children if not isinstance(part, (nodes.section, nodes.title))]
    exercise = any(name.startswith("exercise-") for name in section["ids"])
    kind = "page" if top else "exercise" if exercise else "section"
    anchor = "" if top else section["ids"][0]
    skip = (addnodes.desc, addnodes.glossary, nodes.title, *((nodes.table,) if top else ()))
    text = " ".join(filter(None, (plain(part, skip) for part in own)))
    title = plain(section.next_node(nodes.title))
    terms = "; ".join(terms_of(section, docname))
    return Record(anchor, title, kind, terms, "; ".join(names_in(own)), text)


def names_in(parts: list[nodes.Node]) -> Iterator[str]:
    """Names of the equations in a section, as words: ``eq-half-life`` is about the half-life."""
    for part in parts:
        for chain in part.findall(Chain):
            if chain["name"]:
                yield chain["name"].removeprefix("eq-")


def term_record(item: nodes.definition_list_item) -> Record:
    term = item.next_node(nodes.term)
    said = " ".join(plain(part) for part in item.findall(nodes.definition))
    return Record(term["ids"][0], plain(term), "term", "", "", said)


def symbol_record(row: nodes.row) -> Record:
    """A row of the notation: the symbol, and what it stands for."""
    symbol, code, shape, meaning, first = (plain(entry) for entry in row)
    text = f"{symbol}: {meaning}. In code {code}, {shape}. First in {first}."
    return Record(row["ids"][0], symbol, "symbol", "", code, text)


def code_record(entry: addnodes.desc, signature: addnodes.desc_signature) -> Record:
    """A function or class of the library."""
    identity = next(iter(signature["ids"]), "")
    said = " ".join(
        plain(part, (addnodes.desc,)) for part in entry if isinstance(part, addnodes.desc_content)
    )
    return Record(identity, signature.get("fullname", plain(signature)), "code", "", identity, said)


# --- the index and its page -----------------------------------------------------------------------


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Write all records, page by page in the book's order, as a script."""
    if error or app.builder.format != "html":
        return
    chapters = chapters_of(app)
    titles = {name.rsplit("/", 1)[-1]: plain(title) for name, title in app.env.titles.items()}
    pages = [
        {
            "url": app.builder.get_target_uri(docname),
            "title": plain(app.env.titles[docname]),
            "chapter": docname in chapters,
            "records": [[titled(part, titles) for part in record.values()] for record in found],
        }
        for docname in pages_of(app)
        if (found := records(app.env).get(docname))
    ]
    same = yaml.safe_load(WORDS.read_text("utf-8"))["same"]
    data = json.dumps({"pages": pages, "same": same}, ensure_ascii=False, separators=(",", ":"))
    Path(app.outdir, "_static", "search-index.js").write_text(
        f"BookSearch.load({data});\n", encoding="utf-8"
    )


def own_search(app: Sphinx) -> None:
    """Let Sphinx make no index of its own: it would be a second one, of whole pages."""
    if app.builder.format == "html":
        app.builder.search = False


def search_page(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    yield "search", {"title": "Search", "body": ""}, "search.html"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", own_search)
    app.connect("html-collect-pages", search_page)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("build-finished", write_index)
    return {"parallel_read_safe": True}
