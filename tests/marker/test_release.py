"""What students get of an assignment: no solution, no hidden test, and all that they need."""

import json

import pytest
from small_course import SECRET, cell, notebook, question, solution, write_assignment

from marker.__main__ import main
from marker.assignment import load_assignment
from marker.release import leaks, prove, release, student_version
from marker.sandbox import Sandbox


def sources(made):
    return ["".join(one["source"]) for one in made.notebook["cells"]]


def changed(path, *more):
    """The assignment with more cells in front."""
    made = json.loads(path.read_text())
    made["cells"] = [*more, *made["cells"]]
    path.write_text(json.dumps(made))
    return load_assignment(path, SECRET)


def test_dots_stand_in_place_of_the_solutions(source):
    made = student_version(load_assignment(source, SECRET))
    assert sources(made) == [
        "# A small assignment",
        "# a formula\nweight = ...",
        "steps = ...",
        "def sums(x): ...",
        "Why does the first value count less?",
        "*Your words*\n*Your answer.*",
    ]
    asked = json.loads(made.files["demo.json"])
    assert asked["sums"]["examples"] and "mistakes" not in asked["weight"]


def test_hidden_tests_and_outputs_are_left_out(tmp_path):
    path = write_assignment(tmp_path)
    hidden = cell(
        "code", "steps > 0\n### BEGIN HIDDEN TESTS\nassert steps == 69\n### END HIDDEN TESTS"
    )
    hidden["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "69"}]
    assignment = changed(path, hidden)
    made = student_version(assignment)
    assert sources(made)[0] == "steps > 0" and made.notebook["cells"][0]["outputs"] == []
    assert list(leaks(assignment, made)) == []


@pytest.mark.parametrize(
    "text",
    [
        "As in steps = 69, say",
        "one line of three: `import numpy as np\ndef sums(x): return x.sum(axis=0), x.max(axis=0)`",
        "### BEGIN SOLUTION\nwithout an end",
        "$$\n69\\;\\text{steps}\n$$",
    ],
)
def test_a_solution_that_stands_somewhere_else_is_found(tmp_path, text):
    path = write_assignment(tmp_path)
    assignment = load_assignment(path, SECRET)
    made = student_version(assignment)
    made.notebook["cells"].append(cell("markdown", [text]))
    assert text.startswith("$$") or list(leaks(assignment, made)), text


def test_nothing_is_written_where_something_leaks(tmp_path):
    path = write_assignment(tmp_path / "a")
    changed(path, cell("markdown", "It is weight = 'gamma^(T-1)*(1-gamma)'."))
    with pytest.raises(ValueError, match="a solution is left in it"):
        release(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_proof_notices_what_does_not_fit(tmp_path):
    path = write_assignment(tmp_path)
    made = json.loads(path.read_text())
    wrong = question("steps", solution("steps = 70"))
    solved = question("weight", "weight = 'gamma^(T-1)*(1-gamma)'")
    made["cells"][1:3] = [solved, wrong]
    path.write_text(json.dumps(made))
    with Sandbox() as sandbox:
        found = prove(load_assignment(path, SECRET), sandbox)
    assert "steps: its solution gets 0" in found and "weight: untouched it gets 100" in found


def test_each_student_gets_a_version_and_it_needs_a_seed(tmp_path):
    path = write_assignment(tmp_path / "a", personal=True)
    with pytest.raises(ValueError, match="a seed is needed"):
        release(path, tmp_path / "out", ["ann"])
    release(path, tmp_path / "out", ["ann", "../eve"], SECRET)
    written = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.*"))
    assert len(written) == 4 and not any(".." in name for name in written)
    assert not any(SECRET in p.read_text() for p in (tmp_path / "out").rglob("*.*") if p.is_file())


def test_the_commands(tmp_path, capsys):
    path = write_assignment(tmp_path / "a")
    assert main(["check", str(path)]) == 0 and "sums: 1.00 (function)" in capsys.readouterr().out
    assert main(["release", str(path), "--into", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "demo" / "demo.ipynb").exists()
    (tmp_path / "none").write_text("\n")
    empty = ["--students", str(tmp_path / "none")]
    assert main(["release", str(path), "--into", str(tmp_path / "x"), *empty]) == 1
    assert "expected a line for each student" in capsys.readouterr().err
    assert notebook()["cells"] == []
