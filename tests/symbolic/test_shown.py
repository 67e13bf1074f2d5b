"""What a reader sees: LaTeX, plain text and data of one thing."""

from __future__ import annotations

import json

import sympy as sp
from alphabet import a, b, gamma

from nnlib.symbolic import Derivation
from nnlib.symbolic._shown import Row, said_of
from nnlib.symbolic._verdict import Verdict


def chain():
    start = Derivation(sp.Symbol("Q"), a * (b + 1), given=gamma > 1, name="eq-q")
    return start.step(a * b + a, "expand")


def test_the_three_forms_tell_the_same_lines():
    shown = chain()
    assert "= a + a b\n    expand" in str(shown) and "for γ > 1" in str(shown)
    assert "a + a b" in shown.latex() and "expand" in shown.latex()
    data = json.loads(json.dumps(shown.data()))
    assert data["name"] == "eq-q" and data["status"] == "proved"
    assert [row["why"] for row in data["rows"]][-1] == "expand"
    assert str(shown) == repr(shown)


def test_jupyter_gets_each_form():
    bundle = chain()._repr_mimebundle_()
    assert bundle["text/plain"] == str(chain()) and bundle["text/latex"] == chain().latex()
    assert bundle["application/vnd.nnlib.derivation+json"] == chain().data()


def test_a_row_says_its_relation():
    row = Row(a, b, "a bound", relation="<=")
    assert row.text(3) == "a   ≤ b\n    a bound"
    assert row.latex() == r"a &\le b \;&&\; \text{a bound}"


def test_the_fewest_points_are_told():
    verdicts = [Verdict("proved", points=12), Verdict("checked", points=7)]
    assert said_of(verdicts) == (("points", 7), ("sizes", []))
