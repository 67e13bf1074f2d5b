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
        """What each window of the images (N, C, H, W) meets (im2col): (N, C, taps, H' W')."""
        (N, C), (kh, kw), (height, width) = x.shape[:2], self.kernel_size, self.output_size
        padded = self.pad(x)
        windows = np.empty_like(x, order="C", shape=(N, C, kh, kw, height, width))
        if self.stride[0] == 1:
            # First for each column of the window; then one row of it is a single run of memory.
            across = np.empty_like(x, order="C", shape=(N, C, kw, self.padded_size[0], width))
            for l, cols in enumerate(self.cols()):
                across[:, :, l] = padded[:, :, :, cols]
            for k, rows in enumerate(self.rows()):
                windows[:, :, k] = across[:, :, :, rows]
        else:
            for (k, l), tap in zip(np.ndindex(kh, kw), self.taps(padded), strict=True):
                windows[:, :, k, l] = tap
        return windows.reshape(N, C, kh * kw, height * width)

    def add_columns(self, columns: Array) -> Array:
        """Images with what each window holds added up where it lies (col2im).

        It is the transpose of `columns`, and takes its steps backwards.
        """
        (N, C), (kh, kw), (height, width) = columns.shape[:2], self.kernel_size, self.output_size
        windows = columns.reshape(N, C, kh, kw, height, width)
        padded = np.zeros_like(windows, order="C", shape=(N, C, *self.padded_size))
        if self.stride[0] == 1:
            across = np.zeros_like(windows, order="C", shape=(N, C, kw, self.padded_size[0], width))
            for k, rows in enumerate(self.rows()):
                across[:, :, :, rows] += windows[:, :, k]
            for l, cols in enumerate(self.cols()):
                padded[:, :, :, cols] += across[:, :, l]
        else:
            for (k, l), tap in zip(np.ndindex(kh, kw), self.taps(padded), strict=True):
                tap += windows[:, :, k, l]
        return self.crop(padded)


def _places(kernel_size: int, stride: int, dilation: int, count: int) -> list[slice]:
    starts = range(0, dilation * kernel_size, dilation)
    return [slice(start, start + stride * count, stride) for start in starts]
