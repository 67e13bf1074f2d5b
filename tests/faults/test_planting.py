"""How faults are planted: found by what the code says, each in a process of its own."""

from __future__ import annotations

import ast
import os
import signal
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from planted import BadFault, Fault, changed_tree, key, must_be_noticed, noticed, plant

LIBRARY = '''
"""A module to plant faults in."""

EPS = 1e-8
RULES = {"double": lambda x: 2 * x}


def average(v, x, beta=0.9):
    """Move an average on."""
    v = beta * v  # the past
    v += (1 - beta) * x
    return v


def total(values):
    s = 0
    for k in range(len(values)):
        if values[k] > EPS:
            s += values[k]
        else:
            s -= values[k]
    return s


def count_to(n):
    k = 0
    while k < n:
        k += 1
    return k


def made(factor):
    def times(x):
        return factor * x

    return times


double = made(2)


class Base:
    rate = 0.5

    def step(self, w):
        return w - self.rate * w

    @property
    def half(self):
        return self.rate / 2


class Derived(Base):
    def step(self, w):
        return super().step(w) + 1
'''


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A package of one module, written anew by calling it with another text."""
    name = f"nnlib_planting_{tmp_path.name}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text: str = LIBRARY) -> str:
        (folder / "rules.py").write_text(text)
        return name

    write.name = f"{name}.rules"
    write()
    return write


def sound(name: str) -> list[Any]:
    """Checks of the library that hold for the code as it is written."""
    from importlib import import_module

    rules = import_module(name)

    def check_functions() -> None:
        assert rules.average(1.0, 2.0, 0.5) == 1.5 and rules.average(1.0, 0.0) == 0.9
        assert rules.total([1, 2, -3]) == 6 and rules.count_to(3) == 3 and rules.double(4) == 8
        assert rules.RULES["double"](3) == 6 and rules.EPS < 1e-6

    def check_classes() -> None:
        assert rules.Base().step(4.0) == 2 and rules.Derived().step(4.0) == 3
        assert rules.Base().half == 0.25

    return [check_functions, check_classes]


FAULTS = [
    ("average", "v = beta * v", "pass"),
    ("average", "v *= beta", "v *= 1 - beta"),  # the same, written in another way
    ("average", "x * (-beta + 1)", "x"),
    ("average", "v += (1 - beta) * x", "v -= (1 - beta) * x"),
    ("average", "0.9", "0.5"),
    ("total", "for k in range(len(values)): ...", "for k in range(1, len(values)): ..."),
    ("total", "range(len(values))", "range(1, len(values))"),
    ("total", "EPS < values[k]", "EPS > values[k]"),
    ("total", "if values[k] > EPS: ...", "..."),
    ("total", "if values[k] > EPS: ...", "if True: ..."),
    ("total", "s = 0\nfor k in range(len(values)): ...", "s = sum(values)"),
    ("EPS", "1e-8", "1.5"),
    ("RULES", "2 * x", "3 * x"),
    ("made.times", "factor * x", "factor + x"),
    ("made.times", "factor * x", "x + x + x"),
    ("double", "2", "3"),
    ("Base.rate", "0.5", "0.25"),
    ("Base.half", "self.rate / 2", "self.rate"),
    ("Base.step", "self.rate * w", "self.rate"),
    ("Derived.step", "super().step(w)", "w"),
    ("Derived", "1", "2"),
    ("*", "double = made(2)", "double = made(4)"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_is_found_and_noticed(library: Any, fault: tuple[str, str, str]) -> None:
    must_be_noticed(Fault(library.name, *fault), sound(library.name))


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_may_be_in_any_module_of_a_package(
    library: Any, fault: tuple[str, str, str]
) -> None:
    if fault[0] == "*":
        with pytest.raises(BadFault, match="is found 0 times"):
            changed_tree(Fault(library(), *fault))
    else:
        assert changed_tree(Fault(library(), *fault))[0] == library.name


def test_the_process_that_asks_keeps_the_sound_code(library: Any) -> None:
    checks = sound(library.name)
    for fault in FAULTS:
        must_be_noticed(Fault(library.name, *fault), checks)
    for check in checks:
        check()


REWRITTEN = [
    ("v = beta * v  # the past", "v = (v\n         * beta)"),
    ("v = beta * v  # the past", "v *= beta"),
    ("v += (1 - beta) * x", "v = x * (1 - beta) + v"),
    ("values[k] > EPS", "EPS < values[k]"),
    ("s -= values[k]", "s = s - values[k]"),
    ("w - self.rate * w", "-(w * self.rate) + w"),
    ("def average(", "def one_more(w, lr):\n    w *= 1 - lr\n    v = 2 * w\n\n\ndef average("),
    ("factor * x", "x * factor"),
]


@pytest.mark.parametrize(("old", "new"), REWRITTEN)
def test_layout_order_and_neighbours_do_not_matter(library: Any, old: str, new: str) -> None:
    assert LIBRARY.count(old) == 1
    library(LIBRARY.replace(old, new))
    for fault in FAULTS:
        changed_tree(Fault(library.name, *fault))


def test_the_change_is_the_one_that_is_written(library: Any) -> None:
    _, _, tree = changed_tree(
        Fault(library.name, "total", "if values[k] > EPS: ...", "if values[k] >= 0: ...")
    )
    wanted = LIBRARY.replace("if values[k] > EPS:", "if values[k] >= 0:")
    assert ast.dump(tree) == ast.dump(ast.parse(wanted))


def same(one: str, other: str) -> bool:
    return bool(key(ast.parse(one)) == key(ast.parse(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a + b", "b + a"),
        ("a - b + c", "c + a - b"),
        ("a - (b - c)", "c + a - b"),
        ("-a + b", "b - a"),
        ("a * b / c", "b / c * a"),
        ("a / (b * c)", "a / c / b"),
        ("a == b", "b == a"),
        ("not a == b", "a != b"),
        ("not a in b", "a not in b"),
        ("a > b", "b < a"),
        ("not a > b", "a <= b"),
        ("x = x + y", "x += y"),
        ("x: float = y", "x = y"),
        ("f(a=1, b=2)", "f(b=2, a=1)"),
        ("f('x')", 'f(("x"))'),
    ],
)
def test_what_says_the_same(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a - b", "b - a"),
        ("a / b", "b / a"),
        ("a / b * c", "a / (b * c)"),
        ("a + b", "a * b"),
        ("a @ b", "b @ a"),
        ("a**b", "b**a"),
        ("a > b", "a >= b"),
        ("a > b", "a < b"),
        ("a < b < c", "c < b < a"),
        ("f(a, b)", "f(b, a)"),
        ("x = x - y", "x = y - x"),
        ("x -= y", "x += y"),
        ("-a", "a"),
        ("+-a", "a"),
        ("1", "1.0"),
        ("True", "1"),
        ("not a", "a"),
        ("a and b", "b and a"),
        ("a // b", "b // a"),
        ("a + a", "a"),
    ],
)
def test_what_does_not_say_the_same(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (("averag", "v", "x"), "has no averag"),
        (("average", "v * gamma", "x"), "found 0 times"),
        (("average", "v", "x"), "found 4 times"),
        (("average", "beta * v", "beta * v"), "are the same"),
        (("average", "beta *", "v"), "is no Python"),
        (("average", "v += (1 - beta) * x", ""), "is empty"),
        (("average", "v = beta * v", "v = bta * v"), "nothing is called bta"),
        (("average", "v = beta * v", "del v"), "any run would notice it: UnboundLocalError"),
        (("average", "v = beta * v", "import nowhere_at_all"), "any run would notice it: Module"),
        (("average", "beta * v", "(yield from)"), "is no Python"),
        (("average", "v = beta * v", "break"), "no Python any more"),
        (("EPS", "1e-8", "1 / 0"), "the module does not load"),
        (("EPS", "1e-8", "nowhere"), "the module does not load"),
        (("average", "def average(v, x, beta=0.9): ...", "pass"), "name what that stands in"),
    ],
)
def test_a_bad_entry_is_refused(library: Any, entry: tuple[str, str, str], said: str) -> None:
    with pytest.raises(BadFault, match=said):
        must_be_noticed(Fault(library.name, *entry), sound(library.name))


def test_a_change_that_nothing_notices_fails(library: Any) -> None:
    fault = Fault(library.name, "EPS", "1e-8", "1e-9")
    assert noticed(fault, sound(library.name)).kind == "not noticed"
    with pytest.raises(pytest.fail.Exception, match="no check noticed EPS: 1e-8 -> 1e-9"):
        must_be_noticed(fault, sound(library.name))


def test_a_check_that_fails_on_the_sound_code_notices_nothing(library: Any) -> None:
    def fails() -> None:
        raise AssertionError("as it is")

    with pytest.raises(AssertionError, match="as it is"):
        must_be_noticed(Fault(library.name, "EPS", "1e-8", "1.5"), [fails])


def test_a_check_that_notices_only_that_the_module_is_run_again_is_refused(library: Any) -> None:
    from importlib import import_module

    rules = import_module(library.name)
    table = rules.RULES

    def same_table() -> None:
        assert rules.RULES is table

    with pytest.raises(BadFault, match="run again"):
        must_be_noticed(Fault(library.name, "EPS", "1e-8", "1.5"), [same_table])
    must_be_noticed(Fault(library.name, "EPS", "1e-8", "1.5"), sound(library.name))


def test_what_does_not_end_is_to_be_marked(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planted.SECONDS_AT_LEAST", 0)
    hangs = Fault(library.name, "count_to", "k += 1", "k -= 1", hangs=True)
    ends = Fault(library.name, "count_to", "k < n", "k <= n")
    must_be_noticed(hangs, sound(library.name))
    must_be_noticed(ends, sound(library.name))
    with pytest.raises(pytest.fail.Exception, match="say hangs=True"):
        must_be_noticed(hangs._replace(hangs=False), sound(library.name))
    with pytest.raises(pytest.fail.Exception, match="is not to be marked"):
        must_be_noticed(ends._replace(hangs=True), sound(library.name))


def test_a_child_that_dies_noticed_nothing(library: Any) -> None:
    def dies() -> None:
        if sound(library.name)[0].__globals__["os"].getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    parent = os.getpid()
    assert noticed(Fault(library.name, "EPS", "1e-8", "1e-9"), [dies]).kind == "hung"


def test_what_a_child_starts_ends_with_it(library: Any, tmp_path: Path) -> None:
    parent, alive = os.getpid(), tmp_path / "alive"

    def starts_another() -> None:
        if os.getpid() != parent and os.fork() == 0:
            while True:
                alive.write_text(str(time.monotonic()))
                time.sleep(0.01)

    noticed(Fault(library.name, "EPS", "1e-8", "1e-9"), [starts_another])
    time.sleep(0.1)
    last = alive.read_text() if alive.exists() else ""
    time.sleep(0.2)
    assert (alive.read_text() if alive.exists() else "") == last


def test_who_holds_a_function_runs_the_faulty_code(library: Any) -> None:
    from importlib import import_module

    rules = import_module(library.name)
    held, bound, table = rules.average, rules.Base().step, {"average": rules.average}

    def unchanged() -> None:
        assert held(1.0, 2.0, 0.5) == table["average"](1.0, 2.0, 0.5) == 1.5 and bound(4.0) == 2

    for entry in [
        ("average", "(1 - beta) * x", "x"),
        ("Base.step", "self.rate * w", "self.rate"),
    ]:
        must_be_noticed(Fault(library.name, *entry), [unchanged])


def test_plant_is_for_good_in_this_process(library: Any) -> None:
    from importlib import import_module

    rules = import_module(library.name)
    plant(Fault(library.name, "count_to", "k = 0", "k = -1"))
    assert rules.count_to(3) == 3
    plant(Fault(library.name, "count_to", "return k", "return k + 1"))
    assert rules.count_to(3) == 4


def test_an_entry_reads_as_one_line() -> None:
    text = textwrap.dedent("""
        if a:
            b
    """).strip()
    assert str(Fault("m", "f", text, "pass")) == "f: if a: b -> pass"
