"""Checks that Sphinx has not: each is a warning, and with warnings as errors stops the build."""

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*(["'])\s*[^"'\s]""", re.IGNORECASE)


def check_table_of_contents(app: Sphinx) -> None:
    """Every page under book/ is in _toc.yml: a forgotten chapter is an error, not a gap."""
    listed = {Path(str(name)).with_suffix("").as_posix() for name in app.config.external_site_map}
    for page in pages(Path(app.srcdir)):
        name = page.relative_to(app.srcdir)
        if name.with_suffix("").as_posix() not in listed:
            logger.warning("%s is not in _toc.yml: add it, or move it out of book/", name)


def pages(root: Path) -> Iterator[Path]:
    """Yield each page of the book, leaving out what starts with a dot or underscore."""
    for page in sorted((root / "book").rglob("*")):
        inside = page.relative_to(root).parts
        if page.suffix in {".md", ".ipynb"} and not any(part[0] in "._" for part in inside):
            yield page


def check_images(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Every picture says in words what it shows."""
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            logger.warning(
                "an image without alt text (%s); for a cell's picture write the metadata "
                '"mystnb": {"image": {"alt": "..."}}',
                image["uri"],
                location=placed(image),
            )
    for raw in doctree.findall(nodes.raw):
        for tag in IMAGE.findall(raw.astext()):
            if not ALT.search(tag):
                logger.warning("an image without alt text: %s", tag[:120], location=placed(raw))


def placed(node: nodes.Node) -> nodes.Node:
    """Return the node, or the nearest around it, of which the line is known."""
    around = node
    while around is not None and not around.line:
        around = around.parent
    return node if around is None else around


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", check_table_of_contents)
    app.connect("doctree-resolved", check_images)
