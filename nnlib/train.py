"""The training loop: mini-batches, progress, seeds, and checkpoints to resume from."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from nnlib._checks import Array, as_float, as_generator, check_bool, check_int
from nnlib.functional import cross_entropy, cross_entropy_backward
from nnlib.nn import Sequential, inference
from nnlib.optim import LBFGS, Optimizer

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
    optimizer: Optimizer,
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
    optimizer : Optimizer over ``model.W``
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
    x, target = _check_data(model, x, target, optimizer), np.asanyarray(target)
    rng = as_generator(rng)
    epochs, batch_size = check_int(epochs, "epochs", 1), check_int(batch_size, "batch_size", 1)
    batches = _batch_starts(len(x), batch_size, check_bool(drop_last, "drop_last"))
    if check_bool(resume, "resume") and checkpoint is None:
        raise ValueError("resume needs checkpoint, the file to continue from")
    history: list[float] = []
    if resume and checkpoint is not None and Path(checkpoint).exists():
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
            optimizer.step(model.dW)
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
    x, batch_size = as_float(x, "x"), check_int(batch_size, "batch_size", 1)
    with inference():
        parts = [model(x[i : i + batch_size]) for i in range(0, max(len(x), 1), batch_size)]
    return np.concatenate(parts)


def accuracy(model: Sequential, x: Any, target: Any, *, batch_size: int = 256) -> float:
    """Return the share of examples whose largest output is at the class number in ``target``.

    It is nan where there is no example, and an output with nan counts as wrong.
    """
    y, target = predict(model, x, batch_size=batch_size), np.asarray(target)
    if target.shape != (len(y),):
        raise ValueError(f"target must have shape ({len(y)},), got {target.shape}")
    if not len(y):
        return float("nan")
    right = (np.argmax(y, axis=1) == target) & ~np.isnan(y).any(axis=1)
    return float(np.mean(right))


def save_checkpoint(
    path: str | os.PathLike[str],
    model: Sequential,
    optimizer: Optimizer,
    rng: np.random.Generator,
    history: list[float],
) -> None:
    """Write all that a run needs to continue into one ``.npz`` file, at ``path`` exactly.

    The file is written beside its place and then moved there, so an interruption leaves the
    old one or the new one, never half of one.
    """
    path = Path(path)
    entries = {f"model/{key}": value for key, value in model.state_dict().items()}
    entries |= {f"optimizer/{key}": value for key, value in optimizer.state_dict().items()}
    entries |= {"rng": json.dumps(rng.bit_generator.state), "history": np.array(history)}
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
    optimizer: Optimizer,
    rng: np.random.Generator,
) -> list[float]:
    """Put model, optimizer and generator where `save_checkpoint` left them; return the history.

    Raises ``ValueError`` if the file is of another model or optimizer, and then changes nothing.
    """
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


def _check_data(model: Any, x: Any, target: Any, optimizer: Any) -> Array:
    if not isinstance(model, Sequential):
        raise TypeError(f"model must be a Sequential, got {type(model).__name__}")
    if not isinstance(optimizer, Optimizer) or isinstance(optimizer, LBFGS):
        kind = type(optimizer).__name__
        raise TypeError(f"optimizer must be an Optimizer that steps on gradients, got {kind}")
    if len(optimizer.params) != 1 or optimizer.params[0] is not model.W:
        raise ValueError("optimizer must be over model.W, got one over other parameters")
    x = as_float(x, "x")
    if np.ndim(x) < 1 or np.ndim(target) < 1 or len(x) != len(target):
        raise ValueError(
            f"target must be as long as x, got shapes {np.shape(target)} and {np.shape(x)}"
        )
    return x
