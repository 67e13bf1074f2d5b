"""What a student gets of an exercise: the question, and what can be said of an answer without
knowing the solution.

An author's `handout` of each question is written into one JSON file beside the notebook;
`handed_out` reads it there. Nothing in it comes from the solution but the results of a function on
a few inputs that everybody may see.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy as sp

from nnlib.exercises._base import Exercise, is_missing
from nnlib.exercises._derived import Symbols
from nnlib.exercises._feedback import as_markdown, as_plain, sentence
from nnlib.exercises._formula import Formula
from nnlib.exercises._function import Function
from nnlib.exercises._proof import Proof
from nnlib.exercises._results import agree, explain_kind, shown_pair
from nnlib.exercises._several import Several
from nnlib.exercises._short import Choice, Number, read_number
from nnlib.exercises._values import from_data, outcomes, to_data
from nnlib.symbolic import ParseError, exact, parse, to_latex, to_text

__all__ = ["HandedOut", "Seen", "handed_out", "handout"]

EXAMPLES = 2
_ASSUMED = ("integer", "positive", "real")  # all that reading and printing need
PUBLIC = "what everybody may see"
Said = tuple[str, str]  # as Markdown and in plain words


def handout(exercise: Exercise) -> dict[str, Any]:
    """What a student gets of `exercise`, as JSON data."""
    data: dict[str, Any] = {"kind": exercise.kind, "title": exercise.title}
    match exercise:
        case Several():
            data["answers"] = [handout(one) for one in exercise.answers.values()]
        case Formula() | Proof():
            data["symbols"] = _symbols_data(exercise.symbols)
        case Number():
            data["unit"] = exercise.unit
        case Choice():
            data["keys"] = list(exercise.options)
        case Function():
            data |= {"starter": exercise.starter(), "rtol": exercise.rtol, "atol": exercise.atol}
            data["examples"] = [
                {"arguments": [to_data(arg) for arg in args], "value": to_data(value)}
                for args, value in exercise.examples(PUBLIC, EXAMPLES)
            ]
    return data


def _symbols_data(symbols: Symbols) -> list[dict[str, Any]]:
    pairs = symbols.items() if isinstance(symbols, Mapping) else [(None, s) for s in symbols]
    return [_symbol_data(typed, symbol) for typed, symbol in pairs]


def _symbol_data(typed: str | None, symbol: Any) -> dict[str, Any]:
    if not isinstance(symbol, sp.Symbol | sp.IndexedBase):
        raise TypeError(f"symbols: {symbol} is neither a symbol nor a family, and not handed out")
    family = isinstance(symbol, sp.IndexedBase)
    letter = symbol.label if family else symbol
    assumed = {key: True for key in _ASSUMED if letter.assumptions0.get(key)}
    return {"typed": typed or letter.name, "name": letter.name, "family": family, **assumed}


def _symbol(data: Mapping[str, Any]) -> sp.Symbol | sp.IndexedBase:
    assumed = {k: v for k, v in data.items() if k not in ("typed", "name", "family")}
    letter = sp.Symbol(data["name"], **assumed)
    return sp.IndexedBase(letter) if data["family"] else letter


@dataclass(frozen=True)
class Seen:
    """What a public check saw; whether the answer is right is said after it was handed in.

    Attributes
    ----------
    fits : bool
        Whether the answer can be marked as it stands.
    message, text : str
        The same as Markdown and in plain words.
    """

    fits: bool
    message: str
    text: str

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/markdown": self.message}


class HandedOut:
    """A question of an assignment, as a student has it."""

    def __init__(self, name: str, data: Mapping[str, Any]) -> None:
        self.name, self.data = name, data

    def check(self, answer: Any) -> Seen:
        """Say how `answer` is read; never raises, and does not know whether it is right."""
        if is_missing(answer):
            said = f"There is no answer yet: put yours in place of the dots in {self.name}."
            return Seen(False, as_markdown(said), said)
        try:
            return Seen(True, *_SAYS[self.data["kind"]](self.data, answer))
        except (TypeError, ValueError, ArithmeticError) as error:  # a ParseError is a ValueError
            said = f"Not yet: {sentence(str(error))}"
            return Seen(False, as_markdown(said), said)


class _Questions:
    """The questions of an assignment, each by its name."""

    def __init__(self, questions: Mapping[str, HandedOut]) -> None:
        self.__dict__.update(questions)


def handed_out(path: str | Path) -> Any:
    """The questions in a file that an assignment brought along, each as an attribute.

    Raises ``FileNotFoundError`` where the file is not beside the notebook.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(
            f"{path.name}: expected it beside the notebook; it was handed out with it"
        )
    found = json.loads(path.read_text(encoding="utf-8"))
    return _Questions({name: HandedOut(name, data) for name, data in found.items()})


# --- what can be said -----------------------------------------------------------------------------


def _formula(data: Mapping[str, Any], answer: Any) -> Said:
    symbols = {one["typed"]: _symbol(one) for one in data["symbols"]}
    read = parse(answer, symbols) if isinstance(answer, str) else exact(answer)
    return f"Read as $\\displaystyle {to_latex(read)}$.", f"Read as {to_text(read)}."


def _number(data: Mapping[str, Any], answer: Any) -> Said:
    value = float(read_number(str(answer).strip().removesuffix(data["unit"])))
    said = f"Read as {value:.6g} {data['unit']}".rstrip() + "."
    return said, said


def _choice(data: Mapping[str, Any], answer: Any) -> Said:
    key = answer.strip().strip("()").lower() if isinstance(answer, str) else answer
    if key not in [one.lower() for one in data["keys"]]:
        raise ValueError(f"expected one of {', '.join(data['keys'])}, got {answer!r}")
    return f"Read as {key}.", f"Read as {key}."


def _proof(data: Mapping[str, Any], answer: Any) -> Said:
    lines = answer.splitlines() if isinstance(answer, str) else answer
    if not isinstance(lines, list | tuple):
        raise TypeError(f"expected a list of lines, got {type(lines).__name__}")
    return _listed([_line(data, number, line) for number, line in enumerate(lines, start=1)])


def _line(data: Mapping[str, Any], number: int, line: Any) -> Said:
    try:
        return _formula(data, line)
    except ParseError as error:
        raise ValueError(f"line {number}: {error}") from None


def _several(data: Mapping[str, Any], answer: Any) -> Said:
    answers = data["answers"]
    if not isinstance(answer, list | tuple) or len(answer) != len(answers):
        raise TypeError(f"expected a list of {len(answers)} answers")
    pairs = zip(answers, answer, strict=True)
    seen = [HandedOut(as_plain(one["title"]), one).check(entry) for one, entry in pairs]
    return _listed([(one.message, one.text) for one in seen])


def _listed(said: list[Said]) -> Said:
    both = zip(*[(f"{n}. {one}", f"{n}. {text}") for n, (one, text) in enumerate(said, 1)])
    markdown, text = map("\n".join, both)
    return markdown, text


def _function(data: Mapping[str, Any], answer: Any) -> Said:
    if not callable(answer):
        raise TypeError(f"expected a function, {data['starter']}")
    examples = data["examples"]
    for example, outcome in zip(examples, outcomes(answer, _arguments(examples)), strict=True):
        place = ", ".join(str(from_data(one)) for one in example["arguments"])
        if "value" not in outcome:
            raise ValueError(
                f"for {place}: {_WENT_WRONG[next(iter(outcome))].format(*outcome.values())}"
            )
        right, got = from_data(example["value"]), from_data(outcome["value"])
        problem = explain_kind(right, got)
        if problem:
            raise ValueError(f"for {place}: {as_plain(problem)}")
        if not agree(right, got, data["rtol"], data["atol"]):
            yours, wanted = map(as_plain, shown_pair(got, right))
            raise ValueError(f"for {place} it should give {wanted}; yours gives {yours}")
    said = f"It agrees on {len(examples)} public examples; it is marked on others."
    return said, said


def _arguments(examples: list[Any]) -> list[Any]:
    return [example["arguments"] for example in examples]


_WENT_WRONG = {
    "raised": "it raises {}",
    "time": "it takes longer than {} s; does a loop never end?",
    "changed": "it changes its argument number {} (from 0); work on a copy",
    "strange": "it gives back {}, not numbers",
}
_SAYS = {
    "formula": _formula,
    "number": _number,
    "choice": _choice,
    "proof": _proof,
    "several": _several,
    "function": _function,
}
