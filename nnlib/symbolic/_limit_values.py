"""Limits of expressions with sums of symbolic length.

A limit with parameters is found only where what is known of each parameter decides it: whether
|r| < 1 in r^n, whether the leading coefficient of a denominator may vanish, whether a root or a
logarithm is continuous there. What is needed beyond what is known is noted as a condition, or the
limit is left undecided.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from ._algebra import cancel, expand, limit
from ._budget import charge
from ._derivative import derivative
from ._facts import Facts
from ._normal import NormalForm
from ._taylor import by_taylor

# These are continuous wherever they have a value (roots, logarithms and quotients: see below).
_CONTINUOUS = (
    "Abs", "Max", "Min", "Maximum", "exp", "sin", "cos", "tanh", "sinh", "cosh", "atan", "erf",
)  # fmt: skip


def carry_out_limits(
    expr: sp.Expr, given: Iterable[Relational]
) -> tuple[sp.Expr, tuple[Relational, ...]]:
    """Replace every ``Limit`` in ``expr`` by its value; also what that took for granted.

    Raises ``NotImplementedError`` where the value cannot be found.
    """
    given = tuple(given)
    limits = [e for e in sp.preorder_traversal(expr) if isinstance(e, sp.Limit)]
    values: dict[sp.Expr, sp.Expr] = {}
    conditions: dict[Relational, None] = {}
    for inner in reversed(limits):  # one that stands inside another comes first
        facts = Facts(r for r in given if not r.has(inner.args[1]))
        try:
            values[inner] = _value(inner.xreplace(values), facts)
        except TypeError as error:  # SymPy compares what has no order, far out
            raise NotImplementedError(f"the value of {inner} is not known: {error}") from error
        variable, target = inner.args[1:3]
        for condition in facts.conditions:
            if condition.has(variable):
                _check_holds_far_out(condition, variable, target)
            else:
                conditions[condition] = None
    return expr.xreplace(values), tuple(conditions)


def _check_holds_far_out(condition: Relational, variable: sp.Symbol, target: sp.Expr) -> None:
    """A condition such as T ≥ 2 says nothing where T grows without end; others are not used."""
    grows = isinstance(condition, sp.Ge) and condition.lhs == variable
    if not (target is sp.oo and grows and condition.rhs.is_number):
        raise NotImplementedError(f"the limit would need {condition}")


def _value(limit_: sp.Limit, facts: Facts) -> sp.Expr:
    inner, variable, target, direction = limit_.args
    if target is sp.oo:
        value = _at_infinity(NormalForm(facts)(inner), variable, facts)
    elif target.is_finite is not False and not target.has(variable):
        value = _at_point(inner, variable, target, str(direction), facts)
    else:
        raise NotImplementedError(f"the limit for {variable} to {target} is not known")
    if value.has(sp.Limit, sp.nan, sp.zoo, sp.oo, -sp.oo, sp.AccumBounds, variable):
        raise NotImplementedError(f"the value of {limit_} is not known")
    return value


# --- at a finite place ----------------------------------------------------------------------------


def _at_point(
    inner: sp.Expr, variable: sp.Symbol, target: sp.Expr, direction: str, facts: Facts
) -> sp.Expr:
    """The value there, of what is continuous there; else that of a quotient which is cancelled."""
    if target == 0 and any(f.has(variable) for f in inner.atoms(AppliedUndef)):
        inner = expand(by_taylor(inner, variable))
    try:
        return _continuous_value(inner, variable, target, facts)
    except ZeroDivisionError:
        pass
    cancelled = cancel(NormalForm(facts)(inner))
    try:
        return _continuous_value(cancelled, variable, target, facts)
    except ZeroDivisionError:
        pass
    try:
        return _by_slopes(cancelled, variable, target, facts)
    except (NotImplementedError, ZeroDivisionError):
        pass
    parameters = (inner.free_symbols | target.free_symbols) - {variable}
    if any(not parameter.is_positive for parameter in parameters):
        raise NotImplementedError(f"the limit of {inner} for {variable} to {target} is not known")
    return limit(cancelled, variable, target, direction if direction in "+-" else "+-")


def _by_slopes(quotient: sp.Expr, variable: sp.Symbol, target: sp.Expr, facts: Facts) -> sp.Expr:
    """f/g tends to f′/g′ where f and g vanish, both have a slope, and that of g does not vanish."""
    parts = sp.fraction(quotient)
    if any(expand(_continuous_value(part, variable, target, facts)) != 0 for part in parts):
        raise NotImplementedError(f"{quotient} is no 0/0 at {variable} = {target}")
    slopes = [
        _continuous_value(derivative(part, variable), variable, target, facts) for part in parts
    ]
    if not facts.require_nonzero(slopes[1]):
        raise NotImplementedError(f"the slope of {parts[1]} may vanish at the limit")
    return slopes[0] / slopes[1]


def _continuous_value(expr: sp.Expr, variable: sp.Symbol, target: sp.Expr, facts: Facts) -> sp.Expr:
    """``expr`` at the target, if every part of it is continuous there.

    Raises ``ZeroDivisionError`` where a denominator vanishes there, ``NotImplementedError`` where a
    part may jump.
    """
    there = {variable: target}
    for part in sp.preorder_traversal(expr):
        charge()
        if not part.has(variable) or isinstance(part, (sp.Symbol, sp.Add, sp.Mul, sp.Tuple)):
            continue
        if isinstance(part, sp.Pow):
            _check_power(part, variable, there, facts)
        elif isinstance(part, sp.log):
            _check_positive(part.args[0].xreplace(there), facts)
        elif isinstance(part, (sp.Sum, sp.Product)):
            if any(bound.has(variable) for limits in part.limits for bound in limits[1:]):
                raise NotImplementedError(f"the range of {part} changes with {variable}")
        elif part.func.__name__ not in _CONTINUOUS:
            raise NotImplementedError(f"{part} may jump at {variable} = {target}")
    return expr.xreplace(there)


def _check_power(
    power: sp.Pow, variable: sp.Symbol, there: dict[sp.Symbol, sp.Expr], facts: Facts
) -> None:
    base, exponent = power.base.xreplace(there), power.exp.xreplace(there)
    if power.exp.has(variable):
        _check_positive(base, facts)
    elif exponent.is_Integer and exponent > 0:
        return
    elif exponent.is_Integer:
        if base == 0 or expand(base) == 0:
            raise ZeroDivisionError
        if not facts.require_nonzero(base):
            raise NotImplementedError(f"{base} may vanish at the limit")
    else:
        _check_positive(base, facts)


def _check_positive(expr: sp.Expr, facts: Facts) -> None:
    if expand(expr) == 0:
        raise ZeroDivisionError
    if not facts.positive(expr):
        raise NotImplementedError(f"{expr} is not known to be positive at the limit")


# --- at infinity ----------------------------------------------------------------------------------


def _at_infinity(expr: sp.Expr, n: sp.Symbol, facts: Facts) -> sp.Expr:
    """The limit of a rational expression in n and in powers r^n with 0 < r < 1.

    n^k r^n tends to 0. So those powers may be put to 0 where the denominator keeps a part without
    them; what is left is a quotient of polynomials in n, and the leading coefficients decide.
    """
    unknown = NotImplementedError(f"the limit of {expr} for {n} to infinity is not known")
    if expr.free_symbols <= {n} and not expr.has(sp.Sum, sp.Product, sp.Indexed):
        real = sp.Dummy("n", positive=True)
        return limit(expr.xreplace({n: real}), real, sp.oo)
    if any(part.has(n) for part in expr.atoms(sp.Function, sp.Sum, sp.Product, sp.Indexed)):
        raise unknown
    roots = [p for p in expr.atoms(sp.Pow) if p.base.has(n) and not p.exp.is_integer]
    if roots:
        return _of_parts(expr, sorted(roots, key=sp.default_sort_key), n, facts)
    small: dict[sp.Expr, sp.Symbol] = {}
    replaced = {p: _small_power(p, n, small, facts) for p in expr.atoms(sp.Pow) if p.exp.has(n)}
    numerator, denominator = sp.fraction(cancel(expr.xreplace(replaced)))
    zeros = dict.fromkeys(small.values(), sp.S.Zero)
    try:
        above, below = (
            sp.Poly(sp.Poly(part, n, *zeros).as_expr().xreplace(zeros), n)
            for part in (numerator, denominator)
        )
    except sp.PolynomialError:
        raise unknown from None
    if below.is_zero or not facts.require_nonzero(below.LC()):
        raise unknown
    if above.is_zero or above.degree() < below.degree():
        return sp.S.Zero
    if above.degree() > below.degree():
        raise unknown
    return above.LC() / below.LC()


def _of_parts(expr: sp.Expr, roots: list[sp.Pow], n: sp.Symbol, facts: Facts) -> sp.Expr:
    """The limit of a quotient that holds n in roots, and in r^n, only: that of each part put in.

    A root that grows without end is written as one over what tends to 0.
    """
    unknown = NotImplementedError(f"the limit of {expr} for {n} to infinity is not known")
    if not all(root.exp.is_Rational for root in roots):
        raise unknown
    if all(root.base == n for root in roots) and not any(
        power.exp.has(n) for power in expr.atoms(sp.Pow)
    ):
        root = sp.Dummy(n.name, positive=True)  # n = root^q, for the q of all of them
        return _at_infinity(
            sp.powdenest(expr.xreplace({n: root ** math.lcm(*[int(r.exp.q) for r in roots])})),
            root,
            facts,
        )
    small: dict[sp.Expr, sp.Symbol] = {}
    at: dict[sp.Symbol, sp.Expr] = {}
    letters: dict[sp.Expr, sp.Expr] = {}
    for place, root in enumerate(roots):
        letter = sp.Dummy(f"root{place}")
        order, value = _leading(root.base, n, facts)
        if not facts.positive(value):
            raise unknown
        letters[root] = 1 / letter if order * root.exp > 0 else letter  # never grows
        at[letter] = value**root.exp if order == 0 else sp.S.Zero
    plain = expr.xreplace(letters)
    powers = [p for p in plain.atoms(sp.Pow) if p.exp.has(n)]
    plain = plain.xreplace({p: _small_power(p, n, small, facts) for p in powers})
    numerator, denominator = sp.fraction(cancel(plain))
    if numerator.has(n) or denominator.has(n):
        raise unknown
    at |= dict.fromkeys(small.values(), sp.S.Zero)
    above, below = (part.xreplace(at) for part in (numerator, denominator))
    if not facts.require_nonzero(below):
        raise unknown
    return above / below


def _leading(base: sp.Expr, n: sp.Symbol, facts: Facts) -> tuple[int, sp.Expr]:
    """The order d of n for which ``base``/n^d has a limit other than 0, and that limit."""
    for order in (0, 1, 2, -1, -2):
        try:
            value = _at_infinity(NormalForm(facts)(base / n**order), n, facts)
        except NotImplementedError:
            continue  # it grows faster than that
        if value.is_finite is not False and value.is_zero is not True:
            return order, value
    raise NotImplementedError(f"how {base} grows with {n} is not known")


def _small_power(
    power: sp.Pow, n: sp.Symbol, small: dict[sp.Expr, sp.Symbol], facts: Facts
) -> sp.Expr:
    """r^(s n + m), written with one letter for r^n, or for r^(−n) where r > 1: it tends to 0."""
    base, exponent = power.base, expand(power.exp)
    slope = exponent.coeff(n)
    rest = expand(exponent - slope * n)
    if base.has(n) or rest.has(n) or not slope.is_Integer:
        raise NotImplementedError(f"the limit of {power} is not known")
    if facts.positive(base - 1):
        base, slope, rest = 1 / base, -slope, -rest
    elif not (facts.positive(base) and facts.positive(1 - base)):
        raise NotImplementedError(f"the limit of {power} is not known")
    letter = small.setdefault(base, sp.Dummy(f"small{len(small)}", positive=True))
    return letter**slope * base**rest
