"""Exercises whose answer is a derivation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sympy as sp

from nnlib.exercises._base import ACCEPTED, Engine, Exercise, first_match, found_mistake
from nnlib.exercises._derived import Symbols, shown_derivation, with_own_symbols
from nnlib.exercises._diagnosis import counterexample, found_by_engine
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
from nnlib.exercises._steps import adds_nothing, canonical
from nnlib.symbolic import (
    PROVED,
    REFUTED,
    Derivation,
    ParseError,
    TooMuchWork,
    Verdict,
    cancel,
    exact,
    parse,
    to_latex,
    to_text,
)

__all__ = ["Milestone", "Proof"]


class Milestone(NamedTuple):
    """Something that a derivation has to show: a line that `meets` says yes to.

    ``message`` says what is still to be shown, in Markdown.
    """

    id: str
    meets: Callable[[sp.Expr], bool]
    message: str


_NO_STEP = (
    "True, but a line that says what another line says, only in another order or with terms that "
    "cancel, is no step. What happens between the ends?"
)


class Proof(Exercise):
    """The answer is a derivation from the same first line to the same last line.

    Parameters
    ----------
    solution : Derivation
        Gives the first and the last line, and what may be used (``given``, ``where``).
    symbols : iterable of Symbol and IndexedBase, or mapping from names to expressions
        What typed lines may be written with.
    mistakes : sequence of (id, wrong line, message)
    milestones : sequence of `Milestone`
        What one of the lines between the first and the last has to show.
    steps : int
        The least number of lines after the first; a derivation is to be followed by a reader.
        A line that another one says already, but for its order or for terms that cancel, is none.
    effort : float
        How much work each line may take, as a multiple of the usual.

    An answer is the reader's own `Derivation`, a list of lines (typed texts or expressions), or a
    text with a line on each; with or without the first. Every line is proved again from the one
    before, using nothing but what the solution was given.
    """

    kind = "proof"

    def __init__(
        self,
        solution: Derivation,
        symbols: Symbols,
        *,
        title: str,
        question: str,
        hints: Sequence[str],
        mistakes: Sequence[Mistake | tuple[Any, ...]],
        remark: str = "",
        parts: Sequence[Part] = (),
        milestones: Sequence[Milestone] = (),
        steps: int = 2,
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
        if not isinstance(solution, Derivation):
            raise TypeError(f"solution: expected a Derivation, got {type(solution).__name__}")
        self.solution, self.steps = solution, steps
        self.milestones = tuple(Milestone(*one) for one in milestones)
        self.symbols = dict(symbols) if isinstance(symbols, Mapping) else list(symbols)
        self.engine = Engine(solution.given, solution.where, effort)
        self.mistakes = tuple(m._replace(answer=self._read(m.answer)) for m in self.mistakes)

    def preview(self, text: str) -> str:
        return r" \\ ".join(to_latex(line) for line in self._read_all(text))

    def wrong_answer(self, wrong: Any) -> list[Any]:
        return [self.solution.start, wrong]

    def _judge(self, answer: Any) -> Judgement:
        return self._all(self._found(answer))

    def _found(self, answer: Any) -> Found:
        try:
            lines = self._read_all(answer)
        except ParseError as error:
            return Found(UNREADABLE, as_markdown(sentence(str(error))))
        except TypeError as error:
            said = f"Give a list of lines, or a Derivation: {error}."
            return Found(UNREADABLE, as_markdown(said))
        first, start = self._first(lines)
        pairs = zip([first, *lines[start:]], lines[start:], strict=False)
        for number, (before, after) in enumerate(pairs, start=start + 1):
            found = self._step(number, before, after)
            if found is not None:
                return found
        return self._whole([first, *lines[start:]])

    def _first(self, lines: list[sp.Expr]) -> tuple[sp.Expr, int]:
        """The line to start from, and how many of the reader's lines say it."""
        start, lhs = self.solution.start, self.solution.lhs
        starts = [start] if isinstance(lhs, sp.Symbol | sp.Indexed) else [start, lhs]
        if lines and any(canonical(lines[0]) == canonical(one) for one in starts):
            return lines[0], 1
        return start, 0

    def _read_all(self, answer: Any) -> list[sp.Expr]:
        """The lines as they were given, the first among them or not."""
        if isinstance(answer, Derivation):
            answer = [line.expr for line in answer.lines]
        if isinstance(answer, str):
            answer = [line for line in answer.splitlines() if line.strip()]
        if not isinstance(answer, list | tuple):
            raise TypeError(f"got {type(answer).__name__}")
        lines = []
        for number, line in enumerate(answer, start=1):
            try:
                lines.append(self._read(line))
            except ParseError as error:
                raise ParseError(error.said, error.column, line=number) from None
            except TypeError as error:
                raise TypeError(f"in line {number} {error}") from None
        return lines

    def _read(self, line: Any) -> sp.Expr:
        if isinstance(line, str):
            return parse(line, self.symbols)
        return with_own_symbols(exact(line), self.symbols)

    def _step(self, number: int, before: sp.Expr, after: sp.Expr) -> Found | None:
        """What is wrong with a line, as the reader counts them."""
        verdict = self.engine.verdict(before, after)
        if verdict.status == REFUTED:
            return self._wrong(number, before, after, verdict)
        if verdict.status not in ACCEPTED:
            return Found(UNDECIDED, f"I cannot follow line {number}.")
        if verdict.status != PROVED and self.solution.accept == PROVED:
            said = f"Line {number} is only {verdict.status}; make a smaller step."
            return Found(WRONG, as_markdown(said), "slip-large-step")
        return None

    def _wrong(self, number: int, before: sp.Expr, after: sp.Expr, verdict: Verdict) -> Found:
        named = first_match(self.mistakes, lambda wrong: self.engine.same(after, wrong))
        if named:
            return found_mistake(named)
        said = f"Line {number} does not follow: `{to_text(after)}`."
        words = "this line gives {}, the line before {}"
        example = counterexample(after, before, self.engine, words)
        example = example or found_by_engine(verdict, "the line before gives {}, this line {}")
        said = f"{said} {as_markdown(example)}" if example else said
        return Found(WRONG, said, "slip-false-line")

    def _whole(self, chain: list[sp.Expr]) -> Found:
        """All lines are true; do they lead to the end, in steps?"""
        last = self.solution.last
        if canonical(chain[-1]) != canonical(last):
            said = f"All true so far; now go on to `{to_text(last)}`."
            return Found(WRONG, said, "slip-not-finished")
        between = [
            line for line in _different(chain, last) if not _only_rewrites(line, chain[0], last)
        ]
        if len(chain) <= self.steps:
            wanted = f"{self.steps} lines" if self.steps > 1 else "one line"
            said = f"True, but too quick for a reader: write at least {wanted} after the first."
            return Found(WRONG, said, "slip-too-quick")
        if len(between) + 1 < self.steps:
            return Found(WRONG, _NO_STEP, "slip-no-step")
        for milestone in self.milestones:
            if not any(milestone.meets(line) for line in between):
                return Found(WRONG, f"True, but {milestone.message}", f"slip-{milestone.id}")
        return Found(RIGHT)

    def _show(self) -> str:
        return shown_derivation(self.solution)

    def _own_data(self) -> dict[str, Any]:
        return {"steps": self.steps}


def _only_rewrites(line: sp.Expr, first: sp.Expr, last: sp.Expr) -> bool:
    """Whether a line is the last one in another algebraic form, where algebra is not all there is."""
    try:
        return _is_same_fraction(line, last) and not _is_same_fraction(first, last)
    except TooMuchWork:
        return False


def _is_same_fraction(a: sp.Expr, b: sp.Expr) -> bool:
    return cancel(canonical(a) - canonical(b)) == 0


def _different(chain: list[sp.Expr], last: sp.Expr) -> list[sp.Expr]:
    """The lines between the first and the last that no other line says already."""
    kept = [chain[0], last]
    for line in chain[1:]:
        if not any(adds_nothing(line, other) for other in kept):
            kept.append(line)
    return kept[2:]
