// What is too wide for its column scrolls by itself: let the keyboard reach it too.
const WIDE = ".formula, .highlight pre, .cell_output .output, .pst-scrollable-table-container";

function reach(box) {
  const scrolls = box.scrollWidth > box.clientWidth + 1;
  if (scrolls) {
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", box.matches(".formula") ? "Wide formula" : "Wide content");
  } else if (box.getAttribute("aria-label")?.startsWith("Wide ")) {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}

const watcher = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));
document.querySelectorAll(WIDE).forEach((box) => watcher.observe(box));
