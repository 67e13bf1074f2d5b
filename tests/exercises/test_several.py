"""Answers of several parts: each is judged by itself, and says what is right."""

import pytest
import sympy as sp

from nnlib.exercises import (
    NO_ANSWER,
    RIGHT,
    UNREADABLE,
    WRONG,
    Formula,
    Number,
    Part,
    Several,
    self_test,
)

x = sp.Symbol("x", positive=True)


def both(**options):
    return Several(
        {
            "square": Formula(
                x**2, [x], title="The square", question="?", hints=["h"],
                mistakes=[("no-power", x, "Without its power.")],
            ),
            "count": Number(
                5, title="The count", question="?", hints=["h"], tolerance=0,
                mistakes=[("one-more", 6, "One too many of them.")],
            ),
        },
        title="Both", question="Both?", hints=["h"], **options,
    )  # fmt: skip


def test_it_passes_the_self_test():
    self_test(both())
    self_test(both(for_any_answer=50))


def test_each_part_has_its_status_points_and_mistake():
    judgement = both().judge(["x^2", 6])
    square, count = judgement.parts
    assert (judgement.status, judgement.points, judgement.of) == (WRONG, 100, 200)
    assert (square.status, square.points) == (RIGHT, 100)
    assert (count.status, count.mistake) == (WRONG, "count-one-more")
    assert both().judge(["x^2", ...]).parts[1].status == NO_ANSWER
    assert both().judge(["x^^", 5]).status == UNREADABLE
    assert both().judge({"count": 5}).points == 100


@pytest.mark.parametrize("answer", ["x^2", ["x^2"], 5, [1, 2, 3]])
def test_something_else_than_the_list_is_unreadable(answer):
    judgement = both().judge(answer)
    assert judgement.status == UNREADABLE and "A list of 2 answers" in judgement.parts[0].message


def test_any_answer_gets_what_is_given_for_it():
    kind = both(parts=[Part("square", "S", 15), Part("count", "C", 15)], for_any_answer=100)
    assert [kind.judge(a).points for a in ([..., ...], ["?", ...], ["x^2", 5])] == [0, 100, 130]


def test_it_says_what_is_asked_and_how():
    asked = both().asked()
    assert asked.startswith("Both?\n\n1. The square. Write it with `x`.\n2. The count.")
    assert both().starter() == "answer = [..., ...]"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"parts": [Part("square", "S", 1)]}, "expected one for each of"),
        ({"parts": [Part("count", "C", 1), Part("square", "S", 1)]}, "expected one for each of"),
    ],
)
def test_parts_that_do_not_fit_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        both(**options)
    with pytest.raises(ValueError, match="at least one"):
        Several({}, title="T", question="Q", hints=["h"])
