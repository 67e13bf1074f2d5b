"""Random inequalities against brute force: none that is false is proved, none that is true refuted.

Run by hand for many: ``python -m tests.symbolic.inequality_fuzzer 1000 --seed 1``; the tests run a
fixed sample. The values are worked out by SymPy's own ``doit`` and ``evalf``, which share nothing
with the engine.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from itertools import product

import sympy as sp
from sympy import Abs, Max, Min, Rational, Sum, exp, floor, log, sqrt

from nnlib.symbolic import Verdict, compare

x, y = sp.symbols("x y", real=True)
u, v = sp.symbols("u v", positive=True)
w = sp.Symbol("w", nonnegative=True)
n, m = sp.symbols("n m", integer=True)
T, s = sp.symbols("T s", integer=True, positive=True)
k = sp.Symbol("k", integer=True)
SYMBOLS = (x, y, u, v, w, n, m, T, s)

TRUE = [  # less, relation, greater, given
    (2 * x * y, "<=", x**2 + y**2, ()),
    (4 * u * v, "<=", (u + v) ** 2, ()),
    (x * (1 - x), "<=", Rational(1, 4), ()),
    (u**T, "<", 1, (u < 1,)),
    (u**T, "<=", u, (u < 1,)),
    (1 - u**T, "<=", T * (1 - u), (u <= 1,)),
    (u ** (T + 1), "<", u**T, (u < 1,)),
    (x**2, "<=", 1, (x <= 1, x >= -1)),
    (x, "<=", x**2, (x >= 1,)),
    (x**3, "<=", x**2, (x <= 1,)),
    (1 / u, "<=", 1 / v, (u >= v,)),
    (x * y, "<=", 1, (x <= 1, y <= 1, x >= 0, y >= 0)),
    (Abs(x + y), "<=", Abs(x) + Abs(y), ()),
    (Abs(x) - Abs(y), "<=", Abs(x - y), ()),
    (Abs(1 - x), "<", 1, (x > 0, x < 2)),
    (Max(x, y), "<=", Abs(x) + Abs(y), ()),
    (Min(x, y), "<=", (x + y) / 2, ()),
    (sqrt(u), "<=", (u + 1) / 2, ()),
    (sqrt(u + v), "<=", sqrt(u) + sqrt(v), ()),
    (sqrt(x**2 + w), ">=", x, ()),
    (1 / sqrt(T + 1), "<=", 2 * sqrt(T + 1) - 2 * sqrt(T), ()),
    (exp(x), ">=", 1 + x, ()),
    (exp(x), "<", exp(y), (x < y,)),
    (log(u), "<=", u - 1, ()),
    (log(u), "<", log(u + v), ()),
    (log(1 + w), "<=", w, ()),
    (1 / (1 + exp(-x)), "<", 1, ()),
    (n, "<=", m - 1, (n < m,)),
    (s * floor(n / s), "<=", n, ()),
    (n, "<", s * floor(n / s) + s, ()),
    (n - s * floor(n / s), "<=", s - 1, ()),
    (floor(n / s), "<=", n, (n >= 0,)),
    (n**2, ">=", n, ()),
    (Sum(u**k, (k, 0, T)), "<=", 1 / (1 - u), (u < 1,)),
    (Sum(u**k, (k, 0, T)), ">=", 1, ()),
    (Sum(k, (k, 1, T)), "<=", T**2, ()),
    (Sum(k**2, (k, 1, n)), ">=", 0, (n >= 0,)),
    (Sum(u**k, (k, 1, n)), ">", 0, (n >= 1,)),
    (Sum(1 / k, (k, 1, T)), "<=", T, ()),
    (Sum(1 / sqrt(k), (k, 1, T)), ">=", sqrt(T), ()),
    (x**4 + y**4, ">=", 2 * x**2 * y**2, ()),
    (x / (1 + x**2), "<=", Rational(1, 2), ()),
    (u / (u + v), "<", 1, ()),
    ((u - 1) / (u + 1), ">=", (v - 1) / (v + 1), (u >= v,)),
    (u + 1 / u, ">=", 2, ()),
    ((1 + x) ** 3, ">=", 1 + 3 * x, (x >= -1,)),
    (1 - u * v, ">", 0, (u < 1, v < 1)),
    ((1 - u) * x**2 + v, ">", 0, (u < 1,)),
    (w**2, "<=", w, (w <= 1,)),
    (2 * u / (1 - v + u), ">", 0, (v < 1,)),
]
FLIPPED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
STRICT = {"<=": "<", ">=": ">", "<": "<", ">": ">"}
NUMBERS = [
    Rational(p, q) for p, q in ((1, 2), (1, 4), (9, 10), (99, 100), (101, 100), (2, 1), (3, 1))
]


@dataclass(frozen=True)
class Statement:
    less: sp.Expr
    relation: str
    greater: sp.Expr
    given: tuple[sp.Basic, ...]

    def verdict(self) -> Verdict:
        return compare(self.less, self.relation, self.greater, given=self.given)


def mutated(rng: random.Random) -> Statement:
    """A true statement with up to three changes, most of which make it false."""
    left, relation, right, given = rng.choice(TRUE)
    left, right, given = sp.sympify(left), sp.sympify(right), list(given)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        change = rng.randrange(8)
        if change == 0 and given:
            given.pop(rng.randrange(len(given)))
        elif change == 1:
            relation = STRICT[relation]
        elif change == 2:
            relation = FLIPPED[relation]
        elif change == 3:
            right = right * rng.choice(NUMBERS)
        elif change == 4:
            right = right + rng.choice((1, -1)) * rng.choice(NUMBERS) / 10
        elif change == 5:
            free = sorted((left - right).free_symbols & set(SYMBOLS), key=str)
            swap = {free[0]: free[-1], free[-1]: free[0]} if len(free) > 1 else {}
            if all(a.is_integer == b.is_integer for a, b in swap.items()):
                right = right.xreplace(swap)
        elif change == 6:
            old = rng.choice((x, y, u, v))
            new = rng.choice([z for z in (x, y, u, v, w) if z != old])
            left, right = left.xreplace({old: new}), right.xreplace({old: new})
        elif given:
            place = rng.randrange(len(given))
            relaxed = given[place]
            if isinstance(relaxed, sp.core.relational.Relational):
                given[place] = relaxed.func(relaxed.lhs, relaxed.rhs + rng.choice(NUMBERS) / 10)
    kept = tuple(g for g in given if g is not sp.true and g is not sp.false)
    return Statement(left, relation, right, kept)


# --- brute force -------------------------------------------------------------------------------------

GRID = [Rational(p, q) for p, q in ((0, 1), (1, 2), (-1, 2), (1, 1), (-1, 1), (2, 1), (-3, 1))]
GRID += [Rational(p, q) for p, q in ((9, 10), (11, 10), (1, 100), (-9, 4), (25, 1), (99, 100))]


def points(statement: Statement, conditions: tuple[sp.Basic, ...], rng: random.Random, count: int):
    """Values that satisfy the assumptions, what is given, and the conditions."""
    relations = (*statement.given, *conditions)
    parts = [statement.less, statement.greater, *relations]
    free = sorted(set().union(*[part.free_symbols for part in parts]), key=str)
    choices = [[g for g in GRID if allowed(symbol, g)] for symbol in free]
    everything = list(product(*choices)) if len(free) <= 2 else []
    rng.shuffle(everything)
    for attempt in range(6 * count):
        if attempt < len(everything):
            values = everything[attempt]
        else:
            values = [rng.choice(c) if rng.random() < 0.5 else drawn(s, rng) for s, c in
                      zip(free, choices, strict=True)]  # fmt: skip
        at = dict(zip(free, values, strict=True))
        if all(r.xreplace(at) in (sp.true, True) for r in relations):
            yield at


def allowed(symbol: sp.Symbol, value: sp.Rational) -> bool:
    if symbol.is_integer and value.q != 1:
        return False
    if symbol.is_positive:
        return bool(value > 0)
    return bool(value >= 0) if symbol.is_nonnegative else True


def drawn(symbol: sp.Symbol, rng: random.Random) -> sp.Rational:
    if symbol.is_integer:
        low = 1 if symbol.is_positive else -5
        return sp.Integer(rng.randint(low, 9))
    value = Rational(rng.randint(1, 400), 100)
    return value if symbol.is_nonnegative else value * rng.choice((1, -1))


def gap(statement: Statement, at: dict[sp.Symbol, sp.Rational]) -> sp.Expr | None:
    """right − left as a number; None where a side is not defined there, or not real."""
    sides = [side.xreplace(at).doit() for side in (statement.less, statement.greater)]
    difference = sides[1] - sides[0]
    if difference.has(sp.zoo, sp.nan, sp.oo) or not difference.is_number:
        return None
    value = difference if difference.is_Rational else sp.N(difference, 40, maxn=400)
    return value if value.is_real else None


def fails(statement: Statement, at: dict[sp.Symbol, sp.Rational]) -> bool | None:
    """Whether the statement is false there; None where that is not known."""
    value = gap(statement, at)
    if value is None:
        return None
    if statement.relation in (">=", ">"):
        value = -value
    if value.is_Rational:
        return bool(value < 0 or value == 0 and statement.relation in ("<", ">"))
    return None if abs(value) < sp.Float("1e-25") else bool(value < 0)


def wrong(statement: Statement, verdict: Verdict, rng: random.Random) -> str | None:
    """What is wrong about a verdict, if anything is found."""
    if verdict.status == "proved":
        for at in points(statement, verdict.conditions, rng, 60):
            if fails(statement, at):
                return f"proved, but false at {at}"
    if verdict.status == "refuted":
        values = {str(name): value for name, value in (verdict.counterexample or {}).items()}
        free = set().union(*[p.free_symbols for p in (statement.less, statement.greater)])
        free = free.union(*[r.free_symbols for r in statement.given])
        at = {symbol: sp.Rational(values[str(symbol)]) for symbol in free if str(symbol) in values}
        if len(at) == len(free):
            if not all(r.xreplace(at) in (sp.true, True) for r in statement.given):
                return f"refuted at a point that is not allowed: {at}"
            if not all(allowed(symbol, value) for symbol, value in at.items()):
                return f"refuted at values that the symbols cannot have: {at}"
            if fails(statement, at) is False:
                return f"refuted, but true at {at}"
    return None


def run(count: int, seed: int) -> tuple[dict[str, int], list[str]]:
    """Ask ``count`` questions; how many came out how, and what was wrong."""
    rng = random.Random(seed)
    statuses: dict[str, int] = {}
    problems = []
    for number in range(count):
        statement = mutated(rng)
        verdict = statement.verdict()
        statuses[verdict.status] = statuses.get(verdict.status, 0) + 1
        problem = wrong(statement, verdict, random.Random(number))
        if problem:
            problems.append(f"{statement}: {problem}")
    return statuses, problems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    statuses, problems = run(arguments.count, arguments.seed)
    print(statuses)
    print("\n".join(problems) or "nothing wrong was found")
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main()
