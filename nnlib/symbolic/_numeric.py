"""A NumPy function from an expression with sums of symbolic length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from ._notation import Named, Recurrence, expand_names

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "Abs": np.abs,
    "sign": np.sign,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "floor": np.floor,
    "ceiling": np.ceil,
    "Max": lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)),
    "Min": lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)),
    "KroneckerDelta": lambda i, j: np.equal(i, j).astype(float),
}


def numpy_function(
    expr: sp.Expr, where: Iterable[Named], origin: Mapping[Any, int]
) -> Callable[..., Any]:
    """``expr`` as a function of keyword arguments; sums run over whole arrays at once.

    Families are arrays whose first entry has the index given in ``origin``, or 0.
    """
    where = tuple(where)
    expanded = expand_names(expr, where)
    for recurrence in where:
        if isinstance(recurrence, Recurrence) and expanded.has(recurrence.name):
            raise ValueError(f"the expression still holds the sequence {recurrence.lhs}")
    bases = {entry.base for entry in expanded.atoms(sp.Indexed)}
    labels = {base.label for base in bases}
    symbols = {s for s in expanded.free_symbols if s.is_Symbol} - labels
    names = sorted({str(s) for s in symbols} | {str(base) for base in bases})
    first = {str(base): n for base, n in origin.items()}

    def function(**values: Any) -> Any:
        missing, unknown = set(names) - set(values), set(values) - set(names)
        if missing or unknown:
            raise TypeError(
                f"the function takes {', '.join(names)}; "
                f"missing: {sorted(missing)}, unknown: {sorted(unknown)}"
            )
        return _Numeric(values, first).value(expanded, {})

    function.__doc__ = f"NumPy function of {', '.join(names)} for {expr}"
    return function


class _Numeric:
    def __init__(self, values: Mapping[str, Any], first: Mapping[str, int]) -> None:
        self.values, self.first = values, first

    def value(self, expr: sp.Basic, bound: dict[sp.Symbol, Any]) -> Any:
        if expr in bound:
            return bound[expr]
        if expr.is_number:
            return float(expr) if not expr.is_Integer else int(expr)
        if isinstance(expr, sp.Symbol):
            return self.values[str(expr)]
        if isinstance(expr, sp.Indexed):
            name = str(expr.base)
            places = [np.asarray(self.value(i, bound)) for i in expr.indices]
            array = np.asarray(self.values[name])
            shifted = [place.astype(int) - self.first.get(name, 0) for place in places]
            if any(np.any(place < 0) for place in shifted):
                raise IndexError(f"{expr} comes before the first entry of {name}")
            return array[tuple(shifted)]
        if isinstance(expr, (sp.Sum, sp.Product)):
            return self._accumulate(expr, list(expr.limits), bound)
        if isinstance(expr, sp.Piecewise):
            raise TypeError(f"no NumPy function is made from cases: {expr}")
        args = [self.value(arg, bound) for arg in expr.args]
        if isinstance(expr, sp.Add):
            return sum(args[1:], start=args[0])
        if isinstance(expr, sp.Mul):
            return np.prod(np.broadcast_arrays(*args), axis=0)
        if isinstance(expr, sp.Pow):
            return np.power(np.asarray(args[0], dtype=float), args[1])
        name = expr.func.__name__
        if name not in _FUNCTIONS:
            raise TypeError(f"no NumPy function is known for {name}")
        return _FUNCTIONS[name](*args)

    def _accumulate(
        self, expr: sp.Expr, limits: list[sp.Tuple], bound: dict[sp.Symbol, Any]
    ) -> Any:
        """Sum along a new last axis; bounds that depend on outer indices take one at a time."""
        if not limits:
            return self.value(expr.function, bound)
        index, low, high = limits[-1]
        first, last = (np.asarray(self.value(end, bound)) for end in (low, high))
        if first.ndim or last.ndim:
            return self._ragged(expr, limits, bound)
        outer = {i: np.asarray(v)[..., None] for i, v in bound.items()}
        here = np.arange(int(first), int(last) + 1)
        terms = self._accumulate(expr, limits[:-1], {**outer, index: here})
        shape = np.broadcast_shapes(here.shape, *(v.shape for v in outer.values()))
        terms = np.broadcast_to(terms, np.broadcast_shapes(np.shape(terms), shape))
        return terms.sum(axis=-1) if isinstance(expr, sp.Sum) else terms.prod(axis=-1)

    def _ragged(self, expr: sp.Expr, limits: list[sp.Tuple], bound: dict[sp.Symbol, Any]) -> Any:
        """One sum after the other, where the bounds differ from place to place."""
        places = np.broadcast_arrays(*bound.values())
        out = np.empty(places[0].shape)
        for place in np.ndindex(out.shape):
            here = {i: value[place] for i, value in zip(bound, places, strict=True)}
            out[place] = self._accumulate(expr, limits, here)
        return out
