"""Measure how long a reader waits for an answer, what is sent, and the memory it takes.

    python -m runtime.measure [PAGE]     after `make book`; `make site-check` runs it too

On loopback, with the files compressed as a host does it: the first visit (nothing kept), the second,
and the next check, each from the click to the feedback; on this machine and four times slower.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
PAGE, NAME = "book/momentum", "largest_rate"
ANSWERS = ("2*(1-gamma)/L", "2*(1+gamma)/L", "2/L", "(1-gamma)/L", "2*gamma/L")
COMPRESSED = {".js", ".mjs", ".wasm", ".json", ".html", ".css", ".svg"}
GOALS = {"first visit s": 4.0, "second visit s": 1.2, "next check ms": 50.0, "memory MB": 400.0}
SLOWER = (1, 4)
PATIENCE = 300

CLICK = """
const done = arguments[arguments.length - 1];
const root = document.querySelector(`[data-exercise="${arguments[0]}"]`);
const field = root.querySelector("input[type=text]");
const said = root.querySelector(".live-feedback");
field.value = arguments[1];
said.replaceChildren();
const start = performance.now();
new MutationObserver((_, watcher) => {
  if (!said.textContent.trim()) return;
  watcher.disconnect();
  done([performance.now() - start, said.textContent]);
}).observe(said, {childList: true, subtree: true});
root.querySelector("button[type=submit]").click();
"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves compressed files and adds up what was sent."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data = zipped(path) if path.suffix in COMPRESSED else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in COMPRESSED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)
        self.server.sent += len(data)

    def log_message(self, *args: Any) -> None:
        pass


@functools.cache
def zipped(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


@contextmanager
def served() -> Iterator[Any]:
    Handler.extensions_map |= {".mjs": "text/javascript", ".wasm": "application/wasm"}
    handler = functools.partial(Handler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.sent = 0
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@contextmanager
def browser(slower: int) -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    driver.set_script_timeout(PATIENCE)
    try:
        driver.execute_cdp_cmd("Emulation.setCPUThrottlingRate", {"rate": slower})
        yield driver
    finally:
        driver.quit()


def measured(page: str, slower: int) -> dict[str, float]:
    """One reader: a first visit, some more checks, and a second visit."""
    with served() as server, browser(slower) as driver:
        address = f"http://127.0.0.1:{server.server_port}/{page}.html"
        driver.get(address)
        time.sleep(1)
        before, sent = memory(driver), server.sent
        first = click(driver, ANSWERS[0])
        found = {
            "sent MB": (server.sent - sent) / 1e6,
            "first visit s": first / 1000,
            "next check ms": statistics.median(click(driver, text) for text in ANSWERS[1:]),
            "memory MB": memory(driver) - before,
        }
        time.sleep(3)  # what is kept for the next visit is being written
        driver.get(address)
        time.sleep(1)
        found["second visit s"] = click(driver, ANSWERS[0]) / 1000
    return found


def click(driver: Any, text: str) -> float:
    """Milliseconds from the click to the feedback."""
    took, said = driver.execute_async_script(CLICK, NAME, text)
    if not said.startswith(("Right", "Not yet")):
        raise SystemExit(f"The page said: {said}")
    return took


def memory(driver: Any) -> float:
    """Megabytes of all of the browser's processes that no other process shares."""
    import psutil

    found = 0
    for process in psutil.Process(driver.service.process.pid).children(recursive=True):
        try:
            found += process.memory_full_info().uss
        except psutil.NoSuchProcess:
            continue
    return found / 1e6


def main(arguments: list[str]) -> int:
    page = arguments[0] if arguments else PAGE
    if not (SITE / f"{page}.html").exists():
        print("There is no book yet: run 'make book' first.")
        return 1
    rows = {slower: measured(page, slower) for slower in SLOWER}
    heads = ["sent MB", "first visit s", "second visit s", "next check ms", "memory MB"]
    print(f"{'answers in the page':<22}" + "".join(f"{head:>16}" for head in heads))
    for slower, row in rows.items():
        name = "this machine" if slower == 1 else f"{slower} times slower"
        print(f"{name:<22}" + "".join(f"{row[head]:>16.2f}" for head in heads))
    print(f"{'goal':<22}" + "".join(f"{GOALS.get(head, ''):>16}" for head in heads))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
