// Shows what a cell has made, as the printed page shows it: tables, formulas, derivations, figures.

import { element, script } from "./dom.mjs";

const VIEW = "application/vnd.jupyter.widget-view+json";
const STATE = "application/vnd.jupyter.widget-state+json";
const CHECKED = "application/vnd.nnlib.derivation+json";
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
  if (data[CHECKED]) return checked(data[CHECKED], writer, old);
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

function checked(data, writer, old) {
  const formula = (tex) => filled("div", "", writer.tex(`\\displaystyle ${tex}`));
  const inline = (text) => filled("span", "", writer.line(text));
  const tools = { formula, inline, old };
  if (data.kind === "match") return match(data, tools);
  if (data.kind === "refutation") return refutation(data, tools);
  if (data.kind === "cases") return cases(data, tools);
  return chain(data, tools);
}

const div = (css, ...children) => element("div", { class: css }, ...children);

function around(tools) {
  // The printed chain knows its width, and so when its reasons stand beside its lines.
  const printed = tools.old?.querySelector(".nnb-chain")?.className;
  return div(printed ?? "nnb-chain nnb-beside-none nnb-below-none");
}

function chain(data, tools) {
  const made = around(tools);
  made.append(lines(data, tools));
  const conditions = [...new Set(["given", "needed", "carried"].flatMap((key) => data[key] ?? []))];
  const foot = div("nnb-foot");
  if (data.status && data.status !== "definition") foot.append(mark(data.status, tools));
  if (conditions.length) foot.append(" for ", tools.inline(conditions.map((tex) => `$${tex}$`).join(", ")));
  if (foot.childNodes.length) made.append(foot);
  return made;
}

function lines(data, { formula, inline }) {
  const made = div("nnb-lines");
  const cell = (css, inner) => {
    inner.className = css;
    made.append(inner);
  };
  for (const row of data.rows) {
    if (row.lhs) cell("nnb-lhs", formula(row.lhs));
    cell("nnb-rhs", formula(`{}${row.relation} ${row.rhs}`));
    const label = row.label !== row.why ? row.label : "";
    const why = [row.why || label, row.given?.length ? `for ${row.given.map((tex) => `$${tex}$`).join(", ")}` : ""];
    const said = why.filter(Boolean).join(", ");
    if (said) cell("nnb-why", inline(said));
    if (row.difference) cell("nnb-note", inline(`difference: $${row.difference}$`));
    if (row.equal_at) cell("nnb-note", inline(`equal at $${row.equal_at}$`));
  }
  if (data.closing) {
    cell("nnb-close", formula(data.closing));
    cell("nnb-why", inline("by induction"));
  }
  return made;
}

function mark(status, { inline }) {
  const made = inline(status);
  made.className = `nnb-mark ${{ proved: "nnb-sure", definition: "nnb-plain" }[status] ?? "nnb-weaker"}`;
  return made;
}

function match(data, tools) {
  const head = element("p", { class: "nnb-head" }, mark(data.status, tools), " ");
  const count = data.entries === 1 ? "its result equals" : `each of its ${data.entries} entries equals`;
  const at = data.at.length ? ` at $${data.at.join(", ")}$` : "";
  const names = data.function.map((name) => `\`${name}\``).join(" ");
  head.append(tools.inline(`${names} run on symbols: ${count} the formula${at}`));
  const sides = div("nnb-sides");
  if (data.code?.length) {
    const code = element("pre", {}, data.code.join("\n"));
    sides.append(div("nnb-code", div("highlight", code)));
  }
  const formulas = around(tools);
  formulas.append(lines(data, tools));
  sides.append(formulas);
  return div("nnb-card nnb-match", head, sides);
}

function refutation(data, tools) {
  const caught = element("span", { class: "nnb-mark nnb-false" }, "caught");
  const head = element("p", { class: "nnb-head" }, caught, " ", tools.inline(`${data.what} is wrong`));
  const values = element("dl", { class: "nnb-values" });
  data.gives.forEach((gives, number) => {
    const tex = [data.code, data.formula][number];
    const value = data.at.length ? ` = ${gives.value}` : "";
    values.append(
      element("dt", {}, gives.who),
      element("dd", {}, tools.formula(`${tex ?? ""}${value}`)),
    );
  });
  const card = div("nnb-card nnb-refuted", head, values);
  if (data.at.length) {
    const at = data.at.map((tex) => `$${tex}$`).join(", ");
    card.append(element("p", { class: "nnb-at" }, "for instance at ", tools.inline(at)));
  }
  return card;
}

function cases(data, tools) {
  const made = around(tools);
  const table = element("div", { class: "nnb-cases", role: "table" });
  for (const { lhs, relation, rhs, why } of data.rows) {
    const left = tools.formula(`${lhs} ${relation} ${rhs}`);
    const right = tools.inline(why);
    for (const side of [left, right]) side.setAttribute("role", "cell");
    table.append(element("div", { role: "row" }, left, right));
  }
  made.append(table, div("nnb-foot", mark(data.status, tools)));
  return made;
}
