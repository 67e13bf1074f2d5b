"""What all exercises have in common."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

import sympy as sp

from nnlib.exercises._feedback import Feedback, as_markdown
from nnlib.exercises._judgement import (
    NO_ANSWER,
    UNDECIDED,
    WRONG,
    Found,
    Judgement,
    Mistake,
    Part,
    judged,
)
from nnlib.exercises._points import agree, points_for
from nnlib.symbolic import (
    CHECKED,
    PROVED,
    PROVED_FOR_SIZES,
    Budget,
    ParseError,
    TooMuchWork,
    Verdict,
    charge,
    equal,
)

if TYPE_CHECKING:
    from nnlib.exercises._variants import Recipe

__all__ = ["ACCEPTED", "Engine", "Exercise", "first_match", "found_mistake", "is_missing"]

ACCEPTED = (PROVED, PROVED_FOR_SIZES, CHECKED)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Exercise:
    """A question with an instant check.

    Parameters
    ----------
    title : str
        A short heading.
    question : str
        Markdown.
    hints : sequence of str
        Markdown, one after the other: the first helps least. None gives the answer.
    mistakes : sequence of `Mistake`, or of tuples (id, wrong answer, message)
        Answers that people give, each with a message that names the mistake.
    remark : str
        Markdown below the solution: why it is so.
    parts : sequence of `Part`, optional
        What is judged by itself; without any, there is one part of 100 points.

    A subclass has ``solution``, the very object that answers are compared with and that is
    printed as the solution.
    """

    kind: ClassVar[str] = ""
    solution: Any
    name = ""  # of the variable in its module, and of the module: see exercises_of
    chapter = ""
    recipe: Recipe | None = None
    data: Mapping[str, Any] = {}
    work = 2_000_000  # for a whole check, in the engine's units

    def __init__(
        self,
        *,
        title: str,
        question: str,
        hints: Sequence[str],
        mistakes: Sequence[Mistake | tuple[Any, ...]],
        remark: str = "",
        parts: Sequence[Part] = (),
    ) -> None:
        if isinstance(hints, str) or not hints:
            raise ValueError(f"hints: expected a list of at least one text, got {hints!r}")
        texts = [("title", title), ("question", question), *(("hints", h) for h in hints)]
        for name, text in [*texts, ("remark", remark or "-")]:
            if not isinstance(text, str):
                raise TypeError(f"{name}: expected a string, got {type(text).__name__}")
            if not text.strip():
                raise ValueError(f"{name}: expected a text, got an empty one")
        self.title, self.question, self.remark = title, question, remark
        self.hints = tuple(hints)
        self.mistakes = _as_mistakes(mistakes)
        self.parts = _as_parts(parts)

    # --- answers ----------------------------------------------------------------------------------

    def check(self, answer: Any) -> Feedback:
        """Say whether `answer` is right and, if not, what went wrong; never raises."""
        judgement = self.judge(answer)
        hints = () if judgement.right else self.hints
        return Feedback(judgement, hints, self.shown_solution(), self._read_as(answer))

    def judge(self, answer: Any) -> Judgement:
        """Judge `answer`; never raises."""
        return self._guarded(
            lambda: self._no_answer() if is_missing(answer) else self._judge(answer)
        )

    def preview(self, text: str) -> str:
        """How a typed answer is read, as LaTeX; raises ``ParseError`` where it cannot be read."""
        raise TypeError(f"an answer to a {self.kind} is not a formula")

    def _guarded(self, judge: Callable[[], Judgement]) -> Judgement:
        try:
            with Budget(self.work):
                return judge()
        except TooMuchWork:
            return self._all(Found(UNDECIDED, "The comparison takes too much work."))
        except Exception as error:  # the reader must not meet an error of the machinery
            reason = as_markdown(f"{type(error).__name__}: {error}")
            return self._all(Found(UNDECIDED, f"The check itself stopped ({reason})."))

    def _judge(self, answer: Any) -> Judgement:
        raise NotImplementedError

    def _all(self, found: Found) -> Judgement:
        """The judgement of an answer all of whose parts are so."""
        return judged(self.parts, [found] * len(self.parts), found.message)

    def _no_answer(self) -> Judgement:
        return self._all(Found(NO_ANSWER))

    def _read_as(self, answer: Any) -> str:
        if not isinstance(answer, str) or is_missing(answer):
            return ""
        try:
            return self.preview(answer)
        except (ParseError, TypeError, ValueError, ArithmeticError):
            return ""

    # --- what is shown ----------------------------------------------------------------------------

    def asked(self) -> str:
        """The question with what has to be known to answer it, as Markdown."""
        return "\n\n".join(filter(None, [self.question.strip(), self.prompt()]))

    def prompt(self) -> str:
        """How an answer is given and how exactly, as Markdown."""
        return ""

    def starter(self) -> str:
        """The code that a reader starts from."""
        return "answer = ..."

    def answer_name(self) -> str:
        """What the starter calls the answer."""
        return "answer"

    def shown_solution(self) -> str:
        """The solution as Markdown."""
        return "\n\n".join(filter(None, [self._show(), self.remark]))

    def _show(self) -> str:
        raise NotImplementedError

    def to_data(self) -> dict[str, Any]:
        """All that a page needs to ask the question, as data that can be written as JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            "chapter": self.chapter,
            "title": self.title,
            "question": self.question,
            "prompt": self.prompt(),
            "hints": list(self.hints),
            "solution": self.shown_solution(),
            "starter": self.starter(),
            "parts": [part._asdict() for part in self.parts],
            **self._own_data(),
        }

    def _own_data(self) -> dict[str, Any]:
        """What only this kind of exercise has."""
        return {}

    # --- variants ---------------------------------------------------------------------------------

    @property
    def varies(self) -> bool:
        """Whether another seed asks for another answer."""
        return self.recipe is not None

    def variant(self, seed: Any) -> Exercise:
        """The same question with data drawn from `seed`, an integer or a text.

        Where nothing can vary it is the exercise itself.
        """
        made = (self if self.recipe is None else self.recipe.drawn(seed))._drawn(seed)
        made.name, made.chapter = self.name, self.chapter
        return made

    def _drawn(self, seed: Any) -> Exercise:
        """What a kind can vary by itself."""
        return copy.copy(self)

    # --- self-test --------------------------------------------------------------------------------

    def model_answer(self) -> Any:
        """An answer that must pass: the solution itself."""
        return self.solution

    def wrong_answer(self, wrong: Any) -> Any:
        """The answer of somebody who makes this listed mistake."""
        return wrong


def _as_mistakes(mistakes: Sequence[Any]) -> tuple[Mistake, ...]:
    made = []
    for one in mistakes:
        if not (isinstance(one, tuple) and 3 <= len(one) <= 4):
            raise ValueError(f"mistakes: expected (id, wrong answer, message), got {one!r}")
        mistake = Mistake(*one)
        if not (isinstance(mistake.id, str) and _ID.fullmatch(mistake.id)):
            raise ValueError(f"mistakes: expected an id like two-words, got {mistake.id!r}")
        if not mistake.message.strip():
            raise ValueError(f"mistakes: {mistake.id} has no message")
        made.append(mistake)
    ids = [mistake.id for mistake in made]
    if len(set(ids)) < len(ids):
        raise ValueError(f"mistakes: expected each id once, got {ids}")
    return tuple(made)


def _as_parts(parts: Sequence[Part]) -> tuple[Part, ...]:
    made = tuple(Part(*part) for part in parts) or (Part("answer", "Answer", 100),)
    for part in made:
        if not isinstance(part.points, int) or part.points <= 0:
            raise ValueError(f"parts: expected whole hundredths, got {part.points!r} for {part.id}")
    return made


def is_missing(answer: Any) -> bool:
    """Whether it is what a starter has in place of an answer."""
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


def first_match(mistakes: Sequence[Mistake], matches: Callable[[Any], bool]) -> Mistake | None:
    """The first mistake that the answer makes."""
    return next((mistake for mistake in mistakes if matches(mistake.answer)), None)


def found_mistake(mistake: Mistake) -> Found:
    """What is found where an answer makes a listed mistake."""
    return Found(WRONG, mistake.message, mistake.id, mistake.points)
