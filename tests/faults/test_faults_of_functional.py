"""Faults planted in ``nnlib.functional``, to be noticed by tests/numeric/test_functional.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_functional

CHECKS = checks_in(vars(test_functional))

FAULTS = [
    *faults_in(
        "nnlib.functional",
        ("moments", "x - first", "x"),
        ("moments", "centered -= rest", "pass"),
        ("moments", "channel_sum(centered, centered) / n", "channel_sum(centered, centered)"),
        (
            "moments",
            "channel_sum(centered, centered) / n",
            "channel_sum(centered, centered) / (n - 1)",
        ),
        ("moments", "first + rest", "rest"),
        ("moments", "first + rest", "first"),
        ("batch_norm", "var + eps", "var"),
        ("batch_norm", "(gamma / std) * centered", "centered / std"),
        ("batch_norm", "y += beta", "pass"),
        ("batch_norm_backward", "gamma / std * dy", "gamma * dy"),
        ("batch_norm_backward", "dbeta / n", "dbeta"),
        ("batch_norm_backward", "dy[part] - dbeta / n - x_hat_mean", "dy[part] - x_hat_mean"),
        (
            "batch_norm_backward",
            "dy[part] - dbeta / n - x_hat_mean",
            "dy[part] - dbeta / n + x_hat_mean",
        ),
        ("batch_norm_backward", "dgamma / (n * std)", "dgamma / n"),
        ("batch_norm_backward", "channel_sum(dy, centered) / std", "channel_sum(dy, centered)"),
        ("batch_norm_backward_staged", "2 * std**3", "std**3"),
        ("batch_norm_backward_staged", "dmean / n", "dmean"),
        ("batch_norm_backward_staged", "2 * dvar * centered / n", "dvar * centered / n"),
        ("cross_entropy", "np.divide(e, total, out=e)", "e"),
        ("_shifted", "z - _largest(z, axis)", "z"),
        ("_largest", "np.where(np.isinf(peak), 0, peak)", "peak"),
        (
            "logsumexp",
            "peak + np.log(np.sum(np.exp(z - peak), axis=axis, keepdims=True))",
            "np.log(np.sum(np.exp(z - peak), axis=axis, keepdims=True))",
        ),
        ("logsumexp", "z - peak", "z"),
        ("logsumexp_backward", "softmax(z, axis)", "softmax(z)"),
        ("logsumexp_backward", "np.expand_dims(dlse, axis) * softmax(z, axis)", "softmax(z, axis)"),
        ("softmax", "np.sum(e, axis=axis, keepdims=True)", "np.sum(e, keepdims=True)"),
        (
            "softmax_backward",
            "dp - np.sum(dp * p, axis=axis, keepdims=True)",
            "dp + np.sum(dp * p, axis=axis, keepdims=True)",
        ),
        ("softmax_backward", "dp * p", "dp"),
        (
            "softmax_backward",
            "p * (dp - np.sum(dp * p, axis=axis, keepdims=True))",
            "dp - np.sum(dp * p, axis=axis, keepdims=True)",
        ),
        ("log_softmax_backward", "np.exp(log_p)", "log_p"),
        ("cross_entropy", "0 if logits.ndim == 1 else 1", "logits.ndim - 1"),
        ("cross_entropy_backward", "reduction == 'mean'", "reduction != 'sum'"),
        ("_over", "z / temperature", "z * temperature"),
        ("_check_dloss", "cache.reduction != 'none'", "False"),
        ("batch_norm", "np.sqrt(var + eps)", "np.sqrt(var) + eps"),
        ("batch_norm", "gamma / std * centered", "centered / std"),
        ("batch_norm", "y += beta", "pass"),
        ("_check_affine", "gamma = gamma.astype(dtype, copy=False)", "pass"),
        ("batch_norm_backward", "gamma / std * dy", "gamma * dy"),
        ("_check_dy", "dy.astype(dtype, copy=False)", "dy"),
        ("batch_norm", "training and n == 1 and x.size", "n == 1 and x.size"),
        ("batch_norm", "training and n == 1 and x.size", "False"),
        ("batch_norm_backward_staged", "centered / std", "centered"),
        ("batch_norm_backward_staged", "gamma * dy", "dy"),
        ("batch_norm_backward_staged", "std ** 3", "std ** 2"),
        ("batch_norm_backward_staged", "2 * dvar * centered", "dvar * centered"),
        (
            "batch_norm_backward_staged",
            "dx_hat / std + 2 * dvar * centered / n + dmean / n",
            "dx_hat / std + 2 * dvar * centered / n",
        ),
        ("layer_norm", "gamma * x_hat.reshape(x.shape) + beta", "x_hat.reshape(x.shape)"),
        (
            "_entries",
            "max(x.shape[0] * math.prod(x.shape[2:]), 1)",
            "(x.shape[0] * math.prod(x.shape[2:]), 1)",
        ),
        ("_check_dy", "np.result_type(dy, dtype)", "dtype"),
        ("_update_running", "var * n / (n - 1)", "var"),
        ("_update_running", "1 - momentum", "momentum"),
        ("_update_running", "running is None or mean.size == 0", "running is None"),
        ("group_norm", "C % num_groups", "False"),
        ("sigmoid", "np.exp(-x)", "np.exp(x)"),
        ("sigmoid", "np.errstate(over='ignore')", "np.errstate()"),
        ("sigmoid_backward", "_check_dy(dy, y) * y", "_check_dy(dy, y)"),
        ("tanh_backward", "y * y", "y"),
        ("relu", "x > 0", "x >= 0"),
        ("relu", "np.maximum(x, 0)", "abs(x)"),
        (
            "leaky_relu",
            "np.maximum(x, 0) + negative_slope * np.minimum(x, 0)",
            "np.maximum(x, 0) - negative_slope * np.minimum(x, 0)",
        ),
        ("leaky_relu", "x > 0", "x >= 0"),
        (
            "leaky_relu_backward",
            "np.where(positive, dy, negative_slope * dy)",
            "np.where(positive, negative_slope * dy, dy)",
        ),
        ("leaky_relu", "0.01", "0.1"),
        ("elu", "alpha * np.expm1(below)", "np.expm1(below)"),
        ("elu_backward", "alpha * np.exp(below)", "alpha"),
        ("elu", "x > 0", "x < 0"),
        ("maxout", "x.shape[axis] % num_pieces", "False"),
        ("_first_largest", "np.logical_or(piece < largest, taken)", "piece < largest"),
        (
            "_first_largest",
            "np.logical_not(np.logical_or(piece < largest, taken))",
            "(piece == largest) & ~taken",
        ),
        ("_first_largest", "np.logical_or(taken, first)", "first"),
        (
            "dropout",
            "as_generator(rng).random(x.shape) >= p",
            "as_generator(rng).random(x.shape) < p",
        ),
        ("dropout", "1 - p", "p"),
        ("dropout", "p == 0", "p == 1"),
    ),
    *faults_in(
        "nnlib._speed",
        ("sum_along", "axis != x.ndim - 1", "False"),
        ("wide", "x.astype(np.float32)", "x"),
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
