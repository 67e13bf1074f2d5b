"""What the exercises say of their own answers: asked in this Python and in the page's."""

import importlib
import json

from nnlib.exercises import exercises_of
from nnlib.symbolic import to_text

CHAPTERS = (
    "running_averages", "momentum", "adadelta", "adam", "softmax_cross_entropy", "batch_norm",
    "conv_shapes",
)  # fmt: skip


def verdicts(chapter):
    """Of each exercise: the judgement of the solution, of the starter, and of each mistake."""
    module = importlib.import_module(f"exercises.{chapter}")
    return {name: judged(exercise) for name, exercise in exercises_of(module).items()}


def judged(exercise):
    answers = [exercise.model_answer(), ...]
    answers += [exercise.wrong_answer(mistake.answer) for mistake in exercise.mistakes]
    answers += typed(exercise)
    return [exercise.judge(answer).to_data() for answer in answers]


def typed(exercise):
    """The solution as somebody would type it, and what nobody should get through with."""
    if exercise.kind not in ("formula", "number"):
        return []
    return [to_text(exercise.solution), "1 +", "__import__('os')", "9**9**9**9"]


def as_json(chapter):
    return json.dumps(verdicts(chapter), sort_keys=True)
