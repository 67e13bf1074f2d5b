"""How the lines of a chain are related, one after the other."""

from __future__ import annotations

from collections.abc import Iterable

RELATIONS = ("=", "<=", "<", ">=", ">")


def as_relation(relation: str) -> str:
    """Check a relation.

    Raises ``ValueError`` where it is none of =, <=, <, >=, >.
    """
    if relation not in RELATIONS:
        listed = ", ".join(map(repr, RELATIONS))
        raise ValueError(f"relation must be one of {listed}, got {relation!r}")
    return relation


def combined(relations: Iterable[str], place: str = "the chain") -> str:
    """The relation of the first side to the last: strict if one of them is.

    Raises ``ValueError`` where they point in different directions: nothing follows then.
    """
    inequalities = [as_relation(r) for r in relations if r != "="]
    directions = {r[0] for r in inequalities}
    if len(directions) > 1:
        raise ValueError(f"{place}: {inequalities[-1]} after {inequalities[0]}: nothing follows")
    if not inequalities:
        return "="
    strict = any(r in ("<", ">") for r in inequalities)
    return inequalities[0][0] if strict else f"{inequalities[0][0]}="
