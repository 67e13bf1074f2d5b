"""What cannot be broken up further, written in one way only.

A sum over an indexed family, say, is an atom of the normal form; equal ones get the same bound
indices, in the same order. So do equal Kronecker deltas.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import sympy as sp

from ._algebra import expand, size_of
from ._budget import charge
from ._substitution import freshen


def by_name(expr: sp.Basic) -> tuple:
    """A key to sort by that is the same in every process, also for symbols of the same name."""
    return str(expr), sp.default_sort_key(expr)


def in_order(expr: sp.Basic, *kinds: type) -> list[sp.Basic]:
    """The parts of an expression of these kinds, in an order that is always the same."""
    return sorted(expr.atoms(*kinds), key=sp.default_sort_key)


def standard_delta(i: sp.Expr, j: sp.Expr) -> sp.Expr:
    """One form for equal deltas: the delta of T + 1 and 1 is that of T and 0."""
    difference = expand(i - j)
    if not difference.atoms(sp.Dummy):
        solved = solve_for_index(difference)
        if solved is not None:
            return sp.KroneckerDelta(*solved)
    return sp.KroneckerDelta(expand(i), expand(j))


def solve_for_index(difference: sp.Expr) -> tuple[sp.Symbol, sp.Expr] | None:
    """The symbol and the value at which an affine ``difference`` of indices is zero."""
    for symbol in sorted(difference.free_symbols, key=by_name, reverse=True):
        slope = difference.coeff(symbol)
        if slope in (1, -1) and not (difference - slope * symbol).has(symbol):
            return symbol, expand(symbol - difference * slope)
    return None


def solve_delta(delta: sp.KroneckerDelta) -> tuple[sp.Symbol, sp.Expr]:
    """The symbol and the value at which a delta of free indices is one.

    Raises ``NotImplementedError`` where there is no such symbol.
    """
    solved = solve_for_index(expand(delta.args[0] - delta.args[1]))
    if solved is None:
        raise NotImplementedError(f"cannot split {delta} into cases")
    return solved


def standard_shift(term: sp.Expr, index: sp.Dummy) -> tuple[int, sp.Expr]:
    """The sign and offset of the first place where the index stands, as in x[k + offset].

    Entries of families count first, then arguments of functions, powers, bounds.
    """
    entries = [
        (str(e.base), n, i) for e in in_order(term, sp.Indexed) for n, i in enumerate(e.indices)
    ]
    places = _by_name(entries, index)
    if not places:
        others = [
            (f"{e.func.__name__}", n, arg)
            for e in in_order(term, sp.Function, sp.Pow, sp.Sum, sp.Product)
            for n, arg in enumerate(bounds_of(e) if isinstance(e, (sp.Sum, sp.Product)) else e.args)
        ]
        places = _by_name(others, index)
    # an index that is bound inside cannot shift one outside
    bound = {limit[0] for s in term.atoms(sp.Sum, sp.Product) for limit in s.limits}
    places = [place for place in places if not place[2].free_symbols & bound]
    if not places:
        return 1, sp.S.Zero
    first = min(name for name, *_ in places)
    of_first = [(sign, offset) for name, sign, offset in places if name == first]
    sign = max(sign for sign, _ in of_first)
    offsets = [offset for s, offset in of_first if s == sign]
    largest = offsets[0]
    for offset in offsets[1:]:
        if expand(offset - largest).is_positive:
            largest = offset
    return sign, largest


def bounds_of(expr: sp.Expr) -> list[sp.Expr]:
    return [bound for _, low, high in expr.limits for bound in (low, high)]


def _by_name(
    places: Iterable[tuple[str, int, sp.Expr]], index: sp.Dummy
) -> list[tuple[tuple[str, int], int, sp.Expr]]:
    found = []
    for name, position, arg in places:
        arg = expand(arg)
        slope = arg.coeff(index)
        offset = expand(arg - slope * index)
        if slope in (1, -1) and not offset.has(index):
            found.append(((name, position), int(slope), offset))
    return found


def standard_atom(
    kind: type, term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr
) -> sp.Expr:
    """A sum or product whose bound indices have standard names.

    Nested sums over independent ranges are flattened, and of all orders of their indices the one
    that sorts first is taken: Σ_i Σ_j and Σ_j Σ_i become the same atom.
    """
    limits = [(index, low, high)]
    if kind is sp.Sum:
        term, inner = _flatten(term, index)
        limits += inner
    depth = 1 + max((_depth(s) for s in term.atoms(sp.Symbol)), default=-1)
    names = [sp.Symbol(f"_k{depth + n}", integer=True) for n in range(len(limits))]
    orders = permutations(limits) if 1 < len(limits) <= 4 else [tuple(limits)]
    atoms = []
    charge(len(limits) * size_of(term))
    for order in orders:
        renamed = {old: new for (old, _, _), new in zip(order, names, strict=True)}
        bounds = [(renamed[i], lo, hi) for i, lo, hi in order]
        atoms.append(kind(term.xreplace(renamed), *bounds))
    return min(atoms, key=sp.default_sort_key)


def without_dummies(expr: sp.Expr) -> sp.Expr:
    """One key for the inner sums of all outer sums that look alike."""
    outer = sp.Symbol("_outer", integer=True)
    return expr.xreplace(dict.fromkeys(expr.atoms(sp.Dummy), outer))


def _depth(symbol: sp.Symbol) -> int:
    name = symbol.name
    if isinstance(symbol, sp.Dummy):
        return -1
    return int(name[2:]) if name.startswith("_k") and name[2:].isdigit() else -1


def _flatten(term: sp.Expr, index: sp.Dummy) -> tuple[sp.Expr, list[tuple[Any, ...]]]:
    """Take the sums that are factors of ``term`` and depend on ``index`` out of it."""
    factors, limits = [], []
    for factor in sp.Mul.make_args(term):
        base, exponent = factor.args if isinstance(factor, sp.Pow) else (factor, sp.S.One)
        inner = isinstance(base, sp.Sum) and exponent.is_Integer and 0 < exponent <= 3
        if not inner or any(bound.has(index) for bound in bounds_of(base)):
            factors.append(factor)
            continue
        for _ in range(int(exponent)):
            fresh = freshen(base)
            factors.append(fresh.function)
            limits += [tuple(limit) for limit in fresh.limits]
    return sp.Mul(*factors), limits
