"""Taylor's polynomial of an unknown smooth function, for limits of small steps."""

from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef

from ._algebra import cancel, expand
from ._budget import charge

ORDER = 4  # the polynomial is exact but for a term of order 5 in the step


def by_taylor(expr: sp.Expr, step: sp.Symbol) -> sp.Expr:
    """``expr`` with f(x + a h) written by the derivatives of f at x, for a step h that goes to 0.

    What is left out is of order h^5. So the limit is that of ``expr`` where no more than h^4
    stands in a denominator. The functions are taken to be smooth.

    Raises ``NotImplementedError`` where a function is not of that form, or a denominator is.
    """
    moved = [f for f in expr.atoms(AppliedUndef) if f.has(step)]
    values = {f: _polynomial(f, step) for f in sorted(moved, key=sp.default_sort_key)}
    if not values:
        return expr
    names = {f: sp.Dummy(f"f{n}") for n, f in enumerate(values)}
    plain = expr.xreplace(names)
    numerator, denominator = sp.fraction(cancel(plain))
    letters = sorted(names.values(), key=str)
    plain_below = denominator.is_polynomial(step) and not denominator.has(*letters)
    if not (plain_below and numerator.is_polynomial(*letters)):
        raise NotImplementedError(f"the limit of {expr} for {step} to 0 is not known")
    lowest = min(power for (power,), _ in sp.Poly(denominator, step).terms())
    if lowest > ORDER:
        raise NotImplementedError(f"{expr} is divided by more than {step}^{ORDER}")
    return plain.xreplace({names[f]: value for f, value in values.items()})


def _polynomial(function: AppliedUndef, step: sp.Symbol) -> sp.Expr:
    unknown = NotImplementedError(f"{function} is not of the form f(x + a {step})")
    if len(function.args) != 1:
        raise unknown
    (argument,) = function.args
    factor = expand(argument).coeff(step)
    place = expand(argument - factor * step)
    if place.has(step) or factor.has(step) or not isinstance(place, sp.Symbol):
        raise unknown
    charge(10 * ORDER)
    at_place = function.func(place)
    return at_place + sp.Add(
        *[
            sp.Derivative(at_place, (place, order)) * (factor * step) ** order / sp.factorial(order)
            for order in range(1, ORDER + 1)
        ]
    )
