"""The index at the back: terms of the glossary, and the sections that are about them.

``book/index.yml`` says which section is about what, as an editor would mark it; a section that links
a term of the glossary is listed under it as well. Search knows the same terms.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from .plain import plain

INDEX = Path(__file__).resolve().parents[1] / "index.yml"
logger = logging.getLogger(__name__)


@cache
def marked() -> dict[str, dict[str, list[str]]]:
    """The terms of each page's sections, as book/index.yml has them."""
    return yaml.safe_load(INDEX.read_text("utf-8"))


def terms_of(section: nodes.section, docname: str) -> list[str]:
    """What a section is about: what the editor marked."""
    here = marked().get(docname.rsplit("/", 1)[-1], {})
    return [term for name in section["ids"] for term in here.get(name, ())]


class IndexSections(SphinxTransform):
    """Put each marked section into the index, under its terms."""

    default_priority = 840  # ids are final, and the index is gathered after this

    def apply(self, **kwargs: object) -> None:
        if INDEX.exists():
            self.env.note_dependency(str(INDEX))
        docname = self.env.docname
        page = next(iter(self.document.findall(nodes.title)), None)
        known: set[str] = set()
        for section in list(self.document.findall(nodes.section)):
            known.update(section["ids"])
            terms = terms_of(section, docname)
            if not terms or page is None:
                continue
            title = plain(section.next_node(nodes.title))
            where = title if section.parent is self.document else f"{plain(page)}: {title}"
            entries = [
                ("single", f"{term}; {where}", section["ids"][0], "", None) for term in terms
            ]
            section.insert(1, addnodes.index(entries=entries))
        for name in set(marked().get(docname.rsplit("/", 1)[-1], {})) - known:
            logger.warning("book/index.yml: %s has no section %r", docname, name)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_transform(IndexSections)
    return {"parallel_read_safe": True}
