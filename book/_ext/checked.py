"""What was checked, on the page: derivations as one grid, and cards for code and refutations.

The objects of nnlib.symbolic print themselves as data as well (the type MIME below): formulas as
TeX, reasons, conditions, what was compared. The form of that data is made by ``forms``, which a live
page runs too; this module makes it into nodes. A chain stands once in the page; the rules of
chain_style move its reasons beside the lines or below them, by the room there is.
"""

from __future__ import annotations

import math
from typing import Any

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer, load_mime_renders
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.math import MathDomain
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from .elements import Tag, equation_link
from .formulas import katex_of
from .page_python import page_module

forms = page_module("forms")
CHAINS, STEPS, conditions = forms.CHAINS, forms.STEPS, forms.conditions
MIME = "application/vnd.nnlib.derivation+json"
WIDEST_WHY = 13.5  # as wide as the page's margin, where reasons of different chains begin in line
LEDGER = "book/checked_lines"


class Chain(nodes.General, nodes.Element):
    """A displayed chain; ``lines`` holds the TeX of each line's two sides, ``why`` the room that
    its reasons take."""


class Sides(nodes.General, nodes.Element):
    """Code and the chain that it is, side by side where a card has room: ``room`` beside the chain."""


class Checked(MimeRenderPlugin):
    """Renders the data that checked objects print."""

    mime_priority_overrides = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        if data.mime_type != MIME:
            return None
        cell = renderer.renderer.nb_client.notebook.cells[data.cell_index]
        node = built(data.content, f"checked-{cell['id']}")
        for link in node.findall(addnodes.pending_xref):
            link["refdoc"] = renderer.renderer.sphinx_env.docname
        return [node]


def built(data: dict[str, Any], place: str) -> nodes.Element:
    """What a checked object printed, as a node."""
    return node_of(forms.built(data, place))


def mark(status: str) -> nodes.Element:
    """The word that says how far a check went."""
    return node_of(forms.mark(status))


def node_of(part: Any) -> nodes.Node:
    """A part of a form (see forms.py) as a node."""
    if isinstance(part, str):
        return nodes.Text(part)
    inside = [node_of(one) for one in part.get("in", [])]
    if "tag" in part:
        given = {"ids": [part["id"]]} if "id" in part else {}
        given |= {"role": part["role"]} if "role" in part else {}
        return Tag(part["tag"], part["css"], *inside, **given)
    if "chain" in part:
        return Chain("", *inside, **{name: part[name] for name in ("lines", "why", "name")})
    if "sides" in part:
        return Sides("", *inside, room=part["sides"])
    if "ledger" in part:
        return nodes.reference("", "", *inside, ledger=part["ledger"])
    (kind, text), *_ = part.items()
    return LEAVES[kind](text)


LEAVES = {
    "tex": lambda tex: nodes.math(tex, tex),
    "literal": lambda code: nodes.literal("", code),
    "code": lambda code: nodes.literal_block(code, code, language="python"),
    "equation": equation_link,
}


# --- on the page ----------------------------------------------------------------------------------


def rooms(translator: HTML5Translator, node: Chain) -> tuple[float, float]:
    """How wide a chain is with its reasons beside the lines, and with them below."""

    def width(tex: str) -> float:
        try:
            return katex_of(translator).render(rf"\displaystyle {tex}", False)[1] if tex else 0
        except ValueError:  # said where the formula is rendered
            return 0

    left = max((width(lhs) for lhs, _ in node["lines"]), default=0)
    right = max((width(rhs) for _, rhs in node["lines"]), default=0)
    number = forms.NUMBER if node.get("number") else 0
    return left + right + forms.GAP + node["why"] + number, left + right + 1


def step_of(room: float) -> float:
    """The first of the widths that has this much room; none has: infinity."""
    return next((step for step in STEPS if step >= room), math.inf)


def visit_chain(self: HTML5Translator, node: Chain) -> None:
    beside, below = (step_of(room) for room in rooms(self, node))
    css = f"nnb-chain nnb-beside-{beside:g} nnb-below-{below:g}"
    self.body.append(self.starttag(node, "div", "", CLASS=css))


def depart_chain(self: HTML5Translator, node: Chain) -> None:
    if node.get("number"):
        self.body.append(f'<span class="nnb-no">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")


def visit_sides(self: HTML5Translator, node: Sides) -> None:
    css = "nnb-sides"
    if node["room"] is not None:
        room = node["room"] + step_of(rooms(self, node.children[-1])[1])
        css += f" nnb-sides-{step_of(room):g}"
    self.body.append(self.starttag(node, "div", "", CLASS=css))


def depart_sides(self: HTML5Translator, node: Sides) -> None:
    self.body.append("</div>")


def chain_style() -> str:
    """The rules that set a chain by the room there is: class ``nnb-beside-32`` needs 32 em.

    ``nnb-sides-32`` is a card that needs so much to have its code beside the formula.
    """
    both = "--nnb-rhs:2;--nnb-in:0;--nnb-columns:max-content "
    columns = {
        "below": f"{both}minmax(0,1fr)",
        "beside": f"--nnb-why:3;{both}minmax(max-content,1fr) minmax({forms.WHY}em,{WIDEST_WHY}em)",
    }
    beside = "grid-template-columns:max-content minmax(0,1fr)"
    return "".join(
        f"@container (width >= {step}em){{.nnb-{form}-{step}>.nnb-lines{{{rule}}}}}"
        for form, rule in columns.items()
        for step in STEPS
    ) + "".join(
        f"@container nnb-card (width >= {step}em){{.nnb-sides-{step}{{{beside}}}}}"
        for step in STEPS
    )


def link_to_ledger(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Lead from each chain to its place in the list of checked lines, where the book has one."""
    for node in list(doctree.findall(nodes.reference)):
        if "ledger" not in node:
            continue
        if LEDGER in app.env.found_docs:
            page = app.builder.get_relative_uri(docname, LEDGER)
            node["refuri"] = f"{page}#{docname.rsplit('/', 1)[-1]}-{node['ledger']}"
            node["internal"] = True
        else:
            node.parent.parent.remove(node.parent)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Chain, html=(visit_chain, depart_chain))
    app.add_node(Sides, html=(visit_sides, depart_sides))
    MathDomain.enumerable_nodes[Chain] = ("displaymath", None)  # numbered among the equations
    if Checked not in load_mime_renders():
        load_mime_renders().append(Checked)
    app.connect("doctree-resolved", link_to_ledger)
    return {"parallel_read_safe": True}
