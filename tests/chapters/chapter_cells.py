"""The cells of a chapter that claim "the code is this formula", run again on what is there now.

A chapter is run once, those cells and what they need. Afterwards ``check`` runs again what depends
on the library's numeric code: the cells that call it, and the cells that compare. With a fault
planted in the library, the comparison must raise.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

# What a chapter imports from these is no code that it explains.
TOOLS = ("nnlib.symbolic", "nnlib.pages", "nnlib.figures", "nnlib.exercises")


class Cell(NamedTuple):
    """A code cell: its source, the names that it reads and those that it gives a value."""

    name: str
    source: str
    reads: frozenset[str]
    writes: frozenset[str]


def code_cells(notebook: Path) -> list[Cell]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [
        as_cell(cell["id"], "".join(cell["source"]))
        for cell in cells
        if cell["cell_type"] == "code" and not cell["id"].startswith("exercise")
    ]


def as_cell(name: str, source: str) -> Cell:
    tree = ast.parse(source)
    reads = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and is_read(n)}
    reads |= {n.target.id for n in ast.walk(tree) if is_changed(n)}
    return Cell(name, source, frozenset(reads), frozenset(written(tree)))


def is_read(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Load)


def is_changed(node: ast.AST) -> bool:
    """Whether a statement like ``x += 1`` reads the name that it writes."""
    return isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)


def written(node: ast.AST) -> Iterator[str]:
    """The names that code gives a value, those within functions and comprehensions apart."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
            yield child.name
        elif isinstance(child, ast.alias):
            yield child.asname or child.name.partition(".")[0]
        elif isinstance(child, ast.Name) and not is_read(child):
            yield child.id
        elif not isinstance(child, (ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.DictComp)):
            yield from written(child)


def compares(cell: Cell) -> bool:
    """Whether the cell claims that code is a formula; a caught fault claims the opposite."""
    return any(True for _ in matches_in(ast.parse(cell.source)))


def matches_in(node: ast.AST) -> Iterator[ast.Call]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "caught":
            return
        if name == "matches":
            yield node
    for child in ast.iter_child_nodes(node):
        yield from matches_in(child)


def library_names(cells: list[Cell]) -> set[str]:
    """The names under which the cells import the library's numeric code."""
    found = set()
    for cell in cells:
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nnlib"):
                if not (node.module or "").startswith(TOOLS):
                    found |= {alias.asname or alias.name for alias in node.names}
    return found


def shown_functions(notebook: Path) -> set[str]:
    """The library functions whose code the chapter shows: by ``source``, or on a card."""
    cells = code_cells(notebook)
    calls = (node for cell in cells for node in ast.walk(ast.parse(cell.source)))
    shown = [arg for call in calls if isinstance(call, ast.Call) for arg in shown_by(call)]
    names = {node.id for arg in shown for node in ast.walk(arg) if isinstance(node, ast.Name)}
    return names & library_names(cells)


def shown_by(call: ast.Call) -> list[ast.expr]:
    """The functions whose code this call puts on the page."""
    if getattr(call.func, "id", "") == "source":
        return call.args
    return [keyword.value for keyword in call.keywords if keyword.arg == "of"]


def needed_by(wanted: list[Cell], cells: list[Cell]) -> list[Cell]:
    """These cells and all before them that give values to what they read."""
    chosen, names = set(), set()
    for cell in reversed(cells):
        if cell in wanted or cell.writes & names:
            chosen.add(cell)
            names = (names - cell.writes) | cell.reads
    return [cell for cell in cells if cell in chosen]


class Chapter:
    """A chapter whose comparing cells have been run, and can be run again."""

    def __init__(self, notebook: Path) -> None:
        cells = code_cells(notebook)
        self.comparing = [cell for cell in cells if compares(cell)]
        run = needed_by(self.comparing, cells)
        depends = self.depending(run)
        self.again = [cell for cell in needed_by(self.comparing, depends) if cell in depends]
        self.before: dict[Cell, dict[str, Any]] = {}
        names: dict[str, Any] = {"__name__": f"chapter_{notebook.stem}"}
        for cell in run:
            self.before[cell] = dict(names)
            execute(cell, names)

    def depending(self, cells: list[Cell]) -> list[Cell]:
        """The cells whose values depend on the library's numeric code."""
        touched = library_names(cells)
        found = []
        for cell in cells:
            if cell.reads & touched:
                found.append(cell)
                touched |= cell.writes
        return found

    def check(self) -> None:
        """Run again what depends on the library; raises where code is no longer its formula."""
        fresh: dict[str, Any] = {}
        for cell in self.again:
            names = self.before[cell] | fresh
            execute(cell, names)
            fresh |= {name: names[name] for name in cell.writes if name in names}


def execute(cell: Cell, names: dict[str, Any]) -> None:
    exec(compile(cell.source, f"<cell {cell.name}>", "exec"), names)
