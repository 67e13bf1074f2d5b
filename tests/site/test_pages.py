"""The built pages in a browser, at laptop and phone width: what a reader would stumble over."""

import json
import time
from dataclasses import dataclass

import pytest
from built import SITE, file_of, listed_pages
from moving import MOVE_SLIDERS, settle

PAGES = listed_pages()
LAPTOP, PHONE = (1280, 900), (390, 844)

# Everything is read in one go, once the page has settled; what folds is opened first.
FACTS = r"""
for (const fold of document.querySelectorAll("details")) fold.open = true;
const shown = (el) => el.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
const article = document.querySelector("article") ?? document.body;
const texts = [];
const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
for (let text = walker.nextNode(); text; text = walker.nextNode()) {
  const around = text.parentElement;
  if (!around.closest("code, pre, .katex, script, style, noscript, textarea") && shown(around)) {
    texts.push(text.textContent);
  }
}
const pictures = [...document.querySelectorAll("main img, main svg[role=img], main [role=img], main canvas")];
return {
  width: document.documentElement.scrollWidth,
  wide: [...article.querySelectorAll("*")].filter((el) => shown(el)
      && el.getBoundingClientRect().right > innerWidth + 1 && !el.closest(SCROLLERS))
    .slice(0, 5).map((el) => `${el.tagName}.${el.className?.baseVal ?? el.className}`),
  nameless: pictures.filter((el) => shown(el) && !(el.getAttribute("alt")
      ?? el.getAttribute("aria-label") ?? el.querySelector("title")?.textContent ?? "").trim())
    .map((el) => el.outerHTML.slice(0, 200)),
  broken: [...document.images].filter((el) => el.complete && !el.naturalWidth).map((el) => el.src),
  formulaErrors: document.querySelectorAll(".katex-error").length,
  tex: texts.filter((text) => /\\[a-zA-Z]{2,}|\$\$|\\\(|\\\[|\$[^$\s][^$]*\$/.test(text)),
  figures: document.querySelectorAll(".nnh-mount").length,
  waiting: document.querySelectorAll(".nnh-mount:not([data-ready])").length,
};
""".replace(
    "SCROLLERS",
    '".formula, .nnb-lhs, .nnb-rhs, .nnb-close, .nnb-claim, dd, pre, .output, .nnb-table"',
)


@dataclass
class Visit:
    """What one visit of a page at one size showed."""

    facts: dict
    errors: list[str]
    requests: list[str]


def show(browser, size):
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


@pytest.fixture(scope="module")
def address(serve):
    return serve(SITE)


@pytest.fixture(scope="module")
def visit(browser, address):
    """Visit a page at a size, once; tests then ask what was seen."""
    seen = {}

    def go(page, size):
        if (page, size) not in seen:
            file_of(page)
            show(browser, size)
            for kind in ("browser", "performance"):
                browser.get_log(kind)  # what was logged before is not this page's
            browser.get(f"{address}/{page}.html")
            settle(browser)
            facts = browser.execute_script(FACTS)
            errors = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
            seen[page, size] = Visit(facts, errors, requests(browser))
        return seen[page, size]

    return go


def requests(browser):
    messages = (json.loads(e["message"])["message"] for e in browser.get_log("performance"))
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


both_sizes = pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
every_page = pytest.mark.parametrize("page", PAGES)


@every_page
@both_sizes
def test_console_has_no_error(visit, page, size):
    assert visit(page, size).errors == []


@every_page
@both_sizes
def test_no_request_leaves_for_another_host(visit, address, page, size):
    asked = visit(page, size).requests
    assert asked, "no request was seen at all"
    here = (address, "data:", "blob:")
    assert [url for url in asked if not url.startswith(here)] == []


@pytest.mark.parametrize("page", [*PAGES, "genindex"])
@both_sizes
def test_page_does_not_scroll_sideways(visit, page, size):
    facts = visit(page, size).facts
    assert facts["width"] <= size[0], f"wider than the screen: {facts['wide']}"


@every_page
@both_sizes
def test_every_picture_says_what_it_shows(visit, page, size):
    facts = visit(page, size).facts
    assert facts["nameless"] == []
    assert facts["broken"] == []


@every_page
@both_sizes
def test_formulas_are_drawn(visit, page, size):
    facts = visit(page, size).facts
    assert facts["formulaErrors"] == 0
    assert facts["tex"] == [], "TeX that a reader would see"


@every_page
@both_sizes
def test_figures_are_live(visit, page, size):
    assert visit(page, size).facts["waiting"] == 0


@every_page
@both_sizes
def test_sliders_move_the_picture(visit, browser, address, page, size):
    """On a page with figures, each figure's first slider changes what the figure draws."""
    figures = visit(page, size).facts["figures"]
    if not figures:
        assert "application/vnd.jupyter.widget-view+json" not in file_of(page).read_text("utf-8")
        return
    show(browser, size)
    browser.get(f"{address}/{page}.html")
    settle(browser)
    moved = browser.execute_async_script(MOVE_SLIDERS)
    assert len(moved) == figures and set(moved) <= {"moved", "no slider"} and "moved" in moved


def test_slider_moves_by_keyboard(visit, browser, address):
    """With the keyboard alone: reach the first slider of a figure, press an arrow key."""
    with_figures = [page for page in PAGES if visit(page, LAPTOP).facts["figures"]]
    assert with_figures, "no page has a figure that moves"
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    show(browser, LAPTOP)
    browser.get(f"{address}/{with_figures[0]}.html")
    settle(browser)
    slider = browser.find_element(By.CSS_SELECTOR, ".nnh-mount input[type=range]")
    picture = "return document.querySelector('.nnh-mount svg.nnf-picture').outerHTML"
    before, value = browser.execute_script(picture), slider.get_property("value")
    slider.send_keys(Keys.ARROW_LEFT)
    if slider.get_property("value") == value:
        slider.send_keys(Keys.ARROW_RIGHT)
    assert slider.get_property("value") != value
    time.sleep(0.4)
    assert browser.execute_script(picture) != before
