"""What is made of what came out of the sandbox, without a sandbox: its words are taken as given."""

import copy
import csv
import functools
import io
import json
import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from small_course import RIGHT, SECRET, answered, cell, notebook, write_assignment

from marker import formulas, judging, tables
from marker.assignment import Assignment, load_assignment
from marker.feedback import page
from marker.formulas import formula
from marker.judging import mark_notebook
from marker.limits import Limits
from marker.report import corrected
from marker.sandbox import Outcome, _Lines, _take, plain_value
from marker.sandbox import Work as Asked
from marker.seeds import judge_seed, personal_seed
from nnlib.exercises import Judgement, Part, PartJudgement


@functools.cache
def assignment(**settings):
    with tempfile.TemporaryDirectory() as folder:
        return load_assignment(write_assignment(Path(folder), **settings), SECRET)


class Says:
    """In the place of a sandbox: says what it is told to, and keeps what it was asked."""

    limits = Limits()

    def __init__(self, values=None, stopped=None, ended=True, **answers):
        self.outcome = Outcome(answers, {"sums": values or {}}, stopped or {}, ended=ended)

    def run(self, work):
        self.asked = work
        return self.outcome


def marks_of(says, made=None, whole=None, remember=False):
    if not remember:  # several tests put something in an exercise's place
        judging._judged_before.cache_clear()
    data = json.dumps(made or answered()).encode()
    return mark_notebook(whole or assignment(), "ann", data, says)


def question(marks, name):
    return next(one for one in marks["questions"] if one["id"] == name)


FUNCTION = {"kind": "function"}


def right_values():
    exercise = assignment().questions[2].exercise
    seed = judge_seed(SECRET, "demo", "sums")
    from nnlib.exercises import outcomes

    return dict(enumerate(outcomes(exercise.solution, exercise.inputs(seed))))


def test_right_answers_get_all_points():
    says = Says(right_values(), weight="gamma^(T-1)*(1-gamma)", steps=69.0, sums=FUNCTION)
    marks = marks_of(says)
    assert (marks["points"], marks["of"], marks["open"]) == (300, 450, ["why"])


def test_values_of_other_inputs_are_not_right():
    exercise = assignment().questions[2].exercise
    from nnlib.exercises import outcomes

    values = dict(enumerate(outcomes(exercise.solution, exercise.inputs("another seed"))))
    found = question(marks_of(Says(values, sums=FUNCTION)), "sums")
    assert (found["status"], found["points"]) == ("wrong", 0)


def test_a_value_that_is_missing_is_not_right():
    values = right_values()
    del values[3]
    found = question(marks_of(Says(values, sums=FUNCTION)), "sums")
    assert (found["status"], found["points"]) == ("wrong", 0)


def test_a_function_that_only_says_so_is_none():
    found = question(marks_of(Says(right_values(), sums="a function")), "sums")
    assert (found["status"], found["points"]) == ("wrong", 0)


def test_what_sympy_wrote_and_nobody_can_read_is_for_a_person():
    odd = {"kind": "formula", "text": "Piecewise((1, T > 2), (gamma, True))"}
    marks = marks_of(Says(weight=odd))
    assert question(marks, "weight")["status"] == "undecided"
    assert "weight" in marks["open"]
    typed = marks_of(Says(weight=odd["text"]))
    assert question(typed, "weight")["status"] == "unreadable"
    assert "weight" not in typed["open"]


def test_what_is_no_answer_at_all_is_unreadable():
    for value in (FUNCTION, {"kind": "other", "type": "an object"}):
        found = question(marks_of(Says(steps=value)), "steps")
        assert (found["status"], found["points"]) == ("unreadable", 0)
        what = value.get("type", "function")
        said = f"No answer to this question is a value like this one: {what}."
        assert [found["message"], found["parts"][0]["message"]] == [said, said]
    assert question(marks_of(Says(steps={"kind": "nothing"})), "steps")["status"] == "no answer"


def test_a_text_that_was_judged_is_not_judged_again():
    exercise = assignment().questions[0].exercise
    judged, plain_judge = [], type(exercise).judge

    def judge(answer):
        judged.append(answer)
        return plain_judge(exercise, answer)

    exercise.judge = judge
    try:
        texts = ["gamma^T + 1", "gamma^T + 2", "gamma^T + 1", "gamma^T + 2"]
        judging._judged_before.cache_clear()
        marks = [question(marks_of(Says(weight=t), remember=True), "weight") for t in texts]
    finally:
        del exercise.judge
    assert judged == texts[:2]
    assert marks[0] == marks[2] != marks[1] == marks[3]


def test_what_any_answer_gets_an_odd_one_gets_too():
    """The exercise itself says so, whatever its kind: an odd answer is one that cannot be read."""
    exercise = assignment().questions[1].exercise
    given = []

    def judge(answer):
        given.append(answer)
        parts = (PartJudgement("attempt", "Any answer at all", "right", 20, 20),)
        return Judgement("unreadable", 20, 100, parts)

    exercise.judge = judge
    try:
        marks = marks_of(Says(steps={"kind": "other", "type": "an object"}))
    finally:
        del exercise.judge
    assert given == ["(an object)"]
    assert question(marks, "steps")["points"] == 20


def test_what_is_given_for_any_answer_is_given():
    whole = assignment()
    exercise = whole.questions[1].exercise
    before, exercise.parts = exercise.parts, (Part("answer", "Answer", 100, for_any=10),)
    try:
        for value in ({"kind": "other", "type": "an object"}, 5, "???"):
            assert question(marks_of(Says(steps=value)), "steps")["points"] == 10
        assert question(marks_of(Says()), "steps")["points"] == 0
    finally:
        exercise.parts = before


def judged_so(*statuses):
    """In the place of an exercise's judgement: parts of 50 points with these statuses."""
    parts = tuple(
        PartJudgement(f"p{n}", "P", status, 50 if status == "right" else 0, 50)
        for n, status in enumerate(statuses)
    )
    whole = "unreadable" if "unreadable" in statuses else statuses[0]
    return lambda answer: Judgement(whole, sum(part.points for part in parts), 100, parts)


def test_one_part_that_is_undecided_is_for_a_person():
    """The rest has its points already; and only what SymPy wrote counts as nobody's mistake."""
    exercise = assignment().questions[1].exercise
    try:
        exercise.judge = judged_so("unreadable", "undecided", "right")
        marks = marks_of(Says(steps=69))
        exercise.judge = judged_so("unreadable", "right")
        typed, written = (
            marks_of(Says(steps=value)) for value in ("?", {"kind": "formula", "text": "?"})
        )
    finally:
        del exercise.judge
    assert "steps" in marks["open"]
    assert question(marks, "steps")["points"] == 50
    assert "steps" not in typed["open"]
    assert "steps" in written["open"]
    assert [part["status"] for part in question(written, "steps")["parts"]] == [
        "undecided",
        "right",
    ]
    assert question(written, "steps")["points"] == 50


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError])
def test_a_comparison_that_stops_is_for_a_person(error):
    exercise = assignment().questions[1].exercise

    def stops(answer):
        raise error

    exercise.judge = stops
    try:
        marks = marks_of(Says(steps=69))
    finally:
        del exercise.judge
    assert question(marks, "steps")["status"] == "undecided"
    assert question(marks, "steps")["points"] == 0
    assert "steps" in marks["open"]


def test_free_text_is_for_a_person_unless_it_is_untouched():
    untouched = next(one.untouched for one in assignment().questions if one.id == "why")
    assert question(marks_of(Says(), answered(why=untouched)), "why")["status"] == "no answer"
    lost = marks_of(Says(), notebook(cell("markdown", RIGHT["why"])))
    assert lost["open"] == ["why"]
    assert "not found" in question(lost, "why")["message"]


def test_the_sandbox_is_asked_nothing_that_gives_an_answer_away():
    says = Says()
    marks_of(says)
    asked = json.dumps([says.asked.cells, says.asked.names, says.asked.calls, says.asked.files])
    assert SECRET not in asked
    assert judge_seed(SECRET, "demo", "sums") not in asked
    assert "69" not in asked.replace(json.dumps(RIGHT["steps"]), "").split('"calls"')[0][:200]
    assert "np.max" not in asked
    assert says.asked.names == ["weight", "steps", "sums"]


def test_checks_that_were_handed_out_do_not_run_again():
    check = "ex.steps.check(steps)"
    given = replace(assignment(), given=frozenset({check, "import numpy"}))
    says = Says()
    made = notebook(cell("code", "import numpy"), cell("code", check), cell("code", check + "\n1"))
    marks_of(says, made, given)
    assert list(says.asked.cells) == ["import numpy", check + "\n1"]


def test_cells_that_stopped_are_counted_as_the_student_counts():
    made = notebook(cell("markdown", "x"), cell("code", ""), cell("code", "1"), cell("code", "2"))
    marks = marks_of(Says(stopped={1: "NameError: x"}, ended=False), made)
    assert marks["notes"][0] == "Code cell 3 stopped: NameError: x"
    assert "what it answered until then counts" in marks["notes"][1]


def test_a_version_made_for_somebody_else_is_named(monkeypatch):
    whole = replace(assignment(), personal=True)
    own = copy.copy(whole.questions[1].exercise)
    own.question = "How many steps, at your own rate?"
    monkeypatch.setattr(
        Assignment, "exercise", lambda self, asked, student: own if asked.id == "steps" else None
    )
    printed = cell("markdown", "## Steps\n\n" + whole.questions[1].exercise.asked())
    theirs = cell("markdown", "## Steps\n\n" + own.asked())
    says = Says()
    assert marks_of(says, notebook(theirs), whole)["notes"] == []
    for made in (notebook(printed), notebook()):
        (note,) = marks_of(says, made, whole)["notes"]
        assert note == "Not the version made for this student: steps."


# --- words of a stranger --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (1, True), (1.5, True), (True, True), ("x", True), (10**299, True),
        ({"kind": "formula", "text": "x"}, True),
        ({"kind": "list", "items": [1, {"kind": "nothing"}]}, True),
        ({"kind": "float", "value": "nan"}, True),
        (10**300, False), (None, False), ([1], False), ({}, False), ({"kind": []}, False),
        ({"kind": "pickle"}, False), ({"kind": "float", "value": "1"}, False),
        ({"kind": "formula", "text": 3}, False), ({"kind": "list", "items": 3}, False),
        ({"kind": "list", "items": [1, [2]]}, False),
    ],
)  # fmt: skip
def test_a_value_has_one_of_few_forms(value, read):
    made = plain_value(value, Limits())
    assert (made == value) == read


def test_nesting_and_length_are_bounded():
    deep = 1
    for _ in range(20):
        deep = {"kind": "list", "items": [deep]}
    assert plain_value(deep, Limits()) != deep
    assert plain_value("x" * 11, Limits(text_chars=10))["kind"] == "other"
    assert (
        plain_value({"kind": "formula", "text": "x" * 11}, Limits(text_chars=10))["kind"] == "other"
    )
    assert plain_value("x" * 10, Limits(text_chars=10)) == "x" * 10


def test_lines_are_whole_and_bounded():
    lines = _Lines(10)
    assert list(lines.add(b"ab\nc")) == [b"ab"]
    assert list(lines.add(b"d\n")) == [b"cd"]
    assert list(lines.add(b"x" * 5)) == [] and lines.full


def test_only_what_was_asked_is_taken():
    asked = Asked(["x = 1", "y = 1"], ["steps"], [("f", 0, [])])
    outcome = Outcome()
    for line in (
        {"answer": "steps", "value": 1}, {"answer": "other", "value": 1},
        {"of": "f", "position": 0, "outcome": {"value": 2}},
        {"of": "f", "position": 1, "outcome": {"value": 2}},
        {"of": "g", "position": 0, "outcome": {"value": 2}},
        {"stopped": 0, "why": "x\x1b[31m\u202e"}, {"stopped": 2, "why": "x"},
        {"stopped": True, "why": "x"},
    ):  # fmt: skip
        _take(outcome, json.dumps(line).encode(), asked, Limits())
    assert outcome.answers == {"steps": 1}
    assert outcome.values == {"f": {0: {"value": 2}}}
    assert outcome.stopped == {0: "x [31m"}
    for said in ({"value": 1, "time": 2}, {"points": 1}, [1], {"changed": -1}, {"time": "x"}):
        _take(
            outcome,
            json.dumps({"of": "f", "position": 0, "outcome": said}).encode(),
            asked,
            Limits(),
        )
    assert outcome.values == {"f": {0: {"value": 2}}}


# --- tables and pages -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hundredths", "text"),
    [(0, "0.00"), (5, "0.05"), (75, "0.75"), (130, "1.30"), (10000, "100.00")],
)
def test_points_are_exact(hundredths, text):
    assert tables.points_text(hundredths) == text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "\n=1", "＝1", '=cmd|"/c calc"!A1']
)
def test_no_text_is_a_formula(text):
    found = list(csv.reader(io.StringIO(tables.open_table([one_mark(text)]))))
    assert found[1][0] == found[1][5] == "'" + text.replace("\r", "\n")


def one_mark(name="ann", status="undecided", waits=True, points=0):
    part = {"id": "answer", "label": "A", "status": status, "points": points, "of": 100,
            "mistake": None, "message": ""}  # fmt: skip
    asked = {"id": "q", "title": "Q", "status": status, "points": points, "of": 100,
             "answer": name, "message": "", "parts": [part]}  # fmt: skip
    return {"student": name, "points": points, "of": 100, "open": ["q"] if waits else [],
            "notes": [], "questions": [asked]}  # fmt: skip


def test_an_open_question_is_an_empty_cell():
    rows = list(
        csv.reader(
            io.StringIO(
                tables.marks_table([one_mark(), one_mark("ben", "right", False, 100)], ["q"])
            )
        )
    )
    assert [row[1] for row in rows] == ["q", "", "1.00"]


def test_mistakes_are_counted():
    wrong = one_mark("a", "wrong", False)
    wrong["questions"][0]["parts"][0] |= {"mistake": "one-late", "message": "Late."}
    rows = list(
        csv.reader(io.StringIO(tables.mistakes_table([wrong, wrong, one_mark("b", "right")])))
    )
    assert rows[1:] == [
        ["q", "", "wrong", "one-late", "2", "Late."],
        ["q", "", "right", "", "1", ""],
    ]


def test_a_page_is_text_and_nothing_else():
    evil = "<script>x</script><img src=x> [a](javascript:b) ![c](http://d) $\\href{e}{<b>f}$"
    marks = one_mark(evil, "wrong", False)
    marks["notes"] = [evil]
    marks["questions"][0] |= {"message": evil, "title": evil, "corrected": evil, "asked": evil}
    marks["questions"][0]["parts"] *= 2
    for part in marks["questions"][0]["parts"]:
        part |= {"label": evil, "message": evil}
    text = page(marks, evil, {"q": evil})
    for start in ("<script", "<img", "<a ", "href=", "<b>"):
        assert start not in text


def test_formulas_can_be_read_and_run_nothing():
    formula.cache_clear()
    shown = formula(r"\frac{1}{1-\gamma}", False)
    assert shown.startswith('<span class="katex"><math') and "<mfrac>" in shown
    evil = [
        r"\href{javascript:alert(1)}{x}", r"\includegraphics{http://x}", r"\htmlClass{a}{b}",
        r"\def\a{\a\a}\a", r"<script>x</script>", r"\text{<img src=x>}", r"\frac{<img src=x>", "x" * 5000,
    ]  # fmt: skip
    for tex in evil:
        made = formula(tex, True)
        assert not re.search(r"<(script|img|a)\b|href=|src=http", made), made


def test_without_katex_a_formula_is_shown_as_typed(monkeypatch):
    monkeypatch.setattr(formulas, "_program", lambda: None)
    assert formula("x < y_unseen", False) == '<span class="math">x &lt; y_unseen</span>'


def test_a_persons_decision_replaces_the_markers():
    marks = corrected(one_mark(), {"q": {"points": 40, "why": "Half."}})
    assert (marks["points"], marks["open"]) == (40, [])
    assert marks["questions"][0]["status"] == "right in part"
    assert "Half." in page(marks, "T", {})


def test_seeds_do_not_meet():
    seeds = {judge_seed("s", "ab", "c"), judge_seed("s", "a", "bc"), judge_seed("t", "ab", "c"),
             personal_seed("s", "ab", "c", ""), personal_seed("s", "ab", "", "c")}  # fmt: skip
    assert len(seeds) == 5
