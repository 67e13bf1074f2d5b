"""Which pages and chapters the book has, in its order."""

from sphinx.application import Sphinx


def pages_of(app: Sphinx) -> list[str]:
    """Every page of the table of contents that is there."""
    names = (str(name) for name in app.config.external_site_map)
    return [name for name in names if name in app.env.found_docs]


def chapters_of(app: Sphinx) -> list[str]:
    """The pages that are notebooks."""
    return [name for name in pages_of(app) if app.env.doc2path(name).endswith(".ipynb")]
