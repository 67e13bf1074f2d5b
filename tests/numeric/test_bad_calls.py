"""Every public function, with something wrong in the place of each argument in turn.

An error names the argument, says what came and what was expected; nothing else comes out.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable
from typing import Any

import bad_calls
import numpy as np
import pytest

# Here the thing is right: dropout's cache is None where nothing was dropped, a word is a path.
RIGHT = {
    ("functional.dropout_backward", "cache", "None"),
    ("train.load_checkpoint", "path", "a word"),
    ("train.save_checkpoint", "path", "a word"),
    ("train.train", "checkpoint", "a word"),
}

# The caller's own function raises, being called with what it does not take.
THE_CALLERS = {
    ("gradcheck.check_backward", "inputs", kind)
    for kind in ("rows of two lengths", "empty list", "three numbers")
} | {
    ("gradcheck.check_backward", "backward", "a function"),
    ("train.train", "schedule", "a function"),
}


def outcome(function: Any, given: dict[str, Any]) -> BaseException | None:
    """The error of a call; None if it runs."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            function(**given)
        except Exception as error:
            return error
    return None


def complaint(error: BaseException | None, parameter: str, names: list[str], sure: bool) -> str:
    """What is wrong with an error; "" if nothing is.

    `sure` says that the thing is wrong wherever it stands, so that it must be refused, by its
    name; else the message may speak of another argument, which it does not fit to.
    """
    if error is None:
        return "it is accepted" if sure else ""
    if not isinstance(error, (TypeError, ValueError)):
        return f"{type(error).__name__}: {error}"
    said = str(error)
    if not any(re.search(rf"\b{name}\b", said) for name in ([parameter] if sure else names)):
        return f"does not name the argument: {said}"
    if not re.search(r"\bgot\b|=", said):
        return f"does not say what came: {said}"
    if not re.search(r"must|needs|expected|holds", said):
        return f"does not say what is expected: {said}"
    return ""


def complaints(name: str, make: Callable[[], bad_calls.Call]) -> list[str]:
    """What is wrong with the errors of a function, whose right call ``make`` makes afresh."""
    function, given = make()
    function(**given)
    parameters = list(bad_calls.parameters(function))
    names = [parameter.name for parameter in parameters]
    found = []
    for parameter in parameters:
        for kind, wrong in (bad_calls.WRONG | bad_calls.UNFIT).items():
            case = (name, parameter.name, kind)
            if case in RIGHT | THE_CALLERS or (wrong is None and parameter.default is None):
                continue
            sure = kind in bad_calls.WRONG and not isinstance(wrong, (np.ndarray, tuple, list))
            function, given = make()
            error = outcome(function, given | {parameter.name: wrong})
            if told := complaint(error, parameter.name, names, sure):
                found.append(f"{name}({parameter.name}={kind}): {told}")
    return found


@pytest.mark.parametrize("name", sorted(bad_calls.public_callables()))
def test_a_bad_call_is_refused_in_words(name: str) -> None:
    assert name in bad_calls.CALLS, f"tests/numeric/bad_calls.py has no right call of {name}"
    function = bad_calls.public_callables()[name]
    found = complaints(name, lambda: (function, bad_calls.arguments(name)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", sorted(bad_calls.methods()))
def test_a_bad_call_of_a_method_is_refused_in_words(name: str) -> None:
    found = complaints(name, lambda: bad_calls.methods()[name])
    assert not found, "\n".join(found)


def test_no_call_is_of_what_is_not_there() -> None:
    assert set(bad_calls.CALLS) <= set(bad_calls.public_callables())


def test_all_arguments_of_a_right_call_are_known() -> None:
    for name in bad_calls.CALLS:
        function = bad_calls.public_callables()[name]
        assert set(bad_calls.arguments(name)) <= set(inspect.signature(function).parameters)


@pytest.mark.parametrize(
    ("error", "sure", "told"),
    [
        (None, True, "it is accepted"),
        (None, False, ""),
        (KeyError("x"), False, "KeyError"),
        (TypeError("no"), False, "does not name the argument"),
        (TypeError("dy must fit, got 3"), True, "does not name the argument"),
        (TypeError("dy must fit, got 3"), False, ""),
        (TypeError("x must fit"), True, "does not say what came"),
        (TypeError("x got 3"), True, "does not say what is expected"),
        (ValueError("x must be 2, got 3"), True, ""),
    ],
)
def test_a_poor_message_is_noticed(error: Any, sure: bool, told: str) -> None:
    assert complaint(error, "x", ["x", "dy"], sure).startswith(told)
    assert bool(complaint(error, "x", ["x", "dy"], sure)) == bool(told)
