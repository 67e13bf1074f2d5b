"""What the symbols of a formula carry with them: signs and ranges that nobody wrote as a condition.

A symbol that is declared positive lets a proof use that; a reader must be told. Named quantities
whose sign follows from their definition are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp
from sympy.core.relational import Relational

from ._facts import Facts
from ._names import bodies
from ._notation import Definition, Named, expand_names
from ._print import to_latex, to_text

# What is said of a symbol, in LaTeX and in plain text; the first that holds is said.
NUMBERS = (
    ("is_positive", "> 0", "> 0"),
    ("is_negative", "< 0", "< 0"),
    ("is_nonnegative", r"\ge 0", "≥ 0"),
    ("is_nonpositive", r"\le 0", "≤ 0"),
    ("is_real", "", ""),  # the book's quantities are real: only others are named
    ("is_complex", r"\in \mathbb{C}", "∈ ℂ"),
)
WHOLE = (
    ("is_positive", r"\in \{1, 2, \dots\}", "∈ {1, 2, …}"),
    ("is_nonnegative", r"\in \{0, 1, \dots\}", "∈ {0, 1, …}"),
    ("is_integer", r"\in \mathbb{Z}", "∈ ℤ"),
)
_ENTRY = sp.Dummy("entry")


@dataclass(frozen=True)
class Carried:
    """Symbols that carry the same: a sign, in LaTeX and in plain text, or a kind of number."""

    symbols: tuple[sp.Expr, ...]
    latex_sign: str
    text_sign: str

    def latex(self) -> str:
        return ", ".join(map(to_latex, self.symbols)) + f" {self.latex_sign}"

    def text(self) -> str:
        return ", ".join(map(to_text, self.symbols)) + f" {self.text_sign}"

    def as_relations(self) -> list[Relational]:
        """The same as inequalities, where it is a sign."""
        relation = {"> 0": sp.Gt, "≥ 0": sp.Ge}.get(self.text_sign)
        return [relation(s, 0, evaluate=False) for s in self.symbols] if relation else []


def carried(
    exprs: Iterable[sp.Basic], where: Sequence[Named], conditions: Iterable[Relational]
) -> tuple[Carried, ...]:
    """The signs and ranges of what stands in ``exprs`` and in the definitions behind them."""
    exprs, conditions = tuple(exprs), tuple(conditions)
    in_range = {s for r in conditions if not isinstance(r, (sp.Eq, sp.Ne)) for s in r.free_symbols}
    known = tuple(r for r in conditions if not isinstance(r, sp.Eq))
    groups: dict[tuple[str, str], list[sp.Expr]] = {}
    for shown in _quantities(exprs, where):
        symbol = shown.base.label if isinstance(shown, sp.Indexed) else shown
        table = WHOLE if symbol.is_integer else NUMBERS
        said = next(((name, a, b) for name, a, b in table if getattr(symbol, name)), None)
        if said is None or not said[1] or (symbol.is_integer and symbol in in_range):
            continue
        if not _follows(shown, said[0], tuple(where), known):
            groups.setdefault(said[1:], []).append(shown)
    order = [entry[1:] for table in (NUMBERS, WHOLE) for entry in table]
    return tuple(
        Carried(tuple(group), *said)
        for said, group in sorted(groups.items(), key=lambda item: order.index(item[0]))
    )


def _quantities(exprs: Iterable[sp.Basic], where: Sequence[Named]) -> list[sp.Expr]:
    """The free symbols, and of each family one entry, each once, in the order of the alphabet."""
    parts = [(expr, frozenset()) for expr in exprs]
    for named in reachable(exprs, where):
        own = frozenset(named.lhs.indices if isinstance(named.lhs, sp.Indexed) else ())
        parts += [(body, own) for body in bodies(named)]
    symbols: dict[sp.Basic, sp.Expr] = {}
    for expr, bound in parts:
        entries = sorted(expr.atoms(sp.Indexed), key=sp.default_sort_key)
        for entry in entries:
            symbols.setdefault(entry.base.label, entry)
        labels = {entry.base.label for entry in entries}
        # An index is a whole number anyway: one that stands nowhere else is left out.
        others = expr.xreplace(dict.fromkeys(entries, _ENTRY))
        others = others.xreplace(dict.fromkeys(others.atoms(sp.KroneckerDelta), sp.S.One))
        free = {s for s in others.free_symbols if isinstance(s, sp.Symbol)}
        free -= labels | bound | {_ENTRY}
        for symbol in sorted(free, key=str):
            symbols.setdefault(symbol, symbol)
    return sorted(symbols.values(), key=str)


def reachable(exprs: Iterable[sp.Basic], where: Sequence[Named]) -> list[Named]:
    """The definitions whose names stand in ``exprs`` or in one another, in their order."""
    waiting, found = list(exprs), []
    while waiting:
        expr = waiting.pop()
        names = expr.free_symbols | {entry.base for entry in expr.atoms(sp.Indexed)}
        for named in where:
            if named.name in names and named not in found:
                found.append(named)
                waiting += bodies(named)
    return [named for named in where if named in found]


# A chain is shown in several forms, and beside others with the same names.


@lru_cache(maxsize=512)
def _follows(
    shown: sp.Expr, assumption: str, where: tuple[Named, ...], known: tuple[Relational, ...]
) -> bool:
    """Whether the sign of a named quantity follows from its definition."""
    name = shown.base if isinstance(shown, sp.Indexed) else shown
    named = next((n for n in where if n.name == name and isinstance(n, Definition)), None)
    if named is None:
        return False
    try:
        body = expand_names(named.body, [n for n in where if n.name != name])
    except NotImplementedError:
        return False
    facts = Facts(known)
    if assumption == "is_positive":
        return facts.positive(body)
    if assumption == "is_nonnegative":
        return facts.positive(body) or _is_nonnegative(body, facts)
    return False


def _is_nonnegative(expr: sp.Expr, facts: Facts) -> bool:
    if isinstance(expr, (sp.Add, sp.Mul)):
        return all(_is_nonnegative(arg, facts) for arg in expr.args)
    if isinstance(expr, sp.Sum):
        return _is_nonnegative(expr.function, facts)
    if isinstance(expr, sp.Pow) and expr.exp.is_real:
        return bool(expr.is_nonnegative) or _is_nonnegative(expr.base, facts)
    return facts.nonnegative(expr)
