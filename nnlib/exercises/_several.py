"""Exercises whose answer has several parts, each a formula, a number or a choice of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nnlib.exercises._base import Exercise
from nnlib.exercises._feedback import as_markdown
from nnlib.exercises._judgement import (
    NO_ANSWER,
    RIGHT,
    UNREADABLE,
    WRONG,
    Found,
    Judgement,
    Mistake,
    Part,
    judged,
)

__all__ = ["ATTEMPT", "Several"]

ATTEMPT = "attempt"


class Several(Exercise):
    """The answer is a list, and each of its entries is judged by an exercise of its own.

    Parameters
    ----------
    answers : mapping from ids to exercises with one part, in the order of the list
    parts : sequence of `Part`, optional
        One for each of them; without any, their titles as labels and 100 points each.
    for_any_answer : int
        Hundredths that are given, beside those of the parts, for any answer at all.

    Its mistakes are those of its answers: ``no-half`` of the answer ``variance`` is called
    ``variance-no-half``.
    """

    kind = "several"

    def __init__(
        self,
        answers: Mapping[str, Exercise],
        *,
        title: str,
        question: str,
        hints: Sequence[str],
        remark: str = "",
        parts: Sequence[Part] = (),
        for_any_answer: int = 0,
    ) -> None:
        if not answers:
            raise ValueError("answers: expected at least one, got none")
        for name, exercise in answers.items():
            if len(exercise.parts) != 1:
                raise ValueError(f"answers: {name} has {len(exercise.parts)} parts, expected one")
        parts = parts or [Part(name, one.title, 100) for name, one in answers.items()]
        if [part[0] for part in parts] != list(answers):
            raise ValueError(f"parts: expected one for each of {list(answers)}, got {parts!r}")
        if for_any_answer:
            parts = [*parts, Part(ATTEMPT, "Any answer at all", for_any_answer)]
        mistakes = [
            Mistake(f"{name}-{mistake.id}", (name, mistake.answer), mistake.message, mistake.points)
            for name, exercise in answers.items()
            for mistake in exercise.mistakes
        ]
        super().__init__(
            title=title,
            question=question,
            hints=hints,
            mistakes=mistakes,
            remark=remark,
            parts=parts,
        )
        self.answers = dict(answers)
        self.solution = [exercise.model_answer() for exercise in answers.values()]

    def asked(self) -> str:
        rows = [
            f"{number}. {part.label}. {exercise.prompt()}".rstrip()
            for number, (part, exercise) in enumerate(self._pairs(), start=1)
        ]
        how = f"Answer with a list of {len(rows)}, in this order; `...` leaves one out."
        return "\n\n".join([self.question.strip(), "\n".join(rows), how])

    def starter(self) -> str:
        return f"{self.answer_name()} = [{', '.join(['...'] * len(self.answers))}]"

    def wrong_answer(self, wrong: Any) -> list[Any]:
        name, answer = wrong
        return [
            exercise.wrong_answer(answer) if one == name else exercise.model_answer()
            for one, exercise in self.answers.items()
        ]

    def _pairs(self) -> list[tuple[Part, Exercise]]:
        return list(zip(self.parts, self.answers.values(), strict=False))

    def _judge(self, answer: Any) -> Judgement:
        if isinstance(answer, Mapping):
            answer = [answer.get(name) for name in self.answers]
        if not isinstance(answer, list | tuple) or len(answer) != len(self.answers):
            got = f"{len(answer)} entries" if isinstance(answer, list | tuple) else "no list"
            said = f"A list of {len(self.answers)} answers is expected, not {got}."
            return self._with_attempt([Found(UNREADABLE, as_markdown(said))] * len(self.answers))
        pairs = zip(self.answers.items(), answer, strict=True)
        return self._with_attempt([_found(name, one.judge(entry)) for (name, one), entry in pairs])

    def _with_attempt(self, found: list[Found]) -> Judgement:
        """The judgement; what any answer gets is given where one of them was answered."""
        if len(found) == len(self.parts):
            return judged(self.parts, found)
        answered = any(one.status != NO_ANSWER for one in found)
        return judged(self.parts, [*found, Found(RIGHT if answered else NO_ANSWER)])

    def _show(self) -> str:
        shown = [f"{part.label}:\n\n{one.shown_solution()}" for part, one in self._pairs()]
        return "\n\n".join(shown)

    def _own_data(self) -> dict[str, Any]:
        return {"answers": [exercise.to_data() for exercise in self.answers.values()]}


def _found(name: str, judgement: Judgement) -> Found:
    part = judgement.parts[0]
    mistake = f"{name}-{part.mistake}" if part.mistake else None
    share = part.points if part.status == WRONG else 0
    return Found(part.status, part.message, mistake, share)
