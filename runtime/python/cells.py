"""Runs the code cells of a chapter as Jupyter would, and says what they show."""

from __future__ import annotations

import ast
import base64
import builtins
import contextlib
import io
import linecache
import os
import sys
import traceback
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import forms
from needs import names_of, needed

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
CHECKED = "application/vnd.nnlib.derivation+json"
FORM = "application/vnd.nnlib.form+json"  # how the page shows what was checked
MOST = 100_000  # characters of one stream that are shown

HOME = "/home/reader"  # where the files stand that chapters read
_spaces: dict[str, dict[str, Any]] = {}
_runs: dict[str, Runs] = {}
_shown: list[dict[str, Any]] = []


class Runs:
    """What has run in a chapter: of each cell the code, and of each name the cell that made it."""

    def __init__(self) -> None:
        self.ran: dict[int, str] = {}
        self.made_by: dict[str, int] = {}

    def note(self, cell: int, source: str) -> None:
        self.ran[cell] = source
        names = names_of(source)
        for name in names.makes:
            self.made_by[name] = cell

    def stale(self, sources: dict[int, str], cell: int) -> list[int]:
        """The cells that have to run (again) before `cell`, in their order."""
        found: list[int] = []
        for one in needed(sources, cell):
            makes = names_of(sources[one]).makes
            displaced = any(self.made_by.get(name) != one for name in makes)
            below = set(needed(sources, one)) & set(found)
            if self.ran.get(one) != sources[one] or displaced or below:
                found.append(one)
        return found


def reset(chapter: str) -> None:
    _spaces.pop(chapter, None)
    _runs.pop(chapter, None)


def plan(chapter: str, cell: int, sources: dict[int, str]) -> list[int]:
    """The cells that have to run before this one, as things stand."""
    return _runs.setdefault(chapter, Runs()).stale(sources, cell)


def run(
    chapter: str, cell: int, source: str, seconds: float, relax: Callable[[], None]
) -> dict[str, Any]:
    """Run `source`; return its outputs and whether it came to an end."""
    if not _spaces:
        unpack_files()
    space = _spaces.setdefault(chapter, {"__name__": "__main__"})
    builtins.display = display
    outputs = _shown
    outputs.clear()
    done = False
    with streams(outputs):
        try:
            value = execute(source, space, f"cell {cell}")
            if value is not None:
                space["_"] = value
                display(value)
            done = True
            _runs.setdefault(chapter, Runs()).note(cell, source)
        except KeyboardInterrupt:
            relax()
            said = f"This cell was stopped: it ran for {seconds:g} seconds."
            outputs.append({"output_type": "error", "text": said})
        except BaseException as error:
            relax()
            outputs.append({"output_type": "error", "text": trace(error)})
    return {"outputs": list(outputs), "done": done}


def execute(source: str, space: dict[str, Any], name: str) -> Any:
    """Run code; return the value of a last line that is an expression, unless a `;` ends it."""
    place = f"<{name}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    tree = ast.parse(source, place)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, place, "exec"), space)
        return None
    tree.body.pop()
    exec(compile(tree, place, "exec"), space)
    value = eval(compile(ast.Expression(last.value), place, "eval"), space)
    return None if source.rstrip().endswith(";") else value


def unpack_files() -> None:
    """Put the book's files where a chapter looks for them: beside its own folder."""
    book = next(place for place in sys.path if place.endswith("/book.zip"))
    with zipfile.ZipFile(book) as archive:
        archive.extractall(HOME, [n for n in archive.namelist() if n.startswith("files/")])
    os.makedirs(f"{HOME}/files/book", exist_ok=True)
    os.chdir(f"{HOME}/files/book")


class Stream(io.TextIOBase):
    """What is printed, in its place among the outputs."""

    def __init__(self, name: str, outputs: list[dict[str, Any]]) -> None:
        self.name, self.outputs = name, outputs

    def write(self, text: str) -> int:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") != "stream" or last["name"] != self.name:
            last = {"output_type": "stream", "name": self.name, "text": ""}
            self.outputs.append(last)
        if len(last["text"]) < MOST:
            last["text"] += text
        return len(text)


@contextlib.contextmanager
def streams(outputs: list[dict[str, Any]]) -> Iterator[None]:
    with (
        contextlib.redirect_stdout(Stream("stdout", outputs)),
        contextlib.redirect_stderr(Stream("stderr", outputs)),
    ):
        yield


def display(*values: Any) -> None:
    """Show values as Jupyter's function of this name does."""
    for value in values:
        _shown.append({"output_type": "display_data", "data": bundle(value)})


def form_of(data: dict[str, Any]) -> dict[str, Any]:
    """What was checked as a tree of parts, and the widths that the page sets its chains by."""
    widths = {"steps": list(forms.STEPS), "gap": forms.GAP, "number": forms.NUMBER}
    return widths | {"parts": forms.built(data, "")}


def bundle(value: Any) -> dict[str, Any]:
    """All forms in which a value shows itself, by type."""
    widgets = sys.modules.get("ipywidgets")
    if widgets is not None and isinstance(value, widgets.Widget):
        return {
            "text/plain": f"Figure: {getattr(value, 'alt', '')}",
            VIEW: {"model_id": value.model_id},
            STATE: widgets.state_of(value),
        }
    data = {"text/plain": repr(value)}
    own = getattr(value, "_repr_mimebundle_", None)
    if callable(own):
        found = own(include=None, exclude=None)
        data |= found[0] if isinstance(found, tuple) else found
        return data | ({FORM: form_of(data[CHECKED])} if CHECKED in data else {})
    for kind, method in (
        ("text/html", "_repr_html_"),
        ("text/markdown", "_repr_markdown_"),
        ("text/latex", "_repr_latex_"),
        ("image/svg+xml", "_repr_svg_"),
        ("image/png", "_repr_png_"),
    ):
        own = None if isinstance(value, type) else getattr(value, method, None)
        shown = own() if callable(own) else None
        if isinstance(shown, bytes):
            shown = base64.b64encode(shown).decode("ascii")
        if shown is not None:
            data[kind] = shown
    return data


def trace(error: BaseException) -> str:
    """The traceback from the reader's own code on."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [n for n, frame in enumerate(frames) if frame.filename.startswith("<")]
    kept = [f for f in frames[own[0] :] if f.filename != __file__] if own else []
    lines = traceback.format_list(kept) + traceback.format_exception_only(error)
    return "".join(lines).strip()
