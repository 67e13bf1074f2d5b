"""Expressions as an author wrote them: grouped, in this order, as this fraction.

SymPy sorts what is added and multiplied, and takes brackets away. What stands in these is printed
as it was written; to the engine it is the plain expression, see :func:`plain`.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ._algebra import expand


class Written(sp.Expr):
    """A way to write an expression; ``value`` is the expression itself."""

    is_commutative = True

    def __new__(cls, *parts: Any) -> Written:
        return super().__new__(cls, *map(sp.sympify, parts))

    @property
    def value(self) -> sp.Expr:
        raise NotImplementedError

    def doit(self, **hints: Any) -> sp.Expr:
        return plain(self).doit(**hints)

    def _eval_is_integer(self) -> bool | None:
        return self.value.is_integer

    def _eval_is_real(self) -> bool | None:
        return self.value.is_real

    def _eval_is_positive(self) -> bool | None:
        return self.value.is_positive

    def _eval_is_nonnegative(self) -> bool | None:
        return self.value.is_nonnegative

    def _eval_is_zero(self) -> bool | None:
        return self.value.is_zero


class Group(Written):
    """One part, in brackets."""

    @property
    def value(self) -> sp.Expr:
        return self.args[0]


class Terms(Written):
    """What is added, in this order."""

    @property
    def value(self) -> sp.Expr:
        return sp.Add(*self.args)


class Factors(Written):
    """What is multiplied, in this order."""

    @property
    def value(self) -> sp.Expr:
        return sp.Mul(*self.args)


class Quotient(Written):
    """One expression above another."""

    @property
    def value(self) -> sp.Expr:
        return self.args[0] / self.args[1]


def group(expr: Any) -> Group:
    """``expr`` in brackets that stay: ``group(p[j] - y[j]) + p[j]*group(total - 1)``."""
    return Group(expr)


def in_order(*terms: Any) -> Terms:
    """The sum of ``terms``, written in this order: ``in_order(z**2, -(1 + gamma - a)*z, gamma)``."""
    return Terms(*terms)


def product_of(*factors: Any) -> Factors:
    """The product of ``factors``, written in this order; a sum among them gets brackets."""
    return Factors(*factors)


def fraction(above: Any, below: Any) -> Quotient:
    """``above`` over ``below``, each as it is written, nothing cancelled in the print."""
    return Quotient(above, below)


def in_powers_of(variable: sp.Expr, expr: Any) -> sp.Expr:
    """A polynomial written by descending powers of ``variable``: z² − (1 + γ − a) z + γ."""
    polynomial = sp.Poly(plain(sp.sympify(expr)), variable)
    terms = []
    for (power,), coefficient in polynomial.terms():
        negative = _leading(coefficient) < 0
        shown = -coefficient if negative else coefficient
        factors = [] if shown == 1 and power else [shown]
        factors += [variable**power] if power else []
        term = factors[0] if len(factors) == 1 else Factors(*factors)
        if negative:
            term = sp.Mul(-1, Group(term) if isinstance(term, sp.Add) else term, evaluate=False)
        terms.append(term)
    return Terms(*terms)


def _leading(coefficient: sp.Expr) -> sp.Rational:
    """The number that decides the sign before a bracket: its number, else its first term's."""
    number, rest = expand(coefficient).as_coeff_Add()
    if number:
        return number
    signs = [term.as_coeff_Mul()[0] for term in sp.Add.make_args(rest)]
    return -1 if all(sign < 0 for sign in signs) else 1


def plain(expr: sp.Basic) -> sp.Basic:
    """The expression itself, without what says how to write it."""
    if not isinstance(expr, sp.Basic) or not expr.has(Written):
        return expr
    inner = [plain(arg) for arg in expr.args]
    return expr.func(*inner).value if isinstance(expr, Written) else expr.func(*inner)
