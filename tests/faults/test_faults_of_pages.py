"""Faults planted in ``nnlib.pages``, to be noticed by tests/chapters/test_pages.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.chapters import test_pages

CHECKS = checks_in(vars(test_pages))

FAULTS = faults_in(
    "nnlib.pages",
    ("source", "'\\n\\n\\n'", "'\\n'"),
    (
        "table",
        "[list(header), ['---'] * len(header), *cells]",
        "[list(header), ['---'] * len(header), *cells[1:]]",
    ),
    ("_cell", "number(value, 4)", "number(value, 2)"),
    ("_cell", "str(value).replace('-', '−')", "str(value)"),
    ("table", "(len(row[n]) for row in [list(header), *cells])", "(len(row[n]) for row in cells)"),
    (
        "table",
        (
            "'  '.join((f'{value:<{width}}' for value, width in zip(row, widths, "
            "strict=True))).rstrip()"
        ),
        "'  '.join((f'{value:<{width}}' for value, width in zip(row, widths, strict=True)))",
    ),
    ("caught", "raise AssertionError('the planted fault was not noticed')", "text = ''"),
    ("caught", "(ValueError, AssertionError)", "Exception"),
    ("caught", "(ValueError, AssertionError)", "ValueError"),
    ("caught", "_wrapped(line)", "line"),
    ("_wrapped", "False", "True"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
