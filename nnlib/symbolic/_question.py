"""What is asked: two expressions, what is given, and the names that they are written with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._budget import is_long_number
from ._families import ForAll
from ._limit_values import carry_out_limits
from ._names import check_names
from ._notation import Named, Recurrence, as_tuple, expand_all
from ._substitution import freshen, without_floats
from ._written import plain

MOST_NODES = 50_000  # parts of an expression that is worked on
DEEPEST = 120  # operations that may stand inside each other: each takes a few calls of Python


@dataclass
class Question:
    a: sp.Expr
    b: sp.Expr
    given: tuple[Relational, ...]
    where: tuple[Named, ...]
    conditions: tuple[Relational, ...] = ()  # what its expansion took for granted

    def check(self) -> None:
        """Refuse names that could be read in two ways; see :func:`check_names`."""
        check_names((self.a, self.b, *self.given), self.where)

    def too_large(self) -> str:
        """What is too large about the question for work to begin; "" where nothing is."""
        bodies = [named.body for named in self.where]
        return next(filter(None, map(too_large, (self.a, self.b, *self.given, *bodies))), "")

    @property
    def inequalities(self) -> list[Relational]:
        return [r for r in self.given if not isinstance(r, sp.Eq)]

    def for_every_index(self, asked: Question | None = None) -> list[Relational]:
        """What is given of entries with an index that the question does not name: p_k ≥ 0, say.

        It is meant for every value of that index.
        """
        sides = (self.a, self.b) if asked is None else (self.a, self.b, asked.a, asked.b)
        own = set().union(*[side.free_symbols for side in sides])
        return [
            relation
            for relation in self.given
            if not isinstance(relation, ForAll) and indices_of(relation) - own
        ]

    @property
    def equations(self) -> list[sp.Eq]:
        return [r for r in self.given if isinstance(r, sp.Eq)]

    def expanded(self) -> Question:
        """The same question with derivatives and definitions carried out, recurrences aligned."""
        sides = [side for relation in self.given for side in relation.args]
        a, b, *sides = expand_all([self.a, self.b, *sides], self.where)
        conditions: tuple[Relational, ...] = ()
        if a.has(sp.Limit) or b.has(sp.Limit):
            a, of_a = carry_out_limits(a, self.inequalities)
            b, of_b = carry_out_limits(b, self.inequalities)
            conditions = of_a + of_b
        expanded = iter(sides)
        given = tuple(r.func(*[next(expanded) for _ in r.args]) for r in self.given)
        return Question(a, b, given, self.where, conditions)


def indices_of(relation: sp.Basic) -> set[sp.Basic]:
    """The free symbols in the indices of entries."""
    relation = freshen(relation)
    found = [i for entry in relation.atoms(sp.Indexed) for i in entry.indices]
    symbols = set().union(*[i.free_symbols for i in found]) & relation.free_symbols
    return {symbol for symbol in symbols if not isinstance(symbol, sp.Dummy)}


def as_expr(value: Any, name: str) -> sp.Expr:
    if isinstance(value, str):
        raise TypeError(
            f"{name} must be a SymPy expression, got the text {value!r}: parse it first"
        )
    try:
        expr = sp.sympify(value.item() if hasattr(value, "item") else value, strict=True)
    except (sp.SympifyError, ValueError) as error:
        raise TypeError(f"{name} must be a SymPy expression, got {value!r}") from error
    if not isinstance(expr, sp.Expr):
        raise TypeError(f"{name} must be a SymPy expression, got {type(value).__name__}: {value}")
    if expr.has(sp.nan, sp.zoo):
        raise ValueError(f"{name} is undefined everywhere: {expr}")
    return expr if too_large(expr) else without_floats(plain(expr))


def as_given(given: Any) -> tuple[Relational, ...]:
    given = as_tuple(given)
    for relation in given:
        if relation is sp.true or relation is True:
            continue
        if not isinstance(relation, Relational):
            raise TypeError(
                f"given must hold equations and inequalities, got {relation!r} "
                "(an equation is written Eq(a, b))"
            )
    exact = (
        without_floats(plain(relation)) for relation in given if isinstance(relation, Relational)
    )
    return tuple(relation for relation in exact if isinstance(relation, Relational))


def exactly(named: Named) -> Named:
    """The same definition, its floating-point numbers taken exactly."""
    return named.mapped(without_floats)


def may_need_conditions(question: Question) -> bool:
    """Whether a range that is not given (of an index in a delta, of a sequence) may save it."""
    if any(isinstance(named, Recurrence) for named in question.where):
        return True
    deltas = question.a.atoms(sp.KroneckerDelta) | question.b.atoms(sp.KroneckerDelta)
    indices = {s for delta in deltas for s in delta.free_symbols if not isinstance(s, sp.Dummy)}
    known = {s for r in question.inequalities for s in r.free_symbols}
    return not indices <= known


def too_large(expr: sp.Basic) -> str:
    """What is too large about an expression for work to begin; "" where nothing is."""
    level, nodes = [expr], 0
    for _ in range(DEEPEST):
        nodes += len(level)
        if nodes > MOST_NODES:
            return f"the expression has more than {MOST_NODES} parts"
        for node in level:
            if is_long_number(node):
                return "a number in the expression is too long to compute with"
        level = [arg for node in level for arg in node.args]
        if not level:
            return ""
    return f"more than {DEEPEST} operations stand inside each other"
