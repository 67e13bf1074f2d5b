"""Marking by hand on nbgrader's own pages, in a browser, and what comes of it."""

import contextlib
import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from small_course import SECRET, answered, cell, hand_in

from marker.__main__ import main

NAME = "demo"
PATIENCE = 60  # seconds; a busy machine may need some of them
HOSTILE = """$\\gamma<1$ is why. <script>window.ran = 1</script><img src=x onerror="window.ran = 2">
[a link](javascript:window.ran=3) ![a picture](javascript:window.ran=4) [other] <svg onload=window.ran=5>

[other]: javascript:window.ran=6
"""


def hostile_notebook():
    made = answered(why=HOSTILE, steps="steps = '<img src=x onerror=window.ran=7>'")
    for kind in ("raw", "markdown"):
        made["cells"].append(cell(kind, "\\style{}{} <script>window.ran = 8</script>"))
    return made


@contextlib.contextmanager
def jupyter(course: Path):
    """JupyterLab in the folder of the course, as the page for instructors says; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    environment = os.environ | {"JUPYTER_RUNTIME_DIR": str(course / ".runtime")}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    server = subprocess.Popen(
        [*command, "--IdentityProvider.token=", "--ip=127.0.0.1"], cwd=course, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}/formgrader"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


@pytest.fixture(scope="module")
def course(source, tmp_path_factory):
    """Three students, marked by the commands and put into nbgrader's grade book."""
    root = tmp_path_factory.mktemp("formgrader")
    submitted = root / "course" / "submitted"
    hand_in(submitted / "ann", NAME, answered())
    hand_in(submitted / "ben", NAME, answered(steps="steps = 100"))
    hand_in(submitted / "eve", NAME, hostile_notebook())
    (root / "seed.txt").write_text(SECRET)
    author = ["--assignment", str(source)]
    assert main(["mark", str(submitted), *author, "--seed-file", str(root / "seed.txt"),
                 "--into", str(root / "marks"), "--workers", "1"]) == 0  # fmt: skip
    assert main(["gradebook", str(root / "marks"), str(root / "course"), *author]) == 0
    return root


def waited_for(browser, find, what):
    return WebDriverWait(browser, PATIENCE).until(find, f"no {what} came")


def asked(address, what):
    """What nbgrader's server says."""
    with urllib.request.urlopen(f"{address}/api/{what}") as said:
        return json.load(said)


def typed(browser, address, number, field, text):
    """Type into a field as a person does, and wait until nbgrader has stored it."""
    found = waited_for(browser, lambda b: b.find_element(By.ID, field), field)
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
    found.clear()
    found.send_keys(text, Keys.TAB)
    kind, key = ("comments", "manual_comment") if "comment" in field else ("grades", "manual_score")
    stored = text if "comment" in field else float(text)
    name = field.removesuffix("-comment")

    def is_stored(_):
        rows = asked(address, f"{kind}?submission_id={number}")
        return [row[key] for row in rows if row["name"] == name] == [stored]

    waited_for(browser, is_stored, f"stored {field}")


def submissions(address):
    return {found["student"]: found for found in asked(address, f"submissions/{NAME}")}


def page_of(browser, address, student):
    """Open the page on which a person marks what this student handed in; its number."""
    rows = asked(address, f"submitted_notebooks/{NAME}/{NAME}")
    (number,) = [row["id"] for row in rows if row["student"] == student]
    browser.get(f"{address}/submissions/{number}/")
    waited_for(browser, lambda b: b.find_element(By.ID, "why"), "page")
    waited_for(
        browser,
        lambda b: (
            b.find_element(By.ID, "weight").get_attribute("placeholder")
            and b.find_element(By.ID, "weight-comment").get_attribute("placeholder")
        ),
        "marks",
    )
    return number


def test_points_given_on_nbgraders_pages_come_back(course, browser):
    marks, place = course / "marks", course / "course"
    with jupyter(place) as address:
        reached(address)
        before = submissions(address)
        assert {name: found["score"] for name, found in before.items()} == {
            "ann": 300, "ben": 200, "eve": 200
        }  # fmt: skip
        assert all(found["needs_manual_grade"] for found in before.values())

        page_of(browser, address, "eve")
        shown = browser.find_element(By.TAG_NAME, "body").text
        assert "$\\gamma<1$ is why." in shown and "<\xa0" not in shown and "&lt;" not in shown
        for link in browser.find_elements(By.TAG_NAME, "a"):
            assert not link.get_attribute("href").startswith("javascript:window")
        assert browser.execute_script("return window.ran") is None

        number = page_of(browser, address, "ben")
        assert "That is $1/(1-\\gamma)$." in browser.find_element(By.TAG_NAME, "body").text
        typed(browser, address, number, "why", "125")
        typed(browser, address, number, "why-comment", "Nearly: $a<b$.")
        typed(browser, address, number, "steps", "50")
        after = submissions(address)
        assert after["ben"]["score"] == 375 and not after["ben"]["needs_manual_grade"]
        assert after["ann"]["needs_manual_grade"]

    author = ["--assignment", str(course / "none.ipynb")]
    assert main(["gradebook", str(marks), str(place), *author, "--back"]) == 0
    rows = {row["student"]: row for row in csv.DictReader((marks / "marks.csv").open(newline=""))}
    assert rows["ben"] | {"student": "", "notes": ""} == {
        "student": "", "weight": "1.00", "steps": "0.50", "sums": "1.00", "why": "1.25",
        "points": "3.75", "of": "4.50", "open": "", "notes": "",
    }  # fmt: skip
    assert rows["ann"]["why"] == "" and rows["ann"]["open"] == "why"
    assert "Nearly" in (marks / "feedback" / "ben.html").read_text()
    assert "eve" in (marks / "open.csv").read_text()
    assert "ben" not in (marks / "open.csv").read_text()
    feedback_and_table(course)


def reached(address):
    """Wait until the server answers."""
    for _ in range(PATIENCE * 10):
        with contextlib.suppress(OSError):
            return asked(address, "assignments")
        subprocess.run(["sleep", "0.1"], check=True)
    raise AssertionError("JupyterLab did not start")


def feedback_and_table(course):
    """What nbgrader itself makes of it then: pages for students, and its own table."""
    place = course / "course"
    environment = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    }
    for command in (["generate_feedback", NAME], ["export", f"--to={course / 'grades.csv'}"]):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *command], cwd=place, env=environment,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    page = (place / "feedback" / "ben" / NAME / f"{NAME}.html").read_text()
    assert "Nearly" in page and "375" in page
    rows = list(csv.DictReader((course / "grades.csv").open(newline="")))
    assert {row["student_id"]: float(row["score"]) for row in rows} == {
        "ann": 300, "ben": 375, "eve": 200
    }  # fmt: skip
    shutil.rmtree(place / ".runtime", ignore_errors=True)
