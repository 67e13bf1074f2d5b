"""Judgements: points and statuses of parts, and of the whole."""

from __future__ import annotations

import json

import pytest

from nnlib.exercises._judgement import NO_ANSWER, RIGHT, WRONG, Found, Part, judged

PARTS = [Part("a", "First", 100), Part("b", "Second", 300)]


@pytest.mark.parametrize(
    ("found", "status", "points"),
    [
        ((RIGHT, RIGHT), RIGHT, 400),
        ((RIGHT, WRONG), WRONG, 100),
        ((WRONG, RIGHT), WRONG, 300),
        ((NO_ANSWER, NO_ANSWER), NO_ANSWER, 0),
        ((RIGHT, NO_ANSWER), WRONG, 100),
    ],
)
def test_the_whole_is_as_good_as_its_parts(found, status, points):
    judgement = judged(PARTS, [Found(one) for one in found])
    assert (judgement.status, judgement.points, judgement.of) == (status, points, 400)
    assert judgement.right is (status == RIGHT)


def test_a_part_says_its_mistake_and_all_is_data():
    judgement = judged(PARTS[:1], [Found(WRONG, "You squared it.", mistake="squared")])
    assert judgement.parts[0].mistake == "squared" and judgement.message == "You squared it."
    data = json.loads(json.dumps(judgement.to_data()))
    assert data["parts"][0]["label"] == "First" and data["of"] == 100


def test_a_finding_for_each_part_is_asked_for():
    with pytest.raises(ValueError):
        judged(PARTS, [Found(RIGHT)])
