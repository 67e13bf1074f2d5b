"""Faults planted in ``nnlib.init``, to be noticed by tests/numeric/test_init.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_init

CHECKS = checks_in(vars(test_init))

FAULTS = faults_in(
    "nnlib.init",
    ("fans", "into * math.prod(kernel)", "into"),
    ("fans", "out * math.prod(kernel)", "out"),
    ("fans", "into * math.prod(kernel)", "out * math.prod(kernel)"),
    ("lecun_normal", "_ratio(1, fan_in)", "_ratio(2, fan_in)"),
    ("lecun_uniform", "_ratio(1, fan_in)", "_ratio(2, fan_in)"),
    (
        "lecun_uniform",
        "_uniform(shape, _ratio(1, fan_in), rng, dtype)",
        "_normal(shape, _ratio(1, fan_in), rng, dtype)",
    ),
    ("xavier_normal", "gain ** 2", "gain"),
    ("xavier_uniform", "gain ** 2", "gain"),
    ("xavier_normal", "_ratio(2, sum(fans(shape)))", "_ratio(1, sum(fans(shape)))"),
    ("xavier_uniform", "_ratio(2, sum(fans(shape)))", "_ratio(6, sum(fans(shape)))"),
    (
        "he_normal",
        "_normal(shape, _he_variance(shape, a, mode), rng, dtype)",
        "_uniform(shape, _he_variance(shape, a, mode), rng, dtype)",
    ),
    (
        "he_uniform",
        "_uniform(shape, _he_variance(shape, a, mode), rng, dtype)",
        "_normal(shape, _he_variance(shape, a, mode), rng, dtype)",
    ),
    ("_he_variance", "_ratio(2, fan)", "_ratio(1, fan)"),
    ("_he_variance", "1 + a ** 2", "(1 + a ** 2) ** 2"),
    (
        "_he_variance",
        "check_choice(mode, 'mode', ('fan_in', 'fan_out')) == 'fan_in'",
        "check_choice(mode, 'mode', ('fan_in', 'fan_out')) == 'fan_out'",
    ),
    ("_normal", "math.sqrt(variance)", "variance"),
    (
        "_normal",
        "as_generator(rng).normal(0.0, math.sqrt(variance), shape)",
        "as_generator(rng).normal(0.1, math.sqrt(variance), shape)",
    ),
    ("_uniform", "3 * variance", "variance"),
    (
        "_uniform",
        "as_generator(rng).uniform(-bound, bound, shape)",
        "as_generator(rng).uniform(0, bound, shape)",
    ),
    ("_ratio", "top / fan if fan else 0.0", "top / fan"),
    ("orthogonal", "q *= np.where(np.diag(r) < 0, -1, 1)", "pass"),
    ("orthogonal", "np.where(np.diag(r) < 0, -1, 1)", "np.where(np.diag(r) < 0, 1, 2)"),
    ("orthogonal", "q if rows >= columns else q.T", "q.T if rows > columns else q"),
    ("orthogonal", "gain * (q if rows >= columns else q.T)", "q if rows >= columns else q.T"),
    (
        "orthogonal",
        "(gain * (q if rows >= columns else q.T)).reshape(shape).astype(dtype)",
        "(gain * (q if rows >= columns else q.T)).reshape(shape)",
    ),
    (
        "_normal",
        "as_generator(rng).normal(0.0, math.sqrt(variance), shape).astype(dtype)",
        "as_generator(rng).normal(0.0, math.sqrt(variance), shape)",
    ),
    ("_check_shape", "len(shape) < 2", "len(shape) < 1"),
    ("_check_shape", "check_int(n, f'shape[{i}]', 0)", "check_int(n, f'shape[{i}]')"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
