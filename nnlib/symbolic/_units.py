"""Units of symbols: what may be added to what, and which units a formula has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._derivative import Partial
from ._print import to_text
from ._random import Expectation, Variance

PURE = sp.S.One  # the unit of a pure number


class UnitError(ValueError):
    """The units of a formula do not fit together; the message says where."""


def units(expr: Any, of: Mapping[Any, Any]) -> sp.Expr:
    """The unit of ``expr``, from those of the names in it.

    ``units(eta*g, {eta: W**2/J, g: J/W})`` is W. An equation or an inequality is checked: both its
    sides must have the same unit, which is the result.

    Args:
        expr: an expression, or a relation between two.
        of: for each symbol or family (an ``IndexedBase``) its unit: a product of powers of
            symbols that stand for basic units, or 1 for a pure number. Whole numbers, indices and
            sizes are pure numbers.

    Raises:
        UnitError: where unlike things are added, compared or put into an exponent or a function
            that needs a pure number, and where the unit of a name is not said.
    """
    known = {sp.sympify(name): sp.sympify(unit) for name, unit in of.items()}
    known = {name: sp.powdenest(unit, force=True) for name, unit in known.items()}
    expr = sp.sympify(expr)
    if isinstance(expr, Relational):
        return _common(list(expr.args[:2]), known, f"the two sides of {to_text(expr)}")
    found = _unit(expr, known)
    return PURE if found is None else found


def _unit(expr: sp.Basic, known: dict[sp.Basic, sp.Expr]) -> sp.Expr | None:
    """The unit, or None for 0, which may have any."""
    if expr == 0:
        return None
    if expr.is_number or expr is sp.oo:
        return PURE
    if isinstance(expr, (sp.Symbol, sp.Indexed)):
        return _of_name(expr, known)
    if isinstance(expr, sp.Add):
        return _common(expr.args, known, f"the terms of {to_text(expr)}")
    if isinstance(expr, sp.Mul):
        parts = [_unit(arg, known) for arg in expr.args]
        return None if None in parts else _product(parts)
    if isinstance(expr, sp.Pow):
        return _of_power(expr, known)
    if isinstance(expr, sp.Sum):
        return _unit(expr.function, known)
    if isinstance(expr, sp.Product):
        return _of_product(expr, known)
    if isinstance(expr, Partial):
        above, below = (_unit(arg, known) for arg in expr.args)
        return None if above is None else _product([above, below**-1])
    if isinstance(expr, Expectation):
        return _unit(expr.args[0], known)
    if isinstance(expr, Variance):
        inner = _unit(expr.args[0], known)
        return None if inner is None else _product([inner, inner])
    if isinstance(expr, (sp.Abs, sp.Max, sp.Min)) or expr.func.__name__ == "Maximum":
        return _common(expr.args, known, f"what is compared in {to_text(expr)}")
    if isinstance(expr, sp.sign):
        _unit(expr.args[0], known)  # its argument must make sense
        return PURE
    if isinstance(expr, sp.Piecewise):
        return _of_cases(expr, known)
    if isinstance(expr, sp.Limit):
        return _unit(expr.args[0], known)
    for arg in expr.args:
        _must_be_pure(arg, known, f"the argument of {expr.func.__name__} in {to_text(expr)}")
    return PURE


def _of_name(expr: sp.Expr, known: dict[sp.Basic, sp.Expr]) -> sp.Expr:
    names = [expr, expr.base, expr.base.label] if isinstance(expr, sp.Indexed) else [expr]
    for name in names:
        if name in known:
            return known[name]
    if expr.is_integer:
        return PURE
    raise UnitError(f"the unit of {to_text(names[-1])} is not said")


def _of_power(expr: sp.Pow, known: dict[sp.Basic, sp.Expr]) -> sp.Expr:
    base, exponent = expr.args
    _must_be_pure(exponent, known, f"the exponent in {to_text(expr)}")
    unit = _unit(base, known)
    if unit in (None, PURE):
        return PURE if unit is not None else None
    if not exponent.is_number:
        raise UnitError(
            f"{to_text(expr)} has no unit of its own: {to_text(base)} is in {to_text(unit)}, and "
            f"the exponent is not a number"
        )
    return _product([unit**exponent])


def _of_product(expr: sp.Product, known: dict[sp.Basic, sp.Expr]) -> sp.Expr:
    _must_be_pure(expr.function, known, f"the factors of {to_text(expr)}, whose number is open")
    return PURE


def _of_cases(expr: sp.Piecewise, known: dict[sp.Basic, sp.Expr]) -> sp.Expr | None:
    for relation in sorted(expr.atoms(Relational), key=sp.default_sort_key):
        _common(relation.args[:2], known, f"the two sides of {to_text(relation)}")
    return _common([value for value, _ in expr.args], known, f"the cases of {to_text(expr)}")


def _common(exprs: Any, known: dict[sp.Basic, sp.Expr], what: str) -> sp.Expr | None:
    """The one unit that all have."""
    found: dict[sp.Expr, sp.Expr] = {}
    for expr in exprs:
        unit = _unit(expr, known)
        if unit is not None:
            found.setdefault(unit, expr)
    if len(found) > 1:
        listed = " and ".join(f"{to_text(e)} is in {_name(unit)}" for unit, e in found.items())
        raise UnitError(f"{what} have different units: {listed}")
    return next(iter(found), None)


def _must_be_pure(expr: sp.Expr, known: dict[sp.Basic, sp.Expr], what: str) -> None:
    unit = _unit(expr, known)
    if unit not in (None, PURE):
        raise UnitError(f"{what} must be a pure number, and {to_text(expr)} is in {_name(unit)}")


def _name(unit: sp.Expr) -> str:
    return "pure numbers" if unit == PURE else to_text(unit)


def _product(parts: list[sp.Expr]) -> sp.Expr:
    return sp.powdenest(sp.Mul(*parts), force=True)
