"""Faults planted in ``nnlib.nn``, to be noticed by tests/numeric/test_nn.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_nn

CHECKS = checks_in(vars(test_nn))

FAULTS = faults_in(
    "nnlib.nn",
    ("linear", "wide(x) @ wide(weight).T", "wide(x) @ wide(weight)"),
    (
        "linear_backward",
        "narrow(dy @ weight, dtype) if check_bool(needs_dx, 'needs_dx') else None",
        "narrow(dy @ weight, dtype)",
    ),
    ("linear_backward", "wide(dy)", "dy"),
    ("Dropout.forward", "self.training", "True"),
    ("Dropout.forward", "self.training", "False"),
    ("Module.training", "not _INFERENCE.get()", "True"),
    ("inference", "_INFERENCE.reset(token)", "pass"),
    ("linear", "y + bias", "y - bias"),
    ("linear", "check_shape(bias, 'bias', (weight.shape[0],))", "pass"),
    ("linear_backward", "dy @ weight", "-dy @ weight"),
    ("linear_backward", "dy.T @ x", "dy.T @ x / len(x)"),
    ("linear_backward", "dy.sum(axis=0)", "dy.mean(axis=0)"),
    ("linear_backward", "check_shape(dy, 'dy', (len(x), len(weight)))", "pass"),
    ("Module.train", "check_bool(mode, 'mode')", "True"),
    ("Module.eval", "self.train(False)", "self.train(True)"),
    ("Module.state_dict", "value.copy()", "value"),
    ("Module.state_dict", "json.dumps(value.bit_generator.state)", "'{}'"),
    ("Module.load_state_dict", "set(given) != set(entries)", "set(given) - set(entries)"),
    ("Module.load_state_dict", "set(given) != set(entries)", "set(entries) - set(given)"),
    ("Module.load_state_dict", "old.bit_generator.state = loaded[name]", "pass"),
    ("Module.load_state_dict", "old[...] = loaded[name]", "pass"),
    ("Module._entries", "layer._parameters + layer._buffers", "layer._parameters"),
    ("Module._bind", "(start := (start + array.size))", "start + array.size"),
    ("Module._bind", "dW[part]", "W[part]"),
    ("Module._saved", "self._cache is None", "False"),
    ("_fitting", "new.shape != old.shape or new.dtype != old.dtype", "new.shape != old.shape"),
    ("_fitting", "new.shape != old.shape or new.dtype != old.dtype", "new.dtype != old.dtype"),
    ("_fitting", "type(old.bit_generator)().state = state", "pass"),
    (
        "Linear.__init__",
        "_initial(init, (out, into), rng, dtype)",
        "he_normal((out, into), rng, dtype=dtype)",
    ),
    ("Linear.__init__", "np.zeros(out, self.weight.dtype)", "np.ones(out, self.weight.dtype)"),
    ("Linear.__init__", "np.zeros(out, self.weight.dtype)", "np.zeros(out)"),
    (
        "Linear.backward",
        "_write(self, weight=dweight, bias=dbias)",
        "_write(self, weight=-dweight, bias=dbias)",
    ),
    (
        "_Convolution.__init__",
        "np.zeros(out_channels, weight.dtype)",
        "np.ones(out_channels, weight.dtype)",
    ),
    (
        "Conv2d.__init__",
        "(out, into // groups, *check_pair(kernel_size, 'kernel_size', 1))",
        "(into, out // groups, *check_pair(kernel_size, 'kernel_size', 1))",
    ),
    ("ConvTranspose2d.__init__", "out // groups", "out"),
    ("_check_channels", "into % groups or out % groups", "into % groups"),
    ("_check_channels", "into % groups or out % groups", "out % groups"),
    ("_Elementwise.backward", "self._pair[1](dy, self._saved())", "dy"),
    (
        "Tanh._pair",
        "(functional.tanh, functional.tanh_backward)",
        "(functional.sigmoid, functional.sigmoid_backward)",
    ),
    ("ReLU._pair", "functional.relu_backward", "functional.tanh_backward"),
    (
        "LeakyReLU.__init__",
        "super().__init__(negative_slope=check_number(negative_slope, 'negative_slope'))",
        "super().__init__()",
    ),
    ("ELU.__init__", "super().__init__(alpha=check_number(alpha, 'alpha'))", "super().__init__()"),
    (
        "Maxout.__init__",
        "check_int(num_pieces, 'num_pieces', 1)",
        "3",
    ),
    (
        "AvgPool2d._pair",
        "(conv.avg_pool2d, conv.avg_pool2d_backward)",
        "(conv.max_pool2d, conv.max_pool2d_backward)",
    ),
    ("_wanted", 'check_bool(needs_dx, "needs_dx")', "True"),
    ("Flatten.backward", "dy.reshape(shape)", "dy"),
    ("Dropout.backward", "functional.dropout_backward(dy, *self._saved())", "dy * 2"),
    ("Flatten.forward", "self._cache = x.shape", "self._cache = x.shape[::-1]"),
    ("BatchNorm.forward", "self.training", "True"),
    ("BatchNorm.forward", "self.eps", "1.0"),
    (
        "BatchNorm.__init__",
        "(np.zeros(C, dtype), np.ones(C, dtype))",
        "(np.zeros(C, dtype), np.zeros(C, dtype))",
    ),
    ("BatchNorm._buffers", "('running_mean', 'running_var')", "('running_mean',)"),
    (
        "LayerNorm.__init__",
        "(np.ones(shape, dtype), np.zeros(shape, dtype))",
        "(np.ones(shape), np.zeros(shape))",
    ),
    ("GroupNorm.forward", "self.num_groups", "1"),
    ("GroupNorm.__init__", "C % self.num_groups", "False"),
    (
        "Sequential.__init__",
        "not inner or len({id(layer) for layer in inner}) != len(inner)",
        "not inner",
    ),
    ("Sequential.__init__", "len({array.dtype for array in arrays}) > 1", "False"),
    ("Sequential._bind", "W[part]", "W[part].copy()"),
    ("Sequential._bind", "dW[part]", "dW[part].copy()"),
    ("Sequential.__setstate__", "self._bind(self.W, self.dW)", "pass"),
    ("Sequential._bind", "(W, dW)", "(W.copy(), dW)"),
    ("Sequential.forward", "layer(x)", "layer(x) if layer.training else x"),
    ("Sequential.backward", "needs_dx or i > first", "needs_dx"),
    ("Sequential.backward", "needs_dx or i > first", "True"),
    ("Sequential.backward", "dy if needs_dx else None", "dy"),
    ("Sequential.train", "layer.train(mode)", "pass"),
    ("Sequential.layers_with_names", "f'{prefix}{i}.'", "f'{i}.'"),
    (
        "_write",
        "layer.grad[name][...] = gradients[name]",
        "layer.grad[name][...] += gradients[name]",
    ),
    ("_write", "layer.grad[name][...]", "layer.grad[name]"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
