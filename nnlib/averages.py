"""Running averages: the primitive under momentum, RMSprop, Adam and batch norm's statistics.

All of them are one recurrence. With C_0 = 0,

    C_t = gamma_t C_{t-1} + (1 - gamma_t) c_t,    t = 1, 2, ..., T.

A constant gamma gives the (exponential) moving average, gamma_t = (t - 1)/t the plain mean. One
step of it is `average_`, which `nnlib.optim` and `nnlib.functional.batch_norm` call as well.
Sources: MIT 6.036 lecture notes, appendix on optimization; Kingma and Ba, "Adam" (2015),
for the bias correction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnlib._checks import Array, as_float, as_unit_rate, check_number, has_axes, is_symbolic, unwrap

__all__ = [
    "average_",
    "bias_corrected_average",
    "bias_correction",
    "effective_window",
    "half_life",
    "moving_average",
    "running_average",
]


def average_(v: Array, x: Any, beta: Any) -> None:
    """Move a running average on by one value, in place: v_t = beta v_{t-1} + (1 - beta) x_t.

    The one step that the sequences below, the optimizers' rules and batch norm's running
    statistics are made of. ``v`` is an array of at least one axis, ``x`` has its shape and
    ``beta``, the weight of the past, is a number or a symbol; nothing is checked. In two lines,
    because in place it takes fewer passes over memory.
    """
    v *= beta
    v += (1 - beta) * x


def bias_correction(beta: Any, t: int) -> Any:
    """Sum of the weights of an average of t values that started at 0: 1 - beta^t.

    Divide by it: of equal values x, `average_` makes (1 - beta^t) x, too small at first. Nothing
    is checked. Source: Kingma and Ba (2015).
    """
    return 1 - beta**t


def moving_average(c: Any, gamma: Any) -> Array:
    """Exponential moving average: C_t = gamma C_{t-1} + (1 - gamma) c_t with C_0 = 0.

    Parameters
    ----------
    c : array of shape (T,) or (T, ...)
        The sequence, time along axis 0. Floating, complex or symbols; integers become float64.
    gamma : number in [0, 1), or a symbol
        The weight of the past.

    Returns
    -------
    array of the shape and dtype of ``c``
        Entry ``[t - 1]`` is C_t. Its weights (1 - gamma) gamma^(t - s) sum to 1 - gamma^t, so
        the first entries are too small: see `bias_corrected_average`.

    Raises
    ------
    TypeError, ValueError
        If ``c`` has no time axis or holds no numbers, or if ``gamma`` is outside [0, 1).
    """
    c = _sequence(c)
    gamma = check_number(gamma, "gamma", 0, 1, ends="[)")
    return running_average(c, [gamma] * len(c))


def bias_corrected_average(c: Any, gamma: Any) -> Array:
    """Moving average divided by the sum of its weights: C_t / (1 - gamma^t).

    The start at C_0 = 0 pulls C_t towards 0; a constant sequence c gives C_t = (1 - gamma^t) c.
    Dividing by 1 - gamma^t makes the weights sum to 1. It is the running average with
    gamma_t = (gamma - gamma^t) / (1 - gamma^t). Arguments, result and errors are those of
    `moving_average`. Source: Kingma and Ba (2015).
    """
    C = moving_average(c, gamma)
    gamma = check_number(gamma, "gamma", 0, 1, ends="[)")
    for t, C_t in enumerate(C, start=1):
        C[t - 1] = C_t / bias_correction(gamma, t)
    return C


def running_average(c: Any, gammas: Sequence[Any] | Array | Callable[[int], Any]) -> Array:
    """Running average with a weight for each step: C_t = gamma_t C_{t-1} + (1 - gamma_t) c_t.

    Parameters
    ----------
    c : array of shape (T,) or (T, ...)
        The sequence, time along axis 0, as for `moving_average`.
    gammas : sequence of length T, or a function of t = 1, 2, ..., T
        gamma_t, each a number in [0, 1] or a symbol. ``lambda t: (t - 1) / t`` gives the plain
        mean of c_1, ..., c_t: there gamma_1 = 0, which forgets the start C_0 = 0.

    Returns
    -------
    array of the shape and dtype of ``c``
        Entry ``[t - 1]`` is C_t = sum over s of (1 - gamma_s) gamma_{s+1} ... gamma_t c_s.

    Raises
    ------
    TypeError, ValueError
        If ``c`` is not a sequence of numbers, ``gammas`` has another length than ``c``, or some
        gamma_t is outside [0, 1].
    """
    c = _sequence(c)
    C, C_t = np.empty_like(c), np.zeros_like(c[:1])
    for t, gamma_t in enumerate(_weights(gammas, len(c))):
        average_(C_t, c[t : t + 1], gamma_t)
        C[t] = C_t[0]
    return C


def half_life(gamma: Any) -> Any:
    """Age h at which a weight has halved: gamma^h = 1/2, so h = log(1/2) / log(gamma).

    ``gamma`` is a number in [0, 1), a symbol made by `nnlib.symbolic.sym`, or an array of either;
    the result has its shape. At gamma = 0 it is 0, the limit: all weight is on the newest
    value. One of five lengths that are easily confused, here at gamma = 0.9. Three are ages:

    - half-life, log(1/2) / log(gamma) = 6.6: to within a step, half of all the weight is younger;
    - mean age of the weights, gamma / (1 - gamma) = 9, the lag behind a steady climb;
    - time constant, -1 / log(gamma) = 9.5: at this age a weight has dropped to 1/e.

    And two are windows, lengths of a plain mean that has something in common with the average:

    - 1 / (1 - gamma) = 10: the same weight of the newest value;
    - (1 + gamma) / (1 - gamma) = 19: the same noise, and the same lag; see `effective_window`.
    """
    if is_symbolic(gamma):
        raise TypeError(f"gamma must be an array to take its logarithm: use sym({gamma})")
    gamma = np.asanyarray(as_unit_rate(gamma, "gamma"))
    half = np.ones_like(gamma) / 2
    with np.errstate(divide="ignore"):  # log(0) = -inf gives the limit, 0
        return unwrap(np.log(half) / np.log(gamma))


def effective_window(gamma: Any) -> Any:
    """Length N of the plain mean with the same variance: N = (1 + gamma) / (1 - gamma).

    For independent noise of variance s^2 the moving average has variance
    s^2 (1 - gamma) / (1 + gamma) once its start is forgotten, and a plain mean of N values has
    s^2 / N; the two agree at this N, and so do their mean ages, (N - 1) / 2 = gamma / (1 - gamma).
    At gamma = 0.9 it is 19, not 1 / (1 - gamma) = 10. For the other lengths see `half_life`.

    ``gamma`` is a number in [0, 1), a symbol or an array of either; the result has its shape.
    """
    gamma = as_unit_rate(gamma, "gamma")
    return unwrap((1 + gamma) / (1 - gamma))


def _sequence(c: Any) -> Array:
    """Check that ``c`` has a time axis."""
    c = as_float(c, "c")
    if c.ndim == 0:
        raise ValueError("c must have a time axis, shape (T,) or (T, ...), got a single value")
    return c


def _weights(gammas: Any, length: int) -> list[Any]:
    """Return gamma_1, ..., gamma_T, each checked."""
    if callable(gammas):
        values = [gammas(t) for t in range(1, length + 1)]
    elif not has_axes(gammas) or any(has_axes(g) for g in gammas):
        raise TypeError(
            "gammas must be a sequence as long as c or a function of t = 1, 2, ..., "
            f"got {gammas!r}; for a constant gamma use moving_average"
        )
    else:
        values = list(gammas)
    if len(values) != length:
        raise ValueError(f"gammas must be as long as c, {length}, got {len(values)} values")
    name = "gammas({})" if callable(gammas) else "gammas: gamma_{}"
    return [check_number(g, name.format(t), 0, 1) for t, g in enumerate(values, start=1)]
