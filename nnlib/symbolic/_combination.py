"""Is a polynomial a sum of things that are known not to be negative? By exact linear programming.

A polynomial is a dictionary from monomials to rational coefficients. The question is whether
numbers c_i ≥ 0 exist with goal = Σ c_i·column_i; the answer is exact, since it is worked out in
fractions.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ._budget import charge

Coefficients = dict[Hashable, Fraction]

MOST_ROWS = 90
MOST_COLUMNS = 400
MOST_PIVOTS = 150


@dataclass(frozen=True)
class Column:
    """Something that is not negative; ``strict``: it is positive."""

    terms: Coefficients
    strict: bool = False


def combine(goal: Coefficients, columns: Sequence[Column], strict: bool = False) -> bool:
    """Whether ``goal`` is a combination of the columns with weights that are not negative.

    With ``strict`` a column that is positive has to have a positive weight.
    """
    charge(sum(len(column.terms) for column in columns) >> 2)
    columns = _useful(goal, columns)
    if not goal:
        return not strict
    rows = sorted({m for c in columns for m in c.terms} | set(goal), key=repr)
    if not columns or len(rows) > MOST_ROWS or len(columns) > MOST_COLUMNS:
        return False
    if any(m not in set().union(*[c.terms for c in columns]) for m in goal):
        return False
    tableau = _Tableau(goal, columns, rows)
    found = tableau.is_feasible() and (not strict or tableau.can_weigh_strictly())
    return found and _adds_up(goal, columns, tableau.weights())


def _adds_up(goal: Coefficients, columns: Sequence[Column], weights: dict[int, Fraction]) -> bool:
    """Whether the weights do what they are for: a proof is looked at again."""
    rest = dict(goal)
    for n, weight in weights.items():
        for monomial, coefficient in columns[n].terms.items():
            rest[monomial] = rest.get(monomial, Fraction(0)) - weight * coefficient
    return all(weight >= 0 for weight in weights.values()) and not any(rest.values())


def _useful(goal: Coefficients, columns: Sequence[Column]) -> list[Column]:
    """Leave out the columns that have a term which nothing can cancel."""
    kept = list(columns)
    while True:
        above: set[Hashable] = {m for m, c in goal.items() if c < 0}
        below: set[Hashable] = {m for m, c in goal.items() if c > 0}
        for column in kept:
            above.update(m for m, c in column.terms.items() if c > 0)
            below.update(m for m, c in column.terms.items() if c < 0)
        still = [
            column
            for column in kept
            if all(m in (below if c > 0 else above) for m, c in column.terms.items())
        ]
        if len(still) == len(kept):
            return kept
        kept = still


class _Tableau:
    """The simplex method (Bland's rule, so that it ends) on rows of fractions without zeros."""

    def __init__(
        self, goal: Coefficients, columns: Sequence[Column], rows: Sequence[Hashable]
    ) -> None:
        self.count = len(columns)
        self.strict = {n for n, column in enumerate(columns) if column.strict}
        self.rows: list[dict[int, Fraction]] = []
        self.values: list[Fraction] = []
        self.basis: list[int] = []
        self.pivots = 0
        for number, monomial in enumerate(rows):
            value = Fraction(goal.get(monomial, 0))
            sign = -1 if value < 0 else 1
            row = {
                n: sign * Fraction(column.terms[monomial])
                for n, column in enumerate(columns)
                if monomial in column.terms
            }
            row[self.count + number] = Fraction(1)  # an artificial weight, to be driven to zero
            self.rows.append(row)
            self.values.append(sign * value)
            self.basis.append(self.count + number)

    def is_feasible(self) -> bool:
        """Drive the artificial weights to zero."""
        cost: dict[int, Fraction] = {}
        total = Fraction(0)
        for row, value in zip(self.rows, self.values, strict=True):
            total += value
            for n, entry in row.items():
                if n < self.count:
                    cost[n] = cost.get(n, Fraction(0)) + entry
        while total > 0:
            entering = min((n for n, c in cost.items() if c > 0), default=None)
            if entering is None or self.pivots >= MOST_PIVOTS:
                return False
            leaving = self._leaving(entering)
            if leaving is None:
                return False
            self._pivot(leaving, entering)
            step = cost[entering]
            total -= step * self.values[leaving]
            for n, entry in self.rows[leaving].items():
                if n < self.count:
                    cost[n] = cost.get(n, Fraction(0)) - step * entry
        self._forget_artificial()
        return True

    def _forget_artificial(self) -> None:
        """Take the artificial weights out: those left in the basis are zero."""
        for place in range(len(self.rows)):
            if self.basis[place] >= self.count:
                real = [n for n in self.rows[place] if n < self.count]
                if real:
                    self._pivot(place, min(real))
        kept = [n for n, b in enumerate(self.basis) if b < self.count]
        self.rows = [
            {n: v for n, v in self.rows[place].items() if n < self.count} for place in kept
        ]
        self.values = [self.values[place] for place in kept]
        self.basis = [self.basis[place] for place in kept]

    def can_weigh_strictly(self) -> bool:
        """Whether the weights of the strict columns can be positive in sum."""
        while True:
            places = [n for n, b in enumerate(self.basis) if b in self.strict]
            if any(self.values[place] > 0 for place in places):
                return True
            gain = {n: Fraction(1) for n in self.strict}
            for place in places:
                for n, entry in self.rows[place].items():
                    gain[n] = gain.get(n, Fraction(0)) - entry
            entering = min((n for n, g in gain.items() if g > 0), default=None)
            if entering is None or self.pivots >= MOST_PIVOTS:
                return False
            leaving = self._leaving(entering)
            if leaving is None:
                return True  # it may grow without bound
            self._pivot(leaving, entering)

    def weights(self) -> dict[int, Fraction]:
        return dict(zip(self.basis, self.values, strict=True))

    def _leaving(self, entering: int) -> int | None:
        ratios = [
            (self.values[place] / row[entering], self.basis[place], place)
            for place, row in enumerate(self.rows)
            if row.get(entering, 0) > 0
        ]
        return min(ratios)[2] if ratios else None

    def _pivot(self, place: int, entering: int) -> None:
        self.pivots += 1
        charge(sum(map(len, self.rows)) >> 4)
        pivot = self.rows[place][entering]
        row = {n: entry / pivot for n, entry in self.rows[place].items()}
        self.rows[place], self.values[place] = row, self.values[place] / pivot
        for other, target in enumerate(self.rows):
            factor = target.get(entering)
            if other == place or not factor:
                continue
            for n, entry in row.items():
                value = target.get(n, Fraction(0)) - factor * entry
                if value:
                    target[n] = value
                else:
                    target.pop(n, None)
            self.values[other] -= factor * self.values[place]
        self.basis[place] = entering
