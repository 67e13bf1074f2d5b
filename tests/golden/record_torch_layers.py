"""Record what PyTorch's layers and their gradients give, for test_functional.py and test_conv.py.

    pip install torch==2.13.0
    python tests/golden/record_torch_layers.py

writes functional.json and conv.json beside this file. Each case holds the call, its arguments, a
random cotangent dy, and PyTorch's result and gradients in float64.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import readable
import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
rng = np.random.default_rng(20)


def numbers(*shape: int) -> Any:
    """Random arguments with three decimals, which keeps the files small."""
    return np.round(rng.normal(size=shape), 3).tolist()


def run(function: Any, arrays: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Call ``function`` and take the gradients of sum(dy * y) by every array."""
    leaves = {
        k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in arrays.items()
    }
    y = function(*leaves.values(), **settings)
    dy = numbers(*y.shape)
    (y * torch.tensor(dy, dtype=torch.float64)).sum().backward()
    gradients = {f"d{k}": v.grad.tolist() for k, v in leaves.items()}
    return {"dy": dy, "y": y.tolist(), **gradients}


def case(name: str, function: Any, arrays: dict[str, Any], **settings: Any) -> dict[str, Any]:
    return {
        "function": name,
        "arrays": arrays,
        "settings": settings,
        **run(function, arrays, settings),
    }


def cross_entropy(shape: tuple[int, ...], target: Any, **settings: Any) -> dict[str, Any]:
    whole = np.asarray(target).dtype.kind == "i"
    tensor = torch.tensor(target, dtype=torch.int64 if whole else torch.float64)

    def function(logits: Any, **settings: Any) -> Any:
        return F.cross_entropy(logits, tensor, **settings)

    recorded = case("cross_entropy", function, {"logits": numbers(*shape)}, **settings)
    return {**recorded, "target": target}


def batch_norm(shape: tuple[int, ...], training: bool, **settings: Any) -> dict[str, Any]:
    C = shape[1]
    mean, var = numbers(C), np.abs(numbers(C)).tolist()
    running = [torch.tensor(v, dtype=torch.float64) for v in (mean, var)]

    def function(x: Any, gamma: Any, beta: Any, training: bool, **settings: Any) -> Any:
        return F.batch_norm(x, *running, gamma, beta, training, **settings)

    arrays = {"x": numbers(*shape), "gamma": numbers(C), "beta": numbers(C)}
    recorded = case("batch_norm", function, arrays, training=training, **settings)
    after = [r.tolist() for r in running]
    return {**recorded, "running": [mean, var], "running_after": after}


def functional() -> list[dict[str, Any]]:
    soft = numbers(3, 5)
    cases = [
        case("logsumexp", lambda z, axis: torch.logsumexp(z, axis), {"z": numbers(3, 4)}, axis=0),
        case("softmax", lambda z, axis: F.softmax(z, axis), {"z": numbers(2, 3, 2)}, axis=1),
        case("log_softmax", lambda z, axis: F.log_softmax(z, axis), {"z": numbers(3, 4)}, axis=-1),
        cross_entropy((3, 5), [4, 0, 2]),
        cross_entropy((3, 5), [4, 0, 2], label_smoothing=0.1, reduction="none"),
        cross_entropy((3, 5), [4, 1, 1], label_smoothing=0.25, reduction="sum"),
        cross_entropy((3, 5), soft),
        cross_entropy((3, 5), soft, label_smoothing=0.3, reduction="none"),
        cross_entropy((5,), 3),
        cross_entropy((5,), soft[0], label_smoothing=0.2),
        cross_entropy((2, 4, 3), [[3, 0, 1], [2, 2, 0]], label_smoothing=0.1),
        cross_entropy((2, 4, 3), numbers(2, 4, 3), reduction="none"),
        batch_norm((5, 3), True),
        batch_norm((3, 2, 4), True, momentum=0.3, eps=0.01),
        batch_norm((2, 3, 2, 3), True),
        batch_norm((2, 3, 2, 3), False, eps=0.1),
        batch_norm((1, 2), False),
        case("sigmoid", torch.sigmoid, {"x": numbers(3, 2)}),
        case("tanh", torch.tanh, {"x": numbers(3, 2)}),
        case("relu", F.relu, {"x": [-1.5, 0.0, 0.25, 3.0]}),
        case("leaky_relu", F.leaky_relu, {"x": [-1.5, 0.0, 0.25, 3.0]}),
        case("leaky_relu", F.leaky_relu, {"x": numbers(2, 4)}, negative_slope=0.2),
        case("elu", F.elu, {"x": [-1.5, 0.0, 0.25, 3.0]}),
        case("elu", F.elu, {"x": numbers(2, 4)}, alpha=0.7),
    ]
    norms = {"gamma": numbers(4), "beta": numbers(4)}

    def group(x: Any, gamma: Any, beta: Any, num_groups: int, **settings: Any) -> Any:
        return F.group_norm(x, num_groups, gamma, beta, **settings)

    def layer(x: Any, gamma: Any, beta: Any, **settings: Any) -> Any:
        return F.layer_norm(x, gamma.shape, gamma, beta, **settings)

    for shape, groups in (((2, 4), 2), ((2, 4, 3), 1), ((2, 4, 2, 2), 2), ((2, 4, 2, 2), 4)):
        cases.append(case("group_norm", group, {"x": numbers(*shape), **norms}, num_groups=groups))
    cases.append(case("layer_norm", layer, {"x": numbers(3, 2, 4), **norms}))
    affine = {"gamma": numbers(2, 4), "beta": numbers(2, 4)}
    cases.append(case("layer_norm", layer, {"x": numbers(3, 2, 4), **affine}, eps=0.1))
    return cases


def conv(x: tuple[int, ...], w: tuple[int, ...], out: int, **settings: Any) -> dict[str, Any]:
    def function(x: Any, w: Any, b: Any, **settings: Any) -> Any:
        return F.conv2d(x, w, b, **settings)

    return case(
        "conv2d", function, {"x": numbers(*x), "w": numbers(*w), "b": numbers(out)}, **settings
    )


def transposed(x: tuple[int, ...], w: tuple[int, ...], out: int, **settings: Any) -> dict[str, Any]:
    def function(x: Any, w: Any, b: Any, **settings: Any) -> Any:
        return F.conv_transpose2d(x, w, b, **settings)

    arrays = {"x": numbers(*x), "w": numbers(*w), "b": numbers(out)}
    return case("conv_transpose2d", function, arrays, **settings)


def convolutions() -> list[dict[str, Any]]:
    ties = np.round(rng.integers(0, 3, size=(1, 2, 5, 5)), 1).astype(float).tolist()
    return [
        conv((2, 2, 4, 5), (3, 2, 3, 2), 3),
        conv((1, 2, 5, 6), (2, 2, 3, 3), 2, stride=2, padding=1),
        conv((1, 4, 6, 5), (4, 2, 2, 3), 4, stride=(2, 1), padding=(0, 2), groups=2),
        conv((1, 2, 7, 6), (2, 1, 3, 2), 2, stride=(1, 3), padding=(2, 1), dilation=(2, 3),
             groups=2),
        conv((2, 3, 3, 3), (2, 3, 1, 1), 2, stride=2),
        transposed((2, 2, 3, 2), (2, 3, 3, 2), 3),
        transposed((1, 2, 3, 4), (2, 2, 3, 3), 2, stride=2, padding=1, output_padding=1),
        transposed((1, 4, 2, 3), (4, 1, 2, 3), 2, stride=(3, 1), padding=(1, 0), groups=2),
        transposed((1, 2, 3, 2), (2, 1, 2, 3), 1, stride=(1, 3), dilation=(2, 1),
                   output_padding=(1, 2)),
        case("max_pool2d", F.max_pool2d, {"x": numbers(2, 2, 4, 6)}, kernel_size=2),
        case("max_pool2d", F.max_pool2d, {"x": ties}, kernel_size=3, stride=2, padding=1),
        case("max_pool2d", F.max_pool2d, {"x": numbers(1, 2, 6, 5)},
             kernel_size=(2, 3), stride=(1, 2), padding=(1, 0), dilation=(2, 1)),
        case("avg_pool2d", F.avg_pool2d, {"x": numbers(2, 2, 4, 6)}, kernel_size=2),
        case("avg_pool2d", F.avg_pool2d, {"x": numbers(1, 2, 5, 5)},
             kernel_size=3, stride=2, padding=1),
        case("avg_pool2d", F.avg_pool2d, {"x": numbers(1, 2, 5, 4)},
             kernel_size=(3, 2), stride=(1, 2), padding=1, count_include_pad=False),
    ]  # fmt: skip


for file, cases in (("functional.json", functional()), ("conv.json", convolutions())):
    readable.write(HERE / file, {"torch": torch.__version__, "cases": cases})
