"""Is one expression at most another? And how sure is that?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._budget import TooMuchWork, Work, backstop, forget_assumptions
from ._derivative import derivative
from ._domain import NotDefined, conditions_of
from ._equal import equal
from ._evaluate import Unsupported
from ._facts import Facts, without_implied
from ._maximum import Maximum
from ._moduli import real_moduli
from ._names import bodies, check_names
from ._notation import Named, Recurrence, as_named, as_tuple, expand_names
from ._question import as_expr, exactly, indices_of, too_large
from ._results import use_results
from ._search import Found, Search
from ._sequences import write_by_earliest
from ._signs import NOT_NEGATIVE, POSITIVE, REAL, Signs, Universal
from ._substitution import without_floats
from ._verdict import CHECKED, PROVED, REFUTED, UNDECIDED, Verdict

RELATIONS = {"<=": sp.Le, "<": sp.Lt, ">=": sp.Ge, ">": sp.Gt}
FIRST_POINTS = 12  # so many before a proof is tried
POINTS = 60  # so many where there is no proof
ENOUGH = 4  # so many have to satisfy what is given

KINKED = (sp.Abs, sp.Max, sp.Min, sp.Piecewise, sp.floor, sp.ceiling, sp.sign, sp.Mod, Maximum)
NO_POINT = "no point satisfies what is given"


@dataclass(frozen=True)
class Claim:
    """A proved relation, the conditions under which it holds, and what its names stand for."""

    relation: Relational
    conditions: tuple[Relational, ...] = ()
    definitions: tuple[Named, ...] = ()


def compare(
    a: Any,
    relation: str,
    b: Any,
    *,
    given: Any = (),
    where: Any = (),
    gap: Any = None,
    using: Any = (),
    effort: float = 1.0,
) -> Verdict:
    """Decide whether ``a`` ≤ ``b`` (or <, ≥, >), and say how that is known.

    Args:
        a, b: SymPy expressions, or numbers, as in :func:`equal`.
        relation: ``"<="``, ``"<"``, ``">="`` or ``">"``.
        given: inequalities and equations that may be used. One about an index that does not stand
            in ``a`` or ``b``, such as ``p[k] >= 0``, is for every k.
        where: the definitions and recurrences of the names in use.
        gap: the difference of the greater and the smaller side, in a form whose sign can be seen:
            a sum of squares, a product of positive factors. It is proved to be the difference.
        using: proved results that may be used: :class:`Derivation`, :class:`Induction` or
            :func:`tangent`. Their conditions have to follow from what is given.
        effort: how much work may be done, as a multiple of the usual.

    Returns:
        A :class:`Verdict`: ``"proved"`` (under ``conditions``, such as x ≠ 0 where 1/x occurs),
        ``"refuted"`` with a counterexample, or ``"undecided"``. Points that satisfy what is given
        are always looked at, so that nothing follows from what contradicts itself.

    Raises:
        TypeError, ValueError: where an argument is not of the kind named above.
    """
    if relation not in RELATIONS:
        raise ValueError(f"relation must be one of {', '.join(RELATIONS)}, got {relation!r}")
    if not (isinstance(effort, (int, float)) and 0 < effort < float("inf")):
        raise ValueError(f"effort must be a positive number, got {effort!r}")
    work = Work(effort)
    with backstop():
        sides = [as_expr(a, "a"), as_expr(b, "b")]
        given = read_given(given)
        claims = _claims(using, where)
        names = _names(where, claims)
        put = use_results(sides, where, given)
        sides, taken = put if put is not None else (sides, ())
        swapped = relation.startswith(">")
        less, greater = reversed(sides) if swapped else sides
        question = _Question(
            less,
            greater,
            strict="=" not in relation,
            given=(*given, *read_given(taken)),
            where=names,
            gap=None if gap is None else as_expr(gap, "gap"),
            claims=claims,
            swapped=swapped,
            work=work,
        )
        verdict = question.decide()
        verdict = replace(verdict, conditions=(*taken, *verdict.conditions))
    return replace(verdict, work=work.spent)


def check_order(
    a: sp.Expr, relation: str, b: sp.Expr, given: Iterable[Relational], where: Iterable[Named]
) -> Verdict:
    """Look at points only: ``"checked"``, ``"refuted"`` or ``"undecided"``."""
    swapped = relation.startswith(">")
    less, greater = (b, a) if swapped else (a, b)
    strict = relation in ("<", ">")
    question = _Question(less, greater, strict, tuple(given), tuple(where), None, (), swapped)
    try:
        points = question.points((), FIRST_POINTS)
    except Unsupported as error:
        return Verdict(UNDECIDED, reason=f"it could not be compared at points: {error}")
    refuting = next((found for found in points if found.refutes(strict)), None)
    if refuting is not None:
        return question.refuted(question.search(()), refuting)
    if not points:
        return Verdict(UNDECIDED, reason=NO_POINT)
    return Verdict(CHECKED, points=len(points))


def find_point(given: Iterable[Relational], where: Any) -> dict[str, str]:
    """Values that satisfy all of what is given; empty where none are found."""
    given = read_given(given)
    sides = [side for relation in given for side in relation.args]
    symbols = sorted(set().union(*[side.free_symbols for side in sides]), key=str)
    total = sp.Add(*[s for s in symbols if isinstance(s, sp.Symbol)])
    question = _Question(total, total, False, given, tuple(as_named(where)), None, (), False)
    try:
        found = next(iter(question.points((), 1)), None)
    except Unsupported:
        return {}
    if found is None:
        return {}
    described = question.search(()).describe(found, swapped=False)
    return {name: value for name, value in described.items() if " side" not in name}


def slope_sign(expr: sp.Expr, entry: sp.Indexed, given: Any, where: Iterable[Named]) -> int:
    """The possible signs of the derivative of ``expr`` by one entry, for any value of it.

    Where ``expr`` is not defined and differentiable for every value, any sign is possible.
    """
    value = sp.Dummy("value", real=True)
    expanded = expand_names(expr.xreplace({entry: value}), where)
    try:
        slope = derivative(expanded, value)
        question = _Question(
            slope, expanded, False, read_given(given), tuple(where), None, (), False
        )
        with question.work.stage("signs"):
            signs, needed = conditions_of((expanded, slope), question.signs())
            if any(relation.has(value) for relation in needed) or expanded.has(*KINKED):
                return REAL
            for goal in (POSITIVE, NOT_NEGATIVE):
                if signs.shows(slope, goal):
                    return goal
    except (NotImplementedError, NotDefined, TooMuchWork):
        pass
    return REAL


def read_given(given: Any) -> tuple[Relational, ...]:
    """The relations that are given, one by one.

    A comparison that SymPy finds true by itself says nothing more; one that it finds false can
    hold nowhere.
    """
    relations: list[Relational] = []
    for relation in as_tuple(given):
        if relation is True or relation is sp.true:
            continue
        if relation is False or relation is sp.false:
            raise ValueError(f"given: {NO_POINT}: one of the relations is false")
        if isinstance(relation, sp.And):
            relations += read_given(relation.args)
        elif isinstance(relation, Relational):
            exact = without_floats(relation)
            relations += read_given(exact) if exact is not relation else [relation]
        else:
            raise TypeError(
                f"given must hold equations and inequalities, got {relation!r} "
                "(an equation is written Eq(a, b))"
            )
    return tuple(relations)


def telling(given: Any) -> list[Relational]:
    """The relations that SymPy does not find true by itself."""
    return [r for r in read_given(given) if isinstance(r.func(*r.args), Relational)]


def _claims(using: Any, where: Any) -> tuple[Claim, ...]:
    """The results to be used; an inequality may stand in ``where`` as well."""
    inequalities = [one for one in as_tuple(where) if getattr(one, "relation", "=") in RELATIONS]
    return tuple(as_claim(one) for one in (*as_tuple(using), *inequalities))


def _names(where: Any, claims: Iterable[Claim]) -> tuple[Named, ...]:
    """The definitions of the names in use, those that the results were proved with included."""
    used = [*as_named(where), *(named for claim in claims for named in claim.definitions)]
    return tuple(exactly(named) for named in dict.fromkeys(used))


def as_claim(value: Any) -> Claim:
    """A proved result as a relation with its conditions.

    Raises ``TypeError`` where it is none, ``ValueError`` where it is not proved.
    """
    conclusion = getattr(value, "conclusion", None)
    if isinstance(value, Claim):
        return value
    if not isinstance(conclusion, Claim):
        raise TypeError(
            f"using must hold proved results (a Derivation, an Induction, a tangent), got {value!r}"
        )
    return conclusion


@dataclass(frozen=True)
class _Question:
    less: sp.Expr
    greater: sp.Expr
    strict: bool
    given: tuple[Relational, ...]
    where: tuple[Named, ...]
    gap: sp.Expr | None
    claims: tuple[Claim, ...]
    swapped: bool
    work: Work = field(default_factory=Work, compare=False)

    def check(self) -> None:
        """Refuse names that could be read in two ways; see :func:`check_names`."""
        bodies = {named.body for named in self.where}
        check_names([e for e in self._everything() if e not in bodies], self.where)

    # --- the order of work -----------------------------------------------------------------------

    def decide(self) -> Verdict:
        reason = next(filter(None, map(too_large, self._everything())), "")
        if reason:
            return Verdict(UNDECIDED, reason=reason)
        self.check()
        try:
            with self.work.stage("expansion"):
                expanded = self.expanded()
        except TooMuchWork:
            self._forget()
            return Verdict(UNDECIDED, reason="expanding the names takes too much work")
        except NotImplementedError as error:
            return Verdict(UNDECIDED, reason=str(error))
        if expanded is None:
            return Verdict(UNDECIDED, reason=NO_POINT)
        try:
            return expanded._decide()
        except Unsupported as error:
            return Verdict(UNDECIDED, reason=f"it could not be compared at points: {error}")

    def _decide(self) -> Verdict:
        """Where the sides are defined; a few points; the proof; more points."""
        try:
            with self.work.stage("signs"):
                self = self._with_real_moduli()
                signs, conditions = conditions_of(self.parts(), self.signs())
        except NotDefined as error:
            return self.without_proof((), f"not defined everywhere: {error}")
        except TooMuchWork:
            self._forget()
            return self.without_proof((), "where the sides are defined is too much to find out")
        first = self.points(conditions, FIRST_POINTS)
        refuting = next((found for found in first if found.refutes(self.strict)), None)
        if refuting is not None:
            return self.refuted(self.search(conditions), refuting)
        if not first:
            return Verdict(UNDECIDED, reason=NO_POINT)
        proved, more, reason = self.prove(signs)
        if not proved:
            return self.without_proof(conditions, reason)
        conditions = [*conditions, *more]
        if more and not self.points(conditions, FIRST_POINTS):  # they have to be possible too
            return Verdict(UNDECIDED, reason=NO_POINT)
        return Verdict(PROVED, tuple(without_implied(conditions)), points=len(first))

    def _with_real_moduli(self) -> _Question:
        """Roots of what is negative are imaginary, and |u + iv| is √(u² + v²)."""
        if not any(part.has(sp.Abs) and part.has(sp.Pow) for part in self.parts()):
            return self
        signs = self.signs()
        less, greater = (real_moduli(part, signs) for part in self.parts())
        return replace(self, less=less, greater=greater)

    def points(self, conditions: Iterable[Relational], count: int) -> list[Found]:
        """Up to ``count`` points that satisfy what is given and the conditions."""
        found: list[Found] = []
        try:
            with self.work.stage("first points"):
                for point in self.search(conditions).found(count):
                    found.append(point)
        except TooMuchWork:
            self._forget()
        return found

    def _everything(self) -> list[sp.Basic]:
        results = [part for r in self.claims for part in (r.relation, *r.conditions)]
        bodies = [named.body for named in self.where]
        gap = [] if self.gap is None else [self.gap]
        return [self.less, self.greater, *gap, *self.given, *results, *bodies]

    def _forget(self) -> None:
        """Leave no assumption half worked out in what was asked."""
        for expr in self._everything():
            forget_assumptions(expr)

    def expanded(self) -> _Question | None:
        """The same with names expanded; None where something that is given is false then."""
        given, claims = [], []
        for relation in self.given:
            expanded = self._expand_relation(relation)
            if expanded is sp.false:
                return None
            if isinstance(expanded, Relational):
                given.append(expanded)
        for claim in self.claims:
            relation = self._expand_relation(claim.relation)
            conditions = [self._expand_relation(c) for c in claim.conditions]
            if isinstance(relation, Relational) and sp.false not in conditions:
                kept = tuple(c for c in conditions if isinstance(c, Relational))
                claims.append(Claim(relation, kept))
        sides = (self.less, self.greater, *(() if self.gap is None else (self.gap,)))
        less, greater, *gap = (expand_names(side, self.where) for side in sides)
        return replace(
            self,
            less=less,
            greater=greater,
            gap=gap[0] if gap else None,
            given=tuple(given),
            claims=tuple(claims),
        )

    def _expand_relation(self, relation: Relational) -> sp.Basic:
        sides = [expand_names(side, self.where) for side in relation.args]
        if sides == list(relation.args):
            return relation
        expanded = relation.func(*sides)
        return expanded if expanded is sp.false else relation.func(*sides, evaluate=False)

    # --- what is used ----------------------------------------------------------------------------

    def parts(self) -> list[sp.Expr]:
        return [self.less, self.greater]

    @property
    def own_indices(self) -> set[sp.Basic]:
        return set().union(*[part.free_symbols for part in self.parts()])

    def universals(self) -> list[Universal]:
        """What is given for every value of an index that the question does not name."""
        free = self.own_indices
        found = []
        for relation in self.given:
            indices = _indices_of(relation) - free
            if indices and relation.has(sp.Indexed):
                ranges = [
                    r for r in self.given if not r.has(sp.Indexed) and _indices_of(r) & indices
                ]
                chosen = tuple(sorted(indices, key=str))
                found.append(Universal(chosen, relation, tuple(ranges)))
        return found

    def plain(self) -> list[Relational]:
        """What is given of the things in the question, and of what those are tied to."""
        indices = {index for universal in self.universals() for index in universal.indices}
        candidates = [r for r in self.given if not r.free_symbols & indices]
        symbols = self._reached(self.own_indices)
        for universal in self.universals():
            if universal.relation.free_symbols & symbols:
                symbols = symbols | universal.relation.free_symbols
        while True:
            reached = [r for r in candidates if r.free_symbols & symbols or not r.free_symbols]
            grown = self._reached(symbols.union(*[r.free_symbols for r in reached]))
            if grown == symbols:
                return reached
            symbols = grown

    def _reached(self, symbols: set[sp.Basic]) -> set[sp.Basic]:
        """The symbols, and those that the names among them are made of."""
        named = {str(n.name): bodies(n) for n in self.where}
        while True:
            inside = [body for s in symbols for body in named.get(str(s), ())]
            grown = symbols.union(*[body.free_symbols for body in inside])
            if grown == symbols:
                return symbols
            symbols = grown

    def signs(self) -> Signs:
        sequences = [named.name for named in self.where if isinstance(named, Recurrence)]
        terms = sorted(
            {
                index
                for part in (*self.parts(), *([] if self.gap is None else [self.gap]))
                for entry in part.atoms(sp.Indexed)
                for index in entry.indices
                if not _is_bound(part, index)
            },
            key=sp.default_sort_key,
        )
        signs = Signs(self.plain(), self.universals(), sequences, terms)
        for claim in self.claims:
            signs = self._with_result(signs, claim)
        return signs

    def _with_result(self, signs: Signs, claim: Claim) -> Signs:
        """Use a result: as it stands, and for every value of the indices that are only its own."""
        own = (_indices_of(claim.relation) - self.own_indices) if self.has_sums() else set()
        if own:
            chosen = tuple(sorted(own, key=str))
            signs.universals += (Universal(chosen, claim.relation, claim.conditions),)
            signs._use_universals(signs.terms)
            return signs
        unmet = [c for c in claim.conditions if not signs.holds(c)]
        return signs if unmet else signs.knowing(claim.relation)

    def has_sums(self) -> bool:
        parts = [*self.parts(), *([] if self.gap is None else [self.gap])]
        return any(part.has(sp.Sum, sp.Product) for part in parts)

    def search(self, conditions: Iterable[Relational]) -> Search:
        return Search(
            self.less,
            self.greater,
            self.strict,
            [*self.plain(), *conditions],
            self.universals(),
            self.where,
        )

    # --- the proof -------------------------------------------------------------------------------

    def prove(self, signs: Signs) -> tuple[bool, list[Relational], str]:
        """Whether the difference is seen to have its sign; further conditions; what is missing."""
        goal = POSITIVE if self.strict else NOT_NEGATIVE
        difference, conditions = self.greater - self.less, []
        if self.gap is not None:
            verdict = equal(difference, self.gap, given=telling(self.plain()), where=self.where)
            if verdict.status != PROVED:
                return False, [], f"the difference is not proved to be {self.gap}: {verdict}"
            difference, conditions = self.gap, list(verdict.conditions)
        try:
            with self.work.stage("signs"):
                aligned = self._aligned(difference)
                for form in dict.fromkeys((difference, aligned)):
                    if signs.shows(form, goal):
                        return True, [*conditions, *signs.noted], ""
        except TooMuchWork:
            self._forget()
            return False, [], "the sign of the difference takes too much work to see"
        except (NotImplementedError, ZeroDivisionError) as error:
            return False, [], f"no proof: {error}"
        return False, [], _what_is_missing(difference)

    def _aligned(self, expr: sp.Expr) -> sp.Expr:
        facts = Facts([r for r in self.plain() if not isinstance(r, sp.Eq)], may_assume=False)
        return write_by_earliest(expr, self.where, facts)

    # --- no proof --------------------------------------------------------------------------------

    def without_proof(self, conditions: Sequence[Relational], reason: str) -> Verdict:
        """Look for a counterexample, farther than before."""
        search, points, refuting = self.search(conditions), [], None
        try:
            with self.work.stage("points"):
                for found in search.found(POINTS):
                    points.append(found)
                    if found.refutes(self.strict):
                        break
                refuting = search.farther(points)
        except TooMuchWork:
            self._forget()
            refuting = next((found for found in points if found.refutes(self.strict)), None)
        if refuting is not None:
            return self.refuted(search, refuting)
        return Verdict(UNDECIDED, reason=reason if len(points) >= ENOUGH else NO_POINT)

    def refuted(self, search: Search, found: Found) -> Verdict:
        simple = found
        with contextlib.suppress(TooMuchWork), self.work.stage("first points"):
            simple = search.simplified(found)
        return Verdict(REFUTED, counterexample=search.describe(simple, self.swapped))


def _indices_of(relation: Relational) -> set[sp.Basic]:
    """The index symbols that are free in a relation; of one without entries, the whole numbers."""
    if relation.has(sp.Indexed):
        return indices_of(relation)
    return {s for s in relation.free_symbols if s.is_Symbol and s.is_integer}


def _is_bound(part: sp.Expr, index: sp.Expr) -> bool:
    bound = {limit[0] for total in part.atoms(sp.Sum, sp.Product) for limit in total.limits}
    return bool(bound & index.free_symbols)


def _what_is_missing(difference: sp.Expr) -> str:
    unreal = sorted(
        str(s)
        for s in difference.free_symbols
        if s.is_Symbol and s.is_real is None and not isinstance(s, sp.Dummy)
    )
    if unreal:
        return f"{', '.join(unreal)} not declared real"
    return "the sign of the difference cannot be seen: show it as a gap"
