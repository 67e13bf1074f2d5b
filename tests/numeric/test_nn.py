"""Layers: against PyTorch, against numerical gradients, on symbols, and at the edges."""

from __future__ import annotations

import copy
import io
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from nnlib import nn
from nnlib.functional import cross_entropy, cross_entropy_backward
from nnlib.gradcheck import check_backward, complex_step
from nnlib.init import lecun_normal
from nnlib.nn import Sequential
from nnlib.optim import Adam
from nnlib.symbolic import equal, symarray

REPEATABLE = settings(
    derandomize=True, database=None, deadline=None, max_examples=20, phases=[Phase.generate]
)
GOLDEN = json.loads(Path(__file__).parents[1].joinpath("golden", "nn.json").read_text())["cases"]


def network(name: str) -> Sequential:
    layers = {
        "linear": lambda: [nn.Linear(3, 2, rng=0)],
        "mlp": lambda: [
            nn.Linear(3, 4, rng=0), nn.BatchNorm(4), nn.LeakyReLU(0.2), nn.LayerNorm(4), nn.ELU(0.5),
            nn.Linear(4, 2, rng=0, bias=False), nn.Tanh(), nn.Linear(2, 2, rng=0), nn.Sigmoid(), nn.ReLU(),
        ],
        "cnn": lambda: [
            nn.Conv2d(2, 4, (3, 2), rng=0, stride=(2, 1), padding=1, groups=2), nn.GroupNorm(2, 4),
            nn.ReLU(), nn.ConvTranspose2d(4, 2, 3, rng=0, stride=2, padding=1, output_padding=1),
            nn.MaxPool2d(2), nn.AvgPool2d(2, stride=1), nn.Flatten(), nn.Linear(16, 2, rng=0),
        ],
    }  # fmt: skip
    return Sequential(*layers[name]())


@pytest.mark.parametrize("name", ["linear", "mlp", "cnn"])
def test_passes_are_those_of_pytorch(name: str) -> None:
    model, case = network(name), {key: np.array(value) for key, value in GOLDEN[name].items()}
    model.W[...] = case["W"]
    np.testing.assert_allclose(model(case["x"]), case["y"], rtol=1e-9, atol=1e-12)
    dx = model.backward(case["dy"], needs_dx=True)
    assert dx is not None
    np.testing.assert_allclose(dx, case["dx"], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(model.dW, case["dW"], rtol=1e-9, atol=1e-12)
    model.dW[...] = 7
    assert model.backward(case["dy"]) is None  # the same gradients without dx
    np.testing.assert_allclose(model.dW, case["dW"], rtol=1e-9, atol=1e-12)


def test_linear_is_its_equation_on_symbols() -> None:
    x, w, b, dy = (
        symarray(n, s) for n, s in (("x", (2, 3)), ("w", (2, 3)), ("b", 2), ("d", (2, 2)))
    )
    y, cache = nn.linear(x, w, b)
    dx, dw, db = nn.linear_backward(dy, cache)
    loss = sum(dy[n, i].item() * y[n, i].item() for n in range(2) for i in range(2))
    for n in range(2):
        for i in range(2):
            want = sum(x[n, j].item() * w[i, j].item() for j in range(3)) + b[i].item()
            assert equal(y[n, i].item(), want).status == "proved"
    for array, gradient in ((x, dx), (w, dw), (b, db)):
        assert gradient.shape == array.shape
        for symbol, got in zip(array.ravel(), gradient.ravel()):
            assert equal(got.item(), sp.diff(loss, symbol.item())).status == "proved"


def test_linear_gradients_by_complex_step() -> None:
    rng = np.random.default_rng(3)
    inputs = [rng.normal(size=s) for s in ((4, 3), (2, 3), (2,))]
    assert check_backward(nn.linear, nn.linear_backward, inputs, 1) < 1e-13
    dx, _, _ = nn.linear_backward(np.ones((4, 2)), (inputs[0], inputs[1]), needs_dx=False)
    assert dx is None


LAYERS: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("Linear", {"in_features": 3, "out_features": 2, "rng": 0}, (4, 3)),
    ("Sigmoid", {}, (4, 3)),
    ("Tanh", {}, (4, 3)),
    ("ReLU", {}, (4, 3)),
    ("LeakyReLU", {"negative_slope": 0.3}, (4, 3)),
    ("ELU", {"alpha": 0.3}, (4, 3)),
    ("Maxout", {"num_pieces": 2}, (4, 6)),
    ("MaxPool2d", {"kernel_size": (2, 1), "padding": (1, 0)}, (2, 3, 4, 4)),
    ("AvgPool2d", {"kernel_size": 2, "stride": 1}, (2, 3, 4, 4)),
    ("Conv2d", {"in_channels": 2, "out_channels": 4, "kernel_size": 2, "rng": 0, "padding": 1,
                "groups": 2, "dilation": 2}, (2, 2, 4, 4)),
    ("Conv2d", {"in_channels": 2, "out_channels": 1, "kernel_size": 2, "rng": 0, "bias": False},
     (2, 2, 4, 4)),
    ("ConvTranspose2d", {"in_channels": 2, "out_channels": 4, "kernel_size": 2, "rng": 0,
                         "groups": 2, "stride": 2, "output_padding": (1, 0)}, (2, 2, 3, 3)),
    ("BatchNorm", {"num_features": 3}, (4, 3)),
    ("LayerNorm", {"normalized_shape": (3, 2)}, (4, 3, 2)),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}, (2, 4, 3)),
    ("Dropout", {"p": 0.5, "rng": 0}, (4, 3)),
    ("Flatten", {}, (4, 3, 2)),
]  # fmt: skip


@pytest.mark.parametrize("name, settings, shape", LAYERS)
def test_dx_comes_back_only_where_it_is_asked_for(
    name: str, settings: dict[str, Any], shape: tuple[int, ...]
) -> None:
    layer = getattr(nn, name)(**settings)
    dy = np.ones_like(layer(np.ones(shape)))
    assert layer.backward(dy).shape == shape and layer.backward(dy, needs_dx=False) is None
    model = nn.Sequential(getattr(nn, name)(**settings))
    model(np.ones(shape))
    assert model.backward(dy) is None


@pytest.mark.parametrize("name, settings, shape", LAYERS)
def test_backward_is_the_derivative_of_forward(
    name: str, settings: dict[str, Any], shape: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(5)
    layer, x = getattr(nn, name)(**settings), rng.normal(size=shape)
    model = Sequential(layer)
    model.W[...] = rng.uniform(0.5, 1.5, size=model.W.shape)
    if name == "Dropout":
        model.eval()
    y = model(x)
    dy = rng.uniform(-1, 1, size=y.shape)
    dx, h = model.backward(dy, needs_dx=True), 1e-6

    def change(array: np.ndarray, index: tuple[int, ...]) -> float:
        keep, sums = array[index], []
        for value in (keep + h, keep - h):
            array[index] = value
            sums.append(np.sum(dy * model(x)))
        array[index] = keep
        return (sums[0] - sums[1]) / (2 * h)

    assert dx is not None
    for array, gradient in ((x, dx), (model.W, model.dW.copy())):
        want = np.array([change(array, index) for index in np.ndindex(array.shape)])
        np.testing.assert_allclose(gradient.ravel(), want, rtol=1e-6, atol=1e-7)


def test_first_values() -> None:
    layer = nn.Linear(50, 40, rng=3, init=lecun_normal, dtype=np.float32)
    np.testing.assert_array_equal(layer.weight, lecun_normal((40, 50), 3, dtype=np.float32))
    assert layer.bias is not None and layer.bias.dtype == np.float32 and not layer.bias.any()
    for norm in (nn.BatchNorm(3), nn.LayerNorm(3), nn.GroupNorm(1, 3)):
        assert norm.gamma.tolist() == [1, 1, 1] and norm.beta.tolist() == [0, 0, 0]
    batch = nn.BatchNorm(2)
    assert batch.running_mean.tolist() == [0, 0] and batch.running_var.tolist() == [1, 1]
    conv = nn.Conv2d(4, 6, (3, 2), rng=0, groups=2)
    assert conv.weight.shape == (6, 2, 3, 2) and conv.bias is not None and not conv.bias.any()
    assert nn.ConvTranspose2d(4, 6, 3, rng=0, groups=2).weight.shape == (4, 3, 3, 3)


def test_one_flat_vector_holds_all_parameters() -> None:
    model = network("mlp")
    linear: Any = model.layers[0]
    model.W[...] = np.arange(model.W.size)
    assert linear.weight.tolist() == np.arange(12.0).reshape(4, 3).tolist()
    assert linear.bias.tolist() == [12, 13, 14, 15]
    linear.bias[0] = -1
    assert model.W[12] == -1
    model(np.ones((5, 3)) * np.arange(5.0)[:, None])
    model.backward(np.ones((5, 2)))
    np.testing.assert_array_equal(model.dW[:12].reshape(4, 3), linear.grad["weight"])
    assert Sequential(nn.ReLU()).W.shape == (0,)


def test_networks_nest() -> None:
    inner = Sequential(nn.Linear(3, 4, rng=0), nn.Tanh())
    outer = Sequential(nn.Flatten(), inner, nn.Linear(4, 2, rng=1))
    assert outer.W.size == 16 + 10 and np.shares_memory(inner.W, outer.W)
    x, dy = np.random.default_rng(0).normal(size=(2, 3, 1)), np.ones((2, 2))
    outer(x)
    outer.backward(dy)

    def loss(W: np.ndarray) -> Any:
        w1, b1, w2, b2 = W[:12].reshape(4, 3), W[12:16], W[16:24].reshape(2, 4), W[24:]
        return np.tanh(x[:, :, 0] @ w1.T + b1) @ w2.T + b2

    np.testing.assert_allclose(outer.dW, complex_step(loss, outer.W, dy), rtol=1e-12)
    assert np.shares_memory(inner.dW, outer.dW)
    inner.W[...] = 0
    assert not outer.W[:16].any()
    outer.eval()
    assert not inner.training and not inner.layers[0].training
    assert set(outer.state_dict()) == {"1.0.weight", "1.0.bias", "2.weight", "2.bias"}


@pytest.mark.parametrize("way", ["copy", "pickle"])
def test_a_copied_network_is_whole_and_apart(way: str) -> None:
    model = Sequential(nn.Linear(3, 2, rng=0), Sequential(nn.Tanh(), nn.Linear(2, 2, rng=1)))
    x = np.random.default_rng(0).normal(size=(4, 3))
    twin = copy.deepcopy(model) if way == "copy" else pickle.loads(pickle.dumps(model))
    want = model(x)
    np.testing.assert_array_equal(twin(x), want)
    twin.backward(np.ones((4, 2)))
    assert twin.dW.any() and not model.dW.any()
    twin.W[...] = 0
    assert not twin(x).any()
    np.testing.assert_array_equal(model(x), want)


@REPEATABLE
@given(sizes=st.tuples(*[st.integers(0, 5)] * 3), dtype=st.sampled_from(["f2", "f4", "f8", "g"]))
def test_linear_over_shapes_and_dtypes(sizes: tuple[int, int, int], dtype: str) -> None:
    N, into, out = sizes
    rng = np.random.default_rng(N + 10 * into + 100 * out)
    x, w, b, dy = (
        rng.integers(-3, 4, size=s).astype(dtype) for s in ((N, into), (out, into), out, (N, out))
    )
    y, cache = nn.linear(x, w, b)
    dx, dw, db = nn.linear_backward(dy, cache)
    assert dx is not None and {a.dtype for a in (y, dx, dw, db)} == {np.dtype(dtype)}
    np.testing.assert_array_equal(y, np.einsum("ni,oi->no", x, w) + b)
    np.testing.assert_array_equal(dx, np.einsum("no,oi->ni", dy, w))
    np.testing.assert_array_equal(dw, np.einsum("no,ni->oi", dy, x))
    np.testing.assert_array_equal(db, np.einsum("no->o", dy))


def test_training_and_inference_differ_where_they_should() -> None:
    x = np.random.default_rng(0).normal(3, 2, size=(50, 4))
    model = Sequential(nn.BatchNorm(4, momentum=1.0), nn.Dropout(0.5, rng=1))
    first, second = model(x), model(x)
    assert not np.array_equal(first, second) and (first == 0).mean() > 0.3
    model.eval()
    norm: Any = model.layers[0]
    want = (x - x.mean(0)) / np.sqrt(x.var(0, ddof=1) + norm.eps)
    np.testing.assert_allclose(model(x), want, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(model(x), model(x))
    model.train()
    assert model.layers[1].training


def test_the_first_layer_makes_no_dx() -> None:
    seen = []

    class Watched(nn.Linear):
        def backward(self, dy: Any, needs_dx: bool = True) -> Any:
            seen.append(needs_dx)
            return super().backward(dy, needs_dx)

    model = Sequential(nn.Flatten(), Watched(3, 3, rng=0), nn.ReLU(), Watched(3, 2, rng=0))
    model(np.ones((2, 3)))
    assert model.backward(np.ones((2, 2))) is None
    assert seen == [True, False]
    norm = Sequential(nn.BatchNorm(3))
    norm(np.random.default_rng(0).normal(size=(4, 3)))
    assert norm.backward(np.ones((4, 3))) is None


@pytest.mark.parametrize(
    "layer",
    [nn.Linear(4, 4, rng=0), nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.LeakyReLU(), nn.ELU(),
     nn.LayerNorm(4), nn.BatchNorm(4), nn.GroupNorm(2, 4), nn.Dropout(rng=0), nn.Flatten()],
    ids=lambda layer: type(layer).__name__,
)  # fmt: skip
def test_a_layer_alone_gives_dx_unless_told(layer: nn.Module) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    assert layer.training
    y = layer(x)
    dx = layer.backward(np.ones_like(y))
    assert dx is not None and dx.shape == x.shape


def test_what_is_not_given_is_what_pytorch_takes() -> None:
    x = np.linspace(-2, 2, 8).reshape(2, 4)
    np.testing.assert_allclose(nn.LeakyReLU()(x), np.where(x > 0, x, 0.01 * x))
    np.testing.assert_allclose(nn.ELU()(x), np.where(x > 0, x, np.expm1(x)))
    assert nn.BatchNorm(4).momentum == 0.1 and nn.BatchNorm(4).eps == 1e-5
    assert nn.LayerNorm(4).eps == nn.GroupNorm(2, 4).eps == 1e-5
    assert nn.Dropout(rng=0).p == 0.5
    images = np.arange(16.0).reshape(1, 1, 4, 4)
    for pool in (nn.MaxPool2d, nn.AvgPool2d):
        assert pool(2)(images).shape == (1, 1, 2, 2)
        assert pool(2, stride=1)(images).shape == (1, 1, 3, 3)
        assert pool(2, stride=(1, 2))(images).shape == (1, 1, 3, 2)
        assert pool(2, stride=1, padding=1)(images).shape == (1, 1, 5, 5)
    assert nn.GroupNorm(1, 1)(np.ones((2, 1))).shape == (2, 1)
    assert Sequential(nn.ReLU()).training
    for made, weights in ((nn.Linear(2, 3, rng=0, bias=False), 6), (nn.Conv2d(2, 3, 2, rng=0, bias=False), 24),
                          (nn.ConvTranspose2d(2, 3, 2, rng=0, bias=False), 24)):  # fmt: skip
        assert made.bias is None and Sequential(made).W.size == weights


def test_a_layer_alone_keeps_its_gradients() -> None:
    layer = nn.Linear(3, 2, rng=0)
    layer(np.ones((4, 3)))
    layer.backward(np.ones((4, 2)))
    assert layer.grad["bias"].tolist() == [4, 4] and layer.grad["weight"].shape == (2, 3)


def through_a_file(state: dict[str, Any]) -> dict[str, Any]:
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    return dict(np.load(file))


@pytest.mark.parametrize("way", ["file", "pickle"])
def test_a_stored_state_gives_the_same_network(way: str) -> None:
    def make(seed: int) -> Sequential:
        rng = np.random.default_rng(seed)
        return Sequential(nn.Linear(3, 4, rng=rng), nn.BatchNorm(4), nn.Dropout(0.5, rng=rng))

    x = np.random.default_rng(9).normal(size=(6, 3))
    first, second = make(1), make(2)
    first(x)
    state = first.state_dict()
    stored = through_a_file(state) if way == "file" else pickle.loads(pickle.dumps(state))
    state["0.weight"][...] = 99
    second.load_state_dict(stored)
    stored["0.bias"][...] = 99
    np.testing.assert_array_equal(first(x), second(x))
    np.testing.assert_array_equal(first.W, second.W)
    first.eval(), second.eval()
    np.testing.assert_array_equal(first(x), second(x))


BAD_STATES = [
    (lambda s: s.pop("0.bias"), r"got one that differs in \['0.bias'\]"),
    (lambda s: s.update(more=1), r"got one that differs in \['more'\]"),
    (lambda s: s.update({"0.bias": np.zeros(3)}), r"'0.bias'\] must have shape \(2,\).*got \(3,\)"),
    (lambda s: s.update({"1.gamma": np.zeros(2, np.float32)}), r"dtype float64, got .*float32"),
    (lambda s: s.update({"2.rng": '{"bit_generator": "MT19937"}'}), r"PCG64"),
]


@pytest.mark.parametrize("spoil, message", BAD_STATES)
def test_a_state_that_does_not_fit_changes_nothing(spoil: Any, message: str) -> None:
    model = Sequential(nn.Linear(3, 2, rng=0), nn.BatchNorm(2), nn.Dropout(0.5, rng=1))
    state, before = model.state_dict(), pickle.dumps(model.state_dict())
    state["0.weight"] = state["0.weight"] + 1
    spoil(state)
    with pytest.raises(ValueError, match=message):
        model.load_state_dict(state)
    assert pickle.dumps(model.state_dict()) == before


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_dtype_is_kept_through_a_step(dtype: type) -> None:
    model = Sequential(
        nn.Linear(3, 4, rng=0, dtype=dtype), nn.BatchNorm(4, dtype=dtype), nn.ReLU(),
        nn.Dropout(0.1, rng=0), nn.LayerNorm(4, dtype=dtype), nn.Linear(4, 2, rng=1, dtype=dtype),
    )  # fmt: skip
    optimizer = Adam(model.W, eps=1e-3)
    logits = model(np.ones((5, 3), dtype) * np.arange(5)[:, None].astype(dtype))
    loss, cache = cross_entropy(logits, np.array([0, 1, 0, 1, 1]))
    model.backward(cross_entropy_backward(cache))
    optimizer.step(model.dW)
    assert logits.dtype == model.W.dtype == model.dW.dtype == dtype
    assert np.isfinite(model.W.astype(float)).all()


def test_empty_batches_and_nan_pass_through() -> None:
    model = Sequential(nn.Flatten(), nn.Linear(4, 2, rng=0), nn.Tanh())
    assert model(np.empty((0, 2, 2))).shape == (0, 2)
    model.backward(np.empty((0, 2)))
    assert not model.dW.any()
    x = np.ones((2, 2, 2))
    x[1, 0, 0] = np.nan
    x.flags.writeable = False
    y = model(x)
    assert np.isnan(y[1]).all() and np.isfinite(y[0]).all()
    model.backward(np.ones((2, 2)))
    assert np.isnan(model.dW).any()


@pytest.mark.parametrize(
    "kind", ["Sigmoid", "Tanh", "SiLU", "ReLU", "ELU", "Maxout", "Dropout", "Flatten"]
)
def test_changing_a_networks_output_changes_no_gradient(kind: str) -> None:
    settings = {"Dropout": {"p": 0.5, "rng": 3}}.get(kind, {})
    made = [Sequential(nn.Linear(3, 4, rng=0), getattr(nn, kind)(**settings)) for _ in range(2)]
    x = np.random.default_rng(1).normal(size=(5, 3))
    for model, change in zip(made, (0, 7)):
        y = model(x)
        y -= change
        model.backward(np.ones(y.shape))
    assert np.array_equal(made[0].dW, made[1].dW)


def test_float16_sums_of_a_linear_layer() -> None:
    ones = np.ones((5000, 1), np.float16)
    y, cache = nn.linear(ones, ones[:1], ones[0])
    assert y.dtype == np.float16 and y.max() == 2
    dx, dweight, dbias = nn.linear_backward(ones, cache)
    assert dbias.tolist() == [5000] and dweight.tolist() == [[5000]]
    assert {a.dtype for a in (dx, dweight, dbias)} == {np.dtype(np.float16)}
    wide = np.ones((5000, 2), np.float16)  # two columns: NumPy adds each one row after the other
    _, cache = nn.linear(wide, np.eye(2, dtype=np.float16))
    assert nn.linear_backward(wide, cache)[2].tolist() == [5000, 5000]
    long = np.ones((1, 5000), np.float16)
    assert nn.linear(long, long)[0].item() == 5000


def test_losses_are_their_functions() -> None:
    rng = np.random.default_rng(0)
    z, classes = rng.normal(size=(4, 3)), [0, 2, -1, 1]
    settings: dict[str, Any] = {"weight": [1, 2, 3], "ignore_index": -1, "label_smoothing": 0.1}
    loss = nn.CrossEntropyLoss(**settings)
    want, cache = cross_entropy(z, classes, **settings)
    assert loss(z, classes) == want
    assert np.array_equal(loss.backward(), cross_entropy_backward(cache))
    squared = nn.MSELoss(reduction="sum")
    assert squared(z, z + 1) == pytest.approx(12)
    np.testing.assert_allclose(squared.backward(), -2)
    with pytest.raises(ValueError, match="MSELoss.backward needs a call"):
        nn.MSELoss().backward()


def test_inference_keeps_mode_and_memory_of_the_network() -> None:
    model = Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm(4), nn.Dropout(rng=1), nn.ReLU())
    x, other = np.random.default_rng(1).normal(size=(2, 6, 3))
    y = model(x)
    statistics = model.layers[1].running_mean.copy()
    with nn.inference():
        assert not model.training and not model.layers[2].training
        model(other)
    assert model.training and np.array_equal(model.layers[1].running_mean, statistics)
    model.backward(np.ones(y.shape))
    kept = model.dW.copy()
    again = Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm(4), nn.Dropout(rng=1), nn.ReLU())
    again(x)
    again.backward(np.ones(y.shape))
    assert np.array_equal(kept, again.dW)


X = np.ones((4, 3))
BAD_CALLS = [
    (lambda: nn.linear(np.ones(3), np.ones((2, 3))), ValueError, r"x must have shape \(N, 3\)"),
    (lambda: nn.linear(X, np.ones((2, 4))), ValueError, r"x must have shape \(N, 4\), got \(4,"),
    (lambda: nn.linear(X, np.ones(3)), ValueError, r"weight must have 2 axes"),
    (lambda: nn.linear(X, np.ones((2, 3)), [1]), ValueError, r"bias must have shape \(2,\)"),
    (lambda: nn.linear_backward(X, (X, np.ones((2, 3)))), ValueError, r"dy must have shape \(4, 2"),
    (lambda: nn.Linear(0, 2, rng=0), ValueError, r"in_features must be at least 1, got 0"),
    (lambda: nn.Linear(2, 0, rng=0), ValueError, r"out_features must be at least 1, got 0"),
    (lambda: nn.Linear(2, 2, rng=None), TypeError, r"rng must be a numpy.random.Generator or a seed"),
    (lambda: nn.Linear(2, 2, rng=0, bias=1), TypeError, r"bias must be True or False"),
    (lambda: nn.Linear(2, 2, rng=0, dtype=int), TypeError, r"dtype must be a real floating one"),
    (lambda: nn.Conv2d(3, 4, 2, rng=0, groups=2), ValueError, r"groups must divide in_channels 3"),
    (lambda: nn.Conv2d(2, 3, 2, rng=0, groups=2), ValueError, r"and out_channels 3, got 2"),
    (lambda: nn.Conv2d(2, 2, 0, rng=0), ValueError, r"kernel_size must be at least 1"),
    (lambda: nn.Conv2d(2, 2, (1, 2, 3), rng=0), ValueError, r"kernel_size must be one whole number or"),
    (lambda: nn.Conv2d(2, 2, 1, rng=0, stride=0), ValueError, r"stride must be at least 1"),
    (lambda: nn.Conv2d(2, 2, 1, rng=0, padding=-1), ValueError, r"padding must be at least 0"),
    (lambda: nn.Conv2d(0, 2, 1, rng=0), ValueError, r"in_channels must be at least 1"),
    (lambda: nn.ConvTranspose2d(2, 2, 1, rng=0, dilation=0), ValueError, r"dilation must be at"),
    (lambda: nn.MaxPool2d(0), ValueError, r"kernel_size must be at least 1"),
    (lambda: nn.AvgPool2d(2, stride=0), ValueError, r"stride must be at least 1"),
    (lambda: nn.LeakyReLU("a"), TypeError, r"negative_slope must be a number"),
    (lambda: nn.ELU(None), TypeError, r"alpha must be a number"),
    (lambda: nn.Maxout(0), ValueError, r"num_pieces must be at least 1"),
    (lambda: nn.Dropout(1.5, rng=0), ValueError, r"p must be in \[0, 1\], got 1.5"),
    (lambda: nn.Dropout(0.5, rng=None), TypeError, r"rng must be"),
    (lambda: nn.BatchNorm(0), ValueError, r"num_features must be at least 1"),
    (lambda: nn.BatchNorm(2, momentum=2), ValueError, r"momentum must be in \[0, 1\]"),
    (lambda: nn.BatchNorm(2, eps=-1), ValueError, r"eps must be finite and >= 0"),
    (lambda: nn.LayerNorm(0), ValueError, r"normalized_shape must be at least 1"),
    (lambda: nn.LayerNorm(2, eps=-1), ValueError, r"eps must be"),
    (lambda: nn.GroupNorm(2, 3), ValueError, r"num_groups must divide num_channels 3, got 2"),
    (lambda: nn.GroupNorm(1, 3, eps=-1), ValueError, r"eps must be"),
    (lambda: nn.Flatten()(1.0), ValueError, r"x must have a batch axis"),
    (lambda: nn.ReLU().backward(X), ValueError, r"ReLU.backward needs a forward pass before it"),
    (lambda: nn.ReLU().train(1), TypeError, r"mode must be True or False"),
    (lambda: Sequential(), ValueError, r"layers must be at least one, each there once, got 0"),
    (lambda: Sequential(np.tanh), TypeError, r"layers\[0\] must be a layer, got ufunc"),
    (lambda: Sequential(*[nn.ReLU()] * 2), ValueError, r"each there once"),
    (lambda: Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=0, dtype=np.float32)), ValueError,
     r"parameters of one dtype, got float32, float64"),
]  # fmt: skip


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
