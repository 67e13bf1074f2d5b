"""Figures on a page with no kernel, moved by hand in headless Chromium."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import figure_demos as demo
import figure_page
import ipywidgets
import numpy as np
import pytest
from ipywidgets.embed import embed_data
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from nnlib.figures import number

FIGURES = ("weights", "simplex", "graph", "heat", "pointed")


@pytest.fixture(scope="session")
def site(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo page, built once; the browser comes first, so that without it nothing is built."""
    return figure_page.build(tmp_path_factory.mktemp("figures"), FIGURES)


@pytest.fixture(scope="session")
def address(site: Path, serve: Callable[[Path], str]) -> str:
    return serve(site) + "/index.html"


# Figures draw themselves when they come near: goes to the first that waits, counts those that do not.
GO_TO_NEXT = """
document.querySelector(".nnh-mount:not([data-ready])")?.scrollIntoView();
return document.querySelectorAll("[data-ready]").length;
"""


class Page:
    """The demo page in the browser."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address

    def open(self, width: int = 1280, mode: str = "light", **media: str) -> "Page":
        """Load the page at this width, in light or dark mode, and wait for its figures."""
        send = self.browser.execute_cdp_cmd
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        send("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": k.replace("_", "-"), "value": v} for k, v in media.items()]
        features.append({"name": "prefers-color-scheme", "value": mode})
        send("Emulation.setEmulatedMedia", {"media": "", "features": features})
        self.browser.get_log("browser")
        self.browser.get(self.address)
        self.until(lambda: self.run(GO_TO_NEXT) == len(FIGURES))
        self.run("scrollTo(0, 0)")
        return self

    def until(self, condition: Callable[[], Any], seconds: float = 30) -> Any:
        return WebDriverWait(self.browser, seconds, 0.02).until(lambda _: condition())

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def figure(self, name: str) -> WebElement:
        return self.all(".nnh-mount")[FIGURES.index(name)]

    def part(self, name: str, selector: str, index: int = 0) -> WebElement:
        return self.figure(name).find_elements(By.CSS_SELECTOR, selector)[index]

    def run(self, script: str, *args: Any) -> Any:
        return self.browser.execute_script(script, *args)

    def drawn(self, name: str) -> str:
        """The picture's markup, after the next drawing."""
        self.browser.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0]))")
        return self.part(name, "svg").get_attribute("innerHTML")


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    yield Page(browser, address)
    errors = [line for line in browser.get_log("browser") if line["level"] == "SEVERE"]
    assert not errors, errors


def values_of_stems(svg: str) -> list[float]:
    """Read the heights off the picture, with nothing but the tick marks to go by."""
    tick = r'class="grid"[^>]*y1="([\d.]+)"[^>]*></line><text[^>]*>([\d.]+)</text>'
    ticks = re.findall(tick, svg)
    pixels, numbers = np.array(ticks, dtype=float).T
    slope, start = np.polyfit(pixels, numbers, 1)
    tops = re.findall(r'<circle[^>]*cy="([\d.]+)"', svg)
    return [slope * float(top) + start for top in tops]


def test_a_slider_moves_the_picture_and_the_numbers_are_those_of_python(page: Page) -> None:
    page.open()
    before = page.drawn("weights")
    page.part("weights", "input").send_keys(Keys.ARROW_LEFT)
    after = page.drawn("weights")
    assert after != before
    gamma = demo.GAMMAS[demo.GAMMAS.index(0.89) - 1]
    assert page.part("weights", "output").text == number(gamma)
    expected = demo.weights_frame(gamma, 40)
    np.testing.assert_allclose(values_of_stems(after), expected[0].height, atol=5e-4)
    assert page.part("weights", ".nnf-seen").text == expected[-1].lines[0]
    assert expected[1].label in after


def test_home_and_end_go_to_the_ends_of_the_grid(page: Page) -> None:
    page.open()
    slider = page.part("weights", "input", 1)
    for key, t in ((Keys.HOME, 1), (Keys.END, 60)):
        slider.send_keys(key)
        heights = values_of_stems(page.drawn("weights"))
        np.testing.assert_allclose(heights, demo.weights_frame(0.89, t)[0].height, atol=5e-4)
        assert slider.get_attribute("aria-valuetext") == str(t)


def test_three_sliders_find_their_frame(page: Page) -> None:
    page.open()
    for index, key in enumerate((Keys.END, Keys.HOME, Keys.ARROW_RIGHT)):
        page.part("simplex", "input", index).send_keys(key)
    svg = page.drawn("simplex")
    for label in demo.simplex_frame(3, -3, 1)[6].labels:
        assert f">{label}</text>" in svg


POINT_AT = """
const [svg, right, up] = arguments, box = svg.getBoundingClientRect();
const frame = svg.querySelector("clipPath rect").getBBox();  // the first panel, with 4 px of air
const at = {
  clientX: box.left + frame.x + 4 + right * (frame.width - 8),
  clientY: box.top + frame.y + 4 + (1 - up) * (frame.height - 9),
  bubbles: true, pointerId: 7, button: 0, isPrimary: true,
};
svg.setPointerCapture = () => { svg.held = true; };
svg.hasPointerCapture = () => svg.held;
svg.dispatchEvent(new PointerEvent(arguments[3], at));
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_pointing_sets_both_sliders_to_the_nearest_values(page: Page, width: int) -> None:
    page.open(width)
    svg = page.part("pointed", "svg")
    page.run("arguments[0].scrollIntoView({block: 'center'})", svg)
    for event, right, up, rate, share in (
        ("pointerdown", 2.9 / 4, 0.61, "3", "0.6"),
        ("pointermove", 0.2 / 4, 0.02, "0.1", "0"),
        ("pointermove", 1.4 / 4, 0.99, "1.5", "0.8"),
    ):
        page.run(POINT_AT, svg, right, up, event)
        page.drawn("pointed")
        seen = [
            part.text for part in page.figure("pointed").find_elements(By.CSS_SELECTOR, "output")
        ]
        assert seen == [rate, share]
        assert page.part("pointed", ".nnf-seen").text == f"rate {rate}, share {share}"


def test_a_press_outside_the_panel_points_nowhere(page: Page) -> None:
    page.open()
    svg = page.part("pointed", "svg")
    page.run(POINT_AT, svg, 1.6, 0.5, "pointerdown")
    page.drawn("pointed")
    assert page.part("pointed", "output").text == "1"


def test_a_view_stretches_the_axis_of_its_frame(page: Page) -> None:
    page.open()
    slider = page.part("pointed", "input")
    for key, largest in ((Keys.HOME, 1.0), (Keys.END, None)):
        slider.send_keys(key)
        # Of the axis's own ticks only the one at 0 is in view, and that alone tells no scale.
        ticks = re.findall(r'class="tick" text-anchor="end"[^>]*>([^<]+)<', page.drawn("pointed"))
        assert "start" not in ticks
        highest = max(float(tick.replace("−", "-")) for tick in ticks)
        assert highest == 1.0 if largest else highest > 100


@pytest.mark.parametrize("width", [1280, 390])
def test_ticks_stand_within_their_panel(page: Page, width: int) -> None:
    page.open(width)
    ticks = re.findall(r'class="tick" text-anchor="middle"[^>]*>([^<]+)<', page.drawn("pointed"))
    assert ticks[:3] == ["0", "2", "four"] and "9" not in ticks


def test_a_lit_part_of_a_formula_has_its_color(page: Page) -> None:
    page.open()
    color = "return getComputedStyle(arguments[0]).color"
    lit, plain = (page.part("pointed", f".nnf-told math mi:nth-of-type({n})") for n in (1, 2))
    assert page.run(color, lit) != page.run(color, plain)


def test_play_runs_the_values_by_and_pauses(page: Page) -> None:
    page.open()
    slider, button = page.part("weights", "input", 1), page.part("weights", "button")
    button.send_keys(Keys.SPACE)
    assert button.get_attribute("aria-label") == "Pause: Play t"
    page.until(lambda: int(slider.get_property("value")) >= 42)
    button.click()
    stopped = slider.get_property("value")
    time.sleep(0.35)
    assert slider.get_property("value") == stopped
    slider.send_keys(Keys.END, Keys.ARROW_LEFT)
    button.click()
    page.until(lambda: button.get_attribute("aria-label") == "Play t")
    assert slider.get_property("value") == "59"


def test_play_is_slow_for_those_who_asked_for_less_motion(page: Page) -> None:
    page.open(prefers_reduced_motion="reduce")
    slider, button = page.part("weights", "input", 1), page.part("weights", "button")
    after = page.browser.execute_async_script(
        """const [slider, button, done] = arguments;
        button.click();
        setTimeout(() => { button.click(); done(slider.value); }, 600);""",
        slider,
        button,
    )
    assert after == "39"


def test_a_box_is_a_button_that_chooses(page: Page) -> None:
    page.open()
    menu = page.part("graph", "select")
    assert menu.get_property("value") == "4"
    box = page.part("graph", '[aria-label="μ, 3"]')
    page.run("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", box)
    page.drawn("graph")
    assert menu.get_property("value") == "1"
    told = page.part("graph", ".nnf-told")
    assert "mu = x.mean(axis=0) in model.py" in told.text
    assert [c.text for c in told.find_elements("tag name", "code")][1] == "model.py"
    page.run("document.querySelector('[aria-label^=\"σ²\"]').focus()")
    page.browser.switch_to.active_element.send_keys(Keys.ENTER)
    page.drawn("graph")
    assert menu.get_property("value") == "3"
    assert page.browser.switch_to.active_element.get_attribute("aria-label") == "σ², 4.67"


# The words of the arrows of a graph that an arrow crosses.
CROSSED = """
const svg = arguments[0].querySelector("svg.nnf-picture");
const points = [...svg.querySelectorAll("path.curve")].flatMap((path) =>
  Array.from({length: 101}, (_, k) => path.getPointAtLength(path.getTotalLength() * k / 100)));
const words = [...svg.querySelectorAll("text.label")].filter((text) => /0\\.\\d6/.test(text.textContent));
return [words.length, words.filter((text) => {
  const r = text.getBBox();
  return points.some(({x, y}) =>
    x > r.x - 1 && x < r.x + r.width + 1 && y > r.y + 3 && y < r.y + r.height - 3);
}).map((text) => text.textContent)];
"""


@pytest.mark.parametrize("width", [1280, 390])
def test_words_of_arrows_lie_beside_them(page: Page, width: int) -> None:
    page.open(width)
    page.part("graph", ".nnh-toggles button", 1).click()
    page.drawn("graph")
    assert page.run(CROSSED, page.figure("graph")) == [len(demo.EDGES), []]


# The middle of the base of every arrow head, and the boxes, in the picture's units.
HEADS = """
const svg = arguments[0].querySelector("svg.nnf-picture");
const heads = [...svg.querySelectorAll("path.curve + path")].map((head) => {
  const [tip, a, b] = head.getAttribute("d").match(/-?[\\d.]+ -?[\\d.]+/g)
    .map((pair) => pair.split(" ").map(Number));
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
});
const boxes = [...svg.querySelectorAll("g.box rect")].map((r) => r.getBBox());
return heads.map(([x, y]) => boxes.some((r) =>
  x > r.x && x < r.x + r.width && y > r.y && y < r.y + r.height));
"""


def test_arrow_heads_stand_outside_the_boxes(page: Page) -> None:
    page.open()
    for turn in (0, 1):
        page.part("graph", ".nnh-toggles button", turn).click()
        page.drawn("graph")
        hidden = page.run(HEADS, page.figure("graph"))
        assert hidden and not any(hidden)


def test_toggle_buttons_change_the_frame(page: Page) -> None:
    page.open()
    assert "stroke-dasharray" not in page.drawn("graph")
    page.part("graph", ".nnh-toggles button", 1).click()
    assert "stroke-dasharray" in page.drawn("graph")
    pressed = [b.get_attribute("aria-pressed") for b in page.all(".nnh-toggles button")]
    assert pressed == ["false", "true"]


def channels(color: str) -> np.ndarray:
    """Red, green and blue from 0 to 1, of "rgb(…)" or of "color(srgb …)"."""
    parts = np.array([float(v) for v in re.findall(r"[\d.]+", color)[:3]])
    return parts if color.startswith("color(") else parts / 255


def light(parts: np.ndarray) -> float:
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def luminance(color: str) -> float:
    return light(channels(color))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_and_shapes_stand_out_in_both_modes(page: Page, mode: str) -> None:
    page.open(mode=mode)
    colors = page.run(
        """const out = {};
        for (const el of document.querySelectorAll('svg.nnf-picture text:not(.cellword), .nnf-seen p'))
          out[el.tagName === 'P' ? getComputedStyle(el).color : getComputedStyle(el).fill] = 1;
        return [getComputedStyle(document.body).backgroundColor, Object.keys(out)];"""
    )
    assert (luminance(colors[0]) < 0.2) == (mode == "dark")
    for color in colors[1]:
        low, high = sorted([luminance(colors[0]), luminance(color)])
        assert (high + 0.05) / (low + 0.05) >= 4.5, color


CELLS = """
const seen = (el) => getComputedStyle(el);
return [seen(document.body).backgroundColor, ...[...document.querySelectorAll(".cellword")].map(
  (el) => [el.textContent, seen(el).fill, seen(el.previousSibling).fill,
           seen(el.previousSibling).fillOpacity])];
"""


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_stand_out_on_their_cells(page: Page, mode: str) -> None:
    page.open(mode=mode)
    slider = page.part("heat", "input")
    inks = set()
    for key in (Keys.HOME, Keys.END):
        slider.send_keys(key)
        page.drawn("heat")
        paper, *cells = page.run(CELLS)
        assert len(cells) == 35
        for words, ink, color, opacity in cells:
            part = float(opacity)
            mixed = part * channels(color) + (1 - part) * channels(paper)
            low, high = sorted([light(channels(ink)), light(mixed)])
            assert (high + 0.05) / (low + 0.05) >= 4.45, words
            inks.add(ink)
    assert len(inks) == 2 if mode == "dark" else inks


def test_a_phone_shows_all_of_it(page: Page) -> None:
    page.open(width=390)
    assert page.run("return document.documentElement.scrollWidth") == 390
    outside = page.run(
        """return [...document.querySelectorAll('svg.nnf-picture text, .nnh-live *')]
        .filter((el) => !el.closest('.nnf-heard') && el.getClientRects().length)
        .map((el) => [el, el.getBoundingClientRect()])
        .filter(([el, r]) => r.left < -0.5 || r.right > 390.5)
        .map(([el]) => el.outerHTML.slice(0, 120));"""
    )
    assert outside == []
    sizes = page.run(
        """return [...document.querySelectorAll('.nnh-live :is(input, select, button)')]
        .map((el) => el.getBoundingClientRect().height)"""
    )
    assert min(sizes) >= 40
    small = page.run(
        """return Math.min(...[...document.querySelectorAll('svg.nnf-picture text')]
        .map((el) => parseFloat(getComputedStyle(el).fontSize)))"""
    )
    assert small >= 12
    panels = page.run(
        """return [...document.querySelectorAll('.nnh-mount')[1].querySelectorAll('g.panel')]
        .map((el) => el.getBoundingClientRect().top)"""
    )
    assert panels[1] - panels[0] > 200


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_does_not_jump(page: Page, width: int) -> None:
    # Only what moves up or down: the theme itself moves the text sideways when its right-hand
    # column arrives after the first paint.
    page.open(width=width)
    shift = page.browser.execute_async_script(
        """const done = arguments[0]; let sum = 0;
        const jumps = (s) => s.previousRect.top !== s.currentRect.top;
        new PerformanceObserver((list) => list.getEntries().forEach((e) => {
          if (e.sources.some(jumps)) sum += e.value;
        })).observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done(sum), 200);"""
    )
    assert shift < 0.02


def test_without_scripts_the_picture_stands_there_with_its_words(page: Page) -> None:
    page.open()
    page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.browser.get(page.address)
        pictures = page.all(".nnh-mount img")
        assert [bool(p.get_attribute("alt")) for p in pictures] == [True] * len(FIGURES)
        assert all(p.size["width"] > 300 for p in pictures)
        assert not any(el.is_displayed() for el in page.all(".nnh-wait"))
    finally:
        page.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_print_shows_the_picture_without_controls(page: Page) -> None:
    page.open()
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert page.part("weights", "svg").is_displayed()
    assert not any(el.is_displayed() for el in page.all(".nnh-live input, .nnh-live button"))


def test_a_figure_asks_for_its_data_when_it_comes_near(page: Page) -> None:
    page.browser.get_log("performance")
    page.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 400, "deviceScaleFactor": 1, "mobile": True},
    )
    page.browser.get(page.address)
    page.until(lambda: page.all("[data-ready]"))
    last = page.all(".nnh-mount")[-1]
    state = last.get_attribute("data-state").rsplit("/")[-1]
    log = "".join(entry["message"] for entry in page.browser.get_log("performance"))
    assert "state-" in log and state not in log and not last.get_attribute("data-ready")
    page.run("arguments[0].scrollIntoView()", last)
    page.until(lambda: last.get_attribute("data-ready"))


def test_print_shows_a_picture_where_a_figure_was_not_near_yet(page: Page) -> None:
    page.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 400, "deviceScaleFactor": 1, "mobile": True},
    )
    page.browser.get(page.address)
    page.until(lambda: page.all("[data-ready]"))
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    waiting = page.all(".nnh-mount:not([data-ready])")
    assert waiting
    for mount in waiting:
        (picture,) = mount.find_elements(By.CSS_SELECTOR, ".nnh-print img")
        assert picture.is_displayed() and picture.get_attribute("alt")
        assert not mount.find_element(By.CSS_SELECTOR, ".nnh-wait").is_displayed()
    assert not any(el.is_displayed() for el in page.all("[data-ready] > .nnh-print"))


def test_every_figure_is_named_numbered_and_asks_no_other_host(page: Page) -> None:
    page.browser.get_log("performance")
    page.open()
    names = [svg.get_attribute("aria-label") for svg in page.all("svg.nnf-picture")]
    assert names == [getattr(demo, name)().alt for name in FIGURES]
    assert page.all("#fig-weights figcaption")[0].text.startswith("Fig. 1")
    assert page.all('a.internal[href="#fig-weights"]')[0].text == "Fig. 1"
    assert page.all("figcaption i.math")
    log = [json.loads(entry["message"])["message"] for entry in page.browser.get_log("performance")]
    sent = [entry["params"] for entry in log if entry["method"] == "Network.requestWillBeSent"]
    urls = [params["request"]["url"] for params in sent]
    host = page.address.rsplit("/", 1)[0]
    assert urls
    assert [u for u in urls if not u.startswith((host, f"blob:{host}", "data:"))] == []


def test_a_page_opened_from_disk_moves_too(browser: Any, site: Path) -> None:
    page = Page(browser, (site / "index.html").as_uri()).open()
    before = page.drawn("heat")
    page.part("heat", "input").send_keys(Keys.ARROW_RIGHT)
    assert page.drawn("heat") != before


MOVE_MANY_TIMES = """
const done = arguments[0];
const input = document.querySelector(".nnh-live input");
const step = (k) => {
  if (k === MOVES) return done();
  input.value = k % 17;
  input.dispatchEvent(new Event("input"));
  requestAnimationFrame(() => setTimeout(() => step(k + 1)));
};
step(0);
"""


def test_a_move_of_a_slider_lays_the_page_out_once(page: Page) -> None:
    """What makes a figure slow on a phone; how long it takes is what `make site-check` measures."""
    page.open()
    moves = 34

    def layouts() -> float:
        metrics = page.browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "LayoutCount")

    page.browser.execute_cdp_cmd("Performance.enable", {})
    before = layouts()
    page.browser.execute_async_script(MOVE_MANY_TIMES.replace("MOVES", str(moves)))
    assert moves / 2 < layouts() - before <= moves + 4


def test_a_figure_follows_the_width_of_its_page(page: Page) -> None:
    page.open(width=1280)
    wide = page.part("simplex", "svg").get_dom_attribute("viewBox")
    size = {"width": 390, "height": 900, "deviceScaleFactor": 1, "mobile": True}
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    svg = page.part("simplex", "svg")
    page.run("arguments[0].scrollIntoView()", svg)  # what is far is not laid out
    page.until(lambda: svg.get_dom_attribute("viewBox") != wide)
    shown = page.run("return [arguments[0].clientWidth, arguments[0].clientHeight]", svg)
    assert [float(part) for part in svg.get_dom_attribute("viewBox").split()] == [0, 0, *shown]
    page.until(lambda: "panel" in page.drawn("simplex"))
    tops = page.run(
        "return [...arguments[0].querySelectorAll('g.panel')].map((g) => g.getBoundingClientRect().top)",
        svg,
    )
    assert tops[1] - tops[0] > 200


def host_page(folder: Path, views: list[ipywidgets.Widget]) -> None:
    """A page with the host script and the state of these widgets, as nbconvert would embed it."""
    data = embed_data(views=views, drop_defaults=False)
    parts = Path(figure_page.ROOT, "nnlib", "figures")
    (folder / "host.js").write_bytes(parts.joinpath("host.js").read_bytes())
    view = '<div><script type="application/vnd.jupyter.widget-view+json">{}</script></div>'
    specs = "".join(view.format(json.dumps(spec)) for spec in data["view_specs"])
    state = json.dumps(data["manager_state"]).replace("<", "\\u003c")
    (folder / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body>'
        f'{specs}<script type="application/vnd.jupyter.widget-state+json">{state}</script>'
        '<script src="host.js" defer></script>',
        encoding="utf-8",
    )


def test_the_host_draws_the_standard_widgets(
    page: Page, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    whole = ipywidgets.IntSlider(2, 0, 5, description="whole")
    part = ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.25, description="part")
    stack = ipywidgets.Stack(
        [ipywidgets.Label("first"), ipywidgets.HTML("<b>second</b>"), ipywidgets.Label("third")],
        selected_index=0,
    )
    check = ipywidgets.Checkbox(True, description="on")
    echo = ipywidgets.Checkbox(False, description="echo")
    ipywidgets.jslink((whole, "value"), (stack, "selected_index"))
    ipywidgets.jsdlink((check, "value"), (echo, "value"))
    shown = ipywidgets.VBox([whole, ipywidgets.HBox([part, check, echo]), stack])
    host_page(tmp_path, [shown])
    page.browser.get(serve(tmp_path) + "/index.html")
    page.until(lambda: page.all("[data-ready]"))
    sliders = page.all("input[type=range]")
    labels = [page.run("return arguments[0].labels[0].innerText", el) for el in sliders]
    assert labels == ["whole", "part"]
    text = page.all(".nnh-live")[0]
    assert "third" in text.text
    sliders[0].send_keys(Keys.ARROW_LEFT)
    assert "second" in text.text and "third" not in text.text
    sliders[1].send_keys(Keys.ARROW_RIGHT)
    assert page.all("output")[1].text == "0.75"
    one, other = page.all("input[type=checkbox]")
    assert other.is_selected()
    one.click()
    assert not other.is_selected()
    other.click()
    assert not one.is_selected()


def test_a_widget_that_needs_jupyter_says_so(
    page: Page, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    host_page(tmp_path, [ipywidgets.ColorPicker(description="color")])
    page.browser.get(serve(tmp_path) + "/index.html")
    page.until(lambda: page.all(".nnh-sorry"))
    assert page.all(".nnh-sorry")[0].text == (
        "This figure does not move here: ColorPickerModel needs Jupyter."
    )
    logged = page.browser.get_log("browser")
    assert any("ColorPickerModel" in line["message"] for line in logged)
