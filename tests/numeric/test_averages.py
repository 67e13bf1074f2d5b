"""Running averages: against their closed forms, on symbols, and at the edges."""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib.averages import (
    average_,
    bias_corrected_average,
    bias_correction,
    effective_window,
    half_life,
    moving_average,
    running_average,
)
from nnlib.symbolic import SymArray, equal, sym, symarray

REPEATABLE = settings(
    derandomize=True, database=None, deadline=None, max_examples=20, phases=[Phase.generate]
)
GAMMA = sp.Symbol("gamma", positive=True)


def prove(got: Any, want: Any) -> None:
    verdict = equal(sp.sympify(got), want)
    assert verdict.status == "proved", f"{got} = {want}: {verdict}"


def symbols(name: str, *shape: int) -> np.ndarray:
    """Plain object arrays of symbols, which run as well as those of `symarray`."""
    return np.array(symarray(name, shape))


def weights(gammas: list[float]) -> np.ndarray:
    """Row t holds the weights of c_1, ..., c_T in C_t: (1 - gamma_s) gamma_{s+1} ... gamma_t."""
    T = len(gammas)
    w = np.zeros((T, T))
    for t in range(T):
        for s in range(t + 1):
            w[t, s] = (1 - gammas[s]) * np.prod(gammas[s + 1 : t + 1])
    return w


def test_one_step_is_the_recurrence_in_place() -> None:
    v, x = symarray("v", 3), symarray("x", 3)
    before = v.copy()
    average_(v, x, GAMMA)
    for got, old, new in zip(v, before, x, strict=True):
        prove(got, (GAMMA * old + (1 - GAMMA) * new).item())
    numbers = np.array([1.0, -2.0])
    assert average_(numbers, np.array([3.0, 0.0]), 0.75) is None
    assert numbers.tolist() == [1.5, -1.5]


def test_the_bias_correction_is_the_sum_of_the_weights() -> None:
    for t in (1, 2, 7):
        prove(bias_correction(GAMMA, t), sum((1 - GAMMA) * GAMMA**k for k in range(t)))
        equal_values = moving_average([5.0] * t, 0.9)
        assert equal_values[-1] / bias_correction(0.9, t) == pytest.approx(5.0, rel=1e-14)


@REPEATABLE
@given(
    c=hnp.arrays(np.float64, st.tuples(st.integers(0, 8), st.integers(1, 3)),
                 elements=st.floats(-100, 100)),
    gamma=st.floats(0, 0.999),
)  # fmt: skip
def test_moving_average_is_its_closed_form(c: np.ndarray, gamma: float) -> None:
    want = weights([gamma] * len(c)) @ c
    np.testing.assert_allclose(moving_average(c, gamma), want, rtol=1e-12, atol=1e-10)
    np.testing.assert_array_equal(moving_average(c[:, 0], gamma), moving_average(c, gamma)[:, 0])


@pytest.mark.parametrize("c", [[1, 2, 3], (1, 2, 3), np.array([1, 2, 3])])
def test_whole_numbers_have_averages_that_are_not(c: Any) -> None:
    for got in (running_average(c, [0.5] * 3), moving_average(c, 0.5)):
        np.testing.assert_array_equal(got, [0.5, 1.25, 2.125])
    np.testing.assert_allclose(bias_corrected_average(c, 0.5), [1, 5 / 3, 17 / 7])


@REPEATABLE
@given(gammas=st.lists(st.floats(0, 1), min_size=1, max_size=8), seed=st.integers(0, 99))
def test_running_average_is_its_closed_form(gammas: list[float], seed: int) -> None:
    c = np.random.default_rng(seed).normal(size=(len(gammas), 2, 2))
    want = np.tensordot(weights(gammas), c, 1)
    np.testing.assert_allclose(running_average(c, gammas), want, rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(
        running_average(c, lambda t: gammas[t - 1]), running_average(c, np.array(gammas))
    )


def test_symbols_give_the_closed_form() -> None:
    c, T = symbols("c", 4), 4
    got = moving_average(c, GAMMA)
    for t in range(1, T + 1):
        want = sum(GAMMA ** (t - s) * (1 - GAMMA) * c[s - 1] for s in range(1, t + 1))
        prove(got[t - 1], want)
    assert all(moving_average(c, np.array(GAMMA, dtype=object)) == got)
    pairs = symbols("c", 4, 2)
    assert all(moving_average(pairs, GAMMA)[:, 1] == moving_average(pairs[:, 1], GAMMA))


def test_symbols_give_the_corrected_average() -> None:
    c = symbols("c", 4)
    corrected = bias_corrected_average(c, GAMMA)
    for t in range(1, 5):
        total = sum(GAMMA ** (t - s) * c[s - 1] for s in range(1, t + 1))
        mean = total / sum(GAMMA ** (t - s) for s in range(1, t + 1))
        prove(corrected[t - 1], mean)
    as_running = running_average(c, lambda t: (GAMMA - GAMMA**t) / (1 - GAMMA**t))
    for got, want in zip(corrected, as_running, strict=True):
        prove(got, want)


def test_symbols_give_the_plain_mean() -> None:
    c = symbols("c", 5)
    got = running_average(c, lambda t: sp.Rational(t - 1, t))
    for t in range(1, 6):
        prove(got[t - 1], sum(c[:t]) / t)


def test_symbolic_weights_per_step() -> None:
    c, g = symbols("c", 3), symbols("g", 3)
    got = running_average(c, g)[2]
    want = (1 - g[0]) * g[1] * g[2] * c[0] + (1 - g[1]) * g[2] * c[1] + (1 - g[2]) * c[2]
    prove(got, want)
    prove(running_average(c, sp.Function("g"))[0], (1 - sp.Function("g")(1)) * c[0])
    shaped = running_average(symarray("c", (3, 2)), g)[2]
    assert isinstance(shaped, SymArray)
    prove(shaped[1].item(), want.subs(dict(zip(c, symarray("c", (3, 2))[:, 1], strict=True))))


def test_exact_fractions() -> None:
    c = np.array([Fraction(1), Fraction(2), Fraction(4)], dtype=object)
    half = [Fraction(1, 2)] * 3
    assert running_average(c, half).dtype == object
    assert running_average(c, half)[-1] == Fraction(1, 8) + Fraction(1, 2) + 2


def test_constant_input_shows_the_bias_and_its_correction() -> None:
    np.testing.assert_allclose(
        moving_average(np.full(5, 3.0), 0.9), 3 * (1 - 0.9 ** np.arange(1, 6))
    )
    np.testing.assert_allclose(bias_corrected_average(np.full(50, 3.0), 0.999), 3.0, rtol=1e-12)


def test_half_life_halves_the_weight() -> None:
    assert type(half_life(0.9)) is float and type(half_life(np.float64(0.9))) is float
    for gamma in (0.1, 0.5, 0.9, 0.999):
        assert gamma ** half_life(gamma) == pytest.approx(0.5, rel=1e-12)
    assert half_life(0.5) == 1
    prove(half_life(sym(GAMMA)).item(), sp.log(sp.Rational(1, 2)) / sp.log(GAMMA))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert half_life(0) == 0
    assert half_life(np.array([0.5, 0.25], np.float32)).dtype == np.float32
    exact = half_life(np.longdouble(0.9))
    assert isinstance(exact, np.longdouble)
    assert abs(np.longdouble(0.9) ** exact - np.longdouble(0.5)) < 1e-18


def test_effective_window_has_the_variance_of_the_plain_mean() -> None:
    assert type(effective_window(0.9)) is float
    for gamma in (0.0, 0.5, 0.9):
        w = weights([gamma] * 150)[-1]
        assert 1 / (w @ w) == pytest.approx(effective_window(gamma), rel=1e-9)
    np.testing.assert_allclose(effective_window([0, 0.9]), [1, 19])
    assert effective_window(GAMMA) == (1 + GAMMA) / (1 - GAMMA)
    prove(effective_window(sym(GAMMA)).item(), (1 + GAMMA) / (1 - GAMMA))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex64])
def test_dtype_is_kept(dtype: type) -> None:
    c = np.array([1, 2, 3], dtype)
    for result in (
        moving_average(c, np.float64(0.5)),
        bias_corrected_average(c, np.float64(0.5)),
        running_average(c, np.full(3, 0.5)),
    ):
        assert result.dtype == dtype
    assert moving_average(c, 0.5)[-1] == 0.125 + 0.5 + 1.5
    assert moving_average([True, False], 0.5).dtype == np.float64


def test_long_double_is_computed_in_long_double() -> None:
    gamma = np.longdouble(1) / 3
    got = moving_average(np.ones(1, np.longdouble), gamma)
    assert abs(got[0] - (1 - gamma)) == 0


def test_edges_pass_through() -> None:
    assert moving_average(np.empty((0, 3), np.float32), 0.5).shape == (0, 3)
    assert bias_corrected_average([], 0.5).shape == (0,)
    assert running_average([], lambda t: 0.5).shape == (0,)
    got = moving_average([1.0, np.nan, 1.0], 0.5)
    assert got[0] == 0.5 and np.isnan(got[1:]).all()
    base = np.arange(12.0).reshape(2, 6)
    base.flags.writeable = False
    strided = base.T[::2]
    np.testing.assert_array_equal(moving_average(strided, 0.9), moving_average(strided.copy(), 0.9))
    assert np.array_equal(base, np.arange(12.0).reshape(2, 6))


def test_a_step_may_keep_everything_or_nothing() -> None:
    np.testing.assert_array_equal(running_average([5.0, 7.0, 9.0], [0, 1, 0]), [5, 5, 9])
    np.testing.assert_array_equal(moving_average([5.0, 7.0], 0), [5, 7])


BAD_CALLS = [
    (lambda: moving_average(1.0, 0.9), ValueError, r"c must have a time axis"),
    (lambda: moving_average(["a"], 0.9), TypeError, r"c must hold numbers, got dtype <U1"),
    (lambda: moving_average([None, 1], 0.9), TypeError, r"c must hold numbers.*NoneType"),
    (lambda: moving_average([[1], [1, 2]], 0.9), ValueError, r"c must be a rectangular array"),
    (lambda: moving_average([1.0], 1), ValueError, r"gamma must be in \[0, 1\), got 1"),
    (lambda: moving_average([1.0], -0.1), ValueError, r"gamma must be in \[0, 1\), got -0.1"),
    (lambda: moving_average([1.0], np.nan), ValueError, r"gamma must be in \[0, 1\), got nan"),
    (lambda: moving_average([1.0], "0.9"), TypeError, r"gamma must be a number, got '0.9' \(str\)"),
    (lambda: moving_average([1.0], True), TypeError, r"gamma must be a number, got True"),
    (lambda: moving_average([1.0], [0.9]), TypeError, r"gamma must be a number"),
    (lambda: moving_average([1.0], sp.Integer(2)), ValueError, r"gamma must be in \[0, 1\)"),
    (lambda: bias_corrected_average([1.0], 1), ValueError, r"gamma must be in \[0, 1\)"),
    (lambda: running_average([1.0], [0.9, 0.9]), ValueError, r"as long as c, 1, got 2 values"),
    (lambda: running_average([1.0], 0.9), TypeError, r"gammas must be a sequence.*moving_average"),
    (lambda: running_average([1.0, 2.0], [0, 1.5]), ValueError, r"gamma_2 must be in \[0, 1\]"),
    (lambda: running_average([1.0], lambda t: -t), ValueError, r"gammas\(1\) must be .*got -1"),
    (lambda: half_life(1), ValueError, r"gamma must be in \[0, 1\), got 1"),
    (lambda: half_life([0.5, 1.0]), ValueError, r"gamma must be in \[0, 1\)"),
    (lambda: half_life(GAMMA), TypeError, r"gamma must be an array .*: use sym\(gamma\)"),
    (lambda: half_life([0.5j]), TypeError, r"gamma must be real"),
    (lambda: effective_window(-1), ValueError, r"gamma must be in \[0, 1\), got -1"),
]


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call, error, message) -> None:
    with pytest.raises(error, match=message):
        call()
