// The cover's derivation, whose last line the reader may change: proved, or refuted by numbers.
// What is said of likely changes came with the page; for any other Python is asked.

import { button, element, later } from "./dom.mjs";
import { said, whyNot } from "./python.mjs";

/** The key under which what is said of a typed line was prepared. */
export const key = (text) =>
  text
    .replace(/\s+/g, "")
    .replaceAll("**", "^")
    .replaceAll("γ", "gamma")
    .replaceAll("−", "-")
    .replaceAll("·", "*")
    .replace(/[$\\]/g, "") // as LaTeX has it
    .replace(/\^[{(]([A-Za-z]|\d+)[})]/g, "^$1")
    .replace(/\^\{([^{}]*)\}/g, "^($1)");

export class Refute {
  constructor(root, { prepared, offered, printed }, page) {
    Object.assign(this, { root, prepared, page, printed });
    this.form = root.querySelector("form");
    this.field = this.form.querySelector("input");
    this.verdict = root.querySelector(".live-verdict-line");
    this.old = [...root.querySelectorAll(".live-before")];
    this.form.addEventListener("focusin", () => page.words(), { once: true });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer(true);
    });
    this.field.addEventListener("input", later(150, () => this.answer(false)));
    const offers = root.querySelector(".live-offers");
    for (const text of offered) {
      offers.append(button(shown(text), () => this.take(text), { class: "live-offer" }));
    }
    root.dataset.ready = "yes";
  }

  take(text) {
    this.field.value = text;
    return this.answer(true);
  }

  async answer(asked) {
    const text = this.field.value;
    const known = this.prepared[key(text)];
    if (known) return this.show(text, known);
    if (this.page.python.state === "on" || asked) return this.ask(text);
    this.say(element("p", { class: "live-quiet" }, "Press Enter, and the engine looks at it."));
    return undefined;
  }

  async ask(text) {
    const { python, cannot } = this.page;
    if (cannot) return this.say(cannot);
    const words = element("p", { class: "live-quiet" });
    const bar = element("progress", { max: 1, "aria-label": "Loading Python" });
    const stop = python.listen((status) => {
      words.textContent = said(status) || "Comparing …";
      bar.hidden = status.state !== "loading";
      if (status.total) bar.value = status.seen / status.total;
    });
    if (python.state !== "on") this.say(words, bar);
    try {
      const found = await python.call("refute", [text]);
      if (this.field.value === text) await this.show(text, found);
    } catch (error) {
      this.say(whyNot(error));
    } finally {
      stop();
    }
    return undefined;
  }

  say(...parts) {
    this.verdict.dataset.status = "";
    this.verdict.replaceChildren(...parts);
    for (const old of this.old) old.hidden = true;
  }

  async show(text, found) {
    const { tex } = await this.page.words();
    if (this.field.value !== text) return;
    const formula = (source) => {
      const made = element("span", {});
      made.innerHTML = tex(source);
      return made;
    };
    const mark = (word, css) => element("strong", { class: `nnb-mark ${css}` }, word);
    const line = found.tex ? formula(`\\displaystyle W_{T} = ${found.tex}`) : "";
    if (found.status === "proved") {
      this.say(element("p", {}, mark("proved", "nnb-sure"), " ", line, " for every ", formula("0 < \\gamma < 1"), " and every ", formula("T"), "."));
    } else if (found.status === "refuted") {
      const at = found.at.flatMap((one, number) => (number ? [", ", formula(one)] : [formula(one)]));
      const [before, yours] = found.gives.map(formula);
      this.say(
        element("p", {}, mark("refuted", "nnb-false"), " ", line),
        element("p", {}, "At ", ...at, " your line gives ", yours, ", the line before ", before, "."),
      );
    } else {
      const word = found.status === "undecided" ? "undecided" : "cannot be read";
      this.say(element("p", {}, mark(word, "nnb-weaker"), " ", line, ` ${found.why ?? ""}`));
    }
    this.verdict.dataset.status = found.status;
  }
}

const shown = (text) =>
  text.replace(/gamma/g, "γ").replace(/\*/g, "").replace(/-/g, "−").replace(/\^\(([^)]*)\)/g, "^($1)");
