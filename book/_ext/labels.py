"""Equation labels for formulas that a notebook cell prints.

A checked object has the label as its ``name``; for any other output the cell's metadata give it,
``"label": "eq-unroll"``. The page prints the number, and ``{eq}`eq-unroll``` refers to it from any
page.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from .checked import Chain

logger = logging.getLogger(__name__)


class LabelOutputs(SphinxTransform):
    """Give formulas their label, before Sphinx numbers the equations."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        for cell in self.document.findall(is_code_cell):
            chains = list(cell.findall(Chain))
            for chain in chains:
                if chain["name"]:
                    self.label(chain, chain["name"], cell)
            label = cell["cell_metadata"].get("label")
            formula = next(iter(chains), None) or next(cell.findall(nodes.math_block), None)
            if label is None or (formula is not None and "label" in formula):
                continue
            if formula is None:
                logger.warning(
                    "the cell has the label %r but its output has no formula", label, location=cell
                )
            else:
                self.label(formula, str(label), cell)

    def label(self, formula: nodes.Element, label: str, cell: nodes.Element) -> None:
        domain = self.env.get_domain("math")
        domain.note_equation(self.env.docname, label, location=cell)
        formula["label"] = label
        formula["number"] = domain.get_equation_number_for(label)
        formula["ids"] = [nodes.make_id(f"equation-{label}")]


def is_code_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def setup(app: Sphinx) -> None:
    app.add_transform(LabelOutputs)
