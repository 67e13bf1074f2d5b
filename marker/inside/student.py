"""Runs the cells of one notebook, and says what became of the names that are asked for.

Everything here may be changed by the code that it runs; what it says concerns that student only.
"""

from __future__ import annotations

import ast
import builtins
import json
import os
import signal
import sys
import types
from collections.abc import Callable
from typing import Any

from . import plain

__all__ = ["run"]


class _TimeUp(BaseException):
    """The time of a cell or a call is over; not caught by ``except Exception``."""


class _Silent:
    """Takes what is printed and keeps nothing."""

    encoding, errors, closed = "utf-8", "strict", False

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False


def run(request: dict[str, Any], out: int, readable: Callable[[str], str]) -> None:
    """Run ``request["cells"]`` one after the other and write what they answer to ``out``."""
    said: dict[str, str] = {}

    def say(**line: Any) -> None:
        data = json.dumps(line, allow_nan=False).encode() + b"\n"
        while data:
            data = data[os.write(out, data) :]

    _prepare(request.get("files", {}))
    space = _namespace()
    names = request["names"]
    for position, source in enumerate(request["cells"]):
        if position in request.get("skip", ()):
            continue
        say(cell=position)
        try:
            _within(request["cell_seconds"], _execute, readable(source), space)
        except BaseException as error:
            say(stopped=position, why=_described(error, request["cell_seconds"]))
        _answers(names, space, said, say, request["cell_seconds"])
    for call in request.get("calls", ()):
        _call(call, space, request, say)
    say(end=True)


def _prepare(files: dict[str, str]) -> None:
    for name, text in files.items():
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = _Silent()  # type: ignore[assignment]
    sys.path.insert(0, os.getcwd())
    sys.argv = ["notebook"]


def _namespace() -> dict[str, Any]:
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    space = vars(module)
    nothing = _Magic()
    space.update(__builtins__=builtins, get_ipython=lambda: nothing, display=lambda *a, **k: None)
    space.update(In=[], Out={})
    return space


class _Magic:
    """Stands in for IPython: lines that begin with ``%`` or ``!`` do nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args, **options: None


def _execute(source: str, space: dict[str, Any]) -> None:
    code = compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, space)
    if isinstance(result, types.CoroutineType):
        import asyncio

        asyncio.run(result)


def _within(seconds: int, function: Callable[..., Any], *args: Any) -> Any:
    def ring(number: int, frame: Any) -> None:
        raise _TimeUp

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.2)  # rings again if it is caught
    try:
        return function(*args)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _answers(
    names: list[str], space: dict[str, Any], said: dict[str, str], say: Any, seconds: int
) -> None:
    for name in names:
        if name not in space:
            continue
        try:
            value = _within(seconds, plain.to_plain, space[name])
            text = json.dumps(value, allow_nan=False)
        except BaseException as error:
            value = {"kind": "other", "type": f"a value that raises {type(error).__name__}"[:80]}
            text = json.dumps(value)
        if said.get(name) != text:
            said[name] = text
            say(answer=name, value=value)


def _call(call: dict[str, Any], space: dict[str, Any], request: dict[str, Any], say: Any) -> None:
    from nnlib.exercises import outcomes

    name, position = call["name"], call["position"]
    if [name, position] in request.get("skip_calls", ()):
        return
    say(call=name, position=position)
    seconds = request["cell_seconds"]
    try:
        function = space[name]
        outcome = _within(seconds, lambda: outcomes(function, [call["args"]], 1e6)[0])
    except _TimeUp:
        outcome = {"time": seconds}
    except BaseException as error:
        outcome = {"raised": _described(error, seconds)}
    if str(outcome.get("raised", "")).startswith(_TimeUp.__name__):
        outcome = {"time": seconds}
    say(outcome=outcome, of=name, position=position)


def _described(error: BaseException, seconds: int) -> str:
    if isinstance(error, _TimeUp):
        return f"it takes longer than {seconds} s; does a loop never end?"
    try:
        text = f"{type(error).__name__}: {error}"
    except BaseException:
        text = type(error).__name__
    return str(text)[:300]
