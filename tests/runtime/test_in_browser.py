"""Exercises and cells on the pages of the built book, in headless Chromium."""

import json

import pytest
from built import SITE, file_of
from exercises import conv_shapes, momentum
from live_page import LivePage, Site
from selenium.webdriver.common.keys import Keys

RIGHT = "2*(1+gamma)/L"
WRONG = "2*(1-gamma)/L"
NESTEROV = """def nesterov(w, f, eta, gamma, steps):
    v = 0 * w
    for _ in range(steps):
        v = gamma * v - eta * f(w + gamma * v)
        w = w + v
    return w"""
ENDLESS = """def nesterov(w, f, eta, gamma, steps):
    while True:
        pass"""


@pytest.fixture
def new_site(browser, tmp_path):
    """The built book on an address that the browser has not seen."""
    file_of("book/momentum")
    made = Site(SITE, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(browser, tmp_path_factory):
    file_of("book/momentum")
    made = Site(SITE, tmp_path_factory.mktemp("served"))
    yield made
    made.close()


@pytest.fixture
def page(browser, site):
    return LivePage(browser, site)


def test_each_kind_of_exercise_is_answered_and_no_other_host_is_asked(page):
    page.open()
    assert page.choose("less_or_more", "more").startswith("Not yet. The share that is kept")
    assert page.choose("less_or_more", "less") == "Right."
    assert page.check("times_as_long", "19").startswith("Not yet. That is the mean age")
    assert page.check("times_as_long", "20") == "Right."
    assert not any("pyodide" in path for path in page.site.asked), (
        "Python came before it was needed"
    )
    assert page.check("largest_rate", WRONG).startswith("Not yet. Momentum stands larger rates")
    assert page.check("largest_rate", RIGHT) == "Right."
    lines = (
        "rate*gamma*M[T] + rate*g[T+1] - rate*gamma*g[T+1]\nrate*(gamma*M[T] + (1-gamma)*g[T+1])"
    )
    assert page.check("same_steps", lines) == "Right."
    assert page.check("same_steps", lines.replace("1-gamma", "1+gamma")).startswith("Not yet.")
    assert page.check("nesterov", NESTEROV) == "Right."
    wrong = NESTEROV.replace("w + gamma * v)", "w)")
    assert page.check("nesterov", wrong).startswith("Not yet. That is the heavy ball")
    assert "Define a function called nesterov" in page.check("nesterov", "def other(): pass")
    assert "Line 1" in page.check("nesterov", "def nesterov(:")
    assert page.check("nesterov", "def nesterov(*a): return 1/0").startswith("Not yet.")
    assert page.foreign_requests() == []


def test_a_formula_is_shown_as_it_is_read_while_it_is_typed(page):
    page.open()
    page.type("largest_rate", "2/L")
    root = page.exercise("largest_rate")
    page.until(lambda: "2" in page.find(".live-preview", root).text)
    assert page.run("return arguments[0].querySelector('.live-preview .katex')", root)
    page.type("largest_rate", "2/(L")
    page.until(lambda: page.run("return arguments[0].querySelector('.live-unread')", root))


def test_a_loop_without_end_is_stopped_and_the_page_goes_on(page):
    page.open()
    assert "stopped" in page.check("nesterov", ENDLESS) or "seconds" in page.feedback("nesterov")
    assert page.check("largest_rate", RIGHT) == "Right."


def test_the_reader_can_stop_what_catches_every_interruption(page):
    page.open()
    assert page.check("largest_rate", RIGHT) == "Right."
    stubborn = ENDLESS.replace(
        "        pass",
        "        try:\n            while True: pass\n        except BaseException: pass",
    )
    root = page.write(page.exercise("nesterov"), stubborn)
    page.run("arguments[0].click()", page.find("button[type=submit]", root))
    stop = page.until(lambda: root.find_elements("css selector", ".live-progress button"))[0]
    page.until(lambda: "Checking" in page.find(".live-progress", root).text)
    page.run("arguments[0].click()", stop)
    assert page.feedback("nesterov") == "Stopped."
    assert page.check("largest_rate", RIGHT) == "Right."


@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_text_stays_text(page, width):
    page.open(width=width)
    page.run("window.harm = 0")
    for text in (
        "<img src=x onerror='window.harm=1'>",
        "$\\href{javascript:window.harm=1}{x}$",
        "__import__('js').eval('1')",
        "9**9**9**9",
        "[x](javascript:window.harm=1)",
        "((((" * 400,
    ):
        assert page.check("largest_rate", text).startswith(
            ("I cannot read this.", "Not yet.", "I cannot decide")
        )
    assert page.run("return window.harm") == 0
    assert (
        page.run("return document.querySelectorAll('.live-feedback :is(img, a, script)').length")
        == 0
    )
    assert page.run("return document.documentElement.scrollWidth") <= width


def test_a_connection_lost_while_loading_is_said_and_mended(browser, new_site):
    page = LivePage(browser, new_site).open()
    new_site.breaks = "sympy-"
    said = page.check("largest_rate", RIGHT)
    assert "connection was lost" in said and "kept" in said
    new_site.breaks = ""
    assert page.check("largest_rate") == "Right."
    assert (
        page.find("input[type=text]", page.exercise("largest_rate")).get_attribute("value") == RIGHT
    )


def test_a_second_visit_keeps_the_answer_and_works_with_no_connection(browser, new_site):
    page = LivePage(browser, new_site).open()
    assert page.check("largest_rate", RIGHT) == "Right."
    names = (
        "const done = arguments[0]; caches.keys().then(async (all) => { const found = []; "
        "for (const name of all) for (const one of await (await caches.open(name)).keys()) "
        "found.push(one.url); done(found) })"
    )
    ends = ("/memory", "momentum.html", "pyodide.asm.mjs", "pyodide.asm.wasm")
    page.until(
        lambda: all(
            any(url.endswith(end) for url in browser.execute_async_script(names)) for end in ends
        )
    )
    new_site.asked.clear()
    page.open()
    root = page.exercise("largest_rate")
    assert root.get_attribute("data-status") == "right"
    assert page.check("largest_rate", WRONG).startswith("Not yet.")
    assert not [path for path in new_site.asked if path.endswith((".zip", ".wasm"))]
    new_site.close()
    page.open()
    assert page.check("largest_rate", RIGHT) == "Right."


def test_two_tabs_tell_each_other_and_do_not_disturb(page, browser):
    page.open()
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    try:
        page.open()
        assert page.check("critical_share", "(1-sqrt(a))^2") == "Right."
        browser.switch_to.window(first)
        root = page.exercise("critical_share")
        page.until(lambda: root.get_attribute("data-status") == "right")
        assert page.check("largest_rate", RIGHT) == "Right."
    finally:
        browser.switch_to.window(next(h for h in browser.window_handles if h != first))
        browser.close()
        browser.switch_to.window(first)


def test_what_was_typed_can_be_cleared(page):
    page.open()
    page.check("times_as_long", "20")
    assert page.run("return Object.keys(localStorage).some((key) => key.startsWith('live:'))")
    page.run("[...document.querySelectorAll('.live-kept button')].at(-1).click()")
    assert not page.run("return Object.keys(localStorage).some((key) => key.startsWith('live:'))")
    assert (
        page.find("input[type=text]", page.exercise("times_as_long")).get_attribute("value") == ""
    )
    page.open()
    assert page.exercise("times_as_long").get_attribute("data-status") == ""


def test_answers_saved_as_a_file_are_opened_again_and_other_files_are_refused(page, tmp_path):
    page.open()
    page.check("times_as_long", "20")
    page.check("largest_rate", WRONG)
    kept = page.run(
        "return Object.fromEntries(Object.keys(localStorage).filter((key) => key.startsWith('live:'))"
        ".map((key) => [key.split(':').at(-1), JSON.parse(localStorage[key])]))"
    )
    harmful = {"typed": "<img src=x onerror='window.harm=1'>", "status": "<b>right</b>"}
    saved = tmp_path / "answers.json"
    answers = kept | {"momentum.critical_share": harmful, "momentum.same_steps": {"typed": 7}}
    saved.write_text(json.dumps({"answers": answers}))
    page.run("[...document.querySelectorAll('.live-kept button')].at(-1).click()")  # clear
    opener = page.find(".live-kept input[type=file]")
    opener.send_keys(str(saved))
    told = "return document.querySelector('.live-kept [role=status]').textContent"
    page.until(lambda: "3 answers" in page.run(told))
    value = "return document.querySelector(`[data-exercise=${arguments[0]}] input`).value"
    assert page.run(value, "times_as_long") == "20" and page.run(value, "largest_rate") == WRONG
    assert page.exercise("times_as_long").get_attribute("data-status") == "right"
    assert page.exercise("critical_share").get_attribute("data-status") == ""
    assert page.run(value, "critical_share") == harmful["typed"] and not page.run(
        "return window.harm"
    )
    for text in ("", "no JSON", "[]", "null", '{"answers": null}', '{"answers": "x"}'):
        saved.write_text(text)
        opener.send_keys(str(saved))
        page.until(lambda: "no file" in page.run(told))
        page.run("document.querySelector('.live-kept [role=status]').textContent = ''")
    assert page.run(value, "times_as_long") == "20"


def test_by_keyboard_with_hints_one_after_the_other(page):
    page.open()
    field = page.find("input[type=text]", page.exercise("times_as_long"))
    page.run("arguments[0].focus()", field)
    field.send_keys("19", Keys.ENTER)
    assert page.feedback("times_as_long").startswith("Not yet.")
    root = page.exercise("times_as_long")
    status = page.find(".live-feedback", root)
    assert (status.get_attribute("role"), status.get_attribute("aria-live")) == ("status", "polite")
    assert page.run("return arguments[0].labels.length", field) == 1
    hints = root.find_elements("css selector", ".live-hint")
    assert [hint.is_displayed() for hint in hints] == [True] + [False] * (len(hints) - 1)
    solution = page.find(".live-solution", root)
    assert not page.run("return arguments[0].open", solution)


def test_a_browser_that_cannot_says_so(browser, new_site):
    page = LivePage(browser, new_site)
    given = {"source": "delete globalThis.WebAssembly"}
    script = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", given)
    try:
        page.open()
        assert page.check("times_as_long", "20") == "Right."
        assert "This browser cannot run Python" in page.check("largest_rate", RIGHT)
    finally:
        browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_a_page_opened_from_a_folder_judges_what_it_can(browser, site):
    page = LivePage(browser, site)
    browser.get((SITE / "book" / "momentum.html").as_uri())
    assert page.check("times_as_long", "20") == "Right."
    assert "make serve" in page.check("largest_rate", RIGHT)


@pytest.mark.parametrize("module", [momentum, conv_shapes])
def test_every_exercise_of_a_chapter_has_its_form(page, module):
    from nnlib.exercises import exercises_of

    page.open(f"book/{module.__name__.split('.')[-1]}", width=390)
    named = page.run(
        "return [...document.querySelectorAll('[data-ready]')].map((e) => e.dataset.exercise)"
    )
    assert [name for name in named if name] == list(exercises_of(module))
    assert page.run("return document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [1280, 390])
def test_a_line_of_the_cover_is_changed_and_refuted_at_once(page, width):
    page.open("book/intro", width)
    page.until(lambda: page.run("return document.querySelector('.live-offers button')"))
    page.site.asked.clear()
    page.run("document.querySelector('.live-offers button').click()")
    said = "return document.querySelector('.live-verdict-line').dataset.status"
    page.until(lambda: page.run(said) == "refuted")
    field = page.find("#live-refute")
    field.clear()
    field.send_keys("-gamma**T + 1")
    page.until(lambda: page.run(said) == "proved")
    field.clear()
    field.send_keys(r"$1 - \gamma^{T-1}$")
    page.until(lambda: page.run(said) == "refuted")
    field.clear()
    field.send_keys(r"1 - \gamma^{T}")
    page.until(lambda: page.run(said) == "proved")
    assert not [path for path in page.site.asked if "pyodide" in path or path.endswith(".zip")]
    field.clear()
    field.send_keys("1 - gamma^(T+3)/gamma^3", Keys.ENTER)
    page.until(lambda: page.run(said) == "proved")
    field.send_keys(" + 1/10^9")
    page.until(lambda: page.run(said) == "refuted")
    assert page.run("return document.documentElement.scrollWidth") <= width


# --- cells ----------------------------------------------------------------------------------------


def test_a_cell_runs_is_changed_and_reset(page):
    page.open()
    page.go_live()
    number = page.cell("table(")
    assert page.run_cell(number) == "Done."
    output = f".live-cell-{number} .live-output"
    printed = f".live-cell-{number} .cell_output:not(.live-output)"
    words = "return document.querySelector(arguments[0]).textContent.replace(/\\s+/g, ' ').trim()"
    assert page.run(words, output) == page.run(words, printed)
    page.press(number, "Change")
    page.until(lambda: page.run("return document.querySelector('.live-editor .cm-content')"))
    editor = page.find(f".live-cell-{number} .cm-content")
    editor.send_keys(Keys.CONTROL, Keys.END)
    page.browser.execute_cdp_cmd("Input.insertText", {"text": "\nprint('changed', 6 * 7)"})
    page.run_cell(number)
    assert "changed 42" in page.run(words, output)
    page.press(number, "Reset")
    assert page.run("return document.querySelector(arguments[0])", output) is None
    assert not page.run("return document.querySelector(arguments[0]).hidden", printed)


def test_a_derivation_a_figure_and_an_error_stand_where_they_stood(page):
    page.open()
    page.go_live()
    chain = page.run(
        "return document.querySelector('.cell_output .nnb-chain').closest('[class*=live-cell-]').className"
    )
    number = int(chain.split("live-cell-")[1].split()[0])
    assert page.run_cell(number) == "Done."
    tex = "return [...document.querySelectorAll(arguments[0] + ' annotation')].map((e) => e.textContent.replace(/\\s/g, ''))"
    printed = page.run(tex, f".live-cell-{number} .cell_output:not(.live-output) .nnb-lines")
    assert page.run(tex, f".live-cell-{number} .live-output .nnb-lines") == printed
    figure = page.cell("MovingFigure(")
    assert page.run_cell(figure) == "Done."
    page.until(
        lambda: page.run(
            "return document.querySelector(arguments[0])",
            f".live-cell-{figure} .live-output svg.nnf-picture",
        )
    )
    page.press(number, "Change")
    page.until(
        lambda: page.run(
            "return document.querySelector(arguments[0])", f".live-cell-{number} .cm-content"
        )
    )
    page.find(f".live-cell-{number} .cm-content").send_keys(Keys.CONTROL, Keys.END)
    page.browser.execute_cdp_cmd("Input.insertText", {"text": "\n1 / 0"})
    assert page.run_cell(number) == "It stopped with an error."
    assert "ZeroDivisionError" in page.run(
        "return document.querySelector(arguments[0]).textContent",
        f".live-cell-{number} .live-error",
    )


# What stands in the book alone: numbers of equations, the list of all lines, ids, folds of the theme.
PLAIN = """
const box = document.querySelector(arguments[0]).cloneNode(true);
for (const gone of box.querySelectorAll('.nnb-no, .headerlink, script, .copybtn')) gone.remove();
for (const link of box.querySelectorAll('.nnb-how a'))
  if (/list of all checked/.test(link.textContent)) link.closest('p').remove();
for (const pre of box.querySelectorAll('pre')) pre.replaceChildren(pre.textContent.trim());
for (const one of box.querySelectorAll('*'))
  for (const name of ['id', 'tabindex', 'title', 'href', 'aria-label']) one.removeAttribute(name);
for (const one of box.querySelectorAll('[role=group]')) one.removeAttribute('role');
return box.innerHTML.replace(/\\s+/g, ' ').replace(/> | </g, (s) => s.trim());
"""


@pytest.mark.parametrize(
    ("chapter", "inside"),
    [
        ("momentum", ".nnb-proof"),
        ("momentum", ".nnb-cases"),
        ("momentum", ".nnb-match"),
        ("adam", ".nnb-refuted"),
    ],
)
def test_what_was_checked_looks_live_as_it_does_in_the_book(page, chapter, inside):
    page.open(f"book/{chapter}")
    page.go_live()
    cell = page.run(
        "return document.querySelector('.cell_output ' + arguments[0])"
        ".closest('[class*=live-cell-]').className",
        inside,
    )
    number = int(cell.split("live-cell-")[1].split()[0])
    assert page.run_cell(number) == "Done."
    place = f".live-cell-{number} .cell_output%s {{}}"
    kind = page.run(
        "return document.querySelector(arguments[0]).closest('.nnb-card, .nnb-chain').className",
        f".live-cell-{number} .cell_output:not(.live-output) {inside}",
    )
    printed = page.run(PLAIN, (place % ":not(.live-output)").format("." + kind.split()[0]))
    live = page.run(PLAIN, (place % ".live-output").format("." + kind.split()[0]))
    assert live == printed
    if inside == ".nnb-proof":
        assert "evaluated at" in live and "nnb-how" in live


def test_a_cell_without_end_can_be_stopped(page):
    page.open()
    page.go_live()
    number = page.cell("table(")
    page.press(number, "Change")
    page.until(
        lambda: page.run(
            "return document.querySelector(arguments[0])", f".live-cell-{number} .cm-content"
        )
    )
    page.find(f".live-cell-{number} .cm-content").send_keys(Keys.CONTROL, Keys.HOME)
    page.browser.execute_cdp_cmd("Input.insertText", {"text": "while True: pass\n"})
    page.press(number, "Run")
    page.until(
        lambda: (
            "Running"
            in page.run(
                "return document.querySelector(arguments[0]).textContent",
                f".live-cell-{number} .live-cell [role=status]",
            )
        )
    )
    page.press(number, "Stop")
    assert page.cell_said(number).startswith("Stopped")
    page.press(number, "Reset")
    assert page.run_cell(number) == "Done."
