// Renders formulas: one JSON line in ({tex, display}), one JSON line out
// ({html, width} or {error}). formulas.py starts this once for the whole build.
import { createInterface } from "node:readline";
import katex from "katex";

const macros = JSON.parse(process.argv[2]);
const SIZES = [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.44, 1.728, 2.074, 2.488];
const LETTER = 0.47;
const KATEX_FONT_SIZE = 1.1; // as book.css sets it, in em of the text around

// How wide a tree of KaTeX boxes will be, in em: what stands in a row is added up, what is
// stacked (a `vlist`) counts with its widest line.
function width(node) {
  if (typeof node.text === "string") {
    // A run of text keeps the width of its first letter only: take an average letter's.
    const letters = node.text.length;
    return (letters > 1 ? LETTER * letters : node.width) + (node.italic || 0);
  }
  const style = node.style || {};
  const em = (value) => parseFloat(value) || 0;
  const classes = node.classes || [];
  if (classes.includes("katex-mathml") || classes.includes("pstrut")) return 0;
  const widths = (node.children || []).map(width);
  const inside = classes.includes("vlist")
    ? Math.max(0, ...widths)
    : widths.reduce((sum, one) => sum + one, 0);
  const size = /^reset-size(\d+) size(\d+)$/.exec(
    classes.filter((name) => /^(reset-)?size\d+$/.test(name)).join(" "));
  const scale = size ? SIZES[size[2]] / SIZES[size[1]] : 1;
  const own = Math.max(inside, em(style.width), em(style.minWidth));
  return own * scale + em(style.marginLeft) + em(style.marginRight) + em(style.paddingLeft);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { tex, display } = JSON.parse(line);
  const options = { displayMode: display, macros: { ...macros }, strict: "error" };
  let answer;
  try {
    const tree = katex.__renderToDomTree(tex, options);
    answer = { html: tree.toMarkup(), width: width(tree) * KATEX_FONT_SIZE };
  } catch (error) {
    answer = { error: error.rawMessage ?? error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
