"""What a page says, as plain text: for search, titles and descriptions, where no formula is drawn.

A short formula becomes a line of Unicode, ``γ₁ = 0.9``; one that no line can hold is left out and
leaves a mark, ``…``.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx import addnodes

GONE = "…"
GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
        " sigma tau upsilon phi chi psi omega".split(),
        "αβγδεζηθικλμνξοπρστυφχψω",
        strict=True,
    )
)
CAPITALS = {name.capitalize(): letter.upper() for name, letter in GREEK.items()}
SIGNS = {
    "varepsilon": "ε", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "lt": "<",
    "gt": ">", "cdot": "·", "times": "×", "to": "→", "infty": "∞", "approx": "≈", "pm": "±", "dots": "…",
    "ldots": "…", "cdots": "…", "partial": "∂", "in": "∈", "sum": "∑", "prod": "∏", "circ": "∘", "ell": "ℓ",
    "mid": "|", "log": "log ", "exp": "exp ", "max": "max ", "min": "min ", "sqrt": "√", "R": "ℝ", "E": "E",
    "Var": "Var", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "quad": " ", "qquad": " ", "left": "", "right": "", "displaystyle": "", "textstyle": "", "T": "T",
    **GREEK, **CAPITALS,
}  # fmt: skip
# What only changes a letter's look: \mathsf T is T.
LOOKS = r"\\(?:mathrm|mathsf|mathbf|mathit|operatorname|text|textrm|mathcal|boldsymbol)\b"
ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
LOW = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
HIGH = str.maketrans(
    "0123456789+-=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ"
)
LONGEST = 36
# Parts of a page that are no text: code, pictures, raw markup, what a cell printed.
SILENT = (nodes.literal_block, nodes.raw, nodes.comment, nodes.math_block, nodes.image, nodes.target,
          nodes.system_message, addnodes.index, addnodes.toctree)  # fmt: skip


def line_of(tex: str) -> str:
    """A formula in one line of Unicode, or the mark of what is left out."""
    text = re.sub(LOOKS + r"\s*\{([^{}]*)\}", r"\1", tex)
    text = re.sub(LOOKS, "", text)
    text = re.sub(r"\\[td]?frac\{([^{}]+)\}\{([^{}]+)\}", divided, text)
    text = re.sub(r"\\(hat|bar|tilde|dot)(?![a-z])\s*\{?\s*(\\?[A-Za-z]+)\}?", accented, text)
    text = re.sub(r"\\[,;:!> ]|~", " ", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda found: SIGNS.get(found[1], found[0]), text)
    for sign in "_^":
        text = re.sub(rf"([\{sign}])(?:\{{([^{{}}]*)\}}|(.))", moved, text.replace("'", "′"))
    text = re.sub(r"√\s*\{([^{}]*)\}", r"√(\1)", text)
    text = re.sub(r"\\([{}%])", lambda found: {"{": "⦃", "}": "⦄"}.get(found[1], "%"), text)
    text = re.sub(r"\s+", " ", text.replace("{", "").replace("}", "")).strip()
    text = text.replace("⦃", "{").replace("⦄", "}")
    whole = text and len(text) <= LONGEST and not re.search(r"[\\_&]|\^(?!\()", text)
    return text if whole else GONE


def divided(found: re.Match[str]) -> str:
    above, below = (
        part if re.fullmatch(r"\\?\w+", part) else f"({part})" for part in found.groups()
    )
    return f"{above}/{below}"


def accented(found: re.Match[str]) -> str:
    letter = found[2].removeprefix("\\")
    letter = SIGNS.get(letter, letter)
    return letter[0] + ACCENTS[found[1]] + letter[1:] if len(letter) == 1 else found[0]


def moved(found: re.Match[str]) -> str:
    """An index or exponent in small letters, where Unicode has them all."""
    inside = (found[2] if found[2] is not None else found[3]).replace(" ", "").replace(",", "")
    table = LOW if found[1] == "_" else HIGH
    if all(ord(letter) in table for letter in inside):
        return inside.translate(table)
    return f"^({inside})" if found[1] == "^" and inside.isprintable() else found[0]


def plain(node: nodes.Node, skip: tuple[type[nodes.Node], ...] = ()) -> str:
    """All that a node says, with white space as in a sentence; not what its cells printed."""
    text = re.sub(r"\s+", " ", "".join(pieces(node, skip)))
    text = re.sub(rf"{GONE}(?: ?{GONE})+", GONE, text)
    return re.sub(r" ([,.;:?!)])", r"\1", text).strip()


def pieces(node: nodes.Node, skip: tuple[type[nodes.Node], ...]) -> list[str]:
    if isinstance(node, nodes.Text):
        return [node.astext()]
    if isinstance(node, nodes.math):
        return [line_of(node.astext())]
    if isinstance(node, addnodes.pending_xref):
        return pieces_of_link(node, skip)
    if isinstance(node, (*SILENT, *skip)) or node.get("nb_element") == "mime_bundle":
        return [" "]
    if "live-exercise" in node["classes"]:  # the form, with hints and solution folded below it
        return [" "]
    inside = [piece for child in node.children for piece in pieces(child, skip)]
    return inside if isinstance(node, nodes.Inline) else [" ", *inside, " "]


def pieces_of_link(node: addnodes.pending_xref, skip: tuple[type[nodes.Node], ...]) -> list[str]:
    """What a link will say: a page's title is not known before all are read (see `titled`)."""
    kind = (node.get("refdomain"), node.get("reftype"))
    if kind[0] == "cite":
        return []
    if kind == ("math", "eq"):
        return [GONE]
    if kind[1] in ("numref", "ref") and not node.get("refexplicit"):
        return ["the figure" if kind[1] == "numref" else GONE]
    if kind[1] == "doc" and not node.get("refexplicit"):
        return [f"{{doc:{node['reftarget'].rsplit('/', 1)[-1]}}}"]
    return [piece for child in node.children for piece in pieces(child, skip)]


def titled(text: str, titles: dict[str, str]) -> str:
    """Put the pages' titles in for the links to them."""
    return re.sub(r"\{doc:([^{}]*)\}", lambda found: titles.get(found[1], GONE), text)
