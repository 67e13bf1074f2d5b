"""Which cells of a chapter have to run before another: those that made what it uses.

A chapter takes a while from its top; the code of one cell seldom needs more than a few before it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Names:
    """What a cell reads, what it makes, and what it may change in place."""

    reads: set[str] = field(default_factory=set)
    makes: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)


def names_of(source: str) -> Names:
    """The names of a cell's code; of code that cannot be read, none."""
    found = Names()
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return found
    for node in ast.walk(tree):
        _look(node, found)
    found.makes |= found.imports
    return found


def _look(node: ast.AST, found: Names) -> None:
    if isinstance(node, ast.Name):
        (found.reads if isinstance(node.ctx, ast.Load) else found.makes).add(node.id)
        if isinstance(node.ctx, ast.Del):
            found.changes.add(node.id)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        found.makes.add(node.name)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        found.imports |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    elif isinstance(node, ast.AugAssign):
        found.reads |= _root(node.target)
        found.changes |= _root(node.target)
    elif isinstance(node, ast.Assign | ast.Delete):
        for target in node.targets:
            if isinstance(target, ast.Attribute | ast.Subscript):
                found.changes |= _root(target)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        if isinstance(node.value.func, ast.Attribute):  # seen.append(…), but not print(…)
            found.changes |= _root(node.value.func)


def _root(node: ast.AST) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def needed(sources: Mapping[int, str], cell: int) -> list[int]:
    """The cells before `cell` that it stands on, in their order.

    For each name that is read, the last cell that makes it, and all after that one that may
    change it in place; and what those need.
    """
    order = sorted(number for number in sources if number < cell)
    names = {number: names_of(sources[number]) for number in [*order, cell]}
    wanted: set[int] = set()
    waiting = [cell]
    while waiting:
        one = waiting.pop()
        for name in names[one].reads:
            for other in _sources_of(name, [n for n in order if n < one], names):
                if other not in wanted:
                    wanted.add(other)
                    waiting.append(other)
    return sorted(wanted)


def _sources_of(name: str, before: list[int], names: Mapping[int, Names]) -> list[int]:
    found = []
    imported = any(name in names[number].imports for number in before)
    for number in reversed(before):
        makes = name in names[number].makes
        if makes or (name in names[number].changes and not imported):
            found.append(number)
        if makes and name not in names[number].reads:
            break
    return found if any(name in names[number].makes for number in found) else []
