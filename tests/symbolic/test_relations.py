"""What given equations say of a polynomial."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy.polys.rings import ring

from nnlib.symbolic._relations import follows

_, u, v, w = ring("u v w", sp.QQ)


@pytest.mark.parametrize(
    ("polynomial", "relations", "known"),
    [
        (u**2 - 1, [u - 1], True),
        (u**2 - 1, [u + 1], True),
        (u - 1, [u**2 - 1], False),
        (u * v + v, [v], True),
        (u + v, [u + w, v - w], True),
        (u + v + 1, [u + w, v - w], False),
        (u**3 - v**3, [u - v], True),
        (u, [], False),
        (u - u, [], True),
        (u * w - v**2, [u * w - v**2], True),
    ],
)
def test_what_follows(polynomial, relations, known):
    assert follows(polynomial, relations) is known
