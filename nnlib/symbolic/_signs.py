"""Which signs can an expression have? A calculus of possible signs.

The answer is a set of signs: a square of a real number is zero or positive, a sum of positive
terms over a range that is not empty is positive. What is given is used as written, multiplied out
and cleared of denominators. Where the form of an expression does not show its sign, the calculus
looks further, a little deeper each time: it compares powers and exponentials, squares roots away,
takes absolute values by cases, factors, and asks whether the expression is a combination, with
weights that are not negative, of products of what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, count, permutations
from typing import Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.polys.rings import PolyElement

from ._algebra import cancel, diff, expand, together
from ._budget import charge
from ._combination import Column, combine
from ._facts import Facts
from ._maximum import Maximum
from ._normal import NormalForm
from ._substitution import freshen
from ._zero import Converter

NEGATIVE, ZERO, POSITIVE, UNREAL = 1, 2, 4, 8
REAL = NEGATIVE | ZERO | POSITIVE
ANY = REAL | UNREAL
NOT_NEGATIVE, NOT_POSITIVE = ZERO | POSITIVE, NEGATIVE | ZERO

MOST_TERMS_TO_FACTOR = 60
MOST_FACTORS = 3  # that terms have in common, and that are taken out in turn
MOST_KNOWN = 18  # things that are known, from which products are formed
MOST_PRODUCTS = 380


class _Nesting:
    """How many combinations are being looked for, one inside the other."""

    depth = 0


@dataclass(frozen=True)
class Known:
    """Something whose sign is known: ``expr`` has one of ``signs``."""

    expr: sp.Expr
    signs: int


@dataclass(frozen=True)
class Universal:
    """A statement that holds for every value of its indices that satisfies the conditions."""

    indices: tuple[sp.Symbol, ...]
    relation: Relational
    conditions: tuple[Relational, ...] = ()

    def at(self, values: Sequence[sp.Expr]) -> tuple[Relational, tuple[Relational, ...]]:
        """The statement for these values of the indices, and its conditions there."""
        chosen = dict(zip(self.indices, values, strict=True))
        relation, *conditions = (
            freshen(r).xreplace(chosen) for r in (self.relation, *self.conditions)
        )
        return relation, tuple(conditions)


def read_relation(relation: Relational) -> Known:
    """An inequality or equation as the sign of a difference."""
    if isinstance(relation, (sp.Eq, sp.Ne)):
        signs = ZERO if isinstance(relation, sp.Eq) else NEGATIVE | POSITIVE
        return Known(relation.lhs - relation.rhs, signs)
    strict = isinstance(relation, (sp.Gt, sp.Lt))
    return Known(relation.gts - relation.lts, POSITIVE if strict else NOT_NEGATIVE)


def add(left: int, right: int) -> int:
    """The possible signs of a sum."""
    if (left | right) & UNREAL:
        return ANY
    if left == ZERO or right == ZERO:
        return left | right if left == right else (left if right == ZERO else right)
    possible = 0
    for a in _each(left):
        for b in _each(right):
            possible |= a if a == b or b == ZERO else b if a == ZERO else REAL
    return possible


def multiply(left: int, right: int) -> int:
    """The possible signs of a product."""
    if (left | right) & UNREAL:
        return ANY
    possible = 0
    for a in _each(left):
        for b in _each(right):
            possible |= ZERO if ZERO in (a, b) else POSITIVE if a == b else NEGATIVE
    return possible


def negate(signs: int) -> int:
    swapped = signs & (ZERO | UNREAL)
    return swapped | (POSITIVE if signs & NEGATIVE else 0) | (NEGATIVE if signs & POSITIVE else 0)


def _each(signs: int) -> list[int]:
    return [s for s in (NEGATIVE, ZERO, POSITIVE) if signs & s]


def _in_several_terms(expr: sp.Add) -> list[sp.Expr]:
    """Squares, and powers with an open exponent, that are a factor of more than one term."""
    found: dict[sp.Expr, int] = {}
    for term in expr.args:
        for factor in sp.Mul.make_args(term):
            if factor.is_Pow and (factor.exp == 2 or not factor.exp.is_number):
                found[factor] = found.get(factor, 0) + 1
    several = (factor for factor, count in found.items() if count > 1)
    return sorted(several, key=sp.default_sort_key)[:MOST_FACTORS]


def _is_factor(factor: sp.Expr, term: sp.Expr) -> bool:
    return factor in sp.Mul.make_args(term)


def _is_settled(signs: int) -> bool:
    return signs in (NEGATIVE, ZERO, POSITIVE)


class Signs:
    """The possible signs of expressions, under what is known.

    Args:
        known: inequalities and equations that hold.
        universals: statements that hold for every value of their indices; they are used for the
            index of a sum, and for the indices in ``terms``.
        sequences: names whose entries are computed, so that their declared signs are not trusted.
        terms: values of indices at which the universal statements are used.
        deep: whether more than the form of an expression and what is known of it is looked at;
            False leaves out everything that needs a normal form.
    """

    def __init__(
        self,
        known: Iterable[Relational] = (),
        universals: Iterable[Universal] = (),
        sequences: Iterable[sp.Basic] = (),
        terms: Iterable[sp.Expr] = (),
        deep: bool = True,
        nesting: _Nesting | None = None,
    ) -> None:
        self.relations = [r for r in known if isinstance(r, Relational)]
        self.universals, self.sequences = tuple(universals), frozenset(sequences)
        self.terms, self.deep = tuple(terms), deep
        self.nesting = nesting or _Nesting()
        self.known: list[Known] = []
        self.exact: dict[sp.Expr, int] = {}
        self.real: set[sp.Expr] = set()
        self.cache: dict[tuple[sp.Expr, int, int], int] = {}
        self.parent: Signs | None = None
        self.inherited = 0  # so many of the things known are known outside as well
        self.normal_forms: dict[sp.Expr, sp.Expr] = {}
        self.normal_known: list[Known] | None = None
        self.insides: dict[tuple, tuple[sp.Dummy, Signs]] = {}  # the calculus inside of sums
        self.fresh: dict[sp.Expr, sp.Expr] = {}
        self.noted: dict[Relational, None] = {}  # conditions that the normal forms needed
        self.at: dict[Any, Any] = {}  # what the universals say of chosen indices
        for relation in self.relations:
            self._learn(relation)
        self._use_universals(self.terms)

    # --- what is known ---------------------------------------------------------------------------

    def _learn(self, relation: Relational) -> None:
        for side, other in (relation.args, relation.args[::-1]):
            is_name = isinstance(side, (sp.Symbol, sp.Indexed))
            if is_name and other.is_real and not isinstance(relation, sp.Ne):
                self.real.add(side)  # only what is real can be compared
        known = read_relation(relation)
        self._remember(known)
        for limit, inside in _bounded_absolutes(known):
            self._remember(Known(limit - inside, known.signs))
            self._remember(Known(limit + inside, known.signs))

    def _remember(self, known: Known) -> None:
        expr = known.expr
        if known.signs == POSITIVE and expr.is_integer:
            self.known.append(Known(expr - 1, NOT_NEGATIVE))
        self.known.append(known)
        number, rest = expr.as_coeff_Add()
        if number < 0 and not known.signs & NEGATIVE:
            self._note(rest, POSITIVE)  # k − 1 ≥ 0 makes k positive
        for form in dict.fromkeys((expr, expand(expr))):
            self._note(form, known.signs)

    def _note(self, expr: sp.Expr, signs: int) -> None:
        self.exact[expr] = self.exact.get(expr, REAL) & signs
        self.exact[-expr] = self.exact.get(-expr, REAL) & negate(signs)

    def _use_universals(self, values: Sequence[sp.Expr]) -> None:
        for universal in self.universals:
            for chosen in permutations(values, len(universal.indices)):
                self._use(universal, chosen)

    def _use(self, universal: Universal, chosen: Sequence[sp.Expr]) -> None:
        if (universal, chosen) not in self.at:
            self.at[universal, chosen] = universal.at(chosen)
        relation, conditions = self.at[universal, chosen]
        if not isinstance(relation, Relational) or relation in self.relations:
            return
        if all(self.holds(c, depth=1) for c in conditions):
            self.relations.append(relation)
            self._learn(relation)
            self.cache.clear()

    def knowing(self, *relations: Relational, index: sp.Symbol | None = None) -> Signs:
        """The same with more that is known; ``index`` is a new one, of a sum."""
        terms = self.terms if index is None else (*self.terms, index)
        inner = Signs((), (), self.sequences, (), self.deep, self.nesting)
        inner.universals, inner.terms, inner.noted = self.universals, terms, self.noted
        inner.at = self.at
        inner.relations, inner.known = list(self.relations), list(self.known)
        inner.exact, inner.real = dict(self.exact), set(self.real)
        inner.parent, inner.inherited = self, len(self.known)
        for relation in relations:
            if isinstance(relation, Relational):
                inner.relations.append(relation)
                inner._learn(relation)
        if index is not None:
            inner._use_universals(terms)
        return inner

    # --- questions -------------------------------------------------------------------------------

    def holds(self, relation: Relational, depth: int = 3) -> bool:
        """Whether a relation follows."""
        if relation in (sp.true, sp.false):
            return relation is sp.true
        known = read_relation(relation)
        return self.shows(known.expr, known.signs, depth)

    def shows(self, expr: sp.Expr, signs: int, depth: int = 3) -> bool:
        """Whether ``expr`` has one of these signs; looks a little deeper each time."""
        if expr not in self.fresh:
            self.fresh[expr] = freshen(expr)
        expr = self.fresh[expr]
        for level in range(depth + 1):
            possible = self.possible(expr, level)
            if not possible & ~signs:
                return True
            if _is_settled(possible):
                return False
        return False

    def possible(self, expr: sp.Expr, depth: int = 0) -> int:
        """The signs that ``expr`` can have; UNREAL among them where it may not be real."""
        if expr.is_Rational:
            return POSITIVE if expr > 0 else NEGATIVE if expr < 0 else ZERO
        key = (expr, depth, self.nesting.depth)
        if key not in self.cache:
            charge(10)
            self.cache[key] = self._possible(expr, depth)
        return self.cache[key]

    def _possible(self, expr: sp.Expr, depth: int) -> int:
        signs = self._narrowed(self._by_form(expr, depth), self._by_what_is_known(expr))
        if _is_settled(signs) or signs & UNREAL or depth == 0:
            return signs
        for look in self._ways(expr):
            signs = self._narrowed(signs, look(expr, depth - 1))
            if _is_settled(signs):
                break
        return signs

    @staticmethod
    def _narrowed(signs: int, other: int) -> int:
        """What both allow; where they contradict each other nothing is concluded."""
        return signs & other or signs

    def _ways(self, expr: sp.Expr) -> list:
        if not isinstance(expr, sp.Add):
            by_form = isinstance(expr, (sp.Mul, sp.Pow, sp.Sum, sp.Product, sp.exp))
            return [self._by_combination] if self.deep and not by_form else []
        first = [self._by_comparison, self._by_logarithms]
        then = [self._by_cases, self._by_common_factors, self._by_common_sums]
        if not self.deep:
            return [*first, *then]
        return [*first, self._by_addition, *then, self._by_factors, self._by_combination]

    def _by_what_is_known(self, expr: sp.Expr) -> int:
        """Its signs as given: only what is real can be compared. ANY where nothing is given."""
        if expr in self.exact:
            return self.exact[expr]
        # a normal form may have factored what was given
        of_sums = expr.is_Add or expr.is_Mul and any(arg.is_Add for arg in expr.args)
        return self.exact.get(expand(expr), ANY) if of_sums else ANY

    # --- the form of an expression ---------------------------------------------------------------

    def _by_form(self, expr: sp.Expr, depth: int) -> int:
        if isinstance(expr, (sp.Symbol, sp.Indexed)):
            return self._declared(expr)
        if expr.is_number and not expr.has(sp.Sum, sp.Product):
            return self._number(expr)
        if isinstance(expr, sp.Add):
            signs = ZERO
            for arg in expr.args:
                signs = add(signs, self.possible(arg, depth))
            return signs
        if isinstance(expr, sp.Mul):
            signs = POSITIVE
            for arg in expr.args:
                signs = multiply(signs, self.possible(arg, depth))
            return signs
        if isinstance(expr, sp.Pow):
            return self._power(expr, depth)
        if isinstance(expr, sp.Sum):
            return self._sum(expr.function, list(expr.limits), depth)
        if isinstance(expr, sp.Product):
            return self._product(expr.function, list(expr.limits), depth)
        if isinstance(expr, sp.Piecewise):
            return self._piecewise(expr, depth)
        return self._function(expr, depth)

    def _declared(self, expr: sp.Expr) -> int:
        if not (expr.is_real or expr in self.real):
            return ANY
        if isinstance(expr, sp.Indexed) and expr.base in self.sequences:
            return REAL
        if expr.is_positive:
            return POSITIVE
        if expr.is_negative:
            return NEGATIVE
        signs = (
            NOT_NEGATIVE if expr.is_nonnegative else NOT_POSITIVE if expr.is_nonpositive else REAL
        )
        return signs & ~ZERO if expr.is_nonzero else signs

    @staticmethod
    def _number(expr: sp.Expr) -> int:
        if not expr.is_real:
            return ANY
        return POSITIVE if expr.is_positive else NEGATIVE if expr.is_negative else REAL

    def _power(self, expr: sp.Expr, depth: int) -> int:
        base, exponent = self.possible(expr.base, depth), expr.exp
        if exponent.is_Rational:
            if base & UNREAL:
                return ANY
            return self._number_power(base, exponent)
        power = self.possible(exponent, depth)
        if (base | power) & UNREAL:
            return ANY
        if base == POSITIVE:
            return POSITIVE
        if not base & NEGATIVE:
            if power == POSITIVE:
                return base
            return NOT_NEGATIVE if not power & NEGATIVE else ANY
        if exponent.is_integer and (not power & NEGATIVE or not base & ZERO):
            if exponent.is_even:
                return POSITIVE if not base & ZERO else NOT_NEGATIVE
            return REAL if base & ZERO else NEGATIVE | POSITIVE
        return ANY

    @staticmethod
    def _number_power(base: int, exponent: sp.Rational) -> int:
        if exponent.q > 1 and base & NEGATIVE:
            return ANY
        if exponent < 0:
            base &= ~ZERO  # where it is defined; what that needs is looked at by itself
        if exponent.q == 1 and exponent.p % 2 == 0:
            return (POSITIVE if base & ~ZERO else 0) | (base & ZERO) or ANY
        return base or ANY

    def _sum(self, body: sp.Expr, limits: list[sp.Tuple], depth: int) -> int:
        if not limits:
            return self.possible(body, depth)
        index, low, high = limits[-1]
        if not (low.is_integer and high.is_integer):
            return ANY
        renamed, inner = self._inside(index, low, high)
        body = body.xreplace(renamed)
        within = [limit.xreplace(renamed) for limit in limits[:-1]]
        signs = inner._sum(body, within, depth)
        if signs & UNREAL:
            return ANY
        if signs == ZERO:
            return ZERO
        if not self.shows(high - low + 1, NOT_NEGATIVE, min(depth, 1)):
            return REAL  # a reversed range changes the sign
        if _is_settled(signs) and self.shows(high - low, NOT_NEGATIVE, min(depth, 1)):
            return signs
        return signs | ZERO if signs not in (NEGATIVE | POSITIVE, REAL) else REAL

    def _inside(self, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> tuple[dict, Signs]:
        """The calculus for the terms of a sum: the index is in its range.

        It is the same for all sums over a range, so that what is found in one serves the others.
        """
        key = (index.name, low, high, len(self.relations))
        if key not in self.insides:
            dummy = sp.Dummy(index.name, integer=True)
            ends = (sp.Ge(dummy, low, evaluate=False), sp.Le(dummy, high, evaluate=False))
            self.insides[key] = dummy, self.knowing(*ends, index=dummy)
        dummy, inner = self.insides[key]
        return {index: dummy}, inner

    def _product(self, body: sp.Expr, limits: list[sp.Tuple], depth: int) -> int:
        if len(limits) != 1:
            return ANY
        index, low, high = limits[0]
        if not (low.is_integer and high.is_integer):
            return ANY
        if not self.shows(high - low + 1, NOT_NEGATIVE, min(depth, 1)):
            return ANY
        renamed, inner = self._inside(index, low, high)
        signs = inner.possible(body.xreplace(renamed), depth)
        if signs & UNREAL:
            return ANY
        if signs == POSITIVE:
            return POSITIVE
        if not signs & NEGATIVE:
            return NOT_NEGATIVE
        return REAL if signs & ZERO else NEGATIVE | POSITIVE

    def _piecewise(self, expr: sp.Piecewise, depth: int) -> int:
        signs, here = 0, self
        for value, condition in expr.args:
            holds = _conjuncts(condition)
            signs |= here.knowing(*holds).possible(value, depth)
            if len(holds) == 1:
                here = here.knowing(sp.Not(holds[0]))
        return signs

    def _function(self, expr: sp.Expr, depth: int) -> int:
        shallow = isinstance(expr, (sp.exp, sp.Abs, sp.Max, sp.Min, Maximum, sp.sin, sp.cos))
        inside = 0 if shallow else depth
        signs = [self.possible(arg, inside) for arg in expr.args if isinstance(arg, sp.Expr)]
        if not signs or any(s & UNREAL for s in signs):
            return ANY
        first = signs[0]
        if isinstance(expr, sp.exp):
            return POSITIVE
        if isinstance(expr, sp.log):
            if first & ~POSITIVE:
                return ANY
            return self.possible(expr.args[0] - 1, max(depth - 1, 0))
        if isinstance(expr, sp.Abs):
            return (POSITIVE if first & ~ZERO else 0) | first & ZERO
        if isinstance(expr, (sp.sign, sp.sinh, sp.tanh, sp.atan, sp.erf)):
            return first
        if isinstance(expr, sp.cosh):
            return POSITIVE
        if isinstance(expr, (sp.Max, Maximum, sp.Min)):
            return _of_extreme(signs, largest=not isinstance(expr, sp.Min))
        if isinstance(expr, sp.KroneckerDelta):
            return NOT_NEGATIVE
        if isinstance(expr, (sp.floor, sp.ceiling)):
            return self._rounded(expr, first, depth)
        if isinstance(expr, sp.Mod):
            return NOT_NEGATIVE if signs[1] == POSITIVE else ANY
        if isinstance(expr, sp.factorial):
            whole = expr.args[0].is_integer and not first & NEGATIVE
            return POSITIVE if whole else ANY
        if isinstance(expr, (sp.sin, sp.cos)):
            return REAL
        return REAL if expr.is_real and isinstance(expr, sp.core.function.AppliedUndef) else ANY

    def _rounded(self, expr: sp.Expr, inside: int, depth: int) -> int:
        signs, arg = REAL, expr.args[0]
        if arg.is_Add and inside == REAL:
            inside = self._narrowed(inside, self.possible(together(arg), depth))
        if isinstance(expr, sp.floor):
            if not inside & NEGATIVE:
                above = self.possible(together(arg - 1), max(depth - 1, 0))
                signs = POSITIVE if not above & (NEGATIVE | UNREAL) else NOT_NEGATIVE
            elif inside == NEGATIVE:
                signs = NEGATIVE
        elif inside == POSITIVE:
            signs = POSITIVE
        elif not inside & POSITIVE:
            signs = NOT_POSITIVE
        return signs

    # --- a difference of two things that can be compared -----------------------------------------

    def _by_comparison(self, expr: sp.Expr, depth: int) -> int:
        """u^e − v^e, b^e − b^f, e^u − e^v, 1 − b^e: by what is below, or above."""
        _, expr = expr.primitive()
        if len(expr.args) != 2:
            return REAL
        first, second = expr.args
        if _is_negated(first):
            return negate(self._compare(-first, second, depth)) if not _is_negated(second) else REAL
        return self._compare(first, -second, depth) if _is_negated(second) else REAL

    def _compare(self, left: sp.Expr, right: sp.Expr, depth: int) -> int:
        """The possible signs of left − right."""
        if isinstance(left, sp.exp) or isinstance(right, sp.exp):
            logarithms = [_logarithm(side) for side in (left, right)]
            if None not in logarithms:
                return self._of(logarithms[0] - logarithms[1], depth)
        if not (isinstance(left, sp.Pow) or isinstance(right, sp.Pow)):
            return REAL
        (b, e), (c, f) = left.as_base_exp(), right.as_base_exp()
        if left == 1:
            b, e = (c, sp.S.Zero) if not f.is_Rational else (sp.S.One, f)
        elif right == 1:
            c, f = (b, sp.S.Zero) if not e.is_Rational else (sp.S.One, e)
        if b == c:
            return self._compare_exponents(b, e, f, depth)
        return self._compare_bases(b, c, e, depth) if e == f else REAL

    def _of(self, expr: sp.Expr, depth: int) -> int:
        signs = self.possible(freshen(expr), depth)
        return REAL if signs & UNREAL else signs

    def _compare_exponents(self, base: sp.Expr, e: sp.Expr, f: sp.Expr, depth: int) -> int:
        """b^e − b^f: as e − f for b > 1, the other way round for b < 1."""
        signs = self.possible(base, depth)
        if signs & (NEGATIVE | UNREAL):
            return REAL
        difference = self._of(e - f, depth)
        beyond = self._of(base - 1, depth)
        if signs == POSITIVE:
            return multiply(beyond, difference)
        if f == 0 and self._of(e, depth) == POSITIVE:
            return beyond  # 0^e − 1 is negative as 0 − 1 is
        if e == 0 and self._of(f, depth) == POSITIVE:
            return negate(beyond)
        return REAL

    def _compare_bases(self, b: sp.Expr, c: sp.Expr, exponent: sp.Expr, depth: int) -> int:
        """b^e − c^e for b, c ≥ 0: as b − c for e > 0, the other way round for e < 0."""
        both = self.possible(b, depth) | self.possible(c, depth)
        if both & (NEGATIVE | UNREAL):
            return REAL
        power = self._of(exponent, depth)
        if power == POSITIVE:
            return self._of(b - c, depth)
        if both == POSITIVE:
            return multiply(power, self._of(b - c, depth))
        return REAL

    def _by_common_factors(self, expr: sp.Expr, depth: int) -> int:
        """c q + d q + …: by the signs of q, of c + d, and of what does not hold q."""
        signs = REAL
        for factor in _in_several_terms(expr):
            inside = [term / factor for term in expr.args if _is_factor(factor, term)]
            outside = [term for term in expr.args if not _is_factor(factor, term)]
            product = multiply(self.possible(factor, depth), self.possible(sp.Add(*inside), depth))
            signs = self._narrowed(signs, add(product, self.possible(sp.Add(*outside), depth)))
            if _is_settled(signs):
                break
        return signs

    def _by_logarithms(self, expr: sp.Expr, depth: int) -> int:
        """Σ c_i log u_i with whole c_i: whether the product of the u_i^c_i is above 1."""
        above, below = sp.S.One, sp.S.One
        logs = 0
        for term in expr.args:
            number, rest = term.as_coeff_Mul()
            if isinstance(rest, sp.log) and number.is_Integer and abs(number) <= 4:
                if self.possible(rest.args[0], depth) != POSITIVE:
                    return REAL
                logs += 1
                power = rest.args[0] ** abs(number)
            elif _logarithm(sp.exp(term)) is not None and not term.has(sp.log):
                number, power = (1, sp.exp(term))
            else:
                return REAL
            above, below = (above * power, below) if number > 0 else (above, below * power)
        return self._of(above - below, depth) if logs > 0 else REAL

    # --- cases -----------------------------------------------------------------------------------

    def _by_cases(self, expr: sp.Expr, depth: int) -> int:
        """Absolute values, maxima and deltas, one case after the other."""
        found = expr.atoms(sp.Abs, sp.Max, sp.Min, Maximum, sp.KroneckerDelta, sp.Piecewise)
        free = [f for f in found if f.free_symbols <= expr.free_symbols and not _bound(expr, f)]
        if not free:
            return REAL
        outer = [f for f in free if not any(f != other and other.has(f) for other in free)]
        chosen = min(outer, key=lambda f: (sp.count_ops(f), sp.default_sort_key(f)))
        extreme = self._as_extreme(expr, chosen, depth)
        if extreme is not None:
            return extreme
        signs = 0
        for relations, value in _cases(chosen):
            if any(self.possible(a, 0) & UNREAL for a in chosen.args if isinstance(a, sp.Expr)):
                return REAL
            inner = self.knowing(*relations)
            if any(_contradicts(self, relation) for relation in relations):
                continue
            signs |= inner._of(expr.xreplace({chosen: value}), depth)
        return signs or REAL

    def _as_extreme(self, expr: sp.Expr, chosen: sp.Expr, depth: int) -> int | None:
        """A − B·max(u, v) with B > 0 is the smaller of A − B·u and A − B·v, and so on.

        None where that settles nothing, and the cases have to be looked at one by one.
        """
        if not isinstance(chosen, (sp.Abs, sp.Max, Maximum)):
            return None
        letter = sp.Dummy("largest", real=True)
        slope = diff(expr.xreplace({chosen: letter}), letter)
        rises = REAL if slope.has(letter) else self.possible(slope, 0)
        if rises not in (NEGATIVE, POSITIVE):
            return None
        if any(self.possible(a, 0) & UNREAL for a in chosen.args):
            return REAL
        within = depth if isinstance(chosen, sp.Abs) else depth + 1  # fewer maxima: it ends
        parts = [expr.xreplace({chosen: value}) for _, value in _cases(chosen)]
        if rises == POSITIVE:
            for level in range(within + 1):
                for part in parts:
                    signs = self._of(part, level)
                    if not signs & NEGATIVE:
                        return signs | POSITIVE  # the largest is at least this one
            return None
        return _of_extreme([self._of(part, within) for part in parts], largest=False)

    # --- sums ------------------------------------------------------------------------------------

    def _by_common_sums(self, expr: sp.Expr, depth: int) -> int:
        """Σ f − Σ g over one range is Σ (f − g)."""
        merged: dict[tuple, sp.Expr] = {}
        rest, count = [], 0
        for term in expr.args:
            sums = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.Sum)]
            if len(sums) != 1 or len(sums[0].limits) != 1:
                rest.append(term)
                continue
            index, low, high = sums[0].limits[0]
            common = sp.Symbol("_merged", integer=True)
            body = sums[0].function.xreplace({index: common})
            coefficient = sp.Mul(*[f for f in sp.Mul.make_args(term) if f is not sums[0]])
            key = (common, expand(low), expand(high))
            merged[key] = merged.get(key, sp.S.Zero) + coefficient * body
            count += 1
        if len(merged) == 1:
            ((index, low, high), body), *_ = merged.items()
            each = cancel(sp.Add(*rest) / (high - low + 1)) if count == 1 and rest else None
            if each is not None and _is_entire(each):
                merged, rest = {(index, low, high): body + each}, []
                count = 2  # what stands beside the sum is the same for each term
        if count < 2 or len(merged) == count:
            return REAL
        sums = [sp.Sum(body, limits) for limits, body in merged.items() if body != 0]
        return self._of(sp.Add(*sums, *rest), depth)

    # --- normal form, factors, roots -------------------------------------------------------------

    def _normal(self, expr: sp.Expr) -> sp.Expr:
        if expr not in self.normal_forms:
            self.normal_forms[expr] = self._normal_form(expr)
        return self.normal_forms[expr]

    def _normal_form(self, expr: sp.Expr) -> sp.Expr:
        inequalities = [r for r in self.relations if not isinstance(r, sp.Eq)]
        facts = Facts(inequalities, may_assume=False, looks_at_signs=False)
        charge(20)
        normal = NormalForm(facts)(expr)
        if any(c.atoms(sp.Dummy) for c in facts.conditions):
            return expr
        for condition in facts.conditions:
            if not self.holds(condition, depth=1):
                self.noted[condition] = None
        return normal

    def _by_factors(self, expr: sp.Expr, depth: int) -> int:
        normal = self._normal(expr)
        if normal.is_Rational:
            return self.possible(normal)
        if normal.has(sp.nan, sp.zoo, sp.oo):
            return REAL
        converter = Converter(normal)
        if not self._are_real(converter.atoms):
            return REAL  # the square of what is not real may have any sign
        fraction = converter.fraction(normal)
        signs = POSITIVE
        for factor, power in fraction.denominator.items():
            of_factor = self._of(factor.as_expr(*converter.atoms), depth) & ~ZERO
            signs = multiply(signs, of_factor if power % 2 else POSITIVE)
        numerator = converter.reduce_roots(fraction.numerator)
        if not numerator:
            return ZERO
        if numerator != fraction.numerator and any(
            converter.fraction(atom.base).denominator
            for atom in converter.atoms
            if isinstance(atom, sp.Pow) and atom.exp.is_Rational
        ):
            numerator = fraction.numerator  # a denominator would have been multiplied with
        for factor, power in self._factors(numerator):
            of_factor = self._of_irreducible(factor, converter, depth)
            if power % 2 == 0:
                of_factor = (POSITIVE if of_factor & ~ZERO else 0) | of_factor & ZERO
            signs = multiply(signs, of_factor)
        return signs

    def _are_real(self, atoms: Iterable[sp.Expr]) -> bool:
        return not any(self.possible(atom, 1) & UNREAL for atom in atoms)

    def _factors(self, numerator: PolyElement) -> list[tuple[PolyElement, int]]:
        charge(20 * len(numerator))
        if len(numerator) > MOST_TERMS_TO_FACTOR:
            return [(numerator, 1)]
        number, factors = numerator.factor_list()
        return [(numerator.ring(number), 1), *factors]

    def _of_irreducible(self, factor: PolyElement, converter: Converter, depth: int) -> int:
        expr = factor.as_expr(*converter.atoms)
        signs = self._of(expr, depth if isinstance(expr, (sp.Add, sp.floor)) else 0)
        if _is_settled(signs) or not isinstance(expr, sp.Add):
            return signs
        signs = self._narrowed(signs, self._by_roots(factor, converter, depth))
        if not _is_settled(signs):
            signs = self._narrowed(signs, self._by_combination(expr, depth))
        return signs

    def _by_roots(self, polynomial: PolyElement, converter: Converter, depth: int) -> int:
        """A + B√D, by the signs of A, B and A² − B²D."""
        signs = REAL
        for root in converter.atoms:
            if not (isinstance(root, sp.Pow) and root.exp == sp.S.Half):
                continue
            place = converter.ring.gens.index(converter.generator[root])
            parts = [sp.S.Zero, sp.S.Zero]
            for monomial, number in polynomial.terms():
                left, odd = divmod(monomial[place], 2)
                others = (*monomial[:place], 0, *monomial[place + 1 :])
                term = converter.ring({others: number}).as_expr(*converter.atoms)
                parts[odd] += term * root.base**left
            if parts[1] == 0 or depth <= 0 and sp.count_ops(parts) > 60:
                continue
            signs = self._narrowed(signs, self._of_root(*parts, root.base, depth))
            if _is_settled(signs):
                break
        return signs

    def _of_root(self, a: sp.Expr, b: sp.Expr, d: sp.Expr, depth: int) -> int:
        of_a, of_b = self._of(a, depth), self._of(b, depth)
        if self.possible(d, depth) & (NEGATIVE | UNREAL):
            return REAL
        if not (of_a & NEGATIVE and of_a & POSITIVE or of_b & NEGATIVE and of_b & POSITIVE):
            both = of_a | of_b
            if not both & NEGATIVE or not both & POSITIVE:
                return REAL  # seen already
            squares = self._of(expand(a**2 - b**2 * d), depth)
            return squares if not of_a & NEGATIVE else negate(squares)
        squares = self._of(expand(a**2 - b**2 * d), depth)
        if not squares & NEGATIVE:  # |A| ≥ |B|√D
            return (of_a | ZERO) if squares & ZERO else of_a & ~ZERO
        if not squares & POSITIVE:
            return (of_b | ZERO) if squares & ZERO else of_b & ~ZERO
        return REAL

    # --- combinations of what is known -----------------------------------------------------------

    def _by_addition(self, expr: sp.Expr, depth: int) -> int:
        """Whether ``expr`` is a sum of multiples of what is known: quick, and often enough."""
        return self._by_combination(expr, 0) if self.nesting.depth == 0 else REAL

    def _by_combination(self, expr: sp.Expr, depth: int) -> int:
        if self.nesting.depth > 1:
            return REAL
        self.nesting.depth += 1
        try:
            return self._as_combination(expr, depth)
        finally:
            self.nesting.depth -= 1

    def _as_combination(self, expr: sp.Expr, depth: int) -> int:
        normal = self._normal(expr)
        if normal.has(sp.nan, sp.zoo, sp.oo):
            return REAL
        signs = REAL
        problem = _Problem(self, normal, min(depth + 1, 4), _squares_in(expr))
        for side, barred in ((normal, NEGATIVE), (-normal, POSITIVE)):
            shown = problem.sign_of(side)
            if shown:
                signs &= ~barred
                if shown == POSITIVE:
                    return signs & ~ZERO
        return signs

    def normalized(self) -> list[Known]:
        """What is known, in normal form."""
        if self.normal_known is None or len(self.normal_known) != len(self.known):
            outside = self.parent.normalized()[: self.inherited] if self.parent else []
            own = self.known[len(outside) :]
            self.normal_known = [*outside, *(Known(self._normal(k.expr), k.signs) for k in own)]
        return self.normal_known


class _Problem:
    """Is an expression, or what differs from it by a sign or a number, a combination of products
    of what is known?"""

    def __init__(
        self, signs: Signs, goal: sp.Expr, degree: int, squares: Sequence[sp.Expr] = ()
    ) -> None:
        self.signs, self.degree = signs, degree
        known = _connected(goal, signs.normalized())
        known += [
            Known(signs._normal(square), NOT_NEGATIVE)
            for square in squares
            if not signs.possible(square.base, 0) & UNREAL
        ]
        bounds = list(self._bounds(goal, [k.expr for k in known]))
        known += [Known(signs._normal(b.expr), b.signs) for b in bounds]
        known = [k for k in known if signs._are_real(Converter(k.expr).atoms)]
        self.converter = Converter(goal, *[k.expr for k in known])
        self.is_usable = len(self.converter.atoms) <= 24
        self.is_usable = self.is_usable and signs._are_real(Converter(goal).atoms)
        self.columns: dict[Any, tuple[list[list[Column]], Iterator[list[Column]]]] = {}
        if self.is_usable:
            self._collect(goal, known)

    def _bounds(self, goal: sp.Expr, others: Sequence[sp.Expr]) -> Iterator[Known]:
        """What holds for the parts of the goal, whatever their values."""
        atoms = Converter(goal, *others).atoms
        for atom in atoms:
            yield from _general_bounds(atom, self.signs)
            if isinstance(atom, sp.Pow) and not atom.exp.is_Rational:
                signs = self.signs._compare(atom, sp.S.One, 1)
                if signs not in (REAL, ANY):
                    yield Known(atom - 1, signs)
            if isinstance(atom, sp.Sum):
                yield from self._terms_of(atom, goal)

    def _terms_of(self, total: sp.Sum, goal: sp.Expr) -> Iterator[Known]:
        """A sum of terms that are not negative is at least any one of them."""
        if len(total.limits) != 1 or self.signs.nesting.depth > 1:
            return
        index, low, high = total.limits[0]
        renamed, inner = self.signs._inside(index, low, high)
        if inner.possible(total.function.xreplace(renamed), 0) & (NEGATIVE | UNREAL):
            return
        outside = goal.xreplace({total: sp.S.Zero})
        places = {i for entry in outside.atoms(sp.Indexed) for i in entry.indices} | {low, high}
        for place in sorted(places, key=sp.default_sort_key):
            if place.has(index) or _is_standard(place):
                continue
            in_range = (place - low, high - place)
            if all(self.signs.shows(e, NOT_NEGATIVE, 1) for e in in_range):
                yield Known(total - total.function.xreplace({index: place}), NOT_NEGATIVE)

    def _collect(self, goal: sp.Expr, known: Sequence[Known]) -> None:
        self.base: list[tuple[PolyElement, bool]] = []
        self.equations: list[PolyElement] = []
        for fact in known:
            self._take(fact)
        for atom, generator in self.converter.generator.items():
            of_atom = self.signs.possible(atom, 0)
            if of_atom & UNREAL:
                continue
            if not of_atom & NEGATIVE:
                self.base.append((generator, not of_atom & ZERO))
            elif not of_atom & POSITIVE:
                self.base.append((-generator, not of_atom & ZERO))
            if isinstance(atom, sp.Pow) and atom.exp == sp.S.Half:
                fraction = self.converter.fraction(atom.base)
                if not fraction.denominator:
                    self.equations.append(generator**2 - fraction.numerator)
        self.base = list(dict.fromkeys(self.base))[:MOST_KNOWN]

    def _take(self, fact: Known) -> None:
        polynomial = self._cleared(fact.expr)
        if polynomial is None or polynomial.is_ground:
            return
        if fact.signs == ZERO:
            self.equations.append(polynomial)
        elif not fact.signs & NEGATIVE:
            self.base.append((polynomial, not fact.signs & ZERO))
        elif not fact.signs & POSITIVE:
            self.base.append((-polynomial, not fact.signs & ZERO))

    def _cleared(self, expr: sp.Expr) -> PolyElement | None:
        """The numerator, with the sign of the whole; None where that of a denominator is open."""
        fraction = self.converter.fraction(expr)
        sign = POSITIVE
        for factor, power in fraction.denominator.items():
            if power % 2:
                below = self.signs._of(factor.as_expr(*self.converter.atoms), 0) & ~ZERO
                sign = multiply(sign, below)
        if sign == POSITIVE:
            return fraction.numerator
        return -fraction.numerator if sign == NEGATIVE else None

    def sign_of(self, goal: sp.Expr) -> int:
        """NOT_NEGATIVE or POSITIVE, where ``goal`` is seen to be so; else 0."""
        if not self.is_usable:
            return 0
        if self.prove(goal, strict=True):
            return POSITIVE
        if goal.is_integer:
            if self.prove(goal - 1, strict=False):
                return POSITIVE
            if self.prove(goal + 1, strict=True):
                return NOT_NEGATIVE
        return NOT_NEGATIVE if self.prove(goal, strict=False) else 0

    def prove(self, goal: sp.Expr, strict: bool) -> bool:
        polynomial = self._cleared(goal)
        if polynomial is None:
            return False
        charge(5)
        if polynomial.is_ground:
            return bool(polynomial.LC > 0) if polynomial else not strict
        terms = _terms(polynomial)
        return any(combine(terms, columns, strict) for columns in self._columns(polynomial))

    def _columns(self, goal: PolyElement) -> Iterator[list[Column]]:
        """More and more columns; they are the same for goals in the same generators and degree."""
        monomials = goal.monoms()
        key = (
            tuple(any(powers) for powers in zip(*monomials, strict=True)),
            max(map(sum, monomials)),
        )
        if key not in self.columns:
            self.columns[key] = [], self._more_columns(goal)
        made, more = self.columns[key]
        for number in count():
            if number == len(made):
                following = next(more, None)
                if following is None:
                    return
                made.append(following)
            yield made[number]

    def _more_columns(self, goal: PolyElement) -> Iterator[list[Column]]:
        """First what is known, then products of two, three, four things that are known."""
        one = self.converter.ring.one
        columns = [Column(_terms(one), True)]
        columns += [Column(_terms(p), strict) for p, strict in self.base]
        yield columns + self._by_equations(goal, 1)
        highest = max(sum(m) for m in goal.monoms())
        for size in range(2, min(self.degree, max(highest, 2)) + 1):
            products = list(combinations_with_replacement(self.base, size))
            if len(products) > MOST_PRODUCTS:
                return
            charge(2 * len(products))
            for factors in products:
                product, strict = one, True
                for polynomial, positive in factors:
                    product, strict = product * polynomial, strict and positive
                columns.append(Column(_terms(product), strict))
            squares = self._squares(goal) if size == 2 else []
            columns += squares
            yield columns + self._by_equations(goal, size)

    def _squares(self, goal: PolyElement) -> list[Column]:
        """Squares of generators, and of sums and differences of two of them."""
        ring = self.converter.ring
        used = [g for n, g in enumerate(ring.gens) if any(m[n] for m in goal.monoms())][:6]
        halves = [ring.one, *used]
        known = [g for n, g in enumerate(ring.gens) if any(m[n] for p, _ in self.base for m in p)]
        found = [Column(_terms(g**2)) for g in dict.fromkeys((*used, *known[:6]))]
        found += [Column(_terms((g + number) ** 2)) for g in used for number in (2, -2)]
        for a, b in combinations(halves, 2):
            found += [Column(_terms((a + b) ** 2)), Column(_terms((a - b) ** 2))]
        return found

    def _by_equations(self, goal: PolyElement, size: int) -> list[Column]:
        ring = self.converter.ring
        used = [g for n, g in enumerate(ring.gens) if any(m[n] for m in goal.monoms())][:8]
        factors = [ring.one, *(used if size > 1 else [])]
        return [
            Column(_terms(sign * factor * equation))
            for equation in self.equations
            for factor in factors
            for sign in (1, -1)
        ]


def _squares_in(expr: sp.Expr) -> list[sp.Pow]:
    """The squares of sums that an expression was written with."""
    factors = [f for term in sp.Add.make_args(expr) for f in sp.Mul.make_args(term)]
    return [f for f in factors if isinstance(f, sp.Pow) and f.exp == 2 and f.base.is_Add]


def _terms(polynomial: PolyElement) -> dict[tuple, Fraction]:
    return {m: Fraction(int(c.numerator), int(c.denominator)) for m, c in polynomial.terms()}


def _connected(goal: sp.Expr, known: Sequence[Known]) -> list[Known]:
    """What is known of the symbols in the goal, and of what those are compared with."""
    symbols = set(goal.free_symbols)
    while True:
        reached = [k for k in known if k.expr.free_symbols & symbols]
        grown = symbols.union(*[k.expr.free_symbols for k in reached])
        if grown == symbols:
            return reached
        symbols = grown


def _general_bounds(atom: sp.Expr, signs: Signs) -> Iterator[Known]:
    """What holds for every value of an expression of this kind."""
    if isinstance(atom, sp.floor):
        yield Known(atom.args[0] - atom, NOT_NEGATIVE)
        yield Known(atom + 1 - atom.args[0], POSITIVE)
    elif isinstance(atom, sp.ceiling):
        yield Known(atom - atom.args[0], NOT_NEGATIVE)
        yield Known(atom.args[0] + 1 - atom, POSITIVE)
    elif isinstance(atom, sp.Mod) and signs.possible(atom.args[1]) == POSITIVE:
        yield Known(atom.args[1] - atom, POSITIVE)
    elif isinstance(atom, sp.KroneckerDelta):
        yield Known(1 - atom, NOT_NEGATIVE)
    elif isinstance(atom, sp.Abs) and atom.args[0].is_real:
        yield Known(atom - atom.args[0], NOT_NEGATIVE)
        yield Known(atom + atom.args[0], NOT_NEGATIVE)
    elif isinstance(atom, (sp.Max, Maximum)):
        yield from (Known(atom - arg, NOT_NEGATIVE) for arg in atom.args)
    elif isinstance(atom, sp.Min):
        yield from (Known(arg - atom, NOT_NEGATIVE) for arg in atom.args)
    elif isinstance(atom, (sp.sin, sp.cos)) and atom.args[0].is_real:
        yield Known(1 - atom, NOT_NEGATIVE)
        yield Known(1 + atom, NOT_NEGATIVE)
    elif isinstance(atom, sp.exp) and atom.args[0].is_real:
        of_zero = signs.possible(atom.args[0]) & ZERO
        for u in (atom.args[0], -atom.args[0]):
            yield Known(sp.exp(u) - 1 - u, NOT_NEGATIVE if of_zero else POSITIVE)
    elif isinstance(atom, sp.log) and signs.possible(atom.args[0]) == POSITIVE:
        of_one = signs.possible(atom.args[0] - 1) & ZERO
        yield Known(atom.args[0] - 1 - atom, NOT_NEGATIVE if of_one else POSITIVE)
    elif isinstance(atom, sp.Pow) and atom.exp.is_integer and not atom.exp.is_number:
        if signs.possible(atom.base) == POSITIVE:  # Bernoulli's inequality
            yield Known(atom - 1 - atom.exp * (atom.base - 1), NOT_NEGATIVE)


def _bounded_absolutes(known: Known) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """From c − |u| ≥ 0 the pair c, u: then c − u and c + u are not negative either."""
    if known.signs not in (POSITIVE, NOT_NEGATIVE):
        return
    for term in sp.Add.make_args(known.expr):
        if isinstance(-term, sp.Abs) and (-term).args[0].is_real:
            yield known.expr - term, (-term).args[0]


def _of_extreme(signs: Sequence[int], largest: bool) -> int:
    order = (POSITIVE, ZERO, NEGATIVE) if largest else (NEGATIVE, ZERO, POSITIVE)
    possible = 0
    for sign in order:
        if any(s & sign for s in signs):
            possible |= sign
        if any(s == sign for s in signs):
            break
    # what cannot lie below any one of them cannot be the largest's sign
    for s in signs:
        floor = next(n for n in reversed(order) if s & n)
        allowed = order[: order.index(floor) + 1]
        possible &= sum(allowed)
    return possible


def _conjuncts(condition: sp.Basic) -> list[Relational]:
    parts = condition.args if isinstance(condition, sp.And) else (condition,)
    return [part for part in parts if isinstance(part, Relational)]


def _cases(expr: sp.Expr) -> list[tuple[list[Relational], sp.Expr]]:
    """The cases of an expression, with its value in each."""
    if isinstance(expr, sp.Abs):
        u = expr.args[0]
        return [([_at_least(u)], u), ([_at_least(-u)], -u)]
    if isinstance(expr, sp.KroneckerDelta):
        i, j = expr.args[:2]
        return [
            ([sp.Eq(i, j, evaluate=False)], sp.S.One),
            ([sp.Ne(i, j, evaluate=False)], sp.S.Zero),
        ]
    if isinstance(expr, sp.Piecewise):
        cases, before = [], []
        for value, condition in expr.args:
            cases.append(([*before, *_conjuncts(condition)], value))
            if isinstance(condition, Relational):
                before = [*before, sp.Not(condition)]
        return cases
    sign = -1 if isinstance(expr, sp.Min) else 1
    return [
        ([_at_least(sign * (arg - other)) for other in expr.args if other != arg], arg)
        for arg in expr.args
    ]


def _at_least(expr: sp.Expr) -> Relational:
    return sp.Ge(expr, 0, evaluate=False)


def _contradicts(signs: Signs, relation: Relational) -> bool:
    if not isinstance(relation, Relational):
        return relation is sp.false
    known = read_relation(relation)
    return not signs.possible(known.expr, 0) & known.signs


def _bound(expr: sp.Expr, part: sp.Expr) -> bool:
    """Whether an index that is bound in ``expr`` stands in ``part``."""
    bound = {limit[0] for total in expr.atoms(sp.Sum, sp.Product) for limit in total.limits}
    return bool(bound & part.free_symbols)


def _is_standard(place: sp.Expr) -> bool:
    return any(s.name.startswith("_k") for s in place.free_symbols)


def _is_entire(expr: sp.Expr) -> bool:
    """Whether an expression is written without a denominator."""
    return sp.denom(expr).is_Rational is True


def _is_negated(term: sp.Expr) -> bool:
    return bool(term.as_coeff_Mul()[0] < 0)


def _logarithm(side: sp.Expr) -> sp.Expr | None:
    """The logarithm of an exponential or of a positive number."""
    if isinstance(side, sp.exp):
        return side.args[0]
    return sp.log(side) if side.is_Rational and side > 0 else None
