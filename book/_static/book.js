// What is too wide for its column scrolls by itself: let the keyboard reach it too.
const WIDE =
  ".formula, .nnb-lhs, .nnb-rhs, .nnb-close, .nnb-how dd, .nnb-values dd, .highlight pre, .cell_output .output, .pst-scrollable-table-container";

function reach(box) {
  const scrolls = box.scrollWidth > box.clientWidth + 1;
  if (scrolls) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", box.matches(".formula, [class^=nnb-]") ? "Wide formula" : "Wide content");
  } else if (box.getAttribute("aria-label")?.startsWith("Wide ")) {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}

const watcher = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));
document.querySelectorAll(WIDE).forEach((box) => watcher.observe(box));

// Three slips of the theme that screen readers stumble over: the search button's label leaves out
// what stands on it, the book's title stands outside every landmark, and what unfolds the pages of
// a part has no name.
document.querySelectorAll(".search-button-field").forEach((button) => button.removeAttribute("aria-label"));
const sidebar = document.getElementById("pst-primary-sidebar");
sidebar?.setAttribute("role", "region");
sidebar?.setAttribute("aria-label", "The book");
sidebar?.querySelectorAll("summary").forEach((summary) => {
  const part = summary.closest("li")?.querySelector("a")?.textContent ?? "this part";
  summary.setAttribute("aria-label", `Pages of ${part}`);
});

// The search's excerpts would say each formula three times, once as TeX, and show code.
if (typeof Search !== "undefined") {
  const text = Search.htmlToText;
  Search.htmlToText = (page, anchor) => {
    const read = new DOMParser().parseFromString(page, "text/html");
    const unread = ".katex-mathml, .cell_input, .nnh-mount, summary";
    read.querySelectorAll(unread).forEach((part) => part.remove());
    return text(read.documentElement.outerHTML, anchor);
  };
}
