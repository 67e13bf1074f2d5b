"""Sets a chapter up on Google Colab, where only the notebook is; its first cell runs this.

Installs what is missing or older than the book needs, and goes to the folder of the chapters, where
the exercises are found. Colab's own NumPy and Matplotlib stay: they are new enough, and in use.
"""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ("numpy", "matplotlib")


def missing() -> list[str]:
    """The pinned packages that are not there in this version."""
    lines = (ROOT / "binder" / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line.partition("#")[0].strip() for line in lines]
    return [pin for pin in pins if pin and pin.split("==")[0] not in KEPT and not is_there(pin)]


def is_there(pin: str) -> bool:
    name, _, wanted = pin.partition("==")
    try:
        return version(name) == wanted
    except PackageNotFoundError:
        return False


def install(*what: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *what], check=True)


if needed := missing():
    install(*needed)
install("--no-deps", str(ROOT))
sys.path.insert(0, str(ROOT / "book"))
os.chdir(ROOT / "book")

from google.colab import output  # noqa: E402  (only Colab has it)

output.enable_custom_widget_manager()
