"""Learning rates that change over time, each a function of the step t.

t = 0, 1, 2, ... counts the steps already taken, so the first step uses t = 0, which gives ``lr``
except while warming up; an optimizer's ``t`` is this number before its next step:

    optimizer.lr = cosine_decay(optimizer.t, 0.1, T_max=1000)
    optimizer.step(grads)

Every function returns a Python float, because an ``np.float64`` would promote a float32 step;
with a symbol among its arguments it returns an expression. ``lr`` is a number >= 0, often the
value of another schedule: ``warm_up(t, cosine_decay(t, 0.1, T_max=1000))``. Each raises
``TypeError`` or ``ValueError`` for an argument outside its range. Argument names, defaults and
values are those of ``torch.optim.lr_scheduler`` where it has the schedule.
"""

from __future__ import annotations

import math
from typing import Any

from nnlib._checks import check_choice, check_int, check_number

__all__ = [
    "cosine_decay",
    "cosine_restarts",
    "cyclical",
    "exponential_decay",
    "inverse_sqrt_decay",
    "inverse_time_decay",
    "step_decay",
    "warm_up",
]


def step_decay(t: int, lr: Any, *, step_size: int, gamma: Any = 0.1) -> Any:
    """Multiply by ``gamma`` > 0 after each ``step_size`` >= 1 steps: lr gamma^(t // step_size)."""
    t, lr = _check(t, lr)
    step_size = check_int(step_size, "step_size", 1)
    gamma = check_number(gamma, "gamma", 0, ends="()")
    return lr * gamma ** (t // step_size)


def exponential_decay(t: int, lr: Any, *, gamma: Any) -> Any:
    """Multiply by ``gamma`` > 0 after every step: lr gamma^t."""
    t, lr = _check(t, lr)
    gamma = check_number(gamma, "gamma", 0, ends="()")
    return lr * gamma**t


def inverse_time_decay(t: int, lr: Any, *, decay: Any) -> Any:
    """Decay like 1/t: lr / (1 + decay t), with ``decay`` >= 0.

    With decay = 1 it is lr / k at the k-th step, which meets both conditions of Robbins and
    Monro (1951): the sum of the rates diverges, that of their squares converges.
    """
    t, lr = _check(t, lr)
    decay = check_number(decay, "decay", 0)
    return lr / (1 + decay * t)


def inverse_sqrt_decay(t: int, lr: Any) -> Any:
    """Decay like 1/sqrt(t): lr / sqrt(1 + t), which is lr / sqrt(k) at the k-th step."""
    t, lr = _check(t, lr)
    return lr / math.sqrt(1 + t)


def warm_up(t: int, lr: Any, *, start_factor: Any = 1 / 3, total_iters: int = 5) -> Any:
    """Rise on a line from ``start_factor`` lr to lr in ``total_iters`` >= 1 steps, then stay.

    lr (s + (1 - s) min(t, total_iters) / total_iters) with s = start_factor in (0, 1]. PyTorch's
    LinearLR.
    """
    t, lr = _check(t, lr)
    start_factor = check_number(start_factor, "start_factor", 0, 1, ends="(]")
    total_iters = check_int(total_iters, "total_iters", 1)
    return lr * (start_factor + (1 - start_factor) * (min(t, total_iters) / total_iters))


def cosine_decay(t: int, lr: Any, *, T_max: int, eta_min: Any = 0.0) -> Any:
    """Half a cosine from lr down to ``eta_min`` >= 0 in ``T_max`` >= 1 steps, and up again.

    eta_min + (lr - eta_min) (1 + cos(pi t / T_max)) / 2. Source: Loshchilov and Hutter, "SGDR"
    (2017). PyTorch's CosineAnnealingLR.
    """
    t, lr = _check(t, lr)
    T_max = check_int(T_max, "T_max", 1)
    eta_min = check_number(eta_min, "eta_min", 0)
    return eta_min + (lr - eta_min) * (1 + math.cos(math.pi * t / T_max)) / 2


def cosine_restarts(t: int, lr: Any, *, T_0: int, T_mult: int = 1, eta_min: Any = 0.0) -> Any:
    """Cosine decay that starts again at lr after T_0, then T_0 T_mult, T_0 T_mult^2, ... steps.

    Within a run of T steps it is `cosine_decay` with T_max = T. ``T_0`` and ``T_mult`` are >= 1.
    Source: Loshchilov and Hutter (2017). PyTorch's CosineAnnealingWarmRestarts.
    """
    t, lr = _check(t, lr)
    length = check_int(T_0, "T_0", 1)
    T_mult = check_int(T_mult, "T_mult", 1)
    if T_mult == 1:
        t %= length
    while t >= length:
        t, length = t - length, length * T_mult
    return cosine_decay(t, lr, T_max=length, eta_min=eta_min)


def cyclical(
    t: int,
    base_lr: Any,
    max_lr: Any,
    *,
    step_size_up: int = 2000,
    step_size_down: int | None = None,
    mode: str = "triangular",
    gamma: Any = 1.0,
) -> Any:
    """Rise on a line from ``base_lr`` to ``max_lr`` and fall back, again and again.

    The rise takes ``step_size_up`` >= 1 steps, the fall ``step_size_down`` (None: as many).
    ``mode`` "triangular2" halves the height after every cycle, "exp_range" multiplies it by
    gamma^t with ``gamma`` > 0. Source: Smith, "Cyclical learning rates" (2017). PyTorch's CyclicLR.
    """
    t, base_lr = _check(t, base_lr, "base_lr")
    max_lr = check_number(max_lr, "max_lr", 0)
    up = check_int(step_size_up, "step_size_up", 1)
    down = up if step_size_down is None else check_int(step_size_down, "step_size_down", 1)
    mode = check_choice(mode, "mode", ("triangular", "triangular2", "exp_range"))
    gamma = check_number(gamma, "gamma", 0, ends="()")
    cycle, place = divmod(t, up + down)
    height = place / up if place <= up else (up + down - place) / down
    scale = gamma**t if mode == "exp_range" else 0.5**cycle if mode == "triangular2" else 1
    return base_lr + (max_lr - base_lr) * height * scale


def _check(t: Any, lr: Any, name: str = "lr") -> tuple[int, Any]:
    return check_int(t, "t", 0), check_number(lr, name, 0)
