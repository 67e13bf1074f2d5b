"""A run that checked too little is not green."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat

CONFTEST = Path(__file__).parents[1] / "conftest.py"
SETTINGS = """
[tool.pytest.ini_options]
testpaths = ["."]
addopts = "-ra --nbval --nbval-current-env"
"""


def run(folder, *options, **environment):
    """Run a small suite of its own with this suite's rules; return exit code and output."""
    (folder / "pyproject.toml").write_text(SETTINGS)
    (folder / "conftest.py").write_text(CONFTEST.read_text("utf-8"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={**kept, "CI": "", **environment},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def write_notebook(folder, source, *outputs):
    cell = nbformat.v4.new_code_cell(source, execution_count=1, outputs=list(outputs))
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "chapter.ipynb")


def test_run_without_a_notebook_fails(tmp_path):
    (tmp_path / "test_one.py").write_text("def test_one():\n    pass\n")
    status, said = run(tmp_path, "--numprocesses=1", "--dist=loadfile")
    assert status == 1 and "no cell of a notebook was run" in said
    assert run(tmp_path, "test_one.py")[0] == 0  # asked for one file: fine


def test_run_with_a_notebook_passes(tmp_path):
    write_notebook(tmp_path, "x = 1")
    assert run(tmp_path)[0] == 0


def test_skipped_test_fails_under_ci_only(tmp_path):
    text = "import pytest\n\n\ndef test_one():\n    pytest.skip('no browser')\n"
    (tmp_path / "test_one.py").write_text(text)
    assert run(tmp_path, "test_one.py")[0] == 0
    status, said = run(tmp_path, "test_one.py", CI="true")
    assert status == 1 and "a test was skipped" in said and "no browser" in said


def test_semicolon_hides_a_value_as_in_jupyter(tmp_path):
    write_notebook(tmp_path, "1 + 1;")
    assert run(tmp_path)[0] == 0


def test_changed_output_fails(tmp_path):
    output = nbformat.v4.new_output("execute_result", {"text/plain": "3"}, execution_count=1)
    write_notebook(tmp_path, "1 + 1", output)
    status, said = run(tmp_path)
    assert status == 1 and "chapter.ipynb" in said
