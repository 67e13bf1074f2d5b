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
