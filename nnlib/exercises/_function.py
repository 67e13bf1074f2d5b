"""Exercises whose answer is a Python function."""

from __future__ import annotations

import copy
import dis
import inspect
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from nnlib.exercises._base import Exercise, Mistake, first_match
from nnlib.exercises._clock import TimeUp, run_within
from nnlib.exercises._feedback import CORRECT, NO_ANSWER, WRONG, Feedback, as_markdown, sentence
from nnlib.symbolic import REFUTED, SymArray, equal, exact

__all__ = ["Function"]


class _Wrong(Exception):
    """The answer fails; the text says how (Markdown)."""


@dataclass(frozen=True)
class _Trial:
    args: tuple[Any, ...]
    expected: Any
    got: Any

    @property
    def size(self) -> int:
        return sum(np.size(a) for a in self.args)


class Function(Exercise):
    """The answer is a function, compared with the solution on inputs drawn for each check.

    Parameters
    ----------
    solution : function
        Its source is what is printed.
    inputs : function of a ``numpy.random.Generator``
        Draws the arguments of one call, as a tuple. Small ones make readable counterexamples.
    mistakes : sequence of (wrong function, message)
        A wrong function that agrees with the answer wherever it was tried gives its message.
    symbols : function without arguments, optional
        The arguments as symbols (`sym`, `symarray`); then the answer is also run on these and
        proved equal to the solution, so it must not round.
    rtol, atol : float
        How far a number may be off.
    time_limit : float
        Seconds for one call of the answer: code of a reader is timed, since nothing in it counts.
    """

    trials = 6

    def __init__(
        self,
        solution: Callable[..., Any],
        inputs: Callable[[np.random.Generator], tuple[Any, ...]],
        *,
        hint: str,
        mistakes: Sequence[Mistake],
        remark: str = "",
        symbols: Callable[[], tuple[Any, ...]] | None = None,
        rtol: float = 1e-9,
        atol: float = 1e-12,
        time_limit: float = 2.0,
    ) -> None:
        super().__init__(hint, mistakes, remark)
        for function in (solution, inputs, *(wrong for wrong, _ in mistakes)):
            if not callable(function):
                raise TypeError(f"expected a function, got {function!r}")
        self.solution, self.inputs, self.symbols = solution, inputs, symbols
        self.rtol, self.atol, self.time_limit = rtol, atol, time_limit

    def _judge(self, answer: Any) -> Feedback:
        if _is_starter(answer):
            return Feedback(NO_ANSWER, "Write the body of the function and run the cell again.")
        if not callable(answer):
            kind = as_markdown(type(answer).__name__)
            return Feedback(WRONG, f"A function is expected (`def …`), not {kind}.")
        try:
            self._check_signature(answer)
            self._check_numbers(answer)
            if self.symbols is not None:
                self._check_symbols(answer)
        except _Wrong as wrong:
            return Feedback(WRONG, str(wrong))
        return Feedback(CORRECT)

    def _check_signature(self, answer: Callable[..., Any]) -> None:
        args = self.inputs(np.random.default_rng(0))
        try:
            inspect.signature(answer).bind(*args)
        except TypeError:
            names = ", ".join(self._names())
            raise _Wrong(f"The function should take the arguments ({names}).") from None
        except ValueError:
            return  # a function without a signature, such as a NumPy ufunc

    def _names(self) -> list[str]:
        count = len(self.inputs(np.random.default_rng(0)))
        return list(inspect.signature(self.solution).parameters)[:count]

    def _check_numbers(self, answer: Callable[..., Any]) -> None:
        # Seeds that stay the same give the same feedback each time; only an answer that passes
        # with them meets fresh ones, so that nobody can answer by a table.
        for seeds in (range(self.trials), (None, None)):
            tried = [self._try(answer, np.random.default_rng(seed)) for seed in seeds]
            failed = [trial for trial in tried if not self._agrees(trial.expected, trial.got)]
            if failed:
                raise _Wrong(self._explain(tried, failed))

    def _try(self, answer: Callable[..., Any], rng: np.random.Generator) -> _Trial:
        args = self.inputs(rng)
        expected = self.solution(*copy.deepcopy(args))
        given = copy.deepcopy(args)
        got = self._call(answer, given, args)
        for name, before, after in zip(self._names(), args, given, strict=True):
            if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
                raise _Wrong(f"The function changes its argument `{name}`; work on a copy.")
        self._check_kind(expected, got)
        return _Trial(args, expected, got)

    def _call(self, answer: Callable[..., Any], given: tuple[Any, ...], args: Any) -> Any:
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                return run_within(self.time_limit, answer, *given)
        except TimeUp:
            raise _Wrong(
                f"A call takes longer than {self.time_limit:g} s; does a loop never end?"
            ) from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise _Wrong(f"{self._place(args)} your function raises {_named(error)}") from None

    def _check_kind(self, expected: Any, got: Any) -> None:
        if got is None:
            raise _Wrong("The function gives back `None`; is the `return` missing?")
        if isinstance(expected, tuple):
            if isinstance(got, np.ndarray) and got.ndim == 1 and not any(map(np.ndim, expected)):
                got = got.tolist()  # numbers may come in an array
            if not isinstance(got, tuple | list) or len(got) != len(expected):
                raise _Wrong(f"The function should give back {len(expected)} results.")
            for one, other in zip(expected, got, strict=True):
                self._check_kind(one, other)
            return
        try:
            array = np.asarray(got)
        except ValueError:
            array = np.asarray(None)
        if array.dtype.kind not in "biufc":
            raise _Wrong(f"The function should give back numbers, not `{type(got).__name__}`.")
        if array.shape != np.shape(expected):
            raise _Wrong(
                f"The result should have the shape {np.shape(expected)}; yours has {array.shape}."
            )

    def _agrees(self, expected: Any, got: Any) -> bool:
        if isinstance(expected, tuple):
            return all(map(self._agrees, expected, got))
        return bool(np.allclose(got, expected, rtol=self.rtol, atol=self.atol, equal_nan=True))

    def _explain(self, tried: list[_Trial], failed: list[_Trial]) -> str:
        named = first_match(self.mistakes, lambda wrong: self._is_that(wrong, tried))
        if named:
            return named
        if not any(isinstance(trial.expected, tuple) for trial in failed):
            for said, slip in _slips():
                if self._slipped(slip, tried):
                    return said
        smallest = min(failed, key=lambda trial: trial.size)
        yours = _shown(smallest.got, smallest.expected)
        right = _shown(smallest.expected, smallest.expected)
        return f"{self._place(smallest.args)} it should give {right}; yours gives {yours}."

    def _is_that(self, wrong: Callable[..., Any], tried: list[_Trial]) -> bool:
        try:
            with np.errstate(all="ignore"):
                return all(
                    self._agrees(wrong(*copy.deepcopy(trial.args)), trial.got) for trial in tried
                )
        except (ArithmeticError, TypeError, ValueError, IndexError):
            return False

    def _slipped(self, slip: Slip, tried: list[_Trial]) -> bool:
        with np.errstate(all="ignore"):
            made = [slip(np.asarray(trial.expected), np.asarray(trial.got)) for trial in tried]
        sides = [pair for pair in made if pair is not None]
        return len(sides) > 1 and all(self._agrees(*pair) for pair in sides)

    def _place(self, args: tuple[Any, ...]) -> str:
        listed = [f"{n} = {_plain(a)}" for n, a in zip(self._names(), args, strict=True)]
        return f"For `{', '.join(listed)}`"

    def _check_symbols(self, answer: Callable[..., Any]) -> None:
        assert self.symbols is not None
        expected = _flat(self.solution(*self.symbols()))
        try:
            got = _flat(run_within(self.time_limit * 5, answer, *self.symbols()))
        except (Exception, TimeUp) as error:
            raise _Wrong(
                "Right on numbers, but it does not run on symbols; use NumPy's functions, and "
                f"nothing that rounds, such as `float`. {_named(error)}"
            ) from None
        if len(got) != len(expected):
            raise _Wrong("Right on numbers, but its result on symbols has another shape.")
        statuses = [equal(a, b, effort=0.5).status for a, b in zip(got, expected, strict=True)]
        if REFUTED in statuses:
            raise _Wrong("Right on the numbers tried, but on symbols it is another formula.")

    def _show(self) -> str:
        source = inspect.cleandoc(inspect.getsource(self.solution))
        return f"```python\n{source}\n```"


Slip = Callable[[np.ndarray, np.ndarray], "tuple[np.ndarray, np.ndarray] | None"]


def _slips() -> Iterator[tuple[str, Slip]]:
    """What is often wrong with a result; each gives the two sides that then agree."""
    yield "The sign is flipped.", lambda right, got: (-right, got)
    yield "This is the reciprocal of the right result.", lambda right, got: (1 / right, got)
    for factor in (2, 0.5, 3, 1 / 3, 4, 0.25, 10, 0.1):
        said = f"The result is {factor:.3g} times the right one."
        yield said, lambda right, got, k=factor: (k * right, got)
    yield "This is the square of the right result.", lambda right, got: (right**2, got)
    yield "This is the square root of the right result.", lambda right, got: (right, got**2)
    yield "The result is in reverse order.", _in_series(slice(None, None, -1), slice(None))
    yield "The result comes one place too late.", _in_series(slice(-1), slice(1, None))
    yield "The result comes one place too early.", _in_series(slice(1, None), slice(-1))
    yield "Only the first entry is right.", _only_first


def _in_series(of_right: slice, of_got: slice) -> Slip:
    """Parts along the first axis; very short results could agree by chance."""
    return lambda right, got: (
        (right[of_right], got[of_got]) if right.ndim and len(right) > 2 else None
    )


def _only_first(right: np.ndarray, got: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The first entries; two sides that differ, where a later entry is right as well."""
    if not right.ndim or len(right) <= 2:
        return None
    later = any(np.allclose(a, b, equal_nan=True) for a, b in zip(right[1:], got[1:], strict=True))
    return (np.zeros(1), np.ones(1)) if later else (right[:1], got[:1])


def _is_starter(answer: Any) -> bool:
    """Whether it is a function whose body is still three dots (and perhaps a docstring)."""
    code = getattr(answer, "__code__", None)
    if not isinstance(code, types.CodeType):
        return False
    steps = list(dis.get_instructions(code))
    idle = {"RESUME", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "NOP", "POP_TOP"}
    loaded = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(step.opname in idle for step in steps) and loaded[-1] in (None, Ellipsis)


def _named(error: BaseException) -> str:
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return as_markdown(sentence(text))


def _flat(result: Any) -> list[sp.Expr]:
    parts = result if isinstance(result, tuple | list) else (result,)
    return [
        exact(value)
        for part in parts
        for value in (part.ravel().tolist() if isinstance(part, SymArray) else [part])
    ]


def _plain(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.ndim:
        return np.array2string(value, precision=4, separator=", ").replace("\n", "")
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    return str(value)


def _shown(value: Any, like: Any) -> str:
    if isinstance(like, tuple):  # the value may be a list: of results that differ in shape
        return ", ".join(map(_shown, value, like))
    return f"`{_plain(np.asarray(value)) if np.ndim(value) else _plain(value)}`"
