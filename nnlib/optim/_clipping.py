"""Gradient clipping: bounds on what an optimizer is given, in place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlib._checks import Array, check_number, describe
from nnlib._speed import wide

__all__ = ["clip_norm_", "clip_value_"]


def clip_norm_(grads: Any, max_norm: Any) -> float:
    """Scale gradients down, in place, to a length of at most ``max_norm``; return the length before.

    g <- g min(1, max_norm / |g|), where |g| is the Euclidean norm of all entries of all arrays
    together, so that the direction stays. Where |g| is infinite or nan nothing is changed (PyTorch,
    whose ``clip_grad_norm_`` this is, makes zeros or nan of them).

    Parameters
    ----------
    grads : floating array, or sequence of them
    max_norm : number > 0

    Raises
    ------
    TypeError, ValueError
        If something is no writable floating array, or ``max_norm`` is not positive.

    Notes
    -----
    Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks"
    (2013).
    """
    arrays = _check_arrays(grads)
    max_norm = check_number(max_norm, "max_norm", 0, ends="()")
    largest = max((float(np.max(np.abs(g), initial=0)) for g in arrays), default=0.0)
    if largest == 0 or not math.isfinite(largest):
        return largest
    # Divided by the largest entry first, so that no square overflows or vanishes.
    squares = (float(np.sum((wide(g) / largest) ** 2)) for g in arrays)
    norm = largest * math.sqrt(math.fsum(squares))
    if norm > max_norm:
        for g in arrays:
            g *= max_norm / norm
    return norm


def clip_value_(grads: Any, clip_value: Any) -> None:
    """Bring every entry of gradients into [-clip_value, clip_value], in place.

    It changes the direction. ``grads`` is a floating array or a sequence of them, ``clip_value`` a
    number >= 0; errors are those of `clip_norm_`. PyTorch's ``clip_grad_value_``.
    """
    arrays = _check_arrays(grads)
    clip_value = check_number(clip_value, "clip_value", 0)
    for g in arrays:
        np.clip(g, -clip_value, clip_value, out=g)


def _check_arrays(grads: Any) -> list[Array]:
    """The arrays of gradients, each ready to be changed in place."""
    if isinstance(grads, np.ndarray):
        arrays, names = [grads], ["grads"]
    elif isinstance(grads, Sequence) and not isinstance(grads, str):
        arrays, names = list(grads), [f"grads[{i}]" for i in range(len(grads))]
    else:
        raise TypeError(f"grads must be an array or a sequence of arrays, got {describe(grads)}")
    for name, g in zip(names, arrays, strict=True):
        if not isinstance(g, np.ndarray) or g.dtype.kind != "f":
            raise TypeError(f"{name} must be a floating array, got {describe(g)}")
        if not g.flags.writeable:
            raise ValueError(f"{name} must be writable, since clipping is in place")
    return arrays
