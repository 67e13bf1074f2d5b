"""Data as the checked objects print them, one of each kind, for the tests of their form."""

from typing import Any

MIME = "application/vnd.nnlib.derivation+json"
# A module for notebooks: what prints itself as one of the samples, from the file samples.json.
SHOWN = """
import json, pathlib

DATA = json.loads(pathlib.Path("samples.json").read_text("utf-8"))
MIME = "application/vnd.nnlib.derivation+json"


class Shown:
    def __init__(self, name):
        self.data = DATA[name]

    def _repr_mimebundle_(self, **kwargs):
        return {"text/plain": self.data["text"], "text/latex": "$$twice$$", MIME: self.data}
"""


def row(lhs: str, rhs: str, why: str, label: str = "", **more: Any) -> dict[str, Any]:
    plain = {"relation": "=", "difference": None, "equal_at": None, "given": []}
    return {"lhs": lhs, "rhs": rhs, "why": why, "label": label} | plain | more


def of_kind(kind: str, rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    empty = {"closing": None, "given": [], "needed": [], "carried": [], "rests_on": []}
    said = {"name": "", "status": "proved", "checked": {}, "text": f"plain text of a {kind}"}
    return {"kind": kind, "rows": rows} | empty | said | more


CHAIN = of_kind(
    "derivation",
    [
        row("W_T", r"\sum_{t=1}^{T} \gamma^{T-t} (1-\gamma)", "definition", "definition"),
        row("", r"(1-\gamma) \sum_{k=0}^{T-1} \gamma^k", "count by age $k = T - t$"),
        row("", r"1-\gamma^T", "geometric sum"),
    ],
    name="eq-weights",
    given=[r"\gamma < 1"],
    carried=[r"\gamma > 0"],
    checked={"points": 24, "sizes": ["$T = 0$", "$T = 5$"]},
)
INDUCTION = of_kind(
    "induction",
    [
        row("C_0", "0", "base case"),
        row("C_{T+1}", r"\gamma C_T + (1-\gamma) c_{T+1}", "the recurrence", "definition"),
        row("", r"\gamma \sum_{t=1}^{T} c_t + (1-\gamma) c_{T+1}", "hypothesis", "assumed"),
    ],
    name="eq-closed",
    closing=r"C_T = \sum_{t=1}^{T} \gamma^{T-t} c_t",
    needed=[r"T \ge 0"],
    rests_on=[
        {"name": "eq-weights", "kind": "result", "tex": r"W_T = 1-\gamma^T"},
        {"name": "", "kind": "definition", "tex": "h = 2"},
    ],
    checked={"points": 1, "sizes": []},
)
BOUND = of_kind(
    "derivation",
    [
        row(
            "|m|",
            r"\frac{a+b+c+d+e+f+g+h}{\sqrt{1-\beta}}" * 3,
            "a long line",
            relation=r"\le",
            difference="(a-b)^2",
            equal_at="a = b",
        ),
        row("", "2", "at points", "checked", relation="<", given=["a > 1"]),
    ],
    status="checked",
)
DEFINITION = of_kind(
    "definition",
    [row(r"\hat C_t", r"\frac{C_t}{1-\gamma^t}", "definition", "definition")],
    status="definition",
    name="eq-hat",
)
MATCH = of_kind(
    "match",
    [row("C_T", r"\sum_{t=1}^{T} c_t", "")],
    function=["moving_average"],
    code=["for t, c_t in enumerate(c):", "    C[t] = C_t"],
    entries=5,
    at=["K = 3"],
)
REFUTATION = of_kind(
    "refutation",
    [],
    status="refuted",
    what="the code's value for $C_T$ at $T = 1$",
    code=r"\gamma c_1",
    formula=r"(1-\gamma) c_1",
    at=[r"\gamma = \frac{6}{7}"],
    gives=[
        {"who": "the code gives", "value": r"-\frac{48}{49}"},
        {"who": "the formula gives", "value": r"-\frac{8}{49}"},
    ],
)
ALL = {
    "chain": CHAIN,
    "induction": INDUCTION,
    "bound": BOUND,
    "definition": DEFINITION,
    "match": MATCH,
    "refutation": REFUTATION,
}
