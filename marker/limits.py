"""How much of everything a submission may use."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

__all__ = ["Limits", "add_options", "limits_from"]


@dataclass(frozen=True)
class Limits:
    """What one submission may use. The names are those of the command's options.

    Attributes
    ----------
    seconds : int
        Processor time of a whole run.
    cell_seconds : int
        Processor time of one cell, or of one call of a function; after it the next one runs.
    wait_seconds : int
        Time that a whole run may spend waiting: asleep, not for a busy machine.
    memory_mb : int
        Memory of all its processes together.
    processes : int
        Processes and threads at a time.
    files_mb : int
        All the files it writes.
    open_files : int
    output_kb : int
        Its answers, written as JSON.
    text_chars : int
        One answer that is a text or a formula.
    upload_mb : int
        The file that was handed in, and what it unpacks to.
    cells : int
        Code cells in a notebook.
    marker_mb : int
        Memory of the process that reads the file and compares the answers.
    """

    seconds: int = 30
    cell_seconds: int = 6
    wait_seconds: int = 30
    memory_mb: int = 1024
    processes: int = 24
    files_mb: int = 64
    open_files: int = 128
    output_kb: int = 1024
    text_chars: int = 10_000
    upload_mb: int = 10
    cells: int = 400
    marker_mb: int = 4096

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (isinstance(value, int) and not isinstance(value, bool) and value > 0):
                raise ValueError(f"{field.name}: expected a whole number above 0, got {value!r}")

    def to_data(self) -> dict[str, int]:
        """As JSON data."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a command an option for each limit."""
    group = parser.add_argument_group("limits for one submission")
    for field in fields(Limits):
        option = "--" + field.name.replace("_", "-")
        group.add_argument(option, type=int, default=field.default, metavar="N", help="%(default)s")


def limits_from(options: argparse.Namespace | Mapping[str, Any]) -> Limits:
    """The limits that a command was given."""
    given = vars(options) if isinstance(options, argparse.Namespace) else options
    return Limits(**{field.name: given[field.name] for field in fields(Limits)})
