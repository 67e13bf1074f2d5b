"""Replacing names without capture by bound indices, and floating-point numbers by exact ones."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from typing import Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

from ._budget import Answers, charge

LONGEST_WRITTEN = 64  # a sum of so many terms is written out


def freshen(expr: sp.Basic) -> sp.Basic:
    """Return ``expr`` with every bound index replaced by a fresh integer ``Dummy``.

    SymPy captures bound indices: ``Sum(x[i]*y[j], (i, 0, n)).subs(j, i)`` silently means something
    else. With bound indices that nothing outside can name, substitution is safe.
    """
    return _fresh(expr, Answers())


def _fresh(expr: sp.Basic, found: Answers) -> sp.Basic:
    """As :func:`freshen`: what stands in several places becomes the same in all of them."""
    charge(2)
    if not _binds(expr):
        return expr
    return found.get(expr, lambda: _freshly_bound(expr, found))


@lru_cache(maxsize=20_000)
def _binds(expr: sp.Basic) -> bool:
    """Whether an index is bound in ``expr``."""
    return isinstance(expr, ExprWithLimits) or any(map(_binds, expr.args))


def _freshly_bound(expr: sp.Basic, found: Answers) -> sp.Basic:
    if isinstance(expr, (sp.Sum, sp.Product)):
        body, limits = expr.function, list(expr.limits)
        for position, (index, low, high) in enumerate(limits):
            # SymPy lists the innermost limit first; the index of a later one may stand in the
            # bounds of those before it.
            dummy = sp.Dummy(index.name, integer=True)
            body = body.xreplace({index: dummy})
            inner = [
                (i, lo.xreplace({index: dummy}), hi.xreplace({index: dummy}))
                for i, lo, hi in limits[:position]
            ]
            limits = [*inner, (dummy, low, high), *limits[position + 1 :]]
        limits = [(i, _fresh(low, found), _fresh(high, found)) for i, low, high in limits]
        return expr.func(_fresh(body, found), *limits)
    return expr.func(*[_fresh(arg, found) for arg in expr.args])


def substitute(expr: sp.Basic, replacements: dict[Any, Any]) -> sp.Basic:
    """Replace symbols or Indexed in ``expr`` at once, without capture by bound indices."""
    return freshen(expr).xreplace({sp.sympify(k): sp.sympify(v) for k, v in replacements.items()})


def written_out(expr: sp.Basic) -> sp.Basic:
    """``expr`` with sums and products over a known, short range as their terms.

    SymPy's ``doit`` looks for a closed form first, which takes many times as long.
    """
    return _terms_of(freshen(expr))


def _terms_of(expr: sp.Basic) -> sp.Basic:
    if not expr.has(sp.Sum, sp.Product):
        return expr
    if not isinstance(expr, (sp.Sum, sp.Product)):
        return expr.func(*map(_terms_of, expr.args))
    *inner, (index, low, high) = expr.limits
    low, high = _terms_of(low), _terms_of(high)
    length = high - low + 1
    if not (length.is_Integer and 0 <= length <= LONGEST_WRITTEN):
        return expr
    body = expr.func(expr.function, *inner) if inner else expr.function
    terms = [_terms_of(body.xreplace({index: low + n})) for n in range(int(length))]
    return sp.Add(*terms) if isinstance(expr, sp.Sum) else sp.Mul(*terms)


def without_floats(expr: sp.Basic) -> sp.Basic:
    """Every Float as the decimal number that it prints as: 0.1 is 1/10, and nothing is rounded."""
    floats = {number: _exactly(number) for number in expr.atoms(sp.Float)}
    return expr.xreplace(floats) if floats else expr


def _exactly(number: sp.Float) -> sp.Rational:
    if not number.is_finite:
        raise ValueError(f"a number must be finite, got {number}")
    fits = number._prec <= 53 and (float(number) != 0 or number == 0) and isfinite(float(number))
    return sp.Rational(repr(float(number)) if fits else str(number))


def bound_by_place(expr: sp.Basic) -> sp.Basic:
    """``expr`` with its bound indices named by where they stand: equal for Σ_j x_j and Σ_k x_k."""
    return _number_bound(freshen(expr), 0)


def _number_bound(expr: sp.Basic, depth: int) -> sp.Basic:
    if not expr.has(ExprWithLimits, sp.Limit):
        return expr
    if isinstance(expr, ExprWithLimits):
        indices = [limit[0] for limit in expr.limits]
        places = {
            index: sp.Symbol(f"_{depth + n}", integer=True) for n, index in enumerate(indices)
        }
        inner = depth + len(indices)
        body = _number_bound(expr.function.xreplace(places), inner)
        limits = [
            (places[i], *(_number_bound(e.xreplace(places), inner) for e in ends))
            for i, *ends in expr.limits
        ]
        return expr.func(body, *limits)
    if isinstance(expr, sp.Limit):
        inner, variable, *target = expr.args
        place = sp.Symbol(f"_{depth}", **variable.assumptions0)
        inner = _number_bound(inner.xreplace({variable: place}), depth + 1)
        return expr.func(inner, place, *target)
    return expr.func(*[_number_bound(arg, depth) for arg in expr.args])
