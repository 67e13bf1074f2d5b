"""Derivations: chains of lines, each proved from the one before when it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand
from ._equal import compare, equal
from ._facts import Facts, without_implied
from ._matching import check_shape, sizes_that_hide
from ._names import check_names, check_new_name, hidden_symbols, names_in, restates
from ._notation import Named, Recurrence, as_named, as_tuple, expand_names
from ._numeric import numpy_function
from ._print import conditions_to_latex, conditions_to_text, shortened, to_latex, to_text
from ._substitution import substitute
from ._verdict import CHECKED, PROVED, PROVED_FOR_SIZES, REFUTED, UNDECIDED, Verdict

UNROLLED = 7  # so many entries of a sequence are compared with what an induction claims
STRENGTH = {PROVED: 3, PROVED_FOR_SIZES: 2, CHECKED: 1}


class FalseStep(ValueError):
    """A line does not follow from the one before; the message has a counterexample."""


class UnprovedStep(ValueError):
    """A line may be right, but the engine could not establish as much as was asked."""


@dataclass(frozen=True)
class Line:
    """One line: what it equals, why, and how far that was established."""

    lhs: sp.Expr | None
    expr: sp.Expr
    why: str
    verdict: Verdict | None  # None for a definition or a hypothesis: nothing to prove
    label: str
    given: tuple[Relational, ...] = ()  # what this line may use beyond the whole derivation


class Derivation:
    """A chain of equal expressions, from a definition to a result.

    ``Derivation(lhs, start, why).step(expr, why).step(…)``: every line is checked against the one
    before when it is written. The object is what the reader sees (aligned LaTeX, or plain text),
    so that nothing unchecked can stand on the page.

    Args:
        lhs: what is derived. Where its names are defined in ``where``, or it is a derivative, the
            first line is checked as well; else the first line defines it.
        start: the first right-hand side.
        why: the reason for the first line.
        given: what may be used on every line: inequalities and equations, as in :func:`equal`.
        where: the :class:`Definition` and :class:`Recurrence` objects of the names in use.
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
        given: Any = (),
        where: Any = (),
        accept: str = PROVED,
        effort: float = 1.0,
    ) -> None:
        self.lhs = sp.sympify(lhs)
        self._take(given, where, accept, effort)
        start = sp.sympify(start)
        if self._defines(self.lhs):
            check_new_name(self.lhs, start, self.given, self.where)
            self.lines.append(Line(self.lhs, start, why, None, "definition"))
        elif restates(self.lhs, start, self.where):
            check_names((self.lhs, start, *self.given), self.where)
            self.lines.append(Line(self.lhs, start, why, None, "definition"))
        else:
            self._append(self.lhs, start, why, (), self.accept, lhs=self.lhs)

    def _take(self, given: Any, where: Any, accept: str, effort: float) -> None:
        """Keep what holds for every line."""
        self.given = as_tuple(given)
        self.where: tuple[Named, ...] = as_named(where)
        self.accept = _as_strength(accept)
        self.effort = effort
        self.lines: list[Line] = []

    def _defines(self, lhs: sp.Expr) -> bool:
        """Whether the first line gives a new name its meaning."""
        name = lhs.base if isinstance(lhs, sp.Indexed) else lhs
        known = {named.name for named in self.where}
        return isinstance(lhs, (sp.Symbol, sp.Indexed)) and name not in known

    def step(
        self, expr: Any, why: str, *, given: Any = (), accept: str | None = None
    ) -> Derivation:
        """Add a line that equals the last one, and return the derivation.

        Args:
            expr: the new right-hand side.
            why: the reason, as a short phrase; ``$…$`` may hold mathematics.
            given: what this line may use beyond what the whole derivation may.
            accept: the weakest verdict for this line, where it is not that of the derivation.
        """
        given = as_tuple(given)
        strength = self.accept if accept is None else _as_strength(accept)
        self._append(self.last, sp.sympify(expr), why, given, strength)
        return self

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
            raise FalseStep(f"{place} is false\n{_counterexample(verdict)}")
        if STRENGTH.get(verdict.status, 0) < STRENGTH[accept]:
            raise UnprovedStep(f"{place} was to be {accept}, but is {verdict}")
        own = tuple(relation for relation in given if isinstance(relation, Relational))
        self.lines.append(Line(lhs, expr, why, verdict, _label(verdict), own))

    @property
    def start(self) -> sp.Expr:
        """The first right-hand side."""
        return self.lines[0].expr

    @property
    def last(self) -> sp.Expr:
        """The last right-hand side: the result."""
        return self.lines[-1].expr

    @property
    def conditions(self) -> tuple[Relational, ...]:
        """What the lines were proved under: what was given, and what the proofs needed."""
        noted = [
            c for line in self.lines if line.verdict is not None for c in line.verdict.conditions
        ]
        given = [r for r in self.given if isinstance(r, Relational)]
        own = [relation for line in self.lines for relation in line.given]
        return tuple(without_implied([*given, *own, *noted]))

    @property
    def status(self) -> str:
        """The weakest label of its lines."""
        statuses = [line.verdict.status for line in self.lines if line.verdict is not None]
        return min(statuses, key=STRENGTH.__getitem__, default="definition")

    def lambdify(self, *, origin: Mapping[Any, int] | None = None) -> Callable[..., Any]:
        """The last line as a NumPy function of keyword arguments, one for each free name.

        A family is an array; ``origin`` gives the index of its first entry, where that is not 0:
        ``origin={c: 1}`` for c_1, …, c_T.
        """
        return numpy_function(self.last, self.where, origin or {})

    def matches(
        self,
        output: Any,
        index: Sequence[sp.Symbol] | sp.Symbol = (),
        *,
        start: int = 0,
        values: Mapping[sp.Symbol, int] | None = None,
    ) -> Match:
        """Prove that what a program computed on symbols is the last line of this derivation.

        Args:
            output: an array of SymPy expressions: the result of the shipped function, run on
                arrays made by :func:`symarray` from the families of this derivation.
            index: the symbols of the last line that number the entries along each axis.
            start: the index of the first entry along each axis.
            values: a number for each size symbol that ``index`` does not fix.

        Raises:
            FalseStep: where an entry differs; the message has a counterexample.
            UnprovedStep: where an entry was not established as far as the derivation asks.
            ValueError: where the output is empty, has not one entry for each value of an index
                (as far as the ranges are known), or where a size coincides with a number of the
                formula or with another size, so that a wrong constant would not be seen.
        """
        return Match.of(self, output, index, start, dict(values or {}))

    def table(self) -> list[dict[str, Any]]:
        """The lines as data: reason, label, units of work."""
        return [
            {
                "line": number,
                "why": line.why,
                "label": line.label,
                "work": line.verdict.work if line.verdict is not None else 0,
            }
            for number, line in enumerate(self.lines, start=1)
        ]

    # --- what the reader sees ----------------------------------------------------------------

    def _repr_latex_(self) -> str:
        rows = [
            rf"{to_latex(line.lhs) if line.lhs is not None else ''} &= {to_latex(line.expr)} "
            rf"\;&&\; {_reason_to_latex(line.why, line.label)}"
            for line in self.lines
        ]
        rows += self._closing_latex()
        return "$$\\begin{aligned}\n" + " \\\\[4pt]\n".join(rows) + "\n\\end{aligned}$$"

    def _closing_latex(self) -> list[str]:
        """The last row: under which conditions all this holds."""
        if not self.conditions:
            return []
        return [rf"&\text{{for }} {conditions_to_latex(self.conditions)} \;&&\;"]

    def __str__(self) -> str:
        width = len(to_text(self.lhs))
        rows = []
        for line in self.lines:
            lhs = to_text(line.lhs) if line.lhs is not None else ""
            why = line.why.replace("$", "").replace("\\", "")
            rows.append(f"{lhs:<{width}} = {to_text(line.expr)}\n    {why}  [{line.label}]")
        return "\n".join([*rows, *self._closing_text()])

    def _closing_text(self) -> list[str]:
        return [f"for {conditions_to_text(self.conditions)}"] if self.conditions else []

    def __repr__(self) -> str:
        return str(self)


class Induction(Derivation):
    """A statement about every entry of a sequence, proved by induction.

    ``Induction(recurrence, C[T], claim)`` proves C_T = claim for every T from the start of the
    recurrence on: the base case, and the step from T to T + 1. ``steps`` are lines between the
    induction hypothesis and the claim for T + 1, each with its reason.
    """

    def __init__(
        self,
        recurrence: Recurrence,
        lhs: sp.Indexed,
        claim: Any,
        *,
        steps: Iterable[tuple[Any, str]] = (),
        why: str = "the claim for the next index",
        given: Any = (),
        where: Any = (),
        accept: str = PROVED,
        effort: float = 1.0,
    ) -> None:
        if not (isinstance(lhs, sp.Indexed) and lhs.base == recurrence.name):
            raise ValueError(f"lhs must be an entry of {recurrence.name}, got {lhs!r}")
        index, claim = _induction_index(lhs, recurrence.start), sp.sympify(claim)
        self.lhs, self.claim = lhs, claim
        self._take(given, where, accept, effort)
        check_names((claim, *self.given), (recurrence, *self.where))
        _check_index_is_free(index, recurrence, claim, self.given, self.where)
        base_claim = _at(claim, index, sp.Integer(recurrence.start))
        self._append(
            recurrence.initial, base_claim, "base case", (), self.accept, lhs=recurrence.first
        )
        following = lhs.base[index + 1]
        unfolded = recurrence.unfold(following)
        self.lines.append(Line(following, unfolded, "the recurrence", None, "definition"))
        supposed = unfolded.xreplace({lhs: claim})
        if supposed == unfolded:
            raise ValueError(f"the recurrence for {following} does not hold {lhs}")
        self.lines.append(Line(None, supposed, "induction hypothesis", None, "assumed"))
        for expr, reason in steps:
            self.step(expr, reason)
        following_claim = _at(claim, index, index + 1)
        if self.last != following_claim:
            self.step(following_claim, why)
        self._check_every_step_is_covered(index, recurrence.start)
        self._compare_with_unrolled(recurrence, index)
        self.recurrence = recurrence

    def _compare_with_unrolled(self, recurrence: Recurrence, index: sp.Symbol) -> None:
        """The claim at the first indices, against the sequence itself, one entry after the other.

        The proof above is only as good as the program that made it; this is made by another.
        """
        for n in range(recurrence.start, recurrence.start + UNROLLED):
            number = {index: sp.Integer(n)}
            claim = _at(self.claim, index, sp.Integer(n))
            given = [r for r in (c.xreplace(number) for c in self.given) if r is not sp.true]
            if any(r is sp.false for r in given):
                continue
            verdict = compare(recurrence.name[n], claim, given, (recurrence, *self.where))
            place = f"{to_text(recurrence.name[n])} = {shortened(to_text(claim))}"
            if verdict.status == REFUTED:
                raise FalseStep(f"the claim fails: {place} is false\n{_counterexample(verdict)}")
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

    @property
    def last(self) -> sp.Expr:
        """The last line while the proof is being written; the claim when it is done."""
        return self.claim if hasattr(self, "recurrence") else self.lines[-1].expr

    @property
    def conditions(self) -> tuple[Relational, ...]:
        from_start = sp.Ge(self.lhs.indices[0], self.recurrence.start, evaluate=False)
        return (from_start, *super().conditions)

    def _closing_latex(self) -> list[str]:
        holds = conditions_to_latex(self.conditions)
        claim = rf"{to_latex(self.lhs)} &= {to_latex(self.claim)}"
        return [rf"{claim} \;&&\; \text{{so for every }} {holds}"]

    def _closing_text(self) -> list[str]:
        holds = conditions_to_text(self.conditions)
        return [f"so {to_text(self.lhs)} = {to_text(self.claim)} for every {holds}"]


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


@dataclass(frozen=True)
class Match:
    """The entries of a program's output, each compared with a derived formula."""

    lhs: sp.Expr
    verdicts: dict[tuple[int, ...], Verdict]
    at: str

    @classmethod
    def of(
        cls,
        derivation: Derivation,
        output: Any,
        index: Sequence[sp.Symbol] | sp.Symbol,
        start: int,
        values: dict[sp.Symbol, int],
    ) -> Match:
        index = (index,) if isinstance(index, sp.Symbol) else tuple(index)
        shape = getattr(output, "shape", ())
        if len(shape) != len(index):
            raise ValueError(
                f"output has the shape {shape}, but index names {len(index)} of its axes: {index}"
            )
        formula = expand_names(derivation.last, derivation.where)
        check_shape(formula, derivation.conditions, shape, index, start, values)
        verdicts = {}
        for place in product(*map(range, shape)):
            at = {symbol: n + start for symbol, n in zip(index, place, strict=True)} | values
            entry = output[place] if shape else output
            verdicts[place] = _compare_entry(derivation, formula, entry, at)
            if verdicts[place].status == REFUTED:
                where = ", ".join(f"{symbol} = {n}" for symbol, n in at.items())
                raise FalseStep(
                    f"the code's value for {to_text(derivation.lhs)} at {where} is wrong: "
                    f"{shortened(to_text(_as_entry(output[place] if shape else output)))}\n"
                    f"{_counterexample(verdicts[place])}"
                )
        match = cls(derivation.lhs, verdicts, ", ".join(f"{s} = {n}" for s, n in values.items()))
        match._check_strength(derivation.accept)
        hidden = sizes_that_hide(formula, values)
        if hidden:
            raise ValueError(f"values: {hidden[0]}; a wrong constant would not be seen: take more")
        return match

    def _check_strength(self, accept: str) -> None:
        """Every entry must be established as far as the derivation asks."""
        for place, verdict in self.verdicts.items():
            if STRENGTH.get(verdict.status, 0) < STRENGTH[accept]:
                raise UnprovedStep(
                    f"entry {place} of the code's result was to be {accept} equal to "
                    f"{to_text(self.lhs)}, but is {verdict}"
                )

    @property
    def status(self) -> str:
        """The weakest verdict of all entries."""
        return min(
            (verdict.status for verdict in self.verdicts.values()),
            key=lambda status: STRENGTH.get(status, 0),
        )

    def __str__(self) -> str:
        count = len(self.verdicts)
        sizes = f" at {self.at}" if self.at else ""
        each = "" if count == 1 else f"all {count} entries of "
        equals = "equals" if count == 1 else "equal"
        lhs = shortened(to_text(self.lhs), 40)
        return f"{self.status}{sizes}: {each}the code's result {equals} {lhs}"

    __repr__ = __str__


def _as_entry(value: Any) -> sp.Expr:
    return sp.sympify(value.item() if hasattr(value, "item") else value)


def _compare_entry(
    derivation: Derivation, formula: sp.Expr, value: Any, at: dict[sp.Symbol, int]
) -> Verdict:
    """Compare one value that a program computed with the last line at this index and size."""
    numbers = {symbol: sp.Integer(n) for symbol, n in at.items()}
    expected = formula.xreplace(numbers).doit()
    given = [c.xreplace(numbers) for c in derivation.conditions]
    return equal(
        _as_entry(value),
        expected,
        given=[g for g in given if isinstance(g, Relational)],
        where=[_at_numbers(named, numbers) for named in derivation.where],
    )


def _at_numbers(named: Named, numbers: dict[sp.Symbol, sp.Integer]) -> Named:
    """A definition at given sizes; its own indices stay what they are."""
    others = {s: n for s, n in numbers.items() if s not in getattr(named.lhs, "indices", ())}
    bodies = {"body": substitute(named.body, others)}
    if isinstance(named, Recurrence):
        bodies["initial"] = substitute(named.initial, others)
    return replace(named, **bodies)


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
    if verdict.status != PROVED_FOR_SIZES:
        return verdict.status
    names = verdict.sizes[0]
    listed = [
        f"{name} = " + ", ".join(map(str, sorted({size[name] for size in verdict.sizes})))
        for name in names
    ]
    return "proved for " + "; ".join(listed)


def _counterexample(verdict: Verdict) -> str:
    values = verdict.counterexample or {}
    return "for instance at " + ", ".join(f"{name} = {value}" for name, value in values.items())


def _reason_to_latex(why: str, label: str) -> str:
    return rf"\text{{{why}}}\;\;{{\scriptsize\textsf{{{label}}}}}"
