"""Derivatives of sums of symbolic length, without capture of bound indices."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ._algebra import diff
from ._budget import charge
from ._substitution import freshen
from ._written import plain


class Partial(sp.Expr):
    """The partial derivative of an expression, not yet carried out.

    ``Partial(L, z[j])`` prints as ∂L/∂z_j; ``.doit()`` carries it out.
    """

    is_commutative = True

    def __new__(cls, expr: Any, variable: Any) -> Partial:
        variable = sp.sympify(variable)
        if not isinstance(variable, (sp.Symbol, sp.Indexed)):
            raise TypeError(f"variable must be a Symbol or an Indexed, got {variable!r}")
        return super().__new__(cls, sp.sympify(expr), variable)

    def doit(self, **hints: Any) -> sp.Expr:
        return derivative(*self.args)


def derivative(expr: Any, variable: sp.Symbol | sp.Indexed) -> sp.Expr:
    """Differentiate ``expr`` by a Symbol or by one entry of an indexed family.

    By ``x[j]``, each ``x[k]`` gives the Kronecker delta of k and j, also inside sums whose length
    is a symbol. SymPy's own ``diff`` captures the index when it is named like a bound one, so
    bound indices are renamed first.

    Raises ``NotImplementedError`` for a function whose derivative is not known, and for products
    of symbolic length.
    """
    if not isinstance(variable, (sp.Symbol, sp.Indexed)):
        raise TypeError(f"variable must be a Symbol or an Indexed, got {variable!r}")
    return _derive(freshen(plain(sp.sympify(expr))), variable)


def _derive(expr: sp.Expr, variable: sp.Symbol | sp.Indexed) -> sp.Expr:
    charge(3)
    if not _depends(expr, variable):
        return sp.S.Zero
    if isinstance(expr, sp.Symbol):
        return sp.S.One
    if isinstance(expr, sp.Indexed):
        if isinstance(variable, sp.Symbol):
            raise NotImplementedError(f"{expr} has no derivative by its index {variable}")
        pairs = zip(expr.indices, variable.indices, strict=True)
        return sp.Mul(*[sp.KroneckerDelta(i, j) for i, j in pairs])
    if isinstance(expr, sp.Add):
        return sp.Add(*[_derive(term, variable) for term in expr.args])
    if isinstance(expr, sp.Mul):
        factors = expr.args
        return sp.Add(
            *[
                sp.Mul(*factors[:n], _derive(factor, variable), *factors[n + 1 :])
                for n, factor in enumerate(factors)
            ]
        )
    if isinstance(expr, sp.Sum):
        if any(_depends(bound, variable) for limit in expr.limits for bound in limit[1:]):
            raise NotImplementedError(f"the bounds of {expr} depend on {variable}")
        return sp.Sum(_derive(expr.function, variable), *expr.limits)
    if isinstance(expr, sp.Piecewise):
        return sp.Piecewise(*[(_derive(e, variable), condition) for e, condition in expr.args])
    return _chain_rule(expr, variable)


def _chain_rule(expr: sp.Expr, variable: sp.Symbol | sp.Indexed) -> sp.Expr:
    if not isinstance(expr, (sp.Pow, sp.Function)) or isinstance(expr, sp.KroneckerDelta):
        raise NotImplementedError(f"no derivative is known for {expr.func.__name__}: {expr}")
    slots = [sp.Dummy(f"slot{n}", real=arg.is_real) for n, arg in enumerate(expr.args)]
    outer = expr.func(*slots)
    terms = []
    for slot, arg in zip(slots, expr.args, strict=True):
        inner = _derive(arg, variable)
        if inner != 0:
            slope = diff(outer, slot)
            if slope.has(sp.DiracDelta, sp.Subs) or _is_unknown_derivative(slope, expr):
                raise NotImplementedError(f"no derivative is known for {expr}")
            slope = slope.xreplace(dict(zip(slots, expr.args, strict=True)))
            terms.append(slope * inner)
    return sp.Add(*terms)


def _is_unknown_derivative(slope: sp.Expr, expr: sp.Expr) -> bool:
    """Whether SymPy only writes a derivative down; that of f(x) by x may stay, f being unknown."""
    if not slope.has(sp.Derivative):
        return False
    plain = all(isinstance(arg, sp.Symbol) for arg in expr.args)
    return not (isinstance(expr, sp.core.function.AppliedUndef) and plain)


def _depends(expr: sp.Expr, variable: sp.Symbol | sp.Indexed) -> bool:
    if isinstance(variable, sp.Symbol):
        return variable in expr.free_symbols
    return any(entry.base == variable.base for entry in expr.atoms(sp.Indexed))
