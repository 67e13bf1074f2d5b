"""A sandbox for the code of students: what it is, how it is started, what comes out of it.

Bubblewrap makes it: no network, a file system that cannot be written, an empty environment, its own
processes. Inside, one warm process forks a jailed process for each submission, which has folders
and processes of its own, no privileges, limits on everything, and no calls of the kernel that
reach further (`marker.inside`). What comes out is JSON, taken as the word of a stranger.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import nnlib
from marker.limits import Limits

__all__ = ["NoSandbox", "Outcome", "Sandbox", "Work"]

NOBODY = 65534
NEVER_ENDS = "does a loop never end?"
_INSIDE = Path(__file__).parent / "inside"
_TRIES = 4  # a run that a cell has killed is repeated without that cell, at most so often
_START_SECONDS = 120
_LOST_AFTER = 30  # times as long as a run may last on a machine of its own


class NoSandbox(RuntimeError):
    """No sandbox can be made here; the text says why, and what to do."""


@dataclass(frozen=True)
class Work:
    """What is run: nothing of it is secret from the student.

    Attributes
    ----------
    cells : the code cells, in their order
    names : the names whose values are the answers
    calls : ``(name, position, arguments)`` for each call of a function, as JSON data
    files : what the notebook was handed out with, by name
    """

    cells: Sequence[str]
    names: Sequence[str]
    calls: Sequence[tuple[str, int, Sequence[Any]]] = ()
    files: dict[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """What a submission's code said, and how it ended.

    Attributes
    ----------
    answers : the last value of each name, as plain data
    values : for each name, what its calls gave, by position, as `nnlib.exercises.outcomes` says it
    stopped : for each cell that stopped, by position, why
    """

    answers: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[int, Any]] = field(default_factory=dict)
    stopped: dict[int, str] = field(default_factory=dict)
    cell: int | None = None
    call: tuple[str, int] | None = None
    ended: bool = False
    refused: str = ""


class Sandbox:
    """Runs the code of one submission after the other; each in a jail of its own.

    Use it in a ``with`` block. :class:`NoSandbox` is raised where none can be made.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start it, if it does not run yet."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        command = _command(self.limits)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={},
                cwd="/",
            )
        self._control = ours
        ours.settimeout(_START_SECONDS)
        try:
            answer = ours.recv(4096)
        except TimeoutError:
            answer = b""
        said = _read_line(answer) or {}
        if said.get("ready") is not True:
            self._refuse(str(said.get("refused", "")))
        self._try_out()

    def _try_out(self) -> None:
        """One jail, before anything of a student runs."""
        outcome, _ = self._run_once(Work(["answer = 6 * 7"], ["answer"]), [], [])
        if outcome.answers != {"answer": 42}:
            self._refuse(outcome.refused)

    def _refuse(self, why: str) -> None:
        assert self._process is not None and self._process.stderr is not None
        self._process.kill()
        errors = self._process.stderr.read(2000).decode(errors="replace").strip()
        self.close()
        raise NoSandbox(f"{_HOW_TO}\nWhat went wrong: {why or errors or 'it did not start'}")

    def close(self) -> None:
        """End it and everything in it."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stderr is not None
            self._process.stderr.close()
        self._control = self._process = None

    def run(self, work: Work) -> Outcome:
        """Run the cells and the calls. A cell or call that ends the process is left out the
        next time, so that the rest is still answered."""
        skip: list[int] = []
        skip_calls: list[tuple[str, int]] = []
        whole = Outcome()
        for _ in range(_TRIES):
            self.start()
            one, killed = self._run_once(work, skip, skip_calls)
            whole.answers |= one.answers
            whole.stopped |= one.stopped
            for name, values in one.values.items():
                whole.values.setdefault(name, {}).update(values)
            whole.ended = one.ended
            if one.ended:
                return whole
            why = _why_killed(killed, self.limits)
            skip += [cell for cell, said in one.stopped.items() if said.endswith(NEVER_ENDS)]
            if one.call is not None:
                name, position = one.call
                whole.values.setdefault(name, {})[position] = {"raised": f"the call: {why}"}
                skip_calls += [(name, other) for called, other, _ in work.calls if called == name]
            elif one.cell is not None:
                whole.stopped[one.cell] = why
                skip.append(one.cell)
            else:
                return whole
        return whole

    def _run_once(
        self, work: Work, skip: list[int], skip_calls: list[tuple[str, int]]
    ) -> tuple[Outcome, str]:
        assert self._control is not None
        request = {
            "cells": list(work.cells),
            "names": list(work.names),
            "calls": [{"name": n, "position": p, "args": list(a)} for n, p, a in work.calls],
            "files": work.files,
            "skip": skip,
            "skip_calls": [list(call) for call in skip_calls],
            "cell_seconds": self.limits.cell_seconds,
        }
        reading, asking = os.pipe()
        answered, answering = os.pipe()
        state, stating = os.pipe()
        try:
            self._control.settimeout(_START_SECONDS)
            socket.send_fds(self._control, [b"run"], [reading, answering, stating])
        finally:
            for number in (reading, answering, stating):
                os.close(number)
        return self._converse(json.dumps(request).encode(), asking, answered, state, work)

    def _converse(
        self, request: bytes, asking: int, answered: int, state: int, work: Work
    ) -> tuple[Outcome, str]:
        """Hand over the request while reading what comes back, no more than is allowed."""
        outcome, ended = Outcome(), b""
        lines = _Lines(self.limits.output_kb * 1024)
        until = time.monotonic() + _LOST_AFTER * (self.limits.seconds + self.limits.wait_seconds)
        open_files = {asking, answered, state}
        os.set_blocking(asking, False)
        poll = select.poll()
        poll.register(asking, select.POLLOUT)
        poll.register(answered, select.POLLIN)
        poll.register(state, select.POLLIN)

        def shut(number: int) -> None:
            poll.unregister(number)
            os.close(number)
            open_files.discard(number)

        try:
            while state in open_files or answered in open_files:
                ready = poll.poll(max(until - time.monotonic(), 0) * 1000)
                if not ready:  # whoever watches inside has been lost
                    self.close()
                    return outcome, "waiting"
                for number, event in ready:
                    if number == asking:
                        request = _write_some(asking, request) if event & select.POLLOUT else b""
                        if not request:
                            shut(asking)
                    elif number == answered:
                        data = os.read(answered, 65536)
                        for line in lines.add(data):
                            _take(outcome, line, work, self.limits)
                        if not data or lines.full:
                            shut(answered)
                    else:
                        data = os.read(state, 4096)
                        ended += data[: 4096 - len(ended)]
                        if not data:
                            shut(state)
        finally:
            for number in open_files:
                os.close(number)
        said = _read_line(ended) or {}
        if not said:  # whoever watches has ended before what is watched: end it all
            self.close()
        killed = said.get("killed")
        if lines.full:
            killed = "output"
        return outcome, killed if isinstance(killed, str) else "itself"


class _Lines:
    """Whole lines from pieces, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self.most, self.full = most, False
        self._rest = b""

    def add(self, data: bytes) -> Iterator[bytes]:
        self.most -= len(data)
        if self.most < 0:
            self.full = True
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        yield from lines
        if not data:
            yield self._rest


def _write_some(number: int, data: bytes) -> bytes:
    try:
        return data[os.write(number, data[:65536]) :]
    except BlockingIOError:
        return data
    except OSError:  # nobody reads any more
        return b""


def _read_line(data: bytes) -> dict[str, Any] | None:
    """A line of JSON that is an object, else None; never anything that runs code."""
    try:
        line = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _take(outcome: Outcome, data: bytes, work: Work, limits: Limits) -> None:
    """Believe one line, as far as it has the form of one; everything else is dropped."""
    line = _read_line(data)
    if line is None:
        return
    name, position = line.get("answer"), line.get("position")
    if _is_position(line.get("cell"), len(work.cells)):
        outcome.cell, outcome.call = line["cell"], None
    elif _is_position(line.get("stopped"), len(work.cells)):
        outcome.stopped[line["stopped"]] = _text(line.get("why"), 400)
    elif isinstance(name, str) and name in work.names:
        if (value := plain_value(line.get("value"), limits)) is not _NOT_PLAIN:
            outcome.answers[name] = value
    elif line.get("end") is True:
        outcome.ended = True
    elif "jail" in line:
        outcome.refused = _text(line["jail"], 400)
    else:
        _take_value(outcome, line, position, work, limits)


def _take_value(
    outcome: Outcome, line: dict[str, Any], position: Any, work: Work, limits: Limits
) -> None:
    for key in ("call", "of"):
        name = line.get(key)
        if not isinstance(name, str) or not isinstance(position, int):
            continue
        if not any(name == called and position == number for called, number, _ in work.calls):
            return
        if key == "call":
            outcome.call = (name, position)
        elif (said := _outcome_of_call(line.get("outcome"))) is not None:
            outcome.values.setdefault(name, {})[position] = said
        return


def _outcome_of_call(said: Any) -> dict[str, Any] | None:
    """What a call did, if it is said in one of the five ways; a value is looked at by who judges."""
    match said:
        case {"value": value} if len(said) == 1:
            return {"value": value}
        case {"raised": str(text)} if len(said) == 1:
            return {"raised": _text(text, 300)}
        case {"time": int(seconds)} if len(said) == 1 and _is_position(seconds, 10**6):
            return {"time": seconds}
        case {"changed": place} if len(said) == 1 and _is_position(place, 100):
            return {"changed": place}
        case {"strange": str(kind)} if len(said) == 1:
            return {"strange": _text(kind, 60)}
    return None


def _is_position(value: Any, count: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def _text(value: Any, most: int) -> str:
    """A text that can be shown: short, and without what steers a terminal."""
    text = value if isinstance(value, str) else ""
    text = text.encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else " " for c in text[:most]).strip()


# --- what a value may look like -------------------------------------------------------------------

_NOT_PLAIN = object()


def plain_value(value: Any, limits: Limits, depth: int = 0) -> Any:
    """The value if it has one of the forms that values have, else a mark that it has not."""
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**300 else _NOT_PLAIN
    if isinstance(value, str):
        return _long_text(value, limits)
    if not isinstance(value, dict) or depth > 8:
        return _NOT_PLAIN
    reader = _READERS.get(value.get("kind")) if isinstance(value.get("kind"), str) else None
    return _NOT_PLAIN if reader is None else reader(value, limits, depth)


def _long_text(text: str, limits: Limits) -> Any:
    if len(text) > limits.text_chars:
        return {"kind": "other", "type": f"a text of more than {limits.text_chars} characters"}
    return text.encode("utf-8", "replace").decode()


def _plain_kind(value: dict[str, Any], limits: Limits, depth: int) -> Any:
    return {"kind": value["kind"]}


def _plain_float(value: dict[str, Any], limits: Limits, depth: int) -> Any:
    said = value.get("value")
    return {"kind": "float", "value": said} if said in ("nan", "inf", "-inf") else _NOT_PLAIN


def _plain_formula(value: dict[str, Any], limits: Limits, depth: int) -> Any:
    text = value.get("text")
    if not isinstance(text, str):
        return _NOT_PLAIN
    text = _long_text(text, limits)
    return text if isinstance(text, dict) else {"kind": "formula", "text": text}


def _plain_other(value: dict[str, Any], limits: Limits, depth: int) -> Any:
    return {"kind": "other", "type": _text(value.get("type"), 80)}


def _plain_items(value: dict[str, Any], limits: Limits, depth: int) -> Any:
    items = value.get("items")
    if not isinstance(items, list):
        return _NOT_PLAIN
    plain = [plain_value(item, limits, depth + 1) for item in items]
    return _NOT_PLAIN if _NOT_PLAIN in plain else {"kind": value["kind"], "items": plain}


_READERS = {
    "nothing": _plain_kind,
    "function": _plain_kind,
    "float": _plain_float,
    "formula": _plain_formula,
    "other": _plain_other,
    "list": _plain_items,
}


# --- how it is started ----------------------------------------------------------------------------

_HOW_TO = """No sandbox can be made here, so nothing is run.
It needs Linux and Debian's package bubblewrap (sudo apt install bubblewrap), and a kernel that lets
users make namespaces. Where it does not:
  Debian, older kernels    sudo sysctl kernel.unprivileged_userns_clone=1
  Ubuntu 24.04 and later   sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0
  in a container           start it with --privileged, or mark on the machine itself"""


def _why_killed(killed: str, limits: Limits) -> str:
    reasons = {
        "memory": f"it takes more than {limits.memory_mb} MB of memory",
        "waiting": f"the notebook waits for longer than {limits.wait_seconds} s",
        "processor": f"the notebook computes for longer than {limits.seconds} s",
        "output": f"the answers are longer than {limits.output_kb} kB",
        "itself": "it ends the program",
    }
    return reasons.get(killed, f"it breaks the program off ({_text(killed, 40)})")


def _command(limits: Limits) -> list[str]:
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise NoSandbox(f"{_HOW_TO}\nWhat went wrong: there is no command 'bwrap'")
    as_root = os.geteuid() == 0
    python = Path(sys.base_prefix, "bin", f"python{sys.version_info[0]}.{sys.version_info[1]}")
    settings = {
        "path": ["/sandbox", *(f"/sandbox/site{number}" for number in range(len(_sites())))],
        "user": NOBODY if as_root else None,
        "limits": limits.to_data(),
    }
    spaces = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    if as_root:  # its limits hold for nobody; it goes on as somebody without rights
        spaces += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        spaces += ["--unshare-user", "--cap-drop", "ALL"]
    return [
        bwrap,
        *spaces,
        "--unshare-cgroup-try",
        "--die-with-parent",
        "--new-session",
        "--hostname",
        "sandbox",
        *_mounts(),
        "--clearenv",
        *_environment(),
        "--chdir",
        "/",
        str(python),
        "-I",
        "-S",
        "/sandbox/marker_inside/host.py",
        json.dumps(settings),
    ]


def _mounts() -> list[str]:
    """What can be read inside: the system's libraries, Python's packages, `nnlib`."""
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/lib", "/lib32", "/lib64", "/sbin"):
        if os.path.islink(name):
            mounts += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            mounts += ["--ro-bind", name, name]
    if os.path.exists("/etc/ld.so.cache"):
        mounts += ["--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    base = os.path.realpath(sys.base_prefix)
    if not Path(base).is_relative_to("/usr"):
        mounts += _folders(Path(sys.base_prefix).parent)
        mounts += ["--ro-bind", base, sys.base_prefix]
    assert nnlib.__file__ is not None
    mounts += _folders(Path("/sandbox"))
    for number, site in enumerate(_sites()):
        mounts += ["--ro-bind", site, f"/sandbox/site{number}"]
    mounts += ["--ro-bind", str(Path(nnlib.__file__).resolve().parent), "/sandbox/nnlib"]
    mounts += ["--ro-bind", str(_INSIDE), "/sandbox/marker_inside"]
    mounts += ["--proc", "/proc", "--dev", "/dev", "--dir", "/tmp"]
    return [*mounts, "--remount-ro", "/dev", "--remount-ro", "/"]


@functools.cache
def _sites() -> list[str]:
    """The folders that the packages stand in which notebooks use."""
    found = [importlib.util.find_spec(name) for name in ("numpy", "sympy", "IPython")]
    folders = [
        os.path.realpath(Path(spec.origin).parents[1]) for spec in found if spec and spec.origin
    ]
    return list(dict.fromkeys(folders))


def _folders(path: Path) -> list[str]:
    """Make a folder and those above it, to be entered by anybody."""
    made = [str(folder) for folder in [*reversed(path.parents), path] if str(folder) != "/"]
    return [part for folder in made for part in ("--perms", "0755", "--dir", folder)]


def _environment() -> list[str]:
    values = {
        "HOME": "/tmp",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
    }
    return [part for name, value in values.items() for part in ("--setenv", name, value)]
