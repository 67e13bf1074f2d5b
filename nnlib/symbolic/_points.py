"""The comparison at random points: it refutes what is false, and guards what is proved."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from ._atoms import bounds_of, by_name, solve_delta
from ._budget import TooMuchWork, Work, charge
from ._evaluate import DIGITS, Point, Undefined, Unsupported, Value, divide, inexact, minus, same
from ._families import ForAll
from ._newton import Instance, solve_together
from ._notation import Definition, Recurrence
from ._question import Question

POINTS = 24  # random points that a proved equality has to stand as well
NOT_ZERO = 6  # so many of the points must give more than 0 = 0
MOST_EQUATIONS = 8  # for single indices, that a point satisfies
MOST_POINTS = 200  # unless that many points give nothing else


@dataclass
class Trial:
    agreed: bool
    counterexample: dict[str, str] | None = None
    reason: str = ""


def try_points(
    question: Question, conditions: Iterable[Relational], stage: str, count: int, work: Work
) -> Trial:
    """Compare the two sides at ``count`` points that satisfy what is given."""
    try:
        with work.stage(stage):
            return compare_at_points(question, tuple(conditions), count)
    except TooMuchWork:
        return Trial(False, reason="comparing at random points takes too much work")
    except Unsupported as error:
        return Trial(False, reason=f"it could not be compared at points: {error}")


def compare_at_points(question: Question, conditions: tuple[Relational, ...], count: int) -> Trial:
    """Compare at ``count`` points, or as many as the budget has room for, if they are enough."""
    compared = telling = 0
    refuting: list[tuple[Point, Value, Value]] = []
    try:
        for point in points(question, conditions):
            try:
                left, right = point.evaluate(question.a), point.evaluate(question.b)
            except Undefined:
                continue
            compared += 1
            telling += not (left == 0 and right == 0)
            if not same(left, right):
                refuting.append((point, left, right))
            if refuting:
                if _is_easy_to_read(*refuting[-1]) or compared >= POINTS:
                    break
                continue
            if compared >= count and telling >= min(NOT_ZERO, count) or compared == MOST_POINTS:
                return Trial(True)
    except TooMuchWork:
        if not refuting and (compared < POINTS or telling < NOT_ZERO):
            raise
    if refuting:
        easy = (found for found in refuting if _is_easy_to_read(*found))
        return Trial(False, _describe(*next(easy, refuting[0])))
    if compared < POINTS // 2:
        return Trial(False, reason="too few points satisfy what is given")
    return Trial(True)


def _depth_of_sums(expr: sp.Basic) -> int:
    """How many sums stand inside one another."""
    inner = max((_depth_of_sums(arg) for arg in expr.args), default=0)
    return inner + len(expr.limits) if isinstance(expr, (sp.Sum, sp.Product)) else inner


def _is_easy_to_read(point: Point, left: Value, right: Value) -> bool:
    """Whether a reader can check a counterexample: small numbers, and sides well apart."""
    with mpmath.workdps(DIGITS):
        gap = abs(inexact(minus(left, right)))
        scale = max(abs(inexact(left)), abs(inexact(right)))
        sizes = [value for key, value in point.values.items() if getattr(key, "is_integer", False)]
        return not point.wide and bool(gap > scale / 20) and all(abs(v) <= 4 for v in sizes)


# --- where the points are ---------------------------------------------------------------------


def points(question: Question, conditions: tuple[Relational, ...]) -> Iterator[Point]:
    """Points that satisfy what is given: tame ones, wide ones, and ones where something happens."""
    demands = [*question.inequalities, *conditions]
    parts = [
        question.a,
        question.b,
        *(side for r in (*question.given, *demands) for side in r.args),
    ]
    free = sorted(
        (s for s in set().union(*[part.free_symbols for part in parts]) if s.is_Symbol),
        key=by_name,
    )
    families = {str(e.base) for part in parts for e in part.atoms(sp.Indexed)}
    free = [s for s in free if str(s) not in families]
    rng = random.Random(20)
    places = _places_of_interest(parts)
    rng.shuffle(places)
    nested = max((_depth_of_sums(part) for part in parts), default=0)
    largest = 9 if nested <= 2 else 6 if nested == 3 else 4
    for attempt in range(20 * MOST_POINTS):
        charge(10 + 5 * len(free))
        tame, aimed, wide = attempt % 4 == 0, attempt % 2 == 1, attempt % 4 == 2
        # the first points are the smallest, so that most counterexamples are easy to read
        large = attempt > 8 and (wide or attempt % 8 == 3)
        highest = largest if large else min(2 + attempt // 6, 4)
        values = {s: _draw_size(rng, s, highest) for s in free if s.is_integer}
        _put_in_range(rng, values, demands)
        if aimed:
            values.update(_aimed(rng, free, places[attempt // 2 :] + places, parts, values))
            values.update(_at_ends(rng, parts, values))
        point = Point(attempt, question.where, values, wide=not tame and not aimed)
        try:
            solved: set[Any] = set()
            equations = _equations_at(point, question.equations)
            _satisfy_all(point, equations, solved)
            if not all(_holds(point, *one) for one in equations):
                continue
            if all(point.holds(demand) for demand in demands):
                yield point
        except Undefined:
            continue


def _draw_size(rng: random.Random, symbol: sp.Symbol, highest: int) -> Fraction:
    low = 1 if symbol.is_positive else 0 if symbol.is_nonnegative else -2
    return Fraction(rng.randint(low, highest))


def _put_in_range(
    rng: random.Random, values: dict[sp.Symbol, Fraction], demands: Iterable[Relational]
) -> None:
    """Draw an index that has a given range, such as 0 ≤ j ≤ K − 1, anew from within it."""
    ends: dict[sp.Symbol, list[list[Fraction]]] = {}
    for relation in demands:
        if not isinstance(relation, (sp.Ge, sp.Le)):
            continue
        for symbol, end, side in ((relation.gts, relation.lts, 0), (relation.lts, relation.gts, 1)):
            bound = end.xreplace({s: sp.Rational(v) for s, v in values.items()})
            if symbol in values and bound.is_Integer and not end.has(symbol):
                ends.setdefault(symbol, [[], []])[side].append(Fraction(int(bound)))
    for symbol, (lows, highs) in ends.items():
        if lows and highs and max(lows) <= min(highs):
            values[symbol] = Fraction(rng.randint(int(max(lows)), int(min(highs))))


def _places_of_interest(parts: Iterable[sp.Basic]) -> list[Fraction]:
    """The numbers that stand in the expressions, and both sides of each: a kink may be there."""
    found = {n for part in parts for n in part.atoms(sp.Rational) if abs(n) <= 1000}
    numbers = {Fraction(n.p, n.q) for n in found} | {Fraction(0), Fraction(1)}
    steps = (Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(-1, 2))
    return sorted({number + step for number in numbers for step in steps})


def _aimed(
    rng: random.Random,
    free: list[sp.Symbol],
    places: list[Fraction],
    parts: Iterable[sp.Basic],
    values: dict[sp.Symbol, Fraction],
) -> dict[sp.Symbol, Fraction]:
    """Values at the places of interest, in turn; indices that meet in a delta."""
    aimed = {}
    for number, symbol in enumerate(free):
        allowed = [
            v for v in places if _fits(symbol, v) and (v.denominator == 1 or not symbol.is_integer)
        ]
        if allowed and rng.random() < 0.8:
            aimed[symbol] = allowed[3 * number % len(allowed)]
    deltas = sorted({d for p in parts for d in p.atoms(sp.KroneckerDelta)}, key=by_name)
    for delta in deltas:
        if delta.free_symbols <= set(values) and rng.random() < 0.5:
            index, value = solve_delta(delta)
            at = {s: sp.Integer(int(aimed.get(s, values[s]))) for s in value.free_symbols}
            aimed[index] = Fraction(int(value.xreplace(at)))
    return {symbol: value for symbol, value in aimed.items() if abs(value) <= 40}


def _at_ends(
    rng: random.Random, parts: Iterable[sp.Basic], values: dict[sp.Symbol, Fraction]
) -> dict[sp.Symbol, Fraction]:
    """Indices of deltas at the ends of the ranges of sums, or one beside: there, terms drop out."""
    sizes = {s: sp.Integer(int(v)) for s, v in values.items() if s.is_integer}
    bounds = {
        end.xreplace(sizes)
        for part in parts
        for total in part.atoms(sp.Sum, sp.Product)
        for end in bounds_of(total)
    }
    ends = sorted(int(end) for end in bounds if end.is_Integer)
    indices = {s for part in parts for d in part.atoms(sp.KroneckerDelta) for s in d.free_symbols}
    moved = {}
    for symbol in sorted(indices & sizes.keys(), key=by_name):
        if ends and rng.random() < 0.8:
            value = Fraction(rng.choice(ends) + rng.choice((-1, 0, 1)))
            if _fits(symbol, value):
                moved[symbol] = value
    return moved


# --- points that satisfy an equation ----------------------------------------------------------


def _equations_at(point: Point, equations: Iterable[sp.Eq]) -> list[Instance]:
    """The equations at a point: those for all indices, for each of them."""
    found: list[Instance] = []
    for equation in equations:
        if isinstance(equation, ForAll):
            choices = equation.choices(lambda end: point.integer(end, {}))
            found += [(equation, at) for at in choices]
        else:
            found.append((equation, {}))
    if len(found) > MOST_EQUATIONS:
        raise Undefined("there are too many equations to satisfy here")
    return found


def _satisfy_all(point: Point, equations: Sequence[Instance], solved: set[Any]) -> None:
    """Change values of the point so that every equation holds, one by one or all together."""
    if not any(at for _, at in equations):
        try:
            for equation, _ in equations:
                _satisfy(point, equation, solved)
            if all(_holds(point, *one) for one in equations):
                return
        except Undefined:
            pass
    if equations:
        changed = solve_together(point, equations)
        if not all(_fits(key, point.values[key]) for key in changed):
            raise Undefined("the solution is not one that the assumptions of the symbols allow")


def _holds(point: Point, equation: sp.Eq, at: dict[sp.Symbol, int]) -> bool:
    return same(*[point.evaluate(side, at) for side in equation.args[:2]])


def _satisfy(point: Point, equation: sp.Eq, solved: set[Any]) -> None:
    """Change one value of the point, not one solved for before, so that an equation holds there."""

    def gap() -> Value:
        with mpmath.workdps(DIGITS):
            return minus(point.evaluate(equation.lhs), point.evaluate(equation.rhs))

    point.seen = {}
    if same(gap(), Fraction(0)):
        return
    unknowns = [
        key for key in point.seen if not getattr(key, "is_integer", False) and key not in solved
    ]
    symbols = [key for key in unknowns if isinstance(key, sp.Symbol)]
    for unknown in symbols + [key for key in reversed(unknowns) if key not in symbols]:
        before = point.values[unknown]
        solution = _solve(point, unknown, gap)
        if solution is not None:
            point.change(unknown, solution)
            if same(gap(), Fraction(0)) and _fits(unknown, solution):
                solved.add(unknown)
                return
        point.change(unknown, before)
    raise Undefined(f"{equation} cannot be satisfied here")


def _solve(point: Point, unknown: Any, gap: Callable[[], Value]) -> Value | None:
    """The root of ``gap`` in one unknown, where it is linear or a pure square."""
    values = []
    for trial in range(4):
        point.change(unknown, Fraction(trial))
        try:
            values.append(gap())
        except Undefined:
            return None
    with mpmath.workdps(DIGITS):
        zero, one, two, three = values
        slope = minus(one, zero)
        if same(slope, Fraction(0)):
            return None
        if same(minus(two, one), slope) and same(minus(three, two), slope):
            return divide(-zero, slope)
        if same(minus(two, zero), 4 * slope) and same(minus(three, zero), 9 * slope):
            root = mpmath.sqrt(inexact(divide(-zero, slope)))
            either = (
                1
                if getattr(unknown, "is_nonnegative", False)
                else random.Random(str(point.seed)).choice((1, -1))
            )
            return either * root if isinstance(root, mpmath.mpf) else None
    return None


def _fits(unknown: Any, value: Value) -> bool:
    """Whether a value is one that the assumptions of the symbol or entry allow."""
    of = unknown if isinstance(unknown, sp.Symbol) else getattr(unknown[0], "label", sp.S.NaN)
    if of.is_nonpositive:
        return bool(value < 0)
    if of.is_positive:
        return bool(value > 0)
    return bool(value >= 0) if of.is_nonnegative else True


# --- what a reader sees -----------------------------------------------------------------------


def _describe(point: Point, left: Value, right: Value) -> dict[str, str]:
    described = {}
    for key, value in {**point.values, **point.seen}.items():
        if isinstance(key, sp.Symbol):
            described[str(key)] = _show(value)
        elif isinstance(point.named.get(key[0]), Recurrence | Definition):
            continue
        else:
            base, indices = key
            described[f"{base}[{', '.join(map(_show, indices))}]"] = _show(value)
    described = dict(sorted(described.items(), key=lambda item: ("[" in item[0], item[0])))
    digits = next((n for n in (6, 12, 25) if _show(left, n) != _show(right, n)), DIGITS)
    return {**described, "left side": _show(left, digits), "right side": _show(right, digits)}


def _show(value: Any, digits: int = 6) -> str:
    if isinstance(value, (int, Fraction)):
        if Fraction(value).numerator.bit_length() + Fraction(value).denominator.bit_length() < 80:
            return str(value)
        value = inexact(Fraction(value))
    return str(mpmath.nstr(value, digits))
