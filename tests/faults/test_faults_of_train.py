"""Faults planted in ``nnlib.train``, to be noticed by tests/numeric/test_train.py."""

from __future__ import annotations

import pytest
from planted import Fault, checks_in, faults_in, must_be_noticed

from tests.numeric import test_train

# What is read of the digits is the same for every fault, and slow.
CHECKS = [check for check in checks_in(vars(test_train)) if "reads_digits" not in repr(check)]

FAULTS = faults_in(
    "nnlib.train",
    ("predict", "with inference(): ...", "if True: ..."),
    ("train", "rng.permutation", "np.arange"),
    ("train", "rng.permutation", "np.random.default_rng(0).permutation"),
    ("train", "start + batch_size", "start + batch_size - 1"),
    ("train", "target[rows]", "target[np.sort(rows)]"),
    ("train", "schedule(optimizer.t)", "schedule(optimizer.t + 1)"),
    ("train", "model.backward(loss[1](cache))", "pass"),
    ("train", "optimizer.step(gradients())", "optimizer.step(-gradients())"),
    ("train", "float(value) * len(rows)", "float(value)"),
    ("train", "total / seen", "total / len(batches)"),
    (
        "train",
        "Progress(epoch, epochs, batch, len(batches), float(value), optimizer.lr)",
        "Progress(epoch, epochs, start, len(batches), float(value), optimizer.lr)",
    ),
    ("train", "len(history) + 1", "1"),
    ("train", "epochs + 1", "epochs"),
    ("train", "model.train()", "pass"),
    (
        "train",
        "resume and checkpoint is not None and checkpoint.exists()",
        "checkpoint is not None and checkpoint.exists()",
    ),
    (
        "train",
        "history = load_checkpoint(checkpoint, model, optimizer, rng)",
        "load_checkpoint(checkpoint, model, optimizer, rng)",
    ),
    ("predict", "i + batch_size", "i + batch_size + 1"),
    ("predict", "max(len(x), 1)", "len(x)"),
    ("accuracy", "np.argmax(y, axis=1)", "np.argmin(y, axis=1)"),
    (
        "accuracy",
        "(np.argmax(y, axis=1) == target) & ~np.isnan(y).any(axis=1)",
        "np.argmax(y, axis=1) == target",
    ),
    ("accuracy", "target.shape != (len(y),)", "False"),
    (
        "accuracy",
        (
            "if not len(y):\n"
            "    return float('nan')\n"
            "right = (np.argmax(y, axis=1) == target) & ~np.isnan(y).any(axis=1)"
        ),
        "right = (np.argmax(y, axis=1) == target) & ~np.isnan(y).any(axis=1)",
    ),
    ("save_checkpoint", "os.replace(temporary, path)", "os.rename(temporary, str(path) + '.npz')"),
    ("save_checkpoint", "os.unlink(temporary)", "pass"),
    (
        "save_checkpoint",
        "np.savez(file, **entries)",
        "(open(path, 'wb').close(), np.savez(file, **entries))",
    ),
    (
        "save_checkpoint",
        "tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix='.part')",
        "tempfile.mkstemp(prefix=path.name, suffix='.part')",
    ),
    ("load_checkpoint", "model.load_state_dict(before)", "pass"),
    ("load_checkpoint", "rng.bit_generator.state = state", "pass"),
    ("load_checkpoint", "generator.state = state", "pass"),
    ("load_checkpoint", "optimizer.load_state_dict(_part(entries, 'optimizer/'))", "pass"),
    ("load_checkpoint", "model.load_state_dict(_part(entries, 'model/'))", "pass"),
    ("load_checkpoint", "entries['history']", "entries['history'][:1]"),
    ("_batch_starts", "N - batch_size + 1", "N - batch_size"),
    ("_batch_starts", "N - batch_size + 1 if drop_last else N", "N"),
    ("_batch_starts", "not starts", "False"),
    (
        "_gradients",
        "not isinstance(optimizer, Optimizer) or isinstance(optimizer, LBFGS)",
        "not isinstance(optimizer, Optimizer)",
    ),
    ("_gradients", "optimizer.params[0] is not model.W", "False"),
    (
        "_check_data",
        "x.ndim < 1 or target.ndim < 1 or len(x) != len(target)",
        "x.ndim < 1 or target.ndim < 1",
    ),
    ("_gradients", "g[0] if one else g", "g"),
    ("_place", "start // step + w.size", "start // step + w.size - 1"),
    ("_place", "w.flags.c_contiguous", "True"),
    ("train", "schedule is not None", "schedule is None"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_planted_fault_is_noticed(fault: Fault) -> None:
    must_be_noticed(fault, CHECKS)
