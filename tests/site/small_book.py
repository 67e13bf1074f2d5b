"""A book of a few lines in a folder of its own, built by this repository's own `make book`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
NEEDED = (
    "requirements.txt",
    "constraints.txt",
    "pyproject.toml",
    "tools/check_python.py",
    "package.json",
    "package-lock.json",
)


def write_book(folder: Path, files: dict[str, str], toc: list[str]) -> None:
    """Write the pages (and other files) of a book whose table of contents is `toc`."""
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "book").mkdir()
    for part in ("_ext", "_static"):
        (folder / "book" / part).symlink_to(ROOT / "book" / part)
    (folder / "book" / "references.bib").touch()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    root, *others = toc
    lines = ["format: jb-book", f"root: {root}", *(["chapters:"] if others else [])]
    (folder / "_toc.yml").write_text("\n".join(lines + [f"  - file: {name}" for name in others]))
    # What `make book` would install is there already: in this repository.
    for name in (*NEEDED, ".venv/.ready", "node_modules/.ready"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()


def make_book(folder: Path, **settings: str) -> tuple[int, str]:
    """Run `make book` there, with these settings; return its exit code and all that it said."""
    command = [
        "make",
        "--file",
        str(ROOT / "Makefile"),
        "book",
        f"BIN={Path(sys.executable).parent}",
    ]
    environment = {
        name: value
        for name, value in os.environ.items()
        if "MAKE" not in name and not name.startswith("BOOK_")
    } | settings
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        text=True,
        encoding="utf-8",
        timeout=300,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout


def notebook(*sources: str, **metadata: dict) -> str:
    """Return a notebook file: text that starts with # is Markdown, all else code."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    for source in sources:
        kind = "markdown" if source.startswith("# ") else "code"
        made.cells.append(getattr(nbformat.v4, f"new_{kind}_cell")(source))
    made.cells[-1].metadata.update(metadata)
    return nbformat.writes(made)


KNOWN = {"half-life": {"value": "6.578813479"}, "ratio": {"tex": r"\frac{a}{b}"}}


def knowing(text: str) -> str:
    """A notebook of one text, and a cell off the page that knows two values."""
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    data = {"text/plain": "values", "application/vnd.nnlib.known+json": KNOWN}
    known = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    made.cells = [nbformat.v4.new_markdown_cell(text), nbformat.v4.new_code_cell("'values'")]
    made.cells[1].update(outputs=[known], execution_count=1)
    made.cells[1].metadata["tags"] = ["remove-cell"]
    return nbformat.writes(made)
