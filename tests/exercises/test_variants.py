"""The same question with other numbers."""

from __future__ import annotations

import pytest

from nnlib.exercises import Number
from nnlib.exercises._variants import Draw, varied
from tests.exercises.made import named


def test_a_seed_draws_the_same_everywhere():
    assert [Draw("seed", 3).below(1000) for _ in range(3)] == [Draw("seed", 3).below(1000)] * 3
    draws = {Draw("seed", n).below(1000) for n in range(50)}
    assert len(draws) > 30 and all(0 <= n < 1000 for n in draws)
    draw = Draw(1)
    assert draw.pick("abc") in "abc" and sorted(draw.shuffled(range(9))) == list(range(9))


@varied(n=[2, 3, 5, 7], sign=[1, -1])
def twice(n, sign):
    return Number(
        2 * n * sign, title="Twice", question=f"Twice {n * sign}?", hints=["Add it to itself."],
        mistakes=named((n * sign, "Only once.")),
    )  # fmt: skip


def test_the_book_has_the_first_of_each_list():
    assert twice.check(4).right and not twice.check(6).right


@pytest.mark.parametrize("seed", range(6))
def test_a_variant_answers_for_its_own_numbers(seed):
    made = twice.variant(seed)
    right = [v for n in (2, 3, 5, 7) for v in (2 * n, -2 * n) if made.check(v).right]
    assert len(right) == 1
    again = twice.variant(seed)
    assert again.check(right[0]).right
