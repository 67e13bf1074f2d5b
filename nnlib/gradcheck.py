"""Numerical derivatives, and checks of a backward pass against them.

Three ways, from the most exact to the cheapest:

- `complex_step`: the code runs on x + ih; nothing is subtracted, so the error is that of rounding.
  It needs code that is analytic in x and runs on complex arrays.
- `central_difference`: works for any code; stops at about 1e-10 in float64.
- `projection_error`: one random direction instead of every entry, for large arrays.

A function with an array for a value is reduced to a number by a cotangent ``dy``: the derivative
is that of sum(dy * f(x)). Choose dy at random. With dy = 1 or dy = y whole terms may vanish: for
batch norm the true gradient of sum(y^2) is zero up to eps, and a wrong backward pass may give
zero as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnlib._checks import (
    Array,
    as_float,
    as_generator,
    check_callable,
    check_choice,
    check_number,
    check_shape,
    describe,
)

__all__ = ["central_difference", "check_backward", "complex_step", "projection_error"]


def central_difference(
    f: Callable[[Array], Any], x: Any, dy: Any = None, *, h: Any = None
) -> Array:
    """Gradient of sum(dy f(x)) by x, entry by entry: (f(x + h) - f(x - h)) / (2 h).

    Parameters
    ----------
    f : function of one array
        It is called with changed copies of ``x`` and returns a number or an array.
    x : real array of any shape
        Integers become float64.
    dy : array of the shape of f(x), or None
        None stands for 1, and f must return one number.
    h : number > 0, or None
        None: the cube root of the dtype's eps times max(1, |x|), entry by entry, which balances
        the error of the formula, about h^2, with that of rounding, about eps / h.

    Returns
    -------
    array of the shape and dtype of ``x``
    """
    check_callable(f, "f")
    x = _real(x)
    h = None if h is None else check_number(h, "h", 0, ends="(]")
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        reach = h or np.cbrt(np.finfo(x.dtype).eps) * max(1, abs(x[index]))
        above, below = x.copy(), x.copy()
        above[index] += reach
        below[index] -= reach
        change = _project(f(above), dy) - _project(f(below), dy)
        gradient[index] = change / (above[index] - below[index])
    return gradient


def complex_step(f: Callable[[Array], Any], x: Any, dy: Any = None, *, h: Any = 1e-30) -> Array:
    """Gradient of sum(dy f(x)) by x, entry by entry: Im f(x + ih) / h.

    Arguments and result are those of `central_difference`; f is called with arrays of complex128
    (of the wider kind for longdouble) and must be analytic: no abs, no comparison that the step decides, no conjugate. A ``ValueError``
    says so if f returns a real result, because then the derivative was lost on the way. Source:
    Squire and Trapp, "Using complex variables to estimate derivatives" (1998).
    """
    check_callable(f, "f")
    x = _real(x)
    h = check_number(h, "h", 0, ends="(]")
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        moved = x.astype(np.result_type(x.dtype, np.complex128))
        moved[index] += 1j * h
        value = _project(f(moved), dy)
        if not np.iscomplexobj(value):
            raise ValueError("f must return complex values for complex x, got real ones")
        gradient[index] = value.imag / h
    return gradient


def projection_error(
    f: Callable[[Array], Any],
    gradient: Any,
    x: Any,
    rng: Any,
    dy: Any = None,
    *,
    h: Any = None,
    method: str = "central",
) -> float:
    """Relative error of a gradient along one random direction u, at the cost of two calls of f.

    Compares sum(gradient u) with (f(x + hu) - f(x - hu)) / (2h), or with Im f(x + ihu) / h where
    ``method`` is "complex". u is normal; a wrong entry is missed with probability zero, up to
    rounding. ``h`` is 1e-30, or the cube root of the dtype's eps, 6e-6 in float64, by default, ``rng`` a Generator or a seed; the rest is as in
    `central_difference`. The error is relative to the sum of the sizes |gradient u|.
    """
    check_callable(f, "f")
    x, gradient = _real(x), as_float(gradient, "gradient")
    check_shape(gradient, "gradient", x.shape)
    method = check_choice(method, "method", ("central", "complex"))
    usual = 1e-30 if method == "complex" else float(np.cbrt(np.finfo(x.dtype).eps))
    h = check_number(usual if h is None else h, "h", 0, ends="(]")
    u = as_generator(rng).normal(size=x.shape)
    if method == "complex":
        slope = _project(f(x + 1j * h * u), dy).imag / h
    else:
        slope = (_project(f(x + h * u), dy) - _project(f(x - h * u), dy)) / (2 * h)
    terms = gradient * u
    return _relative(np.sum(terms), slope, np.sum(np.abs(terms)))


def check_backward(
    forward: Callable[..., tuple[Array, Any]],
    backward: Callable[[Array, Any], Any],
    inputs: Sequence[Any],
    rng: Any,
    *,
    method: str = "complex",
    tolerance: Any = None,
) -> float:
    """Check a pair y, cache = forward(*inputs) and gradients = backward(dy, cache).

    The cotangent dy is drawn at random, and every entry of every gradient is compared with
    `complex_step` or, where ``method`` is "central", with `central_difference`.

    Parameters
    ----------
    forward, backward : functions
        ``backward`` returns one gradient, or a tuple with one for each of ``inputs``.
    inputs : sequence of real arrays
    rng : numpy.random.Generator or seed
    tolerance : number > 0, or None
        None: 1e-10 for complex steps and 1e-6 for central differences in float64, 1e-4 and 2e-2
        in float32, 0.1 in float16.

    Returns
    -------
    float
        The largest error, relative to the largest entry of its gradient.

    Raises
    ------
    AssertionError
        If it is above ``tolerance``; the message names the input and the entry and gives both
        values.
    """
    check_callable(forward, "forward")
    check_callable(backward, "backward")
    if not isinstance(inputs, (list, tuple)):
        raise TypeError(f"inputs must be a list or tuple of arrays, got {describe(inputs)}")
    method = check_choice(method, "method", ("central", "complex"))
    numeric = complex_step if method == "complex" else central_difference
    arrays = [_real(x, f"inputs[{i}]") for i, x in enumerate(inputs)]
    if tolerance is None:
        tolerance = max((_usual_tolerance(x, method) for x in arrays), default=0.0)
    tolerance = check_number(tolerance, "tolerance", 0, ends="(]" if arrays else "[]")
    pair = forward(*arrays)
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise TypeError(f"forward must return a pair (y, cache), got {describe(pair)}")
    y, cache = pair
    dy = as_generator(rng).uniform(-1, 1, size=np.shape(y))
    gradients = backward(dy, cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    if len(gradients) != len(arrays):
        raise AssertionError(
            f"backward returned {len(gradients)} gradients for {len(arrays)} inputs"
        )
    errors = [0.0]
    for i, (x, got) in enumerate(zip(arrays, gradients)):
        only = lambda z, i=i: forward(*arrays[:i], z, *arrays[i + 1 :])[0]
        errors.append(_compare(got, numeric(only, x, dy), i, tolerance))
    return max(errors)


def _usual_tolerance(x: Array, method: str) -> float:
    """How far rounding in the dtype of x may take right gradients apart."""
    eps = float(np.finfo(x.dtype).eps)
    least, rounding = (1e-10, eps) if method == "complex" else (1e-6, eps ** (2 / 3))
    return min(max(least, 1000 * rounding), 0.1)


def _compare(got: Array, want: Array, i: int, tolerance: float) -> float:
    if np.shape(got) != want.shape:
        raise AssertionError(f"gradient {i} has shape {np.shape(got)}, expected {want.shape}")
    if want.size == 0:
        return 0.0
    differences = np.abs(got - want)
    worst = np.unravel_index(np.argmax(differences), want.shape)
    error = _relative(got[worst], want[worst], np.max(np.abs(want)))
    if not error <= tolerance:
        place = tuple(int(k) for k in worst)
        raise AssertionError(
            f"gradient {i} at {place} is {got[worst]}, expected {want[worst]}: "
            f"relative error {error:.1e} > {tolerance:.0e}"
        )
    return error


def _relative(got: Any, want: Any, scale: Any) -> float:
    """|got - want| over the larger of ``scale`` and the smallest normal number."""
    return float(abs(got - want) / max(scale, abs(want), np.finfo(np.float64).tiny))


def _project(y: Any, dy: Any) -> Any:
    """sum(dy y), or y itself if it is one number."""
    if dy is None:
        if np.size(y) != 1:
            raise ValueError(f"dy must be given: f returned an array of shape {np.shape(y)}")
        return np.reshape(y, ())[()]
    dy = as_float(dy, "dy")
    if np.shape(dy) != np.shape(y):
        raise ValueError(f"dy must have the shape of f(x), {np.shape(y)}, got {np.shape(dy)}")
    return np.sum(dy * np.asanyarray(y))


def _real(x: Any, name: str = "x") -> Array:
    array = as_float(x, name)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must be real and floating, got dtype {array.dtype}")
    return array
