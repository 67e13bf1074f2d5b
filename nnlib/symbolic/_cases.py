"""Case tables: one statement, decided in cases that leave nothing out and do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._budget import TooMuchWork, Work
from ._derivation import Derivation
from ._notation import as_named, as_tuple, expand_names
from ._order import RELATIONS, compare, find_point, read_given
from ._print import conditions_in_latex, conditions_in_text, to_text
from ._refutation import FalseStep
from ._shown import Display, Row, Shown
from ._signs import Signs, read_relation
from ._verdict import PROVED, UnprovedStep

MOST_SELECTIONS = 500
OPERATORS = {kind: text for text, kind in RELATIONS.items()}
NEGATED = {"<=": ">", "<": ">=", ">=": "<", ">": "<="}


@dataclass(frozen=True)
class Case:
    """When a case applies, the chain that was proved for it, and whether the statement holds."""

    conditions: tuple[Relational, ...]
    proof: Derivation | None
    holds: bool

    def text(self) -> str:
        return ", ".join(conditions_in_text(self.conditions))

    def latex(self) -> str:
        return r",\; ".join(conditions_in_latex(self.conditions))


class Cases(Shown):
    """A statement that holds in some cases and not in the others: "if and only if".

    ``Cases(rho < 1, [((a <= 0,), chain), …], iff=(a > 0, a < 2))`` decides ρ < 1 in each case, by
    the chain that is given for it (which proves a relation of the same left side), and proves that
    the cases leave nothing out, that no two overlap, and that the statement holds in exactly the
    cases in which ``iff`` does.

    Args:
        claim: an inequality.
        cases: pairs of conditions (one or several, which hold together) and a
            :class:`Derivation` that decides the claim under them, or None where its sign is seen
            without one.
        iff: the conditions, which hold together, that are equivalent to the claim.
        given: what holds in all cases.
        where: the definitions of the names in use.
        using: proved results that may be used beside the chains.
        name: the equation label, by which the text refers to it.

    Raises:
        ValueError: where a case is missing, or two overlap; the message names a point or the cases.
        FalseStep: where ``iff`` is wrong.
        UnprovedStep: where something of this could not be established.
    """

    def __init__(
        self,
        claim: Relational,
        cases: Iterable[tuple[Any, Derivation | None]],
        *,
        iff: Any = (),
        given: Any = (),
        where: Any = (),
        using: Any = (),
        name: str = "",
    ) -> None:
        if type(claim) not in OPERATORS:
            raise TypeError(f"claim must be an inequality, got {claim!r}")
        self.claim, self.name = claim, name
        self.given, self.iff = read_given(given), read_given(iff)
        self.where, self.using = as_tuple(where), as_tuple(using)
        self.cases = tuple(self._decided(conditions, proof) for conditions, proof in cases)
        if not self.cases:
            raise ValueError("cases: there is none")
        self._check_that_none_overlap()
        self._check_that_none_is_missing()
        if self.iff:
            self._check_equivalence()

    # --- each case ------------------------------------------------------------------------------

    def _decided(self, conditions: Any, proof: Derivation | None) -> Case:
        """Prove the claim or its opposite under the conditions of a case."""
        conditions = read_given(conditions)
        if not conditions:
            raise ValueError("cases: a case needs a condition")
        if proof is not None and not isinstance(proof, Derivation):
            raise TypeError(f"cases: expected a Derivation or None, got {proof!r}")
        for holds in (True, False):
            if self._is_proved(self.claim, conditions, holds, proof):
                return Case(conditions, proof, holds)
        place = ", ".join(conditions_in_text(conditions))
        raise UnprovedStep(f"where {place}: neither {to_text(self.claim)} nor its opposite follows")

    def _is_proved(
        self,
        relation: Relational,
        conditions: Sequence[Relational],
        holds: bool = True,
        proof: Derivation | None = None,
    ) -> bool:
        operator = OPERATORS[type(relation)]
        verdict = compare(
            relation.lhs,
            operator if holds else NEGATED[operator],
            relation.rhs,
            given=(*self.given, *conditions),
            where=self.where,
            using=(*self.using, *(() if proof is None else (proof,))),
        )
        # what the proof needs beyond the case would leave a hole in the table
        return verdict.status == PROVED and not verdict.conditions

    # --- all of them ------------------------------------------------------------------------------

    def _check_that_none_overlap(self) -> None:
        for (i, one), (j, other) in combinations(enumerate(self.cases, start=1), 2):
            together = (*one.conditions, *other.conditions)
            if self._is_impossible(together):
                continue
            said = f"cases {i} ({one.text()}) and {j} ({other.text()})"
            point = find_point((*self.given, *together), self.where)
            if point:
                raise ValueError(f"{said} overlap: {_listed(point)}")
            raise UnprovedStep(f"{said} are not seen to exclude each other")

    def _check_that_none_is_missing(self) -> None:
        """Wherever what is given holds, one condition of each case cannot be false."""
        if prod(len(case.conditions) for case in self.cases) > MOST_SELECTIONS:
            raise ValueError("cases: there are too many to see that none is missing")
        for chosen in product(*[case.conditions for case in self.cases]):
            outside = tuple(dict.fromkeys(_negated(relation) for relation in chosen))
            if self._is_impossible(outside):
                continue
            point = find_point((*self.given, *outside), self.where)
            if point:
                raise ValueError(f"a case is missing: {_listed(point)}")
            said = ", ".join(conditions_in_text(outside))
            raise UnprovedStep(f"it is not seen that no case is missing: what of {said}?")

    def _is_impossible(self, relations: Sequence[Relational]) -> bool:
        """Whether relations contradict each other, under what is given."""
        if any(relation in (sp.false, False) for relation in relations):
            return True
        names = as_named(self.where)
        expanded = [
            relation.func(*[expand_names(side, names) for side in relation.args], evaluate=False)
            for relation in dict.fromkeys((*self.given, *relations))
            if isinstance(relation, Relational)
        ]
        try:
            with Work().stage("signs"):
                return any(_refutes(expanded, n) for n in range(len(expanded)))
        except TooMuchWork:
            return False

    def _check_equivalence(self) -> None:
        """The claim holds in exactly those cases in which ``iff`` does."""
        for number, case in enumerate(self.cases, start=1):
            if case.holds:
                missing = [r for r in self.iff if not self._is_proved(r, case.conditions)]
                if missing:
                    self._refuse(number, case, (_negated(missing[0]),), f"not {missing[0]}")
            elif not self._is_impossible((*case.conditions, *self.iff)):
                self._refuse(number, case, self.iff, "all of it")

    def _refuse(self, number: int, case: Case, more: Sequence[Relational], what: str) -> None:
        point = find_point((*self.given, *case.conditions, *more), self.where)
        holds = "holds" if case.holds else "fails"
        said = f"iff: in case {number} ({case.text()}), {to_text(self.claim)} {holds}"
        if point:
            raise FalseStep(f"{said}, and {what} does too: {_listed(point)}")
        raise UnprovedStep(f"{said}; whether {what} does is not seen")

    # --- what it says -------------------------------------------------------------------------------

    status = PROVED

    @property
    def conditions(self) -> tuple[Relational, ...]:
        """What holds in all cases."""
        return self.given

    def display(self) -> Display:
        operator = OPERATORS[type(self.claim)]
        rows = []
        for case in self.cases:
            relation = operator if case.holds else NEGATED[operator]
            why = f"where ${case.latex()}$"
            rows.append(Row(self.claim.lhs, self.claim.rhs, why, relation))
        if self.iff:
            conditions = r",\; ".join(conditions_in_latex(self.iff))
            why = f"if and only if ${conditions}$"
            rows.append(Row(self.claim.lhs, self.claim.rhs, why, operator))
        return Display("cases", self.name, self.status, tuple(rows), given=self.given)


def _negated(relation: Relational) -> sp.Basic:
    """The opposite, not evaluated."""
    kinds = {sp.Le: sp.Gt, sp.Lt: sp.Ge, sp.Ge: sp.Lt, sp.Gt: sp.Le, sp.Eq: sp.Ne, sp.Ne: sp.Eq}
    return kinds[type(relation)](relation.lhs, relation.rhs, evaluate=False)


def _refutes(relations: Sequence[Relational], place: int) -> bool:
    """Whether the opposite of one relation follows from the others."""
    others = [r for n, r in enumerate(relations) if n != place]
    known = read_relation(relations[place])
    signs = Signs(others)
    opposite = 7 & ~known.signs
    return bool(opposite) and signs.shows(known.expr, opposite, 2)


def _listed(point: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items())
