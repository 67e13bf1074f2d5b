"""The library's own functions on symbols, against the recurrences and formulas of the chapters."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
from claims import beta_1, beta_2, eps, eta, family, gamma, m, rho, t
from sympy import Eq, Max, ceiling, floor, sqrt

from nnlib import conv, optim
from nnlib.symbolic import Maximum, Recurrence, equal, sym, symarray

w, g, v, u, D, M, V, G, top = (
    family(name) for name in ("w", "g", "v", "u", "d", "m", "V", "G", "W")
)
start = sp.Symbol("w_0", real=True)
below_one = (beta_1 < 1, beta_2 < 1, rho < 1, gamma < 1)
STEPS = 2


def iterates(optimizer: Any, param: Any) -> list[sp.Expr]:
    """The parameter after each step, with the gradients g_1, g_2, …"""
    found = []
    for step in range(1, STEPS + 1):
        gradient = symarray("unused", 1)
        gradient[0] = g[step]
        optimizer.step(gradient)
        found.append(param[0].item())
    return found


def follows(made: list[sp.Expr], where: Any, given: Any = below_one) -> None:
    """What the code computed is the sequence, step by step."""
    for step, value in enumerate(made, start=1):
        verdict = equal(value, w[step], given=given, where=where)
        assert verdict.status == "proved", f"step {step}: {verdict}"


def parameter() -> Any:
    param = symarray("unused", 1)
    param[0] = start
    return param


def test_heavy_ball_and_nesterov():
    for nesterov in (False, True):
        param = parameter()
        optimizer = optim.SGD(param, lr=sym(eta), momentum=sym(gamma), nesterov=nesterov)
        velocity = Recurrence(v[t], gamma * v[t - 1] + g[t])
        step = g[t] + gamma * v[t] if nesterov else v[t]
        place = Recurrence(w[t], w[t - 1] - eta * step, initial=start)
        follows(iterates(optimizer, param), (velocity, place))


def test_adagrad():
    param = parameter()
    optimizer = optim.Adagrad(param, lr=sym(eta), eps=sym(eps))
    squares = Recurrence(G[t], G[t - 1] + g[t] ** 2)
    place = Recurrence(w[t], w[t - 1] - eta * g[t] / (sqrt(G[t]) + eps), initial=start)
    follows(iterates(optimizer, param), (squares, place))


def test_rmsprop():
    param = parameter()
    optimizer = optim.RMSprop(param, lr=sym(eta), alpha=sym(rho), eps=sym(eps))
    squares = Recurrence(G[t], rho * G[t - 1] + (1 - rho) * g[t] ** 2)
    place = Recurrence(w[t], w[t - 1] - eta * g[t] / (sqrt(G[t]) + eps), initial=start)
    follows(iterates(optimizer, param), (squares, place))


def test_adadelta_from_its_first_step_on():
    param = parameter()
    optimizer = optim.Adadelta(param, lr=sym(eta), rho=sym(rho), eps=sym(eps))
    squares = Recurrence(G[t], rho * G[t - 1] + (1 - rho) * g[t] ** 2)
    step = sqrt((D[t - 1] + eps) / (G[t] + eps)) * g[t]
    steps = Recurrence(D[t], rho * D[t - 1] + (1 - rho) * step**2)
    place = Recurrence(w[t], w[t - 1] - eta * step, initial=start)
    follows(iterates(optimizer, param), (squares, steps, place))


def test_adam():
    param = parameter()
    betas = (sym(beta_1), sym(beta_2))
    optimizer = optim.Adam(param, lr=sym(eta), betas=betas, eps=sym(eps))
    first = Recurrence(M[t], beta_1 * M[t - 1] + (1 - beta_1) * g[t])
    second = Recurrence(V[t], beta_2 * V[t - 1] + (1 - beta_2) * g[t] ** 2)
    step = M[t] / (1 - beta_1**t) / (sqrt(V[t] / (1 - beta_2**t)) + eps)
    place = Recurrence(w[t], w[t - 1] - eta * step, initial=start)
    follows(iterates(optimizer, param), (first, second, place))


def test_amsgrad():
    param = parameter()
    betas = (sym(beta_1), sym(beta_2))
    optimizer = optim.Adam(param, lr=sym(eta), betas=betas, eps=sym(eps), amsgrad=True)
    first = Recurrence(M[t], beta_1 * M[t - 1] + (1 - beta_1) * g[t])
    second = Recurrence(V[t], beta_2 * V[t - 1] + (1 - beta_2) * g[t] ** 2)
    largest = Recurrence(top[t], Maximum(top[t - 1], V[t]))
    step = M[t] / (1 - beta_1**t) / (sqrt(top[t] / (1 - beta_2**t)) + eps)
    place = Recurrence(w[t], w[t - 1] - eta * step, initial=start)
    follows(iterates(optimizer, param), (first, second, largest, place))


# --- shapes ---------------------------------------------------------------------------------------

W, k, s, d = sp.symbols("W k s d", integer=True, positive=True)
p, extra = sp.symbols("p o", integer=True, nonnegative=True)


def proved(left: Any, right: Any, *given: Any) -> None:
    verdict = equal(np.asarray(left).item(), right, given=given)
    assert verdict.status == "proved", f"{verdict}"


def test_output_shapes_are_their_formulas():
    out = conv.conv_output_shape(sym(W), sym(k), sym(s), sym(p), sym(d))
    proved(out, floor((W + 2 * p - d * (k - 1) - 1) / s) + 1)
    larger = conv.conv_transpose_output_shape(sym(W), sym(k), sym(s), sym(p), sym(extra), sym(d))
    back = conv.conv_output_shape(larger, sym(k), sym(s), sym(p), sym(d))
    proved(back, W, extra < s)
    assert equal(np.asarray(back).item(), W).status == "refuted"


def test_same_padding_keeps_the_size():
    padding = conv.same_padding(sym(W), sym(k), sym(s), sym(d))
    total = np.asarray(padding.before + padding.after).item()
    proved(total, Max((ceiling(W / s) - 1) * s + d * (k - 1) + 1 - W, 0))
    q, r = sp.symbols("q r", integer=True, nonnegative=True)
    rows = conv.conv_output_shape(sym(W), sym(k), sym(s), padding, sym(d))
    proved(rows, q + 1, Eq(W, q * s + r), r >= 1, r < s, d * (k - 1) + 1 >= r)


def test_the_receptive_field():
    sizes, strides = family("k", integer=True), family("s", integer=True)
    field = conv.receptive_field(
        [sym(sizes[n]) for n in (1, 2, 3)], [sym(strides[n]) for n in (1, 2, 3)]
    )
    before = sp.Product(strides[m], (m, 1, t - 1))
    proved(field, 1 + sp.Sum((sizes[t] - 1) * before, (t, 1, 3)))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_max_pooling_reads_as_a_maximum(order):
    x = symarray("x", (1, 1, 1, 2))
    y, cache = conv.max_pool2d(x, (1, 2))
    names = [x[0, 0, 0, n].item() for n in order]
    proved(y[0, 0, 0, 0], Maximum(*names))
    dx = conv.max_pool2d_backward(symarray("g", (1, 1, 1, 1)), cache)
    upstream = sp.Symbol("g_0_0_0_0", real=True)
    larger = names[0] > names[1]
    proved(dx[0, 0, 0, order[0]], upstream, larger)
    proved(dx[0, 0, 0, order[1]], 0, larger)
