"""Equations that hold for all indices, such as QᵀQ = I by its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import sympy as sp

from ._algebra import expand
from ._budget import charge
from ._facts import Facts
from ._substitution import freshen, substitute

MOST_REWRITES = 40


class ForAll(sp.Eq):
    """An equation that holds for all values of some indices in their ranges.

    ``ForAll(Eq(Sum(Q[i, k]*Q[i, m], (i, 0, n - 1)), KroneckerDelta(k, m)), (k, 0, n - 1),
    (m, 0, n - 1))`` says that the columns of Q are orthonormal. It may be given like any
    equation. The left side is a product of entries, or the sum of one: that is what is
    recognized, and replaced by the right side.

    Raises:
        TypeError, ValueError: where the arguments are not such.
    """

    def __new__(cls, *args: Any, evaluate: bool = False) -> ForAll:
        if isinstance(args[0], sp.Eq):
            return cls._from_author(*args)
        if len(args) < 2 or not isinstance(args[1], sp.Expr):
            raise TypeError(f"equation must be an Eq, got {args[0]!r}")
        return sp.Basic.__new__(cls, *args)

    @classmethod
    def _from_author(cls, equation: sp.Eq, *ranges: Any) -> ForAll:
        limits = [sp.Tuple(*limit) for limit in ranges]
        for limit in limits:
            if len(limit) != 3 or not (limit[0].is_Symbol and limit[0].is_integer):
                raise ValueError(f"ranges: expected (index, first, last), got {limit}")
        if not limits:
            raise ValueError("ranges: at least one index must be named")
        bound = {limit[0]: sp.Dummy(limit[0].name, integer=True) for limit in limits}
        sides = [freshen(side).xreplace(bound) for side in equation.args]
        statement = cls(*sides, *[limit.xreplace(bound) for limit in limits])
        _, factors = statement.pattern()
        if not factors or not all(isinstance(factor, sp.Indexed) for factor in factors):
            raise ValueError(
                "equation: the left side must be a product of entries, or the sum of one, got "
                f"{equation.lhs}"
            )
        return statement

    @property
    def ranges(self) -> tuple[sp.Tuple, ...]:
        return self.args[2:]

    @property
    def indices(self) -> tuple[sp.Symbol, ...]:
        return tuple(limit[0] for limit in self.ranges)

    @property
    def free_symbols(self) -> set[sp.Basic]:
        return super().free_symbols - set(self.indices)

    def _latex(self, printer: Any) -> str:
        lhs, rhs = map(printer._print, self.args[:2])
        names = ", ".join(map(printer._print, self.indices))
        return rf"{lhs} = {rhs} \;\text{{for all }} {names}"

    def _sympystr(self, printer: Any) -> str:
        lhs, rhs = map(printer._print, self.args[:2])
        names = ", ".join(index.name for index in self.indices)
        return f"{lhs} = {rhs} for all {names}"

    def pattern(self) -> tuple[tuple[Any, ...] | None, list[sp.Expr]]:
        """The range that is summed over, if any, and the factors under it."""
        lhs, limit = self.lhs, None
        if isinstance(lhs, sp.Sum) and len(lhs.limits) == 1:
            limit, lhs = tuple(lhs.limits[0]), lhs.function
        factors = []
        for factor in sp.Mul.make_args(lhs):
            base, exponent = factor.as_base_exp()
            if not (exponent.is_Integer and exponent > 0):
                return limit, []
            factors += [base] * int(exponent)
        return limit, factors

    def choices(self, end: Callable[[sp.Expr], int]) -> list[dict[sp.Symbol, int]]:
        """The values of the indices for which it holds, where the ends of ranges are known."""
        values = [range(end(low), end(high) + 1) for _, low, high in self.ranges]
        return [dict(zip(self.indices, numbers, strict=True)) for numbers in product(*values)]


def rewrite_by(expr: sp.Expr, statements: list[ForAll], facts: Facts) -> sp.Expr:
    """Use each statement wherever its left side stands in the normal form ``expr``."""
    for _ in range(MOST_REWRITES):
        found = _first_rewrite(expr, statements, facts)
        if found is None:
            break
        expr = expr.xreplace({found[0]: found[1]})
    return expr


def _first_rewrite(
    expr: sp.Expr, statements: list[ForAll], facts: Facts
) -> tuple[sp.Expr, sp.Expr] | None:
    sums = sorted(expr.atoms(sp.Sum), key=sp.default_sort_key)
    products = list(_products(expr))
    for statement in statements:
        limit, factors = statement.pattern()
        for part in sums if limit is not None else [*products, *sums]:
            charge(10)
            new = _rewritten(part, limit, factors, statement, facts)
            if new is not None:
                return part, new
    return None


def _products(expr: sp.Expr) -> list[sp.Expr]:
    """The terms of a polynomial expression, outside of sums."""
    found = [
        part
        for part in sp.preorder_traversal(expr)
        if isinstance(part, (sp.Mul, sp.Pow, sp.Indexed))
    ]
    return sorted(dict.fromkeys(found), key=sp.default_sort_key)


def _rewritten(
    part: sp.Expr,
    limit: tuple[Any, ...] | None,
    pattern: list[sp.Expr],
    statement: ForAll,
    facts: Facts,
) -> sp.Expr | None:
    """``part`` with the left side of the statement in it replaced; None where it is not there."""
    fresh = freshen(part)
    limits = [tuple(one) for one in fresh.limits] if isinstance(fresh, sp.Sum) else []
    body = fresh.function if isinstance(fresh, sp.Sum) else fresh
    factors = _single_factors(body)
    for place, own in enumerate(limits) if limit is not None else [(None, None)]:
        if limit is not None:
            if [expand(a - b) for a, b in zip(own[1:], limit[1:], strict=True)] != [0, 0]:
                continue
            if any(bound.has(own[0]) for other in limits for bound in other[1:]):
                continue
            bound_to = {limit[0]: own[0]}
            here = [factor for factor in factors if factor.has(own[0])]
            if len(here) != len(pattern):
                continue
        else:
            bound_to, here = {}, factors
        for matched, used in _matches(pattern, here, bound_to, statement.indices):
            values = {index: matched[index] for index in statement.indices if index in matched}
            if len(values) < len(statement.indices):
                continue
            rest = list(factors)
            for factor in used:
                rest.remove(factor)
            if not _in_ranges(values, statement, limits, facts):
                continue
            new = sp.Mul(*rest) * substitute(statement.rhs, values)
            left = [one for n, one in enumerate(limits) if n != place]
            return sp.Sum(new, *left) if left else new
    return None


def _single_factors(body: sp.Expr) -> list[sp.Expr]:
    factors: list[sp.Expr] = []
    for factor in sp.Mul.make_args(body):
        base, exponent = factor.as_base_exp()
        if isinstance(base, sp.Indexed) and exponent.is_Integer and 0 < exponent <= 4:
            factors += [base] * int(exponent)
        else:
            factors.append(factor)
    return factors


def _matches(
    pattern: list[sp.Expr],
    factors: list[sp.Expr],
    values: dict[sp.Symbol, sp.Expr],
    free: tuple[sp.Symbol, ...],
) -> Iterator[tuple[dict[sp.Symbol, sp.Expr], list[sp.Expr]]]:
    """The ways to read the pattern in some of the factors: what its indices are, what is used."""
    if not pattern:
        yield values, []
        return
    first, *others = pattern
    for place, factor in enumerate(factors):
        extended = _match_entry(first, factor, values, free)
        if extended is None:
            continue
        rest = factors[:place] + factors[place + 1 :]
        for matched, used in _matches(others, rest, extended, free):
            yield matched, [factor, *used]


def _match_entry(
    pattern: sp.Indexed,
    entry: sp.Expr,
    values: dict[sp.Symbol, sp.Expr],
    free: tuple[sp.Symbol, ...],
) -> dict[sp.Symbol, sp.Expr] | None:
    if not isinstance(entry, sp.Indexed) or entry.base != pattern.base:
        return None
    values = dict(values)
    for wanted, found in zip(pattern.indices, entry.indices, strict=True):
        if wanted in free and wanted not in values:
            values[wanted] = found
        elif expand(wanted.xreplace(values) - found) != 0:
            return None
    return values


def _in_ranges(
    values: dict[sp.Symbol, sp.Expr], statement: ForAll, limits: list[Any], facts: Facts
) -> bool:
    """Whether the statement may be used for these indices."""
    known = [expand(end) for index, low, high in limits for end in (index - low, high - index)]
    with facts.within(*known):
        return all(
            facts.require_nonnegative(values[index] - low.xreplace(values))
            and facts.require_nonnegative(high.xreplace(values) - values[index])
            for index, low, high in statement.ranges
        )
