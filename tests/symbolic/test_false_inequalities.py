"""Inequalities that are false, of authors' and of attackers' kinds: none of them may be proved."""

import pytest
import sympy as sp
from sympy import Abs, Eq, Max, Min, Ne, Piecewise, Product, Rational, Sum, exp, floor, log, sqrt

from nnlib.symbolic import Definition, Derivation, Recurrence, compare, tangent
from tests.symbolic.inequality_fuzzer import run

a, b, x, y = sp.symbols("a b x y", real=True)
u, v, gamma, beta = sp.symbols("u v gamma beta", positive=True)
w = sp.Symbol("w", nonnegative=True)
c = sp.Symbol("c")
i, j, k, m, n, t = sp.symbols("i j k m n t", integer=True)
K, T, s = sp.symbols("K T s", integer=True, positive=True)
N = sp.Symbol("N", integer=True, nonnegative=True)
even = sp.Symbol("e", even=True)
d, g, p, z = (sp.IndexedBase(name, real=True) for name in ("d", "g", "p", "z"))
q = sp.IndexedBase("q", positive=True)
C = sp.IndexedBase("C", positive=True)
h = sp.Function("h")

total = Sum(g[k], (k, 1, T))
squares = Sum(g[k] ** 2, (k, 1, T))
average = Sum(p[k], (k, 0, K - 1)) / K
trace = 1 + gamma - a
D = trace**2 - 4 * gamma

FALSE = [
    # what authors slip on: a sign, an exponent, an index, a forgotten condition
    (gamma**T, "<", 1, ()),
    (gamma**N, "<", 1, gamma < 1),
    (1 - gamma**T, ">", 0, ()),
    (1 - gamma**N, ">", 0, gamma < 1),
    (gamma ** (T + 1), ">", gamma**T, gamma < 1),
    (gamma**T, "<=", gamma**2, gamma < 1),
    (1 - gamma**T, "<=", 1 - gamma, gamma < 1),
    ((1 - gamma) * x**2, ">", 0, gamma < 1),
    ((1 - gamma) * x**2 + u, ">", 0, ()),
    (sqrt(1 - gamma**T), "<", sqrt(1 - gamma), gamma < 1),
    (total**2, "<=", squares, ()),
    (total, "<=", squares, ()),
    (total, "<=", T, g[k] <= 2),
    (Abs(total), "<=", T, g[k] <= 1),
    (g[T] ** 2, "<", squares, ()),
    (g[T + 1] ** 2, "<=", squares, ()),
    (g[0] ** 2, "<=", squares, ()),
    (g[m] ** 2, "<=", squares, m <= T),
    (g[m] ** 2, "<=", squares, m >= 1),
    (g[T], "<=", total, ()),
    (Abs(g[T]) / sqrt(squares), "<", 1, squares > 0),
    (Abs(g[T]) / sqrt(squares), "<=", Rational(9, 10), squares > 0),
    (squares, ">", 0, ()),
    (squares, ">=", T, g[k] >= -1),
    (Sum(g[i] * g[j], (i, 1, T), (j, 1, T)), ">", 0, ()),
    (Sum(g[i] * g[j], (i, 1, T), (j, i, T)), "<=", total**2, ()),
    (Sum(1 / sqrt(k), (k, 1, T)), "<", 2 * sqrt(T) - 1, ()),
    (Sum(1 / sqrt(k), (k, 1, T)), "<=", Rational(3, 2) * sqrt(T), ()),
    (Sum(1 / k, (k, 1, T)), "<=", 2, ()),
    (Sum(1 / k**2, (k, 1, T)), "<=", Rational(3, 2), ()),
    (Sum(1 / k**2, (k, 1, T)), "<", 2 - 1 / T, ()),
    ((1 + x) ** T, ">=", 1 + T * x, ()),
    ((1 + x) ** 3, ">=", 1 + 3 * x, x >= -4),
    ((1 + x) ** T, "<=", 1 + T * x, x >= -1),
    (D, ">", 0, (a > 0, gamma < 1)),
    (a, ">", 0, D > 0),
    (a, "<", 2, D < 0),
    ((trace + sqrt(D)) / 2, "<", 1, (gamma < 1, D >= 0)),
    ((trace + sqrt(D)) / 2, "<", 1, (a > 0, D >= 0)),
    ((trace - sqrt(D)) / 2, ">", -1, (a > 0, gamma < 1, D >= 0)),
    (Abs(1 - a), "<", 1, a > 0),
    (Abs(1 - a), "<", 1, a < 2),
    (Abs(1 - a), "<", 1, (a >= 0, a < 2)),
    (Max(1 - a, a - 1), "<", 1, (a > 0, a <= 2)),
    (Min(x, y), ">=", (x + y) / 2, ()),
    (Max(x, y), "<=", (x + y) / 2, ()),
    (Max(x, y), "<=", x + y, ()),
    (Abs(x + y), "<", Abs(x) + Abs(y), ()),
    (Abs(x - y), "<=", Abs(x) - Abs(y), ()),
    (Abs(x), "<=", x, ()),
    (Abs(x) * y, "<=", Abs(x * y) - 1, ()),
    (x, "<=", x**2, ()),
    (x**3, ">=", x**2, x >= 0),
    (x**4 - x**2 + Rational(2499, 10000), ">=", 0, ()),
    (x**2, ">=", x**3, x <= Rational(1001, 1000)),
    (x**2 + y**2, ">=", 2 * x * y + 1, ()),
    (x * y, "<=", (x**2 + y**2) / 3, ()),
    (x * y, "<=", 1, (x <= 1, y <= 1)),
    (u * v, "<", 1, u < 1),
    (u + 1 / u, ">", 2, ()),
    (u / v, "<=", 1, u <= v + 1),
    (1 / x, "<=", 1 / y, x >= y),
    (1 / x, ">", 0, x >= 0 - u),
    (x**2, "<=", y**2, x <= y),
    (x / y, "<=", 1, x <= y),
    (sqrt(u + v), ">=", sqrt(u) + sqrt(v), ()),
    (sqrt(u), "<=", u, ()),
    (sqrt(u), "<=", (u + 1) / 3, ()),
    (sqrt(x**2), "<=", x, ()),
    (sqrt(x**2 + u), ">", Abs(x) + u, ()),
    (sqrt(u) - sqrt(v), "<", 0, u <= v),
    (exp(x), ">", 1 + x, ()),
    (exp(x), "<=", 1 + x + x**2, ()),
    (exp(x), ">=", 2 * x + 1, ()),
    (exp(x * y), "<=", exp(x) * exp(y), ()),
    (exp(-x), "<", 1, x >= 0),
    (log(u), "<", u - 1, ()),
    (log(u), ">=", u - 1, ()),
    (log(u * v), "<=", log(u), ()),
    (log(1 + u), ">=", u, ()),
    (log(u), ">", 0, u >= 1),
    (1 / (1 + exp(-x)), ">", Rational(1, 2), x >= 0),
    (1 / (1 + exp(-x)) * (1 - 1 / (1 + exp(-x))), "<", Rational(1, 4), ()),
    (log(Sum(exp(z[k]), (k, 0, K - 1))), ">", z[0], ()),
    (log(Sum(exp(z[k]), (k, 0, K - 1))), ">=", z[K], ()),
    (log(Sum(exp(z[k]), (k, 0, K - 1))), "<=", z[m], ()),
    (Sum(exp(z[k]), (k, 0, K - 1)), "<=", exp(y), z[k] <= y),
    (Sum(z[k], (k, 0, K - 1)), "<=", K * y - 1, z[k] <= y),
    (Sum(z[k], (k, 0, K - 1)), "<=", (K - 1) * y, z[k] <= y),
    (Sum(p[i] ** 2, (i, 0, K - 1)) / K, ">", average**2, ()),
    (Sum(p[i] ** 2, (i, 0, K - 1)), "<=", 1, Eq(Sum(p[k], (k, 0, K - 1)), 1)),
    (q[0], "<", 1, Eq(Sum(q[k], (k, 0, K - 1)), 1)),
    # whole numbers and floors
    (n, "<=", m - 2, n < m),
    (x, "<=", y - 1, x < y),
    (s * floor(n / s), "<", n, ()),
    (n - s * floor(n / s), "<", s - 1, ()),
    (floor(n / s), "<=", n, ()),
    (floor(x) + floor(y), ">=", floor(x + y), ()),
    (floor(2 * x), "<=", 2 * floor(x), ()),
    (floor((n + m) / s), "<=", floor(n / s) + floor(m / s), ()),
    (n * s, "<=", m, n <= floor(m / s) + 1),
    (floor(x), ">", x - 1 + Rational(1, 100), ()),
    (sp.ceiling(x), "<", x + Rational(99, 100), ()),
    (n**2, ">", n, ()),
    (n * m, ">=", n, ()),
    (2**T, ">", T + 1, ()),
    (2**T, "<=", T**2, ()),
    (sp.Mod(n, s), "<", s - 1, ()),
    # what is not there: empty and reversed ranges, complex numbers, undefined points
    (Sum(k**2, (k, 1, n)), ">=", 0, ()),
    (Sum(k**2, (k, 1, N)), ">", 0, ()),
    (Sum(q[k], (k, 1, n)), ">=", 0, ()),
    (Sum(q[k], (k, 1, N)), ">", 0, ()),
    (Sum(q[k], (k, m, n)), ">=", q[m], ()),
    (Sum(q[k], (k, m, n)), ">=", 0, m <= n + 2),
    (Product(q[k], (k, 1, n)), "<=", 1, q[k] <= 1),
    (Product(p[k], (k, 1, T)), ">=", 0, ()),
    (Product(q[k], (k, 1, N)), "<", 1, q[k] < 1),
    (c**2, ">=", 0, ()),
    (c * sp.conjugate(c), ">=", 1, ()),
    (Abs(c), ">", 0, ()),
    (x**N, ">=", 0, ()),
    (x**T, "<=", 1, x <= 1),
    (u**x, ">=", 1, u >= 1),
    (h(x), ">=", 0, ()),
    (sp.sin(x) ** 2 + sp.cos(y) ** 2, "<", 2, ()),
    (exp(c) ** 2, ">", 0, ()),
    (sqrt(c) ** 4 + 1, ">", 0, ()),
    ((x + sqrt(-1 - u)) ** 2 + 3, ">", 0, ()),
    (h(x) ** 2, ">", 0, ()),
    (sp.sin(x), ">=", 0, ()),
    (sp.cos(x), "<", 1, ()),
    (sp.sin(x) ** 2, "<", 1, ()),
    (sp.tanh(x), "<=", x, ()),
    (sp.sign(x) * x, ">", 0, ()),
    (Piecewise((x, x > 0), (0, True)), ">", 0, ()),
    (Piecewise((x, x > 1), (1 - x, True)), ">=", 1, ()),
    (sp.KroneckerDelta(i, j), ">", 0, ()),
    (sp.KroneckerDelta(i, j), "<", 1, ()),
    (sp.factorial(N), "<=", N**2, ()),
    # givens that look stronger than they are
    (x, ">=", 0, x**2 >= 0),
    (x, ">=", 1, x**2 >= 1),
    (x, "<=", 1, x**3 <= x),
    (x, ">", 0, Ne(x, 0)),
    (x - y, ">", 0, Ne(x, y)),
    (x + y, ">", 0, x * y > 0),
    (x, ">", 0, x * y > 0),
    (x * y, ">", 0, x + y > 0),
    (x, "<=", y, x**2 <= y**2),
    (Abs(x), "<=", Abs(y), x <= y),
    (x, "<=", 1, Abs(x) >= 1),
    (x, ">=", -1, Abs(x) <= 2),
    (x, "<=", y, exp(x) <= exp(y) + 1),
    (p[0] + p[1], ">=", 0, p[0] >= 0),
    (p[m], ">=", 0, p[0] >= 0),
    (Sum(p[k], (k, 0, K - 1)), ">=", 0, (p[k] >= 0, k >= 1, k <= K - 1)),
    (Sum(p[k], (k, 0, K)), ">=", 0, (p[k] >= 0, k >= 0, k <= K - 1)),
    (Sum(p[k], (k, 0, K - 1)), ">", 0, p[k] >= 0),
    (Sum(p[k] * z[k], (k, 0, K - 1)), ">=", 0, p[k] >= 0),
    (z[m], "<=", y, (z[k] <= y, k <= m - 1)),
    (x, "<=", 3, (x <= y, y <= u, u <= 4)),
    (x + y, "<=", 3, (x <= 1, y <= 2 + w)),
    (2 * x + 3 * y, "<=", 11, (x + y <= 4, x <= 3)),
    (x * u, "<=", y * v, (x <= y, u <= v)),
    (gamma * beta, "<", gamma - beta, (gamma < 1, beta < 1)),
    (beta**2 / gamma, "<", 1, (beta < 1, gamma < 1)),
    (1 / (1 - gamma), "<=", 1 + gamma + gamma**2, gamma < 1),
    ((1 - gamma**T) / (1 - gamma), "<=", T, gamma > 1),
    ((1 - gamma**T) / (1 - gamma), ">=", T, gamma < 1),
    (u * log(u), ">=", 0, ()),
    (-u * log(u), "<=", Rational(1, 3), ()),
    (u**v, "<=", u, u >= 1),
    (u**v, "<=", 1 + v * (u - 1), ()),
    ((u + v) ** 3, "<=", u**3 + v**3, ()),
    ((x + y) ** 4, "<=", 8 * x**4 + 7 * y**4, ()),
    (x**2 * y**2, ">=", x**2 + y**2 - 2, ()),
    (x**4 + y**4 + 1, ">=", 4 * x * y - Rational(1, 100) + 1, ()),
    (x**6 + y**6, ">=", x**4 * y**2 + x**2 * y**4 + Rational(1, 1000), ()),
    (1 + x**4 * y**2 + x**2 * y**4 - 4 * x**2 * y**2, ">=", 0, ()),
    (x**2 - 2 * x + Rational(999, 1000), ">=", 0, ()),
    (1000 * x**2 - x + Rational(1, 4001), ">=", 0, ()),
    (x**3 - 3 * x + Rational(199, 100), ">=", 0, x >= 0),
    (u**2 - 2 * u * v + Rational(99, 100) * v**2, ">=", 0, ()),
]


@pytest.mark.parametrize("number", range(len(FALSE)))
def test_what_is_false_is_not_proved(number):
    left, relation, right, given = FALSE[number]
    verdict = compare(left, relation, right, given=given)
    assert verdict.status != "proved", verdict


def test_names_do_not_hide_what_is_false():
    rule = Recurrence(C[t], -C[t - 1], initial=1)
    assert compare(C[T], ">", 0, where=rule).status != "proved"  # declared positive, and is not
    assert compare(u, ">", 0, where=Definition(u, x - y)).status != "proved"
    assert compare(q[k] + 1, ">", 1, where=Definition(q[k], -(z[k] ** 2))).status != "proved"


def test_results_do_not_hold_elsewhere():
    small = Derivation(u**2, u, "at most one", relation="<=", given=u <= 1)
    assert compare(v**2, "<=", v, using=small).status != "proved"
    assert compare(u**2, "<=", u, using=small).status != "proved"
    touching = tangent(exp(x), x, at=0, to=y)
    assert compare(exp(y), ">=", 2 + y, using=touching).status != "proved"
    assert compare(exp(a), ">=", 1 + 2 * a, using=touching).status != "proved"
    logarithm = tangent(log(u), u, at=1, to=x)
    assert compare(log(1 + x), "<=", x - 1, given=x > 0, using=logarithm).status != "proved"


def test_a_sample_of_random_inequalities():
    statuses, problems = run(60, seed=5)
    assert not problems
    assert statuses["proved"] >= 15 and statuses["refuted"] >= 15


def test_what_fails_at_one_place_lists_it():
    verdict = compare(x**even, ">", 0)
    assert verdict.status == "proved" and verdict.conditions == (Ne(x, 0),)
