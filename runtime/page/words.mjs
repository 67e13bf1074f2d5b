// Turns what Python says (Markdown with $formulas$) into the page's words. Loaded when needed.

import katex from "katex";
import MarkdownIt from "markdown-it";
import { rendered } from "../../book/_ext/formula.mjs";

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

/** A formula as HTML, as the book's own are. */
export function tex(source, display = false) {
  const text = source.trim();
  const lines = display && text.includes("\\\\") && !text.includes("\\begin{");
  const { html } = drawn(lines ? `\\begin{aligned}${text}\\end{aligned}` : text, display);
  return display ? `<div class="formula">${html}</div>` : html;
}

/** How wide a formula will be, in em. */
export const width = (source) => drawn(source, false).width;

const done = new Map();

function drawn(source, displayMode) {
  const key = `${displayMode} ${source}`;
  if (!done.has(key)) done.set(key, draw(source, displayMode));
  return done.get(key);
}

function draw(source, displayMode) {
  const options = { displayMode, maxExpand: 500, maxSize: 20, strict: "ignore" };
  try {
    return rendered(source, { ...options, macros: { ...macros } });
  } catch {
    return { html: katex.renderToString(source, { ...options, throwOnError: false }), width: 0 };
  }
}

/** Markdown as HTML. */
export function words(text) {
  return markdown.render(text.replace(/\$\$\s*([\s\S]+?)\s*\$\$/g, (_, inner) => `$$$$${inner.replace(/\n/g, " ")}$$$$`));
}

/** Markdown of a part of a line as HTML. */
export function line(text) {
  return markdown.renderInline(text);
}

globalThis.liveWords = { words, line, tex, width, allow };
