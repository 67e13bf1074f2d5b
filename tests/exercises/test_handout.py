"""What a student gets of a question: how an answer is read, and nothing that gives it away."""

import json

import numpy as np
import pytest
import sympy as sp

from nnlib.exercises import (
    Choice,
    Formula,
    Function,
    Number,
    Proof,
    Several,
    handed_out,
    handout,
)
from nnlib.symbolic import Derivation

x = sp.Symbol("x", positive=True)
c = sp.IndexedBase("c", real=True)
WORDS = {"question": "?", "hints": ["help"]}

square = Formula(
    x**2 + c[1], {"ex": x, "c": c}, title="Square", mistakes=[("m", x, "Not so.")], **WORDS
)
steps = Number(5, title="Steps", unit="steps", mistakes=[("m", 6, "Not so.")], **WORDS)
which = Choice({"a": "one", "b": "two"}, "b", title="Which", mistakes=[("m", "a", "No.")], **WORDS)
lines = Proof(
    Derivation(sp.Symbol("s"), (x + 1) * x, "start").step(x**2 + x, "multiply"),
    [x],
    title="Lines",
    mistakes=[("m", 3 * x, "Not so.")],
    **WORDS,
)
twice = Function(
    lambda v: 2 * v,
    lambda rng: (rng.normal(size=2),),
    title="Twice",
    mistakes=[("m", lambda v: v, "Not so.")],
    **WORDS,
)
twice.name = "twice"
pair = Several({"square": square, "steps": steps}, title="Pair", **WORDS)
ALL = {
    "square": square,
    "steps": steps,
    "which": which,
    "lines": lines,
    "twice": twice,
    "pair": pair,
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    path = tmp_path_factory.mktemp("student") / "asked.json"
    path.write_text(json.dumps({name: handout(one) for name, one in ALL.items()}))
    return handed_out(path)


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("square", "ex**2 + 3", "Read as x² + 3."),
        ("square", x**2, "Read as x²."),
        ("steps", "5 steps", "Read as 5 steps."),
        ("steps", "50 %", "Read as 0.5 steps."),
        ("steps", "50 percent", "Read as 0.5 steps."),
        ("which", " (B) ", "Read as b."),
        ("lines", ["(x + 1)*x", "3*x"], "1. Read as x (1 + x).\n2. Read as 3 x."),
        ("twice", lambda v: v + v, "It agrees on 2 public examples; it is marked on others."),
        ("pair", ["ex", 6], "1. Read as x.\n2. Read as 6 steps."),
    ],
)
def test_it_says_how_an_answer_is_read_right_or_wrong(asked, name, answer, said):
    seen = getattr(asked, name).check(answer)
    assert seen.fits and str(seen) == said


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("square", ..., "no answer yet"),
        ("square", "ex + zeta", "'zeta' is not known"),
        ("steps", "many", "'many' is not known"),
        ("steps", "5 pixels", "type it without the word pixels"),
        ("which", "c", "expected one of a, b"),
        ("lines", ["x", "x +"], "line 2"),
        ("lines", 7, "expected a list of lines"),
        ("twice", 7, "expected a function"),
        ("twice", lambda v: v, "it should give"),
        ("twice", lambda v: v[9], "it raises IndexError"),
        ("twice", lambda v: v[:1], "shape"),
        ("twice", lambda v: print, "it gives back"),
        ("pair", ["ex"], "expected a list of 2"),
    ],
)
def test_what_cannot_be_marked_is_said_and_nothing_is_raised(asked, name, answer, said):
    seen = getattr(asked, name).check(answer)
    assert not seen.fits and said in str(seen), str(seen)


def test_nothing_of_the_solution_is_handed_out():
    for name, exercise in ALL.items():
        text = json.dumps(handout(exercise))
        assert "Not so." not in text and "help" not in text, name
        assert exercise.shown_solution() not in text
    assert "solution" not in handout(square) and handout(steps).keys() == {"kind", "title", "unit"}


def test_functions_are_shown_on_other_numbers_than_they_are_marked_on():
    public = [example["arguments"] for example in handout(twice)["examples"]]
    assert not any(one in twice.inputs("the marker's seed") for one in public)
    assert np.allclose(
        handout(twice)["examples"][0]["value"]["array"], 2 * np.array(public[0][0]["array"])
    )


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected it beside the notebook"):
        handed_out(tmp_path / "asked.json")


def test_what_stands_for_an_expression_is_not_handed_out():
    named = Formula(x, {"y": x + 1}, title="T", mistakes=[("m", 2 * x, "m")], **WORDS)
    with pytest.raises(TypeError, match="neither a symbol nor a family"):
        handout(named)
