"""The assignments: solved they get all points, untouched none, and nothing is given away."""

import json
import sys
from pathlib import Path

import nbformat
import notebooks as tool
import pytest

from marker.assignment import load_assignment
from marker.release import leaks, prove, student_version
from marker.sandbox import Sandbox
from nnlib.exercises import RIGHT, WRONG, handout, self_test

ROOT = Path(__file__).parents[2]
SOURCES = tool.notebooks(tool.HOMEWORK)
RELEASED = ROOT / "homework" / "release"
SECRET = "a secret for the tests, long enough"
NAMES = [path.stem for path in SOURCES]
QUESTIONS = [
    (path, question.id)
    for path in SOURCES
    for question in load_assignment(path, SECRET).questions
    if question.exercise is not None
]


def test_each_chapter_has_an_assignment():
    chapters = {path.stem for path in tool.notebooks()} - {"errata"}
    assert chapters | {"hw3"} == set(NAMES)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as made:
        yield made


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_it_is_fit_to_be_handed_out(path, sandbox):
    assert prove(load_assignment(path, SECRET), sandbox) == []


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_the_notebook_asks_what_its_module_asks(path):
    notebook = nbformat.read(path, as_version=4)
    assert list(tool.problems(notebook)) == []
    assert tool.with_questions(notebook, path) == notebook, f"run tools/notebooks.py {path}"
    assert path.with_suffix(".json").read_text(encoding="utf-8") == tool.handouts(path)
    asked = {cell.id for cell in notebook.cells}
    assert all(f"{name.replace('_', '-')}-question" in asked for name in tool.questions(path))


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_what_students_get_is_kept_as_it_is_made_now(path):
    made = student_version(load_assignment(path, SECRET))
    folder = RELEASED / path.stem
    assert json.loads((folder / path.name).read_text()) == made.notebook, "run 'make homework'"
    for name, text in made.files.items():
        assert (folder / name).read_text(encoding="utf-8") == text, "run 'make homework'"


def question_of(path, name):
    assignment = load_assignment(path, SECRET)
    return assignment, next(q for q in assignment.questions if q.id == name)


@pytest.mark.parametrize(("path", "name"), QUESTIONS, ids=[name for _, name in QUESTIONS])
def test_a_question_answers_truly_as_printed_and_for_a_student(path, name):
    assignment, question = question_of(path, name)
    self_test(question.exercise)
    own = assignment.exercise(question, "ann")
    assert own.judge(own.model_answer()).status == RIGHT
    for mistake in own.mistakes[:2]:
        assert own.judge(own.wrong_answer(mistake.answer)).status == WRONG
    assert own.shown_solution() not in json.dumps(handout(own), ensure_ascii=False)


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_students_have_numbers_of_their_own(path):
    assignment = load_assignment(path, SECRET)
    versions = [student_version(assignment, f"student {n}") for n in range(6)]
    assert len({json.dumps(one.notebook) for one in versions}) > 1
    assert [list(leaks(assignment, one)) for one in versions] == [[]] * 6
    again = student_version(assignment, "student 3")
    assert again == versions[3]
    other = student_version(load_assignment(path, SECRET + "!"), "student 3")
    assert other.notebook.keys() == again.notebook.keys()


# --- NTU's HW3, with the points that stand in it --------------------------------------------------

HW3 = next(path for path in SOURCES if path.stem == "hw3")
WIDTH, HEIGHT = "floor((W + 2*p1 - k1)/s1 + 1)", "floor((H + 2*p2 - k2)/s2 + 1)"
# As the assignment's own solution has them, the sums over i.
SIX = [
    "g[i]*gamma",
    "Sum(dxhat[i]*(x[i]-mu)*(-1/2)*(var+eps)^(-3/2), (i, 1, m))",
    "Sum(dxhat[i]*(-1)/sqrt(var+eps), (i, 1, m)) + dvar*Sum(-2*(x[i]-mu), (i, 1, m))/m",
    "dxhat[i]*1/sqrt(var+eps) + dvar*2*(x[i]-mu)/m + dmu*1/m",
    "Sum(g[i]*(x[i]-mu)/sqrt(var+eps), (i, 1, m))",
    "Sum(g[i], (i, 1, m))",
]


def hw3(name):
    return question_of(HW3, name)[1].exercise


def test_three_quarters_without_the_channels():
    shape = hw3("conv_shape")
    assert shape.judge([WIDTH, HEIGHT, "c_out"]).points == 100
    assert shape.judge([WIDTH, HEIGHT, ...]).points == 75
    assert shape.judge([WIDTH, HEIGHT, "c_in"]).points == 75
    assert shape.judge([HEIGHT, WIDTH, "c_out"]).points == 25


def test_fifteen_hundredths_for_each_derivative_and_a_point_for_any_answer():
    six = hw3("batch_norm")
    assert six.judge(SIX).points == 100 + 6 * 15
    for place in range(6):
        one = [answer if n == place else ... for n, answer in enumerate(SIX)]
        assert six.judge(one).points == 100 + 15
        assert six.judge([..., *SIX[1:]] if place == 0 else SIX[:place] + ["17"] + SIX[place + 1 :]
                         ).points == 100 + 5 * 15  # fmt: skip
    assert six.judge(["no idea", ..., ..., ..., ..., ...]).points == 100
    assert six.judge([...] * 6).points == 0


def test_the_mean_may_be_derived_without_the_sum_that_is_zero():
    six = hw3("batch_norm")
    short = "-Sum(dxhat[k], (k, 1, m))/sqrt(var+eps)"
    assert six.judge([*SIX[:2], short, *SIX[3:]]).points == 190


def test_the_claim_for_one_class_is_refuted():
    lines = ["-Sum(y[n]*(delta(n, j) - p[j]), (n, 0, C-1))", "y[j]*p[j] - y[j]", "p[j] - y[j]"]
    judgement = hw3("softmax").judge(lines)
    assert judgement.points == 0 and judgement.parts[0].mistake == "one-class"


def test_the_halves_of_the_question_on_adam():
    questions = {q.id: q for q in load_assignment(HW3, SECRET).questions}
    assert questions["adam_sums"].points == questions["adagrad"].points == 50
    assert questions["adagrad"].exercise is None  # a person marks what is put in words
    sums = hw3("adam_sums")
    assert sums.judge(["1-beta1", "beta1^(t-i)", "1-beta2", "beta2^(t-i)"]).points == 50
    assert sums.judge(["1-beta1", "beta1^(t-i)", ..., ...]).points == 25


def test_modules_of_assignments_are_not_left_in_the_way():
    tool.questions(HW3)
    assert "hw3" not in sys.modules
