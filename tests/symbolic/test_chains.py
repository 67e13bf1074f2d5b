"""How the lines of a chain are related."""

from __future__ import annotations

import pytest

from nnlib.symbolic._chains import as_relation, combined


@pytest.mark.parametrize(
    ("relations", "whole"),
    [
        ([], "="),
        (["=", "="], "="),
        (["=", "<=", "="], "<="),
        (["<=", "<"], "<"),
        (["<", "<=", "<="], "<"),
        ([">=", "=", ">="], ">="),
        ([">", ">="], ">"),
    ],
)
def test_a_chain_is_strict_where_one_line_is(relations, whole):
    assert combined(relations) == whole


@pytest.mark.parametrize("relations", [["<", ">"], ["<=", "=", ">="], [">", "<="]])
def test_nothing_follows_from_two_directions(relations):
    with pytest.raises(ValueError, match="the bound: .* nothing follows"):
        combined(relations, "the bound")


@pytest.mark.parametrize("wrong", ["==", "≤", "", "!="])
def test_what_is_no_relation_is_refused(wrong):
    with pytest.raises(ValueError, match=f"relation must be one of .*, got '{wrong}'"):
        as_relation(wrong)
    with pytest.raises(ValueError, match="relation must be one of"):
        combined(["=", wrong])
