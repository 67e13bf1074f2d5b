"""Which pixels the windows of a convolution or a pooling meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nnlib._checks import Array, check_pair
from nnlib.conv._shapes import (
    Padding,
    conv_output_shape,
    conv_transpose_output_shape,
    paddings,
)

Pair = tuple[int, int]


@dataclass(frozen=True)
class Geometry:
    """The windows of one convolution or pooling over images of one size."""

    size: Pair
    kernel_size: Pair
    stride: Pair
    padding: tuple[Padding, ...]  # above and below, left and right
    dilation: Pair
    output_size: Pair  # how many windows there are, vertically and horizontally

    @classmethod
    def of(
        cls,
        size: Any,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        ceil_mode: bool = False,
    ) -> Geometry:
        """All windows of an image; each setting is one number or a pair, and checked."""
        kernel_size = check_pair(kernel_size, "kernel_size", 1)
        stride = check_pair(stride, "stride", 1)
        dilation = check_pair(dilation, "dilation", 1)
        padding = paddings(padding, size, kernel_size, stride, dilation)
        settings = (kernel_size, stride, padding, dilation)
        count = conv_output_shape(size, *settings, ceil_mode=ceil_mode)
        return cls(tuple(size), *settings, count)

    @classmethod
    def transposed(
        cls,
        size: Any,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        output_padding: Any,
        dilation: Any,
    ) -> Geometry:
        """The windows that a transposed convolution writes, one for each pixel of its input."""
        kernel_size = check_pair(kernel_size, "kernel_size", 1)
        stride = check_pair(stride, "stride", 1)
        extra = check_pair(output_padding, "output_padding", 0)
        dilation = check_pair(dilation, "dilation", 1)
        larger = conv_transpose_output_shape(size, kernel_size, stride, padding, extra, dilation)
        padding = paddings(padding, size, kernel_size, stride, dilation)
        return cls(larger, kernel_size, stride, padding, dilation, tuple(size))

    @cached_property
    def padded_size(self) -> Pair:
        """Height and width with the padding, as far as the last window reaches at least."""
        (H, W), (vertical, horizontal) = self.size, self.padding
        reach = [
            s * (count - 1) + d * (k - 1) + 1
            for k, s, d, count in zip(
                self.kernel_size, self.stride, self.dilation, self.output_size, strict=True
            )
        ]
        return max(H + sum(vertical), reach[0]), max(W + sum(horizontal), reach[1])

    @property
    def inside(self) -> tuple[slice, slice]:
        """Where the image lies within the padded one."""
        (H, W), ((top, _), (left, _)) = self.size, self.padding
        return slice(top, top + H), slice(left, left + W)

    @property
    def overlaps(self) -> bool:
        """Whether a pixel may lie in more than one window."""
        settings = zip(self.kernel_size, self.stride, self.dilation, strict=True)
        return any(d * (k - 1) + 1 > s for k, s, d in settings)

    def pad(self, x: Array, value: float = 0) -> Array:
        """The images (N, C, H, W) with the padding around them."""
        if self.padded_size == self.size:
            return x
        padded = np.full_like(x, value, order="C", shape=(*x.shape[:2], *self.padded_size))
        padded[:, :, *self.inside] = x
        return padded

    def crop(self, padded: Array) -> Array:
        """The images without the padding: `pad` backwards."""
        return padded[:, :, *self.inside]

    def rows(self) -> list[slice]:
        """For each row of the window, the rows of the padded image that it meets."""
        return _places(self.kernel_size[0], self.stride[0], self.dilation[0], self.output_size[0])

    def cols(self) -> list[slice]:
        """For each column of the window, the columns of the padded image that it meets."""
        return _places(self.kernel_size[1], self.stride[1], self.dilation[1], self.output_size[1])

    def taps(self, padded: Array) -> Iterator[Array]:
        """For each place in the window, row by row, the pixels there in all windows, as a view.

        Of the padded images (N, C, ...), the view for place (k, l) is (N, C, H', W'), and its entry
        (n, c, i, j) is pixel (s i + d k, s j + d l).
        """
        return (padded[:, :, rows, cols] for rows in self.rows() for cols in self.cols())

    def columns(self, x: Array) -> Array:
        """For each column of the window, the pixels of the images (N, C, H, W) that it meets.

        Half of an im2col, of the shape that `columns_shape` gives: entry (n, c, l, r, i, j) is
        pixel (s i + phase r, s j + d l) of the padded images. `window_rows` finds the other half in it.
        """
        columns = np.zeros_like(x, order="C", shape=self.columns_shape(*x.shape[:2]))
        for l in range(self.kernel_size[1]):
            for column, pixels in self._column_of(columns, x, l):
                column[...] = pixels
        return columns

    def add_columns(self, columns: Array, x: Array) -> None:
        """Add each entry of the columns to the pixel that it comes from: `columns` transposed."""
        for l in range(self.kernel_size[1]):
            # NumPy adds rows as short as those of an image slowly, and copies them fast.
            share = np.zeros_like(x)
            for column, pixels in self._column_of(columns, share, l):
                pixels[...] = column
            x += share

    def columns_shape(self, N: int, C: int) -> tuple[int, ...]:
        """The shape of `columns`, (N, C, k_2, phases, rows, W')."""
        rows = -(-self.padded_size[0] // self.stride[0])
        return N, C, self.kernel_size[1], len(self.phases), rows, self.output_size[1]

    @cached_property
    def phases(self) -> list[int]:
        """The places, modulo the vertical stride s, of the rows that some window meets.

        At most k_1 of the s: where the stride is large, most rows are never looked at.
        """
        return sorted({self.dilation[0] * k % self.stride[0] for k in range(self.kernel_size[0])})

    def window_rows(self, columns: Array) -> Iterator[Array]:
        """For each row of the window, what it meets, as a view of the columns: (N, C k_2, H' W').

        Rows of the image that are a stride apart follow each other there, so that the view is one
        run of memory for each n, c and l; an im2col would hold k_1 copies instead.
        """
        N, C, kw, phases, rows, width = columns.shape
        runs = columns.reshape(N, C * kw, phases, rows * width)
        for start in range(0, self.dilation[0] * self.kernel_size[0], self.dilation[0]):
            i, phase = divmod(start, self.stride[0])
            run = runs[:, :, self.phases.index(phase)]
            yield run[:, :, i * width : (i + self.output_size[0]) * width]

    def _column_of(self, columns: Array, x: Array, l: int) -> Iterator[tuple[Array, Array]]:
        """What column l of the window meets: views of the columns and the images, in pairs."""
        (H, W), ((top, _), (left, _)), (sh, sw) = self.size, self.padding, self.stride
        j, cols = _inside(self.dilation[1] * l - left, sw, columns.shape[5], W)
        for r, phase in enumerate(self.phases):
            i, rows = _inside(phase - top, sh, columns.shape[4], H)
            yield columns[:, :, l, r, i, j], x[:, :, rows, cols]


def _inside(first: int, step: int, count: int, size: int) -> tuple[slice, slice]:
    """Of the places first + step i, i < count, those in range(size): their i, and the places."""
    start = max(0, -(first // step))
    stop = max(start, min(count, -((first - size) // step)))
    return slice(start, stop), slice(first + step * start, first + step * stop, step)


def _places(kernel_size: int, stride: int, dilation: int, count: int) -> list[slice]:
    starts = range(0, dilation * kernel_size, dilation)
    return [slice(start, start + stride * count, stride) for start in starts]
