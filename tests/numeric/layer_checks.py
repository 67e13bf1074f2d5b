"""What the tests of the layers share: complex-step gradients, recorded cases, symbols."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp
from hypothesis import HealthCheck, Phase, settings

from nnlib.symbolic import equal, symarray

REPEATABLE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=15,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def recorded(file: str) -> list[Any]:
    """The cases of a file in tests/golden."""
    return json.loads((Path(__file__).parents[1] / "golden" / file).read_text())["cases"]


def complex_step(f: Callable[[Any], Any], x: Any, dy: Any) -> np.ndarray:
    """The gradient of sum(dy f(x)) by x: the imaginary part of f(x + ih), over h, exactly.

    No difference is taken, so h can be so small that nothing is left of the error.
    """
    x, h = np.array(x, dtype=complex), 1e-30
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += 1j * h
        gradient[index] = np.sum(np.imag(f(moved)) * dy) / h
    return gradient


def close(got: Any, want: Any, rtol: float = 1e-9) -> None:
    """Equal in shape, and to rounding in value on the scale of the largest entry (at least 1)."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"shape {got.shape}, expected {want.shape}"
    scale = np.max(np.abs(want), initial=1.0, where=np.isfinite(want))
    np.testing.assert_allclose(got, want, rtol=rtol, atol=rtol * scale)


def symbols(name: str, *shape: int) -> Any:
    return symarray(name, shape)


def derivatives(total: Any, x: Any) -> np.ndarray:
    """SymPy's derivative of one expression by each symbol of an array."""
    result = np.empty(x.shape, dtype=object)
    for index in np.ndindex(x.shape):
        result[index] = sp.diff(sp.sympify(total), x[index].item())
    return result


def proved_equal(got: Any, want: Any) -> None:
    """Entry by entry, for every value of the symbols."""
    got, want = np.asarray(got, dtype=object), np.asarray(want, dtype=object)
    assert got.shape == want.shape, f"shape {got.shape}, expected {want.shape}"
    for index in np.ndindex(got.shape):
        verdict = equal(sp.sympify(got[index]), sp.sympify(want[index]))
        assert verdict.status == "proved", f"at {index}: {verdict}"
