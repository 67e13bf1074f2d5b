"""Whether a polynomial is nonnegative wherever what is known holds, seen from its coefficients.

Each symbol is written by what it exceeds its least value by (k = 1 + k' for a positive whole k,
W = p + W' where W ≥ p is known). A polynomial whose coefficients are then all nonnegative is
nonnegative, since all the new symbols are.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import sympy as sp
from sympy.polys.orderings import lex
from sympy.polys.rings import PolyElement, PolyRing

from ._algebra import cancel, expand, size_of
from ._budget import charge

MOST_TERMS = 60
MOST_FACTS = 6


def nonnegative_by_shifts(expr: sp.Expr, known: Iterable[sp.Expr]) -> bool:
    """Whether ``expr`` ≥ 0 follows from ``known`` ≥ 0 and the assumptions of the symbols.

    The larger or smaller of two stands for each of them in turn; a floor for its bounds.
    """
    expr = expand(expr)
    if expr.is_Number:
        return bool(expr >= 0)
    for part in sorted(expr.atoms(sp.Min, sp.Max), key=sp.default_sort_key):
        slope = expr.coeff(part)
        if not slope.is_number or (expr - slope * part).has(part):
            return False
        combine = all if (slope > 0) == isinstance(part, sp.Min) else any
        known = tuple(known)
        return combine(nonnegative_by_shifts(expr.xreplace({part: a}), known) for a in part.args)
    bounded = _without_floors(expr)
    if bounded is None:
        return False
    known = tuple(known)
    charge(5 + size_of(bounded) + sum(map(size_of, known[-MOST_FACTS:])))
    return _coefficients_are(bounded, known)


def _without_floors(expr: sp.Expr) -> sp.Expr | None:
    """Something with the same sign or less: r/s − (s−1)/s ≤ ⌊r/s⌋ ≤ r/s for whole r and s > 0."""
    for part in sorted(expr.atoms(sp.floor), key=sp.default_sort_key):
        slope = expr.coeff(part)
        numerator, denominator = sp.fraction(cancel(part.args[0]))
        whole = numerator.is_integer and denominator.is_integer and denominator.is_positive
        if not (slope.is_number and whole) or (expr - slope * part).has(part):
            return None
        bound = numerator - denominator + 1 if slope > 0 else numerator
        expr = expand(denominator * (expr - slope * part) + slope * bound)
    return expr


@lru_cache(maxsize=4096)
def _coefficients_are(expr: sp.Expr, known: tuple[sp.Expr, ...]) -> bool:
    """Whether some way of using at most two of the facts leaves nonnegative coefficients only."""
    near = [fact for fact in dict.fromkeys(known) if fact.free_symbols & expr.free_symbols]
    near = [fact for fact in near if _is_polynomial(fact)][-MOST_FACTS:]
    if not _is_polynomial(expr):
        return False
    if not all(s.is_extended_real for p in (expr, *near) for s in p.free_symbols):
        return False  # the square of a complex number may have any sign
    symbols = sorted(set().union(*[p.free_symbols for p in (expr, *near)]), key=str)
    slacks = [sp.Dummy(f"slack{n}", nonnegative=True) for n in range(2)]
    ring = PolyRing([*symbols, *slacks], sp.QQ, lex)
    generators = dict(zip([*symbols, *slacks], ring.gens, strict=True))
    least = {g: int(bool(s.is_integer and s.is_positive)) for s, g in generators.items()}
    least = {generator: 1 for generator, low in least.items() if low}
    signed = [bool(s.is_nonnegative) for s in (*symbols, *slacks)]

    def settled(polynomial: PolyElement) -> bool:
        shifted = [(generator, generator + low) for generator, low in least.items()]
        return _all_nonnegative(polynomial.compose(shifted) if shifted else polynomial, signed)

    goal = ring.from_expr(expr)
    if settled(goal):
        return True
    facts = [ring.from_expr(fact) for fact in near]
    for first in (s for fact in facts for s in _solutions(fact, generators, slacks[0])):
        moved = goal.compose([first])
        if settled(moved):
            return True
        for second in (s for fact in facts for s in _solutions(fact, generators, slacks[1])):
            if settled(moved.compose([second])):
                return True
    return False


def _is_polynomial(expr: sp.Expr) -> bool:
    terms = sp.Add.make_args(expr)
    return len(terms) <= MOST_TERMS and bool(expr.is_polynomial()) and not expr.atoms(sp.Function)


def _solutions(
    fact: PolyElement, generators: dict[sp.Symbol, PolyElement], slack: sp.Symbol
) -> list[tuple[PolyElement, PolyElement]]:
    """The symbols that a fact bounds from below or above, each by the bound and a slack."""
    found = []
    for generator in generators.values():
        slope = fact.diff(generator)
        if slope in (1, -1):
            rest = fact - slope * generator
            found.append((generator, (generators[slack] - rest) * slope))
    return found


def _all_nonnegative(polynomial: PolyElement, signed: list[bool]) -> bool:
    """Whether every term is nonnegative: its coefficient, and each odd power in it."""
    return all(
        coefficient >= 0
        and all(power % 2 == 0 or known for power, known in zip(monomial, signed, strict=True))
        for monomial, coefficient in polynomial.terms()
    )
