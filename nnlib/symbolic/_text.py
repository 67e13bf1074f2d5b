"""Formulas in one line of plain text, as readable as on paper: γ C_{t−1} + (1 − γ) c_t."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.printing.str import StrPrinter

from ._derivative import Partial
from ._layout import (
    BIG,
    inside_bars,
    is_negative,
    ordered_factors,
    ordered_terms,
    parts_of,
    without_sign,
)
from ._letters import compact, letters, lowered, plain_name, raised
from ._written import Factors, Group, Quotient, Terms

SIGNS = {"==": "=", "<=": "≤", ">=": "≥", "!=": "≠", "<": "<", ">": ">"}
OPEN = (sp.Add, *BIG, Partial, Terms, sp.log)  # in brackets above a line and below it
AFTER = " · "  # between a fraction and what it is multiplied by


class Text(StrPrinter):
    """Prints with brackets wherever the line could be read in another way."""

    def _print(self, expr: sp.Basic, **kwargs: Any) -> str:
        if isinstance(expr, sp.Indexed):  # SymPy's own way to print it goes before any printer's
            return lowered(self._print(expr.base.label), self._indices(expr.indices))
        return super()._print(expr, **kwargs)

    # --- sums and products ------------------------------------------------------------------------

    def _print_Add(self, expr: sp.Expr, order: str | None = None) -> str:
        return self._terms(ordered_terms(expr))

    def _print_Terms(self, expr: Terms) -> str:
        return self._terms(expr.args)

    def _terms(self, terms) -> str:
        written = ""
        for position, term in enumerate(terms):
            minus = is_negative(term)
            shown = without_sign(term) if minus else term
            text = self._print(shown)
            if isinstance(shown, (sp.Add, Terms)):
                text = f"({text})"
            if position:
                written += " − " if minus else " + "
            elif minus:
                written = "−"
            written += text
        return written

    def _print_Mul(self, expr: sp.Expr) -> str:
        if is_negative(expr):
            inner = without_sign(expr)
            text = self._print(inner)
            return f"−({text})" if isinstance(inner, (sp.Add, Terms)) else f"−{text}"
        parts = parts_of(expr)
        if not parts.below:
            return self._factors(ordered_factors(parts.above))
        fraction = self._fraction(ordered_factors(parts.above), ordered_factors(parts.below))
        if not parts.after:
            return fraction
        return fraction + AFTER + self._factors(ordered_factors(parts.after), follows=True)

    def _print_Factors(self, expr: Factors) -> str:
        written = []
        for position, factor in enumerate(expr.args):
            last = position == len(expr.args) - 1
            is_fraction = isinstance(factor, Quotient) or (
                isinstance(factor, (sp.Mul, sp.Pow)) and parts_of(factor).below
            )
            text = self._print(factor) if is_fraction else self._factor(factor, last, position > 0)
            written.append(text + ("" if last else AFTER if is_fraction else " "))
        return "".join(written)

    def _print_Quotient(self, expr: Quotient) -> str:
        return self._fraction([expr.args[0]], [expr.args[1]])

    def _print_Group(self, expr: Group) -> str:
        return f"({self._print(expr.args[0])})"

    def _fraction(self, above, below) -> str:
        over = self._factors(above) if above else "1"
        if (
            len(above) == 1
            and isinstance(above[0], OPEN)
            or len(above) > 1
            and isinstance(above[-1], OPEN[1:])
        ):
            over = f"({over})"
        under = self._factors(below)
        simple = len(below) == 1 and not isinstance(below[0], (*OPEN, sp.Mul, Factors, Quotient))
        return f"{over}/{under}" if simple else f"{over}/({under})"

    def _factors(self, factors, follows: bool = False) -> str:
        """Factors side by side; one alone needs no brackets."""
        if not factors:
            return "1"
        if len(factors) == 1 and not follows:
            return self._print(factors[0])
        written = ""
        for position, factor in enumerate(factors):
            text = self._factor(factor, position == len(factors) - 1, position > 0)
            digits = text[0].isdigit() and written and written[-1] in "0123456789⁰¹²³⁴⁵⁶⁷⁸⁹"
            written += ("·" if digits else " " if written else "") + text
        return written

    def _factor(self, factor: sp.Expr, last: bool, inside: bool) -> str:
        text = self._print(factor)
        wide = isinstance(factor, (sp.Add, sp.Piecewise, Terms, Relational)) or (
            isinstance(factor, BIG) and not last
        )
        wide = wide or (isinstance(factor, Partial) and not text.startswith("∂/∂") and not last)
        negative = factor.is_number and factor.is_negative and inside
        return f"({text})" if wide or negative else text

    # --- powers -----------------------------------------------------------------------------------

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:
        base, exponent = expr.base, expr.exp
        if exponent.is_Rational and exponent < 0:
            return self._fraction([], [sp.Pow(base, -exponent)])
        if exponent == sp.Rational(1, 2):
            text = self._print(base)
            bare = text.isdigit() or (isinstance(base, sp.Symbol) and letters(text) == 1)
            return f"√{text}" if bare else f"√{self._bracket(base)}"
        return raised(self._atom(base), self._print(exponent))

    def _print_exp(self, expr: sp.exp) -> str:
        return raised("e", self._print(expr.args[0]))

    def _print_Exp1(self, expr: sp.Expr) -> str:
        return "e"

    def _atom(self, expr: sp.Expr) -> str:
        """Written so that an exponent can follow."""
        if isinstance(expr, sp.Pow) and expr.exp == sp.Rational(1, 2):
            return self._bracket(expr)
        closed = (sp.Symbol, sp.Indexed, Group, sp.KroneckerDelta, sp.Abs, sp.floor, sp.ceiling)
        whole = expr.is_Integer and expr >= 0
        function = isinstance(expr, sp.Function) and not isinstance(expr, (sp.exp, sp.log))
        return (
            self._print(expr)
            if whole or function or isinstance(expr, closed)
            else (self._bracket(expr))
        )

    def _bracket(self, expr: sp.Expr) -> str:
        text = self._print(expr)
        return text if isinstance(expr, Group) else f"({text})"

    # --- sums of symbolic length, derivatives, limits ---------------------------------------------

    def _print_Sum(self, expr: sp.Sum) -> str:
        return self._big("Σ", expr)

    def _print_Product(self, expr: sp.Product) -> str:
        return self._big("∏", expr)

    def _big(self, sign: str, expr: sp.Expr) -> str:
        signs = ""
        for index, low, high in reversed(expr.limits):
            start = f"{self._print(index)}={self._print(low)}"
            end = compact(self._print(high))
            end = end if letters(end) == 1 else f"{{{end}}}"  # 10 is not raised by itself here
            signs += f"{sign}_{{{compact(start)}}}^{end} "
        body = self._print(expr.function)
        open_sum = isinstance(expr.function, (sp.Add, Terms)) or is_negative(expr.function)
        return signs + (f"({body})" if open_sum else body)

    def _print_Partial(self, expr: Partial) -> str:
        inner, variables = expr, []
        while isinstance(inner, Partial):
            inner, variable = inner.args
            variables.append(f"∂{self._print(variable)}")
        power = raised("∂", str(len(variables))) if len(variables) > 1 else "∂"
        by = " ".join(reversed(variables))
        by = f"({by})" if len(variables) > 1 else by
        if isinstance(inner, (sp.Symbol, sp.Indexed)):
            return f"{power}{self._print(inner)}/{by}"
        return f"{power}/{by} {self._bracket(inner)}"

    def _print_Limit(self, expr: sp.Limit) -> str:
        inner, variable, target, direction = expr.args
        to = f"{self._print(variable)}→{self._print(target)}{side_of(target, direction)}"
        alone = isinstance(inner, (sp.Symbol, sp.Indexed))
        return f"lim_{{{compact(to)}}} {self._print(inner) if alone else self._bracket(inner)}"

    # --- names and numbers ------------------------------------------------------------------------

    def _print_Symbol(self, expr: sp.Symbol) -> str:
        return plain_name(expr.name)

    _print_Dummy = _print_Symbol

    def _indices(self, indices) -> str:
        written = [compact(self._print(index)) for index in indices]
        joined = all(len(text) == 1 and not text.isdigit() for text in written)
        return ("" if joined else ",").join(written)

    def _print_KroneckerDelta(self, expr: sp.KroneckerDelta) -> str:
        indices = [compact(self._print(index)) for index in expr.args[:2]]
        joined = all(len(text) == 1 and not text.isdigit() for text in indices)
        return f"δ_{{{('' if joined else ',').join(indices)}}}"

    def _print_Integer(self, expr: sp.Integer) -> str:
        return str(expr.p).replace("-", "−")

    def _print_Rational(self, expr: sp.Rational) -> str:
        return f"{expr.p}/{expr.q}".replace("-", "−")

    def _print_Half(self, expr: sp.Rational) -> str:
        return "1/2"

    def _print_NegativeOne(self, expr: sp.Integer) -> str:
        return "−1"

    def _print_Infinity(self, expr: sp.Expr) -> str:
        return "∞"

    def _print_NegativeInfinity(self, expr: sp.Expr) -> str:
        return "−∞"

    def _print_Pi(self, expr: sp.Expr) -> str:
        return "π"

    def _print_ImaginaryUnit(self, expr: sp.Expr) -> str:
        return "i"

    # --- functions --------------------------------------------------------------------------------

    def _print_log(self, expr: sp.log) -> str:
        inner = expr.args[0]
        short = isinstance(inner, (sp.Symbol, sp.Indexed)) or (inner.is_Integer and inner >= 0)
        return f"log {self._print(inner)}" if short else f"log{self._bracket(inner)}"

    def _print_Abs(self, expr: sp.Abs) -> str:
        return f"|{self._print(inside_bars(expr.args[0]))}|"

    def _print_floor(self, expr: sp.floor) -> str:
        return f"⌊{self._print(expr.args[0])}⌋"

    def _print_ceiling(self, expr: sp.ceiling) -> str:
        return f"⌈{self._print(expr.args[0])}⌉"

    def _print_Max(self, expr: sp.Expr) -> str:
        return f"max({', '.join(map(self._print, expr.args))})"

    _print_Maximum = _print_Max

    def _print_Min(self, expr: sp.Expr) -> str:
        return f"min({', '.join(map(self._print, expr.args))})"

    def _print_Mod(self, expr: sp.Expr) -> str:
        a, b = (self._atom(arg) for arg in expr.args)
        return f"{a} mod {b}"

    def _print_factorial(self, expr: sp.Expr) -> str:
        return f"{self._atom(expr.args[0])}!"

    def _print_Piecewise(self, expr: sp.Piecewise) -> str:
        cases = [
            f"{self._print(value)} "
            + ("otherwise" if condition == sp.true else f"for {self._print(condition)}")
            for value, condition in expr.args
        ]
        return f"{{{'; '.join(cases)}}}"

    def _print_Relational(self, expr: Relational) -> str:
        return f"{self._print(expr.lhs)} {SIGNS[expr.rel_op]} {self._print(expr.rhs)}"

    def _print_And(self, expr: sp.And) -> str:
        return " and ".join(map(self._print, sorted(expr.args, key=sp.default_sort_key)))

    def _print_Or(self, expr: sp.Or) -> str:
        return " or ".join(map(self._print, sorted(expr.args, key=sp.default_sort_key)))


def side_of(target: sp.Expr, direction: sp.Basic) -> str:
    """From which side a limit is taken; of infinity there is one only."""
    return "" if target.is_infinite else {"+": "⁺", "-": "⁻"}.get(str(direction), "")
