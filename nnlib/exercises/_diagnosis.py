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
    as_list,
    describe,
    free_symbols,
    points_for,
    show,
    show_apart,
    values_at,
)
from nnlib.symbolic import Maximum, Point, Undefined, Verdict, divide, minus, same, to_text

__all__ = [
    "beyond",
    "compare_on_grid",
    "counterexample",
    "diagnose",
    "found_by_engine",
    "in_the_way",
]


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
            return f"{describe(point, answer, solution)} {words.format(*show_apart(*values))}."
    return None


def found_by_engine(
    verdict: Verdict, words: str = "your answer gives {}, the right one {}"
) -> str | None:
    """The engine's own counterexample as a sentence: not as simple, but it knows equations."""
    found = dict(verdict.counterexample or {})
    if not found:
        return None
    yours, right = found.pop("left side"), found.pop("right side")
    listed = ", ".join(f"{name} = {value}" for name, value in found.items())
    if yours == right:  # they differ in digits that are not shown
        return f"At {listed} the two differ, though by little."
    return f"At {listed} {words.format(yours, right)}."


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
            yours, right = show_apart(yours, right)
            return f"{place} your answer gives {yours}, the right one {right}."
    return None


_MOST_PARTS = 6  # of one kind inside a formula
Slips = Iterator[tuple[str, sp.Expr, str]]  # its id, what it makes of the solution, a message


_SWITCHES = (
    sp.floor,
    sp.ceiling,
    sp.Abs,
    sp.sign,
    sp.KroneckerDelta,
    sp.Piecewise,
    sp.Mod,
    Maximum,
)
_LARGE = 12  # a number above this, and above twice those of the solution, can hide a difference


def beyond(answer: sp.Expr, solution: sp.Expr, engine: Engine) -> str | None:
    """A sentence with a point beyond all numbers of the two at which they differ, else None.

    What agrees for small sizes only, as with a factor (T - 1)(T - 2)(T - 3), differs there.
    """
    rationals = sp.Tuple(answer, solution).atoms(sp.Rational)
    numbers = sorted({size for n in rationals if 3 < (size := _size(n)) < 1000} | {3})[-4:]
    values = [*numbers, *(number + 1 for number in numbers), 2 * numbers[-1] + 3]
    for n in free_symbols(solution, integer=True):
        for value in values:
            at = [expr.xreplace({n: sp.Integer(value)}) for expr in (answer, solution)]
            given = [
                one.xreplace({n: sp.Integer(value)}) if isinstance(one, sp.Basic) else one
                for one in as_list(engine.given)
            ]
            given = [one for one in given if one != sp.true]
            if sp.false in given:
                continue
            for point in islice(points_for(given, engine.where, *at), 2):
                yours, right = values_at(point, *at) or (0, 0)
                if not same(yours, right):
                    place = describe(point, *at)
                    place = f"At {n} = {value}" + (f", {place[3:]}" if place != "Here" else "")
                    yours, right = show_apart(yours, right)
                    return f"{place} your answer gives {yours}, the right one {right}."
    return None


def in_the_way(answer: sp.Expr, solution: sp.Expr) -> str | None:
    """What in an answer could hide a difference at points that were not tried."""
    known = {part.func for part in solution.atoms(*_SWITCHES)}
    for part in sorted(answer.atoms(*_SWITCHES), key=sp.default_sort_key):
        if part.func not in known:
            return to_text(part)
    most = max([_LARGE, *(2 * _size(n) for n in solution.atoms(sp.Rational))])
    large = [n for n in answer.atoms(sp.Rational) if _size(n) > most]
    return to_text(max(large, key=_size)) if large else None


def _size(number: sp.Rational) -> int:
    return max(abs(number.p), number.q)


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
    yield from _range_slips(solution)
    yield from _index_slips(solution)
    yield from _family_slips(solution)
    yield from _root_slips(solution)
    yield from _factor_slips(answer, solution)
    if not answer.is_number:
        yield from _part_slips(solution)
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
                (low + 1, high + 1, f"runs from {low + 1} to {high + 1}, not from {low} to {high}"),
                *([_one_down(low, high)] if low.is_positive else []),
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


def _one_down(low: sp.Expr, high: sp.Expr) -> tuple[sp.Expr, sp.Expr, str]:
    return low - 1, high - 1, f"runs from {low - 1} to {high - 1}, not from {low} to {high}"


def _family_slips(solution: sp.Expr) -> Slips:
    for base in sorted(solution.atoms(sp.IndexedBase), key=str):
        entries = [e for e in solution.atoms(sp.Indexed) if e.base == base]
        for step in (1, -1):
            moved = {e: base[(*e.indices[:-1], e.indices[-1] + step)] for e in entries}
            yield "index", solution.xreplace(moved), f"The index of {base} is off by one."


def _factor_slips(answer: sp.Expr, solution: sp.Expr) -> Slips:
    both = sp.Tuple(answer, solution)
    powers = dict(map(_power, sp.Mul.make_args(solution)))
    for s in free_symbols(both):
        for factor in (s, s**2, 1 - s, 1 + s, s - 1, s + 1, sp.sqrt(s)):
            below = sp.sympify(powers.get(_power(factor)[0], 0)).is_negative
            more = f"The division by {factor} is missing." if below else ""
            yield "factor", solution * factor, more or f"The factor {factor} is too much."
            above = sp.sympify(powers.get(_power(factor)[0], 0)).is_positive
            less = f"The factor {factor} is missing." if above else ""
            yield (
                "factor",
                solution / factor,
                less or f"Yours is the right answer divided by {factor}.",
            )


def _power(factor: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    return factor.as_base_exp()


def _part_slips(solution: sp.Expr) -> Slips:
    """One term or factor somewhere inside is missing, or has the other sign."""
    for whole in _parts(solution, sp.Add):
        for term in whole.args:
            place = "" if whole == solution else f" in {to_text(whole)}"
            shown = to_text(term)
            rest = solution.xreplace({whole: whole - term})
            yield "term", rest, f"The term {shown} is missing{place}."
            turned = solution.xreplace({whole: whole - 2 * term})
            yield "sign", turned, f"The term {shown} has the wrong sign{place}."
    for whole in _parts(solution, sp.Mul):
        for factor in whole.args:
            if factor != -1 and whole != solution and not (whole / factor).is_number:
                rest = solution.xreplace({whole: whole / factor})
                below = _power(factor)[1].is_negative
                shown = to_text(1 / factor if below else factor)
                said = f"The division by {shown}" if below else f"The factor {shown}"
                yield "factor", rest, f"{said} is missing in {to_text(whole)}."
    for term in sp.Add.make_args(solution):
        for n in free_symbols(solution, integer=True):
            if term != solution:
                said = f"The term {to_text(term)} is divided by {n}, which is too much."
                yield "factor", solution - term + term / n, said


def _parts(solution: sp.Expr, kind: type) -> list[sp.Expr]:
    found = [part for part in sp.preorder_traversal(solution) if isinstance(part, kind)]
    return list(dict.fromkeys(found))[:_MOST_PARTS]


def _root_slips(solution: sp.Expr) -> Slips:
    """A term under a root that stands beside it."""
    for power in sorted(solution.atoms(sp.Pow), key=sp.default_sort_key):
        if not isinstance(power.base, sp.Add) or power.exp.is_integer is not False:
            continue
        for term in power.base.args:
            beside = (sp.sqrt(power.base - term) + term) ** (2 * power.exp)
            said = f"{to_text(term)} stands beside the root; it belongs under it."
            yield "place", solution.xreplace({power: beside}), said


def _exchanges(solution: sp.Expr) -> Slips:
    for a, b in combinations(free_symbols(solution), 2):
        if a.is_integer == b.is_integer:
            swapped = solution.xreplace({a: b, b: a})
            if swapped != solution:
                yield "exchanged", swapped, f"{a} and {b} are exchanged."


def _right_at_one(answer: sp.Expr, solution: sp.Expr, engine: Engine) -> str | None:
    for n in free_symbols(solution, integer=True):
        if n in answer.free_symbols | solution.free_symbols:
            right = [_same_at(n, value, answer, solution, engine) for value in (1, 2, 3)]
            if right == [True, False, False]:
                return f"This is right for {n} = 1, but not for {n} = 2 or {n} = 3."
    return None


def _same_at(
    n: sp.Symbol, value: int, answer: sp.Expr, solution: sp.Expr, engine: Engine
) -> bool | None:
    """Whether the two are the same there; None where that is not known."""
    at = [expr.xreplace({n: sp.Integer(value)}) for expr in (answer, solution)]
    given = [
        condition.xreplace({n: sp.Integer(value)})
        for condition in as_list(engine.given)
        if isinstance(condition, sp.Basic)
    ]
    if sp.false in given:
        return None
    there = Engine([one for one in given if one != sp.true], engine.where, engine.effort)
    if there.same(*at):
        return True
    points = islice(points_for(there.given, there.where, *at), 4)
    return False if any(not same(*values_at(p, *at)) for p in points) else None
