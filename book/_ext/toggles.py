"""What folds: the code of a cell behind one small toggle, and cells that belong to a fold.

The code of a cell with the tag ``hide-input`` stands behind its output. Without a script it opens all
the same, and in print it is left out: the notebook has it.

Cells with the tag ``in-fold`` are moved into the fold (``:::{dropdown}``) that stands before them, and
so is text in a ``:::{container} in-fold`` between them.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from .elements import Tag
from .labels import is_code_cell

logger = logging.getLogger(__name__)


class MoveCodeBelow(SphinxPostTransform):
    """Put the folded code of a cell behind what it made."""

    default_priority = 190  # before MyST-NB puts it behind a bar above
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for cell in self.document.findall(is_code_cell):
            code = next((part for part in cell if part.get("nb_element") == CODE), None)
            if cell.get("hide_mode") == "input" and code is not None:
                del cell["hide_mode"]
                cell.remove(code)
                summary = Tag("summary", "", nodes.Text("code"))
                cell += Tag("details", "nnb-source", summary, code)


CODE = "cell_code_source"


class FillFolds(SphinxTransform):
    """Move cells and text marked ``in-fold`` into the fold before them."""

    default_priority = 390  # before equations are labelled, so that nothing is counted twice

    def apply(self, **kwargs: object) -> None:
        for part in list(self.document.findall(is_in_fold)):
            before = part.previous_sibling() if part.parent is not None else None
            if is_fold(before):
                part.parent.remove(part)
                before += part
            else:
                logger.warning("marked in-fold, but no fold stands before it", location=part)


def is_in_fold(node: nodes.Node) -> bool:
    if not isinstance(node, nodes.container):
        return False
    return bool({"in-fold", "tag_in-fold"} & set(node["classes"]))


def is_fold(node: nodes.Node | None) -> bool:
    return isinstance(node, nodes.container) and node.get("design_component") == "dropdown"


def setup(app: Sphinx) -> None:
    app.add_transform(FillFolds)
    app.add_post_transform(MoveCodeBelow)
