"""Schedules: against PyTorch, against their equations, and at the edges."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

from nnlib import schedules
from nnlib.schedules import (
    cosine_decay,
    cosine_restarts,
    cyclical,
    exponential_decay,
    inverse_sqrt_decay,
    inverse_time_decay,
    step_decay,
    warm_up,
)
from nnlib.symbolic import equal

GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden", "schedules.json").read_text())


@pytest.mark.parametrize("case", GOLDEN["cases"])
def test_rates_are_those_of_pytorch(case: dict[str, Any]) -> None:
    function = getattr(schedules, case["name"])
    first = (0.1, 0.4) if case["name"] == "cyclical" else (0.4,)
    got = [function(t, *first, **case["settings"]) for t in range(len(case["rates"]))]
    np.testing.assert_allclose(got, case["rates"], rtol=1e-12)
    assert all(type(rate) is float for rate in got)


def test_rates_are_their_equations_on_symbols() -> None:
    lr, g, decay = sp.symbols("lr gamma delta", positive=True)
    for t in (0, 1, 2, 7):
        wanted = [
            (step_decay(t, lr, step_size=3, gamma=g), lr * g ** (t // 3)),
            (exponential_decay(t, lr, gamma=g), lr * g**t),
            (inverse_time_decay(t, lr, decay=decay), lr / (1 + decay * t)),
        ]
        for got, want in wanted:
            assert equal(got, want).status == "proved"


def test_rates_of_the_steps_are_numbers_of_the_text() -> None:
    assert [inverse_time_decay(t, 1, decay=1) for t in range(3)] == [1, 1 / 2, 1 / 3]
    assert [inverse_sqrt_decay(t, 1) for t in range(3)] == [1, 1 / math.sqrt(2), 1 / math.sqrt(3)]
    assert warm_up(4, cosine_decay(4, 0.1, T_max=8), total_iters=8, start_factor=0.5) == (
        pytest.approx(0.75 * 0.05)
    )


def test_rates_are_python_floats() -> None:
    lr = np.float64(0.1)
    for rate in (
        step_decay(0, 1, step_size=1),
        step_decay(np.int64(3), lr, step_size=np.int64(2), gamma=np.float64(0.5)),
        exponential_decay(3, lr, gamma=np.float64(0.5)),
        inverse_time_decay(3, lr, decay=np.float32(0.5)),
        inverse_sqrt_decay(3, lr),
        warm_up(1, lr),
        cosine_decay(3, lr, T_max=5),
        cosine_restarts(3, lr, T_0=2),
        cyclical(3, lr, np.float64(1)),
    ):
        assert type(rate) is float
    assert type(exponential_decay(0, 1, gamma=1)) is float


def test_restarts_are_exact_far_out() -> None:
    assert cosine_restarts(10**6, 0.1, T_0=10) == 0.1
    assert cosine_restarts(5 * (2**20 - 1), 0.1, T_0=5, T_mult=2) == 0.1


def test_a_cycle_touches_both_ends() -> None:
    rates = [cyclical(t, 0.1, 1, step_size_up=4, step_size_down=2) for t in range(13)]
    assert rates[0] == rates[6] == rates[12] == 0.1 and rates[4] == rates[10] == 1.0
    assert cyclical(2000, 0.1, 1) == 1.0 and cyclical(4000, 0.1, 1) == 0.1


BAD_CALLS = [
    (lambda: step_decay(-1, 1, step_size=1), ValueError, r"t must be at least 0, got -1"),
    (lambda: step_decay(0.5, 1, step_size=1), TypeError, r"t must be a whole number, got 0.5"),
    (lambda: step_decay(0, -1, step_size=1), ValueError, r"lr must be finite and >= 0, got -1"),
    (lambda: step_decay(0, 1, step_size=0), ValueError, r"step_size must be at least 1, got 0"),
    (lambda: step_decay(0, 1, step_size=1, gamma=0), ValueError, r"gamma must be .* > 0"),
    (lambda: exponential_decay(0, 1, gamma=-1), ValueError, r"gamma must be finite and > 0"),
    (lambda: inverse_time_decay(0, 1, decay=-1), ValueError, r"decay must be finite and >= 0"),
    (lambda: inverse_sqrt_decay(0, math.nan), ValueError, r"lr must be finite"),
    (lambda: warm_up(0, 1, start_factor=0), ValueError, r"start_factor must be in \(0, 1\]"),
    (lambda: warm_up(0, 1, total_iters=0), ValueError, r"total_iters must be at least 1"),
    (lambda: cosine_decay(0, 1, T_max=0), ValueError, r"T_max must be at least 1"),
    (lambda: cosine_decay(0, 1, T_max=1, eta_min=-1), ValueError, r"eta_min must be"),
    (lambda: cosine_restarts(0, 1, T_0=0), ValueError, r"T_0 must be at least 1"),
    (lambda: cosine_restarts(0, 1, T_0=1, T_mult=0), ValueError, r"T_mult must be at least 1"),
    (lambda: cyclical(0, -1, 1), ValueError, r"base_lr must be finite and >= 0"),
    (lambda: cyclical(0, 1, -1), ValueError, r"max_lr must be finite and >= 0"),
    (lambda: cyclical(0, 0, 1, step_size_up=0), ValueError, r"step_size_up must be at least 1"),
    (lambda: cyclical(0, 0, 1, step_size_down=0), ValueError, r"step_size_down must be"),
    (lambda: cyclical(0, 0, 1, mode="saw"), ValueError, r"mode must be one of 'triangular'"),
    (lambda: cyclical(0, 0, 1, gamma=0), ValueError, r"gamma must be finite and > 0"),
]


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
