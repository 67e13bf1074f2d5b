"""A point that satisfies several equations at once, found by Newton's method."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import mpmath
import sympy as sp

from ._budget import charge
from ._evaluate import DIGITS, Point, Undefined, inexact, minus

Instance = tuple[sp.Eq, dict[sp.Symbol, int]]  # an equation, and the values of its indices

MOST_STEPS = 25
MOST_UNKNOWNS = 16
SMALL = mpmath.mpf(10) ** (5 - DIGITS)
NUDGE = mpmath.mpf(10) ** (-DIGITS // 2)


def solve_together(point: Point, equations: Sequence[Instance]) -> list[Any]:
    """Change values of the point, as little as may be, so that all equations hold there.

    Returns the names whose values it changed. Raises ``Undefined`` where that does not succeed. (What satisfies the equations is checked by
    evaluating them, not here.)
    """
    with mpmath.workdps(DIGITS):
        point.seen = {}
        gaps = _gaps(point, equations)
        unknowns = [key for key in point.seen if _may_change(point, key)]
        if not 0 < len(unknowns) <= MOST_UNKNOWNS:
            raise Undefined("there are too many unknowns to solve for, or none")
        for _ in range(MOST_STEPS):
            if max(map(abs, gaps)) < SMALL:
                return unknowns
            _step(point, equations, unknowns, gaps)
            gaps = _gaps(point, equations)
    raise Undefined("the given equations could not be satisfied here")


def _may_change(point: Point, key: Any) -> bool:
    label = key if isinstance(key, sp.Symbol) else getattr(key[0], "label", None)
    return label is not None and not label.is_integer


def _gaps(point: Point, equations: Sequence[Instance]) -> list[Any]:
    sides = [[point.evaluate(side, at) for side in e.args[:2]] for e, at in equations]
    gaps = [inexact(minus(left, right)) for left, right in sides]
    if any(isinstance(gap, mpmath.mpc) for gap in gaps):
        raise Undefined("an equation has complex values here")
    return gaps


def _step(
    point: Point, equations: Sequence[Instance], unknowns: list[Any], gaps: list[Any]
) -> None:
    """One step, the shortest that makes the linearized equations hold."""
    charge(len(unknowns) * len(equations))
    slopes = mpmath.matrix(len(gaps), len(unknowns))
    for column, key in enumerate(unknowns):
        before = point.values[key]
        point.change(key, inexact(before) + NUDGE)
        for row, moved in enumerate(_gaps(point, equations)):
            slopes[row, column] = (moved - gaps[row]) / NUDGE
        point.change(key, before)
    square = slopes * slopes.T
    for n in range(len(gaps)):  # equations may say the same thing twice
        square[n, n] += NUDGE
    try:
        move = slopes.T * mpmath.lu_solve(square, mpmath.matrix(gaps))
    except ZeroDivisionError as error:
        raise Undefined("the equations cannot be solved for here") from error
    for key, change in zip(unknowns, move, strict=True):
        point.change(key, _tidy(inexact(point.values[key]) - change))


def _tidy(value: Any) -> Any:
    """A whole number, where the value is one but for its last digits."""
    nearest = mpmath.nint(value)
    return Fraction(int(nearest)) if abs(value - nearest) < SMALL else value
