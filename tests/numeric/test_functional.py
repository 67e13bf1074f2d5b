"""The layers of nnlib.functional: against PyTorch, complex steps, symbols, and at the edges."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
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

from nnlib import functional as F
from nnlib.symbolic import symarray

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
CASES = recorded("functional.json")


# --- PyTorch ------------------------------------------------------------------------------------


def forward_and_gradients(case: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    name, dy, settings = case["function"], case["dy"], case["settings"]
    arrays = {k: np.array(v) for k, v in case["arrays"].items()}
    backward = getattr(F, f"{name}_backward")
    if name == "cross_entropy":
        y, cache = F.cross_entropy(**arrays, target=case["target"], **settings)
        return y, {"dlogits": backward(cache, dy)}
    y = getattr(F, name)(**arrays, **settings)
    if name == "logsumexp":
        return y, {"dz": backward(dy, arrays["z"], **settings)}
    if name in ("softmax", "log_softmax"):
        return y, {"dz": backward(dy, y, **settings)}
    y, cache = y
    gradients = backward(dy, cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    return y, dict(zip((f"d{k}" for k in arrays), gradients, strict=True))


@pytest.mark.parametrize("number", range(len(CASES)))
def test_results_and_gradients_are_pytorchs(number: int) -> None:
    case = CASES[number]
    running = [np.array(r) for r in case.get("running", [])]
    if running:
        names = ("running_mean", "running_var")
        case = {**case, "settings": {**case["settings"], **dict(zip(names, running))}}
    y, gradients = forward_and_gradients(case)
    close(y, case["y"], rtol=1e-12)
    for name, gradient in gradients.items():
        close(gradient, case[name], rtol=1e-12)
    for got, want in zip(running, case.get("running_after", [])):
        close(got, want, rtol=1e-12)


# --- complex steps, over many shapes ------------------------------------------------------------


def pair(name: str, **settings: Any) -> tuple[Any, Any]:
    """A layer with one argument: its forward, and the gradient it gives for (x, dy)."""
    forward, backward = getattr(F, name), getattr(F, f"{name}_backward")
    return (
        lambda x: forward(x, **settings)[0],
        lambda x, dy: backward(dy, forward(x, **settings)[1]),
    )


def soft(name: str, **settings: Any) -> tuple[Any, Any]:
    forward, backward = getattr(F, name), getattr(F, f"{name}_backward")
    return (
        lambda x: forward(x, **settings),
        lambda x, dy: backward(dy, forward(x, **settings), **settings),
    )


ONE_ARGUMENT = {
    "sigmoid": pair("sigmoid"),
    "tanh": pair("tanh"),
    "silu": pair("silu"),
    "relu": pair("relu"),
    "leaky_relu": pair("leaky_relu", negative_slope=0.3),
    "elu": pair("elu", alpha=0.6),
    "maxout": pair("maxout", num_pieces=3),
    "maxout, last axis": pair("maxout", num_pieces=2, axis=-1),
    "dropout": pair("dropout", p=0.3, rng=5),
    "dropout, not training": pair("dropout", p=0.3, training=False),
    "softmax": soft("softmax", axis=1, temperature=0.5),
    "log_softmax": soft("log_softmax", axis=-1, temperature=2.0),
    "logsumexp": (lambda x: F.logsumexp(x, axis=1), lambda x, d: F.logsumexp_backward(d, x, 1)),
}


SHAPES = st.tuples(st.integers(0, 3), st.just(6)) | st.tuples(
    st.integers(0, 2), st.sampled_from([6, 12]), st.integers(1, 2), st.just(2)
)
SEEDS = st.integers(0, 999)


def normal(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


@pytest.mark.parametrize("name", ONE_ARGUMENT)
@REPEATABLE
@given(shape=SHAPES, seed=SEEDS)
def test_gradients_are_the_complex_steps(name: str, shape: tuple[int, ...], seed: int) -> None:
    forward, backward = ONE_ARGUMENT[name]
    (x,) = normal(seed, shape)
    dy = np.random.default_rng(seed + 1).normal(size=np.shape(forward(x)))
    close(backward(x, dy), complex_step(forward, x, dy))


def affine(name: str, x_shape: tuple[int, ...], g_shape: tuple[int, ...], seed: int, *args: Any,
           **settings: Any) -> None:  # fmt: skip
    """Check the gradients of a norm by x, gamma and beta."""
    x, gamma, beta, dy = normal(seed, x_shape, g_shape, g_shape, x_shape)

    def forward(x: Any, gamma: Any, beta: Any) -> Any:
        return getattr(F, name)(x, *args, gamma, beta, **settings)

    dx, dgamma, dbeta = getattr(F, f"{name}_backward")(dy, forward(x, gamma, beta)[1])
    close(dx, complex_step(lambda x: forward(x, gamma, beta)[0], x, dy))
    close(dgamma, complex_step(lambda g: forward(x, g, beta)[0], gamma, dy))
    close(dbeta, complex_step(lambda b: forward(x, gamma, b)[0], beta, dy))


@REPEATABLE
@given(
    shape=st.tuples(st.integers(2, 4), st.integers(0, 3))
    | st.tuples(st.integers(1, 3), st.integers(1, 2), st.integers(2, 3))
    | st.tuples(st.integers(1, 2), st.integers(1, 2), st.integers(2, 2), st.integers(1, 2)),
    eps=st.sampled_from([1e-5, 0.5]),
    seed=SEEDS,
)
def test_batch_norm_gradients(shape: tuple[int, ...], eps: float, seed: int) -> None:
    affine("batch_norm", shape, shape[1:2], seed, eps=eps)
    mean, var = normal(seed, shape[1:2], shape[1:2])
    affine("batch_norm", shape, shape[1:2], seed, running_mean=mean, running_var=var**2,
           training=False, eps=eps)  # fmt: skip
    x, gamma, dy = normal(seed, shape, shape[1:2], shape)
    _, cache = F.batch_norm(x, gamma, gamma, eps=eps)
    staged = F.batch_norm_backward_staged(dy, cache)
    for got, want in zip((staged.dx, staged.dgamma, staged.dbeta),
                         F.batch_norm_backward(dy, cache)):  # fmt: skip
        close(got, want)


@REPEATABLE
@given(
    lead=st.lists(st.integers(0, 2), max_size=2),
    g_shape=st.sampled_from([(3,), (1,), (2, 2)]),
    seed=SEEDS,
)
def test_layer_norm_gradients(lead: list[int], g_shape: tuple[int, ...], seed: int) -> None:
    affine("layer_norm", (*lead, *g_shape), g_shape, seed, eps=0.01)


@REPEATABLE
@given(
    N=st.integers(0, 2),
    groups=st.integers(1, 3),
    size=st.integers(1, 2),
    rest=st.sampled_from([(), (3,), (1, 2)]),
    seed=SEEDS,
)
def test_group_norm_gradients(
    N: int, groups: int, size: int, rest: tuple[int, ...], seed: int
) -> None:
    affine("group_norm", (N, groups * size, *rest), (groups * size,), seed, groups, eps=0.01)


@REPEATABLE
@given(
    shape=st.sampled_from([(4,), (3, 2), (1, 4), (2, 3, 2), (2, 1, 2, 1)]),
    kind=st.sampled_from(["classes", "probabilities"]),
    smoothing=st.sampled_from([0.0, 0.3, 1.0]),
    reduction=st.sampled_from(["mean", "sum", "none"]),
    temperature=st.sampled_from([1.0, 0.5, 3.0]),
    seed=SEEDS,
)
def test_cross_entropy_gradient(
    shape: tuple[int, ...],
    kind: str,
    smoothing: float,
    reduction: str,
    temperature: float,
    seed: int,
) -> None:
    axis = 0 if len(shape) == 1 else 1
    per_example = shape[:axis] + shape[axis + 1 :]
    logits, y, dloss = normal(seed, shape, shape, per_example if reduction == "none" else ())
    classes = np.random.default_rng(seed).integers(0, shape[axis], size=per_example)
    target = classes if kind == "classes" else y

    def forward(z: Any) -> Any:
        return F.cross_entropy(z, target, label_smoothing=smoothing, reduction=reduction,
                               temperature=temperature)  # fmt: skip

    loss, cache = forward(logits)
    assert np.shape(loss) == np.shape(dloss)
    got = F.cross_entropy_backward(cache, dloss if reduction == "none" else float(dloss))
    close(got, complex_step(lambda z: forward(z)[0], logits, dloss))


# --- floating point -----------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", FLOATS)
def test_dtype_is_kept(dtype: Any) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4, 6)).astype(dtype)
    v = np.ones(6, dtype)
    for y, cache, backward in [
        (*F.batch_norm(x, v, v), F.batch_norm_backward),
        (*F.layer_norm(x, v, v), F.layer_norm_backward),
        (*F.group_norm(x, 3, v, v), F.group_norm_backward),
        *((*getattr(F, n)(x), getattr(F, f"{n}_backward"))
          for n in ("sigmoid", "tanh", "silu", "relu", "leaky_relu", "elu")),
        (*F.dropout(x, 0.3, rng=rng), F.dropout_backward),
    ]:  # fmt: skip
        assert y.dtype == dtype
        gradients = backward(x, cache)
        for gradient in gradients if isinstance(gradients, tuple) else (gradients,):
            assert gradient.dtype == dtype
    staged = F.batch_norm_backward_staged(x, F.batch_norm(x, v, v)[1])
    assert {gradient.dtype for gradient in staged} == {np.dtype(dtype)}
    y, cache = F.maxout(x)
    assert y.dtype == dtype and F.maxout_backward(y, cache).dtype == dtype
    assert F.softmax(x).dtype == F.log_softmax(x).dtype == F.logsumexp(x).dtype == dtype
    for target in (np.zeros(4, int), np.abs(x)):
        for reduction in ("mean", "none"):
            loss, cache = F.cross_entropy(x, target, label_smoothing=0.1, reduction=reduction)
            assert loss.dtype == F.cross_entropy_backward(cache).dtype == dtype


def test_integers_and_lists_are_taken_as_float64() -> None:
    assert F.softmax([1, 2]).dtype == np.float64
    assert F.relu([1, -2])[0].dtype == np.float64
    y, cache = F.batch_norm([[1], [3]], [1], [0], eps=0)
    assert y.tolist() == [[-1], [1]]
    assert F.cross_entropy([[0, 0]], [1])[0] == np.log(2)
    assert F.cross_entropy([[0, 0]], [[0, 1]])[0] == np.log(2)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "silu", "relu", "leaky_relu", "elu", "maxout"])
def test_every_activation_takes_lists_of_integers(name: str) -> None:
    forward, backward = getattr(F, name), getattr(F, f"{name}_backward")
    y, cache = forward([[1, -2], [0, 3]])
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, forward(np.array([[1.0, -2.0], [0.0, 3.0]]))[0])
    dy = np.ones(y.shape, int)
    assert backward(dy.tolist(), cache).dtype == np.float64
    np.testing.assert_array_equal(backward(dy, cache), backward(dy.astype(float), cache))


def test_a_complex_cotangent_of_the_loss_is_taken() -> None:
    for reduction in ("mean", "sum"):
        cache = F.cross_entropy([[1.0, 2.0], [0.0, 1.0]], [0, 1], reduction=reduction)[1]
        got = F.cross_entropy_backward(cache, 2j)
        np.testing.assert_allclose(got, 2j * F.cross_entropy_backward(cache), rtol=1e-15)


def test_gradients_take_the_wider_dtype_of_dy() -> None:
    x, v = np.ones((4, 2), np.float32), np.ones(2, np.float32)
    dy = np.ones((4, 2))
    for gradients in (
        F.batch_norm_backward(dy, F.batch_norm(x, v, v)[1]),
        F.layer_norm_backward(dy, F.layer_norm(x, v, v)[1]),
    ):
        assert {gradient.dtype for gradient in gradients} == {np.dtype(np.float64)}


def test_a_narrower_dy_costs_no_digits() -> None:
    x = np.array([[1, 2], [3, 5], [4, 9]], np.float32)
    dy = np.array([[0, 1], [2, 3], [1, 5]], np.float32)
    _, cache = F.batch_norm(x, np.full(2, 1 / 3), np.zeros(2))
    wider = F.batch_norm_backward(dy.astype(np.float64), cache)
    for got, want in zip(F.batch_norm_backward(dy, cache), wider, strict=True):
        assert np.array_equal(got, want)


def test_the_first_of_equal_pieces_takes_the_gradient() -> None:
    y, cache = F.maxout([[2, 2, 2, 1, 3, 3]], num_pieces=3)
    assert y.tolist() == [[2, 3]]
    assert F.maxout_backward([[5, 7]], cache).tolist() == [[5, 0, 0, 0, 7, 0]]


@pytest.mark.parametrize("dtype", FLOATS)
def test_extreme_logits(dtype: Any) -> None:
    z = np.array([[1e4, -1e4, 0], [-1e4, 0, 1e4]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, cache = F.cross_entropy(z, [2, 2], reduction="none")
        assert loss.tolist() == [1e4, 0]
        close(F.cross_entropy_backward(cache), [[1, 0, -1], [0, 0, 0]], rtol=1e-40)
        close(F.softmax(z), [[1, 0, 0], [0, 0, 1]], rtol=1e-40)
        assert F.logsumexp(z).tolist() == [1e4, 1e4]
        y, _ = F.sigmoid(z)
        close(y, [[1, 0, 0.5], [0, 0.5, 1]], rtol=1e-40)
        assert F.elu(z)[0].tolist() == [[1e4, -1, 0], [-1, 0, 1e4]]
        loss, _ = F.cross_entropy(np.full((8, 2), [0, 1e4], dtype), np.zeros(8, int))
        assert loss == 1e4


def test_infinite_logits_are_absent_classes() -> None:
    z = np.array([1.0, -np.inf, 1.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert F.softmax(z).tolist() == [0.5, 0, 0.5]
        assert F.logsumexp(z) == 1 + np.log(2)
        assert F.logsumexp(np.full((2, 3), -np.inf)).tolist() == [-np.inf, -np.inf]
        assert F.logsumexp([0, np.inf]) == np.inf
        loss, cache = F.cross_entropy(z, 0)
        assert loss == np.log(2)
        assert F.cross_entropy_backward(cache).tolist() == [-0.5, 0, 0.5]
    assert F.logsumexp(z, keepdims=True).shape == (1,)


def test_batch_norm_of_equal_entries_is_zero() -> None:
    for value in (0.1, 1e4, 1e30):
        x = np.full((7, 2, 3), value, np.float32)
        v = np.ones(2, np.float32)
        y, cache = F.batch_norm(x, v, 0 * v)
        assert not y.any()
        assert all(np.isfinite(g).all() for g in F.batch_norm_backward(x / value, cache))
    y, _ = F.layer_norm(np.full((2, 5), 0.1), np.ones(5), np.zeros(5))
    assert not y.any()


@pytest.mark.parametrize("shape", [(256, 8), (16, 8, 7, 7)])
def test_float32_norms_at_a_large_mean(shape: tuple[int, ...]) -> None:
    x = (1e4 + np.random.default_rng(3).normal(size=shape)).astype(np.float32)
    ones, zeros = np.ones(8, np.float32), np.zeros(8, np.float32)
    y, _ = F.batch_norm(x, ones, zeros, eps=0)
    axes = (0, *range(2, x.ndim))
    exact = x.astype(np.longdouble) - x.mean(axes, dtype=np.longdouble, keepdims=True)
    exact /= np.sqrt(np.mean(exact**2, axes, keepdims=True))
    assert np.abs(y - exact).max() < 2e-6
    rows = x.reshape(8, -1)
    y, _ = F.layer_norm(rows, np.ones(rows.shape[1], "f"), np.zeros(rows.shape[1], "f"), eps=0)
    exact = rows - rows.mean(1, dtype=np.longdouble, keepdims=True)
    exact /= np.sqrt(np.mean(exact**2, 1, keepdims=True))
    assert np.abs(y - exact).max() < 2e-6


def test_float16_norms_do_not_overflow() -> None:
    x = np.linspace(-600, 600, 400).astype(np.float16).reshape(100, 4)
    y, cache = F.batch_norm(x, np.ones(4, np.float16), np.zeros(4, np.float16))
    assert np.abs(y.std(0) - 1).max() < 1e-2
    assert all(np.isfinite(g).all() for g in F.batch_norm_backward(x, cache))
    y, _ = F.layer_norm(x.T, np.ones(100, np.float16), np.zeros(100, np.float16))
    assert np.abs(y.std(1) - 1).max() < 1e-2


def test_nan_passes_through_and_stays_in_its_row_or_channel() -> None:
    x = np.random.default_rng(0).normal(size=(3, 2))
    x[1, 0] = np.nan
    for name in ("sigmoid", "tanh", "silu", "relu", "leaky_relu", "elu"):
        y, cache = getattr(F, name)(x)
        assert np.array_equal(np.isnan(y), np.isnan(x))
    y, cache = F.maxout(x)
    assert np.isnan(y[:, 0]).tolist() == [False, True, False]
    assert F.maxout_backward(np.ones((3, 1)), cache).sum() == 3
    assert np.isnan(F.softmax(x)).all(axis=1).tolist() == [False, True, False]
    assert np.isnan(F.logsumexp(x)).tolist() == [False, True, False]
    loss, _ = F.cross_entropy(x, [0, 1, 1], reduction="none")
    assert np.isnan(loss).tolist() == [False, True, False]
    y, _ = F.batch_norm(x, [1, 1], [0, 0])
    assert np.isnan(y).all(axis=0).tolist() == [True, False]
    y, _ = F.layer_norm(x, [1, 1], [0, 0])
    assert np.isnan(y).all(axis=1).tolist() == [False, True, False]
    assert np.isnan(F.dropout(x, 1e-9, rng=0)[0]).tolist() == np.isnan(x).tolist()


def test_empty_batches() -> None:
    m, v = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for shape in ((0, 2), (0, 2, 3, 3), (2, 2, 0)):
            x = np.zeros(shape)
            y, cache = F.batch_norm(x, [1, 1], [0, 0], running_mean=m, running_var=v)
            dx, dgamma, dbeta = F.batch_norm_backward(x, cache)
            assert y.shape == dx.shape == shape
            assert dgamma.tolist() == dbeta.tolist() == [0, 0]
        assert (m.tolist(), v.tolist()) == ([1, 2], [3, 4])
        assert F.softmax(np.zeros((0, 3))).shape == (0, 3)
        loss, cache = F.cross_entropy(np.zeros((0, 3)), np.zeros(0), reduction="none")
        assert loss.shape == (0,) and F.cross_entropy_backward(cache).shape == (0, 3)
        assert F.cross_entropy(np.zeros((0, 3)), [], reduction="sum")[0] == 0
        assert F.maxout(np.zeros((0, 4)))[0].shape == (0, 2)
        assert F.dropout(np.zeros((0, 4)), rng=1)[0].shape == (0, 4)
        assert F.layer_norm(np.zeros((0, 2)), [1, 1], [0, 0])[0].shape == (0, 2)
        assert F.group_norm(np.zeros((0, 2)), 2, [1, 1], [0, 0])[0].shape == (0, 2)


def awkward(x: np.ndarray) -> np.ndarray:
    """The same numbers, read-only and not contiguous."""
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    view = wide[..., ::2]
    view[...] = x
    view.flags.writeable = False
    return view


def test_read_only_and_non_contiguous_arrays() -> None:
    rng = np.random.default_rng(2)
    x, v = rng.normal(size=(2, 4, 3)), rng.normal(size=4)
    calls: list[Callable[..., Any]] = [
        lambda x, v: F.batch_norm_backward(x, F.batch_norm(x, v, v)[1]),
        lambda x, v: F.group_norm_backward(x, F.group_norm(x, 2, v, v)[1]),
        lambda x, v: F.layer_norm_backward(
            np.swapaxes(x, 1, 2), F.layer_norm(np.swapaxes(x, 1, 2), v, v)[1]
        ),
        lambda x, v: (F.softmax(x), F.logsumexp(x), F.maxout(x)[0], F.elu(x)[0]),
        lambda x, v: (F.cross_entropy_backward(F.cross_entropy(x, x)[1]),),
    ]
    for call in calls:
        before = x.copy()
        for got, want in zip(call(awkward(x), awkward(v)), call(x, v), strict=True):
            close(got, want, rtol=1e-13)
        assert np.array_equal(x, before)


def test_dropout_drops_with_probability_p_and_keeps_the_mean() -> None:
    x = np.ones(100_000)
    y, mask = F.dropout(x, 0.2, rng=np.random.default_rng(4))
    assert set(np.unique(y)) == {0, 1.25}
    assert abs(np.mean(y == 0) - 0.2) < 0.01 and abs(y.mean() - 1) < 0.01
    assert np.array_equal(y, F.dropout(x, 0.2, rng=np.random.default_rng(4))[0])
    assert np.array_equal(F.dropout(x, 0.2, rng=7)[0], F.dropout(x, 0.2, rng=7)[0])
    assert np.array_equal(F.dropout_backward(x, mask), y)
    assert not F.dropout(x, 1, rng=0)[0].any()
    assert np.array_equal(F.dropout(x, 0)[0], x) and F.dropout_backward(x, None) is x


def test_the_ufunc_buffer_is_as_it_was_after_a_call() -> None:
    before = np.getbufsize()
    F.softmax(np.ones((2, 2)))
    with pytest.raises(ValueError, match="temperature"):
        F.softmax(np.ones((2, 2)), temperature=-1)
    assert np.getbufsize() == before


# --- long sums of float16, in every layout --------------------------------------------------------

LONG = 5000  # of ones, float16 counts to 2048 when it adds one after the other


def laid_out(x: np.ndarray, axis: int, dtype: Any) -> np.ndarray:
    """The same array with ``axis`` first in memory, or last."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, axis, 0)), 0, axis).astype(dtype, "K")


@pytest.mark.parametrize("shape", [(LONG, 2), (2, LONG), (2, LONG, 3), (3, 2, LONG)])
@pytest.mark.parametrize("first_in_memory", [0, -1])
def test_long_sums_of_float16_are_those_of_float64(
    shape: tuple[int, ...], first_in_memory: int
) -> None:
    rng = np.random.default_rng(5)
    x64 = laid_out(rng.normal(size=shape).round(2) / 4, first_in_memory, np.float16).astype(float)
    dy64 = np.abs(rng.normal(size=shape)).astype(np.float16).astype(float)
    C = shape[1]
    gamma, classes = np.ones(C), np.zeros(shape[:1] + shape[2:], int)

    def results(x: Any, dy: Any, gamma: Any) -> list[Any]:
        made = []
        for axis in range(x.ndim):
            p, log_p = F.softmax(x, axis), F.log_softmax(x, axis)
            made += [p * p.shape[axis], log_p, F.logsumexp(x, axis), np.sum(p, axis, dtype=float)]
            made += [F.softmax_backward(dy, p, axis) * p.shape[axis]]
            made += [F.log_softmax_backward(dy, log_p, axis)]
        for target in (classes, dy / C):
            for settings in ({"label_smoothing": 0.2}, {"weight": gamma / 8}, {}):
                loss, cache = F.cross_entropy(x, target, reduction="none", **settings)
                made += [loss, F.cross_entropy_backward(cache)]
        for y, cache, backward in (
            (*F.batch_norm(x, gamma, gamma), F.batch_norm_backward),
            (*F.group_norm(x, 1, gamma, gamma), F.group_norm_backward),
        ):
            made += [y, *backward(dy / 8, cache)]
        y, cache = F.layer_norm(x, np.ones(shape[-1], x.dtype), np.ones(shape[-1], x.dtype))
        return [*made, y, *F.layer_norm_backward(dy / 8, cache)]

    half = results(
        *(laid_out(a, first_in_memory, np.float16) for a in (x64, dy64)), gamma.astype("e")
    )
    for got, want in zip(half, results(x64, dy64, gamma), strict=True):
        scale = np.max(np.abs(want))
        np.testing.assert_allclose(np.asarray(got, float) / scale, want / scale, atol=4e-3)


def test_the_mean_of_many_float16_losses() -> None:
    z = np.zeros((70_000, 3), np.float16)
    loss, _ = F.cross_entropy(z, np.zeros(70_000, int))
    assert loss == np.float16(np.log(3)) and loss.dtype == np.float16
    y, target = np.full(70_000, 2, np.float16), np.zeros(70_000, np.float16)
    assert F.mse_loss(y, target)[0] == 4


def test_float32_sums_of_a_million_entries_in_every_layout() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1_000_000, 2)).astype(np.float32)
    for layout in (x, np.asfortranarray(x)):
        y, cache = F.batch_norm(layout, np.ones(2, "f"), np.zeros(2, "f"), eps=0)
        exact = (x - x.mean(0, dtype=float)) / x.std(0, dtype=float)
        assert np.abs(y - exact).max() < 1e-4
        _, dgamma, dbeta = F.batch_norm_backward(np.abs(layout), cache)
        np.testing.assert_allclose(dbeta, np.abs(x).sum(0, dtype=float), rtol=1e-5)


# --- results may be changed, infinities stay where they are ---------------------------------------


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "maxout",
                                  "dropout", "dropout, not training", "batch_norm", "layer_norm",
                                  "mse_loss"])  # fmt: skip
def test_changing_a_result_changes_neither_gradient_nor_argument(name: str) -> None:
    calls: dict[str, Callable[[Any], Any]] = {
        "dropout": lambda x: F.dropout(x, rng=0),
        "dropout, not training": lambda x: F.dropout(x, training=False),
        "batch_norm": lambda x: F.batch_norm(x, [1, 1], [0, 0]),
        "layer_norm": lambda x: F.layer_norm(x, [1, 1], [0, 0]),
        "mse_loss": lambda x: F.mse_loss(x, np.zeros((3, 2)), reduction="none"),
    }
    forward = calls.get(name, getattr(F, name.split(",")[0]))
    backward = getattr(F, f"{name.split(',')[0]}_backward")
    x = np.random.default_rng(1).normal(size=(3, 2))
    before = x.copy()
    y, cache = forward(x)
    dy = np.ones(y.shape)
    first = lambda g: g[0] if isinstance(g, tuple) else g
    given = (cache, dy) if name == "mse_loss" else (dy, cache)
    want = np.copy(first(backward(*given)))
    y -= 7
    assert np.array_equal(first(backward(*given)), want) and np.array_equal(x, before)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_what_a_mask_drops_is_0_even_if_it_is_infinite(bad: float) -> None:
    x = np.array([[1.0, -1.0, 2.0, 3.0]])
    dy = np.full((1, 4), bad)
    assert np.isnan(F.relu_backward(dy, F.relu(x)[1])).tolist() == [
        [np.isnan(bad), False] + 2 * [np.isnan(bad)]
    ]
    np.testing.assert_array_equal(F.relu_backward(dy, F.relu(x)[1]), [[bad, 0, bad, bad]])
    np.testing.assert_array_equal(F.maxout_backward(dy[:, :2], F.maxout(x)[1]), [[bad, 0, 0, bad]])
    _, cache = F.dropout(x, 0.5, rng=1)
    assert cache is not None
    np.testing.assert_array_equal(F.dropout_backward(dy, cache), np.where(cache.kept, bad, 0))
    np.testing.assert_array_equal(F.dropout(dy, 0.5, rng=1)[0], np.where(cache.kept, bad, 0))


# --- class weights, ignored examples, the squared error ------------------------------------------


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@REPEATABLE
@given(shape=st.sampled_from([(4,), (3, 2), (5, 4), (2, 3, 4)]), seed=SEEDS, ignore=st.booleans(),
       weighted=st.booleans())  # fmt: skip
def test_class_numbers_are_one_hot_targets_with_weights(
    reduction: str,
    smoothing: float,
    shape: tuple[int, ...],
    seed: int,
    ignore: bool,
    weighted: bool,
) -> None:
    """Against the definition with one probability a class, an example that is ignored left out."""
    rng = np.random.default_rng(seed)
    axis = 0 if len(shape) == 1 else 1
    C = shape[axis]
    per_example = shape[:axis] + shape[axis + 1 :]
    logits, w = rng.normal(size=shape), rng.uniform(0.2, 3, size=C)
    classes = rng.integers(0, C, size=per_example)
    kept = rng.random(size=per_example) < 0.7 if ignore else np.ones(per_example, bool)
    target = np.where(kept, classes, -7)
    w = w if weighted else np.ones(C)
    y = np.moveaxis(np.eye(C)[classes], -1, axis)
    y = ((1 - smoothing) * y + smoothing / C) * w.reshape(C, *(1,) * (len(shape) - 1 - axis))
    y = y * np.expand_dims(kept, axis)
    examples = {"mean": np.sum(w[classes] * kept), "sum": 1, "none": 1}[reduction]
    losses = -np.sum(y * F.log_softmax(logits, axis), axis)
    with np.errstate(invalid="ignore"):
        want = (losses if reduction == "none" else np.sum(losses)) / examples
    loss, cache = F.cross_entropy(
        logits, target, weight=w if weighted else None, ignore_index=-7 if ignore else None,
        reduction=reduction, label_smoothing=smoothing,
    )  # fmt: skip
    close(loss, want)
    gradient = F.softmax(logits, axis) * y.sum(axis, keepdims=True) - y
    close(F.cross_entropy_backward(cache), gradient / examples if examples else 0 * logits)


def test_an_ignored_example_may_hold_anything() -> None:
    z = np.array([[0.0, 1.0], [np.inf, np.nan], [2.0, 0.0]])
    with np.errstate(invalid="ignore"):
        loss, cache = F.cross_entropy(z, [0, -100, 1], ignore_index=-100)
    close(loss, F.cross_entropy(z[[0, 2]], [0, 1])[0])
    gradient = F.cross_entropy_backward(cache)
    assert gradient[1].tolist() == [0, 0] and np.isfinite(gradient).all()
    nothing, cache = F.cross_entropy(z[:1], [5], ignore_index=5)
    assert np.isnan(nothing) and F.cross_entropy_backward(cache).tolist() == [[0, 0]]


def test_an_absent_class_without_a_share_costs_nothing() -> None:
    z, y = np.array([[1.0, -np.inf, 1.0]]), np.array([[0.5, 0.0, 0.5]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, cache = F.cross_entropy(z, y)
    close(loss, np.log(2))
    close(F.cross_entropy_backward(cache), [[0, 0, 0]])
    assert F.cross_entropy(z, [1])[0] == np.inf


def test_class_weights_and_ignored_classes_on_symbols() -> None:
    z, w = symbols("z", 3, 2), symbols("w", 2)
    loss, cache = F.cross_entropy(z, [1, 9, 0], weight=w, ignore_index=9)
    log_p = F.log_softmax(z)
    total = w[0] + w[1]
    want = -(w[1] * log_p[0, 1] + w[0] * log_p[2, 0]) / total
    proved_equal([loss.item()], [want.item()])
    y = np.array([[0, w[1].item()], [0, 0], [w[0].item(), 0]])
    rows = np.array([[w[1].item()], [0], [w[0].item()]])
    proved_equal(F.cross_entropy_backward(cache), (F.softmax(z) * rows - y) / total)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_the_squared_error_is_its_definition(reduction: str) -> None:
    y, target, g = symbols("y", 2, 2), symbols("t", 2, 2), symbols("g", 2, 2)
    loss, cache = F.mse_loss(y, target, reduction=reduction)
    want = {"mean": np.sum((y - target) ** 2) / 4, "sum": np.sum((y - target) ** 2),
            "none": (y - target) ** 2}[reduction]  # fmt: skip
    proved_equal(loss, want)
    dloss = g if reduction == "none" else sp.Symbol("g", real=True)
    proved_equal(F.mse_loss_backward(cache, dloss), derivatives(np.sum(want * dloss).item(), y))


def test_the_squared_error_of_nothing() -> None:
    loss, cache = F.mse_loss(np.zeros((0, 2)), np.zeros((0, 2)))
    assert np.isnan(loss) and F.mse_loss_backward(cache).shape == (0, 2)
    assert F.mse_loss([], [], reduction="sum")[0] == 0


# --- bad calls ----------------------------------------------------------------------------------

X, V = np.arange(6.0).reshape(3, 2), np.ones(2)
BAD_CALLS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: F.softmax(F.relu(X)), TypeError, r"z must be an array, got a tuple of 2"),
    (lambda: F.logsumexp(X, keepdims="x"), TypeError, "keepdims must be True or False, got 'x'"),
    (lambda: F.cross_entropy(X, [0, 1, 1], [1, 1]), TypeError, "positional"),
    (lambda: F.batch_norm(X, V, V, V, V), TypeError, "positional"),
    (lambda: F.layer_norm(X, (2,), V, V), TypeError, "positional"),
    (lambda: F.cross_entropy(X, [0, 1, 1], weight=[1]), ValueError, r"weight must have shape \(2,"),
    (lambda: F.cross_entropy(X, [0, 1, 1], ignore_index=1.5), TypeError, "ignore_index must be a w"),
    (lambda: F.cross_entropy(X, X, ignore_index=1), ValueError, "ignore_index must be None for"),
    (lambda: F.cross_entropy(X, [[0], [1, 2]]), ValueError, "target must be a rectangular array"),
    (lambda: F.mse_loss(X, V), ValueError, r"target must have shape \(3, 2\), got \(2,\)"),
    (lambda: F.mse_loss(X, X, reduction="max"), ValueError, "reduction must be .*, got 'max'"),
    (lambda: F.mse_loss_backward(F.mse_loss(X, X)[1], X), ValueError, "dloss must be a number"),
    (lambda: F.softmax("a"), TypeError, "z must hold numbers"),
    (lambda: F.softmax(3.0), ValueError, "z must have at least one axis"),
    (lambda: F.softmax(X, axis=2), ValueError, "axis must be between -2 and 1, as z has shape .3, 2., got 2"),
    (lambda: F.softmax(X, temperature=0), ValueError, r"temperature must be .*, got 0"),
    (lambda: F.log_softmax(np.zeros((2, 0))), ValueError, r"at least one class, got shape \(2, 0"),
    (lambda: F.softmax_backward(V, X), ValueError, r"dp must have shape \(3, 2\), got \(2,\)"),
    (lambda: F.log_softmax_backward(V, X), ValueError, r"dlog_p must have shape \(3, 2\)"),
    (lambda: F.logsumexp_backward(V, X), ValueError, r"dlse must have shape \(3,\), got \(2,\)"),
    (lambda: F.cross_entropy(X, [0, 2, 1]), ValueError, "from 0 to 1, got 0 to 2"),
    (lambda: F.cross_entropy(X, [0, -1, 1]), ValueError, "from 0 to 1, got -1 to 1"),
    (lambda: F.cross_entropy(X, [0.0, 1.0, 1.0]), TypeError, "whole class numbers, got dtype fl"),
    (lambda: F.cross_entropy(X, [0, 1]), ValueError, r"target must have shape \(3,\).*\(2,\)"),
    (lambda: F.cross_entropy(X, X.T), ValueError, r"target must have shape .* got \(2, 3\)"),
    (lambda: F.cross_entropy(1.0, 0), ValueError, "logits must have at least one axis"),
    (lambda: F.cross_entropy(np.zeros((3, 0)), [0, 0, 0]), ValueError, "at least one class"),
    (lambda: F.cross_entropy(X, [0, 1, 1], label_smoothing=1.5), ValueError, "label_smoothing must be .* got 1.5"),
    (lambda: F.cross_entropy(X, [0, 1, 1], reduction="max"), ValueError, "reduction must be .* 'max'"),
    (lambda: F.cross_entropy_backward(F.cross_entropy(X, X)[1], V), ValueError, "dloss must be a"),
    (lambda: F.cross_entropy_backward(F.cross_entropy(X, X, reduction="none")[1], V),
     ValueError, r"dloss must have shape \(3,\), got \(2,\)"),
    (lambda: F.batch_norm(V, V, V), ValueError, r"x must have shape .* got \(2,\)"),
    (lambda: F.batch_norm(X, X, V), ValueError, r"gamma must have shape \(2,\), .*, got \(3, 2\)"),
    (lambda: F.batch_norm(X, V, V[:1]), ValueError, r"beta must have shape \(2,\), .*, got \(1,\)"),
    (lambda: F.batch_norm(X[:1], V, V), ValueError, r"2 entries per channel .* \(1, 2\)"),
    (lambda: F.batch_norm(X, V, V, training=False), ValueError, "running_mean and running_var are"),
    (lambda: F.batch_norm(X, V, V, running_mean=V), TypeError, "running_var must be a floating array, go"),
    (lambda: F.batch_norm(X, V, V, running_mean=[0, 0], running_var=V), TypeError, r"running_mean must be .*\[0, 0\]"),
    (lambda: F.batch_norm(X, V, V, running_mean=V, running_var=np.ones(3)), ValueError, r"running_var must have shape \(2"),
    (lambda: F.batch_norm(X, V, V, running_mean=V, running_var=np.ones(2, int)), TypeError, "running_var must be a float"),
    (lambda: F.batch_norm(X, V, V, running_mean=np.broadcast_to(1.0, 2), running_var=V), ValueError, "mean must be writab"),
    (lambda: F.batch_norm(X + 0j, V, V, running_mean=V, running_var=V), TypeError, "running_mean must hold dtype complex"),
    (lambda: F.batch_norm(X, V, V, momentum=2), ValueError, "momentum must be .*, got 2"),
    (lambda: F.batch_norm(X, V, V, eps=-1), ValueError, "eps must be .*, got -1"),
    (lambda: F.batch_norm(X, V, V, training=1), TypeError, "training must be True or False"),
    (lambda: F.batch_norm_backward(V, F.batch_norm(X, V, V)[1]), ValueError, "dy must have shape"),
    (lambda: F.batch_norm_backward_staged(X, F.batch_norm(X, V, V, running_mean=V, running_var=V, training=False)[1]),
     ValueError, "cache must come from a training pass"),
    (lambda: F.layer_norm(X, 1.0, 0.0), ValueError, "gamma must have an axis and an entry"),
    (lambda: F.layer_norm(X, [], []), ValueError, r"gamma must .* got shape \(0,\)"),
    (lambda: F.batch_norm_backward_staged(V, F.batch_norm(X, V, V)[1]), ValueError, "dy must hav"),
    (lambda: F.layer_norm(X, np.ones(3), np.ones(3)), ValueError, r"x must have shape \(.*, 3"),
    (lambda: F.layer_norm(X, V, np.ones(3)), ValueError, r"beta must have shape \(2,\)"),
    (lambda: F.layer_norm(V, X, X), ValueError, r"x must have shape \(3, 2\), got \(2,\)"),
    (lambda: F.layer_norm(X, V, V, eps=-1), ValueError, "eps must be .*, got -1"),
    (lambda: F.layer_norm_backward(V, F.layer_norm(X, V, V)[1]), ValueError, "dy must have shape"),
    (lambda: F.group_norm(X, 3, V, V), ValueError, "num_groups must divide the 2 .* got 3"),
    (lambda: F.group_norm(X, 0, V, V), ValueError, "num_groups must be at least 1, got 0"),
    (lambda: F.group_norm(X[:, :0], 1, [], []), ValueError, "entries in each group"),
    (lambda: F.group_norm_backward(V, F.group_norm(X, 2, V, V)[1]), ValueError, "dy must have sha"),
    (lambda: F.sigmoid(None), TypeError, "x must hold numbers"),
    (lambda: F.sigmoid_backward(V, X), ValueError, r"dy must have shape \(3, 2\), got \(2,\)"),
    (lambda: F.leaky_relu(X, "a"), TypeError, "negative_slope must be a number, got 'a'"),
    (lambda: F.elu(X, np.inf), ValueError, "alpha must be finite, got inf"),
    (lambda: F.maxout(X, 3), ValueError, r"num_pieces must divide axis 1 of x .* \(3, 2\), got 3"),
    (lambda: F.maxout(X, 0), ValueError, "num_pieces must be at least 1, got 0"),
    (lambda: F.maxout(1.0), ValueError, "x must have at least one axis"),
    (lambda: F.maxout_backward(X, F.maxout(X)[1]), ValueError, r"dy must have shape \(3, 1\)"),
    (lambda: F.dropout(X), TypeError, "rng must be a numpy.random.Generator or a seed, got None"),
    (lambda: F.dropout(X, 1.1, rng=0), ValueError, "p must be .*, got 1.1"),
    (lambda: F.dropout(X, training="no"), TypeError, "training must be True or False"),
    (lambda: F.dropout_backward(V, F.dropout(X, rng=0)[1]), ValueError, "dy must have shape"),
]  # fmt: skip


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_bad_call_leaves_the_running_statistics_alone() -> None:
    m, v = np.zeros(2), np.ones(2)
    with pytest.raises(ValueError, match="eps"):
        F.batch_norm(X, V, V, running_mean=m, running_var=v, eps=-1)
    with pytest.raises(ValueError, match="running_var"):
        F.batch_norm(X, V, V, running_mean=m, running_var=np.ones(3))
    assert (m.tolist(), v.tolist()) == ([0, 0], [1, 1])


# --- symbols: the equation itself ---------------------------------------------------------------


def one_hot(target: list[int], C: int) -> np.ndarray:
    return np.eye(C, dtype=object)[target]


def test_softmax_on_symbols() -> None:
    z, dp = symbols("z", 3), symbols("g", 3)
    p = F.softmax(z)
    total = sum(sp.exp(z[k].item()) for k in range(3))
    proved_equal(p, [sp.exp(z[i].item()) / total for i in range(3)])
    proved_equal([F.logsumexp(z).item()], [sp.log(total)])
    proved_equal(F.log_softmax(z), [z[i].item() - sp.log(total) for i in range(3)])
    proved_equal(F.softmax_backward(dp, p), derivatives(np.sum(dp * p).item(), z))
    log_p = F.log_softmax(z)
    proved_equal(F.log_softmax_backward(dp, log_p), derivatives(np.sum(dp * log_p).item(), z))
    proved_equal(F.logsumexp_backward(1, z), derivatives(F.logsumexp(z).item(), z))


def test_temperature_on_symbols() -> None:
    z, tau = symbols("z", 2), sp.Symbol("tau", positive=True)
    p = F.softmax(z, temperature=tau)
    total = sum(sp.exp(z[k].item() / tau) for k in range(2))
    proved_equal(p, [sp.exp(z[i].item() / tau) / total for i in range(2)])
    dp = symbols("g", 2)
    got = F.softmax_backward(dp, p, temperature=tau)
    proved_equal(got, derivatives(np.sum(dp * p).item(), z))


def test_cross_entropy_gradient_on_symbols_is_p_times_the_sum_of_y_minus_y() -> None:
    z, y = symbols("z", 3), symbols("y", 3)
    loss, cache = F.cross_entropy(z, y)
    p = F.softmax(z)
    got = F.cross_entropy_backward(cache)
    proved_equal(got, p * np.sum(y) - y)
    proved_equal(got, derivatives(loss.item(), z))


def test_cross_entropy_of_classes_on_symbols() -> None:
    z, a = symbols("z", 2, 3), sp.Symbol("a", positive=True)
    for smoothing in (0, a):
        loss, cache = F.cross_entropy(z, [2, 0], label_smoothing=smoothing)
        y = (1 - smoothing) * one_hot([2, 0], 3) + smoothing * sp.Rational(1, 3)
        want = -np.sum(y * F.log_softmax(z)) / 2
        proved_equal([loss.item()], [want.item()])
        proved_equal(F.cross_entropy_backward(cache), (F.softmax(z) - y) / 2)


def test_moments_on_symbols() -> None:
    x = symbols("x", 3, 2)
    centered, mean, var = F.moments(x)
    for c in (0, 1):
        xs = [e.item() for e in x[:, c]]
        mu = sum(xs) / 3
        proved_equal(mean[:, c], [mu])
        proved_equal(centered[:, c], [e - mu for e in xs])
        proved_equal(var[c : c + 1], [sum((e - mu) ** 2 for e in xs) / 3])


def test_moments_are_numpys() -> None:
    x = np.random.default_rng(0).normal(1e3, 2, (5, 3, 4, 2))
    centered, mean, var = F.moments(x)
    assert mean.shape == (1, 3, 1, 1) and var.shape == (3, 1, 1) and centered.shape == x.shape
    np.testing.assert_allclose(mean.ravel(), x.mean(axis=(0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(var.ravel(), x.var(axis=(0, 2, 3)), rtol=1e-9)
    np.testing.assert_allclose(centered, x - x.mean(axis=(0, 2, 3), keepdims=True), atol=1e-9)


def test_batch_norm_on_symbols() -> None:
    K = 3
    x, g, gamma, beta = symbols("x", K, 1), symbols("g", K, 1), symbols("gamma", 1), symbols("b", 1)
    eps = sp.Symbol("epsilon", positive=True)
    y, cache = F.batch_norm(x, gamma, beta, eps=eps)
    xs, (c,), (b,) = [e.item() for e in x[:, 0]], gamma.tolist(), beta.tolist()
    mu = sum(xs) / K
    s = sp.sqrt(sum((e - mu) ** 2 for e in xs) / K + eps)
    proved_equal(y[:, 0], [c * (e - mu) / s + b for e in xs])
    x_hat, gs = [(e - mu) / s for e in xs], [e.item() for e in g[:, 0]]
    dot = sum(a * d for a, d in zip(gs, x_hat))
    dx, dgamma, dbeta = F.batch_norm_backward(g, cache)
    one_line = [c / (K * s) * (K * gs[j] - sum(gs) - x_hat[j] * dot) for j in range(K)]
    proved_equal(dx[:, 0], one_line)
    proved_equal(np.append(dgamma, dbeta), [dot, sum(gs)])
    staged = F.batch_norm_backward_staged(g, cache)
    proved_equal(staged.dx[:, 0], one_line)
    proved_equal(staged.dx_hat[:, 0], [c * e for e in gs])
    dvar = sum(-c * e * d / (2 * s**2) for e, d in zip(gs, x_hat))
    proved_equal(np.append(staged.dvar, staged.dmean), [dvar, -c * sum(gs) / s])
    proved_equal(np.append(staged.dgamma, staged.dbeta), [dot, sum(gs)])


def test_running_statistics_on_symbols() -> None:
    x, m, v = symbols("x", 3, 1), symbols("m", 1), symbols("v", 1)
    (m0,), (v0,), rate = m.tolist(), v.tolist(), sp.Symbol("r", positive=True)
    F.batch_norm(
        x, symbols("gamma", 1), symbols("beta", 1), running_mean=m, running_var=v, momentum=rate
    )
    xs = [e.item() for e in x[:, 0]]
    mu = sum(xs) / 3
    unbiased = sum((e - mu) ** 2 for e in xs) / 2
    proved_equal(np.append(m, v), [(1 - rate) * m0 + rate * mu, (1 - rate) * v0 + rate * unbiased])


def test_layer_and_group_norm_on_symbols() -> None:
    x, gamma, beta = symbols("x", 1, 2), symbols("gamma", 2), symbols("beta", 2)
    dy = symbols("g", 1, 2)
    for y, cache, backward in (
        (*F.layer_norm(x, gamma, beta, eps=1), F.layer_norm_backward),
        (*F.group_norm(x, 1, gamma, beta, eps=1), F.group_norm_backward),
    ):
        mu = np.sum(x) / 2
        want = gamma * (x - mu) / np.sqrt(np.sum((x - mu) ** 2) / 2 + 1) + beta
        proved_equal(y, want)
        for got, by in zip(backward(dy, cache), (x, gamma, beta)):
            proved_equal(got, derivatives(np.sum(dy * want).item(), by))


def test_activations_on_symbols() -> None:
    x, g = symbols("x", 1), symbols("g", 1)
    (e,), (d,) = x.tolist(), g.tolist()
    y, cache = F.silu(x)
    proved_equal(y, [e / (1 + sp.exp(-e))])
    proved_equal(F.silu_backward(g, cache), derivatives(y[0].item() * d, x))
    y, cache = F.sigmoid(x)
    proved_equal(y, [1 / (1 + sp.exp(-e))])
    proved_equal(F.sigmoid_backward(g, cache), [d * sp.exp(-e) / (1 + sp.exp(-e)) ** 2])
    y, cache = F.tanh(x)
    up, down = sp.exp(e), sp.exp(-e)
    proved_equal([y[0].item().rewrite(sp.exp)], [(up - down) / (up + down)])
    proved_equal(F.tanh_backward(g, cache), [d * (1 - sp.tanh(e) ** 2)])


@pytest.mark.parametrize("sign", [1, -1])
def test_activations_with_a_corner_on_symbols(sign: int) -> None:
    z = sign * symarray("a", 1, positive=True)
    (u,), g, alpha = z.tolist(), symbols("g", 1), sp.Symbol("alpha", positive=True)
    for name, value, slope in (
        ("relu", 0, 0),
        ("leaky_relu", alpha * u, alpha),
        ("elu", alpha * (sp.exp(u) - 1), alpha * sp.exp(u)),
    ):
        y, cache = getattr(F, name)(z, *([] if name == "relu" else [alpha]))
        dx = getattr(F, f"{name}_backward")(g, cache)
        proved_equal([y[0].item().rewrite(sp.Max)], [u if sign > 0 else value])
        proved_equal([dx[0].item().rewrite(sp.Max)], g if sign > 0 else g * slope)
