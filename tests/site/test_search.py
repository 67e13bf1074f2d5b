"""Search: the section that answers comes first, excerpts are clean, and a folder is enough."""

import json
import re
import subprocess
import time

import pytest
import yaml
from _ext.formulas import node_program
from _ext.plain import GONE, line_of
from built import ROOT, SITE, file_of
from finding import results

SEARCH = ROOT / "book" / "_static" / "search.js"
INDEX = SITE / "_static" / "search-index.js"
ASK = """
const fs = require("fs"), vm = require("vm");
for (const file of process.argv.slice(1, 3)) vm.runInThisContext(fs.readFileSync(file, "utf8"));
const asked = JSON.parse(process.argv[3]);
console.log(JSON.stringify(asked.map(([text, typing]) => BookSearch.find(text, 8, typing))));
"""

# What a reader types, and the section that answers it.
QUESTIONS = {
    "half-life": "running_averages#three-ages",
    "how long does a moving average remember": "running_averages#how-long-is-its-memory",
    "EMA": "running_averages#one-line-of-code",
    "gamma": "running_averages#one-line-of-code",
    "γ": "running_averages#one-line-of-code",
    "bias correction": "running_averages#the-start-pulls-it-down",
    "effective window": "running_averages#two-windows",
    "heavy ball": "momentum#one-line-more",
    "condition number": "momentum#the-best-pair",
    "learning rate too large": "momentum#five-ways-to-come-down",
    "Nesterov": "momentum#nesterov-look-ahead-first",
    "RMSprop": "adadelta#let-the-past-fade",
    "epsilon": "notation#symbol-varepsilon",
    "adam first step": "adam#too-long-not-too-short",
    "weight decay": "adam#where-texts-disagree",
    "log-sum-exp": "softmax_cross_entropy#all-logits-together-in-a-computer",
    "logsumexp overflow": "softmax_cross_entropy#all-logits-together-in-a-computer",
    "softmax gradient": "softmax_cross_entropy#the-gradient",
    "KL divergence": "softmax_cross_entropy#how-wrong",
    "cross entropy loss gradient": "softmax_cross_entropy#the-gradient",
    "convex": "softmax_cross_entropy#the-shape-of-the-loss",
    "label smoothing": "softmax_cross_entropy#softer-hotter-fewer",
    "batch norm backward": "batch_norm#back-through-the-graph",
    "why does bias before batch norm never learn": "batch_norm#why-a-line-and-why-zero",
    "running variance": "batch_norm#training-and-inference",
    "gradient check": "batch_norm#the-check-that-checks-nothing",
    "output size": "conv_shapes#count-the-places",
    "same padding": "conv_shapes#what-each-setting-is-for",
    "transposed convolution": "conv_shapes#and-back-the-transposed-convolution",
    "receptive field": "conv_shapes#how-far-one-output-sees",
    "how many parameters": "conv_shapes#channels-weights-work",
    "im2col": "conv_shapes#one-matrix-product",
}


def ask(*questions, index=INDEX, typing=False):
    """What search finds for each question."""
    given = json.dumps([[text, typing] for text in questions])
    command = [node_program(), "-e", ASK, str(SEARCH), str(index), given]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def found():
    assert INDEX.exists(), "search has no index: run `make book` first"
    return dict(zip(QUESTIONS, ask(*QUESTIONS), strict=True))


@pytest.mark.parametrize("question", QUESTIONS)
def test_section_that_answers_comes_first(found, question):
    page, _, section = QUESTIONS[question].partition("#")
    assert found[question][0]["url"] == f"book/{page}.html#{section}"


def test_what_is_found_is_there(found):
    ids = {}
    for one in (answer for answers in found.values() for answer in answers):
        page, _, anchor = one["url"].partition("#")
        text = ids.setdefault(page, file_of(page.removesuffix(".html")).read_text("utf-8"))
        assert not anchor or f'id="{anchor}"' in text, one["url"]


def test_excerpts_are_clean_and_mark_what_was_asked(found):
    for answers in found.values():
        for one in answers:
            said = "".join(text for text, _ in one["excerpt"])
            assert len(said) < 200, one["url"]
            written = said if one["kind"] != "code" else ""  # docstrings have formulas as text
            leftovers = re.findall(r"\\[a-zA-Z]|\$|\{|\bdoc:|\beq-\w|_\{", written)
            assert not leftovers, f"{one['url']} shows {leftovers} in {said!r}"
        assert any(marked for _, marked in answers[0]["excerpt"]) or answers[0]["terms"]


def test_no_solution_is_given_away():
    text = INDEX.read_text("utf-8")
    pages = json.loads(text.removeprefix("BookSearch.load(").rstrip().removesuffix(");"))["pages"]
    exercises = [one for page in pages for one in page["records"] if one[2] == "exercise"]
    assert len(exercises) > 40
    for anchor, *_, said in exercises:
        assert not re.search(r"\bSolution\b|\bHint\b", said), anchor


def test_no_title_is_tex(found):
    for one in (answer for answers in found.values() for answer in answers):
        assert one["title"] and not re.search(r"[\\$]", one["title"] + one["page"])


def test_slips_and_half_words_find_the_same():
    (slip,), (half,) = ask("nestrov"), ask("half-li", typing=True)
    assert "Nesterov" in slip[0]["title"]
    assert half[0]["url"].endswith("#three-ages")


def test_nothing_is_found_for_what_is_not_there():
    assert ask("zzyzzyva quokkas", "", "?!") == [[], [], []]


def test_words_for_search_name_what_the_book_has():
    for group in yaml.safe_load((ROOT / "book" / "search_words.yml").read_text("utf-8"))["same"]:
        answers = ask(*group)
        assert any(answers), f"none of {group} finds anything"
        best = {one[0]["url"] for one in answers if one}
        assert len(best) < len(group) or len(group) == 1, f"no two of {group} find the same"


SMALL = {
    "pages": [
        {
            "url": "a.html",
            "title": "Alpha",
            "chapter": True,
            "records": [
                ["", "Alpha", "page", "", "", "What the page is about."],
                ["one", "One line", "section", "half-life", "", "The age at which γ halves."],
                ["two", "Averaging", "section", "", "", "Averages of averages, long " * 60],
            ],
        }
    ],
    "same": [["time of decay", "half-life"]],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("search") / "index.js"
    path.write_text(f"BookSearch.load({json.dumps(SMALL)})", "utf-8")
    return path


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("half life", "one"),
        ("halflife", "one"),
        ("half-life", "one"),
        ("gamma", "one"),
        ("Γ GAMMA", "one"),
        ("time of decay", "one"),
        ("averaged", "two"),
        ("average", "two"),
        ("averges", "two"),
        ("alpha", ""),
    ],
)
def test_words_are_compared_without_form(small, question, first):
    (answers,) = ask(question, index=small)
    assert answers[0]["url"].removeprefix("a.html").removeprefix("#") == first


def test_excerpt_is_the_stretch_with_the_words(small):
    (answers,) = ask("halves", index=small)
    pieces = answers[0]["excerpt"]
    assert "".join(text for text, _ in pieces) == "The age at which γ halves."
    assert [text for text, marked in pieces if marked] == ["halves"]


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"\gamma = 0.9", "γ = 0.9"),
        (r"\hat C_t", "C\u0302ₜ"),
        (r"\gamma^k(1-\gamma)", "γᵏ(1-γ)"),
        (r"\frac{1}{1-\gamma}", "1/(1-γ)"),
        (r"\log\sum_k e^{z_k}", "log ∑ₖ e^(zₖ)"),
        (r"M^{\mathsf T} g", "Mᵀ g"),
        (r"\begin{aligned} a &= b \end{aligned}", GONE),
        (
            r"\sum_{k=0}^{K-1}\frac{\partial^2 L}{\partial x_k\,\partial y} + \dots + \frac{a+b}{c+d}",
            GONE,
        ),
    ],
)
def test_short_formulas_become_a_line_and_others_are_left_out(tex, line):
    assert line_of(tex) == line


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture(params=["served", "from a folder"])
def start(request, serve):
    return serve(SITE) if request.param == "served" else SITE.as_uri()


def test_page_finds_shows_and_opens_on_the_heading(browser, start):
    from selenium.webdriver.common.by import By

    browser.get_log("browser")
    browser.get(f"{start}/search.html?q=half-life")
    found = results(browser)
    assert found[0][0] == f"{start}/book/running_averages.html#three-ages"
    assert "Three ages" in found[0][1] and "Running averages" in found[0][1]
    field = browser.find_element(By.CSS_SELECTOR, ".nnq-form [name=q]")
    assert field.get_property("value") == "half-life"
    field.clear()
    field.send_keys("receptive fi")
    assert "#how-far-one-output-sees" in results(browser)[0][0]
    assert "place" in browser.find_element(By.ID, "nnq-count").text
    browser.find_element(By.CSS_SELECTOR, "#nnq-results a").click()
    top = "return document.getElementById('how-far-one-output-sees').getBoundingClientRect().top"
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if "conv_shapes" in browser.current_url and -50 < browser.execute_script(top) < 300:
            break
        time.sleep(0.1)
    assert -50 < browser.execute_script(top) < 300
    assert [e for e in browser.get_log("browser") if "Uncaught" in e["message"]] == []


# --- the index at the back ------------------------------------------------------------------------


def marked():
    """Page, section and term of each mark in book/index.yml."""
    pages = yaml.safe_load((ROOT / "book" / "index.yml").read_text("utf-8"))
    return [
        (page, section, term)
        for page, sections in pages.items()
        for section, terms in sections.items()
        for term in terms
    ]


def test_index_leads_from_each_term_to_its_section():
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(file_of("genindex").read_text("utf-8"), "html.parser")
    links = {}
    for entry in soup.select("section.nnt-letter > ul > li"):
        name = next(entry.stripped_strings)
        links.setdefault(name, set()).update(a["href"] for a in entry.find_all("a"))
    assert len(marked()) > 60
    for page, section, term in marked():
        href = f"book/{page}.html#{section}"
        assert href in links.get(term, ()), f"{term} does not lead to {href}"


def test_no_page_is_left_out_of_the_index():
    assert {page for page, _, _ in marked()} == {
        path.stem for path in (ROOT / "book").glob("*.ipynb") if path.stem != "errata"
    }
