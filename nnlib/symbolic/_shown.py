"""What a reader sees of checked mathematics: the same thing as LaTeX, as plain text and as data.

The site builds its pages from the data (see :meth:`Display.data`), Jupyter and the printed book
show the LaTeX, and tests, terminals and screen readers read the plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from ._letters import letters, plain_reason
from ._print import (
    INEQUALITIES,
    conditions_in_latex,
    conditions_in_text,
    relation_in_latex,
    relation_in_text,
    to_latex,
    to_text,
)
from ._verdict import Verdict

MIME = "application/vnd.nnlib.derivation+json"


@dataclass(frozen=True)
class Row:
    """A line as it is shown: ``lhs relation rhs``, the reason, and a label where it needs one."""

    lhs: sp.Expr | None
    rhs: sp.Expr
    why: str = ""
    relation: str = "="
    label: str = ""
    difference: Any = None  # of an inequality: what is seen to have a sign
    equal_at: Any = None  # of an inequality: where both sides are equal
    given: tuple[Relational, ...] = ()

    def data(self) -> dict[str, Any]:
        return {
            "lhs": to_latex(self.lhs) if self.lhs is not None else "",
            "relation": relation_in_latex(self.relation),
            "rhs": to_latex(self.rhs),
            "why": self.why,
            "label": self.label,
            "difference": _tex_or_none(self.difference),
            "equal_at": _tex_or_none(self.equal_at),
            "given": conditions_in_latex(self.given),
        }

    def latex(self) -> str:
        lhs = to_latex(self.lhs) if self.lhs is not None else ""
        reason = rf"\text{{{self.why}}}"
        if self._label():
            reason += rf"\;\;{{\scriptsize\textsf{{{self.label}}}}}"
        return rf"{lhs} &{relation_in_latex(self.relation)} {to_latex(self.rhs)} \;&&\; {reason}"

    def _label(self) -> str:
        """The label, where the reason does not say the same."""
        return "" if self.label == self.why else self.label

    def text(self, width: int) -> str:
        lhs = to_text(self.lhs) if self.lhs is not None else ""
        label = f"  [{self.label}]" if self._label() else ""
        lhs += " " * (width - letters(lhs))
        line = f"{lhs} {relation_in_text(self.relation)} {to_text(self.rhs)}"
        return "\n".join([line, *([f"    {plain_reason(self.why)}{label}"] if self.why else [])])

    def notes(self, write: Callable[[Any], str]) -> list[tuple[str, str]]:
        """What is said below an inequality: words, and the formula after them."""
        said = (("difference:", self.difference), ("equal at", self.equal_at))
        return [(words, _several(what, write)) for words, what in said if _is_said(what)]


@dataclass(frozen=True)
class Source:
    """An earlier result, or a definition, that a chain rests on."""

    name: str
    kind: str  # "result" or "definition"
    lhs: sp.Expr
    rhs: sp.Expr
    relation: str = "="

    def latex(self) -> str:
        return f"{to_latex(self.lhs)} {relation_in_latex(self.relation)} {to_latex(self.rhs)}"

    def text(self) -> str:
        return f"{to_text(self.lhs)} {relation_in_text(self.relation)} {to_text(self.rhs)}"


@dataclass(frozen=True)
class Display:
    """All that is shown of one chain, and the three forms of it."""

    kind: str
    name: str
    status: str
    rows: tuple[Row, ...]
    claim: Row | None = None  # what an induction has proved
    every: tuple[Relational, ...] = ()  # and for which indices
    given: tuple[Relational, ...] = ()
    needed: tuple[Relational, ...] = ()
    carried: tuple[Any, ...] = ()  # signs and ranges of symbols: Carried
    rests_on: tuple[Source, ...] = ()
    checked: tuple[tuple[str, Any], ...] = ()

    def data(self) -> dict[str, Any]:
        """The chain as JSON; mathematics is TeX, and ``why`` is text with ``$TeX$``.

        Keys: ``kind``, ``name`` (the equation label, or ""), ``status``, ``rows``, ``closing``
        (the claim of an induction, or null), ``given``, ``needed`` (conditions that the proof
        noted), ``carried`` (signs and ranges of the symbols), ``rests_on`` (``name``, ``kind``,
        ``tex``), ``checked`` (``points``: at how many each line was evaluated at least; and
        ``sizes``), ``text`` (the plain form).
        """
        return {
            "kind": self.kind,
            "name": self.name,
            "status": self.status,
            "rows": [row.data() for row in self.rows],
            "closing": self.closing_latex(),
            "given": conditions_in_latex((*self.every, *self.given)),
            "needed": conditions_in_latex(self.needed),
            "carried": [carried.latex() for carried in self.carried],
            "rests_on": [
                {"name": source.name, "kind": source.kind, "tex": source.latex()}
                for source in self.rests_on
            ],
            "checked": dict(self.checked),
            "text": self.text(),
        }

    def closing_latex(self) -> str | None:
        if self.claim is None:
            return None
        return (
            f"{to_latex(self.claim.lhs)} {relation_in_latex(self.claim.relation)} "
            f"{to_latex(self.claim.rhs)}"
        )

    @property
    def conditions(self) -> tuple[Relational, ...]:
        return (*self.every, *self.given, *self.needed)

    def _listed(self, write: Callable[[Iterable[Relational]], list[str]], form: str) -> list[str]:
        """All conditions; σ > 0, which σ carries, and a given σ < 1 are written as 0 < σ < 1."""
        bounded = {r.lts for r in self.conditions if isinstance(r, INEQUALITIES)}
        joined, rest = [], []
        for carried in self.carried:
            signs = [r for r in carried.as_relations() if r.gts in bounded]
            joined += signs
            others = tuple(s for s in carried.symbols if s not in {r.gts for r in signs})
            if others:
                rest.append(getattr(replace(carried, symbols=others), form)())
        return [*write((*self.conditions, *joined)), *rest]

    @property
    def results(self) -> list[Source]:
        return [source for source in self.rests_on if source.kind == "result"]

    def latex(self) -> str:
        """Aligned lines with their reasons; below them the conditions and earlier results."""
        rows = []
        for row in self.rows:
            rows.append(row.latex())
            rows += [rf"&\quad \text{{{words} }}{tex} \;&&\;" for words, tex in row.notes(to_latex)]
        conditions = self._listed(conditions_in_latex, "latex")
        listed = r",\; ".join(conditions)
        if self.claim is not None:
            claim = (
                rf"{to_latex(self.claim.lhs)} &{relation_in_latex(self.claim.relation)} "
                rf"{to_latex(self.claim.rhs)}"
            )
            rows.append(rf"{claim} \;&&\; \text{{so for every }} {listed}")
        elif conditions:
            rows.append(rf"&\text{{for }} {listed} \;&&\;")
        rows += [rf"&\text{{using }} {source.latex()} \;&&\;" for source in self.results]
        return "$$\\begin{aligned}\n" + " \\\\[4pt]\n".join(rows) + "\n\\end{aligned}$$"

    def text(self) -> str:
        """The lines with their reasons, then the conditions, earlier results and the status."""
        width = letters(to_text(self.rows[0].lhs)) if self.rows[0].lhs is not None else 0
        rows = []
        for row in self.rows:
            rows.append(row.text(width))
            rows += [f"    {words} {text}" for words, text in row.notes(to_text)]
        listed = ", ".join(self._listed(conditions_in_text, "text"))
        if self.claim is not None:
            claim = self.claim
            relation = relation_in_text(claim.relation)
            rows.append(f"so {to_text(claim.lhs)} {relation} {to_text(claim.rhs)}")
            rows.append(f"for every {listed}")
        elif listed:
            rows.append(f"for {listed}")
        for source in self.results:
            rows.append(f"using {source.text()}" + (f"  ({source.name})" if source.name else ""))
        alone = len(rows) == 1 and not self.rows[0].why
        return "\n".join(rows) + ("  " if alone else "\n") + f"[{self.status}]"


class Shown:
    """Something with a :meth:`display`, in the forms that notebooks and terminals ask for."""

    def display(self) -> Display:
        raise NotImplementedError

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": str(self), "text/latex": self.latex(), MIME: self.data()}

    def latex(self) -> str:
        """What Jupyter and the printed book show: display mathematics between ``$$``."""
        return self.display().latex()

    def data(self) -> dict[str, Any]:
        """The same as data, for pages: see :meth:`Display.data`."""
        return self.display().data()

    def __str__(self) -> str:
        return self.display().text()

    def __repr__(self) -> str:
        return str(self)


def _tex_or_none(what: Any) -> str | None:
    return _several(what, to_latex) if _is_said(what) else None


def _is_said(what: Any) -> bool:
    return what is not None and what != ()


def _several(what: Any, write: Callable[[Any], str]) -> str:
    if isinstance(what, Iterable) and not isinstance(what, (str, sp.Basic)):
        return ", ".join(_several(one, write) for one in what)
    return what if isinstance(what, str) else write(what)


def said_of(verdicts: Iterable[Verdict]) -> tuple[tuple[str, Any], ...]:
    """At how many points, at least, each line was compared; and at which sizes it was proved."""
    verdicts = list(verdicts)
    every: list[dict[str, int]] = []
    for verdict in verdicts:
        every += [at for at in verdict.sizes if at not in every]
    sizes = [
        r",\; ".join(f"{to_latex(sp.Symbol(name))} = {number}" for name, number in at.items())
        for at in every
    ]
    least = min((verdict.points for verdict in verdicts), default=0)
    return ("points", least), ("sizes", [f"${size}$" for size in sizes])
