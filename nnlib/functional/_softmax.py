"""Softmax, log-sum-exp and the cross-entropy of logits, each with its backward.

With logits z and temperature tau, over the C classes of one example,

    p_i = exp(z_i / tau) / sum_k exp(z_k / tau),        loss = -sum_i y_i log p_i.

Every function first subtracts the largest logit. That changes nothing in exact arithmetic and
keeps exp from overflowing in floating point. Sums of float16 are taken in float32. Sources: Bridle, "Probabilistic interpretation of
feedforward classification network outputs" (1990); Goodfellow, Bengio and Courville, "Deep
Learning" (2016); Szegedy et al., "Rethinking the Inception
architecture" (2016), for label smoothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import (
    Array,
    as_cache,
    as_float,
    check_axis,
    check_bool,
    check_choice,
    check_int,
    check_number,
    check_shape,
    describe,
    has_axes,
)
from nnlib._speed import narrow, sum_along, unbuffered, wide

__all__ = [
    "CrossEntropyCache",
    "cross_entropy",
    "cross_entropy_backward",
    "log_softmax",
    "log_softmax_backward",
    "logsumexp",
    "logsumexp_backward",
    "softmax",
    "softmax_backward",
]


def logsumexp(z: Any, axis: int = -1, *, keepdims: bool = False) -> Array:
    """Logarithm of a sum of exponentials: m + log(sum_i exp(z_i - m)) with m = max_i z_i.

    Parameters
    ----------
    z : array of at least one axis
        Floating, complex or symbols; integers become float64. Entries of -inf count as absent.
    axis : int
        The axis summed over; it has at least one entry.
    keepdims : bool
        Whether the result keeps ``axis`` with length 1.

    Returns
    -------
    array of the dtype of ``z``, without ``axis`` (a scalar where nothing is left)

    Raises
    ------
    TypeError, ValueError
        If ``z`` holds no numbers, or has no entries along ``axis``.
    """
    z, axis = _check_classes(z, "z", axis)
    dtype, z = z.dtype, wide(z)
    check_bool(keepdims, "keepdims")
    peak = _largest(z, axis)
    # All entries -inf: a sum of nothing, whose logarithm is -inf. No reason to warn.
    with np.errstate(divide="ignore", over="ignore"):
        result = peak + np.log(np.sum(np.exp(z - peak), axis=axis, keepdims=True))
    result = narrow(result, dtype)
    return result if keepdims else _drop(result, axis)


def logsumexp_backward(dlse: Any, z: Any, axis: int = -1) -> Array:
    """Gradient of `logsumexp`: dz_i = dlse * p_i with p = softmax(z).

    ``dlse`` has the shape of the result of ``logsumexp(z, axis)``; dz has the shape of ``z``.
    """
    z, axis = _check_classes(z, "z", axis)
    dlse = as_float(dlse, "dlse")
    check_shape(dlse, "dlse", z.shape[:axis] + z.shape[axis + 1 :])
    return np.expand_dims(dlse, axis) * softmax(z, axis)


@unbuffered
def softmax(z: Any, axis: int = -1, *, temperature: Any = 1.0) -> Array:
    """Probabilities from logits: p_i = exp(z_i / temperature) / sum_k exp(z_k / temperature).

    Parameters
    ----------
    z : array of at least one axis
        The logits. Floating, complex or symbols; integers become float64.
    axis : int
        The axis of the classes; it has at least one entry.
    temperature : number > 0, or a symbol
        High temperatures flatten the distribution, low ones sharpen it.

    Returns
    -------
    array of the shape and dtype of ``z``
        Positive, and summing to 1 along ``axis``. It is no pair with a cache: `softmax_backward`
        takes p itself.

    Raises
    ------
    TypeError, ValueError
        If ``z`` holds no numbers or has no entries along ``axis``, or ``temperature`` is not
        positive.
    """
    z, axis = _check_classes(z, "z", axis)
    e = np.exp(_shifted(z, axis, temperature))
    p = e / np.sum(e, axis=axis, keepdims=True)
    return narrow(p, z.dtype)


def softmax_backward(dp: Any, p: Any, axis: int = -1, *, temperature: Any = 1.0) -> Array:
    """Gradient of `softmax` from its result p: dz_i = p_i (dp_i - sum_k dp_k p_k) / temperature.

    This is the product of ``dp`` with the Jacobian p_i (delta_ij - p_j), without building the
    matrix. ``dp`` and ``p`` have one shape, which is that of dz.
    """
    p, axis = _check_classes(p, "p", axis)
    dp = as_float(dp, "dp")
    check_shape(dp, "dp", p.shape)
    dtype, p, dp = np.result_type(p, dp), wide(p), wide(dp)
    dz = p * (dp - np.sum(dp * p, axis=axis, keepdims=True))
    return narrow(_over(dz, temperature), dtype)


@unbuffered
def log_softmax(z: Any, axis: int = -1, *, temperature: Any = 1.0) -> Array:
    """Logarithm of `softmax`, computed as z_i - logsumexp(z) so that no p_i is rounded to 0.

    With a temperature, z is first divided by it. Arguments, result shape and errors are those of
    `softmax`.
    """
    z, axis = _check_classes(z, "z", axis)
    shifted = _shifted(z, axis, temperature)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
    return narrow(log_p, z.dtype)


def log_softmax_backward(
    dlog_p: Any, log_p: Any, axis: int = -1, *, temperature: Any = 1.0
) -> Array:
    """Gradient of `log_softmax` from its result: dz_i = (dlog_p_i - p_i sum_k dlog_p_k) / tau.

    Here p = exp(log_p) and tau is the temperature. ``dlog_p`` and ``log_p`` have one shape,
    which is that of dz.
    """
    log_p, axis = _check_classes(log_p, "log_p", axis)
    dlog_p = as_float(dlog_p, "dlog_p")
    check_shape(dlog_p, "dlog_p", log_p.shape)
    dtype, log_p, dlog_p = np.result_type(log_p, dlog_p), wide(log_p), wide(dlog_p)
    dz = dlog_p - np.exp(log_p) * np.sum(dlog_p, axis=axis, keepdims=True)
    return narrow(_over(dz, temperature), dtype)


class Targets(NamedTuple):
    """The targets y_i of a batch. Given class numbers, y_i is 0 but at the class of the example."""

    y: Any  # like the logits; or y at the class: 1, its weight, or 0 if it is ignored
    at: tuple[Array, ...] | None  # the index of each example's class in an array like the logits
    kept: Array | None  # which examples count; None: all
    total: Any  # what a mean over the examples is divided by


class CrossEntropyCache(NamedTuple):
    """What `cross_entropy_backward` needs from the forward pass."""

    p: Array
    targets: Targets
    axis: int
    temperature: Any
    reduction: str
    dtype: np.dtype[Any]  # of logits, targets and weights together


@unbuffered
def cross_entropy(
    logits: Any,
    target: Any,
    *,
    weight: Any = None,
    ignore_index: int | None = None,
    reduction: str = "mean",
    label_smoothing: Any = 0.0,
    temperature: Any = 1.0,
) -> tuple[Any, CrossEntropyCache]:
    """Cross-entropy of targets y and p = softmax(logits / temperature): -sum_i y_i log p_i.

    Parameters
    ----------
    logits : array of shape (C,), (N, C) or (N, C, d1, ...)
        Floating, complex or symbols; integers become float64.
    target : integers of the shape without the class axis, or numbers of the shape of logits
        Class numbers in [0, C), or for each class a probability y_i. That the y_i sum to 1 is not
        asked for; the gradient holds without it.
    weight : array of shape (C,), or None
        A weight w_i for each class: y_i becomes w_i y_i.
    ignore_index : int or None
        The class number of examples that do not count. None: there are none (PyTorch ignores -100
        unless told otherwise).
    reduction : "mean", "sum" or "none"
        The mean over the examples that count, their sum, or one loss each. With class numbers and
        weights it is the weighted mean: the sum over the sum of the examples' weights.
    label_smoothing : number a in [0, 1], or a symbol
        Replaces y_i by (1 - a) y_i + a / C, before the weights.
    temperature : number > 0, or a symbol

    Returns
    -------
    loss : scalar, or for ``"none"`` an array of the shape of logits without the class axis
    cache : CrossEntropyCache
        For `cross_entropy_backward`.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, a class number is out of range or not whole, or a setting is.
    """
    logits = as_float(logits, "logits")
    logits, axis = _check_classes(logits, "logits", 0 if logits.ndim == 1 else 1)
    check_choice(reduction, "reduction", ("mean", "sum", "none"))
    targets, dtype = _read_targets(target, logits, axis, weight, ignore_index, label_smoothing)
    y, at, kept, examples = targets

    z = _shifted(logits, axis, temperature)
    e = np.exp(z)
    total = sum_along(e, axis)
    p = np.divide(e, total, out=e)
    # -sum_i y_i log p_i, with log p_i = z_i - log(total): finite where p_i rounds to 0
    log_total = _drop(np.log(total), axis)
    if at is not None:
        losses = y * (log_total - z[at])
    else:
        losses = np.sum(y, axis=axis) * log_total - np.sum(y * _present(z, y), axis=axis)
    losses = losses if kept is None else np.where(kept, losses, 0)

    with np.errstate(invalid="ignore"):  # the mean of no example is nan
        reduce: Any = {
            "mean": lambda losses: np.divide(np.sum(losses), examples),
            "sum": np.sum,
            "none": np.asanyarray,
        }[reduction]
        loss = narrow(reduce(losses), dtype)
    return loss, CrossEntropyCache(p, targets, axis, temperature, reduction, dtype)


def cross_entropy_backward(cache: CrossEntropyCache, dloss: Any = 1) -> Array:
    """Gradient of `cross_entropy`: dlogits_i = dloss (p_i sum_k y_k - y_i) / temperature.

    For the mean over N examples it is divided by N. Where the targets sum to 1, as class numbers
    always do, it is the well-known p - y.

    Parameters
    ----------
    cache : CrossEntropyCache
    dloss : number, or for ``reduction="none"`` also an array of the shape of the losses

    Returns
    -------
    array of the shape and dtype of the logits
    """
    cache = as_cache(cache, CrossEntropyCache)
    p, (y, at, kept, examples), axis, temperature, reduction, dtype = cache
    scale, dtype = _check_dloss(dloss, cache)
    if p.size == 0 or (kept is not None and not np.any(kept)):
        return np.zeros_like(p, dtype=dtype)
    if reduction == "mean":
        scale = scale / examples
    scale = _over(scale, temperature)

    if at is not None:  # p - y, with y = 0 but at the class
        dlogits = _per_example(scale * y, axis) * p
        dlogits[at] -= scale * y
    else:
        dlogits = _per_example(scale, axis) * (p * np.sum(y, axis=axis, keepdims=True) - y)
    dlogits = dlogits if kept is None else np.where(np.expand_dims(kept, axis), dlogits, 0)
    return narrow(dlogits, dtype)


def _read_targets(
    target: Any, logits: Array, axis: int, weight: Any, ignore_index: Any, smoothing: Any
) -> tuple[Targets, np.dtype[Any]]:
    """Return the targets, smoothed and weighted, and the dtype of the loss."""
    smoothing = check_number(smoothing, "label_smoothing", 0, 1)
    target, C = _check_target(target, logits.shape, axis), logits.shape[axis]
    dtype = logits.dtype
    if weight is not None:
        weight = as_float(weight, "weight")
        check_shape(weight, "weight", (C,))
        dtype, weight = np.result_type(dtype, weight), wide(weight)

    def weighted(y: Array) -> Array:
        y = y if smoothing == 0 else (1 - smoothing) * y + smoothing / C
        return y if weight is None else y * weight.reshape(C, *(1,) * (y.ndim - 1 - axis))

    if target.shape == logits.shape:
        if ignore_index is not None:
            raise ValueError(
                f"ignore_index must be None for a target of probabilities, got {ignore_index}"
            )
        y = as_float(target, "target")
        dtype = np.result_type(dtype, y)
        return Targets(weighted(wide(y)), None, None, y.size // C), dtype

    classes, kept = _check_class_numbers(target, C, ignore_index)
    at: list[Array] = list(np.indices(classes.shape, sparse=True))
    at.insert(axis, classes)
    if weight is None and kept is None and smoothing == 0:
        return Targets(1, tuple(at), None, classes.size), dtype

    count = np.ones_like(wide(logits), shape=classes.shape) if weight is None else weight[classes]
    count = count if kept is None else np.where(kept, count, 0)
    if weight is None:
        total = classes.size if kept is None else int(np.sum(kept))
    else:
        total = np.sum(count)
    if smoothing == 0:
        return Targets(count, tuple(at), kept, total), dtype
    one_hot = np.zeros_like(wide(logits))
    one_hot[tuple(at)] = 1
    return Targets(weighted(one_hot), None, kept, total), dtype


def _check_target(target: Any, shape: tuple[int, ...], axis: int) -> Array:
    try:
        target = np.asanyarray(target)
    except ValueError:
        raise ValueError(f"target must be a rectangular array, got {describe(target)}") from None
    per_example = shape[:axis] + shape[axis + 1 :]
    if target.shape not in (per_example, shape):
        raise ValueError(
            f"target must have shape {per_example} (class numbers) or {shape} "
            f"(probabilities) for logits of shape {shape}, got {target.shape}"
        )
    return target


def _check_class_numbers(target: Array, C: int, ignore_index: Any) -> tuple[Array, Array | None]:
    """Return the class numbers, and which examples count; those that do not get class 0."""
    if target.dtype.kind not in "iu" and target.size:
        raise TypeError(f"target must hold whole class numbers, got dtype {target.dtype}")
    kept = None
    if ignore_index is not None:
        kept = target != check_int(ignore_index, "ignore_index")
        target = np.where(kept, target, 0)
    if target.size and not (target.min() >= 0 and target.max() < C):
        raise ValueError(
            f"target must hold class numbers from 0 to {C - 1}, "
            f"got {target.min()} to {target.max()}"
        )
    return target.astype(np.intp), kept


def _check_dloss(dloss: Any, cache: CrossEntropyCache) -> tuple[Any, np.dtype[Any]]:
    """Return dloss, and the dtype of the gradient."""
    if not has_axes(dloss):
        number = dloss if np.iscomplexobj(dloss) else check_number(dloss, "dloss")
        return number, cache.dtype
    if cache.reduction != "none":
        raise ValueError(
            f'dloss must be a number for reduction="{cache.reduction}", got {describe(dloss)}'
        )
    dloss = as_float(dloss, "dloss")
    shape, axis = cache.p.shape, cache.axis
    check_shape(dloss, "dloss", shape[:axis] + shape[axis + 1 :])
    return wide(dloss), np.result_type(dloss, cache.dtype)


def _check_classes(z: Any, name: str, axis: int) -> tuple[Array, int]:
    """Return the array and the axis counted from the front, which has at least one entry."""
    z = as_float(z, name)
    axis = check_axis(z, name, axis)
    if z.shape[axis] == 0:
        raise ValueError(f"{name} must have at least one class, got shape {z.shape}")
    return z, axis


def _shifted(z: Array, axis: int, temperature: Any) -> Array:
    """z / temperature, minus its largest entry, so that exp of it is at most 1."""
    z = _over(wide(z), temperature)
    return z - _largest(z, axis)


def _over(z: Array, temperature: Any) -> Array:
    temperature = check_number(temperature, "temperature", 0, ends="()")
    return z if temperature == 1 else z / temperature


def _largest(z: Array, axis: int) -> Array:
    """The largest entry along the axis, or 0 where that is infinite and would give inf - inf."""
    peak = z.max(axis=axis, keepdims=True)
    return np.where(np.isinf(peak), 0, peak)


def _present(z: Array, y: Array) -> Array:
    """z, with 0 for the -inf of an absent class that has no share in the target: 0 inf is nan."""
    absent = z == -np.inf
    return np.where(absent & (y == 0), 0, z) if np.any(absent) else z


def _per_example(scale: Any, axis: int) -> Any:
    """One number, or one for each example in a shape that broadcasts against the logits."""
    return scale if np.ndim(scale) == 0 else np.expand_dims(scale, axis)


def _drop(z: Array, axis: int) -> Array:
    """Remove an axis of length 1, as indexing does: a scalar where no axis is left."""
    return z[(slice(None),) * axis + (0,)]
