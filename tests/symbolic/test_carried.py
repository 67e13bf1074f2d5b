"""What symbols carry with them: signs, ranges and kinds of number."""

from __future__ import annotations

import sympy as sp
from alphabet import K, T, a, b, gamma, n

from nnlib.symbolic import Definition
from nnlib.symbolic._carried import carried, reachable


def said(*exprs, where=(), conditions=()):
    return {part.text() for part in carried(exprs, where, conditions)}


def test_a_sign_is_said_in_text_in_tex_and_as_an_inequality():
    (part,) = carried([gamma], (), ())
    assert part.symbols == (gamma,)
    assert part.text() == "γ > 0" and part.latex() == r"\gamma > 0"
    assert tuple(part.as_relations()) == (sp.Gt(gamma, 0, evaluate=False),)


def test_real_numbers_carry_no_sign():
    assert not any(">" in text for text in said(a + b))


def test_whole_numbers_are_told_from_others():
    assert said(K + T) == said(T + K) != said(gamma)
    assert said(n) != said(K)


def test_definitions_are_looked_into():
    q, r = sp.symbols("q r", real=True)
    names = [Definition(q, r + 1), Definition(r, gamma), Definition(b, K)]
    assert reachable([q], names) == names[:2]
    assert reachable([a], names) == []
    assert "γ > 0" in said(q, where=names)
