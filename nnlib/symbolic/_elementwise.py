"""What NumPy's operations mean on symbols, one element at a time."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import sympy as sp

from ._exact import indicator
from ._maximum import Maximum, minimum


def condition_of(value: sp.Expr) -> sp.Basic:
    """The condition that `value` is not zero; that of an indicator is the one it was made from."""
    if isinstance(value, sp.Piecewise) and len(value.args) == 2:
        (one, condition), (zero, otherwise) = value.args
        if (one, zero, otherwise) == (sp.S.One, sp.S.Zero, sp.true):
            return condition
    return sp.Ne(value, 0)


def select(condition: sp.Expr, yes: sp.Expr, no: sp.Expr) -> sp.Expr:
    test = condition_of(condition)
    if yes == no or test == sp.true:
        return yes
    return no if test == sp.false else sp.Piecewise((yes, test), (no, True))


def _divide(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    if b.is_zero:
        raise ZeroDivisionError(f"division of {a} by zero")
    return a / b


def _power(a: sp.Expr, b: sp.Expr) -> sp.Expr:
    if a.is_zero and b.is_negative:
        raise ZeroDivisionError(f"zero to the negative power {b}")
    return a**b


def _log(a: sp.Expr) -> sp.Expr:
    if a.is_zero:
        return -sp.oo  # as NumPy has it; SymPy's log(0) has no sign
    return sp.log(a)


def _compare(relation: Callable[[sp.Expr, sp.Expr], Any]) -> Callable[..., sp.Expr]:
    return lambda a, b: indicator(relation(a, b))


def _mask_only(a: sp.Expr) -> sp.Expr:
    if a in (sp.S.Zero, sp.S.One):
        return a
    if isinstance(a, sp.Piecewise) and {v for v, _ in a.args} <= {sp.S.Zero, sp.S.One}:
        return a
    raise TypeError(f"bitwise operations are for comparisons (0 or 1), got {a}")


def _and(*args: sp.Expr) -> sp.Expr:
    return indicator(sp.And(*map(condition_of, args)))


def _or(*args: sp.Expr) -> sp.Expr:
    return indicator(sp.Or(*map(condition_of, args)))


def _not(a: sp.Expr) -> sp.Expr:
    return indicator(sp.Not(condition_of(a)))


RULES: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": _divide,
    "true_divide": _divide,
    "floor_divide": lambda a, b: sp.floor(_divide(a, b)),
    "remainder": lambda a, b: sp.Mod(a, b),
    "power": _power,
    "float_power": _power,
    "negative": operator.neg,
    "positive": lambda a: a,
    "reciprocal": lambda a: _divide(sp.S.One, a),
    "square": lambda a: a**2,
    "sqrt": sp.sqrt,
    "absolute": sp.Abs,
    "fabs": sp.Abs,
    "sign": sp.sign,
    "conjugate": sp.conjugate,
    "exp": sp.exp,
    "exp2": lambda a: sp.Integer(2) ** a,
    "expm1": lambda a: sp.exp(a) - 1,
    "log": _log,
    "log1p": lambda a: _log(1 + a),
    "log2": lambda a: _log(a) / sp.log(2),
    "log10": lambda a: _log(a) / sp.log(10),
    "logaddexp": lambda a, b: sp.log(sp.exp(a) + sp.exp(b)),
    "hypot": lambda a, b: sp.sqrt(a**2 + b**2),
    "floor": sp.floor,
    "ceil": sp.ceiling,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "arcsin": sp.asin,
    "arccos": sp.acos,
    "arctan": sp.atan,
    "arctan2": sp.atan2,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "arcsinh": sp.asinh,
    "arccosh": sp.acosh,
    "arctanh": sp.atanh,
    "maximum": Maximum,
    "fmax": Maximum,
    "minimum": minimum,
    "fmin": minimum,
    "clip": lambda a, low, high: minimum(Maximum(a, low), high),
    "heaviside": lambda a, at0: sp.Piecewise((0, a < 0), (at0, sp.Eq(a, 0)), (1, True)),
    "greater": _compare(operator.gt),
    "greater_equal": _compare(operator.ge),
    "less": _compare(operator.lt),
    "less_equal": _compare(operator.le),
    "equal": _compare(sp.Eq),
    "not_equal": _compare(sp.Ne),
    "logical_and": _and,
    "logical_or": _or,
    "logical_not": _not,
    "logical_xor": lambda a, b: indicator(sp.Xor(condition_of(a), condition_of(b))),
    "bitwise_and": lambda a, b: _and(_mask_only(a), _mask_only(b)),
    "bitwise_or": lambda a, b: _or(_mask_only(a), _mask_only(b)),
    "invert": lambda a: _not(_mask_only(a)),
    "isnan": lambda a: indicator(a is sp.nan),
    "isinf": lambda a: indicator(a in (sp.oo, -sp.oo, sp.zoo)),
    "isfinite": lambda a: indicator(a not in (sp.nan, sp.oo, -sp.oo, sp.zoo)),
}


TESTS = frozenset(
    """
    greater greater_equal less less_equal equal not_equal isnan isinf isfinite
    logical_and logical_or logical_not logical_xor bitwise_and bitwise_or invert
    """.split()
)


# Reductions that SymPy does at once, with the value of the empty one (None: there is none).
REDUCTIONS: dict[str, tuple[Callable[..., sp.Expr], sp.Expr | None]] = {
    "add": (sp.Add, sp.S.Zero),
    "multiply": (sp.Mul, sp.S.One),
    "maximum": (Maximum, None),
    "minimum": (minimum, None),
    "logical_and": (_and, sp.S.One),
    "logical_or": (_or, sp.S.Zero),
}
