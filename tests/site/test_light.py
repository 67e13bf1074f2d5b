"""What a page asks of a reader's machine and what it offers to everyone, on every page.

Nothing here depends on how fast the machine is: bytes, requests, elements, how far things move while
a page loads, what axe finds, what search engines want. `make site-check` measures the rest.
"""

import gzip
import json
import re
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from built import ROOT, SITE, file_of, listed_pages

PAGES = listed_pages()
EVERY = [*PAGES, "genindex", "search"]
PHONE, LAPTOP = (390, 844), (1280, 900)
BYTES, NODES, REQUESTS, SHIFT = 300_000, 25_000, 20, 0.02
PACKED = {".woff2", ".png"}  # a server sends everything else compressed
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Text that says nothing of where a link leads.
VAGUE = {"click here", "here", "this", "more", "read more", "link", "learn more", "go"}

SHIFTED = """
const done = arguments[arguments.length - 1];
const far = [];
new PerformanceObserver((list) => list.getEntries().forEach((e) => {
  if (!e.hadRecentInput) far.push([e.value, e.sources.map((s) => s.node?.className || s.node?.nodeName)]);
})).observe({type: "layout-shift", buffered: true});
setTimeout(() => done(far), 150);
"""
RUN_AXE = """
const done = arguments[arguments.length - 1];
for (const far of document.querySelectorAll(".nnb-far")) far.style.contentVisibility = "visible";
// Its rule on empty headers of tables takes no account of MathML: they are looked for here.
const empty = [...document.querySelectorAll("th")].filter((th) => !th.textContent.trim())
  .map((th) => `an empty header: ${th.outerHTML.slice(0, 160)}`);
const rules = {"empty-table-header": {enabled: false}};
axe.run({exclude: [".katex-html"]}, {resultTypes: ["violations"], iframes: false, runOnly: arguments[0], rules}).then(
  ({violations}) => done(empty.concat(violations.map(({id, nodes}) =>
    `${id}: ${nodes.length} times, first ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`))),
  (error) => done([String(error)]));
"""
ALL_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLORS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


@pytest.fixture(scope="module")
def address(serve):
    return serve(SITE)


def open_page(browser, address, page, size=LAPTOP, mode="light"):
    """Load a page as if for the first time."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = {"media": "", "features": [{"name": "prefers-color-scheme", "value": mode}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.execute_cdp_cmd("Network.clearBrowserCache", {})
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    browser.get(f"{address}/{page}.html")
    browser.execute_async_script(
        "const done = arguments[0]; document.fonts.ready.then(() => setTimeout(done, 300))"
    )


def asked_for(browser, address):
    """The files of the site that the browser has asked for, each once."""
    messages = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    urls = {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    inside = {unquote(urlsplit(url).path).lstrip("/") for url in urls if url.startswith(address)}
    return [SITE / path for path in sorted(inside)]


def sent(file):
    """Bytes on the way to a reader."""
    data = file.read_bytes()
    return len(data) if file.suffix in PACKED else len(gzip.compress(data, 6, mtime=0))


@pytest.mark.parametrize("page", EVERY)
def test_first_load_is_light(browser, address, page):
    open_page(browser, address, page, PHONE)
    nodes = browser.execute_script("return document.getElementsByTagName('*').length")
    files = asked_for(browser, address)
    sizes = {file.name: sent(file) for file in files}
    assert f"{page.rsplit('/', 1)[-1]}.html" in sizes and "book.css" in sizes
    assert nodes <= NODES
    assert len(files) <= REQUESTS, sorted(sizes)
    assert sum(sizes.values()) <= BYTES, sorted(sizes.items(), key=lambda item: -item[1])[:6]


SLOW = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 1e5}


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("page", EVERY)
def test_nothing_moves_while_the_page_loads(browser, address, page, size):
    """Over a slow line, where faces and figures arrive late."""
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", SLOW)
    try:
        open_page(browser, address, page, size)
        moved = browser.execute_async_script(SHIFTED)
    finally:
        fast = SLOW | {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        browser.execute_cdp_cmd("Network.emulateNetworkConditions", fast)
    assert sum(value for value, _ in moved) <= SHIFT, moved


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("page", EVERY)
def test_axe_finds_nothing(browser, address, page, mode):
    open_page(browser, address, page, LAPTOP, mode)
    browser.execute_script(AXE.read_text("utf-8"))
    browser.set_script_timeout(180)
    assert browser.execute_script("return document.documentElement.dataset.theme") == mode
    found = browser.execute_async_script(RUN_AXE, ALL_RULES if mode == "light" else COLORS)
    assert found == []


@pytest.mark.parametrize("page", EVERY)
def test_search_engines_find_what_they_want(page):
    text = file_of(page).read_text("utf-8")
    read = BeautifulSoup(text.partition("<article")[0], "html.parser")
    assert (
        read.html["lang"] == "en"
        and "width=device-width" in read.find("meta", attrs={"name": "viewport"})["content"]
    )
    assert len(read.title.get_text()) > 10
    said = read.find("meta", attrs={"name": "description"})
    robots = read.find("meta", attrs={"name": "robots"})
    assert said and 20 <= len(said["content"]) <= 200
    assert robots is None
    whole = BeautifulSoup(text, "html.parser")
    for link in whole.find_all("a"):
        pictures = " ".join(image.get("alt", "") for image in link.find_all("img"))
        name = link.get("aria-label") or link.get_text().strip() or pictures or link.get("title")
        assert link.get("href") and name, link
        assert name.lower() not in VAGUE, link


def test_titles_and_descriptions_differ_from_page_to_page():
    heads = [file_of(page).read_text("utf-8").partition("</head>")[0] for page in EVERY]
    for kind in (r"<title>(.*?)</title>", r'<meta [^>]*name="description"[^>]*>'):
        assert len({re.search(kind, head)[0] for head in heads}) == len(EVERY), kind


ROOMS = """
const far = [...document.querySelectorAll(".nnb-far")];
const kept = far.map((s) => parseFloat(getComputedStyle(s).getPropertyValue(innerWidth < 768 ? "--phone" : "--wide")));
for (const s of far) s.style.contentVisibility = "visible";
return far.map((s, k) => [s.id, kept[k], s.getBoundingClientRect().height]);
"""


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("page", [name for name in PAGES if (ROOT / f"{name}.ipynb").exists()])
def test_room_kept_for_what_is_far_is_about_right(browser, address, page, size):
    """So that the bar at the side does not lie, and nothing lies over what comes after a section."""
    open_page(browser, address, page, size)
    rooms = browser.execute_script(ROOMS)
    assert rooms
    kept, taken = (sum(room[n] for room in rooms) for n in (1, 2))
    assert 0.85 < kept / taken < 1.2
    wrong = [room for room in rooms if abs(room[1] - room[2]) > max(500, 0.5 * room[2])]
    assert not wrong, wrong
