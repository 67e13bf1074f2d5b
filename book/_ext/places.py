"""Say a warning's place in a notebook as a person would: its cell, and the line in it."""

import logging
import re

from sphinx.application import Sphinx
from sphinx.util.logging import NAMESPACE

CELL = 10000  # myst-nb counts lines as 10000 times the cell's number plus the line in it


def readable(location: str) -> str:
    """Return ``x.ipynb:30002`` as ``x.ipynb: cell 3, line 2``; anything else unchanged."""
    match = re.fullmatch(r"(.*\.ipynb):(\d+)", location)
    if not match or int(match[2]) < CELL:
        return location
    cell, line = divmod(int(match[2]), CELL)
    return f"{match[1]}: cell {cell}, line {line}"  # Sphinx asks for the colon


def rewrite(record: logging.LogRecord) -> bool:
    if location := getattr(record, "location", None):
        record.location = readable(str(location))
    return True


def setup(app: Sphinx) -> None:
    for handler in logging.getLogger(NAMESPACE).handlers:
        handler.filters.insert(_after_translation(handler), rewrite)


def _after_translation(handler: logging.Handler) -> int:
    """Return the place after Sphinx's filter that turns a node into a location."""
    names = [type(one).__name__ for one in handler.filters]
    return max((n + 1 for n, name in enumerate(names) if "Translator" in name), default=0)
