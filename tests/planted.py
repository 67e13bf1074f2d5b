"""Plant a fault in the library and see whether its checks notice.

A fault names a function and a piece of its syntax tree, and says what is put in its place::

    Fault("nnlib.optim", "adam_", "m *= beta1", "pass")

The piece is found by comparing trees, so how the code is laid out, what its comments say and what
stands around it do not matter; nor does the order of a sum or a product, the side on which a
comparison has what, or whether ``x = x + y`` is written ``x += y``. It must be found exactly once
in what the fault names. In a statement with a body, ``...`` is any body: ``for k in range(n): ...``
is changed by ``for k in range(1, n): ...``, and by ``...`` its body is left alone.

Each fault is planted in a forked child of its own, so that nothing has to be put back.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import dis
import functools
import gc
import importlib
import inspect
import json
import os
import resource
import select
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

import pytest

Check = Callable[[], object]

# Processor time that a child may take: far more than the checks take on the sound code, counted
# in what they take there on this machine. And the time on the clock, for a child that only waits.
SECONDS_AT_LEAST, TIMES_AS_LONG = 20, 20
LONGEST_WAIT = 1800
END = b"\n"


class Fault(NamedTuple):
    """In ``where``, put ``new`` in the place of ``old``.

    ``module`` is the module or a package it stands in (so that it may move to another file of the
    package); ``where`` the name of a function, a class, a method (``"Adam.step"``) or what is
    assigned to a name (``"EPS"``, ``"Adam.kind"``); ``"*"`` is the module as a whole.
    ``hangs``: with this fault the code does not come to an end.
    """

    module: str
    where: str
    old: str
    new: str
    hangs: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {' '.join(self.old.split())} -> {' '.join(self.new.split())}"


class BadFault(ValueError):
    """An entry that does not say exactly one change, or one that Python itself would notice."""


# --- what stands where ---------------------------------------------------------------------------


def files_of(module: str) -> dict[str, Path]:
    """The source files of a module, or of all modules of a package, by the modules' names."""
    file = Path(inspect.getsourcefile(importlib.import_module(module)) or "")
    if file.name != "__init__.py":
        return {module: file}
    inside = sorted(path.relative_to(file.parent) for path in file.parent.rglob("*.py"))
    names = (".".join([module, *path.with_suffix("").parts]) for path in inside)
    return {
        name.removesuffix(".__init__"): file.parent / path
        for name, path in zip(names, inside, strict=True)
    }


@functools.cache
def definitions_in(file: Path) -> dict[str, int]:
    """How often each name is defined in a file."""
    return {name: len(found) for name, found in _scopes(ast.parse(file.read_text("utf-8"))).items()}


def _scopes(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """Functions, classes and assignments by the names they define, with those they stand in."""
    found: dict[str, list[ast.AST]] = {"*": [tree]}

    def walk(body: Iterable[ast.AST], before: str) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                found.setdefault(before + node.name, []).append(node)
                walk(ast.iter_child_nodes(node), f"{before}{node.name}.")
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(before + target.id, []).append(node)
            elif isinstance(node, ast.stmt):
                walk(ast.iter_child_nodes(node), before)

    walk(tree.body, "")
    return found


# --- when two pieces are the same ----------------------------------------------------------------

_FLIPPED = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_DENIED = {
    **{ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq},
    **{ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn},
    **{ast.NotIn: ast.In},
}


def key(node: Any) -> Any:
    """What a piece of a syntax tree says, however it is written."""
    if isinstance(node, list):
        return tuple(map(key, node))
    if not isinstance(node, ast.AST):
        return (type(node).__name__, repr(node))
    if isinstance(node, (ast.BinOp, ast.UnaryOp)):
        for kind, group in (("sum", _terms), ("product", _factors)):
            parts = group(node, 1)
            if parts != [(1, node)]:
                return (kind, *sorted(((sign, key(part)) for sign, part in parts), key=repr))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = node.operand
        if isinstance(inner, ast.Compare) and len(inner.ops) == 1 and type(inner.ops[0]) in _DENIED:
            denied = _DENIED[type(inner.ops[0])]()
            return key(ast.Compare(inner.left, [denied], inner.comparators))
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        operator, sides = type(node.ops[0]), [key(node.left), key(node.comparators[0])]
        if operator in _FLIPPED:
            operator, sides = _FLIPPED[operator], sides[::-1]
        elif operator in (ast.Eq, ast.NotEq):
            sides.sort(key=repr)
        return (operator.__name__, *sides)
    if isinstance(node, ast.AugAssign):
        return key(ast.Assign([node.target], ast.BinOp(node.target, node.op, node.value)))
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return key(ast.Assign([node.target], node.value))
    fields = {name: key(value) for name, value in ast.iter_fields(node) if name not in _SILENT}
    if isinstance(node, ast.Call):
        fields["keywords"] = tuple(sorted(fields["keywords"], key=repr))
    return (type(node).__name__, *fields.items())


_SILENT = {"ctx", "kind", "type_comment"}


def _terms(node: ast.AST, sign: int) -> list[tuple[int, ast.AST]]:
    """The terms of a sum with their signs."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        other = sign if isinstance(node.op, ast.Add) else -sign
        return _terms(node.left, sign) + _terms(node.right, other)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
        return _terms(node.operand, sign if isinstance(node.op, ast.UAdd) else -sign)
    return [(sign, node)]


def _factors(node: ast.AST, power: int) -> list[tuple[int, ast.AST]]:
    """The factors of a product, with 1, and what it is divided by, with -1."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        other = power if isinstance(node.op, ast.Mult) else -power
        return _factors(node.left, power) + _factors(node.right, other)
    return [(power, node)]


def _is_any_body(body: Any) -> bool:
    return isinstance(body, list) and [*map(_is_dots, body)] == [True]


def _is_dots(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and node.value.value is ...
    )


def _same(piece: ast.AST, node: ast.AST) -> bool:
    if type(piece) is type(node) and _is_any_body(getattr(piece, "body", None)):
        blank = {"body"} | {"orelse", "finalbody", "handlers", "decorator_list"} & {
            name for name, value in ast.iter_fields(piece) if value == []
        }
        piece, node = _without(piece, blank), _without(node, blank)
    return bool(key(piece) == key(node))


def _without(node: ast.AST, fields: Iterable[str]) -> ast.AST:
    rest = copy.copy(node)
    for field in fields:
        setattr(rest, field, [])
    return rest


# --- the change ----------------------------------------------------------------------------------


class Place(NamedTuple):
    """Nodes of a tree: ``owner.field``, of a list the ``length`` items from ``start`` on."""

    owner: ast.AST
    field: str
    start: int = -1
    length: int = 1

    def nodes(self) -> list[ast.AST]:
        value = getattr(self.owner, self.field)
        return [value] if self.start < 0 else value[self.start : self.start + self.length]

    def put(self, nodes: list[ast.AST]) -> None:
        for node in nodes:
            ast.copy_location(node, self.nodes()[0])
            _as_used(node, getattr(self.nodes()[0], "ctx", None))
        if self.start < 0:
            setattr(self.owner, self.field, nodes[0])
        else:
            getattr(self.owner, self.field)[self.start : self.start + self.length] = nodes


def _as_used(node: Any, context: ast.expr_context | None) -> None:
    """Mark an expression as assigned to, deleted or read."""
    if context is not None and hasattr(node, "ctx"):
        node.ctx = context
        for part in getattr(node, "elts", []):
            _as_used(part, context)


def places(scope: ast.AST, piece: list[ast.AST]) -> Iterator[Place]:
    """Where a piece (one expression, or statements in a row) stands in a scope."""
    kind = ast.stmt if isinstance(piece[0], ast.stmt) else ast.expr
    if kind is ast.stmt and len(piece) == 1 and _same(piece[0], scope):
        raise BadFault("the piece is all of what it is to be found in: name what that stands in")
    for owner in ast.walk(scope):
        for field, value in ast.iter_fields(owner):
            if isinstance(value, kind) and _same(piece[0], value):
                yield Place(owner, field)
            elif isinstance(value, list):
                for start in range(len(value) - len(piece) + 1):
                    rows = value[start : start + len(piece)]
                    if all(isinstance(row, kind) for row in rows) and all(map(_same, piece, rows)):
                        yield Place(owner, field, start, len(piece))


def parse(text: str) -> list[ast.AST]:
    """A piece: the statements of a text."""
    try:
        return list(ast.parse(inspect.cleandoc(text)).body)
    except SyntaxError as error:
        raise BadFault(f"{text!r} is no Python: {error}") from None


def _pieces(fault: Fault) -> tuple[list[ast.AST], list[ast.AST]]:
    """The old and the new piece, as expressions where both are."""
    old, new = parse(fault.old), parse(fault.new)
    if not old or not new:
        raise BadFault(f"{fault}: a piece is empty; what takes no place is `pass`")
    if [ast.dump(node) for node in old] == [ast.dump(node) for node in new]:
        raise BadFault(f"{fault}: both pieces are the same")
    for both in (old, new):
        if len(both) > 1 or not isinstance(both[0], ast.Expr) or _is_dots(both[0]):
            return old, new
    return [old[0].value], [new[0].value]


class _Filled(ast.NodeTransformer):
    """A new piece with the body that was found where it has ``...``, and the else branch too."""

    def __init__(self, found: Any) -> None:
        self.found = found

    def generic_visit(self, node: ast.AST) -> ast.AST:
        filled = super().generic_visit(node)
        for field, value in ast.iter_fields(node):
            if isinstance(value, list) and any(map(_is_dots, value)):
                setattr(node, field, self.fill(value))
                for other in ("orelse", "finalbody", "handlers"):
                    if getattr(node, other, None) == [] and getattr(self.found, other, None):
                        setattr(node, other, getattr(self.found, other))
        return filled

    def fill(self, nodes: list[ast.AST]) -> list[ast.AST]:
        return [n for node in nodes for n in (self.found.body if _is_dots(node) else [node])]


def changed_tree(fault: Fault) -> tuple[str, Path, ast.Module]:
    """The module that a fault is in, its file, and its syntax tree with the fault."""
    old, new = _pieces(fault)
    name = fault.where
    files = {
        module: file
        for module, file in files_of(fault.module).items()
        if definitions_in(file).get(name) and (name != "*" or module == fault.module)
    }
    if not files:
        raise BadFault(f"{fault.module} has no {name}")
    found = []
    for module, file in files.items():
        tree = ast.parse(file.read_text("utf-8"))
        for scope in _scopes(tree)[name]:
            found += [(module, file, tree, place) for place in places(scope, old)]
    if len(found) != 1:
        raise BadFault(
            f"{fault}: the piece must be found once in {name} of {fault.module}; "
            f"it is found {len(found)} times"
        )
    module, file, tree, place = found[0]
    if isinstance(old[0], ast.stmt) and _is_any_body(getattr(old[0], "body", None)):
        filled = _Filled(place.nodes()[0])
        new = filled.fill([filled.visit(node) for node in new])
    place.put(new)
    return module, file, ast.fix_missing_locations(tree)


# --- planting ------------------------------------------------------------------------------------


def plant(fault: Fault) -> None:
    """Run the faulty code in this process from now on.

    Functions keep their identity and get the code with the fault. Where the fault is in no
    function's body (a default, a decorator, a field of a class, a table), the module is run again
    with it, and what other modules hold of it by name is exchanged.
    """
    module, sound, faulty = _both_codes(fault)
    if not _exchange_code(sound, faulty):
        run_again(module, faulty)


def _both_codes(fault: Fault) -> tuple[ModuleType, CodeType, CodeType]:
    """The module a fault is in, and its code without and with it."""
    name, file, tree = changed_tree(fault)
    module = importlib.import_module(name)
    sound = compile(file.read_text("utf-8"), str(file), "exec")
    try:
        faulty = compile(tree, str(file), "exec")
    except (SyntaxError, ValueError) as error:
        raise BadFault(f"{fault}: no Python any more: {error}") from None
    unknown = _unknown_names(faulty, module) - _unknown_names(sound, module)
    if unknown:
        raise BadFault(f"{fault}: nothing is called {', '.join(sorted(unknown))} there")
    return module, sound, faulty


def run_again(module: ModuleType, code: CodeType) -> None:
    """Run a module's code in its own namespace, and hand what is new to those who use it."""
    original = dict(vars(module))
    exec(code, vars(module))
    _exchange(original, vars(module), module.__name__)


def _functions_in(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """The code of all functions and classes in a code by name and line."""
    found = {}
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found[inner.co_qualname, inner.co_firstlineno] = inner
            found |= _functions_in(inner)
    return found


def _unknown_names(code: CodeType, module: ModuleType) -> set[str]:
    known = vars(module).keys() | vars(builtins).keys()
    return {
        step.argval
        for inner in _functions_in(code).values()
        for step in dis.get_instructions(inner)
        if step.opname == "LOAD_GLOBAL" and step.argval not in known
    }


def _exchange_code(sound: CodeType, faulty: CodeType) -> bool:
    """Give the functions that differ the faulty code; False where that does not say it all."""
    if _outside_functions(sound) != _outside_functions(faulty):
        return False
    old, new = _functions_in(sound), _functions_in(faulty)
    differ = {place for place in old.keys() & new.keys() if old[place] != new[place]}
    if any(old[place].co_freevars != new[place].co_freevars for place in differ):
        return False
    changed = False
    for thing in gc.get_objects():
        if type(thing) is FunctionType and thing.__code__.co_filename == sound.co_filename:
            place = (thing.__code__.co_qualname, thing.__code__.co_firstlineno)
            if place in differ:
                thing.__code__ = new[place]
                changed = True
    _forget_what_was_kept()
    return changed


def _forget_what_was_kept() -> None:
    """Empty what looks answers up: what the sound code put there would hide a fault."""
    for thing in gc.get_objects():
        if hasattr(type(thing), "cache_clear"):
            if str(getattr(thing, "__module__", "")).startswith("nnlib"):
                thing.cache_clear()


def _outside_functions(code: CodeType) -> list[Any]:
    """What a module and its classes do when they are made."""
    return [
        code.co_code,
        code.co_names,
        [
            _outside_functions(item)
            if isinstance(item, CodeType) and not item.co_flags & inspect.CO_NEWLOCALS
            else item.co_qualname
            if isinstance(item, CodeType)
            else repr(item)
            for item in code.co_consts
        ],
    ]


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


# --- looking for it ------------------------------------------------------------------------------


class Outcome(NamedTuple):
    """What became of a fault: "noticed", "not noticed", "hung" or "bad", and what was said."""

    kind: str
    said: str = ""


def noticed(fault: Fault, checks: Sequence[Check]) -> Outcome:
    """Plant a fault in a child of this process and run the checks there until one raises."""
    changed_tree(fault)  # an entry that does not apply is an error here, not a fault noticed
    return in_a_child(functools.partial(_try, fault, checks), allowed_time(checks))


def _try(fault: Fault, checks: Sequence[Check]) -> Outcome:
    try:
        module, sound, faulty = _both_codes(fault)
        if not _exchange_code(sound, faulty):
            run_again(module, sound)
            said = _first_error(checks)
            if said is not None:
                return Outcome(
                    "bad", f"{fault}: a check minds that the module is run again: {said!r}"
                )
            run_again(module, faulty)
    except BadFault as error:
        return Outcome("bad", str(error))
    except Exception as error:
        return Outcome("bad", f"{fault}: the module does not load: {error!r}")
    said = _first_error(checks)
    if isinstance(said, (NameError, ImportError)):
        return Outcome("bad", f"{fault}: any run would notice it: {said!r}")
    return Outcome("not noticed") if said is None else Outcome("noticed", repr(said)[:500])


def _first_error(checks: Sequence[Check]) -> BaseException | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for check in checks:
                check()
    except (Exception, pytest.fail.Exception) as error:
        return error
    return None


def in_a_child(work: Callable[[], Outcome], seconds: float) -> Outcome:
    """What ``work`` returns in a forked child that may take so much processor time."""
    receiver, sender = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads that wait do not matter
        child = os.fork()
    if child == 0:
        _be_the_child(work, sender, seconds)
    os.close(sender)
    try:
        said = _said_by(child, receiver)
    finally:
        os.close(receiver)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
    if not said:
        return Outcome("hung", "the checks did not come to an end")
    return Outcome(*json.loads(said))


def _be_the_child(work: Callable[[], Outcome], sender: int, seconds: float) -> None:
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, resource.RLIM_INFINITY))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.write(sender, json.dumps(work()).encode() + END)
    finally:
        os._exit(0)


def _said_by(child: int, receiver: int) -> bytes:
    """What a child writes up to the end mark; nothing if it ends or is killed before that.

    Processes that it has started may hold the pipe open after it, so its end is looked for too.
    """
    said = b""
    deadline = time.monotonic() + LONGEST_WAIT
    while not said.endswith(END) and time.monotonic() < deadline:
        if select.select([receiver], [], [], 0.1)[0]:
            part = os.read(receiver, 65536)
            said += part
            if not part:
                return b""
        elif os.waitpid(child, os.WNOHANG)[0]:
            return b""
    return said.removesuffix(END)


_taken: dict[int, tuple[Check, float]] = {}


def seconds_of(check: Check) -> float:
    """The processor time of a check on the sound code, where it must not raise."""
    if id(check) not in _taken:
        start = time.process_time()
        check()  # one that fails here would notice every fault
        _taken[id(check)] = (check, time.process_time() - start)
    return _taken[id(check)][1]


def allowed_time(checks: Sequence[Check]) -> float:
    return SECONDS_AT_LEAST + TIMES_AS_LONG * sum(map(seconds_of, checks))


def must_be_noticed(fault: Fault, checks: Sequence[Check]) -> None:
    """Fail unless one of the checks notices the fault; the quickest are asked first."""
    found = noticed(fault, sorted(checks, key=seconds_of))
    if found.kind == "bad":
        raise BadFault(found.said)
    if found.kind == "hung" and not fault.hangs:
        pytest.fail(f"{fault}: {found.said}; if that is what the fault does, say hangs=True")
    if fault.hangs and found.kind != "hung":
        pytest.fail(f"{fault}: came to an end ({found.kind}): it is not to be marked hangs=True")
    if found.kind == "not noticed":
        pytest.fail(f"no check noticed {fault}")


# --- the checks ----------------------------------------------------------------------------------


def faults_in(module: str, *entries: tuple[Any, ...]) -> list[Fault]:
    """Faults of a module or package from entries (where, old, new)."""
    return [Fault(module, *entry) for entry in entries]


def checks_in(namespace: dict[str, Any]) -> list[Check]:
    """Collect the tests of a test file, parametrized ones case by case, as callables.

    Left out are tests that need a fixture.
    """
    checks: list[Check] = []
    for name, test in list(namespace.items()):
        if not name.startswith("test_") or not inspect.isfunction(test):
            continue
        cases: list[dict[str, Any]] = [{}]
        for mark in getattr(test, "pytestmark", []):
            if mark.name == "parametrize":
                cases = [case | row for row in _rows(*mark.args) for case in cases]
        if set(inspect.signature(test).parameters) == set(cases[0]):
            checks += [functools.partial(test, **case) for case in cases]
    return checks


def checks_by_name(*modules: ModuleType) -> dict[str, Check]:
    """The tests of these files by name; the cases of a parametrized one as "name: values".

    Values that Python shows by their address are left out; cases that are then alike are one check.
    """
    found: dict[str, list[Any]] = {}
    for module in modules:
        for check in checks_in(vars(module)):
            name = check.func.__name__.removeprefix("test_")
            values = map(str, check.keywords.values())
            case = ", ".join(value for value in values if " at 0x" not in value)
            found.setdefault(f"{name}: {case}" if case else name, []).append(check)
    return {name: functools.partial(_run_all, checks) for name, checks in found.items()}


def _run_all(checks: Iterable[Check]) -> None:
    for check in checks:
        check()


def _rows(names: str | Sequence[str], values: Iterable[Any]) -> list[dict[str, Any]]:
    keys = [key.strip() for key in names.split(",")] if isinstance(names, str) else list(names)
    rows = [value.values if hasattr(value, "marks") else value for value in values]
    return [dict(zip(keys, row if len(keys) > 1 else [row], strict=True)) for row in rows]
