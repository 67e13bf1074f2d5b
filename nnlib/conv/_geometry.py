"""How the windows of a convolution lie in the image, laid out so that each tap is one slice.

The image is padded and split into stride phases: phase (a, b) holds the pixels whose row is a and
whose column is b modulo the stride. The pixels that one tap of the kernel meets, over all windows,
are then neighbors in a phase, and with the rows of a phase laid end to end they are one contiguous
slice. What the slice holds beyond the end of each row of windows is cut off in the end.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnlib._checks import Array, check_pair
from nnlib.conv._shapes import conv_output_shape, conv_transpose_output_shape

Pair = tuple[int, int]

# Bytes of the matrix made at a time: it should stay in the processor's cache.
BLOCK_SIZE = 1 << 20


@dataclass(frozen=True)
class Geometry:
    """The windows of one convolution over images of one size."""

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

    @functools.cached_property
    def grid(self) -> Pair:
        """Rows and columns of a phase, with one more row for what is cut off."""
        (H, W), (ph, pw), (sh, sw) = self.size, self.padding, self.stride
        return -(-(H + 2 * ph) // sh) + 1, -(-(W + 2 * pw) // sw)

    @property
    def run(self) -> int:
        """The length of a tap's slice: all rows of windows, as long as the rows of a phase."""
        return self.output_size[0] * self.grid[1]

    def taps(self) -> Iterator[tuple[int, int, slice]]:
        """For each tap of the kernel, row by row: its phase (a, b) and its slice in it."""
        (kh, kw), (sh, sw), (dh, dw) = self.kernel_size, self.stride, self.dilation
        for i in range(0, kh * dh, dh):
            for j in range(0, kw * dw, dw):
                start = (i // sh) * self.grid[1] + j // sw
                yield i % sh, j % sw, slice(start, start + self.run)

    def split(self, x: Array) -> Array:
        """Images (B, C, H, W), padded with zeros, as phases (B, stride, stride, C, cells)."""
        B, C, H, W = x.shape
        (gh, gw), (sh, sw), (ph, pw) = self.grid, self.stride, self.padding
        padded = np.zeros_like(x, order="C", shape=(B, C, gh * sh, gw * sw))
        padded[:, :, ph : ph + H, pw : pw + W] = x
        phases = padded.reshape(B, C, gh, sh, gw, sw).transpose(0, 3, 5, 1, 2, 4)
        return phases.reshape(B, sh, sw, C, gh * gw)

    def merge(self, phases: Array) -> Array:
        """The images of phases: `split` backwards, the padding cut off."""
        B, sh, sw, C, _ = phases.shape
        (gh, gw), (H, W), (ph, pw) = self.grid, self.size, self.padding
        padded = np.empty_like(phases, shape=(B, C, gh * sh, gw * sw))
        for a, b in np.ndindex(sh, sw):
            padded[:, :, a::sh, b::sw] = phases[:, a, b].reshape(B, C, gh, gw)
        return padded[:, :, ph : ph + H, pw : pw + W]

    def widen(self, y: Array, groups: int) -> Array:
        """Outputs (B, C, H', W'), rows filled up with zeros, as (B, groups, C / groups, run)."""
        B, C, height, width = y.shape
        wide = np.zeros_like(y, order="C", shape=(B, C, height, self.grid[1]))
        wide[..., :width] = y
        return wide.reshape(B, groups, C // groups, self.run)

    def narrow(self, y: Array) -> Array:
        """Outputs (B, C, run) as (B, C, H', W'), what was filled up cut off."""
        height, width = self.output_size
        return y.reshape(*y.shape[:2], height, self.grid[1])[..., :width]

    def blocks(self, N: int, C: int, itemsize: int) -> Iterator[slice]:
        """Slices of the N examples, a few at a time, so that their columns stay in cache."""
        example = math.prod(self.kernel_size) * C * self.run * itemsize
        step = max(1, BLOCK_SIZE // max(example, 1))
        return (slice(start, start + step) for start in range(0, N, step))


def scratch(*arrays: Array, shape: tuple[int, ...]) -> Array:
    """An empty array for results from the arrays: of their common dtype, of symbols if one is."""
    dtype = np.result_type(*arrays)
    like = next(a for a in arrays if a.dtype == dtype or a is arrays[-1])
    return np.empty_like(like, dtype=dtype, order="C", shape=shape)


def columns(phases: Array, geometry: Geometry, groups: int) -> Array:
    """What each window meets (im2col): (B, groups, taps * C / groups, run)."""
    B, _, _, C, _ = phases.shape
    taps = math.prod(geometry.kernel_size)
    shape = (B, groups, taps, C // groups, geometry.run)
    cols = np.empty_like(phases, order="C", shape=shape)
    for tap, (a, b, cells) in enumerate(geometry.taps()):
        cols[:, :, tap] = phases[:, a, b, :, cells].reshape(B, groups, C // groups, -1)
    return cols.reshape(B, groups, taps * (C // groups), geometry.run)


def add_columns(cols: Array, geometry: Geometry, C: int) -> Array:
    """Phases with what each window meets added up where it lies (col2im): `columns` transposed."""
    B, groups, _, run = cols.shape
    (gh, gw), (sh, sw) = geometry.grid, geometry.stride
    phases = np.zeros_like(cols, order="C", shape=(B, sh, sw, C, gh * gw))
    cols = cols.reshape(B, groups, -1, C // groups, run)
    for tap, (a, b, cells) in enumerate(geometry.taps()):
        phases[:, a, b, :, cells] += cols[:, :, tap].reshape(B, C, run)
    return phases


def flatten(w: Array, groups: int) -> Array:
    """Weights (O, C / groups, kh, kw) as matrices (groups, O / groups, taps * C / groups)."""
    O, C, kh, kw = w.shape
    return w.transpose(0, 2, 3, 1).reshape(groups, O // groups, kh * kw * C)


def unflatten(w: Array, shape: tuple[int, ...]) -> Array:
    """Matrices back to weights of that shape: `flatten` backwards."""
    O, C, kh, kw = shape
    return w.reshape(O, kh, kw, C).transpose(0, 3, 1, 2)
