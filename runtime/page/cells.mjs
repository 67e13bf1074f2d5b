// The code of a chapter, run and changed on its page.

import { button, element } from "./dom.mjs";
import { shown } from "./outputs.mjs";
import { Stopped, TooLong, said, whyNot } from "./python.mjs";

const SECONDS = 60; // for one cell; a figure of many frames takes its time

export class Chapter {
  constructor(bar, page) {
    Object.assign(this, { bar, page });
    this.say = element("span", { role: "status" });
    this.go = button("Run the code of this page", () => this.start());
    bar.replaceChildren(this.go, this.say);
    bar.hidden = false;
  }

  async start() {
    if (this.page.cannot) return this.say.replaceChildren(this.page.cannot);
    this.go.disabled = true;
    const unlisten = this.page.python.listen((status) => (this.say.textContent = said(status)));
    try {
      const response = await fetch(this.page.file(this.bar.dataset.cells));
      if (!response.ok) throw new Error("network");
      const printed = await response.json();
      await Promise.all([this.page.python.start(), this.page.words()]);
      this.open(printed);
      this.go.hidden = true;
      unlisten();
      this.say.textContent = "Python is here: run or change any code below.";
    } catch (error) {
      unlisten();
      this.go.disabled = false;
      this.say.textContent = error instanceof Stopped ? "Stopped." : whyNot(error);
    }
    return undefined;
  }

  open({ chapter, cells }) {
    this.name = chapter;
    this.sources = Object.fromEntries(cells);
    this.cells = cells
      .map(([number, source]) => [document.querySelector(`.live-cell-${number}`), number, source])
      .filter(([root]) => root)
      .map(([root, number, source]) => new Cell(root, number, source, this));
  }

  /** Runs a cell, and before it what it stands on. */
  async run(cell, tell) {
    this.sources[cell.number] = cell.text;
    const { python } = this.page;
    const files = ["numpy.whl"];
    const before = await python.call("plan", [this.name, cell.number, this.sources], { files });
    const ask = (number) =>
      python.call("run", [this.name, number, this.sources[number], SECONDS], { files, seconds: SECONDS });
    for (const [done, number] of before.entries()) {
      tell(`Running what it stands on: ${done + 1} of ${before.length} …`);
      const { outputs, done: ended } = await ask(number);
      if (!ended) return outputs;
    }
    tell("Running …");
    return (await ask(cell.number)).outputs;
  }
}

// What is too wide for its column scrolls by itself: let the keyboard reach it too. It is looked at
// once it is drawn, which what stands outside the window is not.
const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => reach(target)));

function reach(part) {
  const scrolls = part.scrollWidth > part.clientWidth + 1;
  if (!scrolls || !/auto|scroll/.test(getComputedStyle(part).overflowX)) return;
  part.tabIndex = 0;
  part.setAttribute("role", "group");
  part.setAttribute("aria-label", "Wide content");
}

class Cell {
  constructor(root, number, printed, chapter) {
    Object.assign(this, { root, number, printed, chapter });
    this.code = root.querySelector(".cell_input .highlight, .nnb-source .highlight");
    this.old = [...root.querySelectorAll(":scope > .cell_output")];
    this.runs = button("Run", () => this.run());
    this.edits = button("Change", () => this.edit());
    this.stops = button("Stop", () => chapter.page.python.end(), { hidden: true });
    this.resets = button("Reset", () => this.reset(), { hidden: true });
    this.say = element("span", { role: "status" });
    this.tools = element("p", { class: "live-cell" }, this.runs, this.edits, this.stops, this.resets, this.say);
    root.append(this.tools);
  }

  get text() {
    return this.editor?.text ?? this.printed;
  }

  async edit() {
    if (this.editor || !this.code) return this.editor?.focus();
    const fold = this.code.closest("details");
    if (fold) fold.open = true;
    const { editor } = await this.chapter.page.editor();
    this.editor = editor(this.code, {
      text: this.printed,
      label: "The code of this cell",
      submit: () => this.run(),
    });
    this.edits.hidden = true;
    this.resets.hidden = false;
    return this.editor.focus();
  }

  async run() {
    if (this.busy) return;
    this.busy = true;
    this.root.setAttribute("aria-busy", "true");
    this.stops.hidden = false;
    const tell = (text) => (this.say.textContent = text);
    try {
      const outputs = await this.chapter.run(this, tell);
      await this.show(outputs);
      const failed = outputs.some((output) => output.output_type === "error");
      tell(failed ? "It stopped with an error." : outputs.length ? "Done." : "Done; it shows nothing.");
    } catch (error) {
      if (error instanceof TooLong) tell(`Stopped after ${SECONDS} seconds.`);
      else tell(error instanceof Stopped ? "Stopped; what had run is forgotten." : whyNot(error));
    } finally {
      this.busy = false;
      this.stops.hidden = true;
      this.resets.hidden = false;
      this.root.removeAttribute("aria-busy");
    }
  }

  async show(outputs) {
    const box = await shown(outputs, this.chapter.page, this.old[0]);
    this.made?.remove();
    this.made = box;
    for (const old of this.old) old.hidden = true;
    const place = this.old.at(-1);
    if (place) place.after(box);
    else this.tools.before(box);
    for (const part of box.querySelectorAll("div, pre")) watcher.observe(part);
  }

  /** Back to the printed text and what it showed. */
  reset() {
    this.editor?.remove();
    this.editor = undefined;
    this.chapter.sources[this.number] = this.printed;
    this.made?.remove();
    this.made = undefined;
    for (const old of this.old) old.hidden = false;
    this.edits.hidden = false;
    this.resets.hidden = true;
    this.say.textContent = "";
  }
}
