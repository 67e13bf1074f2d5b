"""From what people write to plain tokens: 2d, √x, |x|, c_t, Σ_{t=1}^T …, LaTeX.

The reader goes through the tokens once and gives out others that `check_order` and the builder
know: a product gets its sign, a subscript of a family its square brackets, a sum its four
arguments. It decides by what the names of the question are. Where people read one text in two ways,
as 1/2d, it asks for brackets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from ._tokens import GREEK, PROGRAM_WORDS, InputSize, ParseError, Token

__all__ = ["Vocabulary", "plain_tokens"]


class Vocabulary(Protocol):
    """What the reader asks about names."""

    def is_symbol(self, typed: str) -> bool: ...

    def is_family(self, typed: str) -> bool: ...

    def function(self, typed: str) -> str | None: ...

    def pieces(self, typed: str) -> list[tuple[str, str]] | None: ...


SUMS = ("sum", "Sum", "prod", "Product")
_FRACTIONS = ("\\frac", "\\dfrac", "\\tfrac")
_ACCENTS = {"\\hat": "hat", "\\widehat": "hat", "\\bar": "bar", "\\tilde": "tilde"}
_TEXTS = ("\\mathrm", "\\operatorname", "\\text", "\\mathit")
_CLOSING = (")", "]", "}", "⌋", "⌉")
_PAIRS = {"⌊": ("⌋", "floor"), "⌈": ("⌉", "ceil")}
_NESTED = 60
_OPENING = ("(", "{", "⌊", "⌈", "√")


def plain_tokens(tokens: list[Token], names: Vocabulary, largest: InputSize) -> list[Token]:
    """The tokens of the same formula in the plain form."""
    reader = _Reader(tokens, names, largest)
    reader.sequence(())
    return reader.out


class _Reader:
    def __init__(self, tokens: list[Token], names: Vocabulary, largest: InputSize) -> None:
        self.tokens, self.names, self.largest = tokens, names, largest
        self.place = 0
        self.depth = self.nested = 0
        self.out: list[Token] = []
        self.bound: list[str] = []  # indices of the sums around

    # --- looking and giving out -------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Token | None:
        place = self.place + ahead
        return self.tokens[place] if place < len(self.tokens) else None

    def sees(self, *texts: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token is not None and token.text in texts and token.kind != "name"

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def give(self, text: str, like: Token, kind: str = "operator") -> None:
        self.out.append(replace(like, kind=kind, text=text))

    # --- sequences --------------------------------------------------------------------------------

    def sequence(self, closing: Iterable[str], one_term: bool = False) -> None:
        """Read on until a bracket closes that was not opened here, or until a term ends."""
        self.depth += 1
        if self.depth > self.largest.brackets + 1:
            column = self.tokens[self.place - 1].column
            raise ParseError(
                f"too many brackets inside each other: at most {self.largest.brackets}", column
            )
        after: Token | None = None  # the operand that was just read
        before = ""  # the sign in front of it
        first = True
        while (token := self.peek()) is not None:
            operator = token.kind == "operator" and token.text not in (*_OPENING, "|")
            if token.text in closing and token.kind == "operator":
                break
            if one_term and operator and token.text in (*_CLOSING, ","):
                break
            if one_term and not first and operator and token.text in ("+", "-"):
                break
            if token.text == "|" and token.kind == "operator" and after and "|" in closing:
                break
            if token.text in _CLOSING and self.depth > 1 and token.kind == "operator":
                break  # it closes something further out, or nothing: check_order will say
            first = False
            if operator:
                before = self.operator()
                after = self.braces() if before == "**" and self.sees("{") else None
                before = "" if after else before  # in braces it is clear where it ends
                continue
            if after is not None and self.is_product(after, token):
                self.check_clear(before, after, token)
                self.give("*", token)
                before = "*"
            start = len(self.out)
            after = self.operand()
            bare = token.text.lstrip("\\") in ("log", "ln") and not after.typed.endswith(")")
            before = "log" if bare and len(self.out) > start + 1 else before
        self.depth -= 1

    def operator(self) -> str:
        token = self.take()
        if token.text == "=":
            raise ParseError("type the expression only, without '='", token.column)
        following, before = self.peek(), self.tokens[self.place - 2]
        if token.text == "," and following and before.kind == following.kind == "number":
            if self.depth == 1 and self.place > 1:
                raise ParseError("write decimal numbers with a dot: 0.5", token.column)
        if token.text in ("_", "}", "⌋", "⌉"):
            raise ParseError(f"{token} is out of place here", token.column)
        self.out.append(token)
        return token.text

    def is_product(self, before: Token, token: Token) -> bool:
        """Whether a sign is missing between two operands that are one of a product's."""
        if token.kind == "number":
            return before.text == "}"
        if before.kind == "name" and not self.known(before.text):
            if self.names.function(before.text) or before.text in PROGRAM_WORDS:
                return False  # check_order knows what to say
        return token.text not in PROGRAM_WORDS or self.known(token.text)

    def check_clear(self, before: str, after: Token, token: Token) -> None:
        """Refuse 1/2d and e^2d, which are read in two ways."""
        if before == "/" and not self.is_number_before(after, token):
            raise ParseError(
                f"what belongs below the line? write a/(b*c) or a/b*c, not a/b c, before {token}",
                token.column,
            )
        if before == "log":
            raise ParseError(
                f"does {token} belong to the logarithm? write log(2*x) or log(2)*x", token.column
            )
        letters = token.kind in ("name", "command")
        digits = after.kind == "number" and after.typed.isascii() and letters
        touching = digits and after.column + len(after.typed) == token.column
        if before == "**" and touching:
            raise ParseError(
                f"does {token} belong to the exponent? write x^(2*d) or x^2*d", token.column
            )

    def is_number_before(self, after: Token, token: Token) -> bool:
        """Whether 1/2 stands there, and a space behind it."""
        above = self.out[-3].kind if len(self.out) > 2 else ""
        apart = after.column + len(after.typed) < token.column
        return after.kind == "number" == above and apart

    # --- operands ---------------------------------------------------------------------------------

    def operand(self) -> Token:
        """Read one operand, give out its tokens and return the one that it ends with."""
        token = self.take()
        self.nested += 1
        if self.nested > _NESTED:
            raise ParseError(
                f"too deeply nested: at most {_NESTED} inside each other", token.column
            )
        after = self.operand_of(token)
        self.nested -= 1
        return after

    def operand_of(self, token: Token) -> Token:
        if token.kind == "number":
            self.out.append(token)
            return token
        if token.kind == "command":
            return self.command(token)
        if token.kind == "name":
            return self.name(token)
        if token.text in _PAIRS:
            closing, function = _PAIRS[token.text]
            return self.enclosed(token, closing, function)
        if token.text == "|":
            return self.enclosed(token, "|", "abs")
        if token.text == "√":
            return self.root(token)
        if token.text == "{":
            self.place -= 1
            return self.braces()
        self.give("(", token)
        return self.inside(token, ")")

    def inside(self, opened: Token, closing: str) -> Token:
        """What stands in brackets that were just opened; an end that is missing stays missing."""
        self.sequence((closing,))
        if self.sees(closing):
            self.out.append(self.take())
        return replace(opened, text=closing)

    def braces(self) -> Token:
        """A group in braces, as one in brackets."""
        opened = self.take()
        self.give("(", opened)
        self.sequence(("}",))
        if not self.sees("}"):
            raise ParseError(f"this {opened} is never closed", opened.column)
        closed = self.take()
        self.give(")", closed)
        return closed

    def enclosed(self, opened: Token, closing: str, function: str) -> Token:
        self.give(function, opened, "name")
        self.give("(", opened)
        self.sequence((closing,))
        if not self.sees(closing):
            raise ParseError(f"this {opened} is never closed", opened.column)
        closed = self.take()
        self.give(")", closed)
        return replace(closed, text=")")

    def single(self, what: str, like: Token) -> None:
        """One argument, in brackets: a group in braces, or the next number or name."""
        token = self.peek()
        if token is None:
            raise ParseError(f"{what} needs its argument", like.column)
        if self.sees("{"):
            self.braces()
            return
        self.give("(", token)
        if token.kind == "number" and token.typed.isdigit() and len(token.typed) > 1:
            # \frac12 is one half: each argument is one digit
            self.tokens[self.place] = replace(
                token, text=token.text[1:], typed=token.typed[1:], column=token.column + 1
            )
            self.give(token.text[0], token, "number")
        elif token.kind in ("number", "name", "command") or token.text == "(":
            self.operand()
        else:
            raise ParseError(f"{what} needs its argument before {token}", token.column)
        self.give(")", token)

    def root(self, sign: Token) -> Token:
        """√ and what it covers: a number, a name with its index, or what is in brackets."""
        token = self.peek()
        if token is None or token.kind == "operator" and token.text not in ("(", "{"):
            raise ParseError("write what the root is of: √(x)", sign.column)
        self.give("sqrt", sign, "name")
        self.give("(", sign)
        after = self.operand()
        self.give(")", after)
        bracketed = token.text in ("(", "{")
        if not bracketed and self.sees("**"):
            raise ParseError("is the power under the root? write √(x^2) or (√x)^2", sign.column)
        return replace(after, text=")", kind="operator")

    # --- names ------------------------------------------------------------------------------------

    def known(self, typed: str) -> bool:
        return typed in self.bound or self.names.is_symbol(typed)

    def name(self, token: Token) -> Token:
        function = None if self.known(token.text) else self.names.function(token.text)
        if function in SUMS and self.sees("_", "**"):
            return self.big(token, function)
        base, _, index = token.text.partition("_")
        if index and not self.known(token.text) and self.names.function(base) == "delta":
            return self.delta(replace(token, text=base), index)
        if function == "delta" and self.sees("_"):
            return self.delta(token)
        if function is not None:
            return self.call(token)
        if self.names.is_family(token.text):
            return self.family(token)
        if self.sees("_"):
            return self.with_subscript(token)
        if not self.known(token.text) and (pieces := self.pieces(token)):
            return self.in_pieces(token, pieces)
        self.give(token.text, token, "name")
        if self.sees("[") or self.sees("(") and not self.known(token.text):
            return self.bracket_after_name()
        return self.power_of_name(token)

    def bracket_after_name(self) -> Token:
        """An index, or the arguments of what is called like a function."""
        opened = self.take()
        self.give(opened.text, opened)
        return self.inside(opened, "]" if opened.text == "[" else ")")

    def call(self, token: Token) -> Token:
        """A function: with brackets or braces, or before one operand, as in log 2."""
        self.give(token.text, token, "name")
        if self.sees("("):
            return self.bracket_after_name()
        if self.sees("{"):
            return self.braces()
        following = self.peek()
        if self.names.function(token.text) in ("log", "ln"):
            if following is not None and (following.kind != "operator" or following.text in "√|⌊"):
                self.give("(", following)
                after = self.operand()
                self.give(")", after)
                if self.sees("**"):
                    raise ParseError("write brackets: log(x^2) or log(x)^2", self.take().column)
                return replace(after, text=")", kind="operator")
        return token

    def family(self, token: Token) -> Token:
        self.give(token.text, token, "name")
        if self.sees("_"):
            return self.subscript(token, "[", "]")
        if self.sees("[") or self.sees("("):
            return self.bracket_after_name()
        return token

    def subscript(self, token: Token, opening: str, closing: str) -> Token:
        """The index after an underscore; letters side by side are indices of their own."""
        sign = self.take()
        self.give(opening, sign)
        if self.sees("{"):
            opened = self.take()
            inner = self.only_letters()
            if inner is None:
                self.sequence(("}",))
            else:
                self.listed(inner)
            if not self.sees("}"):
                raise ParseError(f"this {opened} is never closed", opened.column)
            last = self.take()
        else:
            last = self.peek()
            if last is None or last.kind not in ("name", "number"):
                raise ParseError(f"{token} needs its index after the underscore", sign.column)
            self.listed(self.letters(self.take()))
        self.give(closing, last)
        return replace(last, kind="operator", text=closing)

    def only_letters(self) -> list[Token] | None:
        """The names up to the closing brace, if there is nothing else; they are taken then."""
        end = self.place
        while end < len(self.tokens) and self.tokens[end].kind == "name":
            end += 1
        found = self.tokens[self.place : end]
        if not found or end == len(self.tokens) or self.tokens[end].text != "}":
            return None
        letters = [letter for token in found for letter in self.letters(token)]
        self.place = end
        return letters

    def letters(self, token: Token) -> list[Token]:
        """The letters of ij, where that is no name by itself."""
        if token.kind == "number" or self.known(token.text):
            return [token]
        if not all(self.known(letter) for letter in token.text):
            return [token]
        return [
            Token("name", letter, token.column + k, letter) for k, letter in enumerate(token.text)
        ]

    def listed(self, tokens: list[Token]) -> None:
        for number, token in enumerate(tokens):
            if number:
                self.give(",", token)
            self.out.append(token)

    def delta(self, token: Token, index: str = "") -> Token:
        self.give("delta", token, "name")
        if not index:
            return self.subscript(token, "(", ")")
        self.give("(", token)
        self.listed(self.letters(replace(token, text=index, typed=index)))
        self.give(")", token)
        return token

    def with_subscript(self, token: Token) -> Token:
        """β_{1} is a name, with what follows the underscore as a part of it."""
        sign = self.take()
        braces = self.sees("{")
        if braces:
            self.take()
        inner = self.peek()
        if inner is None or inner.kind not in ("name", "number"):
            raise ParseError(f"{token} has no index here", sign.column)
        self.take()
        if braces:
            if not self.sees("}"):
                raise ParseError(f"{token} has no index here", sign.column)
            self.take()
        whole = f"{token.text}_{inner.text}"
        self.give(whole, replace(token, typed=f"{token.typed}_{inner.typed}"), "name")
        return token

    def power_of_name(self, token: Token) -> Token:
        """σ^2 is a name of its own in some questions."""
        braces = self.sees("{", ahead=1)
        number = self.peek(2 if braces else 1)
        if not self.sees("**") or number is None or number.kind != "number":
            return token
        whole = f"{token.text}^{number.text}"
        if self.known(token.text) or not self.names.is_symbol(whole):
            return token
        if braces and not self.sees("}", ahead=3):
            return token
        self.place += 4 if braces else 2
        self.out[-1] = replace(token, kind="name", text=whole)
        return token

    def pieces(self, token: Token) -> list[tuple[str, str]] | None:
        return self.names.pieces(token.text)

    def in_pieces(self, token: Token, pieces: list[tuple[str, str]]) -> Token:
        """Names that were written without a space: (1−γ)ηg_t, p_ip_j."""
        for number, (name, index) in enumerate(pieces):
            if number:
                self.give("*", token)
            self.give(name, token, "name")
            if index:
                self.give("[", token)
                like = Token("name", index, token.column, index)
                kind = "number" if index.isdigit() else "name"
                self.listed([replace(one, kind=kind) for one in self.letters(like)])
                self.give("]", token)
        if self.sees("[") and self.names.is_family(pieces[-1][0]) and not pieces[-1][1]:
            return self.bracket_after_name()
        return token

    # --- sums -------------------------------------------------------------------------------------

    def big(self, sign: Token, function: str) -> Token:
        """Σ_{k=0}^{K−1} body: the body goes on until a plus or a minus."""
        index: list[Token] = []
        low: list[Token] = []
        high: list[Token] = []
        while self.sees("_", "**"):
            if self.take().text == "_":
                index, low = self.start_of_range(sign)
            else:
                high = self.apart(lambda: self.single("the sum", sign))
        if not index or not high:
            raise ParseError(f"{sign} needs its range, as in Σ_{{t=1}}^{{T}}", sign.column)
        self.bound.append(index[0].text)
        body = self.apart(lambda: self.sequence((), one_term=True))
        self.bound.pop()
        if not body:
            raise ParseError(f"{sign} needs what is added up", sign.column)
        comma = replace(sign, kind="operator", text=",")
        self.give(function, sign, "name")
        self.give("(", sign)
        self.out += [*body, comma, *index, comma, *low, comma, *high]
        self.give(")", sign)
        return replace(sign, kind="operator", text=")")

    def start_of_range(self, sign: Token) -> tuple[list[Token], list[Token]]:
        opened = self.peek()
        closing = {"{": "}", "(": ")"}.get(opened.text if opened else "", "")
        name, equals = self.peek(1), self.peek(2)
        wanted = f"{sign} needs its range, as in Σ_{{t=1}}^{{T}}"
        if not closing or name is None or name.kind != "name":
            raise ParseError(wanted, sign.column)
        if equals is None or equals.text != "=":
            raise ParseError(wanted, name.column)
        self.place += 3
        low = self.apart(lambda: self.sequence((closing,)))
        if not self.sees(closing) or not low:
            raise ParseError(wanted, name.column)
        self.take()
        return [name], low

    def apart(self, read) -> list[Token]:
        """What `read` gives out, kept apart."""
        kept, self.out = self.out, []
        read()
        kept, self.out = self.out, kept
        return kept

    # --- LaTeX ------------------------------------------------------------------------------------

    def command(self, token: Token) -> Token:
        if token.text in _FRACTIONS:
            self.give("(", token)
            self.single(token.typed, token)
            self.give("/", token)
            self.single(token.typed, token)
            self.give(")", token)
            return replace(token, kind="operator", text="}")
        if token.text == "\\sqrt":
            return self.latex_root(token)
        if token.text in _ACCENTS:
            return self.name(self.inner_name(token, _ACCENTS[token.text]))
        if token.text in _TEXTS:
            return self.name(self.inner_name(token, ""))
        plain = replace(token, text=token.text[1:])
        known = self.known(plain.text) or self.names.function(plain.text) is not None
        if not known and plain.text not in (*GREEK.values(), "varepsilon", "vartheta", "varphi"):
            raise ParseError(f"{token} is not known here; type plain names", token.column)
        return self.name(replace(plain, kind="name"))

    def latex_root(self, token: Token) -> Token:
        self.give("(", token)
        degree: list[Token] = []
        if self.sees("["):
            opened = self.take()
            degree = self.apart(lambda: self.sequence(("]",)))
            if not self.sees("]") or not degree:
                raise ParseError(f"this {opened} is never closed", opened.column)
            self.take()
        if not degree:
            self.give("sqrt", token, "name")
        self.single(token.typed, token)
        if degree:
            self.give("**", token)
            self.give("(", token)
            self.give("1", token, "number")
            self.give("/", token)
            self.give("(", token)
            self.out += degree
            self.give(")", token)
            self.give(")", token)
        self.give(")", token)
        return replace(token, kind="operator", text="}")

    def inner_name(self, token: Token, accent: str) -> Token:
        braces = self.sees("{")
        if braces:
            self.take()
        inner = self.peek()
        if inner is None or inner.kind not in ("name", "command"):
            raise ParseError(f"{token} needs a letter", token.column)
        self.take()
        if braces:
            if not self.sees("}"):
                raise ParseError(f"{token} needs one letter", token.column)
            self.take()
        base, line, index = inner.text.lstrip("\\").partition("_")
        return replace(token, kind="name", text=f"{base}{accent}{line}{index}")
