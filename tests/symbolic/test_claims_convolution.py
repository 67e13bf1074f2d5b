"""Convolution and pooling: shapes and gradients, for every stride and padding."""

from itertools import product

import numpy as np
import pytest
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

from nnlib.conv import conv2d, conv2d_backward, conv_output_shape, conv_transpose2d
from nnlib.symbolic import (
    Indicator,
    Induction,
    Maximum,
    Partial,
    Recurrence,
    compare,
    equal,
    symarray,
)

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


def test_g2_the_formula_is_the_count():
    """15,120 sizes: the library's formula against counting."""
    checked = 0
    for width, size, stride, pad, step in product(
        range(1, 43), range(1, 7), range(1, 6), range(4), range(1, 4)
    ):
        reach = step * (size - 1)
        counted = len(range(0, width + 2 * pad - reach, stride))
        if counted:
            assert conv_output_shape(width, size, stride, pad, step) == counted
            checked += 1
        else:
            with pytest.raises(ValueError, match="kernel"):
                conv_output_shape(width, size, stride, pad, step)
        floored = (width + 2 * pad - reach - 1) // stride + 1
        assert max(0, floored) == counted
    assert checked > 13_000


def test_g3_the_two_printings_agree():
    proves(floor(starts + 1), floor(starts) + 1)
    refutes(floor(starts + Rational(1, 2)), floor(starts) + 1)


def test_g4_what_is_dropped_is_the_remainder():
    used = s * floor(A / s)
    proves(A - used, Mod(A, s))
    proves(A - used, r, given=(Eq(A, q * s + r), r < s))


def test_g5_a_kernel_that_does_not_fit():
    """Where the last start would lie before the first, by less than a stride."""
    short = sp.Symbol("e", integer=True, positive=True)  # so many pixels are missing
    before = (short <= s - 1,)
    proves(floor(-short / s) + 1, 0, given=before)
    proves(-floor(short / s) + 1, 1, given=before)  # a division that drops the fraction
    assert compare(floor(-short / s) + 1, "<=", 0).status == "proved"
    refutes(floor(-short / s) + 1, 1, given=before)


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


image = symarray("x", (1, 1, 1, 7))
weights = symarray("w", (1, 1, 1, 3))
geometry = {"stride": (1, 2), "padding": (0, 1)}


def matrix_of(outputs, inputs):
    """The matrix of a linear map, from its outputs as expressions in its inputs."""
    rows = [[sp.expand(out).coeff(entry) for entry in inputs] for out in outputs]
    return sp.Matrix(rows)


def test_g11_the_backward_of_a_convolution_is_the_transposed_matrix():
    y, cache = conv2d(image, weights, **geometry)
    w_0, w_1, w_2 = weights.ravel()
    A = matrix_of(y.ravel(), image.ravel())
    shifted = [[0] * max(0, 2 * r - 1) + [w_0, w_1, w_2][max(0, 1 - 2 * r) :] for r in range(4)]
    assert sp.Matrix([(row + [0] * 7)[:7] for row in shifted]) == A
    upstream = symarray("g", (1, 1, 1, 4))
    dx, *_ = conv2d_backward(upstream, cache)
    assert matrix_of(dx.ravel(), upstream.ravel()) == A.T
    back, _ = conv_transpose2d(upstream, weights, **geometry)
    for left, right in zip(back.ravel(), dx.ravel(), strict=True):
        proves(left, right)


def test_g12_a_transposed_convolution_is_no_inverse():
    y, cache = conv2d(image, np.ones((1, 1, 1, 2), dtype=int))
    A = matrix_of(y.ravel(), image.ravel())
    back, *_ = conv2d_backward(y, cache)
    assert matrix_of(back.ravel(), image.ravel()) == A.T * A
    assert sp.eye(7) != A.T * A
    refutes(back.ravel()[1], image.ravel()[1])


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
