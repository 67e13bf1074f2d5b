"""Faults planted in the page's own Python, to be noticed by tests/runtime/test_page_modules.py."""

from __future__ import annotations

import functools

import pytest
from planted import Fault, faults_in, must_be_noticed

from tests.runtime import test_page_modules as tests

STANDS_ON = tests.test_a_cell_stands_on_those_that_made_what_it_uses
CASES = [case for mark in STANDS_ON.pytestmark for case in mark.args[1]]
CHECKS = [functools.partial(STANDS_ON, *case) for case in CASES]

FAULTS = faults_in(
    "page_needs",
    ("needed", "n < one", "n < cell"),
    ("_sources_of", "break", "pass"),
    ("_sources_of", "reversed(before)", "before"),
    ("_sources_of", "not imported", "True"),
    ("_look", "found.reads |= _root(node.target)", "pass"),
    ("_look", "found.makes.add(node.name)", "pass"),
    ("_look", "isinstance(node.value.func, ast.Attribute)", "False"),
    ("_look", "isinstance(target, ast.Attribute | ast.Subscript)", "False"),
    ("_root", "node.func if isinstance(node, ast.Call) else node.value", "node.value"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
