"""The types of the numeric modules hold: mypy, with the settings in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_types_hold() -> None:
    result = mypy()
    assert result.returncode == 0, result.stdout + result.stderr
    assert "no issues found" in result.stdout


def test_a_wrong_type_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from nnlib.averages import moving_average\nx: str = moving_average([1], 0)\n")
    result = mypy(str(wrong))
    assert result.returncode == 1 and "Incompatible types in assignment" in result.stdout
