"""Which entries a formula speaks of, and which sizes tell its constants apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sympy as sp
from sympy.core.relational import Relational

Range = tuple[int, int]


def check_shape(
    formula: sp.Expr,
    given: Iterable[Relational],
    shape: Sequence[int],
    index: Sequence[sp.Symbol],
    start: int,
    values: Mapping[sp.Symbol, int],
) -> None:
    """Refuse an output that is empty, or that has not one entry for each value of an index.

    The range of an index is what is given for it; else that of the sums that run over the same
    axis of the same family: where Σ_k z_k goes from 0 to K − 1, so does the j of z_j.
    """
    if 0 in shape:
        raise ValueError(f"output is empty: it has the shape {tuple(shape)}")
    numbers = {symbol: sp.Integer(n) for symbol, n in values.items()}
    for axis, symbol in enumerate(index):
        found = _given_range(symbol, given, numbers) or _range_of_family(symbol, formula, numbers)
        if found is None:
            continue
        low, high = found
        if (start, start + shape[axis] - 1) != (low, high):
            raise ValueError(
                f"output has {shape[axis]} entries along axis {axis}, from {symbol} = {start} on, "
                f"but {symbol} goes from {low} to {high}"
            )


def _given_range(
    symbol: sp.Symbol, given: Iterable[Relational], numbers: Mapping[sp.Symbol, sp.Integer]
) -> Range | None:
    lows, highs = [], []
    for relation in given:
        if not isinstance(relation, (sp.Ge, sp.Le, sp.Gt, sp.Lt)):
            continue
        strict = int(isinstance(relation, (sp.Gt, sp.Lt)))
        greater, less = (side.xreplace(numbers) for side in (relation.gts, relation.lts))
        if greater == symbol and less.is_Integer:
            lows.append(int(less) + strict)
        if less == symbol and greater.is_Integer:
            highs.append(int(greater) - strict)
    return (max(lows), min(highs)) if lows and highs else None


def _range_of_family(
    symbol: sp.Symbol, formula: sp.Expr, numbers: Mapping[sp.Symbol, sp.Integer]
) -> Range | None:
    axes = {
        (entry.base, axis)
        for entry in formula.atoms(sp.Indexed)
        for axis, place in enumerate(entry.indices)
        if place == symbol
    }
    found = set()
    for total in formula.atoms(sp.Sum, sp.Product):
        for bound, low, high in total.limits:
            ends = [end.xreplace(numbers) for end in (low, high)]
            if not all(end.is_Integer for end in ends):
                continue
            for entry in total.function.atoms(sp.Indexed):
                if any((entry.base, n) in axes for n, i in enumerate(entry.indices) if i == bound):
                    found.add((int(ends[0]), int(ends[1])))
    return found.pop() if len(found) == 1 else None


def sizes_that_hide(formula: sp.Expr, values: Mapping[sp.Symbol, int]) -> list[str]:
    """Why a match at these sizes says little: a wrong constant would look right there.

    At K = 2 a factor 1/2 and a factor 1/K are the same; at K = 1 every power of K is 1; at
    K = N nobody can tell the two apart.
    """
    sizes = {s: n for s, n in values.items() if s.is_positive and formula.has(s)}
    constants = _constants(formula)
    told = []
    for symbol, n in sizes.items():
        if n == 1:
            told.append(f"at {symbol} = 1 every power of {symbol} is 1")
        elif n in constants:
            told.append(f"{symbol} = {n} is also a number in the formula")
    for first, one in sizes.items():
        told += [
            f"{first} and {second} are both {one}"
            for second, other in sizes.items()
            if one == other and str(first) < str(second)
        ]
    return told


def _constants(formula: sp.Expr) -> set[int]:
    """The numbers that stand in a formula as factors, divisors or terms; exponents do not count."""
    found: set[int] = set()
    todo: list[sp.Basic] = [formula]
    while todo:
        expr = todo.pop()
        if expr.is_Rational:
            found |= {abs(int(expr.p)), int(expr.q)}
        elif isinstance(expr, (sp.Pow, sp.Indexed)):
            todo += expr.args[:1]
        elif isinstance(expr, (sp.Sum, sp.Product)):
            todo.append(expr.function)
        else:
            todo += expr.args
    return found
