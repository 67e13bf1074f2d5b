"""A page for a student: what was asked, what was given, points, and why.

Everything on it is escaped; it holds no script, no link and no picture, and forbids its browser to
fetch anything.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from marker.formulas import formula
from marker.tables import points_text

__all__ = ["page"]

_SAID = {
    "right": "right",
    "wrong": "not right",
    "no answer": "no answer",
    "unreadable": "could not be read",
    "undecided": "a person looks at it",
    "to be marked by hand": "marked by hand, not yet",
}

_STYLE = """
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif;
  color: #1b1f24; background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem; }
pre { white-space: pre-wrap; background: #f4f5f7; padding: .6rem .8rem; border-radius: .3rem; }
code, .math { font-family: ui-monospace, monospace; font-size: .92em; }
.points { float: right; font-weight: 600; } .status { font-weight: 600; }
.right { color: #116329; } .wrong, .unreadable { color: #a40e26; } .open { color: #7a4d00; }
ul.parts { padding-left: 1.2rem; }
@media (prefers-color-scheme: dark) {
  body { color: #e6e8eb; background: #16181c; } pre { background: #24272d; }
  .right { color: #5fd383; } .wrong, .unreadable { color: #ff8f9d; } .open { color: #f0b429; } }
"""


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": False})
    reader.use(
        dollarmath_plugin,
        renderer=lambda tex, options: formula(tex, options["display_mode"]),
    )
    return reader.disable(["image", "link", "autolink", "html_block", "html_inline", "reference"])


_markdown = _reader()


def page(marks: Mapping[str, Any], title: str, questions: Mapping[str, str]) -> str:
    """The page of one student; `questions` is what was asked, in Markdown."""
    total = f"{points_text(marks['points'])} of {points_text(marks['of'])} points"
    if marks["open"]:
        total += ", and some questions wait for a person"
    notes = "".join(f"<p>{html.escape(note)}</p>\n" for note in marks["notes"])
    shown = "\n".join(
        _question(number, question, _asked(question, questions), marks["open"])
        for number, question in enumerate(marks["questions"], start=1)
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{html.escape(title)}: feedback</title>
<style>{_STYLE}</style>
<h1>{html.escape(title)}</h1>
<p>{html.escape(marks["student"])}: <strong>{total}</strong></p>
{notes}{shown}
</html>
"""


def _asked(question: Mapping[str, Any], questions: Mapping[str, str]) -> str:
    return question.get("asked") or questions.get(question["id"], "")


def _question(number: int, question: Mapping[str, Any], asked: str, waiting: Any) -> str:
    status = question["status"]
    look = "open" if question["id"] in waiting else status.replace(" ", "-")
    points = f"{points_text(question['points'])} of {points_text(question['of'])}"
    if question["id"] in waiting:
        points = f"open, of {points_text(question['of'])}"
    lines = [
        f'<h2><span class="points">{points}</span>{number}. {html.escape(question["title"])}</h2>',
        _markdown.render(asked),
    ]
    if question["answer"]:
        lines.append(f"<p>Your answer:</p>\n<pre>{html.escape(question['answer'])}</pre>")
    said = html.escape(_SAID.get(status, status))
    lines.append(f'<p class="status {html.escape(look)}">{said}</p>')
    if question["message"]:
        lines.append(_markdown.render(question["message"]))
    if len(question["parts"]) > 1:
        lines.append(_parts(question["parts"]))
    if question.get("corrected"):
        lines.append(f"<p>Marked by a person. {html.escape(question['corrected'])}</p>")
    return "\n".join(lines)


def _parts(parts: Any) -> str:
    items = []
    for part in parts:
        points = f"{points_text(part['points'])} of {points_text(part['of'])}"
        label = _markdown.renderInline(part["label"])
        message = _markdown.renderInline(part["message"] or "")
        said = html.escape(_SAID.get(part["status"], part["status"]))
        items.append(f"<li>{label}: {said}, {points}. {message}</li>")
    return '<ul class="parts">\n' + "\n".join(items) + "\n</ul>"
