"""The indicator of a condition: 1 where it holds, else 0."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ._algebra import expand
from ._facts import Facts


class Indicator(sp.Expr):
    """1 where a condition holds, else 0.

    ``Sum(Indicator(s*i <= A), (i, 0, A))`` counts the multiples of s up to A;
    ``x[j] * Indicator((j >= 0) & (j <= W - 1))`` is an image with zeros around it.
    """

    is_integer = True
    is_nonnegative = True
    is_commutative = True

    def __new__(cls, condition: Any) -> sp.Expr:
        condition = sp.sympify(condition)
        if condition in (sp.true, sp.false):
            return sp.Integer(bool(condition))
        if not isinstance(condition, Boolean) or isinstance(condition, sp.Symbol):
            raise TypeError(f"condition must be a relation or several, got {condition!r}")
        return super().__new__(cls, condition)

    def _latex(self, printer: Any) -> str:
        return rf"\mathbf{{1}}\left[{printer._print(self.args[0])}\right]"

    def _sympystr(self, printer: Any) -> str:
        return f"1[{printer._print(self.args[0])}]"

    def _eval_power(self, exponent: sp.Expr) -> sp.Expr | None:
        return self if exponent.is_positive else None


def from_piecewise(expr: sp.Piecewise) -> sp.Expr:
    """The same with indicators: each value times the condition that it is the one to take."""
    total, none_before = sp.S.Zero, sp.S.One
    for value, condition in expr.args:
        total += value * Indicator(condition) * none_before
        none_before *= 1 - Indicator(condition)
    return total


def by_simple_conditions(condition: sp.Basic, facts: Facts) -> sp.Expr:
    """An indicator by those of u ≥ 0 for whole u, and 0 or 1 where that is known."""
    if condition in (sp.true, sp.false):
        return sp.Integer(bool(condition))
    if isinstance(condition, sp.And):
        return sp.Mul(*[by_simple_conditions(part, facts) for part in condition.args])
    if isinstance(condition, sp.Or):
        return 1 - sp.Mul(*[1 - by_simple_conditions(part, facts) for part in condition.args])
    if isinstance(condition, sp.Not):
        return 1 - by_simple_conditions(condition.args[0], facts)
    if not isinstance(condition, Relational):
        raise NotImplementedError(f"no rule is known for the condition {condition}")
    difference = expand(condition.lhs - condition.rhs)
    if not difference.is_integer:
        return Indicator(condition)
    if isinstance(condition, sp.Eq):
        return sp.KroneckerDelta(condition.lhs, condition.rhs)
    if isinstance(condition, sp.Ne):
        return 1 - sp.KroneckerDelta(condition.lhs, condition.rhs)
    least = difference if isinstance(condition, (sp.Gt, sp.Ge)) else -difference
    return _of_nonnegative(least - int(isinstance(condition, (sp.Gt, sp.Lt))), facts)


def _of_nonnegative(least: sp.Expr, facts: Facts) -> sp.Expr:
    """The indicator of u ≥ 0 for a whole u, its common factor taken out: 2u + 1 ≥ 0 is u ≥ 0."""
    number, rest = expand(least).as_coeff_Add()
    content, rest = rest.primitive() if rest != 0 else (sp.S.One, rest)
    if content.is_Integer and rest.is_integer:
        least = rest + sp.floor(number / content)
    if facts.nonnegative(least):
        return sp.S.One
    if facts.nonnegative(-least - 1):
        return sp.S.Zero
    if not least.atoms(sp.Dummy) and rest.could_extract_minus_sign():
        return 1 - Indicator(sp.Ge(-least - 1, 0, evaluate=False))
    return Indicator(sp.Ge(least, 0, evaluate=False))


def condition_of(indicator: sp.Expr) -> sp.Expr | None:
    """u, where this is the indicator of u ≥ 0."""
    if isinstance(indicator, Indicator) and isinstance(indicator.args[0], sp.Ge):
        return indicator.args[0].lhs - indicator.args[0].rhs
    return None
