"""The warm process inside the sandbox: it imports once and forks one jailed process a submission.

It never sees a submission. The marker sends it open files; a forked process reads the notebook from
one of them and writes the answers to another, so that nothing of one student stays in the memory
that the next one's process starts with. Its standard input is the socket to the marker.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from typing import Any

LOOK_EVERY = 0.05  # seconds between two looks at memory and clock
INNER_USER = 1000
CONTROL = 0


def main() -> None:
    settings = json.loads(sys.argv[1])
    sys.path[:0] = settings["path"]
    from marker_inside import kernel, plain, student  # noqa: F401

    control = socket.socket(fileno=os.dup(CONTROL))
    try:
        _become_nobody(settings["user"])
        kernel.own_user_namespace(INNER_USER, INNER_USER)
        _warm_up()
        settings["baseline"] = _size_now()
    except Exception as error:  # the marker has to know
        control.send(json.dumps({"refused": f"{type(error).__name__}: {error}"[:500]}).encode())
        return
    control.send(b'{"ready": true}')
    gc.collect()
    gc.freeze()
    while True:
        message, files, _, _ = socket.recv_fds(control, 16, 3)
        if not message:
            return
        _run(*files, settings)


def _become_nobody(user: int | None) -> None:
    """Root gives up being root: limits on processes do not hold for it."""
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def _warm_up() -> None:
    """Import and use once what a notebook is likely to: it then costs no submission anything."""
    import numpy as np
    import sympy as sp
    from marker_inside import plain

    from nnlib.exercises import outcomes

    x = sp.Symbol("x", positive=True)
    plain.to_plain([sp.exp(x) / (x + 1), np.ones(2), 1.5])
    outcomes(lambda: np.ones(2), [[]])
    compile(_readable("x = 1"), "<cell>", "exec")


def _readable(source: str) -> str:
    """A cell without IPython's own signs (`%`, `!`, `?`)."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def _size_now() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


# --- one submission -------------------------------------------------------------------------------


def _run(request: int, answers: int, status: int, settings: dict[str, Any]) -> None:
    """Start a jailed process, watch it, and tell the marker how it ended."""
    from marker_inside import kernel

    child = kernel.fork_into(
        kernel.NEW_MOUNTS | kernel.NEW_PROCESSES | kernel.NEW_IPC | kernel.NEW_NAMES
    )
    if child == 0:
        _be_student(request, answers, settings)
    os.close(request)
    os.close(answers)
    with open(status, "wb", buffering=0) as file, contextlib.suppress(BrokenPipeError):
        file.write(json.dumps(_watch(child, settings["limits"])).encode())


def _watch(child: int, limits: dict[str, int]) -> dict[str, Any]:
    """Wait for the process; kill it (and with it all that it started) past a limit.

    Time is what the processes compute and what they wait by their own will; the time in which
    they are ready and the machine is busy with others is nobody's.
    """
    poll = select.poll()
    watched = os.pidfd_open(child)
    poll.register(watched, select.POLLIN)
    killed, waited, looked, busy = None, 0.0, time.monotonic(), 0.0
    while killed is None and not poll.poll(LOOK_EVERY * 1000):
        ours = _all_of(child)
        before, looked = looked, time.monotonic()
        before_busy, busy = busy, sum(map(_busy, ours))
        waited += max(looked - before - max(busy - before_busy, 0), 0)
        if sum(map(_memory, ours)) > limits["memory_mb"] * 2**20:
            killed = "memory"
        elif sum(map(_computed, ours)) > limits["seconds"]:
            killed = "processor"
        elif waited > limits["wait_seconds"]:
            killed = "waiting"
    if killed:
        os.kill(child, signal.SIGKILL)
    _, ended, used = os.wait4(child, 0)
    os.close(watched)
    if os.WIFSIGNALED(ended) and killed is None:
        used_up = used.ru_utime + used.ru_stime > limits["seconds"] - 1
        killed = "processor" if used_up else f"signal {os.WTERMSIG(ended)}"
    return {"code": os.waitstatus_to_exitcode(ended), "killed": killed}


def _all_of(child: int) -> set[int]:
    """The process and all its descendants."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        fields = _fields(int(name))
        if fields:
            parents[int(name)] = int(fields[1])
    ours, found = set(), {child}
    while ours != found:
        ours = found
        found = ours | {process for process, parent in parents.items() if parent in ours}
    return ours


def _fields(process: int) -> list[str]:
    """What the kernel says of a process, from its state on; nothing once it has ended."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()
    except OSError:
        return []


def _computed(process: int) -> float:
    """Seconds on the processor, of children that were waited for as well."""
    return sum(map(int, _fields(process)[11:15])) / os.sysconf("SC_CLK_TCK")


def _busy(process: int) -> float:
    """Seconds in which its threads computed or would have, had a processor been free."""
    total = 0
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/schedstat") as file:
                total += sum(map(int, file.read().split()[:2]))
    except OSError:
        pass
    return total / 1e9


def _memory(process: int) -> int:
    """Bytes that it holds; what several processes share counts once in all."""
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except PermissionError:  # a program that may not be looked into: all that is in its memory
        try:
            with open(f"/proc/{process}/statm") as file:
                return int(file.read().split()[1]) * resource.getpagesize()
        except OSError:
            pass
    except OSError:
        pass  # it has ended
    return 0


def _be_student(request: int, answers: int, settings: dict[str, Any]) -> None:
    """Lock the door from inside, then run the notebook."""
    try:
        try:
            _lock(request, answers, settings)
            with open(0, "rb", closefd=False) as file:
                work = json.loads(file.read())
            nothing = os.open("/dev/null", os.O_RDWR)
            os.dup2(nothing, 0)
            os.close(nothing)
        except Exception as error:  # the marker tries this out before it runs anything
            os.write(3, json.dumps({"jail": f"{type(error).__name__}: {error}"[:500]}).encode())
            return
        from marker_inside import student

        student.run(work, 3, _readable)
    finally:
        os._exit(0)


def _lock(request: int, answers: int, settings: dict[str, Any]) -> None:
    from marker_inside import kernel

    kernel.die_with_parent()
    os.setsid()  # a signal to the group of processes would reach who watches
    _keep_only(request, answers)
    _own_files(settings["limits"])
    _set_limits(settings)
    kernel.drop_privileges()
    kernel.filter_calls()


def _own_files(limits: dict[str, int]) -> None:
    """Folders of its own, empty, in memory; and no view of other processes."""
    from marker_inside import kernel

    kernel.make_mounts_private()
    kernel.mount_files("/dev/shm", 16)
    kernel.mount_files("/proc", 1, read_only=True)
    kernel.mount_files("/tmp", limits["files_mb"])
    os.chdir("/tmp")


def _keep_only(request: int, answers: int) -> None:
    """The notebook comes in as file 0, the answers go out as file 3; no other file is open."""
    request, answers = os.dup2(request, 200), os.dup2(answers, 201)
    nothing = os.open("/dev/null", os.O_RDWR)
    for number, target in ((request, 0), (nothing, 1), (nothing, 2), (answers, 3)):
        os.dup2(number, target)
    os.closerange(4, 65536)


def _set_limits(settings: dict[str, Any]) -> None:
    limits = settings["limits"]
    for kind, most in (
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_AS, settings["baseline"] + limits["memory_mb"] * 2**20),
        (resource.RLIMIT_NPROC, limits["processes"] + 1),  # the host counts
        (resource.RLIMIT_FSIZE, limits["files_mb"] * 2**20),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
