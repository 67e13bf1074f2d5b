"""The proof that two expressions are equal: for all sizes, or for given ones."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import product

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand, together
from ._atoms import in_order, solve_delta
from ._budget import TooMuchWork, Work
from ._expectation import Expectation, Variance, carry_out_expectations
from ._facts import Facts, without_implied
from ._families import ForAll, rewrite_by
from ._floor import residues
from ._normal import NormalForm
from ._notation import Recurrence
from ._question import Question
from ._sequences import write_by_earliest
from ._splits import deciding_sign, possible_signs, with_sign
from ._substitution import substitute
from ._zero import is_zero

MOST_SPLITS = 8
SIZES = (1, 2, 3)  # sizes at which a proof is tried where there is none for all


def prove(question: Question) -> tuple[bool, tuple[Relational, ...]]:
    """Try with what is given alone; then also with ranges as side conditions.

    Where sequences may use each other, they are also written by the earliest entry of any.
    """
    question = _without_expectations(_without_sizes_that_are_given(question))
    several = sum(isinstance(named, Recurrence) for named in question.where) > 1
    for may_assume in (False, True):
        for linked in (False, True)[: 1 + several]:
            facts = Facts(question.inequalities, may_assume)
            if _prove_with(question, facts, linked):
                return True, tuple(without_implied(facts.conditions))
    return False, ()


def _without_expectations(question: Question) -> Question:
    a, b = (carry_out_expectations(side, question.where) for side in (question.a, question.b))
    given = [
        r.func(*[carry_out_expectations(side, question.where) for side in r.args], evaluate=False)
        if r.has(Expectation, Variance)
        else r
        for r in question.given
    ]
    return Question(a, b, tuple(given), question.where)


def _without_sizes_that_are_given(question: Question) -> Question:
    """Put in what a whole number is said to be: N = q s + r."""
    for equation in (e for e in question.equations if not isinstance(e, ForAll)):
        solved = _solve_for_size(equation)
        if solved is None:
            continue
        size, value = solved
        a, b = (substitute(side, {size: value}) for side in (question.a, question.b))
        given = [r.func(*[substitute(side, {size: value}) for side in r.args], evaluate=False)
                 for r in question.given if r != equation]  # fmt: skip
        least = 1 if size.is_positive else 0 if size.is_nonnegative else None
        if least is not None:
            given.append(sp.Ge(value, least, evaluate=False))
        return _without_sizes_that_are_given(Question(a, b, tuple(given), question.where))
    return question


def _solve_for_size(equation: sp.Eq) -> tuple[sp.Symbol, sp.Expr] | None:
    difference = expand(equation.lhs - equation.rhs)
    symbols = [s for s in difference.free_symbols if isinstance(s, sp.Symbol) and s.is_integer]
    alone = [side for side in equation.args if side in symbols]
    for symbol in (*alone, *sorted(symbols, key=str)):
        slope = difference.coeff(symbol)
        value = expand(symbol - difference * slope)
        if slope in (1, -1) and not value.has(symbol) and value.is_integer:
            return symbol, value
    return None


@dataclass
class _Known:
    """What equations say: rules that replace an atom, and expressions that are zero."""

    rules: list[tuple[sp.Expr, sp.Expr]] = field(default_factory=list)
    zeros: list[sp.Expr] = field(default_factory=list)
    for_all: list[ForAll] = field(default_factory=list)

    def and_zero(self, expr: sp.Expr, facts: Facts) -> _Known:
        expr = self.applied(expr)
        rule = _as_rule(expr, facts)
        zeros = self.zeros if rule else [*self.zeros, expr]
        return _Known([*self.rules, *rule], [part for part in zeros if part != 0], self.for_all)

    def applied(self, expr: sp.Expr) -> sp.Expr:
        for old, new in self.rules:
            expr = expr.xreplace({old: new})
        return expr

    def at(self, values: dict[sp.Expr, sp.Expr]) -> _Known:
        rules = [(old.xreplace(values), new.xreplace(values)) for old, new in self.rules]
        return _Known(rules, [expr.xreplace(values) for expr in self.zeros], self.for_all)


def _prove_with(question: Question, facts: Facts, linked: bool) -> bool:
    difference = write_by_earliest(question.a - question.b, question.where, facts, linked)
    statements = [e for e in question.equations if isinstance(e, ForAll)]
    normal, known = NormalForm(facts), _Known(for_all=statements)
    if question.equations:
        normal(difference)  # it learns the bounds that sums have in common
    for equation in (e for e in question.equations if not isinstance(e, ForAll)):
        known = known.and_zero(normal(equation.lhs - equation.rhs), facts)
    return _vanishes(difference, normal, known)


def _vanishes(expr: sp.Expr, normal: NormalForm, known: _Known, splits: int = MOST_SPLITS) -> bool:
    """Whether ``expr`` is zero; where a delta or a sign is open, in each of its cases."""
    expr = normal(expr)
    replaced = known.applied(expr)
    expr = normal(replaced) if replaced != expr else expr
    if known.for_all:
        expr = _by_statements(expr, normal, known)
    if expr.has(sp.nan, sp.zoo, sp.oo):
        raise NotImplementedError("the normal form is not defined everywhere")
    if is_zero(expr, known.zeros, _nonzero_atoms(expr, known, normal.facts)):
        return True
    if splits == 0:
        return False
    deltas = [d for d in expr.atoms(sp.KroneckerDelta) if _is_free(d)]
    if deltas:
        delta = min(deltas, key=sp.default_sort_key)
        return _vanishes_with_delta(expr, delta, normal, known, splits - 1)
    decisive = deciding_sign(expr)
    if decisive is None:
        return _vanishes_for_each_residue(expr, normal, known, splits - 1)
    return all(
        _vanishes_with_sign(expr, decisive, sign, normal, known, splits - 1)
        for sign in possible_signs(decisive, normal.facts)
    )


def _by_statements(expr: sp.Expr, normal: NormalForm, known: _Known) -> sp.Expr:
    """Use what holds for all indices, and bring what comes of it into normal form, in turn."""
    for _ in range(MOST_SPLITS):
        before, expr = expr, known.applied(normal(rewrite_by(expr, known.for_all, normal.facts)))
        if expr == before:
            break
    return expr


def _nonzero_atoms(expr: sp.Expr, known: _Known, facts: Facts) -> list[sp.Expr]:
    if not known.zeros:
        return []
    atoms = set().union(
        *[part.atoms(sp.Symbol, sp.Indexed, sp.exp) for part in (expr, *known.zeros)]
    )
    return [atom for atom in atoms if facts.nonzero(atom) or isinstance(atom, sp.exp)]


def _vanishes_with_delta(
    expr: sp.Expr, delta: sp.KroneckerDelta, normal: NormalForm, known: _Known, splits: int
) -> bool:
    if not _vanishes(expr.xreplace({delta: sp.S.Zero}), normal, known, splits):
        return False
    index, value = solve_delta(delta)
    if normal.facts.positive(index - value) or normal.facts.positive(value - index):
        return True  # the two never meet
    at = {delta: sp.S.One, index: value}
    return _vanishes(expr.xreplace(at), normal, known.at(at), splits)


def _vanishes_with_sign(
    expr: sp.Expr, decisive: sp.Expr, sign: int, normal: NormalForm, known: _Known, splits: int
) -> bool:
    facts = normal.facts
    expr = with_sign(expr, decisive, sign)
    if sign == 0:
        known = known.and_zero(decisive, facts)
        if known.applied(expr).has(sp.nan, sp.zoo):
            return facts.require_nonzero(decisive)
    with facts.supposing(sign * decisive) if sign else nullcontext():
        return _vanishes(expr, NormalForm(facts), known, splits)


def _vanishes_for_each_residue(
    expr: sp.Expr, normal: NormalForm, known: _Known, splits: int
) -> bool:
    found = residues(expr)
    if found is None:
        return False
    n, values = found
    return all(
        _vanishes(expr.xreplace({n: value}), normal, known.at({n: value}), splits)
        for value in values
    )


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
    return []


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
