"""Faults planted in ``nnlib.gradcheck``, to be noticed by tests/numeric/test_gradcheck.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_gradcheck

CHECKS = checks_in(vars(test_gradcheck))

FAULTS = faults_in(
    "nnlib.gradcheck",
    (
        "_usual_tolerance",
        "least, rounding = (1e-10, eps) if method == 'complex' else (1e-06, eps ** (2 / 3))",
        "least, rounding = (1e-3, eps)",
    ),
    ("_usual_tolerance", "1000 * rounding", "1e6 * rounding"),
    ("_usual_tolerance", "max(least, 1000 * rounding)", "least"),
    ("projection_error", "usual if h is None else h", "h or usual"),
    (
        "central_difference",
        "_project(f(above), dy) - _project(f(below), dy)",
        "_project(f(above), dy)",
    ),
    (
        "central_difference",
        "_project(f(above), dy) - _project(f(below), dy)",
        "_project(f(above), dy) + _project(f(below), dy)",
    ),
    ("central_difference", "above[index] - below[index]", "reach"),
    ("central_difference", "below[index] -= reach", "pass"),
    ("central_difference", "np.finfo(x.dtype)", "np.finfo(np.float16)"),
    ("central_difference", "np.cbrt(np.finfo(x.dtype).eps)", "1e-13"),
    ("central_difference", "max(1, abs(x[index]))", "1"),
    (
        "central_difference",
        "h or np.cbrt(np.finfo(x.dtype).eps) * max(1, abs(x[index]))",
        "np.cbrt(np.finfo(x.dtype).eps) * max(1, abs(x[index]))",
    ),
    ("central_difference", "(x.copy(), x.copy())", "(x, x)"),
    ("complex_step", "1j * h", "h"),
    ("complex_step", "moved[index]", "moved"),
    ("complex_step", "value.imag / h", "value.imag"),
    ("complex_step", "value.imag / h", "value.real / h"),
    ("complex_step", "np.result_type(x.dtype, np.complex128)", "np.complex128"),
    ("complex_step", "np.result_type(x.dtype, np.complex128)", "np.result_type(x.dtype, 'F')"),
    ("complex_step", "not np.iscomplexobj(value)", "False"),
    ("projection_error", "x - h * u", "x"),
    ("projection_error", "2 * h", "h"),
    ("projection_error", "1j * h * u", "1j * h"),
    ("projection_error", "gradient * u", "gradient * abs(u)"),
    ("projection_error", "as_generator(rng).normal(size=x.shape)", "np.ones(x.shape)"),
    ("projection_error", "np.sum(terms)", "slope"),
    (
        "check_backward",
        "as_generator(rng).uniform(-1, 1, size=np.shape(y))",
        "np.ones(np.shape(y))",
    ),
    (
        "check_backward",
        "as_generator(rng).uniform(-1, 1, size=np.shape(y))",
        "as_generator(rng).normal(size=np.shape(y))",
    ),
    ("check_backward", "len(gradients) != len(arrays)", "False"),
    ("_compare", "np.shape(got) != want.shape", "False"),
    ("_compare", "not error <= tolerance", "error > tolerance"),
    ("_compare", "np.argmax(differences)", "0"),
    ("check_backward", "max(errors)", "min(errors)"),
    ("_project", "np.size(y) != 1", "False"),
    ("_project", "np.shape(dy) != np.shape(y)", "False"),
    ("_project", "dy * np.asanyarray(y)", "np.asanyarray(y)"),
    ("_real", "array.dtype.kind != 'f'", "array.dtype.kind == 'O'"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
