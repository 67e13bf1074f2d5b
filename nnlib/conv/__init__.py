"""Convolutions and poolings of images (N, C, H, W), and the arithmetic of their sizes.

A layer is a pair, ``y, cache = f(x, ...)`` and ``f_backward(dy, cache)``, as in
`nnlib.functional`; names, argument names, defaults and results are PyTorch's, but for ``padding``,
which may differ on the two sides, and unfold and fold, which are called `im2col` and `col2im`. The
functions run
on every floating dtype, on complex arrays and on arrays of symbols, and change none of their
arguments.
"""

from nnlib.conv._convolution import (
    ConvCache,
    col2im,
    conv2d,
    conv2d_backward,
    conv2d_plain,
    conv_transpose2d,
    conv_transpose2d_backward,
    im2col,
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
    Padding,
    conv_output_shape,
    conv_transpose_output_shape,
    multiply_adds,
    parameter_count,
    receptive_field,
    same_padding,
)

__all__ = [
    "AvgPoolCache",
    "ConvCache",
    "MaxPoolCache",
    "Padding",
    "avg_pool2d",
    "avg_pool2d_backward",
    "col2im",
    "conv2d",
    "conv2d_backward",
    "conv2d_plain",
    "conv_output_shape",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "conv_transpose_output_shape",
    "im2col",
    "max_pool2d",
    "max_pool2d_backward",
    "multiply_adds",
    "parameter_count",
    "receptive_field",
    "same_padding",
]
