"""Faults planted in ``nnlib.functional``, to be noticed by tests/numeric/test_functional.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed, noticed

from tests.numeric import test_functional

CHECKS = checks_in(vars(test_functional))

FAULTS = [
    *faults_in(
        "nnlib.functional",
        (
            "logsumexp",
            "peak + np.log(np.sum(np.exp(z - peak), axis=axis, keepdims=True))",
            "np.log(np.sum(np.exp(z - peak), axis=axis, keepdims=True))",
        ),
        ("logsumexp", "z - peak", "z"),
        ("logsumexp", "np.errstate(divide='ignore')", "np.errstate()"),
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
        (
            "log_softmax",
            "z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))",
            "z + np.log(np.sum(np.exp(z), axis=axis, keepdims=True))",
        ),
        ("log_softmax_backward", "np.exp(log_p)", "log_p"),
        ("cross_entropy", "0 if logits.ndim == 1 else 1", "logits.ndim - 1"),
        ("cross_entropy", "y.total() * _drop(np.log(total), axis)", "_drop(np.log(total), axis)"),
        (
            "cross_entropy",
            "y.total() * _drop(np.log(total), axis) - y.expectation(z)",
            "y.total() * _drop(np.log(total), axis) + y.expectation(z)",
        ),
        (
            "cross_entropy",
            "{'mean': np.mean, 'sum': np.sum, 'none': np.asanyarray}",
            "{'mean': np.sum, 'sum': np.sum, 'none': np.asanyarray}",
        ),
        ("cross_entropy_backward", "max(p.size // p.shape[axis], 1)", "p.shape[0]"),
        ("cross_entropy_backward", "max(p.size // p.shape[axis], 1)", "p.size"),
        ("cross_entropy_backward", "reduction == 'mean'", "reduction != 'sum'"),
        ("cross_entropy_backward", "_over(dloss, temperature)", "dloss"),
        ("_Classes.expectation", "(1 - self.smoothing) * z[self.at]", "z[self.at]"),
        ("_Classes.expectation", "self.smoothing * everywhere", "everywhere"),
        ("_Classes.gradient", "self.smoothing / p.shape[self.axis]", "self.smoothing"),
        ("_Classes.gradient", "scale * (1 - self.smoothing)", "scale"),
        (
            "_Classes.gradient",
            "dz[self.at] -= scale * (1 - self.smoothing)",
            "dz[self.at] += scale * (1 - self.smoothing)",
        ),
        ("_Probabilities.gradient", "p * total", "p"),
        ("_check_target", "smoothing / C", "smoothing"),
        ("_check_target", "0 <= target.min()", "-1 <= target.min()"),
        ("_check_target", "target.max() < C", "target.max() <= C"),
        ("_shifted_logits", "z - _peak(z, axis)", "z"),
        ("_over", "z / temperature", "z * temperature"),
        ("_peak", "np.where(np.isfinite(peak), peak, 0)", "peak"),
        (
            "_peak",
            "np.where(np.isfinite(peak), peak, 0).astype(z.dtype, copy=False)",
            "np.where(np.isfinite(peak), peak, 0).astype(float, copy=False)",
        ),
        ("_check_axis", "z.shape[axis] == 0", "False"),
        ("_check_dloss", "cache.reduction != 'none'", "False"),
        ("batch_norm", "x - first", "x"),
        ("batch_norm", "centered -= rest", "pass"),
        ("batch_norm", "_channel_sum(centered) / n", "_channel_sum(centered) / (n - 1)"),
        ("batch_norm", "_channel_dot(centered, centered) / n", "_channel_dot(centered, centered)"),
        ("batch_norm", "first + rest", "rest"),
        ("batch_norm", "np.sqrt(var + eps)", "np.sqrt(var) + eps"),
        ("batch_norm", "gamma / std * centered", "centered / std"),
        ("batch_norm", "y += beta", "pass"),
        ("_check_affine", "gamma = gamma.astype(dtype, copy=False)", "pass"),
        ("batch_norm_backward", "_channel_dot(dy, centered) / std", "_channel_dot(dy, centered)"),
        ("batch_norm_backward", "dx -= dbeta / n", "pass"),
        ("batch_norm_backward", "dx -= dbeta / n", "dx += dbeta / n"),
        ("batch_norm_backward", "dx += dy", "dx -= dy"),
        ("batch_norm_backward", "dx *= gamma / std", "dx *= gamma"),
        ("batch_norm_backward", "-n * std", "-n"),
        ("batch_norm_backward", "-n * std", "n * std"),
        ("batch_norm_backward", "gamma / std * dy", "gamma * dy"),
        ("_channel_dot", "np.sum(dots, axis=0)", "dots[0]"),
        ("_channel_dot", "np.einsum('nc,nc->c', a, b)", "np.einsum('nc,nc->c', a, a)"),
        ("_check_dy", "dy.astype(dtype, copy=False)", "dy"),
        ("batch_norm", "training and n == 1 and x.size", "n == 1 and x.size"),
        ("batch_norm", "training and n == 1 and x.size", "False"),
        ("batch_norm_backward_staged", "centered / std", "centered"),
        ("batch_norm_backward_staged", "gamma * dy", "dy"),
        ("batch_norm_backward_staged", "std ** 3", "std ** 2"),
        ("batch_norm_backward_staged", "-_channel_sum(dx_hat)", "_channel_sum(dx_hat)"),
        ("batch_norm_backward_staged", "2 * dvar * _channel_sum(centered)", "2 * dvar"),
        ("batch_norm_backward_staged", "2 * dvar * centered", "dvar * centered"),
        (
            "batch_norm_backward_staged",
            "dx_hat / std + 2 * dvar * centered / n + dmean / n",
            "dx_hat / std + 2 * dvar * centered / n",
        ),
        ("layer_norm", "gamma * x_hat.reshape(x.shape) + beta", "x_hat.reshape(x.shape)"),
        ("layer_norm_backward", "np.sum(dy, axis=examples)", "np.sum(dy)"),
        ("layer_norm_backward", "dy * x_hat.reshape(shape)", "dy"),
        ("group_norm", "x.reshape(N * num_groups, n)", "x.reshape(N * num_groups, n, order='F')"),
        ("group_norm_backward", "dy * x_hat.reshape(shape)", "dy"),
        ("_standardize_backward", "dx_hat - _row_mean(dx_hat)", "dx_hat"),
        ("_standardize_backward", "dx_hat * x_hat", "dx_hat"),
        ("_standardize", "rows[:, :1]", "rows[:1, :]"),
        ("_standardize", "centered -= _row_mean(centered)", "pass"),
        (
            "_entries",
            "max(x.shape[0] * math.prod(x.shape[2:]), 1)",
            "(x.shape[0] * math.prod(x.shape[2:]), 1)",
        ),
        ("_check_dy", "np.result_type(dy, dtype)", "dtype"),
        ("_update_running", "var * n / (n - 1)", "var"),
        ("_update_running", "1 - momentum", "momentum"),
        (
            "_update_running",
            "momentum * new.reshape(statistic.shape)",
            "new.reshape(statistic.shape)",
        ),
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
        ("dropout_backward", "_check_dy(dy, mask) * mask", "_check_dy(dy, mask)"),
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


# These change the speed and not the result.
HARMLESS = faults_in(
    "nnlib.functional",
    (
        "batch_norm_backward_staged",
        "2 * dvar * _channel_sum(centered) / n",
        "2 * dvar * _channel_sum(centered)",
    ),
)


@pytest.mark.parametrize("fault", HARMLESS, ids=str)
def test_what_changes_no_result_is_not_noticed(fault: Fault) -> None:
    assert noticed(fault, CHECKS).kind == "not noticed"
