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
MOST_PIVOTS = 200
TINY = 1e-10


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
    basis = _Tableau(goal, columns, rows).basis_for(strict)
    weights = None if basis is None else _solved(goal, columns, basis)
    if weights is None or any(weight < 0 for weight in weights.values()):
        return False
    return not strict or any(columns[n].strict and weight > 0 for n, weight in weights.items())


def _solved(
    goal: Coefficients, columns: Sequence[Column], basis: Sequence[int]
) -> dict[int, Fraction] | None:
    """The weights with which these columns add up to the goal, exactly; None if there are none."""
    rows: dict[Hashable, dict[int, Fraction]] = {}
    for n in basis:
        for monomial, coefficient in columns[n].terms.items():
            rows.setdefault(monomial, {})[n] = coefficient
    if not set(goal) <= set(rows):
        return None
    left = [(dict(row), goal.get(monomial, Fraction(0))) for monomial, row in rows.items()]
    solved: list[tuple[int, dict[int, Fraction], Fraction]] = []
    while left:
        row, value = left.pop(min(range(len(left)), key=lambda n: len(left[n][0])))
        for n, other, total in solved:
            factor = row.pop(n, None)
            if factor:
                value -= factor * total
                for m, entry in other.items():
                    row[m] = row.get(m, Fraction(0)) - factor * entry
        row = {n: entry for n, entry in row.items() if entry}
        if not row:
            if value:
                return None
            continue
        n = min(row)
        pivot = row.pop(n)
        charge(1 + len(row))
        solved.append((n, {m: entry / pivot for m, entry in row.items()}, value / pivot))
    weights: dict[int, Fraction] = {}
    for n, row, value in reversed(solved):
        weights[n] = value - sum(entry * weights.get(m, Fraction(0)) for m, entry in row.items())
    return weights if _adds_up(goal, columns, weights) else None


def _adds_up(goal: Coefficients, columns: Sequence[Column], weights: dict[int, Fraction]) -> bool:
    """Whether the weights do what they are for: a proof is looked at again."""
    rest = dict(goal)
    for n, weight in weights.items():
        for monomial, coefficient in columns[n].terms.items():
            rest[monomial] = rest.get(monomial, Fraction(0)) - weight * coefficient
    return not any(rest.values())


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
    """The simplex method on sparse rows of floating-point numbers.

    It only finds out which columns to use: their weights are then worked out in fractions, and
    looked at again. So a rounding error can lose a proof, and never make one.
    """

    def __init__(
        self, goal: Coefficients, columns: Sequence[Column], rows: Sequence[Hashable]
    ) -> None:
        self.count = len(columns)
        self.strict = {n for n, column in enumerate(columns) if column.strict}
        self.rows: list[dict[int, float]] = [{} for _ in rows]
        self.values = [0.0] * len(rows)
        self.basis = [self.count + number for number in range(len(rows))]
        self.pivots = 0
        places = {monomial: number for number, monomial in enumerate(rows)}
        for monomial, value in goal.items():
            self.values[places[monomial]] = float(value)
        for n, column in enumerate(columns):
            for monomial, coefficient in column.terms.items():
                self.rows[places[monomial]][n] = float(coefficient)
        for place, value in enumerate(self.values):
            if value < 0:
                self.values[place] = -value
                self.rows[place] = {n: -entry for n, entry in self.rows[place].items()}

    def basis_for(self, strict: bool) -> list[int] | None:
        """The columns that add up to the goal, one of them strict if that is asked for."""
        if not self._drive_out_the_artificial():
            return None
        if strict and not self._weigh_strictly():
            return None
        return sorted(n for n in self.basis if n < self.count)

    def _drive_out_the_artificial(self) -> bool:
        scale = max(self.values, default=0.0)
        while True:
            cost: dict[int, float] = {}
            total = 0.0
            for place, row in enumerate(self.rows):
                if self.basis[place] >= self.count:
                    total += self.values[place]
                    for n, entry in row.items():
                        cost[n] = cost.get(n, 0.0) + entry
            if total <= TINY * max(scale, 1.0):
                return True
            entering = self._entering(cost)
            if entering is None:
                return False
            leaving = self._leaving(entering)
            if leaving is None:
                return False
            self._pivot(leaving, entering)

    def _weigh_strictly(self) -> bool:
        """Let a strict column have a positive weight."""
        while True:
            places = [n for n, b in enumerate(self.basis) if b in self.strict]
            if any(self.values[place] > 1e-7 for place in places):
                return True
            gain = dict.fromkeys(self.strict, 1.0)
            for place in places:
                for n, entry in self.rows[place].items():
                    gain[n] = gain.get(n, 0.0) - entry
            entering = self._entering(gain)
            if entering is None:
                return False
            leaving = self._leaving(entering)
            if leaving is None:
                return False
            self._pivot(leaving, entering)

    def _entering(self, gain: dict[int, float]) -> int | None:
        """The column that gains most; after many steps the first that gains, so that it ends."""
        if self.pivots >= MOST_PIVOTS:
            return None
        gaining = [(n, g) for n, g in gain.items() if g > 1e-7 and n not in self.basis]
        if not gaining:
            return None
        if self.pivots > MOST_PIVOTS // 2:
            return min(gaining)[0]
        return min(gaining, key=lambda pair: (-pair[1], pair[0]))[0]

    def _leaving(self, entering: int) -> int | None:
        ratios = [
            (self.values[place] / row[entering], -self.basis[place], place)
            for place, row in enumerate(self.rows)
            if row.get(entering, 0.0) > 1e-7
        ]
        return min(ratios)[2] if ratios else None

    def _pivot(self, place: int, entering: int) -> None:
        self.pivots += 1
        charge(1 + (sum(len(row) for row in self.rows if entering in row) >> 5))
        pivot = self.rows[place][entering]
        row = {n: entry / pivot for n, entry in self.rows[place].items()}
        self.rows[place], self.values[place] = row, self.values[place] / pivot
        for other, target in enumerate(self.rows):
            factor = target.get(entering)
            if other == place or not factor:
                continue
            for n, entry in row.items():
                value = target.get(n, 0.0) - factor * entry
                if abs(value) > TINY:
                    target[n] = value
                else:
                    target.pop(n, None)
            self.values[other] = max(self.values[other] - factor * self.values[place], 0.0)
        self.basis[place] = entering
