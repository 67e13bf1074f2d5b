"""What others use of the engine is public; where only formulas are compared, NumPy stays away."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nnlib
import nnlib.symbolic

ROOT = Path(nnlib.__file__).parents[1]
OUTSIDE = [
    path
    for pattern in ("nnlib/**/*.py", "book/**/*.py", "tools/**/*.py", "benchmarks/**/*.py")
    for path in sorted(ROOT.glob(pattern))
    if not path.is_relative_to(ROOT / "nnlib" / "symbolic")
]


def private_names(source: str) -> list[str]:
    """The private modules and names of the engine that are imported or used, by line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nnlib.symbolic"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("nnlib.symbolic")]
        elif isinstance(node, ast.Attribute) and ast.unparse(node).startswith("nnlib.symbolic."):
            names = [ast.unparse(node)]
        else:
            continue
        found += [f"{node.lineno}: {name}" for name in names if "._" in name]
    return found


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_outside_takes_a_private_name(path):
    assert private_names(path.read_text()) == []


def test_a_private_name_is_seen():
    for line in (
        "from nnlib.symbolic._equal import equal",
        "from nnlib.symbolic import _equal",
        "import nnlib.symbolic._equal",
        "nnlib.symbolic._equal.equal(a, b)",
    ):
        assert private_names(line)
    assert not private_names("from nnlib.symbolic import equal; nnlib.symbolic.equal(a, b)")


def test_every_public_name_is_there_and_documented():
    page = (ROOT / "book" / "api" / "symbolic.md").read_text()
    listed = set(re.findall(r"nnlib\.symbolic\.([A-Za-z]\w*)", page))
    for name in nnlib.symbolic.__all__:
        public = getattr(nnlib.symbolic, name)
        if not isinstance(public, str):  # the statuses are named in a sentence
            assert public.__doc__ and name in listed, name
        else:
            assert f"`{name}`" in page, name
    assert not [name for name in listed if not hasattr(nnlib.symbolic, name)]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        nnlib.symbolic.nothing  # noqa: B018


WITHOUT_NUMPY = """
import sys


class Blocked:
    def find_spec(self, name, *rest):
        if name.split(".")[0] == "numpy":
            raise ImportError("NumPy is not there")


sys.meta_path.insert(0, Blocked())
import sympy as sp
from nnlib.exercises import Choice, Formula, Number, Proof
from nnlib.symbolic import Derivation, equal, exact, parse

ASKED = {"title": "T", "question": "Q", "hints": ["h"]}
gamma, T = sp.Symbol("gamma", positive=True), sp.Symbol("T", integer=True, positive=True)
chain = Derivation(sp.Symbol("Q"), (gamma + 1) ** 2).step(gamma**2 + 2 * gamma + 1, "expand")
exercises = [
    (Formula(1 - gamma**T, [gamma, T], **ASKED, mistakes=[("one", "gamma^T", "m")]), "1-gamma^T"),
    (Number(sp.Rational(1, 3), **ASKED, mistakes=[("one", 3, "m")]), 1 / 3),
    (Choice({"a": "A", "b": "B"}, "a", **ASKED, mistakes=[("one", "b", "m")]), "a"),
    (Proof(chain, [gamma], **ASKED, mistakes=[], steps=1), ["gamma^2 + 2*gamma + 1"]),
]
print(*(exercise.check(answer) for exercise, answer in exercises))
print(exercises[0][0].check("1 - gamma^(T+1)"))
print(equal(parse("(gamma+1)^2", [gamma]), chain.last), exact(0.9), exact(1 - 0.9))
print("numpy" in sys.modules)
try:
    from nnlib.symbolic import symarray
except ImportError as error:
    print(error)
"""


def test_typed_formulas_are_compared_without_numpy():
    run = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "Right. Right. Right. Right.",
        "Not yet. T is off by one: this is the right answer with T + 1 for T.",
        "proved 9/10 1/10",
        "False",
        "NumPy is not there",
    ]
