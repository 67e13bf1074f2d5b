"""Initialization: the distributions are the ones the docstrings name, and only the seed decides."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from nnlib import init

SHAPE = (60, 25, 2, 2)  # fan_in 100, fan_out 240
VARIANCES = [
    ("lecun_normal", {}, 1 / 100),
    ("lecun_uniform", {}, 1 / 100),
    ("xavier_normal", {"gain": 2.0}, 4 * 2 / 340),
    ("xavier_uniform", {"gain": 2.0}, 4 * 2 / 340),
    ("he_normal", {}, 2 / 100),
    ("he_uniform", {}, 2 / 100),
    ("he_normal", {"a": 1.0, "mode": "fan_out"}, 1 / 240),
    ("he_uniform", {"a": 1.0, "mode": "fan_out"}, 1 / 240),
]
RANDOM = [name for name, _, _ in VARIANCES[:6]] + ["orthogonal"]


@pytest.mark.parametrize("name, settings, variance", VARIANCES)
def test_mean_variance_and_shape_of_the_distribution(
    name: str, settings: dict[str, Any], variance: float
) -> None:
    w = getattr(init, name)(SHAPE, 3, **settings)
    n = w.size
    assert w.shape == SHAPE
    assert abs(w.mean()) < 4 * math.sqrt(variance / n)
    assert abs(w.var() / variance - 1) < 0.06
    fourth = np.mean((w / math.sqrt(variance)) ** 4)  # 3 for the normal, 9/5 for the uniform
    if "uniform" in name:
        bound = math.sqrt(3 * variance)
        assert np.abs(w).max() <= bound and np.abs(w).max() > 0.99 * bound
        assert fourth == pytest.approx(9 / 5, rel=0.05)
    else:
        assert fourth == pytest.approx(3, rel=0.2)


@pytest.mark.parametrize(
    "shape", [(5, 3), (3, 5), (4, 4), (3, 2, 2, 2), (8, 1, 2, 2), (0, 3), (3, 0)]
)
def test_orthogonal_rows_or_columns(shape: tuple[int, ...]) -> None:
    w = init.orthogonal(shape, 1, gain=2.0)
    assert w.shape == shape
    matrix = w.reshape(shape[0], math.prod(shape[1:])) / 2
    small = matrix @ matrix.T if len(matrix) <= matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-12)


def test_orthogonal_matrices_are_spread_evenly() -> None:
    """Without the correction of the signs the first entry of Q would always be negative."""
    first = np.array([init.orthogonal((2, 2), seed)[0, 0] for seed in range(400)])
    assert abs(first.mean()) < 0.1
    assert abs(np.mean(first**2) - 0.5) < 0.08


@pytest.mark.parametrize("name", RANDOM)
def test_the_seed_decides_and_nothing_else(name: str) -> None:
    function = getattr(init, name)
    a, b = function((4, 3), 7), function((4, 3), np.random.default_rng(7))
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, function((4, 3), 8))
    generator = np.random.default_rng(7)
    function((4, 3), generator)
    assert not np.array_equal(a, function((4, 3), generator))
    assert a.dtype == np.float64
    for dtype in (np.float16, np.float32, np.longdouble):
        converted = function((4, 3), 7, dtype=dtype)
        assert converted.dtype == dtype
        np.testing.assert_array_equal(converted, a.astype(dtype))


@pytest.mark.parametrize("name", RANDOM)
def test_empty_weights(name: str) -> None:
    function = getattr(init, name)
    assert function((0, 0), 1).shape == (0, 0)
    assert function([2, 0, 3], 1).shape == (2, 0, 3)


def test_fans_count_the_kernel() -> None:
    assert init.fans((5, 3)) == (3, 5)
    assert init.fans([6, 2, 3, 4]) == (24, 72)


def test_signals_keep_their_size() -> None:
    """Ten ReLU layers keep E[x^2] with He's variance, and halve it at each with LeCun's."""
    rng = np.random.default_rng(0)
    he = lecun = rng.normal(size=(200, 300))
    for _ in range(10):
        he = np.maximum(he @ init.he_normal((300, 300), rng).T, 0)
        lecun = np.maximum(lecun @ init.lecun_normal((300, 300), rng).T, 0)
    assert 0.5 < np.mean(he**2) < 2
    assert np.mean(lecun**2) == pytest.approx(2**-10, rel=0.5)


@pytest.mark.parametrize("name", ["xavier_normal", "xavier_uniform", "orthogonal"])
def test_the_gain_is_one_unless_given(name: str) -> None:
    draw = getattr(init, name)
    np.testing.assert_array_equal(draw((4, 3), 0), draw((4, 3), 0, gain=1.0))
    np.testing.assert_allclose(draw((4, 3), 0, gain=2.0), 2 * draw((4, 3), 0))


BAD_CALLS = [
    (lambda: init.he_normal("ab", 0), TypeError, r"shape must be a sequence of .*, got 'ab'"),
    (lambda: init.he_normal((3,), 0), ValueError, r"shape must be \(out, in\).*got \(3,\)"),
    (lambda: init.he_normal(3, 0), TypeError, r"shape must be a sequence of whole numbers, got 3"),
    (lambda: init.he_normal((3, 2.0), 0), TypeError, r"shape\[1\] must be a whole number, got 2.0"),
    (lambda: init.he_normal((3, -2), 0), ValueError, r"shape\[1\] must be at least 0, got -2"),
    (lambda: init.he_normal((3, 2), None), TypeError, r"rng must be a numpy.random.Generator or"),
    (lambda: init.he_normal((3, 2), -1), ValueError, r"rng must be at least 0, got -1"),
    (lambda: init.he_normal((3, 2), 0, mode="fan"), ValueError, r"mode must be one of 'fan_in'"),
    (lambda: init.he_uniform((3, 2), 0, a="x"), TypeError, r"a must be a number, got 'x'"),
    (lambda: init.he_uniform((3, 2), 0, dtype=int), TypeError, r"dtype must be .* got int64"),
    (lambda: init.lecun_normal((3, 2), 0, dtype=complex), TypeError, r"dtype must be a real"),
    (lambda: init.xavier_normal((3, 2), 0, gain=-1), ValueError, r"gain must be finite and >= 0"),
    (lambda: init.xavier_uniform((3, 2), 0, gain=-1), ValueError, r"gain must be finite and >= 0"),
    (lambda: init.orthogonal((3, 2), 0, gain=-1), ValueError, r"gain must be finite and >= 0"),
    (lambda: init.orthogonal((3, 2), 0, dtype=int), TypeError, r"dtype must be a real"),
    (lambda: init.orthogonal((3,), 0), ValueError, r"shape must be \(out, in\)"),
]


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
