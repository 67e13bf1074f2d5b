"""The floor of a quotient: its whole part, where the remainder is known."""

from __future__ import annotations

import sympy as sp

from ._algebra import cancel, expand
from ._facts import Facts
from ._rational import canonical

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


def _lies_within(remainder: sp.Expr, divisor: sp.Expr, facts: Facts) -> bool:
    """Whether 0 ≤ remainder < divisor."""
    return (
        facts.positive(divisor)
        and (facts.nonnegative(remainder) or facts.positive(remainder))
        and facts.positive(expand(divisor - remainder))
    )
