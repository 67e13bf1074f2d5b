"""A fixed sample of the random questions; `make fuzz` asks thousands."""

import pytest
from fuzz_questions import CASES, Case, disagreement, g, random, run, slope, sp, x, y

ACCEPTED = ("proved", "proved for sizes", "checked")


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_no_answer_is_wrong(first):
    found = [run(seed) for seed in (*range(first, first + 20), 282 + first)]
    true = [status for status, slipped in found if not slipped]
    assert sum(status in ACCEPTED for status in true) >= 0.8 * len(true)


def test_the_oracle_sees_a_slip():
    body = x**2 * y + sp.exp(x)
    right = slope(body, x)
    true = Case(body, right, (), (), lambda at: 2 * at["x"] * at["y"] + sp.exp(at["x"]).evalf())
    assert disagreement(true, (), random.Random(1)) is None
    for slip in (right + 1, -right, right + x * (1 - g)):
        true.right = slip
        assert disagreement(true, (), random.Random(1)) is not None
    assert len(CASES) == 5
