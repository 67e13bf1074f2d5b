"""A time limit for symbolic work, which can run for minutes without warning."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable
from typing import Any


class TimeUp(BaseException):
    """The time is over.

    SymPy catches ``Exception`` in dozens of places and goes on; only a
    ``BaseException`` gets through all of them.
    """


def run_within(seconds: float, function: Callable[..., Any], *args: Any) -> Any:
    """Return ``function(*args)``, or raise :class:`TimeUp` after ``seconds``.

    In the main thread of a POSIX process a timer signal interrupts the call. Elsewhere there is
    no such signal, so the call runs in a process of its own, which is ended when time is up.
    """
    if seconds <= 0:
        raise TimeUp
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        return _with_timer(seconds, function, *args)
    return _in_process(seconds, function, *args)


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


def _answer(pipe: Any, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    try:
        pipe.send((True, function(*args)))
    except Exception as error:
        pipe.send((False, error))


def _in_process(seconds: float, function: Callable[..., Any], *args: Any) -> Any:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(there, function, args), daemon=True)
    process.start()
    there.close()
    try:
        if not here.poll(seconds):
            raise TimeUp
        try:
            returned, value = here.recv()
        except EOFError:
            raise TimeUp from None
    finally:
        process.kill()
        process.join()
        here.close()
    if not returned:
        raise value
    return value
