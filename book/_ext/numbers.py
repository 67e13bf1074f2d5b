"""Numbers in sentences, held to the cell that knows them.

A cell says what it knows, ``known(half_life=half_life(0.9))``, and a sentence shows as much of it
as it needs, as a link: ``[6.58](#known-half-life)``. Jupyter and code hosts show the number; here
it becomes plain text that shows more digits under the pointer. A sentence that says something else
than its cell stops the build. Another chapter's value is ``#known-running_averages.half-life``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from .elements import Tag

MIME = "application/vnd.nnlib.known+json"
TARGET = "#known-"
WORDS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve".split(),
        range(13),
        strict=True,
    )
)
NUMBER = re.compile(
    r"(?P<sign>-?)(?P<digits>\d+(?:\.\d+)?)(?:(?:e|×10\^)(?P<power>-?\d+))?(?P<percent>%?)"
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
logger = logging.getLogger(__name__)


def known_in(notebook: Path) -> dict[str, dict[str, str]]:
    """The values that the cells of a notebook know, as its stored outputs have them."""
    found: dict[str, dict[str, str]] = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            for name, value in output.get("data", {}).get(MIME, {}).items():
                if name in found and found[name] != value:
                    raise ValueError(f"{notebook.name}: two cells say what {name} is")
                found[name] = value
    return found


def problem(shown: str, known: dict[str, str]) -> str:
    """What is wrong with a shown number or formula, or nothing."""
    if known.get("tex") and bare(shown) == bare(known["tex"]):
        return ""
    if "value" not in known:
        return f"the sentence says {shown}, the cell ${known['tex']}$"
    read = number(shown)
    if read is None:
        return f"{shown!r} cannot be read as a number; the cell says {known['value']}"
    value, unit = read
    if abs(float(known["value"]) - value) <= unit / 2 * (1 + 1e-9):
        return ""
    return f"the sentence says {shown}, the cell {known['value']}"


def bare(tex: str) -> str:
    return re.sub(r"\s+|\\[,;]", "", tex.strip("$ "))


def number(shown: str) -> tuple[float, float] | None:
    """The number that a text shows, and the unit of its last digit."""
    text = shown.strip("$ ").replace("−", "-").replace(r"\,", "").replace(r"\times", "×")
    text = re.sub(r"(?<=\d)[,\u2009\u202f ](?=\d{3})", "", text.replace("{", "").replace("}", ""))
    text = re.sub(r"10\^?(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", "10^", text).translate(RAISED).replace(" ", "")
    if text.lower() in WORDS:
        return float(WORDS[text.lower()]), 1.0
    if power := re.fullmatch(r"10\^(-?\d+)", text):
        return 10.0 ** int(power[1]), 0.1 * 10.0 ** int(power[1])
    match = NUMBER.fullmatch(text.replace("\\%", "%"))
    if match is None:
        return None
    scale = 10.0 ** int(match["power"] or 0) / (100 if match["percent"] else 1)
    decimals = len(match["digits"].partition(".")[2])
    value = float(match["digits"]) * (-1 if match["sign"] else 1)
    return value * scale, scale * 10.0**-decimals


class HoldNumbers(SphinxTransform):
    """Replace the links to known values by the numbers they show, and compare."""

    default_priority = 400  # before MyST looks for the targets of links

    def apply(self, **kwargs: Any) -> None:
        for link in list(self.document.findall(nodes.reference)):
            if link.get("refuri", "").startswith(TARGET):
                self.hold(link, link["refuri"].removeprefix(TARGET))

    def hold(self, link: nodes.reference, target: str) -> None:
        chapter, _, name = target.rpartition(".")
        here = Path(self.env.doc2path(self.env.docname))
        notebook = here.with_name(f"{chapter}.ipynb") if chapter else here
        known = {}
        if notebook.suffix == ".ipynb" and notebook.exists():
            self.env.note_dependency(str(notebook))
            known = known_in(notebook)
        if name not in known:
            logger.warning(
                "no cell of %s knows %r: write known(%s=...), and run the notebook",
                notebook.name,
                name,
                name.replace("-", "_"),
                location=link,
            )
        elif wrong := problem(link.astext(), known[name]):
            logger.warning("%s: %s", name, wrong, location=link)
        value = known.get(name, {}).get("value", "")
        link.replace_self(Tag("span", "nnb-number", *link.children, title=value))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(HoldNumbers)
    return {"parallel_read_safe": True}
