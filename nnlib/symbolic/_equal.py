"""Is one expression equal to another? And how sure is that?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from ._evaluate import DIGITS, Point, Undefined, Unsupported, Value, divide, inexact, minus, same
from ._facts import Facts, without_implied
from ._limit import carry_out_limits
from ._limits import TimeUp, run_within
from ._normal import NormalForm, bounds_of, solve_for_index
from ._notation import Definition, Named, Recurrence, as_named, as_tuple, expand_names
from ._zero import is_zero

PROVED = "proved"
PROVED_FOR_SIZES = "proved for sizes"
CHECKED = "checked"
REFUTED = "refuted"
UNDECIDED = "undecided"

POINTS = 24  # random points that a proved equality has to stand as well
POINTS_WITHOUT_PROOF = 160  # and one that is not proved
FIRST_POINTS = 4  # so many before a proof is tried: they refute most of what is false
NOT_ZERO = 6  # so many of the points must give more than 0 = 0
MOST_POINTS = 200  # unless that many points give nothing else
SIZES = (1, 2, 3)  # sizes at which a proof is tried where there is none for all


@dataclass(frozen=True)
class Verdict:
    """How far an equality was established.

    Attributes:
        status: ``"proved"`` (for every size and value, under ``conditions``),
            ``"proved for sizes"`` (for every value, at the sizes in ``sizes``), ``"checked"``
            (agrees at random points of several sizes, exactly or to 35 digits), ``"refuted"``
            (``counterexample`` says where it fails) or ``"undecided"``.
        conditions: what the proof took for granted beyond what was given, such as γ ≠ 1.
        counterexample: the values at which the two sides differ, and the sides there.
        sizes: the sizes for which ``"proved for sizes"`` holds.
        seconds: how long it took.
        reason: one sentence on what stood in the way of more.
    """

    status: str
    conditions: tuple[Relational, ...] = ()
    counterexample: dict[str, str] | None = None
    sizes: tuple[dict[str, int], ...] = ()
    seconds: float = field(default=0.0, compare=False)
    reason: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a verdict is not true or false: ask for its status")

    def __str__(self) -> str:
        from ._print import to_text

        text = self.status
        if self.sizes:
            listed = (", ".join(f"{k} = {v}" for k, v in size.items()) for size in self.sizes)
            text += " " + "; ".join(listed)
        if self.conditions:
            text += " where " + ", ".join(to_text(c) for c in self.conditions)
        if self.counterexample:
            text += ": " + ", ".join(f"{k} = {v}" for k, v in self.counterexample.items())
        elif self.reason:
            text += f": {self.reason}"
        return text

    __repr__ = __str__


def equal(
    a: Any,
    b: Any,
    *,
    given: Any = (),
    where: Any = (),
    time_limit: float = 10.0,
) -> Verdict:
    """Decide whether ``a`` and ``b`` are equal, and say how that is known.

    Args:
        a, b: SymPy expressions, or numbers. Sums and products may have symbolic length; entries of
            families are ``IndexedBase`` entries. Values of symbols are as their assumptions say
            (``positive=True``, ``integer=True``, …).
        given: what may be used: inequalities such as ``j <= K - 1``, ``Ne(gamma, 1)``, and
            equations such as ``Eq(Sum(y[k], (k, 0, C - 1)), 1)``. An equation is used after
            derivatives are carried out.
        where: :class:`Definition` and :class:`Recurrence` objects for the names that ``a`` and
            ``b`` are written with.
        time_limit: seconds, at the most.

    Returns:
        A :class:`Verdict`. Exact values at random points are always compared, so that a statement
        which fails at one of them is never called proved.

    Raises:
        TypeError: where an argument is not of the kind named above.
    """
    started = time.monotonic()
    question = _Question(_as_expr(a, "a"), _as_expr(b, "b"), _as_given(given), as_named(where))
    if not (isinstance(time_limit, (int, float)) and time_limit > 0):
        raise ValueError(f"time_limit must be a positive number of seconds, got {time_limit!r}")
    verdict = _decide(question, started + time_limit)
    return Verdict(
        verdict.status,
        verdict.conditions,
        verdict.counterexample,
        verdict.sizes,
        time.monotonic() - started,
        verdict.reason,
    )


def _as_expr(value: Any, name: str) -> sp.Expr:
    if isinstance(value, str):
        raise TypeError(
            f"{name} must be a SymPy expression, got the text {value!r}: parse it first"
        )
    try:
        expr = sp.sympify(value.item() if hasattr(value, "item") else value, strict=True)
    except (sp.SympifyError, ValueError) as error:
        raise TypeError(f"{name} must be a SymPy expression, got {value!r}") from error
    if not isinstance(expr, sp.Expr):
        raise TypeError(f"{name} must be a SymPy expression, got {type(value).__name__}: {value}")
    if expr.has(sp.nan, sp.zoo):
        raise ValueError(f"{name} is undefined everywhere: {expr}")
    return sp.nsimplify(expr, rational=True) if expr.has(sp.Float) else expr


def _as_given(given: Any) -> tuple[Relational, ...]:
    given = as_tuple(given)
    for relation in given:
        if relation is sp.true or relation is True:
            continue
        if not isinstance(relation, Relational):
            raise TypeError(
                f"given must hold equations and inequalities, got {relation!r} "
                "(an equation is written Eq(a, b))"
            )
    return tuple(relation for relation in given if isinstance(relation, Relational))


@dataclass
class _Question:
    a: sp.Expr
    b: sp.Expr
    given: tuple[Relational, ...]
    where: tuple[Named, ...]

    @property
    def inequalities(self) -> list[Relational]:
        return [r for r in self.given if not isinstance(r, sp.Eq)]

    @property
    def equations(self) -> list[sp.Eq]:
        return [r for r in self.given if isinstance(r, sp.Eq)]

    def expanded(self) -> _Question:
        """The same question with derivatives and definitions carried out, recurrences aligned."""
        a, b = expand_names(self.a, self.where), expand_names(self.b, self.where)
        facts = Facts(self.inequalities)
        if a.has(sp.Limit) or b.has(sp.Limit):
            a, b = carry_out_limits(a, facts), carry_out_limits(b, facts)
        given = tuple(
            r.func(*[expand_names(side, self.where) for side in r.args]) for r in self.given
        )
        return _Question(a, b, given, self.where)


def _decide(question: _Question, deadline: float) -> Verdict:
    def left(share: float) -> float:
        return (deadline - time.monotonic()) * share

    try:
        expanded = run_within(left(0.3), question.expanded)
    except TimeUp:
        return Verdict(UNDECIDED, reason="the time was over before the names were expanded")
    except NotImplementedError as error:
        return Verdict(UNDECIDED, reason=str(error))
    early = _try_points(expanded, (), left(0.2), FIRST_POINTS)
    if early.counterexample and not _may_need_conditions(expanded):
        return Verdict(REFUTED, counterexample=early.counterexample)
    conditions: tuple[Relational, ...] = ()
    proved, reason = False, ""
    try:
        proved, conditions = run_within(left(0.5), _prove, expanded)
        reason = "" if proved else "the normal forms of the two sides differ"
    except TimeUp:
        reason = "the proof for all sizes took too long"
    except (NotImplementedError, ZeroDivisionError, ValueError, TypeError) as error:
        reason = f"no proof: {error}"
    # A proof is only as good as the program that makes it: what is proved is compared at random
    # points as well, by code of its own. (Names and derivatives are expanded once, for both.)
    count = POINTS if proved else POINTS_WITHOUT_PROOF
    trial = _try_points(expanded, conditions if proved else (), left(0.6), count)
    if trial.counterexample:
        return Verdict(REFUTED, counterexample=trial.counterexample)
    if proved and trial.agreed:
        return Verdict(PROVED, conditions)
    if proved:
        return Verdict(UNDECIDED, conditions, reason=f"a proof, but {trial.reason}")
    if trial.agreed:
        sizes = _prove_for_sizes(expanded, left(0.9))
        if sizes:
            return Verdict(PROVED_FOR_SIZES, sizes=sizes, reason=reason)
        return Verdict(CHECKED, reason=reason)
    return Verdict(UNDECIDED, reason=trial.reason or reason)


def _may_need_conditions(question: _Question) -> bool:
    """Whether a range that is not given (of an index in a delta, of a sequence) may save it."""
    if any(isinstance(named, Recurrence) for named in question.where):
        return True
    deltas = question.a.atoms(sp.KroneckerDelta) | question.b.atoms(sp.KroneckerDelta)
    indices = {s for delta in deltas for s in delta.free_symbols if not isinstance(s, sp.Dummy)}
    known = {s for r in question.inequalities for s in r.free_symbols}
    return not indices <= known


# --- the proof for all sizes -----------------------------------------------------------------


def _prove(question: _Question) -> tuple[bool, tuple[Relational, ...]]:
    """Try with what is given alone; then also with ranges as side conditions."""
    proved, conditions = _prove_with(question, Facts(question.inequalities, may_assume=False))
    if not proved:
        proved, conditions = _prove_with(question, Facts(question.inequalities))
    return proved, tuple(without_implied(conditions))


def _prove_with(question: _Question, facts: Facts) -> tuple[bool, Iterable[Relational]]:
    normal = NormalForm(facts)
    difference = _align_recurrences(question.a - question.b, question.where, facts)
    rules: list[tuple[sp.Expr, sp.Expr]] = []
    for equation in question.equations:
        rules += _as_rule(normal(equation.lhs - equation.rhs).xreplace(dict(rules)), facts)
    return _vanishes(difference, normal, rules), facts.conditions


def _vanishes(
    expr: sp.Expr, normal: NormalForm, rules: list[tuple[sp.Expr, sp.Expr]], splits: int = 8
) -> bool:
    """Whether ``expr`` is zero; a delta of free indices is split into its two cases."""
    expr = normal(expr)
    for old, new in rules:
        expr = expr.xreplace({old: new})
    if expr.has(sp.nan, sp.zoo, sp.oo):
        raise NotImplementedError("the normal form is not defined everywhere")
    deltas = [d for d in expr.atoms(sp.KroneckerDelta) if _is_free(d)]
    if not deltas or splits == 0:
        return is_zero(expr)
    delta = min(deltas, key=sp.default_sort_key)
    if not _vanishes(expr.xreplace({delta: sp.S.Zero}), normal, rules, splits - 1):
        return False
    index, value = _solve_for_index(delta)
    if normal.facts.positive(index - value) or normal.facts.positive(value - index):
        return True  # the two never meet
    return _vanishes(expr.xreplace({delta: sp.S.One, index: value}), normal, rules, splits - 1)


def _is_free(delta: sp.KroneckerDelta) -> bool:
    return not any(s.name.startswith("_k") for s in delta.free_symbols) and bool(delta.free_symbols)


def _solve_for_index(delta: sp.KroneckerDelta) -> tuple[sp.Symbol, sp.Expr]:
    solved = solve_for_index(sp.expand(delta.args[0] - delta.args[1]))
    if solved is None:
        raise NotImplementedError(f"cannot split {delta} into cases")
    return solved


def _as_rule(expr: sp.Expr, facts: Facts) -> list[tuple[sp.Expr, sp.Expr]]:
    """Read ``expr`` = 0 as a rule that replaces one of its atoms: a sum if there is one."""
    if expr == 0:
        return []
    candidates = sorted(
        expr.atoms(sp.Sum) | {s for s in expr.atoms(sp.Symbol) if not s.is_integer},
        key=lambda e: (not isinstance(e, sp.Sum), sp.default_sort_key(e)),
    )
    for atom in candidates + sorted(expr.atoms(sp.Indexed), key=sp.default_sort_key):
        x = sp.Dummy("x")
        numerator = sp.expand(sp.numer(sp.together(expr.xreplace({atom: x}))))
        slope = numerator.coeff(x)
        rest = sp.expand(numerator - slope * x)
        if slope != 0 and not rest.has(x) and not slope.has(x) and facts.nonzero(slope):
            return [(atom, -rest / slope)]
    raise NotImplementedError(f"cannot use the given equation {expr} = 0")


def _align_recurrences(expr: sp.Expr, where: Iterable[Named], facts: Facts) -> sp.Expr:
    """Write a sequence by its earliest entry that occurs, going down by the recurrence."""
    for recurrence in (named for named in where if isinstance(named, Recurrence)):
        for _ in range(20):
            entries = [e for e in expr.atoms(sp.Indexed) if e.base == recurrence.name]
            entries = [e for e in entries if not e.atoms(sp.Dummy)]
            later = [e for e in entries if _can_unfold(e, entries, recurrence)]
            if not later:
                break
            entry = later[0]
            index = sp.expand(entry.indices[0])
            if index == recurrence.start:
                expr = expr.xreplace({entry: recurrence.initial})
                continue
            if not facts.require_nonnegative(index - recurrence.start - 1):
                break
            expr = expr.xreplace({entry: recurrence.unfold(entry)})
    return expr


def _can_unfold(entry: sp.Indexed, entries: list[sp.Indexed], recurrence: Recurrence) -> bool:
    index = entry.indices[0]
    if index.is_Integer:
        return index >= recurrence.start
    gaps = [sp.expand(index - other.indices[0]) for other in entries]
    return any(gap.is_Integer and gap > 0 for gap in gaps)


# --- random points ---------------------------------------------------------------------------


@dataclass
class _Trial:
    agreed: bool
    counterexample: dict[str, str] | None = None
    reason: str = ""


def _try_points(
    question: _Question, conditions: Iterable[Relational], seconds: float, count: int
) -> _Trial:
    try:
        soon = time.monotonic() + 0.7 * seconds
        return run_within(seconds, _compare_at_points, question, tuple(conditions), count, soon)
    except TimeUp:
        return _Trial(False, reason="comparing at random points took too long")
    except Unsupported as error:
        return _Trial(False, reason=f"it could not be compared at points: {error}")


def _compare_at_points(
    question: _Question, conditions: tuple[Relational, ...], count: int, soon: float
) -> _Trial:
    compared = telling = 0
    refuting: list[tuple[Point, Value, Value]] = []
    for point in _points(question, conditions):
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
            return _Trial(True)
        if compared >= POINTS and telling >= NOT_ZERO and time.monotonic() > soon:
            return _Trial(True)
    if refuting:
        easy = (found for found in refuting if _is_easy_to_read(*found))
        return _Trial(False, _describe(*next(easy, refuting[0])))
    if compared < POINTS // 2:
        return _Trial(False, reason="too few points satisfy what is given")
    return _Trial(True)


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


def _points(question: _Question, conditions: tuple[Relational, ...]) -> Iterator[Point]:
    """Points that satisfy what is given: tame ones, wide ones, and ones where something happens."""
    demands = [*question.inequalities, *conditions]
    parts = [
        question.a,
        question.b,
        *(side for r in (*question.given, *demands) for side in r.args),
    ]
    free = sorted(
        (s for s in set().union(*[part.free_symbols for part in parts]) if s.is_Symbol), key=str
    )
    families = {str(e.base) for part in parts for e in part.atoms(sp.Indexed)}
    free = [s for s in free if str(s) not in families]
    rng = random.Random(20)
    places = _places_of_interest(parts)
    rng.shuffle(places)
    nested = max((_depth_of_sums(part) for part in parts), default=0)
    largest = 9 if nested <= 2 else 6 if nested == 3 else 4
    for attempt in range(20 * MOST_POINTS):
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
            for equation in question.equations:
                _satisfy(point, equation, solved)
            if all(point.holds(demand) for demand in (*question.equations, *demands)):
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
    deltas = sorted({d for p in parts for d in p.atoms(sp.KroneckerDelta)}, key=str)
    for delta in deltas:
        if delta.free_symbols <= set(values) and rng.random() < 0.5:
            index, value = _solve_for_index(delta)
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
    for symbol in sorted(indices & sizes.keys(), key=str):
        if ends and rng.random() < 0.8:
            value = Fraction(rng.choice(ends) + rng.choice((-1, 0, 1)))
            if _fits(symbol, value):
                moved[symbol] = value
    return moved


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
    of = unknown if isinstance(unknown, sp.Symbol) else unknown[0].label
    if of.is_nonpositive:
        return bool(value < 0)
    if of.is_positive:
        return bool(value > 0)
    return bool(value >= 0) if of.is_nonnegative else True


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
        return str(value)
    return str(mpmath.nstr(value, digits))


# --- the proof at given sizes ----------------------------------------------------------------


def _prove_for_sizes(question: _Question, seconds: float) -> tuple[dict[str, int], ...]:
    proved: list[dict[str, int]] = []
    try:
        run_within(seconds, _prove_at_each_size, question, proved)
    except TimeUp:
        pass
    return tuple(proved)


def _prove_at_each_size(question: _Question, proved: list[dict[str, int]]) -> None:
    parts = (question.a, question.b, *(side for r in question.given for side in r.args))
    sizes = sorted(
        (s for s in set().union(*[p.free_symbols for p in parts]) if s.is_integer and s.is_Symbol),
        key=str,
    )
    if not sizes:
        return
    for values in product(SIZES, repeat=len(sizes)):
        at = dict(zip(sizes, map(sp.Integer, values), strict=True))
        given = [r.xreplace(at) for r in question.given]
        if any(r is sp.false for r in given):
            continue
        small = _Question(
            question.a.xreplace(at),
            question.b.xreplace(at),
            tuple(r for r in given if r is not sp.true),
            question.where,
        )
        try:
            done, conditions = _prove(small)
        except (NotImplementedError, ZeroDivisionError, ValueError, TypeError):
            return
        if not done or conditions:
            proved.clear()
            return
        proved.append({str(s): int(v) for s, v in at.items()})
