"""An exercise that does not work is worse than none; this is how the tests find out."""

from __future__ import annotations

from types import ModuleType

from nnlib.exercises._base import Exercise
from nnlib.exercises._feedback import WRONG

__all__ = ["exercises_of", "self_test"]


def exercises_of(module: ModuleType) -> dict[str, Exercise]:
    """The exercises that a module defines, by name."""
    return {name: value for name, value in vars(module).items() if isinstance(value, Exercise)}


def self_test(exercise: Exercise) -> None:
    """Raise ``AssertionError`` with everything that is wrong with an exercise.

    The solution passes its own check; the untouched starter does not; every listed mistake fails
    with its own message, which no other has (so no two mistakes are the same); checking twice
    says the same; the solution can be shown.
    """
    faults = []
    right = exercise.check(exercise.model_answer())
    if not right.correct:
        faults.append(f"the solution does not pass: {right}")
    if exercise.check(...).correct:
        faults.append("the untouched starter passes")
    if not exercise.mistakes:
        faults.append("no mistake is listed")
    messages = [message for _, message in exercise.mistakes]
    if len(set(messages)) < len(messages):
        faults.append("two mistakes have the same message")
    for number, (wrong, message) in enumerate(exercise.mistakes, start=1):
        feedback = exercise.check(exercise.wrong_answer(wrong))
        if feedback.status != WRONG or feedback.message != message:
            faults.append(f"mistake {number} ({message}) is answered by: {feedback}")
    for wrong, _ in exercise.mistakes[:1]:
        first, second = (str(exercise.check(exercise.wrong_answer(wrong))) for _ in range(2))
        if first != second:
            faults.append(f"a mistake is answered first by: {first}, then by: {second}")
    if not right.solution.strip():
        faults.append("the solution shows nothing")
    if faults:
        raise AssertionError("; ".join(faults))
