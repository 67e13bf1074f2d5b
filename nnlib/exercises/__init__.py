"""Exercises with an instant check that names the mistake.

An exercise is an object in ``book/exercises/<chapter>.py``: question, hints, answer, the mistakes
that people make, and how it varies from a seed. The chapter, the page, an assignment and the
marker show and judge the same one. Its cells in the chapter are written from it
(``tools/notebooks.py``); running the second shows at once whether the answer is right and, if not,
which mistake it is, with the hints and the solution folded below. What is printed as the solution
is the object that answers are compared with, by the same engine that proves the derivations of
the book.

=============  ==================================================================================
`Formula`      a typed formula, or a SymPy expression; any equal one is right
`Number`       a number, to a tolerance that is announced
`Choice`       one of several statements
`Function`     a Python function, compared on drawn inputs and, if asked, on symbols
`Proof`        a `Derivation` between the same first and last lines
`Several`      a list of answers, each judged by one of the above
=============  ==================================================================================

``check(answer)`` is for a reader, ``judge(answer)`` gives data only. Code that is not trusted runs
elsewhere: `outcomes` does so with a function's ``inputs(seed)``, and ``judge_values`` compares.
A student gets the `handout` of an exercise, without its solution, and reads it with `handed_out`.
"""

from __future__ import annotations

from nnlib.exercises._base import Exercise
from nnlib.exercises._feedback import Feedback
from nnlib.exercises._formula import Formula
from nnlib.exercises._function import Function
from nnlib.exercises._handout import handed_out, handout
from nnlib.exercises._judgement import (
    NO_ANSWER,
    RIGHT,
    UNDECIDED,
    UNREADABLE,
    WRONG,
    Judgement,
    Mistake,
    Part,
    PartJudgement,
)
from nnlib.exercises._numpy import np as np  # for modules of exercises
from nnlib.exercises._proof import Milestone, Proof
from nnlib.exercises._selftest import exercises_of, self_test
from nnlib.exercises._several import Several
from nnlib.exercises._short import Choice, Number
from nnlib.exercises._values import outcomes
from nnlib.exercises._variants import varied

__all__ = [
    "NO_ANSWER",
    "RIGHT",
    "UNDECIDED",
    "UNREADABLE",
    "WRONG",
    "Choice",
    "Exercise",
    "Feedback",
    "Formula",
    "Function",
    "Judgement",
    "Milestone",
    "Mistake",
    "Number",
    "Part",
    "PartJudgement",
    "Proof",
    "Several",
    "exercises_of",
    "handed_out",
    "handout",
    "outcomes",
    "self_test",
    "varied",
]
