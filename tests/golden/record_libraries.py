"""Record how other libraries behave where the book says so, for the chapters' cells.

Run it in an environment of its own, since none of them is needed by the project:

    pip install pandas==3.1.1 scikit-learn==1.9.1 keras==3.15.1 torch==2.15.0
    KERAS_BACKEND=torch python tests/golden/record_libraries.py

It writes libraries.json beside itself: the versions, and facts by name, each with what was called.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import readable
import sklearn
import torch
from sklearn.metrics import log_loss

DATA = [1.0, 3.0, 2.0, 5.0]


def default(function: Any, name: str) -> Any:
    """The default of an argument, as the signature has it."""
    return inspect.signature(function).parameters[name].default


def averages() -> dict[str, Any]:
    """pandas' names for the length of a moving average."""
    series = pd.Series(DATA)
    alpha = 0.1  # the share of the new: gamma = 0.9

    def ewm(**how: float) -> list[float]:
        return series.ewm(**how).mean().tolist()

    return {
        "data": DATA,
        "alpha=0.1": ewm(alpha=alpha),
        "alpha=0.1, adjust=False": ewm(alpha=alpha, adjust=False),
        "com=9": ewm(com=9),
        "span=19": ewm(span=19),
        "halflife=log(1/2)/log(0.9)": ewm(halflife=float(np.log(0.5) / np.log(0.9))),
        "default of adjust": default(series.ewm, "adjust"),
    }


def what_log_loss_says(y: list[float], p: list[list[float]]) -> dict[str, str]:
    """What scikit-learn's log_loss returns, or the error that it raises."""
    try:
        return {"returns": repr(float(log_loss(y, p, labels=[0, 1])))}
    except ValueError as error:
        return {"raises": f"ValueError: {error}"}


def losses() -> dict[str, Any]:
    """What scikit-learn's log_loss takes."""
    two = [[0.5, 0.5], [0.2, 0.8]]
    return {
        "class numbers": what_log_loss_says([0, 1], two),
        "soft targets": what_log_loss_says([0.3, 0.7], two),
        "a probability of 0": what_log_loss_says([0, 1], [[0.0, 1.0], [0.2, 0.8]]),
    }


def layers() -> dict[str, Any]:
    """What Keras' batch normalization divides by, and its defaults."""
    x = np.array([[1.0], [2.0], [4.0], [9.0]])
    layer = keras.layers.BatchNormalization(momentum=0.0)
    y = keras.ops.convert_to_numpy(layer(x, training=True)).astype(float)
    kept = float(keras.ops.convert_to_numpy(layer.moving_variance)[0])
    return {
        "x": x.ravel().tolist(),
        "normalized": y.ravel().round(6).tolist(),
        "running variance after one batch, momentum 0": round(kept, 5),
        "default momentum": default(keras.layers.BatchNormalization, "momentum"),
        "default epsilon": default(keras.layers.BatchNormalization, "epsilon"),
    }


def optimizers() -> dict[str, Any]:
    """Defaults of Keras' optimizers."""
    names = ("learning_rate", "beta_1", "beta_2", "epsilon", "rho", "momentum")
    return {
        kind.__name__: {
            n: default(kind, n) for n in names if n in inspect.signature(kind).parameters
        }
        for kind in (keras.optimizers.Adam, keras.optimizers.RMSprop, keras.optimizers.Adadelta)
    }


def torch_layers() -> dict[str, Any]:
    """Which share PyTorch's momentum names, and which variance it keeps."""
    x = torch.tensor([[1.0], [2.0], [4.0], [9.0]], dtype=torch.float64)
    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64)
    layer(x)
    names = ("lr", "betas", "eps", "momentum", "dampening", "alpha", "rho")
    return {
        "x": x.ravel().tolist(),
        "running mean after one batch, from 0": round(float(layer.running_mean), 6),
        "running variance after one batch, from 1": round(float(layer.running_var), 6),
        "default momentum": default(torch.nn.BatchNorm1d, "momentum"),
        "default eps": default(torch.nn.BatchNorm1d, "eps"),
    } | {
        kind.__name__: {
            n: default(kind, n) for n in names if n in inspect.signature(kind).parameters
        }
        for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop, torch.optim.Adadelta)
    }


if __name__ == "__main__":
    recorded = {
        "versions": {lib.__name__: lib.__version__ for lib in (pd, sklearn, keras, torch)},
        "pandas: ewm": averages(),
        "scikit-learn: log_loss": losses(),
        "Keras: BatchNormalization": layers(),
        "Keras: optimizers": optimizers(),
        "PyTorch": torch_layers(),
    }
    readable.write(Path(__file__).with_name("libraries.json"), recorded)
