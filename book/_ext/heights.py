"""How high each section of a page will be, at two widths, reckoned from what stands in it.

The browser lays out a section only when it comes near (``content-visibility`` in the theme); until
then the section takes the room that is reckoned here, so that the page keeps its length.
"""

from __future__ import annotations

import re
from math import ceil

from docutils import nodes
from sphinx_design.dropdown import dropdown_main

from .checked import Chain, Sides
from .elements import Tag

# Of a wide page and of a phone: letters in a line, and the pixels of a line of text.
LETTERS, LINE = (75, 45), (30, 27)
CODE_LINE, SUMMARY, GAP = (22, 20), 34, 20
FIGURE_LINE, CONTROL, CARD = 24, 44, 50
# An exercise: what each has, a field of one line, a line of a field of several.
FORM, FIELD, TEXT_ROW = 230, 44, 28
HEIGHT = re.compile(r"--nnf-height:(\d+)px")
TEXT_ROWS = re.compile(r'<textarea [^>]*rows="(\d+)"')


def heights(doctree: nodes.document) -> dict[str, tuple[int, int]]:
    """Pixels of each section of the second level, by its id: on a wide page and on a phone."""
    return {
        section["ids"][0]: (of(section, 0), of(section, 1))
        for top in doctree.findall(nodes.section)
        if isinstance(top.parent, nodes.document)
        for section in top.children
        if isinstance(section, nodes.section) and section["ids"]
    }


def of(node: nodes.Node, form: int) -> int:
    """Pixels of a node and of all that is seen in it."""
    for kind, height in KINDS.items():
        if isinstance(node, kind):
            return round(height(node, form))
    return sum(of(child, form) for child in node.children)


def text(node: nodes.Element, form: int) -> float:
    return ceil(len(node.astext()) / LETTERS[form]) * LINE[form] + GAP


def chain(node: Chain, form: int) -> float:
    cases = sum(cell.get("role") == "row" for cell in node.findall(Tag))
    rows = len(node["lines"]) or cases or len(list(node.findall(nodes.math)))
    reasons = sum("nnb-why" in cell["classes"] for cell in node.findall(Tag)) if form else 0
    tall = sum(r"\frac" in right or r"\sum" in right for _, right in node["lines"])
    return rows * 38 + tall * 22 + reasons * 26 + 2 * GAP + SUMMARY


def sides(node: Sides, form: int) -> float:
    """Code and its formula: beside each other on a wide page, unless the code is too wide."""
    beside = node["room"] is not None and not form
    return (max if beside else sum)(of(child, form) for child in node.children)


def code(node: nodes.literal_block, form: int) -> float:
    return (node.astext().count("\n") + 1) * CODE_LINE[form] + 2 * GAP


def picture(node: nodes.raw, form: int) -> float:
    height = HEIGHT.search(node.astext())
    if not height:
        return 0
    return int(height[1]) + node.astext().count("nnh-row") * CONTROL + FIGURE_LINE


def rows(node: nodes.table, form: int) -> float:
    return len(list(node.findall(nodes.row))) * 40 + GAP


def tag(node: Tag, form: int) -> float:
    """A fold shows its summary, an exercise its form; anything else what stands in it."""
    if node["tag"] == "details":
        return SUMMARY
    if node["tag"] == "dt":
        return 0  # it stands beside its text
    if "live-exercise" in node["classes"]:
        return exercise(node, form)
    edge = CARD if "nnb-card" in node["classes"] else 0
    if any(isinstance(child, (nodes.Text, nodes.math)) for child in node.children):
        return edge + text(node, form)
    return edge + sum(of(child, form) for child in node.children)


def exercise(node: Tag, form: int) -> float:
    """The field or the choices, the button, the first hint and the solution, folded."""
    options = [part for part in node.findall(Tag) if "live-option" in part["classes"]]
    rows = sum(int(found) for found in TEXT_ROWS.findall(node.astext()))
    field = sum(text(option, form) - GAP // 2 for option in options) or rows * TEXT_ROW or FIELD
    preview = any("live-preview" in part["classes"] for part in node.findall(Tag))
    return FORM + field + preview * LINE[form]


KINDS = {
    Chain: chain,
    Sides: sides,
    Tag: tag,
    nodes.math_block: lambda node, form: 70 + node.astext().count(r"\\") * 40,
    nodes.literal_block: code,
    nodes.raw: picture,
    nodes.table: rows,
    nodes.title: lambda node, form: 72,
    nodes.image: lambda node, form: 380 - 150 * form,
    dropdown_main: lambda node, form: SUMMARY + GAP,
    nodes.paragraph: text,
    nodes.caption: text,
    nodes.term: text,
    nodes.Text: lambda node, form: 0,
}
