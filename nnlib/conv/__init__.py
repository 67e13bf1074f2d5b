"""Convolutions and poolings of images (N, C, H, W), and the arithmetic of their sizes.

A layer is a pair, ``y, cache = f(x, ...)`` and ``f_backward(dy, cache)``, as in
`nnlib.functional`; names, argument names, defaults and results are PyTorch's. The functions run
on every floating dtype, on complex arrays and on arrays of symbols, and change none of their
arguments.
"""

from nnlib.conv._convolution import (
    ConvCache,
    conv2d,
    conv2d_backward,
    conv2d_plain,
    conv_transpose2d,
    conv_transpose2d_backward,
)
from nnlib.conv._pooling import (
    AvgPoolCache,
    MaxPoolCache,
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
)
from nnlib.conv._shapes import (
    conv_output_shape,
    conv_transpose_output_shape,
    parameter_count,
    receptive_field,
    same_padding,
)

__all__ = [
    "AvgPoolCache",
    "ConvCache",
    "MaxPoolCache",
    "avg_pool2d",
    "avg_pool2d_backward",
    "conv2d",
    "conv2d_backward",
    "conv2d_plain",
    "conv_output_shape",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "conv_transpose_output_shape",
    "max_pool2d",
    "max_pool2d_backward",
    "parameter_count",
    "receptive_field",
    "same_padding",
]
