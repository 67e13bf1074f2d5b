"""What given equations say of a polynomial: is it zero wherever they hold?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from operator import add

from sympy.polys.orderings import grevlex
from sympy.polys.rings import PolyElement, PolyRing

from ._budget import charge

MOST_GENERATORS = 9  # of the relations and what they touch: bases grow fast
HIGHEST_DEGREE = 10
MOST_TERMS = 60
MOST_PAIRS = 150


def follows(polynomial: PolyElement, relations: Sequence[PolyElement]) -> bool:
    """Whether ``polynomial`` is a combination of ``relations``, so that it is zero where they are.

    False also where the question is too large to be decided.
    """
    relations = _connected(polynomial, relations)
    if not relations:
        return not polynomial
    used = {g for p in (polynomial, *relations) for g in _generators(p)}
    touched = {g for p in relations for g in _generators(p)}
    degree = max(sum(monom) for p in relations for monom in p.monoms())
    terms = max(len(p) for p in relations)
    if len(touched) > MOST_GENERATORS or degree > HIGHEST_DEGREE or terms > MOST_TERMS:
        return False
    kept = sorted(used)
    ring = PolyRing([f"r{n}" for n in kept], polynomial.ring.domain, grevlex)
    basis = _basis([_restricted(p, kept, ring) for p in relations])
    return not _remainder(_restricted(polynomial, kept, ring), basis)


def _basis(polynomials: list[PolyElement]) -> list[PolyElement]:
    """Buchberger's basis of what the polynomials generate, or as much of it as the limit allows.

    A remainder of 0 is a proof with any part of it.
    """
    basis = [p.monic() for p in polynomials]
    pairs = list(combinations(range(len(basis)), 2))
    for _ in range(MOST_PAIRS):
        if not pairs:
            break
        pair = min(pairs, key=lambda ij: (sum(_meeting(basis, ij)), ij))
        pairs.remove(pair)
        one, other = (basis[n] for n in pair)
        monomial = _meeting(basis, pair)
        if monomial == tuple(map(add, one.LM, other.LM)):
            continue  # the leading terms have nothing in common
        left, right = (
            p.mul_monom(tuple(a - b for a, b in zip(monomial, p.LM, strict=True)))
            for p in (one, other)
        )
        rest = _remainder(left - right, basis)
        if rest:
            pairs += [(n, len(basis)) for n in range(len(basis))]
            basis.append(rest.monic())
    return basis


def _meeting(basis: list[PolyElement], pair: tuple[int, int]) -> tuple[int, ...]:
    """The exponents of the least common multiple of two leading terms."""
    return tuple(map(max, *(basis[n].LM for n in pair)))


def _remainder(polynomial: PolyElement, basis: list[PolyElement]) -> PolyElement:
    charge(1 + len(polynomial) * sum(map(len, basis)))
    return polynomial.rem(basis)


def _generators(polynomial: PolyElement) -> set[int]:
    return {n for monom in polynomial.monoms() for n, power in enumerate(monom) if power}


def _connected(polynomial: PolyElement, relations: Sequence[PolyElement]) -> list[PolyElement]:
    """The relations that share generators with ``polynomial``, directly or through others."""
    reached, left, found = _generators(polynomial), [r for r in relations if r], []
    while True:
        near = [r for r in left if _generators(r) & reached]
        if not near:
            return found
        found += near
        left = [r for r in left if r not in near]
        reached = reached.union(*map(_generators, near))


def _restricted(polynomial: PolyElement, kept: list[int], ring: PolyRing) -> PolyElement:
    terms = {tuple(monom[n] for n in kept): c for monom, c in polynomial.terms()}
    return ring.from_dict(terms)
