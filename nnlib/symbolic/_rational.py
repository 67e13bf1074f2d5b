"""One form for equal rational expressions in the same atoms."""

from __future__ import annotations

import sympy as sp

from ._algebra import cancel, factor, factor_terms
from ._zero import finest_powers, split_power

MOST_ATOMS_TO_FACTOR = 5


def canonical(expr: sp.Expr, factored: bool = False) -> sp.Expr:
    """One common form for equal rational expressions in the same atoms.

    With ``factored`` the numerator and the denominator are factored, where that is quick.
    """
    if expr.is_Rational or not isinstance(expr, (sp.Add, sp.Mul, sp.Pow)):
        return expr
    if isinstance(expr, sp.Mul) and not expr.has(sp.Add):
        return expr
    finest = finest_powers(_opaque(expr))  # where √v occurs, v is its square
    atoms = sorted({atom for atom, _ in finest.values()}, key=sp.default_sort_key)
    names = {atom: sp.Symbol(f"g{n}", positive=True) for n, atom in enumerate(atoms)}
    renamed = {atom: names[fine] ** times for atom, (fine, times) in finest.items()}
    plain = cancel(_rename(expr, renamed))
    small = len(atoms) <= MOST_ATOMS_TO_FACTOR
    plain = factor(plain) if factored and small else factor_terms(plain)
    return plain.xreplace({name: atom for atom, name in names.items()})


def _opaque(expr: sp.Expr) -> set[sp.Expr]:
    if isinstance(expr, (sp.Add, sp.Mul)):
        return set().union(*[_opaque(arg) for arg in expr.args])
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer:
        return _opaque(expr.base)
    return set() if expr.is_Rational else {split_power(expr)[0]}


def _rename(expr: sp.Expr, names: dict[sp.Expr, sp.Expr]) -> sp.Expr:
    if isinstance(expr, (sp.Add, sp.Mul)):
        return expr.func(*[_rename(arg, names) for arg in expr.args])
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer:
        return sp.Pow(_rename(expr.base, names), expr.exp)
    if expr.is_Rational:
        return expr
    atom, power = split_power(expr)
    return names[atom] ** power
