"""Faults planted in ``nnlib._checks``, to be noticed by tests/numeric/test_checks.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_checks

CHECKS = checks_in(vars(test_checks))

FAULTS = faults_in(
    "nnlib._checks",
    ("check_dtype", "result.kind != 'f'", "result.kind == 'c'"),
    ("holds", "return False", "return True"),
    ("as_float", "array.dtype.kind in 'biu'", "array.dtype.kind in 'bi'"),
    ("as_float", "np.asanyarray(x)", "np.asarray(x)"),
    ("_without_long_integers", "array.astype(np.float64)", "array"),
    ("check_int", "abs(number) > sys.maxsize", "False"),
    ("has_axes", "return True", "return False"),
    ("as_cache", "not sound", "False"),
    ("as_cache", "len(cache) == parts", "True"),
    ("check_callable", "not callable(value)", "False"),
    ("as_float", "array.dtype.kind not in 'fcO'", "array.dtype.kind not in 'fcOM'"),
    (
        "as_float",
        "array.dtype.kind == 'O' and not all(hasattr(e, '__truediv__') for e in array.flat)",
        "False",
    ),
    ("unwrap", "isinstance(x, np.float64)", "isinstance(x, np.floating)"),
    ("_as_number", "value.item()", "value[()]"),
    ("check_number", "not value.is_number", "value.free_symbols"),
    (
        "_as_number",
        "isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real)",
        "not isinstance(value, numbers.Real)",
    ),
    ("check_number", "value > low if ends[0] == '(' else value >= low", "value >= low"),
    ("check_number", "value > low if ends[0] == '(' else value >= low", "value > low"),
    ("check_number", "value < high if ends[1] == ')' else value <= high", "value <= high"),
    ("check_number", "above and below and (abs(value) < math.inf)", "above and below"),
    ("_as_number", "is_symbolic(value) or isinstance(value, np.longdouble)", "is_symbolic(value)"),
    (
        "_as_number",
        "is_symbolic(value) or isinstance(value, np.longdouble)",
        "isinstance(value, np.longdouble)",
    ),
    ("as_unit_rate", "array < 1", "array <= 1"),
    ("as_unit_rate", "(array >= 0) & (array < 1)", "array < 1"),
    (
        "as_unit_rate",
        "not np.all((array >= 0) & (array < 1))",
        "np.any(~(array >= 0) & (array < 1))",
    ),
    ("check_int", "number < low", "number <= low"),
    ("check_int", "number > high", "number >= high"),
    ("check_int", "operator.index(value)", "int(value)"),
    (
        "check_choice",
        "not isinstance(value, str) or value not in options",
        "not isinstance(value, str)",
    ),
    ("check_choice", "not isinstance(value, str) or value not in options", "value not in options"),
    ("check_pair", "(number, number)", "(number, 1)"),
    ("check_pair", "len(value) != 2", "len(value) < 2"),
    ("check_pair", "check_int(value[1], f'{name}[1]', low)", "value[1]"),
    ("check_ndim", "x.ndim not in allowed", "x.ndim > max(allowed)"),
    ("check_shape", "len(shape) == x.ndim", "True"),
    ("check_shape", "want == got or isinstance(want, str)", "want == got"),
    ("as_generator", "check_int(rng, name, 0)", "0"),
    ("as_generator", "numbers.Integral", "numbers.Real"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
