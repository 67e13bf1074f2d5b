"""Results that were proved before, used in later proofs: never typed again.

A chain proves ``lhs = result`` under conditions, for all values of the free names in it. Where an
instance of ``lhs`` stands in a question and the conditions hold there, the result may take its
place.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand
from ._derivative import Partial
from ._expectation import Expectation, Variance
from ._facts import Facts
from ._names import bodies
from ._notation import Named, as_named, as_tuple, expand_names
from ._print import to_text
from ._substitution import bound_by_place, freshen, substitute

MOST = 50  # results put in for one question
LARGE = 10**6  # an index that grows without bound gets beyond this


@dataclass(frozen=True, eq=False)
class Result:
    """``lhs = body`` under ``conditions``, where the names are those of ``definitions``."""

    lhs: sp.Expr
    body: sp.Expr
    conditions: tuple[Relational, ...]
    definitions: tuple[Named, ...]

    @property
    def hangs_on_open_names(self) -> bool:
        """Whether it speaks of a derivative or an expectation.

        These depend on which names are held fixed, or are not random, and not only on values.
        """
        return any(part.has(Partial, Expectation, Variance) for part in self.parts())

    def parts(self) -> list[sp.Basic]:
        """All that it is written with."""
        return [self.lhs, self.body, *(body for d in self.definitions for body in bodies(d))]

    @property
    def holds_on_open_sets(self) -> bool:
        """Whether both sides may be differentiated: no equation, no edge of a range of reals."""
        return not any(
            isinstance(c, sp.Eq)
            or (isinstance(c, (sp.Ge, sp.Le)) and not (c.lhs.is_integer and c.rhs.is_integer))
            for c in self.conditions
        )


def as_results(where: Any) -> tuple[Result, ...]:
    """The results in the argument ``where``.

    Raises:
        ValueError: where one is not proved, or speaks of a derivative and was proved with a name
            left open that ``where`` defines.
    """
    shown = [one for one in as_tuple(where) if getattr(one, "as_result", None) is not None]
    definitions = as_named(where) if shown else ()
    for one in shown:
        _require_proved(one)
        _require_same_names(one.as_result, definitions)
    return tuple(one.as_result for one in shown)


def _require_proved(result: Any) -> None:
    if result.status not in ("proved", "definition"):
        raise ValueError(
            f"where: only proved results can be used, but this one is {result.status}: {result!r}"
        )


def _require_same_names(result: Result, definitions: Sequence[Named]) -> None:
    """A derivative or expectation may not come to a place where more of its names are defined."""
    if not result.hangs_on_open_names:
        return
    own = {named.name for named in result.definitions}
    names = {n for part in result.parts() for n in part.free_symbols | part.atoms(sp.IndexedBase)}
    for named in definitions:
        if named.name in names - own:
            raise ValueError(
                f"where: the result for {to_text(result.lhs)} was proved with "
                f"{named.name} held fixed, but {named!r} says what it is"
            )


@dataclass
class Use:
    """Puts results into expressions; notes the conditions that it had to take along."""

    results: Sequence[Result]
    facts: Facts
    equations: frozenset[sp.Basic]
    defined: frozenset[sp.Basic]

    def __post_init__(self) -> None:
        self.taken: dict[Relational, None] = {}
        self.bound: set[sp.Symbol] = set()
        self.inside_derivative = False
        self.left = MOST

    def __call__(self, expr: sp.Basic) -> sp.Basic:
        """``expr`` with the results in the place of what they speak of."""
        for result in self.results:
            if self.inside_derivative and not result.holds_on_open_sets:
                continue
            put = self._instance(result, expr)
            if put is not None:
                return put
        if isinstance(expr, Partial):
            return self._in_derivative(expr)
        if isinstance(expr, (sp.Sum, sp.Product)):
            known = [edge for i, low, high in expr.limits for edge in (i - low, high - i)]
            body = self._within(expr.function, [i for i, *_ in expr.limits], known)
            return expr.func(body, *expr.limits)
        if isinstance(expr, sp.Limit):
            return self._in_limit(expr)
        if not expr.args or isinstance(expr, sp.Indexed):
            return expr
        return expr.func(*[self(arg) for arg in expr.args])

    def _in_derivative(self, expr: Partial) -> sp.Basic:
        """Both sides of an equation have the same derivative by a name that nothing defines."""
        inner, variable = expr.args
        name = variable.base if isinstance(variable, sp.Indexed) else variable
        if name in self.defined:
            return expr
        before, self.inside_derivative = self.inside_derivative, True
        inner = self(inner)
        self.inside_derivative = before
        return Partial(inner, variable)

    def _in_limit(self, expr: sp.Limit) -> sp.Basic:
        """What holds from some index on holds in the limit."""
        inner, variable, target, *_ = expr.args
        if target != sp.oo:
            return expr
        return expr.func(self._within(inner, [variable], [variable - LARGE]), *expr.args[1:])

    def _within(
        self, expr: sp.Basic, bound: Iterable[sp.Symbol], known: Iterable[sp.Expr]
    ) -> sp.Basic:
        """Put results in below a sum or limit, whose index cannot stand in a condition."""
        before = set(self.bound)
        self.bound |= set(bound)
        try:
            with self.facts.within(*known):
                return self(expr)
        finally:
            self.bound = before

    def _instance(self, result: Result, expr: sp.Basic) -> sp.Basic | None:
        """The result for ``expr``, where it is an instance of its left side and may be used."""
        if self.left == 0 or type(expr) is not type(result.lhs):
            return None
        lhs = freshen(result.lhs)
        variables = _variables(lhs, result.definitions)
        bound = {limit[0] for part in expr.atoms(sp.Sum, sp.Product) for limit in part.limits}
        bound |= {part.args[1] for part in expr.atoms(sp.Limit)}
        for found in _unify(lhs, expr, {}, variables):
            values = {s: value for s, value in found.items() if s in variables}
            if any(value.free_symbols & bound for value in values.values()):
                continue  # an index of expr's own sums cannot leave them
            if not all(_fits(symbol, value) for symbol, value in values.items()):
                continue
            taken = self._conditions(result, values)
            if taken is not None:
                for relation in taken:
                    self.taken[relation] = None
                    if not isinstance(relation, sp.Eq):
                        self.facts.learn(relation)
                self.left -= 1
                return substitute(result.body, values)
        return None

    def _conditions(
        self, result: Result, values: dict[sp.Symbol, sp.Expr]
    ) -> list[Relational] | None:
        """What must be taken along for these values; None where that cannot be."""
        taken = []
        for condition in (*_ranges(values), *result.conditions):
            relation = condition
            if isinstance(condition, Relational):
                relation = _at(condition, values)
            if relation == sp.true:
                continue
            if relation == sp.false:
                return None
            if self._known(relation):
                continue
            if relation.free_symbols & self.bound:
                return None
            taken.append(relation)
        return taken

    def _known(self, relation: Relational) -> bool:
        if isinstance(relation, sp.Eq):
            return bound_by_place(relation) in self.equations
        gap = relation.lhs - relation.rhs
        if isinstance(relation, sp.Ne):
            return self.facts.nonzero(gap)
        gap = relation.gts - relation.lts
        if isinstance(relation, (sp.Ge, sp.Le)):
            return self.facts.nonnegative(gap)
        return self.facts.positive(gap)


def _at(condition: Relational, values: dict[sp.Symbol, sp.Expr]) -> sp.Basic:
    """A condition for these values; its bound indices keep their names where they can."""
    bound = {limit[0] for s in condition.atoms(sp.Sum, sp.Product) for limit in s.limits}
    if bound & {s for value in values.values() for s in value.free_symbols} | bound & values.keys():
        return condition.func(*[substitute(side, values) for side in condition.args])
    return condition.xreplace(values)


def _variables(lhs: sp.Expr, definitions: Iterable[Named]) -> set[sp.Symbol]:
    """The whole numbers in the left side of a result, which may have any value."""
    taken = {named.name for named in definitions}
    taken |= {base.label for base in lhs.atoms(sp.IndexedBase)} | lhs.atoms(sp.Dummy)
    return {s for s in lhs.free_symbols - taken if isinstance(s, sp.Symbol) and s.is_integer}


def _fits(symbol: sp.Symbol, value: sp.Expr) -> bool:
    """Whether a value is all that the symbol was declared to be; signs become conditions."""
    kinds = ("even", "odd", "prime", "composite", "negative", "nonpositive", "zero", "nonzero")
    return symbol == value or all(
        getattr(value, f"is_{kind}") is True
        for kind in kinds
        if symbol.assumptions0.get(kind) and not (kind == "nonzero" and symbol.is_positive)
    )


def _ranges(found: dict[sp.Symbol, sp.Expr]) -> Iterator[Relational]:
    """What the declarations of the symbols demand of the values that take their place."""
    for symbol, value in found.items():
        low = 1 if symbol.is_positive else 0 if symbol.is_nonnegative else None
        if low is not None and value != symbol:
            yield sp.Ge(value, low)


def _unify(
    pattern: sp.Basic, expr: sp.Basic, found: dict[sp.Basic, sp.Basic], variables: set[sp.Symbol]
) -> Iterator[dict[sp.Basic, sp.Basic]]:
    """The values of ``variables`` (and of bound indices) that make the pattern the expression."""
    if pattern in found:
        if expand(found[pattern] - expr) == 0:
            yield found
        return
    if pattern in variables:
        if expr.is_integer:
            yield {**found, pattern: expr}
        return
    if pattern == expr:
        yield found
        return
    if type(pattern) is not type(expr) or not pattern.args:
        return
    if isinstance(pattern, (sp.Sum, sp.Product)):
        yield from _unify_sums(pattern, expr, found, variables)
    elif isinstance(pattern, (sp.Add, sp.Mul)):
        yield from _unify_in_any_order(pattern.args, expr.args, found, variables)
    else:
        yield from _unify_in_order(pattern.args, expr.args, found, variables)


def _unify_sums(pattern, expr, found, variables):
    if len(pattern.limits) != len(expr.limits):
        return
    mine, theirs = [pattern.function], [expr.function]
    for (i, low, high), (k, first, last) in zip(pattern.limits, expr.limits, strict=True):
        found = {**found, i: k}
        mine += [low, high]
        theirs += [first, last]
    yield from _unify_in_order(mine, theirs, found, variables)


def _unify_in_order(patterns, exprs, found, variables):
    if len(patterns) != len(exprs):
        return
    if not patterns:
        yield found
        return
    for more in _unify(patterns[0], exprs[0], found, variables):
        yield from _unify_in_order(patterns[1:], exprs[1:], more, variables)


def _unify_in_any_order(patterns, exprs, found, variables):
    if len(patterns) != len(exprs):
        return
    if not patterns:
        yield found
        return
    for n, expr in enumerate(exprs):
        rest = (*exprs[:n], *exprs[n + 1 :])
        for more in _unify(patterns[0], expr, found, variables):
            yield from _unify_in_any_order(patterns[1:], rest, more, variables)


def use_results(
    exprs: Sequence[sp.Expr], where: Any, given: Iterable[Relational]
) -> tuple[list[sp.Expr], tuple[Relational, ...]] | None:
    """``exprs`` with the results in ``where`` put in; what this took beyond the given conditions.

    None where no result speaks of them. Raises ``ValueError`` as :func:`as_results` does.
    """
    results, definitions, given = as_results(where), as_named(where), tuple(given)
    use = Use(
        results,
        Facts(r for r in given if not isinstance(r, sp.Eq)),
        frozenset(bound_by_place(r) for r in given if isinstance(r, sp.Eq)),
        frozenset(named.name for named in definitions),
    )
    if not results:
        return None
    put = [use(freshen(expr)) for expr in exprs]
    with contextlib.suppress(NotImplementedError):  # what it speaks of may stand in a definition
        put = [use(expand_names(expr, definitions)) for expr in put]
    return (put, tuple(use.taken)) if use.left < MOST else None


def is_used(result: Result, exprs: Iterable[sp.Expr]) -> bool:
    """Whether an instance of the result's left side stands in one of the expressions."""
    lhs = freshen(result.lhs)
    variables = _variables(lhs, result.definitions)
    parts = (part for expr in exprs for part in sp.preorder_traversal(freshen(expr)))
    return any(next(_unify(lhs, part, {}, variables), None) is not None for part in parts)
