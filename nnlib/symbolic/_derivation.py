"""Derivations: chains of lines, each proved from the one before when it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand
from ._atoms import in_order
from ._carried import carried, reachable
from ._chains import as_relation, combined
from ._conditions import divisors_that_may_vanish
from ._equal import compare, equal
from ._facts import Facts, without_implied
from ._match import Match
from ._names import check_names, check_new_name, hidden_symbols, names_in, restates
from ._notation import Definition, Named, Recurrence, as_named, as_tuple, expand_names
from ._order import RELATIONS, Claim, check_order, read_given, slope_sign, telling
from ._order import compare as compare_order
from ._points import check_some_value_fits
from ._print import shortened, to_text
from ._refutation import FalseStep, Refutation
from ._results import Result, is_used
from ._shown import Display, Row, Shown, Source, said_of
from ._signs import NOT_NEGATIVE, POSITIVE, Signs
from ._substitution import substitute
from ._verdict import (
    PROVED,
    PROVED_FOR_SIZES,
    REFUTED,
    STRENGTH,
    UNDECIDED,
    UnprovedStep,
    Verdict,
)
from ._written import plain

UNROLLED = 7  # so many entries of a sequence are compared with what an induction claims


@dataclass(frozen=True)
class Line:
    """One line: how it is related to the one before, why, and how far that was established.

    A proved line has no label of its own; a definition, an assumption and what is less than proved
    have one.

    Attributes:
        relation: ``"="``, ``"<="``, ``"<"``, ``">="`` or ``">"``.
        difference: the greater side less the smaller one, in the form the author has shown it.
        equal_at: where the two sides are proved to be equal; None where nothing is said of that.
    """

    lhs: sp.Expr | None
    expr: sp.Expr  # as the author wrote it: it may hold groups
    why: str
    verdict: Verdict | None  # None for a definition or a hypothesis: nothing to prove
    label: str = ""
    given: tuple[Relational, ...] = ()  # what this line may use beyond the whole derivation
    relation: str = "="
    difference: Any = None
    equal_at: Any = None

    def row(self) -> Row:
        """The line as it is shown."""
        return Row(
            self.lhs,
            self.expr,
            self.why,
            self.relation,
            self.label,
            self.difference,
            self.equal_at,
            self.given,
        )


class Derivation(Shown):
    """A chain of expressions, from a definition to a result: equal, or each at most the next.

    ``Derivation(lhs, start, why).step(expr, why).step(…)``: every line is checked against the one
    before when it is written. The object is what the reader sees (aligned LaTeX, plain text, or
    data that the site makes its pages from), so that nothing unchecked can stand on the page.

    A derivation is a result: later ones take it in ``where``, and its left side may then be
    replaced by its last line, where its conditions hold; else they are taken along and listed.

    Args:
        lhs: what is derived. Where its names are defined in ``where``, or it is a derivative, the
            first line is checked as well; else the first line defines it.
        start: the first right-hand side.
        why: the reason for the first line.
        name: the equation label, by which the text refers to it.
        relation, gap, using, equal_at: of the first line, as in :meth:`step`.
        given: what may be used on every line: inequalities and equations, as in :func:`equal`.
        where: the :class:`Definition` and :class:`Recurrence` objects of the names in use, and
            results proved before.
        accept: the weakest verdict that a line may have: ``"proved"``, ``"proved for sizes"`` or
            ``"checked"``.
        effort: how much work each line may take, as a multiple of the usual.

    Raises:
        FalseStep: where a line is wrong; the message names the line and gives a counterexample.
        UnprovedStep: where a line was not established as far as ``accept`` asks.
    """

    def __init__(
        self,
        lhs: Any,
        start: Any,
        why: str = "by definition",
        *,
        name: str = "",
        relation: str = "=",
        gap: Any = None,
        using: Any = (),
        equal_at: Any = (),
        given: Any = (),
        where: Any = (),
        accept: str = PROVED,
        effort: float = 1.0,
    ) -> None:
        self.lhs = sp.sympify(lhs)
        self._take(name, given, where, accept, effort)
        start = sp.sympify(start)
        if as_relation(relation) != "=":
            self._append_order(self.lhs, relation, start, why, (), gap, using, lhs=self.lhs)
            self._add_equality(equal_at)
        elif gap is not None or as_tuple(using) or as_tuple(equal_at):
            raise ValueError("gap, using and equal_at belong to an inequality: give its relation")
        elif self._defines(self.lhs):
            check_new_name(self.lhs, plain(start), self.given, self.definitions)
            check_some_value_fits(self.lhs, plain(start), self.given, self.definitions)
            self.lines.append(Line(self.lhs, start, why, None, "definition"))
        elif restates(self.lhs, plain(start), self.definitions):
            check_names((self.lhs, start, *self.given), self.definitions)
            self.lines.append(Line(self.lhs, start, why, None, "definition"))
        else:
            self._append(self.lhs, start, why, (), self.accept, lhs=self.lhs)

    def _take(self, name: str, given: Any, where: Any, accept: str, effort: float) -> None:
        """Keep what holds for every line."""
        self.name = name
        self.given = as_tuple(given)
        self.where = as_tuple(where)
        self.definitions: tuple[Named, ...] = as_named(where)
        self.accept = _as_strength(accept)
        self.effort = effort
        self.lines: list[Line] = []

    def _defines(self, lhs: sp.Expr) -> bool:
        """Whether the first line gives a new name its meaning."""
        name = lhs.base if isinstance(lhs, sp.Indexed) else lhs
        known = {named.name for named in self.definitions}
        return isinstance(lhs, (sp.Symbol, sp.Indexed)) and name not in known

    def step(
        self,
        expr: Any,
        why: str,
        *,
        relation: str = "=",
        gap: Any = None,
        using: Any = (),
        equal_at: Any = (),
        given: Any = (),
        accept: str | None = None,
    ) -> Derivation:
        """Add a line that follows from the last one, and return the derivation.

        Args:
            expr: the new right-hand side.
            why: the reason, as a short phrase; ``$…$`` may hold mathematics.
            relation: how the last line is related to this one: ``"="``, ``"<="``, ``"<"``,
                ``">="`` or ``">"``. An inequality has to be proved, whatever ``accept`` says, and
                all of a chain have to point the same way.
            gap: for an inequality, the greater side less the smaller one, in a form whose sign can
                be seen. It is proved to be the difference, and shown below the line.
            using: proved results that an inequality may use, as in :func:`compare`.
            equal_at: equations, such as ``Eq(x, y)``, under which the two sides are proved equal.
            given: what this line may use beyond what the whole derivation may.
            accept: the weakest verdict for this line, where it is not that of the derivation.

        Raises:
            FalseStep: where the line is wrong; the message has a counterexample.
            UnprovedStep: where it was not established as far as is asked.
            ValueError: where an inequality points the other way than one before it.
        """
        given = as_tuple(given)
        strength = self.accept if accept is None else _as_strength(accept)
        expr = sp.sympify(expr)
        if as_relation(relation) != "=":
            self._append_order(self.last, relation, expr, why, given, gap, using)
            self._add_equality(equal_at)
        elif gap is not None or as_tuple(using) or as_tuple(equal_at):
            raise ValueError("gap, using and equal_at belong to an inequality: give its relation")
        else:
            self._append(self.last, expr, why, given, strength)
        return self

    def _append_order(
        self,
        before: sp.Expr,
        relation: str,
        expr: sp.Expr,
        why: str,
        given: Sequence[Relational],
        gap: Any,
        using: Any,
        lhs: sp.Expr | None = None,
    ) -> None:
        """Add an inequality. Only a proof will do: "checked" says little where sizes are open."""
        number = len(self.lines) + 1
        if not why.strip():
            raise ValueError(f"why: line {number} needs a reason, got {why!r}")
        combined([*(line.relation for line in self.lines), relation], f"line {number} ({why})")
        verdict = compare_order(
            before,
            relation,
            expr,
            given=(*self.given, *given),
            where=self.where,
            gap=gap,
            using=using,
            effort=self.effort,
        )
        claimed = f"{shortened(to_text(before))} {relation} {shortened(to_text(expr))}"
        place = f"line {number} ({why}): {claimed}"
        if verdict.status == REFUTED:
            found = Refutation(place, before, expr, verdict.counterexample or {})
            raise FalseStep(f"{place} is false\n{found.example()}", found)
        if verdict.status != PROVED:
            raise UnprovedStep(f"{place} was to be {PROVED}, but is {verdict}")
        difference = None if gap is None else sp.sympify(gap)
        own = read_given(given)
        label = _label(verdict)
        self.lines.append(Line(lhs, expr, why, verdict, label, own, relation, difference))

    def _add_equality(self, equal_at: Any) -> None:
        """Prove where the two sides of the last line are equal, and keep it with the line."""
        line, equations = self.lines[-1], read_given(equal_at)
        if not equations:
            return
        before = self.lines[-2].expr if len(self.lines) > 1 else self.lhs
        values = {equation.lhs: equation.rhs for equation in equations}
        sides = [_with_values(side, values, self.definitions) for side in (before, line.expr)]
        verdict = equal(
            *sides,
            given=telling((*self.given, *line.given)),
            where=self.where,
            effort=self.effort,
        )
        shown = ", ".join(map(to_text, equations))
        if verdict.status == REFUTED:
            found = Refutation(f"equal at {shown}", *sides, verdict.counterexample or {})
            raise FalseStep(f"equal_at: not equal at {shown}\n{found.example()}", found)
        if verdict.status != PROVED:
            raise UnprovedStep(f"equal_at: equality at {shown} was to be proved, but is {verdict}")
        self.lines[-1] = replace(line, equal_at=tuple(equations))

    def _append(
        self,
        before: sp.Expr,
        expr: sp.Expr,
        why: str,
        given: Sequence[Relational],
        accept: str,
        lhs: sp.Expr | None = None,
    ) -> None:
        if not why.strip():
            raise ValueError(f"why: line {len(self.lines) + 1} needs a reason, got {why!r}")
        if self.lines and lhs is None and expr == before:
            raise ValueError(f"line {len(self.lines) + 1} ({why}) repeats the line before: {expr}")
        verdict = equal(
            before,
            expr,
            given=(*self.given, *given),
            where=self.where,
            effort=self.effort,
        )
        claimed = f"{shortened(to_text(before))} = {shortened(to_text(expr))}"
        place = f"line {len(self.lines) + 1} ({why}): {claimed}"
        if verdict.status == REFUTED:
            found = Refutation(place, before, expr, verdict.counterexample or {})
            raise FalseStep(f"{place} is false\n{found.example()}", found)
        if STRENGTH.get(verdict.status, 0) < STRENGTH[accept]:
            raise UnprovedStep(f"{place} was to be {accept}, but is {verdict}")
        own = tuple(relation for relation in given if isinstance(relation, Relational))
        self.lines.append(Line(lhs, expr, why, verdict, _label(verdict), own))

    @property
    def start(self) -> sp.Expr:
        """The first right-hand side."""
        return plain(self.lines[0].expr)

    @property
    def last(self) -> sp.Expr:
        """The last right-hand side: the result."""
        return plain(self.shown)

    @property
    def shown(self) -> sp.Expr:
        """The result as it is written on the page: with the groups and the order of its author."""
        return self.lines[-1].expr

    @property
    def relation(self) -> str:
        """How the left side is related to the last line: strict if one line is."""
        return combined([line.relation for line in self.lines])

    @property
    def conclusion(self) -> Claim:
        """What was proved, as a relation with its conditions: for ``using=`` elsewhere.

        Raises ``ValueError`` where it is not proved.
        """
        if self.status != PROVED:
            raise ValueError(f"only a proved derivation can be used, this one is {self.status}")
        defined = self.lines[0].verdict is None and self._defines(self.lhs)
        lhs = self.start if defined else self.lhs
        kind = RELATIONS.get(self.relation, sp.Eq)
        relation = kind(lhs, self.last, evaluate=False)
        return Claim(relation, self.conditions, self.definitions)

    @property
    def conditions(self) -> tuple[Relational, ...]:
        """What the lines were proved under: what was given, and what the proofs needed."""
        return (*self._conditions()[0], *self._conditions()[1])

    def _conditions(self) -> tuple[list[Relational], list[Relational]]:
        """What was given, and what the proofs needed beyond that."""
        verdicts = [line.verdict for line in self.lines if line.verdict is not None]
        needed = [condition for verdict in verdicts for condition in verdict.conditions]
        given = [r for r in self.given if isinstance(r, Relational)]
        given += [relation for line in self.lines for relation in line.given]
        both = without_implied([*given, *needed])
        return [r for r in both if r in given], [r for r in both if r not in given]

    @property
    def as_result(self) -> Result | None:
        """What later proofs may use: the left side, the last line, and their conditions.

        None for an inequality: it cannot take the place of its left side.
        """
        if self.relation != "=":
            return None
        own: tuple[Named, ...] = ()
        if self._defines(self.lhs):
            own = (Definition(self.lhs, self.start, name=self.name),)
        return Result(self.lhs, self.last, self.conditions, (*self.definitions, *own))

    @property
    def status(self) -> str:
        """How far the weakest of its lines was established; one for the whole chain."""
        statuses = [line.verdict.status for line in self.lines if line.verdict is not None]
        return min(statuses, key=STRENGTH.__getitem__, default="definition")

    def lambdify(self, *, origin: Mapping[Any, int] | None = None) -> Callable[..., Any]:
        """The last line as a NumPy function of keyword arguments, one for each free name.

        A family is an array; ``origin`` gives the index of its first entry, where that is not 0:
        ``origin={c: 1}`` for c_1, …, c_T.
        """
        from ._numeric import numpy_function  # needs NumPy, which nothing else here does

        return numpy_function(self.last, self.definitions, origin or {})

    def matches(
        self,
        output: Any,
        index: Sequence[sp.Symbol] | sp.Symbol = (),
        *,
        start: int = 0,
        values: Mapping[sp.Symbol, int] | None = None,
        of: Any = (),
        lines: str | Sequence[str] = (),
    ) -> Match:
        """Prove that what a program computed on symbols is the last line of this derivation.

        Args:
            output: an array of SymPy expressions: the result of the shipped function, run on
                arrays made by :func:`symarray` from the families of this derivation.
            index: the symbols of the last line that number the entries along each axis.
            start: the index of the first entry along each axis.
            values: a number for each size symbol that ``index`` does not fix.
            of: the function, or functions, that computed it: the page shows their code.
            lines: of that code, only the statements that begin so, as ``"dvar ="``.

        Raises:
            FalseStep: where an entry differs; the message has a counterexample.
            UnprovedStep: where an entry was not established as far as the derivation asks.
            ValueError: where the output is empty, has not one entry for each value of an index
                (as far as the ranges are known), or where a size coincides with a number of the
                formula or with another size, so that a wrong constant would not be seen.
        """
        if self.relation != "=":
            raise ValueError(
                f"the last line is not equal to {to_text(self.lhs)} ({self.relation}), so that a "
                "program cannot be compared with it"
            )
        lines = (lines,) if isinstance(lines, str) else tuple(lines)
        return Match.of(self, output, index, start, dict(values or {}), as_tuple(of), lines)

    def table(self) -> list[dict[str, Any]]:
        """The lines as data, as in :meth:`data`, each with its own verdict.

        Further keys: ``status``, ``points`` and ``work`` of the verdict; None for a line that has
        nothing to prove. Work is not in :meth:`data`: that is stored in notebooks, and would
        change with every change of the engine.
        """
        rows = []
        for line, row in zip(self.lines, self.data()["rows"], strict=True):
            told = {key: getattr(line.verdict, key, None) for key in ("status", "points", "work")}
            rows.append({**row, **told})
        return rows

    # --- what the reader sees ----------------------------------------------------------------

    kind = "derivation"

    def display(self) -> Display:
        given, needed = self._conditions()
        exprs = [e for line in self.lines for e in (line.lhs, line.expr) if e is not None]
        return Display(
            self.kind,
            self.name,
            self.status,
            tuple(line.row() for line in self.lines),
            given=tuple(given),
            needed=tuple(needed),
            carried=carried(exprs, self.definitions, self.conditions),
            rests_on=tuple(self._sources(exprs)),
            checked=self._checked(),
        )

    def _sources(self, exprs: list[sp.Expr]) -> list[Source]:
        """The results that the lines use, and the definitions of the names in them."""
        sources = []
        for one in self.where:
            if isinstance(one, Derivation):
                result = one.as_result
                if result is not None and is_used(result, exprs):
                    sources.append(Source(one.name, "result", result.lhs, result.body))
        for named in reachable(exprs, self.definitions):
            for row in named.display().rows:
                sources.append(Source(named.equation, "definition", row.lhs, row.rhs, row.relation))
        return sources

    def _checked(self) -> tuple[tuple[str, Any], ...]:
        return said_of([line.verdict for line in self.lines if line.verdict is not None])


class Induction(Derivation):
    """A statement about every entry of a sequence, proved by induction.

    ``Induction(recurrence, C[T], claim)`` proves C_T = claim for every T from the start of the
    recurrence on: the base case, and the step from T to T + 1. ``steps`` are lines between the
    induction hypothesis and the claim for T + 1, each with its reason, and where it is needed the
    further arguments of :meth:`Derivation.step` in a dictionary.

    A recurrence that uses two entries before has two base cases, and its step is from T and T + 1
    to T + 2. Sequences that use each other are proved together: ``also={V[T]: claim_V}`` holds the
    claims for the others, whose recurrences are in ``where``; all are supposed for T, and each is
    proved for T + 1. The result is the claim for the first.

    With ``relation="<="`` (or <, ≥, >) it proves C_T ≤ claim. Then the right side of the recurrence
    has to grow with C_T, so that the hypothesis may be put into it; ``gap`` and ``using`` are those
    of the last line.
    """

    def __init__(
        self,
        recurrence: Recurrence,
        lhs: sp.Indexed,
        claim: Any,
        *,
        also: Mapping[sp.Indexed, Any] | None = None,
        steps: Iterable[tuple[Any, ...]] = (),
        why: str = "the claim for the next index",
        name: str = "",
        relation: str = "=",
        gap: Any = None,
        using: Any = (),
        given: Any = (),
        where: Any = (),
        accept: str = PROVED,
        effort: float = 1.0,
    ) -> None:
        if not (isinstance(lhs, sp.Indexed) and lhs.base == recurrence.name):
            raise ValueError(f"lhs must be an entry of {recurrence.name}, got {lhs!r}")
        index, claim = _induction_index(lhs, recurrence.start), sp.sympify(claim)
        self.lhs, self.claim = lhs, claim
        self._take(name, given, where, accept, effort)
        self.definitions = as_named((*self.where, recurrence))
        self._from_start = sp.Ge(index, recurrence.start, evaluate=False)
        proved = [(recurrence, claim), *self._other_claims(also or {}, index, recurrence.start)]
        for of, its_claim in proved:
            check_names((its_claim, *self.given), self.definitions)
            _check_index_is_free(index, of, its_claim, self.given, self.definitions)
        if as_relation(relation) == "=":
            self._prove_equal(proved, index, steps, why)
        elif len(proved) > 1 or recurrence.order > 1:
            raise ValueError("relation: an inequality is for one sequence that uses its last entry")
        else:
            self._prove_order(recurrence, index, relation, steps, why, gap, using)
        self._check_every_step_is_covered(index, recurrence.start)
        for of, its_claim in proved:
            self._check_divisors(of)
            self._compare_with_unrolled(of, its_claim, index, relation)
        self.proved_relation = relation
        self.recurrence = recurrence

    def _prove_equal(
        self,
        proved: Sequence[tuple[Recurrence, sp.Expr]],
        index: sp.Symbol,
        steps: Iterable[tuple[Any, ...]],
        why: str,
    ) -> None:
        """The base cases and the step of each sequence, all claims being supposed."""
        order = max(of.order for of, _ in proved)
        suppose = {
            of.name[index + n]: _at(claim, index, index + n)
            for of, claim in proved
            for n in range(order)
        }
        for place, (of, claim) in enumerate(proved):
            self._append_base_cases(of, claim, index, order)
            self._append_step(of, suppose, index + order, [r for r, _ in proved])
            for expr, reason, *options in steps if place == 0 else ():
                self.step(expr, reason, **(options[0] if options else {}))
            following_claim = _at(claim, index, index + order)
            if self.last != plain(following_claim):
                self.step(following_claim, why)

    def _prove_order(
        self,
        recurrence: Recurrence,
        index: sp.Symbol,
        relation: str,
        steps: Iterable[tuple[Any, ...]],
        why: str,
        gap: Any,
        using: Any,
    ) -> None:
        """The base case and the step of an inequality."""
        first, initial = recurrence.first, recurrence.initial
        base_claim = _at(self.claim, index, sp.Integer(recurrence.start))
        self._append_order(initial, relation, base_claim, "base case", (), None, (), lhs=first)
        following = self.lhs.base[index + 1]
        unfolded = recurrence.unfold(following)
        self.lines.append(Line(following, unfolded, "the recurrence", None, "definition"))
        supposed = unfolded.xreplace({self.lhs: self.claim})
        if supposed == unfolded:
            raise ValueError(f"the recurrence for {following} does not hold {self.lhs}")
        carried = self._carried(unfolded, self.lhs, relation)
        self.lines.append(
            Line(None, supposed, "induction hypothesis", None, "assumed", relation=carried)
        )
        for expr, reason, *options in steps:
            self.step(expr, reason, **(options[0] if options else {}), **self._within(relation))
        following_claim = _at(self.claim, index, index + 1)
        if self.last != plain(following_claim):
            self._close(following_claim, why, relation, gap, using)
        self._check_the_step_is_strict(relation)

    def _other_claims(
        self, also: Mapping[sp.Indexed, Any], index: sp.Symbol, start: int
    ) -> list[tuple[Recurrence, sp.Expr]]:
        """The recurrences of the sequences that are claimed along with the first."""
        known = {n.name: n for n in self.definitions if isinstance(n, Recurrence)}
        found = []
        for entry, claim in also.items():
            of = known.get(entry.base) if isinstance(entry, sp.Indexed) else None
            if of is None or entry.indices != (index,) or of.start != start:
                raise ValueError(
                    f"also: {entry} must be an entry, at {index}, of a sequence whose recurrence "
                    f"is in where and starts at {start}"
                )
            found.append((of, sp.sympify(claim)))
        return found

    def _append_base_cases(
        self, recurrence: Recurrence, claim: sp.Expr, index: sp.Symbol, order: int
    ) -> None:
        for n in range(order):
            entry = recurrence.name[recurrence.start + n]
            value = recurrence.initials[n] if n < recurrence.order else recurrence.unfold(entry)
            claimed = _at(claim, index, sp.Integer(recurrence.start + n))
            self._append(value, claimed, "base case", (), self.accept, lhs=entry)

    def _append_step(
        self,
        recurrence: Recurrence,
        suppose: dict[sp.Expr, sp.Expr],
        following: sp.Expr,
        sequences: Iterable[Recurrence],
    ) -> None:
        """The next entry by the entries before it, and these as they are claimed to be."""
        entry = recurrence.name[following]
        unfolded = recurrence.unfold(entry)
        for _ in suppose:  # another sequence may stand in it at the same index
            later = {of.name[following]: of for of in sequences if of.name != recurrence.name}
            found = [e for e in in_order(unfolded, sp.Indexed) if e in later]
            for other in found:
                unfolded = unfolded.xreplace({other: later[other].unfold(other)})
        self.lines.append(Line(entry, unfolded, "the recurrence", None, "definition"))
        supposed = unfolded.xreplace(suppose)
        if supposed == unfolded and len(suppose) == 1:
            raise ValueError(f"the recurrence for {entry} does not hold {next(iter(suppose))}")
        self.lines.append(Line(None, supposed, "induction hypothesis", None, "assumed"))

    def _within(self, relation: str) -> dict[str, Any]:
        """An inequality has to hold from the start on only."""
        return {} if relation == "=" else {"given": self._from_start}

    def _close(self, claim: sp.Expr, why: str, relation: str, gap: Any, using: Any) -> None:
        """The last line of the step; after a strict one it need not be strict itself."""
        if relation == "=":
            self.step(claim, why)
            return
        is_strict = any(line.relation in "<>" for line in self.lines[2:])
        own = relation if not is_strict else f"{relation[0]}="
        self.step(claim, why, relation=own, gap=gap, using=using, given=self._from_start)

    def _carried(self, unfolded: sp.Expr, lhs: sp.Indexed, relation: str) -> str:
        """How the recurrence at C_T and at the claim are related, if C_T and the claim are so.

        That needs a right side that grows with C_T, whatever the value of C_T is.
        """
        if relation == "=":
            return "="
        if any(e.base == lhs.base and e != lhs for e in unfolded.atoms(sp.Indexed)):
            raise ValueError(f"the recurrence holds other entries of {lhs.base} than {lhs}")
        slope = slope_sign(
            unfolded, lhs, given=(*self.given, self._from_start), where=self.definitions
        )
        if slope & ~NOT_NEGATIVE:
            raise UnprovedStep(
                f"induction hypothesis: {to_text(unfolded)} is not seen to grow with "
                f"{to_text(lhs)}, so that the claim cannot be put into it"
            )
        return relation if slope == POSITIVE else f"{relation[0]}="

    def _check_the_step_is_strict(self, relation: str) -> None:
        if relation in ("<", ">") and all(line.relation not in "<>" for line in self.lines[2:]):
            raise UnprovedStep(f"the step from one index to the next proves {relation}= only")

    def _compare_with_unrolled(
        self, recurrence: Recurrence, of_any: sp.Expr, index: sp.Symbol, relation: str
    ) -> None:
        """The claim at the first indices, against the sequence itself, one entry after the other.

        The proof above is only as good as the program that made it; this is made by another.
        """
        for n in range(recurrence.start, recurrence.start + UNROLLED):
            number = {index: sp.Integer(n)}
            claim = _at(plain(of_any), index, sp.Integer(n))
            given = [r for r in (c.xreplace(number) for c in self.given) if r is not sp.true]
            if any(r is sp.false for r in given):
                continue
            entry, where = recurrence.name[n], self.definitions
            if relation == "=":
                verdict = compare(entry, claim, given, where)
            else:
                verdict = check_order(entry, relation, claim, given, where)
            place = f"{to_text(entry)} {relation} {shortened(to_text(claim))}"
            if verdict.status == REFUTED:
                found = Refutation(place, entry, claim, verdict.counterexample or {})
                raise FalseStep(f"the claim fails: {place} is false\n{found.example()}", found)
            if verdict.status == UNDECIDED:
                raise UnprovedStep(f"{place}, unrolled, is {verdict}")

    def _check_every_step_is_covered(self, index: sp.Symbol, start: int) -> None:
        """The step must hold from the start on: a condition on the index may not be stronger."""
        known = Facts([sp.Ge(index, start, evaluate=False)])
        for relation in super().conditions:
            if not relation.has(index) or isinstance(relation, sp.Eq):
                continue
            gap = expand(relation.lhs - relation.rhs)
            covered = (
                known.nonzero(gap)
                if isinstance(relation, sp.Ne)
                else known.nonnegative(relation.gts - relation.lts)
                if isinstance(relation, (sp.Ge, sp.Le))
                else known.positive(relation.gts - relation.lts)
            )
            if not covered:
                raise UnprovedStep(
                    f"the step is proved for {to_text(relation)} only, which leaves a gap after "
                    f"the base case {to_text(index)} = {start}"
                )

    def _check_divisors(self, recurrence: Recurrence) -> None:
        """What the recurrence divides by at each index may not vanish at one far out."""
        t = recurrence.index
        given = [relation for relation in self.given if isinstance(relation, Relational)]
        known = [*given, sp.Ge(t, recurrence.start + recurrence.order, evaluate=False)]
        for divisor in divisors_that_may_vanish(recurrence.body, known, self.definitions):
            # entries have been looked at one by one; a number may vanish later than that
            signs, sides = Signs(known), () if divisor.has(sp.Indexed) else (divisor, -divisor)
            if any(signs.shows(side, POSITIVE) for side in sides):
                continue
            if divisor.xreplace({e: sp.Dummy() for e in divisor.atoms(sp.Indexed)}).has(t):
                raise UnprovedStep(
                    f"the recurrence divides by {to_text(divisor)}, which is not seen to differ "
                    f"from 0 for every {to_text(t)} ≥ {recurrence.start + recurrence.order}"
                )

    @property
    def last(self) -> sp.Expr:
        """The last line while the proof is being written; the claim when it is done."""
        return plain(self.shown)

    @property
    def shown(self) -> sp.Expr:
        return self.claim if hasattr(self, "recurrence") else self.lines[-1].expr

    @property
    def relation(self) -> str:
        return self.proved_relation if hasattr(self, "recurrence") else super().relation

    @property
    def conditions(self) -> tuple[Relational, ...]:
        from_start = sp.Ge(self.lhs.indices[0], self.recurrence.start, evaluate=False)
        return (from_start, *super().conditions)

    kind = "induction"

    def display(self) -> Display:
        every = (sp.Ge(self.lhs.indices[0], self.recurrence.start, evaluate=False),)
        return replace(
            super().display(), claim=Row(self.lhs, self.claim, relation=self.relation), every=every
        )


def _induction_index(lhs: sp.Indexed, start: int) -> sp.Symbol:
    """The index that the induction runs over; its assumptions must admit the base case.

    With T declared positive, the step from T to T + 1 would say nothing of T = 0.
    """
    index = lhs.indices[0]
    if not (isinstance(index, sp.Symbol) and index.is_integer):
        raise ValueError(f"lhs: the index of {lhs} must be an integer symbol")
    if start < _least(index):
        raise ValueError(
            f"lhs: {index} is declared to be at least {_least(index)}, but the base case is "
            f"{start}: the step from {start} would be left unproved (declare {index} nonnegative)"
        )
    return index


def _check_index_is_free(
    index: sp.Symbol,
    recurrence: Recurrence,
    claim: sp.Expr,
    given: Iterable[Relational],
    where: Iterable[Named],
) -> None:
    """The step replaces T by T + 1: nothing that is meant for one T may hold it."""
    named = {n.name: n for n in (*where, recurrence)}
    if index in hidden_symbols(recurrence.name, named):
        raise ValueError(
            f"the recurrence for {recurrence.name} holds {index}, which the induction runs over: "
            "use another letter for one of them"
        )
    used = names_in(claim).union(*[names_in(r) for r in given if isinstance(r, sp.Basic)])
    for name in used & named.keys() - {recurrence.name}:
        if index in hidden_symbols(name, named):
            raise ValueError(
                f"{name} stands for an expression with {index}, which the induction runs over: "
                f"define it with its index, {name}[{index}]"
            )
    for relation in given:
        if not isinstance(relation, Relational) or not relation.has(index):
            continue
        if isinstance(relation, sp.Eq) or relation.atoms(sp.Indexed):
            raise ValueError(
                f"given: {to_text(relation)} says something of one {index} only, and the "
                f"induction goes from each {index} to the next"
            )


def _least(index: sp.Symbol) -> float:
    return 1 if index.is_positive else 0 if index.is_nonnegative else float("-inf")


def _with_values(expr: sp.Expr, values: dict[sp.Expr, sp.Expr], where: Sequence[Named]) -> sp.Expr:
    """``expr`` where symbols, or all the entries of a family, have other values."""
    families = [Definition(lhs, rhs) for lhs, rhs in values.items() if isinstance(lhs, sp.Indexed)]
    symbols = {lhs: rhs for lhs, rhs in values.items() if not isinstance(lhs, sp.Indexed)}
    expr = substitute(expand_names(expr, where), symbols)
    return expand_names(expr, families)


def _at(expr: sp.Expr, index: sp.Symbol, value: sp.Expr) -> sp.Expr:
    """``expr`` at another index, its bound indices under the names they have."""
    bound = {limit[0] for s in expr.atoms(sp.Sum, sp.Product) for limit in s.limits}
    if bound & value.free_symbols:
        return substitute(expr, {index: value})
    return expr.xreplace({index: value})


def _as_strength(accept: str) -> str:
    if accept not in STRENGTH:
        raise ValueError(f"accept must be one of {', '.join(map(repr, STRENGTH))}, got {accept!r}")
    return accept


def _label(verdict: Verdict) -> str:
    """What a line says of itself: nothing where it is proved, as the whole chain is."""
    if verdict.status != PROVED_FOR_SIZES:
        return "" if verdict.status == PROVED else verdict.status
    names = verdict.sizes[0]
    listed = [
        f"{name} = " + ", ".join(map(str, sorted({size[name] for size in verdict.sizes})))
        for name in names
    ]
    return "proved for " + "; ".join(listed)
