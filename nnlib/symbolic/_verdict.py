"""What is found out about a question: how sure an equality is."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy.core.relational import Relational

from ._print import to_text

PROVED = "proved"
PROVED_FOR_SIZES = "proved for sizes"
CHECKED = "checked"
REFUTED = "refuted"
UNDECIDED = "undecided"
STRENGTH = {PROVED: 3, PROVED_FOR_SIZES: 2, CHECKED: 1}


class UnprovedStep(ValueError):
    """A line may be right, but the engine could not establish as much as was asked."""


@dataclass(frozen=True)
class Verdict:
    """How far an equality was established.

    Attributes:
        status: ``"proved"`` (for every size and value, under ``conditions``),
            ``"proved for sizes"`` (for every value, at the sizes in ``sizes``), ``"checked"``
            (agrees at random points of several sizes, exactly or to 35 digits), ``"refuted"``
            (``counterexample`` says where it fails) or ``"undecided"``.
        conditions: what the proof took for granted beyond what was given, such as γ ≠ 1.
        counterexample: the values at which the two sides differ, and the sides there.
        sizes: the sizes for which ``"proved for sizes"`` holds.
        points: at how many points, at least, both sides were evaluated and found equal (or, of an
            inequality, in order): a second opinion on what is proved, all there is on what is
            checked. It is 0 where the verdict rests on something else.
        work: how much was done to find out, in the units of :mod:`nnlib.symbolic`'s budget: the
            same on every machine.
        reason: one sentence on what stood in the way of more.
    """

    status: str
    conditions: tuple[Relational, ...] = ()
    counterexample: dict[str, str] | None = None
    sizes: tuple[dict[str, int], ...] = ()
    points: int = 0
    work: int = field(default=0, compare=False)
    reason: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a verdict is not true or false: ask for its status")

    def __str__(self) -> str:
        text = self.status
        if self.sizes:
            listed = (", ".join(f"{k} = {v}" for k, v in size.items()) for size in self.sizes)
            text += " " + "; ".join(listed)
        if self.conditions:
            text += " where " + ", ".join(to_text(c) for c in self.conditions)
        if self.counterexample:
            text += ": " + ", ".join(f"{k} = {v}" for k, v in self.counterexample.items())
        elif self.reason:
            text += f": {self.reason}"
        return text

    __repr__ = __str__
