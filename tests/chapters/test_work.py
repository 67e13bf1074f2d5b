"""A chapter runs in a quarter of a minute: what its cells do is counted, not timed.

The engine counts its own work, in units of about five microseconds. A figure's work is that of
its frames; a shape in one of them takes as long as a dozen units. The start of Python and of the
kernel, some two seconds, comes on top.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from chapter_cells import Cell, as_cell, code_cells, execute
from rules import chapters

from nnlib.figures import _frames
from nnlib.symbolic import _budget

MOST = 2_400_000
SHAPE = 12


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the work of the engine and of figures in this block, both in units of the engine."""
    count: Counter[str] = Counter()
    leave, draw = _budget.Budget.__exit__, _frames.Encoder.drawn

    def leaving(budget, *error):
        count["engine"] += budget.work
        leave(budget, *error)

    def drawing(encoder, *frame):
        shapes = draw(encoder, *frame)
        count["figures"] += SHAPE * len(shapes)
        return shapes

    with (
        mock.patch.object(_budget.Budget, "__exit__", leaving),
        mock.patch.object(_frames.Encoder, "drawn", drawing),
    ):
        yield count


def work_of(cells: list[Cell]) -> Counter[str]:
    with counted() as count:
        names = {"__name__": "chapter"}
        for cell in cells:
            execute(cell, names)
    return count


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_a_chapter_runs_fast(path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.chdir(path.parent)  # where cells find the recorded values
    count = work_of(code_cells(path))
    with capsys.disabled():
        said = ", ".join(f"{name} {units:,}" for name, units in sorted(count.items()))
        print(f"\n{path.stem}: {said}; at most {MOST:,} together")
    assert count["engine"] > 0 and count["figures"] > 0
    assert count.total() <= MOST, f"{path.stem}: make its slowest cells faster, or smaller figures"


LINE = """
import sympy as sp
from nnlib.symbolic import Derivation
k, K = sp.Symbol("k", integer=True), sp.Symbol("K", integer=True, positive=True)
x = sp.IndexedBase("x", real=True)
for _ in range({times}):
    Derivation(sp.Sum(2 * x[k], (k, 0, K - 1)), 2 * sp.Sum(x[k], (k, 0, K - 1)), "a factor")
"""
FIGURE = """
from nnlib.figures import Line, MovingFigure, Slider
MovingFigure(
    lambda a: [Line([0, 1], [0, a])],
    a=Slider(range({times})), x=("x", 0, 1), y=("y", 0, 99), alt="A line that rises.",
)
"""


@pytest.mark.parametrize("kind, source", [("engine", LINE), ("figures", FIGURE)])
def test_the_same_again_is_twice_the_work(kind: str, source: str) -> None:
    once, again, twice = (
        work_of([as_cell("cell", source.format(times=times))])[kind] for times in (10, 10, 20)
    )
    assert once == again > 0 and twice == 2 * once
