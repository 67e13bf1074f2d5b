"""Formulas as LaTeX, laid out as a person would write them."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy.printing.latex import LatexPrinter

from ._derivative import Partial
from ._layout import (
    BIG,
    SUMS,
    inside_bars,
    is_negative,
    ordered_factors,
    ordered_terms,
    parts_of,
    without_sign,
)
from ._written import Factors, Group, Quotient, Terms

DIGITS = (*"0123456789", r"\sqrt{")  # with a dot after another number
SIDES = {"+": "^{+}", "-": "^{-}"}


class Latex(LatexPrinter):
    """SymPy's printer with another order, and roots, sums and fractions as in a book."""

    def __init__(self) -> None:
        super().__init__({"order": "none", "fold_frac_powers": True, "imaginary_unit": "ri"})

    # --- sums and products ------------------------------------------------------------------------

    def _print_Add(self, expr: sp.Expr, order: str | None = None) -> str:
        return self._terms(ordered_terms(expr))

    def _print_Terms(self, expr: Terms) -> str:
        return self._terms(expr.args)

    def _terms(self, terms: Sequence[sp.Expr]) -> str:
        written = ""
        for position, term in enumerate(terms):
            minus = is_negative(term)
            shown = without_sign(term) if minus else term
            text = self._print(shown)
            if isinstance(shown, (sp.Add, Terms)):
                text = rf"\left({text}\right)"
            if position:
                written += " - " if minus else " + "
            elif minus:
                written = "-"
            written += text
        return written

    def _print_Mul(self, expr: sp.Expr) -> str:  # LatexPrinter passes 1/x here as well
        if is_negative(expr):
            inner = without_sign(expr)
            text = self._print(inner)
            return rf"-\left({text}\right)" if isinstance(inner, (sp.Add, Terms)) else f"-{text}"
        parts = parts_of(expr)
        if not parts.below:
            return self._factors(ordered_factors(parts.above))
        above, below = (self._factors(ordered_factors(p)) for p in (parts.above, parts.below))
        fraction = rf"\frac{{{above}}}{{{below}}}"
        if not parts.after:
            return fraction
        return f"{fraction} {self._factors(ordered_factors(parts.after), follows=True)}"

    def _print_Factors(self, expr: Factors) -> str:
        return self._factors(expr.args, follows=True)

    def _print_Quotient(self, expr: Quotient) -> str:
        above, below = map(self._print, expr.args)
        return rf"\frac{{{above}}}{{{below}}}"

    def _print_Group(self, expr: Group) -> str:
        return rf"\left({self._print(expr.args[0])}\right)"

    def _factors(self, factors: Sequence[sp.Expr], follows: bool = False) -> str:
        """Factors side by side; one alone needs no brackets."""
        if not factors:
            return "1"
        if len(factors) == 1 and not follows:
            return self._print(factors[0])
        written: list[str] = []
        for position, factor in enumerate(factors):
            text = self._print(factor)
            ends = position == len(factors) - 1
            wide = isinstance(factor, (sp.Add, sp.Piecewise, Terms)) or (
                isinstance(factor, BIG) and not ends
            )
            if wide or (factor.is_number and factor.is_negative and position):
                text = rf"\left({text}\right)"
            elif text.startswith(DIGITS) and written and written[-1][-1].isdigit():
                text = rf"\cdot {text}"
            written.append(text)
        return " ".join(written)

    # --- sums of symbolic length, derivatives, limits ---------------------------------------------

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
        open_sum = isinstance(expr.function, (sp.Add, Terms)) or is_negative(expr.function)
        return rf"{signs} \left({body}\right)" if open_sum else f"{signs} {body}"

    def _print_Partial(self, expr: Partial) -> str:
        inner, variables = expr, []
        while isinstance(inner, Partial):
            inner, variable = inner.args
            variables.append(rf"\partial {self._print(variable)}")
        power = f"^{len(variables)}" if len(variables) > 1 else ""
        by = r" \, ".join(reversed(variables))
        if isinstance(inner, (sp.Symbol, sp.Indexed)):
            return rf"\frac{{\partial{power} {self._print(inner)}}}{{{by}}}"
        return rf"\frac{{\partial{power}}}{{{by}}} {self._bracket(inner)}"

    def _print_Limit(self, expr: sp.Limit) -> str:
        inner, variable, target, direction = expr.args
        side = "" if target.is_infinite else SIDES.get(str(direction), "")
        to = rf"\lim_{{{self._print(variable)} \to {self._print(target)}{side}}}"
        alone = isinstance(inner, (sp.Symbol, sp.Indexed))
        return f"{to} {self._print(inner) if alone else self._bracket(inner)}"

    def _bracket(self, expr: sp.Expr) -> str:
        text = self._print(expr)
        return text if isinstance(expr, Group) else rf"\left({text}\right)"

    # --- names and powers -------------------------------------------------------------------------

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        bare = expr.name.rstrip("'")
        primes = "'" * (len(expr.name) - len(bare))
        written = super()._print_Symbol(sp.Symbol(bare) if primes else expr, style)
        is_word = written == bare and len(bare) > 2 and bare.isalpha()
        return (rf"\mathrm{{{bare}}}" if is_word else written) + primes  # a word is no product

    def _print_Indexed(self, expr: sp.Indexed) -> str:
        label = self._print(expr.base.label)
        return f"{label}_{{{self._indices(expr.indices)}}}"

    def _indices(self, indices: Sequence[sp.Expr], gap: str = ", ") -> str:
        written = [self._print(index) for index in indices]
        # W_{ij}, but x_{1, 0}; a Greek letter is one letter, too
        joined = all(isinstance(i, sp.Symbol) and len(i.name) == 1 for i in indices)
        return ("" if joined else gap).join(written)

    def _print_KroneckerDelta(self, expr: sp.KroneckerDelta, exp: str | None = None) -> str:
        indices = self._indices(expr.args[:2], gap=r",\, ")
        written = rf"\delta_{{{indices}}}"
        return written if exp is None else rf"{written}^{{{exp}}}"

    def _print_Pow(self, expr: sp.Pow) -> str:
        base, exponent = expr.base, expr.exp
        if exponent.is_Rational and exponent < 0:
            return rf"\frac{{1}}{{{self._print(sp.Pow(base, -exponent))}}}"
        if exponent == sp.Rational(1, 2) and isinstance(base, (*SUMS, Partial, sp.Limit)):
            return rf"\sqrt{{{self._print(base)}}}"
        if isinstance(base, (*SUMS, Partial, sp.Limit)):
            return rf"\left({self._print(base)}\right)^{{{self._exponent(exponent)}}}"
        if isinstance(base, (Terms, Factors, Quotient)) and exponent != sp.Rational(1, 2):
            return rf"\left({self._print(base)}\right)^{{{self._exponent(exponent)}}}"
        if isinstance(base, Group) and exponent != sp.Rational(1, 2):
            return rf"{self._print(base)}^{{{self._exponent(exponent)}}}"
        return super()._print_Pow(expr)

    def _exponent(self, exponent: sp.Expr) -> str:
        if exponent.is_Rational and exponent.q != 1:
            return f"{exponent.p}/{exponent.q}"
        return self._print(exponent)

    # --- functions --------------------------------------------------------------------------------

    def _print_log(self, expr: sp.log, exp: str | None = None) -> str:
        inner = expr.args[0]
        short = isinstance(inner, (sp.Symbol, sp.Indexed)) or inner.is_Integer
        written = rf"\log {self._print(inner)}" if short else rf"\log{self._bracket(inner)}"
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"

    def _print_Abs(self, expr: sp.Abs, exp: str | None = None) -> str:
        written = rf"\left|{self._print(inside_bars(expr.args[0]))}\right|"
        return written if exp is None else rf"{written}^{{{exp}}}"

    def _print_Mod(self, expr: sp.Expr, exp: str | None = None) -> str:
        a, b = (self._print(arg) if arg.is_Atom else self._bracket(arg) for arg in expr.args)
        written = rf"{a} \bmod {b}"
        return written if exp is None else rf"\left({written}\right)^{{{exp}}}"

    def _print_sign(self, expr: sp.Expr, exp: str | None = None) -> str:
        written = rf"\operatorname{{sign}}{self._bracket(expr.args[0])}"
        return written if exp is None else rf"{written}^{{{exp}}}"
