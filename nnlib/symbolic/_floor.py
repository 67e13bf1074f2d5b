"""The floor of a quotient: its whole part, where the remainder is known."""

from __future__ import annotations

import sympy as sp

from ._algebra import cancel, expand, together
from ._facts import Facts
from ._rational import canonical

MOST_RESIDUES = 4  # cases, where a proof goes through the remainders of a division
NEAREST = (0, -1, 1)  # remainders are tried as they are, one divisor below, and one above


def split_whole(arg: sp.Expr, facts: Facts) -> tuple[sp.Expr, sp.Expr]:
    """Write ``arg`` as a whole number and a rest whose floor is not known (or 0).

    (q s + r)/s is q and 0 where 0 ≤ r < s is known.
    """
    terms = sp.Add.make_args(expand(cancel(canonical(arg)) if arg.is_rational_function() else arg))
    whole = sp.Add(*[term for term in terms if term.is_integer])
    rest = sp.Add(*[term for term in terms if not term.is_integer])
    if rest == 0:
        return whole, rest
    numerator, denominator = (
        sp.fraction(cancel(rest)) if rest.is_rational_function() else (rest, sp.S.One)
    )
    for shift in NEAREST:
        below = expand(numerator - shift * denominator)
        if _lies_within(below, denominator, facts):
            return whole + shift, sp.S.Zero
    return whole, expand(numerator / denominator)


def floor_of_rest(rest: sp.Expr, facts: Facts) -> sp.Expr:
    """The floor of a quotient of whole numbers, in one form: ⌊−u/s⌋ is −1 − ⌊(u − 1)/s⌋."""
    above, below = sp.fraction(together(rest))
    if not (below.is_integer and facts.positive(below)):
        return sp.floor(rest)
    above = _without_inner_floor(expand(above))
    number, symbols = above.as_coeff_Add()
    if above.is_integer and (symbols or number).could_extract_minus_sign():
        return -1 - sp.floor(expand((-above - 1) / below))
    return sp.floor(expand(above / below))


def _without_inner_floor(above: sp.Expr) -> sp.Expr:
    """u + n where ⌊u⌋ + n is divided by a whole number: the floor of both is the same."""
    terms = sp.Add.make_args(above)
    floors = [term for term in terms if isinstance(term, sp.floor)]
    others = [term for term in terms if not isinstance(term, sp.floor)]
    if len(floors) == 1 and all(term.is_integer for term in others):
        return sp.Add(floors[0].args[0], *others)
    return above


def residues(expr: sp.Expr) -> tuple[sp.Symbol, list[sp.Expr]] | None:
    """A whole number n that is rounded after a division, and n = c m + r for each remainder r."""
    for part in sorted(expr.atoms(sp.floor), key=sp.default_sort_key):
        above, below = sp.fraction(together(part.args[0]))
        if not (below.is_Integer and 1 < below <= MOST_RESIDUES):
            continue
        symbols = [s for s in above.free_symbols if s.is_integer and isinstance(s, sp.Symbol)]
        for n in sorted(symbols, key=sp.default_sort_key):
            if not isinstance(n, sp.Dummy) and not n.name.startswith("_k"):
                m = sp.Dummy(n.name, integer=True)
                return n, [below * m + r for r in range(int(below))]
    return None


def _lies_within(remainder: sp.Expr, divisor: sp.Expr, facts: Facts) -> bool:
    """Whether 0 ≤ remainder < divisor."""
    return (
        facts.positive(divisor)
        and (facts.nonnegative(remainder) or facts.positive(remainder))
        and facts.positive(expand(divisor - remainder))
    )
