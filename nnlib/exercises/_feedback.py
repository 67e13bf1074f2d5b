"""What a reader sees after pressing run: a short verdict, and, folded, a hint and the solution."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nnlib.exercises._judgement import (
    NO_ANSWER,
    RIGHT,
    UNDECIDED,
    UNREADABLE,
    WRONG,
    Judgement,
    PartJudgement,
)

__all__ = ["Feedback", "as_markdown", "as_plain", "sentence"]

_OPENINGS = {
    RIGHT: "Right.",
    WRONG: "Not yet.",
    NO_ANSWER: "No answer yet.",
    UNREADABLE: "I cannot read this.",
    UNDECIDED: "I cannot decide this.",
}


def as_markdown(text: str) -> str:
    """Plain text as Markdown that shows it unchanged."""
    return re.sub(r"([\\`*_\[\]<>$|#~&])", r"\\\1", text)


# In plain text a message shows "$\\gamma^{T-t} \\le 1$" as "γ^{T-t} ≤ 1".
_COMMANDS = dict(
    zip(
        "alpha beta gamma delta epsilon eta lambda mu nu pi rho sigma tau theta zeta "
        "varepsilon kappa partial cdot times le ge ne to infty dots sum prod sqrt log exp".split(),
        [*"αβγδεηλμνπρστθζεκ∂·×≤≥≠→∞…∑∏√", "log", "exp"],
        strict=True,
    )
)


def as_plain(markdown: str) -> str:
    """A message in Markdown without its marks."""
    markdown = re.sub(r"\\([a-z]+)(?![A-Za-z])", _plain_command, markdown)
    markdown = re.sub(r"\\hat\s*\{?(\w)\}?", "\\1\u0302", markdown)
    markdown = re.sub(r"\\[,;]", " ", markdown)
    marks = r"`([^`]*)`|\\([\\`*_\[\]<>$|#~&])|\$|\*\*"
    return re.sub(marks, lambda match: match.group(1) or match.group(2) or "", markdown)


def _plain_command(match: re.Match[str]) -> str:
    return _COMMANDS.get(match.group(1), match.group())


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends in a mark of its own."""
    return text if text.rstrip().endswith((".", "?", "!")) else f"{text}."


@dataclass(frozen=True)
class Feedback:
    """What a reader sees in Jupyter after running a cell.

    Attributes
    ----------
    judgement : Judgement
    hints : tuple of str
        Markdown; the next one is folded inside the one before.
    solution : str
        Markdown.
    read_as : str
        How a typed formula was understood, in LaTeX.
    """

    judgement: Judgement
    hints: tuple[str, ...] = ()
    solution: str = ""
    read_as: str = ""

    @property
    def status(self) -> str:
        """As in the judgement."""
        return self.judgement.status

    @property
    def right(self) -> bool:
        """Whether the whole answer is right."""
        return self.judgement.right

    @property
    def message(self) -> str:
        """Markdown; mathematics between dollar signs."""
        return " ".join(filter(None, [self.judgement.message, _WHAT_NEXT.get(self.status)]))

    def __str__(self) -> str:
        said = [" ".join(filter(None, [_OPENINGS[self.status], as_plain(self.message)]))]
        return "\n".join([*said, *(f"  {as_plain(line)}" for line in self._parts())])

    __repr__ = __str__

    def markdown(self) -> str:
        """All of it; hints and solution are folded."""
        parts = [" ".join(filter(None, [f"**{_OPENINGS[self.status]}**", self.message]))]
        parts += ["\n".join(f"- {line}" for line in self._parts())] if self._parts() else []
        if self.read_as:
            parts.append(f"Your answer reads $\\displaystyle {self.read_as}$.")
        parts += [_folded_hints(self.hints)] if self.hints else []
        parts += [_folded("Solution", self.solution)] if self.solution else []
        return "\n\n".join(parts)

    def _parts(self) -> list[str]:
        parts = self.judgement.parts
        if len(parts) == 1 or self.right or all(p.message == self.judgement.message for p in parts):
            return []
        return [_line(part) for part in parts]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/markdown": self.markdown()}


_WHAT_NEXT = {
    NO_ANSWER: "Put yours in place of `...` and run the cell again.",
    UNDECIDED: "Compare your answer with the solution below.",
}


def _line(part: PartJudgement) -> str:
    said = part.message or {RIGHT: "right.", NO_ANSWER: "no answer yet."}.get(part.status, "")
    return f"{part.label}: {said or _OPENINGS[part.status]}"


def _folded_hints(hints: tuple[str, ...]) -> str:
    """Each hint is folded inside the one before it."""
    title, (first, *others) = "Hint", hints
    if others:
        first += "\n\n" + _folded_hints(tuple(others)).replace("Hint", "Another hint", 1)
    return _folded(title, first)


def _folded(title: str, content: str) -> str:
    # The blank lines let Markdown inside the HTML be read as Markdown.
    return f"<details>\n<summary>{title}</summary>\n\n{content}\n\n</details>"
