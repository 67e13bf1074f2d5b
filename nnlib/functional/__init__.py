"""The layers of the book without parameters of their own: pure functions, each with its backward.

A layer is a pair, ``y, cache = f(x, ...)`` and ``dx = f_backward(dy, cache)``; the cache holds
what the backward pass needs. `softmax`, `log_softmax` and `logsumexp` return their result alone,
because it, or their argument, is all that their backward needs. Names, argument names, defaults
and results are those of ``torch.nn.functional``, but for these: arrays and what gives a layer its
shape come first, and all other settings by name; norms take gamma and beta before anything else;
``axis`` and ``keepdims`` are NumPy's words for dim and keepdim; whatever is random takes ``rng``;
no class number is ignored unless you name it. Classes that hold parameters are in
`nnlib.nn`.

Every function takes lists, integers and every floating dtype, and also complex arrays (for
complex-step derivatives) and arrays of symbols (`nnlib.symbolic`). float16, float32, float64 and
longdouble come out as they went in. No function changes its arguments, but for the running
statistics of `batch_norm`.
"""

from nnlib.functional import _activations, _losses, _normalization, _softmax
from nnlib.functional._activations import *
from nnlib.functional._losses import *
from nnlib.functional._normalization import *
from nnlib.functional._softmax import *

# What is public stands in each module's own list.
__all__: list[str] = []
__all__ += _activations.__all__
__all__ += _losses.__all__
__all__ += _normalization.__all__
__all__ += _softmax.__all__
