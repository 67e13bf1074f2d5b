"""Exercises whose answer is a Python function."""

from __future__ import annotations

import copy
import dis
import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from nnlib.exercises._base import Exercise
from nnlib.exercises._clock import TimeUp, run_within
from nnlib.exercises._feedback import as_markdown, sentence
from nnlib.exercises._judgement import (
    RIGHT,
    UNDECIDED,
    WRONG,
    Found,
    Judgement,
    Mistake,
    Part,
    judged,
)
from nnlib.exercises._numpy import np
from nnlib.exercises._results import (
    agree,
    differing,
    explain_kind,
    shown_pair,
    single_entry,
    slip_of,
)
from nnlib.exercises._values import Outcome, from_data, outcomes, to_data
from nnlib.exercises._variants import Draw
from nnlib.symbolic import PROVED, REFUTED, equal, exact

__all__ = ["Function"]


class _Wrong(Exception):
    """The whole answer fails; the text says how (Markdown)."""

    def __init__(self, message: str, mistake: str) -> None:
        super().__init__(message)
        self.message, self.mistake = message, mistake


@dataclass(frozen=True)
class _Trial:
    args: tuple[Any, ...]
    expected: Any
    got: Any

    @property
    def size(self) -> int:
        return sum(np.size(a) for a in self.args)


class Function(Exercise):
    """The answer is a function, compared with the solution on drawn inputs.

    Parameters
    ----------
    solution : function
        Its source is what is printed.
    draw : function of a ``numpy.random.Generator``
        Draws the arguments of one call, as a tuple. Small ones make readable counterexamples.
    mistakes : sequence of (id, wrong function, message)
        A wrong function that agrees with the answer wherever it was tried gives its message.
    parts : sequence of `Part`, optional
        One for each of several results; each is then judged by itself.
    symbols : function without arguments, optional
        The arguments as symbols (`sym`, `symarray`); then an answer that is right on numbers is
        also run on these. Where it cannot be proved equal to the solution, it is right all the
        same, and says so.
    trials : int
        How many inputs are drawn.
    rtol, atol : float
        How far a number may be off.
    time_limit : float
        Seconds for one call of the answer: code of a reader is timed, since nothing in it counts.

    A variant has inputs of its own.
    """

    kind = "function"
    seed: Any = 0

    def __init__(
        self,
        solution: Callable[..., Any],
        draw: Callable[[Any], tuple[Any, ...]],
        *,
        title: str,
        question: str,
        hints: Sequence[str],
        mistakes: Sequence[Mistake | tuple[Any, ...]],
        remark: str = "",
        parts: Sequence[Part] = (),
        symbols: Callable[[], tuple[Any, ...]] | None = None,
        trials: int = 8,
        rtol: float = 1e-9,
        atol: float = 1e-12,
        time_limit: float = 2.0,
    ) -> None:
        super().__init__(
            title=title,
            question=question,
            hints=hints,
            mistakes=mistakes,
            remark=remark,
            parts=parts,
        )
        for function in (solution, draw, *(mistake.answer for mistake in self.mistakes)):
            if not callable(function):
                raise TypeError(f"expected a function, got {function!r}")
        self.solution, self.draw, self.symbols = solution, draw, symbols
        self.trials, self.rtol, self.atol = trials, rtol, atol
        self.time_limit = time_limit

    # --- what an answer is tried on -----------------------------------------------------------------

    def inputs(self, seed: Any) -> list[list[Any]]:
        """Lists of arguments drawn from `seed`, as JSON data."""
        return [[to_data(arg) for arg in args] for args in self._arguments(seed)]

    def examples(self, seed: Any, count: int) -> list[tuple[tuple[Any, ...], Any]]:
        """Arguments drawn from `seed`, with what the solution makes of them."""
        drawn = self._arguments(seed)[:count]
        return [(args, self.solution(*copy.deepcopy(args))) for args in drawn]

    def _arguments(self, seed: Any) -> list[tuple[Any, ...]]:
        draw = Draw(seed, "inputs")
        rngs = [np.random.default_rng(draw.below(2**63)) for _ in range(self.trials)]
        return [self.draw(rng) for rng in rngs]

    @property
    def varies(self) -> bool:
        return True

    def _drawn(self, seed: Any) -> Exercise:
        made = super()._drawn(seed)
        made.seed = seed
        return made

    def starter(self) -> str:
        return f"def {self.answer_name()}({', '.join(self._names())}): ..."

    def answer_name(self) -> str:
        return self.name or self.solution.__name__.lstrip("_")

    def _names(self) -> list[str]:
        parameters = inspect.signature(self.solution).parameters.values()
        return [one.name for one in parameters if one.default is one.empty]

    def _own_data(self) -> dict[str, Any]:
        return {"arguments": self._names(), "time_limit": self.time_limit}

    # --- judging ------------------------------------------------------------------------------------

    def _judge(self, answer: Any) -> Judgement:
        if _is_starter(answer):
            return self._no_answer()
        if not callable(answer):
            kind = as_markdown(type(answer).__name__)
            return self._all(Found(WRONG, f"A function is expected (`def …`), not {kind}."))
        if not self._takes_arguments(answer):
            names = ", ".join(self._names())
            said = f"The function should take the arguments ({names})."
            return self._all(Found(WRONG, said, "slip-arguments"))
        inputs = self.inputs(self.seed)
        judgement = self._judge_outcomes(inputs, outcomes(answer, inputs, self.time_limit))
        if judgement.right and self.symbols is not None:
            return self._all(Found(RIGHT, self._on_symbols(answer)))
        return judgement

    def judge_values(self, seed: Any, values: Sequence[Outcome]) -> Judgement:
        """Judge what a function did with ``inputs(seed)``, as `outcomes` gives it.

        The values may come from code that is not trusted: they are data, and are compared here.
        """
        return self._guarded(lambda: self._judge_outcomes(self.inputs(seed), values))

    def _takes_arguments(self, answer: Callable[..., Any]) -> bool:
        try:
            inspect.signature(answer).bind(*self._names())
        except TypeError:
            return False
        except ValueError:
            pass  # a function without a signature, such as a NumPy ufunc
        return True

    def _judge_outcomes(self, inputs: list[list[Any]], values: Sequence[Outcome]) -> Judgement:
        if not isinstance(values, list | tuple) or len(values) != len(inputs):
            return self._all(Found(UNDECIDED, f"Expected {len(inputs)} results."))
        try:
            pairs = zip(inputs, values, strict=True)
            tried = [self._trial(data, outcome) for data, outcome in pairs]
        except _Wrong as wrong:
            return self._all(Found(WRONG, wrong.message, wrong.mistake))
        if len(self.parts) == 1:
            return self._all(self._compare(tried, None))
        return judged(self.parts, [self._compare(tried, k) for k in range(len(self.parts))])

    def _trial(self, data: list[Any], outcome: Outcome) -> _Trial:
        args = tuple(from_data(one) for one in data)
        expected = self.solution(*copy.deepcopy(args))
        got = self._value(args, outcome)
        apart = len(self.parts) > 1 and isinstance(got, tuple | list)
        if not (apart and len(got) == len(self.parts)):  # else each part has its own kind
            problem = explain_kind(expected, got)
            if problem:
                raise _Wrong(problem, "slip-kind")
        return _Trial(args, expected, got)

    def _value(self, args: tuple[Any, ...], outcome: Outcome) -> Any:
        match outcome:
            case {"value": data}:
                try:
                    return from_data(data)
                except ValueError as error:
                    said = as_markdown(f"The result cannot be read: {error}.")
                    raise _Wrong(said, "slip-kind") from None
            case {"time": seconds}:
                said = f"A call takes longer than {seconds:g} s; does a loop never end?"
                raise _Wrong(said, "slip-endless")
            case {"changed": int(place)} if 0 <= place < len(args):
                name = self._names()[place]
                said = f"The function changes its argument `{name}`; work on a copy."
                raise _Wrong(said, "slip-changes-argument")
            case {"strange": str(kind)}:
                said = f"The function should give back numbers, not `{as_markdown(kind)}`."
                raise _Wrong(said, "slip-kind")
            case {"raised": str(text)}:
                error = as_markdown(sentence(text[:300]))
                raise _Wrong(f"{self._place(args)} your function raises {error}", "slip-raises")
        raise ValueError(f"an outcome is expected, not {str(outcome)[:60]}")

    def _compare(self, tried: list[_Trial], part: int | None) -> Found:
        """What is found out about one of several results, or about all of what comes back."""
        right = [_part(trial.expected, part) for trial in tried]
        got = [_part(trial.got, part) for trial in tried]
        problems = filter(None, map(explain_kind, right, got))
        if problem := next(problems, ""):
            return Found(WRONG, problem, "slip-kind")
        if all(map(self._agrees, right, got)):
            return Found(RIGHT)
        for mistake in self.mistakes:
            if self._is_that(mistake.answer, tried, part, got):
                return Found(WRONG, mistake.message, mistake.id, mistake.points)
        slip = slip_of(right, got, self.rtol, self.atol)
        if slip:
            return Found(WRONG, slip[1], f"slip-{slip[0]}")
        wrong = [k for k in range(len(tried)) if not self._agrees(right[k], got[k])]
        smallest = min(wrong, key=lambda k: tried[k].size)
        trial = tried[smallest]
        place = self._place(trial.args)
        entry = single_entry(right[smallest], got[smallest], trial.args, self.rtol, self.atol)
        if entry:
            return Found(WRONG, entry)
        where = differing(right[smallest], got[smallest], self.rtol, self.atol)
        yours, wanted = shown_pair(got[smallest], right[smallest])
        return Found(WRONG, f"{where}{place} it should give {wanted}; yours gives {yours}.")

    def _agrees(self, expected: Any, got: Any) -> bool:
        return agree(expected, got, self.rtol, self.atol)

    def _is_that(
        self, wrong: Callable[..., Any], tried: list[_Trial], part: int | None, got: list[Any]
    ) -> bool:
        try:
            with np.errstate(all="ignore"):
                made = [_part(wrong(*copy.deepcopy(trial.args)), part) for trial in tried]
        except (ArithmeticError, TypeError, ValueError, IndexError):
            return False
        return all(map(self._agrees, made, got))

    def _place(self, args: tuple[Any, ...]) -> str:
        listed = [f"{n} = {_plain(a)}" for n, a in zip(self._names(), args, strict=True)]
        return f"For `{', '.join(listed)}`"

    # --- on symbols ---------------------------------------------------------------------------------

    def _on_symbols(self, answer: Callable[..., Any]) -> str:
        """Nothing where it is proved equal to the solution, else why it was not."""
        assert self.symbols is not None
        expected = _flat(self.solution(*self.symbols()))
        try:
            got = _flat(run_within(self.time_limit * 5, answer, *self.symbols()))
        except (Exception, TimeUp) as error:
            text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            return (
                "On symbols it does not run, so that it was not proved: "
                f"{as_markdown(sentence(text))}"
            )
        if len(got) != len(expected):
            return "On symbols its result has another shape, so that it was not proved."
        for one, other in zip(got, expected, strict=True):
            status = equal(one, other, effort=0.5).status
            if status == REFUTED:
                return "On symbols it takes another way, so that it was not proved."
            if status != PROVED:
                return "It agrees on all numbers tried; it was not proved on symbols."
        return ""

    def _show(self) -> str:
        source = inspect.cleandoc(inspect.getsource(self.solution))
        return f"```python\n{source}\n```"


def _part(value: Any, part: int | None) -> Any:
    return value if part is None else value[part]


def _is_starter(answer: Any) -> bool:
    """Whether it is a function whose body is still three dots (and perhaps a docstring)."""
    code = getattr(answer, "__code__", None)
    if not isinstance(code, types.CodeType):
        return False
    steps = list(dis.get_instructions(code))
    idle = {"RESUME", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "NOP", "POP_TOP"}
    loaded = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return all(step.opname in idle for step in steps) and loaded[-1] in (None, Ellipsis)


def _flat(result: Any) -> list[sp.Expr]:
    if isinstance(result, tuple | list):
        return [value for part in result for value in _flat(part)]
    return [exact(value) for value in np.ravel(result).tolist()]


def _plain(value: Any) -> str:
    if isinstance(value, np.ufunc):
        return f"np.{value.__name__}"
    if isinstance(value, np.ndarray) and value.ndim:
        return np.array2string(value, precision=4, separator=", ").replace("\n", "")
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    return str(value)
