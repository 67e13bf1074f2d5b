"""Reading a formula that somebody typed, without evaluating any code.

The text is cut into tokens by a scanner that knows every character it accepts; each number and
name becomes a numbered placeholder; what is left (operators, brackets, commas) is parsed by
Python's ``ast`` and only these nodes are built: sums, differences, products, quotients, powers,
signs, an index ``c[t]``, and calls of the functions listed here (what people write in other ways
is brought to this form before). The question supplies the
symbols, with their assumptions; no other name means anything. Sizes are bounded before anything
is computed, so nothing a person types can hang or fill the memory.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from ._budget import TooMuchWork, guarded
from ._maximum import Maximum, minimum
from ._tokens import (
    GREEK,
    SUBSCRIPTS,
    InputSize,
    ParseError,
    Token,
    check_order,
    scan,
    syntax_tree,
)
from ._written_input import plain_tokens

__all__ = ["FUNCTIONS", "InputSize", "ParseError", "parse"]


# Names of functions that can be typed. "sum" and "prod" take an index and its range and are built
# by the parser itself.
FUNCTIONS: dict[str, Callable[..., sp.Expr]] = {
    "sqrt": sp.sqrt,
    "exp": sp.exp,
    "log": sp.log,
    "ln": sp.log,
    "abs": sp.Abs,
    "sign": sp.sign,
    "floor": sp.floor,
    "ceil": sp.ceiling,
    "max": Maximum,
    "min": minimum,
    "tanh": sp.tanh,
    "delta": sp.KroneckerDelta,
}


_ARGUMENTS = {"max": (2, 9), "min": (2, 9), "delta": (2, 2), "log": (1, 1)}
_SUMS = {"sum": sp.Sum, "Sum": sp.Sum, "prod": sp.Product, "Product": sp.Product}
_SIGNS = {"∑": "sum", "Σ": "sum", "∏": "prod", "Π": "prod"}
_ALSO = {
    "KroneckerDelta": "delta",
    "Abs": "abs",
    "ceiling": "ceil",
    "Max": "max",
    "Min": "min",
    "Maximum": "max",
}
_NUMBERS = {"e": sp.E, "pi": sp.pi}


def parse(
    text: str,
    symbols: Mapping[str, sp.Basic] | Iterable[sp.Basic],
    *,
    functions: Mapping[str, Callable[..., sp.Expr]] = FUNCTIONS,
    largest: InputSize = InputSize(),
) -> sp.Expr:
    """The SymPy expression that `text` says.

    Parameters
    ----------
    text : str
        As a person types it: ``(1 - gamma)*c[t]``, ``sqrt(v) + epsilon``, ``γ^(T-t)``, ``β₁²``,
        ``sum(gamma**(T-t)*c[t], t, 1, T)``, ``prod(gamma[s], (s, t+1, T))``, ``delta(i, j)``.
        Both ``**`` and ``^`` are powers. Decimals are exact: 0.9 is 9/10. As on paper, too:
        ``2γ(1-γ)``, ``√x``, ``|x|``, ``⌊x/2⌋``, ``c_t``, ``Σ_{t=1}^T c_t``; and LaTeX:
        ``\\frac{1}{2}\\sum_{t=1}^{T} \\hat{c}_t``. What people read in two ways, such as ``1/2x``,
        is refused.
    symbols : iterable of Symbol and IndexedBase, or mapping from names to expressions
        All that may occur. Greek letters can be typed as letters or names, ``beta_1`` also as
        ``beta1`` or ``β₁``, ``lambda`` like any other.
    functions : mapping from names to functions of expressions
    largest : InputSize

    Returns
    -------
    Expr
        Sums and products over an index are left unevaluated.

    Raises
    ------
    ParseError
        A ``ValueError`` that says what is wrong in which column, and what was expected.
    TypeError
        If `text` is not a string or `symbols` contains something else.
    """
    if not isinstance(text, str):
        raise TypeError(f"text: expected a string, got {type(text).__name__}")
    if len(text) > largest.length:
        raise ParseError(
            f"the text has {len(text)} characters; at most {largest.length} can be read",
            largest.length + 1,
        )
    names = _Names(symbols, functions)
    written = plain_tokens(scan(_without_dollars(text), largest), names, largest)
    tokens = check_order(written, len(text), largest, FUNCTIONS)
    tree, starts = syntax_tree(tokens)
    with guarded():
        return _Builder(tokens, starts, names, largest).expression(tree)


def _without_dollars(text: str) -> str:
    """A formula out of dollar signs; every other letter stays in its column."""
    for sign in ("$$", "$"):
        inner = text.strip()
        if len(inner) > 2 * len(sign) and inner.startswith(sign) and inner.endswith(sign):
            begin, end = text.index(sign), text.rindex(sign)
            gap = " " * len(sign)
            return text[:begin] + gap + text[begin + len(sign) : end]
    return text


# --- names --------------------------------------------------------------------------------------


class _Names:
    """What the names in a formula stand for."""

    def __init__(self, symbols: Any, functions: Mapping[str, Callable[..., sp.Expr]]) -> None:
        self.symbols = _symbol_table(symbols)
        self.functions = functions
        self.aliases: dict[str, str] = {}
        doubtful: set[str] = set()
        for name in self.symbols:
            key = canonical_name(name)
            if key in self.aliases:
                doubtful.add(key)
            self.aliases[key] = name
        for key in doubtful:
            del self.aliases[key]
        for name, symbol in self.symbols.items():  # a symbol may be called by its own name, too
            own = canonical_name(_name_of(symbol)) if _has_name(symbol) else canonical_name(name)
            if own not in doubtful:
                self.aliases.setdefault(own, name)

    def is_symbol(self, typed: str) -> bool:
        """Whether the name stands for something that is no function."""
        return self.symbol(typed) is not None or ascii_name(typed) in _NUMBERS

    def is_family(self, typed: str) -> bool:
        return isinstance(self.symbol(typed), sp.IndexedBase)

    def pieces(self, typed: str) -> list[tuple[str, str]] | None:
        """The names that were written without a space: ηγ, kx, p_ip_j; None if it is none of that.

        A long name in plain letters is one name, and one that is not known.
        """
        typed = re.sub("([₀-₉]+)", lambda found: f"_{found[1].translate(SUBSCRIPTS)}", typed)
        greek = any(letter in GREEK for letter in typed)
        if not (greek or len(typed) == 2 or re.fullmatch(r"(?:[A-Za-z]_[A-Za-z0-9])+", typed)):
            base, index = re.fullmatch(
                r"(.*?)_?([0-9]*|(?<=_)[A-Za-z0-9]*)", ascii_name(typed)
            ).groups()
            return [(base, index)] if index and self.is_family(base) else None
        return self._cut(typed)

    def _cut(self, typed: str) -> list[tuple[str, str]] | None:
        if not typed:
            return []
        for length in range(len(typed), 0, -1):
            base, rest = typed[:length], typed[length:]
            if self.is_family(base):
                index = re.match(r"_([A-Za-z0-9])", rest)
                if index is None and rest:
                    continue
                rest = rest[index.end() :] if index else rest
                found = [(base, index[1] if index else "")]
            elif self.symbol(base) is not None and not rest[:1].isdigit():
                found = [(base, "")]
            else:
                continue
            others = self._cut(rest)
            if others is not None:
                return [*found, *others]
        return None

    def symbol(self, typed: str) -> sp.Basic | None:
        if typed in self.symbols:
            return self.symbols[typed]
        name = self.aliases.get(canonical_name(typed))
        return None if name is None else self.symbols[name]

    def function(self, typed: str) -> str | None:
        name = _SIGNS.get(typed, ascii_name(typed))
        name = _ALSO.get(name, name)
        return name if name in self.functions or name in _SUMS else None

    def unknown(self, typed: str) -> str:
        text = f"'{typed}' is not known here"
        base, _, index = typed.partition("_")
        if index and isinstance(self.symbol(base), sp.IndexedBase):
            return f"{text}; write the index in brackets: {base}[{index}]"
        known = [*self.symbols, *self.functions, *_SUMS]
        close = difflib.get_close_matches(ascii_name(typed), known, n=1, cutoff=0.7)
        if close:
            return f"{text}; did you mean {close[0]}?"
        listed = ", ".join(self.described()) or "none"
        return f"{text}; the symbols of this question are {listed}"

    def described(self) -> list[str]:
        return [
            f"{name}[...]" if isinstance(symbol, sp.IndexedBase) else name
            for name, symbol in self.symbols.items()
        ]


def _symbol_table(symbols: Any) -> dict[str, sp.Basic]:
    if not isinstance(symbols, Mapping):
        symbols = {_name_of(s): s for s in symbols}
    for name, symbol in symbols.items():
        if not isinstance(name, str) or not isinstance(symbol, sp.Expr | sp.IndexedBase):
            raise TypeError(f"symbols: expected SymPy symbols, got {symbol!r} for {name!r}")
    return dict(symbols)


def _has_name(symbol: Any) -> bool:
    return isinstance(symbol, sp.Symbol | sp.IndexedBase)


def _name_of(symbol: Any) -> str:
    if isinstance(symbol, sp.Symbol):
        return symbol.name
    if isinstance(symbol, sp.IndexedBase):
        return str(symbol.label)
    raise TypeError(f"symbols: expected Symbols and IndexedBases, got {symbol!r}")


def ascii_name(name: str) -> str:
    return "".join(GREEK.get(c, c) for c in name).translate(SUBSCRIPTS)


_SPELLINGS = {
    "lamda": "lambda",
    "lam": "lambda",
    "eps": "epsilon",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
}


def canonical_name(name: str) -> str:
    """One spelling for γ and gamma, beta_1 and β₁, lamda and lambda, eps and epsilon."""
    plain = ascii_name(name).replace("_", "").replace("{", "").replace("}", "")
    return _SPELLINGS.get(plain, plain)


# --- from the tree to SymPy ---------------------------------------------------------------------

_OPERATIONS: dict[type, Callable[[sp.Expr, sp.Expr], sp.Expr]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


@dataclass(frozen=True)
class _Built:
    """An expression with bounds that hold before anything is computed from it.

    ``size`` bounds the digits that any number in it can come to, and the degree of any power;
    ``magnitude`` bounds the numbers in it, with every symbol counted as 1.
    """

    expr: sp.Expr
    size: float
    magnitude: float


def _spine(node: ast.BinOp) -> list[ast.BinOp]:
    """The operations of a sum or of a product, the last one first: a + b − c is (a + b) − c."""
    spine, same = [node], _kind_of(node)
    while isinstance(node.left, ast.BinOp) and _kind_of(node.left) == same != ast.Pow:
        node = node.left
        spine.append(node)
    return spine


def _kind_of(node: ast.BinOp) -> type:
    if isinstance(node.op, ast.Add | ast.Sub):
        return ast.Add
    return ast.Mult if isinstance(node.op, ast.Mult | ast.Div) else ast.Pow


def _operands(node: ast.AST) -> list[ast.AST]:
    """What stands right inside a node; all terms of a sum, all factors of a product."""
    if not isinstance(node, ast.BinOp):
        return list(ast.iter_child_nodes(node))
    spine = _spine(node)
    return [spine[-1].left, *(one.right for one in spine)]


def _magnitude(number: sp.Rational) -> float:
    return float(min(max(abs(number), 1), 10**9))  # beyond that it is too large for any exponent


class _Builder:
    def __init__(
        self, tokens: list[Token], starts: dict[int, int], names: _Names, largest: InputSize
    ) -> None:
        self.tokens, self.starts, self.names, self.largest = tokens, starts, names, largest
        self.bound: list[sp.Symbol] = []

    def expression(self, tree: ast.expr) -> sp.Expr:
        self.check_depth(tree)
        return self.build(tree).expr

    def check_depth(self, tree: ast.expr) -> None:
        """Refuse what is nested too deeply; the terms of one sum stand beside each other."""
        level: list[ast.AST] = [tree]
        for _ in range(self.largest.depth):
            level = [child for node in level for child in _operands(node)]
            if not level:
                return
        raise ParseError(
            f"too deeply nested: at most {self.largest.depth} operations inside each other", 1
        )

    def token(self, node: ast.AST) -> Token:
        return self.tokens[self.starts[node.col_offset]]

    def build(self, node: ast.AST) -> _Built:
        build = {
            ast.BinOp: self.operation,
            ast.UnaryOp: self.sign,
            ast.Name: self.operand,
            ast.Subscript: self.element,
            ast.Call: self.call,
        }.get(type(node))
        if build is None:
            column = self.token(node).column
            raise ParseError("one expression is expected here, not several", column)
        try:
            return build(node)
        except TooMuchWork:
            column = self.token(node).column
            raise ParseError("the numbers in this get too large to compute with", column) from None

    def operation(self, node: ast.BinOp) -> _Built:
        """A sum or product is built from its first operand on: a long one is no deep recursion."""
        spine = _spine(node)
        left = self.build(spine[-1].left)
        for one in reversed(spine):
            left = self.operate(one, left)
        return left

    def operate(self, node: ast.BinOp, left: _Built) -> _Built:
        right = self.build(node.right)
        column = self.token(node.right).column
        if isinstance(node.op, ast.Pow):
            return self.power(left, right, column)
        if isinstance(node.op, ast.Div) and right.expr.is_zero:
            raise ParseError("this divides by zero", column)
        size = left.size + right.size
        if isinstance(node.op, ast.Mult | ast.Div):
            magnitude = left.magnitude * right.magnitude
        else:
            magnitude = left.magnitude + right.magnitude
        self.check_size(size, column)
        expr = _OPERATIONS[type(node.op)](left.expr, right.expr)
        return _Built(expr, size, _magnitude(expr) if expr.is_Rational else magnitude)

    def power(self, base: _Built, exponent: _Built, column: int) -> _Built:
        self.check_exponent(exponent, column)
        if base.expr.is_zero and exponent.expr.is_negative:
            raise ParseError("this divides by zero", column)
        size = base.size * max(exponent.magnitude, 1) + exponent.size
        self.check_size(size, column)
        bits = exponent.magnitude * math.log2(max(base.magnitude, 1))
        magnitude = 2.0**bits if bits < 1000 else math.inf
        return _Built(base.expr**exponent.expr, size, magnitude)

    def check_exponent(self, exponent: _Built, column: int) -> None:
        if exponent.magnitude > self.largest.exponent:
            raise ParseError(
                f"a number in an exponent may be at most {self.largest.exponent}", column
            )

    def check_size(self, size: float, column: int) -> None:
        if size > self.largest.size:
            raise ParseError("the numbers in this get too large to compute with", column)

    def sign(self, node: ast.UnaryOp) -> _Built:
        inner = self.build(node.operand)
        expr = -inner.expr if isinstance(node.op, ast.USub) else inner.expr
        return _Built(expr, inner.size, inner.magnitude)

    def operand(self, node: ast.Name) -> _Built:
        token = self.token(node)
        if token.kind == "number":
            value = sp.Rational(token.text)
            return _Built(value, math.log10(max(value.p, value.q)) + 1e-9, _magnitude(value))
        symbol = self.look_up(token)
        if isinstance(symbol, sp.IndexedBase):
            raise ParseError(f"{token} needs an index: {token.typed}[...]", token.column)
        return _Built(symbol, 1, 1)

    def look_up(self, token: Token) -> Any:
        for index in reversed(self.bound):
            if canonical_name(token.text) == canonical_name(index.name):
                return index
        symbol = self.names.symbol(token.text)
        if symbol is None:
            if ascii_name(token.text) in _NUMBERS:
                return _NUMBERS[ascii_name(token.text)]
            if self.names.function(token.text):
                raise ParseError(f"{token} is a function: {token.typed}(...)", token.column)
            raise ParseError(self.names.unknown(token.text), token.column)
        return symbol

    def element(self, node: ast.Subscript) -> _Built:
        token = self.token(node)
        if not isinstance(node.value, ast.Name):
            raise ParseError("only a name can have an index", token.column)
        base = self.look_up(token)
        if not isinstance(base, sp.IndexedBase):
            raise ParseError(f"{token} has no index here; write {token.typed} alone", token.column)
        inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        indices = [self.build(i) for i in inside]
        try:
            expr = base[tuple(i.expr for i in indices)]
        except (IndexError, TypeError, ValueError) as error:
            raise ParseError(f"{token} cannot have this index", token.column) from error
        return _Built(expr, 1, 1)

    def call(self, node: ast.Call) -> _Built:
        token = self.token(node)
        if not isinstance(node.func, ast.Name):
            raise ParseError("only a name can be a function", token.column)
        name = self.names.function(token.text)
        if name is None:
            raise ParseError(self.not_a_function(token), token.column)
        if name in _SUMS:
            return self.summation(node, token, _SUMS[name])
        low, high = _ARGUMENTS.get(name, (1, 1) if name in FUNCTIONS else (1, 9))
        if not low <= len(node.args) <= high:
            wanted = "one argument" if high == 1 else f"{low} to {high} arguments"
            wanted = "two arguments" if (low, high) == (2, 2) else wanted
            raise ParseError(f"{token} takes {wanted}, not {len(node.args)}", token.column)
        return self.apply(token, name, [self.build(a) for a in node.args])

    def not_a_function(self, token: Token) -> str:
        symbol = self.names.symbol(token.text)
        if isinstance(symbol, sp.IndexedBase):
            return f"{token} has its index in square brackets: {token.typed}[...]"
        if symbol is not None or any(token.text == b.name for b in self.bound):
            return f"{token} is not a function; write the product with *: {token.typed}*(...)"
        return f"{token} is not a function that can be used here; there are {self.listed()}"

    def listed(self) -> str:
        return ", ".join([*self.names.functions, "sum", "prod"])

    def apply(self, token: Token, name: str, args: list[_Built]) -> _Built:
        magnitude = max(a.magnitude for a in args)
        if name == "exp":
            self.check_exponent(args[0], token.column)
            magnitude = 3.0**magnitude if magnitude < 600 else math.inf
        try:
            expr = sp.sympify(self.names.functions[name](*(a.expr for a in args)))
        except (TypeError, ValueError, ArithmeticError) as error:
            raise ParseError(f"{token} has no value here", token.column) from error
        if expr.has(sp.zoo, sp.nan, sp.oo, -sp.oo):
            raise ParseError(f"{token} has no value here", token.column)
        return _Built(expr, sum(a.size for a in args), magnitude)

    def summation(self, node: ast.Call, token: Token, kind: Callable[..., sp.Expr]) -> _Built:
        args = node.args
        if len(args) == 2 and isinstance(args[1], ast.Tuple):
            args = [args[0], *args[1].elts]
        if len(args) != 4:
            raise ParseError(
                f"{token} takes four arguments: the term, its index, first and last value, "
                "as in sum(c[t], t, 1, T)",
                token.column,
            )
        index = self.index(args[1])
        low, high = self.build(args[2]), self.build(args[3])
        if index in low.expr.free_symbols | high.expr.free_symbols:
            raise ParseError(
                f"the index {index} cannot stand in its own range; use another letter",
                self.token(args[1]).column,
            )
        self.bound.append(index)
        body = self.build(args[0])
        self.bound.pop()
        size = body.size + low.size + high.size
        magnitude = max(body.magnitude, low.magnitude, high.magnitude)
        return _Built(kind(body.expr, (index, low.expr, high.expr)), size, magnitude)

    def index(self, node: ast.expr) -> sp.Symbol:
        token = self.token(node)
        if not isinstance(node, ast.Name) or token.kind != "name":
            raise ParseError("the second argument of a sum is the name of its index", token.column)
        supplied = self.names.symbol(token.text)
        if isinstance(supplied, sp.Symbol) and supplied.is_integer:
            return supplied
        return sp.Symbol(ascii_name(token.text), integer=True)
