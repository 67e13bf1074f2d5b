"""Record what PyTorch's and optax's optimizers do, for tests/test_optim.py.

Run it in an environment of its own, since neither is needed by the project:

    pip install torch==2.13.0 optax==0.2.5
    python tests/golden/record_optim.py

It writes optim.json beside itself: for each case the settings, the start, the gradients and the
parameters after each step, all in float64.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax
import readable
import torch

jax.config.update("jax_enable_x64", True)
STEPS = 6

TORCH: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.2}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.2}),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
    ("Adagrad", {}),
    ("Adagrad", {"lr": 0.3, "lr_decay": 0.1, "weight_decay": 0.2, "eps": 0.01,
                 "initial_accumulator_value": 0.5}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.8, "eps": 0.01, "weight_decay": 0.2}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.8, "momentum": 0.7}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.8, "centered": True, "weight_decay": 0.2}),
    ("RMSprop", {"lr": 0.1, "alpha": 0.8, "centered": True, "momentum": 0.7, "eps": 0.01}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 0.01, "weight_decay": 0.2}),
    ("Adam", {}),
    ("Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.2}),
    ("Adam", {"lr": 0.1, "betas": (0.8, 0.6), "amsgrad": True, "weight_decay": 0.2, "eps": 0.01}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.2}),
    ("AdamW", {"lr": 0.1, "betas": (0.8, 0.6), "amsgrad": True, "weight_decay": 0.2}),
    ("NAdam", {}),
    ("NAdam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.2,
               "momentum_decay": 0.3}),
    ("Rprop", {}),
    ("Rprop", {"lr": 0.1, "etas": (0.3, 1.7), "step_sizes": (0.05, 0.25)}),
]  # fmt: skip

OPTAX: list[tuple[str, dict[str, Any], Any]] = [
    ("SGD", {"lr": 0.1, "momentum": 0.9}, optax.sgd(0.1, momentum=0.9)),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}, optax.sgd(0.1, 0.9, nesterov=True)),
    ("Adagrad", {"lr": 0.1, "initial_accumulator_value": 0.2, "eps": 0.0},
     optax.adagrad(0.1, initial_accumulator_value=0.2, eps=0.0)),
    ("RMSprop", {"lr": 0.1, "alpha": 0.8, "eps": 0.01},
     optax.rmsprop(0.1, decay=0.8, eps=0.01, eps_in_sqrt=False)),
    ("Adadelta", {"lr": 0.5, "rho": 0.7, "eps": 0.01}, optax.adadelta(0.5, rho=0.7, eps=0.01)),
    ("Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 0.01},
     optax.adam(0.1, b1=0.8, b2=0.95, eps=0.01)),
    ("AdamW", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 0.01, "weight_decay": 0.2},
     optax.adamw(0.1, b1=0.8, b2=0.95, eps=0.01, weight_decay=0.2)),
]  # fmt: skip

LBFGS: list[dict[str, Any]] = [
    {"lr": 0.002, "max_iter": 4},
    {"lr": 0.002, "max_iter": 5, "history_size": 2, "max_eval": 4},
    {"max_iter": 4, "line_search_fn": "strong_wolfe"},
    {"lr": 0.5, "max_iter": 30, "line_search_fn": "strong_wolfe", "history_size": 3},
    {"lr": 0.01, "max_iter": 4, "line_search_fn": "strong_wolfe"},
    {"lr": 40, "max_iter": 8, "line_search_fn": "strong_wolfe", "history_size": 2},
]


LINES: dict[str, Any] = {
    "wave": lambda w, k: torch.cos(k * w) + w**2 / 10,  # has many minima
    "kink": lambda w, k: torch.sqrt(w**2 + 1e-4) + k * w**2 / 100,
    "quartic": lambda w, k: k * w**4 - w**2,
}
SEARCHES = [
    ("wave", 31.801, 2.79, 5.6), ("wave", 8.255, -0.72, 4.0), ("wave", 40.869, -0.93, 5.5),
    ("kink", 24.562, 4.63, 6.1), ("kink", 8.891, -3.86, 3.9), ("kink", 2.388, -4.61, 5.8),
    ("kink", 24.724, -1.09, 5.2), ("kink", 0.229, -2.85, 6.9), ("kink", 0.13, -3.33, 5.3),
    ("quartic", 0.061, 3.04, 5.1), ("quartic", 16.863, 1.36, 8.3), ("quartic", 0.052, -2.85, 4.1),
]  # fmt: skip


def searches() -> list[tuple[str, float, float, float]]:
    """Functions, step lengths, starts and k that send the line search through all its cases."""
    rng = np.random.default_rng(8)
    return SEARCHES + [
        ("wave", round(float(lr), 3), round(float(start), 2), round(float(k), 1))
        for lr, start, k in zip(
            np.exp(rng.uniform(-3, 4.5, 30)), rng.uniform(-6, 6, 30), rng.uniform(0.5, 9, 30)
        )
    ]


def problem() -> tuple[np.ndarray, np.ndarray]:
    """A start of shape (2, 3) and gradients that change sign here and there, one of them zero."""
    rng = np.random.default_rng(20)
    w, grads = rng.normal(size=(2, 3)).round(2), rng.normal(size=(STEPS, 2, 3)).round(2)
    grads[2, 0, 0] = 0.0
    return w, grads


def run_torch(name: str, settings: dict[str, Any]) -> list[Any]:
    start, grads = problem()
    w = torch.nn.Parameter(torch.tensor(start))
    optimizer = getattr(torch.optim, name)([w], **settings)
    path = []
    for g in grads:
        w.grad = torch.tensor(g)
        optimizer.step()
        path.append(w.detach().numpy().tolist())
    return path


def run_optax(optimizer: Any) -> list[Any]:
    w, grads = problem()
    state, path = optimizer.init(w), []
    for g in grads:
        updates, state = optimizer.update(jax.numpy.asarray(g), state, jax.numpy.asarray(w))
        w = optax.apply_updates(jax.numpy.asarray(w), updates)
        path.append(np.asarray(w).tolist())
    return path


def run_lbfgs(settings: dict[str, Any]) -> list[Any]:
    """Minimize Rosenbrock's function of two variables, held in two tensors."""
    x, y = (torch.nn.Parameter(torch.tensor([v], dtype=torch.float64)) for v in (-1.2, 1.0))
    optimizer = torch.optim.LBFGS([x, y], **settings)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = ((1 - x) ** 2 + 100 * (y - x**2) ** 2).sum()
        loss.backward()
        return loss

    path = []
    for _ in range(STEPS):
        loss = float(optimizer.step(closure).detach())
        path.append([loss, x.item(), y.item()])
    return path


def run_search(line: str, lr: float, start: float, k: float) -> list[float]:
    """Minimize a function of one variable: every w that is tried, then the last."""
    w = torch.nn.Parameter(torch.tensor([start], dtype=torch.float64))
    optimizer = torch.optim.LBFGS([w], lr=lr, line_search_fn="strong_wolfe")
    tried = []

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        tried.append(w.item())
        loss = LINES[line](w, k).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return [*tried, w.item()]


def main() -> None:
    start, grads = problem()
    record = {
        "versions": {"torch": torch.__version__, "optax": optax.__version__},
        "start": start.tolist(),
        "grads": grads.tolist(),
        "torch": [{"name": n, "settings": s, "path": run_torch(n, s)} for n, s in TORCH],
        "optax": [{"name": n, "settings": s, "path": run_optax(o)} for n, s, o in OPTAX],
        "lbfgs": [{"settings": s, "path": run_lbfgs(s)} for s in LBFGS],
        "searches": [
            {"line": line, "lr": lr, "start": w, "k": k, "tried": run_search(line, lr, w, k)}
            for line, lr, w, k in searches()
        ],
    }
    target = Path(__file__).with_name("optim.json")
    readable.write(target, record)


if __name__ == "__main__":
    main()
