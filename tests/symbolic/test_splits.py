"""Cases of a sign that is not known."""

from __future__ import annotations

import sympy as sp
from alphabet import a, b, gamma

from nnlib.symbolic import Maximum
from nnlib.symbolic._facts import Facts
from nnlib.symbolic._splits import deciding_sign, possible_signs, with_sign


def test_what_decides():
    for expr in (sp.Abs(a - b), sp.sign(a - b), Maximum(a, b), sp.Max(a, b)):
        decisive = deciding_sign(expr)
        assert decisive in (a - b, b - a)
        for put in ({a: 5, b: 2}, {a: -3, b: 4}):
            sign = sp.sign(decisive.subs(put))
            written = with_sign(expr, decisive, int(sign))
            assert written.subs(put).doit() == expr.subs(put).doit()
    assert deciding_sign(a * b + 1) is None


def test_signs_that_are_left():
    assert sorted(possible_signs(a, Facts())) == [-1, 0, 1]
    assert possible_signs(gamma, Facts()) == [1]
    assert sorted(possible_signs(a - b, Facts([a >= b]))) == [0, 1]
    assert sorted(possible_signs(a - 1, Facts([sp.Ne(a, 1)]))) == [-1, 1]


def test_the_cases_of_a_smallest_and_of_relations():
    for expr in (
        sp.Min(a, b),
        sp.Abs(b - a) + sp.sign(b - a),
        sp.Piecewise((a, a < b), (b, True)),
        sp.Piecewise((a, b <= a), (7, True)),
        Maximum(a, b, 3),
    ):
        for put in ({a: 5, b: 2}, {a: -3, b: 4}, {a: 1, b: 1}):
            written, rounds = expr, 0
            while (decisive := deciding_sign(written)) is not None and rounds < 4:
                written = with_sign(written, decisive, int(sp.sign(decisive.subs(put))))
                rounds += 1
            assert written.subs(put).doit() == expr.subs(put).doit(), (expr, put)
            assert deciding_sign(written) is None
