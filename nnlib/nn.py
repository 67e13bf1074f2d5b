"""Layers that hold parameters, thin over the pure functions of `nnlib.functional` and `nnlib.conv`.

A layer is called on x and remembers what its backward pass needs; ``backward(dy)`` returns dx and
writes the gradients of its parameters. A `Sequential` puts the parameters of all its layers into
one flat vector ``W``, of which the layers' arrays are views, and their gradients into ``dW``: an
optimizer over ``model.W`` steps the whole network at once.

    model = Sequential(Linear(64, 32, rng=0), ReLU(), Linear(32, 10, rng=1))
    optimizer = Adam(model.W)
    loss, cache = cross_entropy(model(x), target)
    model.backward(cross_entropy_backward(cache))
    optimizer.step(model.dW)

Names, argument names and results are PyTorch's, but for these: the first weights come from
`nnlib.init`, and ``rng``, a ``numpy.random.Generator`` or a seed, has to be given by name wherever
something is random; settings after the sizes are given by name; norms call their parameters
gamma and beta; a loss such as `CrossEntropyLoss` returns a plain number, and its ``backward()`` the
gradient in the network's output.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, ClassVar

import numpy as np

from nnlib import conv, functional
from nnlib._checks import (
    Array,
    as_cache,
    as_float,
    as_generator,
    check_bool,
    check_callable,
    check_choice,
    check_dtype,
    check_int,
    check_mapping,
    check_ndim,
    check_number,
    check_pair,
    check_shape,
    describe,
    has_axes,
)
from nnlib._speed import narrow, wide
from nnlib.conv._shapes import check_padding
from nnlib.init import he_normal

__all__ = [
    "ELU",
    "AvgPool2d",
    "BatchNorm",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "GroupNorm",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Maxout",
    "Module",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Tanh",
    "inference",
    "linear",
    "linear_backward",
]


def linear(x: Any, weight: Any, bias: Any = None) -> tuple[Array, tuple[Array, Array]]:
    """Linear layer: y = x weight^T + bias.

    ``x`` has the shape (N, in), ``weight`` (out, in) and ``bias`` (out,) or is None. Returns y of
    shape (N, out) and the cache of `linear_backward`. Raises ``ValueError`` if shapes do not fit.
    """
    x, weight = as_float(x, "x"), as_float(weight, "weight")
    check_ndim(weight, "weight", 2)
    check_shape(x, "x", ("N", weight.shape[1]))
    y = wide(x) @ wide(weight).T
    dtype = np.result_type(x, weight)
    if bias is not None:
        bias = as_float(bias, "bias")
        check_shape(bias, "bias", (weight.shape[0],))
        y, dtype = y + bias, np.result_type(dtype, bias)
    return narrow(y, dtype), (x, weight)


def linear_backward(
    dy: Any, cache: tuple[Array, Array], needs_dx: bool = True
) -> tuple[Array | None, Array, Array]:
    """Gradients of `linear`: dx = dy weight, dweight = dy^T x, dbias = sum of dy over the rows.

    ``dx`` is None where it is not needed, as in the first layer of a network.
    """
    x, weight = as_cache(cache, tuple, parts=2)
    dy = as_float(dy, "dy")
    check_shape(dy, "dy", (len(x), len(weight)))
    dtype, x, weight, dy = np.result_type(x, weight, dy), wide(x), wide(weight), wide(dy)
    dx = narrow(dy @ weight, dtype) if check_bool(needs_dx, "needs_dx") else None
    return dx, narrow(dy.T @ x, dtype), narrow(dy.sum(axis=0), dtype)


def _initial(init: Any, shape: tuple[int, ...], rng: Any, dtype: Any) -> Array:
    """The weights that ``init`` draws; an array of the shape, or it is no initialization."""
    check_callable(init, "init")
    weight = init(shape, rng, dtype=dtype)
    if not isinstance(weight, np.ndarray) or weight.shape != shape:
        raise TypeError(f"init must return an array of shape {shape}, got {describe(weight)}")
    return weight


_INFERENCE: ContextVar[bool] = ContextVar("inference", default=False)


@contextlib.contextmanager
def inference() -> Iterator[None]:
    """Run networks for their output alone: ``with inference(): y = model(x)``.

    Within the block, and only in the thread that runs it, every layer works as after ``eval()`` and
    remembers nothing for a backward pass. The networks' own mode and caches are not touched, so
    several threads may do this at once with one network.
    """
    token = _INFERENCE.set(True)
    try:
        yield
    finally:
        _INFERENCE.reset(token)


class Module:
    """What layers share.

    Attributes
    ----------
    training : bool
        Set by `train` and `eval`; batch norm and dropout look at it. False within `inference`.
    grad : dict of str to array
        The gradient of each parameter, by the name of its attribute, written by `backward`.
    """

    _parameters: tuple[str, ...] = ()
    _buffers: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self._mode = True
        self.grad: dict[str, Array] = {}
        self._kept: Any = None

    @property
    def training(self) -> bool:
        return self._mode and not _INFERENCE.get()

    @property
    def _cache(self) -> Any:
        return self._kept

    @_cache.setter
    def _cache(self, cache: Any) -> None:
        if not _INFERENCE.get():
            self._kept = cache

    def __call__(self, x: Any) -> Array:
        return self.forward(x)

    def forward(self, x: Any) -> Array:
        raise NotImplementedError

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        """Return dx, or None where it is not needed, and write the gradients of the parameters.

        ``forward`` has to come first.
        """
        raise NotImplementedError

    def train(self, mode: bool = True) -> None:
        """Switch to training, or with ``False`` to inference."""
        self._mode = check_bool(mode, "mode")

    def eval(self) -> None:
        """Switch to inference."""
        self.train(False)

    def layers_with_names(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """Yield this layer, or all layers inside, each with the prefix of its entries' names."""
        yield prefix, self

    def state_dict(self) -> dict[str, Any]:
        """Return copies of all parameters, running statistics and random states, by name.

        Arrays and strings only, flat, so that ``np.savez(file, **state)`` stores it.
        """
        return {
            name: json.dumps(value.bit_generator.state)
            if isinstance(value, np.random.Generator)
            else value.copy()
            for name, value in self._entries().items()
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take the values of `state_dict` over, in place; also after ``np.load``.

        Raises ``ValueError`` if names, shapes or dtypes differ, and then changes nothing.
        """
        entries, given = self._entries(), check_mapping(state_dict, "state_dict")
        if set(given) != set(entries):
            different = sorted(set(given) ^ set(entries))
            raise ValueError(
                f"state_dict must hold {sorted(entries)}, got one that differs in {different}"
            )
        loaded = {name: _fitting(given[name], old, name) for name, old in entries.items()}
        for name, old in entries.items():
            if isinstance(old, np.random.Generator):
                old.bit_generator.state = loaded[name]
            else:
                old[...] = loaded[name]

    def _bind(self, W: Array, dW: Array) -> None:
        """Make the parameters and their gradients views of two flat vectors of the same values."""
        start = 0
        for name in self._parameters:
            array = getattr(self, name)
            part = slice(start, start := start + array.size)
            setattr(self, name, W[part].reshape(array.shape))
            self.grad[name] = dW[part].reshape(array.shape)

    def _count(self) -> int:
        return sum(getattr(self, name).size for name in self._parameters)

    def _entries(self) -> dict[str, Any]:
        return {
            prefix + name: getattr(layer, name)
            for prefix, layer in self.layers_with_names()
            for name in layer._parameters + layer._buffers
        }

    def _saved(self) -> Any:
        if self._cache is None:
            raise ValueError(f"{type(self).__name__}.backward needs a forward pass before it")
        return self._cache


def _fitting(new: Any, old: Any, name: str) -> Any:
    if isinstance(old, np.random.Generator):
        state = json.loads(str(new))
        type(old.bit_generator)().state = state  # raises if it is of another generator
        return state
    new = np.asanyarray(new)
    if new.shape != old.shape or new.dtype != old.dtype:
        raise ValueError(
            f"state_dict[{name!r}] must have shape {old.shape} and dtype {old.dtype}, "
            f"got {new.shape} and {new.dtype}"
        )
    return new


class Linear(Module):
    """y = x weight^T + bias: see `linear`.

    ``weight`` of shape (out_features, in_features) comes from ``init(shape, rng, dtype=dtype)``;
    ``bias`` starts at 0, and ``bias=False`` leaves it out. ``dtype`` is a real floating one.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        rng: Any,
        bias: bool = True,
        init: Callable[..., Array] = he_normal,
        dtype: Any = np.float64,
    ) -> None:
        super().__init__()
        into = check_int(in_features, "in_features", 1)
        out = check_int(out_features, "out_features", 1)
        self._parameters = ("weight", "bias") if check_bool(bias, "bias") else ("weight",)
        self.weight = _initial(init, (out, into), rng, dtype)
        self.bias = np.zeros(out, self.weight.dtype) if bias else None

    def forward(self, x: Any) -> Array:
        y, self._cache = linear(x, self.weight, self.bias)
        return y

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        dx, dweight, dbias = linear_backward(dy, self._saved(), needs_dx)
        _write(self, weight=dweight, bias=dbias)
        return dx


class _Convolution(Module):
    """What `Conv2d` and `ConvTranspose2d` share: weights, a bias, and the settings of the pair."""

    _pair: ClassVar[tuple[Callable[..., Any], Callable[..., Any]]]

    def __init__(self, weight: Array, out_channels: int, bias: bool, **settings: Any) -> None:
        super().__init__()
        self._parameters = ("weight", "bias") if check_bool(bias, "bias") else ("weight",)
        self.weight = weight
        self.bias = np.zeros(out_channels, weight.dtype) if bias else None
        self._settings = settings

    def forward(self, x: Any) -> Array:
        y: Array
        y, self._cache = self._pair[0](x, self.weight, self.bias, **self._settings)
        return y

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        dx: Array | None
        dx, dweight, dbias = self._pair[1](dy, self._saved(), needs_dx)
        _write(self, weight=dweight, bias=dbias)
        return dx


class Conv2d(_Convolution):
    """See `nnlib.conv.conv2d`: from (N, in_channels, H, W) to (N, out_channels, H', W').

    ``weight`` of shape (out_channels, in_channels / groups, *kernel_size) comes from
    ``init(shape, rng, dtype=dtype)``; ``bias`` starts at 0, and ``bias=False`` leaves it out.
    """

    _pair = (conv.conv2d, conv.conv2d_backward)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        *,
        rng: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        init: Callable[..., Array] = he_normal,
        dtype: Any = np.float64,
    ) -> None:
        into, out, groups = _check_channels(in_channels, out_channels, groups)
        shape = (out, into // groups, *check_pair(kernel_size, "kernel_size", 1))
        super().__init__(
            _initial(init, shape, rng, dtype),
            out,
            bias,
            stride=check_pair(stride, "stride", 1),
            padding=check_padding(padding, 2),
            dilation=check_pair(dilation, "dilation", 1),
            groups=groups,
        )


class ConvTranspose2d(_Convolution):
    """See `nnlib.conv.conv_transpose2d`, the transpose of `Conv2d` as a linear map.

    ``weight`` has the shape (in_channels, out_channels / groups, *kernel_size); the rest is as in
    `Conv2d`.
    """

    _pair = (conv.conv_transpose2d, conv.conv_transpose2d_backward)

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        *,
        rng: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        init: Callable[..., Array] = he_normal,
        dtype: Any = np.float64,
    ) -> None:
        into, out, groups = _check_channels(in_channels, out_channels, groups)
        shape = (into, out // groups, *check_pair(kernel_size, "kernel_size", 1))
        super().__init__(
            _initial(init, shape, rng, dtype),
            out,
            bias,
            stride=check_pair(stride, "stride", 1),
            padding=check_padding(padding, 2),
            output_padding=check_pair(output_padding, "output_padding", 0),
            groups=groups,
            dilation=check_pair(dilation, "dilation", 1),
        )


def _check_channels(in_channels: Any, out_channels: Any, groups: Any) -> tuple[int, int, int]:
    into = check_int(in_channels, "in_channels", 1)
    out = check_int(out_channels, "out_channels", 1)
    groups = check_int(groups, "groups", 1)
    if into % groups or out % groups:
        raise ValueError(
            f"groups must divide in_channels {into} and out_channels {out}, got {groups}"
        )
    return into, out, groups


class _Elementwise(Module):
    """A layer without parameters: a pair of functions and their settings."""

    _pair: ClassVar[tuple[Callable[..., Any], Callable[..., Any]]]

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self._settings = settings

    def forward(self, x: Any) -> Array:
        y: Array
        y, self._cache = self._pair[0](x, **self._settings)
        return y

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        return _wanted(self._pair[1](dy, self._saved()), needs_dx)


class _WithoutSettings(_Elementwise):
    """A pair of functions of the input alone."""

    def __init__(self) -> None:
        super().__init__()


class Sigmoid(_WithoutSettings):
    """See `nnlib.functional.sigmoid`."""

    _pair = (functional.sigmoid, functional.sigmoid_backward)


class Tanh(_WithoutSettings):
    """See `nnlib.functional.tanh`."""

    _pair = (functional.tanh, functional.tanh_backward)


class ReLU(_WithoutSettings):
    """See `nnlib.functional.relu`."""

    _pair = (functional.relu, functional.relu_backward)


class SiLU(_WithoutSettings):
    """See `nnlib.functional.silu`."""

    _pair = (functional.silu, functional.silu_backward)


class LeakyReLU(_Elementwise):
    """See `nnlib.functional.leaky_relu`."""

    _pair = (functional.leaky_relu, functional.leaky_relu_backward)

    def __init__(self, negative_slope: Any = 0.01) -> None:
        super().__init__(negative_slope=check_number(negative_slope, "negative_slope"))


class ELU(_Elementwise):
    """See `nnlib.functional.elu`."""

    _pair = (functional.elu, functional.elu_backward)

    def __init__(self, alpha: Any = 1.0) -> None:
        super().__init__(alpha=check_number(alpha, "alpha"))


class Maxout(_Elementwise):
    """See `nnlib.functional.maxout`."""

    _pair = (functional.maxout, functional.maxout_backward)

    def __init__(self, num_pieces: int = 2, axis: int = 1) -> None:
        super().__init__(
            num_pieces=check_int(num_pieces, "num_pieces", 1), axis=check_int(axis, "axis")
        )


class MaxPool2d(_Elementwise):
    """See `nnlib.conv.max_pool2d`."""

    _pair = (conv.max_pool2d, conv.max_pool2d_backward)

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        *,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__(
            kernel_size=check_pair(kernel_size, "kernel_size", 1),
            stride=None if stride is None else check_pair(stride, "stride", 1),
            padding=check_padding(padding, 2),
            dilation=check_pair(dilation, "dilation", 1),
            ceil_mode=check_bool(ceil_mode, "ceil_mode"),
        )


class AvgPool2d(_Elementwise):
    """See `nnlib.conv.avg_pool2d`."""

    _pair = (conv.avg_pool2d, conv.avg_pool2d_backward)

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        *,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(
            kernel_size=check_pair(kernel_size, "kernel_size", 1),
            stride=None if stride is None else check_pair(stride, "stride", 1),
            padding=check_padding(padding, 2),
            ceil_mode=check_bool(ceil_mode, "ceil_mode"),
            count_include_pad=check_bool(count_include_pad, "count_include_pad"),
        )


class Dropout(Module):
    """See `nnlib.functional.dropout`; ``rng`` is required, and part of the state."""

    def __init__(self, p: Any = 0.5, *, rng: Any) -> None:
        super().__init__()
        self._buffers = ("rng",)  # type: ignore[misc]
        self.p = check_number(p, "p", 0, 1)
        self.rng = as_generator(rng)

    def forward(self, x: Any) -> Array:
        y, mask = functional.dropout(x, self.p, self.training, rng=self.rng)
        self._cache = (mask,)
        return y

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        return _wanted(functional.dropout_backward(dy, *self._saved()), needs_dx)


class Flatten(Module):
    """Turn (N, ...) into (N, C), in C order, as in PyTorch."""

    def forward(self, x: Any) -> Array:
        x = as_float(x, "x")
        if x.ndim < 1:
            raise ValueError("x must have a batch axis, got a single value")
        self._cache = x.shape
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        dy, shape = as_float(dy, "dy"), self._saved()
        check_shape(dy, "dy", (shape[0], math.prod(shape[1:])))
        return _wanted(dy.reshape(shape), needs_dx)


class BatchNorm(Module):
    """See `nnlib.functional.batch_norm`: for (N, C), (N, C, L) and (N, C, H, W).

    ``gamma`` starts at 1, ``beta`` at 0, the running mean at 0 and the running variance at 1;
    ``momentum`` is the weight of the new value.
    """

    _parameters = ("gamma", "beta")
    _buffers = ("running_mean", "running_var")

    def __init__(
        self, num_features: int, *, eps: Any = 1e-5, momentum: Any = 0.1, dtype: Any = np.float64
    ) -> None:
        super().__init__()
        C = check_int(num_features, "num_features", 1)
        self.eps = check_number(eps, "eps", 0)
        self.momentum = check_number(momentum, "momentum", 0, 1)
        dtype = check_dtype(dtype)
        self.gamma, self.beta = np.ones(C, dtype), np.zeros(C, dtype)
        self.running_mean, self.running_var = np.zeros(C, dtype), np.ones(C, dtype)

    def forward(self, x: Any) -> Array:
        y, self._cache = functional.batch_norm(
            x,
            self.gamma,
            self.beta,
            running_mean=self.running_mean,
            running_var=self.running_var,
            training=self.training,
            momentum=self.momentum,
            eps=self.eps,
        )
        return y

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        dx, dgamma, dbeta = functional.batch_norm_backward(dy, self._saved())
        _write(self, gamma=dgamma, beta=dbeta)
        return _wanted(dx, needs_dx)


class LayerNorm(Module):
    """See `nnlib.functional.layer_norm`, over the last axes, of lengths ``normalized_shape``."""

    _parameters = ("gamma", "beta")

    def __init__(
        self, normalized_shape: int | Sequence[int], *, eps: Any = 1e-5, dtype: Any = np.float64
    ) -> None:
        super().__init__()
        sizes: Any = normalized_shape if has_axes(normalized_shape) else [normalized_shape]
        shape = tuple(check_int(n, "normalized_shape", 1) for n in sizes)
        self.eps = check_number(eps, "eps", 0)
        dtype = check_dtype(dtype)
        self.gamma, self.beta = np.ones(shape, dtype), np.zeros(shape, dtype)

    def forward(self, x: Any) -> Array:
        y, self._cache = functional.layer_norm(x, self.gamma, self.beta, eps=self.eps)
        return y

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        dx, dgamma, dbeta = functional.layer_norm_backward(dy, self._saved())
        _write(self, gamma=dgamma, beta=dbeta)
        return _wanted(dx, needs_dx)


class GroupNorm(Module):
    """See `nnlib.functional.group_norm`."""

    _parameters = ("gamma", "beta")

    def __init__(
        self, num_groups: int, num_channels: int, *, eps: Any = 1e-5, dtype: Any = np.float64
    ) -> None:
        super().__init__()
        C = check_int(num_channels, "num_channels", 1)
        self.num_groups = check_int(num_groups, "num_groups", 1)
        if C % self.num_groups:
            raise ValueError(f"num_groups must divide num_channels {C}, got {num_groups}")
        self.eps = check_number(eps, "eps", 0)
        dtype = check_dtype(dtype)
        self.gamma, self.beta = np.ones(C, dtype), np.zeros(C, dtype)

    def forward(self, x: Any) -> Array:
        y, self._cache = functional.group_norm(
            x, self.num_groups, self.gamma, self.beta, eps=self.eps
        )
        return y

    def backward(self, dy: Any, needs_dx: bool = True) -> Array | None:
        dx, dgamma, dbeta = functional.group_norm_backward(dy, self._saved())
        _write(self, gamma=dgamma, beta=dbeta)
        return _wanted(dx, needs_dx)


class _Loss:
    """A pair of functions, the settings of the loss, and what its last value came from."""

    _pair: ClassVar[tuple[Callable[..., Any], Callable[..., Any]]]

    def __init__(self, **settings: Any) -> None:
        self._settings = settings
        self._cache: Any = None

    def __call__(self, y: Any, target: Any) -> Any:
        loss, self._cache = self._pair[0](y, target, **self._settings)
        return loss

    def backward(self) -> Array:
        """Return the gradient of the last value in y."""
        if self._cache is None:
            raise ValueError(f"{type(self).__name__}.backward needs a call of the loss before it")
        gradient: Array = self._pair[1](self._cache)
        return gradient


class CrossEntropyLoss(_Loss):
    """See `nnlib.functional.cross_entropy`; called on (logits, target)."""

    _pair = (functional.cross_entropy, functional.cross_entropy_backward)

    def __init__(
        self,
        *,
        weight: Any = None,
        ignore_index: int | None = None,
        reduction: str = "mean",
        label_smoothing: Any = 0.0,
    ) -> None:
        super().__init__(
            weight=weight if weight is None else as_float(weight, "weight"),
            ignore_index=None if ignore_index is None else check_int(ignore_index, "ignore_index"),
            reduction=check_choice(reduction, "reduction", ("mean", "sum", "none")),
            label_smoothing=check_number(label_smoothing, "label_smoothing", 0, 1),
        )


class MSELoss(_Loss):
    """See `nnlib.functional.mse_loss`; called on (y, target)."""

    _pair = (functional.mse_loss, functional.mse_loss_backward)

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__(reduction=check_choice(reduction, "reduction", ("mean", "sum", "none")))


class Sequential(Module):
    """Layers one after the other, with all parameters in one flat vector.

    Attributes
    ----------
    W, dW : arrays of shape (n,)
        All n parameters and their gradients. The layers' arrays are views of them: change them in
        place (``model.W[...] = w``), never by assignment.

    Raises
    ------
    TypeError, ValueError
        If there is no layer, something is not a layer, a layer is there twice, or the parameters
        differ in dtype.
    """

    def __init__(self, *layers: Module) -> None:
        super().__init__()
        for i, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(f"layers[{i}] must be a layer, got {type(layer).__name__}")
        self.layers = list(layers)
        inner = [layer for _, layer in self.layers_with_names()]
        if not inner or len({id(layer) for layer in inner}) != len(inner):
            raise ValueError(f"layers must be at least one, each there once, got {len(layers)}")
        arrays = [getattr(layer, name) for layer in inner for name in layer._parameters]
        if len({array.dtype for array in arrays}) > 1:
            dtypes = sorted({str(array.dtype) for array in arrays})
            raise ValueError(f"layers must have parameters of one dtype, got {', '.join(dtypes)}")
        W = np.concatenate([array.ravel() for array in arrays]) if arrays else np.empty(0)
        self._bind(W, np.zeros_like(W))

    def _bind(self, W: Array, dW: Array) -> None:
        self.W, self.dW = W, dW
        start = 0
        for layer in self.layers:
            part = slice(start, start := start + layer._count())
            layer._bind(W[part], dW[part])

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Finish a copy or an unpickled network: its layers' arrays become views of ``W`` again."""
        self.__dict__.update(state)
        self._bind(self.W, self.dW)

    def _count(self) -> int:
        return sum(layer._count() for layer in self.layers)

    def forward(self, x: Any) -> Array:
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, dy: Any, needs_dx: bool = False) -> Array | None:
        """Write all gradients into ``dW``; return dx only if it is asked for.

        Without, the pass ends at the first layer that has parameters, which saves one product.
        """
        first = 0
        if not check_bool(needs_dx, "needs_dx"):
            while first < len(self.layers) and not self.layers[first]._count():
                first += 1
        for i in reversed(range(first, len(self.layers))):
            dy = self.layers[i].backward(dy, needs_dx=needs_dx or i > first)
        return dy if needs_dx else None

    def train(self, mode: bool = True) -> None:
        super().train(mode)
        for layer in self.layers:
            layer.train(mode)

    def layers_with_names(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        for i, layer in enumerate(self.layers):
            yield from layer.layers_with_names(f"{prefix}{i}.")


def _wanted(dx: Array, needs_dx: Any) -> Array | None:
    """dx if the caller needs it."""
    return dx if check_bool(needs_dx, "needs_dx") else None


def _write(layer: Module, **gradients: Array) -> None:
    """Put gradients where the flat vector has them, or keep them if there is none."""
    for name in layer._parameters:
        if name in layer.grad:
            layer.grad[name][...] = gradients[name]
        else:
            layer.grad[name] = gradients[name]
