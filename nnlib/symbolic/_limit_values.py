"""Limits of expressions with sums of symbolic length."""

from __future__ import annotations

import sympy as sp

from ._algebra import cancel, expand, limit
from ._evaluate import Point, Undefined, Unsupported, distance
from ._facts import Facts
from ._normal import NormalForm


def carry_out_limits(expr: sp.Expr, facts: Facts) -> sp.Expr:
    """Replace every ``Limit`` in ``expr`` by its value.

    Raises ``NotImplementedError`` where the value cannot be found.
    """
    limits = [e for e in sp.preorder_traversal(expr) if isinstance(e, sp.Limit)]
    values: dict[sp.Expr, sp.Expr] = {}
    for inner in reversed(limits):  # one that stands inside another comes first
        values[inner] = _value(inner.xreplace(values), facts)
    return expr.xreplace(values)


def _value(limit: sp.Limit, facts: Facts) -> sp.Expr:
    inner, variable, target, direction = limit.args
    if target is sp.oo:
        value = _at_infinity(NormalForm(facts)(inner), variable, facts)
        near = [60, 240]
    else:
        value = _at_point(inner, variable, target, str(direction), facts)
        side = -1 if str(direction) == "-" else 1
        near = [target + side * sp.Rational(1, 10**n) for n in (4, 8)]
    if value.has(sp.Limit, sp.nan, sp.AccumBounds, variable):
        raise NotImplementedError(f"the value of {limit} is not known")
    _confirm(limit, value, near, facts)
    return value


def _at_point(
    inner: sp.Expr, variable: sp.Symbol, target: sp.Expr, direction: str, facts: Facts
) -> sp.Expr:
    """The limit at a finite place: the value there, if there is one (finite sums are continuous)."""
    value = inner.xreplace({variable: target})
    try:
        Point("limit").evaluate(value)
        return value
    except (Undefined, Unsupported):
        return limit(NormalForm(facts)(inner), variable, target, direction)


def _at_infinity(expr: sp.Expr, n: sp.Symbol, facts: Facts) -> sp.Expr:
    """The limit of a rational expression in n and powers r^n with |r| < 1.

    n^k r^n tends to 0, so those powers may be put to 0 where the denominator keeps a part
    without them; what is left is a rational function of n.
    """
    if any(part.has(n) for part in expr.atoms(sp.Function, sp.Sum, sp.Product)):
        raise NotImplementedError(f"the limit of {expr} for {n} to infinity is not known")
    powers = {p: p.base for p in expr.atoms(sp.Pow) if p.exp.has(n)}
    if powers:
        base = min(powers.values(), key=sp.default_sort_key)
        shrinks = facts.positive(base) and facts.positive(1 - base)
        if base.has(n) or not shrinks:
            raise NotImplementedError(f"the limit of {base}**{n} is not known")
        small = sp.Dummy("small", positive=True)  # stands for base**n
        replaced = {}
        for power in (p for p, b in powers.items() if b == base):
            slope = expand(power.exp).coeff(n)
            rest = expand(power.exp - slope * n)
            replaced[power] = small**slope * base**rest
        numerator, denominator = sp.fraction(cancel(expr.xreplace(replaced)))
        numerator, denominator = (part.subs(small, 0) for part in (numerator, denominator))
        if expand(denominator) == 0:
            raise NotImplementedError(f"the limit hangs on {base}**{n}")
        return _at_infinity(numerator / denominator, n, facts)
    real = sp.Dummy("n", positive=True)
    return limit(cancel(expr.xreplace({n: real})), real, sp.oo)


def _confirm(limit: sp.Limit, value: sp.Expr, near: list[sp.Expr], facts: Facts) -> None:
    """Compare with the expression itself, near the target: it must come closer."""
    inner, variable, *_ = limit.args
    for seed in range(2):
        try:
            gaps = [_gap(inner, value, variable, place, seed) for place in near]
        except (Undefined, Unsupported):
            continue
        if gaps[1] > 1e-9 and gaps[1] > 0.5 * gaps[0]:
            raise NotImplementedError(f"{limit} does not seem to come close to {value}")


def _gap(inner: sp.Expr, value: sp.Expr, variable: sp.Symbol, place: sp.Expr, seed: int) -> float:
    values = {
        s: sp.Rational(p, 7)
        for p, s in zip(
            (3, 5, 2, 4), sorted(inner.free_symbols - {variable}, key=str), strict=False
        )
        if isinstance(s, sp.Symbol) and not s.is_integer
    }
    values[variable] = sp.Rational(place)
    point = Point(f"limit {seed}")
    point.values = {s: point.evaluate(v) for s, v in values.items()}
    return distance(point.evaluate(inner), point.evaluate(value))
