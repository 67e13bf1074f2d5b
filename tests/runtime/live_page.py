"""A page of the built book in a browser, on a server that can be told to fail."""

import functools
import http.server
import json
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PATIENCE = 120  # seconds; nothing is measured by it


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, notes what was asked for, and breaks off where it is told to."""

    def do_GET(self):
        site = self.server.site
        site.asked.append(self.path)
        if site.breaks and site.breaks in self.path:
            self.send_response(200)
            self.send_header("Content-Length", "5000000")
            self.end_headers()
            self.wfile.write(b"PK" + bytes(50_000))
            self.close_connection = True
            return
        super().do_GET()

    def log_message(self, *args):
        pass


class Site:
    """A folder on loopback, under a path of its own as on a code host's pages."""

    extensions = {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def __init__(self, folder: Path, below: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.breaks = ""
        (below / "book-site").symlink_to(folder)
        handler = functools.partial(Handler, directory=str(below))
        Handler.extensions_map |= self.extensions
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.site = self
        self.host = f"http://127.0.0.1:{self.server.server_port}"
        self.address = f"{self.host}/book-site"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class LivePage:
    """What a reader does on a page."""

    def __init__(self, browser, site: Site) -> None:
        self.browser, self.site = browser, site

    def open(self, page="book/momentum", width=1280):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.browser.get_log("browser")
        self.browser.get_log("performance")
        self.browser.get(f"{self.site.address}/{page}.html")
        return self

    def run(self, script, *args):
        return self.browser.execute_script(script, *args)

    def until(self, condition, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError(f"it did not happen; the page says: {self.said()}")

    def said(self):
        return self.run(
            "return [...document.querySelectorAll('[role=status]')].map(e => e.textContent)"
        )

    def find(self, selector, within=None):
        return (within or self.browser).find_element(By.CSS_SELECTOR, selector)

    def exercise(self, name):
        return self.find(f'[data-exercise="{name}"]')

    def type(self, name, text):
        """Put a text into the field of an exercise."""
        root = self.exercise(name)
        field = self.find("input[type=text], textarea", root)
        self.run("arguments[0].scrollIntoView({block: 'center'})", root)
        if root.get_attribute("data-kind") == "function":
            return self.write(root, text)
        field.clear()
        field.send_keys(text)
        return root

    def write(self, root, text):
        """Put code into an exercise's editor, as pasted."""
        self.run("arguments[0].querySelector('textarea').focus()", root)
        self.until(lambda: self.run("return arguments[0].querySelector('.cm-content')", root))
        editor = self.find(".cm-content", root)
        editor.click()
        editor.send_keys(Keys.CONTROL, "a")
        editor.send_keys(Keys.DELETE)
        self.browser.execute_cdp_cmd("Input.insertText", {"text": text})
        return root

    def check(self, name, text=None):
        """Check an answer; return what the page says of it."""
        root = self.exercise(name) if text is None else self.type(name, text)
        self.run("arguments[0].querySelector('.live-feedback').replaceChildren()", root)
        button = self.find("button[type=submit]", root)
        self.run("arguments[0].click()", button)
        return self.feedback(name)

    def feedback(self, name):
        script = """const root = document.querySelector(`[data-exercise="${arguments[0]}"]`);
            const said = root.querySelector('.live-feedback').textContent.replace(/\\s+/g, ' ').trim();
            return root.hasAttribute('aria-busy') ? '' : said"""
        return self.until(lambda: self.run(script, name))

    def choose(self, name, key):
        root = self.exercise(name)
        self.run("arguments[0].click()", self.find(f'input[value="{key}"]', root))
        return self.check(name)

    # --- cells ----------------------------------------------------------------------------------

    def go_live(self):
        self.run("document.querySelector('.live-bar button').click()")
        self.until(lambda: self.run("return document.querySelector('.live-cell')"))

    def cell(self, containing):
        """The number of the first cell whose code has this in it."""
        name = self.run("return document.querySelector('.live-bar').dataset.cells")
        text = Path(self.site.folder, "_static", "live", name).read_text("utf-8")
        for number, source in json.loads(text)["cells"]:
            shown = self.run(
                "return !!document.querySelector(arguments[0])", f".live-cell-{number}"
            )
            if containing in source and shown:
                return number
        raise AssertionError(f"no cell on the page has {containing!r}")

    def press(self, number, words):
        script = """[...document.querySelectorAll(`.live-cell-${arguments[0]} .live-cell button`)]
            .find((button) => button.textContent === arguments[1]).click()"""
        self.run(script, number, words)

    def run_cell(self, number):
        self.press(number, "Run")
        return self.cell_said(number)

    def cell_said(self, number):
        script = """const cell = document.querySelector(`.live-cell-${arguments[0]}`);
            return cell.hasAttribute('aria-busy') ? '' : cell.querySelector('.live-cell [role=status]').textContent"""
        return self.until(lambda: self.run(script, number))

    # --- what was asked for ---------------------------------------------------------------------

    def foreign_requests(self):
        """Addresses on other hosts that the page or its worker asked for."""
        log = [json.loads(e["message"])["message"] for e in self.browser.get_log("performance")]
        sent = [
            e["params"]["request"]["url"] for e in log if e["method"] == "Network.requestWillBeSent"
        ]
        assert sent
        own = (self.site.host, f"blob:{self.site.host}", "data:")
        return [url for url in sent if not url.startswith(own)]


@contextmanager
def slower(browser, times):
    browser.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": times})
    try:
        yield
    finally:
        browser.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": 1})
