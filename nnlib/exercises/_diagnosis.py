"""What is wrong with a formula, when no listed mistake matches.

Each diagnosis is a formula made from the right one by a slip that people make. A candidate that
agrees with the answer at a few points is confirmed by the equality engine before it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Any

import mpmath
import sympy as sp

from nnlib.exercises._base import Engine
from nnlib.exercises._feedback import as_markdown
from nnlib.exercises._judgement import WRONG, Found
from nnlib.exercises._points import (
    SmallPoint,
    agree,
    describe,
    free_symbols,
    points_for,
    show,
    values_at,
)
from nnlib.symbolic import Point, Undefined, Verdict, divide, minus, same

__all__ = ["compare_on_grid", "counterexample", "diagnose", "found_by_engine"]


def counterexample(
    answer: sp.Expr,
    solution: sp.Expr,
    engine: Engine,
    words: str = "your answer gives {}, the right one {}",
) -> str | None:
    """A sentence with a point at which the two differ, if one is found."""
    for point in points_for(engine.given, engine.where, answer, solution):
        values = [point.evaluate(answer), point.evaluate(solution)]
        if not same(*values):
            return f"{describe(point)} {words.format(*map(show, values))}."
    return None


def found_by_engine(verdict: Verdict) -> str | None:
    """The engine's own counterexample as a sentence: not as simple, but it knows equations."""
    found = dict(verdict.counterexample or {})
    if not found:
        return None
    yours, right = found.pop("left side"), found.pop("right side")
    listed = ", ".join(f"{name} = {value}" for name, value in found.items())
    return f"At {listed} your answer gives {yours}, the right one {right}."


def compare_on_grid(
    answer: sp.Expr, solution: sp.Expr, engine: Engine, grid: Mapping[sp.Symbol, Any]
) -> str | None:
    """A sentence with the first point of the grid at which the answer is wrong, else None."""
    for values in product(*grid.values()):
        at = dict(zip(grid, map(Fraction, values), strict=True))
        point = Point(0, engine.where, at)
        right = point.evaluate(solution)
        place = "At " + ", ".join(f"{s} = {v}" for s, v in at.items())
        try:
            yours = point.evaluate(answer)
        except Undefined:
            return f"{place} your answer has no value, the right one is {show(right)}."
        if not same(yours, right):
            return f"{place} your answer gives {show(yours)}, the right one {show(right)}."
    return None


Slips = Iterator[tuple[str, sp.Expr, str]]  # its id, what it makes of the solution, a message


def diagnose(answer: sp.Expr, solution: sp.Expr, engine: Engine) -> Found | None:
    """What slip was made, if it is one of those known here."""
    points = list(islice(points_for(engine.given, engine.where, answer, solution), 3))
    for slip, candidate, said in _slips(answer, solution, points):
        if agree(points, answer, candidate) and engine.same(answer, candidate):
            return Found(WRONG, as_markdown(said), f"slip-{slip}")
    said = _right_at_one(answer, solution, engine)
    return None if said is None else Found(WRONG, as_markdown(said), "slip-right-at-one")


def _slips(answer: sp.Expr, solution: sp.Expr, points: list[SmallPoint]) -> Slips:
    yield "sign", -solution, "The sign is flipped."
    yield "reciprocal", 1 / solution, "This is the reciprocal of the right answer."
    said = "This is the reciprocal of the right answer, with the sign flipped."
    yield "reciprocal", -1 / solution, said
    yield "one-minus", 1 - solution, "This is one minus the right answer."
    factor = _constant(points, answer, solution, divide)
    if factor is not None:
        yield "factor", factor * solution, f"Your answer is {factor} times the right one."
    shift = _constant(points, answer, solution, minus)
    if shift is not None:
        more = f"{shift} more" if shift > 0 else f"{-shift} less"
        said = f"Your answer is {more} than the right one, whatever the values."
        yield "term", solution + shift, said
    yield "square", solution**2, "This is the square of the right answer."
    yield "root", sp.sqrt(solution), "This is the square root of the right answer."
    yield from _index_slips(solution)
    yield from _range_slips(solution)
    yield from _family_slips(solution)
    yield from _factor_slips(answer, solution)
    yield from _exchanges(solution)


def _constant(
    points: list[SmallPoint], answer: sp.Expr, solution: sp.Expr, compare: Any
) -> sp.Rational | None:
    """The quotient or the difference of the two, if it is the same rational everywhere."""
    found: set[Fraction] = set()
    for point in points:
        values = values_at(point, answer, solution)
        if values is None:
            return None
        try:
            constant = compare(*values)
        except ZeroDivisionError:
            return None
        if not isinstance(constant, Fraction | mpmath.mpf):
            return None
        found.add(_nearest(constant))
    if len(found) != 1:
        return None
    constant = found.pop()
    nothing = (0, 1, -1) if compare is divide else (0,)
    return None if constant in nothing else sp.Rational(constant.numerator, constant.denominator)


def _nearest(value: Any) -> Fraction:
    if isinstance(value, Fraction):
        return value
    return Fraction(str(mpmath.nstr(value, 20))).limit_denominator(60)


def _index_slips(solution: sp.Expr) -> Slips:
    for n in free_symbols(solution, integer=True):
        for step, sign in ((1, "+"), (-1, "-")):
            said = f"{n} is off by one: this is the right answer with {n} {sign} 1 for {n}."
            yield "off-by-one", solution.xreplace({n: n + step}), said


def _range_slips(solution: sp.Expr) -> Slips:
    for total in sorted(solution.atoms(sp.Sum, sp.Product), key=sp.default_sort_key):
        word = "sum" if isinstance(total, sp.Sum) else "product"
        for level, (index, low, high) in enumerate(total.limits):
            for first, last, said in (
                (low + 1, high, "starts one term too late"),
                (low - 1, high, "starts one term too early"),
                (low, high - 1, "ends one term too early"),
                (low, high + 1, "ends one term too late"),
            ):
                limits = list(total.limits)
                limits[level] = (index, first, last)
                changed = total.func(total.function, *limits)
                whole = solution.xreplace({total: changed})
                yield "range", whole, f"The {word} over {index} {said}."


def _family_slips(solution: sp.Expr) -> Slips:
    for base in sorted(solution.atoms(sp.IndexedBase), key=str):
        entries = [e for e in solution.atoms(sp.Indexed) if e.base == base]
        for step in (1, -1):
            moved = {e: base[(*e.indices[:-1], e.indices[-1] + step)] for e in entries}
            yield "index", solution.xreplace(moved), f"The index of {base} is off by one."


def _factor_slips(answer: sp.Expr, solution: sp.Expr) -> Slips:
    both = sp.Tuple(answer, solution)
    for s in free_symbols(both):
        for factor in (s, s**2, 1 - s, 1 + s, s - 1, s + 1, sp.sqrt(s)):
            yield "factor", solution * factor, f"The factor {factor} is too much."
            yield "factor", solution / factor, f"The factor {factor} is missing."


def _exchanges(solution: sp.Expr) -> Slips:
    for a, b in combinations(free_symbols(solution), 2):
        if a.is_integer == b.is_integer:
            swapped = solution.xreplace({a: b, b: a})
            if swapped != solution:
                yield "exchanged", swapped, f"{a} and {b} are exchanged."


def _right_at_one(answer: sp.Expr, solution: sp.Expr, engine: Engine) -> str | None:
    for n in free_symbols(solution, integer=True):
        small = [expr.xreplace({n: sp.S.One}) for expr in (answer, solution)]
        if engine.same(*small) and n in answer.free_symbols | solution.free_symbols:
            return f"This is right for {n} = 1 only."
    return None
