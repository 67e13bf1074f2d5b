"""Convolution and pooling: shapes and gradients, for every stride and padding."""

import numpy as np
import sympy as sp
from claims import (
    K,
    N,
    T,
    family,
    holds,
    i,
    j,
    k,
    m,
    n,
    over,
    proves,
    refutes,
    t,
    upto,
)  # fmt: skip
from sympy import Eq, Max, Mod, Rational, Sum, ceiling, floor

from nnlib.symbolic import Indicator, Induction, Maximum, Partial, Recurrence, equal

W, s, d, A = sp.symbols("W s d A", integer=True, positive=True)
kernel = sp.Symbol("k", integer=True, positive=True)
p, q, r, extra = sp.symbols("p q r o", integer=True, nonnegative=True)
g, w, x = (family(name) for name in "gwx")
span = d * (kernel - 1)
starts = (W + 2 * p - span - 1) / s


def test_g1_the_formula_counts_the_valid_starts():
    fits = Indicator(s * i + span + 1 <= W + 2 * p)
    proves(Sum(fits, (i, 0, W + 2 * p - 1)), floor(starts) + 1, given=span + 1 <= W + 2 * p)
    inside = Indicator(s * i + span < W + 2 * p - 1)
    refutes(Sum(inside, (i, 0, W + 2 * p - 1)), floor(starts) + 1, given=span + 1 <= W + 2 * p)


def test_g1_division_with_remainder():
    divided = (Eq(A, q * s + r), r < s)
    proves(floor(A / s), q, given=divided)
    proves(Mod(A, s), r, given=divided)
    proves(ceiling((A - r) / s), q, given=divided)
    refutes(floor(A / s), q, given=Eq(A, q * s + r))
    refutes(ceiling(A / s), q, given=divided)


def test_g3_the_two_printings_agree():
    proves(floor(starts + 1), floor(starts) + 1)
    refutes(floor(starts + Rational(1, 2)), floor(starts) + 1)


def test_g4_what_is_dropped_is_the_remainder():
    used = s * floor(A / s)
    proves(A - used, Mod(A, s))
    proves(A - used, r, given=(Eq(A, q * s + r), r < s))


def test_g6_the_transposed_size_inverts_the_size():
    larger = (n - 1) * s - 2 * p + span + extra + 1
    back = floor((larger + 2 * p - span - 1) / s) + 1
    proves(back, n, given=extra < s)
    refutes(back, n, given=extra <= s)


def test_g7_same_padding():
    stride_one = floor(W + 2 * p - span - 1) + 1
    proves(stride_one, W, given=Eq(2 * p, span))
    refutes(stride_one, W, given=Eq(p, span))
    total = sp.Symbol("P", integer=True, nonnegative=True)
    out = ceiling(W / s)
    padded = floor((W + total - span - 1) / s) + 1
    proves(padded, out, given=Eq(total, (out - 1) * s + span + 1 - W))
    proves(Max(A - W, 0), A - W, given=A >= W)


def test_g8_the_receptive_field():
    sizes, strides = family("k", integer=True), family("s", integer=True)
    R, l = family("R", integer=True), sp.Symbol("l", integer=True)
    before = sp.Product(strides[i], (i, 1, l - 1))
    grow = Recurrence(R[t], R[t - 1] + (sizes[t] - 1) * before.xreplace({l: t}), initial=1)
    holds(Induction(grow, R[T], 1 + upto((sizes[l] - 1) * before, l)))


def test_g10_the_gradients_of_a_convolution():
    at = s * n + m - p
    image = x[at] * Indicator((at >= 0) & (at <= W - 1))
    loss = over(g[n] * over(w[m] * image, m, kernel), n, N)
    tap = j + p - s * n
    inside = Indicator((tap >= 0) & (tap <= kernel - 1))
    by_pixel = over(g[n] * w[tap] * inside, n, N)
    proves(Partial(loss, x[j]), by_pixel, given=(j >= 0, j <= W - 1))
    refutes(Partial(loss, x[j]), over(g[n] * w[tap + 1] * inside, n, N), given=(j >= 0, j <= W - 1))
    by_weight = over(g[n] * image.xreplace({m: j}), n, N)
    proves(Partial(loss, w[j]), by_weight, given=(j >= 0, j <= kernel - 1))


def test_g13_parameters():
    out, into = sp.symbols("C_out C_in", integer=True, positive=True)
    one = Sum(1, (i, 1, kernel), (j, 1, kernel), (k, 1, into))
    proves(Sum(one + 1, (m, 1, out)), out * (into * kernel**2 + 1))


def test_g14_two_convolutions_are_one():
    v, M = family("v"), sp.Symbol("M", integer=True, positive=True)
    twice = over(v[i] * over(w[j] * x[t + i + j], j, K), i, M)
    tap = Indicator((m - i >= 0) & (m - i <= K - 1))
    joined = over(v[i] * w[m - i] * tap, i, M)
    proves(twice, Sum(joined * x[t + m], (m, 0, K + M - 2)))


def test_g15_average_pooling():
    pooled = over(g[n] * over(x[s * n + m], m, kernel) / kernel, n, N)
    inside = Indicator((j - s * n >= 0) & (j - s * n <= kernel - 1))
    proves(Partial(pooled, x[j]), over(g[n] * inside, n, N) / kernel, given=j >= 0)


def test_g15_max_pooling_routes_to_the_largest():
    a, b = sp.symbols("a b", real=True)
    largest = Maximum(a, b)
    proves(largest, (a + b + sp.Abs(a - b)) / 2)
    proves(Partial(largest, a), 1, given=a > b)
    proves(Partial(largest, a), 0, given=a < b)
    refutes(Partial(largest, a), 1, given=a < b)


def test_a_count_is_the_count():
    """The indicator against plain counting, at numbers."""
    for width in range(1, 9):
        for stride in range(1, 4):
            counted = np.sum(stride * np.arange(width) <= width - 1)
            formula = sp.Sum(Indicator(stride * i <= width - 1), (i, 0, width - 1))
            assert equal(formula, int(counted)).status == "proved"
