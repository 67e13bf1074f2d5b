"""First values of the weights: random, at a scale that keeps signals from growing or dying.

A weight array has the shape (out, in) or (out, in, *kernel), as PyTorch's; then

    fan_in = in * kernel size,    fan_out = out * kernel size.

For y = W x with independent entries of variance s^2 and zero mean, Var(y_i) = fan_in s^2 E[x^2];
each function chooses s^2. The numbers are drawn in float64 and then converted, so that a seed
gives the same weights in every dtype. ``rng`` is a ``numpy.random.Generator`` or a seed: there is
no hidden randomness.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nnlib._checks import Array, as_generator, check_choice, check_dtype, check_int, check_number

__all__ = [
    "fans",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
    "xavier_normal",
    "xavier_uniform",
]


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return (fan_in, fan_out) of a weight array of shape (out, in) or (out, in, *kernel)."""
    out, into, *kernel = _check_shape(shape)
    return into * math.prod(kernel), out * math.prod(kernel)


def lecun_normal(shape: Sequence[int], rng: Any, *, dtype: Any = np.float64) -> Array:
    """Normal with variance 1 / fan_in, for units of slope 1 at 0 such as tanh.

    ``shape`` has at least two axes, ``dtype`` is a floating one. Raises ``TypeError`` or
    ``ValueError`` for other arguments. Source: LeCun et al., "Efficient BackProp" (1998), section
    4.6.
    """
    fan_in, _ = fans(shape)
    return _normal(shape, _ratio(1, fan_in), rng, dtype)


def lecun_uniform(shape: Sequence[int], rng: Any, *, dtype: Any = np.float64) -> Array:
    """Uniform on [-a, a] with variance a^2 / 3 = 1 / fan_in. See `lecun_normal`."""
    fan_in, _ = fans(shape)
    return _uniform(shape, _ratio(1, fan_in), rng, dtype)


def xavier_normal(
    shape: Sequence[int], rng: Any, *, gain: Any = 1.0, dtype: Any = np.float64
) -> Array:
    """Normal with variance gain^2 2 / (fan_in + fan_out), between what both passes ask for.

    ``gain`` is >= 0; the rest is as in `lecun_normal`. Source: Glorot and Bengio (2010).
    PyTorch's xavier_normal_.
    """
    gain = check_number(gain, "gain", 0)
    return _normal(shape, gain**2 * _ratio(2, sum(fans(shape))), rng, dtype)


def xavier_uniform(
    shape: Sequence[int], rng: Any, *, gain: Any = 1.0, dtype: Any = np.float64
) -> Array:
    """Uniform on [-a, a], a = gain sqrt(6 / (fan_in + fan_out)). See `xavier_normal`."""
    gain = check_number(gain, "gain", 0)
    return _uniform(shape, gain**2 * _ratio(2, sum(fans(shape))), rng, dtype)


def he_normal(
    shape: Sequence[int],
    rng: Any,
    *,
    a: Any = 0.0,
    mode: str = "fan_in",
    dtype: Any = np.float64,
) -> Array:
    """Normal with variance 2 / ((1 + a^2) fan), for ReLU (a = 0) or leaky ReLU of slope ``a``.

    ReLU keeps half of E[x^2] of any symmetric x; the 2 puts it back. ``mode`` is "fan_in", which
    keeps the forward signal, or "fan_out", which keeps the backward one; the rest is as in
    `lecun_normal`. Source: He et al., "Delving deep into rectifiers" (2015). PyTorch's
    kaiming_normal_.
    """
    return _normal(shape, _he_variance(shape, a, mode), rng, dtype)


def he_uniform(
    shape: Sequence[int],
    rng: Any,
    *,
    a: Any = 0.0,
    mode: str = "fan_in",
    dtype: Any = np.float64,
) -> Array:
    """Uniform on [-b, b] with variance b^2 / 3 = 2 / ((1 + a^2) fan). See `he_normal`."""
    return _uniform(shape, _he_variance(shape, a, mode), rng, dtype)


def orthogonal(
    shape: Sequence[int], rng: Any, *, gain: Any = 1.0, dtype: Any = np.float64
) -> Array:
    """Gain times a matrix with orthonormal rows or columns, whichever are fewer.

    The matrix is the array flattened to (out, in * kernel size). It comes from the QR
    decomposition of a normal one, with the signs of R's diagonal moved into Q, which makes it
    uniform over all orthogonal matrices. The rest is as in `xavier_normal`. Sources: Saxe,
    McClelland and Ganguli (2014); Mezzadri, "How to generate random matrices" (2007).
    """
    rows, columns = _check_shape(shape)[0], math.prod(shape[1:])
    gain, dtype = check_number(gain, "gain", 0), check_dtype(dtype)
    normal = as_generator(rng).normal(size=(max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(normal)
    q *= np.where(np.diag(r) < 0, -1, 1)
    return (gain * (q if rows >= columns else q.T)).reshape(shape).astype(dtype)


def _he_variance(shape: Sequence[int], a: Any, mode: str) -> Any:
    a = check_number(a, "a")
    fan = fans(shape)[0 if check_choice(mode, "mode", ("fan_in", "fan_out")) == "fan_in" else 1]
    return _ratio(2, fan) / (1 + a**2)


def _normal(shape: Sequence[int], variance: Any, rng: Any, dtype: Any) -> Array:
    dtype = check_dtype(dtype)
    return as_generator(rng).normal(0.0, math.sqrt(variance), shape).astype(dtype)


def _uniform(shape: Sequence[int], variance: Any, rng: Any, dtype: Any) -> Array:
    dtype, bound = check_dtype(dtype), math.sqrt(3 * variance)
    return as_generator(rng).uniform(-bound, bound, shape).astype(dtype)


def _ratio(top: float, fan: int) -> float:
    """top / fan; an empty array has no entry that the value could matter to."""
    return top / fan if fan else 0.0


def _check_shape(shape: Any) -> list[int]:
    if not isinstance(shape, Sequence) or isinstance(shape, (str, bytes)):
        raise TypeError(f"shape must be a sequence of whole numbers, got {shape!r}")
    if len(shape) < 2:
        raise ValueError(f"shape must be (out, in) or (out, in, *kernel), got {tuple(shape)}")
    return [check_int(n, f"shape[{i}]", 0) for i, n in enumerate(shape)]
