"""What a function gives back, beside what it should."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib.exercises._results import agree, differing, explain_kind, shown_pair, slip_of

CLOSE = (1e-6, 1e-9)


def test_results_are_equal_but_for_rounding():
    array = np.array([1.0, 2.0])
    assert agree(array, array * (1 + 1e-9), *CLOSE) and not agree(array, array * 1.01, *CLOSE)
    assert agree((array, 3.0), (array, 3.0), *CLOSE) and not agree(
        (array, 3.0), (array, 4.0), *CLOSE
    )


def test_a_wrong_kind_or_shape_is_said():
    array = np.ones((2, 3))
    assert explain_kind(array, array) == ""
    for wrong in (np.ones((3, 2)), "a word", None):
        assert explain_kind(array, wrong)


@pytest.mark.parametrize("slip", [lambda v: -v, lambda v: 2 * v, lambda v: v / 2])
def test_a_slip_explains_every_result(slip):
    right = [np.array([1.0, -3.0]), np.array([2.0, 5.0])]
    found = slip_of(right, [slip(v) for v in right], *CLOSE)
    assert found is not None and all(isinstance(part, str) and part for part in found)
    assert slip_of(right, [right[0], slip(right[1])], *CLOSE) is None


def test_which_of_several_results_is_wrong():
    right = (np.ones(2), np.zeros(2))
    first, second = (np.zeros(2), np.zeros(2)), (np.ones(2), np.ones(2))
    assert differing(right, first, *CLOSE) != differing(right, second, *CLOSE)


def test_two_results_are_shown_so_that_they_differ():
    one, other = shown_pair(0.123456789, 0.123456780)
    assert one != other
