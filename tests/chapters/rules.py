"""Which chapters the book has: the rules for a chapter's text are held against each."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def chapters() -> list[Path]:
    """The notebooks of the numbered part of the table of contents, in order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    numbered = [part for part in toc["parts"] if part.get("numbered")]
    listed = [ROOT / f"{c['file']}.ipynb" for part in numbered for c in part["chapters"]]
    return [path for path in listed if path.exists()]
