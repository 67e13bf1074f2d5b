"""An exercise that does not work is worse than none; this is how the tests find out."""

from __future__ import annotations

import json
from types import ModuleType

from nnlib.exercises._base import Exercise
from nnlib.exercises._judgement import NO_ANSWER, RIGHT, WRONG

__all__ = ["exercises_of", "self_test"]


def exercises_of(module: ModuleType) -> dict[str, Exercise]:
    """The exercises that a module defines, by name and in order; they then know their names."""
    found = {name: value for name, value in vars(module).items() if isinstance(value, Exercise)}
    for name, exercise in found.items():
        exercise.name = name
        exercise.chapter = module.__name__.rpartition(".")[2]
    return found


def self_test(exercise: Exercise) -> None:
    """Raise ``AssertionError`` with everything that is wrong with an exercise.

    The solution passes its own check; the untouched starter does not; every listed mistake fails
    with its own message, which no other has (so no two mistakes are the same); checking twice
    says the same; the solution can be shown, and all of it can be sent as data.
    """
    faults = []
    right = exercise.check(exercise.model_answer())
    if right.status != RIGHT or right.judgement.points != sum(p.points for p in exercise.parts):
        faults.append(f"the solution does not pass: {right}")
    if exercise.check(...).status != NO_ANSWER:
        faults.append("the untouched starter passes")
    if not exercise.mistakes:
        faults.append("no mistake is listed")
    messages = [mistake.message for mistake in exercise.mistakes]
    if len(set(messages)) < len(messages):
        faults.append("two mistakes have the same message")
    for mistake in exercise.mistakes:
        judgement = exercise.judge(exercise.wrong_answer(mistake.answer))
        named = {part.mistake for part in judgement.parts} - {None}
        if judgement.status != WRONG or named != {mistake.id}:
            faults.append(f"mistake {mistake.id} is answered by: {judgement}")
    for mistake in exercise.mistakes[:1]:
        first, second = (
            str(exercise.check(exercise.wrong_answer(mistake.answer))) for _ in range(2)
        )
        if first != second:
            faults.append(f"a mistake is answered first by: {first}, then by: {second}")
    if not right.solution.strip():
        faults.append("the solution shows nothing")
    try:
        json.dumps(exercise.to_data(), allow_nan=False)
    except (TypeError, ValueError) as error:
        faults.append(f"it cannot be sent as data: {error}")
    if faults:
        raise AssertionError("; ".join(faults))
