"""The squared error, a loss for numbers; that for classes is `cross_entropy`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import (
    Array,
    as_cache,
    as_float,
    check_choice,
    check_number,
    check_shape,
    describe,
    has_axes,
)
from nnlib._speed import narrow, wide

__all__ = ["SquaredErrorCache", "mse_loss", "mse_loss_backward"]


class SquaredErrorCache(NamedTuple):
    """What `mse_loss_backward` needs."""

    difference: Array  # y - target
    reduction: str
    dtype: np.dtype[Any]  # of y and target together


def mse_loss(y: Any, target: Any, *, reduction: str = "mean") -> tuple[Any, SquaredErrorCache]:
    """Squared error: the mean of (y_i - target_i)^2 over all entries.

    Parameters
    ----------
    y, target : arrays of one shape
        Floating, complex or symbols; integers become float64. Unlike in PyTorch nothing is
        broadcast: (N, 1) against (N,) would compare everything with everything.
    reduction : "mean", "sum" or "none"
        The mean over all entries (some texts take half of it, or divide by the examples only),
        their sum, or an array of one loss for each entry.

    Returns
    -------
    loss : scalar, or for ``"none"`` an array of the shape of y
    cache : SquaredErrorCache

    Raises
    ------
    TypeError, ValueError
        If the shapes differ, or an argument is not of the kind above.
    """
    y, target = as_float(y, "y"), as_float(target, "target")
    check_shape(target, "target", y.shape)
    check_choice(reduction, "reduction", ("mean", "sum", "none"))
    difference, dtype = wide(y) - wide(target), np.result_type(y, target)
    losses = difference**2
    with np.errstate(invalid="ignore"):  # the mean of no entry is nan
        reduce: Any = {
            "mean": lambda losses: np.divide(np.sum(losses), losses.size),
            "sum": np.sum,
            "none": np.asanyarray,
        }[reduction]
        loss = narrow(reduce(losses), dtype)
    return loss, SquaredErrorCache(difference, reduction, dtype)


def mse_loss_backward(cache: SquaredErrorCache, dloss: Any = 1) -> Array:
    """Gradient of `mse_loss` by y: dy_i = 2 dloss (y_i - target_i), over the size for the mean.

    By the target it is -dy. ``dloss`` is a number, or for ``reduction="none"`` also an array of the
    shape of the losses.
    """
    difference, reduction, dtype = as_cache(cache, SquaredErrorCache)
    if not has_axes(dloss):
        dloss = dloss if np.iscomplexobj(dloss) else check_number(dloss, "dloss")
    elif reduction == "none":
        dloss = as_float(dloss, "dloss")
        check_shape(dloss, "dloss", difference.shape)
        dtype, dloss = np.result_type(dtype, dloss), wide(dloss)
    else:
        raise ValueError(
            f'dloss must be a number for reduction="{reduction}", got {describe(dloss)}'
        )
    if reduction == "mean":
        dloss = dloss / max(difference.size, 1)
    return narrow(2 * dloss * difference, dtype)
