"""How the main templates look: pictures of a small book whose words never change, as coarse colours.

A part of a page becomes a grid of cells, each the mean red, green and blue of its pixels. So
the edge of a letter, which differs from machine to machine, counts for nothing; a column that has
moved, a frame, a colour or a size counts. ``tests/golden/record_looks.py`` stores the grids.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import samples
from PIL import Image
from small_book import ROOT, make_book, write_book

CELL = 24  # pixels
SIZES = {"phone": (390, 844), "laptop": (1440, 900), "paper": (704, 1000)}
MODES = ("light", "dark")
# Each part: its page, and what is looked at there: an element, or all that is seen at first.
PARTS = {
    "cover": ("book/intro", None),
    "top of a chapter": ("book/one", None),
    "contents": ("book/one", "#nnt-side"),
    "derivation": ("book/one", "#equation-eq-weights"),
    "bound": ("book/one", ".nnb-chain:has(.nnb-weaker)"),
    "card of a match": ("book/one", ".nnb-match"),
    "card of a refutation": ("book/one", ".nnb-refuted"),
    "figure": ("book/one", "#fig-weights"),
    "table and code": ("book/one", "#tables-and-code"),
    "exercise": ("book/one", "#exercises"),
    "search": ("search", None),
    "print": ("book/one", "#main"),
}
AROUND, HIGHEST = 12, 2400
FAR = 10  # of 255: a cell further off has another colour
FEW = 0.02  # of the cells may have one

COVER = """# A small book

:::{container} nnb-lead
Words that **never change**, so that a picture of them changes when the theme does, and only then.
:::

```{bowl}
```

A paragraph of the cover with $\\gamma$ in it, long enough to fill more than one line on a laptop and several on a phone.

## What is different here

```{refute}
Change one exponent, and there is no such line:
```
"""
TOP = """# The top of a chapter

A paragraph that begins a chapter. It has a formula, $C_t = \\gamma C_{t-1} + (1-\\gamma) c_t$, some `code` and *words that lean*. It goes on long enough for the measure to be seen: between sixty and seventy letters stand in one line.

Another paragraph, shorter, that ends with a **bold** word.
"""
REST = """## Tables and code

| method | steps | error |
|---|---|---|
| plain | 47 | 0.125 |
| kept | 19 | 12.5 |

```python
def average(values, gamma=0.9):
    total = 0.0
    for value in values:
        total = gamma * total + (1 - gamma) * value
    return total
```

:::{note}
A note says something beside the text.
:::

:::{dropdown} What is folded
It can be opened.
:::
"""
EXERCISES = '''"""Exercises of the small book."""

from nnlib.exercises import Choice, Number

half = Number(
    6.58,
    title="A half-life",
    question="After how many steps has a weight halved, at a share of 0.9?",
    hints=["Take logarithms."],
    mistakes=[("twice", 13.2, "That is two of them.")],
    remark="The logarithm of a half over that of the share.",
)
which = Choice(
    {"a": "it grows", "b": "it shrinks"},
    "b",
    title="What a weight does",
    question="What happens to a weight below one that is multiplied by itself?",
    hints=["Try a half."],
    mistakes=[("grows", "a", "A half of a half is a quarter.")],
    remark="It shrinks.",
)
'''


def chapter() -> str:
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    set_up = "import figure_demos as demo\nimport samples\nfrom exercises import one as ex"
    made.cells = [
        nbformat.v4.new_code_cell(set_up, metadata={"tags": ["remove-cell"]}),
        nbformat.v4.new_markdown_cell(TOP),
        nbformat.v4.new_markdown_cell("## What is proved"),
    ]
    made.cells.insert(0, made.cells.pop(1))  # the title comes first
    for name in samples.ALL:
        cell = nbformat.v4.new_code_cell(f"samples.Shown('{name}')", id=f"the-{name}")
        cell.metadata["tags"] = ["hide-input"]
        made.cells.append(cell)
    figure = nbformat.v4.new_code_cell("demo.weights()", metadata={"tags": ["hide-input"]})
    made.cells += [nbformat.v4.new_markdown_cell("## What moves"), figure]
    made.cells += [
        nbformat.v4.new_markdown_cell(REST),
        nbformat.v4.new_markdown_cell("## Exercises"),
    ]
    for name, title in (("half", "A half-life"), ("which", "What a weight does")):
        made.cells.append(nbformat.v4.new_markdown_cell(f"### {title}\n\nA question in words."))
        made.cells.append(nbformat.v4.new_code_cell(f"ex.{name}.check(...)"))
    return nbformat.writes(made)


def build(folder: Path) -> Path:
    """Build the small book there; return the folder of its pages."""
    files = {
        "book/intro.md": COVER,
        "book/one.ipynb": chapter(),
        "book/samples.py": samples.SHOWN,
        "book/samples.json": json.dumps(samples.ALL),
    }
    write_book(folder, files, ["book/intro", "book/one"])
    shutil.copy(ROOT / "tests" / "figures" / "figure_demos.py", folder / "book")
    (folder / "book" / "exercises").mkdir()
    (folder / "book" / "exercises" / "__init__.py").touch()
    (folder / "book" / "exercises" / "one.py").write_text(EXERCISES, "utf-8")
    status, said = make_book(folder, PYTHONPATH=str(ROOT))
    assert status == 0, said
    return folder / "_build" / "html"


# --- pictures -------------------------------------------------------------------------------------

READY = """
const done = arguments[arguments.length - 1];
for (const far of document.querySelectorAll(".nnb-far")) far.style.contentVisibility = "visible";
const waiting = () => [...document.querySelectorAll(".nnh-mount")].some((m) => !m.dataset.ready);
for (const mount of document.querySelectorAll(".nnh-mount")) mount.scrollIntoView();
const wait = () => (waiting() ? setTimeout(wait, 50) : document.fonts.ready.then(() => {
  scrollTo(0, 0);
  setTimeout(done, 400);
}));
wait();
"""
STYLE = """document.head.append(
  Object.assign(document.createElement("style"), {textContent: arguments[0]}));"""
BOX = """
const element = document.querySelector(arguments[0]);
if (element.popover && innerWidth < 1024) element.showPopover();
const box = element.getBoundingClientRect();
return [box.left + scrollX, box.top + scrollY, box.width, box.height];
"""


class Camera:
    """Opens the pages of the small book in a browser and takes pictures of their parts."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address

    def open(self, page: str, size: str, mode: str, media: str = "", css: str = "") -> None:
        """Load a page, with more rules of style if there are any, and wait until it has settled."""
        self.width, self.height = SIZES[size]
        metrics = {"width": self.width, "height": self.height, "deviceScaleFactor": 1}
        metrics["mobile"] = self.width < 600
        features = [
            {"name": "prefers-color-scheme", "value": mode},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.browser.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        media_now = {"media": media, "features": features}
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media_now)
        self.browser.get(f"{self.address}/{page}.html")
        self.browser.execute_script(STYLE, css)
        self.browser.execute_async_script(READY)

    def look(self, part: str) -> Image.Image:
        """The picture of a part of the page that is open."""
        selector = PARTS[part][1]
        box = self.box(selector) if selector else [0, 0, self.width, self.height]
        clip = dict(zip(("x", "y", "width", "height"), box, strict=True), scale=1)
        asked = {"clip": clip, "captureBeyondViewport": bool(selector)}
        shot = None
        for _ in range(10):  # until two in a row are the same: a part may not be painted yet
            before, shot = (
                shot,
                self.browser.execute_cdp_cmd("Page.captureScreenshot", asked)["data"],
            )
            if shot == before:
                break
        return Image.open(io.BytesIO(base64.b64decode(shot)))

    def box(self, selector: str) -> list[float]:
        left, top, width, height = self.browser.execute_script(BOX, selector)
        start = max(0, left - AROUND)
        room = min(width + 2 * AROUND, self.width - start)
        return [start, max(0, top - AROUND), room, min(height + 2 * AROUND, HIGHEST)]


def visits() -> Iterator[tuple[str, str, str, str]]:
    """Page, size, mode and medium of each visit."""
    for page in dict.fromkeys(page for page, _ in PARTS.values()):
        for size in ("phone", "laptop"):
            for mode in MODES:
                yield page, size, mode, ""
    yield "book/one", "paper", "light", "print"


def parts_of(page: str, size: str, media: str) -> list[str]:
    """The parts that are looked at there; the drawer of a phone lies over all others, so it is last."""
    if media:
        return ["print"]
    found = [part for part, (place, _) in PARTS.items() if place == page and part != "print"]
    return sorted(found, key=lambda part: part == "contents")


def all_looks(camera: Camera) -> Iterator[tuple[str, str, Image.Image]]:
    """Part, circumstances and picture of every look at the small book."""
    for page, size, mode, media in visits():
        camera.open(page, size, mode, media)
        for part in parts_of(page, size, media):
            yield part, f"{size}, {mode}", camera.look(part)


def grid_of(picture: Image.Image) -> list[str]:
    """The mean red, green and blue of each cell, in two digits each."""
    pixels = np.asarray(picture.convert("RGB"), dtype=float)
    rows, columns = (n // CELL for n in pixels.shape[:2])
    cells = pixels[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL, 3)
    return [bytes(row.ravel()).hex() for row in cells.mean((1, 3)).round().astype(np.uint8)]


def colours(grid: list[str]) -> np.ndarray:
    return np.array([list(bytes.fromhex(row)) for row in grid], dtype=int).reshape(len(grid), -1, 3)


def differs(seen: list[str], stored: list[str]) -> str:
    """How a grid is not the stored one; nothing where it is, but for a few cells."""
    one, two = colours(seen), colours(stored)
    if one.shape[1] != two.shape[1] or abs(one.shape[0] - two.shape[0]) > 1:
        return f"{one.shape[1]} × {one.shape[0]} cells, stored are {two.shape[1]} × {two.shape[0]}"
    rows = min(one.shape[0], two.shape[0])
    far = (abs(one[:rows] - two[:rows]) > FAR).any(axis=2)
    if far.mean() <= FEW:
        return ""
    shown = "\n".join("".join("#" if cell else "·" for cell in row) for row in far)
    return f"{far.mean():.0%} of the cells have another colour:\n{shown}"
