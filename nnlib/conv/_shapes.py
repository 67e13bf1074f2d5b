"""The arithmetic of convolutions: output sizes, padding, receptive fields, parameters.

Sizes are whole numbers, one for each dimension of the image, or symbols made by
`nnlib.symbolic.sym`, for which nothing is checked. A number stands for the same number in every
dimension. Padding is a number, added on both sides; a `Padding` (before, after); one of these for
each dimension, where a pair inside the sequence is (before, after); or "same" or "valid", which
stand for `same_padding` and 0. Source: Dumoulin and Visin, "A
guide to convolution arithmetic for deep learning" (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import check_bool, check_choice, check_whole, describe, holds

__all__ = [
    "Padding",
    "conv_output_shape",
    "conv_transpose_output_shape",
    "multiply_adds",
    "parameter_count",
    "receptive_field",
    "same_padding",
]


Check = Callable[[Any, str], Any]


class Padding(NamedTuple):
    """How many zeros come before and after the image, in one dimension."""

    before: Any
    after: Any


def conv_output_shape(
    size: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    *,
    ceil_mode: bool = False,
) -> Any:
    """Output size of a convolution or a pooling: floor((W + 2p - d(k - 1) - 1) / s) + 1.

    That is how many places a window of d(k - 1) + 1 pixels has in W + 2p, in steps of s. The
    last (W + 2p - d(k - 1) - 1) mod s pixels are not looked at. With ``ceil_mode``, as poolings
    have it, one more window looks at them and beyond the end: ceil in place of floor, but at most
    ceil((W + p) / s), for a window has to start in the image or in the padding before it.

    Parameters
    ----------
    size : whole number W >= 0, or one for each dimension
    kernel_size, stride, dilation : whole numbers >= 1, or one for each dimension
    padding : whole number >= 0, or any other form above
        2p is what is added before and after together.
    ceil_mode : bool

    Returns
    -------
    int, or a tuple of int where an argument is a tuple

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or too small, the lengths differ, or the window does not fit into
        the padded image.
    """
    check_bool(ceil_mode, "ceil_mode")

    def one(W: Any, k: Any, s: Any, p: Any, d: Any) -> Any:
        before, after = _resolved(p, W, k, s, d)
        room = W + before + after - d * (k - 1) - 1
        if holds(room < 0) and not (ceil_mode and holds(room + s > 0)):
            raise ValueError(
                f"kernel_size must fit into the padded image: kernel_size={k} with dilation={d} "
                f"covers {d * (k - 1) + 1} pixels, size={W} with padding={_shown(p)} "
                f"has {W + before + after}"
            )
        if ceil_mode:
            return np.minimum(_ceil(room, s) + 1, _ceil(W + before, s))
        return room // s + 1

    return _each_dimension(
        one,
        ("size", size, _at_least(0)),
        ("kernel_size", kernel_size, _at_least(1)),
        ("stride", stride, _at_least(1)),
        ("padding", padding, _padding),
        ("dilation", dilation, _at_least(1)),
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
    padding : whole number >= 0, or any other form above but "same"
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
        if p == "same":
            raise ValueError("padding of a transposed convolution must be numbers, got 'same'")
        before, after = _resolved(p, n, k, s, d)
        result = (n - 1) * s - before - after + d * (k - 1) + extra + 1
        if holds(extra >= s) and holds(extra >= d):
            raise ValueError(
                f"output_padding must be less than stride={s} or dilation={d}, got {extra}"
            )
        if holds(result < 1):
            raise ValueError(
                f"padding must leave something, got {_shown(p)}, which leaves size {result}"
            )
        return result

    return _each_dimension(
        one,
        ("size", size, _at_least(1)),
        ("kernel_size", kernel_size, _at_least(1)),
        ("stride", stride, _at_least(1)),
        ("padding", padding, _padding),
        ("output_padding", output_padding, _at_least(0)),
        ("dilation", dilation, _at_least(1)),
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
    Padding, or a tuple of them where an argument is a tuple
        `conv2d` takes either as its ``padding``.
    """

    def one(W: Any, k: Any, s: Any, d: Any) -> Padding:
        total = np.maximum((_ceil(W, s) - 1) * s + d * (k - 1) + 1 - W, 0)
        return Padding(_plain(total // 2), _plain(total - total // 2))

    return _each_dimension(
        one,
        ("size", size, _at_least(1)),
        ("kernel_size", kernel_size, _at_least(1)),
        ("stride", stride, _at_least(1)),
        ("dilation", dilation, _at_least(1)),
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
    try:
        if isinstance(kernel_sizes, (str, bytes, set)):
            raise TypeError  # they are no sequence of numbers in an order
        kernel_sizes = tuple(kernel_sizes)
    except TypeError:
        raise TypeError(f"kernel_sizes must be a sequence, got {describe(kernel_sizes)}") from None
    count = len(kernel_sizes)
    layers = [
        _spread("kernel_sizes", kernel_sizes, _at_least(1), count),
        _spread("strides", strides, _at_least(1), count),
        _spread("dilations", dilations, _at_least(1), count),
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
    weights = _weights(in_channels, out_channels, kernel_size, groups)
    return _plain(weights + out_channels if check_bool(bias, "bias") else weights)


def multiply_adds(
    in_channels: Any, out_channels: Any, kernel_size: Any, output_size: Any, groups: Any = 1
) -> Any:
    """Multiplications of a two-dimensional convolution: H' W' C_out C_in k_1 k_2 / groups.

    So many for one example, each with an addition; ``output_size`` is (H', W'), or one number for
    both. The rest is as in `parameter_count`.
    """
    pixels = 1
    for n in _spread("output_size", output_size, _at_least(1), 2):
        pixels = pixels * n
    return _plain(pixels * _weights(in_channels, out_channels, kernel_size, groups))


def _weights(in_channels: Any, out_channels: Any, kernel_size: Any, groups: Any) -> Any:
    """How many weights a convolution has."""
    in_channels = _at_least(1)(in_channels, "in_channels")
    out_channels = _at_least(1)(out_channels, "out_channels")
    groups = _at_least(1)(groups, "groups")
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if holds(channels % groups > 0):
            raise ValueError(f"groups must divide {name}={channels}, got {groups}")
    dimensions = len(kernel_size) if _is_sequence(kernel_size) else 2
    weights = Fraction(1) * out_channels * in_channels / groups
    for k in _spread("kernel_size", kernel_size, _at_least(1), dimensions):
        weights = weights * k
    return weights


def check_padding(padding: Any, dimensions: int) -> tuple[Any, ...]:
    """Return a `Padding` or "same" for each dimension, from any form above."""
    return _spread("padding", padding, _padding, dimensions)


def paddings(
    padding: Any, size: Sequence[Any], kernel_size: Any, stride: Any, dilation: Any
) -> tuple[Padding, ...]:
    """The padding of each dimension in numbers, for whatever form it is given in."""
    settings = zip(
        check_padding(padding, len(size)),
        *(size, kernel_size, stride, dilation),
        strict=True,
    )
    return tuple(_resolved(*entries) for entries in settings)


def _resolved(p: Any, W: Any, k: Any, s: Any, d: Any) -> Padding:
    """Padding in numbers: what "same" stands for, or what was given."""
    return same_padding(W, k, s, d) if isinstance(p, str) else p


def _ceil(a: Any, b: Any) -> Any:
    return -(-a // b)


def _each_dimension(one: Callable[..., Any], *arguments: tuple[str, Any, Check]) -> Any:
    """Call ``one`` for each dimension; with numbers alone there is one, and no tuple."""
    lengths = {len(value) for _, value, _ in arguments if _is_sequence(value)}
    if not lengths:
        return _plain(one(*(check(value, name) for name, value, check in arguments)))
    if len(lengths) > 1:
        given = ", ".join(f"{name}={value}" for name, value, _ in arguments)
        raise ValueError(f"arguments must have one entry for each dimension, got {given}")
    (length,) = lengths
    columns = [_spread(name, value, check, length) for name, value, check in arguments]
    return tuple(_plain(one(*values)) for values in zip(*columns, strict=True))


def _spread(name: str, value: Any, check: Check, length: int) -> tuple[Any, ...]:
    """The checked entries of a sequence of that length, or one value that many times."""
    if not _is_sequence(value):
        return (check(value, name),) * length
    if len(value) != length:
        raise ValueError(f"{name} must have {length} entries, got {describe(value)}")
    return tuple(check(entry, f"{name}[{i}]") for i, entry in enumerate(value))


def _is_sequence(value: Any) -> bool:
    """Whether this is one value for each dimension; a `Padding` is for one dimension."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, Padding))


def _at_least(low: int) -> Check:
    """A check that a value is a whole number from ``low`` on, or a symbol."""

    def check(value: Any, name: str) -> Any:
        return check_whole(value, name, low)

    return check


def _padding(value: Any, name: str) -> Any:
    """Check the padding of one dimension: a Padding, or "same"."""
    if isinstance(value, str):
        value = check_choice(value, name, ("same", "valid"))
        return value if value == "same" else Padding(0, 0)
    whole = _at_least(0)
    if not isinstance(value, Padding) and not _is_sequence(value):
        return Padding(*(whole(value, name),) * 2)
    if len(value) != 2:
        raise ValueError(f"{name} must be a number or (before, after), got {describe(value)}")
    return Padding(whole(value[0], f"{name}[0]"), whole(value[1], f"{name}[1]"))


def _shown(padding: Any) -> Any:
    return padding[0] if padding[0] == padding[1] else tuple(padding)


def _plain(value: Any) -> Any:
    """A whole number as int, whatever it was computed in; symbols and pairs as they are."""
    return int(value) if isinstance(value, (np.integer, Fraction)) else value
