"""The proof that two expressions are equal: for all sizes, or for given ones."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand, together
from ._atoms import in_order, solve_delta
from ._budget import TooMuchWork, Work
from ._facts import Facts, without_implied
from ._normal import NormalForm
from ._notation import Named, Recurrence
from ._question import Question
from ._zero import is_zero

SIZES = (1, 2, 3)  # sizes at which a proof is tried where there is none for all


def prove(question: Question) -> tuple[bool, tuple[Relational, ...]]:
    """Try with what is given alone; then also with ranges as side conditions."""
    proved, conditions = _prove_with(question, Facts(question.inequalities, may_assume=False))
    if not proved:
        proved, conditions = _prove_with(question, Facts(question.inequalities))
    return proved, tuple(without_implied(conditions))


def _prove_with(question: Question, facts: Facts) -> tuple[bool, Iterable[Relational]]:
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
    index, value = solve_delta(delta)
    if normal.facts.positive(index - value) or normal.facts.positive(value - index):
        return True  # the two never meet
    return _vanishes(expr.xreplace({delta: sp.S.One, index: value}), normal, rules, splits - 1)


def _is_free(delta: sp.KroneckerDelta) -> bool:
    return not any(s.name.startswith("_k") for s in delta.free_symbols) and bool(delta.free_symbols)


def _as_rule(expr: sp.Expr, facts: Facts) -> list[tuple[sp.Expr, sp.Expr]]:
    """Read ``expr`` = 0 as a rule that replaces one of its atoms: a sum if there is one."""
    if expr == 0:
        return []
    candidates = sorted(
        expr.atoms(sp.Sum) | {s for s in expr.atoms(sp.Symbol) if not s.is_integer},
        key=lambda e: (not isinstance(e, sp.Sum), sp.default_sort_key(e)),
    )
    for atom in candidates + in_order(expr, sp.Indexed):
        x = sp.Dummy("x")
        numerator = expand(sp.numer(together(expr.xreplace({atom: x}))))
        slope = numerator.coeff(x)
        rest = expand(numerator - slope * x)
        if slope != 0 and not rest.has(x) and not slope.has(x) and facts.nonzero(slope):
            return [(atom, -rest / slope)]
    raise NotImplementedError(f"cannot use the given equation {expr} = 0")


def _align_recurrences(expr: sp.Expr, where: Iterable[Named], facts: Facts) -> sp.Expr:
    """Write a sequence by its earliest entry that occurs, going down by the recurrence."""
    for recurrence in (named for named in where if isinstance(named, Recurrence)):
        for _ in range(20):
            entries = [e for e in in_order(expr, sp.Indexed) if e.base == recurrence.name]
            entries = [e for e in entries if not e.atoms(sp.Dummy)]
            later = [e for e in entries if _can_unfold(e, entries, recurrence)]
            if not later:
                break
            entry = later[0]
            index = expand(entry.indices[0])
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
    gaps = [expand(index - other.indices[0]) for other in entries]
    return any(gap.is_Integer and gap > 0 for gap in gaps)


# --- the proof at given sizes ----------------------------------------------------------------


def prove_for_sizes(question: Question, work: Work) -> tuple[dict[str, int], ...]:
    """Prove the question with numbers for its sizes; give the sizes for which that was done."""
    parts = (question.a, question.b, *(side for r in question.given for side in r.args))
    sizes = sorted(
        (s for s in set().union(*[p.free_symbols for p in parts]) if s.is_integer and s.is_Symbol),
        key=sp.default_sort_key,
    )
    proved: list[dict[str, int]] = []
    if not sizes:
        return ()
    for values in product(SIZES, repeat=len(sizes)):
        at = dict(zip(sizes, map(sp.Integer, values), strict=True))
        try:
            with work.stage("each size"):
                done = _holds_at(question, at)
        except (TooMuchWork, NotImplementedError, ZeroDivisionError, ValueError, TypeError):
            break
        if done is None:
            continue
        if not done:
            return ()
        proved.append({str(s): int(v) for s, v in at.items()})
    return tuple(proved)


def _holds_at(question: Question, at: dict[sp.Symbol, sp.Integer]) -> bool | None:
    """Whether the question is proved at these sizes; None where what is given excludes them."""
    given = [r.xreplace(at) for r in question.given]
    if any(r is sp.false for r in given):
        return None
    small = Question(
        question.a.xreplace(at),
        question.b.xreplace(at),
        tuple(r for r in given if r is not sp.true),
        question.where,
    )
    done, conditions = prove(small)
    return done and not conditions
