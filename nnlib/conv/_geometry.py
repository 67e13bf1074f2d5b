"""Which pixels the windows of a convolution or a pooling meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib._checks import Array, check_pair
from nnlib.conv._shapes import conv_output_shape, conv_transpose_output_shape

Pair = tuple[int, int]


@dataclass(frozen=True)
class Geometry:
    """The windows of one convolution or pooling over images of one size."""

    size: Pair
    kernel_size: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    output_size: Pair  # how many windows there are, vertically and horizontally

    @classmethod
    def of(cls, size: Any, kernel_size: Any, stride: Any, padding: Any, dilation: Any) -> Geometry:
        """All windows of an image; each setting is one number or a pair, and checked."""
        settings = (
            check_pair(kernel_size, "kernel_size", 1),
            check_pair(stride, "stride", 1),
            check_pair(padding, "padding", 0),
            check_pair(dilation, "dilation", 1),
        )
        return cls(tuple(size), *settings, conv_output_shape(size, *settings))

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
        settings = (
            check_pair(kernel_size, "kernel_size", 1),
            check_pair(stride, "stride", 1),
            check_pair(padding, "padding", 0),
        )
        extra = check_pair(output_padding, "output_padding", 0)
        dilation = check_pair(dilation, "dilation", 1)
        larger = conv_transpose_output_shape(size, *settings, extra, dilation)
        return cls(larger, *settings, dilation, tuple(size))

    @property
    def padded_size(self) -> Pair:
        """Height and width with the padding."""
        (H, W), (ph, pw) = self.size, self.padding
        return H + 2 * ph, W + 2 * pw

    @property
    def overlaps(self) -> bool:
        """Whether a pixel may lie in more than one window."""
        settings = zip(self.kernel_size, self.stride, self.dilation, strict=True)
        return any(d * (k - 1) + 1 > s for k, s, d in settings)

    def pad(self, x: Array, value: float = 0) -> Array:
        """The images (N, C, H, W) with the padding around them."""
        (ph, pw), (H, W) = self.padding, self.size
        if ph == pw == 0:
            return x
        padded = np.full_like(x, value, order="C", shape=(*x.shape[:2], *self.padded_size))
        padded[:, :, ph : ph + H, pw : pw + W] = x
        return padded

    def crop(self, padded: Array) -> Array:
        """The images without the padding: `pad` backwards."""
        (ph, pw), (H, W) = self.padding, self.size
        return padded[:, :, ph : ph + H, pw : pw + W]

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
        pixel (s i + r, s j + d l) of the padded images. `window_rows` finds the other half in it.
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
        """The shape of `columns`, (N, C, k_2, s, rows, W'), where s is the vertical stride."""
        rows = -(-self.padded_size[0] // self.stride[0])
        return N, C, self.kernel_size[1], self.stride[0], rows, self.output_size[1]

    def window_rows(self, columns: Array) -> Iterator[Array]:
        """For each row of the window, what it meets, as a view of the columns: (N, C k_2, H' W').

        Rows of the image that are a stride apart follow each other there, so that the view is one
        run of memory for each n, c and l; an im2col would hold k_1 copies instead.
        """
        N, C, kw, s, rows, width = columns.shape
        runs = columns.reshape(N, C * kw, s, rows * width)
        for start in range(0, self.dilation[0] * self.kernel_size[0], self.dilation[0]):
            first = start // s * width
            yield runs[:, :, start % s, first : first + self.output_size[0] * width]

    def _column_of(self, columns: Array, x: Array, l: int) -> Iterator[tuple[Array, Array]]:
        """What column l of the window meets: views of the columns and the images, in pairs."""
        (H, W), (ph, pw), (sh, sw) = self.size, self.padding, self.stride
        j, cols = _inside(self.dilation[1] * l - pw, sw, columns.shape[5], W)
        for r in range(sh):
            i, rows = _inside(r - ph, sh, columns.shape[4], H)
            yield columns[:, :, l, r, i, j], x[:, :, rows, cols]


def _inside(first: int, step: int, count: int, size: int) -> tuple[slice, slice]:
    """Of the places first + step i, i < count, those in range(size): their i, and the places."""
    start = max(0, -(first // step))
    stop = max(start, min(count, -((first - size) // step)))
    return slice(start, stop), slice(first + step * start, first + step * stop, step)


def _places(kernel_size: int, stride: int, dilation: int, count: int) -> list[slice]:
    starts = range(0, dilation * kernel_size, dilation)
    return [slice(start, start + stride * count, stride) for start in starts]
