"""NumPy is loaded when it is first used."""

from __future__ import annotations

import subprocess
import sys

import numpy

from nnlib.exercises._numpy import np


def test_it_is_numpy():
    assert np.ndarray is numpy.ndarray and np.sum([1, 2]) == 3


def test_importing_the_module_alone_does_not_load_it():
    code = "import importlib.util, sys; " + (
        "spec = importlib.util.spec_from_file_location('later', sys.argv[1]); "
        "later = importlib.util.module_from_spec(spec); spec.loader.exec_module(later); "
        "print('numpy' in sys.modules); later.np.array; print('numpy' in sys.modules)"
    )
    file = sys.modules["nnlib.exercises._numpy"].__file__
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
