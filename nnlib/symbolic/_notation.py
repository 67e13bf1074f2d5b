"""Names for quantities, and what stands behind them.

A page names its quantities once (``μ``, ``σ``, ``C_t``) and then writes with the names. Lines are
printed with the names and checked with them expanded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from operator import is_
from typing import Any

import sympy as sp

from ._algebra import expand
from ._budget import Answers, charge
from ._derivative import Partial, derivative
from ._print import to_latex
from ._random import Random
from ._shown import Display, Row, Shown
from ._substitution import bound_by_place, freshen, substitute
from ._written import plain

MOST_UNROLLED = 40  # entries of a sequence, to differentiate the last of them


def set_fields(frozen: Any, **fields: Any) -> None:
    """Fill in the fields of a frozen dataclass, from its ``__init__``."""
    for name, value in fields.items():
        object.__setattr__(frozen, name, value)


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Definition(Shown):
    """A name and the expression that it stands for.

    ``Definition(mu, Sum(x[k], (k, 0, K - 1)) / K)`` names a number;
    ``Definition(p[j], exp(z[j]) / Sum(exp(z[k]), (k, 0, K - 1)))`` names a family: the indices on
    the left are symbols and stand for any index. The keyword ``name`` is its equation label.
    """

    lhs: sp.Expr
    body: sp.Expr
    why: str

    def __init__(self, lhs: Any, body: Any, why: str = "definition", *, name: str = "") -> None:
        written = sp.sympify(body)
        set_fields(self, lhs=lhs, body=plain(written), why=why, equation=name, written=written)
        if isinstance(self.lhs, sp.Indexed):
            if not all(isinstance(i, sp.Symbol) for i in self.lhs.indices):
                raise ValueError(f"lhs: the indices of {self.lhs} must be symbols")
        elif not isinstance(self.lhs, sp.Symbol):
            raise TypeError(
                f"lhs must be a Symbol or an Indexed with symbols as indices, got {self.lhs!r}"
            )

    @property
    def name(self) -> sp.Basic:
        """What occurrences are recognized by: the symbol, or the base of the family."""
        return self.lhs.base if isinstance(self.lhs, sp.Indexed) else self.lhs

    def mapped(self, function: Callable[[sp.Basic], sp.Basic]) -> Definition:
        """The same definition, with ``function`` applied to its body."""
        return replace(self, body=function(self.body))

    def unfold(self, occurrence: sp.Expr) -> sp.Expr:
        """The body, for this occurrence of the name."""
        if isinstance(self.lhs, sp.Indexed):
            return substitute(
                self.body, dict(zip(self.lhs.indices, occurrence.indices, strict=True))
            )
        return freshen(self.body)

    def display(self) -> Display:
        why = "" if self.why == "definition" else self.why
        row = Row(self.lhs, self.written, why)
        return Display("definition", self.equation, "definition", (row,))

    def latex(self) -> str:
        return rf"$\displaystyle {to_latex(self.lhs)} = {to_latex(self.written)}$"


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Recurrence(Shown):
    """A sequence that starts somewhere and says how it goes on.

    ``Recurrence(C[t], gamma*C[t - 1] + (1 - gamma)*c[t], initial=0)`` is C_0 = 0 and
    C_t = γ C_{t−1} + (1 − γ) c_t for t ≥ 1; ``start`` is the index of the initial value. The
    keyword ``name`` is its equation label.

    A sequence that uses more than one of its own entries has as many initial values:
    ``Recurrence(F[t], F[t - 1] + F[t - 2], initial=(0, 1))`` holds for t ≥ 2. Sequences may use
    each other; each has a recurrence of its own.

    Raises ``ValueError`` where the right-hand side holds an entry of the sequence that is not
    one of the last before, as many as there are initial values.
    """

    lhs: sp.Indexed
    body: sp.Expr
    initial: sp.Expr | sp.Tuple
    start: int

    def __init__(
        self, lhs: sp.Indexed, body: Any, initial: Any = 0, start: int = 0, *, name: str = ""
    ) -> None:
        several = isinstance(initial, (tuple, list, sp.Tuple))
        initial = sp.Tuple(*initial) if several else sp.sympify(initial)
        written, initial = sp.sympify(body), plain(initial)
        set_fields(self, lhs=lhs, body=plain(written), initial=initial, start=start)
        set_fields(self, equation=name, written=written)
        indices = self.lhs.indices if isinstance(self.lhs, sp.Indexed) else ()
        if len(indices) != 1 or not isinstance(indices[0], sp.Symbol):
            raise TypeError(f"lhs must be an Indexed with one symbol as index, got {self.lhs!r}")
        for entry in self.body.atoms(sp.Indexed):
            if entry.base == self.lhs.base:
                self._check_reach(entry)

    def _check_reach(self, entry: sp.Indexed) -> None:
        bound = {limit[0] for s in self.body.atoms(sp.Sum, sp.Product) for limit in s.limits}
        if entry.free_symbols & bound:
            return  # the range of the index is not looked at
        back = expand(self.index - entry.indices[0])
        if back.is_Integer and not 1 <= back <= self.order:
            raise ValueError(
                f"body: the recurrence for {self.lhs} has as many initial values as it uses "
                f"entries before, here {self.order}, and {entry} is none of those"
            )

    @property
    def initials(self) -> tuple[sp.Expr, ...]:
        """The initial values, the first at ``start``."""
        return tuple(self.initial) if isinstance(self.initial, sp.Tuple) else (self.initial,)

    @property
    def order(self) -> int:
        """How many of the entries before the recurrence uses."""
        return len(self.initials)

    def mapped(self, function: Callable[[sp.Basic], sp.Basic]) -> Recurrence:
        """The same recurrence, with ``function`` applied to its expressions."""
        return replace(self, body=function(self.body), initial=function(self.initial))

    @property
    def name(self) -> sp.Basic:
        return self.lhs.base

    @property
    def index(self) -> sp.Symbol:
        return self.lhs.indices[0]

    def unfold(self, occurrence: sp.Indexed) -> sp.Expr:
        """The right-hand side of the recurrence, for this occurrence of the sequence."""
        return substitute(self.body, {self.index: occurrence.indices[0]})

    @cached_property
    def first(self) -> sp.Indexed:
        """The occurrence that has the initial value."""
        return self.lhs.base[self.start]

    def display(self) -> Display:
        rows = tuple(Row(entry, value) for entry, value in self._equations())
        later = sp.Ge(self.index, self.start + self.order, evaluate=False)
        return Display("recurrence", self.equation, "definition", rows, given=(later,))

    def latex(self) -> str:
        parts = [f"{to_latex(entry)} = {to_latex(value)}" for entry, value in self._equations()]
        return r"$\displaystyle " + r", \qquad ".join(parts) + "$"

    def _equations(self) -> list[tuple[sp.Expr, sp.Expr]]:
        firsts = [(self.lhs.base[self.start + n], value) for n, value in enumerate(self.initials)]
        return [*firsts, (self.lhs, self.written)]


Named = Definition | Recurrence | Random


def as_tuple(value: Any) -> tuple[Any, ...]:
    """One thing, or several, as a tuple."""
    return tuple(value) if isinstance(value, Iterable) else (value,)


def as_named(where: Any) -> tuple[Named, ...]:
    """The definitions, recurrences and laws in the argument ``where``, each once.

    Results in it (a Derivation, an Induction) bring the definitions that they were proved with.

    Raises:
        TypeError: where something else is in it.
        ValueError: where a name has two definitions.
    """
    found: list[Named] = []
    for one in as_tuple(where):
        result = getattr(one, "as_result", None)
        for named in (one,) if result is None else result.definitions:
            if not isinstance(named, (Definition, Recurrence, Random)):
                raise TypeError(
                    "where must hold definitions, recurrences, what is random, and results (a "
                    f"Derivation or an Induction), got {one!r}"
                )
            old = next((n for n in found if n.name == named.name), None)
            if old is None:
                found.append(named)
            elif not _same(old, named):
                raise ValueError(f"where: {named.name} is defined twice: {old!r} and {named!r}")
    return tuple(found)


def _same(a: Named, b: Named) -> bool:
    """Whether two definitions of a name say the same, whatever their indices are called."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, Random) and a.kind != b.kind:
        return False
    if isinstance(a, Recurrence) and (a.initial, a.start) != (b.initial, b.start):
        return False
    if isinstance(a.lhs, sp.Indexed) and len(a.lhs.indices) != len(b.lhs.indices):
        return False
    return bound_by_place(a.unfold(b.lhs)) == bound_by_place(b.body)


def expand_names(expr: sp.Basic, where: Iterable[Named]) -> sp.Basic:
    """Return ``expr`` with every defined name expanded and every derivative carried out.

    In ``Partial(L, q)`` the names inside ``L`` are expanded, but not ``q`` itself: it is what the
    derivative is taken by. Sequences given by a recurrence stay as they are; inside a derivative
    an entry with a number as index is unrolled.

    Raises ``NotImplementedError`` for a derivative of another entry of a sequence by something
    that its recurrence may depend on.
    """
    return expand_all([expr], where)[0]


def expand_all(exprs: Iterable[sp.Basic], where: Iterable[Named]) -> list[sp.Basic]:
    """As :func:`expand_names` for several: a name becomes the same in all of them."""
    named, found = {one.name: one for one in where}, Answers()
    return [_expand(freshen(expr), named, found) for expr in exprs]


def _expand(expr: sp.Basic, named: dict[sp.Basic, Named], found: Answers | None = None) -> sp.Basic:
    """``found`` holds what was expanded before, with the same names."""
    charge(2)
    found = Answers() if found is None else found
    if not expr.args and expr not in named:
        return expr
    return found.get(expr, lambda: _expanded(expr, named, found))


def _expanded(expr: sp.Basic, named: dict[sp.Basic, Named], found: Answers) -> sp.Basic:
    if isinstance(expr, Partial):
        return _expand(_carried_out(expr, named), named, found)
    if isinstance(expr, sp.Indexed):
        expr = expr.func(expr.base, *[_expand(i, named, found) for i in expr.indices])
    name = expr.base if isinstance(expr, sp.Indexed) else expr
    if isinstance(named.get(name), Definition):
        return _expand(named[name].unfold(expr), named, found)
    if not expr.args or isinstance(expr, sp.Indexed):
        return expr
    if isinstance(expr, (sp.Sum, sp.Product)):
        limits = [
            (i, _expand(a, named, found), _expand(b, named, found)) for i, a, b in expr.limits
        ]
        return expr.func(_expand(expr.function, named, found), *limits)
    args = [_expand(arg, named, found) for arg in expr.args]
    if isinstance(expr, sp.Pow) and all(map(is_, args, expr.args)):
        return expr  # SymPy looks long at the base of a power before it makes one
    return expr.func(*args)


def _carried_out(partial: Partial, named: dict[sp.Basic, Named]) -> sp.Expr:
    """The derivative, through the names that the inner expression is written with."""
    inner, variable = partial.args
    by = variable.base if isinstance(variable, sp.Indexed) else variable
    others = {name: definition for name, definition in named.items() if name != by}
    inner = _expand(inner, others)
    sequences = {n: r for n, r in others.items() if isinstance(r, Recurrence)}
    if isinstance(named.get(by), Recurrence):
        raise NotImplementedError(f"no derivative is known by {variable}, an entry of a sequence")
    inner = _unrolled(inner, sequences, others)
    for entry in sorted(inner.atoms(sp.Indexed), key=sp.default_sort_key):
        if entry.base in sequences and by in _reached(entry.base, others):
            raise NotImplementedError(
                f"no derivative of {entry} by {variable} is known: its recurrence depends on {by}"
            )
    return derivative(inner, variable)


def _unrolled(
    expr: sp.Expr, sequences: dict[sp.Basic, Recurrence], named: dict[sp.Basic, Named]
) -> sp.Expr:
    """Entries of sequences at a number as index, down to the first."""
    for _ in range(MOST_UNROLLED):
        entries = {
            entry: sequences[entry.base]
            for entry in expr.atoms(sp.Indexed)
            if entry.base in sequences and entry.indices[0].is_Integer
        }
        unfolded = {
            entry: _next_down(entry, rule)
            for entry, rule in entries.items()
            if entry.indices[0] >= rule.start
        }
        if not unfolded:
            return expr
        charge(len(unfolded))
        expr = _expand(
            expr.xreplace(unfolded),
            {name: n for name, n in named.items() if isinstance(n, Definition)},
        )
    raise NotImplementedError("a sequence is too long to unroll")


def _next_down(entry: sp.Indexed, rule: Recurrence) -> sp.Expr:
    place = int(entry.indices[0]) - rule.start
    return rule.initials[place] if place < rule.order else rule.unfold(entry)


def _reached(name: sp.Basic, named: dict[sp.Basic, Named]) -> set[sp.Basic]:
    """The symbols and families that a name depends on, through other names too."""
    reached: set[sp.Basic] = set()
    todo = [name]
    while todo:
        definition = named.get(todo.pop())
        if definition is None:
            continue
        bodies = [definition.body]
        if isinstance(definition, Recurrence):
            bodies += definition.initials
        for body in bodies:
            found = {entry.base for entry in body.atoms(sp.Indexed)} | body.atoms(sp.Symbol)
            todo += found - reached
            reached |= found
    return reached
