"""Numbers as readers see them: what is written, read back, is the number to so many digits."""

from __future__ import annotations

import numpy as np
import pytest

from nnlib._numbers import number

PLAIN = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")


def read(text: str) -> float:
    return float(text.replace("×10", "e").translate(PLAIN))


@pytest.mark.parametrize("digits", [1, 2, 3, 5])
def test_what_is_written_is_the_number_rounded(digits: int) -> None:
    rng = np.random.default_rng(digits)
    for value in rng.normal(size=200) * 10.0 ** rng.integers(-12, 12, size=200):
        text = number(value, digits)
        assert read(text) == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits))
        assert "-" not in text and "e" not in text and not text.endswith(".")


def test_whole_parts_are_kept() -> None:
    assert [read(number(v, 2)) for v in (123456.0, -98765.0, 1234567.0)] == [
        123456,
        -98765,
        1234567,
    ]
