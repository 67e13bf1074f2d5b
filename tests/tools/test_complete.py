"""Nothing public comes without its tests, and nothing that trains without a row in the benchmark."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

import nnlib
from nnlib.optim import Optimizer

ROOT = Path(__file__).parents[2]
NUMERIC = sorted(nnlib.__all__)

# Optimizers that are not timed beside PyTorch's, and why.
WITHOUT_A_ROW = {
    "LBFGS": "most of its time is the closure's",
    "Quickprop": "PyTorch has none",
    "dropout": "both sides draw numbers of their own",
    "linear": "it is most of the epoch of the MLP",
    "log_softmax": "it is in the row of softmax and cross-entropy",
    "logsumexp": "it is in the row of softmax and cross-entropy",
    "maxout": "PyTorch has none",
    "softmax": "it is in the row of softmax and cross-entropy",
}


def is_a_record(value: object) -> bool:
    """What functions return or hand on: tested through them."""
    return isinstance(value, type) and (issubclass(value, tuple) or dataclasses.is_dataclass(value))


def is_a_base(value: object, module: ModuleType) -> bool:
    """A class that is tested through those that come from it."""
    others = (getattr(module, name) for name in module.__all__)
    return isinstance(value, type) and any(
        isinstance(other, type) and other is not value and issubclass(other, value)
        for other in others
    )


def untested(module: ModuleType, tests: str) -> list[str]:
    """The public names of a module that its tests do not use.

    A backward may be looked up by the name of its forward.
    """

    def used(name: str) -> bool:
        return re.search(rf"\b{name}\b", tests) is not None

    return [
        name
        for name in module.__all__
        if not used(name)
        and not (name.endswith("_backward") and used(name.removesuffix("_backward")))
        and not is_a_record(getattr(module, name))
        and not is_a_base(getattr(module, name), module)
    ]


@pytest.mark.parametrize("name", NUMERIC)
def test_every_public_name_has_its_tests(name: str) -> None:
    file = ROOT / "tests" / "numeric" / f"test_{name}.py"
    assert file.exists(), f"nnlib.{name} has no test file: write tests/numeric/{file.name}"
    missing = untested(importlib.import_module(f"nnlib.{name}"), file.read_text("utf-8"))
    assert not missing, f"tests/numeric/{file.name} has no test of {', '.join(missing)}"


@pytest.mark.parametrize("name", NUMERIC)
def test_every_numeric_module_has_its_planted_faults(name: str) -> None:
    file = ROOT / "tests" / "faults" / f"test_faults_of_{name}.py"
    assert file.exists(), f"no fault is planted in nnlib.{name}: see tests/faults"


def without_a_file(package: str, modules: Iterable[str], tests: Iterable[str]) -> list[str]:
    """The modules of a package that have no test file; one may have several, by topics."""
    names = {module: module.lstrip("_") for module in modules}
    return [
        f"nnlib/{package}/{module}.py has no tests/{package}/test_{name}.py"
        for module, name in names.items()
        if not any(re.fullmatch(rf"test_{name}(_\w+)?", test) for test in tests)
    ]


@pytest.mark.parametrize("package", ["symbolic", "exercises", "figures"])
def test_every_module_of_a_package_has_its_test_file(package: str) -> None:
    modules = sorted(p.stem for p in (ROOT / "nnlib" / package).glob("_*.py"))
    files = sorted((ROOT / "tests" / package).glob("test_*.py"))
    modules.remove("__init__")
    missing = without_a_file(package, modules, [path.stem for path in files])
    assert not missing, "\n".join(missing)


def test_every_module_that_packages_share_has_its_test_file() -> None:
    modules = sorted(p.stem for p in (ROOT / "nnlib").glob("_[!_]*.py"))
    files = [path.stem for path in (ROOT / "tests").glob("*/test_*.py")]
    assert "_checks" in modules
    missing = without_a_file("*", modules, files)
    assert not missing, "\n".join(missing)


def optimizers() -> list[str]:
    return [
        name
        for name, value in vars(nnlib.optim).items()
        if inspect.isclass(value) and issubclass(value, Optimizer) and value is not Optimizer
    ]


def passes() -> list[str]:
    """The forward passes that have a backward."""
    modules = (nnlib.conv, nnlib.functional, nnlib.nn)
    public = {name for module in modules for name in module.__all__}
    return sorted(name for name in public if f"{name}_backward" in public)


def without_a_row(names: list[str], benchmark: str) -> list[str]:
    """Those that no case names, as "name" or as functional.name(…), and that have no reason."""
    timed = set(re.findall(r'"(\w+)"|\b(?:conv|functional|nn)\.(\w+)\(', benchmark))
    rows = {name for pair in timed for name in pair}
    return [name for name in names if name not in rows and name not in WITHOUT_A_ROW]


def test_what_trains_has_a_row_in_the_benchmark() -> None:
    names = optimizers() + passes()
    assert {"Adam", "conv2d", "elu", "batch_norm"} <= set(names)
    missing = without_a_row(names, (ROOT / "benchmarks" / "run.py").read_text("utf-8"))
    assert not missing, f"benchmarks/run.py has no row for {', '.join(missing)}"
    assert set(WITHOUT_A_ROW) <= set(names)


def test_what_is_missing_is_named() -> None:
    module = ModuleType("made")
    module.__dict__.update(
        __all__=["relu", "relu_backward", "silu", "Cache", "Base", "Derived"],
        relu=abs,
        relu_backward=abs,
        silu=abs,
        Cache=dataclasses.make_dataclass("Cache", ["x"]),
        Base=type("Base", (), {}),
    )
    module.Derived = type("Derived", (module.Base,), {})
    assert untested(module, "silu_backward(relu(x), Derived)") == ["silu"]
    assert untested(module, "") == ["relu", "relu_backward", "silu", "Derived"]
    assert without_a_file("symbolic", ["_zero", "_sign"], ["test_zero_parts", "test_signs"]) == [
        "nnlib/symbolic/_sign.py has no tests/symbolic/test_sign.py"
    ]
    names = ["Adam", "Lion", "LBFGS", "elu", "relu"]
    assert without_a_row(names, 'step("Adam"), conv.relu(x), relu_elu') == ["Lion", "elu"]
