"""Real and imaginary parts, where everything but i is known to be real."""

from __future__ import annotations

import sympy as sp

from ._algebra import expand
from ._facts import Facts


def modulus(expr: sp.Expr, facts: Facts) -> sp.Expr:
    """√(u² + v²) for u + iv with u and v known to be real, else the modulus as it is."""
    if isinstance(expr, sp.exp) and is_real(expr.args[0] / sp.I, facts):
        return sp.S.One
    if isinstance(expr, sp.Pow) and expr.exp.is_real:
        return modulus(expr.base, facts) ** expr.exp
    terms = sp.Add.make_args(expand(expr))
    imaginary = [term / sp.I for term in terms if sp.I in sp.Mul.make_args(term)]
    real = [term for term in terms if sp.I not in sp.Mul.make_args(term)]
    u, v = sp.Add(*real), sp.Add(*imaginary)
    if not (is_real(u, facts) and is_real(v, facts)):
        return sp.Abs(expr)
    return sp.sqrt(expand(u**2 + v**2))


def is_real(expr: sp.Expr, facts: Facts) -> bool:
    """Whether ``expr`` is known to be real, wherever it is defined."""
    if expr.is_real or expr.is_extended_real:
        return True
    if isinstance(expr, (sp.Add, sp.Mul)):
        return all(is_real(arg, facts) for arg in expr.args)
    if isinstance(expr, sp.Pow):
        if expr.exp.is_integer:
            return is_real(expr.base, facts)
        return bool(expr.exp.is_real) and (
            facts.nonnegative(expr.base) or facts.positive(expr.base)
        )
    return False
