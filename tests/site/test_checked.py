"""Derivations, cards and the code's toggles on a built page: once, whole, and in the right form."""

import json
import re
from html.parser import HTMLParser

import nbformat
import pytest
import samples
from _ext.checked import built, chain_style, forms
from small_book import knowing, make_book, write_book

PRINTS = "import samples\nsamples.Shown('{name}')"
LEDGER = "# Every checked line\n\n```{checked-lines}\n```\n"


def chapter() -> str:
    """A notebook that prints one of each kind, its code folded, and has a set-up cell."""
    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    made.cells = [nbformat.v4.new_markdown_cell("# One\n\nBy {eq}`eq-weights`.")]
    made.cells.append(nbformat.v4.new_code_cell("set_up = 1", metadata={"tags": ["remove-cell"]}))
    for name in samples.ALL:
        cell = nbformat.v4.new_code_cell(PRINTS.format(name=name), id=f"the-{name}")
        cell.metadata["tags"] = ["hide-input"]
        made.cells.append(cell)
    made.cells += [
        nbformat.v4.new_markdown_cell(":::{dropdown} A fold\nfirst words\n:::"),
        nbformat.v4.new_code_cell("print('by a' + ' cell')", metadata={"tags": ["in-fold"]}),
        nbformat.v4.new_markdown_cell(":::{container} in-fold\nlast words\n:::\n\nand after it."),
    ]
    return nbformat.writes(made)


class Page(HTMLParser):
    """Text by the class of what it stands in; what KaTeX renders is read as its TeX."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found, self.ids, self.links = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in ("img", "input", "link", "meta", "br", "hr", "path", "circle"):
            self.open.append((tag, given.get("class") or ""))
        if given.get("id"):
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given.get("href"))
        for name in (given.get("class") or "").split():
            self.found.append((name, []))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def count(self, name):
        return sum(found == name for found, _ in self.found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("checked")
    files = {
        "book/intro.md": "# Start\n\nSee {eq}`eq-closed`.\n",
        "book/one.ipynb": chapter(),
        "book/samples.py": samples.SHOWN,
        "book/samples.json": json.dumps(samples.ALL),
    }
    files["book/two.ipynb"] = knowing(
        "# Two\n\nAfter [6.58](#known-half-life) steps, [$\\frac{a}{b}$](#known-ratio)."
    )
    files["book/intro.md"] += "\nAfter [6.6](#known-two.half-life) steps.\n"
    write_book(made, files, ["book/intro", "book/one", "book/two"])
    status, said = make_book(made)
    assert status == 0, said
    return made / "_build" / "html"


@pytest.fixture(scope="module")
def text(folder):
    return (folder / "book" / "one.html").read_text("utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_each_formula_stands_once(text, page):
    assert "twice" not in text  # the LaTeX form is for Jupyter
    assert page.count("nnb-rhs") == 3 + 3 + 2 + 1 + 1
    for tex in (r"\displaystyle {}= 1-\gamma^T", r"(1-\gamma) \sum_{k=0}^{T-1} \gamma^k"):
        assert text.count(f"{tex}</annotation>") == 1


def test_chain_has_one_mark_that_opens_what_was_checked(text, page):
    assert page.count("nnb-proof") == 3  # the definition has none
    first = text[text.index('id="equation-eq-weights"') :]
    first = first[: first.index("</details>")]
    summary, panel = first.split("</summary>")
    assert "proved" in summary and r"\gamma &lt; 1" in summary and r"\gamma &gt; 0" in summary
    assert "Given" in panel and "Carried by the symbols" in panel and "Rests on" not in panel
    assert "Each of the 2 lines" in panel and "24 points" in panel
    assert "T = 0" in panel and "T = 5" in panel


def test_weaker_chain_is_marked_so_and_says_it_is_no_proof(text):
    foot = text[text.index("nnb-weaker") :]
    foot = foot[: foot.index("</details>")]
    assert "this is no proof" in foot
    assert text.count("nnb-weaker") == 1


def test_line_has_a_label_where_it_is_weaker_or_nothing_to_prove(text):
    labels = [part.split("</span>")[0] for part in text.split('class="nnb-label')[1:]]
    assert [label.split(">")[1] for label in labels] == ["definition", "assumed", "checked"]
    assert ["nnb-weak" in label for label in labels] == [False, False, True]


def test_inequality_shows_difference_and_equality(text, page):
    assert page.count("nnb-note") == 2
    assert "difference: " in text and "equal at " in text and r"{}\le" in text


def test_induction_ends_with_its_claim(text, page):
    assert page.count("nnb-close") == 1
    assert text.index("nnb-close") < text.index("by induction")


def test_equations_are_numbered_by_name_and_found_from_everywhere(folder, text, page):
    assert page.count("nnb-no") == 3 and "(1)" in text and "(3)" in text
    intro = (folder / "book" / "intro.html").read_text("utf-8")
    assert 'href="one.html#equation-eq-closed">(2)</a>' in intro
    assert page.links.count("#equation-eq-weights") == 3  # the text, the induction, its own


def test_results_that_a_chain_rests_on_are_listed_with_numbers(text):
    panel = text[text.index("Rests on") :]
    panel = panel[: panel.index("</dl>")]
    assert 'href="#equation-eq-weights">(1)</a>' in panel and "h = 2" in panel


def test_card_shows_code_beside_formula(text):
    card = text[text.index('id="checked-the-match"') :]
    card = card[: card.index("nnb-source")]
    assert "moving_average" in card and "each of its 5 entries equals" in card and "K = 3" in card
    assert "enumerate" in card and r"\sum_{t=1}^{T} c_t" in card
    assert card.index("enumerate") < card.index("nnb-lines")


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (
            "def f(x: Array, *, lr: Any = 0.1) -> None:\n    return x",
            "def f(x, *, lr=0.1):\n    return x",
        ),
        (
            "@fast\ndef f(μ: Any, n: int = -1, /, *more: Any, **rest: Any): pass",
            "@fast\ndef f(μ, n=-1, /, *more, **rest): pass",
        ),
        (
            "def f(\n    c: Sequence[Any]\n    | Array,\n    g=2,\n) -> Callable[\n    [int], Any\n]:\n    x: int = 1",
            "def f(\n    c,\n    g=2,\n):\n    x: int = 1",
        ),
        (
            "def f(n: Any) -> Any:\n    def one(k: int) -> int:\n        return k\n    return one(n)",
            "def f(n):\n    def one(k):\n        return k\n    return one(n)",
        ),
        ("def f(x):\n    return {x: 1}  # a -> b", "def f(x):\n    return {x: 1}  # a -> b"),
    ],
)
def test_code_on_a_card_has_no_types(code, shown):
    assert forms.without_annotations(code) == shown


def test_code_of_a_card_stands_beside_its_formula_where_both_have_room():
    short = ["def f(x: int) -> int:", "    return " + "x" * 29]
    room = (
        40 * forms.CODE_LETTER + forms.CARD
    )  # without types, the line of the return is the longest
    assert forms.room_beside(short) == room
    assert forms.room_beside([]) is None and forms.room_beside(["pass"] * 25) is None
    assert forms.code_lines([]) == []
    assert "nnb-source" in str(forms.code_lines(["pass"] * 25)[0])


def test_room_for_code_beside_its_formula_is_reckoned(text):
    card = text[text.index("nnb-match") :]
    step = int(re.search(r"nnb-sides nnb-sides-(\d+)", card)[1])
    assert step % 2 == 0 and f"(width >= {step}em){{.nnb-sides-{step}{{" in chain_style()


def test_card_of_a_refutation_says_what_each_side_gives(text):
    card = text[text.index('id="checked-the-refutation"') :]
    code, formula = card.index("the code gives"), card.index("the formula gives")
    assert code < card.index(r"\gamma c_1") < formula < card.index(r"(1-\gamma) c_1")
    assert "for instance at" in card and r"\frac{6}{7}" in card


def test_code_stands_behind_a_toggle_after_what_it_made(text, page):
    assert page.count("nnb-source") == len(samples.ALL)
    assert "Show the source" not in text and "admonition hide" not in text
    first = text[text.index('id="equation-eq-weights"') :]
    assert first.index("nnb-proof") < first.index("nnb-source") < first.index("samples")


def test_cells_and_text_marked_so_stand_in_the_fold_before_them(text):
    fold = text[text.index("A fold") :]
    places = [fold.index(s) for s in ("first words", "by a cell", "last words", "</details>")]
    assert places == sorted(places) and "and after it" in fold[places[-1] :]


def test_long_code_of_a_refutation_leaves_its_number():
    gives = [{"who": "the code gives", "value": "2"}, {"who": "the formula gives", "value": "3"}]
    data = {
        "kind": "refutation",
        "what": "$L$",
        "code": None,
        "formula": "y",
        "gives": gives,
        "at": ["y = 3"],
    }
    said = built(data, "place").astext()
    assert "None" not in said and "the code gives" in said and "2" in said and "= 3" in said


def test_set_up_cell_is_not_on_the_page(text):
    assert "set_up" not in text


def test_known_numbers_are_text_that_shows_more_digits(folder):
    intro, two = (
        (folder / "book" / f"{name}.html").read_text("utf-8") for name in ("intro", "two")
    )
    assert '<span class="nnb-number" title="6.578813479">6.58</span>' in two
    assert '<span class="nnb-number" title="6.578813479">6.6</span>' in intro
    assert "#known-" not in two and "#known-" not in intro
    assert r"\frac{a}{b}</annotation>" in two and "values" not in two


WHERE = """
const box = (name) => [...document.querySelectorAll(name)].map((e) => e.getBoundingClientRect());
const chain = document.querySelector("#equation-eq-weights");
const [rhs, why] = ["rhs", "why"].map((n) => [...chain.querySelectorAll(".nnb-" + n)]
  .map((e) => e.getBoundingClientRect()));
return {beside: rhs.map((r, n) => why[n].left >= r.right - 1 && why[n].top < r.bottom),
        below: rhs.map((r, n) => why[n].top >= r.bottom - 1),
        clipped: [...document.querySelectorAll(".nnb-lhs, .nnb-rhs, .nnb-why")].filter(
          (e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent.slice(0, 40)),
        width: document.documentElement.scrollWidth};
"""


def look(browser, address, width):
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(address)
    return browser.execute_script(WHERE)


def test_reasons_stand_beside_where_there_is_room_and_below_where_not(browser, serve, folder):
    address = serve(folder) + "/book/one.html"
    wide, narrow = (look(browser, address, width) for width in (1280, 360))
    assert all(wide["beside"]) and not any(wide["below"])
    assert wide["clipped"] == []
    assert len(narrow["clipped"]) == 1 and "≤" in narrow["clipped"][0]  # a fraction is not broken
    assert all(narrow["below"]) and not any(narrow["beside"]) and narrow["width"] <= 360


def test_print_shows_what_is_folded_but_for_code(browser, serve, folder):
    browser.get(serve(folder) + "/book/one.html")
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        seen = browser.execute_script(
            "return ['.nnb-how', '.nnb-source', '.nnb-lines'].map("
            "(s) => document.querySelector(s).getBoundingClientRect().height > 0)"
        )
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert seen == [True, False, True]
