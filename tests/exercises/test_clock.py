"""The time limit of a reader's own code."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from unittest import mock

import pytest

from nnlib.exercises._clock import TimeUp, run_within


def stubborn(seconds: float) -> str:
    """Goes on after any Exception, as SymPy does in places."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            time.sleep(seconds)
    return "done"


def test_the_time_limit_ends_what_goes_on():
    started = time.monotonic()
    with pytest.raises(TimeUp):
        run_within(0.05, stubborn, 1.0)
    assert time.monotonic() - started < 0.5
    assert run_within(0.05, stubborn, 0.01) == "done"
    time.sleep(0.1)  # no timer is left running


def test_a_time_limit_gives_the_signal_back():
    before = signal.getsignal(signal.SIGALRM)
    run_within(5, stubborn, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_time_limit_inside_another_leaves_it_running():
    def outer() -> str:
        run_within(5, stubborn, 0.01)
        return stubborn(1.0)

    started = time.monotonic()
    with pytest.raises(TimeUp):
        run_within(0.1, outer)
    assert time.monotonic() - started < 0.8


def test_a_timer_that_was_running_goes_on_with_what_is_left():
    rung: list[float] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        started = time.monotonic()
        run_within(5, stubborn, 0.05)
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0.05 < left < 0.17
        with contextlib.suppress(TimeUp):
            run_within(0.3, stubborn, 0.3)
        while not rung and time.monotonic() < started + 1:
            time.sleep(0.01)
        assert rung and rung[0] - started < 0.6
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_outside_the_main_thread_the_call_is_left_behind():
    outcome = []

    def limited() -> None:
        for seconds in (0.05, 5):
            try:
                outcome.append(run_within(seconds, stubborn, 0.3))
            except TimeUp:
                outcome.append("left")

    worker = threading.Thread(target=limited)
    worker.start()
    worker.join(20)
    assert outcome == ["left", "done"]


def test_errors_come_through_from_a_thread():
    outcome = []

    def failing() -> None:
        with pytest.raises(ValueError, match="invalid literal"):
            run_within(5, int, "x")
        outcome.append("raised")

    worker = threading.Thread(target=failing)
    worker.start()
    worker.join(20)
    assert outcome == ["raised"]


def test_without_timers_and_threads_the_call_simply_runs(monkeypatch):
    monkeypatch.delattr(signal, "setitimer")
    with mock.patch.object(threading.Thread, "start", side_effect=RuntimeError):
        assert run_within(0.01, stubborn, 0.05) == "done"
