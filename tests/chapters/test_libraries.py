"""What is recorded of other libraries, held beside this one's: facts that chapters may cite."""

import json
from pathlib import Path

import numpy as np
import pytest

from nnlib.averages import bias_corrected_average

FILE = Path(__file__).parents[1] / "golden" / "libraries.json"
RECORDED = json.loads(FILE.read_text("utf-8"))


def test_versions_are_recorded():
    assert set(RECORDED["versions"]) == {"pandas", "sklearn", "keras", "torch"}


@pytest.mark.parametrize("name", ["alpha=0.1", "com=9", "span=19", "halflife=log(1/2)/log(0.9)"])
def test_pandas_names_the_same_corrected_average_in_four_ways(name):
    ewm = RECORDED["pandas: ewm"]
    np.testing.assert_allclose(ewm[name], bias_corrected_average(ewm["data"], 0.9), rtol=1e-12)


def test_keras_keeps_the_variance_that_divides_by_k_and_pytorch_the_other():
    keras, torch = RECORDED["Keras: BatchNormalization"], RECORDED["PyTorch"]
    kept = keras["running variance after one batch, momentum 0"]
    assert kept == np.var(keras["x"]) == 9.5
    x, new = torch["x"], torch["default momentum"]
    assert torch["running mean after one batch, from 0"] == pytest.approx(new * np.mean(x))
    unbiased = (1 - new) * 1 + new * np.var(x, ddof=1)
    assert torch["running variance after one batch, from 1"] == pytest.approx(unbiased, abs=1e-6)
