"""NumPy's ufuncs on plain arrays of SymPy expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp
from numpy.lib.array_utils import normalize_axis_tuple

from ._elementwise import REDUCTIONS, RULES, select
from ._exact import exact


def objects(value: Any, name: str) -> np.ndarray:
    """A plain object array of exact SymPy expressions, of the shape of `value`."""
    array = value.view(np.ndarray) if isinstance(value, np.ndarray) else _from_nested(value)
    try:
        converted = np.frompyfunc(exact, 1, 1)(array)
    except TypeError as error:
        raise TypeError(f"np.{name} on symbols: {error}") from error
    return as_array(converted)


def _from_nested(value: Any) -> np.ndarray:
    """An object array; an expression, even one that has a length, is one element."""
    if isinstance(value, list | tuple):
        parts = [_from_nested(v) for v in value]
        return np.stack(parts) if parts else np.empty(0, dtype=object)
    return value.view(np.ndarray) if isinstance(value, np.ndarray) else as_array(value)


def as_array(value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    array = np.empty((), dtype=object)
    array[()] = value
    return array


def compute(
    name: str, nin: int, method: str, inputs: tuple[Any, ...], options: dict[str, Any], where: Any
) -> Any:
    if name in _CONTRACTIONS and method == "__call__":
        return _CONTRACTIONS[name](*(objects(a, name) for a in inputs), **options)
    if name not in RULES:
        raise TypeError(f"np.{name} does not work on symbols")
    if method in ("reduce", "accumulate", "reduceat"):
        arrays = [objects(inputs[0], name), *inputs[1:]]
    else:
        arrays = [objects(a, name) for a in inputs]
    if method == "reduce" and name in REDUCTIONS:
        return _reduce(name, arrays[0], where=where, **options)
    if where is not True and method != "__call__":
        raise TypeError(f"np.{name}.{method} with where= does not work on symbols")
    try:
        return getattr(np.frompyfunc(RULES[name], nin, 1), method)(*arrays, **options)
    except TypeError as error:
        raise TypeError(f"np.{name} on symbols: {error}") from error


def _reduce(
    name: str,
    array: np.ndarray,
    axis: Any = 0,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
) -> np.ndarray:
    combine, empty = REDUCTIONS[name]
    if where is not True:
        if empty is None and initial is None:
            raise ValueError(f"np.{name} with where= needs initial=")
        rest = empty if empty is not None else exact(initial)
        array = choose(where, array, rest)
    axes = tuple(range(array.ndim)) if axis is None else normalize_axis_tuple(axis, array.ndim)
    kept = tuple(i for i in range(array.ndim) if i not in axes)
    shape = tuple(array.shape[i] for i in kept)
    rows = array.transpose(kept + axes).reshape(*shape, -1 if array.size else _count(array, axes))
    start = [] if initial is None or initial is np._NoValue else [exact(initial)]
    if rows.shape[-1] == 0 and not start and empty is None:
        raise ValueError(f"np.{name} of an empty array has no value")
    result = np.empty(shape, dtype=object)
    for index in np.ndindex(*shape):
        terms = [*start, *rows[index]]
        result[index] = combine(*terms) if terms else empty
    return np.expand_dims(result, axes) if keepdims else result


def _count(array: np.ndarray, axes: tuple[int, ...]) -> int:
    return int(np.prod([array.shape[i] for i in axes], dtype=int))


def write_at(name: str, index: Any, target: Any, *values: Any) -> None:
    """ufunc.at: repeated places count each time; ``index`` is one that plain NumPy takes."""
    if not isinstance(target, np.ndarray) or target.dtype != object:
        raise TypeError(f"np.{name}.at: symbols cannot be written to {kind_of(target)}")
    if name not in RULES:
        raise TypeError(f"np.{name} does not work on symbols")
    rule, plain = RULES[name], target.view(np.ndarray)
    places = np.arange(plain.size).reshape(plain.shape)[index]
    operands = [np.broadcast_to(objects(v, name), places.shape) for v in values]
    for k, place in np.ndenumerate(places):
        where = np.unravel_index(place, plain.shape)
        plain[where] = rule(exact(plain[where]), *(v[k] for v in operands))


def _matmul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError("np.matmul: expected arrays of at least one dimension")
    left = a if a.ndim > 1 else a[None, :]
    right = b if b.ndim > 1 else b[:, None]
    if left.shape[-1] != right.shape[-2]:
        raise ValueError(f"np.matmul: shapes {a.shape} and {b.shape} do not fit")
    result = _vecdot(left[..., :, None, :], np.swapaxes(right, -1, -2)[..., None, :, :], real=True)
    if b.ndim == 1:
        result = result[..., 0]
    if a.ndim == 1:
        result = result[..., 0] if b.ndim == 1 else result[..., 0, :]
    return result


def _vecdot(
    a: np.ndarray, b: np.ndarray, axis: int = -1, keepdims: bool = False, real: bool = False
) -> np.ndarray:
    a, b = np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(f"np.vecdot: shapes {a.shape} and {b.shape} do not fit")
    term = operator.mul if real else lambda u, v: sp.conjugate(u) * v
    products = as_array(np.frompyfunc(term, 2, 1)(a, b))
    result = _reduce("add", products, axis=-1, keepdims=keepdims)
    return np.moveaxis(result, -1, axis) if keepdims else result


_CONTRACTIONS: dict[str, Callable[..., np.ndarray]] = {
    "matmul": _matmul,
    "vecdot": _vecdot,
    "matvec": lambda a, b: _matmul(a, b[..., None])[..., 0],
    "vecmat": lambda a, b: _vecdot(a[..., None, :], np.swapaxes(b, -1, -2)),
}


def choose(condition: Any, yes: Any, no: Any) -> Any:
    """As ``np.where``."""
    operands = [objects(a, "where") for a in (condition, yes, no)]
    return as_array(np.frompyfunc(select, 3, 1)(*operands))


def kind_of(value: Any) -> str:
    return f"an array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__
