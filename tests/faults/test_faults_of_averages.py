"""Faults planted in ``nnlib.averages``, to be noticed by tests/numeric/test_averages.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_averages

CHECKS = checks_in(vars(test_averages))

FAULTS = faults_in(
    "nnlib.averages",
    ("average_", "1 - beta", "beta"),
    ("average_", "v *= beta", "pass"),
    ("bias_correction", "1 - beta ** t", "1"),
    ("bias_corrected_average", "enumerate(C, start=1)", "enumerate(C, start=2)"),
    ("half_life", "np.ones_like(gamma) / 2", "np.ones_like(gamma) / 4"),
    ("half_life", "np.log(half) / np.log(gamma)", "np.log(gamma) / np.log(half)"),
    ("half_life", "unwrap(np.log(half) / np.log(gamma))", "np.log(half) / np.log(gamma)"),
    ("half_life", "np.errstate(divide='ignore')", "np.errstate()"),
    ("effective_window", "1 + gamma", "1"),
    ("effective_window", "1 + gamma", "gamma"),
    ("_weights", "range(1, length + 1)", "range(length)"),
    (
        "_weights",
        "check_number(g, name.format(t), 0, 1)",
        "(lambda g, *rest: g)(g, name.format(t), 0, 1)",
    ),
    ("_weights", "len(values) != length", "len(values) < length"),
    ("_weights", "enumerate(values, start=1)", "enumerate(values)"),
    ("_sequence", "c.ndim == 0", "c.ndim > 3"),
    ("_sequence", "as_float(c, 'c')", "np.asarray(c, float)"),
    ("average_", "v += (1 - beta) * x", "v -= (1 - beta) * x"),
    ("average_", "(1 - beta) * x", "x"),
    ("bias_correction", "beta**t", "beta"),
    ("bias_correction", "1 - beta**t", "1 + beta**t"),
    (
        "bias_corrected_average",
        "C_t / bias_correction(gamma, t)",
        "C_t * bias_correction(gamma, t)",
    ),
    ("bias_corrected_average", "bias_correction(gamma, t)", "bias_correction(gamma, t + 1)"),
    ("bias_corrected_average", "C_t / bias_correction(gamma, t)", "C_t"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
