"""Letters of plain text."""

from __future__ import annotations

import pytest

from nnlib.symbolic import _letters as letters


@pytest.mark.parametrize(
    ("name", "shown"),
    [("gamma", "γ"), ("beta1", "β₁"), ("xhat", "x̂"), ("sigma^2", "σ²"), ("x", "x"), ("T", "T")],
)
def test_names(name, shown):
    assert letters.plain_name(name) == shown


def test_marks_have_no_width():
    assert letters.letters("x̂") == 1 and letters.letters("γ + 1") == 5


def test_raised_and_lowered():
    assert letters.raised("x", "2") == "x²" and letters.raised("γ", "T") == "γ^T"
    assert letters.raised("γ", "T − t") == "γ^{T−t}"
    assert letters.lowered("x", "0") == "x₀" and letters.lowered("x", "j") == "x_j"
    assert letters.lowered("C", "T − 1") == "C_{T−1}"
    assert letters.compact("t − 1") == "t−1"


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (r"$\sum_k \hat x_k = 0$", "Σ_k x̂_k = 0"),
        ("split the sum", "split the sum"),
        (r"as $\gamma < 1$", "as γ < 1"),
    ],
)
def test_reasons_without_their_tex(reason, text):
    assert letters.plain_reason(reason) == text
