"""Choices and numbers are judged in the page as Python judges them."""

import importlib
import json
import subprocess
from pathlib import Path

import pytest
from verdicts import CHAPTERS

from nnlib.exercises import Choice, Number, exercises_of
from runtime.build import node_program

SCRIPT = Path(__file__).with_name("judge.mjs")
EDGES = ("0", "-0", "1e3", "1e400", "-1", "+2", ".5", "5.", "1/3", "-1/3", "1/0", "50%", "50 %")
UNREADABLE = ("", "...", "x", "1 2", "1,5", "1//2", "--1", "1e", "NaN", "Infinity", "0x10", "1_000")


def judged_in_the_page(pairs):
    done = subprocess.run(
        [node_program(), str(SCRIPT)], input=json.dumps(pairs), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def all_of(kind):
    for chapter in CHAPTERS:
        for exercise in exercises_of(importlib.import_module(f"exercises.{chapter}")).values():
            if isinstance(exercise, kind):
                yield exercise
                yield exercise.variant(7)


def texts(exercise):
    """Numbers near everything that is told apart, and texts that are no number."""
    yield from (*EDGES, *UNREADABLE)
    data = exercise.to_data()
    for value in [data["target"], *(target["value"] for target in data["targets"])]:
        for factor in (1, -1, 1.004, 0.996, 1.006, 0.994, 1.04, 1.06, 2, 0.5, 100):
            yield repr(value * factor)
        yield f"{value:.3g}"
        yield f"{value:.6g} {exercise.unit}"
        yield f" {value:.4f} "


def test_numbers():
    asked = [(exercise, text) for exercise in all_of(Number) for text in texts(exercise)]
    assert len(asked) > 1000
    answers = judged_in_the_page([(exercise.to_data(), text) for exercise, text in asked])
    left = 0
    for (exercise, text), answer in zip(asked, answers, strict=True):
        if answer is None:  # it goes to Python
            left += 1
            continue
        judgement = exercise.judge(text)
        assert (answer["status"], answer["message"]) == (judgement.status, judgement.message), (
            exercise.name,
            text,
        )
    assert left < len(asked) / 3


def test_choices():
    pairs = [(e, key) for e in all_of(Choice) for key in [*e.options, "", "other"]]
    answers = judged_in_the_page([(exercise.to_data(), key) for exercise, key in pairs])
    for (exercise, key), answer in zip(pairs, answers, strict=True):
        if key == "other":
            assert answer is None
        else:
            judgement = exercise.judge(key)
            assert (answer["status"], answer["message"]) == (judgement.status, judgement.message)


def test_an_untouched_function_is_no_answer_yet():
    found = [e for e in all_of(object) if getattr(e, "kind", "") == "function"]
    answers = judged_in_the_page([(e.to_data(), e.starter()) for e in found])
    assert found and {answer["status"] for answer in answers} == {"no answer"}


@pytest.mark.parametrize("text", ["sqrt(5)/2", "2^3", "pi", "1/2/3", "(1)"])
def test_what_is_no_plain_number_goes_to_python(text):
    data = next(all_of(Number)).to_data()
    assert judged_in_the_page([(data, text)]) == [None]
