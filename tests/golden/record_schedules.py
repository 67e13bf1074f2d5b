"""Record PyTorch's learning-rate schedules for tests/test_schedules.py.

Run it in an environment of its own: ``pip install torch==2.13.0``, then
``python tests/golden/record_schedules.py``. It writes schedules.json beside itself: for each case
the function of `nnlib.schedules`, its arguments and the rates of the first steps.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import readable
import torch
from torch.optim import lr_scheduler

STEPS = 24
CASES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("step_decay", "StepLR", {"step_size": 5}, {}),
    ("step_decay", "StepLR", {"step_size": 3, "gamma": 0.7}, {}),
    ("exponential_decay", "ExponentialLR", {"gamma": 0.9}, {}),
    ("warm_up", "LinearLR", {}, {}),
    ("warm_up", "LinearLR", {"start_factor": 0.2, "total_iters": 9}, {}),
    ("cosine_decay", "CosineAnnealingLR", {"T_max": 10}, {}),
    ("cosine_decay", "CosineAnnealingLR", {"T_max": 24, "eta_min": 0.02}, {}),
    ("cosine_restarts", "CosineAnnealingWarmRestarts", {"T_0": 5}, {}),
    ("cosine_restarts", "CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.01},
     {}),
    ("cyclical", "CyclicLR", {"step_size_up": 4}, {"cycle_momentum": False}),
    ("cyclical", "CyclicLR", {"step_size_up": 2, "step_size_down": 5, "mode": "triangular2"},
     {"cycle_momentum": False}),
    ("cyclical", "CyclicLR", {"step_size_up": 3, "mode": "exp_range", "gamma": 0.9},
     {"cycle_momentum": False}),
]  # fmt: skip


def rates(kind: str, settings: dict[str, Any], only_torch: dict[str, Any]) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    bounds = {"base_lr": 0.1, "max_lr": 0.4} if kind == "CyclicLR" else {}
    scheduler = getattr(lr_scheduler, kind)(optimizer, **bounds, **settings, **only_torch)
    result = []
    for _ in range(STEPS):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return result


def main() -> None:
    cases = [
        {"name": name, "settings": settings, "rates": rates(kind, settings, only_torch)}
        for name, kind, settings, only_torch in CASES
    ]
    record = {"versions": {"torch": torch.__version__}, "cases": cases}
    target = Path(__file__).with_name("schedules.json")
    readable.write(target, record)


if __name__ == "__main__":
    main()
