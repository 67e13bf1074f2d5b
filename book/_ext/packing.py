"""What pages are sent is packed: fonts with the signs that the book shows, scripts without spaces.

What was cut once is kept in _build/.packed, under a digest of all that it depends on.
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from sphinx.errors import ExtensionError

from .formulas import node_program

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "_build" / ".packed"
ESBUILD = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
FEATURES = ["kern", "liga", "tnum", "lnum", "onum", "pnum", "mark", "mkmk", "ccmp", "locl", "calt"]
Weights = int | tuple[int, int] | None
logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells each table it cuts


def kept(end: str, make: Callable[[], bytes], *depends: bytes) -> Path:
    """The file that ``make`` has made once for what it depends on."""
    digest = hashlib.sha256(b"\0".join(depends)).hexdigest()[:16]
    file = KEPT / f"{digest}{end}"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(make())
        part.replace(file)
    return file


def cut_font(source: Path, signs: Iterable[int], weights: Weights = None) -> Path:
    """The font as a file with these signs only, and these weights where it has several."""
    wanted = sorted(set(signs))

    def make() -> bytes:
        options = subset.Options(layout_features=FEATURES, notdef_outline=True, hinting=False)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=wanted)
        font = TTFont(source)
        subsetter.subset(font)
        if weights is not None:
            font.flavor = None
            font.save(between := BytesIO())
            axis = {"wght": weights}
            font = instancer.instantiateVariableFont(TTFont(between), axis, inplace=True)
        font.flavor = "woff2"
        font.save(target := BytesIO())
        return target.getvalue()

    return kept(".woff2", make, source.read_bytes(), repr((wanted, weights, FEATURES)).encode())


@lru_cache
def small_script(source: str) -> str:
    """A script without comments and spaces, by esbuild; what it does stays."""

    def make() -> bytes:
        command = [node_program(), str(ESBUILD), "--minify", "--loader=js", "--target=es2022"]
        done = subprocess.run(command, input=source.encode(), capture_output=True)
        if done.returncode:
            raise ExtensionError(f"esbuild cannot read a script: {done.stderr.decode()}")
        return done.stdout

    return kept(".js", make, source.encode(), ESBUILD.read_bytes()).read_text("utf-8")
