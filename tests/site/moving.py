"""Figures that move on a built page: wait for them, and move them."""

import time

# Moves the first slider of each figure to its other end; says of each what its picture did.
MOVE_SLIDERS = """
const done = arguments[arguments.length - 1];
const picture = (mount) => mount.querySelector("svg.nnf-picture, canvas, img").outerHTML;
const mounts = [...document.querySelectorAll(".nnh-mount")];
const before = mounts.map(picture);
const sliders = mounts.map((mount) => mount.querySelector("input[type=range]"));
for (const slider of sliders.filter(Boolean)) {
  slider.value = Number(slider.value) > Number(slider.min) ? slider.min : slider.max;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
}
setTimeout(() => done(mounts.map((mount, k) =>
  !sliders[k] ? "no slider" : picture(mount) === before[k] ? "still" : "moved")), 400);
"""

SETTLED = """
document.querySelectorAll("details:has(.nnh-mount)").forEach((fold) => { fold.open = true; });
const waiting = document.querySelector(".nnh-mount:not([data-ready])");
waiting?.scrollIntoView();
return document.readyState === "complete" && document.fonts.status === "loaded" && !waiting;
"""


def settle(browser):
    """Go to each figure of the page and wait until it has drawn itself."""
    end = time.monotonic() + 20
    while time.monotonic() < end and not browser.execute_script(SETTLED):
        time.sleep(0.05)
