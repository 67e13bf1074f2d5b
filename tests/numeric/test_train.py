"""Training: digits to 97 %, the same weights from the same seed, and runs that continue."""

from __future__ import annotations

import functools
import os
import pickle
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nnlib import nn, optim, schedules
from nnlib.nn import Sequential
from nnlib.train import Progress, accuracy, load_checkpoint, predict, save_checkpoint, train


@functools.cache
def digits() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The 1797 8x8 digits in [0, 1], float32; every fifth is for testing."""
    data = load_digits()
    x, y = (data.data / 16).astype(np.float32), data.target
    test = np.arange(len(x)) % 5 == 0
    return x[~test], y[~test], x[test], y[test]


def mlp(seed: int = 0, dtype: Any = np.float32) -> Sequential:
    rng = np.random.default_rng(seed)
    return Sequential(
        nn.Linear(64, 64, rng=rng, dtype=dtype), nn.ReLU(), nn.Linear(64, 10, rng=rng, dtype=dtype)
    )


def cnn() -> Sequential:
    rng, f = np.random.default_rng(0), np.float32
    return Sequential(
        nn.Conv2d(1, 16, 3, rng=rng, padding=1, dtype=f), nn.BatchNorm(16, dtype=f), nn.ReLU(),
        nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, rng=rng, padding=1, dtype=f), nn.ReLU(),
        nn.Flatten(), nn.Linear(512, 10, rng=rng, dtype=f),
    )  # fmt: skip


def test_an_mlp_reads_digits() -> None:
    x, y, x_test, y_test = digits()
    model = mlp()
    history = train(model, x, y, optim.Adam(model.W, lr=3e-3), epochs=25, rng=0, batch_size=32)
    assert len(history) == 25 and history[-1] < 0.1 * history[0]
    reached = accuracy(model, x_test, y_test)
    assert reached >= 0.97


def test_a_cnn_reads_digits() -> None:
    x, y, x_test, y_test = digits()
    model, images = cnn(), lambda rows: rows.reshape(-1, 1, 8, 8)
    schedule = lambda t: schedules.cosine_decay(t, 0.01, T_max=450)
    train(
        model, images(x), y, optim.Adam(model.W), epochs=10, rng=0, batch_size=32, schedule=schedule
    )
    reached = accuracy(model, images(x_test), y_test)
    assert reached >= 0.97


# --- small runs ----------------------------------------------------------------------------------

DATA = np.random.default_rng(0).normal(size=(23, 3))
TARGET = (DATA[:, 0] > 0).astype(int)


def small(seed: int = 0) -> tuple[Sequential, optim.Optimizer]:
    rng = np.random.default_rng(seed)
    model = Sequential(
        nn.Linear(3, 5, rng=rng),
        nn.BatchNorm(5),
        nn.ReLU(),
        nn.Dropout(0.2, rng=rng),
        nn.Linear(5, 2, rng=rng),
    )
    return model, optim.Adam(model.W, lr=0.01)


def run(model: Sequential, optimizer: optim.Optimizer, **settings: Any) -> list[float]:
    settings = {"epochs": 3, "rng": 5, "batch_size": 5} | settings
    return train(model, DATA, TARGET, optimizer, **settings)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_the_same_seed_gives_the_same_weights() -> None:
    results = []
    for rng in (5, np.random.default_rng(5), 6):
        model, optimizer = small()
        history = run(model, optimizer, rng=rng)
        results.append((model.W.tobytes(), history))
    assert results[0] == results[1] and results[0][0] != results[2][0]


def test_every_example_is_seen_once_an_epoch() -> None:
    """With a linear loss and no shuffling effect left, the mean loss is over all examples."""
    seen: list[np.ndarray] = []

    def loss(y: Any, target: Any) -> tuple[float, Any]:
        seen.append(target)
        return float(np.mean(target)), y

    model = Sequential(nn.Linear(3, 1, rng=0))
    numbers = np.arange(23)
    history = train(
        model, DATA, numbers, optim.SGD(model.W, lr=0.0), epochs=2, rng=1, batch_size=5,
        loss=(loss, lambda y: np.zeros_like(y)),
    )  # fmt: skip
    assert [len(batch) for batch in seen] == [5, 5, 5, 5, 3] * 2
    assert sorted(np.concatenate(seen[:5])) == sorted(np.concatenate(seen[5:])) == list(numbers)
    assert not np.array_equal(np.concatenate(seen[:5]), np.concatenate(seen[5:]))
    assert not np.array_equal(np.concatenate(seen[:5]), numbers)
    np.testing.assert_allclose(history, [11, 11])
    seen.clear()
    train(
        model, DATA, numbers, optim.SGD(model.W, lr=0.0), epochs=1, rng=1, batch_size=5,
        loss=(loss, lambda y: np.zeros_like(y)), drop_last=True,
    )  # fmt: skip
    assert [len(batch) for batch in seen] == [5, 5, 5, 5]
    assert (
        len(
            train(
                model,
                DATA[:5],
                [0, 1, 0, 1, 1],
                optim.SGD(model.W),
                epochs=1,
                rng=1,
                batch_size=5,
                loss=(loss, lambda y: np.zeros_like(y)),
                drop_last=True,
            )
        )
        == 1
    )


def test_one_step_is_forward_backward_step() -> None:
    model, w = Sequential(nn.Linear(3, 1, rng=0, bias=False)), np.zeros((1, 3))
    model.W[...] = 0
    square = (lambda y, t: (np.mean((y - t) ** 2) / 2, (y, t))), lambda c: (c[0] - c[1]) / len(c[0])
    target = DATA @ np.array([[1.0], [2.0], [3.0]])
    train(
        model, DATA, target, optim.SGD(model.W, lr=0.1), epochs=1, rng=0, batch_size=23, loss=square
    )
    w += 0.1 * (target.T @ DATA) / 23
    np.testing.assert_allclose(model.layers[0].weight, w, rtol=1e-12)


def test_the_callback_hears_of_each_batch() -> None:
    heard: list[Progress] = []
    model, optimizer = small()
    optimizer.lr = 1
    history = run(model, optimizer, epochs=2, callback=heard.append, schedule=lambda t: 0.5**t)
    assert [(p.epoch, p.batch) for p in heard] == [(e, b) for e in (1, 2) for b in range(1, 6)]
    assert {(p.epochs, p.batches) for p in heard} == {(2, 5)}
    assert [p.lr for p in heard] == [0.5**t for t in range(10)]
    sizes = np.array([5, 5, 5, 5, 3])
    np.testing.assert_allclose(history[0], np.array([p.loss for p in heard[:5]]) @ sizes / 23)


def test_training_is_switched_on_and_inference_put_back() -> None:
    model, optimizer = small()
    modes = []
    model.eval()
    run(model, optimizer, callback=lambda _: modes.append(model.training))
    assert all(modes) and model.training
    model.eval()
    predict(model, DATA)
    assert not model.training
    model.train()
    accuracy(model, DATA, TARGET)
    assert model.training and model.layers[1].training
    with pytest.raises(ValueError):
        predict(model, np.ones((2, 4)))
    assert model.training


@pytest.mark.parametrize("interrupt_at", [1, 2])
def test_a_run_that_was_interrupted_continues_to_the_same_weights(interrupt_at: int) -> None:
    with folder() as place:
        whole, optimizer = small()
        history = run(whole, optimizer, epochs=4)

        def stop(progress: Progress) -> None:
            if (progress.epoch, progress.batch) == (interrupt_at + 1, 3):
                raise KeyboardInterrupt

        settings = {"epochs": 4, "checkpoint": place / "run.npz", "resume": True}
        first, optimizer = small()
        with pytest.raises(KeyboardInterrupt):
            run(first, optimizer, callback=stop, **settings)
        second, optimizer = small(seed=1)  # other weights, other seeds: the file has them all
        assert run(second, optimizer, rng=99, **settings) == history
        assert second.W.tobytes() == whole.W.tobytes()
        assert pickle.dumps(second.state_dict()) == pickle.dumps(whole.state_dict())
        assert optimizer.t == 20 and os.listdir(place) == ["run.npz"]
        again, optimizer = small()
        assert run(again, optimizer, **settings) == history
        assert again.W.tobytes() == whole.W.tobytes()


def test_without_resume_a_checkpoint_is_written_over() -> None:
    with folder() as place:
        heard: list[Progress] = []
        for _ in range(2):
            run(*small(), epochs=1, checkpoint=place / "run", callback=heard.append)
        assert len(heard) == 10
        assert os.listdir(place) == ["run"]


def test_a_checkpoint_that_cannot_be_written_leaves_the_old_one() -> None:
    with folder() as place:
        model, optimizer = small()
        rng, path = np.random.default_rng(0), place / "run.npz"
        save_checkpoint(path, model, optimizer, rng, [1.0])
        before = path.read_bytes()
        optimizer.state_dict = lambda: {"bad": _Unstorable()}
        with pytest.raises(RuntimeError):
            save_checkpoint(path, model, optimizer, rng, [1.0])
        assert path.read_bytes() == before and os.listdir(place) == ["run.npz"]


def test_a_checkpoint_is_written_beside_its_place() -> None:
    """Moving a file is atomic only within one file system."""
    with folder() as place, mock.patch("os.replace", wraps=os.replace) as replace:
        model, optimizer = small()
        save_checkpoint(place / "run.npz", model, optimizer, np.random.default_rng(0), [])
        assert Path(replace.call_args.args[0]).parent == place


class _Unstorable:
    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("the disk is full")


def test_a_checkpoint_of_something_else_changes_nothing() -> None:
    with folder() as place:
        path, rng = place / "run.npz", np.random.default_rng(0)
        model, optimizer = small()
        run(model, optimizer, epochs=1)
        save_checkpoint(path, model, optimizer, rng, [1.0])
        other, wrong = small(seed=1)[0], None
        wrong = optim.SGD(other.W)
        states = lambda: pickle.dumps((other.state_dict(), wrong.state_dict(), rng))
        before = states()
        with pytest.raises(ValueError, match=r"state_dict"):
            load_checkpoint(path, other, wrong, rng)
        assert states() == before
        larger = Sequential(nn.Linear(4, 4, rng=0))
        with pytest.raises(ValueError, match=r"state_dict must hold"):
            load_checkpoint(path, larger, optim.Adam(larger.W), rng)
        fresh, twister = small(seed=2), np.random.Generator(np.random.MT19937(0))
        weights = fresh[0].W.tobytes()
        with pytest.raises(ValueError, match=r"MT19937"):
            load_checkpoint(path, *fresh, twister)
        assert fresh[0].W.tobytes() == weights
        np.savez(path, a=1)
        with pytest.raises(ValueError, match=r"must be a file of save_checkpoint, it has no 'rng'"):
            load_checkpoint(path, model, optimizer, rng)


def test_predictions_in_batches_are_those_of_the_whole() -> None:
    model, _ = small()
    got = predict(model, DATA, batch_size=4)
    model.eval()
    np.testing.assert_allclose(got, model(DATA), rtol=1e-12)
    assert predict(model, np.empty((0, 3))).shape == (0, 2)
    assert predict(model, DATA.astype(int)).shape == (23, 2)


def test_predictions_from_several_threads_leave_the_model_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(2, 8, rng=0), nn.Dropout(rng=0), nn.BatchNorm(8))
    x = np.random.default_rng(0).normal(size=(400, 2))
    want = predict(model, x, batch_size=3)
    y = model(x)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: predict(model, x, batch_size=3), range(12)))
    assert model.training and all(layer.training for layer in model.layers)
    model.backward(np.ones(y.shape))  # of the forward pass before
    for got in results:
        np.testing.assert_allclose(got, results[0])
    assert want.shape == results[0].shape


def test_an_error_in_the_middle_leaves_the_network_after_the_last_whole_step() -> None:
    x, target = np.random.default_rng(0).normal(size=(6, 2)), np.array([0, 1, 0, 1, 0, 9])
    model = nn.Sequential(nn.Linear(2, 2, rng=0))
    optimizer = optim.SGD(model.W, lr=0.1)
    with pytest.raises(ValueError, match="target must hold class numbers"):
        train(model, x, target, optimizer, epochs=1, rng=0, batch_size=1)
    assert 0 <= optimizer.t < 6 and np.isfinite(model.W).all()


def test_batches_of_64_to_train_and_of_256_to_predict() -> None:
    sizes: list[int] = []

    class Counted(nn.Linear):
        def forward(self, x: Any) -> Any:
            sizes.append(len(x))
            return super().forward(x)

    model = nn.Sequential(Counted(2, 2, rng=0))
    x, target = np.ones((300, 2)), np.zeros(300, int)
    predict(model, x)
    accuracy(model, x, target)
    assert sizes == [256, 44] * 2
    sizes.clear()
    train(model, x, target, optim.SGD(model.W, lr=0.1), epochs=1, rng=0)
    assert sizes == [64, 64, 64, 64, 44]


def test_accuracy_counts() -> None:
    model = Sequential(nn.Flatten())
    x = np.array([[1.0, 2.0], [2.0, 1.0], [0.0, np.nan], [1.0, 0.0]])
    assert accuracy(model, x, [1, 0, 1, 1], batch_size=3) == 0.5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(accuracy(model, np.empty((0, 2)), []))


def test_a_loss_of_nan_is_told() -> None:
    model, optimizer = small()
    x = DATA.copy()
    x[3] = np.nan
    history = train(model, x, TARGET, optimizer, epochs=1, rng=0, batch_size=5)
    assert np.isnan(history[0]) and np.isnan(model.W).any()


def fit(**changes: Any) -> Any:
    model, optimizer = small()
    arguments = {"model": model, "x": DATA, "target": TARGET, "optimizer": optimizer}
    before = model.W.copy()
    settings = {"epochs": 1, "rng": 0} | arguments | changes
    try:
        return train(**settings)
    finally:
        np.testing.assert_array_equal(model.W, before)


BAD_CALLS = [
    (lambda: fit(model=nn.ReLU()), TypeError, r"model must be a Sequential, got ReLU"),
    (lambda: fit(optimizer=3), TypeError, r"optimizer must be an Optimizer that .*, got int"),
    (lambda: fit(optimizer=optim.LBFGS(np.ones(3))), TypeError, r"steps on gradients, got LBFGS"),
    (lambda: fit(optimizer=small()[1]), ValueError, r"optimizer must be over model.W"),
    (lambda: fit(x=DATA[:5]), ValueError, r"target must be as long as x, got shapes \(23,\) and"),
    (lambda: fit(x=1.0), ValueError, r"target must be as long as x"),
    (lambda: fit(x=["a"] * 23), TypeError, r"x must hold numbers"),
    (lambda: fit(x=np.empty((0, 3)), target=[]), ValueError, r"at least one batch, got 0 examples"),
    (lambda: fit(drop_last=True, batch_size=24), ValueError, r"at least one batch, got 23"),
    (lambda: fit(drop_last=1), TypeError, r"drop_last must be True or False"),
    (lambda: fit(epochs=0), ValueError, r"epochs must be at least 1, got 0"),
    (lambda: fit(batch_size=0), ValueError, r"batch_size must be at least 1, got 0"),
    (lambda: fit(rng=None), TypeError, r"rng must be a numpy.random.Generator or a seed"),
    (lambda: fit(resume=True), ValueError, r"resume must be False without a checkpoint"),
    (lambda: fit(resume=1), TypeError, r"resume must be True or False"),
    (lambda: predict(small()[0], DATA, batch_size=0), ValueError, r"batch_size must be at least 1"),
    (lambda: accuracy(small()[0], DATA, TARGET[:3]), ValueError, r"target must have shape \(23,\)"),
]


@pytest.mark.parametrize("call, error, message", BAD_CALLS)
def test_bad_calls_say_what_is_wrong(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


# --- groups of parameters --------------------------------------------------------------------


def grouped(rng: int = 0, **settings: Any) -> tuple[Sequential, optim.ParameterGroups]:
    model = Sequential(nn.Linear(3, 4, rng=rng), nn.Tanh(), nn.Linear(4, 2, rng=rng))
    weights = [layer.weight for layer in model.layers if isinstance(layer, nn.Linear)]
    biases = [layer.bias for layer in model.layers if isinstance(layer, nn.Linear)]
    return model, optim.ParameterGroups(optim.SGD, weights, biases, lr=0.1, **settings)


def data(N: int = 20) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.standard_normal((N, 3)), rng.integers(0, 2, N)


def test_groups_with_the_same_settings_train_as_one_optimizer() -> None:
    model, groups = grouped(momentum=0.9)
    other = Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 2, rng=0))
    np.testing.assert_array_equal(model.W, other.W)
    history = train(model, *data(), groups, epochs=3, rng=1, batch_size=8)
    alone = train(
        other, *data(), optim.SGD(other.W, lr=0.1, momentum=0.9), epochs=3, rng=1, batch_size=8
    )
    assert history == alone and groups.t == 9
    np.testing.assert_array_equal(model.W, other.W)


def test_each_group_has_its_own_settings_and_what_is_in_none_stays() -> None:
    model, groups = grouped()
    groups.groups[1].lr = 0
    before = model.W.copy()
    train(model, *data(), groups, epochs=1, rng=1)
    first, _, last = model.layers
    for layer in (first, last):
        assert not layer.bias.any()  # no rate, no step
    assert not np.array_equal(model.W, before)
    frozen = last.weight.copy()
    train(model, *data(), optim.ParameterGroups(optim.SGD, first.weight, lr=0.5), epochs=1, rng=1)
    np.testing.assert_array_equal(last.weight, frozen)


def test_a_run_with_groups_is_resumed(tmp_path: Path) -> None:
    whole, groups = grouped(momentum=0.5)
    expected = train(whole, *data(), groups, epochs=4, rng=2, batch_size=8)
    file = tmp_path / "run.npz"
    model, groups = grouped(momentum=0.5)
    train(model, *data(), groups, epochs=2, rng=2, batch_size=8, checkpoint=file)
    model, groups = grouped(momentum=0.5)
    options = {"rng": 2, "batch_size": 8, "checkpoint": file, "resume": True}
    assert train(model, *data(), groups, epochs=4, **options) == expected
    np.testing.assert_array_equal(model.W, whole.W)


def test_groups_of_another_network_are_refused() -> None:
    model, _ = grouped()
    for groups in (
        grouped()[1],
        optim.ParameterGroups(optim.SGD, [np.ones(3)], lr=0.1),
        optim.ParameterGroups(optim.SGD, [model.layers[0].weight.T], lr=0.1),
    ):
        before = model.W.copy()
        with pytest.raises(ValueError, match="optimizer must be over arrays of the model's layers"):
            train(model, *data(), groups, epochs=1, rng=0)
        np.testing.assert_array_equal(model.W, before)
