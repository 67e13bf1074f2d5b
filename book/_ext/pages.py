"""What every page is sent with: no request to another host, nothing that is not needed."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from .heights import heights

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# What MyST-NB and sphinxcontrib-bibtex write and no screen reader should be told.
SLIPS = (' aria-label="Toggle hidden content"', ' role="doc-biblioentry"', ' role="list"')
# Classes of tokens that the theme gives a colour; the highlighter marks all others as well.
COLOURED = re.compile(
    r"k[cdnprt]?|s[abcdehirsx12]?|c[1hmps]?|m[bfhiol]?|n[fcdb]|fm|ow|g[protu]|err"
)
BLOCK = re.compile(r'<div class="highlight"><pre>.*?</pre></div>', re.DOTALL)
EMPTY_HEAD = '<th class="head"><p></p></th>'
NARROW = 38  # letters of code in a line of a phone
TOKEN = re.compile(r'<span class="(\w+)">([^<]*)</span>')
SECTION = re.compile(r'<section id="([^"]+)">')


def use_local_parts(app: Sphinx, config: Config) -> None:
    """Leave out what would come from content networks."""
    config.nb_ipywidgets_js = {}
    config.library_digest = library_digest()


def library_digest() -> str:
    """Return a digest of all code that notebooks run: when it changes, they run again."""
    digest = hashlib.sha256()
    sources = [*(ROOT / "nnlib").rglob("*.*"), *(ROOT / "book" / "exercises").rglob("*.py")]
    for path in sorted(sources):
        if path.suffix in {".py", ".js", ".css"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def mend(body: str) -> str:
    """Take out roles and labels that mislead a screen reader, and elements that show nothing."""
    for slip in SLIPS:
        body = body.replace(slip, "")
    body = body.replace(EMPTY_HEAD, '<td class="head"></td>')  # it is no heading
    return BLOCK.sub(lambda block: plain(block[0]), body)


def plain(code: str) -> str:
    """Highlighted code without the marks of tokens that have the text's own colour."""

    def keep(token: re.Match[str]) -> str:
        return token[0] if COLOURED.fullmatch(token[1]) else token[2]

    code = TOKEN.sub(keep, code.replace("<span></span>", ""))
    longest = max(map(len, html.unescape(re.sub("<[^>]*>", "", code)).split("\n")))
    if longest > NARROW:  # it may have to scroll: see reach() in the theme's script
        code = code.replace("<pre>", '<pre tabindex="0">', 1)
    return code


def hold_room(body: str, doctree: nodes.document) -> str:
    """Tell the browser how high each section will be, so that it need not lay out what is far."""
    rooms = heights(doctree)

    def with_room(section: re.Match[str]) -> str:
        if section[1] not in rooms:
            return section[0]
        wide, phone = rooms[section[1]]
        style = f"--wide:{wide}px;--phone:{phone}px"
        return f'<section id="{section[1]}" class="nnb-far" style="{style}">'

    return SECTION.sub(with_room, body)


def finish_page(
    app: Sphinx,
    pagename: str,
    template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Send a page light."""
    if "body" in context:
        context["body"] = mend(context["body"])
        if doctree is not None:
            context["body"] = hold_room(context["body"], doctree)


def setup(app: Sphinx) -> None:
    app.add_config_value("library_digest", "", "env", types=[str])
    app.connect("config-inited", use_local_parts, priority=900)
    app.connect("html-page-context", finish_page, priority=900)
