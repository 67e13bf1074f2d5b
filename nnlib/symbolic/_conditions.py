"""Where an expression has a value, as conditions that a reader can check.

A proof by algebra cancels factors and never sees that they may vanish: (x² − 1)/(x − 1) = x + 1
says nothing at x = 1. So what was asked is searched for what needs a condition: denominators,
arguments of logarithms, ranges that may be reversed, entries before the start of a sequence, kinks
under a derivative, and names whose definition need not be what their assumptions say.
A condition is listed if one side needs it and the other does not: where both sides need it, neither
has a value without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import sympy as sp
from sympy.core.relational import Relational

from ._algebra import expand
from ._budget import charge
from ._derivative import Partial
from ._facts import Facts, as_disequality, as_inequality
from ._notation import Definition, Named, Recurrence, expand_names
from ._rational import canonical
from ._substitution import freshen, substitute

_KINKED = ("Abs", "sign", "Max", "Min", "Maximum", "floor", "ceiling")


@dataclass
class Needs:
    """What must hold for an expression to have a value: these are not zero, these not negative."""

    nonzero: dict[sp.Expr, None] = field(default_factory=dict)
    nonnegative: dict[sp.Expr, None] = field(default_factory=dict)


def domain_conditions(
    a: sp.Expr, b: sp.Expr, where: Iterable[Named], known: Iterable[Relational]
) -> list[Relational]:
    """The conditions under which a = b can be read on both sides, beyond what is known.

    Raises ``NotImplementedError`` where a kink cannot be excluded by a condition.
    """
    where = tuple(where)
    known = [relation for relation in known if not isinstance(relation, sp.Eq)]
    left, right = (_Search(where).of(side) for side in (a, b))
    found = list(_fitting_names((a, b), known, where))
    for own, other in ((left, right), (right, left)):
        found += _beyond(own, other, [*known, *found], where)
    return list(dict.fromkeys(found))


def divisors_that_may_vanish(
    expr: sp.Expr, known: Iterable[Relational], where: Iterable[Named]
) -> list[sp.Expr]:
    """What ``expr`` divides by, as it is written, and is not known to be other than zero."""
    where, known = tuple(where), [r for r in known if not isinstance(r, sp.Eq)]
    facts = Facts(known)
    found = [
        factor
        for whole in _Search(where).of(expr).nonzero
        if not _is_nonzero(whole, facts, where)
        for factor in _factors(whole)
        if not _is_nonzero(factor, facts, where) and not _is_one_less_a_power(factor, facts)
    ]
    return list(dict.fromkeys(found))


def _is_one_less_a_power(factor: sp.Expr, facts: Facts) -> bool:
    """Whether it is 1 − γ^n, for a 0 < γ < 1 and an n that is known to be at least 1."""
    needed = _power_is_not_one(factor, facts)
    if needed in (None, sp.true, sp.false):
        return needed is sp.true
    return isinstance(needed, sp.Ge) and facts.nonnegative(needed.lhs - needed.rhs)


def _beyond(
    own: Needs, other: Needs, known: Iterable[Relational], where: tuple[Named, ...]
) -> Iterator[Relational]:
    facts = Facts(known)
    for expr in other.nonnegative:
        facts.nonnegatives.append(expand(expr))
    both = {_factor_key(factor) for expr in other.nonzero for factor in _factors(expr)}
    for expr in own.nonnegative:
        if not facts.nonnegative(expr) and not facts.nonnegative(expand_names(expr, where)):
            condition = as_inequality(expand(expr))
            if condition not in (sp.true, sp.false):
                facts.nonnegatives.append(expand(expr))
                yield condition
    for expr in own.nonzero:
        whole = _power_is_not_one(expr, facts) is not None
        for factor in [expr] if whole else _factors(expr):
            if _factor_key(factor) in both or _is_nonzero(factor, facts, where):
                continue
            condition = _power_is_not_one(factor, facts)
            if condition is None:
                condition = as_disequality(expand(factor))
            if condition not in (sp.true, sp.false):
                yield condition


def _is_nonzero(factor: sp.Expr, facts: Facts, where: tuple[Named, ...]) -> bool:
    for form in (factor, canonical(factor), expand_names(factor, where)):
        if facts.nonzero(form) or has_sign(form, facts, strict=True):
            return True
        if has_sign(-form, facts, strict=True):
            return True
    return False


def _power_is_not_one(factor: sp.Expr, facts: Facts) -> Relational | None:
    """1 − γ^n is not zero for 0 < γ < 1 where n ≥ 1: the condition is on n."""
    terms = sp.Add.make_args(factor)
    powers = [term for term in terms if isinstance(-term, sp.Pow) or isinstance(term, sp.Pow)]
    if len(terms) != 2 or len(powers) != 1 or abs(terms[1 - terms.index(powers[0])]) != 1:
        return None
    power = powers[0] if isinstance(powers[0], sp.Pow) else -powers[0]
    base, exponent = power.args
    if not (exponent.is_integer and facts.positive(base) and facts.nonzero(1 - base)):
        return None
    if facts.nonnegative(exponent):
        return as_inequality(expand(exponent - 1))
    return as_disequality(expand(exponent))


def _factors(expr: sp.Expr) -> list[sp.Expr]:
    factors = []
    for factor in sp.Mul.make_args(canonical(expr, factored=True)):
        base = factor.base if isinstance(factor, sp.Pow) and factor.exp.is_Rational else factor
        if not base.is_number:
            factors.append(base)
    return factors


def _factor_key(factor: sp.Expr) -> sp.Expr:
    expanded = expand(factor)
    return -expanded if expanded.could_extract_minus_sign() else expanded


# --- the search -----------------------------------------------------------------------------------


class _Search:
    def __init__(self, where: tuple[Named, ...]) -> None:
        self.named = {named.name: named for named in where}
        self.where = where
        self.needs = Needs()
        self.seen: set[sp.Basic] = set()

    def of(self, expr: sp.Expr) -> Needs:
        self._walk(freshen(expr))
        return self.needs

    def _nonzero(self, expr: sp.Expr) -> None:
        if not is_open(expr) and not expr.is_number:
            self.needs.nonzero[expr] = None

    def _nonnegative(self, expr: sp.Expr) -> None:
        if not is_open(expr) and not expr.is_number:
            self.needs.nonnegative[expand(expr)] = None

    def _walk(self, expr: sp.Basic) -> None:
        if expr in self.seen:
            return
        self.seen.add(expr)
        charge()
        if isinstance(expr, sp.Pow) and _may_divide(expr.exp):
            self._nonzero(expr.base)
        if isinstance(expr, sp.log):
            self._nonzero(expr.args[0])
        if isinstance(expr, sp.Mod):
            self._nonzero(expr.args[1])
        if isinstance(expr, sp.tan):
            self._nonzero(sp.cos(expr.args[0]))
        if isinstance(expr, (sp.Sum, sp.Product)):
            for _, low, high in expr.limits:
                self._nonnegative(high - low + 1)
        if isinstance(expr, sp.Limit):
            return  # what a limit needs is noted when it is carried out
        if isinstance(expr, Partial):
            self._kinks(*expr.args)
        self._unfold(expr)
        for arg in expr.indices if isinstance(expr, sp.Indexed) else expr.args:
            self._walk(arg)

    def _unfold(self, expr: sp.Basic) -> None:
        named = self.named.get(expr.base if isinstance(expr, sp.Indexed) else expr)
        if isinstance(named, Definition):
            self._walk(named.unfold(expr))
        if isinstance(named, Recurrence) and isinstance(expr, sp.Indexed):
            self._nonnegative(expr.indices[0] - named.start)
            if named.name in self.seen:
                return
            self.seen.add(named.name)
            # the entry is made from all before it: what divides there divides here
            for body in (named.body, *named.initials):
                index = sp.Dummy(named.index.name, integer=True)
                self._walk(substitute(body, {named.index: index}))

    # --- kinks --------------------------------------------------------------------------------

    def _kinks(self, inner: sp.Expr, variable: sp.Expr) -> None:
        """Kinks of ``inner``, and of the names that it is written with, as they are written."""
        held = variable.base if isinstance(variable, sp.Indexed) else variable
        where = [named for named in self.where if named.name != held]
        todo, seen = [inner], set()
        while todo:
            expr = todo.pop()
            if expr in seen:
                continue
            seen.add(expr)
            for gap in _gaps(expr):
                if _reaches(expand_names(gap, where), variable):
                    self._no_kink(gap, expand_names(gap, where), variable)
            named = self.named.get(expr.base if isinstance(expr, sp.Indexed) else expr)
            if isinstance(named, Definition) and named.name != held:
                todo.append(named.body if expr == named.lhs else named.unfold(expr))
            todo += expr.indices if isinstance(expr, sp.Indexed) else expr.args

    def _no_kink(self, gap: sp.Expr, expanded: sp.Expr, variable: sp.Expr) -> None:
        """What must not vanish; an entry x[k] under a sum matters where k is the index of x[j]."""
        bound = {s for s in gap.free_symbols if isinstance(s, sp.Dummy)}
        if bound and isinstance(variable, sp.Indexed):
            entries = {e for e in expanded.atoms(sp.Indexed) if e.base == variable.base}
            if len(entries) == 1:
                (entry,) = entries
                there = {
                    place: index
                    for place, index in zip(entry.indices, variable.indices, strict=True)
                    if place in bound
                }
                gap = gap.xreplace(there)
        if Facts().nonzero(gap) or has_sign(gap, Facts(), strict=True):
            return
        if is_open(gap):
            raise NotImplementedError(f"there may be a kink, where {gap} is zero")
        self._nonzero(gap)


def _gaps(node: sp.Basic) -> Iterator[sp.Expr]:
    """What must not vanish for ``node`` to have a derivative."""
    name = node.func.__name__
    if name in ("Abs", "sign"):
        yield node.args[0]
    elif name in ("Max", "Min", "Maximum"):
        for n, one in enumerate(node.args):
            for other in node.args[n + 1 :]:
                yield one - other
    elif isinstance(node, sp.Piecewise):
        for _, condition in node.args:
            for relation in condition.atoms(Relational):
                yield relation.lhs - relation.rhs
    elif isinstance(node, sp.Pow) and node.exp.is_Rational and not node.exp.is_Integer:
        yield from [node.base] if node.exp < 1 else []


def is_open(expr: sp.Expr) -> bool:
    """Whether an index of a sum around ``expr`` stands in it: then it is no condition by itself."""
    return any(isinstance(symbol, sp.Dummy) for symbol in expr.free_symbols)


def _may_divide(exponent: sp.Expr) -> bool:
    if exponent.is_nonnegative:
        return False
    return bool(exponent.is_negative) or exponent.could_extract_minus_sign()


def _reaches(gap: sp.Expr, variable: sp.Expr) -> bool:
    if isinstance(variable, sp.Indexed):
        return any(entry.base == variable.base for entry in gap.atoms(sp.Indexed))
    return variable in gap.free_symbols


# --- names and their assumptions ------------------------------------------------------------------


def _fitting_names(
    exprs: Iterable[sp.Expr], known: Iterable[Relational], where: tuple[Named, ...]
) -> Iterator[Relational]:
    """That a defined name has the sign that it is declared with, where its definition needs not."""
    named, facts = {n.name: n for n in where}, Facts(known)
    for name in _used(exprs, named):
        definition = named[name]
        if isinstance(definition, Recurrence):
            continue  # looked at entry by entry, at points
        body, lhs = definition.body, definition.lhs
        for wanted, strict, sign, relation in (
            (lhs.is_positive, True, 1, sp.Gt),
            (lhs.is_negative, True, -1, sp.Lt),
            (lhs.is_nonnegative, False, 1, sp.Ge),
            (lhs.is_nonpositive, False, -1, sp.Le),
        ):
            if not wanted:
                continue
            forms = (sign * body, sign * expand_names(body, where))
            if not any(has_sign(form, facts, strict) for form in forms):
                root = isinstance(body, sp.Pow) and body.exp == sp.S.Half
                condition = relation(body.base if root else body, 0)
                if condition not in (sp.true, sp.false):
                    yield condition
            break


def _used(exprs: Iterable[sp.Expr], named: dict[sp.Basic, Named]) -> list[sp.Basic]:
    used: dict[sp.Basic, None] = {}
    todo = list(exprs)
    while todo:
        expr = todo.pop()
        for node in sp.preorder_traversal(expr):
            name = node.base if isinstance(node, sp.Indexed) else node
            if name in named and name not in used:
                used[name] = None
                todo.append(named[name].body)
    return sorted(used, key=str)


def has_sign(expr: sp.Expr, facts: Facts, strict: bool) -> bool:
    """Whether ``expr`` is positive (or, not strict, not negative), by the signs of its parts."""
    if facts.positive(expr) if strict else facts.positive(expr) or facts.nonnegative(expr):
        return True
    if not strict and expr.is_nonnegative:
        return True
    if isinstance(expr, sp.Add):
        if not all(has_sign(term, facts, False) for term in expr.args):
            return False
        return not strict or any(has_sign(term, facts, True) for term in expr.args)
    if isinstance(expr, sp.Mul):
        return all(has_sign(factor, facts, strict) for factor in expr.args)
    if isinstance(expr, sp.Pow) and expr.exp.is_real:
        if expr.exp.is_even and expr.base.is_real:
            return not strict or facts.nonzero(expr.base)
        return has_sign(expr.base, facts, strict or bool(expr.exp.is_negative))
    if isinstance(expr, sp.Sum):
        # it is positive if it has a term at all; not negative if its range is not reversed
        least = 0 if strict else 1
        ranges = all(facts.nonnegative(high - low + least) for _, low, high in expr.limits)
        return ranges and has_sign(expr.function, facts, strict)
    return isinstance(expr, sp.Product) and has_sign(expr.function, facts, strict)
