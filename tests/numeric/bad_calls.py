"""A good call of every public callable, and what is wrong in the place of each argument.

`CALLS` says for each callable how it is called rightly; a test asks for an entry of each. `WRONG`
are things that are wrong nearly everywhere; `UNFIT` are of the right kind and may be wrong.
"""

from __future__ import annotations

import importlib
import inspect
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

import nnlib
from nnlib import conv, functional, nn, optim

Call = tuple[Callable[..., Any], dict[str, Any]]


def _values(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape)


def _model() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 2, rng=0))


def _run() -> dict[str, Any]:
    model = _model()
    return {"model": model, "optimizer": optim.Adam(model.W), "rng": np.random.default_rng(0)}


def _backward(name: str, *args: Any, **options: Any) -> Callable[[], dict[str, Any]]:
    """The arguments of a backward, from those of its forward."""
    forward = next(
        getattr(package, name) for package in (conv, functional, nn) if hasattr(package, name)
    )

    def make() -> dict[str, Any]:
        y, cache = forward(*args, **options)
        return {"dy": np.ones_like(y), "cache": cache}

    return make


def _saved() -> dict[str, Any]:
    """The arguments of `load_checkpoint`, whose file is there."""
    made = {"path": Path(tempfile.mkdtemp()) / "c.npz"} | _run()
    nnlib.train.save_checkpoint(**made, history=[])
    return made


IMAGE, KERNEL = (2, 4, 6, 6), (4, 2, 3, 3)
MAP = {"x": lambda: _values(*IMAGE)}
SHAPE = {"shape": lambda: (4, 3), "rng": lambda: 0}
FITTED = {"x": lambda: _values(4, 3), "gamma": lambda: np.ones(3), "beta": lambda: np.zeros(3)}
OPTIMIZER = {"params": lambda: [_values(3)]}
RATE = {"t": lambda: 3, "lr": lambda: 0.1}
FUNCTION = {"f": lambda: lambda x: x**2, "x": lambda: _values(3)}

# Arguments that have no default, and some that have one, of each callable; a function makes them.
CALLS: dict[str, Mapping[str, Callable[[], Any]] | Callable[[], dict[str, Any]]] = {
    "averages.bias_corrected_average": {"c": lambda: _values(5), "gamma": lambda: 0.9},
    "averages.effective_window": {"gamma": lambda: 0.9},
    "averages.half_life": {"gamma": lambda: 0.9},
    "averages.moving_average": {"c": lambda: _values(5), "gamma": lambda: 0.9},
    "averages.running_average": {"c": lambda: _values(5), "gammas": lambda: [0.5] * 5},
    "conv.conv2d": MAP | {"w": lambda: _values(4, 4, 3, 3), "b": lambda: _values(4)},
    "conv.conv2d_plain": MAP | {"w": lambda: _values(4, 4, 3, 3), "b": lambda: _values(4)},
    "conv.conv2d_backward": _backward("conv2d", _values(*IMAGE), _values(4, 4, 3, 3)),
    "conv.conv_transpose2d": MAP | {"w": lambda: _values(4, 2, 3, 3), "b": lambda: _values(2)},
    "conv.conv_transpose2d_backward": _backward(
        "conv_transpose2d", _values(*IMAGE), _values(*KERNEL)
    ),
    "conv.im2col": MAP | {"kernel_size": lambda: 3},
    "conv.col2im": {
        "cols": lambda: conv.im2col(_values(*IMAGE), 3),
        "size": lambda: (6, 6),
        "kernel_size": lambda: 3,
    },
    "conv.avg_pool2d": MAP | {"kernel_size": lambda: 2},
    "conv.avg_pool2d_backward": _backward("avg_pool2d", _values(*IMAGE), 2),
    "conv.max_pool2d": MAP | {"kernel_size": lambda: 2},
    "conv.max_pool2d_backward": _backward("max_pool2d", _values(*IMAGE), 2),
    "conv.conv_output_shape": {"size": lambda: 7, "kernel_size": lambda: 3},
    "conv.conv_transpose_output_shape": {"size": lambda: 7, "kernel_size": lambda: 3},
    "conv.multiply_adds": {
        "in_channels": lambda: 4,
        "out_channels": lambda: 4,
        "kernel_size": lambda: 3,
        "output_size": lambda: 5,
    },
    "conv.parameter_count": {
        "in_channels": lambda: 4,
        "out_channels": lambda: 4,
        "kernel_size": lambda: 3,
    },
    "conv.receptive_field": {"kernel_sizes": lambda: [3, 3]},
    "conv.same_padding": {"size": lambda: 7, "kernel_size": lambda: 3},
    "functional.dropout": {"x": lambda: _values(4, 3), "rng": lambda: 0},
    "functional.dropout_backward": _backward("dropout", _values(4, 3), rng=0),
    "functional.maxout": {"x": lambda: _values(4, 6)},
    "functional.maxout_backward": _backward("maxout", _values(4, 6)),
    **{
        f"functional.{name}": {"x": lambda: _values(4, 3)}
        for name in ("elu", "leaky_relu", "relu", "sigmoid", "silu", "tanh")
    },
    **{
        f"functional.{name}_backward": _backward(name, _values(4, 3))
        for name in ("elu", "leaky_relu", "relu", "sigmoid", "silu", "tanh")
    },
    "functional.mse_loss": {"y": lambda: _values(4, 3), "target": lambda: _values(4, 3)},
    "functional.mse_loss_backward": lambda: {
        "cache": functional.mse_loss(_values(4, 3), _values(4, 3))[1]
    },
    "functional.batch_norm": FITTED
    | {"running_mean": lambda: np.zeros(3), "running_var": lambda: np.ones(3)},
    "functional.batch_norm_backward": _backward(
        "batch_norm", _values(4, 3), np.ones(3), np.zeros(3)
    ),
    "functional.batch_norm_backward_staged": _backward(
        "batch_norm", _values(4, 3), np.ones(3), np.zeros(3)
    ),
    "functional.group_norm": {
        "x": lambda: _values(2, 4, 3),
        "num_groups": lambda: 2,
        "gamma": lambda: np.ones(4),
        "beta": lambda: np.zeros(4),
    },
    "functional.group_norm_backward": _backward(
        "group_norm", _values(2, 4, 3), 2, np.ones(4), np.zeros(4)
    ),
    "functional.layer_norm": FITTED,
    "functional.layer_norm_backward": _backward(
        "layer_norm", _values(4, 3), np.ones(3), np.zeros(3)
    ),
    "functional.moments": {"x": lambda: _values(4, 3)},
    "functional.cross_entropy": {
        "logits": lambda: _values(4, 3),
        "target": lambda: np.array([0, 1, 2, 0]),
        "weight": lambda: np.ones(3),
    },
    "functional.cross_entropy_backward": lambda: {
        "cache": functional.cross_entropy(_values(4, 3), np.array([0, 1, 2, 0]))[1]
    },
    "functional.log_softmax": {"z": lambda: _values(4, 3)},
    "functional.log_softmax_backward": {
        "dlog_p": lambda: _values(4, 3),
        "log_p": lambda: functional.log_softmax(_values(4, 3)),
    },
    "functional.logsumexp": {"z": lambda: _values(4, 3)},
    "functional.logsumexp_backward": {"dlse": lambda: _values(4), "z": lambda: _values(4, 3)},
    "functional.softmax": {"z": lambda: _values(4, 3)},
    "functional.softmax_backward": {
        "dp": lambda: _values(4, 3),
        "p": lambda: functional.softmax(_values(4, 3)),
    },
    "gradcheck.central_difference": FUNCTION | {"dy": lambda: np.ones(3)},
    "gradcheck.complex_step": FUNCTION | {"dy": lambda: np.ones(3)},
    "gradcheck.projection_error": FUNCTION
    | {"gradient": lambda: 2 * _values(3), "rng": lambda: 0, "dy": lambda: np.ones(3)},
    "gradcheck.check_backward": {
        "forward": lambda: functional.sigmoid,
        "backward": lambda: functional.sigmoid_backward,
        "inputs": lambda: [_values(3)],
        "rng": lambda: 0,
    },
    "init.fans": {"shape": lambda: (4, 3)},
    **{
        f"init.{name}": SHAPE
        for name in (
            "he_normal he_uniform lecun_normal lecun_uniform orthogonal xavier_normal "
            "xavier_uniform"
        ).split()
    },
    **{
        f"nn.{name}": {}
        for name in (
            "ELU Flatten LeakyReLU MSELoss Maxout ReLU SiLU Sigmoid Tanh CrossEntropyLoss"
        ).split()
    },
    "nn.AvgPool2d": {"kernel_size": lambda: 2},
    "nn.MaxPool2d": {"kernel_size": lambda: 2},
    "nn.BatchNorm": {"num_features": lambda: 3},
    "nn.GroupNorm": {"num_groups": lambda: 2, "num_channels": lambda: 4},
    "nn.LayerNorm": {"normalized_shape": lambda: 3},
    "nn.Conv2d": {
        "in_channels": lambda: 2,
        "out_channels": lambda: 4,
        "kernel_size": lambda: 3,
        "rng": lambda: 0,
    },
    "nn.ConvTranspose2d": {
        "in_channels": lambda: 2,
        "out_channels": lambda: 4,
        "kernel_size": lambda: 3,
        "rng": lambda: 0,
    },
    "nn.Dropout": {"rng": lambda: 0},
    "nn.Linear": {"in_features": lambda: 3, "out_features": lambda: 2, "rng": lambda: 0},
    "nn.linear": {
        "x": lambda: _values(4, 3),
        "weight": lambda: _values(2, 3),
        "bias": lambda: _values(2),
    },
    "nn.linear_backward": _backward("linear", _values(4, 3), _values(2, 3), _values(2)),
    "optim.clip_norm_": {"grads": lambda: [_values(3)], "max_norm": lambda: 1.0},
    "optim.clip_value_": {"grads": lambda: [_values(3)], "clip_value": lambda: 1.0},
    **{
        f"optim.{name}": OPTIMIZER
        for name in (
            "SGD Adadelta Adagrad Adam AdamW LBFGS Lion NAdam Quickprop RMSprop Rprop"
        ).split()
    },
    "schedules.cosine_decay": RATE | {"T_max": lambda: 10},
    "schedules.cosine_restarts": RATE | {"T_0": lambda: 10},
    "schedules.cyclical": {"t": lambda: 3, "base_lr": lambda: 0.1, "max_lr": lambda: 0.2},
    "schedules.exponential_decay": RATE | {"gamma": lambda: 0.9},
    "schedules.inverse_sqrt_decay": RATE,
    "schedules.inverse_time_decay": RATE | {"decay": lambda: 0.1},
    "schedules.step_decay": RATE | {"step_size": lambda: 2},
    "schedules.warm_up": RATE,
    "train.accuracy": {
        "model": _model,
        "x": lambda: _values(4, 3),
        "target": lambda: np.array([0, 1, 0, 1]),
    },
    "train.predict": {"model": _model, "x": lambda: _values(4, 3)},
    "train.save_checkpoint": lambda: _saved() | {"history": []},
    "train.load_checkpoint": _saved,
    "train.train": lambda: (
        _run() | {"x": _values(4, 3), "target": np.array([0, 1, 0, 1]), "epochs": 1}
    ),
}

# Rules are their equations and nothing else, on arrays and numbers that optimizers have checked:
# all of nnlib.optim that ends in an underscore, but for the clipping, and these.
RULES = {"averages.average_", "averages.bias_correction", "optim.two_loop", "optim.penalized"}
RULES |= {"optim.secant_step", "optim.blockwise"}

# Their methods are called below, their constructors too where they take anything; `inference`
# takes nothing.
WITH_METHODS = {"optim.ParameterGroups", "optim.Optimizer", "nn.Module", "nn.Sequential"}
WITH_METHODS |= {"nn.inference"}


# What layers take that do not take (4, 3).
INPUTS: dict[str, Callable[[], Any]] = {
    name: lambda: _values(2, 4, 6, 6) for name in ("AvgPool2d", "MaxPool2d", "GroupNorm", "Flatten")
}
INPUTS |= {name: lambda: _values(2, 2, 6, 6) for name in ("Conv2d", "ConvTranspose2d")}
INPUTS |= {"Maxout": lambda: _values(4, 6)}


def _of_layer(layer: nn.Module, x: Any) -> dict[str, Call]:
    y = layer(x)
    return {
        "__call__": (layer.__call__, {"x": x}),
        "backward": (layer.backward, {"dy": np.ones_like(y)}),
        "train": (layer.train, {"mode": True}),
        "load_state_dict": (layer.load_state_dict, {"state_dict": layer.state_dict()}),
    }


def _of_optimizer(optimizer: Any, given: Any) -> dict[str, Call]:
    """``given`` is what `step` takes: gradients, or the closure of L-BFGS."""
    (name,) = inspect.signature(optimizer.step).parameters
    return {
        "step": (optimizer.step, {name: given}),
        "load_state_dict": (optimizer.load_state_dict, {"state_dict": optimizer.state_dict()}),
    }


def _called_on_logits(loss: nn.CrossEntropyLoss) -> Callable[..., Any]:
    return lambda logits, target: loss(logits, target)


def _grouped(kind: Any, groups: Any, lr: Any) -> optim.ParameterGroups:
    return optim.ParameterGroups(kind, groups, lr=lr)


def methods() -> dict[str, Call]:
    """Fresh right calls of what layers, losses and optimizers can do, by name."""
    found: dict[str, dict[str, Call]] = {}
    for name in CALLS:
        module, _, kind = name.partition(".")
        if module not in ("nn", "optim") or not kind[0].isupper():
            continue
        made = getattr(importlib.import_module(f"nnlib.{module}"), kind)(**arguments(name))
        if kind == "CrossEntropyLoss":
            given = {"logits": _values(4, 3), "target": np.array([0, 1, 2, 0])}
            found[name] = {"__call__": (_called_on_logits(made), given)}
        elif kind == "MSELoss":
            given = {"y": _values(4, 3), "target": _values(4, 3)}
            found[name] = {"__call__": (made.__call__, given)}
        elif module == "nn":
            found[name] = _of_layer(made, INPUTS.get(kind, lambda: _values(4, 3))())
        else:
            closure = lambda: (1.0, [np.ones(3)])
            found[name] = _of_optimizer(made, closure if kind == "LBFGS" else [_values(3)])
    groups = optim.ParameterGroups(optim.SGD, [_values(3)], [_values(2)], lr=0.1)
    found["optim.ParameterGroups"] = _of_optimizer(groups, [[_values(3)], [_values(2)]])
    given = {"kind": optim.SGD, "groups": [_values(3)], "lr": 0.1}
    found["optim.ParameterGroups"]["__init__"] = (_grouped, given)
    given = {"params": [_values(3)], "lr": 0.1}
    found["optim.Optimizer"] = {"__init__": (optim.Optimizer, given)}
    found["nn.Sequential"] = _of_layer(_model(), _values(4, 3))
    layer = nn.Linear(3, 2, rng=0)
    found["nn.Sequential"]["__init__"] = (lambda layers: nn.Sequential(layers), {"layers": layer})
    return {
        f"{name}.{method}": call for name, calls in found.items() for method, call in calls.items()
    }


class Odd:
    """Something that is no number, no array and no name."""

    def __repr__(self) -> str:
        return "Odd()"


WRONG: dict[str, Any] = {
    "None": None,
    "a word": "odd",
    "an object": Odd(),
    "a dictionary": {"a": 1},
    "a dictionary by numbers": {1: 2, "a": 1},
    "an array of words": np.array(["a", "b"]),
    "rows of two lengths": [[1.0, 2.0], [3.0]],
    "a result": (np.ones(3), "cache"),
    "bytes": b"odd",
    "a set": {1, 2},
}
UNFIT: dict[str, Any] = {
    "nan": float("nan"),
    "infinite": float("inf"),
    "negative": -1,
    "half": 0.5,
    "very negative": -(10**30),
    "huge": 10**30,
    "too large for a float": 10**400,
    "true": True,
    "complex": 1 + 2j,
    "empty list": [],
    "empty array": np.empty((0,)),
    "empty rows": np.empty((0, 3)),
    "0-d": np.array(1.0),
    "7 axes": np.ones((1,) * 7),
    "another shape": np.ones((5, 11)),
    "complex array": np.ones(3, complex),
    "array of nan": np.full((4, 3), np.nan),
    "labels": np.array([0, 1]),
    "three numbers": (1, 2, 3),
    "a pair with a word": (1, "odd"),
    "a pair of None": (None, None),
    "objects": np.array([Odd(), Odd()], dtype=object),
    "a function": lambda *args, **options: None,
    "a module": nnlib,
}


def public_callables() -> dict[str, Any]:
    """What is public and called by people: all but the caches and records that functions make."""
    found = {}
    for module in nnlib.__all__:
        for name in importlib.import_module(f"nnlib.{module}").__all__:
            value = getattr(importlib.import_module(f"nnlib.{module}"), name)
            if callable(value) and not (isinstance(value, type) and issubclass(value, tuple)):
                found[f"{module}.{name}"] = value
    rules = {name for name in found if name.startswith("optim.") and name.endswith("_")}
    rules -= {"optim.clip_norm_", "optim.clip_value_"}
    return {k: v for k, v in found.items() if k not in rules | RULES | WITH_METHODS}


def arguments(name: str) -> dict[str, Any]:
    """Fresh arguments of a right call."""
    made = CALLS[name]
    return made() if callable(made) else {key: make() for key, make in made.items()}


def parameters(function: Any) -> Iterator[inspect.Parameter]:
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            yield parameter
