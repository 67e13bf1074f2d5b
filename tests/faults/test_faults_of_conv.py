"""Faults planted in ``nnlib.conv``, to be noticed by tests/numeric/test_conv.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed, noticed

from tests.numeric import test_conv

CHECKS = checks_in(vars(test_conv))

FAULTS = faults_in(
    "nnlib.conv",
    (
        "conv_output_shape.one",
        "W + before + after - d * (k - 1) - 1",
        "W + before - d * (k - 1) - 1",
    ),
    (
        "conv_output_shape.one",
        "W + before + after - d * (k - 1) - 1",
        "W + before + after - (d * k - 1) - 1",
    ),
    ("conv_output_shape.one", "holds(room < 0)", "False"),
    ("conv_output_shape.one", "_ceil(W + before, s)", "_ceil(W + before + after, s)"),
    ("conv_output_shape.one", "_ceil(room, s) + 1", "room // s + 1"),
    (
        "conv_transpose_output_shape.one",
        "(n - 1) * s - before - after + d * (k - 1) + extra",
        "(n - 1) * s - before - after + d * (k - 1) - extra",
    ),
    ("conv_transpose_output_shape.one", "holds(extra >= s)", "holds(extra > s)"),
    ("conv_transpose_output_shape.one", "holds(extra >= d)", "True"),
    ("conv_transpose_output_shape.one", "holds(result < 1)", "False"),
    ("same_padding.one", "_ceil(W, s) - 1", "W // s - 1"),
    ("same_padding.one", "total - total // 2", "total // 2"),
    ("multiply_adds", "pixels * n", "n"),
    ("_weights", "holds(channels % groups > 0)", "False"),
    (
        "_weights",
        "len(kernel_size) if _is_sequence(kernel_size) else 2",
        "len(kernel_size) if _is_sequence(kernel_size) else 1",
    ),
    ("parameter_count", "weights + out_channels", "weights + in_channels"),
    ("Geometry.phases", "self.dilation[0] * k % self.stride[0]", "k % self.stride[0]"),
    ("Geometry.padded_size", "max(H + sum(vertical), reach[0])", "H + sum(vertical)"),
    ("col2im", "pixels_there += tap", "pixels_there[...] = tap"),
    ("_counted", "include_padding", "not include_padding"),
    ("Geometry.pad", "value", "0"),
    ("Geometry.overlaps", "d * (k - 1) + 1", "d * (k - 1)"),
    ("Geometry.overlaps", "d * (k - 1) + 1", "k"),
    ("Geometry.rows", "self.kernel_size[0]", "self.kernel_size[1]"),
    ("Geometry.rows", "self.stride[0]", "self.stride[1]"),
    ("Geometry.rows", "self.dilation[0]", "self.dilation[1]"),
    ("Geometry.cols", "self.output_size[1]", "self.output_size[0]"),
    (
        "Geometry.taps",
        "(padded[:, :, rows, cols] for rows in self.rows() for cols in self.cols())",
        "(padded[:, :, rows, cols] for cols in self.cols() for rows in self.rows())",
    ),
    (
        "Geometry.columns",
        "np.zeros_like(x, order='C', shape=self.columns_shape(*x.shape[:2]))",
        "np.ones_like(x, order='C', shape=self.columns_shape(*x.shape[:2]))",
    ),
    ("Geometry.add_columns", "np.zeros_like(x)", "np.ones_like(x)"),
    ("Geometry.add_columns", "x += share", "x[...] = share"),
    ("Geometry.columns_shape", "self.padded_size", "self.size"),
    (
        "Geometry.window_rows",
        "range(0, self.dilation[0] * self.kernel_size[0], self.dilation[0])",
        "range(self.kernel_size[0])",
    ),
    ("Geometry._column_of", "self.dilation[1]", "self.dilation[0]"),
    ("Geometry._column_of", "columns[:, :, l, r, i, j]", "columns[:, :, l, -r, i, j]"),
    ("_inside", "-(first // step)", "-first // step"),
    ("_inside", "-((first - size) // step)", "(size - first) // step"),
    ("_inside", "min(count, -((first - size) // step))", "max(count, -((first - size) // step))"),
    (
        "_inside",
        "max(start, min(count, -((first - size) // step)))",
        "min(count, -((first - size) // step))",
    ),
    ("_places", "range(0, dilation * kernel_size, dilation)", "range(kernel_size)"),
    (
        "_places",
        "slice(start, start + stride * count, stride)",
        "slice(start, start + stride * count)",
    ),
    ("_places", "stride * count", "stride * (count - 1)"),
    ("conv2d_backward", "np.sum(dy, axis=(0, 2, 3)) if b is not None else None", "None"),
    (
        "conv2d_backward",
        "check_shape(dy, 'dy', (x.shape[0], w.shape[0], *geometry.output_size))",
        "pass",
    ),
    (
        "conv_transpose2d_backward",
        "check_shape(dy, 'dy', (x.shape[0], groups * w.shape[1], *geometry.size))",
        "pass",
    ),
    ("conv2d_backward", "wide(w)", "wide(w[:, ::-1])"),
    ("conv_transpose2d_backward", "wide(x)", "2 * wide(x)"),
    ("conv2d_plain", "o // (O // groups)", "o % groups"),
    ("conv2d_plain", "slice(group * C, (group + 1) * C)", "slice(0, C)"),
    ("conv2d_plain", "slice(sh * i, sh * i + dh * kh, dh)", "slice(sw * i, sw * i + dh * kh, dh)"),
    ("conv2d_plain", "slice(sw * j, sw * j + dw * kw, dw)", "slice(sw * j, sw * j + dh * kw, dh)"),
    ("conv2d_plain", "0 if b is None else b[o]", "0"),
    ("_correlate", "outputs += product", "outputs[...] = product"),
    ("_scatter", "pixels += product", "pixels[...] = product"),
    (
        "_weight_gradient",
        "dw_row += np.sum(strips(pixels) @ outputs, axis=(0, 2))",
        "dw_row[...] = np.sum(strips(pixels) @ outputs, axis=(0, 2))",
    ),
    ("_weight_gradient", "strips(pixels) @ outputs", "(strips(pixels) @ outputs)[:1]"),
    (
        "_weight_gradient",
        "np.sum(strips(pixels) @ outputs, axis=(0, 2))",
        "np.sum(strips(pixels) @ outputs, axis=0)[:, 0]",
    ),
    ("_weight_gradient", "strips(pixels) @ outputs", "(strips(pixels) @ outputs)[:, :, :1]"),
    (
        "_weight_gradient",
        "dw.reshape(kh, groups, C, kw, O // groups).transpose(1, 4, 2, 0, 3)",
        "dw.reshape(kh, groups, C, kw, O // groups).transpose(1, 4, 2, 3, 0)",
    ),
    ("_kernel_rows", "np.moveaxis(w, 2, 0)", "np.moveaxis(w, 3, 0)"),
    ("_strips.strips", "np.swapaxes(a.reshape(shape), 2, 3)", "a.reshape(shape)"),
    (
        "_strips",
        "(m for m in range(1, pixels // 16 + 1) if pixels % m == 0)",
        "(m for m in range(1, pixels // 16 + 1))",
    ),
    ("_blocks", "start + step", "start + step - 1"),
    ("_blocks", "len(x)", "len(x) - 1"),
    ("_scratch", "np.result_type(*given)", "given[0].dtype"),
    ("conv2d_plain", "x = geometry.pad(x)", "pass"),
    ("_correlate", "0 if b is None else b[:, np.newaxis, np.newaxis]", "0"),
    ("_scatter", "0 if b is None else b[:, np.newaxis, np.newaxis]", "0"),
    (
        "_correlate",
        "_scratch((len(x), len(w), *geometry.output_size), x, w, b)",
        "_scratch((len(x), len(w), *geometry.output_size), x, w)",
    ),
    (
        "_scatter",
        "_scratch((len(y), C, *geometry.size), y, w, b)",
        "_scratch((len(y), C, *geometry.size), y, w)",
    ),
    ("conv2d", "y.astype(cache.dtype, copy=False)", "y"),
    ("conv_transpose2d", "y.astype(cache.dtype, copy=False)", "y"),
    ("_check_arrays", "w.shape[0] % groups or 0 in w.shape", "w.shape[0] % groups"),
    ("_check_arrays", "w.shape[0] % groups or 0 in w.shape", "0 in w.shape"),
    ("_check_arrays", "np.result_type(x, w)", "x.dtype"),
    ("_check_arrays", "np.result_type(x, w, b)", "np.result_type(x, w)"),
    ("_check_transposed", "check_shape(x, 'x', ('N', w.shape[0], 'H', 'W'))", "pass"),
    ("_check_transposed", "check_shape(b, 'b', (groups * w.shape[1],))", "b = b[:w.shape[1]]"),
    ("_cast", "a.astype(dtype, copy=False)", "a"),
    ("max_pool2d", "geometry.pad(x, -np.inf)", "geometry.pad(x, 0)"),
    ("max_pool2d", "first.copy()", "first"),
    ("max_pool2d", "np.maximum(y, tap, out=y)", "np.minimum(y, tap, out=y)"),
    ("max_pool2d_backward", "x_tap < y", "x_tap != y"),
    ("max_pool2d_backward", "np.logical_or(x_tap < y, taken)", "x_tap < y"),
    ("max_pool2d_backward", "np.logical_or(taken, first)", "first"),
    ("avg_pool2d", "geometry.pad(wide(x))", "geometry.pad(wide(x), 1)"),
    ("_check_pool", "kernel_size if stride is None else stride", "1 if stride is None else stride"),
    ("_check_pool", "d * (k - 1) + 1", "k"),
    ("conv_output_shape.one", "room // s", "-(-room // s)"),
    ("conv_output_shape.one", "room // s + 1", "(room + 1) // s"),
    ("conv_output_shape.one", "room < 0", "room <= 0"),
    ("conv_transpose_output_shape.one", "n - 1", "n"),
    ("conv_transpose_output_shape.one", "result < 1", "result < 0"),
    ("receptive_field", "k - 1", "k"),
    ("receptive_field", "jump *= s", "jump = s"),
    ("receptive_field", "field = jump = 1", "field = jump = 2"),
    ("_spread", "len(value) != length", "False"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)


# These change the speed and not the result.
HARMLESS = faults_in(
    "nnlib.conv",
    ("_blocks", "max(1, BLOCK_SIZE // size)", "max(2, BLOCK_SIZE // size)"),
)


@pytest.mark.parametrize("fault", HARMLESS, ids=str)
def test_what_changes_no_result_is_not_noticed(fault: Fault) -> None:
    assert noticed(fault, CHECKS).kind == "not noticed"
