"""Make what a reader takes along, put it beside the built pages, and link it from there.

    python tools/downloads.py pdf         the whole book as one PDF
    python tools/downloads.py offline     the site as a folder that opens without a server
    python tools/downloads.py chapters    the chapters as notebooks that run, with what they need
    python tools/downloads.py wheel       the library nnlib, for pip

Files of the same content are the same to the last byte: no dates go into them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
NAME = "optimizing-neural-networks"
PAGE = "book/take.html"
RECORDED = ROOT / "tests" / "golden" / "libraries.json"  # values that chapters read
FILES = {
    "pdf": f"{NAME}.pdf",
    "offline": f"{NAME}-offline.zip",
    "chapters": f"{NAME}-chapters.zip",
    "wheel": "nnlib-*.whl",
}
# What stands in the page for a file that has not been made, or for its link (see _ext/take.py).
PLACE = re.compile(r'<(span|a)\b[^>]*\bdata-make="(\w+)"[^>]*>.*?</\1>', re.DOTALL)
LONG_AGO = (1980, 1, 1, 0, 0, 0)
EPOCH = "315532800"  # the same moment, for the wheel
# The offline copy has no use for other downloads, nor for what only a web server can hand out.
# Python itself, with which pages answer, does not start in a folder: it is half of all bytes.
PYTHON = re.compile(r"_static/live/(pyodide-.*|.*\.(zip|whl))")
LEFT_OUT = (
    "downloads/",
    "404.html",
    "sitemap.xml",
    "robots.txt",
    "CNAME",
    ".nojekyll",
    ".buildinfo",
)
READ_ME = """How to run the chapters
=======================

With Python 3.11 or newer, in this folder:

    python -m venv .venv
    .venv/bin/pip install -r requirements.txt
    .venv/bin/jupyter lab book

(On Windows write .venv\\Scripts\\pip and .venv\\Scripts\\jupyter.)
"""


# --- making ---------------------------------------------------------------------------------------


def make(kind: str, site: Path) -> Path:
    """Make one of the files, in the folder `downloads` of the site."""
    folder = site / "downloads"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(FILES[kind]):
        old.unlink()
    {"pdf": make_pdf, "offline": zip_site, "chapters": zip_chapters, "wheel": make_wheel}[kind](
        site, folder
    )
    (made,) = folder.glob(FILES[kind])
    return made


def make_pdf(site: Path, folder: Path) -> None:
    import pdf

    pdf.make_pdf(site, folder / FILES["pdf"])


def make_wheel(site: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    with tempfile.TemporaryDirectory() as build:
        settings = {"SOURCE_DATE_EPOCH": EPOCH, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        source = Path(build, "source")
        copy_library(source)
        subprocess.run(
            [*command, "--wheel-dir", folder, source], check=True, env={**os.environ, **settings}
        )


def copy_library(target: Path) -> None:
    """Copy what the wheel is made of: setuptools would leave its traces in this folder."""
    names = ["pyproject.toml", "README.md", "LICENSE"]
    library = (path for path in (ROOT / "nnlib").rglob("*") if path.is_file())
    for path in [*(ROOT / name for name in names), *library]:
        if "__pycache__" not in path.parts:
            copy = target / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


def zip_site(site: Path, folder: Path) -> None:
    """The pages as they are; the page of downloads says where the others are."""
    files = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and not name.startswith(LEFT_OUT) and not PYTHON.fullmatch(name):
            files[name] = path.read_bytes()
    files[PAGE] = linked(files[PAGE].decode(), {}).encode()
    write_zip(folder / FILES["offline"], NAME, files)


def zip_chapters(site: Path, folder: Path) -> None:
    """The notebooks with the exercises and the library, to be run in JupyterLab."""
    wheel = make("wheel", site)
    book = ROOT / "book"
    parts = [*book.glob("*.ipynb"), *(book / "exercises").rglob("*.py"), RECORDED]
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted(parts)}
    files[wheel.name] = wheel.read_bytes()
    needed = (ROOT / "binder" / "requirements.txt").read_text("utf-8")
    pinned = next(line for line in requirements() if line.startswith("jupyterlab=="))
    files["requirements.txt"] = f"{needed}{pinned}\n./{wheel.name}\n".encode()
    files["README.txt"] = READ_ME.encode()
    write_zip(folder / FILES["chapters"], f"{NAME}-chapters", files)


def requirements() -> Iterator[str]:
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        yield line.partition("#")[0].strip()


def write_zip(target: Path, folder: str, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", LONG_AGO)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, data)


# --- linking --------------------------------------------------------------------------------------


def there(site: Path) -> dict[str, Path]:
    """The files that have been made."""
    found = ((kind, sorted((site / "downloads").glob(name))) for kind, name in FILES.items())
    return {kind: files[-1] for kind, files in found if files}


def linked(page: str, made: dict[str, Path]) -> str:
    """The page of downloads with a link to each file that is there, and a word on the others."""

    def place(found: re.Match[str]) -> str:
        kind = found[2]
        if kind not in made:
            return f'<span data-make="{kind}"><code>make {kind}</code> makes it</span>'
        said = f"{made[kind].name} ({made[kind].stat().st_size / 1e6:.1f} MB)"
        return f'<a download href="../downloads/{made[kind].name}" data-make="{kind}">{said}</a>'

    return PLACE.sub(place, page)


def main(kinds: list[str]) -> None:
    if not kinds or not set(kinds) <= set(FILES):
        sys.exit(__doc__)
    if not (SITE / PAGE).exists():
        sys.exit("There is no book yet: run `make book` first.")
    for kind in kinds:
        made = make(kind, SITE)
        print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.1f} MB")
    page = SITE / PAGE
    page.write_text(linked(page.read_text("utf-8"), there(SITE)), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
