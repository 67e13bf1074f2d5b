"""The library's own functions, unmodified, on symbols: what they compute is the formula.

The right-hand sides are written here by hand, or made by differentiating the forward pass with
SymPy; every entry is proved equal to what the code computed, for every value.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
import sympy as sp

from nnlib import conv, functional, optim
from nnlib.symbolic import SymArray, equal, sym, symarray

eta, eps = sp.symbols("eta epsilon", positive=True)
beta_1, beta_2, mu = sp.symbols("beta_1 beta_2 mu", positive=True)
BELOW_ONE = (beta_1 < 1, beta_2 < 1, mu < 1)


def assert_proved(computed: Any, expected: Any) -> None:
    computed, expected = np.asarray(computed), np.asarray(expected)
    assert computed.shape == expected.shape
    for place in np.ndindex(computed.shape):
        used = sp.sympify(computed[place]).free_symbols
        given = [relation for relation in BELOW_ONE if relation.free_symbols <= used]
        verdict = equal(computed[place], expected[place], given=given)
        assert verdict.status == "proved", f"{place}: {verdict}"


def gradients(loss: sp.Expr, symbols: SymArray) -> np.ndarray:
    """The derivative in each symbol, by SymPy."""
    return np.array([sp.diff(loss, s) for s in symbols.ravel().tolist()]).reshape(symbols.shape)


def weighted(outputs: SymArray) -> tuple[sp.Expr, SymArray]:
    """A loss with a free cotangent for each output: differentiating it checks every entry."""
    cotangent = symarray("d", outputs.shape)
    return (outputs * cotangent).sum().item(), cotangent


def powers(rate: sp.Expr, terms: Iterable[sp.Expr]) -> sp.Expr:
    """Sum of rate^(t - i) term_i over i = 1, ..., t."""
    terms = list(terms)
    return sp.Add(*(rate ** (len(terms) - 1 - i) * term for i, term in enumerate(terms)))


def test_adam_is_its_equation():
    w, g = symarray("w", 1), symarray("g", (3, 1))
    optimizer = optim.Adam(w, lr=sym(eta), betas=(sym(beta_1), sym(beta_2)), eps=sym(eps))
    expected = w[0].item()
    for t in (1, 2, 3):
        optimizer.step(g[t - 1])
        seen = g[:t, 0].tolist()
        m_hat = (1 - beta_1) * powers(beta_1, seen) / (1 - beta_1**t)
        v_hat = (1 - beta_2) * powers(beta_2, [s**2 for s in seen]) / (1 - beta_2**t)
        expected -= eta * m_hat / (sp.sqrt(v_hat) + eps)
        assert_proved(w, [expected])


def test_six_steps_of_momentum_are_the_closed_form():
    w, g = symarray("w", 2), symarray("g", (6, 2))
    optimizer = optim.SGD(w, lr=sym(eta), momentum=sym(mu))
    start = w.copy()
    for g_t in g:
        optimizer.step(g_t)
    weights = [(1 - mu ** (6 - t)) / (1 - mu) for t in range(6)]
    moved = [sum(a * b for a, b in zip(weights, g[:, k].tolist(), strict=True)) for k in (0, 1)]
    assert_proved(w, [start[k].item() - eta * moved[k] for k in (0, 1)])


@pytest.mark.parametrize("temperature", [1, sp.Symbol("tau", positive=True)])
def test_softmax_and_its_jacobian(temperature):
    z = symarray("z", 3)
    p = functional.softmax(z, temperature=sym(temperature))
    exps = [sp.exp(v / temperature) for v in z.tolist()]
    assert_proved(p, [e / sum(exps) for e in exps])
    loss, cotangent = weighted(sp_softmax(z, temperature))
    dz = functional.softmax_backward(cotangent, p, temperature=sym(temperature))
    assert_proved(dz, gradients(loss, z))


def sp_softmax(z: SymArray, temperature: sp.Expr) -> SymArray:
    exps = np.exp(z / temperature)
    return exps / exps.sum()


def test_cross_entropy_backward_is_the_derivative():
    z, y = symarray("z", (2, 3)), symarray("y", (2, 3))
    loss, cache = functional.cross_entropy(z, y, reduction="sum")
    logs = np.log(np.exp(z).sum(axis=1, keepdims=True))
    by_hand = (y * (logs - z)).sum().item()
    assert_proved(loss, by_hand)
    assert_proved(functional.cross_entropy_backward(cache), gradients(by_hand, z))


def test_batch_norm_and_its_backward():
    x, gamma, beta = symarray("x", (3, 2)), symarray("gamma", 2), symarray("beta", 2)
    y, cache = functional.batch_norm(x, gamma, beta, eps=sym(eps))
    mean = [sum(x[:, k].tolist()) / 3 for k in (0, 1)]
    var = [sum((v - mean[k]) ** 2 for v in x[:, k].tolist()) / 3 for k in (0, 1)]
    by_hand = SymArray((3, 2), dtype=object)
    for n, k in np.ndindex(3, 2):
        normalized = (x[n, k].item() - mean[k]) / sp.sqrt(var[k] + eps)
        by_hand[n, k] = gamma[k].item() * normalized + beta[k].item()
    assert_proved(y, by_hand)
    loss, cotangent = weighted(by_hand)
    for computed, of in zip(
        functional.batch_norm_backward(cotangent, cache), (x, gamma, beta), strict=True
    ):
        assert_proved(computed, gradients(loss, of))


CONVOLUTIONS = [
    {"stride": 1, "padding": 0},
    {"stride": 2, "padding": 1},
    {"stride": 1, "padding": 2, "dilation": 2},
]


@pytest.mark.parametrize("options", CONVOLUTIONS, ids=str)
def test_conv2d_and_its_backward(options):
    x, w, b = symarray("x", (1, 2, 3, 3)), symarray("w", (2, 2, 2, 2)), symarray("b", 2)
    y, cache = conv.conv2d(x, w, b, **options)
    by_hand = convolution_by_hand(x, w, b, **options)
    assert_proved(y, by_hand)
    loss, cotangent = weighted(by_hand)
    for computed, of in zip(conv.conv2d_backward(cotangent, cache), (x, w, b), strict=True):
        assert_proved(computed, gradients(loss, of))


def convolution_by_hand(
    x: SymArray, w: SymArray, b: SymArray, stride: int, padding: int, dilation: int = 1
) -> SymArray:
    """The sum of the text, one product at a time."""
    size = [(n + 2 * padding - dilation * (k - 1) - 1) // stride + 1
            for n, k in zip(x.shape[2:], w.shape[2:], strict=True)]  # fmt: skip
    y = SymArray((len(x), len(w), *size), dtype=object)
    for n, o, r, s in np.ndindex(*y.shape):
        total = b[o].item()
        for c, u, v in np.ndindex(*w.shape[1:]):
            row, column = (stride * r + dilation * u - padding, stride * s + dilation * v - padding)
            if 0 <= row < x.shape[2] and 0 <= column < x.shape[3]:
                total += x[n, c, row, column].item() * w[o, c, u, v].item()
        y[n, o, r, s] = total
    return y
