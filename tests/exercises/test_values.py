"""Arguments and results of functions as data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nnlib.exercises._values import from_data, outcomes, to_data


@pytest.mark.parametrize(
    "value",
    [3, 0.5, "word", True, None, [1, [2.0]], (1, "a"), float("inf"), np.arange(6.0).reshape(2, 3),
     np.array([1, 2], np.int8), np.empty((0, 2), np.float32), 1 + 2j],
    ids=str,
)  # fmt: skip
def test_a_value_comes_back_as_it_was(value):
    back = from_data(json.loads(json.dumps(to_data(value), allow_nan=False)))
    assert type(back) is type(value)
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype and back.shape == value.shape
        np.testing.assert_array_equal(back, value)
    else:
        assert back == value


def test_other_data_is_refused():
    for wrong in ({"odd": 1}, {"array": "x"}):
        with pytest.raises(ValueError):
            from_data(wrong)


def test_each_call_has_its_outcome():
    def half(v):
        return v / 2

    first, second, third = outcomes(half, [[4.0], [to_data(np.ones(2))], ["word"]])
    assert first == {"value": 2.0} and from_data(second["value"]).tolist() == [0.5, 0.5]
    assert third["raised"].startswith("TypeError")


def test_a_changed_argument_is_noticed():
    def spoil(v):
        v[0] = 9
        return 1

    (outcome,) = outcomes(spoil, [[to_data(np.ones(2))]])
    assert "changed" in outcome
