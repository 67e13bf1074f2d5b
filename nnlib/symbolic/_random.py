"""What is random, which moments it has, and the names of mean and variance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp

from ._algebra import expand
from ._shown import Display, Row, Shown
from ._substitution import substitute


class Expectation(sp.Expr):
    """E[expr], over everything that is declared :class:`Random` in ``where``."""

    is_commutative = True

    def __new__(cls, expr: Any) -> Expectation:
        return super().__new__(cls, sp.sympify(expr))

    def _eval_is_real(self) -> bool | None:
        return self.args[0].is_real

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{E}}\left[{printer._print(self.args[0])}\right]"

    def _sympystr(self, printer: Any) -> str:
        return f"E[{printer._print(self.args[0])}]"


class Variance(sp.Expr):
    """Var(expr) = E[expr²] − E[expr]², over everything that is declared :class:`Random`."""

    is_commutative = True

    def __new__(cls, expr: Any) -> Variance:
        return super().__new__(cls, sp.sympify(expr))

    def _eval_is_real(self) -> bool | None:
        return self.args[0].is_real

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{Var}}\left({printer._print(self.args[0])}\right)"

    def _sympystr(self, printer: Any) -> str:
        return f"Var({printer._print(self.args[0])})"


@dataclass(frozen=True, eq=False, repr=False)
class Random(Shown):
    """What is random, and its moments.

    ``Random(x[i], mean=mu, variance=sigma**2)`` declares a family of independent entries (``mean``
    and the others may hold the index); ``Random(x, …)`` one number. Different declarations are
    independent of each other.

    Args:
        lhs: a Symbol, or an Indexed with symbols as indices.
        mean: E[x_i].
        variance: Var(x_i), where it is known.
        moments: E[x_i^k] for further powers k, by k.
        covariance: Cov(x_i, x_j) for i ≠ j, where the entries are not independent. No products of
            more than two entries can then be taken.
        binary: whether the values are 0 and 1 only, so that E[x_i^k] = ``mean`` for every k.
        symmetric: whether x_i and −x_i have the same law, so that odd moments are 0.

    Raises:
        TypeError, ValueError: where the arguments are not such, or say too much.
    """

    lhs: sp.Expr
    mean: Any = None
    variance: Any = None
    moments: Mapping[int, Any] = field(default_factory=dict)
    covariance: Any = None
    binary: bool = False
    symmetric: bool = False
    equation = ""  # a declaration has no number on the page

    def __post_init__(self) -> None:
        if isinstance(self.lhs, sp.Indexed):
            if not all(isinstance(i, sp.Symbol) for i in self.lhs.indices):
                raise ValueError(f"lhs: the indices of {self.lhs} must be symbols")
        elif not isinstance(self.lhs, sp.Symbol):
            raise TypeError(f"lhs must be a Symbol or an Indexed, got {self.lhs!r}")
        elif self.covariance is not None:
            raise ValueError(f"covariance: {self.lhs} is one number; a family has covariances")
        if self.binary and (self.variance is not None or self.moments or self.mean is None):
            raise ValueError("binary: the mean says all, and must be given; leave out the rest")
        if self.symmetric and self.mean not in (None, 0):
            raise ValueError(f"symmetric: the mean is 0 then, got {self.mean}")
        if self.variance is not None and (2 in self.moments or self._first() is None):
            raise ValueError("variance: it needs the mean, and says what the second moment is")
        self._check_possible()

    def _check_possible(self) -> None:
        """Refuse moments that no law has: from what contradicts itself anything would follow."""
        first, second, fourth = (self.moment(power) for power in (1, 2, 4))
        for power, even in (("2", second), ("4", fourth)):
            if even is not None and even.is_negative:
                raise ValueError(f"E[{self.lhs}^{power}] is {even}: an even power is not negative")
        if self.binary and (first.is_negative or (1 - first).is_negative):
            raise ValueError(f"binary: the mean is how often it is 1, from 0 to 1, got {first}")
        if first is not None and second is not None:
            variance = expand(second - first**2)
            if variance.is_negative:
                raise ValueError(f"variance: it is not negative, got {variance}")
            of_all = not variance.free_symbols & set(getattr(self.lhs, "indices", ()))
            if self.covariance is not None and of_all:
                for covariance in (sp.sympify(self.covariance), -sp.sympify(self.covariance)):
                    if (variance - covariance).is_negative:
                        raise ValueError("covariance: it is at most the variance, and at least −it")
        if second is not None and fourth is not None and expand(fourth - second**2).is_negative:
            raise ValueError(f"moments: E[{self.lhs}^4] is at least E[{self.lhs}^2]²")

    @property
    def name(self) -> sp.Basic:
        """What occurrences are recognized by: the symbol, or the base of the family."""
        return self.lhs.base if isinstance(self.lhs, sp.Indexed) else self.lhs

    def _first(self) -> sp.Expr | None:
        if self.symmetric:
            return sp.S.Zero
        return None if self.mean is None else sp.sympify(self.mean)

    def moment(self, power: int) -> sp.Expr | None:
        """E[x^power] for the entry ``lhs``; None where it is not declared."""
        if power == 0:
            return sp.S.One
        if power == 1 or self.binary:
            return self._first()
        if power in self.moments:
            return sp.sympify(self.moments[power])
        if self.symmetric and power % 2:
            return sp.S.Zero
        if power == 2 and self.variance is not None:
            return sp.sympify(self.variance) + self._first() ** 2
        return None

    def moment_of(self, entry: sp.Expr, power: int) -> sp.Expr | None:
        """E[entry^power] for any entry of the family."""
        moment = self.moment(power)
        if moment is None or not isinstance(self.lhs, sp.Indexed):
            return moment
        return substitute(moment, dict(zip(self.lhs.indices, entry.indices, strict=True)))

    @property
    def body(self) -> sp.Tuple:
        """The expressions that it is declared with."""
        given = (self.mean, self.variance, self.covariance, *self.moments.values())
        return sp.Tuple(*[part for part in given if part is not None])

    def mapped(self, function: Callable[[sp.Basic], sp.Basic]) -> Random:
        """The same law, with ``function`` applied to the expressions it is declared with."""

        def of(part: Any) -> Any:
            return None if part is None else function(sp.sympify(part))

        moments = {power: of(moment) for power, moment in self.moments.items()}
        mean, variance, covariance = map(of, (self.mean, self.variance, self.covariance))
        return replace(self, mean=mean, variance=variance, covariance=covariance, moments=moments)

    def unfold(self, occurrence: sp.Expr) -> sp.Tuple:
        """The expressions that it is declared with, for this occurrence of the name."""
        if not isinstance(self.lhs, sp.Indexed):
            return self.body
        return substitute(self.body, dict(zip(self.lhs.indices, occurrence.indices, strict=True)))

    @property
    def kind(self) -> tuple[Any, ...]:
        """Which of the arguments are there."""
        said = (self.mean, self.variance, self.covariance)
        return (*[part is None for part in said], *self.moments, self.binary, self.symmetric)

    def display(self) -> Display:
        said = [(Expectation(self.lhs), self.mean), (Variance(self.lhs), self.variance)]
        said += [(Expectation(self.lhs**power), value) for power, value in self.moments.items()]
        rows = tuple(Row(of, sp.sympify(value)) for of, value in said if value is not None)
        return Display("definition", self.equation, "definition", rows)
