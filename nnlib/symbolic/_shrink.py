"""Simpler numbers for a counterexample, as far as it remains one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import sympy as sp

from ._evaluate import Value, fits

MOST_TRIALS = 150
LARGEST_SIZE = 12
EASY = tuple(Fraction(n) for n in (1, 2, -1, 0)) + tuple(
    Fraction(p, q) for p, q in ((1, 2), (3, 1), (-2, 1), (1, 3), (3, 2), (-1, 2), (2, 3), (4, 1))
)
DENOMINATORS = (*range(1, 21), 100, 1000)


def numbers_in(values: Mapping[Any, Value]) -> dict[Any, Value]:
    """Those of the values that symbols and entries have, without those of unknown functions."""
    return {
        key: value
        for key, value in values.items()
        if not isinstance(key, tuple) or isinstance(key[0], sp.IndexedBase)
    }


def is_whole(key: Any) -> bool:
    """Whether a symbol, or the entries of a family, are whole numbers."""
    return bool(_of(key).is_integer)


def _of(key: Any) -> sp.Basic:
    return key if isinstance(key, sp.Symbol) else getattr(key[0], "label", sp.S.NaN)


def simplest(
    values: Mapping[Any, Value], accept: Callable[[dict[Any, Value]], bool]
) -> dict[Any, Value]:
    """Change one value after the other to the easiest number that ``accept`` allows.

    Sizes come first: with a smaller one, entries fall away.
    """
    found, trials = dict(values), 0
    for key in sorted(values, key=lambda key: (not is_whole(key), str(key))):
        for candidate in _simpler(found[key], is_whole(key)):
            if not fits(_of(key), candidate):
                continue
            if trials == MOST_TRIALS:
                return found
            trials += 1
            if accept({**found, key: candidate}):
                found[key] = candidate
                break
    return found


def _simpler(value: Value, whole: bool) -> Iterator[Fraction]:
    """Numbers that are easier to read than this one, the easiest first."""
    if whole:
        most = min(abs(int(value)), LARGEST_SIZE)
        yield from (Fraction(sign * n) for n in range(most) for sign in (1, -1)[: 1 + (n > 0)])
        return
    easier = EASY[: EASY.index(value)] if value in EASY else EASY
    yield from easier
    if value in EASY or not isinstance(value, Fraction):
        return
    for denominator in DENOMINATORS:
        if denominator < value.denominator:
            below = value * denominator // 1
            yield from (Fraction(n, denominator) for n in (below, below + 1))
