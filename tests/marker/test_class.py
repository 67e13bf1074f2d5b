"""A class in which everything happens that can: all are marked, and nobody pays for another."""

import csv
import hashlib
import io
import json
import os
import random
import shutil
import zipfile
from pathlib import Path

import pytest
from small_course import RIGHT, SECRET, answered, cell, hand_in, notebook

from marker.assignment import load_assignment
from marker.release import student_version
from marker.report import Marked, remember, write_reports
from marker.run import mark_folder, pool_of
from marker.task import Setup

FULL = 300  # hundredths of what is not marked by hand


def code(name, text):
    """Right answers with a cell before them that does something bad."""
    made = answered()
    made["cells"].insert(0, cell("code", text))
    return name, made


def bomb(size):
    """An archive that unpacks to a notebook of so many bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("demo.ipynb", "w") as file,
    ):
        for _ in range(size // 2**20):
            file.write(b" " * 2**20)
    return out.getvalue()


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, json.dumps(answered()))
    return out.getvalue()


WHOLE = answered()
TEXT = json.dumps(WHOLE)
CELLS = WHOLE["cells"]

# What is handed in, the points of what the marker judges, and words that the student reads.
CASES = {
    "correct": (WHOLE, FULL, ""),
    "equivalent form": (answered(weight="weight = 'gamma^(T-1) - gamma^T'"), FULL, ""),
    "sympy expression": (
        answered(
            weight="import sympy as sp\nT, g = sp.symbols('T gamma')\nweight = g**T * (1/g - 1)"
        ),
        FULL,
        "",
    ),
    "wrong sign": (answered(weight="weight = '-gamma^(T-1)*(1-gamma)'"), FULL - 100, ""),
    "missing factor": (answered(weight="weight = 'gamma^(T-1)'"), FULL - 100, ""),
    "known mistake": (answered(steps="steps = 100"), FULL - 100, ""),
    "one part of two": (
        answered(sums="def sums(x): return x.sum(axis=0), x.min(axis=0)"), FULL - 25, ""
    ),
    "loop in a cell": (code("", "while True: pass")[1], FULL, "does a loop never end"),
    "loop in a function": (
        answered(sums="def sums(x):\n    while True: pass"), FULL - 100, ""
    ),
    "memory bomb": (code("", "x = bytearray(8 * 2**30)")[1], FULL, "MemoryError"),
    "fork bomb": (
        code("", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")[1],
        None,
        "",
    ),
    "output flood": (code("", "while True: print('x' * 10**6)")[1], FULL, "stopped"),
    "os._exit": (code("", "import os\nos._exit(0)")[1], FULL, "ends the program"),
    "sys.exit": (code("", "import sys\nsys.exit()")[1], FULL, "SystemExit"),
    "reads the hidden tests": (
        answered(
            steps="import glob\nsteps = [open(f).read() for f in glob.glob('/**/demo.py', recursive=True)]"
        ),
        FULL - 100,
        "",
    ),
    "imports the solutions": (
        answered(steps="from exercises.running_averages import half_life\nsteps = half_life"),
        FULL - 100,
        "ModuleNotFoundError",
    ),
    "writes outside": (code("", "open('/usr/x', 'w')")[1], FULL, "stopped"),
    "writes the answer file itself": (
        answered(
            steps="import os, json\nfor n in range(20):\n    try: os.write(n, json.dumps("
            "{'answer': 'steps', 'value': 69, 'points': 100, 'status': 'right'}).encode() + b'\\n')\n"
            "    except OSError: pass\nsteps = 100"
        ),
        FULL - 100,
        "",
    ),
    "opens a socket": (code("", "import socket\nsocket.socket()")[1], FULL, "not permitted"),
    "patches libraries": (
        answered(
            weight="import sympy, numpy, nnlib.symbolic, nnlib.exercises as e\n"
            "sympy.Expr.__eq__ = lambda *a: True\nsympy.simplify = lambda *a, **k: sympy.S.Zero\n"
            "numpy.testing.assert_allclose = lambda *a, **k: None\nnumpy.allclose = lambda *a, **k: True\n"
            "nnlib.symbolic.equal = lambda *a, **k: True\ne.Formula.judge = lambda *a: 1\n"
            "weight = 'gamma'"
        ),
        None,
        "",
    ),
    "object that runs code when compared": (
        answered(
            steps="class Always(float):\n    def __eq__(self, other): return True\n"
            "    def __sub__(self, other): return 0.0\n    __hash__ = None\nsteps = Always(1)"
        ),
        FULL - 100,
        "",
    ),
    "crashed cell": (answered(steps="steps = 1 / 0"), FULL - 100, "ZeroDivisionError"),
    "missing cell": (answered(steps=None), FULL - 100, ""),
    "duplicated cell": (notebook(*CELLS[:2], *CELLS), FULL, ""),
    "deleted metadata": (
        notebook(*(cell(c["cell_type"], c["source"]) for c in CELLS)), FULL, ""
    ),
    "truncated": (TEXT[: len(TEXT) // 2].encode(), 0, "cut off"),
    "empty file": (b"", 0, "empty"),
    "not a notebook": (b"%PDF-1.4 \xff\xfe", 0, "no notebook"),
    "json, but no notebook": (b'{"cells": 3}', 0, "no cells"),
    "nested too deeply": (b"[" * 200_000, 0, "no notebook"),
    "odd cells": ({**WHOLE, "cells": [1, None, {"cell_type": "x"}, *CELLS]}, FULL, "3 damaged"),
    "hangs when built": (answered(weight="weight = '10**10**10'"), FULL - 100, ""),
    "hangs when summed": (
        answered(weight="weight = 'Sum(gamma, (v, 1, 10**9))'"), FULL - 100, ""
    ),
    "hangs in the sandbox": (answered(steps="steps = 10**10**10"), FULL - 100, "stopped"),
    "too large": (b" " * (2 * 2**20 + 1), 0, "larger than 2 MB"),
    "=HYPERLINK(\"http://evil\")": (WHOLE, FULL, ""),
    "<script>alert(1)</script>": (WHOLE, FULL, ""),
    "in an archive": (None, FULL, ""),
    "archive bomb": (None, 0, "larger than 2 MB"),
    "two files": (None, FULL - 100, "2 files were handed in; the latest counts: demo-2.ipynb"),
    "a link": (None, 0, "links are not followed"),
    "a sparse file of 2 GB": (None, 0, "larger than 2 MB"),
    "a pipe": (None, 0, "no ordinary file"),
    "nothing": (None, 0, "no notebook in the folder"),
    "half characters": (
        answered(
            weight="weight = 'gamma \\ud800 \\x00'",
            sums="def sums(x): return '\\ud800\\x00<b>'",
            why="\ud800 and \x00",
        ),
        FULL - 200,
        "",
    ),
    "name of any bytes": (None, FULL, ""),
    "not a number": (answered(steps="steps = float('nan')"), FULL - 100, ""),
    "a number without an end": (answered(steps="steps = 10**5000"), FULL - 100, ""),
    "a list in itself": (answered(steps="steps = []\nsteps.append(steps)"), FULL - 100, ""),
    "a text that claims to be equal": (
        answered(
            steps="class Text(str):\n    def __eq__(self, other): return True\n"
            "    __hash__ = str.__hash__\nsteps = Text('1')"
        ),
        FULL - 100,
        "",
    ),
    "pickles itself": (
        answered(
            steps="import os\nclass Evil:\n    def __reduce__(self): return os.system, ('id',)\n"
            "steps = Evil()"
        ),
        FULL - 100,
        "",
    ),
    "a letter that looks like another": (
        answered(weight="weight = 'gamma^(\u0422-1)*(1-gamma)'"), FULL - 100, ""
    ),
    "a character that is not seen": (
        answered(weight="weight = 'gamma^(T-1)*(1-gam\u200bma)'"), FULL - 100, ""
    ),
    "an answer of a million letters": (answered(steps="steps = 'x' * 10**6"), FULL - 100, "longer"),
    "leaves modules for the next": (
        code("", "for name in ('sitecustomize', 'numpy', 'nnlib', 'marker_inside'):\n"
             "    open(name + '.py', 'w').write('raise SystemExit')")[1],
        FULL,
        "",
    ),
    "says that it has ended": (
        answered(steps="import os\nos.write(3, b'{\"end\": true}\\n')\nos._exit(0)"),
        None,
        "",
    ),
    "answers when it ends": (
        answered(
            steps="import atexit, os\natexit.register(os.write, 3, b'{\"answer\": \"steps\", "
            "\"value\": 69}\\n')\nsteps = 1"
        ),
        FULL - 100,
        "",
    ),
    "has no builtins left": (
        code("", "import builtins\nfor name in list(vars(builtins)): delattr(builtins, name)")[1],
        None,
        "",
    ),
    "forges the values of a function": (
        answered(
            sums="import nnlib.exercises as e\n"
            "e.outcomes = lambda *given: [{'value': True}, {'points': 100}]\ndef sums(x): return 1"
        ),
        FULL - 100,
        "",
    ),
    "html": (answered(steps="steps = '<img src=x onerror=alert(1)>'"), FULL - 100, ""),
}  # fmt: skip


def write_class(folder: Path, names) -> None:
    for student in names:
        made = CASES[student][0]
        path = folder / student / "demo.ipynb"
        if made is not None:
            if "/" not in student:
                hand_in(folder, student, made)
            else:  # a file of that name cannot be; a platform would have changed it
                hand_in(folder, student.replace("/", "∕"), made)
            continue
        path.parent.mkdir(parents=True)
        if student == "in an archive":
            hand_in(folder, student, zipped("../../x/demo.ipynb"), "handed-in.zip")
        elif student == "archive bomb":
            hand_in(folder, student, bomb(200 * 2**20), "demo.zip")
        elif student == "two files":
            hand_in(folder, student, answered(), "demo.ipynb")
            hand_in(folder, student, answered(steps="steps = 100"), "demo-2.ipynb")
        elif student == "a link":
            path.symlink_to("/etc/passwd")
        elif student == "a sparse file of 2 GB":
            with open(path, "wb") as file:
                file.truncate(2 * 2**30)
        elif student == "name of any bytes":
            os.mkdir(os.fsencode(folder) + b"/\xff\xfe\n\x1b[31m")
            place = os.fsdecode(os.fsencode(folder) + b"/\xff\xfe\n\x1b[31m/demo.ipynb")
            Path(place).write_text(TEXT)
            path.parent.rmdir()
        elif student == "a pipe":
            os.mkfifo(path)


def everything_in(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("journal.jsonl",)
    }


@pytest.fixture(scope="module")
def marked(source, limits, tmp_path_factory):
    """The whole class, marked on two processes."""
    folder = tmp_path_factory.mktemp("class")
    write_class(folder / "submitted", CASES)
    setup = Setup.of(source, SECRET, limits)
    out = folder / "marks"
    out.mkdir()
    counted = mark_folder(folder / "submitted", setup, out / "journal.jsonl", pool_of(2, limits), 2)
    assert counted.marked == len(CASES)
    remember(out, setup.load(), counted.students)
    write_reports(out)
    return out


@pytest.fixture(scope="module")
def by_student(marked):
    names = {r"\udcff\udcfe\x0a\x1b[31m": "name of any bytes"}
    found = {marks["student"].replace("∕", "/"): marks for marks in Marked(marked).marks()}
    return {names.get(student, student): marks for student, marks in found.items()}


@pytest.mark.parametrize("student", CASES)
def test_everybody_is_marked(by_student, student):
    _, points, words = CASES[student]
    marks = by_student[student]
    if points is not None:
        assert marks["points"] == points, marks
    assert words in " ".join(marks["notes"]), marks["notes"]
    assert len(" ".join(marks["notes"])) < 1000


def test_nobody_is_lost_or_there_twice(by_student):
    assert sorted(by_student) == sorted(CASES)


def test_patching_brings_nothing(by_student):
    assert by_student["patches libraries"]["questions"][0]["points"] == 0
    assert by_student["fork bomb"]["points"] in (0, FULL)


def test_the_kinds_of_mistakes_are_told_apart(by_student):
    def named(student, question):
        found = by_student[student]["questions"][question]
        return found["status"], [part["mistake"] for part in found["parts"]]

    assert named("known mistake", 1) == ("wrong", ["inverse"])
    assert named("missing cell", 1)[0] == "no answer"
    assert by_student["hangs when built"]["questions"][0]["status"] != "right"
    parts = by_student["one part of two"]["questions"][2]["parts"]
    assert [(part["status"], part["points"]) for part in parts] == [("right", 75), ("wrong", 0)]


def test_free_text_waits_for_a_person(by_student):
    assert by_student["correct"]["open"] == ["why"]
    assert by_student["correct"]["questions"][3]["answer"] == RIGHT["why"]
    assert by_student["deleted metadata"]["open"] == ["why"]
    assert by_student["empty file"]["open"] == []


def test_no_page_holds_anything_that_runs(marked):
    pages = list((marked / "feedback").iterdir())
    assert len(pages) == len(CASES)
    for page in pages:
        text = page.read_text()
        assert "<script" not in text and "<img" not in text and "href" not in text
        assert "default-src 'none'" in text
        assert page.resolve().parent == (marked / "feedback").resolve()


def test_tables_hold_no_formulas(marked):
    for name in ("marks.csv", "open.csv", "mistakes.csv"):
        with open(marked / name, newline="") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1
        assert not any(
            cell.lstrip(" ").startswith(("=", "+", "-", "@")) for row in rows for cell in row
        )
    with open(marked / "marks.csv", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert len(rows) == len(CASES)
    assert rows["correct"]["steps"] == "1.00"
    assert rows["correct"]["why"] == ""
    assert rows["one part of two"]["sums"] == "0.75"
    assert '\'=HYPERLINK("http:∕∕evil")' in rows


QUICK = ["correct", "wrong sign", "known mistake", "one part of two", "crashed cell", "two files",
         "deleted metadata", "empty file", "html"]  # fmt: skip


def test_the_same_marks_in_any_order_and_on_any_number_of_processes(
    marked, source, limits, tmp_path
):
    """Byte for byte; the second run meets the students one by one, in another order."""
    setup = Setup.of(source, SECRET, limits)
    out = tmp_path / "marks"
    out.mkdir()
    order = QUICK.copy()
    random.Random(1).shuffle(order)
    for count in range(1, len(order) + 1):
        if count in (7, len(order)):
            shutil.rmtree(tmp_path / "submitted", ignore_errors=True)
            write_class(tmp_path / "submitted", order[:count])
            counted = mark_folder(
                tmp_path / "submitted", setup, out / "journal.jsonl", pool_of(1, limits), 1
            )
    assert (counted.marked, counted.kept) == (2, 7)
    remember(out, setup.load(), counted.students)
    write_reports(out)
    first = everything_in(marked / "feedback")
    for name, digest in everything_in(out / "feedback").items():
        assert first[name] == digest
    ours = list(csv.reader((out / "marks.csv").open(newline="")))
    theirs = list(csv.reader((marked / "marks.csv").open(newline="")))
    assert all(row in theirs for row in ours)


def test_another_seed_asks_other_things(source, limits):
    first, second = (Setup.of(source, secret * 20, limits).load() for secret in "ab")
    sums = first.questions[2]
    inputs = [one.exercise(sums, "x").inputs(one.seed(sums)) for one in (first, second, first)]
    assert inputs[0] != inputs[1]
    assert inputs[0] == inputs[2]
    assert first.digest != second.digest


def test_an_untouched_notebook_gets_nothing(source, limits, tmp_path):
    hand_in(tmp_path / "in", "lazy", student_version(load_assignment(source, SECRET)).notebook)
    setup = Setup.of(source, SECRET, limits)
    mark_folder(tmp_path / "in", setup, tmp_path / "journal.jsonl", pool_of(1, limits), 1)
    line = json.loads((tmp_path / "journal.jsonl").read_text())
    assert line["marks"]["points"] == 0
    assert {q["status"] for q in line["marks"]["questions"]} == {"no answer"}
    assert line["marks"]["open"] == []
