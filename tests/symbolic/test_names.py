"""One name has one meaning, or the question is refused."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, a, b, i, j, k, total, x, y

from nnlib.symbolic import Definition, Recurrence, equal
from nnlib.symbolic._names import (
    bodies,
    check_names,
    check_new_name,
    hidden_symbols,
    names_in,
    restates,
)

q, r = sp.symbols("q r", real=True)


def test_an_index_of_a_definition_is_not_captured():
    outside = Definition(q, x[j])
    assert equal(total(q * y[k]), x[j] * total(y[k]), where=outside).status == "proved"
    with pytest.raises(ValueError, match=r"q stands for an expression with j, and is used in"):
        equal(total(q * y[j], j), x[j] * total(y[k]), where=outside)


def test_the_names_of_an_expression():
    assert names_in(total(x[k] * a)) == {x, a, K, k}


def test_what_a_name_stands_for():
    assert bodies(Definition(q, a + b)) == (a + b,)
    assert bodies(Recurrence(x[k], 2 * x[k - 1] + a, initial=b)) == (2 * x[k - 1] + a, b)
    named = {q: Definition(q, r + a), r: Definition(r, b)}
    assert hidden_symbols(q, named) >= {a, b}


def test_a_name_has_one_definition():
    check_names([q], (Definition(q, a),))
    with pytest.raises(ValueError):
        check_names([q], (Definition(q, a), Definition(q, b)))
    with pytest.raises(ValueError):
        check_names([q], (Definition(q, r), Definition(r, q)))
    with pytest.raises(ValueError):
        check_names([a + sp.Symbol("a", positive=True)], ())


def test_a_new_name_has_no_meaning_yet():
    check_new_name(q, a + b, (), ())
    with pytest.raises(ValueError):
        check_new_name(q, q + a, (), ())
    with pytest.raises(ValueError):
        check_new_name(q, a, (sp.Gt(q, 0),), ())
    with pytest.raises(ValueError):
        check_new_name(q, a, (), (Definition(r, q + 1),))


def test_a_first_line_that_repeats_the_definition():
    where = (Definition(q, a + b),)
    assert restates(q, b + a, where) and not restates(q, a, where) and not restates(r, a + b, where)
    assert restates(x[i], x[i], ()) is False
