"""What an author may get wrong stops the build, with a message that names file and place."""

import pytest
from small_book import knowing, make_book, notebook, write_book

RAISES = notebook("# A chapter", "x = 1", "y = 2\n1 / (x - 1)")
PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
DISPLAY = (
    "class Line:\n"
    "    def _repr_latex_(self):\n"
    "        return r'$$\\begin{aligned} a &= b \\;&&\\; \\text{why} \\end{aligned}$$'\n"
    "Line()"
)

FALSE_STEP = (
    "import sympy as sp\n"
    "from nnlib.symbolic import Derivation\n"
    "x = sp.Symbol('x', real=True)\n"
    "Derivation((x + 1)**2, (x + 1) * (x + 1), 'square').step(x**2 + 1, 'multiply out')"
)

# Each: the page that is wrong, and what the build must say of it.
WRONG = {
    "bad TeX": ("tex.md", "# A\n\ntext\n\n$\\frac{a}$\n", "tex.md:5: WARNING: bad TeX"),
    "bad TeX in a cell": (
        "cell.ipynb",
        notebook("# A\n\n$\\frax{1}$"),
        "cell.ipynb: cell 1, line 3: WARNING: bad TeX",
    ),
    "no such label": (
        "label.md",
        "# A\n\n{ref}`nowhere`\n",
        "label.md:3: WARNING: undefined label",
    ),
    "no such equation": (
        "eq.md",
        "# A\n\n\n{eq}`nothing`\n",
        "eq.md:4: WARNING: equation not found: nothing",
    ),
    "no such page": ("link.md", "# A\n\n[there](gone.md)\n", "link.md:3: WARNING: 'myst' cross"),
    "no such source": (
        "cite.md",
        "# A\n\n{cite}`nobody2020`\n",
        "cite.md:3: WARNING: could not find bibtex key",
    ),
    "no alt text": (
        "alt.md",
        "# A\n\n![](_static/favicon.svg)\n",
        "alt.md:3: WARNING: an image without alt",
    ),
    "no alt text in HTML": (
        "raw.md",
        '# A\n\n<img src="_static/favicon.svg">\n',
        "raw.md:3: WARNING: an image without",
    ),
    "no alt text on a plot": (
        "plot.ipynb",
        notebook("# A", PLOT),
        "plot.ipynb: cell 2, line 1: WARNING: an image without",
    ),
    "a label without a formula": (
        "empty.ipynb",
        notebook("# A", "x = 1", label="eq-none"),
        "empty.ipynb: cell 2, line 1: WARNING: the cell has the label 'eq-none'",
    ),
    "a notebook that raises": ("raises.ipynb", RAISES, "raises.ipynb: WARNING: Executing notebook"),
    "a false step": (
        "false.ipynb",
        notebook("# A", FALSE_STEP),
        "false.ipynb: WARNING: Executing notebook",
    ),
    "a number that its cell does not know": (
        "number.md",
        "# A\n\nAfter [6.58](#known-chapter.half-life) steps.\n",
        "number.md:3: WARNING: no cell of chapter.ipynb knows 'half-life'",
    ),
    "a number that is not its cell's": (
        "other.ipynb",
        knowing("# A\n\nAfter [6.57](#known-half-life) steps."),
        "other.ipynb: cell 1, line 3: WARNING: half-life: the sentence says 6.57",
    ),
    "a page missing from the contents": ("extra.md", "# A\n", "book/extra.md is not in _toc.yml"),
}
LISTED = ["book/intro", *(f"book/{name.split('.')[0]}" for name, *_ in WRONG.values())]
LISTED.remove("book/extra")


@pytest.fixture(scope="module")
def wrong_book(tmp_path_factory):
    """A book with every mistake at once: the build goes on to find them all, and fails."""
    folder = tmp_path_factory.mktemp("wrong")
    files = {f"book/{name}": text for name, text, _ in WRONG.values()}
    write_book(folder, {"book/intro.md": "# Start\n", **files}, [*LISTED, "book/forgotten"])
    return make_book(folder)


@pytest.mark.parametrize("mistake", WRONG)
def test_mistake_is_told_with_its_place(wrong_book, mistake):
    status, said = wrong_book
    assert status != 0
    assert WRONG[mistake][2] in said


def test_page_that_is_not_there_is_told(wrong_book):
    assert "nonexisting document 'book/forgotten'" in wrong_book[1]


def test_notebook_that_raises_is_told_with_cell_and_line(wrong_book):
    said = wrong_book[1]
    assert "1 / (x - 1)" in said and "line 2" in said and "ZeroDivisionError" in said


def test_false_step_is_told_with_a_counterexample(wrong_book):
    said = wrong_book[1]
    assert "FalseStep" in said and "multiply out" in said and "x = " in said


def test_one_mistake_stops_the_build_each_time(tmp_path):
    write_book(tmp_path, {"book/intro.md": "# Start\n\n$\\nothing$\n"}, ["book/intro"])
    for _ in range(2):  # a second build must not forget the first one's warning
        status, said = make_book(tmp_path)
        assert status != 0 and "intro.md:3: WARNING: bad TeX" in said
        assert "The book was not built" in said


@pytest.fixture(scope="module")
def right_book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("right")
    intro = "# Start\n\nSee {eq}`eq-line` and {numref}`fig-plot`.\n\n$$a = b$$ (eq-first)\n"
    chapter = notebook("# One", DISPLAY, label="eq-line")
    plot = {"image": {"alt": "An empty plot"}, "figure": {"name": "fig-plot", "caption": "Empty."}}
    files = {"book/intro.md": intro, "book/one.ipynb": chapter}
    files["book/two.ipynb"] = notebook("# Two", PLOT, mystnb=plot)
    write_book(folder, files, ["book/intro", "book/one", "book/two"])
    status, said = make_book(folder)
    assert status == 0, said
    assert "Open _build/html/index.html" in said
    return folder / "_build" / "html" / "book"


def test_book_without_mistakes_is_built(right_book):
    assert (right_book / "two.html").exists()


def test_formula_printed_by_a_cell_is_numbered_and_found_from_another_page(right_book):
    chapter = (right_book / "one.html").read_text("utf-8")
    assert 'id="equation-eq-line"' in chapter and '<span class="eqno">(2)' in chapter
    intro = (right_book / "intro.html").read_text("utf-8")
    assert 'href="one.html#equation-eq-line">(2)</a>' in intro
