"""The comparison at random points: it refutes what is false, and guards what is proved."""

from __future__ import annotations

import contextlib
import functools
import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from ._asked import Asked
from ._atoms import bounds_of, by_name, solve_delta
from ._budget import TooMuchWork, Work, charge
from ._comparison import (
    DIFFERENT,
    EQUAL,
    MISFIT,
    MORE_DIGITS,
    NOTHING,
    ONE_SIDED,
    Comparison,
    Remembered,
    compare_asked,
    compare_at,
)
from ._crossings import beside, crossings, meetings
from ._evaluate import (
    DIGITS,
    Point,
    Undefined,
    Unsupported,
    Value,
    divide,
    draw,
    fits,
    inexact,
    minus,
    same,
)
from ._expectation import Expectation, Variance
from ._families import ForAll
from ._newton import Instance, solve_together
from ._notation import Definition, Named, Recurrence
from ._question import Question, indices_of
from ._shrink import numbers_in, simplest

POINTS = 24  # random points that a proved equality has to stand as well
FIRST_FEW = 4  # points that are tried before a proof
NOT_ZERO = 6  # so many of the points must give more than 0 = 0
MOST_EQUATIONS = 8  # for single indices, that a point satisfies
TINY, FAR_OUT = Fraction(1, 10007), 1000
MOST_POINTS = 200  # unless that many points give nothing else


LARGEST_PLACE = 10**9  # of the numbers about which something may happen
HUGE = (6, 14, 22, 30)  # attempts at which one size is large
MEETING = range(41, 65, 8)  # and at which the two sides of a δ are made equal
SOLVED_DIGITS = 200  # with which equations are solved: many more than are compared
MOST_UNKNOWNS = 12  # that are solved for, one after the other
CAREFUL = 2  # so many points are compared to the last digit
ASKED = 4  # so many points at which what was asked is evaluated as it stands
FEWEST_ASKED = 3  # with fewer nothing is confirmed


@dataclass
class Trial:
    """What comparing at points came to.

    Attributes:
        agreed: whether the sides were equal at enough points, and at all that were looked at.
        counterexample: values at which they differ.
        reason: why they did not agree, where there is no counterexample.
        points: at how many points they agreed: so many as were asked for, or fewer.
    """

    agreed: bool
    counterexample: dict[str, str] | None = None
    reason: str = ""
    points: int = 0


def try_points(
    question: Question,
    conditions: Iterable[Relational],
    stage: str,
    count: int,
    work: Work,
    asked: Question | None = None,
    before: Remembered | None = None,
) -> Trial:
    """Compare the two sides at ``count`` points that satisfy what is given.

    With ``asked``, the question before its names were expanded, that is evaluated as well. What
    was compared ``before``, of the same question, is not computed again.
    """
    try:
        with work.stage(stage):
            return compare_at_points(question, tuple(conditions), count, asked, before)
    except TooMuchWork:
        return Trial(False, reason="comparing at random points takes too much work")
    except Unsupported as error:
        return Trial(False, reason=f"it could not be compared at points: {error}")


def compare_at_points(
    question: Question,
    conditions: tuple[Relational, ...],
    count: int,
    asked: Question | None = None,
    before: Remembered | None = None,
) -> Trial:
    """Compare at ``count`` points, or as many as the budget has room for, if they are enough."""
    sides = (question.a, question.b)
    origin = sides if asked is None else (asked.a, asked.b)
    counts = _Counts(needs_asked=origin != sides)
    refuting: list[tuple[Point, Value, Value]] = []
    gap = ""  # where one side has a value and the other has none
    try:
        for point in points(question, conditions, asked):
            careful = counts.compared < CAREFUL and count > FIRST_FEW
            found, was_asked = compare_asked(
                point, sides, origin, careful, lambda here=point: counts.looks_at(here), before
            )
            if found.outcome != EQUAL and not _holds_for_every_index(point, question, asked):
                continue
            if found.outcome in (ONE_SIDED, MISFIT) and not gap:
                gap = _gap(point, found)
            if found.outcome in (ONE_SIDED, MISFIT, NOTHING):
                continue
            counts.note(found, was_asked)
            if found.outcome == DIFFERENT:
                refuting.append((point, found.left, found.right))
            if refuting:
                if _is_easy_to_read(*refuting[-1]) or counts.compared >= POINTS:
                    break
                continue
            if counts.are_enough(count):
                return Trial(False, reason=gap) if gap else Trial(True, points=count)
    except TooMuchWork:
        if not refuting and not counts.will_do():
            raise
    if refuting:
        easy = (found for found in refuting if _is_easy_to_read(*found))
        chosen = next(easy, refuting[0])
        return Trial(False, _describe(*_simplified(question, conditions, origin, *chosen)))
    if gap:
        return Trial(False, reason=gap)
    if counts.compared < POINTS // 2:
        return Trial(False, reason="too few points satisfy what is given")
    if counts.needs_asked and counts.asked < FEWEST_ASKED:
        return Trial(False, reason="what was asked could not be evaluated at points")
    return Trial(True, points=min(counts.compared, count))


@dataclass
class _Counts:
    """How many points were compared, and how much they say."""

    needs_asked: bool
    compared: int = 0
    telling: int = 0  # gave more than 0 = 0
    asked: int = 0
    looked: int = 0

    def looks_at(self, point: Point) -> bool:
        """Whether what was asked should be evaluated here: at small sizes, it can be slow."""
        if self.asked >= ASKED or self.looked >= 5 * ASKED:
            return False
        sizes = [value for key, value in point.values.items() if getattr(key, "is_integer", False)]
        small = all(abs(value) <= 4 for value in sizes)
        self.looked += small
        return small

    def note(self, found: Comparison, was_asked: bool) -> None:
        self.compared += 1
        self.telling += not (found.left == 0 and found.right == 0)
        self.asked += was_asked

    def are_enough(self, count: int) -> bool:
        if self.compared == MOST_POINTS:
            return not self.needs_asked or self.asked >= FEWEST_ASKED
        confirmed = not self.needs_asked or self.asked >= min(ASKED, count)
        return self.compared >= count and self.telling >= min(NOT_ZERO, count) and confirmed

    def will_do(self) -> bool:
        confirmed = not self.needs_asked or self.asked >= FEWEST_ASKED
        return self.compared >= POINTS and self.telling >= NOT_ZERO and confirmed


def _gap(point: Point, found: Comparison) -> str:
    """That one side has no value where the other has one, or a name one that it may not have."""
    values = {**point.values, **point.seen}
    told = [
        f"{key} = {_show(value)}" for key, value in values.items() if isinstance(key, sp.Symbol)
    ]
    where = f" at {', '.join(sorted(told))}" if told else ""
    if found.outcome == MISFIT:
        return f"{found.reason}, which its assumptions exclude{where}: give a condition"
    side = "left" if found.left is None else "right"
    return f"the {side} side has no value{where} ({found.reason}): give a condition"


def _depth_of_sums(expr: sp.Basic) -> int:
    """How many sums stand inside one another."""
    inner = max((_depth_of_sums(arg) for arg in expr.args), default=0)
    return inner + len(expr.limits) if isinstance(expr, (sp.Sum, sp.Product)) else inner


def _is_easy_to_read(point: Point, left: Value, right: Value) -> bool:
    """Whether a reader can check a counterexample: small numbers, and sides well apart."""
    sizes = [value for key, value in point.values.items() if getattr(key, "is_integer", False)]
    return not point.wide and _are_apart(left, right) and all(abs(v) <= 4 for v in sizes)


def _are_apart(left: Value, right: Value) -> bool:
    """Whether a reader sees that two values differ."""
    with mpmath.workdps(DIGITS):
        gap = abs(inexact(minus(left, right)))
        return bool(gap > max(abs(inexact(left)), abs(inexact(right))) / 20)


def _simplified(
    question: Question,
    conditions: tuple[Relational, ...],
    origin: tuple[sp.Expr, sp.Expr],
    point: Point,
    left: Value,
    right: Value,
) -> tuple[Point, Value, Value]:
    """The same counterexample with simpler numbers, as far as the budget has room for it."""
    best = point, left, right
    sides = (question.a, question.b)
    demands = (*question.given, *conditions)
    if any(isinstance(demand, ForAll) for demand in demands) or question.for_every_index():
        return best

    def refutes(values: dict[Any, Value]) -> bool:
        nonlocal best
        other = Asked(point.seed, question.where, values, point.wide)
        other.plain = point.plain
        try:
            if not all(other.holds(demand) and _is_clear(other, demand) for demand in demands):
                return False
            if compare_at(other, sides).outcome != DIFFERENT:
                return False
            found = compare_at(other, origin)
        except (Undefined, Unsupported):
            return False
        if found.outcome != DIFFERENT or not _are_apart(found.left, found.right):
            return False
        other.values = {key: value for key, value in values.items() if key in other.seen}
        best = other, found.left, found.right
        return True

    values = numbers_in({**point.values, **point.seen})
    with contextlib.suppress(TooMuchWork):
        simplest(values, refutes)
    return best


def check_some_value_fits(
    lhs: sp.Expr, body: sp.Expr, given: Iterable[Relational], where: Iterable[Named]
) -> None:
    """Refuse a definition whose value is nowhere one that the name may have.

    Raises ``ValueError`` where a positive name is to stand for what is negative at every point.
    """
    given = tuple(relation for relation in given if isinstance(relation, Relational))
    values: list[Value] = []
    with contextlib.suppress(TooMuchWork, Unsupported, TypeError), Work().stage("first points"):
        for point in points(Question(body, body, given, tuple(where)), ()):
            with contextlib.suppress(Undefined):
                values.append(point.evaluate(body))
                if fits(lhs, values[-1]):
                    return
            if len(values) == POINTS:
                break
    if len(values) == POINTS:
        raise ValueError(
            f"lhs: {lhs} is declared with assumptions that {body} does not meet anywhere: its "
            f"value is {_show(values[0])}, for instance"
        )


# --- where the points are ---------------------------------------------------------------------


def points(
    question: Question, conditions: tuple[Relational, ...], asked: Question | None = None
) -> Iterator[Point]:
    """Points that satisfy what is given: tame ones, wide ones, and ones where something happens."""
    general = set(question.for_every_index(asked))
    demands = [r for r in (*question.inequalities, *conditions) if r not in general]
    wanted = [equation for equation in question.equations if equation not in general]
    parts = [
        question.a,
        question.b,
        *(side for r in (*question.given, *demands) for side in r.args),
    ]
    if asked is not None:
        parts += [asked.a, asked.b]
    defined = {named.name for named in question.where}
    free = sorted(
        (
            s
            for s in set().union(*[part.free_symbols for part in parts])
            if s.is_Symbol and s not in defined
        ),
        key=by_name,
    )
    families = {str(e.base) for part in parts for e in part.atoms(sp.Indexed)}
    free = [s for s in free if str(s) not in families]
    rng = random.Random(20)
    places = _places_of_interest(parts)
    rng.shuffle(places)
    places += 3 * _places_farther_away(parts, places)  # each comes first several times
    decided = crossings(parts, free)
    nested = max((_depth_of_sums(part) for part in parts), default=0)
    farthest = 2 * LARGEST_PLACE if _reaches_far(question, parts) else 1000
    largest = 9 if nested <= 2 else 6 if nested == 3 else 4
    met: list[dict[sp.Symbol, Fraction]] = []
    for attempt in range(20 * MOST_POINTS):
        charge(10 + 5 * len(free))
        tame, aimed, wide = attempt % 4 == 0, attempt % 2 == 1, attempt % 4 == 2
        # the first points are the smallest, so that most counterexamples are easy to read
        large = attempt > 8 and (wide or attempt % 8 == 3)
        highest = largest if large else min(2 + attempt // 6, 4)
        values = {s: _draw_size(rng, s, highest) for s in free if s.is_integer}
        _put_in_range(rng, values, demands)
        if attempt in HUGE and not question.equations:
            values.update(_one_large_size(rng, values, nested))
            _put_in_range(rng, values, demands)
        if aimed:
            most = farthest if nested == 0 else 1000 if nested == 1 else 60 if nested == 2 else 10
            values.update(
                _aimed(
                    rng,
                    free,
                    places[attempt // 2 :] + places,
                    parts,
                    values,
                    most,
                    2 * LARGEST_PLACE,
                )
            )
            values.update(_at_ends(rng, parts, values))
        if attempt == MEETING.start:
            met = _meetings(question, parts, values, demands, farthest if nested == 0 else 60)
            rng_of_met = random.Random(21)
        if attempt in MEETING and met:
            values.update(rng_of_met.choice(met))
        if attempt % 16 in (6, 14):
            values.update(_unusual(rng, free, values, attempt))
        point = Asked(attempt, question.where, values, wide=not tame and not aimed)
        point.plain = aimed and attempt % 4 == 3
        if decided and attempt % 4 == 3:
            _move_beside(rng, point, decided[attempt // 4 % len(decided)], farthest)
        try:
            equations = _equations_at(point, wanted)
            if equations and not _solved(point, equations):
                continue
            if not all(_fits(symbol, point.values[symbol]) for symbol in values):
                continue
            if all(point.holds(demand) and _is_clear(point, demand) for demand in demands):
                yield point
        except Undefined:
            continue


def _holds_for_every_index(point: Point, question: Question, asked: Question | None) -> bool:
    """Whether what is given of all entries holds for those whose values were looked at."""
    general = question.for_every_index(asked)
    if not general:
        return True
    looked_at = [key[1] for key in point.seen if isinstance(key, tuple)]
    places = sorted({index for indices in looked_at for index in indices})
    ranges = [r for r in question.inequalities if not r.has(sp.Indexed)]
    here = Asked(point.seed, question.where, point.values, point.wide)
    here.plain = point.plain
    for relation in general:
        free = {s for entry in (question.a, question.b) for s in entry.free_symbols}
        own = sorted(indices_of(relation) - free, key=by_name)
        within = [r for r in ranges if r.free_symbols & set(own)]
        for chosen in itertools.product(places, repeat=len(own)):
            at = dict(zip(own, chosen, strict=True))
            charge(5)
            try:
                if all(here.holds(r, at) for r in within) and not here.holds(relation, at):
                    return False
            except Undefined:
                return False
    return True


def _reaches_far(question: Question, parts: Iterable[sp.Basic]) -> bool:
    """Whether sizes of any length can be put in: where nothing is added up or multiplied so far."""
    slow = (sp.factorial, sp.binomial, sp.gamma, sp.Limit, Expectation, Variance)
    unrolled = any(isinstance(named, Recurrence) for named in question.where)
    return not unrolled and not any(part.has(*slow) for part in parts)


def _unusual(
    rng: random.Random,
    free: list[sp.Symbol],
    values: dict[sp.Symbol, Fraction],
    attempt: int,
) -> dict[sp.Symbol, Value]:
    """Another value for one symbol: a number that is no fraction; a complex one, if it may be.

    Some are very small, for what e^(−10000 a) hides, and some large, for what has a period.
    """
    symbols = [s for s in free if not s.is_integer and s not in values and s.is_rational is None]
    if not symbols:
        return {}
    symbol = rng.choice(symbols)
    with mpmath.workdps(MORE_DIGITS):
        root = mpmath.sqrt(rng.choice((2, 3, 5, 7)))
        value = root if symbol.is_extended_real else mpmath.mpc(root / 2, rng.choice((1, -2)))
        if attempt % 48 == 22:
            value = TINY if symbol.is_extended_real else value + mpmath.mpc(0, 8)
        if attempt % 48 == 38:
            value = value + FAR_OUT if symbol.is_extended_real else value - mpmath.mpc(0, 7)
        return {symbol: next((v for v in (value, -value) if _fits(symbol, v)), Fraction(1))}


def _move_beside(
    rng: random.Random, point: Point, sides: tuple[sp.Expr, sp.Expr], farthest: int
) -> None:
    """Put one symbol where a condition of the question begins to hold, or beside that."""
    symbols = [s for s in point.values if any(side.has(s) for side in sides)]
    others = {s for side in sides for s in side.free_symbols if s.is_Symbol} - set(symbols)
    for symbol in sorted(others, key=by_name):
        with contextlib.suppress(Undefined):
            point.symbol(symbol, {})
            symbols.append(symbol)
    rng.shuffle(symbols)
    point.digits = SOLVED_DIGITS
    for symbol in symbols:
        near = [v for v in beside(point, symbol, sides) if _fits(symbol, v)]
        near = [v for v in near if not symbol.is_integer or abs(v) <= farthest]
        if near:
            point.change(symbol, rng.choice(near))
            if not all(isinstance(value, Fraction) for value in near):
                point.exact_to = SOLVED_DIGITS - 20
            break
    point.digits = DIGITS
    point.computed.clear()


def _meetings(
    question: Question,
    parts: Iterable[sp.Basic],
    values: dict[sp.Symbol, Fraction],
    demands: Iterable[Relational],
    farthest: int,
) -> list[dict[sp.Symbol, Fraction]]:
    """Sizes at which something happens in the question, and which what is given allows."""
    point = Asked(0, question.where, values)

    def allowed() -> bool:
        try:
            return all(point.holds(demand) for demand in demands)
        except Undefined:
            return False

    return meetings(point, parts, farthest, allowed)


def _one_large_size(
    rng: random.Random, values: dict[sp.Symbol, Fraction], nested: int
) -> dict[sp.Symbol, Fraction]:
    """Another value for one size: larger than any number that a formula is likely to hold."""
    sizes = sorted(values, key=by_name)
    if not sizes or nested > 2:
        return {}
    return {
        rng.choice(sizes): Fraction(
            rng.choice((53, 64)) if nested == 2 else rng.choice((59, 128, 211))
        )
    }


def _draw_size(rng: random.Random, symbol: sp.Symbol, highest: int) -> Fraction:
    low = 1 if symbol.is_positive else 0 if symbol.is_nonnegative else -2
    value = Fraction(rng.randint(low, highest))
    return value if fits(symbol, value) else draw(rng, symbol, highest > 4)


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
    numbers |= {Fraction(int(n.q)) for n in found}  # where a floor of K/50 jumps
    steps = (Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(-1, 2))
    return sorted({number + step for number in numbers for step in steps})


def _places_farther_away(parts: Iterable[sp.Basic], places: list[Fraction]) -> list[Fraction]:
    """Where x + 1/50 is 0, and what lies about large numbers: these are looked at last."""
    found = {n for part in parts for n in part.atoms(sp.Rational) if abs(n) <= LARGEST_PLACE}
    numbers = {sign * Fraction(n.p, n.q) for n in found for sign in (1, -1)}
    steps = (Fraction(0), Fraction(1), Fraction(-1))
    return sorted({number + step for number in numbers for step in steps} - set(places))


def _aimed(
    rng: random.Random,
    free: list[sp.Symbol],
    places: list[Fraction],
    parts: Iterable[sp.Basic],
    values: dict[sp.Symbol, Fraction],
    most: int = 40,
    farthest: int = 0,
) -> dict[sp.Symbol, Fraction]:
    """Values at the places of interest, in turn; indices that meet in a delta.

    None is larger than ``most``, what is not an integer not larger than ``farthest``.
    """
    aimed = {}
    for number, symbol in enumerate(free):
        allowed = [
            v for v in places if _fits(symbol, v) and (v.denominator == 1 or not symbol.is_integer)
        ]
        if allowed and rng.random() < 0.8:
            aimed[symbol] = allowed[3 * number % len(allowed)]
    for delta in _deltas_in(tuple(parts)):
        if delta.free_symbols <= set(values) and rng.random() < 0.5:
            try:
                index, value = solve_delta(delta)
            except NotImplementedError:  # of a floor, for one
                continue
            at = {s: sp.Integer(int(aimed.get(s, values[s]))) for s in value.free_symbols}
            aimed[index] = Fraction(int(value.xreplace(at)))
    return {
        symbol: value
        for symbol, value in aimed.items()
        if abs(value) <= (most if symbol.is_integer else max(most, farthest))
    }


def _at_ends(
    rng: random.Random, parts: Iterable[sp.Basic], values: dict[sp.Symbol, Fraction]
) -> dict[sp.Symbol, Fraction]:
    """Indices of deltas at the ends of the ranges of sums, or one beside: there, terms drop out."""
    parts = tuple(parts)
    sizes = {s: sp.Integer(int(v)) for s, v in values.items() if s.is_integer}
    bounds = {end.xreplace(sizes) for end in _ends_in(parts)}
    ends = sorted(int(end) for end in bounds if end.is_Integer)
    indices = {symbol for delta in _deltas_in(parts) for symbol in delta.free_symbols}
    moved = {}
    for symbol in sorted(indices & sizes.keys(), key=by_name):
        if ends and rng.random() < 0.8:
            value = Fraction(rng.choice(ends) + rng.choice((-1, 0, 1)))
            if _fits(symbol, value):
                moved[symbol] = value
    return moved


# The same parts are asked for these at each of many points.


@functools.lru_cache(maxsize=16)
def _deltas_in(parts: tuple[sp.Basic, ...]) -> list[sp.KroneckerDelta]:
    return sorted({d for part in parts for d in part.atoms(sp.KroneckerDelta)}, key=by_name)


@functools.lru_cache(maxsize=16)
def _ends_in(parts: tuple[sp.Basic, ...]) -> set[sp.Expr]:
    """The bounds of all sums and products."""
    totals = {total for part in parts for total in part.atoms(sp.Sum, sp.Product)}
    return {end for total in totals for end in bounds_of(total)}


# --- points that satisfy an equation ----------------------------------------------------------


def _is_clear(point: Point, demand: Relational) -> bool:
    """Whether what must differ does so by more than the last digits: a quotient by it is lost."""
    if not isinstance(demand, sp.Ne):
        return True
    with mpmath.workdps(DIGITS):
        gap = inexact(minus(*[point.evaluate(side) for side in demand.args]))
        return bool(abs(gap) > mpmath.mpf(10) ** -8)


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


def _solved(point: Asked, equations: Sequence[Instance]) -> bool:
    """Make every equation hold at the point, to many more digits than are compared."""
    point.digits = SOLVED_DIGITS
    _satisfy_all(point, equations, set())
    for key, value in list(point.values.items()):
        if isinstance(value, mpmath.mpf):
            point.change(key, _as_fraction(value))
    holds = all(_holds(point, *one) for one in equations)
    if any(isinstance(value, mpmath.mpf) for value in point.values.values()):
        point.exact_to = min(_digits_of(point, *one) for one in equations)
    point.digits = DIGITS
    point.computed.clear()
    return holds


def _as_fraction(value: mpmath.mpf) -> Value:
    """The simple fraction that a root was meant to be, where it is one."""
    with mpmath.workdps(SOLVED_DIGITS):
        near = Fraction(int(mpmath.nint(value * 10**60)), 10**60).limit_denominator(10**9)
        close = abs(inexact(near) - value) <= mpmath.mpf(10) ** (50 - SOLVED_DIGITS)
    return near if close else value


def _digits_of(point: Asked, equation: sp.Eq, at: dict[sp.Symbol, int]) -> int:
    """To how many digits an equation holds at the point."""
    with mpmath.workdps(SOLVED_DIGITS):
        left, right = (inexact(point.evaluate(side, at)) for side in equation.args[:2])
        gap = abs(left - right) / max(abs(left), abs(right), 1)
        return SOLVED_DIGITS - 20 if gap == 0 else min(int(-mpmath.log10(gap)), SOLVED_DIGITS - 20)


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
        with mpmath.workdps(SOLVED_DIGITS):
            return minus(point.evaluate(equation.lhs), point.evaluate(equation.rhs))

    point.look_afresh()
    if same(gap(), Fraction(0)):
        return
    unknowns = [
        key
        for key in point.seen
        if not getattr(key, "is_integer", False) and key not in solved and key in point.values
    ]
    random.Random(f"{point.seed} {equation}").shuffle(unknowns)  # another branch at each point
    symbols = [key for key in unknowns if isinstance(key, sp.Symbol)]
    entries = [key for key in unknowns if key not in symbols]
    for unknown in (symbols + entries)[:MOST_UNKNOWNS]:
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
    with mpmath.workdps(SOLVED_DIGITS):
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
    return fits(of, value)


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
            left_of, right_of = "[]" if isinstance(base, sp.IndexedBase) else "()"
            described[f"{base}{left_of}{', '.join(map(_show, indices))}{right_of}"] = _show(value)
    described = dict(
        sorted(described.items(), key=lambda item: ("[" in item[0] or "(" in item[0], item[0]))
    )
    left, right = _without_noise(left, right), _without_noise(right, left)
    digits = next((n for n in (6, 12, 25) if _show(left, n) != _show(right, n)), DIGITS)
    return {**described, "left side": _show(left, digits), "right side": _show(right, digits)}


def _without_noise(value: Value, beside: Value) -> Value:
    """0 where nothing but rounding is left, against the other side."""
    if isinstance(value, Fraction) or beside == 0:
        return value
    with mpmath.workdps(DIGITS):
        is_noise = abs(value) < abs(inexact(beside)) * mpmath.mpf(10) ** (10 - DIGITS)
    return Fraction(0) if is_noise else value


def _show(value: Any, digits: int = 6) -> str:
    if isinstance(value, (int, Fraction)):
        if Fraction(value).numerator.bit_length() + Fraction(value).denominator.bit_length() < 80:
            return str(value)
        value = inexact(Fraction(value))
    with mpmath.workdps(DIGITS):  # Python refuses to write thousands of digits as text
        shown = str(mpmath.nstr(+value, digits))
    return shown.removesuffix(".0")
