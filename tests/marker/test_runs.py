"""Runs that are stopped, processes that are lost, and the commands, from an empty folder."""

import csv
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from small_course import SECRET, answered, hand_in, write_assignment

import marker.run
from marker.__main__ import _parser, main
from marker.journal import Journal, write_whole
from marker.limits import Limits
from marker.run import mark_folder, pool_of
from marker.sandbox import NoSandbox
from marker.seeds import judge_seed, new_secret, personal_seed, read_secret
from marker.task import Setup, mark_task

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def setup(source, limits):
    return Setup.of(source, SECRET, limits)


class Here(Executor):
    """Runs a task at once, in this process, and loses the workers it is told to lose."""

    def __init__(self, lost=()):
        self.lost, self.tried = dict(lost), []

    def submit(self, function, /, *args, **options):
        future: Future = Future()
        student = args[1]
        self.tried.append(student)
        if self.lost.get(student, 0) > 0:
            self.lost[student] -= 1
            future.set_exception(RuntimeError("lost"))
        else:
            future.set_result(fake_marks(*args))
        return future


def fake_marks(setup, student, data, note):
    question = {"id": "weight", "status": "right", "points": 100, "of": 100, "parts": []}
    return {"student": student, "points": 100, "of": 450, "open": [], "notes": [note],
            "questions": [question | {"message": "", "answer": "", "title": ""}]}  # fmt: skip


def test_a_run_goes_on_where_it_was_stopped(setup, tmp_path):
    """Stopped at every number of students, also in the middle of a line."""
    for number in range(6):
        hand_in(tmp_path / "in", f"s{number}", answered())
    journal = tmp_path / "journal.jsonl"

    class Stop(Exception):
        pass

    for stop in range(1, 7):

        def progress(done, of, kept, stop=stop):
            if done == stop:
                raise Stop

        with pytest.raises(Stop):
            mark_folder(tmp_path / "in", setup, journal, Here, 1, progress)
        with open(journal, "ab") as file:
            file.write(b'{"key": "cut o')
    here = Here()
    counted = mark_folder(tmp_path / "in", setup, journal, lambda: here, 1)
    assert (counted.marked, counted.kept, here.tried) == (0, 6, [])
    students = [json.loads(line)["marks"]["student"] for line in journal.read_text().splitlines()]
    assert sorted(students) == [f"s{number}" for number in range(6)]


def test_what_was_handed_in_again_is_marked_again(setup, tmp_path):
    hand_in(tmp_path / "in", "s", answered())
    for made, marked in ((None, 1), (None, 0), (answered(steps="steps = 1"), 1), (None, 0)):
        if made:
            hand_in(tmp_path / "in", "s", made)
        counted = mark_folder(tmp_path / "in", setup, tmp_path / "journal", Here, 1)
        assert counted.marked == marked
    other = Setup.of(Path(write_assignment(tmp_path / "a")), "another secret " * 3, setup.limits)
    assert mark_folder(tmp_path / "in", other, tmp_path / "journal", Here, 1).marked == 1


def test_a_lost_worker_costs_nobody_a_mark(setup, tmp_path):
    for name in "abcdef":
        hand_in(tmp_path / "in", name, answered())
    here = Here({"b": 1, "d": 9})
    mark_folder(tmp_path / "in", setup, tmp_path / "journal", lambda: here, 2)
    with Journal(tmp_path / "journal") as journal:
        marks = {one["student"]: one for one in journal.marks(list("abcdef"))}
    assert [marks[name]["points"] for name in "abcdef"] == [100, 100, 100, 0, 100, 100]
    assert {q["status"] for q in marks["d"]["questions"]} == {"undecided"}
    assert marks["d"]["open"] == ["weight", "steps", "sums", "why"]
    assert here.tried.count("d") == 2


def test_a_killed_process_of_the_pool_is_made_up_for(setup, limits, tmp_path):
    for name in "abcd":
        hand_in(tmp_path / "in", name, answered())
    pools = []

    def make():
        pools.append(pool_of(2, limits)())
        return pools[-1]

    def progress(done, of, kept):
        if done == 1 and len(pools) == 1:
            os.kill(next(iter(pools[0]._processes)), signal.SIGKILL)

    counted = mark_folder(tmp_path / "in", setup, tmp_path / "journal", make, 2, progress)
    assert counted.marked == 4
    with Journal(tmp_path / "journal") as journal:
        assert [one["points"] for one in journal.marks(list("abcd"))] == [300] * 4


def test_no_more_submissions_are_in_memory_than_workers_need(setup, tmp_path, monkeypatch):
    for number in range(40):
        hand_in(tmp_path / "in", f"s{number}", answered())
    read, done = [], []
    monkeypatch.setattr(
        marker.run, "read_submission", lambda path, limits: read.append(path) or b"{}"
    )
    most = []

    def progress(count, of, kept):
        done.append(count)
        most.append(len(read) - len(done))

    mark_folder(tmp_path / "in", setup, tmp_path / "journal", Here, 2, progress)
    assert max(most) <= 4


def test_without_a_sandbox_nothing_is_marked(setup, limits, tmp_path, monkeypatch):
    hand_in(tmp_path / "in", "a", answered())
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoSandbox, match="apt install bubblewrap"):
        mark_folder(tmp_path / "in", setup, tmp_path / "journal", pool_of(1, limits), 1)
    assert (tmp_path / "journal").read_text() == ""


def test_each_student_can_have_numbers_of_their_own(limits, tmp_path):
    source = write_assignment(tmp_path / "author", personal=True)
    assignment = Setup.of(source, SECRET, limits).load()
    sums = assignment.questions[2]
    inputs = {assignment.exercise(sums, name).seed for name in ("ann", "ben", "ann")}
    assert len(inputs) == 2
    marks = mark_task(Setup.of(source, SECRET, limits), "ann", json.dumps(answered()).encode(), "")
    assert marks["points"] == 300
    assert marks["questions"][0]["asked"].startswith("What is the weight")
    same = Setup.of(source, SECRET, limits, as_printed=True)
    assert not same.load().personal
    hand_in(tmp_path / "in", "ann", answered())
    for setup in (Setup.of(source, SECRET, limits), same):
        counted = mark_folder(tmp_path / "in", setup, tmp_path / "journal", Here, 1)
        assert (counted.marked, counted.kept) == (1, 0)


def test_a_file_is_the_old_one_or_the_new_one(tmp_path, monkeypatch):
    path = tmp_path / "marks.csv"
    write_whole(path, "old")

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_whole(path, "new")
    assert path.read_text() == "old"


def test_seeds_are_secret_and_apart(tmp_path):
    path = tmp_path / "seed.txt"
    secret = new_secret(path)
    assert read_secret(path) == secret
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        new_secret(path)
    seeds = {
        judge_seed(secret, "a", "b"), judge_seed(secret, "ab", ""), judge_seed("x", "a", "b"),
        personal_seed(secret, "a", "b", "c"), personal_seed(secret, "a", "bc", ""),
    }  # fmt: skip
    assert len(seeds) == 5
    assert not any(secret in seed for seed in seeds)
    path.write_text("12345")
    with pytest.raises(ValueError, match="16 characters"):
        read_secret(path)
    with pytest.raises(ValueError, match="there is no seed"):
        read_secret(tmp_path / "none")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace('"points": 150', '"points": 1.5'), "whole hundredths"),
        (lambda text: text.replace('"points": 100', '"points": 99'), "99 points in the notebook"),
        (lambda text: text.replace('"grade_id": "steps"', '"grade_id": "weight"'), "two questions"),
        (lambda text: text.replace('"grade_id": "steps"', '"grade_id": "other"'), "no cell asks"),
        (lambda text: text.replace('"grade": true', '"grade": false'), "no cell is a question"),
        (lambda text: text[:100], "expected a notebook"),
    ],
)
def test_a_faulty_assignment_is_refused(tmp_path, change, message):
    source = write_assignment(tmp_path)
    source.write_text(change(source.read_text()))
    with pytest.raises(ValueError, match=message):
        Setup.of(source, SECRET, Limits())


def test_the_commands_from_an_empty_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_assignment(tmp_path / "author")
    for name in ("ann", "ben", "cleo"):
        made = answered(steps="steps = 100") if name == "ben" else answered()
        hand_in(tmp_path / "download", name, made, "hw.ipynb")
    (tmp_path / "download" / "ann" / "hw.ipynb").rename(tmp_path / "download" / "ann.ipynb")

    def run(*arguments, fails=""):
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert (code != 0) == bool(fails), said.err
        assert fails in said.err
        return said.out

    marking = ["mark", "download", "--assignment", "author/demo.ipynb"]
    marking += ["--seed-file", "seed.txt", "--into", "marks", "--workers", "1"]
    run(*marking, fails="there is no seed")
    run("seed", "seed.txt")
    run("seed", "seed.txt", fails="there is a seed already")
    assert "4.50 points" in run("check", "author/demo.ipynb")
    assert "One version" in run("release", "author/demo.ipynb", "--into", "release")
    released = (tmp_path / "release" / "demo" / "demo.ipynb").read_text()
    assert "SOLUTION" not in released and "steps = ..." in released
    assert "3 marked" in run(*marking)
    assert "0 marked" in run(*marking) and "3 kept" in run(*marking)
    run("correct", "marks", "ben", "why", "1.25", "--why", "Nearly.")
    run("correct", "marks", "ben", "why", "9", fails="expected 0 to 1.50")
    run("correct", "marks", "nobody", "why", "1", fails="has handed in nothing")
    with open(tmp_path / "marks" / "marks.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows["ben"] == {
        "student": "ben", "weight": "1.00", "steps": "0.00", "sums": "1.00", "why": "1.25",
        "points": "3.25", "of": "4.50", "open": "", "notes": "",
    }  # fmt: skip
    page = (tmp_path / "marks" / "feedback" / "ben.html").read_text()
    assert "Nearly." in page and "3.25 of 4.50" in page and "1/(1-" in page
    roster = tmp_path / "canvas-export.csv"
    roster.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Old (1)\n    Points Possible,,,,,10\n"
        '"Lovelace, Ann",1,,ann,=A1,\nBen,2,ben,,S,\nCleo,3,,cleo,S,\nDora,4,,dora,S,\n'
    )
    run("export", "marks", "canvas", "--roster", "canvas-export.csv", "--column", "HW (7)")
    assert (tmp_path / "marks" / "canvas.csv").read_text() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,HW (7)\n"
        '"Lovelace, Ann",1,,ann,\'=A1,3.00\nBen,2,ben,,S,3.25\nCleo,3,,cleo,S,3.00\n'
        "Dora,4,,dora,S,\n"
    )
    run("export", "marks", "moodle", fails="--roster")
    roster = tmp_path / "moodle.csv"
    roster.write_text("\ufeffIdentifier,Email address,Username\nParticipant 1,a@x.org,ann\n")
    run("export", "marks", "moodle", "--roster", roster, fails="not in it: ben, cleo")
    roster.write_text(
        "Email address,ID number,Username\na@x.org,1,ann\nb@x.org,2,ben\nc@x.org,3,cleo\n"
    )
    run("export", "marks", "moodle", "--roster", roster, "--column", "HW")
    lines = (tmp_path / "marks" / "moodle.csv").read_text().splitlines()
    assert lines[:2] == ["Email address,ID number,HW,HW (feedback)", "a@x.org,1,3.00,3.00 of 4.50"]
    run("export", "marks", "gradescope")
    results = json.loads((tmp_path / "marks" / "gradescope" / "ben" / "results.json").read_text())
    assert results["score"] == 3.25
    assert [test["score"] for test in results["tests"]] == [1.0, 0.0, 1.0, 1.25]
    run("mark", "nowhere", *marking[2:], fails="expected a folder")
    run(*marking, "--seconds", "0", fails="expected a whole number above 0")


def test_each_command_of_the_page_for_instructors_is_one():
    page = (ROOT / "book" / "marking.md").read_text()
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    commands = [shlex.split(line) for line in lines if line.startswith("marker ")]
    named = {_parser().parse_args(command[1:]).command for command in commands}
    assert named == {
        "seed", "check", "release", "collect", "mark", "correct", "gradebook", "export", "certificates",
    }  # fmt: skip


def test_a_stopped_command_says_how_to_go_on(tmp_path):
    write_assignment(tmp_path / "author")
    new_secret(tmp_path / "seed.txt")
    for number in range(3):
        hand_in(tmp_path / "in", f"s{number}", answered(steps="import time\ntime.sleep(4)"))
    arguments = ["mark", "in", "--assignment", "author/demo.ipynb", "--seed-file", "seed.txt"]
    command = [sys.executable, "-m", "marker", *arguments, "--into", "marks", "--workers", "1"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    journal = tmp_path / "marks" / "journal.jsonl"
    while not (journal.exists() and journal.stat().st_size):
        time.sleep(0.1)
        assert process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "goes on from here" in errors
    assert 1 <= len(journal.read_text().splitlines()) < 3
