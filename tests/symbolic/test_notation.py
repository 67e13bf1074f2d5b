"""Names for quantities and sequences: what may be one, and what stands for it."""

from __future__ import annotations

import pytest
import sympy as sp
from alphabet import K, T, a, b, delta, gamma, i, j, k, m, s, total, w, x, y

from nnlib.symbolic import Definition, Partial, Recurrence, equal
from nnlib.symbolic._budget import guarded
from nnlib.symbolic._notation import expand_all, expand_names


def test_a_definition_with_two_indices_keeps_their_order():
    u = sp.IndexedBase("u", real=True)
    entry = Definition(u[i, j], x[i] / gamma + y[j])
    assert equal(u[k, s], x[k] / gamma + y[s], where=entry).status == "proved"
    assert equal(u[k, s], x[s] / gamma + y[k], where=entry).status == "refuted"


def test_names_are_expanded_wherever_they_stand():
    q = sp.Symbol("q", real=True)
    length = sp.Symbol("length", integer=True)
    names = (Definition(q, a + 1), Definition(length, K), Definition(x[i], b * i))
    assert expand_names(q**2, names) == (a + 1) ** 2
    assert expand_names(y[length + q], names) == y[K + a + 1]
    assert expand_names(x[length], names) == b * K and expand_names(y[j], names) == y[j]
    for kind in (sp.Sum, sp.Product):
        long = expand_names(kind(y[k] * q, (k, length, length + 1)), names)
        assert long.limits[0][1:] == (K, K + 1) and long.function.has(a) and not long.has(q)
    assert expand_names(Partial(x[j] ** 2, b), names) == 2 * b * j**2
    assert expand_names(Partial(x[j] ** 2, x[m]), names) == 2 * b * j * delta(j, m)
    sequence = Recurrence(w[k], w[k - 1] + a)
    assert expand_names(w[T] + q, (*names, sequence)) == w[T] + a + 1


def test_a_name_becomes_the_same_wherever_it_stands():
    mean = sp.Symbol("mean", real=True)
    names = (Definition(mean, total(x[k], k, 0, K - 1) / K),)
    with guarded():
        left, right = expand_all([a * mean + mean**2, mean * b], names)
    assert len((left + right).atoms(sp.Sum)) == 1
    of_entries = (*names, Definition(y[i], total(x[k] * mean**i, k, 0, i)))
    with guarded():
        nested = expand_names(y[y[s]], of_entries)
    bound = [limit[0] for one in nested.atoms(sp.Sum) for limit in one.limits]
    assert len(bound) == len(set(bound)) == 3  # of the mean, of y[s], and of y[y[s]]


def test_names_that_cannot_be_defined_are_refused():
    for wrong, error in ((x[j + 1], ValueError), (x[1], ValueError), (a + 1, TypeError)):
        with pytest.raises(error, match="lhs"):
            Definition(wrong, b)
    for wrong in (x[j + 1], w[i, j], a):
        with pytest.raises(TypeError, match="an Indexed with one symbol as index"):
            Recurrence(wrong, b)
    rule = Recurrence(x[k], 2, initial=3)
    for made in (Definition(a, 2).body, rule.body, rule.initial):
        assert isinstance(made, sp.Integer)


def test_names_show_what_they_stand_for():
    mean = Definition(a, total(x[k]) / K, "mean")
    assert repr(mean) == "a = (Σ_{k=0}^{K−1} x_k)/K\n    mean\n[definition]"
    assert mean.latex() == r"$\displaystyle a = \frac{\sum_{k=0}^{K - 1} x_{k}}{K}$"
    rule = Recurrence(y[k], gamma * y[k - 1] + x[k], initial=b)
    assert repr(rule) == "y₀ = b\ny_k = γ y_{k−1} + x_k\nfor k ≥ 1\n[definition]"
    assert rule.latex() == (r"$\displaystyle y_{0} = b, \qquad y_{k} = \gamma y_{k - 1} + x_{k}$")
