"""Exercises whose answer is a derivation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from sympy.concrete.expr_with_limits import ExprWithLimits

from nnlib.exercises._base import ACCEPTED, Engine, Exercise, Mistake, first_match, undecided
from nnlib.exercises._derived import Symbols, shown_derivation, with_own_symbols
from nnlib.exercises._diagnosis import counterexample
from nnlib.exercises._feedback import (
    CORRECT,
    UNREADABLE,
    WRONG,
    Feedback,
    as_markdown,
    sentence,
)
from nnlib.symbolic import PROVED, REFUTED, Derivation, ParseError, exact, parse, to_text

__all__ = ["Proof"]


class Proof(Exercise):
    """The answer is a derivation from the same first line to the same last line.

    Parameters
    ----------
    solution : Derivation
        Gives the first and the last line, and what may be used (``given``, ``where``).
    symbols : iterable of Symbol and IndexedBase, or mapping from names to expressions
        What typed lines may be written with.
    mistakes : sequence of (wrong line, message)
    steps : int
        The least number of lines after the first; a derivation is to be followed by a reader.
    effort : float
        How much work each line may take, as a multiple of the usual.

    An answer is the reader's own `Derivation`, or a list of lines: typed texts or expressions,
    with or without the first. Every line is proved again from the one before, using nothing but
    what the solution was given.
    """

    def __init__(
        self,
        solution: Derivation,
        symbols: Symbols,
        *,
        hint: str,
        mistakes: Sequence[Mistake],
        remark: str = "",
        steps: int = 2,
        effort: float = 1.0,
    ) -> None:
        super().__init__(hint, mistakes, remark)
        if not isinstance(solution, Derivation):
            raise TypeError(f"solution: expected a Derivation, got {type(solution).__name__}")
        self.solution, self.steps = solution, steps
        self.symbols = dict(symbols) if isinstance(symbols, Mapping) else list(symbols)
        self.engine = Engine(solution.given, solution.where, effort)
        self.mistakes = [(self._read(wrong), message) for wrong, message in mistakes]

    def wrong_answer(self, wrong: Any) -> list[Any]:
        return [self.solution.start, wrong]

    def _judge(self, answer: Any) -> Feedback:
        try:
            lines = self._lines(answer)
        except ParseError as error:
            return Feedback(UNREADABLE, as_markdown(sentence(str(error))))
        except TypeError as error:
            said = f"Give a Derivation, or a list of lines: {error}."
            return Feedback(UNREADABLE, as_markdown(said))
        for number, (before, after) in enumerate(zip(lines, lines[1:], strict=False), start=2):
            feedback = self._step(number, before, after)
            if feedback is not None:
                return feedback
        return self._end(lines)

    def _lines(self, answer: Any) -> list[sp.Expr]:
        if isinstance(answer, Derivation):
            answer = [line.expr for line in answer.lines]
        if not isinstance(answer, list | tuple):
            raise TypeError(f"got {type(answer).__name__}")
        lines = [self._read(line) for line in answer]
        if lines and _same_form(lines[0], self.solution.start):
            return lines
        return [self.solution.start, *lines]

    def _read(self, line: Any) -> sp.Expr:
        if isinstance(line, str):
            return parse(line, self.symbols)
        return with_own_symbols(exact(line), self.symbols)

    def _step(self, number: int, before: sp.Expr, after: sp.Expr) -> Feedback | None:
        verdict = self.engine.verdict(before, after)
        if verdict.status == REFUTED:
            return Feedback(WRONG, self._explain(number, before, after))
        if verdict.status not in ACCEPTED:
            return undecided()
        if verdict.status != PROVED and self.solution.accept == PROVED:
            said = f"Line {number} is only {verdict.status}; make a smaller step."
            return Feedback(WRONG, as_markdown(said))
        return None

    def _explain(self, number: int, before: sp.Expr, after: sp.Expr) -> str:
        named = first_match(self.mistakes, lambda wrong: self.engine.same(after, wrong))
        if named:
            return named
        said = f"Line {number} does not follow: `{to_text(after)}`."
        words = "this line gives {}, the line before {}"
        example = counterexample(after, before, self.engine, words)
        return f"{said} {as_markdown(example)}" if example else said

    def _end(self, lines: list[sp.Expr]) -> Feedback:
        if not _same_form(lines[-1], self.solution.last):
            said = f"All true so far; now go on to `{to_text(self.solution.last)}`."
            return Feedback(WRONG, said)
        if len(lines) <= self.steps:
            wanted = f"{self.steps} lines" if self.steps > 1 else "one line"
            said = f"True, but too quick for a reader: write at least {wanted} after the first."
            return Feedback(WRONG, said)
        return Feedback(CORRECT)

    def _show(self) -> str:
        return shown_derivation(self.solution)


def _same_form(a: sp.Expr, b: sp.Expr) -> bool:
    """Whether the two are written alike, up to the names of bound indices."""
    return _rename_bound(a) == _rename_bound(b)


def _rename_bound(expr: sp.Basic, depth: int = 0) -> sp.Basic:
    if not expr.args or not expr.has(ExprWithLimits):
        return expr
    if not isinstance(expr, ExprWithLimits):
        return expr.func(*(_rename_bound(arg, depth) for arg in expr.args))
    body, limits = expr.function, list(expr.limits)
    for k, (index, low, high) in enumerate(limits):
        name = sp.Symbol(f"_bound_{depth}", integer=True)
        depth += 1
        body = body.xreplace({index: name})
        inner = [tuple(part.xreplace({index: name}) for part in limit) for limit in limits[:k]]
        limits = [*inner, (name, low, high), *limits[k + 1 :]]
    return expr.func(_rename_bound(body, depth), *limits)
