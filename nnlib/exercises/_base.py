"""What all exercises have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import sympy as sp

from nnlib.exercises._feedback import NO_ANSWER, UNDECIDED, Feedback, as_markdown
from nnlib.exercises._points import agree, points_for
from nnlib.symbolic import (
    CHECKED,
    PROVED,
    PROVED_FOR_SIZES,
    Budget,
    TooMuchWork,
    Verdict,
    charge,
    equal,
)

__all__ = [
    "ACCEPTED",
    "Engine",
    "Exercise",
    "Mistake",
    "first_match",
    "undecided",
]

ACCEPTED = (PROVED, PROVED_FOR_SIZES, CHECKED)

Mistake = tuple[Any, str]


class Exercise:
    """A question with an instant check.

    Parameters
    ----------
    hint : str
        Markdown. Helps somebody who is stuck without giving the answer.
    mistakes : sequence of (wrong answer, message)
        Answers that people give, each with a message that names the mistake.
    remark : str
        Markdown below the solution: why it is so.

    A subclass has ``solution``, the very object that answers are compared with and that is
    printed as the solution.
    """

    solution: Any
    work = 2_000_000  # for a whole check, in the engine's units

    def __init__(self, hint: str, mistakes: Sequence[Mistake], remark: str = "") -> None:
        for name, text in (("hint", hint), ("remark", remark)):
            if not isinstance(text, str):
                raise TypeError(f"{name}: expected a string, got {type(text).__name__}")
        if not hint.strip():
            raise ValueError("hint: expected a text that helps, got an empty one")
        for mistake in mistakes:
            if not (isinstance(mistake, tuple) and len(mistake) == 2 and mistake[1].strip()):
                raise ValueError(f"mistakes: expected (wrong answer, message), got {mistake!r}")
        self.hint, self.remark, self.mistakes = hint, remark, list(mistakes)

    def check(self, answer: Any) -> Feedback:
        """Say whether `answer` is right and, if not, what went wrong; never raises."""
        try:
            missing = _is_missing(answer)
            with Budget(self.work):
                feedback = self._no_answer() if missing else self._judge(answer)
        except TooMuchWork:
            feedback = Feedback(UNDECIDED, f"The comparison takes too much work. {_COMPARE}")
        except Exception as error:  # the reader must not meet an error of the machinery
            reason = as_markdown(f"{type(error).__name__}: {error}")
            feedback = Feedback(UNDECIDED, f"The check itself stopped ({reason}). {_COMPARE}")
        hint = "" if feedback.correct else self.hint
        return replace(feedback, hint=hint, solution=self.shown_solution())

    def shown_solution(self) -> str:
        """The solution as Markdown."""
        return "\n\n".join(filter(None, [self._show(), self.remark]))

    def model_answer(self) -> Any:
        """An answer that must pass: the solution itself."""
        return self.solution

    def wrong_answer(self, wrong: Any) -> Any:
        """The answer of somebody who makes this listed mistake."""
        return wrong

    def _judge(self, answer: Any) -> Feedback:
        raise NotImplementedError

    def _show(self) -> str:
        raise NotImplementedError

    def _no_answer(self) -> Feedback:
        return Feedback(NO_ANSWER, "Put yours in place of `...` and run the cell again.")


_COMPARE = "Compare your answer with the solution below."


def undecided() -> Feedback:
    """Neither right nor wrong: the reader decides."""
    return Feedback(UNDECIDED, _COMPARE)


def _is_missing(answer: Any) -> bool:
    if isinstance(answer, str):
        return answer.strip() in ("", "...", "…")
    return answer is Ellipsis or answer is None


class Engine:
    """The one equality engine, with what an exercise grants."""

    def __init__(self, given: Any, where: Any, effort: float) -> None:
        self.given, self.where, self.effort = given, where, effort

    def verdict(self, a: sp.Expr, b: sp.Expr, share: float = 1.0) -> Verdict:
        effort = self.effort * share
        verdict = equal(a, b, given=self.given, where=self.where, effort=effort)
        charge(verdict.work)
        return verdict

    def same(self, a: sp.Expr, b: sp.Expr) -> bool:
        """Whether the two are equal, as far as is needed to name a slip.

        They agree at a few small points, and the engine, which is asked only then, does not
        refute it.
        """
        points = list(islice(points_for(self.given, self.where, a, b), 4))
        if not agree(points, a, b):
            return False
        try:
            status = self.verdict(a, b, 0.5).status
        except (TypeError, ValueError, ZeroDivisionError):
            return False
        return status in ACCEPTED or bool(points) and status == UNDECIDED


def first_match(mistakes: Sequence[Mistake], matches: Callable[[Any], bool]) -> str | None:
    """The message of the first mistake that the answer makes."""
    return next((message for wrong, message in mistakes if matches(wrong)), None)
