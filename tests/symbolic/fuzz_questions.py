"""Questions with limits, derivatives, sequences and definitions, against brute force.

    python tests/symbolic/fuzz_questions.py 5000        so many questions, from seed 0 on
    python tests/symbolic/fuzz_questions.py 500 --seed 7

Each question is drawn with its true answer; half of the answers are then changed. The oracle below
computes with dual numbers, unrolled sequences and large arguments, in floating point and with a few
lines of its own: it shares nothing with the engine. What the engine calls proved or checked must be
true where its conditions hold; what it refutes must be false somewhere.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from nnlib.symbolic import Definition, Partial, Recurrence, equal

x, y, u, v = sp.symbols("x y u v", real=True)
g = sp.Symbol("g", positive=True)
t, k = sp.symbols("t k", integer=True)
T = sp.Symbol("T", integer=True, nonnegative=True)
C, c, q = (sp.IndexedBase(name, real=True) for name in ("C", "c", "q"))

ACCEPTED = {"proved", "proved for sizes", "checked"}
Values = dict[str, float]


@dataclass
class Case:
    """A question, and what its two sides are by brute force at given values."""

    left: sp.Expr
    right: sp.Expr
    where: tuple[Any, ...]
    given: tuple[Any, ...]
    value: Callable[[Values], float]  # of the left side


# --- the oracle -----------------------------------------------------------------------------------


class NoValue(Exception):
    """There is no value here, or none that floating point can see."""


def number(expr: sp.Basic, at: Values, dots: Values | None = None) -> tuple[float, float]:
    """The value of a plain expression, and its slope along ``dots``: dual numbers."""
    dots = dots or {}
    if expr.is_Rational or expr.is_NumberSymbol:
        return float(expr), 0.0
    if expr.is_Symbol:
        return at[expr.name], dots.get(expr.name, 0.0)
    if isinstance(expr, sp.Indexed):
        name = f"{expr.base}{int(number(expr.indices[0], at)[0])}"
        return at[name], dots.get(name, 0.0)
    if expr.is_Add:
        parts = [number(arg, at, dots) for arg in expr.args]
        return sum(p[0] for p in parts), sum(p[1] for p in parts)
    if expr.is_Mul:
        value, slope = 1.0, 0.0
        for arg in expr.args:
            other, change = number(arg, at, dots)
            value, slope = value * other, slope * other + value * change
        return value, slope
    if expr.is_Pow:
        return power(*number(expr.base, at, dots), *number(expr.exp, at, dots))
    if isinstance(expr, sp.Sum):
        (index, low, high), total = expr.limits[0], (0.0, 0.0)
        for n in range(int(number(low, at)[0]), int(number(high, at)[0]) + 1):
            term = number(expr.function, {**at, index.name: float(n)}, dots)
            total = (total[0] + term[0], total[1] + term[1])
        return total
    if expr is sp.I:
        raise NoValue
    inner, change = number(expr.args[0], at, dots)
    if isinstance(expr, sp.exp):
        return math.exp(inner), math.exp(inner) * change
    if isinstance(expr, sp.sin):
        return math.sin(inner), math.cos(inner) * change
    if isinstance(expr, sp.cos):
        return math.cos(inner), -math.sin(inner) * change
    if isinstance(expr, sp.Abs):
        if change and not inner:
            raise NoValue
        return abs(inner), math.copysign(1, inner) * change
    if isinstance(expr, sp.sign):
        return float((inner > 0) - (inner < 0)), 0.0
    raise AssertionError(f"the oracle does not know {expr.func}")


def power(base: float, change: float, exponent: float, more: float) -> tuple[float, float]:
    if base == 0 and exponent < 0 or base < 0 and exponent != int(exponent):
        raise NoValue
    value = base**exponent
    slope = exponent * base ** (exponent - 1) * change if change else 0.0
    return value, slope + (value * math.log(base) * more if more else 0.0)


# --- questions ------------------------------------------------------------------------------------


def plain(rng: random.Random, depth: int, letters: tuple[Any, ...]) -> sp.Expr:
    """A smooth expression in a few letters."""
    if depth == 0:
        return rng.choice([*letters, *letters, sp.Integer(rng.randint(1, 3))])
    one = plain(rng, depth - 1, letters)
    other = plain(rng, depth - 1, letters)
    kind = rng.randrange(7)
    if kind < 3:
        return one * other if kind else one + rng.choice([1, -1, 2]) * other
    if kind == 3:
        return one + other
    if kind == 4:
        return one ** rng.choice([2, 3])
    if kind == 5:
        return one / (1 + other**2)
    return rng.choice([sp.exp, sp.sin, sp.cos])(one)


def slope(expr: sp.Expr, by: sp.Symbol) -> sp.Expr:
    return sp.diff(expr, by)


def derivative_case(rng: random.Random) -> Case:
    """The slope of an expression through a name, or with the name held."""
    body = plain(rng, 1, (x, y))
    outer = plain(rng, 2, (x, u))
    where = (Definition(u, body),)
    if rng.random() < 0.3:
        left, right = Partial(outer, u), slope(outer, u)

        def value(at: Values) -> float:
            return number(outer, {**at, "u": number(body, at)[0]}, {"u": 1.0})[1]

        return Case(left, right, where, (), value)
    left = Partial(outer, x)
    right = slope(outer, x) + slope(outer, u) * slope(body, x)

    def total(at: Values) -> float:
        inner = number(body, at, {"x": 1.0})
        return number(outer, {**at, "u": inner[0]}, {"x": 1.0, "u": inner[1]})[1]

    return Case(left, right, where, (), total)


def kink_case(rng: random.Random) -> Case:
    gap = rng.choice([x, x - y, x + 2 * y, x - 1])
    other = plain(rng, 1, (x, y))
    left, right = Partial(sp.Abs(gap) * other, x), sp.sign(gap) * other
    right = right + sp.Abs(gap) * slope(other, x)
    return Case(left, right, (), (), lambda at: number(sp.Abs(gap) * other, at, {"x": 1.0})[1])


def rule(rng: random.Random) -> tuple[Recurrence, sp.Expr, sp.Expr]:
    start = rng.choice([sp.Integer(0), x, sp.Integer(2)])
    last = sp.Symbol("last", real=True)
    body = rng.choice([g * last + c[t], g * last + (1 - g) * c[t], x * last + y, last + t * x,
                       last + c[t] ** 2, (1 - g) * last + y * t])  # fmt: skip
    return Recurrence(C[t], body.xreplace({last: C[t - 1]}), initial=start), start, body


def unrolled(start: sp.Expr, body: sp.Expr, n: int, at: Values, dots: Values) -> Any:
    value = number(start, at, dots)
    for m in range(1, n + 1):
        here = {**at, "t": float(m), "last": value[0]}
        value = number(body, here, {**dots, "last": value[1]})
    return value


def recurrence_case(rng: random.Random) -> Case:
    """An entry of a sequence, or its slope: by a letter or by an input."""
    sequence, start, body = rule(rng)
    n = rng.randint(1, 4)
    expr: sp.Expr = start
    last = sp.Symbol("last", real=True)
    for m in range(1, n + 1):
        expr = body.xreplace({t: sp.Integer(m)}).xreplace({last: expr})
    if rng.random() < 0.3:
        return Case(C[n], expr, (sequence,), (),
                    lambda at: unrolled(start, body, n, at, {})[0])  # fmt: skip
    if rng.random() < 0.3:
        at_t = {t: T}
        step = body.xreplace(at_t).xreplace({last: C[T - 1]})
        return Case(C[T], step, (sequence,), (T >= 1,),
                    lambda at: unrolled(start, body, int(at["T"]), at, {})[0])  # fmt: skip
    by = rng.choice([x, y, g])
    right = slope(sp.expand(expr), by)
    symbolic = rng.random() < 0.4
    left = Partial(C[T] if symbolic else C[n], by)
    given = (sp.Eq(T, n),) if symbolic else ()
    return Case(left, right, (sequence,), given,
                lambda at: unrolled(start, body, n, at, {by.name: 1.0})[1])  # fmt: skip


def limit_case(rng: random.Random) -> Case:
    """A limit at infinity of powers and quotients, or at a point."""
    kind = rng.randrange(5)
    n = sp.Symbol("n", integer=True, positive=True)
    p, r = plain(rng, 1, (x, y)), rng.choice([x, y, x**2 + 1])
    if kind == 0:
        rate = rng.choice([g, g**2, 1 - g])
        expr = (p * (1 - rate**n) + r * rate**n) / rng.choice([1, 2])
        divided = sp.simplify((p * (1 - rate**n) + r * rate**n) / expr)
        return Case(sp.Limit(expr, n, sp.oo), p / divided, (), (g < 1,),
                    lambda at: number(expr, {**at, "n": 4000.0})[0])  # fmt: skip
    if kind == 1:
        expr = (p * n + r) / (n * (x**2 + 1) + y)
        return Case(sp.Limit(expr, n, sp.oo), p / (x**2 + 1), (), (),
                    lambda at: number(expr, {**at, "n": 1e9})[0])  # fmt: skip
    if kind == 2:
        expr = (p * n + r) / (n * x + y)
        return Case(sp.Limit(expr, n, sp.oo), p / x, (), (),
                    lambda at: number(expr, {**at, "n": 1e9})[0])  # fmt: skip
    if kind == 3:
        total = sp.Sum(g**k, (k, 0, n))
        return Case(sp.Limit(p * total, n, sp.oo), p / (1 - g), (), (g < 1,),
                    lambda at: number(p, at)[0] / (1 - at["g"]))  # fmt: skip
    expr = p.xreplace({x: x + v}) * (1 + v * y)
    return Case(sp.Limit(expr, v, 0, rng.choice("+-")), p, (), (),
                lambda at: number(expr, {**at, "v": 1e-9})[0])  # fmt: skip


def definition_case(rng: random.Random) -> Case:
    """A name or a family put in."""
    body = plain(rng, 1, (x, y))
    family = rng.choice([t * x, x**2 + t, c[t] * x, c[t] + y])
    n = rng.randint(1, 3)
    left = sp.Sum(q[k] * u, (k, 1, n))
    right = sp.Add(*[family.xreplace({t: sp.Integer(m)}) * body for m in range(1, n + 1)])
    where = (Definition(u, body), Definition(q[t], family))
    return Case(left, right, where, (), lambda at: number(right, at)[0])


CASES = (derivative_case, kink_case, recurrence_case, limit_case, definition_case)


def changed(expr: sp.Expr, rng: random.Random) -> sp.Expr:
    """A slip: a sign, a factor, a letter, a power, a dropped term."""
    slips = [expr + rng.choice([1, x, y]), -expr, 2 * expr, expr * x, expr.xreplace({x: y}),
             expr.xreplace({y: x}), expr.xreplace({g: 1 - g}), expr + x * (1 - g)]  # fmt: skip
    if expr.is_Add:
        slips += [expr - term for term in expr.args]
    return rng.choice(slips)


def places(rng: random.Random, case: Case) -> list[Values]:
    """Values that satisfy what is given."""
    found = []
    for _ in range(40):
        at = {name: rng.choice([-2.0, -1.0, 0.0, 0.5, 1.0, 1.5, 3.0]) for name in "xyv"}
        at["g"] = rng.choice([0.25, 0.5, 0.8])
        at["T"] = float(rng.randint(0, 5))
        at |= {f"c{n}": rng.choice([-1.0, 0.5, 2.0]) for n in range(7)}
        fixed = [r.rhs for r in case.given if isinstance(r, sp.Eq)]
        at["T"] = float(fixed[0]) if fixed else max(at["T"], 1.0)
        found.append(at)
    return found


def known_entries(case: Case, at: Values) -> Values:
    """The entries of a sequence that the right side may hold."""
    for named in case.where:
        if isinstance(named, Recurrence):
            last = sp.Symbol("last", real=True)
            body = named.body.xreplace({C[t - 1]: last})
            for n in range(int(at["T"]) + 1):
                at = {**at, f"C{n}": unrolled(named.initial, body, n, at, {})[0]}
        elif isinstance(named.lhs, sp.Symbol):
            at = {**at, named.lhs.name: number(named.body, at)[0]}
    return at


def disagreement(case: Case, conditions: tuple[Any, ...], rng: random.Random) -> Values | None:
    """Values at which the sides differ by far more than floating point can make."""
    for at in places(rng, case):
        try:
            here = known_entries(case, at)
            if not all(holds(condition, here) for condition in conditions):
                continue
            left, right = case.value(here), number(case.right, here)[0]
        except (NoValue, OverflowError, ZeroDivisionError):
            continue
        if abs(left - right) > 1e-4 * (1 + abs(left) + abs(right)):
            return at
    return None


def holds(condition: Any, at: Values) -> bool:
    left, right = (number(side, at)[0] for side in condition.args)
    tests = {"Ne": left != right, "Eq": left == right, "Ge": left >= right, "Le": left <= right,
             "Gt": left > right, "Lt": left < right,
             "Unequality": left != right, "Equality": left == right,
             "GreaterThan": left >= right, "LessThan": left <= right,
             "StrictGreaterThan": left > right, "StrictLessThan": left < right}  # fmt: skip
    return tests[type(condition).__name__]


def run(seed: int) -> tuple[str, bool]:
    """One question: the verdict, and whether a change was made to the true answer."""
    rng = random.Random(f"question {seed}")
    case = CASES[seed % len(CASES)](rng)
    slipped = rng.random() < 0.5
    if slipped:
        case.right = changed(case.right, rng)
    verdict = equal(case.left, case.right, given=case.given, where=case.where)
    told = f"seed {seed}: {case.left} = {case.right} given {case.given} with {case.where}"
    if verdict.status in ACCEPTED:
        at = disagreement(case, (*verdict.conditions,), rng)
        if at is not None:
            raise AssertionError(f"{told} is called {verdict}, and is false at {at}")
    if verdict.status == "refuted" and not slipped:
        raise AssertionError(f"{told} is true, and is {verdict}")
    return verdict.status, slipped


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("count", type=int, nargs="?", default=5000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    counts: Counter[tuple[str, bool]] = Counter()
    wrong = 0
    for seed in range(options.seed, options.seed + options.count):
        try:
            counts[run(seed)] += 1
        except AssertionError as error:
            wrong += 1
            print(error, flush=True)
    for (status, slipped), count in sorted(counts.items()):
        print(f"{'changed' if slipped else 'true'}: {status}: {count}")
    print(f"{options.count} questions, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
