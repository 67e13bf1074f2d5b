"""NumPy's ufuncs on arrays of expressions."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from alphabet import a, b, gamma

from nnlib.symbolic import symarray
from nnlib.symbolic._ufuncs import as_array, choose, kind_of, objects


def test_exact_objects_of_the_same_shape():
    made = objects(np.array([[0.5, 1.0]]), "add")
    assert made.dtype == object and made.shape == (1, 2)
    assert made[0, 0] == sp.Rational(1, 2) and not made[0, 0].atoms(sp.Float)
    with pytest.raises(TypeError):
        objects(np.array(["a"]), "add")


def test_operations_are_those_of_numpy():
    v = symarray("v", 3)
    entries = list(as_array(v))
    assert list(as_array(np.add(v, 1))) == [e + 1 for e in entries]
    assert np.sum(v).item() == sum(entries)
    assert list(as_array(np.cumsum(v)))[-1] == sum(entries)
    assert np.multiply.reduce(v).item() == sp.prod(entries)
    assert as_array(np.add.outer(v, v)).shape == (3, 3)


def test_what_has_no_meaning_on_symbols_is_refused():
    with pytest.raises(TypeError, match="np.fmod does not work on symbols"):
        np.fmod(symarray("v", 2), 2)


def test_repeated_places_count_each_time():
    v = symarray("v", 2)
    first = as_array(v)[0]
    np.add.at(v, [0, 0], 1)
    assert as_array(v)[0] == first + 2


def test_a_choice_entry_by_entry():
    picked = choose(np.array([True, False]), objects([a, a], "where"), objects([b, gamma], "where"))
    assert list(as_array(picked)) == [a, gamma]


def test_kinds_are_named():
    assert kind_of(3) == "int" and kind_of(np.ones(2, "f4")) == "an array of float32"
