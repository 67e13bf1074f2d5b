"""Keep the notebooks in one clean form: `make notebooks` rewrites those of the book and homework.

The cells of a chapter's exercises are written from the objects in book/exercises, the questions of
an assignment from the module beside it. The form: run
from top to bottom with run counts 1, 2, 3, …; text outputs stored, for the tests compare them
with a fresh run; no images, no widget state, no path of the machine that ran them; every cell
with an id; no metadata but what the book reads.

    python tools/notebooks.py               rewrite every notebook
    python tools/notebooks.py book/x.ipynb  rewrite these only
"""

import argparse
import copy
import importlib.util
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from nnlib.exercises import Exercise, exercises_of, handout

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
HOMEWORK = ROOT / "homework" / "source"

# The metadata that something reads: nbval and myst-nb the tags, myst-nb the pictures' options,
# book/_ext the label of a formula that a cell prints, the marker what nbgrader's settings say.
CELL_METADATA = ("label", "mystnb", "nbgrader", "tags")
NOTEBOOK_METADATA = ("assignment", "myst", "mystnb")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
# Pictures are drawn again when the book is built, and a widget's state belongs to one run.
NOT_STORED = ("image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")
# A file of some machine, or an address in memory.
HOMES = rf"/(?:home|root|tmp|Users|var)/|[A-Z]:\\|{re.escape(str(ROOT))}"
PATH = re.compile(rf"({HOMES})[^\s'\"]*|/ipykernel_\d+")
# Tags and comments that would make nbval pass a cell unchecked.
UNCHECKED = re.compile(r"nbval-(skip|ignore-output)|NBVAL_(SKIP|IGNORE_OUTPUT)")


def notebooks(root: Path = BOOK) -> list[Path]:
    """Return the book's notebooks, in order of name."""
    return sorted(path for path in root.rglob("*.ipynb") if not hidden(path.relative_to(root)))


def hidden(path: Path) -> bool:
    return any(part[0] in "._" for part in path.parts)


# --- the cells of exercises -------------------------------------------------------------------


def exercise_cells(exercise: Exercise) -> list[NotebookNode]:
    """Return the two cells of an exercise: what is asked, and the code to answer it with."""
    name = exercise.name.replace("_", "-")
    asked = f"### {exercise.title}\n\n{exercise.asked()}"
    starter = exercise.starter()
    above, below = ("\n\n\n", "\n\n\n") if starter.startswith("def ") else ("\n\n", "\n")
    # The import makes the cell run by itself.
    code = f"from exercises import {exercise.chapter} as ex{above}{starter}{below}"
    code += f"ex.{exercise.name}.check({exercise.answer_name()})"
    return [
        nbformat.v4.new_markdown_cell(asked, id=f"exercise-{name}-question"),
        nbformat.v4.new_code_cell(code, id=f"exercise-{name}"),
    ]


def with_exercises(notebook: NotebookNode, path: Path) -> NotebookNode:
    """Return the notebook with the cells of its exercises as their objects have them.

    They come after the cell with the id ``exercises-title``, in the order of their module; cells
    whose id begins with ``exercise-`` are theirs.
    """
    notebook = copy.deepcopy(notebook)
    if not (path.parent / "exercises" / f"{path.stem}.py").exists():
        return notebook
    sys.path.insert(0, str(path.parent))
    try:
        exercises = exercises_of(importlib.import_module(f"exercises.{path.stem}"))
    finally:
        sys.path.remove(str(path.parent))
    old = {cell.id: cell for cell in notebook.cells if cell.id.startswith("exercise-")}
    cells = [cell for cell in notebook.cells if cell.id not in old]
    place = next(k for k, cell in enumerate(cells) if cell.id == "exercises-title") + 1
    written = [cell for exercise in exercises.values() for cell in exercise_cells(exercise)]
    for cell in written:  # what was stored stays where the source is the same
        stored = old.get(cell.id)
        if stored is not None and stored.source == cell.source and cell.cell_type == "code":
            cell.outputs, cell.execution_count = stored.outputs, stored.execution_count
    notebook.cells = [*cells[:place], *written, *cells[place:]]
    return notebook


# --- the questions of assignments -------------------------------------------------------------


def questions(path: Path) -> dict[str, Exercise]:
    """Return the exercises in the module beside an assignment's notebook."""
    name = f"assignment_{path.stem}"
    specification = importlib.util.spec_from_file_location(name, path.with_suffix(".py"))
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module  # `inspect.getsource` looks there
    specification.loader.exec_module(module)
    return exercises_of(module)


def with_questions(notebook: NotebookNode, path: Path) -> NotebookNode:
    """Return an assignment with what its module asks in the cells named ``NAME-question``."""
    notebook = copy.deepcopy(notebook)
    asked = questions(path)
    for cell in notebook.cells:
        name = cell.id.removesuffix("-question").replace("-", "_")
        if cell.id.endswith("-question") and name in asked:
            cell.source = f"## {asked[name].title}\n\n{asked[name].asked()}"
    return notebook


def handouts(path: Path) -> str:
    """Return what is handed out of an assignment's questions, as the text of a JSON file."""
    made = {name: handout(exercise) for name, exercise in questions(path).items()}
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


# --- Colab ----------------------------------------------------------------------------------------

FOR_COLAB = """import sys

if "google.colab" in sys.modules:  # Colab has this notebook alone: fetch the book and set it up
    get_ipython().system("git clone -q --depth 1 {address} ~/book")
    get_ipython().run_line_magic("run", "~/book/binder/colab.py")

"""
FETCHED = re.compile(
    r'import sys\n\nif "google\.colab" in sys\.modules:.*?colab\.py"\)\n\n', re.DOTALL
)


def with_colab(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with a first code cell that sets it up on Colab, and only there."""
    notebook = copy.deepcopy(notebook)
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    address = config["repository"]["url"].rstrip("/")
    cell = next((cell for cell in notebook.cells if cell.cell_type == "code"), None)
    if cell is not None:
        cell.source = FOR_COLAB.format(address=address) + FETCHED.sub("", cell.source)
    return notebook


# --- running --------------------------------------------------------------------------------------


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Return the notebook run from top to bottom in `folder`, as the site runs it."""
    notebook = copy.deepcopy(notebook)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return notebook


def clean(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook in the clean form; its source and text outputs stay as they are."""
    notebook = copy.deepcopy(notebook)
    kept = {key: notebook.metadata[key] for key in NOTEBOOK_METADATA if key in notebook.metadata}
    notebook.metadata = NotebookNode(
        kernelspec=NotebookNode(KERNEL), language_info=NotebookNode(name="python"), **kept
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = [cell for cell in notebook.cells if cell.source.strip()]
    names: set[str] = set()
    count = 0
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = unused(cell.get("id") or f"cell-{number}", names)
        cell.source = "\n".join(line.rstrip() for line in cell.source.strip("\n").split("\n"))
        cell.metadata = NotebookNode(
            {key: cell.metadata[key] for key in CELL_METADATA if cell.metadata.get(key)}
        )
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = list(clean_outputs(cell.outputs, count))
    return notebook


def unused(name: str, names: set[str]) -> str:
    while name in names:
        name = f"{name[:60]}-2"
    names.add(name)
    return name


def clean_outputs(outputs: Iterable[NotebookNode], count: int) -> Iterator[NotebookNode]:
    """Yield the outputs with what is not stored left out and split streams joined."""
    last: NotebookNode | None = None
    for output in outputs:
        output = copy.deepcopy(output)
        joins = last is not None and output.output_type == "stream" == last.output_type
        if joins and output.name == last.name:
            last.text += output.text
            continue
        if "data" in output:
            for kind in NOT_STORED:
                output.data.pop(kind, None)
            output.metadata = NotebookNode()
        if output.output_type == "execute_result":
            output.execution_count = count
        if output.get("data", True):
            last = output
            yield output


def problems(notebook: NotebookNode) -> Iterator[str]:
    """Yield what keeps a stored notebook from the clean form, each with its cell's number."""
    wanted = clean(notebook)
    if [cell.source.strip() for cell in notebook.cells] != [c.source.strip() for c in wanted.cells]:
        yield "an empty cell"
        return
    if notebook.metadata != wanted.metadata:
        yield f"metadata of the notebook other than {dict(wanted.metadata)}"
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        yield f"notebook format {notebook.nbformat}.{notebook.nbformat_minor}, not 4.5"
    for number, (cell, good) in enumerate(zip(notebook.cells, wanted.cells), start=1):
        for problem in cell_problems(cell, good):
            yield f"cell {number}: {problem}"
    if not any(cell.cell_type == "code" for cell in notebook.cells):
        yield "no code cell"


def cell_problems(cell: NotebookNode, good: NotebookNode) -> Iterator[str]:
    if cell.get("id") != good.id:
        yield f"id {cell.get('id')!r} is missing or used twice"
    if cell.metadata != good.metadata:
        yield f"metadata that nothing reads: {sorted(set(cell.metadata) - set(good.metadata))}"
    if cell.source != good.source:
        yield "white space at the end of a line, or an empty line at the end of the cell"
    if "attachments" in cell:
        yield "an attached file"
    if UNCHECKED.search(cell.source) or UNCHECKED.search(str(cell.metadata)):
        yield "a mark that would leave the cell unchecked"
    if cell.cell_type == "code":
        yield from code_problems(cell, good)


def code_problems(cell: NotebookNode, good: NotebookNode) -> Iterator[str]:
    if cell.execution_count != good.execution_count:
        yield f"run count {cell.execution_count}, not {good.execution_count}"
    elif cell.outputs != good.outputs:
        yield "an image, widget state or split stream among the outputs"
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"it ends in an error: {output.ename}: {output.evalue}"
        if output.get("name") == "stderr":
            yield f"it writes a warning: {output.text.strip()[:200]}"
        if "image/svg+xml" in output.get("data", {}):
            yield "an SVG picture, which would be stored: give the object a PNG form"
        if match := PATH.search(text_of(output)):
            yield f"a path of the machine that ran it: {match[0]}"


def text_of(output: NotebookNode) -> str:
    texts = [output.get("text", ""), *output.get("data", {}).values()]
    return "\n".join(text if isinstance(text, str) else str(text) for text in texts)


def write(notebook: NotebookNode, path: Path) -> None:
    """Write the file whole or not at all: a crash never costs the author a notebook."""
    nbformat.validate(notebook)
    text = nbformat.writes(notebook) + "\n"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def rewrite(path: Path) -> list[str]:
    """Run one notebook and store its clean form; return what is wrong, storing nothing then."""
    notebook = nbformat.read(path, as_version=4)
    if HOMEWORK in path.resolve().parents:
        notebook = with_questions(notebook, path)
        path.with_suffix(".json").write_text(handouts(path), encoding="utf-8")
    else:
        notebook = with_colab(with_exercises(notebook, path))
    try:
        notebook = clean(run(notebook, path.parent))
    except CellExecutionError as error:
        return [str(error).strip()]
    found = list(problems(notebook))
    if not found:
        write(notebook, path)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks (default: all)")
    paths = parser.parse_args().paths or [*notebooks(), *notebooks(HOMEWORK)]
    bad = 0
    for number, path in enumerate(paths, start=1):
        start = time.perf_counter()
        print(f"[{number}/{len(paths)}] {path} ... ", end="", flush=True)
        found = rewrite(path)
        print("not stored" if found else f"{time.perf_counter() - start:.1f} s")
        for problem in found:
            print(f"    {path}: {problem}")
        bad += bool(found)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
