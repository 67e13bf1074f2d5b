"""Is a rational expression in many atoms identically zero?

Sums, entries, exponentials and other irreducible parts are generators of a polynomial ring; roots
are generators with the relation r^q = base. The test is exact polynomial arithmetic, without
SymPy's ``simplify``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sympy as sp
from sympy.polys.rings import PolyElement, PolyRing

from ._algebra import terms_of_power
from ._budget import charge
from ._relations import follows

MOST_TERMS_AT_ONCE = 5  # up to so many, SymPy writes a power down by multinomials


def split_power(expr: sp.Expr) -> tuple[sp.Expr, int]:
    """Write a power or an exponential as an atom to an integer power.

    γ^(3T) is (γ^T)^3, v^(3/2) is (√v)^3, e^(2z) is (e^z)^2. Anything else is itself.
    """
    if isinstance(expr, sp.exp):
        number, rest = expr.args[0].as_coeff_Mul()
        if number.is_Rational:
            return sp.exp(rest / number.q), int(number.p)
    if not isinstance(expr, sp.Pow):
        return expr, 1
    base, exponent = expr.args
    if exponent.is_Rational:
        root = sp.Pow(base, sp.Rational(1, exponent.q), evaluate=False) if exponent.q > 1 else base
        return root, int(exponent.p)
    number, rest = exponent.as_coeff_Mul()
    if number.is_Rational:
        return sp.Pow(base, rest / number.q), int(number.p)
    return expr, 1


def _relation(atom: sp.Expr) -> tuple[int, sp.Expr] | None:
    """The power of ``atom`` that is something simpler, and what it is: (√v)^2 = v, i^2 = −1."""
    if atom is sp.I:
        return 2, sp.S.NegativeOne
    if not isinstance(atom, sp.Pow):
        return None
    if atom.base == -1 and atom.exp.is_integer:
        return 2, sp.S.One
    return (atom.exp.q, atom.base) if atom.exp.is_Rational else None


def _is_integer_power(expr: sp.Expr) -> bool:
    return isinstance(expr, sp.Pow) and expr.exp.is_Integer


def _atoms(expr: sp.Expr, found: dict[sp.Expr, None]) -> None:
    """Collect the generators that ``expr`` is a rational expression in."""
    if isinstance(expr, (sp.Add, sp.Mul)):
        for arg in expr.args:
            _atoms(arg, found)
    elif _is_integer_power(expr):
        _atoms(expr.base, found)
    elif not expr.is_Rational:
        atom, _ = split_power(expr)
        found[atom] = None
        if isinstance(atom, sp.Pow) and atom.exp.is_Rational:
            _atoms(atom.base, found)  # for the relation r^q = base


def times(left: PolyElement, right: PolyElement) -> PolyElement:
    """The product of two polynomials, charged length × length."""
    charge(1 + (len(left) * len(right) >> 1))
    return left * right


def power(base: PolyElement, exponent: int) -> PolyElement:
    """A power of a polynomial with an exponent of 0 or more, charged by its length."""
    if exponent > 1 and len(base) > MOST_TERMS_AT_ONCE:  # by repeated squaring
        half = terms_of_power(len(base), exponent // 2)
        charge(half * half)
    elif exponent > 1:
        charge(terms_of_power(len(base), exponent))
    return base**exponent


@dataclass
class _Fraction:
    """A numerator, and a denominator kept in factors, so that sums need no gcd."""

    numerator: PolyElement
    denominator: dict[PolyElement, int] = field(default_factory=dict)

    def __add__(self, other: _Fraction) -> _Fraction:
        common = dict(self.denominator)
        for factor, power in other.denominator.items():
            common[factor] = max(common.get(factor, 0), power)
        return _Fraction(self._over(common) + other._over(common), common)

    def _over(self, common: dict[PolyElement, int]) -> PolyElement:
        numerator = self.numerator
        for factor, highest in common.items():
            missing = highest - self.denominator.get(factor, 0)
            if missing:
                numerator = times(numerator, power(factor, missing))
        return numerator

    def __mul__(self, other: _Fraction) -> _Fraction:
        denominator = dict(self.denominator)
        for factor, power in other.denominator.items():
            denominator[factor] = denominator.get(factor, 0) + power
        return _Fraction(times(self.numerator, other.numerator), denominator)

    def __pow__(self, n: int) -> _Fraction:
        if n < 0:
            return self._inverse() ** -n
        return _Fraction(power(self.numerator, n), {f: p * n for f, p in self.denominator.items()})

    def _inverse(self) -> _Fraction:
        if not self.numerator:
            raise ZeroDivisionError("a denominator is zero everywhere")
        ring = self.numerator.ring
        top = ring.one
        for factor, exponent in self.denominator.items():
            top = times(top, power(factor, exponent))
        content, primitive = self.numerator.primitive()
        if primitive.LC < 0:
            content, primitive = -content, -primitive
        bottom: dict[PolyElement, int] = {}
        if len(primitive) == 1:  # a monomial: its generators are the factors
            for generator, exponent in zip(ring.gens, primitive.LM, strict=True):
                if exponent:
                    bottom[generator] = exponent
        else:
            bottom[primitive] = 1
        return _Fraction(top.quo_ground(content), bottom)


def finest_powers(atoms: Iterable[sp.Expr]) -> dict[sp.Expr, tuple[sp.Expr, int]]:
    """For each atom, the power of it that all like it are whole powers of, and which one.

    Where √v and v^(1/3) occur, both are written by v^(1/6); likewise e^z and e^(z/2).
    """
    parts = {atom: _root_of(atom) for atom in atoms}
    orders: dict[tuple[sp.Expr, sp.Expr], int] = {}
    for base, rest, order in parts.values():
        orders[base, rest] = math.lcm(order, orders.get((base, rest), 1))
    finest = {}
    for atom, (base, rest, order) in parts.items():
        common = orders[base, rest]
        same = common == order
        fine = atom if same else sp.Pow(base, rest / common, evaluate=False)
        if isinstance(atom, sp.exp) and not same:
            fine = sp.exp(rest / common)
        finest[atom] = (fine, common // order)
    return finest


def _root_of(atom: sp.Expr) -> tuple[sp.Expr, sp.Expr, int]:
    """Write an atom as the q-th root of base^rest."""
    if not isinstance(atom, (sp.Pow, sp.exp)):
        return atom, sp.S.One, 1
    # SymPy's as_base_exp writes (1/2)^x as 2^(-x), which is no root of 2^x
    base, exponent = atom.args if isinstance(atom, sp.Pow) else atom.as_base_exp()
    number, rest = exponent.as_coeff_Mul()
    if number.is_Rational and number.p != 1:
        return atom, sp.S.One, 1
    return base, rest, int(number.q) if number.is_Rational else 1


class Converter:
    """Reads expressions as fractions of polynomials in their common generators."""

    def __init__(self, *exprs: sp.Expr) -> None:
        found: dict[sp.Expr, None] = {}
        for expr in exprs:
            _atoms(expr, found)
        self.finer = finest_powers(found)
        self.atoms = sorted({atom for atom, _ in self.finer.values()}, key=sp.default_sort_key)
        self.ring = PolyRing([f"g{n}" for n in range(max(len(self.atoms), 1))], sp.QQ)
        self.generator = dict(zip(self.atoms, self.ring.gens, strict=False))

    def fraction(self, expr: sp.Expr) -> _Fraction:
        charge(2)
        if expr.is_Rational:
            return _Fraction(self.ring(sp.QQ(expr.p, expr.q)))
        if isinstance(expr, sp.Add):
            total = _Fraction(self.ring.zero)
            for term in expr.args:
                total = total + self.fraction(term)
            return total
        if isinstance(expr, sp.Mul):
            product = _Fraction(self.ring.one)
            for factor in expr.args:
                product = product * self.fraction(factor)
            return product
        if _is_integer_power(expr):
            return self.fraction(expr.base) ** int(expr.exp)
        atom, exponent = split_power(expr)
        finest, finer = self.finer[atom]
        return _Fraction(self.generator[finest]) ** (exponent * finer)

    def reduce_roots(self, polynomial: PolyElement) -> PolyElement:
        """Use r^q = base on every root, until none has a power of q or more."""
        roots = [atom for atom in self.atoms if _relation(atom)]
        for _ in range(len(roots) + 1):
            before = polynomial
            for root in roots:
                polynomial = self._reduce_root(polynomial, root)
            if polynomial == before:
                break
        return polynomial

    def _reduce_root(self, polynomial: PolyElement, root: sp.Expr) -> PolyElement:
        q, base_of_root = _relation(root)
        position = self.ring.gens.index(self.generator[root])
        base = self.fraction(base_of_root)
        bottom = self.ring.one
        for factor, exponent in base.denominator.items():
            bottom = times(bottom, power(factor, exponent))
        highest = max((m[position] // q for m in polynomial.monoms()), default=0)
        if not highest:
            return polynomial
        charge(len(polynomial))
        parts: dict[int, PolyElement] = {}
        for monomial, coefficient in polynomial.terms():
            wraps, rest = divmod(monomial[position], q)
            monomial = (*monomial[:position], rest, *monomial[position + 1 :])
            term = self.ring({monomial: coefficient})
            parts[wraps] = parts.get(wraps, self.ring.zero) + term
        return sum(
            (
                times(times(part, power(base.numerator, wraps)), power(bottom, highest - wraps))
                for wraps, part in parts.items()
            ),
            self.ring.zero,
        )

    def root_relations(self) -> list[PolyElement]:
        """For each root, the polynomial that it makes zero: r^q times a denominator − base."""
        found = []
        for root in self.atoms:
            relation = _relation(root)
            if relation:
                q, base = relation
                found.append((self.fraction(root) ** q + self.fraction(-base)).numerator)
        return found


def is_zero(
    expr: sp.Expr, relations: Sequence[sp.Expr] = (), nonzeros: Sequence[sp.Expr] = ()
) -> bool:
    """Whether ``expr`` is zero wherever its denominators are not, and the ``relations`` are zero.

    ``nonzeros`` are known not to be zero, so that an equation may be divided by them. True is a
    proof. False only says that this test found no proof: atoms may be related in ways that it does
    not know.
    """
    if expr == 0:
        return True
    converter = Converter(expr, *relations)
    numerator = converter.reduce_roots(converter.fraction(expr).numerator)
    if not numerator or not relations:
        return not numerator
    given = [converter.fraction(relation).numerator for relation in relations]
    given = [converter.reduce_roots(polynomial) for polynomial in given]
    given += converter.root_relations()
    if follows(numerator, given):
        return True
    known = [converter.generator[atom] for atom in converter.atoms if atom in nonzeros]
    return bool(known) and follows(math.prod(known, start=numerator), given)
