"""What is known about signs and ranges, and what a proof had to take for granted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand, size_of
from ._budget import Answers, charge
from ._orthant import nonnegative_by_shifts

LONGEST_SUM = 30  # operations, where the signs of its terms are looked at
_NONNEGATIVE, _POSITIVE = Answers(), Answers()


class Facts:
    """Inequalities that hold, and the side conditions that a proof has used beyond them.

    Args:
        given: what holds.
        may_assume: whether ranges may become side conditions.
        looks_at_signs: whether the calculus of signs is asked where the facts alone do not tell;
            it must not be where that calculus itself asks.
    """

    def __init__(
        self,
        given: Iterable[Relational] = (),
        may_assume: bool = True,
        looks_at_signs: bool = True,
    ) -> None:
        self.may_assume, self.looks_at_signs = may_assume, looks_at_signs
        self.nonnegatives: list[sp.Expr] = []
        self.positives: list[sp.Expr] = []
        self.nonzeros: list[sp.Expr] = []
        self.conditions: dict[Relational, None] = {}
        for relation in given:
            self.learn(relation)

    def learn(self, relation: Relational) -> None:
        """Take an inequality as given."""
        if isinstance(relation, sp.Ne):
            self.nonzeros.append(expand(relation.lhs - relation.rhs))
            return
        greater, less = relation.gts, relation.lts
        difference = expand(greater - less)
        if isinstance(relation, (sp.Gt, sp.Lt)):
            self.positives.append(difference)
            if greater.is_integer and less.is_integer:
                difference -= 1
        self.nonnegatives.append(difference)

    @contextmanager
    def within(self, *nonnegatives: sp.Expr) -> Iterator[None]:
        """Know for a while that these are not negative (a bound index is in its range)."""
        before = len(self.nonnegatives)
        self.nonnegatives.extend(expand(expr) for expr in nonnegatives)
        try:
            yield
        finally:
            del self.nonnegatives[before:]

    @contextmanager
    def supposing(self, positive: sp.Expr) -> Iterator[None]:
        """Know for a while that something is positive: one of several cases."""
        positive = expand(positive)
        self.positives.append(positive)
        try:
            with self.within(positive):
                yield
        finally:
            self.positives.remove(positive)

    def nonnegative(self, expr: sp.Expr) -> bool:
        """Whether ``expr`` ≥ 0 follows from at most two of the facts and the assumptions."""
        key = (expr, *self.nonnegatives)
        return _NONNEGATIVE.get(key, lambda: self._is_nonnegative(expr))

    def _is_nonnegative(self, expr: sp.Expr) -> bool:
        expr = expand(expr)
        charge(1 + (size_of(expr) >> 2))
        if expr.is_nonnegative:
            return True
        known = self.nonnegatives
        rests = [expand(expr - fact) for fact in known]
        if any(rest.is_nonnegative for rest in rests):
            return True
        if any(expand(rest - fact).is_nonnegative for rest in rests for fact in known):
            return True
        return expr.is_integer is True and nonnegative_by_shifts(expr, known)

    def positive(self, expr: sp.Expr) -> bool:
        """Whether ``expr`` > 0 follows; sums over a range that is not empty included."""
        facts = (tuple(self.nonnegatives), tuple(self.positives), tuple(self.nonzeros))
        key = (expr, *facts, self.looks_at_signs)
        return _POSITIVE.get(key, lambda: self._is_positive(expr))

    def _is_positive(self, expr: sp.Expr) -> bool:
        charge(1 + (size_of(expr) >> 2))
        if expr.is_positive or expand(expr) in self.positives:
            return True
        if any(expand(expr - fact).is_nonnegative for fact in self.positives):
            return True
        if isinstance(expr, sp.Sum):
            # `positive` of the summand must hold for every index, so no range facts are added
            not_empty = all(self.nonnegative(high - low) for _, low, high in expr.limits)
            return not_empty and self.positive(expr.function)
        if isinstance(expr, sp.Product):
            return self.positive(expr.function)
        if isinstance(expr, sp.Mul):
            return all(self.positive(arg) for arg in expr.args)
        if isinstance(expr, sp.Pow):
            return bool(expr.exp.is_real) and self.positive(expr.base)
        if isinstance(expr, sp.exp):
            return bool(expr.args[0].is_real)
        if isinstance(expr, sp.Add):
            if all(arg.is_nonnegative or self.positive(arg) for arg in expr.args):
                return any(self.positive(arg) for arg in expr.args)
            if expr.is_integer:
                return self.nonnegative(expr - 1)
            return self._is_seen_to_be_positive(expr)
        return expr.is_integer is True and self.nonnegative(expr - 1)

    def _is_seen_to_be_positive(self, expr: sp.Expr) -> bool:
        """By the calculus of signs, as far as the form of a short sum goes: 1 − γᵀ for γ < 1."""
        if not self.looks_at_signs or not self.positives or expr.atoms(sp.Dummy):
            return False
        if not expr.is_real or sp.count_ops(expr) > LONGEST_SUM:
            return False
        from ._signs import POSITIVE, Signs  # it is made of facts itself

        return Signs(self.relations(), deep=False).shows(expr, POSITIVE, 1)

    def relations(self) -> list[Relational]:
        """What is known, as relations."""
        return [
            *(sp.Gt(fact, 0, evaluate=False) for fact in self.positives),
            *(sp.Ge(fact, 0, evaluate=False) for fact in self.nonnegatives),
            *(sp.Ne(fact, 0, evaluate=False) for fact in self.nonzeros),
        ]

    def nonzero(self, expr: sp.Expr) -> bool:
        if expr.is_nonzero or self.positive(expr) or self.positive(-expr):
            return True
        if isinstance(expr, sp.Mul):
            return all(self.nonzero(arg) for arg in expr.args)
        if isinstance(expr, sp.Pow) and self.nonzero(expr.base):
            return True
        expr = expand(expr)
        return expr in self.nonzeros or -expr in self.nonzeros

    def require_nonnegative(self, expr: sp.Expr) -> bool:
        """Prove ``expr`` ≥ 0, or note it as a side condition; False where neither can be done.

        What depends on a bound index cannot be a side condition.
        """
        if self.nonnegative(expr):
            return True
        expr = expand(expr)
        if not self.may_assume or expr.atoms(sp.Dummy) or expr.is_negative:
            return False
        self.conditions[as_inequality(expr)] = None
        self.nonnegatives.append(expr)
        return True

    def require_nonzero(self, expr: sp.Expr) -> bool:
        """Prove ``expr`` ≠ 0, or note it as a side condition; False where neither can be done."""
        if self.nonzero(expr):
            return True
        if expr.is_zero or expr.atoms(sp.Dummy):
            return False
        self.conditions[as_disequality(expr)] = None
        self.nonzeros.append(expand(expr))
        return True


def without_implied(conditions: Iterable[Relational]) -> list[Relational]:
    """Leave out what follows from the others: T ≥ 1, where T ≥ 2 stands as well."""
    kept = list(dict.fromkeys(conditions))
    for condition in list(kept):
        if isinstance(condition, (sp.Ge, sp.Le)):
            others = [c for c in kept if c is not condition and not isinstance(c, sp.Eq)]
            if Facts(others).nonnegative(condition.gts - condition.lts):
                kept.remove(condition)
    return kept


def as_inequality(expr: sp.Expr) -> Relational:
    """``expr`` ≥ 0, written as a person would: i ≤ n, not n − i ≥ 0."""
    negative = [-term for term in sp.Add.make_args(expr) if term.could_extract_minus_sign()]
    positive = [term for term in sp.Add.make_args(expr) if not term.could_extract_minus_sign()]
    if not [term for term in negative if not term.is_number]:
        return sp.Ge(
            sp.Add(*[t for t in positive if not t.is_number]),
            sp.Add(*negative) - sp.Add(*[t for t in positive if t.is_number]),
        )
    small = [t for t in negative if not t.is_number]
    large = [*positive, *(-t for t in negative if t.is_number)]
    return sp.Le(sp.Add(*small), sp.Add(*large))


def as_disequality(expr: sp.Expr) -> Relational:
    """``expr`` ≠ 0, written as a person would: γ ≠ 1, not 1 − γ ≠ 0."""
    number, rest = expr.as_coeff_Add()
    if rest.could_extract_minus_sign():
        return sp.Ne(-rest, number)
    return sp.Ne(rest, -number)
