"""Convolutions, poolings and their sizes: against PyTorch, the plain sum, symbols, brute force."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st
from layer_checks import (
    REPEATABLE,
    close,
    complex_step,
    derivatives,
    proved_equal,
    recorded,
    symbols,
)

from nnlib import conv as F
from nnlib.symbolic import sym, symarray

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
CASES = recorded("conv.json")


# --- PyTorch ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(len(CASES)))
def test_results_and_gradients_are_pytorchs(number: int) -> None:
    case = CASES[number]
    arrays = {k: np.array(v) for k, v in case["arrays"].items()}
    y, cache = getattr(F, case["function"])(**arrays, **case["settings"])
    close(y, case["y"], rtol=1e-12)
    gradients = getattr(F, f"{case['function']}_backward")(case["dy"], cache)
    for name, got in zip(arrays, gradients if "conv" in case["function"] else [gradients]):
        close(got, case[f"d{name}"], rtol=1e-12)


# --- floating point -----------------------------------------------------------------------------


def everything(x: Any, w: Any, b: Any) -> list[Any]:
    """Results and gradients of every layer, for x (N, 2, 4, 4), w (2, 2, 2, 2), b (2,)."""
    results: list[Any] = []
    for name, args, settings in (
        ("conv2d", (x, w, b, 2, 1), {}),
        ("conv_transpose2d", (x, w, b, 2, 1), {}),
        ("max_pool2d", (x, 3, 1, 1), {}),
        ("avg_pool2d", (x, 3, 1, 1), {"count_include_pad": False}),
    ):
        y, cache = getattr(F, name)(*args, **settings)
        gradients = getattr(F, f"{name}_backward")(y, cache)
        results += [y, *(gradients if isinstance(gradients, tuple) else [gradients])]
    return results


def some_arguments(dtype: Any = np.float64) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(6)
    shapes = ((3, 2, 4, 4), (2, 2, 2, 2), (2,))
    x, w, b = (rng.normal(size=shape).astype(dtype) for shape in shapes)
    return x, w, b


@pytest.mark.parametrize("dtype", FLOATS)
def test_dtype_is_kept(dtype: Any) -> None:
    for got, want in zip(everything(*some_arguments(dtype)), everything(*some_arguments())):
        assert got.dtype == dtype
        close(got.astype(float), want, rtol=2e-2 if dtype == np.float16 else 1e-5)


def test_mixed_dtypes_give_the_wider_one() -> None:
    x, w, b = some_arguments(np.float32)
    y, cache = F.conv2d(x, w, b.astype(np.float64))
    assert y.dtype == np.float64
    y, cache = F.conv2d(x, w.astype(np.float64))
    assert y.dtype == np.float64
    y, cache = F.conv2d(x, w, b)
    assert {g.dtype for g in F.conv2d_backward(y.astype(np.float64), cache)} == {np.dtype(float)}
    b = np.array([1 / 3, 1e-9])
    for conv in (F.conv2d, F.conv_transpose2d):
        assert np.array_equal(conv(0 * x, w, b)[0][0, :, 0, 0], b)
    assert F.conv2d([[[[1, 2]]]], [[[[3]]]])[0].tolist() == [[[[3, 6]]]]
    assert F.max_pool2d([[[[1, 2]]]], 1)[0].dtype == np.float64


def test_float16_sums_do_not_overflow_on_the_way() -> None:
    x = np.full((1, 1, 16, 16), 4096, np.float16)
    assert F.avg_pool2d(x, 16)[0].item() == 4096
    w = np.full((1, 1, 16, 16), 2.0**-8, np.float16)
    w[..., 8:] *= -1
    assert F.conv2d(x, w)[0].item() == 0


def awkward(x: np.ndarray) -> np.ndarray:
    """The same numbers, read-only and in Fortran order with gaps."""
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype, order="F")
    view = wide[..., ::2]
    view[...] = x
    view.flags.writeable = False
    return view


def test_read_only_and_non_contiguous_arrays() -> None:
    before = some_arguments()
    after = [awkward(a) for a in before]
    for got, want in zip(everything(*after), everything(*before), strict=True):
        close(got, want, rtol=1e-13)
    for a, b in zip(after, some_arguments(), strict=True):
        assert np.array_equal(a, b)


def test_large_batches_are_cut_into_blocks() -> None:
    rng = np.random.default_rng(8)
    x, w = rng.normal(size=(37, 16, 12, 12)), rng.normal(size=(4, 16, 3, 3))
    y, cache = F.conv2d(x, w, padding=1)
    dx, dw, _ = F.conv2d_backward(y, cache)
    parts = [F.conv2d(x[n : n + 1], w, padding=1) for n in range(37)]
    close(y, np.concatenate([y for y, _ in parts]))
    gradients = [F.conv2d_backward(y, cache) for y, cache in parts]
    close(dx, np.concatenate([dx for dx, _, _ in gradients]))
    close(dw, sum(dw for _, dw, _ in gradients))


def plain_and_transposed(x: np.ndarray, w: np.ndarray, **settings: Any) -> None:
    """y is the plain sum; dx and dw are its transposes, since y is linear in x and in w."""
    y, cache = F.conv2d(x, w, **settings)
    close(y, F.conv2d_plain(x, w, **settings))
    dy = np.random.default_rng(9).normal(size=y.shape)
    dx, dw, _ = F.conv2d_backward(dy, cache)
    close(np.sum(dx * x), np.sum(dy * y))
    close(np.sum(dw * w), np.sum(dy * y))


def test_large_products_are_cut_into_strips() -> None:
    rng = np.random.default_rng(10)
    x, w = rng.normal(size=(1, 64, 9, 15)), rng.normal(size=(96, 32, 1, 5))
    plain_and_transposed(x, w, padding=(0, 2), groups=2)


def test_windows_may_be_wider_than_the_image() -> None:
    rng = np.random.default_rng(11)
    plain_and_transposed(rng.normal(size=(1, 1, 5, 4)), rng.normal(size=(1, 1, 13, 12)), padding=5)


def test_nan_passes_through_to_what_sees_it() -> None:
    x, w, b = some_arguments()
    x[1, 0, 0, 0] = np.nan
    y, _ = F.conv2d(x, w, b)
    assert np.argwhere(np.isnan(y)).tolist() == [[1, 0, 0, 0], [1, 1, 0, 0]]
    for pool in (F.max_pool2d, F.avg_pool2d):
        y, cache = pool(x, 2)
        assert np.argwhere(np.isnan(y)).tolist() == [[1, 0, 0, 0]]
    y, cache = F.max_pool2d(x, 2)
    assert F.max_pool2d_backward(np.ones_like(y), cache).sum() == y.size


def test_empty_batches() -> None:
    _, w, b = some_arguments()
    x = np.zeros((0, 2, 4, 4))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = everything(x, w, b)
    assert [r.shape[0] for r in results] == [0, 0, 2, 2, 0, 0, 2, 2, 0, 0, 0, 0]


# --- sizes --------------------------------------------------------------------------------------


def test_output_shape_counts_the_places_of_the_window() -> None:
    for W, k, s, p, d in itertools.product(range(8), (1, 2, 3), (1, 2, 3), (0, 1, 2), (1, 2, 3)):
        starts = [i for i in range(0, W + 2 * p, s) if i + d * (k - 1) < W + 2 * p]
        if starts:
            n = F.conv_output_shape(W, k, s, p, d)
            assert n == len(starts)
            if W:
                for extra in range(min(s, max(s, d))):
                    back = F.conv_transpose_output_shape
                    larger = (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
                    if larger > 0:
                        assert back(n, k, s, p, extra, d) == larger
                        assert F.conv_output_shape(larger, k, s, p, d) == n
        else:
            with pytest.raises(ValueError, match="kernel_size must fit"):
                F.conv_output_shape(W, k, s, p, d)


def test_same_padding_gives_the_size_rounded_up() -> None:
    for W, k, s, d in itertools.product(range(1, 9), (1, 2, 3, 4), (1, 2, 3), (1, 2)):
        before, after = F.same_padding(W, k, s, d)
        padded = W + before + after
        assert 0 <= after - before <= 1
        assert F.conv_output_shape(padded, k, s, 0, d) == -(-W // s)
        assert padded == W or (-(-W // s) - 1) * s + d * (k - 1) + 1 == padded
        if s == 1:
            assert before + after == d * (k - 1)


@REPEATABLE
@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)), max_size=4))
def test_receptive_field_counts_the_pixels_that_one_output_depends_on(layers: Any) -> None:
    seen = {0}
    for k, s, d in reversed(layers):
        seen = {s * place + d * tap for place in seen for tap in range(k)}
    got = F.receptive_field(*([row[i] for row in layers] for i in range(3)))
    assert got == max(seen) + 1


def test_sizes_take_tuples_and_numbers_together() -> None:
    assert F.conv_output_shape((28, 30), 3, padding=(1, 0)) == (28, 28)
    assert F.conv_output_shape(28, (3, 5)) == (26, 24)
    assert F.conv_output_shape(28, (3, 5, 7), (1, 2, 3)) == (26, 12, 8)
    assert F.conv_transpose_output_shape((14, 7), 2, 2) == (28, 14)
    assert F.same_padding((5, 4), 2) == ((0, 1), (0, 1))
    assert F.receptive_field([3, 3], strides=[2, 1]) == 7
    assert F.receptive_field([3, 3]) == 5
    assert F.receptive_field([]) == 1
    assert F.receptive_field((k for k in (3, 3)), strides=[2, 1]) == 7
    assert F.parameter_count(16, 32, 3) == F.parameter_count(16, 32, (3, 3)) == 4640
    assert F.parameter_count(4, 6, (1, 3), groups=2, bias=False) == 36
    assert type(F.parameter_count(4, 6, (1, 3), groups=2)) is int
    assert F.parameter_count(1, 1, 3) == F.parameter_count(1, 1, 3, groups=1) == 10
    assert F.parameter_count(2, 3, 5, bias=False) == np.ones((3, 2, 5, 5)).size


def test_sizes_on_symbols() -> None:
    W, k, s, p, d = sp.symbols("W k s p d", integer=True, positive=True)
    n, e = sp.symbols("n e", integer=True, positive=True)
    assert F.conv_output_shape(W, k, s, p, d) == sp.floor((W + 2 * p - d * (k - 1) - 1) / s) + 1
    size = F.conv_transpose_output_shape(n, k, s, p, e, d)
    assert sp.expand(size - ((n - 1) * s - 2 * p + d * (k - 1) + e + 1)) == 0
    assert sp.expand(F.receptive_field([k, k], [s, 1], [1, d]) - (k + d * (k - 1) * s)) == 0
    C, O, g = sp.symbols("C O g", integer=True, positive=True)
    assert sp.simplify(F.parameter_count(C, O, k, g) - O * (C * k**2 / g + 1)) == 0


# --- padding on two sides, ceil_mode, columns, huge strides ---------------------------------------

PADDINGS: list[Any] = [0, 2, (1, 0), "same", "valid", F.Padding(0, 1), ((2, 0), (0, 1)), (1, (0, 2)),
                       F.same_padding((5, 6), (3, 2), 2), F.same_padding(5, 2)]  # fmt: skip


@pytest.mark.parametrize("stride", [1, 2, (3, 1)])
@pytest.mark.parametrize("padding", PADDINGS, ids=str)
def test_every_form_of_padding_is_zeros_around_the_image(padding: Any, stride: Any) -> None:
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(2, 2, 5, 6)), rng.normal(size=(3, 2, 3, 2))
    amounts = {
        "same": F.same_padding((5, 6), (3, 2), stride),
        "valid": ((0, 0), (0, 0)),
        "2": ((2, 2), (2, 2)),
        "0": ((0, 0), (0, 0)),
        "(1, 0)": ((1, 1), (0, 0)),
        "(1, (0, 2))": ((1, 1), (0, 2)),
    }.get(str(padding), (padding, padding) if isinstance(padding, F.Padding) else padding)
    around = np.pad(x, ((0, 0), (0, 0), *amounts))
    y, cache = F.conv2d(x, w, stride=stride, padding=padding)
    want, wanted = F.conv2d(around, w, stride=stride)
    close(y, want)
    close(F.conv2d_plain(x, w, stride=stride, padding=padding), want)
    assert F.conv_output_shape((5, 6), (3, 2), stride, padding) == y.shape[2:]
    dy = rng.normal(size=y.shape)
    (top, _), (left, _) = amounts
    dx, dw, _ = F.conv2d_backward(dy, cache)
    close(dx, F.conv2d_backward(dy, wanted)[0][:, :, top : top + 5, left : left + 6])
    close(dw, F.conv2d_backward(dy, wanted)[1])
    back, _ = F.conv_transpose2d(dy, w, stride=stride, padding=amounts)
    H, W = back.shape[2:]
    close(back, dx[:, :, :H, :W])


@REPEATABLE
@given(W=st.integers(1, 30), k=st.integers(1, 6), s=st.integers(1, 6), d=st.integers(1, 3))
def test_same_padding_gives_the_size_of_the_image_over_the_stride(
    W: int, k: int, s: int, d: int
) -> None:
    for padding in ("same", F.same_padding(W, k, s, d)):
        assert F.conv_output_shape(W, k, s, padding, d) == -(-W // s)
    before, after = F.same_padding(W, k, s, d)
    assert after - before in (0, 1)


@REPEATABLE
@given(
    W=st.integers(1, 20), k=st.integers(1, 6), s=st.integers(1, 7), p=st.integers(0, 3),
    d=st.integers(1, 3),
)  # fmt: skip
def test_ceil_mode_counts_windows_that_start_before_the_end(
    W: int, k: int, s: int, p: int, d: int
) -> None:
    covers = d * (k - 1) + 1
    starts = range(0, W + p, s)  # counted from the start of the padding
    whole = [i for i in starts if i + covers <= W + 2 * p]
    count = len(whole) + (len(whole) < len(starts) and len(whole) * s + covers - W - 2 * p < s)
    if count:
        assert F.conv_output_shape(W, k, s, p, d, ceil_mode=True) == count
    else:
        with pytest.raises(ValueError, match="kernel_size must fit"):
            F.conv_output_shape(W, k, s, p, d, ceil_mode=True)


@pytest.mark.parametrize("include", [True, False])
@REPEATABLE
@given(
    size=st.tuples(st.integers(1, 7), st.integers(1, 7)), k=st.integers(1, 4),
    s=st.integers(1, 5), p=st.integers(0, 2), seed=st.integers(0, 99),
)  # fmt: skip
def test_poolings_in_ceil_mode_are_taken_window_by_window(
    include: bool, size: tuple[int, int], k: int, s: int, p: int, seed: int
) -> None:
    (H, W), p = size, min(p, k // 2)
    x = np.random.default_rng(seed).normal(size=(1, 2, H, W))
    try:
        h, w = F.conv_output_shape(size, k, s, p, ceil_mode=True)
    except ValueError:
        return
    y, cache = F.max_pool2d(x, k, s, p, ceil_mode=True)
    mean, mean_cache = F.avg_pool2d(x, k, s, p, ceil_mode=True, count_include_pad=include)
    assert y.shape == mean.shape == (1, 2, h, w)
    for i, j in np.ndindex(h, w):
        rows = range(max(s * i - p, 0), min(s * i - p + k, H))
        cols = range(max(s * j - p, 0), min(s * j - p + k, W))
        window = x[:, :, rows.start : rows.stop, cols.start : cols.stop]
        close(y[:, :, i, j], window.max((2, 3)))
        n = len(rows) * len(cols)
        if include:
            n = (min(s * i + k, H + 2 * p) - s * i) * (min(s * j + k, W + 2 * p) - s * j)
        close(mean[:, :, i, j], window.sum((2, 3)) / n)
    dy = np.random.default_rng(seed).normal(size=y.shape)
    close(np.sum(F.max_pool2d_backward(dy, cache) * x), np.sum(dy * y))
    close(np.sum(F.avg_pool2d_backward(dy, mean_cache) * x), np.sum(dy * mean))


@pytest.mark.parametrize("settings", [{}, {"stride": 2, "padding": ((1, 0), (2, 1))},
                                      {"dilation": (2, 1), "padding": 1}, {"padding": "same"}])  # fmt: skip
def test_im2col_makes_a_convolution_one_product_and_col2im_is_its_adjoint(settings: Any) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(4, 3, 3, 2))
    cols = F.im2col(x, (3, 2), **settings)
    y, _ = F.conv2d(x, w, **settings)
    close((w.reshape(4, -1) @ cols).reshape(y.shape), y)
    other = rng.normal(size=cols.shape)
    back = F.col2im(other, (5, 6), (3, 2), **settings)
    assert back.shape == x.shape
    close(np.sum(cols * other), np.sum(x * back))


def test_im2col_and_its_adjoint_run_on_symbols() -> None:
    x, g = symarray("x", (1, 1, 3, 3)), symarray("g", (1, 4, 4))
    cols = F.im2col(x, 2)
    assert cols[0, :, 3].tolist() == [x[0, 0, i, j].item() for i in (1, 2) for j in (1, 2)]
    proved_equal(F.col2im(g, (3, 3), 2), derivatives(np.sum(cols * g).item(), x))


def test_the_work_does_not_grow_with_the_stride() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 9, 7)), rng.normal(size=(4, 3, 3, 3))
    want, _ = F.conv2d(x[:, :, :3, :3], w)
    for stride in (9, 10**6, 10**12):
        y, cache = F.conv2d(x, w, stride=stride)
        close(y, want)
        assert np.prod(cache.geometry.columns_shape(2, 3)) <= 2 * 3 * 3 * 3
        dx, dw, _ = F.conv2d_backward(y, cache)
        close(np.sum(dw * w), np.sum(y * y))
        close(np.sum(dx * x), np.sum(y * y))
        assert F.max_pool2d(x, 3, stride)[0].shape == (2, 3, 1, 1)


def test_sizes_run_on_symbols() -> None:
    W, k, s, p = sp.symbols("W k s p", integer=True, positive=True)
    want = sp.floor((W + 2 * p - k) / s) + 1
    for wrap in (sym, lambda e: e):
        args = [wrap(e) for e in (W, k, s, p)]
        assert sp.simplify(sp.sympify(F.conv_output_shape(*args)) - want) == 0
        assert sp.sympify(F.multiply_adds(wrap(k), wrap(p), 3, (wrap(W), 2))) == 18 * k * p * W
        assert sp.sympify(F.parameter_count(wrap(k), wrap(p), wrap(s), wrap(2))) == (
            k * p * s**2 / 2 + p
        )
    largest = F.conv_output_shape(*(sym(e) for e in (W, k, s, p)), ceil_mode=True).item()
    for values in ((7, 3, 2, 1), (8, 3, 2, 1), (5, 2, 3, 0), (6, 1, 4, 0), (7, 2, 2, 1)):
        numbers = dict(zip((W, k, s, p), values))
        assert largest.subs(numbers).doit() == F.conv_output_shape(*values, ceil_mode=True)
    before, after = F.same_padding(sym(W), 3, 2)
    for value in (1, 4, 5, 8):
        got = tuple(int(sp.sympify(e).subs(W, value).doit()) for e in (before, after))
        assert got == F.same_padding(value, 3, 2)


def test_multiplications_are_counted() -> None:
    """A kernel of ones on an image of ones adds up one product after the other."""
    y, _ = F.conv2d(np.ones((1, 4, 5, 6)), np.ones((6, 2, 3, 2)), groups=2)
    assert F.multiply_adds(4, 6, (3, 2), y.shape[2:], groups=2) == y.sum()


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_an_infinite_cotangent_reaches_its_own_pixels_only(name: str) -> None:
    x = np.arange(32.0).reshape(1, 2, 4, 4)
    for stride in (1, 2):
        y, cache = getattr(F, name)(x, 2, stride)
        dy = np.zeros(y.shape)
        dy[0, 0, 0, 0] = np.inf
        dx = getattr(F, f"{name}_backward")(dy, cache)
        assert not np.isnan(dx).any() and np.isinf(dx).sum() == (1 if name == "max_pool2d" else 4)


def test_max_pooling_does_not_look_at_its_output_again() -> None:
    x = np.random.default_rng(0).normal(size=(1, 1, 4, 4))
    y, cache = F.max_pool2d(x, 2)
    want = F.max_pool2d_backward(np.ones(y.shape), cache)
    y[...] = 0
    close(F.max_pool2d_backward(np.ones(y.shape), cache), want)


def test_float16_poolings_and_columns_add_in_float32() -> None:
    one = np.ones((1, 1, 70, 70), np.float16)
    mean, cache = F.avg_pool2d(one, 70, count_include_pad=False)
    assert mean.item() == 1 and np.allclose(F.avg_pool2d_backward(mean, cache) * 4900, 1, rtol=1e-2)
    many = np.ones((1, 1, 1, 4000), np.float16)
    _, cache = F.max_pool2d(np.eye(1, 4000, 3000, dtype=np.float16)[None, None], (1, 3001), 1)
    got = F.max_pool2d_backward(np.ones(cache.y.shape, np.float16), cache)
    assert got.max() == cache.y.sum(dtype=np.float32)
    cols = F.im2col(many, (1, 1500))
    assert F.col2im(cols, (1, 4000), (1, 1500)).max() == 1500
    w = np.ones((1, 1, 1, 1), np.float16)
    _, cache = F.conv2d(np.ones((5000, 1, 1, 1), np.float16), w, np.zeros(1, np.float16))
    _, dw, db = F.conv2d_backward(np.ones((5000, 1, 1, 1), np.float16), cache)
    assert dw.item() == db.item() == 5000


# --- bad calls ----------------------------------------------------------------------------------

X, WT, B = np.ones((2, 4, 5, 5)), np.ones((6, 2, 3, 3)), np.ones(6)
Y, CACHE = F.conv2d(X, WT, B, groups=2)
_, UP_CACHE = F.conv_transpose2d(np.ones((2, 6, 3, 3)), WT, groups=2)
BAD_CALLS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: F.conv2d(X[0], WT), ValueError, r"x must have 4 axes, got shape \(4, 5, 5\)"),
    (lambda: F.conv2d(X, WT[0]), ValueError, r"w must have 4 axes, got shape \(2, 3, 3\)"),
    (lambda: F.conv2d("a", WT), TypeError, "x must hold numbers"),
    (lambda: F.conv2d(X, WT), ValueError, r"x must have shape \(N, 2, H, W\), got \(2, 4, 5, 5\)"),
    (lambda: F.conv2d(X, WT, groups=4), ValueError, r"that groups=4 divides, got \(6, 2, 3, 3\)"),
    (lambda: F.conv2d(X, WT, groups=0), ValueError, "groups must be at least 1, got 0"),
    (lambda: F.conv2d(X, WT[:, :0], groups=2), ValueError, r"w must have entries.*\(6, 0, 3, 3\)"),
    (lambda: F.conv2d(X, WT, np.ones(5), groups=2), ValueError, r"b must have shape \(6,\), got"),
    (lambda: F.conv2d(X, WT, B, 0, groups=2), ValueError, "stride must be at least 1, got 0"),
    (lambda: F.conv2d(X, WT, B, (1, 0), groups=2), ValueError, r"stride\[1\] must be at least 1"),
    (lambda: F.conv2d(X, WT, B, (1, 1, 1), groups=2), ValueError, "stride must be one whole num"),
    (lambda: F.conv2d(X, WT, B, 1, -1, groups=2), ValueError, "padding must be at least 0, got -1"),
    (lambda: F.conv2d(X, WT, B, 1, 0.5, groups=2), TypeError, "padding must be a whole number"),
    (lambda: F.conv2d(X, WT, B, 1, 0, 3, 2), ValueError, "covers 7 pixels, size=5 with padding=0"),
    (lambda: F.conv2d_plain(X, WT, B, 1, 0, 3, 2), ValueError, "kernel_size must fit"),
    (lambda: F.conv2d_backward(X, CACHE), ValueError, r"dy must have shape \(2, 6, 3, 3\), got"),
    (lambda: F.conv2d_backward(Y, CACHE, 1), TypeError, "needs_dx must be True or False"),
    (lambda: F.conv_transpose2d(X, WT), ValueError, r"x must have shape \(N, 6, H, W\)"),
    (lambda: F.conv_transpose2d(Y, WT, np.ones(6)), ValueError, r"b must have shape \(2,\), got"),
    (lambda: F.conv_transpose2d(Y, WT, output_padding=1), ValueError, "padding must be less"),
    (lambda: F.conv_transpose2d(Y[:, :, :1, :1], WT, padding=2), ValueError, "padding must leave"),
    (lambda: F.conv_transpose2d(Y, WT, output_padding=-1), ValueError, "output_padding must be at"),
    (lambda: F.conv_transpose2d_backward(Y, UP_CACHE), ValueError, r"dy must have shape \(2, 4, 5"),
    (lambda: F.max_pool2d(X[0], 2), ValueError, "x must have 4 axes"),
    (lambda: F.max_pool2d(X, 0), ValueError, "kernel_size must be at least 1, got 0"),
    (lambda: F.max_pool2d(X, 6), ValueError, "kernel_size must fit into the padded image"),
    (lambda: F.max_pool2d(X, 2, padding=2), ValueError, "padding must be at most half .* got 2"),
    (lambda: F.avg_pool2d(X, 2, padding=(0, 2)), ValueError, "padding must be at most half"),
    (lambda: F.avg_pool2d(X, 2, count_include_pad=0), TypeError, "count_include_pad must be True"),
    (lambda: F.max_pool2d_backward(X, F.max_pool2d(X, 2)[1]), ValueError, "dy must have shape"),
    (lambda: F.avg_pool2d_backward(X, F.avg_pool2d(X, 2)[1]), ValueError, "dy must have shape"),
    (lambda: F.conv_output_shape(5.0, 3), TypeError, "size must be a whole number, got 5.0"),
    (lambda: F.conv_output_shape(-1, 3), ValueError, "size must be at least 0, got -1"),
    (lambda: F.conv_output_shape(5, 3, dilation=0), ValueError, "dilation must be at least 1"),
    (lambda: F.conv_output_shape((5, 5), (3, 3, 3)), ValueError, "one entry for each dimension"),
    (lambda: F.conv_output_shape((5, "a"), 3), TypeError, r"size\[1\] must be a whole number"),
    (lambda: F.conv_transpose_output_shape(5, 3, output_padding=1), ValueError, "than stride=1"),
    (lambda: F.conv_transpose_output_shape(1, 2, padding=1), ValueError, "which leaves size 0"),
    (lambda: F.same_padding(0, 3), ValueError, "size must be at least 1, got 0"),
    (lambda: F.receptive_field([3, 3], [1]), ValueError, r"strides must have 2 entries, got \[1\]"),
    (lambda: F.receptive_field([3, 0]), ValueError, r"kernel_sizes\[1\] must be at least 1, got 0"),
    (lambda: F.parameter_count(4, 6, 3, 4), ValueError, "groups must divide out_channels=6, got 4"),
    (lambda: F.parameter_count(3, 6, 3, 2), ValueError, "groups must divide in_channels=3, got 2"),
    (lambda: F.parameter_count(4, 6, 3, bias=None), TypeError, "bias must be True or False"),
]  # fmt: skip


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


# --- the plain sum, over many settings ----------------------------------------------------------

PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))
SETTINGS = st.fixed_dictionaries(
    {
        "N": st.integers(0, 2),
        "groups": st.integers(1, 2),
        "C": st.integers(1, 2),
        "O": st.integers(1, 2),
        "size": st.tuples(st.integers(1, 5), st.integers(1, 5)),
        "kernel": PAIRS,
        "stride": PAIRS,
        "padding": st.tuples(st.integers(0, 2), st.integers(0, 2)),
        "dilation": PAIRS,
        "seed": st.integers(0, 999),
    }
)


def arguments(s: dict[str, Any], transposed: bool = False) -> tuple[Any, Any, Any, Any]:
    """x, w and b of a convolution with these settings, and a generator for more."""
    rng = np.random.default_rng(s["seed"])
    groups, C, O = s["groups"], s["C"], s["O"]
    x = rng.normal(size=(s["N"], groups * C, *s["size"]))
    w = rng.normal(size=(groups * C, O, *s["kernel"]) if transposed
                   else (groups * O, C, *s["kernel"]))  # fmt: skip
    return x, w, rng.normal(size=groups * O), rng


def fits(s: dict[str, Any]) -> bool:
    return all(
        size + 2 * p > d * (k - 1)
        for size, k, p, d in zip(s["size"], s["kernel"], s["padding"], s["dilation"])
    )


@REPEATABLE
@given(s=SETTINGS)
def test_conv2d_is_the_plain_sum_and_so_are_its_gradients(s: dict[str, Any]) -> None:
    assume(fits(s))
    x, w, b, rng = arguments(s)
    settings = {k: s[k] for k in ("stride", "padding", "dilation", "groups")}
    y, cache = F.conv2d(x, w, b, **settings)
    assert y.shape[2:] == F.conv_output_shape(
        s["size"], s["kernel"], s["stride"], s["padding"], s["dilation"]
    )
    close(y, F.conv2d_plain(x, w, b, **settings))
    close(F.conv2d(x, w, **settings)[0], F.conv2d_plain(x, w, **settings))
    dy = rng.normal(size=y.shape)
    dx, dw, db = F.conv2d_backward(dy, cache)
    close(dx, complex_step(lambda x: F.conv2d_plain(x, w, b, **settings), x, dy))
    close(dw, complex_step(lambda w: F.conv2d_plain(x, w, b, **settings), w, dy))
    close(db, complex_step(lambda b: F.conv2d_plain(x, w, b, **settings), b, dy))
    none, again, _ = F.conv2d_backward(dy, cache, needs_dx=False)
    assert none is None and np.array_equal(dw, again)


@REPEATABLE
@given(s=SETTINGS, extra=st.tuples(st.integers(0, 2), st.integers(0, 2)))
def test_conv_transpose2d_is_the_transpose_and_so_are_its_gradients(
    s: dict[str, Any], extra: tuple[int, int]
) -> None:
    settings = {k: s[k] for k in ("stride", "padding", "dilation", "groups")}
    steps = zip(s["stride"], s["dilation"])
    extra = tuple(min(e, max(step) - 1) for e, step in zip(extra, steps))
    rows = zip(s["size"], s["kernel"], s["stride"], s["padding"], s["dilation"], extra)
    shape = [(n - 1) * t - 2 * p + d * (k - 1) + e + 1 for n, k, t, p, d, e in rows]
    assume(min(shape) > 0)
    x, w, b, rng = arguments(s, transposed=True)
    y, cache = F.conv_transpose2d(x, w, b, output_padding=extra, **settings)
    assert y.shape == (s["N"], len(b), *shape)

    # <A^T x, z> = <x, A z>, where A is the convolution written as a sum.
    z = rng.normal(size=y.shape)
    right = F.conv2d_plain(z, w, **settings)[:, :, : s["size"][0], : s["size"][1]]
    left = y - b[:, np.newaxis, np.newaxis]
    close(np.sum(left * z), np.sum(x * right))

    def forward(x: Any, w: Any, b: Any) -> Any:
        return F.conv_transpose2d(x, w, b, output_padding=extra, **settings)[0]

    dx, dw, db = F.conv_transpose2d_backward(z, cache)
    close(dx, complex_step(lambda x: forward(x, w, b), x, z))
    close(dw, complex_step(lambda w: forward(x, w, b), w, z))
    close(db, complex_step(lambda b: forward(x, w, b), b, z))
    none, again, _ = F.conv_transpose2d_backward(z, cache, needs_dx=False)
    assert none is None and np.array_equal(dw, again)


def windows(x: np.ndarray, k: Any, stride: Any, padding: Any, dilation: Any, value: float) -> Any:
    """Every window of the padded image, one after the other: {(i, j): array (N, C, k1, k2)}."""
    (k1, k2), (s1, s2), (p1, p2), (d1, d2) = k, stride, padding, dilation
    x = np.pad(x, ((0, 0), (0, 0), (p1, p1), (p2, p2)), constant_values=value)
    H, W = x.shape[2] - d1 * (k1 - 1), x.shape[3] - d2 * (k2 - 1)
    return {
        (i // s1, j // s2): x[:, :, i : i + d1 * k1 : d1, j : j + d2 * k2 : d2]
        for i in range(0, H, s1)
        for j in range(0, W, s2)
    }


@REPEATABLE
@given(s=SETTINGS)
def test_poolings_are_taken_window_by_window(s: dict[str, Any]) -> None:
    k, d, stride = s["kernel"], s["dilation"], s["stride"]
    p = tuple(min(a, (b * (c - 1) + 1) // 2) for a, b, c in zip(s["padding"], d, k))
    assume(fits({**s, "padding": p}))
    x, _, _, rng = arguments(s)
    y, cache = F.max_pool2d(x, k, stride, p, d)
    want = windows(x, k, stride, p, d, -np.inf)
    assert y.shape[2:] == tuple(1 + max(index[i] for index in want) for i in (0, 1))
    for (i, j), window in want.items():
        close(y[:, :, i, j], window.max(axis=(2, 3)), rtol=0)
    dy = rng.normal(size=y.shape)
    got = F.max_pool2d_backward(dy, cache)
    close(got, complex_step(lambda x: F.max_pool2d(x, k, stride, p, d)[0], x, dy))

    p = tuple(min(a, c // 2) for a, c in zip(s["padding"], k))
    assume(fits({**s, "padding": p, "dilation": (1, 1)}))
    for include in (True, False):
        y, cache = F.avg_pool2d(x, k, stride, p, count_include_pad=include)
        sums = windows(x, k, stride, p, (1, 1), 0)
        inside = windows(np.ones_like(x[:1]), k, stride, p, (1, 1), 0) if len(x) else {}
        for (i, j), window in sums.items() if len(x) else ():
            count = k[0] * k[1] if include else inside[i, j].sum(axis=(2, 3))
            close(y[:, :, i, j], window.sum(axis=(2, 3)) / count)
        dy = rng.normal(size=y.shape)
        got = F.avg_pool2d_backward(dy, cache)
        close(
            got,
            complex_step(
                lambda x, whole=include: F.avg_pool2d(x, k, stride, p, count_include_pad=whole)[0],
                x,
                dy,
            ),
        )


def test_the_first_of_equal_entries_takes_the_gradient() -> None:
    x = np.array([[1.0, 1, 0], [1, 1, 2], [2, 2, 2]])[np.newaxis, np.newaxis]
    y, cache = F.max_pool2d(x, 2, stride=1)
    assert y[0, 0].tolist() == [[1, 2], [2, 2]]
    dx = F.max_pool2d_backward(np.array([[[[1.0, 2], [4, 8]]]]), cache)
    assert dx[0, 0].tolist() == [[1, 0, 0], [0, 0, 10], [4, 0, 0]]


def test_dilated_windows_may_share_a_pixel() -> None:
    x = np.array([[[[0.0, 1, 5, 1, 0]]]])
    y, cache = F.max_pool2d(x, (1, 2), stride=(1, 2), dilation=(1, 2))
    assert y.tolist() == [[[[5, 5]]]]
    dx = F.max_pool2d_backward(np.array([[[[2.0, 3.0]]]]), cache)
    assert dx.tolist() == [[[[0, 0, 5, 0, 0]]]]


def test_padding_may_cover_half_of_a_dilated_window() -> None:
    y, _ = F.max_pool2d(np.arange(4.0).reshape(1, 1, 2, 2), 2, 1, padding=2, dilation=3)
    assert y[0, 0].tolist() == [[3, -np.inf, 2], [-np.inf] * 3, [1, -np.inf, 0]]


def test_a_pooling_of_single_entries_is_a_copy() -> None:
    x = np.ones((1, 1, 2, 2))
    y, _ = F.max_pool2d(x, 1)
    y += 1
    assert x.max() == 1
    y, _ = F.avg_pool2d(x, 1)
    y += 1
    assert x.max() == 1


# --- symbols: the equation itself ---------------------------------------------------------------


@pytest.mark.parametrize(
    "stride, padding, dilation, groups", [(1, 1, 1, 1), (2, 1, 1, 2), ((1, 2), 0, (2, 1), 1)]
)
def test_conv2d_on_symbols(stride: Any, padding: Any, dilation: Any, groups: int) -> None:
    x, w, b = symbols("x", 1, 2, 3, 3), symbols("w", 2, 2 // groups, 2, 2), symbols("b", 2)
    settings = (stride, padding, dilation, groups)
    y, cache = F.conv2d(x, w, b, *settings)
    (s1, s2), (d1, d2) = np.broadcast_to(stride, 2), np.broadcast_to(dilation, 2)

    def pixel(c: int, i: int, j: int) -> Any:
        return x[0, c, i, j].item() if 0 <= i < 3 and 0 <= j < 3 else 0

    want = np.empty(y.shape, dtype=object)
    for n, o, i, j in np.ndindex(y.shape):
        first = o // (2 // groups) * w.shape[1]
        want[n, o, i, j] = b[o].item() + sum(
            w[o, c, k, m].item()
            * pixel(first + c, s1 * i + d1 * k - padding, s2 * j + d2 * m - padding)
            for c, k, m in np.ndindex(*w.shape[1:])
        )
    proved_equal(y, want)
    proved_equal(F.conv2d_plain(x, w, b, *settings), want)
    dy = symbols("g", *y.shape)
    total = np.sum(dy * want).item()
    for got, by in zip(F.conv2d_backward(dy, cache), (x, w, b)):
        proved_equal(got, derivatives(total, by))


def test_conv_transpose2d_on_symbols_is_the_transposed_matrix() -> None:
    w, x, z = symbols("w", 1, 1, 2, 2), symbols("x", 1, 1, 2, 2), symbols("z", 1, 1, 4, 4)
    y, cache = F.conv_transpose2d(x, w, stride=2)
    proved_equal([np.sum(y * z).item()], [np.sum(x * F.conv2d_plain(z, w, stride=2)).item()])
    dx, dw, db = F.conv_transpose2d_backward(z, cache)
    total = np.sum(y * z).item()
    proved_equal(dx, derivatives(total, x))
    proved_equal(dw, derivatives(total, w))
    assert db is None


def test_poolings_on_symbols() -> None:
    x, g = symbols("x", 1, 1, 2, 4), symbols("g", 1, 1, 1, 2)
    y, cache = F.avg_pool2d(x, 2)
    total = np.sum(g * y).item()
    proved_equal(y[0, 0, 0], [np.sum(x[..., :2]).item() / 4, np.sum(x[..., 2:]).item() / 4])
    proved_equal(F.avg_pool2d_backward(g, cache), derivatives(total, x))

    y, cache = F.max_pool2d(x, 2)
    dx = F.max_pool2d_backward(g, cache)
    left, right = g.ravel().tolist()
    for values in itertools.permutations(range(4)):
        numbers = dict(zip(x.ravel().tolist(), np.repeat(values, 2).tolist(), strict=True))
        assert [e.subs(numbers) for e in y.ravel().tolist()] == [
            max(values[0], values[2]), max(values[1], values[3])
        ]  # fmt: skip
        at = {0: left, 4: left, 2: right, 6: right}
        first = {0 if values[0] > values[2] else 4, 2 if values[1] > values[3] else 6}
        want = [at[i] if i in first else 0 for i in range(8)]
        assert [e.subs(numbers) for e in dx.ravel().tolist()] == want
