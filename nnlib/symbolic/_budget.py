"""A budget of work, counted and not timed: the same verdict on every machine.

A stage of a question (the expansion of its names, the proof, the comparison at points) runs
within a :class:`Budget`. The engine's own functions say what they do by :func:`charge`; once a
quota is used up, that charge and every later one raises :class:`TooMuchWork`, and the stage has
no result. Nothing here looks at a clock, so that a verdict depends on the question only: not on
the speed or the load of the machine, nor on threads, caches or the order of questions.

How code must charge
    - A function that walks an expression charges 1 for each node that it visits.
    - A loop over pairs charges their number before it starts: products of polynomials are charged
      length × length, lists of facts likewise.
    - SymPy is not asked directly for anything that can take long. ``_algebra`` has ``expand``,
      ``together``, ``cancel``, ``factor``, ``limit`` and the like; it charges the predicted size
      of the work before the call. (A test forbids the direct way.)
    - What is charged must not depend on caches or on the order in which a set is walked: charge
      for what was asked and not for what was found in a cache, and sort sets before walking them.
    - One unit is about ten microseconds on a machine of 2024.

Whole numbers are guarded as well, in SymPy itself, since a single ``9**9**9`` never returns to
code of ours: while a budget is in force in this thread (and only then), a power or a factorial
that would be too long raises :class:`TooMuchWork`, and the root of a long number is left whole.

A last stop is set on processor time, with a wide margin (:func:`backstop`). It never decides
anything: reaching it is an error, :class:`Stuck`.
"""

from __future__ import annotations

import functools
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sympy as sp
from sympy.core.cache import clear_cache
from sympy.core.numbers import Integer, Rational
from sympy.external.gmpy import iroot
from sympy.logic.boolalg import Boolean
from sympy.polys import numberfields

__all__ = [
    "Answers",
    "Budget",
    "Stuck",
    "TooMuchWork",
    "Work",
    "backstop",
    "charge",
    "guarded",
    "working",
]

LONGEST_NUMBER = 14_000  # bits of a number; Python writes down no more than 4300 digits
LONGEST_EXPONENT = 1_000  # bits of a number in an exponential
LONGEST_TO_FACTOR = 2_000  # bits of a number whose root SymPy may look for factors of
BACKSTOP = 600.0  # seconds of processor time for one question
_LOOK_AT_CLOCK = 20_000  # units of work between two looks, where there is no timer


class TooMuchWork(BaseException):
    """A quota is used up, or a number is too long.

    SymPy catches ``Exception`` in dozens of places and goes on; only a ``BaseException`` gets
    through all of them. It never leaves the engine's public functions.
    """


class Stuck(RuntimeError):
    """Far more processor time has passed than the work that was counted can take.

    This is a fault of the program, or a machine a hundred times slower than expected; it says
    nothing about the question.
    """


class _Stopped(BaseException):
    """Carries :class:`Stuck` through SymPy."""


class _Local(threading.local):
    budget: Budget | None = None
    stop_at: float | None = None  # of the processor time of this thread


_local = _Local()


class Budget:
    """So many units of work and no more, in this thread, inside a ``with`` block.

    A budget inside another has its own quota; what is done in it is not charged to the outer one.
    """

    def __init__(self, quota: float) -> None:
        if not quota >= 0:
            raise ValueError(f"quota: expected a number of units of work, got {quota!r}")
        self.quota, self.work = quota, 0
        self._next_look = _LOOK_AT_CLOCK
        self._outer: list[Budget | None] = []

    def __enter__(self) -> Budget:
        _install_guard()
        self._outer.append(_local.budget)
        _local.budget = self
        return self

    def __exit__(self, *_: object) -> None:
        _local.budget = self._outer.pop()

    def charge(self, units: int) -> None:
        self.work += units
        if self.work > self.quota:
            raise TooMuchWork
        if self.work >= self._next_look:
            self._next_look = self.work + _LOOK_AT_CLOCK
            _look_at_clock()


def charge(units: int = 1) -> None:
    """Count work that is done or about to be done; without a budget nothing is counted.

    Raises :class:`TooMuchWork` where that is more than is left.
    """
    budget = _local.budget
    if budget is not None:
        budget.charge(units)


def working() -> bool:
    """Whether a budget is in force in this thread."""
    return _local.budget is not None


class Answers:
    """Answers that were found before, each charged for as if it were found anew.

    So what a question costs does not depend on the questions before it. A key must hold all that
    the answer depends on.
    """

    def __init__(self, most: int = 20_000) -> None:
        self.most = most
        self.found: dict[Any, tuple[Any, int]] = {}

    def cache_clear(self) -> None:
        """Forget everything, as the caches of ``functools`` do."""
        self.found.clear()

    def get(self, key: Any, find: Callable[[], Any]) -> Any:
        """The answer for ``key``: what ``find()`` returns, looked up where that is possible."""
        budget = _local.budget
        if budget is None:
            return find()
        known = self.found.get(key)
        if known is not None:
            answer, units = known
            budget.charge(units)
            return answer
        before = budget.work
        answer = find()
        if len(self.found) >= self.most:
            self.cache_clear()
        self.found[key] = answer, budget.work - before
        return answer


def guarded() -> Budget:
    """A budget without a quota: only the length of numbers is bounded."""
    return Budget(float("inf"))


# What each stage of a question may cost. A stage has its own quota and hands nothing on, so that a
# change in one moves no other's result.
QUOTAS = {
    "expansion": 300_000,  # of names, derivatives and limits
    "first points": 200_000,
    "proof": 600_000,
    "points": 600_000,
    "signs": 250_000,  # of the difference in an inequality
    "each size": 40_000,  # where there is no proof for all sizes
}


class Work:
    """What one question may cost, stage by stage, and what it has cost.

    Attributes:
        spent: units of work in all stages so far.
    """

    def __init__(self, effort: float = 1.0) -> None:
        self.effort, self.spent = effort, 0

    @contextmanager
    def stage(self, name: str) -> Iterator[Budget]:
        """A budget for one stage; after :class:`TooMuchWork` SymPy is as it was before."""
        budget = Budget(QUOTAS[name] * self.effort)
        try:
            with budget:
                yield budget
        except TooMuchWork:
            clear_cache()
            raise
        finally:
            self.spent += int(min(budget.work, budget.quota + 1))


def forget_assumptions(expr: sp.Basic) -> None:
    """Let SymPy work out anew what it knows of an expression and its parts.

    While an assumption is worked out it counts as unknown, and an interruption leaves it so: the
    next question about the same object would be answered differently.
    """
    seen: set[int] = set()
    left = [expr]
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        left += node.args
        if isinstance(node, sp.Expr) and not node.is_Atom:
            node._assumptions = node.default_assumptions


# --- the guard of whole numbers -------------------------------------------------------------------


def _bits(number: Any) -> int:
    return max(abs(int(number.p)).bit_length(), int(number.q).bit_length())


def is_long_number(expr: sp.Basic) -> bool:
    """Whether this is a number, or a power of two numbers, that is too long to compute with."""
    if isinstance(expr, Rational):
        return _bits(expr) > LONGEST_NUMBER
    if isinstance(expr, sp.Pow):
        return _is_long_power(*expr.args)
    return isinstance(expr, sp.factorial) and _is_long_factorial(expr.args[0])


def _is_long_power(base: sp.Basic, exponent: sp.Basic) -> bool:
    if not (isinstance(base, Rational) and isinstance(exponent, Rational)):
        return False
    bits = _bits(base)
    return bits > 1 and bits * abs(exponent.p) > LONGEST_NUMBER * exponent.q


def _is_long_factorial(n: sp.Basic) -> bool:
    return isinstance(n, Integer) and n.p > 0 and n.p * n.p.bit_length() > LONGEST_NUMBER


def _guarded_power(plain: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(plain)
    def power(self: Any, exponent: Any) -> Any:
        if _local.budget is not None and isinstance(exponent, Rational):
            if _is_long_power(self, exponent):
                raise TooMuchWork
            if exponent.q != 1 and _bits(self) > LONGEST_TO_FACTOR:
                return _long_root(self, exponent, plain)
        return plain(self, exponent)

    return power


def _long_root(base: Any, exponent: Any, plain: Callable[..., Any]) -> Any:
    """The root where it is exact; else None, which leaves it whole."""
    if base < 0:
        return None
    exact = all(iroot(int(part), int(exponent.q))[1] for part in (base.p, base.q))
    return plain(base, exponent) if exact else None


def _guarded_factorial(plain: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(plain)
    def evaluate(cls: type, n: Any) -> Any:
        if _local.budget is not None and _is_long_factorial(n):
            raise TooMuchWork
        return plain(cls, n)

    return evaluate


def _guarded_binomial(plain: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(plain)
    def evaluate(cls: type, n: Any, k: Any) -> Any:
        if _local.budget is not None and isinstance(n, Integer) and isinstance(k, Integer):
            fewer = min(abs(k.p), abs(n.p - k.p))
            if fewer * max(abs(n.p), 2).bit_length() > LONGEST_NUMBER:
                raise TooMuchWork
        return plain(cls, n, k)

    return evaluate


def _most_bits(expr: sp.Basic) -> float:
    """At most so many bits has the whole part of a number; counted roughly, and from above."""
    if isinstance(expr, Rational):
        return max(abs(expr.p).bit_length() - expr.q.bit_length() + 1, 0)
    if isinstance(expr, sp.Add):
        return max(map(_most_bits, expr.args)) + len(expr.args)
    if isinstance(expr, sp.Mul):
        return sum(map(_most_bits, expr.args))
    if isinstance(expr, sp.exp):
        return 1.5 * _at_most(expr.args[0])
    if isinstance(expr, sp.Pow):
        base, exponent = expr.args
        if exponent.is_negative:  # of a base that may be small
            return math.inf if not base.is_Rational else _most_bits(1 / base) * _at_most(-exponent)
        return max(_most_bits(base), 1) * _at_most(exponent)
    if isinstance(expr, (sp.NumberSymbol, sp.Float)):
        return max(math.log2(max(abs(float(expr)), 1)), 0) + 1
    if isinstance(expr, _BOUNDED):
        return 1
    return max(map(_most_bits, expr.args), default=1)


_BOUNDED = (sp.sin, sp.cos, sp.tanh, sp.sign, sp.KroneckerDelta)


def _at_most(expr: sp.Basic) -> float:
    bits = _most_bits(expr)
    return 2.0**bits if bits < 1000 else math.inf


def _guarded_rounding(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse to round a number off that is too long to write down."""

    @functools.wraps(plain)
    def evaluate(cls: type, *args: Any) -> Any:
        if _local.budget is not None:
            for arg in args:
                if isinstance(arg, sp.Expr) and arg.is_number and not arg.is_Rational:
                    if _most_bits(arg) > LONGEST_NUMBER:
                        raise TooMuchWork
        return plain(cls, *args)

    return evaluate


def _guarded_exponential(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse a tower of exponentials: looking at its digits would fill the memory."""

    @functools.wraps(plain)
    def evaluate(cls: type, arg: Any) -> Any:
        if _local.budget is not None and isinstance(arg, sp.Expr) and arg.is_number:
            if _most_bits(arg) > LONGEST_EXPONENT:
                raise TooMuchWork
        return plain(cls, arg)

    return evaluate


def _left_open(plain: Callable[..., Any]) -> Callable[..., Any]:
    """``equals`` simplifies without an end in sight; None says that it is not known."""

    @functools.wraps(plain)
    def equals(*args: Any, **options: Any) -> Any:
        return None if _local.budget is not None else plain(*args, **options)

    return equals


def _given_up(plain: Callable[..., Any]) -> Callable[..., Any]:
    """What SymPy tries on its way, and goes on without where it is not implemented."""

    @functools.wraps(plain)
    def function(*args: Any, **options: Any) -> Any:
        if _local.budget is not None:
            raise NotImplementedError
        return plain(*args, **options)

    return function


@functools.cache
def _install_guard() -> None:
    """Put the guard into SymPy, once; it does nothing where no budget is in force."""
    for kind in (Integer, Rational):
        kind._eval_power = _guarded_power(kind._eval_power)
    for function, wrapper in (
        (sp.factorial, _guarded_factorial),
        (sp.binomial, _guarded_binomial),
        (sp.floor, _guarded_rounding),
        (sp.ceiling, _guarded_rounding),
        (sp.Mod, _guarded_rounding),
        (sp.exp, _guarded_exponential),
    ):
        function.eval = classmethod(wrapper(function.eval.__func__))
    sp.Expr.equals = _left_open(sp.Expr.equals)
    numberfields.minimal_polynomial = _given_up(numberfields.minimal_polynomial)
    Boolean.as_set = _given_up(Boolean.as_set)


# --- the last stop --------------------------------------------------------------------------------

_processor_time = getattr(time, "thread_time", time.perf_counter)


def _look_at_clock() -> None:
    if _local.stop_at is not None and _processor_time() > _local.stop_at:
        raise _Stopped


@contextmanager
def backstop(seconds: float | None = None) -> Iterator[None]:
    """Raise :class:`Stuck` where the block takes absurdly long on the processor.

    In the main thread a timer interrupts whatever runs; elsewhere the time is looked at now and
    then while work is counted. A page that runs the engine in a worker can end the worker.
    """
    if _local.stop_at is not None:  # one inside another: the outer one holds
        yield
        return
    _local.stop_at = _processor_time() + (BACKSTOP if seconds is None else seconds)
    try:
        with _timer():
            yield
    except _Stopped:
        clear_cache()
        raise Stuck(
            "the engine did not come to an end: this says nothing about the question, "
            "and should be reported as a fault of the program"
        ) from None
    finally:
        _local.stop_at = None


@contextmanager
def _timer() -> Iterator[None]:
    """Look at the clock by a timer on processor time, where there is one that nobody uses."""
    usable = (
        hasattr(signal, "setitimer")
        and threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGPROF) == signal.SIG_DFL
    )
    if not usable:
        yield
        return

    def ring(signum: int, frame: Any) -> None:
        _look_at_clock()  # the timer counts other threads as well: it may ring too early
        if _local.stop_at is not None:
            signal.setitimer(signal.ITIMER_PROF, max(_local.stop_at - _processor_time(), 0.01))

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, max((_local.stop_at or 0.0) - _processor_time(), 0.01))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
