"""Arguments and results of functions as JSON data, to send them into a sandbox and back."""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from nnlib.exercises._clock import TimeUp, run_within
from nnlib.exercises._numpy import np

__all__ = ["Outcome", "from_data", "outcomes", "to_data"]

Outcome = dict[str, Any]

_MOST = 1_000_000  # numbers in one result
_DEEPEST = 12
_KINDS = "biufc"
_NOT_FINITE = ("nan", "inf", "-inf")


def to_data(value: Any) -> Any:
    """`value` as JSON data: numbers, texts, lists, tuples, arrays, and functions of NumPy.

    An array is ``{"array": nested lists, "dtype": …, "shape": …}``, a tuple ``{"tuple": […]}``;
    what is not finite is ``{"float": "nan"}``, a complex number ``{"complex": [re, im]}``.
    Raises ``TypeError`` for anything else.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.generic):
        return to_data(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, complex):
        return {"complex": [to_data(value.real), to_data(value.imag)]}
    if isinstance(value, list):
        return [to_data(one) for one in value]
    if isinstance(value, tuple):
        return {"tuple": [to_data(one) for one in value]}
    if isinstance(value, np.ndarray) and value.dtype.kind in _KINDS:
        return {
            "array": _nested(value.tolist()),
            "dtype": str(value.dtype),
            "shape": list(value.shape),
        }
    if isinstance(value, np.ufunc):
        return {"function": value.__name__}
    raise TypeError(f"{type(value).__name__} is not sent as data")


def _nested(value: Any) -> Any:
    return [_nested(one) for one in value] if isinstance(value, list) else to_data(value)


def from_data(data: Any) -> Any:
    """The value that :func:`to_data` made `data` of; raises ``ValueError`` for other data."""
    left = [_MOST]
    return _value(data, left, _DEEPEST)


def _value(data: Any, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth < 0:
        raise ValueError("the data are too large")
    if data is None or isinstance(data, str | bool | int | float):
        return data
    if isinstance(data, list):
        return [_value(one, left, depth - 1) for one in data]
    if isinstance(data, dict):
        match data:
            case {"tuple": list(parts)} if len(data) == 1:
                return tuple(_value(one, left, depth - 1) for one in parts)
            case {"float": str(name)} if len(data) == 1 and name in _NOT_FINITE:
                return float(name)
            case {"complex": [re, im]} if len(data) == 1:
                return complex(_value(re, left, 1), _value(im, left, 1))
            case {"function": str(name)} if len(data) == 1:
                return _function(name)
            case {"array": list() | int() | float() | dict(), "dtype": str(), "shape": list()}:
                return _array(data, left, depth)
    raise ValueError(f"expected a value, got {str(data)[:60]}")


def _function(name: str) -> Any:
    found = getattr(np, name, None) if name.isidentifier() else None
    if not isinstance(found, np.ufunc):
        raise ValueError(f"{name} is no function of NumPy")
    return found


def _array(data: dict[str, Any], left: list[int], depth: int) -> Any:
    dtype = np.dtype(data["dtype"])
    shape = tuple(data["shape"])
    if dtype.kind not in _KINDS or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise ValueError(f"expected an array of numbers, got {data['dtype']} of shape {shape}")
    try:
        array = np.array(_value(data["array"], left, depth - 1), dtype=dtype)
        return array.reshape(shape)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"expected an array of numbers: {error}") from None


def outcomes(
    function: Callable[..., Any], inputs: Sequence[Sequence[Any]], seconds: float = 2.0
) -> list[Outcome]:
    """What `function` does with each of the argument lists, as JSON data.

    Each is ``{"value": …}``, ``{"raised": "ValueError: …"}``, ``{"time": seconds}`` where a call
    took longer, ``{"changed": place}`` where it changed an argument, or ``{"strange": type}``
    where the value is nothing that can be sent. Nothing in it needs the right answer.
    """
    return [
        _outcome(function, [from_data(one) for one in arguments], seconds) for arguments in inputs
    ]


def _outcome(function: Callable[..., Any], arguments: list[Any], seconds: float) -> Outcome:
    given = copy.deepcopy(arguments)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = run_within(seconds, function, *given)
    except TimeUp:
        return {"time": seconds}
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return {"raised": _said(error)}
    for place, (before, after) in enumerate(zip(arguments, given, strict=True)):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            return {"changed": place}
    try:
        return {"value": to_data(value)}
    except (TypeError, ValueError, RecursionError):
        return {"strange": type(value).__name__[:60]}


def _said(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:
        text = ""
    name = type(error).__name__
    return f"{name}: {text}"[:300] if text else name[:300]
