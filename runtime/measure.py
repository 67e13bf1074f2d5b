"""Measure how long a reader waits for an answer, what is sent, and the memory it takes.

    python -m runtime.measure [PAGE]     after `make book`; `make site-check` runs it too

The files are compressed as a host does it. Of each kind of reader: the first visit (nothing kept),
the second, and the next check, each from the click to the feedback. One reads on this machine, one
has a line of 10 Mbit/s, and of one all of the browser's processes stand still three quarters of
the time, as on a processor that is four times slower.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
PAGE, NAME = "book/momentum", "largest_rate"
ANSWERS = ("2*(1-gamma)/L", "2*(1+gamma)/L", "2/L", "(1-gamma)/L", "2*gamma/L")
COMPRESSED = {".js", ".mjs", ".wasm", ".json", ".html", ".css", ".svg"}
HEADS = ("sent MB", "first visit s", "second visit s", "next check ms", "memory MB")
PATIENCE = 300
CHUNK = 16_384  # bytes that are sent at once on a slow line
SLICE = 0.005  # seconds that a slowed browser runs at a time


@dataclass(frozen=True)
class Reader:
    """Somebody who reads the book, what their line and their machine are, and the goals."""

    name: str
    goals: dict[str, float]
    bits: float = 0.0  # of the line, in a second; 0 where nothing slows it
    slower: int = 1


READERS = (
    Reader(
        "this machine",
        {"first visit s": 4.0, "second visit s": 1.2, "next check ms": 50.0, "memory MB": 400.0},
    ),
    Reader("line of 10 Mbit/s", {"first visit s": 12.0}, bits=10e6),
    Reader("four times slower", {}, slower=4),
)

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
        self.server.sent += len(data)
        for start in range(0, len(data), CHUNK if self.server.bits else len(data) or 1):
            chunk = data[start : start + CHUNK] if self.server.bits else data
            self.server.take_turn(len(chunk))
            self.wfile.write(chunk)

    def log_message(self, *args: Any) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """Adds up what it sends, over a line that all requests share."""

    def __init__(self, bits: float, handler: Any) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.sent, self.bits = 0, bits
        self.free = 0.0  # when the line has sent what it was given
        self.lock = threading.Lock()

    def take_turn(self, size: int) -> None:
        """Return once the line has had the time for so many bytes."""
        if not self.bits:
            return
        with self.lock:
            self.free = max(self.free, time.monotonic()) + 8 * size / self.bits
            wait = self.free - time.monotonic()
        time.sleep(max(0.0, wait))


@functools.cache
def zipped(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6)


@contextmanager
def served(bits: float) -> Iterator[Server]:
    Handler.extensions_map |= {".mjs": "text/javascript", ".wasm": "application/wasm"}
    handler = functools.partial(Handler, directory=str(SITE))
    with Server(bits, handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@contextmanager
def browser() -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    driver.set_script_timeout(PATIENCE)
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def slowed(driver: Any, times: int) -> Iterator[None]:
    """Let the browser's processes, Python's thread among them, run one part in `times` of the time.

    What the browser's own tools slow down is the page alone, and not its workers.
    """
    over = threading.Event()

    def stop_and_go() -> None:
        while not over.is_set():
            found = processes(driver)
            for _ in range(10):
                for process in found:
                    quietly(process.suspend)
                time.sleep((times - 1) * SLICE)
                for process in found:
                    quietly(process.resume)
                time.sleep(SLICE)

    thread = threading.Thread(target=stop_and_go, daemon=True)
    if times > 1:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if times > 1:
            thread.join()


def measured(page: str, reader: Reader) -> dict[str, float]:
    """One reader: a first visit, some more checks, and a second visit."""
    with served(reader.bits) as server, browser() as driver, slowed(driver, reader.slower):
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
    infos = [quietly(process.memory_full_info) for process in processes(driver)]
    return sum(info.uss for info in infos if info) / 1e6


def processes(driver: Any) -> list[Any]:
    import psutil

    return psutil.Process(driver.service.process.pid).children(recursive=True)


def quietly(ask: Callable[[], Any]) -> Any:
    """What a process answers; None where it is no more."""
    import psutil

    try:
        return ask()
    except psutil.NoSuchProcess:
        return None


def main(arguments: list[str]) -> int:
    page = arguments[0] if arguments else PAGE
    if not (SITE / f"{page}.html").exists():
        print("There is no book yet: run 'make book' first.")
        return 1
    print(f"{'answers in the page':<20}" + "".join(f"{head:>17}" for head in HEADS))
    for reader in READERS:
        found = measured(page, reader)
        print(f"{reader.name:<20}" + "".join(cell(found, reader, head) for head in HEADS))
    return 0


def cell(found: dict[str, float], reader: Reader, head: str) -> str:
    goal = f" of {reader.goals[head]:g}" if head in reader.goals else ""
    return f"{found[head]:.2f}{goal}".rjust(17)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
