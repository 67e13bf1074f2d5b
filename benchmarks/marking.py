"""How fast the marker is, beside `nbgrader autograde` on the same submissions, and how much memory.

    .venv/bin/python benchmarks/marking.py            1,000 submissions, 20 of them by nbgrader
    .venv/bin/python benchmarks/marking.py 200 5
    .venv/bin/python benchmarks/marking.py 1000 0 --cluster

With `--cluster` the same submissions are marked again by a Dask scheduler and two workers on this
machine, and once more with one worker killed half-way: each student must be marked once, and all
that is written must be the same, byte for byte.

Needs `make marker`. Processor time is that of all processes together, read from a control group;
where none can be made (it takes root), of those that can be waited for.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "marker")]

from small_course import answered, hand_in, write_assignment  # noqa: E402

NAME = "demo"
FORMS = [  # of the right answer, as students type it
    "gamma^(T-1)*(1-gamma)", "(1-gamma)*gamma**(T-1)", "gamma^(T-1) - gamma^T", "γ^(T-1) (1-γ)",
    r"\gamma^{T-1}(1-\gamma)", "(1-gamma)*gamma^T/gamma",
]  # fmt: skip
KINDS = [
    {},
    {"weight": "weight = 'gamma^T*(1-gamma)'"},
    {"steps": "steps = 100"},
    {"sums": "def sums(x): return x.sum(axis=0), x.min(axis=0)"},
    {"weight": "weight = 'gamma^(T-1)*(1-gamma)*(1 + 1/NUMBER)'"},  # nobody else has this one
]


class Used:
    """Processor seconds and the largest memory of a command and all that it starts."""

    seconds = 0.0
    clock = 0.0
    memory: list[int] = []


def main() -> None:
    """Mark, then let others mark the same."""
    parser = argparse.ArgumentParser(description="How fast the marker is.")
    parser.add_argument("count", type=int, nargs="?", default=1000, help="submissions")
    parser.add_argument("beside", type=int, nargs="?", default=20, help="of them by nbgrader")
    parser.add_argument("--cluster", action="store_true", help="again on a cluster")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        source = write_assignment(folder / "author")
        for number in range(options.count):
            hand_in(folder / "submitted", f"s{number:04}", of_student(number))
        marker = [sys.executable, "-m", "marker"]
        measured([*marker, "seed", "seed.txt"], folder)
        command = [*marker, "mark", "submitted", "--assignment", str(source), "--seed-file"]
        command += ["seed.txt", "--into"]
        warm = on_this_machine(command, folder, options.count)
        if options.beside:
            theirs = nbgrader(folder, options.beside)
            each = theirs.seconds / options.beside
            print(f"nbgrader autograde: {options.beside} of them, {theirs.seconds:.1f} s of "
                  f"processor time: {1 / each:.2f} a second")  # fmt: skip
            print(f"  the marker's throughput is {warm * each:.0f} times that")
        if options.cluster:
            on_a_cluster(command, folder, options.count)


def of_student(number: int) -> dict[str, Any]:
    """What a student hands in: right in one of many forms, or wrong as others are, or as nobody is."""
    right = {"weight": f"weight = {FORMS[number % len(FORMS)]!r}"}
    kind = right | KINDS[number % len(KINDS)]
    return answered(
        **{name: text.replace("NUMBER", str(number + 2)) for name, text in kind.items()}
    )


def on_this_machine(command: list[str], folder: Path, count: int) -> float:
    """Mark on all cores; how many submissions a second of processor time takes, once warm."""
    one = measured([*command, "one", "--workers", "1"], folder, first=1)
    ours = measured([*command, "marks"], folder)
    warm = (count - 1) / (ours.seconds - one.seconds) if count > 1 else float("nan")
    print(f"marker: {count} submissions, {ours.seconds:.1f} s of processor time, "
          f"{ours.clock:.1f} s on the clock")  # fmt: skip
    print(f"  warm: {warm:.1f} a second of processor time (starting takes {one.seconds:.1f} s)")
    print_memory(ours)
    each_once(folder / "marks", count)
    return warm


def print_memory(used: Used) -> None:
    """The memory at ten moments along the way."""
    tenths = used.memory[len(used.memory) // 10 :: max(len(used.memory) // 10, 1)]
    print("  memory along the way, MB:", *(f"{size / 2**20:.0f}" for size in tenths), flush=True)


# --- on a cluster ---------------------------------------------------------------------------------


def on_a_cluster(command: list[str], folder: Path, count: int) -> None:
    """Two workers; then two of which one is killed half-way. Both write what was written before."""
    from marker.certificates import make_certificates

    make_certificates(folder / "keys")
    for into, killed in (("cluster", False), ("killed", True)):
        with cluster(folder) as (address, workers):
            half = kill_half_way(folder / into, workers[0], count) if killed else None
            options = ["--scheduler", address, "--certificates", "keys"]
            used = measured([*command, into, *options], folder, meanwhile=half, others=workers)
            if killed and workers[0].poll() is None:
                raise SystemExit("the worker was not killed: there was nothing to measure")
        what = "one killed half-way" if killed else "both to the end"
        print(f"cluster, two workers, {what}: {count} submissions, {used.clock:.1f} s on the clock")
        print_memory(used)
        each_once(folder / into, count)
        if written(folder / into) != written(folder / "marks"):
            raise SystemExit(f"{into}: not what was written without a cluster")
        print("  each student is marked once; the same was written, byte for byte")


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler on loopback and two workers; its address, and the workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tls://127.0.0.1:{probe.getsockname()[1]}"
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"
    }  # fmt: skip

    def start(which: str, *arguments: str) -> subprocess.Popen[bytes]:
        keys = folder / "keys"
        tls = ["--tls-ca-file", f"{keys}/ca.pem", "--tls-cert", f"{keys}/{which}.pem"]
        tls += ["--tls-key", f"{keys}/{which}-key.pem", "--no-dashboard"]
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{which}", *arguments, *tls],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    host, _, port = address.rpartition(":")
    processes = [start("scheduler", "--protocol", "tls", "--host", host, "--port", port)]
    place = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder / "workers")]
    processes += [start("worker", address, *place) for _ in range(2)]
    try:
        wait_for(address, folder / "keys", processes)
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def wait_for(address: str, keys: Path, processes: list[subprocess.Popen[bytes]]) -> None:
    """Until both workers are there."""
    from marker.cluster import cluster_of

    while True:
        with contextlib.suppress(OSError, ValueError):
            if cluster_of(address, keys)[1] == 2:
                return
        if any(process.poll() is not None for process in processes):
            raise SystemExit("the cluster did not start")
        time.sleep(0.5)


def kill_half_way(marks: Path, worker: subprocess.Popen[bytes], count: int) -> Callable[[], None]:
    """What is to be called now and then: kills the worker once half of the marks are there."""

    def look() -> None:
        journal = marks / "journal.jsonl"
        done = journal.read_bytes().count(b"\n") if journal.exists() else 0
        if 2 * done >= count and worker.poll() is None:
            os.kill(worker.pid, signal.SIGKILL)
            print(f"  a worker was killed after {done} of {count}")
            worker.wait()

    return look


def each_once(marks: Path, count: int) -> None:
    """Stop unless each student has one line in the journal."""
    lines = (marks / "journal.jsonl").read_text().splitlines()
    students = [json.loads(line)["marks"]["student"] for line in lines]
    if sorted(students) != [f"s{number:04}" for number in range(count)]:
        raise SystemExit(f"{marks.name}: {len(students)} lines of {len(set(students))} students")


def written(marks: Path) -> dict[str, str]:
    """All files but the journal, whose lines stand in the order in which they were done."""
    return {
        str(path.relative_to(marks)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(marks.rglob("*"))
        if path.is_file() and path.name != "journal.jsonl"
    }


# --- measuring ------------------------------------------------------------------------------------


def measured(
    command: list[str],
    folder: Path,
    first: int | None = None,
    meanwhile: Callable[[], None] | None = None,
    others: Sequence[subprocess.Popen[bytes]] = (),
) -> Used:
    """Run a command; with `first`, on so many of the submissions only.

    The memory of `others` is counted as well, and `meanwhile` is called now and then.
    """
    used, started = Used(), time.monotonic()
    used.memory = []
    if first is not None:
        few = folder / "few"
        for path in sorted((folder / "submitted").iterdir())[:first]:
            hand_in(few, path.name, (path / f"{NAME}.ipynb").read_bytes())
        command = ["few" if part == "submitted" else part for part in command]
    with control_group() as group:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            preexec_fn=(lambda: (group / "cgroup.procs").write_text("0")) if group else None,
        )  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        watching = threading.Thread(target=watch, args=([process, *others], used, meanwhile))
        watching.start()
        errors = process.stderr.read().decode() if process.stderr else ""
        code = process.wait()
        watching.join()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.clock = time.monotonic() - started
        waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        used.seconds = seconds_of(group) if group else waited
    if code:
        raise SystemExit(f"{' '.join(command)}:\n{errors}")
    return used


@contextlib.contextmanager
def control_group() -> Iterator[Path | None]:
    """A control group of its own that counts processor time; none where there is no right to."""
    for root in (Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup")):
        group = root / f"marking-{os.getpid()}"
        try:
            group.mkdir()
            seconds_of(group)
        except OSError:
            with contextlib.suppress(OSError):
                group.rmdir()
            continue
        try:
            yield group
        finally:
            for _ in range(100):
                with contextlib.suppress(OSError):
                    group.rmdir()
                    break
                time.sleep(0.1)
        return
    yield None


def seconds_of(group: Path) -> float:
    """What a control group has used so far."""
    old = group / "cpuacct.usage"
    if old.exists():
        return int(old.read_text()) / 1e9
    return int((group / "cpu.stat").read_text().split()[1]) / 1e6


def watch(
    processes: Sequence[subprocess.Popen[bytes]], used: Used, meanwhile: Callable[[], None] | None
) -> None:
    """The memory of the command, of other processes and of their descendants, now and then."""
    while processes[0].poll() is None:
        if meanwhile is not None:
            meanwhile()
        ours = set().union(*(family(process.pid) for process in processes))
        used.memory.append(sum(map(memory_of, ours)))
        time.sleep(0.5)


def family(root: int) -> set[int]:
    """A process and its descendants."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                text = (folder / "stat").read_text()
                parents[int(folder.name)] = int(text.rsplit(")", 1)[1].split()[1])
    found: set[int] = set()
    more = {root}
    while more != found:
        found = more
        more = found | {number for number, parent in parents.items() if parent in found}
    return found


def memory_of(number: int) -> int:
    """What a process holds, in bytes; what several share is counted in parts."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def nbgrader(folder: Path, count: int) -> Used:
    """The same submissions by nbgrader, which runs each in a kernel of its own."""
    course = folder / "course"
    release = course / "source" / NAME / f"{NAME}.ipynb"
    release.parent.mkdir(parents=True)
    notebook = json.loads((folder / "author" / f"{NAME}.ipynb").read_text())
    release.write_text(json.dumps(notebook))
    for path in sorted((folder / "submitted").iterdir())[:count]:
        place = course / "submitted" / path.name / NAME
        place.mkdir(parents=True)
        (place / f"{NAME}.ipynb").write_bytes((path / f"{NAME}.ipynb").read_bytes())
    run = [sys.executable, "-m", "nbgrader"]
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    measured([*run, "generate_assignment", NAME, f"--course-dir={course}"], folder)
    return measured([*run, "autograde", NAME, f"--course-dir={course}"], folder)


if __name__ == "__main__":
    main()
