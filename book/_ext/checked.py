"""What was checked, on the page: derivations as one grid, and cards for code and refutations.

The objects of nnlib.symbolic print themselves as data as well (the type MIME below): formulas as
TeX, reasons, conditions, what was compared. This module gives the data its form. A chain stands
once in the page; the rules of chain_style move its reasons beside the lines or below them, by the
room there is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer, load_mime_renders
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.math import MathDomain
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from .elements import Tag, equation_link, formula, listed, words
from .formulas import katex_of

MIME = "application/vnd.nnlib.derivation+json"
CHAINS = ("derivation", "induction", "definition", "recurrence")
# Widths, in letters M of the page's text, at which a chain's form can change.
STEPS = range(16, 64, 4)
GAP, WHY, LETTER = 2.0, 9.0, 0.45  # before a reason; the least a reason needs; a letter of it
WIDEST_WHY = 13.5  # as wide as the page's margin, where reasons of different chains begin in line
LONGEST_CODE = 24  # lines that a card shows with the formula
CODE_LETTER, CARD = 0.47, 4.0  # a letter of a card's code; its padding, and the gap beside the code
LEDGER = "book/checked_lines"


class Chain(nodes.General, nodes.Element):
    """A displayed chain; ``cells`` holds the TeX of each line's two sides, and its reason."""


class Sides(nodes.General, nodes.Element):
    """Code and the chain that it is, side by side where a card has room; ``letters`` wide code."""


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
        node = BUILDERS[data.content["kind"]](data.content, f"checked-{cell['id']}")
        for link in node.findall(addnodes.pending_xref):
            link["refdoc"] = renderer.renderer.sphinx_env.docname
        return [node]


# --- chains ---------------------------------------------------------------------------------------


def chain(data: dict[str, Any], place: str) -> Chain:
    """A derivation: its lines, then one quiet mark that opens what was checked."""
    if data["status"] == "definition" and not any(row["why"] for row in data["rows"]):
        data = {**data, "rows": [*data["rows"][:-1], data["rows"][-1] | {"why": "definition"}]}
    lines = lines_of(data)
    lines["ids"] = [place]  # the chain's own id comes with its number: see labels.py
    if data["closing"]:
        lines += closing(data["closing"])
    node = Chain("", lines, cells=cells_of(data), name=data["name"])
    if data["status"] not in ("", "definition"):
        node += proof(data, place)
    elif conditions(data):
        node += Tag("div", "nnb-foot", nodes.Text("for "), *listed(conditions(data)))
    return node


def lines_of(data: dict[str, Any]) -> Tag:
    return Tag("div", "nnb-lines", *(cell for row in data["rows"] for cell in line(row)))


def cells_of(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    """TeX of both sides and the reason, line by line: a chain's width is reckoned from them."""
    return [(row["lhs"], right_side(row), reason(row)) for row in data["rows"]]


def right_side(row: dict[str, Any]) -> str:
    return f"{{}}{row['relation']} {row['rhs']}"


def line(row: dict[str, Any]) -> list[nodes.Node]:
    """The cells of one line."""
    cells: list[nodes.Node] = []
    if row["lhs"]:
        cells.append(Tag("div", "nnb-lhs", formula(row["lhs"])))
    cells.append(Tag("div", "nnb-rhs", formula(right_side(row))))
    if reason(row):
        cells.append(Tag("div", "nnb-why", *words(row["why"] or row["label"]), *own_label(row)))
    for key, said in (("difference", "difference: "), ("equal_at", "equal at ")):
        if row.get(key):
            inside = [nodes.Text(said), nodes.math(row[key], row[key])]
            cells.append(Tag("div", "nnb-note", *inside))
    return cells


def reason(row: dict[str, Any]) -> str:
    """What stands behind a line."""
    label = row["label"] if row["label"] != row["why"] else ""
    return " ".join(filter(None, [row["why"], label, *row.get("given", [])]))


def own_label(row: dict[str, Any]) -> list[nodes.Node]:
    """A line's own conditions, and its label, which it has where it is weaker than the chain."""
    found: list[nodes.Node] = []
    if row.get("given"):
        found += [nodes.Text(", for "), *listed(row["given"])]
    if row["why"] and row["label"] and row["label"] not in row["why"]:
        weaker = "" if row["label"] in ("definition", "assumed") else " nnb-weak"
        found += [nodes.Text(" "), Tag("span", f"nnb-label{weaker}", *words(row["label"]))]
    return found


def closing(tex: str) -> list[nodes.Node]:
    """What an induction has proved, below its lines."""
    return [
        Tag("div", "nnb-close", formula(tex)),
        Tag("div", "nnb-why", nodes.Text("by induction")),
    ]


def conditions(data: dict[str, Any]) -> list[str]:
    """All that a chain holds under, each condition once."""
    every = [tex for key in ("given", "needed", "carried") for tex in data.get(key) or []]
    return list(dict.fromkeys(every))


def proof(data: dict[str, Any], place: str) -> Tag:
    """The mark of a chain, with its conditions; it opens what was checked, by what."""
    summary = Tag("summary", "", mark(data["status"]))
    if conditions(data):
        inside = [nodes.Text(" for "), *listed(conditions(data))]
        summary += Tag("span", "nnb-for", *inside)
    return Tag("details", "nnb-foot nnb-proof", summary, how(data, place))


def mark(status: str) -> Tag:
    """The word that says how far the check went."""
    kinds = {"proved": "nnb-sure", "definition": "nnb-plain"}
    kind = kinds.get(status, "nnb-weaker")
    return Tag("span", f"nnb-mark {kind}", *words(status))


def how(data: dict[str, Any], place: str) -> Tag:
    """What was checked, by what, under which conditions, resting on what."""
    panel = Tag("div", "nnb-how", Tag("p", "", *words(said_of(data))))
    table = Tag("dl", "")
    for key, term in (
        ("given", "Given"),
        ("needed", "Needed by the proof"),
        ("carried", "Carried by the symbols"),
    ):
        if data.get(key):
            table += [Tag("dt", "", nodes.Text(term)), Tag("dd", "", *listed(data[key]))]
    if data.get("rests_on"):
        rests = Tag("dd", "")
        for result in data["rests_on"]:
            rests += Tag("div", "", *result_link(result))
        table += [Tag("dt", "", nodes.Text("Rests on")), rests]
    if table.children:
        panel += table
    panel += Tag("p", "", nodes.reference("", "In the list of all checked lines", ledger=place))
    return panel


def said_of(data: dict[str, Any]) -> str:
    """One or two sentences on the comparison."""
    count = len([row for row in data["rows"] if row["label"] not in ("definition", "assumed")])
    what = "The line was compared" if count == 1 else f"Each of the {count} lines was compared"
    sure = {
        "proved": "with what it is said to equal, and proved by the engine nnlib.symbolic",
        "checked": "with what it is said to equal, at points only: this is no proof",
    }
    checked = data.get("checked") or {}
    sizes = f" ({', '.join(checked['sizes'])})" if checked.get("sizes") else ""
    text = f"{what} {sure.get(data['status'], 'by the engine nnlib.symbolic: ' + data['status'])}"
    text += f"{sizes}."
    if checked.get("points"):
        points = f"{checked['points']} point" + ("s" if checked["points"] != 1 else "")
        again = "" if data["status"] == "checked" else "In addition both"
        text += (
            f" {again or 'Both'} sides were evaluated at {points} at least, by a second program."
        )
    return text


def result_link(result: dict[str, str]) -> list[nodes.Node]:
    """A result that a chain stands on: its number, which leads to it, or else its formula."""
    if result["name"]:
        return [equation_link(result["name"])]
    return [nodes.math(result["tex"], result["tex"])]


# --- cards ----------------------------------------------------------------------------------------


def match(data: dict[str, Any], place: str) -> Tag:
    """“The code is this formula”: the lines of code beside the lines of the formula."""
    count, sizes = data["entries"], ", ".join(data["at"])
    said = "its result equals" if count == 1 else f"each of its {count} entries equals"
    at = f" at ${sizes}$" if sizes else ""
    who = [part for name in data["function"] for part in (nodes.literal("", name), nodes.Text(" "))]
    head = Tag("p", "nnb-head", mark(data["status"]), nodes.Text(" "), *who)
    head += words(f"run on symbols: {said} the formula{at}")
    told = {**data, "rows": [{**row, "label": ""} for row in data["rows"]]}  # the mark says it
    formula = Chain("", lines_of(told), cells=cells_of(told), name="")
    body = Sides("", *code_lines(data["code"]), formula, letters=letters_beside(data["code"]))
    return Tag("div", "nnb-card nnb-match", head, body, ids=[place])


def code_lines(lines: list[str]) -> list[Tag]:
    """The code of a card, if it has any; behind a toggle where it would drown the formula."""
    if not lines:
        return []
    code = without_annotations("\n".join(lines))
    shown = nodes.literal_block(code, code, language="python")
    if len(lines) <= LONGEST_CODE:
        return [Tag("div", "nnb-code", shown)]
    summary = Tag("summary", "", nodes.Text(f"code, {len(lines)} lines"))
    return [Tag("details", "nnb-code nnb-source", summary, shown)]


def letters_beside(lines: list[str]) -> int | None:
    """The letters of the longest line, if the code may stand beside its formula."""
    if not 0 < len(lines) <= LONGEST_CODE:
        return None
    return max(map(len, without_annotations("\n".join(lines)).split("\n")))


def without_annotations(code: str) -> str:
    """The code without the types of its functions' arguments and results, which make long lines."""
    lines = [line.encode() for line in code.split("\n")]
    heads = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]
    cuts = [cut for head in heads for cut in annotations_of(head)]
    for (row, start), (last, end), instead in sorted(cuts, reverse=True):
        rest = lines[last - 1][end:]
        lines[row - 1 : last] = [lines[row - 1][:start] + instead + rest]
    return b"\n".join(lines).decode()


Place = tuple[int, int]


def annotations_of(head: ast.FunctionDef) -> Iterator[tuple[Place, Place, bytes]]:
    """Where a type begins and ends in the source, in rows and bytes, and what to put there."""
    args = head.args
    named = [*args.posonlyargs, *args.args]
    defaults = dict(zip(reversed(named), reversed(args.defaults), strict=False))
    defaults |= zip(args.kwonlyargs, args.kw_defaults, strict=True)
    for arg in (*named, *args.kwonlyargs, args.vararg, args.kwarg):
        if arg is None or arg.annotation is None:
            continue
        start = (arg.lineno, arg.col_offset + len(arg.arg.encode()))
        default = defaults.get(arg)
        if default is None:
            yield start, (arg.end_lineno, arg.end_col_offset), b""
        else:
            yield start, (default.lineno, default.col_offset), b"="
    if head.returns is not None:
        # the arrow stands between the closing parenthesis and the type, on the same line
        end = (head.returns.end_lineno, head.returns.end_col_offset)
        arrow = (head.returns.lineno, head.returns.col_offset - len(b" -> "))
        yield arrow, end, b""


def refutation(data: dict[str, Any], place: str) -> Tag:
    """What a planted fault makes the code give, beside what the formula gives."""
    head = Tag("p", "nnb-head", Tag("span", "nnb-mark nnb-false", nodes.Text("caught")))
    head += [nodes.Text(" "), *words(f"{data['what']} is wrong")]
    sides = Tag("dl", "nnb-values")
    for gives, tex in zip(data["gives"], (data["code"], data["formula"]), strict=True):
        shown = Tag("dd", "", formula(tex)) if tex else Tag("dd")  # a long one is left out
        if data["at"]:
            value = f"= {gives['value']}" if tex else gives["value"]
            shown += Tag("span", "nnb-value", formula(value))
        sides += [Tag("dt", "", nodes.Text(gives["who"])), shown]
    card = Tag("div", "nnb-card nnb-refuted", head, sides, ids=[place])
    if data["at"]:
        card += Tag("p", "nnb-at", nodes.Text("for instance at "), *listed(data["at"]))
    return card


def cases(data: dict[str, Any], place: str) -> Chain:
    """A table of cases: what holds, and where."""
    table = Tag("div", "nnb-cases", ids=[place], role="table")
    for case in data["rows"]:
        table += Tag(
            "div",
            "",
            Tag("div", "", formula(f"{case['lhs']} {case['relation']} {case['rhs']}"), role="cell"),
            Tag("div", "", *words(case["why"]), role="cell"),
            role="row",
        )
    node = Chain("", table, cells=[], name=data["name"])
    node += proof(data, place)
    return node


BUILDERS = {
    **dict.fromkeys(CHAINS, chain),
    "match": match,
    "refutation": refutation,
    "cases": cases,
}


# --- on the page ----------------------------------------------------------------------------------


def rooms(translator: HTML5Translator, node: Chain) -> tuple[float, float]:
    """How wide a chain is with its reasons beside the lines, and with them below."""

    def width(tex: str) -> float:
        try:
            return katex_of(translator).render(rf"\displaystyle {tex}", False)[1] if tex else 0
        except ValueError:  # said where the formula is rendered
            return 0

    left = max((width(lhs) for lhs, _, _ in node["cells"]), default=0)
    right = max((width(rhs) for _, rhs, _ in node["cells"]), default=0)
    why = max((len(why) * LETTER for *_, why in node["cells"]), default=0)
    number = 3 if node.get("number") else 0
    return left + right + GAP + min(why, WHY) + number, left + right + 1


def visit_chain(self: HTML5Translator, node: Chain) -> None:
    beside, below = (
        next((step for step in STEPS if step >= room), "none") for room in rooms(self, node)
    )
    css = f"nnb-chain nnb-beside-{beside} nnb-below-{below}"
    self.body.append(self.starttag(node, "div", "", CLASS=css))


def depart_chain(self: HTML5Translator, node: Chain) -> None:
    if node.get("number"):
        self.body.append(f'<span class="nnb-no">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")


def visit_sides(self: HTML5Translator, node: Sides) -> None:
    css, letters = "nnb-sides", node["letters"]
    if letters is not None:
        room = letters * CODE_LETTER + rooms(self, node.children[-1])[0] + CARD
        css += f" nnb-sides-{next((step for step in STEPS if step >= room), 'none')}"
    self.body.append(self.starttag(node, "div", "", CLASS=css))


def depart_sides(self: HTML5Translator, node: Sides) -> None:
    self.body.append("</div>")


def chain_style() -> str:
    """The rules that set a chain by the room there is: class ``nnb-beside-32`` needs 32 em.

    ``nnb-sides-32`` is a card that needs so much to have its code beside the formula.
    """
    both = "--nnb-rhs:2;--nnb-in:0;--nnb-columns:max-content "
    forms = {
        "below": f"{both}minmax(0,1fr)",
        "beside": f"--nnb-why:3;{both}minmax(max-content,1fr) minmax({WHY}em,{WIDEST_WHY}em)",
    }
    beside = "grid-template-columns:max-content minmax(0,1fr)"
    return "".join(
        f"@container (width >= {step}em){{.nnb-{form}-{step}>.nnb-lines{{{rule}}}}}"
        for form, rule in forms.items()
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
