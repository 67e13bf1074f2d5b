"""The argument checks that all modules share."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from nnlib import _checks as checks
from nnlib.symbolic import SymArray, sym, symarray


def test_only_real_floating_dtypes_are_taken() -> None:
    assert checks.check_dtype("f4") == np.float32 and checks.check_dtype(float) == np.float64
    for odd in (int, bool, complex, object, str, None, "no dtype", 3):
        with pytest.raises(TypeError, match="dtype must be a real floating one, got"):
            checks.check_dtype(odd)


def test_a_comparison_holds_if_it_is_true_for_certain() -> None:
    n = sp.Symbol("n", integer=True, positive=True)
    for true in (3 > 2, np.True_, n > 0, sym(n) >= 1):
        assert checks.holds(true)
    for other in (3 < 2, np.False_, n < 0, n > 2, sym(n) == 4):
        assert not checks.holds(other)


def test_as_float_keeps_what_can_be_computed_with() -> None:
    for dtype in (np.float16, np.float32, np.float64, np.longdouble, np.complex64):
        array = np.ones(2, dtype)
        assert checks.as_float(array, "x") is array
    symbols = symarray("x", 2)
    assert checks.as_float(symbols, "x") is symbols
    fractions = np.array([Fraction(1, 2), sp.Symbol("x")], dtype=object)
    assert checks.as_float(fractions, "x") is fractions
    for whole in ([1, 2], [True, False], np.array([1, 2], np.uint8)):
        assert checks.as_float(whole, "x").dtype == np.float64
    assert checks.as_float([], "x").dtype == np.float64
    assert checks.as_float(2, "x").shape == ()


def test_numbers_become_python_floats_and_symbols_stay() -> None:
    for value in (1, 1.0, np.float32(1), np.float64(1), np.int8(1), np.array(1.0), Fraction(1)):
        assert type(checks.check_number(value, "a")) is float
    assert isinstance(checks.check_number(np.longdouble(1), "a"), np.longdouble)
    gamma = sp.Symbol("gamma")
    assert checks.check_number(gamma, "a", 0, 1) is gamma
    assert checks.check_number(sym("gamma"), "a", 0, 1) == sp.Symbol("gamma", real=True)
    assert checks.check_number(np.array(gamma, dtype=object), "a") is gamma
    assert checks.check_number(sp.Rational(1, 3), "a", 0, 1) == sp.Rational(1, 3)
    assert checks.check_number(sp.Function("g")(1), "a", 0, 1) == sp.Function("g")(1)
    assert isinstance(checks.as_float(symarray("x", 2), "x"), SymArray)


def test_the_element_that_is_no_number_is_named() -> None:
    with pytest.raises(TypeError, match="x must hold numbers, got an element of type str"):
        checks.as_float(np.array([sp.Symbol("a"), 1, "b", None], dtype=object), "x")


def test_the_ends_of_a_range() -> None:
    inside: dict[str, Any] = {"[]": (0, 1), "[)": (0, 0.5), "(]": (0.5, 1), "()": (0.5, 0.9)}
    outside: dict[str, Any] = {"[]": (-0.1, 1.1), "[)": (-0.1, 1), "(]": (0, 1.1), "()": (0, 1)}
    for ends in inside:
        for value in inside[ends]:
            assert checks.check_number(value, "a", 0, 1, ends=ends) == value
        for value in outside[ends]:
            with pytest.raises(ValueError, match="a must be in"):
                checks.check_number(value, "a", 0, 1, ends=ends)


def test_whole_numbers_pairs_and_seeds() -> None:
    assert checks.check_int(np.int64(3), "n", 3, 3) == 3
    assert type(checks.check_int(np.int64(3), "n")) is int
    assert checks.check_pair(2, "k", 1) == (2, 2) and checks.check_pair([2, 3], "k", 1) == (2, 3)
    assert checks.check_pair(np.array([2, 3]), "k", 1) == (2, 3)
    assert checks.check_bool(np.True_, "b") is True
    generator = np.random.default_rng(0)
    assert checks.as_generator(generator) is generator
    assert checks.as_generator(np.int32(3)).random() == np.random.default_rng(3).random()


def test_rates_of_arrays() -> None:
    rates = np.array([0, 0.5], np.float32)
    assert checks.as_unit_rate(rates, "gamma") is rates
    assert checks.as_unit_rate([0, 0.5], "gamma").tolist() == [0, 0.5]
    symbols = symarray("g", 2)
    assert checks.as_unit_rate(symbols, "gamma") is symbols
    assert checks.as_unit_rate(sp.Symbol("g"), "gamma") == sp.Symbol("g")
    assert isinstance(checks.as_unit_rate(sym("g"), "gamma"), SymArray)


def test_unwrap() -> None:
    assert type(checks.unwrap(np.float64(1))) is float
    assert isinstance(checks.unwrap(np.longdouble(1)), np.longdouble)
    array = np.ones(2)
    assert checks.unwrap(array) is array


ones = np.ones((2, 3))
BAD_CALLS = [
    (lambda: checks.as_float("a", "x"), TypeError, r"x must hold numbers, got dtype <U1"),
    (
        lambda: checks.as_float(None, "x"),
        TypeError,
        r"x must hold numbers, got an element of .*None",
    ),
    (lambda: checks.as_float([{}, 1], "x"), TypeError, r"got an element of type dict"),
    (lambda: checks.as_float([[1], [2, 3]], "x"), ValueError, r"x must be a rectangular array"),
    (lambda: checks.as_float(np.array(["2020"], "M8"), "x"), TypeError, r"x must hold numbers"),
    (
        lambda: checks.check_number(None, "a"),
        TypeError,
        r"a must be a number, got None \(NoneType\)",
    ),
    (lambda: checks.check_number(True, "a"), TypeError, r"a must be a number, got True \(bool\)"),
    (lambda: checks.check_number(np.True_, "a"), TypeError, r"a must be a number"),
    (lambda: checks.check_number(1j, "a"), TypeError, r"a must be a number, got 1j \(complex\)"),
    (lambda: checks.check_number([1], "a"), TypeError, r"a must be a number, got \[1\] \(list\)"),
    (lambda: checks.check_number(ones, "a"), TypeError, r"a must be a number, got array"),
    (lambda: checks.check_number("x" * 99, "a"), TypeError, r"got 'x{56}\.\.\. \(str\)"),
    (lambda: checks.check_number(np.inf, "a"), ValueError, r"a must be finite, got inf"),
    (lambda: checks.check_number(np.nan, "a"), ValueError, r"a must be finite, got nan"),
    (lambda: checks.check_number(-1, "a", 0), ValueError, r"a must be finite and >= 0, got -1"),
    (lambda: checks.check_number(0, "a", 0, ends="(]"), ValueError, r"a must be finite and > 0"),
    (
        lambda: checks.check_number(2, "a", 0, 1, ends="[)"),
        ValueError,
        r"a must be in \[0, 1\), got",
    ),
    (lambda: checks.check_number(sp.Integer(2), "a", 0, 1), ValueError, r"a must be in \[0, 1\]"),
    (lambda: checks.as_unit_rate([0.5, 1], "g"), ValueError, r"g must be in \[0, 1\)"),
    (lambda: checks.as_unit_rate([0.5, -1], "g"), ValueError, r"g must be in \[0, 1\)"),
    (lambda: checks.as_unit_rate([np.nan], "g"), ValueError, r"g must be in \[0, 1\)"),
    (lambda: checks.as_unit_rate([1j], "g"), TypeError, r"g must be real, got dtype complex128"),
    (lambda: checks.check_int(1.0, "n"), TypeError, r"n must be a whole number, got 1.0 \(float\)"),
    (
        lambda: checks.check_int(True, "n"),
        TypeError,
        r"n must be a whole number, got True \(bool\)",
    ),
    (lambda: checks.check_int(np.False_, "n"), TypeError, r"n must be a whole number"),
    (lambda: checks.check_int(0, "n", 1), ValueError, r"n must be at least 1, got 0"),
    (lambda: checks.check_int(3, "n", 1, 2), ValueError, r"n must be between 1 and 2, got 3"),
    (lambda: checks.check_bool(1, "b"), TypeError, r"b must be True or False, got 1 \(int\)"),
    (
        lambda: checks.check_choice("c", "m", ("a", "b")),
        ValueError,
        r"m must be one of 'a', 'b', got",
    ),
    (
        lambda: checks.check_choice(["a"], "m", ("a",)),
        ValueError,
        r"m must be one of 'a', got \['a'\]",
    ),
    (
        lambda: checks.check_choice(np.array(["a", "b"]), "m", ("a",)),
        ValueError,
        r"m must be one of 'a'",
    ),
    (
        lambda: checks.check_pair((1, 2, 3), "k", 1),
        ValueError,
        r"k must be one whole number or a pair",
    ),
    (lambda: checks.check_pair((1, 0), "k", 1), ValueError, r"k\[1\] must be at least 1, got 0"),
    (lambda: checks.check_pair((0, 1), "k", 1), ValueError, r"k\[0\] must be at least 1, got 0"),
    (lambda: checks.check_pair(0, "k", 1), ValueError, r"k must be at least 1, got 0"),
    (lambda: checks.check_ndim(ones, "x", 1, 3), ValueError, r"x must have 1 or 3 axes, got shape"),
    (
        lambda: checks.check_shape(ones, "x", (2,)),
        ValueError,
        r"x must have shape \(2,\), got \(2, 3\)",
    ),
    (
        lambda: checks.check_shape(ones, "x", ("N", 4)),
        ValueError,
        r"x must have shape \(N, 4\), got",
    ),
    (
        lambda: checks.check_shape(ones, "x", (2, 3, 1)),
        ValueError,
        r"x must have shape \(2, 3, 1\)",
    ),
    (
        lambda: checks.as_generator(None),
        TypeError,
        r"rng must be a numpy.random.Generator or a seed",
    ),
    (lambda: checks.as_generator(1.0), TypeError, r"rng must be a numpy.* seed, got 1.0 \(float\)"),
    (lambda: checks.as_generator(-1, "seed"), ValueError, r"seed must be at least 0, got -1"),
    (lambda: checks.as_generator(True), TypeError, r"rng must be a whole number, got True"),
]


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_numbers_too_long_for_their_place_are_refused() -> None:
    long = 10**400
    for call in (lambda: checks.check_number(long, "x"), lambda: checks.as_float([1, long], "x")):
        with pytest.raises(ValueError, match=r"x must .*finite.*, got a number of 1329 bits"):
            call()
    assert checks.as_float(10**30, "x") == 1e30 and checks.as_float([2**70], "x").dtype == float
    assert checks.check_int(2**63 - 1, "n") == 2**63 - 1
    for huge in (2**63, -(2**64), 10**5000):
        with pytest.raises(ValueError, match="n must be at most 9223372036854775807 in size, got"):
            checks.check_int(huge, "n")


def test_rows_of_several_lengths_have_axes() -> None:
    assert checks.has_axes([[1], [1, 2]]) and checks.has_axes([1]) and checks.has_axes(ones)
    assert not checks.has_axes(3) and not checks.has_axes(np.array(3)) and not checks.has_axes("ab")
    with pytest.raises(ValueError, match=r"x must be a rectangular array of numbers, got \[\[1\]"):
        checks.as_float([[1], [1, 2]], "x")


def test_a_cache_is_of_its_kind() -> None:
    pair = (ones, 2)
    assert (
        checks.as_cache(pair, tuple, parts=2) is pair and checks.as_cache(ones, np.ndarray) is ones
    )
    for wrong in (None, (ones,), (1, 2), [ones, 2]):
        with pytest.raises(TypeError, match="cache must be the tuple that the forward pass .* got"):
            checks.as_cache(wrong, tuple, parts=2)


def test_a_function_is_asked_for() -> None:
    checks.check_callable(len, "f")
    with pytest.raises(TypeError, match=r"f must be a function, got 3 \(int\)"):
        checks.check_callable(3, "f")


def test_good_shapes_pass() -> None:
    checks.check_ndim(ones, "x", 2, 4)
    checks.check_shape(ones, "x", (2, "C"))
    checks.check_shape(np.ones(()), "x", ())
    assert checks.check_choice("b", "m", ("a", "b")) == "b"
