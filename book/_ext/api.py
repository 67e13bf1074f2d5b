"""The pages of the library: docstrings as they stand, equations as text, a link to the chapter.

Docstrings are written to be read in a terminal. On a page, what they indent becomes a block of
code, and every entry that a chapter derives says so.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

# The chapter that derives an entry; the longest name that the entry's own begins with decides.
CHAPTERS = {
    "nnlib.averages": "running_averages",
    "nnlib.optim.Adagrad": "adadelta",
    "nnlib.optim.RMSprop": "adadelta",
    "nnlib.optim.Adadelta": "adadelta",
    "nnlib.optim.adagrad_": "adadelta",
    "nnlib.optim.rmsprop_": "adadelta",
    "nnlib.optim.adadelta_": "adadelta",
    "nnlib.functional.softmax": "softmax_cross_entropy",
    "nnlib.functional.log_softmax": "softmax_cross_entropy",
    "nnlib.functional.logsumexp": "softmax_cross_entropy",
    "nnlib.functional.cross_entropy": "softmax_cross_entropy",
    "nnlib.functional.batch_norm": "batch_norm",
    "nnlib.functional.sigmoid": "softmax_cross_entropy",
    "nnlib.nn.BatchNorm": "batch_norm",
}
SECTION = re.compile(r"^(-{3,}|=+|\.\. |[A-Z]\w+:$)")
LITERAL = re.compile(r"(``.*?``|`[^`]*`)")
MARKUP = re.compile(r"([*|]|(?<=\w)_(?!\w))")


def escape(line: str) -> str:
    """Keep ``*``, ``|`` and a name's last ``_`` as they are: here they are no markup."""
    if line.lstrip().startswith((">>>", "...", "..")):
        return line
    parts = LITERAL.split(line)
    return "".join(p if i % 2 else MARKUP.sub(r"\\\1", p) for i, p in enumerate(parts))


def block_equations(lines: list[str]) -> list[str]:
    """Make each indented block before the first section a block of code, and escape the rest."""
    sections = [i for i, line in enumerate(lines) if SECTION.match(line)]
    end = sections[0] if sections else len(lines)
    result: list[str] = []
    inside = False
    for i, line in enumerate(lines):
        indented = line.startswith("    ")
        if i < end and indented and not inside and result and not result[-1].strip():
            result += [".. code-block:: text", ""]
            inside = True
        elif line.strip() and not indented:
            inside = False
        result.append(line if inside else escape(line))
    return result


def process_docstring(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Change ``lines``, the docstring of ``name``, in place."""
    lines[:] = block_equations(lines)
    chapters = [key for key in CHAPTERS if name.startswith(key)]
    if what in ("function", "class") and chapters:
        page = f"book/{CHAPTERS[max(chapters, key=len)]}"
        if page in app.env.found_docs:
            lines += ["", f"*Derived in* :doc:`/{page}`.", ""]


def setup(app: Sphinx) -> dict[str, bool]:
    """Set up the pages under book/api."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.config.add_module_names = False  # the page's title has the module
    app.config.autodoc_typehints = "none"
    app.config.autodoc_member_order = "bysource"
    app.config.napoleon_use_ivar = True
    app.config.napoleon_use_rtype = False
    app.config.default_role = "py:obj"
    app.connect("autodoc-process-docstring", process_docstring, priority=400)
    return {"parallel_read_safe": True}
