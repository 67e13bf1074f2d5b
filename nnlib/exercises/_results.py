"""Comparing what a function gives back with what it should; each sentence here was checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nnlib.exercises._numpy import np

__all__ = ["agree", "differing", "explain_kind", "shown_pair", "single_entry", "slip_of"]

_LONG = 8  # rows of so many entries are not shown as a whole
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def agree(expected: Any, got: Any, rtol: float, atol: float) -> bool:
    """Whether two results are equal, but for rounding; of several results all have to be."""
    if isinstance(expected, tuple):
        got = _as_sequence(got)
        return len(got) == len(expected) and all(
            agree(one, other, rtol, atol) for one, other in zip(expected, got, strict=True)
        )
    try:
        one, other = np.asarray(expected), np.asarray(got)
    except ValueError:
        return False
    if one.shape != other.shape or one.dtype.kind not in "biufc" or other.dtype.kind not in "biufc":
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(other, one, rtol=rtol, atol=atol, equal_nan=True))


def _as_sequence(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return value.tolist()  # numbers may come in an array
    return value if isinstance(value, tuple | list) else ()


def explain_kind(expected: Any, got: Any) -> str:
    """What is wrong with the kind or the shape of a result, as Markdown; "" if nothing is."""
    if got is None:
        return "The function gives back `None`; is the `return` missing?"
    if isinstance(expected, tuple):
        parts = _as_sequence(got) if not any(map(np.ndim, expected)) else got
        if not isinstance(parts, tuple | list) or len(parts) != len(expected):
            return f"The function should give back {len(expected)} results."
        problems = [explain_kind(one, other) for one, other in zip(expected, parts, strict=True)]
        found = [k for k, problem in enumerate(problems) if problem]
        if not found:
            return ""
        return f"The {_ORDINALS[found[0]]} of the {len(expected)} results: {problems[found[0]]}"
    try:
        array = np.asarray(got)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "biufc":
        return f"The function should give back numbers, not `{type(got).__name__}`."
    if array.shape != np.shape(expected):
        return f"The result should have the shape {np.shape(expected)}; yours has {array.shape}."
    return ""


# --- slips ----------------------------------------------------------------------------------------

Slip = Callable[[Any, Any], "tuple[Any, Any] | bool | None"]


def slip_of(
    right: Sequence[Any], got: Sequence[Any], rtol: float, atol: float
) -> tuple[str, str] | None:
    """The slip that explains all results: its id and a sentence."""
    if any(isinstance(one, tuple) for one in right):
        return None
    pairs = [(np.asarray(a), np.asarray(b)) for a, b in zip(right, got, strict=True)]
    if all(agree(np.zeros_like(a), a, rtol, atol) for a, _ in pairs):
        return None
    for name, said, slip in _slips(rtol, atol):
        with np.errstate(all="ignore"):
            made = [slip(a, b) for a, b in pairs]
        held = [
            one if isinstance(one, bool) else agree(*one, rtol, atol)
            for one in made
            if one is not None
        ]
        if len(held) > 1 and all(held):
            return name, said
    return None


def _slips(rtol: float, atol: float) -> Iterator[tuple[str, str, Slip]]:
    """What is often wrong with a result; each gives two sides that then agree.

    None says nothing for or against the slip: what is too short to tell.
    """
    yield "sign", "The sign is flipped.", lambda right, got: (-right, got)
    yield "reciprocal", "This is the reciprocal of the right result.", _reciprocal
    for factor, shown in (
        *((k, f"{k}") for k in (2, 3, 4, 10, -2)),
        *((1 / k, f"1/{k}") for k in (2, 3, 4, 10)),
    ):
        said = f"The result is {shown} times the right one."
        yield "factor", said, lambda right, got, k=factor: (k * right, got)
    yield "square", "This is the square of the right result.", lambda right, got: (right**2, got)
    yield "root", "This is the square root of the right result.", _root
    yield "order", "The result is in reverse order.", _in_series(slice(None, None, -1), slice(None))
    yield "late", "The result comes one place too late.", _in_series(slice(-1), slice(1, None))
    yield "early", "The result comes one place too early.", _in_series(slice(1, None), slice(-1))
    for said, wanted in (
        ("Only the first entry is right.", lambda ok: ok[0] and not ok[1:].any()),
        ("Only the first entry is wrong.", lambda ok: not ok[0] and ok[1:].all()),
        ("Only the last entry is right.", lambda ok: ok[-1] and not ok[:-1].any()),
        ("Only the last entry is wrong.", lambda ok: not ok[-1] and ok[:-1].all()),
    ):
        yield "entry", said, _entries(wanted, rtol, atol)


def _reciprocal(right: Any, got: Any) -> Any:
    return (1 / right, got) if np.all(right != 0) else False


def _root(right: Any, got: Any) -> Any:
    return (right, got**2) if np.all(right >= 0) and np.all(got >= 0) else False


def _in_series(of_right: slice, of_got: slice) -> Slip:
    """Parts along the first axis; very short results could agree by chance."""
    return lambda right, got: (
        (right[of_right], got[of_got]) if right.ndim and len(right) > 2 else None
    )


def _entries(wanted: Callable[[Any], Any], rtol: float, atol: float) -> Slip:
    def slip(right: Any, got: Any) -> bool | None:
        if not right.ndim:
            return False
        if len(right) < 2:
            return None
        pairs = zip(right, got, strict=True)
        ok = np.array([agree(one, other, rtol, atol) for one, other in pairs])
        return bool(wanted(ok))

    return slip


# --- what is shown --------------------------------------------------------------------------------


def differing(expected: Any, got: Any, rtol: float, atol: float) -> str:
    """Which of several results are right, as the beginning of a message."""
    if not isinstance(expected, tuple):
        return ""
    pairs = zip(expected, _as_sequence(got), strict=True)
    right = [_ORDINALS[k] for k, (a, b) in enumerate(pairs) if agree(a, b, rtol, atol)]
    if not right:
        return ""
    if len(right) == 1:
        return f"The {right[0]} result is right. "
    return f"The {', '.join(right[:-1])} and the {right[-1]} result are right. "


def single_entry(expected: Any, got: Any, args: Sequence[Any], rtol: float, atol: float) -> str:
    """For a long row: one entry that is wrong, with the argument's if there is one like it."""
    if isinstance(expected, tuple):
        return ""
    right, yours = np.asarray(expected), np.asarray(got)
    if right.ndim != 1 or len(right) < _LONG:
        return ""
    pairs = zip(right, yours, strict=True)
    wrong = [k for k, (a, b) in enumerate(pairs) if not agree(a, b, rtol, atol)]
    if not wrong:
        return ""
    place = min(wrong, key=lambda k: abs(np.log10(abs(right[k]) + 1e-300)))
    shown, wanted = shown_pair(yours[place], right[place])
    alone = len(args) == 1 and np.shape(args[0]) == right.shape
    where = f"Where the argument is `{float(args[0][place]):.6g}`" if alone else f"Entry {place}:"
    return f"{where} it should give {wanted}; yours gives {shown}."


def shown_pair(got: Any, expected: Any) -> tuple[str, str]:
    """Both results as code, with as many digits as it takes to see that they differ."""
    for digits in (4, 6, 9, 12, 17):
        yours, wanted = _shown(got, expected, digits), _shown(expected, expected, digits)
        if yours != wanted:
            break
    return yours, wanted


def _shown(value: Any, like: Any, digits: int) -> str:
    if isinstance(like, tuple):  # the value may be a list: of results that differ in shape
        pairs = zip(_as_sequence(value), like, strict=True)
        return ", ".join(_shown(one, other, digits) for one, other in pairs)
    array = np.asarray(value)
    if array.ndim:
        text = np.array2string(
            array, separator=", ", formatter={"float_kind": lambda number: f"{number:.{digits}g}"}
        )
        return f"`{' '.join(text.split())}`"
    if array.dtype.kind == "f":
        return f"`{float(array):.{digits}g}`"
    return f"`{array.item()}`"
