"""In which order a person writes terms and factors, and what stands above and below a line.

The LaTeX and the plain text of an expression are laid out by the same rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
from sympy.printing.latex import greek_letters_set

from ._derivative import Partial
from ._written import Factors, Written

SUMS = (sp.Sum, sp.Product)
BIG = (*SUMS, sp.Limit)
VARIABLES = ("lambda", *"rsuvwxyz")  # letters that polynomials are in


# --- signs ----------------------------------------------------------------------------------------


def is_negative(term: sp.Expr) -> bool:
    """Whether a minus stands before the term; brackets in it keep the signs they were given."""
    return bool(term.as_coeff_Mul()[0].is_negative)


def without_sign(term: sp.Expr) -> sp.Expr:
    """The term after its minus."""
    number, rest = term.as_coeff_Mul()
    if number == -1:
        return rest
    return sp.Mul(-number, *sp.Mul.make_args(rest), evaluate=False) if rest != 1 else -number


def inside_bars(expr: sp.Expr) -> sp.Expr:
    """|1 − ηλ| and not |ηλ − 1|: SymPy takes the sign that it likes."""
    number = expr.as_coeff_Add()[0] if isinstance(expr, sp.Add) else sp.S.Zero
    return -expr if number.is_negative else expr


# --- fractions ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parts:
    """A product as it is written: a fraction, and what follows it."""

    above: list[sp.Expr]
    below: list[sp.Expr]
    after: list[sp.Expr]


def parts_of(product: sp.Expr) -> Parts:
    """What stands above and below the line, and what after the fraction.

    A sum alone stays above. Where there are coefficients as well, they make the fraction, and the
    entries, derivatives and sums follow it.
    """
    above, below = _above_and_below(product)
    if not below:
        return Parts(above, [], [])
    others = [factor for factor in above if not factor.is_number]
    variable = [factor for factor in others if _is_variable(factor)]
    coefficients = [factor for factor in others if factor not in variable]
    if all(factor.is_number for factor in below):
        after = others if any(isinstance(f, (*BIG, Partial)) for f in others) else []
    elif coefficients and not any(_has_entry(factor) for factor in below):
        after = variable
    elif len(others) == 1 and isinstance(others[0], SUMS):
        after = []
    else:
        after = [factor for factor in others if isinstance(factor, (*BIG, Partial))]
    return Parts([factor for factor in above if factor not in after], below, after)


def _above_and_below(product: sp.Expr) -> tuple[list[sp.Expr], list[sp.Expr]]:
    above, below = [], []
    for factor in sp.Mul.make_args(product):
        if factor.is_Rational:
            if factor.p != 1:
                above.append(sp.Integer(factor.p))
            if factor.q != 1:
                below.append(sp.Integer(factor.q))
        elif isinstance(factor, sp.Pow) and factor.exp.is_Rational and factor.exp < 0:
            below.append(sp.Pow(factor.base, -factor.exp))
        else:
            above.append(factor)
    return above, below


def _is_variable(factor: sp.Expr) -> bool:
    return factor.has(*BIG, Partial) or _has_entry(factor)


def _has_entry(expr: sp.Expr) -> bool:
    return any(_is_entry_of_data(entry) for entry in expr.atoms(sp.Indexed))


# --- factors --------------------------------------------------------------------------------------


def ordered_factors(factors: Sequence[sp.Expr]) -> list[sp.Expr]:
    """Numbers, then coefficients, then brackets of those, then entries, brackets of those, sums."""
    return sorted(factors, key=_rank_of_factor)


def _rank_of_factor(factor: sp.Expr) -> tuple[int, str]:
    base = factor.base if isinstance(factor, sp.Pow) else factor
    if factor.is_number:
        rank = 0
    elif base.is_number and not isinstance(factor, sp.exp):  # 3^K
        rank = 1
    elif isinstance(base, sp.Symbol):
        rank = (
            4 if factor is not base and not factor.exp.is_number else 3 if _counts_on(base) else 2
        )
    elif isinstance(base, (sp.Add, Written)):
        rank = 3 if counts(base) else 9 if _has_entry(base) else 5
    elif isinstance(base, sp.Indexed):
        rank = 8 if _is_entry_of_data(base) else 7
    elif isinstance(base, (*BIG, Partial)):
        rank = 10
    elif isinstance(base, sp.log):  # written without brackets, so nothing may follow it
        rank = 11
    else:
        rank = 6
    return rank, str(factor)


def _counts_on(symbol: sp.Symbol) -> bool:
    """Whether it is an index or a time, which stands after its coefficient: s i, a t."""
    name = symbol.name
    return bool(symbol.is_integer) and len(name) == 1 and (name.islower() or name == "T")


def _is_entry_of_data(entry: sp.Indexed) -> bool:
    """Families with a Greek name are coefficients: γ_t stands before c_t."""
    return str(entry.base) not in greek_letters_set


def counts(expr: sp.Expr) -> bool:
    """Whether only integers stand in ``expr``: sizes, times, indices."""
    return all(symbol.is_integer for symbol in expr.free_symbols)


# --- terms ----------------------------------------------------------------------------------------


def ordered_terms(expr: sp.Add) -> list[sp.Expr]:
    """What is added before what is taken away, entries first, and of a sequence the earlier ones.

    A polynomial in a letter such as z or λ goes down in its powers.
    """
    by_powers = _by_powers(expr)
    if by_powers is not None:
        return by_powers
    with_entries = any(_is_entry(f) for term in expr.args for f in sp.Mul.make_args(term))
    number_last = counts(expr) or (len(expr.args) > 2 and with_entries)

    def rank(term: sp.Expr) -> tuple:
        deltas = not term.has(sp.KroneckerDelta)
        number = term.is_number and number_last
        offsets = [i.as_coeff_Add()[0] for e in term.atoms(sp.Indexed) for i in e.indices]
        shift = min(map(float, offsets), default=0.0)
        is_plain = with_entries and not (term.has(sp.Indexed) or term.is_number)
        return (
            is_negative(term),
            number,
            deltas,
            is_plain,
            _is_small(term),
            shift,
            not term.is_number,
            _size(term),
            str(term),
        )

    return sorted(expr.args, key=rank)


def _by_powers(expr: sp.Add) -> list[sp.Expr] | None:
    """The terms by descending powers of the one letter that they are a polynomial in."""
    powers: dict[sp.Symbol, list[int]] = {}
    for n, term in enumerate(expr.args):
        for factor in sp.Mul.make_args(term):
            base, exponent = factor.as_base_exp()
            if base.is_Symbol and _is_letter_of_polynomials(base) and exponent.is_Integer:
                powers.setdefault(base, [0] * len(expr.args))[n] += int(exponent)
    highest = [(max(found), str(base), base) for base, found in powers.items()]
    if expr.has(sp.Indexed) or not highest or max(highest)[0] < 2:
        return None
    degree, _, variable = max(highest)
    if sum(found[0] == degree for found in highest) > 1:
        return None
    order = sorted(range(len(expr.args)), key=lambda n: (-powers[variable][n], str(expr.args[n])))
    if is_negative(expr.args[order[0]]):
        return None  # 1 − x², not −x² + 1
    return [_variable_last(expr.args[n], variable) for n in order]


def _is_letter_of_polynomials(symbol: sp.Symbol) -> bool:
    return symbol.name.rstrip("0123456789_'") in VARIABLES


def _variable_last(term: sp.Expr, variable: sp.Symbol) -> sp.Expr:
    """(1 + γ − a) z, with the letter after its coefficient."""
    factors = sp.Mul.make_args(without_sign(term) if is_negative(term) else term)
    last = [f for f in factors if f.as_base_exp()[0] == variable]
    first = [f for f in factors if f not in last]
    if not any(isinstance(f, sp.Add) for f in first) or not last:
        return term
    written = Factors(*ordered_factors(first), *last)
    return sp.Mul(-1, written, evaluate=False) if is_negative(term) else written


def _is_small(term: sp.Expr) -> bool:
    """σ² + ε: what only keeps a denominator from zero stands last."""
    return isinstance(term, sp.Symbol) and term.name in ("epsilon", "varepsilon")


def _is_entry(factor: sp.Expr) -> bool:
    return isinstance(factor.base if isinstance(factor, sp.Pow) else factor, sp.Indexed)


def _size(term: sp.Expr) -> int:
    return len(list(sp.preorder_traversal(term))) if term.has(sp.Sum) else 0
