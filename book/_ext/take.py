"""The directive ``{downloads}``: what a reader can take along, each with the command that makes it.

The files are made from the built pages, after them; tools/downloads.py then puts the links where this
directive has left their places. Notebooks are always there.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .order import chapters_of
from .plain import plain

KINDS = {
    "pdf": (
        "The whole book as one PDF",
        "with its figures as pictures and the solutions at the end",
    ),
    "offline": (
        "This site, for a folder",
        "unpack it and open index.html: figures move and search works, with no server and no network",
    ),
    "chapters": ("The chapters, to run", "notebooks, exercises and the library, for JupyterLab"),
    "wheel": ("The library nnlib", "for pip: the functions that the chapters explain"),
}


class Downloads(SphinxDirective):
    """A list of the files, with a place for the link to each."""

    def run(self) -> list[nodes.Node]:
        found = nodes.definition_list(classes=["nnt-downloads"])
        for kind, (name, said) in KINDS.items():
            place = f'<span data-make="{kind}"><code>make {kind}</code> makes it</span>'
            text = nodes.paragraph("", f"{said[0].upper()}{said[1:]}: ")
            text += nodes.raw("", place, format="html")
            item = nodes.definition_list_item("", nodes.term("", name))
            item += nodes.definition("", text)
            found += item
        return [found]


class Notebooks(nodes.General, nodes.Element):
    """The place of the list of notebooks: titles are known when all pages have been read."""


class NotebookList(SphinxDirective):
    """A link to the notebook of each chapter."""

    def run(self) -> list[nodes.Node]:
        return [Notebooks()]


def list_notebooks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for place in list(doctree.findall(Notebooks)):
        found = nodes.bullet_list()
        for name in chapters_of(app):
            up = "../" * docname.count("/")
            link = nodes.reference("", f"{name.rsplit('/', 1)[-1]}.ipynb", internal=True)
            link["refuri"] = f"{up}_sources/{name}.ipynb"
            text = nodes.paragraph("", f"{plain(app.env.titles[name])}: ")
            text += link
            found += nodes.list_item("", text)
        place.replace_self(found)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("downloads", Downloads)
    app.add_directive("notebooks", NotebookList)
    app.add_node(Notebooks)
    app.connect("doctree-resolved", list_notebooks)
    return {"parallel_read_safe": True}
