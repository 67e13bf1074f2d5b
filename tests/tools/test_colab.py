"""On Colab a chapter's first cell fetches the book and sets it up; elsewhere it does nothing."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import notebooks
import pytest

ROOT = Path(__file__).parents[2]
BOOK = sorted((ROOT / "book").glob("*.ipynb"))
CELL = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.user_ns["get_ipython"] = lambda: shell
{colab}
done = shell.run_cell(open("cell.py").read())
done.raise_error()
import json, os
print(json.dumps([os.getcwd(), sys.path[0]]))
"""
PIP = "import json, sys\nwith open('{log}', 'a') as log: log.write(json.dumps(sys.argv[1:]) + '\\n')\n"


@pytest.mark.parametrize("path", BOOK, ids=lambda path: path.stem)
def test_chapter_begins_with_the_cell_for_colab(path):
    notebook = nbformat.read(path, as_version=4)
    assert notebooks.with_colab(notebook).cells == notebook.cells, "run `make notebooks`"
    assert notebooks.with_colab(notebooks.with_colab(notebook)).cells == notebook.cells


def first_cell(path):
    cells = nbformat.read(path, as_version=4).cells
    source = next(cell.source for cell in cells if cell.cell_type == "code")
    return source.partition("\n\nimport")[0].partition("\n\nfrom ")[0] + "\n"


def run_cell(folder, colab):
    """Run a first cell where `pip` writes down what it is asked, and git has this repository."""
    (folder / "pip").mkdir()
    (folder / "pip" / "__init__.py").touch()
    (folder / "pip" / "__main__.py").write_text(PIP.format(log=folder / "pip.log"))
    (folder / "google" / "colab").mkdir(parents=True)
    (folder / "google" / "colab" / "__init__.py").touch()
    (folder / "google" / "colab" / "output.py").write_text(
        "def enable_custom_widget_manager():\n    print('widgets')\n"
    )
    (folder / "cell.py").write_text(first_cell(BOOK[0]))
    config = {
        # Should the real pip be asked all the same, it must not touch this environment.
        "PIP_TARGET": str(folder / "installed"),
        "PIP_NO_INDEX": "1",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.{ROOT.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": repository(),
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": "*",
    }
    code = CELL.format(colab="import google.colab" if colab else "")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), **config},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    log = folder / "pip.log"
    asked = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    return done.stdout, asked


def repository():
    import yaml

    return yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["repository"]["url"]


def test_on_colab_it_fetches_the_book_and_goes_to_the_chapters(tmp_path):
    said, asked = run_cell(tmp_path, colab=True)
    book = tmp_path / "book"
    assert (book / "book" / "exercises").is_dir(), "nothing was fetched"
    assert json.loads(said.splitlines()[-1]) == [str(book / "book")] * 2
    assert "widgets" in said
    assert asked[-1] == ["install", "--quiet", "--no-deps", str(book)]
    assert all(pin not in str(asked) for pin in ("numpy", "matplotlib"))


def test_elsewhere_it_does_nothing(tmp_path):
    said, asked = run_cell(tmp_path, colab=False)
    assert json.loads(said.splitlines()[-1])[0] == str(tmp_path)
    assert asked == [] and not (tmp_path / "book").exists()
