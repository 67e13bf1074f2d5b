"""The pages of the library list every public name of every module, and link its chapter."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
API = ROOT / "book" / "api"
MODULES = sorted(path.stem for path in API.glob("*.md") if path.stem != "index")


def test_every_module_has_a_page():
    public = {
        path.stem
        for path in (ROOT / "nnlib").iterdir()
        if not path.name.startswith("_")
        and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    assert set(MODULES) == public
    index = (API / "index.md").read_text("utf-8")
    assert [name for name in MODULES if f"<{name}>`" not in index] == []


def public_names(name):
    """What the module says it has to offer, or else what it defines."""
    module = importlib.import_module(f"nnlib.{name}")
    own = (n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__)
    return getattr(module, "__all__", None) or [n for n in own if not n.startswith("_")]


@pytest.mark.parametrize("name", MODULES)
def test_page_lists_the_public_names(name):
    text = (API / f"{name}.md").read_text("utf-8")
    listed = re.findall(
        rf"^\.\. auto(?:function|class):: nnlib\.{name}\.(\w+)$", text, re.MULTILINE
    )
    module = importlib.import_module(f"nnlib.{name}")
    words = [n for n in public_names(name) if isinstance(getattr(module, n), str)]
    assert [word for word in words if f"`{word}`" not in text] == []
    public = set(public_names(name)) - set(words)
    missing, gone = sorted(public - set(listed)), sorted(set(listed) - public)
    assert not missing, f"book/api/{name}.md has no entry of {', '.join(missing)}"
    assert not gone, f"book/api/{name}.md lists what nnlib.{name} does not have: {', '.join(gone)}"
    assert len(listed) == len(public), f"book/api/{name}.md lists something twice"


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_says_what_it_does(name):
    module = importlib.import_module(f"nnlib.{name}")
    assert [n for n in public_names(name) if not (getattr(module, n).__doc__ or "").strip()] == []
