"""Batch, layer and group normalization, each with its backward.

All three are one formula. Over the n entries that share a mean,

    y = gamma x_hat + beta,   x_hat = (x - mu) / sqrt(sigma^2 + eps),
    mu = sum(x) / n,          sigma^2 = sum((x - mu)^2) / n,

and they differ in which entries these are: batch norm takes a channel over the whole batch, layer
norm one example, group norm a group of channels of one example. `moments` finds mu and sigma^2 for
all three, with channels for what shares a mean. The mean is taken of x - x_0, with
x_0 one of the entries, and x_0 added back. In exact arithmetic that is the same. In floating
point the differences are as small as the spread of x, so a large mean costs no digits: float32 at
a mean of 10^4 errs by less than 2e-6 where two plain passes err by 2e-3. Equal entries give
exactly 0.

Sources: Ioffe and Szegedy, "Batch normalization" (2015); Ba, Kiros and Hinton, "Layer
normalization" (2016); Wu and He, "Group normalization" (2018); Chan, Golub and LeVeque,
"Algorithms for computing the sample variance" (1983), for the shift.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import (
    Array,
    as_cache,
    as_float,
    check_bool,
    check_int,
    check_number,
    check_shape,
)
from nnlib._speed import unbuffered, wide
from nnlib.averages import average_

__all__ = [
    "BatchNormCache",
    "BatchNormGradients",
    "NormCache",
    "batch_norm",
    "batch_norm_backward",
    "batch_norm_backward_staged",
    "group_norm",
    "group_norm_backward",
    "layer_norm",
    "layer_norm_backward",
    "moments",
]

# Entries of a channel that are summed in one go: one after the other, in an odd layout, they lose
# digits of float32 as they grow in number, and the sums of the blocks do not.
BLOCK = 2**15


class BatchNormCache(NamedTuple):
    """What the backward passes of batch norm need; a vector per channel is (C, 1, ..., 1)."""

    centered: Array  # x - mean
    std: Array  # sqrt(var + eps)
    gamma: Array
    training: bool
    dtype: np.dtype[Any]  # of x, gamma and beta together


class BatchNormGradients(NamedTuple):
    """The derivatives of the loss by every quantity of the forward pass, in backward order."""

    dx_hat: Array
    dvar: Array
    dmean: Array
    dx: Array
    dgamma: Array
    dbeta: Array


def moments(x: Any) -> tuple[Array, Array, Array]:
    """Differences from the mean, mean and variance of each channel: x - mu, mu and sigma^2.

    mu = sum(x) / n and sigma^2 = sum((x - mu)^2) / n over the n = x.size / C entries of a channel.
    The mean is summed as differences from one entry x_0, which cost no digits where it is large.

    Parameters
    ----------
    x : array of shape (N, C) or (N, C, ...)

    Returns
    -------
    centered : array of the shape of x, in float32 if x is in float16
    mean : array of shape (1, C, 1, ..., 1)
    var : array of shape (C, 1, ..., 1); both broadcast against x
    """
    x = wide(_check_channels(x))
    n = _entries(x)
    first = x[(slice(1), slice(None)) + (slice(1),) * (x.ndim - 2)]  # x_0, if there is one
    centered = x - first
    rest = channel_sum(centered) / n
    centered -= rest
    var = channel_sum(centered, centered) / n
    return centered, first + rest, var


def channel_sum(*factors: Array) -> Array:
    """The sum over all axes but the channels' of the product of arrays (N, C, ...) of one shape.

    It has the shape (C, 1, ..., 1), which broadcasts against them.
    """
    x = factors[0]
    (N, C), positions = x.shape[:2], math.prod(x.shape[2:])
    factors = tuple(factor.reshape(N, C, positions) for factor in factors)
    subscripts = ",".join(["ncp"] * len(factors)) + "->c"
    rows = max(BLOCK // max(positions, 1), 1)
    blocks = [
        (slice(i, i + rows), slice(None), slice(j, j + BLOCK))
        for i in range(0, max(N, 1), rows)
        for j in range(0, max(positions, 1), BLOCK)
    ]
    total = sum(np.einsum(subscripts, *(factor[block] for factor in factors)) for block in blocks)
    return _per_channel(total, x)


@unbuffered
def batch_norm(
    x: Any,
    gamma: Any,
    beta: Any,
    *,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    training: bool = True,
    momentum: Any = 0.1,
    eps: Any = 1e-5,
) -> tuple[Array, BatchNormCache]:
    """Batch norm: y = gamma (x - mean) / sqrt(var + eps) + beta, for each channel.

    Parameters
    ----------
    x : array of shape (N, C), (N, C, L) or (N, C, H, W)
        Floating, complex or symbols; integers become float64.
    gamma, beta : arrays of shape (C,)
        What PyTorch calls weight and bias; there, the running statistics come before them.
    running_mean, running_var : float arrays of shape (C,), or None
        With ``training``, updated in place: running = (1 - momentum) running + momentum new.
        Without, used in place of the batch's mean and variance.
    training : bool
        Whether mean and variance come from the batch: over its n = x.size / C entries, the
        variance divided by n. The running variance takes the unbiased one, divided by n - 1.
    momentum : number in [0, 1], or a symbol
        The weight of the new value, as in PyTorch; ONNX calls 1 - momentum by that name.
    eps : number >= 0, or a symbol

    Returns
    -------
    y : array of the shape of x
    cache : BatchNormCache
        For `batch_norm_backward` and `batch_norm_backward_staged`.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, if training with a single entry per channel (its variance is 0), or
        if not training without running statistics.
    """
    x, gamma, beta, dtype = _check_affine(x, gamma, beta)
    check_bool(training, "training")
    running = _check_running(running_mean, running_var, x, training)
    momentum = check_number(momentum, "momentum", 0, 1)
    eps = check_number(eps, "eps", 0)
    n = _entries(x)
    if training and n == 1 and x.size:
        raise ValueError(f"x must have 2 entries per channel to train, got shape {x.shape}")

    if training:
        centered, mean, var = moments(x)
        _update_running(running, mean, var, n, momentum)
    else:
        mean, var = (_per_channel(statistic, x) for statistic in running or ())
        centered = x - mean
    std = np.sqrt(var + eps)
    y = (gamma / std) * centered
    y += beta
    cache = BatchNormCache(centered, std, gamma, training, dtype)
    return y.astype(dtype, copy=False), cache


@unbuffered
def batch_norm_backward(dy: Any, cache: BatchNormCache) -> tuple[Array, Array, Array]:
    """Gradients of `batch_norm`: dx = gamma / std (dy - mean(dy) - x_hat mean(dy x_hat)).

    The means are over the n entries of a channel, x_hat is (x - mean) / std, and

        dgamma = sum(dy x_hat),    dbeta = sum(dy).

    Not training, mean and var are constants and dx = gamma / std dy. This is the one-line form of
    `batch_norm_backward_staged`.

    Parameters
    ----------
    dy : array of the shape of y
    cache : BatchNormCache

    Returns
    -------
    dx : array of the shape of x
    dgamma, dbeta : arrays of shape (C,)

    Raises
    ------
    TypeError, ValueError
        If ``dy`` holds no numbers or does not have the shape of y.
    """
    centered, std, gamma, training, dtype = as_cache(cache, BatchNormCache)
    dy, dtype = _check_dy(dy, centered.shape, dtype)
    n = _entries(dy)
    dgamma, dbeta = channel_sum(dy, centered) / std, channel_sum(dy)
    if not training:
        dx = gamma / std * dy
        return _cast(dtype, dx, dgamma.reshape(-1), dbeta.reshape(-1))
    dx = centered * (dgamma / (-n * std))  # -x_hat mean(dy x_hat), and all else in that array
    dx += dy
    dx -= dbeta / n
    dx *= gamma / std
    return _cast(dtype, dx, dgamma.reshape(-1), dbeta.reshape(-1))


def batch_norm_backward_staged(dy: Any, cache: BatchNormCache) -> BatchNormGradients:
    """All six derivatives of `batch_norm` in training, node by node backwards through its graph.

        dx_hat = gamma dy
        dvar   = -sum(dx_hat (x - mean)) / (2 std^3)
        dmean  = -sum(dx_hat) / std - 2 dvar sum(x - mean) / n
        dx     = dx_hat / std + 2 dvar (x - mean) / n + dmean / n
        dgamma = sum(dy x_hat),   dbeta = sum(dy)

    The second term of dmean is 0, because differences from a mean sum to 0. Arguments and errors
    are those of `batch_norm_backward`; the cache must come from a training pass. Source: Ioffe
    and Szegedy (2015).
    """
    centered, std, gamma, training, dtype = as_cache(cache, BatchNormCache)
    dy, dtype = _check_dy(dy, centered.shape, dtype)
    if not training:
        raise ValueError("cache must come from a training pass, got training=False")
    n = _entries(dy)
    dgamma = channel_sum(dy, centered / std)
    dbeta = channel_sum(dy)
    dx_hat = gamma * dy
    dvar = -channel_sum(dx_hat, centered) / (2 * std**3)
    dmean = -channel_sum(dx_hat) / std - 2 * dvar * channel_sum(centered) / n
    dx = dx_hat / std + 2 * dvar * centered / n + dmean / n
    dvar, dmean, dgamma, dbeta = (v.reshape(-1) for v in (dvar, dmean, dgamma, dbeta))
    return BatchNormGradients(*_cast(dtype, dx_hat, dvar, dmean, dx, dgamma, dbeta))


class NormCache(NamedTuple):
    """What the backward passes of layer and group norm need; entries of a row share a mean."""

    x_hat: Array  # (1, rows, n): to `moments`, each row is a channel
    std: Array  # (rows, 1)
    gamma: Array  # in a shape that broadcasts against x
    shape: tuple[int, ...]  # of x
    dtype: np.dtype[Any]


@unbuffered
def layer_norm(x: Any, gamma: Any, beta: Any, *, eps: Any = 1e-5) -> tuple[Array, NormCache]:
    """Layer norm: y = gamma (x - mean) / sqrt(var + eps) + beta, for each example by itself.

    Parameters
    ----------
    x : array of shape (..., *gamma.shape)
        Floating, complex or symbols; integers become float64. Mean and variance are taken over
        the last axes, those of ``gamma``.
    gamma, beta : arrays of one shape, with at least one axis and one entry
    eps : number >= 0, or a symbol

    Returns
    -------
    y : array of the shape of x
    cache : NormCache

    Raises
    ------
    TypeError, ValueError
        If ``gamma`` is empty, or the shapes do not fit.
    """
    x, gamma, beta = as_float(x, "x"), as_float(gamma, "gamma"), as_float(beta, "beta")
    if gamma.ndim == 0 or gamma.size == 0:
        raise ValueError(f"gamma must have an axis and an entry, got shape {gamma.shape}")
    leading = x.ndim - gamma.ndim
    check_shape(x, "x", ("...",) * leading + gamma.shape)
    check_shape(beta, "beta", gamma.shape)
    rows = x.reshape(1, math.prod(x.shape[:leading]), gamma.size)

    x_hat, std = _standardize(rows, eps)
    y = gamma * x_hat.reshape(x.shape) + beta
    dtype = np.result_type(x, gamma, beta)
    return y.astype(dtype, copy=False), NormCache(x_hat, std, gamma, x.shape, dtype)


@unbuffered
def layer_norm_backward(dy: Any, cache: NormCache) -> tuple[Array, Array, Array]:
    """Gradients of `layer_norm`: dx = (h - mean(h) - x_hat mean(h x_hat)) / std, h = gamma dy.

    dgamma and dbeta are the sums of dy x_hat and of dy over the examples.

    Parameters
    ----------
    dy : array of the shape of y
    cache : NormCache

    Returns
    -------
    dx : array of the shape of x
    dgamma, dbeta : arrays of the shape of gamma
    """
    x_hat, std, gamma, shape, dtype = as_cache(cache, NormCache)
    dy, dtype = _check_dy(dy, shape, dtype)
    dx = _standardize_backward((gamma * dy).reshape(x_hat.shape), x_hat, std)
    dy, x_hat = (array.reshape(-1 if dy.size else 0, gamma.size) for array in (dy, x_hat))
    dgamma, dbeta = channel_sum(dy, x_hat), channel_sum(dy)
    return _cast(dtype, dx.reshape(shape), dgamma.reshape(gamma.shape), dbeta.reshape(gamma.shape))


@unbuffered
def group_norm(
    x: Any, num_groups: int, gamma: Any, beta: Any, *, eps: Any = 1e-5
) -> tuple[Array, NormCache]:
    """Group norm: y = gamma (x - mean) / sqrt(var + eps) + beta, for each group of channels.

    Parameters
    ----------
    x : array of shape (N, C) or (N, C, ...)
        Floating, complex or symbols; integers become float64. Mean and variance are taken over
        the C / num_groups channels of a group and their positions, for each example.
    num_groups : int
        A divisor of C. 1 normalizes whole examples, C each channel by itself (instance norm).
    gamma, beta : arrays of shape (C,)
    eps : number >= 0, or a symbol

    Returns
    -------
    y : array of the shape of x
    cache : NormCache

    Raises
    ------
    TypeError, ValueError
        If ``num_groups`` does not divide C, a group has no entries, or the shapes do not fit.
    """
    x, gamma, beta, dtype = _check_affine(x, gamma, beta)
    check_int(num_groups, "num_groups", 1)
    N, C = x.shape[:2]
    if C % num_groups:
        raise ValueError(f"num_groups must divide the {C} channels of x, got {num_groups}")
    n = math.prod(x.shape[1:]) // num_groups
    if n == 0:
        raise ValueError(f"x must have entries in each group, got shape {x.shape}")

    x_hat, std = _standardize(x.reshape(1, N * num_groups, n), eps)
    y = gamma * x_hat.reshape(x.shape) + beta
    return y.astype(dtype, copy=False), NormCache(x_hat, std, gamma, x.shape, dtype)


@unbuffered
def group_norm_backward(dy: Any, cache: NormCache) -> tuple[Array, Array, Array]:
    """Gradients of `group_norm`: dx = (h - mean(h) - x_hat mean(h x_hat)) / std, h = gamma dy.

    The means are over a group; dgamma and dbeta are the sums of dy x_hat and of dy over a channel.

    Parameters
    ----------
    dy : array of the shape of y
    cache : NormCache

    Returns
    -------
    dx : array of the shape of x
    dgamma, dbeta : arrays of shape (C,)
    """
    x_hat, std, gamma, shape, dtype = as_cache(cache, NormCache)
    dy, dtype = _check_dy(dy, shape, dtype)
    dgamma, dbeta = channel_sum(dy, x_hat.reshape(shape)), channel_sum(dy)
    dx = _standardize_backward((gamma * dy).reshape(x_hat.shape), x_hat, std)
    return _cast(dtype, dx.reshape(shape), dgamma.reshape(-1), dbeta.reshape(-1))


def _standardize(rows: Array, eps: Any) -> tuple[Array, Array]:
    """(x - mean) / std and std = sqrt(var + eps) for each row of an array (1, rows, n)."""
    centered, _, var = moments(rows)
    std = np.sqrt(var + check_number(eps, "eps", 0))
    return centered / std, std


def _standardize_backward(dx_hat: Array, x_hat: Array, std: Array) -> Array:
    n = _entries(x_hat)
    mean, dot = channel_sum(dx_hat) / n, channel_sum(dx_hat, x_hat) / n
    return (dx_hat - mean - x_hat * dot) / std


def _per_channel(v: Array, x: Array) -> Array:
    """One number per channel, in a shape that broadcasts against x."""
    return v.reshape(v.shape + (1,) * (x.ndim - 2))


def _entries(x: Array) -> int:
    """How many entries a channel has; for an empty batch 1, so that its sums of 0 stay 0."""
    return max(x.shape[0] * math.prod(x.shape[2:]), 1)


def _cast(dtype: np.dtype[Any], *arrays: Array) -> Any:
    return tuple(array.astype(dtype, copy=False) for array in arrays)


def _check_affine(x: Any, gamma: Any, beta: Any) -> tuple[Array, Array, Array, np.dtype[Any]]:
    """Return x, and gamma and beta in a shape that broadcasts against it, and the result's dtype.

    gamma comes in that dtype, so that beta can be added in place to whatever gamma multiplied.
    """
    x, gamma, beta = _check_channels(x), as_float(gamma, "gamma"), as_float(beta, "beta")
    for value, name in ((gamma, "gamma"), (beta, "beta")):
        if value.shape != x.shape[1:2]:
            raise ValueError(
                f"{name} must have shape {x.shape[1:2]}, one entry for each channel of x, "
                f"got {value.shape}"
            )
    dtype = np.result_type(x, gamma, beta)
    gamma = gamma.astype(dtype, copy=False)
    return wide(x), _per_channel(gamma, x), _per_channel(beta, x), dtype


def _check_channels(x: Any) -> Array:
    x = as_float(x, "x")
    if x.ndim < 2:
        raise ValueError(f"x must have shape (N, C) or (N, C, ...), got {x.shape}")
    return x


def _check_dy(dy: Any, shape: tuple[int, ...], dtype: np.dtype[Any]) -> tuple[Array, np.dtype[Any]]:
    """Return dy in the gradients' dtype, and that: the layer's, or that of dy where it is wider."""
    dy = as_float(dy, "dy")
    check_shape(dy, "dy", shape)
    dtype = np.result_type(dy, dtype)
    return wide(dy.astype(dtype, copy=False)), dtype


def _check_running(mean: Any, var: Any, x: Array, training: bool) -> tuple[Array, Array] | None:
    """Return the running statistics, ready to be updated in place, or None."""
    if mean is None and var is None:
        if not training:
            raise ValueError("running_mean and running_var are needed when training=False")
        return None
    for statistic, name in ((mean, "running_mean"), (var, "running_var")):
        if not isinstance(statistic, np.ndarray) or statistic.dtype.kind not in "fcO":
            raise TypeError(f"{name} must be a floating array, got {statistic!r}")
        check_shape(statistic, name, x.shape[1:2])
        if training and not statistic.flags.writeable:
            raise ValueError(f"{name} must be writable when training=True, got a read-only array")
        if training and not np.can_cast(x.dtype, statistic.dtype, "same_kind"):
            raise TypeError(f"{name} must hold dtype {x.dtype} as x does, got {statistic.dtype}")
    return mean, var


def _update_running(
    running: tuple[Array, Array] | None, mean: Array, var: Array, n: int, momentum: Any
) -> None:
    """running = (1 - momentum) running + momentum new, with the unbiased variance."""
    if running is None or mean.size == 0:
        return
    for statistic, new in zip(running, (mean, var * n / (n - 1)), strict=True):
        average_(statistic, new.reshape(statistic.shape), 1 - momentum)
