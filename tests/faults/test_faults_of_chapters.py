"""Faults in the code that a chapter shows, to be noticed by the chapter's own cells.

Only the cells that claim "the code is this formula" are asked (tests/chapters/chapter_cells.py).
Every library function whose code a chapter shows, as a listing or on a card, has faults here.
"""

from __future__ import annotations

import functools

import pytest
from chapter_cells import Chapter, as_cell, compares, needed_by, shown_functions
from planted import Fault, faults_in, must_be_noticed
from rules import chapters

FAULTS = {
    "running_averages": faults_in(
        "nnlib.averages",
        ("moving_average", "[gamma] * len(c)", "[gamma / 2] * len(c)"),
        ("running_average", "average_(C_t, c[t:t + 1], gamma_t)", "average_(C_t, c[:1], gamma_t)"),
        ("running_average", "C[t] = C_t[0]", "C[t] = C_t[0] / 2"),
        ("bias_corrected_average", "bias_correction(gamma, t)", "bias_correction(gamma, t + 1)"),
        ("bias_corrected_average", "bias_correction(gamma, t)", "1"),
        ("running_average", "_weights(gammas, len(c))", "_weights(gammas, len(c))[::-1]"),
        ("running_average", "np.zeros_like(c[:1])", "c[:1].copy()"),
        ("bias_corrected_average", "enumerate(C, start=1)", "enumerate(C[:-1], start=1)"),
        ("average_", "v *= beta", "pass"),
        ("average_", "(1 - beta) * x", "x"),
        ("bias_correction", "1 - beta**t", "1 - beta"),
    ),
    "momentum": faults_in(
        "nnlib.optim",
        ("heavy_ball_", "w += v", "w -= v"),
        ("heavy_ball_", "w += v", "w += momentum * v"),
        ("heavy_ball_", "-lr * g", "-g"),
        ("heavy_ball_", "-lr * g", "-(1 - momentum) * lr * g"),
        ("accumulate_", "v *= momentum", "pass"),
        ("accumulate_", "v += x", "v += (1 - momentum) * x"),
        ("momentum_", "g + momentum * v if nesterov else v", "v"),
        ("momentum_", "g + momentum * v", "g + v"),
    ),
    "adadelta": faults_in(
        "nnlib",
        ("adagrad_", "G += g**2", "G += g"),
        ("adagrad_", "(t - 1) * lr_decay", "t * (1 + lr_decay)"),
        ("adagrad_", "np.sqrt(G) + eps", "np.sqrt(G + eps)"),
        ("rmsprop_", "average_(v, g**2, alpha)", "average_(v, g**2, 1 - alpha)"),
        ("rmsprop_", "np.sqrt(v) + eps", "np.sqrt(v + eps)"),
        ("adadelta_", "average_(u, d**2, rho)", "average_(u, g**2, rho)"),
        ("adadelta_", "average_(v, g**2, rho)", "pass"),
        ("adadelta_", "np.sqrt((u + eps) / (v + eps))", "np.sqrt(u + eps) / (np.sqrt(v) + eps)"),
        ("adadelta_", "lr * d", "lr * g"),
    ),
    "adam": faults_in(
        "nnlib",
        ("adam_", "average_(m, g, beta1)", "average_(m, g, beta2)"),
        ("adam_", "average_(v, g**2, beta2)", "average_(v, g, beta2)"),
        ("adam_", "bias_correction(beta1, t)", "1"),
        ("adam_", "bias_correction(beta2, t)", "bias_correction(beta2, t + 1)"),
        ("average_", "v *= beta", "pass"),
        ("average_", "(1 - beta) * x", "x"),
        ("bias_correction", "1 - beta**t", "1 - beta"),
    ),
    "softmax_cross_entropy": faults_in(
        "nnlib.functional",
        ("softmax", "np.exp(_shifted(z, axis, temperature))", "np.exp(2 * z)"),
        ("softmax", "e / np.sum(e, axis=axis, keepdims=True)", "e / np.sum(e)"),
        ("softmax_backward", "np.sum(dp * p, axis=axis, keepdims=True)", "np.sum(dp * p)"),
        ("softmax_backward", "p * (dp - np.sum(dp * p, axis=axis, keepdims=True))", "p * dp"),
        (
            "log_softmax",
            "shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))",
            "shifted",
        ),
        ("logsumexp", "np.exp(z - peak)", "np.exp(z - 2 * peak)"),
        ("cross_entropy", "log_total - z[at]", "log_total"),
        ("cross_entropy_backward", "dlogits[at] -= scale * y", "pass"),
        (
            "cross_entropy_backward",
            "p * np.sum(y, axis=axis, keepdims=True) - y",
            "p - y",
        ),
        ("cross_entropy_backward", "scale = scale / examples", "pass"),
        ("cross_entropy", "y * (log_total - z[at])", "log_total - z[at]"),
        ("cross_entropy", "np.divide(e, total, out=e)", "e"),
        ("cross_entropy_backward", "_over(scale, temperature)", "scale"),
        (
            "cross_entropy_backward",
            "_per_example(scale * y, axis) * p",
            "_per_example(scale, axis) * p",
        ),
        ("_read_targets", "(1 - smoothing) * y + smoothing / C", "(1 - smoothing) * y + smoothing"),
        ("_read_targets", "weight[classes]", "weight[classes[::-1]]"),
        ("_read_targets", "np.sum(count)", "classes.size"),
    ),
    "batch_norm": faults_in(
        "nnlib.functional",
        ("batch_norm", "np.sqrt(var + eps)", "np.sqrt(var) + eps"),
        ("batch_norm", "y += beta", "pass"),
        ("batch_norm", "centered = x - mean", "centered = x"),
        ("moments", "channel_sum(centered, centered) / n", "channel_sum(centered, centered)"),
        ("moments", "centered -= rest", "pass"),
        ("moments", "first + rest", "rest"),
        ("_update_running", "1 - momentum", "momentum"),
        ("_update_running", "var * n / (n - 1)", "var"),
        ("batch_norm_backward", "dbeta / n", "dbeta / 2"),
        ("batch_norm_backward", "dgamma / (-n * std)", "-dgamma / std"),
        ("batch_norm_backward", "channel_sum(dy, centered) / std", "channel_sum(dy, centered)"),
        ("batch_norm_backward_staged", "dmean / n", "dmean / 2"),
        ("batch_norm_backward_staged", "2 * std**3", "std**3"),
        ("batch_norm_backward_staged", "-channel_sum(dx_hat) / std", "-channel_sum(dx_hat)"),
        (
            "batch_norm_backward_staged",
            "2 * dvar * centered / n",
            "dvar * centered",
        ),
    ),
    "conv_shapes": faults_in(
        "nnlib.conv",
        ("conv_output_shape", "room // s + 1", "room // s"),
        ("conv_output_shape", "W + before + after - d * (k - 1) - 1", "W + before + after - d * k"),
        (
            "conv_output_shape",
            "W + before + after - d * (k - 1) - 1",
            "W + after - d * (k - 1) - 1",
        ),
        ("conv2d_plain", "slice(sw * j, sw * j + dw * kw, dw)", "slice(j, j + dw * kw, dw)"),
        ("conv2d_plain", "geometry.pad(x)", "np.roll(geometry.pad(x), 1)"),
        ("conv2d", "wide(cache.w)", "wide(cache.w)[..., ::-1]"),
        (
            "conv2d_backward",
            "_scatter(dy, wide(w), geometry, groups)",
            "_scatter(dy, wide(w)[..., ::-1], geometry, groups)",
        ),
        (
            "conv2d_backward",
            "_weight_gradient(wide(x), dy, w, geometry, groups)",
            "_weight_gradient(wide(x), dy[..., ::-1], w, geometry, groups)",
        ),
        ("conv_transpose2d", "wide(cache.w)", "wide(cache.w)[..., ::-1]"),
        (
            "conv_transpose_output_shape",
            "(n - 1) * s - before - after + d * (k - 1) + extra + 1",
            "n * s - before - after + d * (k - 1) + extra + 1",
        ),
        (
            "same_padding",
            "(_ceil(W, s) - 1) * s + d * (k - 1) + 1 - W",
            "(_ceil(W, s) - 1) * s + d * (k - 1) - W",
        ),
        ("parameter_count", "weights + out_channels", "weights + in_channels"),
        ("receptive_field", "d * (k - 1) * jump", "d * k * jump"),
        ("im2col", "geometry.pad(x)", "geometry.pad(x)[..., ::-1]"),
        ("col2im", "pixels_there += tap", "pixels_there[...] = tap"),
        ("col2im", "geometry.crop(x)", "x[:, :, :size[0], :size[1]]"),
    ),
}


@functools.cache
def chapter(name: str) -> Chapter:
    return Chapter(next(path for path in chapters() if path.stem == name))


@pytest.mark.parametrize(
    "name, fault",
    [(name, fault) for name, faults in FAULTS.items() for fault in faults],
    ids=str,
)
def test_fault_is_noticed(name: str, fault: Fault) -> None:
    must_be_noticed(fault, [chapter(name).check])


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_every_function_shown_has_a_fault(path) -> None:
    planted = {fault.where for fault in FAULTS[path.stem]}
    assert shown_functions(path) <= planted, f"plant faults in what {path.stem} shows"


# --- the runner -----------------------------------------------------------------------------------


def test_cell_that_compares_is_told_from_one_that_shows_a_caught_fault() -> None:
    assert compares(as_cell("a", "chain.matches(f(x), j)"))
    assert compares(as_cell("a", "checks = [one.matches(y), two.matches(z)]"))
    assert not compares(as_cell("a", "caught(lambda: chain.matches(f(x), j))"))
    assert not compares(as_cell("a", "# chain.matches(y)\nmatches = 1"))


def test_cells_are_needed_for_the_names_they_write() -> None:
    cells = [
        as_cell("x", "x = 1"),
        as_cell("other", "def f():\n    x = 5\n    return [x for y in range(3)]"),
        as_cell("again", "x = 2"),
        as_cell("changed", "x += 1"),
        as_cell("wanted", "print(x)"),
    ]
    assert [cell.name for cell in needed_by(cells[-1:], cells)] == ["again", "changed", "wanted"]
