"""Equation labels for formulas that a notebook cell prints.

A code cell with the metadata ``"label": "eq-unroll"`` gives the first formula of its output
that label: the page prints its number, and ``{eq}`eq-unroll``` refers to it from any page.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)


class LabelOutputs(SphinxTransform):
    """Give labeled cells' formulas their label, before Sphinx numbers the equations."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        for cell in self.document.findall(is_code_cell):
            label = cell["cell_metadata"].get("label")
            if label is not None:
                self.label(cell, str(label))

    def label(self, cell: nodes.container, label: str) -> None:
        formula = next(cell.findall(nodes.math_block), None)
        if formula is None:
            logger.warning(
                "the cell has the label %r but its output has no formula", label, location=cell
            )
            return
        domain = self.env.get_domain("math")
        domain.note_equation(self.env.docname, label, location=cell)
        formula["label"] = label
        formula["number"] = domain.get_equation_number_for(label)
        formula["ids"] = [nodes.make_id(f"equation-{label}")]


def is_code_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def setup(app: Sphinx) -> None:
    app.add_transform(LabelOutputs)
