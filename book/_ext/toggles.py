"""The code of a cell that says so (tag ``hide-input``) behind one small toggle, after its output.

Without a script it opens all the same, and in print it is left out: the notebook has it.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from .elements import Tag
from .labels import is_code_cell


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


def setup(app: Sphinx) -> None:
    app.add_post_transform(MoveCodeBelow)
