"""Exercises whose answer is a number or one of several statements."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from nnlib.exercises._base import Exercise, Mistake, first_match
from nnlib.exercises._feedback import (
    CORRECT,
    UNREADABLE,
    WRONG,
    Feedback,
    as_markdown,
    sentence,
)
from nnlib.symbolic import PROVED, ParseError, equal, exact, parse, to_latex

__all__ = ["Choice", "Number"]


class Number(Exercise):
    """The answer is a number: typed, computed, or a SymPy number.

    Parameters
    ----------
    solution : number or SymPy expression without symbols
        Printed exactly, and rounded where that is not the same.
    tolerance : float
        The relative error that is accepted; 0 asks for the exact value.
    unit : str
        What is counted ("steps"); it may be typed after the number.
    """

    def __init__(
        self,
        solution: Any,
        *,
        hint: str,
        mistakes: Sequence[Mistake],
        remark: str = "",
        tolerance: float = 0.005,
        unit: str = "",
    ) -> None:
        super().__init__(hint, mistakes, remark)
        self.solution, self.tolerance, self.unit = exact(solution), tolerance, unit
        if self.solution.free_symbols or not self.solution.is_real:
            raise ValueError(f"solution: expected a real number, got {solution}")
        if not 0 <= tolerance < 1:
            raise ValueError(f"tolerance: expected a number in [0, 1), got {tolerance}")
        self.mistakes = [(exact(wrong), message) for wrong, message in mistakes]

    def _judge(self, answer: Any) -> Feedback:
        try:
            number = self._read(answer)
        except ParseError as error:
            return Feedback(UNREADABLE, as_markdown(sentence(str(error))))
        except (TypeError, ValueError, OverflowError) as error:
            return Feedback(UNREADABLE, as_markdown(f"One number is expected: {error}."))
        if self._near(number, self.solution):
            return Feedback(CORRECT)
        named = first_match(self.mistakes, lambda wrong: self._near(number, wrong))
        return Feedback(WRONG, named or self._explain(number))

    def _read(self, answer: Any) -> sp.Expr:
        if isinstance(answer, str):
            typed = re.sub(rf"\s*{re.escape(self.unit)}\s*$", "", answer)
            answer = parse(typed, {"e": sp.E})
        if isinstance(answer, bool):
            raise TypeError("got True or False")
        if not isinstance(answer, sp.Expr):
            complex(answer)  # raises for what is no number
            answer = sp.Float(float(answer), 17) if isinstance(answer, float) else exact(answer)
        if answer.free_symbols or not answer.is_real:
            raise ValueError(f"got {answer}")
        return answer

    def _near(self, number: sp.Expr, target: sp.Expr) -> bool:
        if not target.is_finite:  # any number is within a share of infinity
            return False
        if not self.tolerance:
            return equal(_rational(number), target).status == PROVED
        distance = abs(float(number) - float(target))
        return distance <= self.tolerance * (abs(float(target)) or 1)

    def _explain(self, number: sp.Expr) -> str:
        right = self.solution
        slips = [
            (-right, "The sign is flipped."),
            (1 / right if right else sp.oo, "This is the reciprocal of the right answer."),
            (right * 100, "100 times too large: is it in percent?"),
            (right / 100, "100 times too small: is it in percent?"),
            (1 - right, "This is one minus the right answer."),
            (right + 1, "This is one too many."),
            (right - 1, "This is one too few."),
            (right * 2, "Twice the right answer."),
            (right / 2, "Half the right answer."),
        ]
        for wrong, message in slips:
            if self._near(number, wrong):
                return message
        return self._by_size(number)

    def _by_size(self, number: sp.Expr) -> str:
        yours, right = float(number), float(self.solution)
        if abs(yours - right) <= 0.05 * abs(right):
            percent = f"{100 * self.tolerance:g} %"
            asked = f"an error of {percent} is accepted" if self.tolerance else "give it exactly"
            return f"Close, but not close enough: {asked}."
        if yours * right < 0:
            return f"The right answer is {'positive' if right > 0 else 'negative'}."
        return f"Your number is too {'large' if yours > right else 'small'}."

    def _show(self) -> str:
        number = to_latex(self.solution)
        if not self.solution.is_Integer:
            number += rf" \approx {float(self.solution):.4g}"
        unit = rf"\;\text{{{self.unit}}}" if self.unit else ""
        return f"$$\n{number}{unit}\n$$"


def _rational(number: sp.Expr) -> sp.Expr:
    return exact(float(number)) if number.has(sp.Float) else number


class Choice(Exercise):
    """The answer is the key of one of several statements.

    Parameters
    ----------
    options : mapping from short keys, such as "a", to statements in Markdown
    solution : the key of the right one
    mistakes : sequence of (key, message)
        One for every other option.
    """

    def __init__(
        self,
        options: Mapping[str, str],
        solution: str,
        *,
        hint: str,
        mistakes: Sequence[Mistake],
        remark: str = "",
    ) -> None:
        super().__init__(hint, mistakes, remark)
        self.options, self.solution = dict(options), solution
        if solution not in self.options:
            raise ValueError(f"solution: expected one of {list(options)}, got {solution!r}")
        wrong = {key for key, _ in self.mistakes}
        if wrong != set(self.options) - {solution}:
            raise ValueError(f"mistakes: expected one for each wrong option, got {sorted(wrong)}")

    def _judge(self, answer: Any) -> Feedback:
        key = answer.strip().strip("()").lower() if isinstance(answer, str) else answer
        matching = [option for option in self.options if option.lower() == key]
        if not matching:
            keys = ", ".join(f'"{option}"' for option in self.options)
            return Feedback(UNREADABLE, f"Answer with one of {keys}.")
        if matching[0] == self.solution:
            return Feedback(CORRECT)
        return Feedback(WRONG, dict(self.mistakes)[matching[0]])

    def _show(self) -> str:
        return f"**{self.solution}**: {self.options[self.solution]}"
