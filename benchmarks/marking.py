"""How fast the marker is, beside `nbgrader autograde` on the same submissions, and how much memory.

    .venv/bin/python benchmarks/marking.py            1,000 submissions, 20 of them by nbgrader
    .venv/bin/python benchmarks/marking.py 200 5

Needs `make marker`. Processor time is that of all processes together, read from a control group;
where none can be made (it takes root), of those that can be waited for.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "marker")]

from small_course import answered, hand_in, write_assignment  # noqa: E402

NAME = "demo"
KINDS = [
    {},
    {"weight": "weight = 'gamma^T*(1-gamma)'"},
    {"steps": "steps = 100"},
    {"sums": "def sums(x): return x.sum(axis=0), x.min(axis=0)"},
]


class Used:
    """Processor seconds and the largest memory of a command and all that it starts."""

    seconds = 0.0
    clock = 0.0
    memory: list[int] = []


def main() -> None:
    """Mark, then let nbgrader mark some of the same."""
    count, beside = (int(text) for text in [*sys.argv[1:], "1000", "20"][:2])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        source = write_assignment(folder / "author")
        for number in range(count):
            hand_in(folder / "submitted", f"s{number:04}", answered(**KINDS[number % len(KINDS)]))
        marker = [sys.executable, "-m", "marker"]
        measured([*marker, "seed", "seed.txt"], folder)
        command = [*marker, "mark", "submitted", "--assignment", str(source), "--seed-file"]
        one = measured([*command, "seed.txt", "--into", "one", "--workers", "1"], folder, first=1)
        ours = measured([*command, "seed.txt", "--into", "marks"], folder)
        warm = (count - 1) / (ours.seconds - one.seconds) if count > 1 else float("nan")
        print(f"marker: {count} submissions, {ours.seconds:.1f} s of processor time, "
              f"{ours.clock:.1f} s on the clock")  # fmt: skip
        print(f"  warm: {warm:.1f} a second of processor time (starting takes {one.seconds:.1f} s)")
        tenths = ours.memory[len(ours.memory) // 10 :: max(len(ours.memory) // 10, 1)]
        print("  memory along the way, MB:", *(f"{size / 2**20:.0f}" for size in tenths))
        theirs = nbgrader(folder, beside)
        each = theirs.seconds / beside
        print(f"nbgrader autograde: {beside} of them, {theirs.seconds:.1f} s of processor time: "
              f"{1 / each:.2f} a second")  # fmt: skip
        print(f"  the marker's throughput is {warm * each:.0f} times that")


def measured(command: list[str], folder: Path, first: int | None = None) -> Used:
    """Run a command; with `first`, on so many of the submissions only."""
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
        watching = threading.Thread(target=watch, args=(process, used))
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


def watch(process: subprocess.Popen[bytes], used: Used) -> None:
    """The memory of the command and its descendants, now and then."""
    while process.poll() is None:
        used.memory.append(sum(memory_of(number) for number in family(process.pid)))
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
