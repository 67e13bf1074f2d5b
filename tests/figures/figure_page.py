"""A small page with the demo figures, built by Sphinx and MyST-NB as the book's pages are."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONF = """
import sys
from docutils import nodes
sys.path[:0] = {paths!r}
project = "figures"
extensions = ["myst_nb", "_ext.figures", "_ext.theme"]
html_theme = "nnb"
html_favicon = "favicon.svg"
html_math_renderer = "plain"
numfig = True
nb_execution_mode = "force"
nb_execution_raise_on_error = True
myst_enable_extensions = ["dollarmath"]

def formula(self, node):
    self.body.append("<i class='math'>" + self.encode(node.astext()) + "</i>")
    raise nodes.SkipNode

def setup(app):
    app.add_html_math_renderer("plain", (formula, None), (formula, None))
"""
FAVICON = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def write_book(folder: Path, figures: tuple[str, ...]) -> None:
    """A book of one page with one cell for each figure."""
    text = "# Figures that move\n\n" + "See {numref}`fig-weights`.\n"
    cells = [nbformat.v4.new_markdown_cell(text)]
    cells.append(nbformat.v4.new_code_cell("import figure_demos as demo"))
    cells += [nbformat.v4.new_code_cell(f"demo.{name}()") for name in figures]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "index.ipynb")
    paths = [str(ROOT / "book"), str(HERE), str(ROOT)]
    (folder / "favicon.svg").write_text(FAVICON, encoding="utf-8")
    (folder / "conf.py").write_text(CONF.format(paths=paths), encoding="utf-8")


def build(
    folder: Path, figures: tuple[str, ...] = ("weights", "simplex", "graph", "heat", "pointed")
) -> Path:
    """Build the page, warnings as errors; return the folder of the built site."""
    source, site = folder / "source", folder / "site"
    source.mkdir(parents=True)
    write_book(source, figures)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(source), str(site)]
    env = os.environ | {"PYTHONPATH": f"{HERE}{os.pathsep}{ROOT}", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    if done.returncode:
        raise AssertionError(f"the page did not build:\n{done.stdout}\n{done.stderr}")
    return site
