"""Gradient checks: they agree with known derivatives and they notice wrong ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nnlib.functional import batch_norm, batch_norm_backward, sigmoid, sigmoid_backward
from nnlib.gradcheck import central_difference, check_backward, complex_step, projection_error

X = np.random.default_rng(1).normal(size=(2, 3))
DY = np.random.default_rng(2).normal(size=(2, 3))


def cubes(x: Any) -> Any:
    return np.sum(x**3)


def test_the_gradient_of_a_number() -> None:
    np.testing.assert_allclose(central_difference(cubes, X), 3 * X**2, rtol=1e-8)
    np.testing.assert_allclose(complex_step(cubes, X), 3 * X**2, rtol=1e-15)
    one = central_difference(lambda x: x**2, np.array(3.0))
    assert one.shape == () and one == pytest.approx(6)
    assert complex_step(lambda x: x**2, 3) == 6
    assert complex_step(lambda x: x**2, [3.0]) == 6
    assert central_difference(cubes, np.empty((0, 2))).shape == (0, 2)


def test_the_gradient_through_a_cotangent() -> None:
    matrix = np.random.default_rng(3).normal(size=(4, 2))
    f, dy = (lambda x: matrix @ np.sin(x)), np.random.default_rng(4).normal(size=(4, 3))
    want = (matrix.T @ dy) * np.cos(X)
    np.testing.assert_allclose(central_difference(f, X, dy), want, rtol=1e-7)
    np.testing.assert_allclose(complex_step(f, X, dy), want, rtol=1e-13)
    assert projection_error(f, want, X, 0, dy) < 1e-8
    assert projection_error(f, want, X, 0, dy, method="complex") < 1e-14


def test_the_step_fits_dtype_and_size() -> None:
    for dtype, rtol in ((np.float32, 2e-3), (np.longdouble, 1e-11)):
        x = np.array([0.5, 300.0], dtype)
        got = central_difference(lambda x: x**3, x, np.ones(2))
        assert got.dtype == dtype
        np.testing.assert_allclose(got.astype(float), [0.75, 270000], rtol=rtol)
    far = np.array([1e6], np.float32)  # its neighbor is 0.06 away
    assert central_difference(lambda x: x, far, np.ones(1))[0] == 1
    assert complex_step(cubes, X.astype(np.float32)).dtype == np.float32
    exact = complex_step(lambda x: np.sum(np.exp(x)), np.array([1], np.longdouble))
    assert abs(exact[0] - np.exp(np.longdouble(1))) < 1e-18
    coarse = central_difference(cubes, np.ones(1), h=0.1)
    assert coarse[0] == pytest.approx(3.01)
    assert complex_step(cubes, np.ones(1), h=0.1)[0] == pytest.approx(2.99)


def test_complex_steps_reach_where_the_small_complex_numbers_end() -> None:
    for dtype in (np.float16, np.float32):
        x = np.array([-200.0, -100.0, 0.5], dtype)  # exp(100) is no complex64
        check_backward(sigmoid, sigmoid_backward, [x], 0)


@pytest.mark.parametrize("method", ["complex", "central"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_right_gradients_of_every_dtype_pass_and_wrong_ones_do_not(dtype: Any, method: str) -> None:
    if dtype == np.float16 and method == "central":
        return  # its differences have one digit
    for seed in range(20):
        x, gamma, beta = np.random.default_rng(seed).normal(size=(3, 8, 4))
        x = np.random.default_rng(seed).normal(size=(8, 4)).astype(dtype)
        inputs = [x, gamma[0].astype(dtype), beta[0].astype(dtype)]
        check_backward(batch_norm, batch_norm_backward, inputs, seed, method=method)

        def wrong(dy: Any, cache: Any) -> Any:
            dx, *others = batch_norm_backward(dy, cache)
            return (1.25 * dx, *others)

        with pytest.raises(AssertionError, match="gradient 0 at"):
            check_backward(batch_norm, wrong, inputs, seed, method=method)


@pytest.mark.parametrize("number", [0, -1, np.nan, "a"])
def test_no_step_and_no_tolerance_is_not_the_default(number: Any) -> None:
    pair = (lambda x: (x**2, x), lambda dy, x: 2 * x * dy)
    for name, call in (
        ("tolerance", lambda: check_backward(*pair, [X], 0, tolerance=number)),
        ("h", lambda: projection_error(cubes, 3 * X**2, X, 0, h=number)),
        ("h", lambda: projection_error(cubes, 3 * X**2, X, 0, h=number, method="complex")),
        ("h", lambda: central_difference(cubes, X, h=number)),
        ("h", lambda: complex_step(cubes, X, h=number)),
    ):
        with pytest.raises((TypeError, ValueError), match=f"{name} must be"):
            call()


def test_arguments_are_left_alone() -> None:
    x = X.copy()
    x.flags.writeable = False
    central_difference(cubes, x)
    complex_step(cubes, x)
    projection_error(cubes, 3 * x**2, x, 0)
    np.testing.assert_array_equal(x, X)


def test_one_wrong_entry_is_seen_by_a_projection() -> None:
    gradient = 3 * X**2
    assert projection_error(cubes, gradient, X, 0) < 1e-8
    gradient[1, 2] *= 1.001
    assert projection_error(cubes, gradient, X, 0) > 1e-6
    assert projection_error(cubes, gradient, X, 1, method="complex") > 1e-6
    assert projection_error(cubes, 3 * X**2, X, 1, method="complex", h=1e-40) < 1e-14
    assert projection_error(cubes, 3 * X**2, X, 1, h=0.1) > 1e-5
    assert projection_error(cubes, 3 * X**2, X, np.random.default_rng(1)) == projection_error(
        cubes, 3 * X**2, X, 1
    )


def product(a: Any, b: Any) -> Any:
    return a * b, (a, b)


def product_backward(dy: Any, cache: Any) -> Any:
    a, b = cache
    return dy * b, dy * a


def test_a_right_backward_passes() -> None:
    assert check_backward(product, product_backward, [X, DY], 0) < 1e-14
    assert check_backward(product, product_backward, [X, DY], 0, method="central") < 1e-8
    assert check_backward(lambda a: (a**2, a), lambda dy, a: 2 * dy * a, [X], 0) < 1e-14
    empty = np.empty((0, 2))
    assert check_backward(product, product_backward, [empty, empty], 0) == 0


WRONG = [
    (lambda dy, c: (dy * c[0], dy * c[1]), r"gradient 0 at \(\d, \d\) is .* expected .* error"),
    (lambda dy, c: (dy * c[1], -dy * c[0]), r"gradient 1 at"),
    (lambda dy, c: (dy * c[1], dy * c[0] * (1 + 1e-8)), r"gradient 1 at .* > 1e-10"),
    (lambda dy, c: dy * c[1], r"backward returned 1 gradients for 2 inputs"),
    (lambda dy, c: (dy * c[1], np.sum(dy * c[0])), r"gradient 1 has shape \(\), expected \(2, 3\)"),
    (lambda dy, c: (dy * c[1], dy * np.nan), r"gradient 1 at"),
    (lambda dy, c: (0 * dy, dy * c[0]), r"gradient 0 at"),
]


@pytest.mark.parametrize("backward, message", WRONG)
def test_a_wrong_backward_is_named(backward: Any, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_backward(product, backward, [X, DY], 0)


def test_the_entry_that_is_named_is_the_one_that_is_wrong() -> None:
    x = np.array([[1.0, 2.0, 300.0]])

    def backward(dy: Any, a: Any) -> Any:
        dx = 2 * dy * a
        dx[0, 1] += 0.5
        return dx

    with pytest.raises(AssertionError, match=r"gradient 0 at \(0, 1\) is "):
        check_backward(lambda a: (a**2, a), backward, [x], 0)


def test_the_tolerance_can_be_set() -> None:
    almost = lambda dy, c: (dy * c[1], dy * c[0] * (1 + 1e-5))
    assert 1e-7 < check_backward(product, almost, [X, DY], 0, tolerance=1e-4) < 1e-4
    with pytest.raises(AssertionError, match=r"> 1e-06"):
        check_backward(product, almost, [X, DY], 0, method="central")


def test_the_cotangent_differs_from_data_drawn_with_the_same_seed() -> None:
    """With dy = x, a backward pass that leaves out half of a symmetric product would pass."""
    seen = []

    def backward(dy: Any, cache: Any) -> Any:
        seen.append(dy)
        return dy

    x = np.random.default_rng(0).normal(size=5)
    check_backward(lambda a: (a + 0, None), backward, [x], 0)
    assert abs(np.corrcoef(seen[0], x)[0, 1]) < 0.99 and not np.allclose(seen[0], x)
    assert np.std(seen[0]) > 0.1


BAD_CALLS = [
    (lambda: central_difference(lambda x: x, X), ValueError, r"dy must be given: f returned"),
    (lambda: central_difference(lambda x: x, X, np.ones(3)), ValueError, r"dy must have the shape"),
    (lambda: central_difference(cubes, X * 1j), TypeError, r"x must be real and floating"),
    (lambda: central_difference(cubes, "a"), TypeError, r"x must hold numbers"),
    (lambda: central_difference(cubes, X, h=0), ValueError, r"h must be finite and > 0, got 0"),
    (lambda: complex_step(cubes, X, h=-1), ValueError, r"h must be finite and > 0, got -1"),
    (lambda: complex_step(lambda x: cubes(x.real), X), ValueError, r"f must return complex values"),
    (lambda: projection_error(cubes, X[0], X, 0), ValueError, r"gradient must have shape \(2, 3\)"),
    (lambda: projection_error(cubes, X, X, None), TypeError, r"rng must be"),
    (lambda: projection_error(cubes, X, X, 0, method="x"), ValueError, r"method must be one of"),
    (lambda: projection_error(cubes, X, X, 0, h=-1), ValueError, r"h must be finite and > 0"),
    (lambda: check_backward(product, product_backward, [X, DY], 0, method="x"), ValueError,
     r"method must be one of 'central', 'complex'"),
    (lambda: check_backward(product, product_backward, [X, 1j * DY], 0), TypeError,
     r"inputs\[1\] must be real"),
]  # fmt: skip


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
