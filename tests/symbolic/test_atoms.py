"""Indices, deltas and atoms in the one form that is compared."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, T, a, delta, gamma, i, j, k, s, total, w, x, y

from nnlib.symbolic import _atoms as atoms


def test_the_order_does_not_hang_on_how_it_was_written():
    for expr in (x[i] * y[j] + a, y[j] * x[i] + a):
        found = atoms.in_order(expr, sp.Indexed)
        assert found == [x[i], y[j]]
    assert sorted([b_ := x[1], a_ := x[0]], key=atoms.by_name) == [a_, b_]


def test_a_delta_gives_its_index():
    assert atoms.solve_delta(sp.KroneckerDelta(k, j + 2)) in ((k, j + 2), (j, k - 2))
    with pytest.raises(NotImplementedError):
        atoms.solve_delta(sp.KroneckerDelta(2 * k, 3 * j))


def test_the_bounds_of_a_sum_are_found():
    nested = sp.Sum(x[k] * sp.Sum(y[i], (i, k, T)), (k, 1, K))
    assert set(atoms.bounds_of(nested)) == {sp.Integer(1), K}


def test_nested_sums_are_one_atom_in_either_order():
    def atom(first, second):
        inner = sp.Dummy("inner", integer=True), sp.Dummy("outer", integer=True)
        ranges = {inner[0]: first, inner[1]: second}
        term = sp.Sum(w[inner[0], inner[1]], (inner[0], *first))
        return atoms.standard_atom(sp.Sum, term, inner[1], *ranges[inner[1]])

    assert atom((0, K), (0, K)) == atom((0, K), (0, K))
    assert atom((0, K), (1, T)) != atom((0, T), (1, K))


def test_sums_that_look_alike_share_a_key():
    one, other = (sp.Dummy("d", integer=True) for _ in range(2))
    keys = {atoms.without_dummies(total(x[s] * d, s)) for d in (one, other)}
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("one", "other", "standard"),
    [
        (T + 1, 1, delta(T, 0)),
        (i, j, delta(i, j)),
        (j, i, delta(i, j)),
        (i + 1, j - 1, delta(j, i + 2)),
        (2 * i, j, delta(2 * i, j)),
        (2 * i, 2 * j, delta(2 * i, 2 * j)),
        (k, j, delta(k, j)),
        (k + 1, j + 1, delta(j, k)),
        (2 * (i + 1), 2 * j, delta(2 * i + 2, 2 * j)),
    ],
)
def test_one_form_for_equal_deltas(one, other, standard):
    assert atoms.standard_delta(one, other) == standard


@pytest.mark.parametrize(
    ("difference", "solved"),
    [
        (i - j, (j, i)),
        (T - 2, (T, 2)),
        (3 - i, (i, 3)),
        (2 * i - j, (j, 2 * i)),
        (i - 2 * j + 1, (i, 2 * j - 1)),
        (i**2 - j, (j, i**2)),
        (2 * i - 2 * j, None),
        (i * j - j, None),
        (sp.Integer(3), None),
    ],
)
def test_an_index_is_solved_for(difference, solved):
    assert atoms.solve_for_index(difference) == solved


@pytest.mark.parametrize(
    ("term", "sign", "offset"),
    [
        (x[k + 2], 1, 2),
        (x[k] + x[k + 1] * x[k - 1], 1, 1),
        (x[k + 3] + x[k + 1], 1, 3),
        (x[T - k], -1, T),
        (x[T - k] * x[T + 1 - k], -1, T + 1),
        (x[T - k] + x[k - 3], 1, -3),
        (x[T - k] + y[k], -1, T),  # the first family counts
        (y[k + 1] * x[k + 5], 1, 5),
        (w[i, k + 1] * w[k, 2], 1, 0),  # and its first index
        (x[2 * k], 1, 0),
        (x[k * j], 1, 0),
        (x[k - a], 1, -a),
        (x[k + 1] * gamma ** (k + 7), 1, 1),  # entries before powers
        (gamma ** (k + 3), 1, 3),
        (sp.exp(k - 1), 1, -1),
        (sp.exp(2 * k), 1, 0),
        (sp.Sum(x[i], (i, k + 1, T)), 1, 1),
        (sp.Product(x[i], (i, 1, k - 2)), 1, -2),
        (k * a, 1, 0),
        (sp.S.One, 1, 0),
    ],
)
def test_the_place_where_an_index_stands(term, sign, offset):
    assert atoms.standard_shift(term, k) == (sign, offset)
