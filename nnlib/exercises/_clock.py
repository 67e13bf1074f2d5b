"""A time limit for a reader's own code, which may hold a loop that never ends.

Verdicts know no clock (the engine counts its work); what a reader wrote counts nothing.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from sympy.core.cache import clear_cache

__all__ = ["TimeUp", "run_within"]


class TimeUp(BaseException):
    """The time is over. A ``BaseException``, so that the reader's ``except`` does not catch it."""


def run_within(seconds: float, function: Callable[..., Any], *args: Any) -> Any:
    """Return ``function(*args)``, or raise :class:`TimeUp` after ``seconds``.

    In the main thread of a POSIX process a timer signal interrupts the call. Elsewhere it runs in
    a thread that is left behind when the time is up; where there are no threads (in a browser,
    whose page ends its worker), it simply runs.
    """
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        try:
            return _with_timer(seconds, function, *args)
        except TimeUp:
            clear_cache()  # SymPy may have been interrupted while it worked something out
            raise
    return _in_thread(seconds, function, *args)


def _with_timer(seconds: float, function: Callable[..., Any], *args: Any) -> Any:
    def ring(signum: int, frame: Any) -> None:
        raise TimeUp

    started = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left:  # somebody else's timer was running: give it back what is left of it
            passed = time.monotonic() - started
            signal.setitimer(signal.ITIMER_REAL, max(left - passed, 1e-3), interval)


def _in_thread(seconds: float, function: Callable[..., Any], *args: Any) -> Any:
    outcome: list[tuple[bool, Any]] = []

    def work() -> None:
        try:
            outcome.append((True, function(*args)))
        except BaseException as error:
            outcome.append((False, error))

    worker = threading.Thread(target=work, daemon=True)
    try:
        worker.start()
    except RuntimeError:
        return function(*args)
    worker.join(seconds)
    if not outcome:
        raise TimeUp
    done, value = outcome[0]
    if not done:
        raise value
    return value
