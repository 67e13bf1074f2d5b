"""Convolutions and poolings of images (N, C, H, W), and the arithmetic of their sizes.

A layer is a pair, ``y, cache = f(x, ...)`` and ``f_backward(dy, cache)``, as in
`nnlib.functional`; names, argument names, defaults and results are PyTorch's, but for ``padding``,
which may differ on the two sides, and unfold and fold, which are called `im2col` and `col2im`. The
functions run
on every floating dtype, on complex arrays and on arrays of symbols, and change none of their
arguments.
"""

from nnlib.conv import _convolution, _pooling, _shapes
from nnlib.conv._convolution import *
from nnlib.conv._pooling import *
from nnlib.conv._shapes import *

# What is public stands in each module's own list.
__all__: list[str] = []
__all__ += _convolution.__all__
__all__ += _pooling.__all__
__all__ += _shapes.__all__
