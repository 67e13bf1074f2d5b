"""Plant a fault in a module's source and see whether its checks notice.

A fault is a replacement of a piece of source text. `planted` runs the changed source in the
module's own namespace, so every test that reaches the code through that module, or through a name
imported from it, runs the faulty code until the block ends; an object that such a module or a test
file holds by name gets the class with the fault, and so do classes derived from it. A list made at
import keeps the sound functions: let it hold their names. `survivors` lists the faults that no
check noticed.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import pytest


class Fault(NamedTuple):
    """Replace ``old``, which must occur exactly once in the module's source, by ``new``."""

    module: str
    old: str
    new: str


@contextlib.contextmanager
def planted(fault: Fault) -> Iterator[ModuleType]:
    """Run the module with the fault in it, and put everything back at the end."""
    module = importlib.import_module(fault.module)
    code = compile(_faulty_source(fault), f"{module.__file__} (planted)", "exec")
    original = dict(vars(module))
    try:
        exec(code, vars(module))
        _exchange(original, vars(module), fault.module)
        yield module
    finally:
        faulty = dict(vars(module))
        vars(module).clear()
        vars(module).update(original)
        _exchange(faulty, original, fault.module)


def checks_in(namespace: dict[str, Any]) -> list[Callable[[], object]]:
    """Collect the tests of a test file, parametrized ones case by case, as callables.

    Left out are the test of the planted faults itself (its name has "planted" in it) and tests
    that need a fixture.
    """
    checks: list[Callable[[], object]] = []
    for name, test in list(namespace.items()):
        if not name.startswith("test_") or "planted" in name:
            continue
        cases: list[dict[str, Any]] = [{}]
        for mark in getattr(test, "pytestmark", []):
            if mark.name == "parametrize":
                cases = [case | row for row in _rows(*mark.args) for case in cases]
        if set(inspect.signature(test).parameters) == set(cases[0]):
            checks += [functools.partial(test, **case) for case in cases]
    return checks


def checks_by_name(*modules: ModuleType) -> dict[str, Callable[[], object]]:
    """The tests of these files by name; the cases of a parametrized one as "name: values".

    Values that Python shows by their address are left out; cases that are then alike are one check.
    """
    found: dict[str, list[Any]] = {}
    for module in modules:
        for check in checks_in(vars(module)):
            name = check.func.__name__.removeprefix("test_")  # type: ignore[attr-defined]
            values = map(str, check.keywords.values())  # type: ignore[attr-defined]
            case = ", ".join(value for value in values if " at 0x" not in value)
            found.setdefault(f"{name}: {case}" if case else name, []).append(check)
    return {name: functools.partial(_run_all, checks) for name, checks in found.items()}


def _run_all(checks: Iterable[Callable[[], object]]) -> None:
    for check in checks:
        check()


def harmless(module: str) -> Fault:
    """A change of a module that no check may take for a fault."""
    source = inspect.getsource(importlib.import_module(module))
    line = next(line for line in source.splitlines() if line.startswith(("from ", "import ")))
    return Fault(module, f"{line}\n", f"{line}  # as before\n")


def check_is_quiet(check: Callable[[], object], modules: Iterable[str]) -> None:
    """Run a check on these modules with a harmless change in each: it must not raise."""
    for module in modules:
        with planted(harmless(module)):
            check()


def faults_in(package: str, entries: Iterable[tuple[str, str, str]]) -> list[Fault]:
    """Faults from entries (module within the package, what stands there, its replacement)."""
    return [Fault(f"{package}.{module}", old, new) for module, old, new in entries]


def _rows(names: str | Sequence[str], values: Iterable[Any]) -> list[dict[str, Any]]:
    keys = [key.strip() for key in names.split(",")] if isinstance(names, str) else list(names)
    rows = [value.values if hasattr(value, "marks") else value for value in values]
    return [dict(zip(keys, row if len(keys) > 1 else [row], strict=True)) for row in rows]


def survivors(faults: Iterable[Fault], checks: Sequence[Callable[[], object]]) -> list[Fault]:
    """Return the faults that none of the ``checks`` noticed by raising an exception."""
    faults = list(faults)
    for fault in faults:
        _faulty_source(fault)
    quickest_first = sorted(checks, key=_seconds)
    return [fault for fault in faults if not _noticed(fault, quickest_first)]


def _seconds(check: Callable[[], object]) -> float:
    start = time.perf_counter()
    check()  # on the sound code: a check that fails here would notice every fault
    return time.perf_counter() - start


def _noticed(fault: Fault, checks: Sequence[Callable[[], object]]) -> bool:
    try:
        with planted(fault), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for check in checks:
                check()
    except (Exception, pytest.fail.Exception):
        return True
    return False


def _faulty_source(fault: Fault) -> str:
    source = inspect.getsource(importlib.import_module(fault.module))
    if source.count(fault.old) != 1 or fault.old == fault.new:
        raise ValueError(
            f"{fault.old!r} must occur once in {fault.module} and differ from its replacement; "
            f"it occurs {source.count(fault.old)} times"
        )
    return source.replace(fault.old, fault.new)


def _exchange(old: dict[str, Any], new: dict[str, Any], name: str) -> None:
    """Where another loaded module holds an object of ``old`` by name, give it that of ``new``."""
    pairs = {
        id(value): new[key]
        for key, value in old.items()
        if getattr(value, "__module__", None) == name and key in new
    }
    for value in old.values():
        if id(value) in pairs and isinstance(value, type):
            for derived in type.__subclasses__(value):
                bases = tuple(pairs.get(id(base), base) for base in derived.__bases__)
                with contextlib.suppress(TypeError):
                    derived.__bases__ = bases
    for other, module in list(sys.modules.items()):
        if other != name and other.startswith(("nnlib", "test", "check", "figure")):
            for key, value in list(vars(module).items()):
                if id(value) in pairs:
                    setattr(module, key, pairs[id(value)])
                elif id(type(value)) in pairs:
                    with contextlib.suppress(TypeError):  # a type that fixes what an object holds
                        object.__setattr__(value, "__class__", pairs[id(type(value))])
