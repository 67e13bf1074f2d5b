"""The SymPy expression that a number stands for, exactly."""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

# Significant decimal digits, and bits of the numerator, up to which a float of that type is read
# as a number somebody wrote; a rounded result uses nearly all the digits the type has.
_SHORT = {"float16": (3, 6), "float32": (6, 12), "float64": (12, 24)}
_SHORT_LONGDOUBLE = (14, 32)
_ROUNDING = Fraction(1, 2**52)


def exact(value: Any) -> sp.Expr:
    """The SymPy expression that is exactly `value`.

    Takes a SymPy expression (floats inside it are made exact), a condition (1 where it holds,
    else 0), bool, int, Fraction, Decimal, float, complex, their NumPy scalars, and a 0-d array of
    these. Raises ``TypeError`` for anything else, and for a float that is a rounded result.
    """
    if isinstance(value, sp.Basic):
        return _exact_basic(value)
    if isinstance(value, Integral) or _is_numpy(value, "bool_"):
        return sp.Integer(int(value))
    if isinstance(value, float) or _is_numpy(value, "floating"):
        return _exact_float(value)
    if isinstance(value, complex) or _is_numpy(value, "complexfloating"):
        return _exact_float(value.real) + sp.I * _exact_float(value.imag)
    if isinstance(value, Fraction | Decimal):
        return sp.Rational(Fraction(value))
    if _is_numpy(value, "ndarray") and value.ndim == 0:
        return exact(value.item())
    if value is None:
        raise TypeError("an element was read that nothing was written to (np.empty_like)")
    raise TypeError(f"expected a number or a SymPy expression, got {type(value).__name__}")


def _is_numpy(value: Any, kind: str) -> bool:
    """Whether it is of this type of NumPy; without NumPy loaded there is no such value."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, getattr(numpy, kind))


def _exact_basic(value: sp.Basic) -> sp.Expr:
    if isinstance(value, Boolean) and not isinstance(value, sp.Expr):
        return indicator(value)
    if not isinstance(value, sp.Expr):
        raise TypeError(f"expected a SymPy expression, got {type(value).__name__}")
    if value.has(sp.Float):
        return value.xreplace({f: _exact_float(float(f)) for f in value.atoms(sp.Float)})
    return value


def _exact_float(value: Any) -> sp.Expr:
    if not math.isfinite(value):
        return sp.nan if math.isnan(value) else sp.oo if value > 0 else -sp.oo
    if _is_numpy(value, "longdouble") and float(value) == value:
        value = float(value)
    kind = "float64" if isinstance(value, float) else type(value).__name__
    digits, bits = _SHORT.get(kind, _SHORT_LONGDOUBLE)
    numerator, denominator = value.as_integer_ratio()
    if denominator == 1 or abs(numerator).bit_length() <= bits:
        return sp.Rational(numerator, denominator)
    shortest = Decimal(_shortest(value)).normalize()
    if len(shortest.as_tuple().digits) <= digits:
        return sp.Rational(Fraction(shortest))
    quotient = Fraction(numerator, denominator).limit_denominator(1000)
    error = abs(Fraction(numerator, denominator) - quotient)
    if isinstance(value, float) and quotient and error <= _ROUNDING:
        return sp.Rational(quotient)
    raise TypeError(
        f"the float {value!r} is a rounded result, and symbols are exact: "
        "pass sympy.Rational(p, q), or a symbol made by sym"
    )


def _shortest(value: Any) -> str:
    """The shortest decimal number that only this float is nearest to."""
    if isinstance(value, float):
        return repr(float(value))
    return str(sys.modules["numpy"].format_float_scientific(value, unique=True))


def indicator(condition: Any) -> sp.Expr:
    """1 where the condition holds and 0 where it does not."""
    condition = sp.sympify(condition)
    if condition in (sp.true, sp.false):
        return sp.Integer(int(bool(condition)))
    return sp.Piecewise((1, condition), (0, True))
