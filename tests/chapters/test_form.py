"""Every notebook in the repository is in the one clean form, and the tool that makes it works."""

import copy
import importlib.util
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("notebook_tool", ROOT / "tools" / "notebooks.py")
tool = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tool)

NOTEBOOKS = tool.notebooks()


def test_there_are_notebooks():
    assert NOTEBOOKS, "no notebook under book/: nothing would be checked"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_in_the_clean_form(path):
    found = list(tool.problems(nbformat.read(path, as_version=4)))
    where = path.relative_to(ROOT)
    assert not found, "\n".join(
        [f"run `make notebooks {where}`:", *(f"{where}: {p}" for p in found)]
    )


def notebook(*cells):
    """A notebook in the clean form: cells given as source, or as (source, outputs)."""
    made = nbformat.v4.new_notebook()
    made.cells = [nbformat.v4.new_markdown_cell("# A chapter")]
    for cell in cells:
        source, outputs = cell if isinstance(cell, tuple) else (cell, [])
        made.cells.append(nbformat.v4.new_code_cell(source, outputs=outputs))
    return tool.clean(made)


def result(**data):
    return nbformat.v4.new_output("execute_result", data=data)


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


GOOD = notebook(("1 + 1", [result(**{"text/plain": "2"})]), "x = 1")


def test_clean_form_has_no_problems():
    assert list(tool.problems(GOOD)) == []


def spoil(change):
    spoiled = copy.deepcopy(GOOD)
    change(spoiled)
    return list(tool.problems(spoiled))


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda nb: nb.cells[1].update(execution_count=None), "cell 2: run count None, not 1"),
        (lambda nb: nb.cells[2].update(execution_count=7), "cell 3: run count 7, not 2"),
        (lambda nb: nb.cells[1].outputs[0].data.update({"image/png": "AAAA"}), "cell 2: an image"),
        (
            lambda nb: nb.cells[1].outputs[0].data.update({"image/svg+xml": "<svg/>"}),
            "cell 2: an SVG picture",
        ),
        (
            lambda nb: (
                nb.cells[1]
                .outputs[0]
                .data.update({"application/vnd.jupyter.widget-view+json": {"model_id": "1"}})
            ),
            "cell 2: an image, widget state",
        ),
        (lambda nb: nb.metadata.update(widgets={}), "metadata of the notebook"),
        (lambda nb: nb.cells[0].metadata.update(collapsed=True), "cell 1: metadata that nothing"),
        (
            lambda nb: nb.cells[1].outputs.append(stream("see /home/ada/book/x.py")),
            "cell 2: a path of the machine that ran it: /home/ada/book/x.py",
        ),
        (
            lambda nb: nb.cells[1].outputs.append(stream("careful", name="stderr")),
            "cell 2: it writes a warning: careful",
        ),
        (
            lambda nb: nb.cells[2].outputs.append(
                nbformat.v4.new_output("error", ename="NameError", evalue="y", traceback=[])
            ),
            "cell 3: it ends in an error: NameError: y",
        ),
        (lambda nb: nb.cells[2].update(source="# NBVAL_SKIP\nx = 1"), "cell 3: a mark"),
        (lambda nb: nb.cells[2].metadata.update(tags=["nbval-ignore-output"]), "cell 3: a mark"),
        (lambda nb: nb.cells[2].update(source="x = 1  "), "cell 3: white space"),
        (lambda nb: nb.cells[2].update(id=nb.cells[1].id), "cell 3: id"),
        (lambda nb: nb.cells[2].update(source=""), "an empty cell"),
        (lambda nb: nb.cells.__delitem__(slice(1, None)), "no code cell"),
    ],
    ids=lambda value: value.split(": ")[-1][:24] if isinstance(value, str) else "",
)
def test_problem_is_found_and_its_cell_named(change, message):
    assert any(problem.startswith(message) for problem in spoil(change))


def test_tool_runs_and_rewrites_in_the_clean_form(tmp_path):
    path = tmp_path / "chapter.ipynb"
    messy = notebook("print('a')\nprint('b', flush=True)\nprint('c')", "1 + 1")
    messy.cells[1].metadata["collapsed"] = True
    messy.cells[2].execution_count = 41
    ids = [cell.id for cell in messy.cells]
    nbformat.write(messy, path)
    assert tool.rewrite(path) == []
    stored = nbformat.read(path, as_version=4)
    assert list(tool.problems(stored)) == []
    assert [cell.id for cell in stored.cells] == ids
    assert stored.cells[1].outputs[0].text == "a\nb\nc\n"
    assert stored.cells[2].outputs[0].data["text/plain"] == "2"
    once = path.read_bytes()
    assert tool.rewrite(path) == [] and path.read_bytes() == once


def test_tool_names_the_cell_that_raises_and_stores_nothing(tmp_path):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(notebook("x = 1", "1 / (x - 1)"), path)
    before = path.read_bytes()
    (problem,) = tool.rewrite(path)
    assert "1 / (x - 1)" in problem and "ZeroDivisionError" in problem
    assert path.read_bytes() == before


def test_crash_while_writing_leaves_the_authors_file(tmp_path, monkeypatch):
    path = tmp_path / "chapter.ipynb"
    nbformat.write(GOOD, path)
    before = path.read_bytes()

    def crash(source, target):
        raise OSError("no space left")

    monkeypatch.setattr(tool.os, "replace", crash)
    with pytest.raises(OSError, match="no space"):
        tool.write(notebook("2"), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["chapter.ipynb"]
