"""The arithmetic of convolutions: output sizes, padding, receptive fields, parameters.

Sizes are whole numbers, one for each dimension of the image, or symbols, for which nothing is
checked. A number stands for the same number in every dimension. Source: Dumoulin and Visin, "A
guide to convolution arithmetic for deep learning" (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnlib._checks import check_bool, check_int, is_symbolic

__all__ = [
    "conv_output_shape",
    "conv_transpose_output_shape",
    "parameter_count",
    "receptive_field",
    "same_padding",
]


def conv_output_shape(
    size: Any, kernel_size: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1
) -> Any:
    """Output size of a convolution or a pooling: floor((W + 2p - d(k - 1) - 1) / s) + 1.

    That is how many places a window of d(k - 1) + 1 pixels has in W + 2p, in steps of s. The
    last (W + 2p - d(k - 1) - 1) mod s pixels are not looked at.

    Parameters
    ----------
    size : whole number W >= 0, or one for each dimension
    kernel_size, stride, dilation : whole numbers >= 1, or one for each dimension
    padding : whole number >= 0, or one for each dimension
        Added on both sides.

    Returns
    -------
    int, or a tuple of int where an argument is a tuple

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or too small, the lengths differ, or the window does not fit into
        the padded image.
    """

    def one(W: Any, k: Any, s: Any, p: Any, d: Any) -> Any:
        room = W + 2 * p - d * (k - 1) - 1
        if not is_symbolic(room) and room < 0:
            raise ValueError(
                f"kernel_size must fit into the padded image: kernel_size={k} with dilation={d} "
                f"covers {d * (k - 1) + 1} pixels, size={W} with padding={p} has {W + 2 * p}"
            )
        return room // s + 1

    return _each_dimension(
        one,
        ("size", size, 0),
        ("kernel_size", kernel_size, 1),
        ("stride", stride, 1),
        ("padding", padding, 0),
        ("dilation", dilation, 1),
    )


def conv_transpose_output_shape(
    size: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    dilation: Any = 1,
) -> Any:
    """Output size of a transposed convolution: (n - 1)s - 2p + d(k - 1) + output_padding + 1.

    It undoes `conv_output_shape`: a convolution with the same settings takes that size to n, for
    every ``output_padding`` below the stride.

    Parameters
    ----------
    size, kernel_size, stride, dilation : whole numbers >= 1, or one for each dimension
    padding : whole number >= 0, or one for each dimension
    output_padding : whole number >= 0, less than the stride or the dilation

    Returns
    -------
    int, or a tuple of int where an argument is a tuple

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or out of range, the lengths differ, or nothing would be left.
    """

    def one(n: Any, k: Any, s: Any, p: Any, extra: Any, d: Any) -> Any:
        result = (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
        if not is_symbolic(result) and extra >= max(s, d):
            raise ValueError(
                f"output_padding must be less than stride={s} or dilation={d}, got {extra}"
            )
        if not is_symbolic(result) and result < 1:
            raise ValueError(f"padding must leave something, got {p}, which leaves size {result}")
        return result

    return _each_dimension(
        one,
        ("size", size, 1),
        ("kernel_size", kernel_size, 1),
        ("stride", stride, 1),
        ("padding", padding, 0),
        ("output_padding", output_padding, 0),
        ("dilation", dilation, 1),
    )


def same_padding(size: Any, kernel_size: Any, stride: Any = 1, dilation: Any = 1) -> Any:
    """Padding (before, after) with which the output size is ceil(W / s).

    In total max((ceil(W / s) - 1) s + d(k - 1) + 1 - W, 0); where that is odd, the larger half
    comes after. With stride 1 it is d(k - 1), and the output is as large as the image.

    Parameters
    ----------
    size, kernel_size, stride, dilation : whole numbers >= 1, or one for each dimension

    Returns
    -------
    pair of int, or a tuple of pairs where an argument is a tuple
    """

    def one(W: Any, k: Any, s: Any, d: Any) -> tuple[Any, Any]:
        total = max((-(-W // s) - 1) * s + d * (k - 1) + 1 - W, 0)
        return total // 2, total - total // 2

    return _each_dimension(
        one,
        ("size", size, 1),
        ("kernel_size", kernel_size, 1),
        ("stride", stride, 1),
        ("dilation", dilation, 1),
    )


def receptive_field(
    kernel_sizes: Sequence[Any],
    strides: Sequence[Any] | int = 1,
    dilations: Sequence[Any] | int = 1,
) -> Any:
    """How many pixels in a row one output of a stack of layers sees: 1 + sum_l d_l (k_l - 1) j_l.

    j_l = s_1 ... s_{l-1} is the distance, in pixels of the image, of neighbors in the input of
    layer l.

    Parameters
    ----------
    kernel_sizes : sequence of whole numbers >= 1
        One for each layer, the first layer first. Poolings count as layers.
    strides, dilations : sequences of whole numbers >= 1 of the same length, or one number

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or too small, or the lengths differ.
    """
    kernel_sizes = tuple(kernel_sizes)
    layers = [
        _spread("kernel_sizes", kernel_sizes, 1, len(kernel_sizes)),
        _spread("strides", strides, 1, len(kernel_sizes)),
        _spread("dilations", dilations, 1, len(kernel_sizes)),
    ]
    field = jump = 1
    for k, s, d in zip(*layers, strict=True):
        field += d * (k - 1) * jump
        jump *= s
    return field


def parameter_count(
    in_channels: Any, out_channels: Any, kernel_size: Any, groups: Any = 1, bias: bool = True
) -> Any:
    """Parameters of a two-dimensional convolution: C_out (C_in k_1 k_2 / groups + 1).

    Without a bias the + 1 is missing.

    Parameters
    ----------
    in_channels, out_channels : whole numbers >= 1
    kernel_size : whole number >= 1, or a tuple with one for each dimension
        One number counts for two dimensions.
    groups : whole number >= 1
        A divisor of both numbers of channels.
    bias : bool

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or too small, or ``groups`` does not divide the channels.
    """
    in_channels = _whole(in_channels, "in_channels", 1)
    out_channels = _whole(out_channels, "out_channels", 1)
    groups = _whole(groups, "groups", 1)
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if not is_symbolic(channels % groups) and channels % groups:
            raise ValueError(f"groups must divide {name}={channels}, got {groups}")
    size = 2 if np.ndim(kernel_size) == 0 else len(kernel_size)
    weights = out_channels * in_channels
    for k in _spread("kernel_size", kernel_size, 1, size):
        weights = weights * k
    total = weights / groups if is_symbolic(weights / groups) else weights // groups
    return total + out_channels if check_bool(bias, "bias") else total


def _each_dimension(one: Callable[..., Any], *arguments: tuple[str, Any, int]) -> Any:
    """Call ``one`` for each dimension; with numbers alone there is one, and no tuple."""
    lengths = {len(value) for _, value, _ in arguments if np.ndim(value)}
    if not lengths:
        return one(*(_whole(value, name, low) for name, value, low in arguments))
    if len(lengths) > 1:
        given = ", ".join(f"{name}={value}" for name, value, _ in arguments)
        raise ValueError(f"arguments must have one entry for each dimension, got {given}")
    (length,) = lengths
    columns = [_spread(name, value, low, length) for name, value, low in arguments]
    return tuple(one(*values) for values in zip(*columns, strict=True))


def _spread(name: str, value: Any, low: int, length: int) -> tuple[Any, ...]:
    """The whole numbers of a sequence of that length, or one number that many times."""
    if np.ndim(value) == 0:
        return (_whole(value, name, low),) * length
    if len(value) != length:
        raise ValueError(f"{name} must have {length} entries, got {value}")
    return tuple(_whole(entry, f"{name}[{i}]", low) for i, entry in enumerate(value))


def _whole(value: Any, name: str, low: int) -> Any:
    return value if is_symbolic(value) else check_int(value, name, low)
