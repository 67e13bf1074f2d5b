"""Is one expression equal to another? And how sure is that?"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._clock import TimeUp, run_within
from ._notation import Named, as_named
from ._points import POINTS, try_points
from ._proof import prove, prove_for_sizes
from ._question import Question, as_expr, as_given, exactly, may_need_conditions
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
        TypeError: where an argument is not of the kind named above, or holds what does not commute.
        ValueError: where the names can be read in two ways: one is defined twice or by itself, two
            symbols are printed alike, or a name hides an index that a sum around it runs over.
    """
    started = time.monotonic()
    names = tuple(map(exactly, as_named(where)))
    question = Question(as_expr(a, "a"), as_expr(b, "b"), as_given(given), names)
    question.check()
    if not (isinstance(time_limit, (int, float)) and time_limit > 0):
        raise ValueError(f"time_limit must be a positive number of seconds, got {time_limit!r}")
    verdict = decide(question, started + time_limit)
    return Verdict(
        verdict.status,
        verdict.conditions,
        verdict.counterexample,
        verdict.sizes,
        time.monotonic() - started,
        verdict.reason,
    )


def compare(a: sp.Expr, b: sp.Expr, given: Iterable[Relational], where: Iterable[Named]) -> Verdict:
    """Compare two expressions at a few points only, and prove nothing."""
    question = Question(a, b, tuple(given), tuple(map(exactly, where)))
    trial = try_points(question, (), 10.0, FEW_POINTS)
    if trial.counterexample:
        return Verdict(REFUTED, counterexample=trial.counterexample)
    return Verdict(CHECKED) if trial.agreed else Verdict(UNDECIDED, reason=trial.reason)


def decide(question: Question, deadline: float) -> Verdict:
    def left(share: float) -> float:
        return (deadline - time.monotonic()) * share

    try:
        expanded = run_within(left(0.3), question.expanded)
    except TimeUp:
        return Verdict(UNDECIDED, reason="the time was over before the names were expanded")
    except NotImplementedError as error:
        return Verdict(UNDECIDED, reason=str(error))
    early = try_points(expanded, (), left(0.2), FIRST_POINTS)
    if early.counterexample and not may_need_conditions(expanded):
        return Verdict(REFUTED, counterexample=early.counterexample)
    conditions: tuple[Relational, ...] = ()
    proved, reason = False, ""
    try:
        proved, conditions = run_within(left(0.5), prove, expanded)
        reason = "" if proved else "the normal forms of the two sides differ"
    except TimeUp:
        reason = "the proof for all sizes took too long"
    except (NotImplementedError, ZeroDivisionError, ValueError, TypeError) as error:
        reason = f"no proof: {error}"
    # A proof is only as good as the program that makes it: what is proved is compared at random
    # points as well, by code of its own. (Names and derivatives are expanded once, for both.)
    count = POINTS if proved else POINTS_WITHOUT_PROOF
    trial = try_points(expanded, conditions if proved else (), left(0.6), count)
    if trial.counterexample:
        return Verdict(REFUTED, counterexample=trial.counterexample)
    if proved and trial.agreed:
        return Verdict(PROVED, conditions)
    if proved:
        return Verdict(UNDECIDED, conditions, reason=f"a proof, but {trial.reason}")
    if trial.agreed:
        sizes = prove_for_sizes(expanded, left(0.9))
        if sizes:
            return Verdict(PROVED_FOR_SIZES, sizes=sizes, reason=reason)
        return Verdict(CHECKED, reason=reason)
    return Verdict(UNDECIDED, reason=trial.reason or reason)
