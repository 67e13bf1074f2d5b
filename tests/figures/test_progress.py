"""A line of progress, where somebody reads it."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import Any

import ipywidgets
import pytest

from nnlib.figures import (
    _progress,
)


@pytest.fixture(autouse=True)
def no_widget_is_left() -> Any:
    yield
    ipywidgets.Widget.close_all()


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


def progress(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> tuple[Clock, io.StringIO, Any]:
    clock, stream = Clock(), io.StringIO()
    stream.isatty = lambda: terminal
    monkeypatch.setattr(_progress, "time", clock)
    monkeypatch.setattr(_progress, "sys", SimpleNamespace(modules={}, stderr=stream))
    return clock, stream, _progress.Progress(9)


def test_a_line_on_a_terminal_comes_after_two_seconds_and_goes_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, stream, line = progress(monkeypatch, terminal=True)
    with line:
        for clock.now in (101.0, 102.0, 102.1, 102.3, 102.6, 102.7):
            line.advance()
    assert stream.getvalue() == ("\rcomputing frame 3 of 9\rcomputing frame 6 of 9\r\033[K")


def test_in_a_notebook_each_line_takes_the_place_of_the_last_and_the_last_goes_at_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cleared: list[bool] = []
    display = SimpleNamespace(clear_output=lambda wait: cleared.append(wait))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    clock, stream, line = progress(monkeypatch, terminal=True)
    line.notebook = True
    with line:
        for clock.now in (103.0, 104.0):
            line.advance()
    assert cleared == [True, True, False] and stream.getvalue() == ""
    assert capsys.readouterr().out == "computing frame 1 of 9\ncomputing frame 2 of 9\n"


def test_nothing_is_said_where_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stream, line = progress(monkeypatch, terminal=False)
    with line:
        clock.now = 105.0
        line.advance()
    assert stream.getvalue() == ""


def test_what_is_quick_leaves_the_line_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, stream, line = progress(monkeypatch, terminal=True)
    with line:
        clock.now = 101.9
        line.advance()
    assert stream.getvalue() == "" and line.done == 1


@pytest.mark.parametrize(
    ("modules", "shell", "watched"),
    [
        ({}, None, False),
        ({"ipykernel": 1}, None, False),
        ({"ipykernel": 1}, SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=True)), True),
        ({"ipykernel": 1}, SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=False)), False),
        ({"ipykernel": 1}, SimpleNamespace(kernel=SimpleNamespace()), False),
        ({"ipykernel": 1}, SimpleNamespace(), False),
    ],
)
def test_a_watched_notebook_may_ask_for_input(
    monkeypatch: pytest.MonkeyPatch, modules: Any, shell: Any, watched: bool
) -> None:
    ipython = SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr(_progress, "sys", SimpleNamespace(modules=modules))
    assert _progress.watched_notebook() is watched
