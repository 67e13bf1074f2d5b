"""The maximum, kept whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp


class Maximum(sp.Function):
    """max(a, b, …), kept whole unless every argument is a number.

    SymPy's own ``Max`` compares its arguments pair by pair each time it is built, and rewrites
    itself inside other expressions; this one behaves like a symbol that knows how to be printed,
    substituted, differentiated and evaluated.
    """

    @classmethod
    def eval(cls, *args: sp.Expr) -> sp.Expr | None:
        flat: set[sp.Expr] = set()
        for a in args:
            flat.update(a.args if isinstance(a, cls) else [a])
        if sp.nan in flat:
            return sp.nan
        numbers = {a for a in flat if a.is_number and (a.is_comparable or a.is_infinite)}
        if numbers:
            flat = (flat - numbers) | {sp.Max(*numbers)}
        if sp.oo in flat:
            return sp.oo
        kept = _largest_of_two(flat - {-sp.oo}) or {-sp.oo}
        ordered = tuple(sorted(kept, key=sp.default_sort_key))
        if len(ordered) == 1:
            return ordered[0]
        return None if ordered == args else cls(*ordered)

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """1 where this argument is the largest, else 0; where two are largest there is none."""
        this = self.args[argindex - 1]
        rest = [a for i, a in enumerate(self.args) if i != argindex - 1]
        return sp.Piecewise((1, this > type(self)(*rest)), (0, True))

    def _eval_is_extended_real(self) -> bool | None:
        return True if all(a.is_extended_real for a in self.args) else None

    def _eval_is_finite(self) -> bool | None:
        return True if all(a.is_finite for a in self.args) else None

    def _eval_is_positive(self) -> bool | None:
        return _either(a.is_positive for a in self.args)

    def _eval_is_nonnegative(self) -> bool | None:
        return _either(a.is_nonnegative for a in self.args)

    def _eval_rewrite_as_Max(self, *args: sp.Expr, **_: Any) -> sp.Expr:
        return sp.Max(*args)

    def _eval_evalf(self, prec: int) -> sp.Expr:
        return self.func(*[a._evalf(prec) for a in self.args])

    def _sympystr(self, printer: Any) -> str:
        return f"max({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = rf"\max\left({', '.join(map(printer._print, self.args))}\right)"
        return text if exp is None else f"{text}^{{{exp}}}"

    def _numpycode(self, printer: Any) -> str:
        amax = printer._module_format("numpy.amax")
        return f"{amax}(({', '.join(map(printer._print, self.args))}), axis=0)"

    def _pythoncode(self, printer: Any) -> str:
        return f"max({', '.join(map(printer._print, self.args))})"


def _either(facts: Iterable[bool | None]) -> bool | None:
    """Whether a property that one argument passes on to the maximum holds (None: unknown)."""
    facts = list(facts)
    return True if any(facts) else False if all(f is False for f in facts) else None


def _largest_of_two(args: set[sp.Expr]) -> set[sp.Expr]:
    """Without the smaller of a symbol and a number, where the symbol's sign settles it."""
    if len(args) != 2:
        return args
    a, b = args
    if not ((a.is_Atom or a.is_Indexed) and (b.is_Atom or b.is_Indexed)):
        return args
    difference = a - b
    return {a} if difference.is_nonnegative else {b} if difference.is_nonpositive else args


def minimum(*args: sp.Expr) -> sp.Expr:
    return -Maximum(*(-a for a in args))
