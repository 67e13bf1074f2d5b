"""How expressions are written: as a person would, not in SymPy's internal order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import sympy as sp
from sympy.core.relational import Relational
from sympy.printing.latex import LatexPrinter, greek_letters_set
from sympy.printing.str import StrPrinter

from ._derivative import Partial


def to_latex(expr: sp.Basic) -> str:
    """LaTeX of ``expr``, with factors and terms in the order a person writes them."""
    return _Latex().doprint(expr)


def to_text(expr: sp.Basic) -> str:
    """One line of plain text."""
    return _Text().doprint(expr)


def shortened(text: str, length: int = 160) -> str:
    """The beginning of a text that is too long for a message."""
    return text if len(text) <= length else f"{text[: length - 2]} …"


def conditions_in_latex(conditions: Iterable[Relational]) -> list[str]:
    """Side conditions, one by one; 0 ≤ j and j ≤ n become 0 ≤ j ≤ n."""
    return _chained(conditions, to_latex, relation_in_latex)


def conditions_in_text(conditions: Iterable[Relational]) -> list[str]:
    """The same as plain text."""
    return _chained(conditions, to_text, relation_in_text)


INEQUALITIES = (sp.Ge, sp.Le, sp.Gt, sp.Lt)
RELATIONS = {
    "=": ("=", "="),
    "<=": (r"\le", "<="),
    "<": ("<", "<"),
    ">=": (r"\ge", ">="),
    ">": (">", ">"),
}


def relation_in_latex(relation: str) -> str:
    return RELATIONS[relation][0]


def relation_in_text(relation: str) -> str:
    return RELATIONS[relation][1]


def plain_reason(why: str) -> str:
    """A reason without the marks of its formulas."""
    return why.replace("$", "").replace("\\", "")


def _chained(
    conditions: Iterable[Relational],
    write: Callable[[sp.Basic], str],
    sign: Callable[[str], str],
) -> list[str]:
    """A symbol that has one lower and one upper bound is written between them, once."""
    conditions = list(dict.fromkeys(conditions))
    below: dict[sp.Expr, list[Relational]] = {}
    above: dict[sp.Expr, list[Relational]] = {}
    for relation in conditions:
        if isinstance(relation, INEQUALITIES):
            below.setdefault(relation.gts, []).append(relation)
            above.setdefault(relation.lts, []).append(relation)
    between = {e for e in below if e.is_Symbol and len(below[e]) == 1 == len(above.get(e, ()))}
    written = []
    for relation in conditions:
        ends = (relation.gts, relation.lts) if isinstance(relation, INEQUALITIES) else ()
        middle = next((e for e in ends if e in between), None)
        if middle is None:
            written.append(write(relation))
            continue
        low, high = below[middle][0], above[middle][0]
        signs = (sign("<" if isinstance(r, (sp.Gt, sp.Lt)) else "<=") for r in (low, high))
        ends = map(write, (low.lts, middle, high.gts))
        written.append("{0} {3} {1} {4} {2}".format(*ends, *signs))
    return list(dict.fromkeys(written))


def _split_fraction(expr: sp.Expr) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """The factors above and below the line."""
    above, below = [], []
    for factor in sp.Mul.make_args(expr):
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


def _rank_of_factor(factor: sp.Expr) -> tuple[int, str]:
    """Numbers, then coefficients, then brackets of those, then entries, brackets of those, sums."""
    base = factor.base if isinstance(factor, sp.Pow) else factor
    if factor.is_number:
        rank = 0
    elif isinstance(base, sp.Symbol):
        rank = 1 if factor is base or factor.exp.is_number else 3
    elif isinstance(base, sp.Add):
        rank = 2 if _counts(base) else 8 if _has_variable(base) else 4
    elif isinstance(base, sp.Indexed):
        rank = 7 if _is_variable(base) else 6
    elif isinstance(base, (sp.Sum, sp.Product, sp.Limit, Partial)):
        rank = 9
    elif isinstance(base, sp.log):  # written without brackets, so nothing may follow it
        rank = 10
    else:
        rank = 5
    return rank, str(factor)


def _is_variable(entry: sp.Indexed) -> bool:
    """Families with a Greek name are coefficients: γ_t stands before c_t."""
    return str(entry.base) not in greek_letters_set


def _has_variable(expr: sp.Expr) -> bool:
    return any(_is_variable(entry) for entry in expr.atoms(sp.Indexed))


def _counts(expr: sp.Expr) -> bool:
    """Whether only integers stand in ``expr``: sizes, times, indices."""
    return all(symbol.is_integer for symbol in expr.free_symbols)


def _ordered_terms(expr: sp.Add) -> list[sp.Expr]:
    """What is added before what is taken away, entries first, and of a sequence the earlier ones."""
    number_last = _counts(expr) or len(expr.args) > 2
    with_entries = any(_is_entry(f) for term in expr.args for f in sp.Mul.make_args(term))

    def rank(term: sp.Expr) -> tuple:
        negative = term.could_extract_minus_sign()
        deltas = not term.has(sp.KroneckerDelta)
        number = term.is_number and number_last
        offsets = [i.as_coeff_Add()[0] for e in term.atoms(sp.Indexed) for i in e.indices]
        shift = min(map(float, offsets), default=0.0)
        plain = with_entries and not (term.has(sp.Indexed) or term.is_number)
        return negative, number, deltas, plain, shift, not term.is_number, _size(term), str(term)

    return sorted(expr.args, key=rank)


def _is_entry(factor: sp.Expr) -> bool:
    return isinstance(factor.base if isinstance(factor, sp.Pow) else factor, sp.Indexed)


def _size(term: sp.Expr) -> int:
    return len(list(sp.preorder_traversal(term))) if term.has(sp.Sum) else 0


_BIG = (sp.Sum, sp.Product, sp.Limit)


class _Latex(LatexPrinter):
    def __init__(self) -> None:
        super().__init__({"order": "none"})

    def _print_Add(self, expr: sp.Add, order: str | None = None) -> str:
        written = ""
        for position, term in enumerate(_ordered_terms(expr)):
            if term.could_extract_minus_sign():
                text = self._print(-term)
                minus = "- " if position else "-"
                written += f" {minus}" if position else minus
                written += f"\\left({text}\\right)" if isinstance(-term, sp.Add) else text
            else:
                written += (" + " if position else "") + self._print(term)
        return written

    def _print_Mul(self, expr: sp.Expr) -> str:  # LatexPrinter passes 1/x here as well
        if expr.could_extract_minus_sign():
            positive = -expr
            inner = self._print(positive)
            return f"-\\left({inner}\\right)" if isinstance(positive, sp.Add) else f"-{inner}"
        above, below = _split_fraction(expr)
        if not below:
            return self._factors(above)
        if all(factor.is_number for factor in below) and any(isinstance(f, _BIG) for f in above):
            after = [f for f in above if not f.is_number]
        else:
            after = [factor for factor in above if isinstance(factor, (*_BIG, Partial))]
        over = [factor for factor in above if factor not in after]
        fraction = rf"\frac{{{self._factors(over)}}}{{{self._factors(below)}}}"
        return f"{fraction} {self._factors(after)}" if after else fraction

    def _factors(self, factors: Sequence[sp.Expr]) -> str:
        """Factors side by side; one alone needs no brackets."""
        if not factors:
            return "1"
        if len(factors) == 1:
            return self._print(factors[0])
        factors = sorted(factors, key=_rank_of_factor)
        written = []
        for position, factor in enumerate(factors):
            text = self._print(factor)
            ends = position == len(factors) - 1
            wide = isinstance(factor, (sp.Add, sp.Piecewise)) or (
                isinstance(factor, _BIG) and not ends
            )
            if wide or (factor.is_number and factor.is_negative and position):
                text = rf"\left({text}\right)"
            elif (factor.is_number or text[0].isdigit()) and written and written[-1][-1].isdigit():
                text = rf"\cdot {text}"
            written.append(text)
        return " ".join(written)

    def _print_Sum(self, expr: sp.Sum) -> str:
        return self._big(r"\sum", expr)

    def _print_Product(self, expr: sp.Product) -> str:
        return self._big(r"\prod", expr)

    def _big(self, sign: str, expr: sp.Expr) -> str:
        signs = "".join(
            rf"{sign}_{{{self._print(i)}={self._print(low)}}}^{{{self._print(high)}}}"
            for i, low, high in reversed(expr.limits)
        )
        body = self._print(expr.function)
        open_sum = isinstance(expr.function, sp.Add)
        return rf"{signs} \left({body}\right)" if open_sum else f"{signs} {body}"

    def _print_Indexed(self, expr: sp.Indexed) -> str:
        label = self._print(expr.base.label)
        indices = [self._print(i) for i in expr.indices]
        plain = all(len(i) == 1 for i in indices)
        return f"{label}_{{{''.join(indices) if plain else ', '.join(indices)}}}"

    def _print_Pow(self, expr: sp.Pow) -> str:
        base = expr.base
        is_big = isinstance(base, (sp.Sum, sp.Product)) and expr.exp.is_positive
        if is_big or isinstance(base, Partial):
            return rf"\left({self._print(base)}\right)^{{{self._print(expr.exp)}}}"
        return super()._print_Pow(expr)

    def _print_KroneckerDelta(self, expr: sp.KroneckerDelta, exp: str | None = None) -> str:
        i, j = (self._print(index) for index in expr.args[:2])
        gap = "" if len(i) == len(j) == 1 else r",\, "
        written = rf"\delta_{{{i}{gap}{j}}}"
        return written if exp is None else rf"{written}^{{{exp}}}"

    def _print_Partial(self, expr: Partial) -> str:
        inner, variables = expr, []
        while isinstance(inner, Partial):
            inner, variable = inner.args
            variables.append(rf"\partial {self._print(variable)}")
        power = f"^{len(variables)}" if len(variables) > 1 else ""
        by = r" \, ".join(reversed(variables))
        if isinstance(inner, (sp.Symbol, sp.Indexed)):
            return rf"\frac{{\partial{power} {self._print(inner)}}}{{{by}}}"
        return rf"\frac{{\partial{power}}}{{{by}}} \left({self._print(inner)}\right)"

    def _print_Limit(self, expr: sp.Limit) -> str:
        inner, variable, target, _ = expr.args
        to = rf"\lim_{{{self._print(variable)} \to {self._print(target)}}}"
        return rf"{to} \left({self._print(inner)}\right)"

    def _print_log(self, expr: sp.log, exp: str | None = None) -> str:
        inner = expr.args[0]
        short = isinstance(inner, (sp.Symbol, sp.Indexed)) or inner.is_Integer
        text = self._print(inner)
        written = rf"\log {text}" if short else rf"\log\left({text}\right)"
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"


class _Text(StrPrinter):
    def _print_Relational(self, expr: Relational) -> str:
        sign = {"==": "="}.get(expr.rel_op, expr.rel_op)
        return f"{self._print(expr.lhs)} {sign} {self._print(expr.rhs)}"

    def _print_Add(self, expr: sp.Add, order: str | None = None) -> str:
        written = ""
        for position, term in enumerate(_ordered_terms(expr)):
            negative = term.could_extract_minus_sign()
            text = self._print(-term if negative else term)
            if negative and isinstance(-term, sp.Add):
                text = f"({text})"
            sign = ("- " if negative else "+ ") if position else ("-" if negative else "")
            written += (" " if position else "") + sign + text
        return written

    def _print_Partial(self, expr: Partial) -> str:
        inner, variable = (self._print(arg) for arg in expr.args)
        return f"d({inner})/d({variable})"
