"""The update rules, each a few lines that read as its equation.

In every rule ``w`` is the parameter array and ``g`` the gradient of the loss in it; the other
arrays are the rule's state, all of the shape of ``w``. The rules change ``w`` and the state in
place, and never ``g``. They check nothing: the classes do that once, before the first write. They
run on float16, float32, float64, longdouble, complex (for complex-step checks) and on symbols.

A running average v_t = beta v_{t-1} + (1 - beta) x is written in two lines, ``v *= beta`` and
``v += (1 - beta) * x``: in place it takes fewer passes over memory.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import numpy as np

from nnlib._checks import Array

BLOCK_BYTES = 128 * 1024
"""Blocks of this size and their temporaries stay in a core's cache; at more than twice that the
allocator starts to map fresh pages for each temporary, and most of the gain is lost."""

P = ParamSpec("P")


def blockwise(rule: Callable[Concatenate[Array, P], None]) -> Callable[Concatenate[Array, P], None]:
    """Run an elementwise in-place ``rule(*arrays, **numbers)`` on one block of memory at a time.

    The result is the same; the temporaries of the plain expression stay in cache. Arrays that are
    small, or that do not lie in memory in one piece, go through the rule whole.
    """

    @functools.wraps(rule)
    def run(*arrays: Any, **numbers: Any) -> None:
        w = arrays[0]
        if w.nbytes <= BLOCK_BYTES or not all(a.flags.c_contiguous for a in arrays):
            return rule(*arrays, **numbers)
        flat, length = [a.reshape(-1) for a in arrays], BLOCK_BYTES // w.itemsize
        for start in range(0, w.size, length):
            rule(*[a[start : start + length] for a in flat], **numbers)

    return run


@blockwise
def sgd_(w: Array, g: Array, *, lr: Any, weight_decay: Any = 0) -> None:
    """Gradient descent: w_t = w_{t-1} - lr g_t.

    ``weight_decay`` lambda adds lambda w, the gradient of (lambda/2) |w|^2, to g, here and in the
    other rules that take it.
    """
    if weight_decay:
        g = g + weight_decay * w
    w -= lr * g


@blockwise
def momentum_(
    w: Array,
    g: Array,
    v: Array,
    *,
    t: int,
    lr: Any,
    momentum: Any,
    dampening: Any = 0,
    nesterov: bool = False,
    weight_decay: Any = 0,
) -> None:
    """Momentum: v_t = momentum v_{t-1} + (1 - dampening) g_t, then w_t = w_{t-1} - lr v_t.

    At t = 1 the velocity is g_1, without dampening. Nesterov's form steps along
    g_t + momentum v_t instead of v_t. The learning rate stands outside v, as in PyTorch; the MIT
    notes and cs231n have it inside: the two agree for a constant learning rate only. Sources:
    Polyak (1964); Sutskever et al., "On the importance of initialization and momentum" (2013).
    """
    if weight_decay:
        g = g + weight_decay * w
    v *= momentum
    v += g if t == 1 or not dampening else (1 - dampening) * g
    w -= lr * (g + momentum * v if nesterov else v)


@blockwise
def adagrad_(
    w: Array,
    g: Array,
    G: Array,
    *,
    t: int,
    lr: Any,
    lr_decay: Any = 0,
    eps: Any = 1e-10,
    weight_decay: Any = 0,
) -> None:
    """Adagrad: G_t = G_{t-1} + g_t^2, w_t = w_{t-1} - lr_t g_t / (sqrt(G_t) + eps).

    lr_t = lr / (1 + (t - 1) lr_decay). Source: Duchi, Hazan and Singer (2011).
    """
    if weight_decay:
        g = g + weight_decay * w
    G += g**2
    w -= lr / (1 + (t - 1) * lr_decay) * g / (np.sqrt(G) + eps)


@blockwise
def rmsprop_(
    w: Array,
    g: Array,
    v: Array,
    b: Array | None = None,
    *,
    lr: Any,
    alpha: Any,
    eps: Any,
    momentum: Any = 0,
    weight_decay: Any = 0,
) -> None:
    """RMSprop: v_t = alpha v_{t-1} + (1 - alpha) g_t^2, w_t = w_{t-1} - lr g_t / (sqrt(v_t) + eps).

    With a buffer ``b`` the step goes through momentum: b_t = momentum b_{t-1} + g_t / (...),
    w_t = w_{t-1} - lr b_t. eps stands outside the root (PyTorch); optax has it inside by default,
    and so do the MIT notes, which call this rule Adadelta. Source: Tieleman and Hinton (2012).
    """
    if weight_decay:
        g = g + weight_decay * w
    v *= alpha
    square = g**2
    square *= 1 - alpha  # in place, as below: every new array takes room in the cache
    v += square
    rms = np.sqrt(v)
    rms += eps
    w -= _step(g / rms, b, momentum, lr)


@blockwise
def rmsprop_centered_(
    w: Array,
    g: Array,
    v: Array,
    m: Array,
    b: Array | None = None,
    *,
    lr: Any,
    alpha: Any,
    eps: Any,
    momentum: Any = 0,
    weight_decay: Any = 0,
) -> None:
    """Centered RMSprop: as `rmsprop_` with the variance v_t - m_t^2 in place of v_t.

    m_t = alpha m_{t-1} + (1 - alpha) g_t. Source: Graves (2013).
    """
    if weight_decay:
        g = g + weight_decay * w
    v *= alpha
    v += (1 - alpha) * g**2
    m *= alpha
    m += (1 - alpha) * g
    w -= _step(g / (np.sqrt(v - m**2) + eps), b, momentum, lr)


def _step(direction: Array, b: Array | None, momentum: Any, lr: Any) -> Array:
    """lr times ``direction``, which is overwritten; with a buffer, lr b_t.

    b_t = momentum b_{t-1} + direction.
    """
    if b is None:
        direction *= lr
        return direction
    b *= momentum
    b += direction
    return lr * b


@blockwise
def adadelta_(
    w: Array, g: Array, v: Array, u: Array, *, lr: Any, rho: Any, eps: Any, weight_decay: Any = 0
) -> None:
    """Adadelta with both accumulators: the step is RMS[earlier steps] / RMS[gradients] times g.

    v_t = rho v_{t-1} + (1 - rho) g_t^2
    d_t = sqrt((u_{t-1} + eps) / (v_t + eps)) g_t
    u_t = rho u_{t-1} + (1 - rho) d_t^2
    w_t = w_{t-1} - lr d_t

    At eps = 0 it would never start to move. Source: Zeiler (2012), where lr = 1.
    """
    if weight_decay:
        g = g + weight_decay * w
    v *= rho
    v += (1 - rho) * g**2
    d = np.sqrt((u + eps) / (v + eps)) * g
    u *= rho
    u += (1 - rho) * d**2
    w -= lr * d


@blockwise
def adam_(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    *,
    t: int,
    lr: Any,
    betas: Any,
    eps: Any,
    weight_decay: Any = 0,
) -> None:
    """Adam: running averages of g and g^2, both corrected for their start at zero.

    m_t = beta1 m_{t-1} + (1 - beta1) g_t
    v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
    w_t = w_{t-1} - lr (m_t / (1 - beta1^t)) / (sqrt(v_t / (1 - beta2^t)) + eps)

    eps stands outside the root and after the correction, as in the paper and in PyTorch; the MIT
    notes have it inside the root. Source: Kingma and Ba (2015), algorithm 1.
    """
    if weight_decay:
        g = g + weight_decay * w
    beta1, beta2 = betas
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    w -= lr / (1 - beta1**t) * m / (np.sqrt(v / (1 - beta2**t)) + eps)


@blockwise
def amsgrad_(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    v_max: Array,
    *,
    t: int,
    lr: Any,
    betas: Any,
    eps: Any,
    weight_decay: Any = 0,
) -> None:
    """AMSGrad: `adam_` with the largest v so far in place of v.

    The maximum is taken before the correction, as in PyTorch. Source: Reddi, Kale and Kumar (2018).
    """
    if weight_decay:
        g = g + weight_decay * w
    beta1, beta2 = betas
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    np.maximum(v_max, v, out=v_max)
    w -= lr / (1 - beta1**t) * m / (np.sqrt(v_max / (1 - beta2**t)) + eps)


def adamw_(w: Array, g: Array, *state: Array, lr: Any, weight_decay: Any, **numbers: Any) -> None:
    """AdamW: w shrinks by lr weight_decay w first; then `adam_`, or `amsgrad_` if given v_max.

    Unlike an L2 penalty, the decay is not divided by sqrt(v). Source: Loshchilov and Hutter (2019).
    """
    w *= 1 - lr * weight_decay
    adam = adam_ if len(state) == 2 else amsgrad_
    adam(w, g, *state, lr=lr, **numbers)


@blockwise
def rprop_(w: Array, g: Array, g_prev: Array, size: Array, *, etas: Any, step_sizes: Any) -> None:
    """Rprop: only the sign of g counts; each step size grows or shrinks by the sign's history.

    Where g_t g_{t-1} > 0 the size is multiplied by eta+, where it is < 0 by eta-, within
    ``step_sizes``; then w_t = w_{t-1} - sign(g_t) size. Where the sign has changed, w waits for one
    step. Source: Riedmiller and Braun (1993), in the form of PyTorch.
    """
    (eta_minus, eta_plus), (smallest, largest) = etas, step_sizes
    agree = g * g_prev
    changed = agree < 0
    size *= np.where(agree > 0, eta_plus, np.where(changed, eta_minus, 1))
    size[...] = np.minimum(np.maximum(size, smallest), largest)
    g_prev[...] = np.where(changed, 0, g)
    w -= np.sign(g_prev) * size


def secant_step(g: Array, g_prev: Array, d_prev: Array) -> Array:
    """Newton's step with the second derivative (g - g_prev) / d_prev, read off the last step.

    d = -g / ((g - g_prev) / d_prev). On a parabola it lands on the extremum: the minimum, or the
    maximum.
    """
    return g / (g_prev - g) * d_prev


@blockwise
def quickprop_(w: Array, g: Array, g_prev: Array, d: Array, *, lr: Any, mu: Any) -> None:
    """Quickprop: the secant step in each coordinate, with a guard.

    The step is at most mu times as long as the last one, d, and always downhill: where the secant
    shows no positive curvature, it is mu |d| long. Where d = 0 it is the gradient step -lr g.
    Source: Fahlman (1988), who also adds the gradient step while g keeps its sign; without it, one
    step ends at the minimum of a separable quadratic.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        newton = np.abs(secant_step(g, g_prev, d))
    longest = mu * np.abs(d)
    convex = (g - g_prev) * d > 0
    length = np.where(convex, np.minimum(newton, longest), longest)
    d[...] = np.where(d == 0, -lr * g, -np.sign(g) * length)
    g_prev[...] = g
    w += d
