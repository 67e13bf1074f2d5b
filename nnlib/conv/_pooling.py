"""Max and average pooling in two dimensions, each with its backward.

Both slide a window over each channel by itself and keep one number of it. Sources: LeCun et al.,
"Gradient-based learning applied to document recognition" (1998); Scherer, Müller and Behnke,
"Evaluation of pooling operations in convolutional architectures for object recognition" (2010).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import Array, as_cache, as_float, check_bool, check_ndim, check_shape
from nnlib._speed import finite, masked, narrow, unbuffered, wide
from nnlib.conv._geometry import Geometry

__all__ = [
    "AvgPoolCache",
    "MaxPoolCache",
    "avg_pool2d",
    "avg_pool2d_backward",
    "max_pool2d",
    "max_pool2d_backward",
]


class MaxPoolCache(NamedTuple):
    """What `max_pool2d_backward` needs."""

    x: Array  # padded
    y: Array
    geometry: Geometry


class AvgPoolCache(NamedTuple):
    """What `avg_pool2d_backward` needs."""

    count: Any  # what each window's sum is divided by
    shape: tuple[int, ...]  # of y
    geometry: Geometry


@unbuffered
def max_pool2d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    *,
    ceil_mode: bool = False,
) -> tuple[Array, MaxPoolCache]:
    """Max pooling: y[n, c, i, j] = max_{k, l} x[n, c, s i + d k - p, s j + d l - p].

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Floating, complex or symbols; integers become float64.
    kernel_size : whole number >= 1, or a pair (vertical, horizontal)
    stride : whole number >= 1, or a pair
        None stands for ``kernel_size``: the windows lie side by side.
    padding : whole number >= 0, or any other form that `conv2d` takes
        At most half of what the window covers. Padding never is the largest.
    dilation : whole number >= 1, or a pair
    ceil_mode : bool
        Whether a last window may reach beyond the end: see `conv_output_shape`.

    Returns
    -------
    y : array of shape (N, C, H', W')
        With the sizes that `conv_output_shape` gives.
    cache : MaxPoolCache

    Raises
    ------
    TypeError, ValueError
        If ``x`` does not have four axes, or the window does not fit.
    """
    x = as_float(x, "x")
    geometry = _check_pool(x, kernel_size, stride, padding, dilation, ceil_mode)
    x = geometry.pad(x, -np.inf)
    first, *others = geometry.taps(x)
    y = first.copy()
    for tap in others:
        np.maximum(y, tap, out=y)
    return y, MaxPoolCache(x, np.copy(y, subok=True), geometry)


@unbuffered
def max_pool2d_backward(dy: Any, cache: MaxPoolCache) -> Array:
    """Gradient of `max_pool2d`: dx gets dy at the largest entry of each window.

    Of equal entries the first takes it, row by row, as in PyTorch.

    Parameters
    ----------
    dy : array of the shape of y
    cache : MaxPoolCache

    Returns
    -------
    dx : array of the shape of x
    """
    x, y, geometry = as_cache(cache, MaxPoolCache)
    dy = as_float(dy, "dy")
    check_shape(dy, "dy", y.shape)
    dtype, dy = dy.dtype, wide(dy)
    dx = np.zeros_like(dy, order="C", shape=x.shape)
    taken, known = np.zeros(y.shape, dtype=bool), finite(dy)
    for x_tap, dx_tap in zip(geometry.taps(x), geometry.taps(dx), strict=True):
        # Below a largest that is nan nothing is; so its window too sends dy somewhere.
        first = np.logical_not(np.logical_or(x_tap < y, taken))
        if geometry.overlaps:
            dx_tap += masked(dy, first, known=known)
        else:
            masked(dy, first, dx_tap, known=known)
        taken = np.logical_or(taken, first)
    return narrow(geometry.crop(dx), dtype)


@unbuffered
def avg_pool2d(
    x: Any,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    *,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> tuple[Array, AvgPoolCache]:
    """Average pooling: y[n, c, i, j] = sum_{k, l} x[n, c, s i + k - p, s j + l - p] / (k_1 k_2).

    Parameters
    ----------
    x, kernel_size, stride, padding, ceil_mode
        As in `max_pool2d`. Padding counts as zeros.
    count_include_pad : bool
        Whether to divide by the size of the window, k_1 k_2, or by how much of it lies inside
        the image. What lies beyond the padding, as with ``ceil_mode``, never counts.

    Returns
    -------
    y : array of shape (N, C, H', W')
        With the sizes that `conv_output_shape` gives.
    cache : AvgPoolCache

    Raises
    ------
    TypeError, ValueError
        If ``x`` does not have four axes, or the window does not fit.
    """
    x = as_float(x, "x")
    geometry = _check_pool(x, kernel_size, stride, padding, 1, ceil_mode)
    include = check_bool(count_include_pad, "count_include_pad")
    count = sum(geometry.taps(_counted(wide(x), geometry, include)))
    total: Any = sum(geometry.taps(geometry.pad(wide(x))))
    y = total / count
    return narrow(y, x.dtype), AvgPoolCache(count, y.shape, geometry)


def _counted(x: Array, geometry: Geometry, include_padding: bool) -> Array:
    """1 at each pixel of the padded image that a window's size counts, else 0."""
    counted = np.zeros_like(x, shape=(1, 1, *geometry.padded_size))
    padded = [n + sum(p) for n, p in zip(geometry.size, geometry.padding, strict=True)]
    where = (slice(padded[0]), slice(padded[1])) if include_padding else geometry.inside
    counted[:, :, *where] = 1
    return counted


@unbuffered
def avg_pool2d_backward(dy: Any, cache: AvgPoolCache) -> Array:
    """Gradient of `avg_pool2d`: dx gets an equal share of dy at each entry of a window.

    Parameters
    ----------
    dy : array of the shape of y
    cache : AvgPoolCache

    Returns
    -------
    dx : array of the shape of x
    """
    count, shape, geometry = as_cache(cache, AvgPoolCache)
    dy = as_float(dy, "dy")
    check_shape(dy, "dy", shape)
    share = wide(dy) / count
    dx = np.zeros_like(share, order="C", shape=(*shape[:2], *geometry.padded_size))
    for tap in geometry.taps(dx):
        tap += share
    return narrow(geometry.crop(dx), dy.dtype)


def _check_pool(
    x: Array, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: Any
) -> Geometry:
    check_ndim(x, "x", 4)
    stride = kernel_size if stride is None else stride
    geometry = Geometry.of(x.shape[2:], kernel_size, stride, padding, dilation, ceil_mode)
    for k, p, d in zip(geometry.kernel_size, geometry.padding, geometry.dilation, strict=True):
        covered = d * (k - 1) + 1
        if 2 * max(p) > covered:
            raise ValueError(
                f"padding must be at most half of the window of {covered}, got {max(p)}"
            )
    return geometry
