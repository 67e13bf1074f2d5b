"""Optimizers that own their state: the parameters, the time step t and the running averages."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np

from nnlib._checks import (
    Array,
    as_dtype,
    as_float,
    check_bool,
    check_mapping,
    check_number,
    has_axes,
)
from nnlib.optim import _rules as rules

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Lion",
    "NAdam",
    "Optimizer",
    "Quickprop",
    "RMSprop",
    "Rprop",
]


class Optimizer:
    """What all optimizers share: the parameters, t, the state, and the checks before a step.

    Parameters
    ----------
    params : array, or sequence of arrays
        Real floating arrays (or symbols) of any shape, which `step` changes in place. They must
        be writable, and no two may share memory.

    Attributes
    ----------
    t : int
        The number of steps taken.
    lr : number
        The learning rate; assign to it to follow a schedule.
    state : dict of str to list of arrays
        The running averages by name, one array for each parameter array.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind or in the range that its class documents. A call that
        raises leaves the parameters and the state as they were.
    """

    _settings: tuple[str, ...] = ("lr",)

    def __init__(self, params: Any, lr: Any, **buffers: Any) -> None:
        self._single = isinstance(params, np.ndarray)
        self.params: list[Array] = _check_params(params)
        self._memory = {id(_owner(w)) for w in self.params}
        self.lr = lr
        self.t = 0
        self.state = {
            name: [np.full_like(w, start) for w in self.params] for name, start in buffers.items()
        }
        rows = zip(*self.state.values()) if self.state else ((),) * len(self.params)
        self._rows = list(zip(self.params, rows))

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Finish a copy or an unpickled optimizer, whose arrays lie elsewhere in memory."""
        self.__dict__.update(state)
        self._memory = {id(_owner(w)) for w in self.params}

    @property
    def lr(self) -> Any:
        return self._lr

    @lr.setter
    def lr(self, value: Any) -> None:
        self._lr = check_number(value, "lr", 0)

    def step(self, grads: Any) -> None:
        """Take one step along ``grads``: one array, or a sequence of arrays, as ``params`` was.

        Each gradient has the shape of its parameter array; it is converted to that array's dtype
        and never changed. NaN in a gradient passes on to the parameters.
        """
        grads = self.check_grads(grads)
        self.t += 1
        for (w, state), g in zip(self._rows, grads):
            self._update(w, g, *state)

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Return a flat dictionary of plain numbers and copied arrays: ``np.savez(**state)`` fits.

        It holds t, the settings such as ``lr``, and the state as ``"m.0"``, ``"m.1"``, ...; the
        parameters themselves are not in it.
        """
        entries: dict[str, Any] = {"t": self.t}
        entries |= {name: getattr(self, name) for name in self._settings}
        for name, arrays in self.state.items():
            entries |= {f"{name}.{i}": array.copy() for i, array in enumerate(arrays)}
        return entries

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned, also after ``np.load``; arrays are copied.

        Raises ``ValueError`` or ``TypeError`` if it is of another optimizer or of parameters of
        other shapes, and then changes nothing.
        """
        loaded = self._like_me(check_mapping(state_dict, "state_dict"))
        self.__dict__.update(loaded.__dict__)

    def _like_me(self, state_dict: Mapping[str, Any]) -> Self:
        """Build an optimizer of the same parameters from ``state_dict``, or raise."""
        plain = {key: _plain(value) for key, value in state_dict.items()}
        missing = [name for name in ("t", *self._settings) if name not in plain]
        if missing:
            raise ValueError(f"state_dict must hold {missing[0]!r}, got {sorted(plain)}")
        new = type(self)(self.params, **{name: plain[name] for name in self._settings})
        new._single = self._single
        new.t = _check_count(plain["t"])
        expected = {"t", *self._settings}
        for name, arrays in new.state.items():
            for i, array in enumerate(arrays):
                expected.add(f"{name}.{i}")
                array[...] = _stored(plain, f"{name}.{i}", array)
        if unknown := set(plain) - expected:
            raise ValueError(f"state_dict holds {sorted(unknown)}, which is not of this optimizer")
        return new

    def _check_writable(self) -> None:
        """Raise before the first write if a later one would fail."""
        for i, w in enumerate(self.params):
            if not w.flags.writeable:
                name = "params" if self._single else f"params[{i}]"
                raise ValueError(f"{name} must be writable, got an array made read-only")

    @property
    def takes_one_array(self) -> bool:
        """Whether ``params`` was one array, so that gradients are one array too."""
        return self._single

    def check_grads(self, grads: Any) -> list[Array]:
        """Return the gradients as `step` uses them; raise if it could not be taken, and why."""
        self._check_writable()
        if self._single:
            return [self._check_grad(grads, self.params[0], "grads")]
        if isinstance(grads, np.ndarray) or not isinstance(grads, Sequence):
            raise TypeError(
                f"grads must be a sequence of {len(self.params)} arrays, as params was, "
                f"got {type(grads).__name__}"
            )
        if len(grads) != len(self.params):
            raise ValueError(f"grads must hold {len(self.params)} arrays, got {len(grads)}")
        return [
            self._check_grad(g, w, f"grads[{i}]")
            for i, (g, w) in enumerate(zip(grads, self.params))
        ]

    def _check_grad(self, g: Any, w: Array, name: str) -> Array:
        if type(g) is not np.ndarray or g.dtype != w.dtype:
            g = as_dtype(g, w.dtype, name)
        if g.shape != w.shape:
            raise ValueError(f"{name} must have shape {w.shape}, got {g.shape}")
        # A gradient may be a parameter array itself (f = a b); the step must not change it midway.
        return g.copy() if id(_owner(g)) in self._memory else g


def _check_params(params: Any) -> list[Array]:
    if isinstance(params, np.ndarray):
        arrays, names = [params], ["params"]
    elif isinstance(params, Sequence) and any(isinstance(w, Mapping) for w in params):
        raise TypeError(
            "params must be arrays, got dictionaries: for groups with settings of their own "
            "use ParameterGroups"
        )
    elif isinstance(params, Sequence) and not isinstance(params, str):
        arrays, names = list(params), [f"params[{i}]" for i in range(len(params))]
    else:
        raise TypeError(
            f"params must be an array or a sequence of arrays, got {type(params).__name__}"
        )
    if not arrays:
        raise ValueError("params must hold at least one array, got none")
    for name, w in zip(names, arrays):
        if not isinstance(w, np.ndarray):
            raise TypeError(f"{name} must be a numpy array, got {type(w).__name__}")
        if w.dtype.kind not in "fO":
            raise TypeError(f"{name} must be of a real floating dtype, got {w.dtype}")
        if not w.flags.writeable:
            raise ValueError(f"{name} must be writable, since steps are in place")
        if _overlaps_itself(w):
            raise ValueError(f"{name} must not share memory with itself, got strides {w.strides}")
    for (i, a), (j, b) in itertools.combinations(enumerate(arrays), 2):
        if np.may_share_memory(a, b) and np.shares_memory(a, b):
            raise ValueError(
                f"params must not share memory, got params[{i}] and params[{j}] that do"
            )
    return arrays


def _overlaps_itself(w: Array) -> bool:
    """Whether entries of one array may lie in one place, as in a view of sliding windows."""
    reach = w.itemsize  # of the axes so far, from the nearest neighbors on
    for stride, n in sorted((abs(s), n) for s, n in zip(w.strides, w.shape) if n > 1):
        if stride < reach:
            return w.size > 0
        reach += stride * (n - 1)
    return False


def _owner(array: Array) -> Any:
    """Return the object whose memory ``array`` shows."""
    while (base := getattr(array, "base", None)) is not None:
        array = base
    return array


def _plain(value: Any) -> Any:
    """Undo what np.savez does to numbers: a 0-d array is its value."""
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _stored(entries: Mapping[str, Any], name: str, like: Array) -> Array:
    if name not in entries:
        raise ValueError(f"state_dict must hold {name!r}, got {sorted(entries)}")
    array = as_float(entries[name], f"state_dict[{name!r}]")
    if array.shape != like.shape or array.dtype != like.dtype:
        raise ValueError(
            f"state_dict[{name!r}] must have shape {like.shape} and dtype {like.dtype}, "
            f"got {array.shape} and {array.dtype}"
        )
    return array


def _check_count(value: Any) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < 0:
        raise ValueError(f"state_dict['t'] must be a whole number of steps, got {value!r}")
    return int(value)


def _check_two(value: Any, name: str) -> tuple[Any, Any]:
    if not isinstance(value, (tuple, list, np.ndarray)) or not has_axes(value) or len(value) != 2:
        raise ValueError(f"{name} must be a pair of numbers, got {value!r}")
    return value[0], value[1]


def _check_betas(betas: Any) -> tuple[Any, Any]:
    beta1, beta2 = _check_two(betas, "betas")
    return (
        check_number(beta1, "betas[0]", 0, 1, ends="[)"),
        check_number(beta2, "betas[1]", 0, 1, ends="[)"),
    )


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum or Nesterov's momentum: see `sgd_`, `momentum_`.

    ``lr``, ``momentum`` and ``weight_decay`` are >= 0, ``dampening`` is in [0, 1]; ``nesterov``
    needs momentum > 0 and dampening = 0. State with momentum: the velocity ``v``.
    """

    _settings = ("lr", "momentum", "dampening", "weight_decay", "nesterov")

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        momentum: Any = 0,
        dampening: Any = 0,
        weight_decay: Any = 0,
        nesterov: bool = False,
    ) -> None:
        self.momentum = check_number(momentum, "momentum", 0)
        self.dampening = check_number(dampening, "dampening", 0, 1)
        self.weight_decay = check_number(weight_decay, "weight_decay", 0)
        self.nesterov = check_bool(nesterov, "nesterov")
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            raise ValueError(
                "nesterov needs momentum > 0 and dampening = 0, "
                f"got momentum {self.momentum} and dampening {self.dampening}"
            )
        super().__init__(params, lr, **({} if self.momentum == 0 else {"v": 0}))

    def _update(self, w: Array, g: Array, *v: Array) -> None:
        if not v:
            return rules.sgd_(w, g, lr=self.lr, weight_decay=self.weight_decay)
        rules.momentum_(
            w,
            g,
            *v,
            t=self.t,
            lr=self.lr,
            momentum=self.momentum,
            dampening=self.dampening,
            nesterov=self.nesterov,
            weight_decay=self.weight_decay,
        )


class Adagrad(Optimizer):
    """Adagrad: see `adagrad_`. All settings are >= 0. State: the sum of squares ``G``."""

    _settings = ("lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        lr_decay: Any = 0,
        weight_decay: Any = 0,
        initial_accumulator_value: Any = 0,
        eps: Any = 1e-10,
    ) -> None:
        self.lr_decay = check_number(lr_decay, "lr_decay", 0)
        self.weight_decay = check_number(weight_decay, "weight_decay", 0)
        self.initial_accumulator_value = check_number(
            initial_accumulator_value, "initial_accumulator_value", 0
        )
        self.eps = check_number(eps, "eps", 0)
        super().__init__(params, lr, G=self.initial_accumulator_value)

    def _update(self, w: Array, g: Array, *G: Array) -> None:
        rules.adagrad_(
            w,
            g,
            *G,
            t=self.t,
            lr=self.lr,
            lr_decay=self.lr_decay,
            eps=self.eps,
            weight_decay=self.weight_decay,
        )


class RMSprop(Optimizer):
    """RMSprop: see `rmsprop_` and, with ``centered``, `rmsprop_centered_`.

    ``alpha`` is in [0, 1], the other numbers are >= 0. State: ``v``, the running average of g^2;
    ``m``, that of g, if centered; the buffer ``b`` if there is momentum.
    """

    _settings = ("lr", "alpha", "eps", "weight_decay", "momentum", "centered")

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        alpha: Any = 0.99,
        eps: Any = 1e-8,
        weight_decay: Any = 0,
        momentum: Any = 0,
        centered: bool = False,
    ) -> None:
        self.alpha = check_number(alpha, "alpha", 0, 1)
        self.eps = check_number(eps, "eps", 0)
        self.weight_decay = check_number(weight_decay, "weight_decay", 0)
        self.momentum = check_number(momentum, "momentum", 0)
        self.centered = check_bool(centered, "centered")
        used = {"v": True, "m": self.centered, "b": self.momentum != 0}
        super().__init__(params, lr, **{name: 0 for name in used if used[name]})

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        rule = rules.rmsprop_centered_ if self.centered else rules.rmsprop_
        rule(
            w,
            g,
            *state,
            lr=self.lr,
            alpha=self.alpha,
            eps=self.eps,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
        )


class Adadelta(Optimizer):
    """Zeiler's Adadelta: see `adadelta_`. ``rho`` is in [0, 1], the other numbers are >= 0.

    State: the running averages ``v`` of g^2 and ``u`` of the squared steps.
    """

    _settings = ("lr", "rho", "eps", "weight_decay")

    def __init__(
        self,
        params: Any,
        lr: Any = 1.0,
        rho: Any = 0.9,
        eps: Any = 1e-6,
        weight_decay: Any = 0,
    ) -> None:
        self.rho = check_number(rho, "rho", 0, 1)
        self.eps = check_number(eps, "eps", 0)
        self.weight_decay = check_number(weight_decay, "weight_decay", 0)
        super().__init__(params, lr, v=0, u=0)

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        rules.adadelta_(
            w, g, *state, lr=self.lr, rho=self.rho, eps=self.eps, weight_decay=self.weight_decay
        )


class Adam(Optimizer):
    """Adam: see `adam_` and, with ``amsgrad``, `amsgrad_`.

    Both ``betas`` are in [0, 1), the other numbers are >= 0. ``weight_decay`` adds an L2 penalty's
    gradient; for decoupled decay use `AdamW`. State: ``m``, ``v`` and, with amsgrad, ``v_max``.
    The default eps = 1e-8 is 0 in float16: choose a larger one there.
    """

    _settings = ("lr", "betas", "eps", "weight_decay", "amsgrad")

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: Any = (0.9, 0.999),
        eps: Any = 1e-8,
        weight_decay: Any = 0,
        amsgrad: bool = False,
    ) -> None:
        self.betas = _check_betas(betas)
        self.eps = check_number(eps, "eps", 0)
        self.weight_decay = check_number(weight_decay, "weight_decay", 0)
        self.amsgrad = check_bool(amsgrad, "amsgrad")
        super().__init__(params, lr, m=0, v=0, **({"v_max": 0} if self.amsgrad else {}))

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        rule = rules.amsgrad_ if self.amsgrad else rules.adam_
        rule(
            w,
            g,
            *state,
            t=self.t,
            lr=self.lr,
            betas=self.betas,
            eps=self.eps,
            weight_decay=self.weight_decay,
        )


class AdamW(Adam):
    """Adam with decoupled weight decay: see `adamw_`. Ranges and state are those of `Adam`."""

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: Any = (0.9, 0.999),
        eps: Any = 1e-8,
        weight_decay: Any = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        rules.adamw_(
            w,
            g,
            *state,
            t=self.t,
            lr=self.lr,
            betas=self.betas,
            eps=self.eps,
            weight_decay=self.weight_decay,
        )


class NAdam(Optimizer):
    """Adam with Nesterov's momentum: see `nadam_`.

    The momentum of step t is mu_t = beta1 (1 - 0.96^(t psi) / 2), which rises from near beta1 / 2 to
    beta1; psi is ``momentum_decay``. Both ``betas`` are in [0, 1), the other numbers are >= 0.
    ``weight_decay`` adds an L2 penalty's gradient. State: ``m``, ``v``, and the product of all mu
    so far, ``mu_product``.
    """

    _settings = ("lr", "betas", "eps", "weight_decay", "momentum_decay")

    def __init__(
        self,
        params: Any,
        lr: Any = 2e-3,
        betas: Any = (0.9, 0.999),
        eps: Any = 1e-8,
        weight_decay: Any = 0,
        momentum_decay: Any = 4e-3,
    ) -> None:
        self.betas = _check_betas(betas)
        self.eps = check_number(eps, "eps", 0)
        self.weight_decay = check_number(weight_decay, "weight_decay", 0)
        self.momentum_decay = check_number(momentum_decay, "momentum_decay", 0)
        self.mu_product = 1.0
        super().__init__(params, lr, m=0, v=0)

    def mu(self, t: int) -> Any:
        """The momentum of step t = 1, 2, ..."""
        return self.betas[0] * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))

    def step(self, grads: Any) -> None:
        """Take one step along ``grads``: see `Optimizer.step`."""
        grads = self.check_grads(grads)
        self.mu_product *= self.mu(self.t + 1)
        super().step(grads[0] if self.takes_one_array else grads)

    def state_dict(self) -> dict[str, Any]:
        """What `Optimizer.state_dict` returns, and ``mu_product``."""
        return super().state_dict() | {"mu_product": self.mu_product}

    def _like_me(self, state_dict: Mapping[str, Any]) -> Self:
        entries = dict(state_dict)
        if "mu_product" not in entries:
            raise ValueError(f"state_dict must hold 'mu_product', got {sorted(entries)}")
        product = check_number(_plain(entries.pop("mu_product")), "mu_product", 0, 1)
        new = super()._like_me(entries)
        new.mu_product = product
        return new

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        rules.nadam_(
            w,
            g,
            *state,
            t=self.t,
            lr=self.lr,
            betas=self.betas,
            mus=(self.mu(self.t), self.mu(self.t + 1)),
            mu_product=self.mu_product,
            eps=self.eps,
            weight_decay=self.weight_decay,
        )


class Lion(Optimizer):
    """Lion: see `lion_`. Both ``betas`` are in [0, 1), the other numbers are >= 0.

    A good ``lr`` is three to ten times smaller than Adam's, a good ``weight_decay`` as much larger.
    State: ``m``. PyTorch has no Lion; names and defaults are those of the authors' code.
    """

    _settings = ("lr", "betas", "weight_decay")

    def __init__(
        self, params: Any, lr: Any = 1e-4, betas: Any = (0.9, 0.99), weight_decay: Any = 0
    ) -> None:
        self.betas = _check_betas(betas)
        self.weight_decay = check_number(weight_decay, "weight_decay", 0)
        super().__init__(params, lr, m=0)

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        rules.lion_(w, g, *state, lr=self.lr, betas=self.betas, weight_decay=self.weight_decay)


class Rprop(Optimizer):
    """Rprop: see `rprop_`. For full batches: noise in the gradient's sign misleads it.

    ``lr`` is the first step size, ``etas`` is (eta-, eta+) with 0 < eta- < 1 < eta+, and
    ``step_sizes`` is (smallest, largest) with 0 <= smallest <= largest. State: the last gradient
    ``g_prev``, 0 where the sign had changed, and the step sizes ``size``.
    """

    _settings = ("lr", "etas", "step_sizes")

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        etas: Any = (0.5, 1.2),
        step_sizes: Any = (1e-6, 50),
    ) -> None:
        eta_minus, eta_plus = _check_two(etas, "etas")
        self.etas = (
            check_number(eta_minus, "etas[0]", 0, 1, ends="()"),
            check_number(eta_plus, "etas[1]", 1, ends="()"),
        )
        smallest, largest = _check_two(step_sizes, "step_sizes")
        smallest = check_number(smallest, "step_sizes[0]", 0)
        self.step_sizes = (smallest, check_number(largest, "step_sizes[1]", smallest))
        super().__init__(params, lr, g_prev=0, size=check_number(lr, "lr", 0))

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        rules.rprop_(w, g, *state, etas=self.etas, step_sizes=self.step_sizes)


class Quickprop(Optimizer):
    """Quickprop: see `quickprop_`. ``lr`` is >= 0 and the growth limit ``mu`` is > 0.

    State: the last gradient ``g_prev`` and the last step ``d``. For full batches.
    """

    _settings = ("lr", "mu")

    def __init__(self, params: Any, lr: Any = 1e-2, mu: Any = 1.75) -> None:
        self.mu = check_number(mu, "mu", 0, ends="(]")
        super().__init__(params, lr, g_prev=0, d=0)

    def _update(self, w: Array, g: Array, *state: Array) -> None:
        rules.quickprop_(w, g, *state, lr=self.lr, mu=self.mu)
