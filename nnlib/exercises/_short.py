"""Exercises whose answer is a number or one of several statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sympy as sp

from nnlib.exercises._base import Exercise, first_match, found_mistake
from nnlib.exercises._feedback import as_markdown, sentence
from nnlib.exercises._judgement import RIGHT, UNREADABLE, WRONG, Found, Judgement, Mistake, Part
from nnlib.exercises._variants import Draw
from nnlib.symbolic import PROVED, ParseError, equal, exact, parse, to_latex

__all__ = ["Choice", "Number"]

THREE_DIGITS = 0.005  # what is rounded to three significant digits is off by this much at most
_CLOSE = 0.05


class Number(Exercise):
    """The answer is a number: typed, computed, or a SymPy number.

    Parameters
    ----------
    solution : number or SymPy expression without symbols
        Printed exactly, and rounded where that is not the same.
    tolerance : float
        The relative error that is accepted, announced with the question; 0 asks for the exact
        value.
    unit : str
        What is counted ("steps"); it may be typed after the number.
    """

    kind = "number"

    def __init__(
        self,
        solution: Any,
        *,
        title: str,
        question: str,
        hints: Sequence[str],
        mistakes: Sequence[Mistake | tuple[Any, ...]],
        remark: str = "",
        parts: Sequence[Part] = (),
        tolerance: float = THREE_DIGITS,
        unit: str = "",
    ) -> None:
        super().__init__(
            title=title,
            question=question,
            hints=hints,
            mistakes=mistakes,
            remark=remark,
            parts=parts,
        )
        self.solution, self.tolerance, self.unit = exact(solution), tolerance, unit
        if self.solution.free_symbols or not self.solution.is_real:
            raise ValueError(f"solution: expected a real number, got {solution}")
        if not 0 <= tolerance < 1:
            raise ValueError(f"tolerance: expected a number in [0, 1), got {tolerance}")
        self.mistakes = tuple(m._replace(answer=exact(m.answer)) for m in self.mistakes)
        self._check_apart()

    def _check_apart(self) -> None:
        """A mistake that cannot be told from the solution or from another one names nothing."""
        seen = [("the solution", self.solution)]
        for mistake in self.mistakes:
            for other, value in seen:
                if self._near(mistake.answer, value):
                    raise ValueError(f"mistakes: {mistake.id} has the value of {other}")
            seen.append((mistake.id, mistake.answer))

    def prompt(self) -> str:
        unit = f" The unit is {self.unit}." if self.unit else ""
        if self.tolerance == THREE_DIGITS:
            return f"Three significant digits are enough.{unit}"
        if self.tolerance:
            return f"An error of {100 * self.tolerance:g} % is accepted.{unit}"
        return f"{'A whole number.' if self.solution.is_Integer else 'Give it exactly.'}{unit}"

    def preview(self, text: str) -> str:
        return to_latex(self._read(text))

    def _judge(self, answer: Any) -> Judgement:
        return self._all(self._found(answer))

    def _found(self, answer: Any) -> Found:
        try:
            number = self._read(answer)
        except ParseError as error:
            return Found(UNREADABLE, as_markdown(sentence(str(error))))
        except (TypeError, ValueError, OverflowError) as error:
            return Found(UNREADABLE, as_markdown(f"One number is expected: {error}."))
        if self._near(number, self.solution):
            return Found(RIGHT)
        named = first_match(self.mistakes, lambda wrong: self._near(number, wrong))
        if named:
            return found_mistake(named)
        for slip, wrong, message in self._slips():
            if self._near(number, wrong):
                return Found(WRONG, message, slip)
        return Found(WRONG, *self._by_size(number))

    def _read(self, answer: Any) -> sp.Expr:
        if isinstance(answer, str):
            return self._typed(answer)
        if isinstance(answer, bool):
            raise TypeError("got True or False")
        if not isinstance(answer, sp.Expr):
            _must_be_number(answer)
            answer = sp.Float(float(answer), 17) if isinstance(answer, float) else exact(answer)
        return _real(answer)

    def _typed(self, text: str) -> sp.Expr:
        return _real(read_number(self._without_unit(text)))

    def _without_unit(self, text: str) -> str:
        """What stands before the unit, or before the word for what the question counts."""
        if self.unit:
            return re.sub(rf"\s*{re.escape(self.unit)}\s*$", "", text)
        number, word = _number_and_word(text)
        counted = rf"\bhow many (\w+ )?{word.rstrip('s')}s?\b"
        return number if word and re.search(counted, self.question, re.IGNORECASE) else text

    def _near(self, number: sp.Expr, target: sp.Expr) -> bool:
        if not target.is_finite:  # any number is within a share of infinity
            return False
        if not self.tolerance:
            return equal(_rational(number), target).status == PROVED
        distance = abs(float(number) - float(target))
        # A rounding of what is just at the edge is still within it.
        return distance <= (self.tolerance + 1e-12) * (abs(float(target)) or 1)

    def _slips(self) -> Iterator[tuple[str, sp.Expr, str]]:
        right = self.solution
        yield "slip-sign", -right, "The sign is flipped."
        reciprocal = 1 / right if right else sp.oo
        yield "slip-reciprocal", reciprocal, "This is the reciprocal of the right answer."
        yield "slip-percent", right * 100, "100 times too large: is it in percent?"
        yield "slip-percent", right / 100, "100 times too small: is it in percent?"
        yield "slip-one-minus", 1 - right, "This is one minus the right answer."
        if right.is_integer or abs(float(right)) * _CLOSE < 1:  # else it is close, and no more
            yield "slip-one-off", right + 1, "This is one too many."
            yield "slip-one-off", right - 1, "This is one too few."
        yield "slip-twice", right * 2, "Twice the right answer."
        yield "slip-half", right / 2, "Half the right answer."

    def _by_size(self, number: sp.Expr) -> tuple[str, str]:
        yours, right = float(number), float(self.solution)
        sizes = self._sizes()
        if abs(yours - right) <= _CLOSE * abs(right):
            return sizes["close"], "slip-rounding"
        if yours * right < 0:
            return sizes["sign"], "slip-sign"
        return sizes["large" if yours > right else "small"], "slip-size"

    def _sizes(self) -> dict[str, str]:
        """What is said of a number that no slip explains."""
        percent = f"{100 * self.tolerance:g} %"
        asked = f"an error of {percent} is accepted" if self.tolerance else "give it exactly"
        sign = "positive" if self.solution.is_positive else "negative"
        return {
            "close": f"Close, but not close enough: {asked}.",
            "sign": f"The right answer is {sign}.",
            "large": "Your number is too large.",
            "small": "Your number is too small.",
        }

    def _show(self) -> str:
        number = to_latex(self.solution)
        if not self.solution.is_Integer:
            number += rf" \approx {float(self.solution):.4g}"
        unit = rf"\;\text{{{self.unit}}}" if self.unit else ""
        return f"$$\n{number}{unit}\n$$"

    def _own_data(self) -> dict[str, Any]:
        """Numbers to compare with, in this order, so that a page needs no Python for it.

        A number is equal to one of the targets where it is off by `tolerance` times its size (by
        `tolerance` where it is 0); with `tolerance` 0 the decimal numbers have to be the same.
        """
        listed = [(m.id, m.answer, m.message) for m in self.mistakes]
        targets = [
            {"value": float(value), "mistake": name, "message": message}
            for name, value, message in [*listed, *self._slips()]
            if value.is_finite
        ]
        return {
            "unit": self.unit,
            "tolerance": self.tolerance,
            "target": float(self.solution),
            "targets": targets,
            "sizes": self._sizes() | {"within": _CLOSE},
        }


# Words after a number that make it another one.
_PARTS_OF_NUMBERS = frozenset(
    "half halve third quarter fourth fifth tenth hundredth thousandth dozen ten hundred thousand "
    "million billion percent squared cubed".split()
)


def read_number(text: str) -> sp.Expr:
    """The number that is typed, be it in percent; ``ValueError`` names a word behind it."""
    number = re.sub(r"\s*per ?cent\s*$", "%", text).rstrip()
    try:
        value = parse(number.rstrip("%"), {"e": sp.E, "pi": sp.pi})
    except ParseError:
        if word := _number_and_word(number)[1]:
            raise ValueError(f"type it without the word {word}") from None
        raise
    return value / 100 if number.endswith("%") else value


def _number_and_word(text: str) -> tuple[str, str]:
    """A number and the word behind it that is no part of it, or the text and no word."""
    found = re.fullmatch(r"(.*[\d.)%])\s*([A-Za-z]{3,})\s*", text, re.DOTALL)
    if found is None or found[2].lower().rstrip("s") in _PARTS_OF_NUMBERS:
        return text, ""
    return found[1], found[2]


def _must_be_number(answer: Any) -> None:
    """Raise ``TypeError`` for what is no number; its words are for the reader."""
    try:
        complex(answer)
    except TypeError:
        raise TypeError(f"got a value of the type {type(answer).__name__}") from None


def _real(number: sp.Expr) -> sp.Expr:
    if number.free_symbols or not number.is_real:
        raise ValueError(f"got {number}")
    return number


def _rational(number: sp.Expr) -> sp.Expr:
    return exact(float(number)) if number.has(sp.Float) else number


class Choice(Exercise):
    """The answer is the key of one of several statements.

    Parameters
    ----------
    options : mapping from short keys, such as "a", to statements in Markdown
    solution : the key of the right one
    mistakes : sequence of (id, key, message)
        One for every other option.

    A variant has the statements in another order.
    """

    kind = "choice"

    def __init__(
        self,
        options: Mapping[str, str],
        solution: str,
        *,
        title: str,
        question: str,
        hints: Sequence[str],
        mistakes: Sequence[Mistake | tuple[Any, ...]],
        remark: str = "",
        parts: Sequence[Part] = (),
    ) -> None:
        super().__init__(
            title=title,
            question=question,
            hints=hints,
            mistakes=mistakes,
            remark=remark,
            parts=parts,
        )
        self.options, self.solution = dict(options), solution
        if solution not in self.options:
            raise ValueError(f"solution: expected one of {list(options)}, got {solution!r}")
        wrong = {mistake.answer for mistake in self.mistakes}
        if wrong != set(self.options) - {solution}:
            raise ValueError(f"mistakes: expected one for each wrong option, got {sorted(wrong)}")

    def asked(self) -> str:
        listed = "\n".join(f"- **{key}**: {text}" for key, text in self.options.items())
        lettered = all(len(key) == 1 for key in self.options)
        how = f"Answer with the {'letter' if lettered else 'word'}, between quotes."
        return f"{self.question.strip()}\n\n{listed}\n\n{how}"

    @property
    def varies(self) -> bool:
        return True

    def _drawn(self, seed: Any) -> Exercise:
        made = super()._drawn(seed)
        keys = list(self.options)
        moved = dict(zip(keys, Draw(seed).shuffled(keys), strict=True))
        texts = {moved[key]: text for key, text in self.options.items()}
        made.options = {key: texts[key] for key in keys}
        made.solution = moved[self.solution]
        made.mistakes = tuple(m._replace(answer=moved[m.answer]) for m in self.mistakes)
        return made

    def _judge(self, answer: Any) -> Judgement:
        key = answer.strip().strip("()").lower() if isinstance(answer, str) else answer
        matching = [option for option in self.options if option.lower() == key]
        if not matching:
            keys = ", ".join(f'"{option}"' for option in self.options)
            return self._all(Found(UNREADABLE, f"Answer with one of {keys}."))
        if matching[0] == self.solution:
            return self._all(Found(RIGHT))
        return self._all(next(found_mistake(m) for m in self.mistakes if m.answer == matching[0]))

    def _show(self) -> str:
        return f"**{self.solution}**: {self.options[self.solution]}"

    def _own_data(self) -> dict[str, Any]:
        wrong = {m.answer: {"mistake": m.id, "message": m.message} for m in self.mistakes}
        return {
            "choices": [
                {"key": key, "text": text, "right": key == self.solution, **wrong.get(key, {})}
                for key, text in self.options.items()
            ]
        }
