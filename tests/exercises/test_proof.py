"""Derivations as answers: how many lines, from where, and in which form."""

from __future__ import annotations

import sympy as sp

from nnlib.exercises import Proof
from nnlib.exercises._steps import canonical
from nnlib.symbolic._derivation import Derivation
from tests.exercises.made import ASKED, named

A, B = sp.symbols("A B", positive=True)
K, N = sp.symbols("K N", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True)
x, y = sp.IndexedBase("x", real=True), sp.IndexedBase("y", real=True)
total = sp.Sum((x[k] + 1) ** 2, (k, 0, K - 1))
expanded = sp.Sum(x[k] ** 2 + 2 * x[k] + 1, (k, 0, K - 1))
split = sp.Sum(x[k] ** 2, (k, 0, K - 1)) + 2 * sp.Sum(x[k], (k, 0, K - 1)) + K


def proof(steps=2, mistakes=((expanded + 1, "One too many."),), **options) -> Proof:
    derivation = Derivation(sp.Symbol("S"), total).step(expanded, "expand").step(split, "split")
    return Proof(derivation, [x, k, K], **ASKED, mistakes=named(*mistakes), steps=steps, **options)


def _same_form(a, b):
    return canonical(a) == canonical(b)


def test_the_number_of_lines_that_are_asked_for():
    assert proof().check([expanded, split]).right and proof().check([total, expanded, split]).right
    assert "write at least 2 lines after the first" in str(proof().check([split]))
    assert "write at least 2 lines after the first" in str(proof().check([total, split]))
    assert proof(steps=1).check([split]).right
    three = str(proof(steps=3).check([expanded, split]))
    assert "write at least 3 lines" in three


def test_one_line_is_asked_for_by_one_line():
    lines = [total, expanded, split]
    exercise = proof(steps=1)
    exercise.solution.lines[1:] = []
    assert "write at least one line after the first" in str(exercise.check([]))
    assert proof(steps=1).check(lines).right


def test_no_lines_are_the_first_line():
    assert "All true so far; now go on to" in str(proof().check([]))


def test_each_line_follows_from_the_one_before():
    assert "Line 1 does not follow" in str(proof().check([expanded + 2, expanded + 2, split]))
    assert "Line 2 does not follow" in str(proof().check([expanded, split + 2, split + 2]))
    # Back on the right track: the line that leaves it is named, not the last.
    assert "Line 1 does not follow" in str(proof().check([expanded + 2, split]))
    # Counted as the reader counts: with the first line, if it is among theirs.
    assert "Line 2 does not follow" in str(proof().check([total, expanded + 2, split]))


def test_a_listed_mistake_is_named_at_any_line():
    assert "One too many." in str(proof().check([expanded + 1, split]))
    assert "One too many." in str(proof().check([expanded, split + 1]))


def test_a_line_that_cannot_be_decided_is_neither_right_nor_wrong():
    odd = Derivation(sp.Symbol("S"), sp.zeta(A) + A)
    exercise = Proof(odd, [A], **ASKED, mistakes=[], steps=0)
    feedback = exercise.check([A + sp.zeta(A + 1)])
    assert feedback.status == "undecided" and "Compare your answer" in str(feedback)


def test_a_proof_asks_for_lines_proved_for_every_size(monkeypatch):
    exercise = proof()

    class Verdict:
        status = "proved for sizes"

    monkeypatch.setattr(exercise.engine, "verdict", lambda a, b: Verdict)
    said = str(exercise.check([expanded, split]))
    assert "Line 1 is only proved for sizes; make a smaller step." in said
    exercise.solution.accept = "checked"
    assert exercise.check([expanded, split]).right


def test_the_last_line_is_to_be_written_as_asked():
    other = sp.Sum(x[k] ** 2 + 2 * x[k], (k, 0, K - 1)) + K
    said = str(proof().check([expanded, other]))
    assert said.startswith("Not yet. All true so far; now go on to K + 2 Σ_{k=0}^{K−1} x_k")


def test_what_the_solution_was_given_may_be_used():
    given = Derivation(sp.Symbol("S"), sp.Abs(A - 1), given=[A < 1]).step(1 - A, "A below 1")
    exercise = Proof(given, [A], **ASKED, mistakes=[("m1", "A - 1", "sign")], steps=1)
    assert exercise.check(["1 - A"]).right and "sign" in str(exercise.check(["A - 1"]))
    assert exercise.shown_solution().startswith("$$\n\\begin{aligned}")


def test_lines_alike_up_to_the_names_of_bound_indices():
    same = sp.Sum(x[j] ** 2, (j, 0, K - 1))
    assert _same_form(sp.Sum(x[k] ** 2, (k, 0, K - 1)), same)
    assert not _same_form(sp.Sum(x[k] ** 2, (k, 0, K)), same)
    assert not _same_form(sp.Sum(x[k] ** 2, (k, 1, K - 1)), same)
    assert not _same_form(sp.Sum(x[k], (k, 0, K - 1)), same)
    double = sp.Sum(x[k] * y[j], (k, 0, j), (j, 0, K - 1))
    assert _same_form(double, sp.Sum(x[j] * y[k], (j, 0, k), (k, 0, K - 1)))
    assert not _same_form(double, sp.Sum(x[j] * y[k], (k, 0, j), (j, 0, K - 1)))
    nested = A * sp.Sum(x[k] * sp.Sum(y[j], (j, 0, k)), (k, 0, K - 1))
    renamed = A * sp.Sum(x[j] * sp.Sum(y[k], (k, 0, j)), (j, 0, K - 1))
    assert _same_form(nested, renamed)
    assert not _same_form(nested, A * sp.Sum(x[j] * sp.Sum(y[k], (k, 0, K)), (j, 0, K - 1)))
    assert not _same_form(sp.Sum(x[k], (k, 0, 3)), sp.Product(x[k], (k, 0, 3)))


PADDED = [
    "sum((x[k]+1)^2, k, 0, K-1)",
    "sum((1+x[j])^2, j, 0, K-1)",
    "sum((x[k]+1)^2, k, 0, K-1) + 0*K",
    "sum((x[k]+1)^2, k, 0, K-1) + K - K",
    "sum((x[k]+1)^2, k, 0, K-1)*sum(1/K, k, 0, K-1)",
    "sum((x[k]+1)^2, k, 0, K-1) + sum(x[k], k, 0, K-1) - sum(x[j], j, 0, K-1)",
    "sum((x[k]+1)^2, k, 0, K-1) + (K+1)^2 - K^2 - 2*K - 1",
    "sum(x[k]^2, k, 0, K-1) + 2*sum(x[k], k, 0, K-1) + (K+1)^2 - K^2 - K - 1",
    "(K*sum(x[k]^2, k, 0, K-1) + 2*K*sum(x[k], k, 0, K-1) + K^2)/K",
    "2*sum(x[k], k, 0, K-1) + K + sum(x[j]^2, j, 0, K-1)",
]


def test_a_line_that_says_nothing_new_is_no_step():
    exercise = proof()
    for line in PADDED:
        for lines in ([total, line, split], [line, split], [total, line, line, split]):
            said = str(exercise.check(lines))
            assert "is no step" in said or "too quick" in said, (line, said)
    # What is true and new stays right, also with padding beside it.
    assert exercise.check([total, PADDED[3], expanded, split]).right


def test_a_milestone_has_to_be_met():
    shown = [("twice", lambda line: line.has(sp.Sum(2 * x[k], (k, 0, K - 1))), "show the middle.")]
    said = str(proof(milestones=shown).check([expanded, split]))
    assert said == "Not yet. True, but show the middle."
    middle = sp.Sum(x[k] ** 2 + 1, (k, 0, K - 1)) + sp.Sum(2 * x[k], (k, 0, K - 1))
    assert proof(milestones=shown).check([expanded, middle, split]).right


def test_lines_may_come_as_one_text_and_the_line_of_an_error_is_named():
    text = "sum(x_k^2 + 2x_k + 1, k, 0, K-1)\n\nsum(x_k^2, k, 0, K-1) + 2sum(x_k, k, 0, K-1) + K\n"
    assert proof().check(text).right
    said = str(proof().check([total, "sum(x_k^2"]))
    assert said.startswith("I cannot read this. line 2, column ")
