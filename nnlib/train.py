"""The training loop: mini-batches, progress, seeds, and checkpoints to resume from."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import (
    Array,
    as_float,
    as_generator,
    check_bool,
    check_callable,
    check_int,
    check_ndim,
    describe,
)
from nnlib.functional import cross_entropy, cross_entropy_backward
from nnlib.nn import Sequential, inference
from nnlib.optim import LBFGS, Optimizer, ParameterGroups

__all__ = ["Progress", "accuracy", "load_checkpoint", "predict", "save_checkpoint", "train"]


class Progress(NamedTuple):
    """What a callback hears after each mini-batch; counts start at 1."""

    epoch: int
    epochs: int
    batch: int
    batches: int
    loss: float
    lr: Any


def train(
    model: Sequential,
    x: Any,
    target: Any,
    optimizer: Optimizer | ParameterGroups,
    *,
    epochs: int,
    rng: Any,
    batch_size: int = 64,
    drop_last: bool = False,
    loss: tuple[Callable[..., Any], Callable[..., Any]] = (cross_entropy, cross_entropy_backward),
    schedule: Callable[[int], Any] | None = None,
    callback: Callable[[Progress], object] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
) -> list[float]:
    """Train ``model`` in place for ``epochs`` passes over the data, each in a new random order.

    Parameters
    ----------
    model : Sequential
    x : array of shape (N, ...)
    target : array of length N
        What ``loss`` takes: by default class numbers for `cross_entropy`.
    optimizer : Optimizer over ``model.W``, or ParameterGroups of arrays of its layers
        What is in no group stays as it is.
    epochs, batch_size : int >= 1
        The last batch of an epoch may be smaller; ``drop_last`` leaves it out.
    rng : numpy.random.Generator or seed
        Draws the order. The same seed, model and data give the same weights to the last bit.
    loss : pair of functions
        ``loss[0](y, target)`` returns the loss and a cache, ``loss[1](cache)`` the gradient in y.
    schedule : function of the step t = 0, 1, 2, ... or None
        Gives the learning rate of each step: see `nnlib.schedules`.
    callback : function of a `Progress`, or None
        Called after each mini-batch. A progress bar:
        ``bar = tqdm(total=...); callback = lambda progress: bar.update()``.
    checkpoint : path or None
        A file written after each epoch by `save_checkpoint`.
    resume : bool
        Whether to continue from ``checkpoint`` if that file exists; the result is that of a run
        that was never interrupted.

    Returns
    -------
    list of float
        The mean loss of each epoch, weighted by batch size; after resuming, also of those before.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit. All that can be seen before the first step is checked there,
        and then nothing has changed; an error of the loss on a later batch (a wrong class number),
        of the schedule or of the callback leaves the network after the last whole step.
    """
    _check_model(model)
    gradients = _gradients(model, optimizer)
    x, target = _check_data(x, target)
    rng = as_generator(rng)
    _check_functions(loss, schedule, callback)
    epochs, batch_size = check_int(epochs, "epochs", 1), check_int(batch_size, "batch_size", 1)
    batches = _batch_starts(len(x), batch_size, check_bool(drop_last, "drop_last"))
    if checkpoint is not None:
        checkpoint = _as_path(checkpoint, "checkpoint")
    if check_bool(resume, "resume") and checkpoint is None:
        raise ValueError("resume must be False without a checkpoint to continue from, got True")
    history: list[float] = []
    if resume and checkpoint is not None and checkpoint.exists():
        history = load_checkpoint(checkpoint, model, optimizer, rng)
    for epoch in range(len(history) + 1, epochs + 1):
        model.train()
        order, total, seen = rng.permutation(len(x)), 0.0, 0
        for batch, start in enumerate(batches, start=1):
            rows = order[start : start + batch_size]
            if schedule is not None:
                optimizer.lr = schedule(optimizer.t)
            value, cache = loss[0](model(x[rows]), target[rows])
            model.backward(loss[1](cache))
            optimizer.step(gradients())
            total, seen = total + float(value) * len(rows), seen + len(rows)
            if callback is not None:
                callback(Progress(epoch, epochs, batch, len(batches), float(value), optimizer.lr))
        history.append(total / seen)
        if checkpoint is not None:
            save_checkpoint(checkpoint, model, optimizer, rng, history)
    return history


def predict(model: Sequential, x: Any, *, batch_size: int = 256) -> Array:
    """Return the model's output for ``x`` of shape (N, ...), in inference, a batch at a time.

    Neither its mode nor what its layers remember changes: see `nnlib.nn.inference`.
    """
    _check_model(model)
    x, batch_size = as_float(x, "x"), check_int(batch_size, "batch_size", 1)
    if x.ndim == 0:
        raise ValueError(f"x must have shape (N, ...), got a single number, {x}")
    with inference():
        parts = [model(x[i : i + batch_size]) for i in range(0, max(len(x), 1), batch_size)]
    return np.concatenate(parts)


def accuracy(model: Sequential, x: Any, target: Any, *, batch_size: int = 256) -> float:
    """Return the share of examples whose largest output is at the class number in ``target``.

    It is nan where there is no example, and an output with nan counts as wrong.
    """
    y, target = predict(model, x, batch_size=batch_size), as_float(target, "target")
    if target.shape != (len(y),):
        raise ValueError(f"target must have shape ({len(y)},), got {target.shape}")
    if not len(y):
        return float("nan")
    right = (np.argmax(y, axis=1) == target) & ~np.isnan(y).any(axis=1)
    return float(np.mean(right))


def save_checkpoint(
    path: str | os.PathLike[str],
    model: Sequential,
    optimizer: Optimizer | ParameterGroups,
    rng: np.random.Generator,
    history: list[float],
) -> None:
    """Write all that a run needs to continue into one ``.npz`` file, at ``path`` exactly.

    The file is written beside its place and then moved there, so an interruption leaves the
    old one or the new one, never half of one.
    """
    path = _as_path(path, "path")
    _check_run(model, optimizer, rng)
    entries = {f"model/{key}": value for key, value in model.state_dict().items()}
    entries |= {f"optimizer/{key}": value for key, value in optimizer.state_dict().items()}
    losses = as_float(history, "history")
    check_ndim(losses, "history", 1)
    entries |= {"rng": json.dumps(rng.bit_generator.state), "history": losses}
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **entries)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def load_checkpoint(
    path: str | os.PathLike[str],
    model: Sequential,
    optimizer: Optimizer | ParameterGroups,
    rng: np.random.Generator,
) -> list[float]:
    """Put model, optimizer and generator where `save_checkpoint` left them; return the history.

    Raises ``ValueError`` if the file is of another model or optimizer, and then changes nothing.
    """
    path = _as_path(path, "path")
    _check_run(model, optimizer, rng)
    with np.load(path, allow_pickle=False) as file:
        entries = dict(file)
    missing = [key for key in ("rng", "history") if key not in entries]
    if missing:
        raise ValueError(f"{path} must be a file of save_checkpoint, it has no {missing[0]!r}")
    state, before = json.loads(str(entries["rng"])), model.state_dict()
    generator = type(rng.bit_generator)()
    generator.state = state  # raises if it is of another kind of generator
    model.load_state_dict(_part(entries, "model/"))
    try:
        optimizer.load_state_dict(_part(entries, "optimizer/"))
    except (TypeError, ValueError):
        model.load_state_dict(before)
        raise
    rng.bit_generator.state = state
    return [float(value) for value in entries["history"]]


def _part(entries: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {key.removeprefix(prefix): v for key, v in entries.items() if key.startswith(prefix)}


def _batch_starts(N: int, batch_size: int, drop_last: bool) -> range:
    starts = range(0, N - batch_size + 1 if drop_last else N, batch_size)
    if not starts:
        raise ValueError(f"x must hold at least one batch, got {N} examples")
    return starts


def _check_model(model: Any) -> None:
    if not isinstance(model, Sequential):
        raise TypeError(f"model must be a Sequential, got {type(model).__name__}")


def _check_run(model: Any, optimizer: Any, rng: Any) -> None:
    """What a checkpoint holds: a network, an optimizer and a generator."""
    _check_model(model)
    if not isinstance(optimizer, (Optimizer, ParameterGroups)):
        raise TypeError(f"optimizer must be an Optimizer, got {describe(optimizer)}")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {describe(rng)}")


def _as_path(path: Any, name: str) -> Path:
    try:
        return Path(path)
    except TypeError:
        raise TypeError(f"{name} must be the path of a file, got {describe(path)}") from None


def _check_functions(loss: Any, schedule: Any, callback: Any) -> None:
    if not isinstance(loss, (tuple, list)) or len(loss) != 2:
        raise TypeError(f"loss must be a pair of functions, got {describe(loss)}")
    for i, function in enumerate(loss):
        check_callable(function, f"loss[{i}]")
    for name, function in (("schedule", schedule), ("callback", callback)):
        if function is not None:
            check_callable(function, name)


def _gradients(model: Sequential, optimizer: Any) -> Callable[[], Any]:
    """A function that gives the gradients of the last batch in the form that `step` takes."""
    if isinstance(optimizer, ParameterGroups):
        places = [[_place(model, w) for w in group.params] for group in optimizer.groups]
        alone = [group.takes_one_array for group in optimizer.groups]

        def grouped() -> list[Any]:
            grads = [[model.dW[at].reshape(shape) for at, shape in group] for group in places]
            return [g[0] if one else g for g, one in zip(grads, alone, strict=True)]

        return grouped
    if not isinstance(optimizer, Optimizer) or isinstance(optimizer, LBFGS):
        kind = type(optimizer).__name__
        raise TypeError(f"optimizer must be an Optimizer that steps on gradients, got {kind}")
    if len(optimizer.params) != 1 or optimizer.params[0] is not model.W:
        raise ValueError("optimizer must be over model.W, got one over other parameters")
    return lambda: model.dW


def _place(model: Sequential, w: Array) -> tuple[slice, tuple[int, ...]]:
    """Where in ``model.W`` an array of a layer lies, and its shape."""
    start, step = w.ctypes.data - model.W.ctypes.data, model.W.itemsize
    at = slice(start // step, start // step + w.size)
    inside = start >= 0 and at.stop <= model.W.size and w.flags.c_contiguous
    if not inside or w.dtype != model.W.dtype or not np.shares_memory(w, model.W):
        raise ValueError(
            f"optimizer must be over arrays of the model's layers, got one of shape {w.shape} "
            "that is not in model.W"
        )
    return at, w.shape


def _check_data(x: Any, target: Any) -> tuple[Array, Array]:
    x = as_float(x, "x")
    try:
        target = np.asanyarray(target)
    except ValueError:
        raise ValueError(f"target must be a rectangular array, got {describe(target)}") from None
    if x.ndim < 1 or target.ndim < 1 or len(x) != len(target):
        raise ValueError(f"target must be as long as x, got shapes {target.shape} and {x.shape}")
    return x, target
