"""Questions whose verdicts must be the same everywhere, and a program that answers them.

``python tests/symbolic/repeatable.py`` asks each in processes of its own kind (other hash seeds,
reversed, in a thread, beside busy processes) and says where two differ; ``--answer`` prints the
answers of this process alone, as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import Any

import sympy as sp

from nnlib.symbolic import Definition, Maximum, Partial, Recurrence, Verdict, equal

i, j, k, m, s, t = sp.symbols("i j k m s t", integer=True)
K, T = sp.symbols("K T", integer=True, positive=True)
a, b, u, v, w, x, y, z = sp.symbols("a b u v w x y z", real=True)
gamma, beta, eps = sp.symbols("gamma beta epsilon", positive=True)
X, Y = sp.IndexedBase("X", real=True), sp.IndexedBase("Y", real=True)
W, C, c = (sp.IndexedBase(name, real=True) for name in "WCc")
p, mean = sp.IndexedBase("p", positive=True), sp.Symbol("mu", real=True)

S, delta = sp.Sum, sp.KroneckerDelta


def over(body: sp.Expr, index: sp.Symbol = k, low: Any = 0, high: Any = K - 1) -> sp.Sum:
    return S(body, (index, low, high))


average = Recurrence(C[t], gamma * C[t - 1] + (1 - gamma) * c[t])
softmax = Definition(p[i], sp.exp(X[i]) / over(sp.exp(X[k])))
mu = Definition(mean, over(X[k]) / K)
in_range = (j >= 0, j <= K - 1)
spread = over((X[k] - mean) ** 2) / K
unrolled = S(gamma ** (T - t) * (1 - gamma) * c[t], (t, 1, T))
many = x + y + z + u + v + w

QUESTIONS: dict[str, Callable[[], Verdict]] = {
    "square": lambda: equal((x + 1) ** 2, x**2 + 2 * x + 1),
    "square, wrong": lambda: equal((x + 1) ** 2, x**2 + x + 1),
    "constant sum": lambda: equal(over(x), K * x),
    "constant sum, wrong": lambda: equal(over(x), (K + 1) * x),
    "geometric sum": lambda: equal(over(gamma**k), (1 - gamma**K) / (1 - gamma)),
    "geometric sum, given": lambda: equal(
        over(gamma**k), (1 - gamma**K) / (1 - gamma), given=sp.Ne(gamma, 1)
    ),
    "power sum": lambda: equal(over(k**3), (K * (K - 1) / 2) ** 2),
    "moment": lambda: equal(
        over(k * gamma**k),
        gamma * (1 - K * gamma ** (K - 1) + (K - 1) * gamma**K) / (1 - gamma) ** 2,
        given=sp.Ne(gamma, 1),
    ),
    "delta": lambda: equal(over(delta(j, k) * X[k]), X[j], given=in_range),
    "delta without a range": lambda: equal(over(delta(j, k) * X[k]), X[j]),
    "two deltas": lambda: equal(delta(i, j) * delta(j, m) * X[i], delta(i, j) * delta(j, m) * X[m]),
    "order of sums": lambda: equal(
        S(W[i, k], (i, 0, k), (k, 0, K)), S(W[i, k], (k, i, K), (i, 0, K))
    ),
    "square of a sum": lambda: equal(
        over(X[k]) ** 2, S(X[i] * X[k], (i, 0, K - 1), (k, 0, K - 1))
    ),
    "variance": lambda: equal(spread, over(X[k] ** 2) / K - mean**2, where=mu),
    "variance, wrong": lambda: equal(spread, over(X[k] ** 2) / K + mean**2, where=mu),
    "derivative of the mean": lambda: equal(
        Partial(mean, X[j]), 1 / K, where=mu, given=in_range
    ),
    "derivative of the variance": lambda: equal(
        Partial(spread, X[j]), 2 * (X[j] - mean) / K, where=mu, given=in_range
    ),
    "softmax": lambda: equal(
        Partial(p[i], X[j]), p[i] * (delta(i, j) - p[j]), where=softmax,
        given=(*in_range, i >= 0, i <= K - 1),
    ),
    "softmax, wrong": lambda: equal(
        Partial(p[i], X[j]), p[i] * (1 - p[j]), where=softmax,
        given=(*in_range, i >= 0, i <= K - 1),
    ),
    "softmax sums to one": lambda: equal(over(p[i], i), 1, where=softmax),
    "a sequence": lambda: equal(C[T + 1] - gamma * C[T], (1 - gamma) * c[T + 1], where=average),
    "a sequence, wrong": lambda: equal(C[T], unrolled + 1, where=average),
    "two steps": lambda: equal(
        C[T + 2],
        gamma**2 * C[T] + (1 - gamma) * (gamma * c[T + 1] + c[T + 2]),
        where=average,
    ),
    "root": lambda: equal(sp.sqrt(x**2 * (y**2 + 1)), sp.Abs(x) * sp.sqrt(y**2 + 1)),
    "root, wrong": lambda: equal(sp.sqrt(x**2), x),
    "absolute value, given": lambda: equal(sp.Abs(x - 1), x - 1, given=x >= 1),
    "logarithm": lambda: equal(
        sp.log(sp.Product(gamma * beta**k, (k, 1, T))),
        T * sp.log(gamma) + T * (T + 1) / 2 * sp.log(beta),
    ),
    "exponential": lambda: equal(sp.exp(x + y) * sp.exp(-y), sp.exp(x)),
    "tanh": lambda: equal(sp.tanh(x), (sp.exp(2 * x) - 1) / (sp.exp(2 * x) + 1)),
    "Pythagoras": lambda: equal(sp.sin(x) ** 2 + sp.cos(x) ** 2, 1),
    "limit": lambda: equal(
        sp.Limit((1 - gamma**T) / (1 - gamma), T, sp.oo), 1 / (1 - gamma), given=gamma < 1
    ),
    "limit of a quotient": lambda: equal(sp.Limit((2 * T + 1) / (T + 3), T, sp.oo), 2),
    "given sum": lambda: equal(
        over(x * Y[k]) - x, 0, given=sp.Eq(over(Y[k]), 1)
    ),
    "given equation, wrong": lambda: equal(x, y, given=sp.Eq(x**2, y**2)),
    "factorials": lambda: equal(sp.factorial(T + 2) / sp.factorial(T), (T + 1) * (T + 2)),
    "maximum": lambda: equal(Maximum(x, y) - Maximum(x, y), 0 * z),
    "cases": lambda: equal(sp.Piecewise((x, x > 0), (0, True)), (x + sp.Abs(x)) / 2),
    "fractions": lambda: equal(
        sum(1 / (x + n) for n in range(1, 7)) * (y + 1 / z),
        sum((y * z + 1) / (x + n) / z for n in range(6, 0, -1)),
    ),
    "continued fraction": lambda: equal(
        reduce(lambda e, _: 1 / (e + y), range(12), x),
        1 / (y + reduce(lambda e, _: 1 / (e + y), range(11), x)),
    ),
    "normalization": lambda: equal(
        over((X[k] - mean) / sp.sqrt(spread + eps)), 0, where=mu
    ),
    "too few points": lambda: equal(x, y, given=(x > 10**9,)),
    "not known": lambda: equal(sp.zeta(x), sp.zeta(x) + 1),
}  # fmt: skip

# What would run for minutes, fill the memory, or never end.
RUNAWAYS: dict[str, Callable[[], Verdict]] = {
    "a power with millions of terms": lambda: equal(
        many**30 * (x - y), many**30 * x - many**30 * y, effort=0.1
    ),
    "a product of many sums": lambda: equal(
        sp.prod([x + sp.Symbol(f"q{n}", real=True) for n in range(30)]) * (y + 1) - 1,
        sp.prod([x + sp.Symbol(f"q{n}", real=True) for n in range(30)]) * y
        + sp.prod([x + sp.Symbol(f"q{n}", real=True) for n in range(30)]) - 1,
        effort=0.1,
    ),
    "a sum of very many terms": lambda: equal(
        S(x, (i, 1, 9999), (j, 1, 9999), (k, 1, 9999)), y, effort=0.1
    ),
    "a long number": lambda: equal(sp.Pow(9, sp.Integer(9) ** 9, evaluate=False), x),
    "a tower": lambda: equal(sp.Min(0, sp.floor(sp.exp(sp.exp(x + 2)))), 0),
    "a very high degree": lambda: equal((x + 1) ** 100_000, (x + 1) ** 99_999 * (x + 2)),
    "roots in roots": lambda: equal(reduce(lambda e, _: sp.sqrt(e + 1), range(40), x), 1),
    "a hidden zero": lambda: equal(
        x * (sum(map(sp.sqrt, (2, 3, 5, 7, 11))) ** 2
             - sp.expand(sum(map(sp.sqrt, (2, 3, 5, 7, 11))) ** 2)), 0
    ),
}  # fmt: skip


def answers(backwards: bool = False) -> dict[str, list[Any]]:
    """The verdict of every question, all that a reader can see of it, and the work."""
    asked = list({**QUESTIONS, **RUNAWAYS}.items())
    return {name: written(ask()) for name, ask in (reversed(asked) if backwards else asked)}


def written(verdict: Verdict) -> list[Any]:
    conditions = [str(condition) for condition in verdict.conditions]
    found = [verdict.counterexample, list(map(dict, verdict.sizes))]
    return [verdict.status, conditions, *found, verdict.reason, verdict.work]


def in_a_process(seed: int, *options: str) -> dict[str, list[Any]]:
    """The answers of a new process with this hash seed."""
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": path}
    command = [sys.executable, __file__, "--answer", *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@contextmanager
def busy_processes(count: int) -> Iterator[None]:
    """So many processes that do nothing but keep the processor from others."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def differences(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> dict[str, Any]:
    """What was answered in two ways."""
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


def _answer(options: list[str]) -> None:
    found: list[dict[str, list[Any]]] = []
    ask = lambda: found.append(answers("--backwards" in options))
    if "--twice" in options:
        answers()
    if "--thread" in options:
        threading.stack_size(64 * 2**20)
        worker = threading.Thread(target=ask)
        worker.start()
        worker.join()
    else:
        ask()
    print(json.dumps(found[0]))


def _compare_all() -> int:
    first = in_a_process(0)
    wrong = 0
    for seed, busy, options in (
        (1, 0, ()),
        (2, 0, ("--backwards",)),
        (3, 0, ("--thread",)),
        (4, 0, ("--twice",)),
        (5, 8, ()),
        (6, 8, ("--backwards", "--thread")),
    ):
        with busy_processes(busy):
            found = differences(first, in_a_process(seed, *options))
        wrong += len(found)
        print(f"hash seed {seed}, {busy} busy processes, {' '.join(options) or 'plain'}: ", end="")
        print("the same" if not found else json.dumps(found, indent=1))
    print(f"{len(first)} questions, {sum(row[-1] for row in first.values())} units of work")
    return 1 if wrong else 0


if __name__ == "__main__":
    if "--answer" in sys.argv:
        _answer(sys.argv[2:])
    else:
        sys.exit(_compare_all())
