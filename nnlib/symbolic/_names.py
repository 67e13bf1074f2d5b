"""What the names of a question must satisfy before it can be asked: one name, one meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy as sp

from ._notation import Definition, Named, Recurrence
from ._random import Random
from ._substitution import bound_by_place


def check_names(exprs: Iterable[sp.Basic], where: Iterable[Named]) -> None:
    """Refuse a question whose names could be read in two ways.

    Raises ``ValueError`` where a name is defined twice or by itself, where two symbols are printed
    alike and are not the same, and where a name hides an index that a sum around it runs over.
    """
    exprs, where = tuple(exprs), tuple(where)
    meanings = [body for named in where for body in bodies(named)]
    everything = [*exprs, *(named.lhs for named in where), *meanings]
    _check_symbols(everything)
    _check_one_definition_each(where)
    named = {n.name: n for n in where}
    for name in named:
        _check_no_circle(name, named, ())
    hidden = {name: hidden_symbols(name, named) for name in named}
    _check_moments_are_numbers(named, hidden)
    for expr in (*exprs, *meanings):
        _check_bound_indices(expr, hidden, frozenset())


def bodies(named: Named) -> tuple[sp.Expr, ...]:
    """What a name stands for: a definition's right-hand side, a recurrence's, its first values."""
    if isinstance(named, Recurrence):
        return named.body, *named.initials
    return (named.body,)


def names_in(expr: sp.Basic) -> set[sp.Basic]:
    """The symbols and the families that stand in an expression, bound indices included."""
    bases = {entry.base for entry in expr.atoms(sp.Indexed)}
    return bases | (expr.atoms(sp.Symbol) - {base.label for base in bases})


def _free_names(expr: sp.Basic) -> set[sp.Basic]:
    """Without bound indices: Σ_t c_t may stand beside a t of its own."""
    free = getattr(expr, "free_symbols", set())
    return {name for name in names_in(expr) if not name.is_Symbol or name in free}


def hidden_symbols(name: sp.Basic, named: dict[sp.Basic, Named]) -> set[sp.Basic]:
    """What the value of a defined name depends on beside its own index, through other names too."""
    hidden: set[sp.Basic] = set()
    todo, seen = [name], {name}
    while todo:
        definition = named[todo.pop()]
        indices = set(getattr(definition.lhs, "indices", ()))
        for body in bodies(definition):
            free = {s for s in body.free_symbols if isinstance(s, sp.Symbol)} - indices
            hidden |= free | {entry.base for entry in body.atoms(sp.Indexed)}
            more = [n for n in names_in(body) if n in named and n not in seen]
            seen.update(more)
            todo += more
    return hidden


# --- the first line of a derivation ---------------------------------------------------------------


def check_new_name(
    lhs: sp.Expr, start: sp.Expr, given: Iterable[Any], where: Iterable[Named]
) -> None:
    """Refuse a first line that would define a name which has a meaning already.

    Raises ``ValueError`` where the name stands on the right as well, in what is given, or in what
    other names are defined by.
    """
    where = tuple(where)
    relations = [relation for relation in given if isinstance(relation, sp.Basic)]
    check_names((lhs, start, *relations), where)
    name = lhs.base if isinstance(lhs, sp.Indexed) else lhs
    named = {n.name: n for n in where}
    if name in names_in(start) or any(
        name in hidden_symbols(inner, named) for inner in names_in(start) if inner in named
    ):
        raise ValueError(f"lhs: {lhs} stands on the right as well, so {start} cannot define it")
    for relation in relations:
        if name in names_in(relation):
            raise ValueError(
                f"lhs: {lhs} has a meaning already, in {relation}: define it in where="
            )
    for other in where:
        if any(name in names_in(body) for body in bodies(other)):
            raise ValueError(
                f"lhs: {lhs} has a meaning already, in {other.name}: define it in where="
            )


def restates(lhs: sp.Expr, start: sp.Expr, where: Iterable[Named]) -> bool:
    """Whether a first line only repeats the definition of its left side."""
    name = lhs.base if isinstance(lhs, sp.Indexed) else lhs
    for named in where:
        if isinstance(named, Definition) and named.name == name:
            return bound_by_place(named.unfold(lhs)) == bound_by_place(start)
    return False


# --- two that are printed alike -------------------------------------------------------------------


def _check_symbols(exprs: Iterable[sp.Basic]) -> None:
    known: dict[tuple[bool, str], sp.Basic] = {}
    for expr in exprs:
        for node in sp.preorder_traversal(expr):
            leaf = isinstance(node, (sp.Symbol, sp.MatrixExpr))
            if leaf and node.is_commutative is False:
                raise TypeError(
                    f"{node} does not commute: only numbers can be compared; "
                    "write a matrix by its entries, W[i, j]"
                )
        for name in sorted(_free_names(expr), key=str):
            other = known.setdefault((isinstance(name, sp.Symbol), str(name)), name)
            if other != name:
                raise ValueError(
                    f"two different names are both called {name}: one is declared "
                    f"{_assumptions(other)}, the other {_assumptions(name)}"
                )


def _assumptions(name: sp.Basic) -> str:
    declared = getattr(name, "_assumptions_orig", None) or getattr(
        getattr(name, "label", None), "_assumptions_orig", {}
    )
    own = [f"{key}={value}" for key, value in sorted(declared.items()) if key != "commutative"]
    return ", ".join(own) or "with no assumptions"


# --- definitions ----------------------------------------------------------------------------------


def _check_one_definition_each(where: Iterable[Named]) -> None:
    known: dict[sp.Basic, Named] = {}
    for named in where:
        other = known.setdefault(named.name, named)
        if not _say_the_same(named, other):
            raise ValueError(f"where defines {named.name} twice: {other!r}, and {named!r}")


def _say_the_same(one: Named, other: Named) -> bool:
    if one is other:
        return True
    parts = [
        (type(n), n.lhs, *bodies(n), n.start if isinstance(n, Recurrence) else None)
        for n in (one, other)
    ]
    return parts[0] == parts[1]


def _check_no_circle(
    name: sp.Basic, named: dict[sp.Basic, Named], above: tuple[sp.Basic, ...]
) -> None:
    definition = named[name]
    if not isinstance(definition, Definition):
        return
    if name in above:
        circle = " → ".join(map(str, (*above[above.index(name) :], name)))
        raise ValueError(f"where defines {name} by itself: {circle}")
    for inner in sorted(names_in(definition.body), key=str):
        if inner in named:
            _check_no_circle(inner, named, (*above, name))


def _check_moments_are_numbers(
    named: dict[sp.Basic, Named], hidden: dict[sp.Basic, set[sp.Basic]]
) -> None:
    """A mean that is random itself is none: E[X] would stand for a number and for what varies."""
    laws = {name for name, law in named.items() if isinstance(law, Random)}
    for name in laws:
        varies = sorted(map(str, hidden[name] & laws))
        if varies:
            raise ValueError(f"where: a moment of {name} holds {varies[0]}, which is random itself")


# --- indices --------------------------------------------------------------------------------------


def _check_bound_indices(
    expr: sp.Basic, hidden: dict[sp.Basic, set[sp.Basic]], bound: frozenset[sp.Basic]
) -> None:
    """A name that stands for x[k] must not stand under a sum over k: is it that k, or another?"""
    for name, inside, place in _occurrences(expr, hidden, bound):
        caught = sorted(map(str, hidden[name] & inside))
        if caught:
            raise ValueError(
                f"{name} stands for an expression with {caught[0]}, and is used in {place} where "
                f"{caught[0]} runs over a range: define it with its index, {name}[{caught[0]}], "
                "or use another letter"
            )


def _occurrences(
    expr: sp.Basic, names: Iterable[sp.Basic], bound: frozenset[sp.Basic]
) -> Iterator[tuple[sp.Basic, frozenset[sp.Basic], Any]]:
    if isinstance(expr, (sp.Sum, sp.Product)):
        limits = list(expr.limits)
        for number, (_, low, high) in enumerate(limits):
            outer = bound | {index for index, *_ in limits[number + 1 :]}
            for end in (low, high):
                yield from _occurrences(end, names, outer)
        inner = bound | {index for index, *_ in limits}
        for name, inside, _ in _occurrences(expr.function, names, inner):
            yield name, inside, expr
        return
    name = expr.base if isinstance(expr, sp.Indexed) else expr
    if name in names:
        yield name, bound, expr
    args = expr.indices if isinstance(expr, sp.Indexed) else expr.args
    for arg in args:
        yield from _occurrences(arg, names, bound)
