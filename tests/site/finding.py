"""What the search page shows."""

import time

RESULTS = """return [...document.querySelectorAll("#nnq-results li")].map((item) =>
  [item.querySelector("a").href, item.innerText]);"""


def results(browser):
    end = time.monotonic() + 15
    found = []
    while time.monotonic() < end and not found:
        time.sleep(0.1)
        found = browser.execute_script(RESULTS)
    return found
