"""Activation functions and dropout: pairs ``y, cache = f(x)`` and ``dx = f_backward(dy, cache)``.

All but `maxout` work entry by entry. Where a function has a corner, the backward takes PyTorch's
side of it: at x = 0, relu, leaky relu and elu take the derivative from below, and of equal pieces
maxout takes the first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import (
    Array,
    as_cache,
    as_float,
    as_generator,
    check_axis,
    check_bool,
    check_int,
    check_number,
    check_shape,
)
from nnlib._speed import masked

__all__ = [
    "DropoutCache",
    "MaxoutCache",
    "SiLUCache",
    "dropout",
    "dropout_backward",
    "elu",
    "elu_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "maxout",
    "maxout_backward",
    "relu",
    "relu_backward",
    "sigmoid",
    "sigmoid_backward",
    "silu",
    "silu_backward",
    "tanh",
    "tanh_backward",
]


def sigmoid(x: Any) -> tuple[Array, Array]:
    """Logistic sigmoid: y = 1 / (1 + exp(-x)), between 0 and 1.

    Parameters
    ----------
    x : array of any shape
        Floating, complex or symbols; integers become float64.

    Returns
    -------
    y : array of the shape and dtype of x
    cache : array
        For `sigmoid_backward`: a copy of y, so that y may be changed.

    Raises
    ------
    TypeError
        If ``x`` holds no numbers.
    """
    x = as_float(x, "x")
    with np.errstate(over="ignore"):  # exp(-x) = inf gives the right y = 0
        y = 1 / (1 + np.exp(-x))
    return y, np.copy(y, subok=True)


def sigmoid_backward(dy: Any, cache: Array) -> Array:
    """Gradient of `sigmoid`: dx = dy y (1 - y)."""
    y = as_cache(cache, *ARRAYS)
    return _check_dy(dy, y) * y * (1 - y)


def tanh(x: Any) -> tuple[Array, Array]:
    """Hyperbolic tangent: y = (exp(x) - exp(-x)) / (exp(x) + exp(-x)), between -1 and 1.

    Arguments, results and errors are those of `sigmoid`; the cache is a copy of y.
    """
    y = np.tanh(as_float(x, "x"))
    return y, np.copy(y, subok=True)


def tanh_backward(dy: Any, cache: Array) -> Array:
    """Gradient of `tanh`: dx = dy (1 - y^2)."""
    y = as_cache(cache, *ARRAYS)
    return _check_dy(dy, y) * (1 - y * y)


class SiLUCache(NamedTuple):
    """What `silu_backward` needs."""

    x: Array
    sigmoid: Array  # 1 / (1 + exp(-x))


def silu(x: Any) -> tuple[Array, SiLUCache]:
    """Sigmoid-weighted linear unit: y = x / (1 + exp(-x)), which is x sigmoid(x).

    Arguments, results and errors are those of `sigmoid`. Also called swish. Sources: Elfwing,
    Uchibe and Doya, "Sigmoid-weighted linear units" (2018); Ramachandran, Zoph and Le, "Searching
    for activation functions" (2017).
    """
    x = as_float(x, "x")
    s, _ = sigmoid(x)
    return x * s, SiLUCache(x, s)


def silu_backward(dy: Any, cache: SiLUCache) -> Array:
    """Gradient of `silu`: dx = dy s (1 + x (1 - s)) with s = sigmoid(x)."""
    x, s = as_cache(cache, SiLUCache)
    return _check_dy(dy, x) * s * (1 + x * (1 - s))


def relu(x: Any) -> tuple[Array, Array]:
    """Rectifier: y = max(x, 0).

    Arguments, results and errors are those of `sigmoid`; the cache says where x > 0. Source:
    Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines" (2010).
    """
    x = as_float(x, "x")
    return np.maximum(x, 0), x > 0


def relu_backward(dy: Any, cache: Array) -> Array:
    """Gradient of `relu`: dx = dy where x > 0, else 0."""
    positive = as_cache(cache, *ARRAYS)
    return masked(_check_dy(dy, positive), positive)


def leaky_relu(x: Any, negative_slope: Any = 0.01) -> tuple[Array, tuple[Array, Any]]:
    """Leaky rectifier: y = x where x > 0, else negative_slope x.

    ``negative_slope`` is a number or a symbol. The other arguments, results and errors are those
    of `sigmoid`. Source: Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network
    acoustic models" (2013).
    """
    x = as_float(x, "x")
    negative_slope = check_number(negative_slope, "negative_slope")
    y = np.maximum(x, 0) + negative_slope * np.minimum(x, 0)
    return y, (x > 0, negative_slope)


def leaky_relu_backward(dy: Any, cache: tuple[Array, Any]) -> Array:
    """Gradient of `leaky_relu`: dx = dy where x > 0, else negative_slope dy."""
    positive, negative_slope = as_cache(cache, tuple, parts=2)
    dy = _check_dy(dy, positive)
    return np.where(positive, dy, negative_slope * dy)


def elu(x: Any, alpha: Any = 1.0) -> tuple[Array, tuple[Array, Array, Any]]:
    """Exponential linear unit: y = x where x > 0, else alpha (exp(x) - 1).

    ``alpha`` is a number or a symbol. The other arguments, results and errors are those of
    `sigmoid`. Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network
    learning by exponential linear units" (2016).
    """
    x = as_float(x, "x")
    alpha = check_number(alpha, "alpha")
    below = np.minimum(x, 0)
    y = np.maximum(x, 0) + alpha * np.expm1(below)
    return y, (x > 0, below, alpha)


def elu_backward(dy: Any, cache: tuple[Array, Array, Any]) -> Array:
    """Gradient of `elu`: dx = dy where x > 0, else alpha exp(x) dy."""
    positive, below, alpha = as_cache(cache, tuple, parts=3)
    dy = _check_dy(dy, positive)
    return np.where(positive, dy, alpha * np.exp(below) * dy)


class MaxoutCache(NamedTuple):
    """What `maxout_backward` needs."""

    chosen: Array  # (N, C, num_pieces, ...): whether this is the largest piece
    shape: tuple[int, ...]  # of x
    axis: int


def maxout(x: Any, num_pieces: int = 2, axis: int = 1) -> tuple[Array, MaxoutCache]:
    """Maxout: y_c = max(x_{c k}, ..., x_{c k + k - 1}), the largest of k = num_pieces neighbors.

    Parameters
    ----------
    x : array of shape (N, C k) or (N, C k, ...)
        Floating, complex or symbols; integers become float64.
    num_pieces : int
        A divisor of the length of ``axis``.
    axis : int
        The axis of the pieces.

    Returns
    -------
    y : array of shape (N, C) or (N, C, ...) and the dtype of x
    cache : MaxoutCache

    Raises
    ------
    TypeError, ValueError
        If ``num_pieces`` does not divide the axis, or there is no such axis.

    Notes
    -----
    Of equal pieces the first takes the gradient. Source: Goodfellow et al., "Maxout networks"
    (2013).
    """
    x = as_float(x, "x")
    check_int(num_pieces, "num_pieces", 1)
    axis = check_axis(x, "x", axis)
    if x.shape[axis] % num_pieces:
        raise ValueError(
            f"num_pieces must divide axis {axis} of x with shape {x.shape}, got {num_pieces}"
        )
    split = (x.shape[axis] // num_pieces, num_pieces)
    pieces = x.reshape(x.shape[:axis] + split + x.shape[axis + 1 :])
    y = np.max(pieces, axis=axis + 1)
    return y, MaxoutCache(_first_largest(pieces, y, axis + 1), x.shape, axis)


def maxout_backward(dy: Any, cache: MaxoutCache) -> Array:
    """Gradient of `maxout`: dx is dy at the largest piece and 0 at the others."""
    chosen, shape, axis = as_cache(cache, MaxoutCache)
    dy = as_float(dy, "dy")
    check_shape(dy, "dy", chosen.shape[: axis + 1] + chosen.shape[axis + 2 :])
    return masked(np.expand_dims(dy, axis + 1), chosen).reshape(shape)


class DropoutCache(NamedTuple):
    """What `dropout_backward` needs."""

    kept: Array  # which entries
    scale: Any  # 1 / (1 - p)


def dropout(
    x: Any, p: Any = 0.5, training: bool = True, *, rng: Any = None
) -> tuple[Array, DropoutCache | None]:
    """Dropout: y = x / (1 - p) where an entry is kept, else 0; it is dropped with probability p.

    Dividing by 1 - p keeps the expected y equal to x, so that inference needs no change: not
    training, y is a copy of x.

    Parameters
    ----------
    x : array of any shape
        Floating, complex or symbols; integers become float64.
    p : number in [0, 1]
        The probability of dropping an entry, as in PyTorch; some texts call 1 - p by that name.
    training : bool
    rng : numpy.random.Generator or int
        Where the choice comes from, or a seed for it. Needed in training unless p is 0.

    Returns
    -------
    y : array of the shape and dtype of x
    cache : DropoutCache, or None where nothing was dropped

    Raises
    ------
    TypeError, ValueError
        If ``p`` is outside [0, 1], or ``rng`` is missing where it is needed.

    Notes
    -----
    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from
    overfitting" (2014).
    """
    x = as_float(x, "x")
    p = check_number(p, "p", 0, 1)
    if not check_bool(training, "training") or p == 0:
        return np.copy(x, subok=True), None
    kept = as_generator(rng).random(x.shape) >= p
    scale = 1 / (1 - p) if p < 1 else 1
    return masked(x * scale, kept), DropoutCache(kept, scale)


def dropout_backward(dy: Any, cache: DropoutCache | None) -> Array:
    """Gradient of `dropout`: dx = dy / (1 - p) where x was kept, else 0; dy if nothing was dropped."""
    if cache is None:
        return as_float(dy, "dy")
    kept, scale = as_cache(cache, DropoutCache)
    return masked(_check_dy(dy, kept) * scale, kept)


def _first_largest(pieces: Array, largest: Array, axis: int) -> Array:
    """True at the first piece along the axis that equals the largest one, else False.

    Where the largest is nan, as one piece then is, nothing is below it and the first is chosen.
    """
    chosen = []
    taken = np.zeros(largest.shape, dtype=bool)
    for piece in np.moveaxis(pieces, axis, 0):
        first = np.logical_not(np.logical_or(piece < largest, taken))
        taken = np.logical_or(taken, first)
        chosen.append(first)
    return np.stack(chosen, axis)


ARRAYS = (np.ndarray, np.generic)


def _check_dy(dy: Any, cached: Array) -> Array:
    dy = as_float(dy, "dy")
    check_shape(dy, "dy", cached.shape)
    return dy
