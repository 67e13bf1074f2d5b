"""Marks a folder of submissions: on all cores or on a cluster, going on where it was stopped."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marker.assignment import Assignment
from marker.journal import Journal
from marker.judging import marks_of_unreadable
from marker.limits import Limits
from marker.sandbox import NoSandbox, Sandbox
from marker.submissions import Submission, Unreadable, find, read_submission
from marker.task import Setup, mark_task
from nnlib.exercises import UNDECIDED

__all__ = ["Counted", "cores", "mark_folder", "pool_of", "shown_progress"]

_CHANCES = 2  # a submission with which a worker ends twice is left to a person

MakeExecutor = Callable[[], Executor]


@dataclass(frozen=True)
class Counted:
    """What a run has done."""

    students: tuple[str, ...]
    marked: int
    kept: int  # marked in an earlier run
    seconds: float


@dataclass
class _Task:
    student: str
    key: str
    data: bytes
    note: str
    lost: int = 0


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def pool_of(workers: int, limits: Limits) -> MakeExecutor:
    """Processes on this machine; ``NoSandbox`` is raised where they could not run anything."""

    def make() -> Executor:
        with Sandbox(limits):
            context = multiprocessing.get_context("spawn")
            return ProcessPoolExecutor(
                workers, mp_context=context, initializer=_bound, initargs=(limits.marker_mb,)
            )

    return make


def _bound(megabytes: int) -> None:
    """A comparison that would take more memory fails, and is left to a person."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))


def mark_folder(
    folder: Path,
    setup: Setup,
    journal: Path,
    make_executor: MakeExecutor,
    workers: int,
    progress: Callable[[int, int, int], None] | None = None,
) -> Counted:
    """Mark what is in `folder` and not in the journal yet; the journal then holds it all.

    ``NoSandbox`` is raised before anything runs where no sandbox can be made.
    """
    started = time.monotonic()
    assignment = setup.load()
    submissions = find(folder, assignment.name)
    with Journal(journal) as book:
        run = _Run(setup, assignment, book, make_executor, workers)
        for key, marks in run.mark(submissions):
            book.add(key, marks)
            run.marked += 1
            if progress:
                progress(run.kept + run.marked, len(submissions), run.kept)
    students = tuple(submission.student for submission in submissions)
    return Counted(students, run.marked, run.kept, time.monotonic() - started)


class _Run:
    """One run over all submissions, with a bounded number of them in memory."""

    def __init__(
        self,
        setup: Setup,
        assignment: Assignment,
        journal: Journal,
        make_executor: MakeExecutor,
        workers: int,
    ) -> None:
        self.setup, self.assignment, self.journal = setup, assignment, journal
        self.make_executor, self.window = make_executor, 2 * workers
        self.marked = self.kept = 0
        self.executor: Executor | None = None
        self.depends_on = f"{assignment.digest}{assignment.personal}{setup.limits}"

    def mark(self, submissions: list[Submission]) -> Iterator[tuple[str, Any]]:
        """Each submission's key and marks, as they come."""
        waiting = iter(submissions)
        suspects: deque[_Task] = deque()
        running: dict[Future[Any], _Task] = {}
        try:
            while True:
                # After a worker was lost, what it may have been is tried alone.
                window = 1 if suspects else self.window
                while len(running) < window:
                    task = suspects.popleft() if suspects else self._next(waiting)
                    if task is None:
                        break
                    if isinstance(task, tuple):
                        yield task
                        continue
                    running[self._submit(task)] = task
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task = running.pop(future)
                    done = self._result(future, task)
                    if done is None:
                        suspects.append(task)
                    else:
                        yield task.key, done
        finally:
            self._shut_down()

    def _next(self, waiting: Iterator[Submission]) -> Any:
        """The next that is to be run; or, for one that cannot be read, its marks."""
        for submission in waiting:
            try:
                data = read_submission(submission.path, self.setup.limits)
                key = self._key(data, submission)
            except Unreadable as error:
                key = self._key(str(error).encode(), submission)
                data = None
                marks = marks_of_unreadable(
                    self.assignment, submission.student, str(error), submission.note
                )
            if self.journal.has(submission.student, key):
                self.kept += 1
            elif data is None:
                return key, marks
            else:
                return _Task(submission.student, key, data, submission.note)
        return None

    def _key(self, data: bytes, submission: Submission) -> str:
        parts = [self.depends_on, submission.student, submission.note]
        known = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass"))
        known.update(hashlib.sha256(data).digest())
        return known.hexdigest()

    def _submit(self, task: _Task) -> Future[Any]:
        if self.executor is None:
            self.executor = self.make_executor()
        try:
            return self.executor.submit(mark_task, self.setup, task.student, task.data, task.note)
        except BrokenProcessPool:
            self._shut_down()
            return self._submit(task)

    def _result(self, future: Future[Any], task: _Task) -> Any:
        """The marks; nothing where the worker was lost and the task is to be tried again."""
        try:
            return future.result()
        except NoSandbox:
            raise
        except BrokenProcessPool:
            self._shut_down()
            why = "the marker's process ended"
        except Exception as error:
            why = f"the marker stopped: {type(error).__name__}: {error}"[:200]
        task.lost += 1
        if task.lost < _CHANCES:
            return None
        marks = marks_of_unreadable(self.assignment, task.student, f"Not marked: {why}.", task.note)
        for question in marks["questions"]:
            question |= {"status": UNDECIDED, "message": "A person marks it."}
        return marks | {"open": [question["id"] for question in marks["questions"]]}

    def _shut_down(self) -> None:
        if self.executor is not None:
            self.executor.shutdown(wait=True, cancel_futures=True)
            self.executor = None


@contextmanager
def shown_progress(stream: Any = None) -> Iterator[Callable[[int, int, int], None]]:
    """A line on the terminal that counts; in a file, a line every tenth."""
    out = stream or sys.stderr
    live = out.isatty()
    said = [-1]

    def show(done: int, of: int, kept: int) -> None:
        tenth = 10 * done // max(of, 1)
        if live or tenth != said[0]:
            said[0] = tenth
            before = f" ({kept} of them before)" if kept else ""
            print(
                f"{done} of {of} marked{before}", end="\r" if live else "\n", file=out, flush=True
            )

    yield show
    if live and said[0] >= 0:
        print(file=out)
