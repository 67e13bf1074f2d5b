"""What pages show beside derivations and figures: code by its source, tables, caught faults."""

from __future__ import annotations

import functools

import pytest
import sympy

from nnlib import pages
from nnlib.symbolic import Derivation, to_latex


def documented(x: float) -> float:
    """Double.

    In two lines.
    """
    y = 2 * x
    return y


def bare(x: float) -> float:
    return x


def constant_first(x: float) -> float:
    "one line"
    return x


def test_code_is_shown_without_its_docstring() -> None:
    shown = pages.source(documented)
    assert repr(shown) == "def documented(x: float) -> float:\n    y = 2 * x\n    return y"
    assert shown._repr_markdown_() == f"```python\n{shown!r}\n```"
    assert repr(pages.source(bare)) == "def bare(x: float) -> float:\n    return x"
    assert '"one line"' not in repr(pages.source(constant_first))


def test_the_docstring_is_shown_when_asked_for() -> None:
    shown = repr(pages.source(documented, doc=True))
    assert '    """Double.\n\n    In two lines.\n    """' in shown


def test_several_functions_stand_below_each_other() -> None:
    one, two = repr(pages.source(bare)), repr(pages.source(documented))
    assert repr(pages.source(bare, documented)) == f"{one}\n\n\n{two}"


def test_code_inside_a_function_and_behind_a_wrapper_is_found() -> None:
    def inner(x: float) -> float:
        return x + 1

    wrapped = functools.wraps(inner)(lambda x: x)
    for function in (inner, wrapped):
        assert repr(pages.source(function)) == "def inner(x: float) -> float:\n    return x + 1"


def test_a_table_in_markdown_and_in_plain_columns() -> None:
    shown = pages.table(
        ["what it is", "value"], [["half-life", 6.578813], ["steps", 12345], ["n", None]]
    )
    assert shown._repr_markdown_() == (
        "| what it is | value |\n| --- | --- |\n| half-life | 6.579 |\n| steps | 12345 |\n| n | None |"
    )
    assert repr(shown) == (
        "what it is  value\nhalf-life   6.579\nsteps       12345\nn           None"
    )


@pytest.mark.parametrize(
    "value, shown",
    [
        (2.067e-06, "2.067×10⁻⁶"),
        (1.7e14, "1.7×10¹⁴"),
        (-0.17514, "−0.1751"),
        (-3, "−3"),
        (12345.6, "12346"),
        (float("nan"), "nan"),
        ("1e-5", "1e-5"),
    ],
)
def test_a_table_writes_numbers_as_a_book_does(value: object, shown: str) -> None:
    assert repr(pages.table(["n"], [[value]])) == f"n\n{shown}"


def test_known_values_are_kept_for_sentences() -> None:
    x = sympy.Symbol("x", positive=True)
    shown = pages.known(half_life=6.578813478960585, steps=19, half=sympy.Rational(1, 2), root=x**2)
    assert shown._repr_mimebundle_()[pages.Known.MIME] == {
        "half-life": {"value": "6.578813479"},
        "steps": {"value": "19"},
        "half": {"value": "0.5", "tex": r"\frac{1}{2}"},
        "root": {"tex": "x^{2}"},
    }
    assert repr(shown) == "half-life = 6.578813479\nsteps = 19\nhalf = 0.5\nroot = x^{2}"
    assert shown._repr_mimebundle_()["text/plain"] == repr(shown)


def test_a_known_derivation_is_its_last_line() -> None:
    x = sympy.Symbol("x", positive=True)
    chain = Derivation((x + 1) ** 2 - 1, x**2 + 2 * x, "multiply out").step(x * (x + 2), "take out")
    assert pages.known(end=chain).values == {"end": {"tex": to_latex(x * (x + 2))}}


@pytest.mark.parametrize("value", ["6.58", True, float("nan"), float("inf")])
def test_what_is_no_number_is_not_known(value: object) -> None:
    with pytest.raises(ValueError, match="share must be"):
        pages.known(share=value)


def refuse(message: str, error: type[Exception] = ValueError) -> None:
    raise error(message)


def test_what_a_check_says_is_shown() -> None:
    shown = pages.caught(lambda: refuse("line 2 is false\nfor instance at K = 1"))
    assert repr(shown) == "Caught: line 2 is false\nfor instance at K = 1"
    assert shown._repr_markdown_() == (
        "**Caught:**\n\n```text\nline 2 is false\nfor instance at K = 1\n```"
    )
    assert "wrong" in repr(pages.caught(lambda: refuse("wrong", AssertionError)))


def test_long_lines_are_broken_between_words() -> None:
    text = repr(pages.caught(lambda: refuse("word " * 40 + "x" * 100))).splitlines()
    assert max(map(len, text[:-1])) <= 84 + len("Caught: ")
    assert text[1].startswith("  word") and text[-1] == "  " + "x" * 100


def test_a_fault_that_is_not_noticed_is_an_error() -> None:
    with pytest.raises(AssertionError, match="the planted fault was not noticed"):
        pages.caught(lambda: None)


def test_other_errors_are_not_taken_for_a_caught_fault() -> None:
    with pytest.raises(ZeroDivisionError):
        pages.caught(lambda: 1 / 0)
