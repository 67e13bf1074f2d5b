"""What a program computes on symbols, proved equal to a derived formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.relational import Relational

from ._code import code_of, statements_of
from ._equal import equal
from ._matching import check_shape, sizes_that_hide
from ._notation import Named, expand_names
from ._print import shortened, to_latex, to_text
from ._refutation import FalseStep, Refutation
from ._shown import MIME, Display, Shown, said_of
from ._substitution import substitute, written_out
from ._verdict import REFUTED, STRENGTH, UnprovedStep, Verdict

if TYPE_CHECKING:
    from ._derivation import Derivation


@dataclass(frozen=True, repr=False)
class Match(Shown):
    """The entries of a program's output, each compared with a derived formula."""

    derivation: Derivation
    verdicts: dict[tuple[int, ...], Verdict]
    values: Mapping[sp.Symbol, int]
    functions: tuple[Callable[..., Any], ...] = ()
    lines: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        derivation: Derivation,
        output: Any,
        index: Sequence[sp.Symbol] | sp.Symbol,
        start: int,
        values: dict[sp.Symbol, int],
        functions: tuple[Callable[..., Any], ...] = (),
        lines: tuple[str, ...] = (),
    ) -> Match:
        index = (index,) if isinstance(index, sp.Symbol) else tuple(index)
        shape = getattr(output, "shape", ())
        if len(shape) != len(index):
            raise ValueError(
                f"output has the shape {shape}, but index names {len(index)} of its axes: {index}"
            )
        formula = expand_names(derivation.last, derivation.definitions)
        check_shape(formula, derivation.conditions, shape, index, start, values)
        verdicts = {}
        for place in product(*map(range, shape)):
            at = {symbol: n + start for symbol, n in zip(index, place, strict=True)} | values
            value = _as_entry(output[place] if shape else output)
            expected = written_out(formula.xreplace(_numbers(at))).doit()
            verdicts[place] = _compare(derivation, value, expected, at)
            if verdicts[place].status == REFUTED:
                raise _refuted(derivation, value, expected, at, verdicts[place])
        match = cls(derivation, verdicts, values, functions, lines)
        match._check_strength(derivation.accept)
        hidden = sizes_that_hide(formula, values)
        if hidden:
            raise ValueError(f"values: {hidden[0]}; a wrong constant would not be seen: take more")
        return match

    def _check_strength(self, accept: str) -> None:
        """Every entry must be established as far as the derivation asks."""
        for place, verdict in self.verdicts.items():
            if STRENGTH.get(verdict.status, 0) < STRENGTH[accept]:
                raise UnprovedStep(
                    f"entry {place} of the code's result was to be {accept} equal to "
                    f"{to_text(self.derivation.lhs)}, but is {verdict}"
                )

    @property
    def status(self) -> str:
        """The weakest verdict of all entries."""
        return min(
            (verdict.status for verdict in self.verdicts.values()),
            key=lambda status: STRENGTH.get(status, 0),
        )

    def display(self) -> Display:
        return self.derivation.display()

    def _who(self) -> str:
        names = " and ".join(function.__name__ for function in self.functions)
        return names or "the code"

    def _code(self, function: Callable[..., Any]) -> str:
        """What of a function's code the page shows."""
        return statements_of(function, *self.lines) if self.lines else code_of(function)

    def data(self) -> dict[str, Any]:
        """As JSON: the keys of a derivation, its rows only the formula; and ``function``,
        ``code`` (its lines), ``entries`` (how many were compared), ``at`` (the sizes)."""
        last = self.derivation.display()
        row = {**last.rows[-1].data(), "lhs": to_latex(self.derivation.lhs), "why": "", "given": []}
        row["rhs"] = to_latex(self.derivation.shown)
        return {
            **last.data(),
            "kind": "match",
            "status": self.status,
            "rows": [row],
            "closing": None,
            "function": [function.__name__ for function in self.functions],
            "code": [line for f in self.functions for line in self._code(f).split("\n")],
            "entries": len(self.verdicts),
            "checked": dict(said_of(self.verdicts.values())),
            "at": [f"{to_latex(symbol)} = {n}" for symbol, n in self.values.items()],
            "text": str(self),
        }

    def latex(self) -> str:
        names = [f.__name__.replace("_", r"\_") for f in self.functions]
        who = r"\text{ and }".join(rf"\mathtt{{{name}}}" for name in names) or r"\text{the code}"
        said = rf"\text{{{self.status}: }}{who}\text{{ computes this}}"
        sizes = "".join(rf",\; {to_latex(symbol)} = {n}" for symbol, n in self.values.items())
        lhs, last = to_latex(self.derivation.lhs), to_latex(self.derivation.shown)
        return f"$$\\begin{{aligned}}\n{lhs} &= {last} \\;&&\\; {said}{sizes}\n\\end{{aligned}}$$"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": str(self), "text/latex": self.latex(), MIME: self.data()}

    def __str__(self) -> str:
        count = len(self.verdicts)
        sizes = ", ".join(f"{to_text(symbol)} = {n}" for symbol, n in self.values.items())
        each = "" if count == 1 else f"all {count} entries of "
        equals = "equals" if count == 1 else "equal"
        lhs = shortened(to_text(self.derivation.lhs), 40)
        code = f"the result of {self._who()}" if self.functions else "the code's result"
        return f"{self.status}{f' at {sizes}' if sizes else ''}: {each}{code} {equals} {lhs}"


def _as_entry(value: Any) -> sp.Expr:
    return sp.sympify(value.item() if hasattr(value, "item") else value)


def _numbers(at: dict[sp.Symbol, int]) -> dict[sp.Symbol, sp.Integer]:
    return {symbol: sp.Integer(n) for symbol, n in at.items()}


def _compare(
    derivation: Derivation, value: sp.Expr, expected: sp.Expr, at: dict[sp.Symbol, int]
) -> Verdict:
    """Compare one value that a program computed with the formula at this index and these sizes."""
    given = [c.xreplace(_numbers(at)) for c in derivation.conditions]
    return equal(
        value,
        expected,
        given=[g for g in given if isinstance(g, Relational)],
        where=[_at_numbers(named, _numbers(at)) for named in derivation.definitions],
    )


def _at_numbers(named: Named, numbers: dict[sp.Symbol, sp.Integer]) -> Named:
    """A definition at given sizes; its own indices stay what they are."""
    others = {s: n for s, n in numbers.items() if s not in getattr(named.lhs, "indices", ())}
    return named.mapped(lambda body: substitute(body, others))


def _refuted(
    derivation: Derivation,
    value: sp.Expr,
    expected: sp.Expr,
    at: dict[sp.Symbol, int],
    verdict: Verdict,
) -> FalseStep:
    """What is raised where the code computes something else."""
    sides = ("the code gives", "the formula gives")
    where = ", ".join(f"{to_text(symbol)} = {n}" for symbol, n in at.items())
    tex = ", ".join(f"${to_latex(symbol)} = {n}$" for symbol, n in at.items())
    what = f"the code's value for ${to_latex(derivation.lhs)}$" + (f" at {tex}" if tex else "")
    found = Refutation(what, value, expected, verdict.counterexample or {}, sides)
    return FalseStep(
        f"the code's value for {to_text(derivation.lhs)}{f' at {where}' if where else ''} is wrong: "
        f"{shortened(to_text(value))}\n{found.example()}",
        found,
    )
