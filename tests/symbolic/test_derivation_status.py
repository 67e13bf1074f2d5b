"""What derivations say of themselves: how sure they are, and under which conditions."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
import sympy as sp
from alphabet import K, a, b, gamma, k, total, x, y

from nnlib.symbolic import Derivation, FalseStep, UnprovedStep, equal


def test_a_derivation_hands_its_effort_on():
    from nnlib.symbolic import _derivation

    seen = []

    def recording(*args: Any, **options: Any) -> Any:
        seen.append(options["effort"])
        return equal(*args, **options)

    with mock.patch.object(_derivation, "equal", recording):
        Derivation(sp.Symbol("Q"), total(a * x[k]), effort=3.0).step(a * total(x[k]), "out")
    assert seen == [3.0]


def test_a_derivation_is_as_sure_as_its_weakest_line():
    chain = Derivation(sp.Symbol("Q"), 2 * a * (sp.cos(2 * sp.atan(b)) * (1 + b**2) + b**2))
    chain.step(2 * a, "double angle", accept="checked").step(a * (a + 2) - a**2, "expand")
    assert [line.label for line in chain.lines] == ["definition", "checked", ""]
    assert chain.status == "checked"


def test_a_line_may_use_what_it_is_given_and_says_so():
    chain = Derivation(sp.Symbol("Q"), a * total(y[k]), given=(a > 0,))
    chain.step(a, "they add up to 1", given=sp.Eq(total(y[k]), 1))
    assert chain.status == "proved"
    assert set(chain.conditions) == {a > 0, sp.Eq(total(y[k]), 1)}
    with pytest.raises(FalseStep):
        chain.step(a * total(y[k]), "back again, without that")
    assert chain.step(sp.Abs(a), "positive").last == sp.Abs(a)


def test_what_the_proofs_needed_is_among_the_conditions():
    chain = Derivation(sp.Symbol("Q"), total(gamma**k)).step((1 - gamma**K) / (1 - gamma), "sum")
    assert chain.conditions == (sp.Ne(gamma, 1),)


def test_a_label_names_the_sizes():
    chain = Derivation(sp.Symbol("Q"), total(k * sp.factorial(k), k, 0, K))
    other = sp.factorial(K + 1) - 1
    with pytest.raises(UnprovedStep, match="was to be proved, but is proved for sizes"):
        chain.step(other, "telescope")
    chain.step(other, "telescope", accept="proved for sizes")
    assert chain.lines[-1].label == "proved for K = 1, 2, 3"
    assert chain.status == "proved for sizes"
