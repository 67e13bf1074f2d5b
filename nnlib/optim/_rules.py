"""The update rules, each a few lines that read as its equation.

In every rule ``w`` is the parameter array and ``g`` the gradient of the loss in it; the other
arrays are the rule's state, all of the shape of ``w``. The rules change ``w`` and the state in
place, and never ``g``. They check nothing: the classes do that once, before the first write. They
run on float16, float32, float64, longdouble, complex (for complex-step checks) and on symbols.

What they share stands once: the running average v_t = beta v_{t-1} + (1 - beta) x and its bias
correction in `nnlib.averages`, here the sum that momentum keeps and both kinds of weight decay.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

import numpy as np

from nnlib._checks import Array
from nnlib.averages import average_, bias_correction

__all__ = [
    "accumulate_",
    "adadelta_",
    "adagrad_",
    "adam_",
    "adamw_",
    "amsgrad_",
    "blockwise",
    "decay_",
    "heavy_ball_",
    "lion_",
    "momentum_",
    "nadam_",
    "penalized",
    "quickprop_",
    "rmsprop_",
    "rmsprop_centered_",
    "rprop_",
    "secant_step",
    "sgd_",
]

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


def accumulate_(v: Array, x: Array, momentum: Any) -> None:
    """Momentum's sum, in place: v_t = momentum v_{t-1} + x_t, `average_` without 1 - beta."""
    v *= momentum
    v += x


def penalized(g: Array, w: Array, weight_decay: Any) -> Array:
    """Gradient of the loss plus (lambda/2) |w|^2: g + lambda w, with lambda = ``weight_decay``.

    It is g itself where lambda is 0. The classic weight decay: the penalty's gradient goes
    through all that the rule does with g. See `decay_` for the decoupled one.
    """
    return g + weight_decay * w if weight_decay else g


def decay_(w: Array, lr: Any, weight_decay: Any) -> None:
    """Decoupled weight decay: w shrinks by lr lambda w, whatever the gradient is.

    Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
    """
    w *= 1 - lr * weight_decay


@blockwise
def sgd_(w: Array, g: Array, *, lr: Any, weight_decay: Any = 0) -> None:
    """Gradient descent: w_t = w_{t-1} - lr g_t.

    Here and in the other rules that take it, ``weight_decay`` first makes g `penalized`.
    """
    w -= lr * penalized(g, w, weight_decay)


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
    g = penalized(g, w, weight_decay)
    accumulate_(v, g if t == 1 or not dampening else (1 - dampening) * g, momentum)
    w -= lr * (g + momentum * v if nesterov else v)


@blockwise
def heavy_ball_(w: Array, g: Array, v: Array, *, lr: Any, momentum: Any) -> None:
    """Momentum with the rate inside: v_t = momentum v_{t-1} - lr g_t, w_t = w_{t-1} + v_t.

    v is the last step, so w_t = w_{t-1} - lr g_t + momentum (w_{t-1} - w_{t-2}). As `momentum_`
    while lr is constant; a change of lr acts on later gradients only. With the gradient taken at
    w + momentum v, the point that the velocity alone would reach, it is Nesterov's method.
    Sources: Polyak (1964); Nesterov (1983); MIT 6.036 lecture notes; cs231n.
    """
    accumulate_(v, -lr * g, momentum)
    w += v


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
    g = penalized(g, w, weight_decay)
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
    g = penalized(g, w, weight_decay)
    average_(v, g**2, alpha)
    d = g / (np.sqrt(v) + eps)
    if b is not None:
        accumulate_(b, d, momentum)
        d = b
    w -= lr * d


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

    m_t = alpha m_{t-1} + (1 - alpha) g_t. The variance is never negative but by rounding, when the
    gradient hardly changes; there it counts as 0 (in PyTorch, w becomes nan). Source: Graves
    (2013).
    """
    g = penalized(g, w, weight_decay)
    average_(v, g**2, alpha)
    average_(m, g, alpha)
    d = g / (np.sqrt(np.maximum(v - m**2, 0)) + eps)
    if b is not None:
        accumulate_(b, d, momentum)
        d = b
    w -= lr * d


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
    g = penalized(g, w, weight_decay)
    average_(v, g**2, rho)
    d = np.sqrt((u + eps) / (v + eps)) * g
    average_(u, d**2, rho)
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
    notes have it inside the root. Source: Kingma and Ba (2015).
    """
    g = penalized(g, w, weight_decay)
    beta1, beta2 = betas
    average_(m, g, beta1)
    average_(v, g**2, beta2)
    w -= lr / bias_correction(beta1, t) * m / (np.sqrt(v / bias_correction(beta2, t)) + eps)


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
    g = penalized(g, w, weight_decay)
    beta1, beta2 = betas
    average_(m, g, beta1)
    average_(v, g**2, beta2)
    np.maximum(v_max, v, out=v_max)
    w -= lr / bias_correction(beta1, t) * m / (np.sqrt(v_max / bias_correction(beta2, t)) + eps)


def adamw_(w: Array, g: Array, *state: Array, lr: Any, weight_decay: Any, **numbers: Any) -> None:
    """AdamW: decoupled weight decay, `decay_`, then `adam_`, or `amsgrad_` if given v_max.

    Unlike an L2 penalty, the decay is not divided by sqrt(v). Source: Loshchilov and Hutter (2019).
    """
    decay_(w, lr, weight_decay)
    adam = adam_ if len(state) == 2 else amsgrad_
    adam(w, g, *state, lr=lr, **numbers)


@blockwise
def nadam_(
    w: Array,
    g: Array,
    m: Array,
    v: Array,
    *,
    t: int,
    lr: Any,
    betas: Any,
    mus: Any,
    mu_product: Any,
    eps: Any,
    weight_decay: Any = 0,
) -> None:
    """NAdam: Adam with Nesterov's momentum, which looks ahead by the momentum of the next step.

    m_t = beta1 m_{t-1} + (1 - beta1) g_t
    v_t = beta2 v_{t-1} + (1 - beta2) g_t^2
    M_t = mu_{t+1} m_t / (1 - mu_1 ... mu_{t+1}) + (1 - mu_t) g_t / (1 - mu_1 ... mu_t)
    w_t = w_{t-1} - lr M_t / (sqrt(v_t / (1 - beta2^t)) + eps)

    ``mus`` are mu_t and mu_{t+1}, of a schedule that rises to beta1, and ``mu_product`` is
    mu_1 ... mu_t. Source: Dozat, "Incorporating Nesterov momentum into Adam" (2016), with
    PyTorch's m_t: the paper averages g_t with mu_t too.
    """
    g = penalized(g, w, weight_decay)
    (beta1, beta2), (mu, mu_next) = betas, mus
    average_(m, g, beta1)
    average_(v, g**2, beta2)
    ahead = mu_next / (1 - mu_product * mu_next) * m + (1 - mu) / (1 - mu_product) * g
    w -= lr * ahead / (np.sqrt(v / bias_correction(beta2, t)) + eps)


@blockwise
def lion_(w: Array, g: Array, m: Array, *, lr: Any, betas: Any, weight_decay: Any = 0) -> None:
    """Lion: a step of one size in every coordinate, by the sign of a running average of g.

    w_t = w_{t-1} - lr (sign(beta1 m_{t-1} + (1 - beta1) g_t) + lambda w_{t-1})
    m_t = beta2 m_{t-1} + (1 - beta2) g_t

    The average that gives the sign is not the one that is kept. lambda is ``weight_decay``,
    decoupled: see `decay_`. Source: Chen et al., "Symbolic discovery of optimization algorithms"
    (2023).
    """
    beta1, beta2 = betas
    c = m.copy()
    average_(c, g, beta1)
    decay_(w, lr, weight_decay)
    w -= lr * np.sign(c)
    average_(m, g, beta2)


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
