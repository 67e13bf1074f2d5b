"""Faults planted in ``nnlib.schedules``, to be noticed by tests/numeric/test_schedules.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_schedules

CHECKS = checks_in(vars(test_schedules))

FAULTS = faults_in(
    "nnlib.schedules",
    ("step_decay", "t // step_size", "t / step_size"),
    ("step_decay", "t // step_size", "(t + 1) // step_size"),
    ("exponential_decay", "gamma ** t", "gamma ** (t + 1)"),
    ("inverse_time_decay", "1 + decay * t", "(1 + decay) ** t"),
    ("inverse_time_decay", "lr / (1 + decay * t)", "lr * (1 - decay * t)"),
    ("inverse_sqrt_decay", "1 + t", "t + 2"),
    ("inverse_sqrt_decay", "math.sqrt(1 + t)", "1 + t"),
    ("warm_up", "1 / 3", "1 / 2"),
    ("warm_up", "5", "10"),
    ("warm_up", "min(t, total_iters)", "t"),
    ("warm_up", "1 - start_factor", "start_factor"),
    (
        "cosine_decay",
        "(lr - eta_min) * (1 + math.cos(math.pi * t / T_max)) / 2",
        "(lr - eta_min) * (1 + math.cos(math.pi * t / T_max))",
    ),
    ("cosine_decay", "1 + math.cos(math.pi * t / T_max)", "1 - math.cos(math.pi * t / T_max)"),
    ("cosine_decay", "math.pi * t", "2 * math.pi * t"),
    ("cosine_decay", "lr - eta_min", "lr"),
    ("cosine_restarts", "t >= length", "t > length"),
    ("cosine_restarts", "length * T_mult", "length + T_mult"),
    ("cosine_restarts", "t %= length", "t = 0"),
    (
        "cosine_restarts",
        "cosine_decay(t, lr, T_max=length, eta_min=eta_min)",
        "cosine_decay(t, lr, T_max=length)",
    ),
    ("cyclical", "place <= up", "place < up - 1"),
    ("cyclical", "(up + down - place) / down", "(up + down - place) / up"),
    ("cyclical", "0.5**cycle", "0.5 ** (cycle + 1)"),
    ("cyclical", "gamma ** t", "gamma ** cycle"),
    ("cyclical", "max_lr - base_lr", "max_lr"),
    (
        "cyclical",
        "up if step_size_down is None else check_int(step_size_down, 'step_size_down', 1)",
        ("2 * up if step_size_down is None else check_int(step_size_down, 'step_size_down', 1)"),
    ),
    ("cyclical", "2000", "1000"),
    ("step_decay", "0.1", "0.5"),
    ("_check", "(check_int(t, 't', 0), check_number(lr, name, 0))", "(check_int(t, 't'), lr)"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
