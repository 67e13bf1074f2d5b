"""What is said of an answer, and what the self-test says of an exercise."""

from __future__ import annotations

import pytest

from nnlib.exercises import Choice, Feedback, Number, self_test
from nnlib.exercises._feedback import as_markdown, sentence


def number(solution, mistakes=(), **options) -> Number:
    return Number(solution, hint="h", mistakes=list(mistakes), **options)


def test_a_sentence_ends_once():
    assert [sentence(t) for t in ("a", "a.", "a?", "a! ", "a,")] == ["a.", "a.", "a?", "a! ", "a,."]


def test_feedback_is_text_and_markdown():
    plain = Feedback("wrong", "See `x` and $\\gamma$.", solution="s")
    assert str(plain) == repr(plain) == "Not yet. See x and γ."
    assert plain.markdown() == (
        "**Not yet.** See `x` and $\\gamma$.\n\n"
        "<details>\n<summary>Solution</summary>\n\ns\n\n</details>"
    )
    assert not plain.correct and Feedback("correct").correct
    assert Feedback("correct").markdown() == "**Right.**"
    assert as_markdown("a_b*c") == "a\\_b\\*c"


def test_the_hint_is_for_those_who_are_not_there_yet():
    exercise = number(2, [(3, "m")], remark="Why.")
    assert exercise.check(2).hint == "" and exercise.check(3).hint == "h"
    assert exercise.check(...).hint == "h"
    assert exercise.check(2).solution == exercise.check(...).solution == "$$\n2\n$$\n\nWhy."
    with pytest.raises(TypeError, match="remark: expected a string, got int"):
        number(2, remark=3)


def test_a_mistake_is_a_pair_with_a_message():
    for mistakes in ([(1, "m", "n")], [[1, "m"]], [(1, "  ")]):
        with pytest.raises(ValueError, match="mistakes: expected"):
            number(2, mistakes)


def test_the_self_test_reports_everything_at_once():
    class Fickle(Choice):
        turn = 0

        def check(self, answer):
            self.turn += 1
            said = dict(self.mistakes).get(answer, "")
            return Feedback("correct" if answer == "a" else "wrong", said + "!" * self.turn)

    fickle = Fickle({"a": "A", "b": "B"}, "a", hint="h", mistakes=[("b", "no")])
    with pytest.raises(AssertionError) as error:
        self_test(fickle)
    said = str(error.value)
    assert "mistake 1 (no) is answered by" in said and "answered first by" in said
    assert "the solution shows nothing" in said and said.count("; ") == 2
    assert "does not pass" not in said and "starter" not in said
