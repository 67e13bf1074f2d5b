"""The page's own Python: which cells a cell stands on, widgets without a kernel, the cover."""

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path

import figure_demos
import nbformat
import pytest
from ipywidgets.embed import embed_data

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / "runtime" / "python"
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))


def loaded(name):
    spec = importlib.util.spec_from_file_location(f"page_{name}", PYTHON / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


needs, refute = loaded("needs"), loaded("refute")


# --- what a cell stands on ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "wanted"),
    [
        (["a = 1", "b = 2", "a"], [0]),
        (["a = 1", "a = 2", "a"], [1]),
        (["a = 1", "a = a + 1", "a"], [0, 1]),
        (["a = 1", "a += 1", "a"], [0, 1]),
        (["a = []", "a.append(1)", "print(a)", "a"], [0, 1]),
        (["a = {}", "a['x'] = 1", "b = 2", "a"], [0, 1]),
        (["a = X()", "a.x = 1", "a"], [0, 1]),
        (["import numpy as np", "np.seterr()", "np.sum(1)"], [0]),
        (["from x import a, b as c", "c"], [0]),
        (["k = 3", "def f(x):\n    return k * x", "f(2)"], [0, 1]),
        (["for a in range(3):\n    pass", "a"], [0]),
        (["a = 1", "print(a)", "b = 1"], []),
        (["a = 1", "b = a", "a = 2", "b"], [0, 1]),
        (["a = X()", "a.f().g(1)", "a"], [0, 1]),
        (["a = 1", "a = (", "a"], [0]),
        (["(a := 1)", "a"], [0]),
        (["class A: pass", "with open() as a: pass", "A, a"], [0, 1]),
    ],
)
def test_a_cell_stands_on_those_that_made_what_it_uses(sources, wanted):
    numbered = dict(enumerate(sources))
    assert needs.needed(numbered, len(sources) - 1) == wanted


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_cell_of_a_chapter_misses_what_it_stands_on(path):
    """Names that a cell reads and that an earlier one makes are made by a cell that it needs."""
    cells = nbformat.read(path, as_version=4).cells
    sources = {n: cell.source for n, cell in enumerate(cells) if cell.cell_type == "code"}
    for number in sources:
        wanted = needs.needed(sources, number)
        made = set().union(*(needs.names_of(sources[n]).makes for n in wanted))
        earlier = [n for n in sources if n < number]
        known = set().union(*(needs.names_of(sources[n]).makes for n in earlier))
        assert needs.names_of(sources[number]).reads & known <= made, f"cell {number}"


# --- widgets --------------------------------------------------------------------------------------

SHOWN = """
import sys, json
sys.path[:0] = {paths!r}
import figure_demos, ipywidgets
figure = getattr(figure_demos, {name!r})()
print(json.dumps([figure.model_id, ipywidgets.state_of(figure)]))
"""


@pytest.mark.parametrize("name", ["weights", "simplex", "graph", "heat", "pointed"])
def test_a_figure_has_the_state_that_ipywidgets_gives_it(name):
    paths = [str(PYTHON), str(ROOT), str(ROOT / "tests" / "figures")]
    code = SHOWN.format(paths=paths, name=name)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    _, state = json.loads(done.stdout)
    figure = getattr(figure_demos, name)()
    real = embed_data(views=[figure], drop_defaults=False)["manager_state"]["state"]
    drawn = {
        key: model
        for key, model in real.items()
        if key[:28] == figure.model_id[:28]  # other figures of this process have links as well
        and not model["model_name"].endswith(("LayoutModel", "StyleModel"))
    }
    here, there = shapes(state), shapes(json.loads(json.dumps(drawn)))
    assert [kind for kind, _ in here] == [kind for kind, _ in there]
    for (kind, one), (_, other) in zip(here, there, strict=True):
        assert one == other, kind
    for model in state.values():
        for trait, value in model["state"].items():
            assert trait in READ, f"the host script does not read {trait}"
            assert value is not None


READ = {
    "children", "spec", "frames", "i0", "i1", "i2", "i3", "i4", "i5", "_esm", "_dom_classes",
    "_options_labels", "index", "description", "source", "target", "min", "max", "value", "interval",
}  # fmt: skip


def shapes(state):
    """The models in their order, each with what the host draws; without ids, which count runs."""
    names = {key: f"model {n}" for n, key in enumerate(sorted(state, key=lambda k: k[-4:]))}

    def plain(value):
        if isinstance(value, (list, tuple)):
            return [plain(one) for one in value]
        if isinstance(value, str) and value.startswith("IPY_MODEL_"):
            return names[value.removeprefix("IPY_MODEL_")]
        return value

    return [
        (
            model["model_name"],
            {t: plain(v) for t, v in sorted(model["state"].items()) if t in READ and kept(t, v)},
        )
        for _, model in sorted(state.items(), key=lambda item: item[0][-4:])
    ]


def kept(trait, value):
    """Defaults that the page has anyway."""
    return (trait, value) not in (
        ("i0", 0),
        ("i1", 0),
        ("i2", 0),
        ("i3", 0),
        ("i4", 0),
        ("i5", 0),
        ("interval", 100),
    )


# --- the cover ------------------------------------------------------------------------------------


def test_the_printed_derivation_is_proved_and_its_last_line_can_be_typed():
    assert refute.printed().status == "proved"
    assert refute.said(refute.PRINTED)["status"] == "proved"


def test_offered_changes_are_refuted_by_numbers_that_refute():
    for text in refute.OFFERED:
        said = refute.said(text)
        assert said["status"] == "refuted" and len(said["gives"]) == 2 and said["at"], text
        at = dict(pair.split(" = ") for pair in said["at"])
        T, gamma = number(at["T"]), number(at.get("\\gamma", "1/2"))
        line = eval(text.replace("^", "**"), {"T": T, "gamma": gamma})
        before = (1 - gamma) * sum(gamma**k for k in range(int(T)))
        assert abs(before - number(said["gives"][0])) < 1e-12, text
        assert abs(line - number(said["gives"][1])) < 1e-12, text
        assert abs(before - line) > 1e-9, text


def number(tex):
    plain = tex.replace("\\tfrac{", "").replace("}{", "/").replace("}", "")
    sign = -1 if plain.startswith("-") else 1
    top, _, bottom = plain.lstrip("-").partition("/")
    return sign * float(top) / float(bottom or 1)


def test_only_what_equals_the_printed_line_is_called_proved():
    proved = [text for text, said in refute.prepared().items() if said["status"] == "proved"]
    assert 5 <= len(proved) < 20
    for text in proved:
        code = text.replace("^", "**").replace("sqrt", "math.sqrt")
        for T in (1, 2, 5):
            for gamma in (0.3, 0.9):
                value = eval(code, {"T": T, "gamma": gamma, "math": math})
                assert abs(value - (1 - gamma**T)) < 1e-12, text


def test_what_is_prepared_is_what_would_be_said():
    prepared = refute.prepared()
    assert len(prepared) >= 50
    assert {said["status"] for said in prepared.values()} == {"proved", "refuted", "unreadable"}
    assert all(key == key.replace(" ", "") for key in prepared)
