"""Expectation and variance, from moments that are declared.

A chapter says what is random and which moments it has (:class:`Random`); the expectation of what
it writes is then found by linearity, and by independence, entry by entry. Nothing is said of the
law beyond the moments: what would need more stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy as sp

from ._algebra import expand
from ._notation import Recurrence
from ._random import Expectation, Random, Variance
from ._splits import with_sign
from ._substitution import freshen

MOST_FACTORS = 4  # random entries in one product: their coincidences are 15 cases
HIGHEST_POWER = 4


def carry_out_expectations(expr: sp.Basic, where: Iterable[Any]) -> sp.Basic:
    """Replace every ``Expectation`` and ``Variance`` in ``expr`` by moments, as far as known.

    Raises ``NotImplementedError`` where a range is random, or a sequence that hangs on chance
    stands inside (its closed form can be used).
    """
    if not expr.has(Expectation, Variance):
        return expr
    where = tuple(where)
    laws = {named.name: named for named in where if isinstance(named, Random)}
    sequences = {named.name: named for named in where if isinstance(named, Recurrence)}
    if not laws:
        raise NotImplementedError("nothing is declared to be random: name it in where, by Random")
    return _carry_out(expr, laws, sequences)


def _carry_out(
    expr: sp.Basic, laws: dict[sp.Basic, Random], sequences: dict[sp.Basic, Recurrence]
) -> sp.Basic:
    if not expr.has(Expectation, Variance):
        return expr
    args = [_carry_out(arg, laws, sequences) for arg in expr.args]
    if not isinstance(expr, (Expectation, Variance)):
        return expr.func(*args)
    held = {entry.base for entry in args[0].atoms(sp.Indexed)} & sequences.keys()
    if held:
        raise NotImplementedError(
            f"the expectation of {min(map(str, held))}, given by a recurrence, is not known: "
            "use its closed form"
        )
    if isinstance(expr, Expectation):
        return _mean(args[0], laws)
    square = sp.Mul(freshen(args[0]), freshen(args[0]), evaluate=False)
    return _mean(square, laws) - _mean(args[0], laws) ** 2


def _random_in(expr: sp.Basic, laws: dict[sp.Basic, Random]) -> set[sp.Expr]:
    """The entries and symbols in ``expr`` that are random."""
    entries = {e for e in expr.atoms(sp.Indexed) if e.base in laws}
    return entries | {s for s in expr.atoms(sp.Symbol) if s in laws}


Term = tuple[list[sp.Expr], list[tuple[Any, ...]]]  # the factors, and the ranges summed over


def _mean(expr: sp.Expr, laws: dict[sp.Basic, Random]) -> sp.Expr:
    """E[expr], by linearity: over terms, constants, and sums whose ranges are not random."""
    total = sp.S.Zero
    for factors, limits in _terms(freshen(expr), laws):
        mean = _mean_of_product(factors, laws)
        total += sp.Sum(mean, *limits) if limits else mean
    return total


def _terms(expr: sp.Expr, laws: dict[sp.Basic, Random]) -> list[Term]:
    """Multiply ``expr`` out, as far as what is random asks for."""
    if not _random_in(expr, laws):
        return [([expr], [])]
    if isinstance(expr, sp.Add):
        return [term for arg in expr.args for term in _terms(arg, laws)]
    if isinstance(expr, sp.Mul):
        return _products([_terms(arg, laws) for arg in expr.args])
    if isinstance(expr, sp.Sum):
        limits = [tuple(limit) for limit in expr.limits]
        if any(_random_in(bound, laws) for limit in limits for bound in limit[1:]):
            raise NotImplementedError(f"the range of {expr} is random")
        return [(factors, inner + limits) for factors, inner in _terms(expr.function, laws)]
    base, exponent = expr.as_base_exp()
    if exponent.is_Integer and 1 < exponent <= HIGHEST_POWER and base.args and base not in laws:
        if not isinstance(base, sp.Indexed):
            return _products([_terms(freshen(base), laws) for _ in range(int(exponent))])
    return [([expr], [])]


def _products(factors: list[list[Term]]) -> list[Term]:
    product: list[Term] = [([], [])]
    for terms in factors:
        product = [(f + g, m + n) for f, m in product for g, n in terms]
    return product


def _mean_of_product(factors: list[sp.Expr], laws: dict[sp.Basic, Random]) -> sp.Expr:
    """E of a product: what is declared apart is independent."""
    constants = [factor for factor in factors if not _random_in(factor, laws)]
    groups: list[tuple[set[sp.Basic], list[sp.Expr]]] = []
    for factor in factors:
        names = {e.base if isinstance(e, sp.Indexed) else e for e in _random_in(factor, laws)}
        if not names:
            continue
        near = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        joined = names.union(*[group[0] for group in near])
        groups.append((joined, [f for group in near for f in group[1]] + [factor]))
    return sp.Mul(*constants, *[_mean_of_group(names, fs, laws) for names, fs in groups])


def _mean_of_group(
    names: set[sp.Basic], factors: list[sp.Expr], laws: dict[sp.Basic, Random]
) -> sp.Expr:
    """E of a product of what hangs together; left as it is where its moments are not known."""
    if len(names) == 1:
        law = laws[next(iter(names))]
        powers: dict[sp.Expr, int] = {}
        for factor in factors:
            base, exponent = factor.as_base_exp()
            if base not in _random_in(base, laws) or not (exponent.is_Integer and exponent > 0):
                break
            powers[base] = powers.get(base, 0) + int(exponent)
        else:
            return _mean_of_powers(powers, law)
        if law.symmetric:
            return _mean_by_symmetry(sp.Mul(*factors), law, laws)
    return Expectation(sp.Mul(*factors))


def _mean_of_powers(powers: dict[sp.Expr, int], law: Random) -> sp.Expr:
    """E of x_i^a x_j^b …: over all the ways in which the indices may coincide."""
    entries = list(powers)
    if len(entries) > MOST_FACTORS:
        return Expectation(sp.Mul(*[entry**power for entry, power in powers.items()]))
    if law.covariance is not None and len(entries) > 1:
        return _mean_of_dependent(powers, law)
    total = sp.S.Zero
    for blocks in _partitions(entries):
        coincide = [_same_entry(block[0], other) for block in blocks for other in block[1:]]
        differ = [
            1 - _same_entry(one[0], other[0])
            for place, one in enumerate(blocks)
            for other in blocks[place + 1 :]
        ]
        which = sp.Mul(*coincide, *differ)
        if which != 0:
            sums = [(block[0], sum(powers[entry] for entry in block)) for block in blocks]
            total += which * sp.Mul(*[_moment(law, entry, power) for entry, power in sums])
    return total


def _moment(law: Random, entry: sp.Expr, power: int) -> sp.Expr:
    moment = law.moment_of(entry, power)
    return Expectation(entry**power) if moment is None else moment


def _mean_of_dependent(powers: dict[sp.Expr, int], law: Random) -> sp.Expr:
    if list(powers.values()) != [1, 1]:
        return Expectation(sp.Mul(*[entry**power for entry, power in powers.items()]))
    one, other = powers
    same = _same_entry(one, other)
    apart = law.covariance + _moment(law, one, 1) * _moment(law, other, 1)
    return same * _moment(law, one, 2) + (1 - same) * apart


def _same_entry(one: sp.Expr, other: sp.Expr) -> sp.Expr:
    pairs = zip(one.indices, other.indices, strict=True)
    return sp.Mul(*[sp.KroneckerDelta(i, j) for i, j in pairs])


def _partitions(items: list[sp.Expr]) -> Iterator[list[list[sp.Expr]]]:
    if not items:
        yield []
        return
    first, *rest = items
    for blocks in _partitions(rest):
        yield [[first], *blocks]
        for place, block in enumerate(blocks):
            yield [*blocks[:place], [first, *block], *blocks[place + 1 :]]


def _mean_by_symmetry(expr: sp.Expr, law: Random, laws: dict[sp.Basic, Random]) -> sp.Expr:
    """E f(x) = E (f(x) + f(−x))/2; where that is a polynomial in |x|, its moments."""
    entries = _random_in(expr, laws)
    if len(entries) == 1:
        (x,) = entries
        mirrored = (expr + expr.xreplace({x: -x})) / 2
        where_positive = expand(with_sign(mirrored, x, 1))
        at_zero = expand(with_sign(mirrored, x, 0)).xreplace({x: sp.S.Zero})
        polynomial = where_positive.as_poly(x)
        if polynomial is not None and polynomial.eval(0) == at_zero:
            return sp.Add(
                *[
                    c * (Expectation(sp.Abs(x) ** power) if power % 2 else _moment(law, x, power))
                    for (power,), c in polynomial.terms()
                ]
            )
    return Expectation(expr)
