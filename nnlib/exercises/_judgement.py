"""What is found out about an answer, as data: for the page and the marker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

__all__ = [
    "NO_ANSWER",
    "RIGHT",
    "UNDECIDED",
    "UNREADABLE",
    "WRONG",
    "Found",
    "Judgement",
    "Mistake",
    "Part",
    "PartJudgement",
    "judged",
]

RIGHT = "right"
WRONG = "wrong"
NO_ANSWER = "no answer"
UNREADABLE = "unreadable"
UNDECIDED = "undecided"  # goes to a person; it is never counted as wrong

# Of several parts the whole has the first of these that one of them has.
_WORST_FIRST = (UNREADABLE, UNDECIDED, WRONG, NO_ANSWER, RIGHT)


class Mistake(NamedTuple):
    """A wrong answer that people give.

    Attributes
    ----------
    id : str
        Short, unique in the exercise: ``"one-step-too-old"``. Statistics count it.
    answer : object
        The wrong answer, as somebody would give it.
    message : str
        Markdown that names the mistake.
    points : int
        Hundredths of the part that are given all the same.
    """

    id: str
    answer: Any
    message: str
    points: int = 0


class Part(NamedTuple):
    """A part of an answer that is judged by itself.

    Attributes
    ----------
    id, label : str
        The label is Markdown: what the part is called in feedback.
    points : int
        In whole hundredths.
    for_any : int
        Hundredths that any answer gets, right or not.
    """

    id: str
    label: str
    points: int
    for_any: int = 0


class Found(NamedTuple):
    """What was found out about one part: a status and, if it is wrong, what is wrong."""

    status: str
    message: str = ""
    mistake: str | None = None
    share: int = 0  # hundredths that this mistake leaves


@dataclass(frozen=True)
class PartJudgement:
    """A part of an answer: its status, its points of how many, and which mistake was made."""

    id: str
    label: str
    status: str
    points: int
    of: int
    mistake: str | None = None
    message: str = ""


@dataclass(frozen=True)
class Judgement:
    """What is found out about an answer; neither the solution nor a hint is in it.

    Attributes
    ----------
    status : str
        "right", "wrong", "no answer", "unreadable" or "undecided" (for a person to decide).
    points, of : int
        In hundredths, the sums over the parts. What is undecided has no points yet.
    parts : tuple of PartJudgement
    message : str
        Markdown.
    """

    status: str
    points: int
    of: int
    parts: tuple[PartJudgement, ...]
    message: str = ""

    @property
    def right(self) -> bool:
        """Whether the whole answer is right."""
        return self.status == RIGHT

    def to_data(self) -> dict[str, Any]:
        """The same as data that can be written as JSON."""
        return {**asdict(self), "parts": [asdict(part) for part in self.parts]}


def judged(parts: Sequence[Part], found: Sequence[Found], message: str = "") -> Judgement:
    """The judgement of an answer whose parts were found to be so."""
    pairs = list(zip(parts, found, strict=True))
    judgements = tuple(
        PartJudgement(
            part.id,
            part.label,
            one.status,
            _points(part, one),
            part.points,
            one.mistake,
            one.message,
        )
        for part, one in pairs
    )
    if not message:
        message = found[0].message if len(found) == 1 else _summary(found)
    statuses = {one.status for one in found}
    status = next(status for status in _WORST_FIRST if status in statuses)
    if statuses == {NO_ANSWER, RIGHT}:
        status = WRONG
    points = sum(part.points for part in judgements)
    return Judgement(status, points, sum(part.points for part in parts), judgements, message)


def _points(part: Part, found: Found) -> int:
    if found.status == RIGHT:
        return part.points
    if found.status == WRONG:
        return max(found.share, part.for_any)
    return part.for_any if found.status == UNREADABLE else 0


def _summary(found: Sequence[Found]) -> str:
    right = sum(one.status == RIGHT for one in found)
    if right == len(found):
        return ""
    return f"{right or 'None'} of the {len(found)} parts {'is' if right == 1 else 'are'} right."
