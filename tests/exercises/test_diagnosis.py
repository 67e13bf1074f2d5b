"""What is said of a wrong formula: the point at which it differs."""

import sympy as sp

from nnlib.exercises._base import Engine
from nnlib.exercises._diagnosis import counterexample

a = sp.Symbol("a", positive=True)
engine = Engine((), (), 1.0)


def test_a_counterexample_is_a_point_at_which_the_two_differ() -> None:
    said = counterexample(a, a**2, engine)
    assert said is not None and "your answer gives" in said
    yours, right = said.rsplit("gives ", 1)[1].rstrip(".").split(", the right one ")
    assert yours != right


def test_there_is_none_for_equal_formulas() -> None:
    assert counterexample((a + 1) ** 2, a**2 + 2 * a + 1, engine) is None
