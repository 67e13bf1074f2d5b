"""Exercises that are answered on the page, and code cells that run in it.

An exercise's code cell becomes a form with the hints and the solution folded below it; without a
script these are there all the same. The scripts and Python itself come from ``runtime/``, which is
built into the site when a page needs it. Where it cannot be built, the pages have no forms.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from docutils.utils import new_document
from myst_parser.parsers.sphinx_ import MystParser
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from .elements import Tag
from .labels import is_code_cell
from .page_python import page_module

ROOT = Path(__file__).resolve().parents[2]
FOLDER, CELLS = "_static/live", "_static/live-cells"
CHECK = re.compile(r"\bex\.(\w+)\.check\(")
# What only a notebook's reader has to be told of a choice: the statements stand in the form.
QUOTED = re.compile(r"^Answer with the (letter|word)")
IN_WORDS = ("question", "prompt", "title", "hints", "solution")  # on the page already
REFUTE = 'id="live-refute"'
BAR = '<p class="live-bar" data-cells=""'
FORM = re.compile(r'<form autocomplete="off" class="live-form.*?</form>', re.DOTALL)
logger = logging.getLogger(__name__)


class LiveExercises(SphinxTransform):
    """Put a form in the place of each exercise's code cell."""

    default_priority = 396  # after sections were named by these cells, before formulas are numbered

    def apply(self, **kwargs: Any) -> None:
        chapter = self.env.docname.rsplit("/", 1)[-1]
        if not any(CHECK.search(cell.astext()) for cell in self.document.findall(is_code_cell)):
            return
        exercises = exercises_of(chapter)
        place: nodes.Node | None = None
        for cell in list(self.document.findall(is_code_cell)):
            found = CHECK.search(cell.astext())
            if found and found[1] in exercises:
                place = self.form(exercises[found[1]])
                drop_statements(cell, exercises[found[1]])
                cell.replace_self(place)
        if place is not None:
            kept = Tag("p", "live-kept", attributes={"hidden": ""})
            place.parent.insert(place.parent.index(place) + 1, kept)

    def form(self, data: dict[str, Any]) -> Tag:
        """The exercise as it stands on the page."""
        given = {"data-exercise": data["name"], "data-kind": data["kind"]}
        name = f"live-{data['name']}"
        root = Tag("div", "live-exercise", attributes=given)
        form = Tag(
            "form", "live-form", *self.fields(data, name), attributes={"autocomplete": "off"}
        )
        if data["kind"] in ("formula", "proof"):
            form += Tag("div", "live-preview", attributes={"aria-live": "off"})
        check = Tag("button", "", nodes.Text("Check"), attributes={"type": "submit"})
        form += Tag("p", "live-buttons", check)
        root += form
        said = {"role": "status", "aria-live": "polite", "aria-atomic": "true"}
        root += Tag("div", "live-feedback", attributes=said)
        for number, hint in enumerate(data["hints"], start=1):
            called = f"Hint {number}" if len(data["hints"]) > 1 else "Hint"
            root += self.folded("live-hint", called, hint)
        root += self.folded("live-solution", "Solution", data["solution"])
        return root

    def fields(self, data: dict[str, Any], name: str) -> list[nodes.Node]:
        """The field to answer in, with its label."""
        kind = data["kind"]
        if kind == "choice":
            return [self.choices(data, name)]
        plain = 'spellcheck="false" autocapitalize="off" autocomplete="off"'
        if kind in ("formula", "number"):
            field = f'<input id="{name}" type="text" {plain} />'
        else:
            code = data["starter"] if kind == "function" else ""
            rows = max(4, code.count("\n") + 2)
            field = f'<textarea id="{name}" rows="{rows}" {plain}>{escape(code)}</textarea>'
        called = {"proof": "Your lines, one below the other", "function": "Your function"}
        label = nodes.Text(called.get(kind, "Your answer"))
        return [Tag("label", "", label, attributes={"for": name}), raw(field)]

    def choices(self, data: dict[str, Any], name: str) -> Tag:
        box = Tag("fieldset", "", Tag("legend", "", nodes.Text("Your answer")))
        for choice in data["choices"]:
            key = escape(choice["key"], quote=True)
            mark = raw(f'<input type="radio" name="{name}" value="{key}" />')
            said = [part for block in self.words(choice["text"]) for part in inside(block)]
            box += Tag("label", "live-option", mark, Tag("span", "", *said))
        return box

    def folded(self, css: str, title: str, text: str) -> Tag:
        return Tag("details", css, Tag("summary", "", nodes.Text(title)), *self.words(text))

    def words(self, text: str) -> list[nodes.Node]:
        """Markdown as nodes."""
        parsed = new_document(self.document["source"], self.document.settings)
        MystParser().parse(text, parsed)
        return list(parsed.children)


def refute_form() -> list[nodes.Node]:
    """The field in which the cover's derivation is changed, and room for what is said of it."""
    printed = escape(page_module("refute").PRINTED, quote=True)
    plain = 'spellcheck="false" autocapitalize="off" autocomplete="off"'
    left = Tag("span", "", nodes.math("W_{T} =", "W_{T} ="), attributes={"aria-hidden": "true"})
    field = raw(f'<input id="live-refute" type="text" value="{printed}" {plain} />')
    check = Tag("button", "", nodes.Text("Check"), attributes={"type": "submit"})
    label = Tag("label", "", nodes.Text("Change the last line"), attributes={"for": "live-refute"})
    form = Tag(
        "form",
        "live-form live-refute",
        label,
        Tag("div", "live-equation", left, field, check),
        Tag("p", "live-offers", nodes.Text("or try ")),
        attributes={"autocomplete": "off"},
    )
    said = {"role": "status", "aria-live": "polite", "aria-atomic": "true"}
    return [form, Tag("div", "live-verdict-line", attributes=said)]


def raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def inside(block: nodes.Node) -> list[nodes.Node]:
    return list(block.children) if isinstance(block, nodes.paragraph) else [block]


def exercises_of(chapter: str) -> dict[str, dict[str, Any]]:
    """The data of a chapter's exercises, by name."""
    if find_spec("exercises") is None or find_spec(f"exercises.{chapter}") is None:
        return {}
    from nnlib.exercises import exercises_of as found

    module = importlib.import_module(f"exercises.{chapter}")
    return {name: exercise.to_data() for name, exercise in found(module).items()}


def drop_statements(cell: nodes.Node, data: dict[str, Any]) -> None:
    """Take the statements of a choice out of the text above its form, which has them too."""
    if data["kind"] != "choice":
        return
    at = cell.parent.index(cell)
    above = cell.parent.children[:at]
    for node in reversed(above):
        if isinstance(node, nodes.bullet_list):
            cell.parent.remove(node)
            return
        if isinstance(node, nodes.paragraph) and QUOTED.match(node.astext()):
            cell.parent.remove(node)
        elif not isinstance(node, nodes.paragraph):
            return


class MarkCells(SphinxTransform):
    """Tell the page which of the notebook's cells each printed one is, and leave room for a bar."""

    default_priority = 391  # before exercises take the place of their cells

    def apply(self, **kwargs: Any) -> None:
        cells = list(self.document.findall(is_code_cell))
        for cell in cells:
            cell["classes"].append(f"live-cell-{cell['cell_index']}")
        title = next(iter(self.document.findall(nodes.title)), None)
        if cells and title is not None:
            bar = Tag("p", "live-bar", attributes={"data-cells": ""})
            title.parent.insert(title.parent.index(title) + 1, bar)


def write_again(app: Sphinx, config: Config) -> None:
    """Have all pages written when the runtime changes: they name its files."""
    files = [*(ROOT / "runtime").rglob("*.*"), ROOT / "package-lock.json"]
    files += [Path(__file__), Path(__file__).with_name("formula.mjs")]
    made = hashlib.sha256(config.library_digest.encode())
    for path in sorted(files):
        if path.is_file() and "__pycache__" not in path.parts:
            made.update(path.read_bytes())
    config.live_digest = made.hexdigest()


# --- the page -------------------------------------------------------------------------------------


def about_runtime(app: Sphinx) -> dict[str, Any] | None:
    """Build the runtime into the site, once; None where it cannot be."""
    if not hasattr(app, "live_runtime"):
        app.live_runtime = built(app)
    return app.live_runtime


def built(app: Sphinx) -> dict[str, Any] | None:
    target = Path(app.outdir, FOLDER)
    if str(ROOT) not in sys.path:
        sys.path.append(str(ROOT))
    from runtime.build import ROOT_SCRIPT, CannotBuild, build

    try:
        about = build(target, say=lambda text: logger.info("[live] %s", text))
        (target / ROOT_SCRIPT).replace(app.outdir / ROOT_SCRIPT)
        return about
    except CannotBuild as error:
        logger.info("[live] pages cannot check answers or run code: %s", error)
        return None


def bring_to_life(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Give a page its scripts, and what they must know."""
    if app.builder.format != "html" or doctree is None:
        return
    body = context.get("body", "")
    names = re.findall(r'data-exercise="(\w+)"', body)
    if not names and BAR not in body and REFUTE not in body:
        return
    about = about_runtime(app)
    if about is None:
        body = body.replace(BAR, '<p class="live-bar" hidden')
        context["body"] = FORM.sub("", body)
        return
    if BAR in body:
        address = write_cells(app, pagename)
        context["body"] = body.replace(BAR, f'<p class="live-bar" data-cells="{address}"')
    if REFUTE in body:
        context["body"] += data_block("live-data-refute", changeable())
    exercises = exercises_of(pagename.rsplit("/", 1)[-1])
    data = {name: without(exercises[name], IN_WORDS) for name in names}
    up = "../" * pagename.count("/")
    live = about | {
        "base": f"{up}{FOLDER}/",
        "root": up or "./",
        "macros": app.config.katex_macros,
        "binder": app.config.book_address.binder(f"{pagename}.ipynb"),
    }
    context["body"] += data_block("live-data-about", live) + data_block("live-data-exercises", data)
    app.add_css_file(f"live/{about['files']['live.css']['name']}")
    app.add_js_file(f"live/{about['files']['live.js']['name']}", loading_method="defer")


def changeable() -> dict[str, Any]:
    """What the cover's script knows of its derivation without asking Python."""
    module = page_module("refute")
    return {
        "prepared": module.prepared(),
        "offered": module.OFFERED,
        "printed": module.PRINTED,
    }


def write_cells(app: Sphinx, pagename: str) -> str:
    """Write the code of a chapter's cells to a file; return its name."""
    notebook = nbformat.read(Path(app.srcdir, f"{pagename}.ipynb"), as_version=4)
    cells = [
        [number, cell.source]
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and not CHECK.search(cell.source)
    ]
    chapter = pagename.rsplit("/", 1)[-1]
    text = json.dumps({"chapter": chapter, "cells": cells}, ensure_ascii=False)
    name = f"{chapter}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    file = Path(app.outdir, CELLS, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return f"../{Path(CELLS).name}/{name}"


def without(data: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def data_block(name: str, data: Any) -> str:
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    return f'\n<script type="application/json" id="{name}">{text}</script>'


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(LiveExercises)
    app.add_transform(MarkCells)
    app.add_config_value("live_digest", "", "html", types=[str])
    app.connect("config-inited", write_again, priority=950)  # after pages.py: the library's digest
    app.connect("html-page-context", bring_to_life)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
