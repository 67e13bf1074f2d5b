// A formula as HTML, and how wide it will be: for the pages while they are built (katex.mjs), and for
// what a live page shows later.
import katex from "katex";

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

// --- the same formula with fewer elements ---------------------------------------------------

const em = (value) => parseFloat(value) || 0;
const round = (value) => `${Math.round(value * 1e4) / 1e4}em`;
const has = (node, name) => (node.classes || []).includes(name);
const within = (node, test) => test(node) || (node.children || []).some((one) => within(one, test));
const styled = (node) => Object.values(node.style || {}).some(Boolean);

// KaTeX stacks a lone sub- or superscript in a table of two rows: ten elements. Raised or lowered
// text says the same in one; the strut of the line keeps its height (see .nnb-script).
function script(node) {
  const column = node.children[0]?.children[0]?.children[0];
  const [only, second] = column?.children ?? [];
  const [strut, body, more] = only?.children ?? [];
  if (!body || second || more || !has(strut, "pstrut") || !has(body, "katex-sizing")) return;
  if (styled(body) || within(body, (one) => has(one, "vlist-t") || one.pathName)) return;
  const sizes = /reset-size(\d+) size(\d+)/.exec(body.classes.join(" "));
  if (!sizes) return;
  const scale = SIZES[sizes[2]] / SIZES[sizes[1]];
  const { top, marginLeft, marginRight } = only.style;
  const raise = -em(top) - em(strut.style.height);
  node.classes = ["nnb-script", ...body.classes];
  node.style = { verticalAlign: round(raise / scale), marginRight: round(em(marginRight) / scale) };
  if (em(marginLeft)) node.style.marginLeft = round(em(marginLeft) / scale);
  const [row, more_rows] = body.children;
  const plain = row.children && !more_rows && !styled(row) && row.classes.every((name) =>
    ["mord", "mtight", ""].includes(name));
  node.children = plain ? row.children : body.children;
}

// A space between two signs is a margin of the first.
function spaces(node) {
  node.children = node.children.filter((space, k) => {
    const before = node.children[k - 1];
    const plain = has(space, "mspace") && !space.children.length && space.style.marginRight;
    if (!plain || !before?.style || has(before, "mspace") || has(before, "katex-strut")) return true;
    if (before.italic || before.style.marginRight || before.pathName) return true;
    before.style.marginRight = space.style.marginRight;
    return false;
  });
}

// Classes that KaTeX's style sheet says nothing of: what has no other is its content.
const INERT = new Set(["", "mord", "mbin", "mrel", "mopen", "mclose", "mpunct", "minner", "mtight"]);
const isInert = (node) =>
  !styled(node) && !node.italic && node.classes.every((name) => INERT.has(name)) &&
  !Object.keys(node.attributes ?? {}).length;

function slim(node, around) {
  if (!node.classes || node.pathName) return node;
  if (!node.children) {
    if (isInert(node)) node.classes = []; // a sign without a class is written without a span
    return node;
  }
  node.children = node.children.map((child) => slim(child, node));
  if (has(node, "msupsub")) script(node);
  spaces(node);
  // What stands in a stack is a box there; elsewhere a span that says nothing is its content.
  if (around && has(around, "vlist")) return node;
  node.children = node.children.flatMap((child) => (child.children && child.classes && isInert(child) ? child.children : [child]));
  return node;
}

// In MathML a row of one element is that element.
function slimMath(node) {
  if (!node.children) return node;
  node.children = node.children.map(slimMath);
  const row = node.type === "mrow" && node.children.length === 1 && node.children[0].type;
  return row && !Object.keys(node.attributes).length ? node.children[0] : node;
}

/** {html, width} of a formula, with KaTeX's options; throws for bad TeX. */
export function rendered(tex, options) {
  const tree = katex.__renderToDomTree(tex, options);
  const room = width(tree) * KATEX_FONT_SIZE;
  const [spoken, drawn] = (options.displayMode ? tree.children[0] : tree).children;
  slimMath(spoken.children[0]);
  drawn.children = drawn.children.map((part) => slim(part));
  return { html: tree.toMarkup(), width: room };
}
