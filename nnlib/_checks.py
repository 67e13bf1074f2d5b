"""Checks that the public functions share, so that every bad call reads the same way.

Each check returns the checked value or raises a ``TypeError`` (the wrong kind of thing) or a
``ValueError`` (the right kind with a wrong value) that names the argument, what came and what
was expected. Nothing here looks at the *values* of an object array: those may be symbols.
"""

from __future__ import annotations

import math
import numbers
import operator
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Array",
    "as_cache",
    "as_dtype",
    "as_float",
    "as_generator",
    "as_unit_rate",
    "check_axis",
    "check_bool",
    "check_callable",
    "check_choice",
    "check_dtype",
    "check_int",
    "check_mapping",
    "check_ndim",
    "check_number",
    "check_pair",
    "check_shape",
    "check_whole",
    "describe",
    "has_axes",
    "holds",
    "is_symbolic",
    "unwrap",
]

Array = NDArray[Any]


def as_float(x: Any, name: str) -> Array:
    """Return ``x`` as an array to compute with, its subclass and its precision kept.

    Booleans and integers become float64. Floating, complex and object arrays (symbols) come back
    as they are, without a copy. Everything else is a ``TypeError``; lists of unequal length are a
    ``ValueError``. A tuple that holds arrays is refused too: it is a result (y, cache).
    """
    if isinstance(x, tuple) and any(isinstance(part, np.ndarray) for part in x):
        raise TypeError(
            f"{name} must be an array, got a tuple of {len(x)}: of a result (y, cache) take y"
        )
    try:
        array = np.asanyarray(x)
    except ValueError:
        raise ValueError(
            f"{name} must be a rectangular array of numbers, got {describe(x)}"
        ) from None
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind == "O" and not isinstance(x, np.ndarray):
        array = _without_long_integers(array, name)
    if array.dtype.kind == "O" and not all(hasattr(e, "__truediv__") for e in array.flat):
        odd = next(e for e in array.flat if not hasattr(e, "__truediv__"))
        raise TypeError(f"{name} must hold numbers, got an element of type {type(odd).__name__}")
    if array.dtype.kind not in "fcO":
        raise TypeError(f"{name} must hold numbers, got dtype {array.dtype}")
    return array


def _without_long_integers(array: Array, name: str) -> Array:
    """Integers that fit into no integer dtype become float64 as others do, if they fit in that."""
    if not array.size or not all(type(e) in (int, float) for e in array.flat):
        return array
    try:
        return array.astype(np.float64)
    except OverflowError:
        largest = max((e for e in array.flat), key=abs)
        raise ValueError(f"{name} must hold finite numbers, got {describe(largest)}") from None


def as_dtype(x: Any, dtype: np.dtype[Any], name: str) -> Array:
    """Return ``x`` as an array of a real floating dtype; next to symbols it stays as it is."""
    array = as_float(x, name)
    if array.dtype == dtype or dtype.kind == "O":
        return array
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must be real to step {dtype}, got dtype {array.dtype}")
    return array.astype(dtype)


def is_symbolic(value: Any) -> bool:
    """Say whether ``value`` is a symbolic expression, without importing SymPy."""
    return hasattr(value, "free_symbols")


def holds(condition: Any) -> bool:
    """Whether a comparison is true for certain; one of symbols may be open."""
    try:
        return bool(condition)
    except TypeError:
        return False


def unwrap(x: Any) -> Any:
    """Turn a 0-d or scalar result in float64 into a Python float; leave the rest alone."""
    return float(x) if isinstance(x, np.float64) else x


def check_number(
    value: Any, name: str, low: float = -math.inf, high: float = math.inf, *, ends: str = "[]"
) -> Any:
    """Return one finite real number between ``low`` and ``high``.

    ``ends`` says which ends belong to the range, as intervals are written: ``"[)"`` is
    low <= value < high. NumPy scalars and 0-d arrays become Python floats, because an np.float64
    would promote a float32 array that it multiplies; a longdouble keeps its digits. A symbol comes
    back unchecked, a symbolic number exact.
    """
    given = value
    if type(value) is not float:
        value = _as_number(value, name)
        if is_symbolic(value) and not value.is_number:
            return value
    above = value > low if ends[0] == "(" else value >= low
    below = value < high if ends[1] == ")" else value <= high
    if not (above and below and abs(value) < math.inf):
        raise ValueError(f"{name} must be {_interval(low, high, ends)}, got {given}")
    return value


def _as_number(value: Any, name: str) -> Any:
    """Return a Python float, a longdouble or a symbolic expression, or raise."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if is_symbolic(value) or isinstance(value, np.longdouble):
        return value
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {describe(value)}")
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} must be finite, got {describe(value)}") from None


def as_unit_rate(value: Any, name: str) -> Any:
    """Return a number, a symbol or an array of either, each in [0, 1)."""
    if not has_axes(value) and not isinstance(value, np.ndarray):
        return check_number(value, name, 0, 1, ends="[)")
    array = as_float(value, name)
    if array.dtype.kind == "c":
        raise TypeError(f"{name} must be real, got dtype {array.dtype}")
    if array.dtype.kind == "f" and not np.all((array >= 0) & (array < 1)):
        raise ValueError(f"{name} must be in [0, 1), got {array}")
    return array


def check_int(value: Any, name: str, low: int | None = None, high: int | None = None) -> int:
    """Return a whole number with low <= value <= high as a Python int; booleans are refused."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {describe(value)}") from None
    if (low is not None and number < low) or (high is not None and number > high):
        expected = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ValueError(f"{name} must be {expected}, got {describe(number)}")
    if abs(number) > sys.maxsize:
        raise ValueError(f"{name} must be at most {sys.maxsize} in size, got {describe(number)}")
    return number


def check_whole(value: Any, name: str, low: int) -> Any:
    """Return a whole number >= low as a Python int, or one symbol unchecked."""
    if is_symbolic(value) or (
        getattr(value, "dtype", None) == np.dtype("O") and not has_axes(value)
    ):
        return value
    return check_int(value, name, low)


def check_bool(value: Any, name: str) -> bool:
    """Return a Python bool."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {describe(value)}")
    return bool(value)


def check_choice(value: Any, name: str, choices: Iterable[str]) -> str:
    """Return ``value`` if it is one of the strings ``choices``."""
    options = list(choices)
    if not isinstance(value, str) or value not in options:
        expected = ", ".join(repr(option) for option in options)
        raise ValueError(f"{name} must be one of {expected}, got {value!r}")
    return value


def check_dtype(dtype: Any, name: str = "dtype") -> np.dtype[Any]:
    """Return a real floating dtype."""
    try:
        result = np.dtype(dtype)
    except TypeError:
        raise TypeError(f"{name} must be a real floating one, got {describe(dtype)}") from None
    if dtype is None or result.kind != "f":
        given = None if dtype is None else result
        raise TypeError(f"{name} must be a real floating one, got {given}")
    return result


def check_pair(value: Any, name: str, low: int) -> tuple[int, int]:
    """Return ``(vertical, horizontal)`` from one whole number or a pair, each at least ``low``."""
    if not has_axes(value):
        number = check_int(value, name, low)
        return number, number
    if len(value) != 2:
        raise ValueError(f"{name} must be one whole number or a pair, got {describe(value)}")
    return check_int(value[0], f"{name}[0]", low), check_int(value[1], f"{name}[1]", low)


def check_axis(x: Array, name: str, axis: Any) -> int:
    """Return ``axis`` of the array counted from the front."""
    if x.ndim == 0:
        raise ValueError(f"{name} must have at least one axis, got a single number")
    number = check_int(axis, "axis")
    if not -x.ndim <= number < x.ndim:
        raise ValueError(
            f"axis must be between {-x.ndim} and {x.ndim - 1}, as {name} has shape {x.shape}, "
            f"got {describe(number)}"
        )
    return number % x.ndim


def check_ndim(x: Array, name: str, *allowed: int) -> None:
    """Raise unless ``x`` has one of the ``allowed`` numbers of axes."""
    if x.ndim not in allowed:
        expected = " or ".join(str(n) for n in allowed)
        raise ValueError(f"{name} must have {expected} axes, got shape {x.shape}")


def check_shape(x: Array, name: str, shape: tuple[int | str, ...]) -> None:
    """Raise unless ``x`` has the shape; a letter in ``shape`` stands for any length."""
    fits = len(shape) == x.ndim
    for want, got in zip(shape, x.shape):
        fits = fits and (want == got or isinstance(want, str))
    if not fits:
        comma = "," if len(shape) == 1 else ""
        expected = f"({', '.join(str(n) for n in shape)}{comma})"
        raise ValueError(f"{name} must have shape {expected}, got {x.shape}")


def as_generator(rng: Any, name: str = "rng") -> np.random.Generator:
    """Return the ``numpy.random.Generator`` itself, or a new one from a seed >= 0.

    There is no default on purpose: randomness comes only from what the caller passes.
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, numbers.Integral):
        return np.random.default_rng(check_int(rng, name, 0))
    raise TypeError(f"{name} must be a numpy.random.Generator or a seed, got {describe(rng)}")


def as_cache(cache: Any, *kind: Any, parts: int | None = None) -> Any:
    """Return what a forward pass gave beside y, of the ``kind`` that it gives."""
    sound = isinstance(cache, kind)
    if sound and parts is not None:
        sound = len(cache) == parts and isinstance(cache[0], (np.ndarray, np.generic))
    if not sound:
        raise TypeError(
            f"cache must be the {kind[0].__name__} that the forward pass returned beside its "
            f"result, got {describe(cache)}"
        )
    return cache


def check_callable(value: Any, name: str) -> None:
    """Raise unless ``value`` is a function, or another thing that can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {describe(value)}")


def check_mapping(value: Any, name: str) -> dict[str, Any]:
    """Return a dictionary of the entries of one, or of another mapping such as a loaded file."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a dictionary, got {describe(value)}")
    entries = dict(value)
    for key in entries:
        if not isinstance(key, str):
            raise TypeError(f"{name} must hold entries by name, got the key {describe(key)}")
    return entries


def has_axes(value: Any) -> bool:
    """Whether ``value`` is an array or a sequence; it may hold rows of several lengths."""
    try:
        return np.ndim(value) > 0
    except ValueError:
        return True


def describe(value: Any) -> str:
    """What came, short, with its type."""
    if isinstance(value, int) and abs(value) > 10**60:
        return f"a number of {value.bit_length()} bits ({type(value).__name__})"
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({type(value).__name__})"


def _interval(low: float, high: float, ends: str) -> str:
    if math.isinf(low) and math.isinf(high):
        return "finite"
    if math.isinf(high):
        return f"finite and {'>' if ends[0] == '(' else '>='} {low}"
    return f"in {ends[0]}{low}, {high}{ends[1]}"
