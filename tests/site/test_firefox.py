"""The built pages in Firefox: every kind of page, on a laptop and a phone, as a reader would use it."""

import io
import os

import firefox
import pytest
from built import SITE
from pypdf import PdfReader

CHAPTERS = [f"book/{name}" for name in ("running_averages", "batch_norm", "conv_shapes")]
KINDS = [
    "book/intro",
    *CHAPTERS,
    "book/api/optim",
    "book/checked_lines",
    "book/errata",
    "book/glossary",
    "book/notation",
    "book/bibliography",
    "book/take",
    "genindex",
    "search",
]
LAPTOP, PHONE = (1280, 900), (390, 844)
HOW_TO_GET_IT = "no Firefox was found; on Debian or Ubuntu `apt-get install firefox-esr` brings it"


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    path = firefox.program()
    if path is None:
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    made = firefox.Firefox(path, tmp_path_factory.mktemp("profile"))
    yield made
    made.quit()


@pytest.fixture(scope="module")
def address(serve):
    return serve(SITE)


SETTLED = "document.readyState === 'complete' && document.fonts.status === 'loaded'"
FACTS = """(() => {
  const article = document.querySelector("article");
  const box = (e) => e.getBoundingClientRect();
  return {
    width: document.documentElement.scrollWidth,
    katex: document.querySelectorAll(".katex").length,
    bare: [...document.querySelectorAll(".katex-html")].filter((e) => box(e).width === 0 && !e.closest("details:not([open])")).length,
    face: getComputedStyle(article).fontFamily.split(",")[0],
    loaded: [...document.fonts].filter((f) => f.status === "loaded").map((f) => f.family),
    h1: article.querySelector("h1").innerText,
  };
})()"""


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("page", KINDS)
def test_page_is_whole(window, address, page, size):
    window.size(*size)
    window.open(f"{address}/{page}.html")
    assert window.until(SETTLED)
    facts = window.run(FACTS)
    assert window.errors == []
    assert facts["width"] <= size[0] and facts["h1"]
    assert "Source Serif 4" in facts["face"]
    assert any("Source Serif 4" in face for face in facts["loaded"])
    assert facts["bare"] == 0


MOVED = """(async () => {
  const mount = document.querySelector(".nnh-mount");
  const slider = mount.querySelector("input[type=range]");
  const picture = () => mount.querySelector("svg.nnf-picture").innerHTML;
  const before = picture();
  slider.value = Number(slider.value) > Number(slider.min) ? slider.min : slider.max;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  await new Promise((done) => setTimeout(done, 400));
  return picture() !== before;
})()"""
READY = """(() => {
  const mount = document.querySelector(".nnh-mount");
  mount.scrollIntoView({block: "center"});
  return mount.dataset.ready === "yes";
})()"""


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
@pytest.mark.parametrize("page", CHAPTERS)
def test_figure_moves(window, address, page, size):
    window.size(*size)
    window.open(f"{address}/{page}.html")
    assert window.until(READY)
    assert window.run(MOVED) and window.errors == []


def test_slider_moves_by_keyboard(window, address):
    window.size(*LAPTOP)
    window.open(f"{address}/{CHAPTERS[0]}.html")
    assert window.until(READY)
    value = "document.activeElement.value"
    window.run("document.querySelector('.nnh-mount input[type=range]').focus()")
    before = window.run(value)
    window.press("\ue012")  # left
    assert window.run(value) != before


@pytest.mark.parametrize("page", CHAPTERS)
def test_link_to_a_far_section_lands_on_it(window, address, page):
    """What is far is not laid out until it is near; Firefox lands on it all the same."""
    window.size(*LAPTOP)
    window.open(f"{address}/{page}.html#exercises")
    top = "document.getElementById('exercises').getBoundingClientRect().top"
    assert window.until(f"-60 < {top} && {top} < 200")


def test_search_finds_while_one_types(window, address):
    window.size(*LAPTOP)
    window.open(f"{address}/search.html?q=half-life")
    first = "document.querySelector('#nnq-results a')?.href"
    assert window.until(first).endswith("running_averages.html#three-ages")
    window.run("document.querySelector('.nnq-form [name=q]').select()")
    window.run("document.querySelector('.nnq-form [name=q]').focus()")
    window.press(*"receptive fi")
    assert window.until(f"{first}.endsWith('#how-far-one-output-sees')")
    assert window.errors == []


def test_pages_open_from_a_folder(window):
    window.size(*LAPTOP)
    window.open(f"{SITE.as_uri()}/{CHAPTERS[0]}.html")
    assert window.until(READY) and window.run(MOVED)
    window.open(f"{SITE.as_uri()}/search.html?q=half-life")
    first = "document.querySelector('#nnq-results a')?.href"
    assert window.until(first).endswith("running_averages.html#three-ages")
    assert window.errors == []


def test_dark_is_chosen_and_kept(window, address):
    window.size(*LAPTOP)
    window.open(f"{address}/book/glossary.html")
    paper = "getComputedStyle(document.body).backgroundColor"
    before = window.run(paper)
    window.run("document.querySelector('.nnt-mode').click()")
    after = window.until(f"{paper} !== {before!r} && {paper}")
    assert after and after != before
    window.open(f"{address}/book/notation.html")
    assert window.run(paper) == after
    window.run("localStorage.clear()")


def test_exercise_is_answered(window, address):
    """A choice needs no Python: it is told at once what is wrong, and that it is right."""
    window.size(*LAPTOP)
    window.open(f"{address}/{CHAPTERS[0]}.html#exercises")
    form = "document.querySelector('.live-exercise[data-kind=choice]')"
    assert window.until(f"Boolean({form})")
    window.run(f"{form}.scrollIntoView({{block: 'center'}})")
    options = window.run(f"{form}.querySelectorAll('input[type=radio]').length")
    seen = set()
    for n in range(options):
        window.run(f"{form}.querySelectorAll('input[type=radio]')[{n}].click()")
        window.run(f"{form}.querySelector('button[type=submit]').click()")
        assert window.until(f"{form}.querySelector('.live-feedback').innerText.trim()")
        seen.add(window.until(f"{form}.dataset.status"))
    assert "right" in seen and len(seen) > 1
    window.run("localStorage.clear()")


def test_chapter_is_printed_whole(window, address):
    """From its first words to its last, with what is folded, without what stands around the text."""
    window.open(f"{address}/{CHAPTERS[0]}.html")
    assert window.until(READY)
    pages = PdfReader(io.BytesIO(window.pdf())).pages
    text = [" ".join(page.extract_text().split()) for page in pages]
    assert 10 < len(pages) < 60
    assert "You train a network" in text[0]
    whole = " ".join(text)
    assert "In the list of all checked lines" in whole  # what a fold holds
    assert "play with Goh" in text[-1]  # the last sentence
    assert "Light or dark" not in whole and "Search the book" not in whole
