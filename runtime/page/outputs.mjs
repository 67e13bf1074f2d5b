// Shows what a cell has made, as the printed page shows it: tables, formulas, derivations, figures.

import { element, script } from "./dom.mjs";

const VIEW = "application/vnd.jupyter.widget-view+json";
const STATE = "application/vnd.jupyter.widget-state+json";
const FORM = "application/vnd.nnlib.form+json"; // of a derivation or a card: see forms.py
const HIDDEN = "application/vnd.nnlib.known+json"; // what sentences of the page are checked against

/** The outputs of a cell as one element. `old` is what stood there when the page was made. */
export async function shown(outputs, page, old) {
  const writer = await page.words();
  const box = element("div", { class: "cell_output live-output" });
  for (const output of outputs) box.append(await one(output, writer, page, old));
  return box;
}

async function one(output, writer, page, old) {
  if (output.output_type === "error") return element("pre", { class: "live-error", tabindex: "0" }, output.text);
  if (output.output_type === "stream") {
    return plain(output.text, output.name === "stderr" ? "live-stderr" : "");
  }
  const { data } = output;
  if (data[HIDDEN]) return "";
  if (data[VIEW]) return figure(data, page);
  if (data[FORM]) return checked(data[FORM], { ...writer, ...(await page.editor()), printed: old });
  if (data["text/html"]) return filled("div", "output text_html", data["text/html"]);
  if (data["text/markdown"]) return scrolling(filled("div", "output", writer.words(data["text/markdown"])), old);
  if (data["text/latex"]) {
    const tex = data["text/latex"].trim().replace(/^\$+|\$+$/g, "");
    return filled("div", "output math", writer.tex(tex, true));
  }
  if (data["image/png"]) {
    const src = `data:image/png;base64,${data["image/png"]}`;
    return element("img", { src, alt: data["text/plain"] });
  }
  return plain(data["text/plain"]);
}

const plain = (text, css = "") =>
  element("div", { class: `output ${css}` }, element("div", { class: "highlight" }, element("pre", {}, text)));

function filled(tag, css, html) {
  const made = element(tag, { class: css });
  made.innerHTML = html;
  return made;
}

function scrolling(box, old) {
  const printed = old?.querySelector("table");
  for (const table of box.querySelectorAll("table")) {
    table.className = printed?.className ?? "table";
    const around = element("div", { class: printed?.parentElement.className ?? "" });
    table.replaceWith(around);
    around.append(table);
  }
  return box;
}

async function figure(data, page) {
  const mount = element("div", { class: "nnh-mount" });
  for (const style of ["canvas.css", "host.css"]) page.style(`figures/${style}`);
  if (!globalThis.nnhShow) await script(page.fixed("figures/host.js"));
  // It is drawn to its width, which it has once it stands on the page.
  requestAnimationFrame(() => globalThis.nnhShow(mount, data[STATE], data[VIEW].model_id));
  return mount;
}

// ---------------------------------------------------------------- derivations and cards

// `steps`, `gap` and `number` are widths in letters M of the text; see forms.py.
function checked({ parts, ...widths }, tools) {
  const made = built(parts, { ...tools, ...widths });
  for (const math of made.querySelectorAll("span.math")) keepPunctuation(math, tools);
  return made;
}

// As in the book (see formulas.py), the end of a line does not tear punctuation from a short formula.
const OPENING = /[(\[“‘]+$/;
const CLOSING = /^[.,;:!?)\]”’]+/;
const SHORT = 8;

function keepPunctuation(math, { width }) {
  const torn = (text, pattern) => {
    const found = text?.nodeType === Node.TEXT_NODE ? pattern.exec(text.data) : null;
    if (found) text.data = text.data.replace(pattern, "");
    return found?.[0] ?? "";
  };
  if (width(math.dataset.tex) <= SHORT) {
    const before = torn(math.previousSibling, OPENING);
    const after = torn(math.nextSibling, CLOSING);
    if (before || after) {
      const kept = element("span", { class: "together" }, before);
      math.replaceWith(kept);
      kept.append(math, after);
    }
  }
  delete math.dataset.tex;
}

/** A part of a form (see forms.py) as an element. `tools.printed` is what stands there in the book. */
function built(part, tools) {
  if (typeof part === "string") return part.replace(/(?<=\w)'/g, "’");
  const inside = () => part.in.map((one) => built(one, tools));
  if (part.tag) return element(part.tag, { class: part.css || null, role: part.role }, ...inside());
  if (part.chain) return chain(part, tools, inside());
  if (part.sides !== undefined) return sides(part, tools, inside());
  if (part.tex) return formula(part.tex, tools);
  if (part.literal) return element("code", { class: "docutils literal notranslate" }, element("span", { class: "pre" }, part.literal));
  if (part.code) return code(part.code, tools);
  return link(part, tools);
}

function formula(tex, tools) {
  const made = filled("span", "math notranslate nohighlight", tools.tex(tex));
  made.dataset.tex = tex;
  return made;
}

const step = (room, { steps }) => steps.find((one) => one >= room) ?? "inf";

// The room that a chain needs with its reasons below its lines, but for what is around it.
function roomOf({ lines }, { width }) {
  const wide = (side) => Math.max(0, ...lines.map((row) => (row[side] ? width(`\\displaystyle ${row[side]}`) : 0)));
  return wide(0) + wide(1);
}

function chain(part, tools, inside) {
  const number = tools.printed?.querySelector(".nnb-chain > .nnb-no");
  const room = roomOf(part, tools);
  const beside = step(room + tools.gap + part.why + (number ? tools.number : 0), tools);
  const below = step(room + 1, tools);
  return element("div", { class: `nnb-chain nnb-beside-${beside} nnb-below-${below}` }, ...inside);
}

function sides(part, tools, inside) {
  const room = part.sides === null ? null : part.sides + step(roomOf(part.in.at(-1), tools) + 1, tools);
  return element("div", { class: `nnb-sides${room === null ? "" : ` nnb-sides-${step(room, tools)}`}` }, ...inside);
}

function code(text, { highlighted }) {
  const lines = element("pre", {}, highlighted(text));
  return element("div", { class: "highlight-python notranslate" }, element("div", { class: "highlight" }, lines));
}

// The number of an equation, where this page has it; the list of checked lines has the printed ones only.
function link({ equation }) {
  if (!equation) return "";
  const id = `equation-${equation.replaceAll("_", "-")}`;
  const known = document.querySelector(`a[href$="#${CSS.escape(id)}"]:not(.headerlink)`);
  const number = document.querySelector(`#${CSS.escape(id)} > .nnb-no`)?.firstChild.textContent;
  if (known) return known.cloneNode(true);
  return number ? element("a", { href: `#${id}` }, number) : "a result of another page";
}
