"""What SymPy can take long for is called in one place, which charges for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import nnlib

PACKAGE = Path(nnlib.__file__).parent
LONG = {
    *"apart cancel collect combsimp compose diff discriminant dsolve expand factor".split(),
    *"factorint factor_list factor_terms factorrat gammasimp gcd groebner integrate lcm".split(),
    *"limit".split(),
    *"linsolve minimal_polynomial nonlinsolve nsimplify nroots nsolve powsimp radsimp".split(),
    *"ratsimp real_roots reduce_inequalities reduced resultant roots separatevars".split(),
    *"series simplify solve solveset sqf_list summation together trigsimp".split(),
}
# Methods of expressions; those that share a name with methods of other things are left out.
LONG_METHODS = {"as_set", "equals", "expand", "minimal_polynomial", "nsimplify", "simplify"}
FILES = [
    path
    for folder in ("symbolic", "exercises")
    for path in sorted((PACKAGE / folder).glob("*.py"))
    if path.name not in ("_algebra.py", "_budget.py")
]


def direct_calls(source: str) -> list[str]:
    """The calls and imports in ``source`` that go to SymPy directly, by line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sympy"):
            found += [f"{node.lineno}: {a.name}" for a in node.names if a.name in LONG]
        if isinstance(node, ast.Attribute):
            direct = isinstance(node.value, ast.Name) and node.value.id in ("sp", "sympy")
            if node.attr in (LONG if direct else LONG_METHODS):
                found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_that_can_take_long_is_called_directly(path):
    assert direct_calls(path.read_text()) == []


def test_a_direct_call_is_seen():
    for line in ("sp.expand(a)", "sp.limit(a, x, 0)", "a.simplify()", "(a + b).equals(c)"):
        assert direct_calls(line)
    assert direct_calls("from sympy import factor") and direct_calls("map(sp.cancel, terms)")
    assert not direct_calls("expand(a); sp.Symbol('x'); text.replace('a', 'b')")
