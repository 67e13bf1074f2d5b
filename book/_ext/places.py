"""Say a warning's place in a notebook as a person would: its cell, and the line in it."""

import logging
import re

from docutils.nodes import Node
from sphinx.application import Sphinx
from sphinx.util.logging import NAMESPACE, get_node_location

CELL = 10000  # myst-nb counts lines as 10000 times the cell's number plus the line in it, from 2


def readable(location: str) -> str:
    """Return ``x.ipynb:30003`` as ``x.ipynb: cell 3, line 2``; anything else unchanged."""
    match = re.fullmatch(r"(.*\.ipynb):(\d+)", location)
    if not match or int(match[2]) < CELL:
        return location
    cell, line = divmod(int(match[2]) - 1, CELL)
    return f"{match[1]}: cell {cell}, line {line}"  # Sphinx asks for the colon


def rewrite(record: logging.LogRecord) -> bool:
    location = getattr(record, "location", None)
    if isinstance(location, Node):
        location = get_node_location(location)
    if isinstance(location, str):
        record.location = readable(location)
    return True


def setup(app: Sphinx) -> None:
    for handler in logging.getLogger(NAMESPACE).handlers:
        handler.addFilter(rewrite)
