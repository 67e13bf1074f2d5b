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

from nnlib.functional._activations import (
    DropoutCache,
    MaxoutCache,
    dropout,
    dropout_backward,
    elu,
    elu_backward,
    leaky_relu,
    leaky_relu_backward,
    maxout,
    maxout_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    tanh,
    tanh_backward,
)
from nnlib.functional._losses import SquaredErrorCache, mse_loss, mse_loss_backward
from nnlib.functional._normalization import (
    BatchNormCache,
    BatchNormGradients,
    NormCache,
    batch_norm,
    batch_norm_backward,
    batch_norm_backward_staged,
    group_norm,
    group_norm_backward,
    layer_norm,
    layer_norm_backward,
    moments,
)
from nnlib.functional._softmax import (
    CrossEntropyCache,
    cross_entropy,
    cross_entropy_backward,
    log_softmax,
    log_softmax_backward,
    logsumexp,
    logsumexp_backward,
    softmax,
    softmax_backward,
)

__all__ = [
    "BatchNormCache",
    "BatchNormGradients",
    "CrossEntropyCache",
    "DropoutCache",
    "MaxoutCache",
    "NormCache",
    "SquaredErrorCache",
    "batch_norm",
    "batch_norm_backward",
    "batch_norm_backward_staged",
    "cross_entropy",
    "cross_entropy_backward",
    "dropout",
    "dropout_backward",
    "elu",
    "elu_backward",
    "group_norm",
    "group_norm_backward",
    "layer_norm",
    "layer_norm_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "log_softmax",
    "log_softmax_backward",
    "logsumexp",
    "logsumexp_backward",
    "maxout",
    "maxout_backward",
    "moments",
    "mse_loss",
    "mse_loss_backward",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "softmax",
    "softmax_backward",
    "tanh",
    "tanh_backward",
]
