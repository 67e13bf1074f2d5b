"""Convolution in two dimensions and its transpose, each with its backward.

    y[n, o, i, j] = b[o] + sum_{c, k, l} w[o, c, k, l] x[n, c, s i + d k - p, s j + d l - p]

with x = 0 outside the image. (Deep learning calls this convolution; in signal processing, where
the kernel is turned around, it is correlation.) It is linear in x: y = A x. The gradient by x is
A^T dy, and the transposed convolution is A^T x. Three linear maps do all the work: `_correlate`
is A, `_scatter` is A^T, and `_weight_gradient` is what is left when A is differentiated by w.
Each is a sum over k, the rows of the kernel, of matrix products that sum over the rest.

Sources: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016);
Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
processing" (2006), for the matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import (
    Array,
    as_cache,
    as_float,
    check_bool,
    check_int,
    check_ndim,
    check_pair,
    check_shape,
)
from nnlib._speed import narrow, unbuffered, wide
from nnlib.conv._geometry import Geometry

__all__ = [
    "ConvCache",
    "col2im",
    "conv2d",
    "conv2d_backward",
    "conv2d_plain",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "im2col",
]


# Bytes of columns made at a time.
BLOCK_SIZE = 3 << 19

# Multiplications. Up to here OpenBLAS multiplies matrices as they lie, which is a fifth faster
# than first packing them.
SMALL_PRODUCT = 10**6


class ConvCache(NamedTuple):
    """What the backward passes of the convolutions need."""

    x: Array
    w: Array
    b: Array | None
    geometry: Geometry
    groups: int
    dtype: np.dtype[Any]


@unbuffered
def conv2d(
    x: Any,
    w: Any,
    b: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> tuple[Array, ConvCache]:
    """Convolution: y[n, o, i, j] = b[o] + sum w[o, c, k, l] x[n, c, s i + d k - p, s j + d l - p].

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Floating, complex or symbols; integers become float64.
    w : array of shape (O, C / groups, k_1, k_2)
    b : array of shape (O,), or None
    stride, dilation : whole numbers >= 1, or pairs (vertical, horizontal)
    padding : whole number >= 0, or a pair (vertical, horizontal)
        Zeros added on both sides. For zeros before and after that differ, a `Padding`, or
        ((top, bottom), (left, right)); "same" pads by `same_padding`, for strides above 1 too
        (PyTorch refuses those).
    groups : int
        A divisor of C and O. Output channels of group g see the input channels of group g only.

    Returns
    -------
    y : array of shape (N, O, H', W')
        With the sizes that `conv_output_shape` gives.
    cache : ConvCache

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, the window does not fit into the padded image, or ``groups``
        does not divide the channels.

    Notes
    -----
    `conv2d_plain` computes the same as the equation is written.
    """
    cache = _check_conv(x, w, b, stride, padding, dilation, groups)
    y = _correlate(wide(cache.x), wide(cache.w), cache.geometry, cache.groups, cache.b)
    return y.astype(cache.dtype, copy=False), cache


@unbuffered
def conv2d_backward(
    dy: Any, cache: ConvCache, needs_dx: bool = True
) -> tuple[Array | None, Array, Array | None]:
    """Gradients of `conv2d`: dx is the transposed convolution of dy, dw a correlation of x and dy.

        dx[n, c, s i + d k - p, s j + d l - p] += sum_o w[o, c, k, l] dy[n, o, i, j]
        dw[o, c, k, l] = sum_{n, i, j} x[n, c, s i + d k - p, s j + d l - p] dy[n, o, i, j]
        db[o] = sum_{n, i, j} dy[n, o, i, j]

    Parameters
    ----------
    dy : array of the shape of y
    cache : ConvCache
    needs_dx : bool
        Whether to compute dx; a network's first layer has no use for it.

    Returns
    -------
    dx, dw, db : arrays of the shapes of x, w and b
        dx is None where it is not needed, db where there is no b.
    """
    x, w, b, geometry, groups, dtype = as_cache(cache, ConvCache)
    dy = as_float(dy, "dy")
    check_shape(dy, "dy", (x.shape[0], w.shape[0], *geometry.output_size))
    dtype, dy = np.result_type(dtype, dy), wide(dy)

    dx = _scatter(dy, wide(w), geometry, groups) if check_bool(needs_dx, "needs_dx") else None
    dw = _weight_gradient(wide(x), dy, w, geometry, groups)
    db = np.sum(dy, axis=(0, 2, 3)) if b is not None else None
    return _cast(dtype, dx, dw, db)


@unbuffered
def conv_transpose2d(
    x: Any,
    w: Any,
    b: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> tuple[Array, ConvCache]:
    """Transposed convolution: y[n, o, s i + d k - p, s j + d l - p] += w[c, o, k, l] x[n, c, i, j].

    The sum is over c, k, l, i and j; b[o] is added to it. It is the map that `conv2d_backward`
    applies to dy, and not the inverse of a convolution.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Floating, complex or symbols; integers become float64.
    w : array of shape (C, O / groups, k_1, k_2)
    b : array of shape (O,), or None
    stride, dilation : whole numbers >= 1, or pairs (vertical, horizontal)
    padding : whole number >= 0, a pair, or ((top, bottom), (left, right))
        What the convolution that this one transposes pads; here it is cut off.
    output_padding : whole number >= 0, or a pair
        Rows and columns more at the end; less than stride or dilation.
    groups : int
        A divisor of C and O.

    Returns
    -------
    y : array of shape (N, O, H', W')
        With the sizes that `conv_transpose_output_shape` gives.
    cache : ConvCache

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, nothing would be left, or ``groups`` does not divide C.
    """
    cache = _check_transposed(x, w, b, stride, padding, output_padding, groups, dilation)
    y = _scatter(wide(cache.x), wide(cache.w), cache.geometry, cache.groups, cache.b)
    return y.astype(cache.dtype, copy=False), cache


@unbuffered
def conv_transpose2d_backward(
    dy: Any, cache: ConvCache, needs_dx: bool = True
) -> tuple[Array | None, Array, Array | None]:
    """Gradients of `conv_transpose2d`: dx is the convolution of dy with w.

    Arguments and results are those of `conv2d_backward`.
    """
    x, w, b, geometry, groups, dtype = as_cache(cache, ConvCache)
    dy = as_float(dy, "dy")
    check_shape(dy, "dy", (x.shape[0], groups * w.shape[1], *geometry.size))
    dtype, dy = np.result_type(dtype, dy), wide(dy)

    dx = _correlate(dy, wide(w), geometry, groups) if check_bool(needs_dx, "needs_dx") else None
    dw = _weight_gradient(dy, wide(x), w, geometry, groups)
    db = np.sum(dy, axis=(0, 2, 3)) if b is not None else None
    return _cast(dtype, dx, dw, db)


def conv2d_plain(
    x: Any,
    w: Any,
    b: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Array:
    """What `conv2d` computes, one output after the other: the sum of a window times the kernel.

    Arguments and errors are those of `conv2d`; it returns y alone.
    """
    x, w, b, geometry, groups, dtype = _check_conv(x, w, b, stride, padding, dilation, groups)
    (sh, sw), (dh, dw), (O, C, kh, kw) = geometry.stride, geometry.dilation, w.shape
    x = geometry.pad(x)
    y = np.empty_like(x, dtype=dtype, shape=(x.shape[0], O, *geometry.output_size))
    for n, o, i, j in np.ndindex(y.shape):
        group = o // (O // groups)
        channels = slice(group * C, (group + 1) * C)
        rows = slice(sh * i, sh * i + dh * kh, dh)
        cols = slice(sw * j, sw * j + dw * kw, dw)
        y[n, o, i, j] = np.sum(w[o] * x[n, channels, rows, cols]) + (0 if b is None else b[o])
    return y


def im2col(
    x: Any, kernel_size: Any, *, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Array:
    """All windows of the images as columns, so that a convolution is one matrix product.

    cols[n, (c k_1 + k) k_2 + l, i W' + j] = x[n, c, s i + d k - p, s j + d l - p]; with the kernels
    as rows, w.reshape(O, C k_1 k_2) @ cols is the convolution. PyTorch calls it unfold. Arguments
    and errors are those of `conv2d`.

    Returns
    -------
    array of shape (N, C k_1 k_2, H' W')
    """
    x = as_float(x, "x")
    check_ndim(x, "x", 4)
    geometry = Geometry.of(x.shape[2:], kernel_size, stride, padding, dilation)
    columns = np.stack(list(geometry.taps(geometry.pad(x))), axis=2)
    N, C, window = columns.shape[:3]
    return columns.reshape(N, C * window, math.prod(geometry.output_size))


def col2im(
    cols: Any,
    size: Any,
    kernel_size: Any,
    *,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
) -> Array:
    """The adjoint of `im2col`: each entry is added to the pixel that it would come from.

    x[n, c, s i + d k - p, s j + d l - p] += cols[n, (c k_1 + k) k_2 + l, i W' + j], which makes
    sum(im2col(x) cols) = sum(x col2im(cols)): the gradient of `im2col`. It is not its inverse, since
    pixels in several windows come back several times. PyTorch calls it fold.

    Parameters
    ----------
    cols : array of shape (N, C k_1 k_2, H' W')
    size : pair (H, W), of the images
    kernel_size, stride, padding, dilation
        As for the `im2col` that it belongs to.

    Returns
    -------
    array of shape (N, C, H, W)
    """
    cols = as_float(cols, "cols")
    check_ndim(cols, "cols", 3)
    size = check_pair(size, "size", 0)
    geometry = Geometry.of(size, kernel_size, stride, padding, dilation)
    window, pixels = math.prod(geometry.kernel_size), math.prod(geometry.output_size)
    if cols.shape[1] % window or cols.shape[2] != pixels:
        raise ValueError(
            f"cols must have shape (N, a multiple of {window}, {pixels}), got {cols.shape}"
        )
    shape = (len(cols), cols.shape[1] // window)
    taps = np.moveaxis(wide(cols).reshape(*shape, window, *geometry.output_size), 2, 0)
    x = np.zeros_like(wide(cols), order="C", shape=(*shape, *geometry.padded_size))
    for pixels_there, tap in zip(geometry.taps(x), taps, strict=True):
        pixels_there += tap
    return narrow(geometry.crop(x), cols.dtype)


def _correlate(
    x: Array, w: Array, geometry: Geometry, groups: int, b: Array | None = None
) -> Array:
    """y[n, o, i, j] = b[o] + sum_{c, k, l} w[o, c, k, l] x[n, c, s i + d k - p, s j + d l - p]."""
    y = _scratch((len(x), len(w), *geometry.output_size), x, w, b)
    kernel_rows, strips = _kernel_rows(w, groups), _strips(w, geometry, groups)
    for block in _blocks(x, geometry):
        outputs = y[block]
        outputs[...] = 0 if b is None else b[:, np.newaxis, np.newaxis]
        window_rows = geometry.window_rows(geometry.columns(x[block]))
        for kernel, pixels in zip(kernel_rows, window_rows, strict=True):
            product = np.empty_like(outputs)
            np.matmul(kernel, strips(pixels), out=strips(product))
            outputs += product
    return y


def _scatter(y: Array, w: Array, geometry: Geometry, groups: int, b: Array | None = None) -> Array:
    """x[n, c, s i + d k - p, s j + d l - p] = b[c] + sum_{o, k, l} w[o, c, k, l] y[n, o, i, j]."""
    C = groups * w.shape[1]
    x = _scratch((len(y), C, *geometry.size), y, w, b)
    kernel_rows, strips = _kernel_rows(w, groups), _strips(w, geometry, groups)
    for block in _blocks(x, geometry):
        outputs, images = strips(y[block]), x[block]
        columns = np.zeros_like(x, shape=geometry.columns_shape(len(images), C))
        for kernel, pixels in zip(kernel_rows, geometry.window_rows(columns), strict=True):
            product = np.empty_like(pixels)
            np.matmul(np.swapaxes(kernel, -2, -1), outputs, out=strips(product))
            pixels += product
        images[...] = 0 if b is None else b[:, np.newaxis, np.newaxis]
        geometry.add_columns(columns, images)
    return x


def _weight_gradient(x: Array, y: Array, w: Array, geometry: Geometry, groups: int) -> Array:
    """dw[o, c, k, l] = sum_{n, i, j} x[n, c, s i + d k - p, s j + d l - p] y[n, o, i, j]."""
    O, C, kh, kw = w.shape
    dw = _scratch((kh, groups, C * kw, O // groups), x, y)
    dw[...] = 0
    strips = _strips(w, geometry, groups)
    for block in _blocks(x, geometry):
        outputs = np.swapaxes(strips(y[block]), -2, -1).copy()
        window_rows = geometry.window_rows(geometry.columns(x[block]))
        for dw_row, pixels in zip(dw, window_rows, strict=True):
            dw_row += np.sum(strips(pixels) @ outputs, axis=(0, 2))
    return dw.reshape(kh, groups, C, kw, O // groups).transpose(1, 4, 2, 0, 3).reshape(w.shape)


def _kernel_rows(w: Array, groups: int) -> Array:
    """Row after row of the kernels, as matrices: (k_1, groups, 1, O / groups, C k_2 / groups)."""
    return np.moveaxis(w, 2, 0).reshape(w.shape[2], groups, 1, len(w) // groups, -1)


def _strips(w: Array, geometry: Geometry, groups: int) -> Callable[[Array], Array]:
    """How to cut (N, channels, H' W') into (N, groups, strips, channels / groups, pixels), a view.

    There are as many strips as make the product of each with a row of the kernels a small one, if
    such strips of 16 pixels or more divide the image evenly.
    """
    pixels = math.prod(geometry.output_size)
    multiplications = pixels * w.size // (w.shape[2] * groups)
    divisors = (m for m in range(1, pixels // 16 + 1) if pixels % m == 0)
    count = next((m for m in divisors if multiplications <= m * SMALL_PRODUCT), 1)

    def strips(a: Array) -> Array:
        shape = (len(a), groups, a.shape[1] // groups, count, pixels // count)
        return np.swapaxes(a.reshape(shape), 2, 3)

    return strips


def _scratch(shape: tuple[int, ...], *arrays: Array | None) -> Array:
    """An empty array for what comes of these: of their common dtype, of symbols if one is."""
    given = [a for a in arrays if a is not None]
    dtype = np.result_type(*given)
    like = next((a for a in given if a.dtype == dtype), given[0])
    return np.empty_like(like, dtype=dtype, order="C", shape=shape)


def _blocks(x: Array, geometry: Geometry) -> Iterator[slice]:
    """Slices of the examples, a few at a time, so that their columns stay in cache."""
    size = math.prod(geometry.columns_shape(1, x.shape[1])) * x.itemsize
    step = max(1, BLOCK_SIZE // size)
    return (slice(start, start + step) for start in range(0, len(x), step))


def _cast(dtype: np.dtype[Any], *arrays: Array | None) -> Any:
    return tuple(a if a is None else a.astype(dtype, copy=False) for a in arrays)


def _check_arrays(x: Any, w: Any, b: Any, groups: Any) -> tuple[Array, Array, Array | None, Any]:
    x, w = as_float(x, "x"), as_float(w, "w")
    check_ndim(x, "x", 4)
    check_ndim(w, "w", 4)
    check_int(groups, "groups", 1)
    if w.shape[0] % groups or 0 in w.shape:
        raise ValueError(
            f"w must have entries, and a first axis that groups={groups} divides, got {w.shape}"
        )
    if b is None:
        return x, w, None, np.result_type(x, w)
    b = as_float(b, "b")
    return x, w, b, np.result_type(x, w, b)


def _check_conv(
    x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any, groups: Any
) -> ConvCache:
    x, w, b, dtype = _check_arrays(x, w, b, groups)
    check_shape(x, "x", ("N", groups * w.shape[1], "H", "W"))
    if b is not None:
        check_shape(b, "b", (w.shape[0],))
    geometry = Geometry.of(x.shape[2:], w.shape[2:], stride, padding, dilation)
    return ConvCache(x, w, b, geometry, groups, dtype)


def _check_transposed(
    x: Any,
    w: Any,
    b: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: Any,
    dilation: Any,
) -> ConvCache:
    x, w, b, dtype = _check_arrays(x, w, b, groups)
    check_shape(x, "x", ("N", w.shape[0], "H", "W"))
    if b is not None:
        check_shape(b, "b", (groups * w.shape[1],))
    settings = (stride, padding, output_padding, dilation)
    geometry = Geometry.transposed(x.shape[2:], w.shape[2:], *settings)
    return ConvCache(x, w, b, geometry, groups, dtype)
