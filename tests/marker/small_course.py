"""A small assignment and what students hand in for it."""

import json
from pathlib import Path

SECRET = "a secret for the tests, long enough"

MODULE = """
import numpy as np
import sympy as sp

from nnlib.exercises import Choice, Formula, Function, Number, Part

T = sp.Symbol("T", integer=True, positive=True)
gamma = sp.Symbol("gamma", positive=True)

weight = Formula(
    gamma ** (T - 1) * (1 - gamma),
    [gamma, T],
    given=(gamma < 1,),
    title="A weight",
    question="What is the weight of $c_1$ at time $T$?",
    hints=["Try $T=1$."],
    mistakes=[("one-late", gamma**T * (1 - gamma), "It is $T-1$ steps old.")],
)
steps = Number(
    69,
    title="Steps",
    question="How many steps?",
    hints=["Take logarithms."],
    mistakes=[("inverse", 100, "That is $1/(1-\\\\gamma)$.")],
)


def _total(x):
    return np.sum(x, axis=0), np.max(x, axis=0)


sums = Function(
    _total,
    lambda rng: (rng.normal(size=(3, 2)),),
    title="Sums",
    question="Write `sums(x)`, which gives back the sum and the maximum along the first axis.",
    hints=["`np.sum`, `np.max`."],
    parts=[Part("sum", "the sum", 75), Part("max", "the maximum", 25)],
    mistakes=[("halved", lambda x: (np.sum(x, axis=0) / 2, np.max(x, axis=0)), "It is halved.")],
)
"""


def cell(kind, source, **settings):
    made = {"cell_type": kind, "id": "x", "metadata": {}, "source": source}
    if settings:
        made["metadata"] = {"nbgrader": settings}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    return made


def question(name, source, points=100, kind="code"):
    settings = {"grade": True, "solution": True, "locked": False, "task": False}
    return cell(kind, source, grade_id=name, points=points, schema_version=3, **settings)


def notebook(*cells, **metadata):
    for number, one in enumerate(cells):
        one["id"] = f"cell-{number}"
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def solution(text, before=""):
    return f"{before}### BEGIN SOLUTION\n{text}\n### END SOLUTION"


def write_assignment(folder: Path, **metadata) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo.py").write_text(MODULE)
    settings = {"title": "A small assignment", **metadata}
    source = notebook(
        cell("markdown", "# A small assignment"),
        question("weight", solution("weight = 'gamma^(T-1)*(1-gamma)'", "# a formula\n")),
        question("steps", solution("steps = 69")),
        question("sums", solution(RIGHT["sums"])),
        cell("markdown", "Why does the first value count less?", grade_id="ask", locked=True,
             grade=False, solution=False, schema_version=3, task=False),
        question("why", solution("It is the oldest.", "*Your words*\n"), 150, "markdown"),
        assignment=settings,
    )  # fmt: skip
    path = folder / "demo.ipynb"
    path.write_text(json.dumps(source))
    return path


RIGHT = {
    "weight": "weight = 'gamma^(T-1)*(1-gamma)'",
    "steps": "steps = 69",
    "sums": "import numpy as np\ndef sums(x): return x.sum(axis=0), x.max(axis=0)",
    "why": "Since it is the oldest.",
}


def answered(**changed):
    """A notebook with right answers, but for those that are given; None leaves a cell out."""
    sources = RIGHT | changed
    points = {"why": 150}
    return notebook(
        *(
            question(name, source, points.get(name, 100), "markdown" if name == "why" else "code")
            for name, source in sources.items()
            if source is not None
        )
    )


def hand_in(folder: Path, student: str, made, name="demo.ipynb") -> Path:
    """Write what a student hands in: a notebook, or bytes."""
    place = folder / student / name
    place.parent.mkdir(parents=True, exist_ok=True)
    data = made if isinstance(made, bytes) else json.dumps(made).encode()
    place.write_bytes(data)
    return place
