"""The same question with other numbers, drawn from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from nnlib.exercises._base import Exercise

__all__ = ["Draw", "Recipe", "varied"]

T = TypeVar("T")
_TURNS = 200  # draws before a recipe is given up as one that never fits


class Draw:
    """Choices from a seed: the same on every machine and with every version of Python."""

    def __init__(self, *seed: Any) -> None:
        self.seed = "|".join(f"{type(one).__name__}:{one}" for one in seed)
        self.count = 0

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1."""
        self.count += 1
        digest = hashlib.sha256(f"{self.seed}|{self.count}".encode()).digest()
        return int.from_bytes(digest[:16], "big") % n

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """The options in a drawn order."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]


class Recipe:
    """How an exercise is made of its data."""

    def __init__(self, make: Callable[..., Exercise], choices: dict[str, Sequence[Any]]) -> None:
        for name, values in choices.items():
            if len(values) < 2:
                raise ValueError(f"{name}: expected two values or more, got {values!r}")
        self.make, self.choices = make, choices

    def first(self) -> Exercise:
        """The exercise as the book has it."""
        return self._with({name: values[0] for name, values in self.choices.items()})

    def drawn(self, seed: Any) -> Exercise:
        """The exercise with data drawn from a seed.

        Data that make no exercise, because a mistake has the value of the solution or of another
        mistake, raise ``ValueError`` when it is made, and are drawn again.
        """
        draw = Draw(seed, self.make.__name__)
        for _ in range(_TURNS):
            data = {name: draw.pick(values) for name, values in self.choices.items()}
            try:
                return self._with(data)
            except ValueError as error:
                reason = error
        raise ValueError(f"{self.make.__name__}: no data fit, the last because {reason}")

    def _with(self, data: dict[str, Any]) -> Exercise:
        exercise = self.make(**data)
        exercise.recipe, exercise.data = self, data
        return exercise


def varied(**choices: Sequence[Any]) -> Callable[[Callable[..., Exercise]], Exercise]:
    """Make an exercise of a function of its data.

    The first of each list is what the book has; ``variant(seed)`` draws from the lists. All that
    the question, the solution, the mistakes and the hints say of the data is made from them, so
    that each number stands in one place:

        @varied(gamma=["0.99", "0.98", "0.95"])
        def half_life(gamma):
            return Number(log(1/2) / log(gamma), question=f"… for $\\\\gamma = {gamma}$?", …)
    """

    def build(make: Callable[..., Exercise]) -> Exercise:
        return Recipe(make, choices).first()

    return build
