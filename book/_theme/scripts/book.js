// What every page does with a script; each part works without the others, the page without all.
const root = document.documentElement;

// --- light or dark -------------------------------------------------------------------------------
const dark = matchMedia("(prefers-color-scheme: dark)");
const stored = () => {
  try {
    return localStorage.getItem("mode");
  } catch {
    return null; // the browser keeps nothing
  }
};
dark.addEventListener("change", () => {
  if (!stored()) root.dataset.theme = dark.matches ? "dark" : "light";
});
for (const button of document.querySelectorAll(".nnt-mode")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("mode", root.dataset.theme);
    } catch {
      // it holds for this page
    }
  });
}

// --- where one is --------------------------------------------------------------------------------
const side = document.getElementById("nnt-side");
const links = new Map();
for (const link of side?.querySelectorAll(".nnt-outline a") ?? []) {
  const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (place) links.set(place, link);
}
side?.addEventListener("click", (event) => {
  if (event.target.closest("a[href*='#']") && side.matches(":popover-open")) side.hidePopover();
});

const current = side?.querySelector("[aria-current=page]");
if (current && current.offsetTop > side.clientHeight * 0.7) side.scrollTop = current.offsetTop - 120;

function mark(place) {
  for (const one of side.querySelectorAll(".nnt-here")) one.classList.remove("nnt-here");
  for (const one of side.querySelectorAll("[aria-current=location]")) one.removeAttribute("aria-current");
  const link = links.get(place);
  link?.setAttribute("aria-current", "location");
  for (let li = link?.closest("li"); li && side.contains(li); li = li.parentElement.closest("li")) {
    if (li.closest(".nnt-outline")) li.classList.add("nnt-here");
  }
}

// The section that crosses a line near the top of the window is where one is; the innermost wins.
const crossing = new Set();
const watch = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) crossing.add(target);
      else crossing.delete(target);
    }
    const inner = [...crossing].find((one) => ![...crossing].some((two) => one !== two && one.contains(two)));
    mark(inner);
  },
  { rootMargin: "-20% 0px -79% 0px" },
);
for (const place of links.keys()) watch.observe(place);

// --- what is too wide for its column scrolls by itself: let the keyboard reach it too --------------
const WIDE =
  ".formula, .nnb-lhs, .nnb-rhs, .nnb-close, .nnb-how dd, .nnb-values dd, .highlight pre, .cell_output .output, .nnb-table, .nnb-claim";

function reach(box) {
  const scrolls = box.scrollWidth > box.clientWidth + 1;
  if (scrolls) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    const formula = box.matches(".formula, [class^=nnb-]:not(.nnb-table)");
    box.setAttribute("aria-label", formula ? "Wide formula" : "Wide content");
  } else if (box.matches("pre") || box.getAttribute("aria-label")?.startsWith("Wide ")) {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}

function copyButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nnt-copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.querySelector("pre").textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied";
    }
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  block.append(button);
}

// Each is looked at when it comes near, and again when its size changes.
const sizes = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));
const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      if (target.matches(WIDE)) sizes.observe(target);
      // What a cell says in words is no code to take along, and the button would lie on it.
      const said = target.closest(".cell_output .highlight-text");
      if (target.matches("div.highlight") && !said) copyButton(target);
    }
  },
  { rootMargin: "400px" },
);
for (const box of document.querySelectorAll(`${WIDE}, div.highlight`)) near.observe(box);

// --- a formula that is copied is copied as LaTeX ---------------------------------------------------
document.addEventListener("copy", (event) => {
  const range = getSelection().rangeCount && getSelection().getRangeAt(0);
  if (!range || range.collapsed) return;
  const whole = (node) => (node.nodeType === 1 ? node : node.parentElement).closest(".katex");
  const [first, last] = [whole(range.startContainer), whole(range.endContainer)];
  const picked = range.cloneRange();
  if (first) picked.setStartBefore(first);
  if (last) picked.setEndAfter(last);
  const copied = picked.cloneContents();
  const formulas = copied.querySelectorAll(".katex");
  if (!formulas.length) return;
  for (const formula of formulas) {
    const tex = formula.querySelector("annotation")?.textContent ?? "";
    formula.replaceWith(`$${tex.replace(/^\\displaystyle /, "")}$`);
  }
  event.clipboardData.setData("text/plain", copied.textContent);
  event.preventDefault();
});
