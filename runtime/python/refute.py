"""A derivation whose last line a reader may change, and what is said of the change.

The cover of the book shows it. What is said of likely changes is prepared when the book is built;
for any other, the page asks Python. Both ask here.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from nnlib.symbolic import Definition, Derivation, FalseStep, ParseError, parse, to_latex

T = sp.Symbol("T", integer=True, nonnegative=True)
gamma = sp.Symbol("gamma", positive=True)
PRINTED = "1 - gamma^T"
OFFERED = ("1 - gamma^(T-1)", "1 + gamma^T", "(1 - gamma)^T", "1 - gamma*T")
"""Changes that the page offers."""

LIKELY = (
    *OFFERED,
    PRINTED,
    "1 - gamma^(T+1)", "1 - gamma^(T-2)", "1 - gamma^(T+2)", "1 - gamma^(2*T)", "1 - gamma^(2T)",
    "1 - gamma^(T/2)", "1 - gamma^2", "1 - gamma^3", "1 - gamma^1", "1 - gamma^0", "1 - gamma^t",
    "1 - gamma^k", "1 - gamma^(-T)", "1 - gamma^T/2", "1 - gamma^T/T", "1 - 2*gamma^T",
    "1 - T*gamma^T", "1 - T*gamma", "1 - T^gamma", "1 - gamma", "1 + gamma", "1", "0", "T", "gamma",
    "gamma^T", "gamma^(T-1)", "gamma^T - 1", "-gamma^T + 1", "-(gamma^T - 1)", "2 - gamma^T",
    "0 - gamma^T", "-gamma^T", "T - gamma^T", "1 * gamma^T", "1 / gamma^T", "1 - 1/gamma^T",
    "(1 - gamma^T)/(1 - gamma)", "(1 - gamma)*(1 - gamma^T)/(1 - gamma)", "(1 - gamma)*gamma^T",
    "(1 - gamma)*T", "(1 + gamma)^T", "1 - (1 - gamma)^T", "1 - gamma^T + 0", "1 - gamma*gamma^T",
    "1 - gamma*gamma^(T-1)", "1 - gamma^(T-1)*gamma", "gamma^0 - gamma^T", "1 - sqrt(gamma)^T",
    "1 - (gamma^2)^T", "(1 - gamma^(T/2))*(1 + gamma^(T/2))", "1 - (-gamma)^T", "1 - e^(-T)",
    "1 -", "1 - gamma^", "2", "1 - gamma^T^2", "1 - gamma^(T^2)", "1^T - gamma^T",
)  # fmt: skip


def derivation() -> Derivation:
    """The sum of the weights of a moving average, all but its last line."""
    t, k = sp.symbols("t k", integer=True)
    total = sp.IndexedBase("W", real=True)[T]
    terms = sp.Sum(gamma ** (T - t) * (1 - gamma), (t, 1, T))
    begun = Derivation(
        total, terms, "definition", where=Definition(total, terms), given=(gamma < 1,)
    )
    return begun.step((1 - gamma) * sp.Sum(gamma**k, (k, 0, T - 1)), "count by age $k = T - t$")


def read(text: str) -> sp.Expr:
    """A typed line; raises ``ParseError``."""
    return parse(text, [gamma, T])


def printed() -> Derivation:
    """The whole derivation."""
    return derivation().step(read(PRINTED), "geometric sum")


def said(text: str) -> dict[str, Any]:
    """What is said of a typed last line: a status, the line as it is read, and why.

    Of a line that is refuted, ``at`` has the numbers at which it fails, and ``gives`` the values of
    the line and of the one before.
    """
    try:
        line = read(text)
    except ParseError as error:
        return {"status": "unreadable", "why": str(error)}
    shown = {"tex": to_latex(line)}
    try:
        status = derivation().step(line, "changed").status
    except FalseStep as error:
        return {"status": "refuted", **shown, **where_it_fails(error)}
    except (ValueError, TypeError, ArithmeticError, RuntimeError) as error:
        return {"status": "undecided", **shown, "why": str(error).split("\n")[0]}
    if status != "proved":
        return {"status": "undecided", **shown, "why": f"{status}, and not proved"}
    return {"status": "proved", **shown}


def where_it_fails(error: FalseStep) -> dict[str, Any]:
    """The numbers at which the line fails, and what it and the one before give there."""
    data = error.refutation.data("") if error.refutation else {"at": [], "gives": []}
    return {"at": data["at"], "gives": [one["value"] for one in data["gives"]]}


def prepared() -> dict[str, dict[str, Any]]:
    """What is said of each likely change, by what was typed without its spaces."""
    return {text.replace(" ", ""): said(text) for text in LIKELY}
