"""What a reader sees after pressing run: a short verdict, and, folded, a hint and the solution."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

__all__ = [
    "CORRECT",
    "NO_ANSWER",
    "UNDECIDED",
    "UNREADABLE",
    "WRONG",
    "Feedback",
    "as_markdown",
    "as_plain",
    "sentence",
]

CORRECT = "correct"
WRONG = "wrong"
NO_ANSWER = "no answer"
UNREADABLE = "unreadable"
UNDECIDED = "undecided"

_OPENINGS = {
    CORRECT: "Right.",
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
        "cdot times le ge ne to infty dots sum prod sqrt log exp".split(),
        [*"αβγδεηλμνπρστθζ·×≤≥≠→∞…∑∏√", "log", "exp"],
        strict=True,
    )
)


def as_plain(markdown: str) -> str:
    """A message in Markdown without its marks."""
    markdown = re.sub(r"\\hat\s*\{?(\w)\}?", "\\1\u0302", markdown)
    markdown = re.sub(r"\\([a-z]+)\b", _plain_command, markdown)
    marks = r"`([^`]*)`|\\([\\`*_\[\]<>$|#~&])|\$|\*\*"
    return re.sub(marks, lambda match: match.group(1) or match.group(2) or "", markdown)


def _plain_command(match: re.Match[str]) -> str:
    return _COMMANDS.get(match.group(1), match.group())


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends in a mark of its own."""
    return text if text.rstrip().endswith((".", "?", "!")) else f"{text}."


@dataclass(frozen=True)
class Feedback:
    """The result of one check.

    Attributes
    ----------
    status : str
        "correct", "wrong", "no answer", "unreadable" or "undecided" (the reader compares with the
        solution; never counted as wrong).
    message, hint, solution : str
        Markdown; mathematics between dollar signs.
    read_as : str
        How a typed formula was understood, in LaTeX.
    """

    status: str
    message: str = ""
    hint: str = ""
    solution: str = ""
    read_as: str = ""

    @property
    def correct(self) -> bool:
        """Whether the answer is right."""
        return self.status == CORRECT

    def __str__(self) -> str:
        return " ".join(filter(None, [_OPENINGS[self.status], as_plain(self.message)]))

    __repr__ = __str__

    def markdown(self) -> str:
        """All of it; hint and solution are folded."""
        parts = [" ".join(filter(None, [f"**{_OPENINGS[self.status]}**", self.message]))]
        if self.read_as:
            parts.append(f"Your answer reads $\\displaystyle {self.read_as}$.")
        parts += [_folded("Hint", self.hint)] if self.hint else []
        parts += [_folded("Solution", self.solution)] if self.solution else []
        return "\n\n".join(parts)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/markdown": self.markdown()}


def _folded(title: str, content: str) -> str:
    # The blank lines let Markdown inside the HTML be read as Markdown.
    return f"<details>\n<summary>{title}</summary>\n\n{content}\n\n</details>"
