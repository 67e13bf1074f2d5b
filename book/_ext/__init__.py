"""The site's one extension: formulas, equation numbers of outputs, checks, figures, no CDN.

Each module does one thing and has its own ``setup``; `_config.yml` loads this package.
"""

from importlib import import_module
from importlib.util import find_spec

from sphinx.application import Sphinx

PARTS = (
    "places", "address", "formulas", "elements", "checked", "labels", "anchors", "toggles", "numbers",
    "checks", "tables", "pages", "figures", "ledger", "api", "live", "index_terms", "search", "cards",
    "sharing", "take", "cover", "theme",
)  # fmt: skip


def setup(app: Sphinx) -> dict[str, bool]:
    """Set up every part of the extension that is there."""
    for part in PARTS:
        name = f"{__name__}.{part}"
        if find_spec(name):
            import_module(name).setup(app)
    # Formulas go through one node process, which forked writers could not share.
    return {"parallel_read_safe": True, "parallel_write_safe": False}
