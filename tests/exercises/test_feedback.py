"""What is said of an answer, and what the self-test says of an exercise."""

from __future__ import annotations

import json

import pytest

from nnlib.exercises import (
    NO_ANSWER,
    RIGHT,
    UNDECIDED,
    WRONG,
    Choice,
    Feedback,
    Number,
    Part,
    self_test,
)
from nnlib.exercises._feedback import as_markdown, sentence
from nnlib.exercises._judgement import Found, judged
from tests.exercises.made import ASKED, named


def number(solution, mistakes=(), **options) -> Number:
    return Number(solution, **ASKED, mistakes=named(*mistakes), **options)


def feedback(status, message="", **options) -> Feedback:
    return Feedback(judged([Part("answer", "Answer", 100)], [Found(status, message)]), **options)


def test_a_sentence_ends_once():
    assert [sentence(t) for t in ("a", "a.", "a?", "a! ", "a,")] == ["a.", "a.", "a?", "a! ", "a,."]


def test_feedback_is_text_and_markdown():
    plain = feedback(WRONG, "See `x` and $\\gamma$.", solution="s")
    assert str(plain) == repr(plain) == "Not yet. See x and γ."
    assert plain.markdown() == (
        "**Not yet.** See `x` and $\\gamma$.\n\n"
        "<details>\n<summary>Solution</summary>\n\ns\n\n</details>"
    )
    assert not plain.right and feedback(RIGHT).right
    assert feedback(RIGHT).markdown() == "**Right.**"
    assert as_markdown("a_b*c") == "a\\_b\\*c"


def test_the_hint_is_for_those_who_are_not_there_yet():
    exercise = number(2, [(3, "m")], remark="Why.")
    assert exercise.check(2).hints == () and exercise.check(3).hints == ("h",)
    assert exercise.check(...).hints == ("h",)
    assert exercise.check(2).solution == exercise.check(...).solution == "$$\n2\n$$\n\nWhy."
    with pytest.raises(TypeError, match="remark: expected a string, got int"):
        number(2, remark=3)


@pytest.mark.parametrize(
    "mistakes",
    [
        [(1, "m")],
        [["one", 1, "m"]],
        [("one", 1, "  ")],
        [("One two", 1, "m")],
        [("", 1, "m")],
        [(1, 1, "m")],
        [("one", 1, "m"), ("one", 3, "n")],
        [("one", 1, "m", 2, 3)],
    ],
)
def test_a_mistake_has_an_id_of_its_own_and_a_message(mistakes):
    with pytest.raises(ValueError, match="mistakes: "):
        Number(2, **ASKED, mistakes=mistakes)


def test_hints_come_one_after_the_other():
    said = Feedback(judged([Part("a", "A", 1)], [Found(WRONG)]), ("first", "second")).markdown()
    first, second = said.index("first"), said.index("second")
    assert said.count("<summary>Hint</summary>") == said.count("Another hint") == 1
    assert first < said.index("Another hint") < second < said.index("</details>")
    for hints in ((), "h", [" "]):
        with pytest.raises(ValueError, match="hints: expected a"):
            Number(2, **{**ASKED, "hints": hints}, mistakes=[])


def test_each_part_has_a_line_of_its_own():
    parts = [Part("a", "The first", 30), Part("b", "The second", 70, for_any=10)]
    half = judged(parts, [Found(RIGHT), Found(WRONG, "Too long.", "long")])
    assert (half.status, half.points, half.of) == (WRONG, 40, 100)
    assert str(Feedback(half)) == (
        "Not yet. 1 of the 2 parts is right.\n  The first: right.\n  The second: Too long."
    )
    assert "- The second: Too long." in Feedback(half).markdown()
    both = judged(parts, [Found(RIGHT), Found(RIGHT)])
    assert (both.status, both.points, str(Feedback(both))) == (RIGHT, 100, "Right.")
    assert judged(parts, [Found(UNDECIDED), Found(WRONG)]).status == UNDECIDED
    assert judged(parts, [Found(NO_ANSWER), Found(RIGHT)]).status == WRONG
    none = judged(parts, [Found(NO_ANSWER), Found(NO_ANSWER)])
    assert none.status == NO_ANSWER and none.points == 0
    assert json.loads(json.dumps(half.to_data()))["parts"][1]["mistake"] == "long"


def test_a_mistake_may_leave_some_points():
    exercise = Number(2, **ASKED, mistakes=[("three", 3, "m", 75)])
    assert exercise.judge(3).points == 75 and exercise.judge(5).points == 0
    any_answer = Number(2, **ASKED, mistakes=[], parts=[Part("a", "A", 100, for_any=20)])
    assert any_answer.judge(5).points == any_answer.judge("?").points == 20
    assert any_answer.judge(...).points == 0 and any_answer.judge(2).points == 100


def test_the_self_test_reports_everything_at_once():
    class Fickle(Choice):
        turn = 0

        def check(self, answer):
            self.turn += 1
            said = "no" if answer == "b" else ""
            return feedback(NO_ANSWER if answer is ... else RIGHT, said + "!" * self.turn)

        def judge(self, answer):
            self.turn += 1
            return judged(self.parts, [Found(WRONG, "m", "other")])

    fickle = Fickle({"a": "A", "b": "B"}, "a", **ASKED, mistakes=[("m1", "b", "no")])
    with pytest.raises(AssertionError) as error:
        self_test(fickle)
    said = str(error.value)
    assert "mistake m1 is answered by" in said and "answered first by" in said
    assert "the solution shows nothing" in said and said.count("; ") == 2
    assert "does not pass" not in said and "starter" not in said
