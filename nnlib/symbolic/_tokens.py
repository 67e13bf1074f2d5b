"""From typed text to tokens, and to the tree of operations between them."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass


class ParseError(ValueError):
    """A typed formula that cannot be read: what was typed, where, and what was expected.

    ``column`` counts the characters of the typed text from 1; ``line`` the lines, where there are
    several; ``said`` is the message without the place.
    """

    def __init__(self, message: str, column: int, line: int | None = None) -> None:
        place = f"column {column}" if line is None else f"line {line}, column {column}"
        super().__init__(f"{place}: {message}")
        self.said, self.column, self.line = message, column, line


@dataclass(frozen=True)
class InputSize:
    """How large a typed formula may be: characters, tokens, brackets and operations inside each
    other, digits of a number, the largest number in an exponent, and the number of digits that
    all its powers may come to."""

    length: int = 1000
    tokens: int = 400
    brackets: int = 30
    depth: int = 100
    digits: int = 30
    exponent: int = 1000
    size: int = 4000


GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩϵϑϕ",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho "
        "sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega "
        "epsilon theta phi".split(),
        strict=True,
    )
)


SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


_SAME = {"−": "-", "–": "-", "·": "*", "×": "*", "∗": "*", "⋅": "*", "∕": "/", "^": "**"}
_COMMANDS = {
    "cdot": "*",
    "times": "*",
    "ast": "*",
    "div": "/",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
    "|": "|",
}
# Commands that say how large something is, or how far apart.
_LAYOUT = "left right big Big bigl bigr Bigl Bigr displaystyle textstyle quad , ; : !".split()
_MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde"}


_LETTER = rf"[A-Za-z{''.join(GREEK)}][{''.join(_MARKS)}]?|[À-ÖØ-öø-ÿĀ-ſ]"
_TOKEN = re.compile(
    rf"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+(?![A-Za-z0-9]))?)"
    rf"|(?P<name>[∑∏ΣΠ]|(?:{_LETTER}|__)(?:(?![ΣΠ])(?:{_LETTER})|[0-9₀-₉]|_(?!\{{))*)"
    r"|(?P<superscript>⁻?[⁰¹²³⁴-⁹]+)"
    r"|(?P<command>\\(?:[A-Za-z]+|[,;:!| ]))"
    r"|(?P<operator>\*\*|//|[-+*/^()\[\],−–·×∗⋅∕{}|√⌊⌋⌈⌉_]|=(?=[^=]))"
    r"|(?P<space>\s+)"
)


_HINTS = {
    "=": "type the expression only, without '='",
    "<": "type an expression, not a comparison",
    ">": "type an expression, not a comparison",
    "!": "write a factorial as a product: prod(k, k, 1, n)",
    "\\": "type plain names, or LaTeX: gamma, \\gamma",
    "$": "dollar signs can stand around the whole formula only",
    ".": "a dot is only for decimals such as 0.5; for a product write *",
    ":": "write a range as in sum(c[t], t, 1, T)",
    "%": "write a percentage as a fraction: 5/100",
    "÷": "write a/b",
    "∞": "infinity cannot be typed here",
    "'": "no quotation marks are needed",
    '"': "no quotation marks are needed",
}


PROGRAM_WORDS = frozenset("for in if else lambda and or not is import def return print".split())


@dataclass(frozen=True)
class Token:
    kind: str  # "number", "name", "operator" or "command"
    text: str
    column: int
    typed: str

    def __str__(self) -> str:
        return f"'{self.typed}'"


def scan(text: str, largest: InputSize) -> list[Token]:
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        column = position + 1
        if match is None:
            raise ParseError(_unreadable(text[position]), column)
        tokens += _tokens_of(match.lastgroup or "", match.group(), column, largest)
        position = match.end()
    if len(tokens) > largest.tokens:
        column = tokens[largest.tokens].column
        raise ParseError(f"too long: at most {largest.tokens} numbers, names and signs", column)
    return tokens


def _tokens_of(kind: str, typed: str, column: int, largest: InputSize) -> list[Token]:
    if kind == "space":
        return []
    if kind == "number":
        _check_number(typed, column, largest)
    if kind == "superscript":
        power = typed.translate(_SUPERSCRIPTS)
        minus = [Token("operator", "-", column, typed)] if power[0] == "-" else []
        digits = power.lstrip("-")
        _check_number(digits, column, largest)
        return [
            Token("operator", "**", column, typed),
            *minus,
            Token("number", digits, column, typed),
        ]
    if kind == "command":
        command = typed[1:]
        if command in _LAYOUT or command.isspace():
            return []
        if command in _COMMANDS:
            return [Token("operator", _COMMANDS[command], column, typed)]
        return [Token("command", typed, column, typed)]
    if kind == "name":
        return [Token(kind, _without_marks(typed, column), column, typed)]
    if typed == "//":
        raise ParseError("'//': write floor(a/b) for a division rounded down", column)
    return [Token(kind, _SAME.get(typed, typed), column, typed)]


def _without_marks(typed: str, column: int) -> str:
    """The name as plain letters: x̂ is xhat."""
    if typed.isascii():
        return typed
    name = ""
    for number, sign in enumerate(typed):
        letter, *marks = unicodedata.normalize("NFD", sign)
        if marks and (len(marks) > 1 or marks[0] not in _MARKS or not letter.isascii()):
            raise ParseError(_unreadable(sign), column + number)
        name += _MARKS.get(letter, letter) + "".join(_MARKS[mark] for mark in marks)
    return name


def _check_number(typed: str, column: int, largest: InputSize) -> None:
    mantissa, _, exponent = typed.lower().partition("e")
    digits = len(mantissa.replace(".", ""))
    shift = exponent.lstrip("+-").lstrip("0")
    if digits > largest.digits or len(shift) > 2 or int(shift or 0) > largest.digits:
        shown = typed if len(typed) <= 12 else typed[:9] + "..."
        raise ParseError(f"'{shown}': a number may have {largest.digits} digits", column)


def _unreadable(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    shown = f"'{character}'" if character.isprintable() else f"the character {name}"
    expected = _HINTS.get(character, "type numbers, names, + - * / ** ( ) [ ] and commas")
    foreign = f" ({name})" if character.isprintable() and not character.isascii() else ""
    return f"{shown}{foreign} cannot be read here; {expected}"


def check_order(
    tokens: list[Token], length: int, largest: InputSize, functions: Container[str]
) -> list[Token]:
    """Operands and operators must alternate and brackets match; then `ast` cannot fail."""
    if not tokens:
        raise ParseError("nothing was typed; type an expression", 1)
    opened: list[Token] = []
    before: Token | None = None
    for token in tokens:
        if _is_operand_end(before):
            _check_after_operand(before, token, functions)
        else:
            _check_operand(before, token)
        if token.text in ("(", "["):
            opened.append(token)
            if len(opened) > largest.brackets:
                raise ParseError(
                    f"too many brackets inside each other: at most {largest.brackets}", token.column
                )
        elif token.text in (")", "]"):
            _close(opened, token)
        before = token
    if not _is_operand_end(before):
        raise ParseError(f"the formula stops after {before}; something is missing", length + 1)
    if opened:
        raise ParseError(f"this {opened[-1]} is never closed", opened[-1].column)
    return tokens


def _is_operand_end(token: Token | None) -> bool:
    return token is not None and (token.kind != "operator" or token.text in (")", "]"))


def _check_after_operand(before: Token | None, token: Token, functions: Container[str]) -> None:
    assert before is not None
    if token.kind == "operator":
        if token.text == "[" and before.kind != "name":
            raise ParseError(f"only a name can have an index, {before} cannot", token.column)
        if token.text == "(" and before.kind != "name":
            raise ParseError(f"write the product with *: {_shown(before)}*(...)", token.column)
        return
    if token.text == "for":
        raise ParseError("'for': write a sum as sum(c[t], t, 1, T)", token.column)
    for word in (before, token):
        if word.text in PROGRAM_WORDS and not (word.text == "lambda" and word is token):
            raise ParseError(f"{word}: type one formula, not a program", word.column)
    if before.text in functions:
        raise ParseError(
            f"{before} needs brackets around its argument: {before.text}(...)", token.column
        )
    raise ParseError(
        f"between {before} and {token} a sign is missing; write the product with *: "
        f"{_shown(before)}*{token.typed}",
        token.column,
    )


def _shown(before: Token) -> str:
    return "(...)" if before.text == ")" else "c[t]" if before.text == "]" else before.typed


def _check_operand(before: Token | None, token: Token) -> None:
    if token.kind != "operator" or token.text == "(":
        return
    if token.text in ("+", "-") and (before is None or before.text not in ("+", "-")):
        return
    place = f"after {before}" if before else "at the beginning"
    if token.text == "[":
        raise ParseError("an index needs a name before it, as in c[t]", token.column)
    raise ParseError(f"{place} a number, a name or '(' is expected, not {token}", token.column)


def _close(opened: list[Token], token: Token) -> None:
    wanted = {"(": ")", "[": "]"}
    if not opened:
        raise ParseError(f"this {token} closes nothing", token.column)
    last = opened.pop()
    if wanted[last.text] != token.text:
        raise ParseError(f"{token} does not close the {last} of column {last.column}", token.column)


def syntax_tree(tokens: list[Token]) -> tuple[ast.expr, dict[int, int]]:
    """The syntax tree of the placeholders, and which token starts at which of its columns."""
    parts: list[str] = []
    starts: dict[int, int] = {}
    width = 0
    for number, token in enumerate(tokens):
        part = token.text if token.kind == "operator" else f"_{number}"
        starts[width] = number
        parts.append(part)
        width += len(part) + 1
    return ast.parse(" ".join(parts), mode="eval").body, starts
