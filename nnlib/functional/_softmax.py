"""Softmax, log-sum-exp and the cross-entropy of logits, each with its backward.

With logits z and temperature tau, over the C classes of one example,

    p_i = exp(z_i / tau) / sum_k exp(z_k / tau),        loss = -sum_i y_i log p_i.

Every function first subtracts the largest logit. That changes nothing in exact arithmetic and
keeps exp from overflowing in floating point. Sources: Bridle, "Probabilistic interpretation of
feedforward classification network outputs" (1990); Goodfellow, Bengio and Courville, "Deep
Learning" (2016), sections 4.1 and 6.2.2; Szegedy et al., "Rethinking the Inception
architecture" (2016), section 7, for label smoothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import Array, as_float, check_choice, check_int, check_number, check_shape
from nnlib._speed import sum_along, unbuffered

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


def logsumexp(z: Any, axis: int = -1, keepdims: bool = False) -> Array:
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
    z, axis = _check_axis(z, "z", axis)
    peak = _peak(z, axis)
    # All entries -inf: a sum of nothing, whose logarithm is -inf. No reason to warn.
    with np.errstate(divide="ignore"):
        result = peak + np.log(np.sum(np.exp(z - peak), axis=axis, keepdims=True))
    return result if keepdims else _drop(result, axis)


def logsumexp_backward(dlse: Any, z: Any, axis: int = -1) -> Array:
    """Gradient of `logsumexp`: dz_i = dlse * p_i with p = softmax(z).

    ``dlse`` has the shape of the result of ``logsumexp(z, axis)``; dz has the shape of ``z``.
    """
    z, axis = _check_axis(z, "z", axis)
    dlse = as_float(dlse, "dlse")
    check_shape(dlse, "dlse", z.shape[:axis] + z.shape[axis + 1 :])
    return np.expand_dims(dlse, axis) * softmax(z, axis)


@unbuffered
def softmax(z: Any, axis: int = -1, temperature: Any = 1.0) -> Array:
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
        Positive, and summing to 1 along ``axis``.

    Raises
    ------
    TypeError, ValueError
        If ``z`` holds no numbers or has no entries along ``axis``, or ``temperature`` is not
        positive.
    """
    z = _shifted_logits(z, axis, temperature)
    e = np.exp(z)
    return e / np.sum(e, axis=axis, keepdims=True)


def softmax_backward(dp: Any, p: Any, axis: int = -1, temperature: Any = 1.0) -> Array:
    """Gradient of `softmax` from its result p: dz_i = p_i (dp_i - sum_k dp_k p_k) / temperature.

    This is the product of ``dp`` with the Jacobian p_i (delta_ij - p_j), without building the
    matrix. ``dp`` and ``p`` have one shape, which is that of dz.
    """
    p, axis = _check_axis(p, "p", axis)
    dp = as_float(dp, "dp")
    check_shape(dp, "dp", p.shape)
    dz = p * (dp - np.sum(dp * p, axis=axis, keepdims=True))
    return _over(dz, temperature)


@unbuffered
def log_softmax(z: Any, axis: int = -1, temperature: Any = 1.0) -> Array:
    """Logarithm of `softmax`, computed as z_i - logsumexp(z) so that no p_i is rounded to 0.

    With a temperature, z is first divided by it. Arguments, result shape and errors are those of
    `softmax`.
    """
    z = _shifted_logits(z, axis, temperature)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))


def log_softmax_backward(dlog_p: Any, log_p: Any, axis: int = -1, temperature: Any = 1.0) -> Array:
    """Gradient of `log_softmax` from its result: dz_i = (dlog_p_i - p_i sum_k dlog_p_k) / tau.

    Here p = exp(log_p) and tau is the temperature. ``dlog_p`` and ``log_p`` have one shape,
    which is that of dz.
    """
    log_p, axis = _check_axis(log_p, "log_p", axis)
    dlog_p = as_float(dlog_p, "dlog_p")
    check_shape(dlog_p, "dlog_p", log_p.shape)
    dz = dlog_p - np.exp(log_p) * np.sum(dlog_p, axis=axis, keepdims=True)
    return _over(dz, temperature)


class CrossEntropyCache(NamedTuple):
    """What `cross_entropy_backward` needs from the forward pass."""

    p: Array
    target: _Classes | _Probabilities
    axis: int
    temperature: Any
    reduction: str


@unbuffered
def cross_entropy(
    logits: Any,
    target: Any,
    label_smoothing: Any = 0.0,
    reduction: str = "mean",
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
    label_smoothing : number a in [0, 1], or a symbol
        Replaces y_i by (1 - a) y_i + a / C.
    reduction : "mean", "sum" or "none"
        The mean over the examples, their sum, or one loss each.
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
    axis = 0 if logits.ndim == 1 else 1
    y = _check_target(target, logits, axis, label_smoothing)
    check_choice(reduction, "reduction", ("mean", "sum", "none"))

    z = _shifted_logits(logits, axis, temperature)
    e = np.exp(z)
    total = sum_along(e, axis)
    p = np.divide(e, total, out=e)
    # -sum_i y_i log p_i, with log p_i = z_i - log(total): finite where p_i rounds to 0
    losses = y.total() * _drop(np.log(total), axis) - y.expectation(z)

    reduce: Any = {"mean": np.mean, "sum": np.sum, "none": np.asanyarray}[reduction]
    return reduce(losses), CrossEntropyCache(p, y, axis, temperature, reduction)


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
    p, y, axis, temperature, reduction = cache
    dloss = _check_dloss(dloss, cache)
    if reduction == "mean":
        dloss = dloss / max(p.size // p.shape[axis], 1)
    return y.gradient(p, _over(dloss, temperature))


@dataclass(frozen=True)
class _Classes:
    """Targets given as class numbers: y is 1 at the class and 0 elsewhere, then smoothed."""

    at: tuple[Array, ...]  # the index of each example's class in an array like the logits
    axis: int
    smoothing: Any

    def total(self) -> Any:
        """sum_i y_i"""
        return 1

    def expectation(self, z: Array) -> Array:
        """sum_i y_i z_i, which without smoothing reads one z_i an example."""
        if self.smoothing == 0:
            return z[self.at]
        everywhere = np.sum(z, axis=self.axis) / z.shape[self.axis]
        return (1 - self.smoothing) * z[self.at] + self.smoothing * everywhere

    def gradient(self, p: Array, scale: Any) -> Array:
        """scale (p_i - y_i), with one number as the scale, or one for each example"""
        if self.smoothing != 0:
            p = p - self.smoothing / p.shape[self.axis]
        dz = _per_example(scale, self.axis) * p
        dz[self.at] -= scale * (1 - self.smoothing)
        return dz


@dataclass(frozen=True)
class _Probabilities:
    """Targets given as one probability y_i for each class, smoothed."""

    y: Array
    axis: int

    def total(self) -> Any:
        """sum_i y_i"""
        return np.sum(self.y, axis=self.axis)

    def expectation(self, z: Array) -> Array:
        """sum_i y_i z_i"""
        return np.sum(self.y * z, axis=self.axis)

    def gradient(self, p: Array, scale: Any) -> Array:
        """scale (p_i sum_k y_k - y_i), with one number as the scale, or one for each example"""
        total = np.sum(self.y, axis=self.axis, keepdims=True)
        return _per_example(scale, self.axis) * (p * total - self.y)


def _check_target(
    target: Any, logits: Array, axis: int, smoothing: Any
) -> _Classes | _Probabilities:
    logits, _ = _check_axis(logits, "logits", axis)
    smoothing = check_number(smoothing, "label_smoothing", 0, 1)
    target = np.asanyarray(target)
    C = logits.shape[axis]
    if target.shape == logits.shape:
        y = as_float(target, "target")
        return _Probabilities(y if smoothing == 0 else (1 - smoothing) * y + smoothing / C, axis)

    per_example = logits.shape[:axis] + logits.shape[axis + 1 :]
    if target.shape != per_example:
        raise ValueError(
            f"target must have shape {per_example} (class numbers) or {logits.shape} "
            f"(probabilities) for logits of shape {logits.shape}, got {target.shape}"
        )
    if target.dtype.kind not in "iu" and target.size:
        raise TypeError(f"target must hold whole class numbers, got dtype {target.dtype}")
    if target.size and not (target.min() >= 0 and target.max() < C):
        raise ValueError(
            f"target must hold class numbers from 0 to {C - 1}, "
            f"got {target.min()} to {target.max()}"
        )
    at: list[Array] = list(np.indices(per_example, sparse=True))
    at.insert(axis, target.astype(np.intp))
    return _Classes(tuple(at), axis, smoothing)


def _check_dloss(dloss: Any, cache: CrossEntropyCache) -> Any:
    if np.ndim(dloss) == 0:
        return check_number(dloss, "dloss") if not np.iscomplexobj(dloss) else dloss
    if cache.reduction != "none":
        raise ValueError(
            f'dloss must be a number for reduction="{cache.reduction}", got shape {np.shape(dloss)}'
        )
    dloss = as_float(dloss, "dloss")
    shape, axis = cache.p.shape, cache.axis
    check_shape(dloss, "dloss", shape[:axis] + shape[axis + 1 :])
    return dloss


def _check_axis(z: Any, name: str, axis: int) -> tuple[Array, int]:
    """Return the array and the axis counted from the front."""
    z = as_float(z, name)
    if z.ndim == 0:
        raise ValueError(f"{name} must have at least one axis, got a single number")
    axis = check_int(axis, "axis", -z.ndim, z.ndim - 1) % z.ndim
    if z.shape[axis] == 0:
        raise ValueError(f"{name} must have at least one class, got shape {z.shape}")
    return z, axis


def _shifted_logits(z: Any, axis: int, temperature: Any) -> Array:
    """z / temperature, minus its largest entry, so that exp of it is at most 1."""
    z, axis = _check_axis(z, "z", axis)
    z = _over(z, temperature)
    return z - _peak(z, axis)


def _over(z: Array, temperature: Any) -> Array:
    temperature = check_number(temperature, "temperature", 0, ends="()")
    return z if temperature == 1 else z / temperature


def _peak(z: Array, axis: int) -> Array:
    """The largest entry along the axis, or 0 where that is infinite and would give inf - inf."""
    peak = z.max(axis=axis, keepdims=True)
    if z.dtype.kind == "O":
        return peak
    return np.where(np.isfinite(peak), peak, 0).astype(z.dtype, copy=False)


def _per_example(scale: Any, axis: int) -> Any:
    """One number, or one for each example in a shape that broadcasts against the logits."""
    return scale if np.ndim(scale) == 0 else np.expand_dims(scale, axis)


def _drop(z: Array, axis: int) -> Array:
    """Remove an axis of length 1, as indexing does: a scalar where no axis is left."""
    return z[(slice(None),) * axis + (0,)]
