"""What makes rules fast changes nothing in their results."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from nnlib._speed import BUFFER_SIZE, finite, masked, narrow, sum_along, unbuffered, wide
from nnlib.symbolic import symarray


def test_the_small_buffer_ends_with_the_rule() -> None:
    before, sizes = np.getbufsize(), []

    @unbuffered
    def rule(x: Any, fail: bool = False) -> Any:
        sizes.append(np.getbufsize())
        if fail:
            raise ValueError
        return x

    large, small = np.ones(BUFFER_SIZE + 1), np.ones(BUFFER_SIZE)
    assert rule(large) is large and rule(small) is small
    with pytest.raises(ValueError):
        rule(large, fail=True)
    assert sizes == [BUFFER_SIZE, before, BUFFER_SIZE] and np.getbufsize() == before


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_sum_along_an_axis_is_the_sum(axis: int) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4, 5))
    for array in (x, np.asfortranarray(x), x.astype(np.longdouble), x[::-1, ::2]):
        got = sum_along(array, axis)
        assert got.dtype == array.dtype
        np.testing.assert_allclose(got, array.sum(axis=axis, keepdims=True), rtol=1e-13, atol=1e-14)
    symbols = symarray("x", (2, 2, 2))
    assert np.all(sum_along(symbols, axis) == np.sum(symbols, axis=axis, keepdims=True))


def test_finite_says_whether_a_product_with_a_mask_is_safe() -> None:
    ones = np.ones((2, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for odd in (np.inf, -np.inf, np.nan):
            assert not finite(ones * [1, odd, 1])
        assert not finite(np.array([np.inf, -np.inf])) and not finite(np.full(2, 1e308) * 1.5)
    assert (
        finite(ones) and finite(ones[:, ::2]) and finite(ones[:0]) and finite(symarray("x", (2,)))
    )


@pytest.mark.parametrize("known", [None, False])
def test_a_mask_stops_infinities_too(known: bool | None) -> None:
    mask = np.array([True, False, True])
    x = np.array([np.inf, np.inf, -2.0])
    out = np.full(3, 7.0)
    assert masked(x, mask, out, known=known) is out
    for result in (out, masked(x, mask, known=known)):
        np.testing.assert_array_equal(result, [np.inf, 0, -2])
    np.testing.assert_array_equal(masked(np.arange(3.0), mask), [0, 0, 2])


def test_only_float16_is_summed_in_more_digits() -> None:
    for dtype in (np.float32, np.float64, np.longdouble, object):
        x = np.ones(3, dtype)
        assert wide(x) is x and narrow(x, np.dtype(dtype)) is x
    half = np.full(5000, 1, np.float16)
    assert wide(half).dtype == np.float32 and wide(half).sum() == 5000
    assert narrow(wide(half), half.dtype).dtype == np.float16
