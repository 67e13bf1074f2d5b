"""The proof alone: with nothing that compares values, it proves no false line."""

from __future__ import annotations

import contextlib

import pytest
import test_false_lines as lines

from nnlib.symbolic import _proof as proving
from nnlib.symbolic import _question as asking

QUICK = [(place, slip) for place, slip in lines.SLIPS if place[0] != "batch norm"][::3]


@pytest.mark.parametrize(("place", "slip"), QUICK)
def test_the_proof_alone_proves_no_false_line(place, slip):
    line = lines.LINES[place]
    asked = asking.Question(line.left, line.false[slip], line.given, line.where)
    with contextlib.suppress(NotImplementedError):
        proved, _ = proving.prove(asked.expanded())
        assert not proved
