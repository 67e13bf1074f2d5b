"""Record forward and backward passes of small PyTorch networks, for tests/test_nn.py.

Run it in an environment of its own: ``pip install torch==2.13.0``, then
``python tests/golden/record_nn.py``. It writes nn.json beside itself: for each network its
parameters in order, an input, a cotangent, and PyTorch's output and gradients, in float64.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import readable
import torch
from torch import nn

torch.set_default_dtype(torch.float64)

NETWORKS: dict[str, tuple[nn.Sequential, tuple[int, ...]]] = {
    "linear": (nn.Sequential(nn.Linear(3, 2)), (4, 3)),
    "mlp": (
        nn.Sequential(
            nn.Linear(3, 4), nn.BatchNorm1d(4), nn.LeakyReLU(0.2), nn.LayerNorm(4), nn.ELU(0.5),
            nn.Linear(4, 2, bias=False), nn.Tanh(), nn.Linear(2, 2), nn.Sigmoid(), nn.ReLU(),
        ),
        (5, 3),
    ),
    "cnn": (
        nn.Sequential(
            nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=1, groups=2), nn.GroupNorm(2, 4),
            nn.ReLU(), nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1),
            nn.MaxPool2d(2), nn.AvgPool2d(2, stride=1), nn.Flatten(), nn.Linear(16, 2),
        ),
        (2, 2, 6, 4),
    ),
}  # fmt: skip


def record(network: nn.Sequential, shape: tuple[int, ...]) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(5)
    for parameter in network.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator).round(decimals=2)
    x = torch.randn(shape, generator=generator).round(decimals=2).requires_grad_()
    y = network(x)
    dy = torch.randn(y.shape, generator=generator).round(decimals=2)
    y.backward(dy)
    result = {
        "W": torch.cat([p.flatten() for p in network.parameters()]),
        "dW": torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None]),
        "x": x, "y": y, "dy": dy, "dx": x.grad,
    }  # fmt: skip
    return {key: value.detach().tolist() for key, value in result.items() if value is not None}


def main() -> None:
    cases = {name: record(*case) for name, case in NETWORKS.items()}
    target = Path(__file__).with_name("nn.json")
    content = {"versions": {"torch": torch.__version__}, "cases": cases}
    readable.write(target, content)


if __name__ == "__main__":
    main()
