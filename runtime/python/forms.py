"""The form of what was checked: derivations as one grid, cards for code and for refutations.

The objects of nnlib.symbolic print themselves as data. Each function here takes that data and gives
a tree of parts, which the book makes into its pages and a live page into its elements. A part is

    a text                                     as it is
    {"tag", "css", "in", …}                    an element, its classes, and the parts in it
    {"tex"}                                    a formula
    {"literal"}, {"code"}                      code in a line, and lines of it
    {"equation"}                               the number of an equation, as a link to it
    {"ledger", "in"}                           a link to the list of all checked lines
    {"chain", "lines", "why", "name", "in"}    a displayed chain: TeX of each line's two sides, and
                                               the room that its reasons take, in letters M
    {"sides", "in"}                            code and its chain, side by side where the code has
                                               so much room, in letters M; None: never
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

CHAINS = ("derivation", "induction", "definition", "recurrence")
WHY, LETTER = 9.0, 0.45  # widths in letters M: the least a reason needs; a letter of it
GAP, NUMBER = 2.0, 3.0  # before a reason; for an equation's number
STEPS = range(8, 64, 2)  # widths at which a chain's form can change
LONGEST_CODE = 24  # lines that a card shows with the formula
CODE_LETTER, CARD = 0.47, 4.0  # a letter of a card's code; its padding, and the gap beside the code
FORMULA = re.compile(r"\$([^$]+)\$")

Part = str | dict[str, Any]


def built(data: dict[str, Any], place: str) -> Part:
    """The form of what a checked object printed; `place` is its id in the book, if it has one."""
    return FORMS[data["kind"]](data, place)


# --- parts ----------------------------------------------------------------------------------------


def tag(name: str, css: str = "", *inside: Part, **given: str) -> dict[str, Any]:
    return {"tag": name, "css": css, "in": list(inside), **given}


def math(tex: str) -> Part:
    return {"tex": tex}


def formula(tex: str) -> Part:
    """A formula in a line, with the sums and fractions of a displayed one."""
    return math(rf"\displaystyle {tex}")


def words(text: str) -> list[Part]:
    """A text in which ``$…$`` is mathematics."""
    parts = enumerate(FORMULA.split(text))
    return [math(part) if number % 2 else part for number, part in parts if part]


def listed(formulas: list[str]) -> list[Part]:
    """Formulas with commas between them."""
    found: list[Part] = []
    for tex in formulas:
        found += [", ", math(tex)] if found else [math(tex)]
    return found


# --- chains ---------------------------------------------------------------------------------------


def chain(data: dict[str, Any], place: str) -> Part:
    """A derivation: its lines, then one quiet mark that opens what was checked."""
    if data["status"] == "definition" and not any(row["why"] for row in data["rows"]):
        data = {**data, "rows": [*data["rows"][:-1], data["rows"][-1] | {"why": "definition"}]}
    inside = [lines_of(data, place)]
    if data["status"] not in ("", "definition"):
        inside.append(proof(data, place))
    elif conditions(data):
        inside.append(tag("div", "nnb-foot", "for ", *listed(conditions(data))))
    return chain_of(data, *inside)


def chain_of(data: dict[str, Any], *inside: Part) -> Part:
    reasons = [reason(row) for row in data["rows"]] if data["kind"] != "cases" else []
    room = max((len(one) * LETTER for one in reasons), default=0)
    return {
        "chain": data["kind"],
        "name": data.get("name", ""),
        "lines": [[row["lhs"], right_side(row)] for row in data["rows"][: len(reasons)]],
        "why": min(room, WHY),
        "in": list(inside),
    }


def lines_of(data: dict[str, Any], place: str = "") -> Part:
    """All lines; the chain's own id comes with its number, that of its place stands here."""
    cells = [cell for row in data["rows"] for cell in line(row)]
    if data.get("closing"):
        cells += closing(data["closing"])
    return tag("div", "nnb-lines", *cells, **({"id": place} if place else {}))


def right_side(row: dict[str, Any]) -> str:
    return f"{{}}{row['relation']} {row['rhs']}"


def line(row: dict[str, Any]) -> list[Part]:
    """The cells of one line."""
    cells = [tag("div", "nnb-lhs", formula(row["lhs"]))] if row["lhs"] else []
    cells.append(tag("div", "nnb-rhs", formula(right_side(row))))
    if reason(row):
        cells.append(tag("div", "nnb-why", *words(row["why"] or row["label"]), *own_label(row)))
    for key, said in (("difference", "difference: "), ("equal_at", "equal at ")):
        if row.get(key):
            cells.append(tag("div", "nnb-note", said, math(row[key])))
    return cells


def reason(row: dict[str, Any]) -> str:
    """What stands behind a line."""
    label = row["label"] if row["label"] != row["why"] else ""
    return " ".join(filter(None, [row["why"], label, *row.get("given", [])]))


def own_label(row: dict[str, Any]) -> list[Part]:
    """A line's own conditions, and its label, which it has where it is weaker than the chain."""
    found: list[Part] = []
    if row.get("given"):
        found += [", for ", *listed(row["given"])]
    if row["why"] and row["label"] and row["label"] not in row["why"]:
        weaker = "" if row["label"] in ("definition", "assumed") else " nnb-weak"
        found += [" ", tag("span", f"nnb-label{weaker}", *words(row["label"]))]
    return found


def closing(tex: str) -> list[Part]:
    """What an induction has proved, below its lines."""
    return [tag("div", "nnb-close", formula(tex)), tag("div", "nnb-why", "by induction")]


def conditions(data: dict[str, Any]) -> list[str]:
    """All that a chain holds under, each condition once."""
    every = [tex for key in ("given", "needed", "carried") for tex in data.get(key) or []]
    return list(dict.fromkeys(every))


def proof(data: dict[str, Any], place: str) -> Part:
    """The mark of a chain, with its conditions; it opens what was checked, by what."""
    holds = conditions(data)
    under = [tag("span", "nnb-for", " for ", *listed(holds))] if holds else []
    summary = tag("summary", "", mark(data["status"]), *under)
    return tag("details", "nnb-foot nnb-proof", summary, how(data, place))


def mark(status: str) -> Part:
    """The word that says how far the check went."""
    kinds = {"proved": "nnb-sure", "definition": "nnb-plain"}
    kind = kinds.get(status, "nnb-weaker")
    return tag("span", f"nnb-mark {kind}", *words(status))


def how(data: dict[str, Any], place: str) -> Part:
    """What was checked, by what, under which conditions, resting on what."""
    table = []
    for key, term in (
        ("given", "Given"),
        ("needed", "Needed by the proof"),
        ("carried", "Carried by the symbols"),
    ):
        if data.get(key):
            table += [tag("dt", "", term), tag("dd", "", *listed(data[key]))]
    if data.get("rests_on"):
        rests = [tag("div", "", result_link(result)) for result in data["rests_on"]]
        table += [tag("dt", "", "Rests on"), tag("dd", "", *rests)]
    shown = [tag("dl", "", *table)] if table else []
    said = tag("p", "", *words(said_of(data)))
    if place:  # what is run live is not in the list
        shown.append(tag("p", "", {"ledger": place, "in": ["In the list of all checked lines"]}))
    return tag("div", "nnb-how", said, *shown)


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


def result_link(result: dict[str, str]) -> Part:
    """A result that a chain stands on: its number, which leads to it, or else its formula."""
    return {"equation": result["name"]} if result["name"] else math(result["tex"])


# --- cards ----------------------------------------------------------------------------------------


def match(data: dict[str, Any], place: str) -> Part:
    """“The code is this formula”: the lines of code beside the lines of the formula."""
    count, sizes = data["entries"], ", ".join(data["at"])
    said = "its result equals" if count == 1 else f"each of its {count} entries equals"
    at = f" at ${sizes}$" if sizes else ""
    who = [part for name in data["function"] for part in ({"literal": name}, " ")]
    said = words(f"run on symbols: {said} the formula{at}")
    head = tag("p", "nnb-head", mark(data["status"]), " ", *who, *said)
    told = {**data, "name": "", "rows": [{**row, "label": ""} for row in data["rows"]]}  # see mark
    sides = [*code_lines(data["code"]), chain_of(told, lines_of(told))]
    body = {"sides": room_beside(data["code"]), "in": sides}
    return tag("div", "nnb-card nnb-match", head, body, id=place)


def code_lines(lines: list[str]) -> list[Part]:
    """The code of a card, if it has any; behind a toggle where it would drown the formula."""
    if not lines:
        return []
    shown = {"code": without_annotations("\n".join(lines))}
    if len(lines) <= LONGEST_CODE:
        return [tag("div", "nnb-code", shown)]
    summary = tag("summary", "", f"code, {len(lines)} lines")
    return [tag("details", "nnb-code nnb-source", summary, shown)]


def room_beside(lines: list[str]) -> float | None:
    """The room that the code takes, if it may stand beside its formula."""
    if not 0 < len(lines) <= LONGEST_CODE:
        return None
    longest = max(map(len, without_annotations("\n".join(lines)).split("\n")))
    return longest * CODE_LETTER + CARD


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


def refutation(data: dict[str, Any], place: str) -> Part:
    """What a planted fault makes the code give, beside what the formula gives."""
    caught = tag("span", "nnb-mark nnb-false", "caught")
    head = tag("p", "nnb-head", caught, " ", *words(f"{data['what']} is wrong"))
    sides: list[Part] = []
    for gives, tex in zip(data["gives"], (data["code"], data["formula"]), strict=True):
        shown = [formula(tex)] if tex else []  # a long one is left out
        if data["at"]:
            value = f"= {gives['value']}" if tex else gives["value"]
            shown.append(tag("span", "nnb-value", formula(value)))
        sides += [tag("dt", "", gives["who"]), tag("dd", "", *shown)]
    at = [tag("p", "nnb-at", "for instance at ", *listed(data["at"]))] if data["at"] else []
    values = tag("dl", "nnb-values", *sides)
    return tag("div", "nnb-card nnb-refuted", head, values, *at, id=place)


def cases(data: dict[str, Any], place: str) -> Part:
    """A table of cases: what holds, and where."""
    rows = [
        tag(
            "div",
            "",
            tag("div", "", formula(f"{case['lhs']} {case['relation']} {case['rhs']}"), role="cell"),
            tag("div", "", *words(case["why"]), role="cell"),
            role="row",
        )
        for case in data["rows"]
    ]
    table = tag("div", "nnb-cases", *rows, id=place, role="table")
    return chain_of(data, table, proof(data, place))


FORMS = {
    **dict.fromkeys(CHAINS, chain),
    "match": match,
    "refutation": refutation,
    "cases": cases,
}
