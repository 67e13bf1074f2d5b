"""One node for any HTML element, and the small texts that checked objects print: words with $TeX$.

What an extension of this book puts on a page is built from these, so that Sphinx sees formulas,
links and words as it sees those of the text.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

FORMULA = re.compile(r"\$([^$]+)\$")


class Tag(nodes.General, nodes.Inline, nodes.TextElement):
    """An HTML element: ``Tag("details", "nnb-proof", child, …)``.

    ``attributes`` may hold any others: ``Tag("div", attributes={"data-kind": "number"})``.
    """

    def __init__(
        self, tag: str = "div", css: str = "", *children: nodes.Node, **given: Any
    ) -> None:
        super().__init__("", "", *children, tag=tag, classes=css.split(), **given)


def visit_tag(self: HTML5Translator, node: Tag) -> None:
    attributes = {name: node[name] for name in ("role", "title", "open") if name in node}
    attributes |= node.get("attributes", {})
    self.body.append(self.starttag(node, node["tag"], "", **attributes))


def depart_tag(self: HTML5Translator, node: Tag) -> None:
    self.body.append(f"</{node['tag']}>")


def formula(tex: str, display: bool = True) -> nodes.math:
    """A formula in a line, with the sums and fractions of a displayed one."""
    tex = rf"\displaystyle {tex}" if display else tex
    return nodes.math(tex, tex)


def words(text: str) -> list[nodes.Node]:
    """A text in which ``$…$`` is mathematics."""
    parts = FORMULA.split(text)
    found = [nodes.math(p, p) if n % 2 else nodes.Text(p) for n, p in enumerate(parts)]
    return [node for node in found if node.astext()]


def listed(formulas: list[str]) -> list[nodes.Node]:
    """Formulas with commas between them."""
    found: list[nodes.Node] = []
    for tex in formulas:
        found += [nodes.Text(", "), nodes.math(tex, tex)] if found else [nodes.math(tex, tex)]
    return found


def equation_link(name: str) -> addnodes.pending_xref:
    """The number of an equation as a link to it, as the role ``{eq}`` makes it."""
    return addnodes.pending_xref(
        "",
        nodes.inline("", name, classes=["xref", "eq"]),
        refdomain="math",
        reftype="eq",
        reftarget=name,
        refwarn=True,
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Tag, html=(visit_tag, depart_tag))
    return {"parallel_read_safe": True}
