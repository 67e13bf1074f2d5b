"""The built book: which pages it should have, and where they are."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"


def listed_pages() -> list[str]:
    """Return the name of every page in the table of contents, in order."""

    def walk(item: object) -> list[str]:
        if isinstance(item, list):
            return [name for one in item for name in walk(one)]
        if not isinstance(item, dict):
            return []
        own = [str(item[key]) for key in ("root", "file") if key in item]
        below = [walk(value) for value in item.values()]
        return own + [name for names in below for name in names]

    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [name.removesuffix(".md").removesuffix(".ipynb") for name in walk(toc)]


def file_of(page: str) -> Path:
    """Return the page's HTML file; without one the book is to be built first."""
    path = SITE / f"{page}.html"
    assert path.exists(), f"{page} is in _toc.yml but was not built: run `make book` first"
    return path
