"""A normal form for expressions with sums and products of symbolic length.

The normal form makes equal things look equal: bound indices get standard names, sums are split
and what does not depend on the index is taken out, Kronecker deltas are collapsed where the index
is provably in range, geometric and power sums are summed, sums that differ by a few terms are
written with the same bounds. What cannot be broken up further (a sum over an indexed family, say)
is an atom. Whether the rational expression in the atoms is zero is decided in ``_zero``.

What a rewriting takes for granted (γ ≠ 1 in a geometric sum, 0 ≤ j < K where a delta collapses)
is either proved from what is given or noted as a side condition.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from contextlib import contextmanager

import sympy as sp

from ._algebra import cancel, expand, factor_terms, prime_factors, summation
from ._atoms import standard_atom, standard_delta, standard_shift, without_dummies
from ._budget import charge
from ._complex import modulus
from ._facts import Facts
from ._floor import floor_of_rest, split_whole
from ._indicator import Indicator, by_simple_conditions, from_piecewise
from ._ranges import entanglement, is_triangle, narrowed, swapped
from ._rational import canonical
from ._substitution import freshen
from ._summands import as_linear, geometric, power_sum, split_terms
from ._zero import split_power

LONGEST_EXPLICIT = 64  # ranges of a known length up to this are written out
MOST_PASSES = 5
MOST_PEELED = 16  # terms that two sums over the same summand may differ by


class Bounds:
    """The innermost bounds that sums which look alike have in common.

    Bounds are numbers relative to the symbols in them: (1, -1) for a sum from t + 1 to T - 1. What
    one pass sees is used from the next one on.
    """

    def __init__(self) -> None:
        self.used: dict[sp.Expr, tuple[int, int]] = {}
        self.seen: dict[sp.Expr, tuple[int, int]] = {}

    def common(self, key: sp.Expr, own: tuple[int, int]) -> tuple[int, int]:
        first, last = self.seen.get(key, own)
        self.seen[key] = (max(first, own[0]), min(last, own[1]))
        first, last = self.used.get(key, own)
        return max(first, own[0]), min(last, own[1])

    def learn(self) -> bool:
        """Use what was seen from now on; whether that is anything new."""
        new = {key: self._join(key) for key in self.seen}
        changed = any(self.used.get(key) != bounds for key, bounds in new.items())
        self.used.update(new)
        return changed

    def _join(self, key: sp.Expr) -> tuple[int, int]:
        (first, last), (low, high) = self.seen[key], self.used.get(key, self.seen[key])
        return max(first, low), min(last, high)


class NormalForm:
    """Brings expressions into normal form; one object for all that shall be comparable."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.bounds = Bounds()
        self.cache: ChainMap[sp.Basic, sp.Expr] = ChainMap()
        self.may_swap = True  # the order of nested sums, once

    def __call__(self, expr: sp.Expr) -> sp.Expr:
        """The normal form of ``expr``.

        It is made in passes: each uses the common bounds of sums that the passes before have
        seen, until none sees anything new.
        """
        expr = freshen(expr)
        for _ in range(MOST_PASSES):
            self.cache.clear()
            result = self.normal(expr)
            if not self.bounds.learn():
                break
        return result

    @contextmanager
    def within(self, *nonnegatives: sp.Expr) -> Iterator[None]:
        """Know more for a while; forms that were found with it are forgotten afterwards."""
        outside = self.cache
        self.cache = outside.new_child()
        try:
            with self.facts.within(*nonnegatives):
                yield
        finally:
            self.cache = outside

    def normal(self, expr: sp.Expr) -> sp.Expr:
        charge(3)
        if expr.is_Rational or isinstance(expr, sp.Symbol):
            return expr
        if expr not in self.cache:
            self.cache[expr] = self._normal(expr)
        return self.cache[expr]

    def _normal(self, expr: sp.Expr) -> sp.Expr:
        if isinstance(expr, sp.Indexed):
            return expr.func(expr.base, *[expand(i) for i in expr.indices])
        if isinstance(expr, (sp.Add, sp.Mul)):
            return expr.func(*[self.normal(arg) for arg in expr.args])
        if isinstance(expr, sp.Pow):
            return self.power(self.normal(expr.base), self.normal(expr.exp))
        if isinstance(expr, sp.exp):
            terms = sp.Add.make_args(expand(self.normal(expr.args[0])))
            return sp.Mul(*[sp.exp(term) for term in terms])
        if isinstance(expr, (sp.sinh, sp.cosh, sp.tanh, sp.sin, sp.cos, sp.tan)):
            return self.normal(expr.rewrite(sp.exp))
        if isinstance(expr, sp.log):
            return self.logarithm(self.normal(expr.args[0]))
        if isinstance(expr, (sp.Sum, sp.Product)):
            return self.accumulate(expr)
        if isinstance(expr, sp.Abs):
            return self.absolute(self.normal(expr.args[0]))
        if isinstance(expr, sp.sign):
            return self.sign(self.normal(expr.args[0]))
        if isinstance(expr, (sp.floor, sp.ceiling)):
            return self.round(expr.func, self.normal(expr.args[0]))
        if isinstance(expr, sp.Mod):
            number, by = map(self.normal, expr.args)
            return self.normal(number - by * sp.floor(number / by))
        if isinstance(expr, sp.KroneckerDelta):
            return standard_delta(*expr.args[:2])
        if isinstance(expr, sp.factorial):
            return self.factorial(expand(self.normal(expr.args[0])))
        if isinstance(expr, Indicator):
            return by_simple_conditions(expr.args[0], self.facts)
        if isinstance(expr, sp.Piecewise):
            return self.normal(from_piecewise(expr)) if _conditions_are_bound(expr) else expr
        if isinstance(expr, (sp.Min, sp.Max)):
            return self.extreme(expr.func, [expand(self.normal(arg)) for arg in expr.args])
        if not expr.args:
            return expr
        return expr.func(*[self.normal(arg) for arg in expr.args])

    # --- powers, logarithms, absolute values ------------------------------------------------

    def power(self, base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        exponent = expand(exponent)
        if exponent.is_Integer:
            return sp.Pow(canonical(base) if exponent < 0 else base, exponent)
        if base == 0 and self.facts.positive(exponent):
            return sp.S.Zero
        if base == 0 and exponent.is_integer and self.facts.nonnegative(exponent):
            return standard_delta(exponent, sp.S.Zero)
        if isinstance(base, sp.exp) and (base.args[0].is_real or exponent.is_integer):
            return self.normal(sp.exp(base.args[0] * exponent))
        terms = sp.Add.make_args(exponent)
        if len(terms) > 1:
            may_split = all(self.facts.nonnegative(term) for term in terms)
            if not may_split and not self.facts.require_nonzero(base):
                return sp.Pow(base, exponent)
            return sp.Mul(*[self.power(base, term) for term in terms])
        factors, rest = self._factors_to_split(base, integer=bool(exponent.is_integer))
        powers = [self._power_of_positive(factor, exponent) for factor in factors]
        return sp.Mul(*powers, _nested_power(rest, exponent) if rest != 1 else sp.S.One)

    def _power_of_positive(self, factor: sp.Expr, exponent: sp.Expr) -> sp.Expr:
        """(bᵐ)ᵉ is bᵐᵉ for a positive b, also where SymPy does not see that it is."""
        base, inner = factor.as_base_exp()
        if exponent.is_integer or not self.facts.positive(base):
            return _nested_power(factor, exponent)
        return sp.Pow(base, expand(inner * exponent))

    def _factors_to_split(self, base: sp.Expr, integer: bool) -> tuple[list[sp.Expr], sp.Expr]:
        """The factors of ``base`` whose powers may be taken one by one, and the rest."""
        if integer:
            return list(sp.Mul.make_args(canonical(base))), sp.S.One
        positive, rest = [], sp.S.One
        for factor in sp.Mul.make_args(canonical(base, factored=True)):
            size, sign = self._size_and_sign(factor)
            if sign:
                positive.append(size)
            rest *= sign or factor  # −1 for each factor that is turned round
        return [factor for factor in positive if factor != 1], rest

    def _size_and_sign(self, factor: sp.Expr) -> tuple[sp.Expr, int]:
        """|u| and the sign of u, where it is known; else the sign is 0."""
        if self.facts.positive(factor):
            return factor, 1
        base, exponent = factor.as_base_exp()
        known = self.facts.positives and self.facts.looks_at_signs
        if known and exponent.is_Integer and self.facts.positive(-base):
            return sp.Pow(expand(-base), exponent), 1 - 2 * (int(exponent) % 2)
        return factor, 0

    def logarithm(self, arg: sp.Expr) -> sp.Expr:
        factors, rest = self._factors_to_split(arg, integer=False)
        terms = [self._log_of_positive(factor) for factor in factors]
        return sp.Add(*terms, sp.log(rest) if rest != 1 else sp.S.Zero)

    def _log_of_positive(self, factor: sp.Expr) -> sp.Expr:
        if isinstance(factor, sp.exp):
            return factor.args[0]
        if isinstance(factor, sp.Product) and self.facts.positive(factor.function):
            return self.normal(sp.Sum(sp.log(factor.function), *factor.limits))
        if isinstance(factor, sp.Pow):
            for base in (factor.base, expand(-factor.base) if factor.exp.is_even else sp.S.Zero):
                if self.facts.positive(base):
                    return factor.exp * self._log_of_positive(base)
        if factor.is_Rational:
            primes = prime_factors(factor)
            return sp.Add(*[power * sp.log(prime) for prime, power in primes.items()])
        return sp.log(factor)

    def absolute(self, arg: sp.Expr) -> sp.Expr:
        outside = []
        for factor in sp.Mul.make_args(canonical(arg)):
            if self.facts.positive(factor) or factor.is_nonnegative:
                outside.append(factor)
            elif self.facts.positive(-factor) or factor.is_nonpositive:
                outside.append(-factor)
            else:
                outside.append(modulus(factor, self.facts) if factor.has(sp.I) else sp.Abs(factor))
        result = sp.Mul(*outside)
        return self.normal(result) if arg.has(sp.I) and not result.has(sp.Abs) else result

    def sign(self, arg: sp.Expr) -> sp.Expr:
        signs = []
        for factor in sp.Mul.make_args(canonical(arg)):
            if self.facts.positive(factor):
                continue
            signs.append(-1 if self.facts.positive(-factor) else sp.sign(factor))
        return sp.Mul(*signs)

    def round(self, function: type, arg: sp.Expr) -> sp.Expr:
        """The floor or the ceiling: the whole part taken out, and the rest where it is known."""
        if function is sp.ceiling:
            return -self.round(sp.floor, -arg)
        whole, rest = split_whole(arg, self.facts)
        return whole + (floor_of_rest(rest, self.facts) if rest != 0 else sp.S.Zero)

    def extreme(self, function: type, args: list[sp.Expr]) -> sp.Expr:
        """The least or the greatest, without those that are known not to be it."""
        sign = 1 if function is sp.Max else -1
        kept: list[sp.Expr] = []
        for arg in sorted(dict.fromkeys(args), key=sp.default_sort_key):
            if any(self.facts.nonnegative(sign * (other - arg)) for other in kept):
                continue
            kept = [o for o in kept if not self.facts.nonnegative(sign * (arg - o))] + [arg]
        return function(*kept)

    # --- sums and products -------------------------------------------------------------------

    def accumulate(self, expr: sp.Expr) -> sp.Expr:
        """A sum or product over one or more indices, the innermost first."""
        step = self.sum if isinstance(expr, sp.Sum) else self.product
        body = expr.function
        for index, low, high in expr.limits:
            dummy = sp.Dummy(index.name, integer=True)
            body = step(body.xreplace({index: dummy}), dummy, low, high)
        return body

    def _explicit(self, body: sp.Expr, index: sp.Dummy, low: sp.Expr, length: int) -> list[sp.Expr]:
        return [self.normal(body.xreplace({index: low + n})) for n in range(length)]

    def _in_range(self, index: sp.Dummy, low: sp.Expr, high: sp.Expr) -> list[sp.Expr]:
        """What may be used about the index: its range, if that is not reversed."""
        if not self.facts.require_nonnegative(high - low + 1):
            return []
        lows = low.args if isinstance(low, sp.Max) else [low]
        highs = high.args if isinstance(high, sp.Min) else [high]
        known = [*[index - bound for bound in lows], *[bound - index for bound in highs]]
        return [self._cleared_of_floor(expand(expr)) for expr in known]

    def _cleared_of_floor(self, expr: sp.Expr) -> sp.Expr:
        """s u − r, or r − s u, for the u ≤ ⌊r/s⌋ or ⌈r/s⌉ ≤ u that a range says."""
        floors = [term for term in sp.Add.make_args(expr) if isinstance(term, sp.floor)]
        if len(floors) != 1:
            return expr
        numerator, denominator = sp.fraction(cancel(floors[0].args[0]))
        if not self.facts.positive(denominator):
            return expr
        return expand(denominator * (expr - floors[0]) + numerator)

    def sum(self, body: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr) -> sp.Expr:
        low, high = expand(self.normal(low)), expand(self.normal(high))
        length = expand(high - low + 1)
        if length.is_Integer and 0 <= length <= LONGEST_EXPLICIT:
            return sp.Add(*self._explicit(body, index, low, int(length)))
        terms, high = self._peel_to_least(body, index, low, high)
        # What is known about the index holds inside the sum only: its range may be empty.
        with self.within(*self._in_range(index, low, high)):
            parts = split_terms(self.normal(body), index)
        return sp.Add(
            *terms,
            *[c * self._sum_term(part, index, low, high) for part, c in parts.items()],
        )

    def _peel_to_least(
        self, body: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr
    ) -> tuple[list[sp.Expr], sp.Expr]:
        """Take terms off the top of a sum, down to the least upper bound T + n seen for this T."""
        number, base = high.as_coeff_Add()
        if not number.is_Integer or base.atoms(sp.Dummy):
            return [], high
        _, least = self.bounds.common(base, (0, int(number)))
        if not self.facts.require_nonnegative(base + least - low + 1):
            return [], high
        points = [base + n for n in range(least + 1, int(number) + 1)]
        terms = [self.normal(body.xreplace({index: point})) for point in points[:MOST_PEELED]]
        if len(points) > MOST_PEELED or any(t.has(sp.nan, sp.zoo, sp.oo) for t in terms):
            return [], high
        return terms, base + least

    def _sum_term(self, term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr) -> sp.Expr:
        if term == 1:
            return expand(high - low + 1)
        for delta in sorted(term.atoms(sp.KroneckerDelta), key=sp.default_sort_key):
            collapsed = self._collapse(delta, term, index, low, high)
            if collapsed is not None:
                return collapsed
        if term.has(Indicator):
            found = narrowed(term, index, low, high, self)
            if found is not None:
                rest, ends = found
                return self.sum(rest, index, *ends)
        if self.may_swap and (is_triangle(term, index) or _holds_delta_of(term, index)):
            other = self._in_the_other_order(term, index, low, high)
            if other is not None:
                return other
        return self._sum_of_one_order(term, index, low, high)

    def _sum_of_one_order(
        self, term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr
    ) -> sp.Expr:
        moment_and_ratio = geometric(term, index)
        if moment_and_ratio is not None:
            closed = self._geometric_sum(*moment_and_ratio, low, high)
            if closed is not None:
                return closed
        return self._irreducible(sp.Sum, term, index, low, high)

    def _collapse(
        self,
        delta: sp.KroneckerDelta,
        term: sp.Expr,
        index: sp.Dummy,
        low: sp.Expr,
        high: sp.Expr,
    ) -> sp.Expr | None:
        """Σ δ_ik f(k) = f(i), where i is in the range of k; None where that is not known."""
        i, j = delta.args[:2]
        difference = expand(i - j)
        slope = difference.coeff(index)
        if slope not in (1, -1) or (difference - slope * index).has(index):
            return None
        if delta not in sp.Mul.make_args(term):
            return None
        value = expand(index - difference * slope)
        if self.facts.nonnegative(value - high - 1) or self.facts.nonnegative(low - value - 1):
            return sp.S.Zero
        rest = sp.Mul(*[factor for factor in sp.Mul.make_args(term) if factor != delta])
        there = rest.xreplace({index: value})
        in_range = self.facts.require_nonnegative(value - low)
        if in_range and self.facts.require_nonnegative(high - value):
            return self.normal(there)
        if self.facts.may_assume and not value.atoms(sp.Dummy):
            return None
        if not self.facts.nonnegative(high - low + 1):
            return None  # a reversed range would count the term negatively
        ends = (value - low, high - value)
        inside = [Indicator(sp.Ge(expand(end), 0, evaluate=False)) for end in ends]
        return self.normal(sp.Mul(there, *inside))

    def _in_the_other_order(
        self, term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr
    ) -> sp.Expr | None:
        """A nested sum with its two indices swapped, where that is simpler or sorts first."""
        found = swapped(term, index, low, high, self)
        if found is None:
            return None
        body, (j, least, greatest) = found
        self.may_swap = False
        try:
            inner = sp.Sum(body, (index, low, high))
            other = self.sum(inner, j, least, greatest)
            same = self._sum_of_one_order(term, index, low, high)
        finally:
            self.may_swap = True
        return min(same, other, key=lambda e: (entanglement(e), sp.default_sort_key(e)))

    def _geometric_sum(
        self, moment: int, ratio: sp.Expr, low: sp.Expr, high: sp.Expr
    ) -> sp.Expr | None:
        """Σ k^m r^k in closed form, for r ≠ 1."""
        if ratio == 1:
            k = sp.Dummy("k", integer=True)
            return expand(summation(k**moment, (k, low, high)))
        root, _ = split_power(ratio)
        if not (self.facts.positive(root) and self.facts.nonzero(1 - root)):
            if self.facts.positive(root):
                root_is_not_one = self.facts.require_nonzero(1 - root)
            else:
                root_is_not_one = self.facts.require_nonzero(1 - ratio)
            if not root_is_not_one:
                return None
        n = high - low
        closed = sp.Add(
            *[
                sp.binomial(moment, p) * low ** (moment - p) * power_sum(p, ratio, n)
                for p in range(moment + 1)
            ]
        )
        return self.power(ratio, low) * self.normal(closed)

    def product(self, body: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr) -> sp.Expr:
        low, high = expand(self.normal(low)), expand(self.normal(high))
        length = expand(high - low + 1)
        if length.is_Integer and 0 <= length <= LONGEST_EXPLICIT:
            return sp.Mul(*self._explicit(body, index, low, int(length)))
        with self.within(*self._in_range(index, low, high)):
            body = factor_terms(canonical(self.normal(body)))
        factors = [self._product_factor(f, index, low, high) for f in sp.Mul.make_args(body)]
        return sp.Mul(*factors)

    def _product_factor(
        self, factor: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr
    ) -> sp.Expr:
        if not factor.has(index):
            return self.power(factor, high - low + 1)
        if isinstance(factor, sp.Pow):
            if not factor.exp.has(index) and factor.exp.is_integer:
                return self.power(self._product_factor(factor.base, index, low, high), factor.exp)
            if not factor.base.has(index) and self.facts.require_nonzero(factor.base):
                return self.power(factor.base, self.sum(factor.exp, index, low, high))
        linear = as_linear(factor, index)
        if linear is not None:
            slope, shift = linear
            return self.power(slope, high - low + 1) * self._linear_product(shift, low, high)
        return self._irreducible(sp.Product, factor, index, low, high)

    def _linear_product(self, shift: sp.Expr, low: sp.Expr, high: sp.Expr) -> sp.Expr:
        """Π (k + a): a ratio of factorials for a whole a, so that ratios telescope."""
        before = expand(low + shift - 1)
        if before.is_integer and self.facts.nonnegative(before):
            return self.factorial(expand(high + shift)) / self.factorial(before)
        k = sp.Dummy("k", integer=True)
        return self._irreducible(sp.Product, k + shift, k, low, high)

    def factorial(self, n: sp.Expr) -> sp.Expr:
        """n!, written by m! where n is m and a number: (m + 1)! = (m + 1) m!"""
        number, base = n.as_coeff_Add()
        if not number.is_Integer or abs(number) > MOST_PEELED or base == 0:
            return sp.factorial(n)
        more = [base + i for i in range(1, int(number) + 1)]
        less = [base - i for i in range(-int(number))]
        return sp.factorial(base) * sp.Mul(*more) / sp.Mul(*less)

    # --- what cannot be broken up further ---------------------------------------------------

    def _irreducible(
        self, kind: type, term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr
    ) -> sp.Expr:
        """An atom, after its index is shifted to a standard place and its bounds to common ones."""
        sign, offset = standard_shift(term, index)
        if (sign, offset) == (1, 0):
            return self._with_common_bounds(kind, term, index, low, high)
        shifted = sp.Dummy(index.name, integer=True)  # stands for sign·index + offset
        ends = [expand(sign * end + offset) for end in (low, high)]
        low, high = ends if sign > 0 else reversed(ends)
        with self.within(*self._in_range(shifted, low, high)):
            term = self.normal(term.xreplace({index: sign * (shifted - offset)}))
        parts = {term: sp.S.One} if kind is sp.Product else split_terms(term, shifted)
        return sp.Add(
            *[
                coefficient * self._with_common_bounds(kind, part, shifted, low, high)
                for part, coefficient in parts.items()
            ]
        )

    def _with_common_bounds(
        self, kind: type, term: sp.Expr, index: sp.Dummy, low: sp.Expr, high: sp.Expr
    ) -> sp.Expr:
        """Σ up to T + 1 is Σ up to T and one term more: use the same bounds wherever possible."""
        (low_number, low_base), (high_number, high_base) = low.as_coeff_Add(), high.as_coeff_Add()
        if not (low_number.is_Integer and high_number.is_Integer):
            return standard_atom(kind, term, index, low, high)
        key = without_dummies(standard_atom(kind, term, index, low_base, high_base))
        bounds = (int(low_number), int(high_number))
        first, last = self.bounds.common(key, bounds)
        if (first, last) == bounds:
            return standard_atom(kind, term, index, low, high)
        peeled = self._peel(kind, term, index, (low_base, *bounds), (high_base, first, last))
        if peeled is None:
            return standard_atom(kind, term, index, low, high)
        atom = standard_atom(kind, term, index, low_base + first, high_base + last)
        return kind_operation(kind)(atom, *peeled)

    def _peel(
        self,
        kind: type,
        term: sp.Expr,
        index: sp.Dummy,
        low: tuple[sp.Expr, int, int],
        high: tuple[sp.Expr, int, int],
    ) -> list[sp.Expr] | None:
        """The terms that stand over when the bounds move inward; None where that cannot be done."""
        (low_base, low_is, high_is), (high_base, low_goal, high_goal) = low, high
        points = [low_base + n for n in range(low_is, low_goal)]
        points += [high_base + n for n in range(high_goal + 1, high_is + 1)]
        left = high_base + high_goal - low_base - low_goal + 1
        if len(points) > MOST_PEELED or not self.facts.require_nonnegative(left):
            return None
        values = [self.normal(term.xreplace({index: point})) for point in points]
        if any(value.has(sp.nan, sp.zoo, sp.oo) for value in values):
            return None
        return values


def kind_operation(kind: type) -> type:
    return sp.Add if kind is sp.Sum else sp.Mul


def _nested_power(base: sp.Expr, exponent: sp.Expr) -> sp.Expr:
    """b^e, where b may be a power itself: (√v)^3 is v^(3/2), also when v is no symbol."""
    if isinstance(base, sp.Pow) and exponent.is_integer:
        return sp.Pow(base.base, expand(base.exp * exponent))
    return sp.Pow(base, exponent)


def _conditions_are_bound(expr: sp.Piecewise) -> bool:
    """Whether an index decides between the cases."""
    return any(condition.atoms(sp.Dummy) for _, condition in expr.args)


def _holds_delta_of(term: sp.Expr, index: sp.Dummy) -> bool:
    """Whether a delta of ``index`` stands inside a sum that is a factor."""
    sums = [factor for factor in sp.Mul.make_args(term) if isinstance(factor, sp.Sum)]
    return any(d.has(index) for s in sums for d in s.atoms(sp.KroneckerDelta, Indicator))
