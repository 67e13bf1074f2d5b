"""Functions run apart from what judges them: what goes in, what comes out, and what is made of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nnlib.exercises import Function, Part, outcomes
from nnlib.exercises._values import from_data, to_data
from tests.exercises.made import ASKED


def both(v, gamma):
    return gamma * v, float(np.sum(v))


def halves(v, gamma):
    return gamma * v / 2, float(np.sum(v))


TWO = Function(
    both,
    lambda rng: (rng.normal(size=3), rng.uniform(0.1, 0.9)),
    parts=[Part("scaled", "The scaled values", 75), Part("sum", "The sum", 25)],
    **ASKED,
    mistakes=[("halved", halves, "Twice that.")],
)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, 2.5, "text", float("inf"), 1 + 2j, (1, (2.0, "a")), [1, [2]],
        np.array([[1.0, np.nan], [np.inf, 2]]), np.arange(3), np.zeros((0, 2)), np.array(3.0),
        np.array([True, False]), np.float32(0.5), np.tanh,
    ],
)  # fmt: skip
def test_values_come_back_as_they_were(value):
    data = json.loads(json.dumps(to_data(value), allow_nan=False))
    back = from_data(data)
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype and np.array_equal(
            back, value, equal_nan=value.dtype.kind == "f"
        )
    else:
        assert back == value


@pytest.mark.parametrize("value", [object(), {1: 2}, np.array([object()]), lambda: 0, b"bytes"])
def test_what_is_no_data_is_not_sent(value):
    with pytest.raises(TypeError, match="is not sent as data"):
        to_data(value)


def nested(depth):
    return [nested(depth - 1)] if depth else []


HOSTILE = [
    {"tuple": 3},
    {"float": "1e9"},
    {"function": "load"},
    {"function": "__import__"},
    {"function": "add.reduce"},
    {"array": [1, 2], "dtype": "object", "shape": [2]},
    {"array": [1, 2], "dtype": "float64", "shape": [3]},
    {"array": ["x"], "dtype": "float64", "shape": [1]},
    {"array": [1], "dtype": "float64", "shape": [-1]},
    {"array": [1], "dtype": "float64"},
    {"pickle": "gASVAAAA"},
    nested(40),
    [0] * 1_000_001,
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_values_of_untrusted_code_are_data_and_are_compared(data):
    with pytest.raises(ValueError):
        from_data(data)
    count = len(TWO.inputs(7))
    judgement = TWO.judge_values(7, [{"value": data}] * count)
    assert not judgement.right and judgement.points == 0
    assert TWO.judge_values(7, outcomes(both, TWO.inputs(7))).points == 100
    assert not TWO.judge_values(7, outcomes(both, TWO.inputs(7))[:-1]).right
    for odd in (None, [], "x", [{}] * count, [None] * count, [{"raised": 3}] * count):
        assert TWO.judge_values(7, odd).status in ("undecided", "wrong")


def test_values_are_those_of_the_seed():
    assert TWO.inputs(7) == TWO.inputs(7) != TWO.inputs(8)
    assert TWO.judge_values(7, outcomes(both, TWO.inputs(7))).right
    assert not TWO.judge_values(8, outcomes(both, TWO.inputs(7))).right


def test_each_of_several_results_is_judged_by_itself():
    judgement = TWO.judge(halves)
    assert [part.status for part in judgement.parts] == ["wrong", "right"]
    assert (judgement.points, judgement.parts[0].mistake) == (25, "halved")
    odd = TWO.judge(lambda v, gamma: (None, v.sum()))
    assert [part.status for part in odd.parts] == ["wrong", "right"]
    assert "is the `return` missing" in odd.parts[0].message
    short = TWO.check(lambda v, gamma: (v,))
    assert str(short) == "Not yet. The function should give back 2 results."


def test_what_a_function_does_is_told_without_the_right_answer():
    inputs = TWO.inputs(1)[:1]

    def changing(v, gamma):
        v += 1

    def endless(v, gamma):
        while True:
            pass

    assert outcomes(lambda v, gamma: 1 / 0, inputs) == [
        {"raised": "ZeroDivisionError: division by zero"}
    ]
    assert outcomes(changing, inputs) == [{"changed": 0}]
    assert outcomes(endless, inputs, 0.1) == [{"time": 0.1}]
    assert outcomes(lambda v, gamma: object(), inputs) == [{"strange": "object"}]
    assert outcomes(lambda v, gamma: gamma, inputs) == [{"value": inputs[0][1]}]
