"""Sequences given by recurrences: their entries written by earlier ones."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

from ._algebra import expand
from ._facts import Facts
from ._notation import Named, Recurrence, expand_names

MOST_UNFOLDED = 60


def write_by_earliest(
    expr: sp.Expr, where: Iterable[Named], facts: Facts, linked: bool = False
) -> sp.Expr:
    """Write each sequence by its earliest entry that occurs, going down by its recurrence.

    With ``linked`` all sequences go down to the earliest entry of any of them, as sequences that
    use each other have to: v_t by w_{t-1}, and w_t by v_t.
    """
    where = tuple(where)
    sequences = {named.name: named for named in where if isinstance(named, Recurrence)}
    if not sequences:
        return expr
    stuck: set[sp.Expr] = set()
    for _ in range(MOST_UNFOLDED):
        entries = [
            entry
            for entry in sorted(expr.atoms(sp.Indexed), key=sp.default_sort_key)
            if entry.base in sequences and not entry.atoms(sp.Dummy) and entry not in stuck
        ]
        later = [e for e in entries if _is_later(e, entries, sequences, linked)]
        if not later:
            break
        # The last of all goes first, so that each is put in once.
        entry = min(later, key=lambda e: sum(bool(_gap(other, e).is_positive) for other in later))
        value = _one_step_down(entry, sequences[entry.base], facts)
        if value is None:
            stuck.add(entry)
        else:
            expr = expr.xreplace({entry: expand_names(value, where)})
    return expr


def _is_later(
    entry: sp.Indexed,
    entries: list[sp.Indexed],
    sequences: dict[sp.Basic, Recurrence],
    linked: bool,
) -> bool:
    index = expand(entry.indices[0])
    if index.is_Integer:
        return bool(index >= sequences[entry.base].start)
    # The recurrence of more terms reaches further back: its last entries are all kept.
    reach = sequences[entry.base].order - 1
    others = [other for other in entries if linked or other.base == entry.base]
    gaps = [_gap(entry, other) for other in others]
    return any(gap.is_Integer and gap > reach for gap in gaps)


def _gap(later: sp.Indexed, entry: sp.Indexed) -> sp.Expr:
    return expand(later.indices[0] - entry.indices[0])


def _one_step_down(entry: sp.Indexed, recurrence: Recurrence, facts: Facts) -> sp.Expr | None:
    index = expand(entry.indices[0])
    past = expand(index - recurrence.start)
    if past.is_Integer and 0 <= past < recurrence.order:
        return recurrence.initials[int(past)]
    if not facts.require_nonnegative(past - recurrence.order):
        return None
    return recurrence.unfold(entry)
