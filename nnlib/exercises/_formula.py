"""Exercises whose answer is a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sympy as sp

from nnlib.exercises._base import ACCEPTED, Engine, Exercise, first_match, found_mistake
from nnlib.exercises._derived import (
    own_symbols,
    shown_derivation,
    typed_names,
    with_own_symbols,
)
from nnlib.exercises._diagnosis import (
    beyond,
    compare_on_grid,
    counterexample,
    diagnose,
    found_by_engine,
    in_the_way,
)
from nnlib.exercises._feedback import as_markdown, sentence
from nnlib.exercises._judgement import (
    RIGHT,
    UNDECIDED,
    UNREADABLE,
    WRONG,
    Found,
    Judgement,
    Mistake,
    Part,
)
from nnlib.exercises._points import as_list
from nnlib.symbolic import (
    PROVED,
    REFUTED,
    Budget,
    Derivation,
    ParseError,
    TooMuchWork,
    exact,
    parse,
    to_latex,
)

__all__ = ["Formula"]


class Formula(Exercise):
    """The answer is a formula: typed as a text, or a SymPy expression.

    Parameters
    ----------
    solution : Expr or Derivation
        The right answer (of a derivation, its last line); any equal formula is right.
    symbols : iterable of Symbol and IndexedBase, or mapping from names to expressions
        What the answer may be written with, and what a typed name stands for.
    title, question, hints, mistakes, remark, parts
        As for `Exercise`; a wrong answer is an expression or a typed text.
    given, where
        Conditions and definitions, as for `nnlib.symbolic.equal`.
    lhs : Expr, optional
        What is asked for; printed before the solution.
    closed : bool
        Whether the answer has to do without a sum or product over an index.
    grid : mapping from symbols to iterables of integers, optional
        For integer-valued formulas, where random points can agree by chance: the answer is right
        if and only if it agrees at every point of the grid.
    effort : float
        How much work the comparison may take, as a multiple of the usual.
    """

    kind = "formula"

    def __init__(
        self,
        solution: Any,
        symbols: Mapping[str, sp.Basic] | Iterable[sp.Basic],
        *,
        title: str,
        question: str,
        hints: Sequence[str],
        mistakes: Sequence[Mistake | tuple[Any, ...]],
        remark: str = "",
        parts: Sequence[Part] = (),
        given: Any = (),
        where: Any = (),
        lhs: sp.Expr | None = None,
        closed: bool = False,
        grid: Mapping[sp.Symbol, Iterable[int]] | None = None,
        effort: float = 1.0,
    ) -> None:
        super().__init__(
            title=title,
            question=question,
            hints=hints,
            mistakes=mistakes,
            remark=remark,
            parts=parts,
        )
        self.derivation = solution if isinstance(solution, Derivation) else None
        self.solution = solution.last if self.derivation else exact(solution)
        self.symbols = dict(symbols) if isinstance(symbols, Mapping) else list(symbols)
        self.lhs, self.closed = lhs, closed
        self.grid = None if grid is None else {s: list(values) for s, values in grid.items()}
        self.engine = Engine(given, where, effort)
        self.mistakes = tuple(m._replace(answer=self._read(m.answer)) for m in self.mistakes)

    def prompt(self) -> str:
        names = ", ".join(f"`{name}`" for name in typed_names(self.symbols))
        return f"Write it with {names}{', without a sum' if self.closed else ''}."

    def preview(self, text: str) -> str:
        return to_latex(self._read(text))

    def _judge(self, answer: Any) -> Judgement:
        return self._all(self._found(answer))

    def _found(self, answer: Any) -> Found:
        try:
            formula = self._read(answer)
        except ParseError as error:
            return Found(UNREADABLE, as_markdown(sentence(str(error))))
        except TypeError as error:
            return Found(UNREADABLE, as_markdown(f"Type a formula as a text: {error}."))
        return self._compare(formula)

    def _read(self, answer: Any) -> sp.Expr:
        if isinstance(answer, str):
            return parse(answer, self.symbols)
        if getattr(answer, "ndim", 0):
            raise TypeError(f"expected one formula, got an array of shape {answer.shape}")
        return with_own_symbols(exact(answer), self.symbols)

    def _compare(self, formula: sp.Expr) -> Found:
        for one in as_list(self.engine.given):  # where i and j are not the same, delta is zero
            if isinstance(one, sp.Ne):
                formula = formula.xreplace({sp.KroneckerDelta(*one.args): sp.S.Zero})
        strangers = self._strangers(formula)
        if self.grid is not None and not strangers:
            place = compare_on_grid(formula, self.solution, self.engine, self.grid)
            return self._wrong(formula, place) if place else self._form(formula)
        verdict = self.engine.verdict(formula, self.solution)
        status = verdict.status
        if status in ACCEPTED and strangers:
            said = f"The value is right, but {strangers[0]} is not a symbol of the question."
            return Found(WRONG, as_markdown(said), "slip-stranger")
        if status in ACCEPTED and status != PROVED:
            return self._agreeing(formula)
        if status == PROVED:
            return self._form(formula)
        if status != REFUTED:
            return Found(UNDECIDED)
        if strangers:
            said = f"The question has no {strangers[0]}; the right answer does not depend on it."
            return Found(WRONG, as_markdown(said), "slip-stranger")
        return self._wrong(formula, found_by_engine(verdict))

    def _agreeing(self, formula: sp.Expr) -> Found:
        """It agrees at all points that were tried, and is not proved: what stands in the way?"""
        place = beyond(formula, self.solution, self.engine)
        if place:
            return self._wrong(formula, place)
        hiding = in_the_way(formula, self.solution)
        if hiding:
            said = f"It agrees wherever it was tried, but with {hiding} in it that is no proof."
            return Found(UNDECIDED, as_markdown(said))
        return self._form(formula)

    def _strangers(self, formula: sp.Expr) -> list[sp.Symbol]:
        """Symbols that a SymPy expression brought along and the question does not have."""
        known = set().union(*(s.free_symbols for s in own_symbols(self.symbols)))
        names = {s.name for s in known if isinstance(s, sp.Symbol)}
        free = {s for s in formula.free_symbols if isinstance(s, sp.Symbol)}
        return sorted((s for s in free if s.name not in names), key=str)

    def _form(self, formula: sp.Expr) -> Found:
        """The value is right; is it written as asked?"""
        if self.closed and formula.has(sp.Sum, sp.Product):
            said = "The value is right; now write it without a sum over an index."
            return Found(WRONG, said, "slip-not-closed")
        return Found(RIGHT)

    def _wrong(self, formula: sp.Expr, place: str | None) -> Found:
        """What is wrong; `place` is a counterexample to fall back on."""
        named = first_match(self.mistakes, lambda wrong: self._matches(formula, wrong))
        if named:
            return found_mistake(named)
        found = None
        if self.grid is None:
            slip = self._slip(formula)
            if slip is not None:
                return slip
            found = counterexample(formula, self.solution, self.engine)
            found = found or beyond(formula, self.solution, self.engine)
        said = found or place or "Its value differs from that of the right answer."
        return Found(WRONG, as_markdown(said))

    def _slip(self, formula: sp.Expr) -> Found | None:
        """The slip that was made, if it is found with a part of the work of a check."""
        try:
            with Budget(self.work // 2):
                return diagnose(formula, self.solution, self.engine)
        except TooMuchWork:
            return None

    def _matches(self, formula: sp.Expr, wrong: sp.Expr) -> bool:
        if self.grid is not None:
            return compare_on_grid(formula, wrong, self.engine, self.grid) is None
        return self.engine.same(formula, wrong)

    def _show(self) -> str:
        if self.derivation is not None:
            return shown_derivation(self.derivation)
        left = "" if self.lhs is None else f"{to_latex(self.lhs)} = "
        return f"$$\n{left}{to_latex(self.solution)}\n$$"
