"""Moduli of complex numbers, where it is known which roots are imaginary."""

from __future__ import annotations

import sympy as sp

from ._algebra import expand
from ._signs import NEGATIVE, UNREAL, Signs


def real_moduli(expr: sp.Expr, signs: Signs) -> sp.Expr:
    """``expr`` with √D written i√(−D) where D < 0 is known, and |u + iv| written √(u² + v²)."""
    if not expr.args or isinstance(expr, sp.Indexed):
        return expr
    if isinstance(expr, sp.Abs):
        return _modulus(_with_imaginary_roots(expr.args[0], signs), signs)
    if isinstance(expr, (sp.Sum, sp.Product, sp.Piecewise)):
        return expr
    args = [real_moduli(arg, signs) if isinstance(arg, sp.Expr) else arg for arg in expr.args]
    return expr if args == list(expr.args) else expr.func(*args)


def _with_imaginary_roots(expr: sp.Expr, signs: Signs) -> sp.Expr:
    roots = [r for r in expr.atoms(sp.Pow) if r.exp == sp.S.Half]
    imaginary = [r for r in roots if signs.possible(r.base, 0) == NEGATIVE]
    return expr.xreplace({r: sp.I * sp.sqrt(expand(-r.base)) for r in imaginary})


def _modulus(expr: sp.Expr, signs: Signs) -> sp.Expr:
    if not expr.has(sp.I):
        return sp.Abs(expr)
    terms = sp.Add.make_args(expand(expr))
    imaginary = [term / sp.I for term in terms if sp.I in sp.Mul.make_args(term)]
    real = [term for term in terms if sp.I not in sp.Mul.make_args(term)]
    u, v = sp.Add(*real), sp.Add(*imaginary)
    if u.has(sp.I) or v.has(sp.I) or any(signs.possible(part, 1) & UNREAL for part in (u, v)):
        return sp.Abs(expr)
    return sp.sqrt(expand(u**2 + v**2))
