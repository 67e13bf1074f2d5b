"""``import nnlib`` is light; the numeric modules bring NumPy and the standard library."""

from __future__ import annotations

import subprocess
import sys

import nnlib


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a new interpreter has loaded after ``statement``."""
    code = f"import sys; {statement}; print(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_nnlib_brings_nothing() -> None:
    brought = modules_after("import nnlib") - modules_after("pass")
    assert {name for name in brought if name not in sys.stdlib_module_names} == {"nnlib"}


def test_the_numeric_modules_bring_numpy_only() -> None:
    every = "import nnlib; [getattr(nnlib, name) for name in nnlib.__all__]"
    brought = modules_after(every) - modules_after("import numpy")
    others = {name for name in brought if name not in sys.stdlib_module_names}
    assert others == {"nnlib"}


def test_the_numeric_modules_are_there_when_asked_for() -> None:
    for name in nnlib.__all__:
        assert getattr(nnlib, name).__name__ == f"nnlib.{name}"
        assert getattr(nnlib, name).__doc__


def test_what_is_not_there_is_an_attribute_error() -> None:
    assert not hasattr(nnlib, "nothing") and set(nnlib.__all__) <= set(dir(nnlib))


def test_every_public_function_says_what_it_does() -> None:
    silent = []
    for module in (getattr(nnlib, name) for name in nnlib.__all__):
        for name in module.__all__:
            public = getattr(module, name)
            if callable(public) and not (public.__doc__ or "").strip():
                silent.append(f"{module.__name__}.{name}")
    assert silent == []
