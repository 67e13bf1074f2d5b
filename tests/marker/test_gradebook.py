"""The grade book of nbgrader: SQLite, a PostgreSQL server, marks by hand there and back."""

import glob
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from nbconvert.filters import markdown2html
from nbgrader.api import Gradebook
from small_course import SECRET, answered, cell, hand_in

from marker import gradebook
from marker.report import Marked, correct, remember, write_reports
from marker.run import mark_folder, pool_of
from marker.task import Setup

NAME = "demo"


@pytest.fixture(scope="module")
def marked(source, limits, tmp_path_factory):
    """Three students, marked."""
    folder = tmp_path_factory.mktemp("marked")
    hand_in(folder / "submitted", "ann", answered())
    hand_in(folder / "submitted", "ben", answered(steps="steps = 100", weight=None))
    evil = "<script>alert(1)</script> & <b>bold</b> \ud800 \x00 $x < y$"
    hand_in(folder / "submitted", "cleo", answered(why=evil, sums="def sums(x): return '<i>'"))
    hand_in(folder / "submitted", "dan", b"not a notebook")
    link = "$\\href{javascript:alert(1)}{x}$ <img src=x onerror=alert(2)>"
    hand_in(
        folder / "submitted", "eve", answered(why=link, sums="def sums(x): return '<img src=x>'")
    )
    setup = Setup.of(source, SECRET, limits)
    counted = mark_folder(
        folder / "submitted", setup, folder / "journal.jsonl", pool_of(1, limits), 1
    )
    remember(folder, setup.load(), counted.students)
    return folder


@pytest.fixture
def folder(marked, tmp_path):
    """A copy of it that a test may change."""
    shutil.copytree(marked, tmp_path / "marks")
    return tmp_path / "marks"


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL server of its own, as its own user."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    assert programs, "no PostgreSQL server was found; on Debian: apt-get install postgresql"
    place = Path(tempfile.mkdtemp(prefix="marker-postgres-"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    if os.geteuid() == 0:
        shutil.chown(place, user)

    def run(program, *arguments):
        options = {"user": user, "group": pwd.getpwnam(user).pw_gid} if os.geteuid() == 0 else {}
        command = [f"{programs[-1]}/{program}", *arguments]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, **options)

    data = str(place / "data")
    run("initdb", "-D", data, "-U", "grader", "--auth=trust", "--no-sync")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {place}"
    run("pg_ctl", "-D", data, "-w", "-l", str(place / "log"), "-o", settings, "start")
    try:
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "grader", "course")
        yield f"postgresql://grader@127.0.0.1:{port}/course"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
def empty_book(tmp_path_factory):
    """A grade book with nothing in it; nbgrader takes seconds to make one."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    with gradebook._opened(f"sqlite:///{path}"):
        return path


@pytest.fixture
def sqlite(empty_book, tmp_path):
    """An empty grade book of a test's own."""
    path = tmp_path / "marks" / "course" / "gradebook.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(empty_book, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, folder):
    """A grade book of either kind, without this assignment."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite")
    address = request.getfixturevalue("server")
    with gradebook._opened(address) as book:
        if NAME in {assignment.name for assignment in book.assignments}:
            book.remove_assignment(NAME)
    return address


def scores(url, student):
    with Gradebook(url) as book:
        notebook = book.find_submission_notebook(NAME, NAME, student)
        return {grade.name: (grade.score, grade.needs_manual_grade) for grade in notebook.grades}


def fill(folder, source, url):
    gradebook.fill(folder, folder / "course", source, folder / "submitted", url)


def test_all_marks_are_in_the_grade_book(folder, source, url):
    fill(folder, source, url)
    fill(folder, source, url)
    assert scores(url, "ann") == {
        "weight": (100, False), "steps": (100, False), "sums": (100, False), "why": (0, True),
    }  # fmt: skip
    assert scores(url, "ben")["weight"] == (0, False)
    assert scores(url, "ben")["steps"] == (0, False)
    assert scores(url, "dan")["why"] == (0, False)
    with Gradebook(url) as book:
        assert len(book.assignment_submissions(NAME)) == 5
        assert book.find_assignment(NAME).max_score == 450
        comment = book.find_comment("steps", NAME, NAME, "ben").comment
    assert comment == "wrong. That is $1/(1-\\gamma)$."


def test_marks_by_hand_come_back_and_stay(folder, source, url):
    correct(folder, "ann", "steps", 50, "A slip.")
    fill(folder, source, url)
    assert scores(url, "ann")["steps"] == (50, False)
    with Gradebook(url) as book:
        grade = book.find_grade("why", NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 125.0, False
        book.find_comment("why", NAME, NAME, "ann").manual_comment = "Nearly."
        book.db.commit()
    assert gradebook.fetch(folder, url) == 2
    marks = next(Marked(folder).marks())
    assert (marks["points"], marks["open"]) == (100 + 50 + 100 + 125, [])
    assert marks["questions"][3]["corrected"] == "Nearly."
    write_reports(folder)
    assert "Nearly." in (folder / "feedback" / "ann.html").read_text()
    fill(folder, source, url)
    assert scores(url, "ann")["why"] == (125, False)


def test_two_people_mark_at_once_on_a_server(folder, source, server):
    """Each in a process of its own, each another half of the questions."""
    fill(folder, source, server)
    code = (
        "import sys\nfrom nbgrader.api import Gradebook\n"
        "url, question, points = sys.argv[1:]\n"
        "for student in ('ann', 'ben', 'cleo', 'dan'):\n"
        "    with Gradebook(url) as book:\n"
        f"        grade = book.find_grade(question, '{NAME}', '{NAME}', student)\n"
        "        grade.manual_score, grade.needs_manual_grade = float(points), False\n"
        "        book.db.commit()\n"
    )
    people = [
        subprocess.Popen([sys.executable, "-c", code, server, question, points])
        for question, points in (("why", "75"), ("weight", "25"))
    ]
    assert [person.wait() for person in people] == [0, 0]
    for student in ("ann", "ben", "cleo", "dan"):
        assert scores(server, student)["why"] == (75, False)
        assert scores(server, student)["weight"] == (25, False)


def test_what_nbgrader_shows_runs_nothing(folder, source, sqlite):
    fill(folder, source, sqlite)
    place = folder / "course" / "autograded"
    for student in ("ann", "ben", "cleo", "dan", "eve"):
        notebook = json.loads((place / student / NAME / f"{NAME}.ipynb").read_text())
        named = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in notebook["cells"]]
        assert sorted(filter(None, named)) == ["steps", "sums", "weight", "why"]
    text = (place / "cleo" / NAME / f"{NAME}.ipynb").read_text()
    assert "<script" not in text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<<img src=x>", "$<svg onload=alert(1)>$", "`</code><img src=x>`",
        "[x](javascript:alert(1))", "[x](java&#115;cript:alert(1))", "![x](http://example.org/x.png)",
        "[x]\n\n[x]: javascript:alert(1)", "\\style{}{}\n<script>alert(1)</script>", "</p><!-- x -->",
    ],
)  # fmt: skip
def test_no_text_of_a_student_becomes_a_link_a_picture_or_a_script(text):
    shown = markdown2html(gradebook._harmless(text))
    assert not re.search(r"<(script|img|svg|!--)|javascript:[^<]*\"", shown)


def test_formulas_are_shown_as_they_were_typed():
    shown = markdown2html(gradebook._harmless("$\\gamma<1$, $E[X](t) \\& 1$, `a <= b`"))
    assert "$\\gamma&lt;1$, $E[X] (t) \\&amp; 1$, <code>a &lt;= b</code>" in shown


def test_a_raw_cell_is_shown_as_text(folder, source, sqlite):
    made = answered()
    made["cells"].append(cell("raw", "<script>alert(1)</script> \\style{}"))
    hand_in(folder / "submitted", "ann", made)
    fill(folder, source, sqlite)
    path = folder / "course" / "autograded" / "ann" / NAME / f"{NAME}.ipynb"
    last = json.loads(path.read_text())["cells"][-1]
    assert last["cell_type"] == "markdown"
    assert last["source"].startswith("    <script")  # in Markdown a piece of code


def test_nbgraders_feedback_shows_the_marks(folder, source, sqlite):
    course = folder / "course"
    fill(folder, source, sqlite)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", NAME, f"--course-dir={course}"],
        capture_output=True, text=True, cwd=course,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    page = (course / "feedback" / "ben" / NAME / f"{NAME}.html").read_text()
    assert "That is" in page and "steps" in page
    for student in ("cleo", "eve"):
        text = (course / "feedback" / student / NAME / f"{NAME}.html").read_text()
        assert "<script>alert(1)" not in text.replace(" ", "")
        assert "<img src=x" not in text
    assert "<pre><code>$\\href{javascript" in text


def test_nbgrader_finds_its_course(folder, source, sqlite):
    fill(folder, source, sqlite)
    course = folder / "course"
    settings = course / "nbgrader_config.py"
    assert sqlite in settings.read_text() and settings.stat().st_mode & 0o077 == 0
    settings.write_text("c = get_config()\n")
    fill(folder, source, sqlite)
    assert settings.read_text() == "c = get_config()\n"
    code = (
        "import json, sys\nfrom traitlets.config import Config\n"
        "from nbgrader.apps.api import NbGraderAPI\nfrom nbgrader.coursedir import CourseDirectory\n"
        "root, url = sys.argv[1:]\nconfig = Config()\nconfig.CourseDirectory.root = root\n"
        "config.CourseDirectory.db_url = url\n"
        "print(json.dumps(NbGraderAPI(CourseDirectory(config=config)).get_assignments(), default=str))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(course.absolute()), sqlite], capture_output=True, text=True
    )
    (assignment,) = json.loads(done.stdout)
    assert (assignment["name"], assignment["max_score"]) == (NAME, 450)


def test_a_grade_book_that_cannot_be_opened_is_named(folder, source):
    with pytest.raises(ValueError, match="the grade book cannot be opened"):
        fill(folder, source, "postgresql://nobody@127.0.0.1:1/none")
