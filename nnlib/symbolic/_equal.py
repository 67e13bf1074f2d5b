"""Is one expression equal to another? And how sure is that?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._budget import TooMuchWork, Work, backstop, forget_assumptions
from ._comparison import Remembered
from ._conditions import domain_conditions
from ._facts import without_implied
from ._notation import Named, as_named
from ._points import POINTS, try_points
from ._proof import prove, prove_for_sizes
from ._question import Question, as_expr, as_given, exactly, may_need_conditions
from ._results import as_results, use_results
from ._verdict import CHECKED, PROVED, PROVED_FOR_SIZES, REFUTED, UNDECIDED, Verdict

POINTS_WITHOUT_PROOF = 160  # and one that is not proved
FEW_POINTS = 3
FIRST_POINTS = 4  # so many before a proof is tried: they refute most of what is false


def equal(
    a: Any,
    b: Any,
    *,
    given: Any = (),
    where: Any = (),
    effort: float = 1.0,
) -> Verdict:
    """Decide whether ``a`` and ``b`` are equal, and say how that is known.

    Args:
        a, b: SymPy expressions, or numbers. Sums and products may have symbolic length; entries of
            families are ``IndexedBase`` entries. Values of symbols are as their assumptions say
            (``positive=True``, ``integer=True``, …).
        given: what may be used: inequalities such as ``j <= K - 1``, ``Ne(gamma, 1)``, and
            equations such as ``Eq(Sum(y[k], (k, 0, C - 1)), 1)``. An equation is used after
            derivatives are carried out. What is given of an entry is of that entry where its
            index stands in ``a`` or ``b``, and of every entry where it does not, as in
            :func:`compare`; an equation for every index is used if it is a :class:`ForAll`.
        where: :class:`Definition` and :class:`Recurrence` objects for the names that ``a`` and
            ``b`` are written with; and results proved before (a :class:`Derivation`, an
            :class:`Induction`), which are used where their conditions hold or can be taken along.
        effort: how much work may be done, as a multiple of the usual. Work is counted and not
            timed: the verdict is the same on every machine.

    Returns:
        A :class:`Verdict`. Exact values at random points are always compared, so that a statement
        which fails at one of them is never called proved.

    Raises:
        TypeError: where an argument is not of the kind named above, or holds what does not commute.
        ValueError: where ``effort`` is not a positive number, a side is undefined everywhere, a
            result is less than proved, or the names can be read in two ways: one is defined twice
            or by itself, two symbols are printed alike, or a name hides an index that a sum
            around it runs over.
        Stuck: where the machine does not come to an end; this says nothing about the question.
    """
    if not (isinstance(effort, (int, float)) and 0 < effort < float("inf")):
        raise ValueError(f"effort must be a positive number, got {effort!r}")
    work = Work(effort)
    with backstop():
        names = tuple(map(exactly, as_named(where)))
        question = Question(as_expr(a, "a"), as_expr(b, "b"), as_given(given), names)
        verdict = _decide_with_results(question, where, work)
        if verdict is None:
            verdict = _decide(question, work)
    return replace(verdict, work=work.spent)


def compare(a: sp.Expr, b: sp.Expr, given: Iterable[Relational], where: Iterable[Named]) -> Verdict:
    """Compare two expressions at a few points only, and prove nothing."""
    question = Question(a, b, tuple(given), tuple(map(exactly, where)))
    trial = try_points(question, (), "points", FEW_POINTS, Work())
    if trial.counterexample:
        return Verdict(REFUTED, counterexample=trial.counterexample)
    if not trial.agreed:
        return Verdict(UNDECIDED, reason=trial.reason)
    return Verdict(CHECKED, points=trial.points)


def _decide_with_results(question: Question, where: Any, work: Work) -> Verdict | None:
    """What follows when earlier results are put in; None where that does not decide it."""
    if not as_results(where) or question.too_large():
        return None
    question.check()
    try:
        with work.stage("expansion"):
            put = use_results((question.a, question.b), where, question.given)
    except TooMuchWork:
        _forget(question)
        return None
    if put is None:
        return None
    (a, b), taken = put
    verdict = _decide(Question(a, b, (*question.given, *taken), question.where), work)
    if verdict.status not in (PROVED, REFUTED):
        return None
    return replace(verdict, conditions=(*taken, *verdict.conditions))


def _decide(question: Question, work: Work) -> Verdict:
    reason = question.too_large()
    if reason:
        return Verdict(UNDECIDED, reason=reason)
    question.check()
    try:
        with work.stage("expansion"):
            expanded = question.expanded()
    except TooMuchWork:
        _forget(question)
        return Verdict(UNDECIDED, reason="expanding the names takes too much work")
    except NotImplementedError as error:
        trial = try_points(question, (), "first points", POINTS // 2, work)
        if trial.counterexample:
            return Verdict(REFUTED, counterexample=trial.counterexample)
        return Verdict(UNDECIDED, reason=str(error))
    before = Remembered()
    early = try_points(expanded, (), "first points", FIRST_POINTS, work, question, before)
    if early.counterexample and not may_need_conditions(expanded):
        return Verdict(REFUTED, counterexample=early.counterexample)
    conditions: tuple[Relational, ...] = ()
    proved, reason = False, ""
    try:
        with work.stage("proof"):
            proved, conditions = prove(expanded)
            if proved:
                conditions = _with_domain(question, (*expanded.conditions, *conditions))
        reason = "" if proved else "the normal forms of the two sides differ"
    except TooMuchWork:
        _forget(question, expanded)
        proved, conditions = False, ()  # without its conditions a proof is none
        reason = "a proof for all sizes takes too much work"
    except Exception as error:  # SymPy raises of all kinds, and a proof that fails is none
        proved, conditions = False, ()
        reason = f"no proof: {error}"
    # A proof is only as good as the program that makes it: what is proved is compared at random
    # points as well, by code of its own, and also as it was asked, before names were expanded.
    count = POINTS if proved else POINTS_WITHOUT_PROOF
    assumed = conditions if proved else ()
    trial = try_points(expanded, assumed, "points", count, work, question, before)
    if trial.counterexample:
        return Verdict(REFUTED, counterexample=trial.counterexample)
    if proved and trial.agreed:
        return Verdict(PROVED, conditions, points=trial.points)
    if proved:
        return Verdict(UNDECIDED, conditions, reason=f"a proof, but {trial.reason}")
    if trial.agreed:
        sizes = prove_for_sizes(expanded, work)
        if sizes:
            return Verdict(PROVED_FOR_SIZES, sizes=sizes, points=trial.points, reason=reason)
        if expanded.for_every_index(question):
            unused = "what is given for every index serves inequalities only: write it with ForAll"
            return Verdict(UNDECIDED, reason=unused)
        return Verdict(CHECKED, points=trial.points, reason=reason)
    return Verdict(UNDECIDED, reason=trial.reason or reason)


def _with_domain(question: Question, conditions: tuple[Relational, ...]) -> tuple[Relational, ...]:
    """The conditions of a proof, and those without which one side would have no value."""
    conditions = tuple(c for c in conditions if c is not sp.true)
    if sp.false in conditions:
        raise NotImplementedError("the proof needs a condition that is never met")
    known = (*question.given, *conditions)
    beyond = domain_conditions(question.a, question.b, question.where, known)
    return tuple(without_implied([*conditions, *beyond]))


def _forget(*questions: Question) -> None:
    """Leave no assumption half worked out in what was asked."""
    for question in questions:
        for expr in (question.a, question.b, *question.given):
            forget_assumptions(expr)
