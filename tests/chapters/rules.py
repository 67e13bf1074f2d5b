"""Which chapters the book has, and which of them are held to the rules for a chapter's text.

Chapters in ``OLD`` were written before the rules. Whoever rewrites one takes its name out; nothing
is added.
"""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
OLD = {"batch_norm"}


def chapters() -> list[Path]:
    """The notebooks of the numbered part of the table of contents, in order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    numbered = [part for part in toc["parts"] if part.get("numbered")]
    listed = [ROOT / f"{c['file']}.ipynb" for part in numbered for c in part["chapters"]]
    return [path for path in listed if path.exists()]


def held() -> list[Path]:
    """The chapters that the rules are held against."""
    return [path for path in chapters() if path.stem not in OLD]
