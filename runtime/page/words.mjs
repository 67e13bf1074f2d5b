// Turns what Python says (Markdown with $formulas$) into the page's words. Loaded when needed.

import katex from "katex";
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: false, linkify: false });
markdown.disable(["image", "autolink"]);
markdown.validateLink = (address) => /^(https?:|#|[\w./-]+$)/.test(address);

function formula(state, silent) {
  const { src, pos } = state;
  if (src[pos] !== "$") return false;
  const marks = src.startsWith("$$", pos) ? "$$" : "$";
  const end = src.indexOf(marks, pos + marks.length);
  if (end < 0) return false;
  const tex = src.slice(pos + marks.length, end);
  if (!tex.trim() || (marks === "$" && /^\s|\s$/.test(tex))) return false;
  if (!silent) Object.assign(state.push("formula", "", 0), { content: tex, markup: marks });
  state.pos = end + marks.length;
  return true;
}

markdown.inline.ruler.before("escape", "formula", formula);
markdown.renderer.rules.formula = (tokens, at) => tex(tokens[at].content, tokens[at].markup === "$$");

let macros = {};

/** Sets the commands that a formula may use, as the book's own formulas do. */
export function allow(commands) {
  macros = commands;
}

/** A formula as HTML. */
export function tex(source, display = false) {
  const text = source.trim();
  const lines = display && text.includes("\\\\") && !text.includes("\\begin{");
  const whole = lines ? `\\begin{aligned}${text}\\end{aligned}` : text;
  const options = { displayMode: display, throwOnError: false, maxExpand: 500, maxSize: 20 };
  const html = katex.renderToString(whole, { ...options, macros: { ...macros } });
  return display ? `<div class="formula">${html}</div>` : html;
}

/** Markdown as HTML. */
export function words(text) {
  return markdown.render(text.replace(/\$\$\s*([\s\S]+?)\s*\$\$/g, (_, inner) => `$$$$${inner.replace(/\n/g, " ")}$$$$`));
}

/** Markdown of a part of a line as HTML. */
export function line(text) {
  return markdown.renderInline(text);
}

globalThis.liveWords = { words, line, tex, allow };
