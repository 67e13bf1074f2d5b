"""What a worker does, on this machine or on another one; it can be imported by its name."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from marker.assignment import Assignment, load_assignment
from marker.judging import mark_notebook
from marker.limits import Limits
from marker.sandbox import Sandbox

__all__ = ["Setup", "mark_task"]


@dataclass(frozen=True)
class Setup:
    """All that a worker needs to know, sent along: it reads no file of the machine it came from."""

    name: str
    files: Mapping[str, str] = field(repr=False)  # the notebook, its module, what is handed out
    secret: str = field(repr=False)
    limits: Limits = Limits()
    as_printed: bool = False  # everybody was handed the same, whatever the assignment says

    @classmethod
    def of(cls, notebook: Path, secret: str, limits: Limits, *, as_printed: bool = False) -> Setup:
        """Of an assignment in a folder."""
        assignment = load_assignment(notebook, secret)
        module = notebook.with_suffix(".py")
        names = [notebook.name, *([module.name] if module.exists() else []), *assignment.files]
        files = {name: (notebook.parent / name).read_text() for name in names}
        return cls(notebook.stem, files, secret, limits, as_printed)

    def load(self) -> Assignment:
        """The assignment itself."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in self.files.items():
                Path(folder, name).write_text(text)
            assignment = load_assignment(Path(folder, f"{self.name}.ipynb"), self.secret)
        return replace(assignment, personal=False) if self.as_printed else assignment


class _Ready(threading.local):
    """What a worker's thread keeps from one submission to the next."""

    setup: Setup | None = None
    assignment: Assignment
    sandbox: Sandbox


_ready = _Ready()


def mark_task(setup: Setup, student: str, data: bytes, note: str) -> dict[str, Any]:
    """The marks of one submission; see `marker.judging.mark_notebook`."""
    if _ready.setup != setup:
        if _ready.setup is not None:
            _ready.sandbox.close()
        _ready.assignment, _ready.sandbox = setup.load(), Sandbox(setup.limits)
        _ready.setup = setup
    return mark_notebook(_ready.assignment, student, data, _ready.sandbox, note)
