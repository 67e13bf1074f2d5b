// The exercises of a page: a field, a preview, Check, feedback, hints one after the other.

import { button, element, later, opener, save } from "./dom.mjs";
import { judge } from "./judge.mjs";
import { Stopped, TooLong, said, whyNot } from "./python.mjs";

const OPENINGS = {
  right: "Right.",
  wrong: "Not yet.",
  "no answer": "No answer yet.",
  unreadable: "I cannot read this.",
  undecided: "I cannot decide this.",
};
const SECONDS = 10; // for the reader's own code

export class Exercise {
  constructor(root, data, page) {
    Object.assign(this, { root, data, page });
    this.name = `${data.chapter}.${data.name}`;
    this.form = root.querySelector(".live-form");
    this.feedback = root.querySelector(".live-feedback");
    this.shown = root.querySelector(".live-preview");
    this.fields = [...this.form.querySelectorAll("input, textarea")];
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("focusin", () => page.words(), { once: true });
    if (data.kind === "function") this.form.addEventListener("focusin", () => this.edit(), { once: true });
    this.preview = later(250, () => this.showPreview());
    this.putBack(page.store.read(this.name));
    this.foldHints();
    root.dataset.ready = "yes";
  }

  // ------------------------------------------------------------ what is typed

  get answer() {
    if (this.data.kind === "choice") return this.fields.find((field) => field.checked)?.value ?? "";
    return this.editor?.text ?? this.fields[0].value;
  }

  putBack({ typed, status }) {
    if (typed !== undefined) {
      if (this.data.kind === "choice") this.fields.forEach((f) => (f.checked = f.value === typed));
      else if (this.editor) this.editor.text = typed;
      else this.fields[0].value = typed;
    }
    this.root.dataset.status = status ?? "";
  }

  typed() {
    const { typed, ...kept } = this.page.store.read(this.name);
    this.page.store.write(this.name, { ...kept, typed: this.answer });
    this.feedback.classList.add("live-old");
    if (this.needsPython) {
      if (!navigator.connection?.saveData) this.warmUp();
      this.preview();
    }
  }

  get needsPython() {
    return !["choice", "number"].includes(this.data.kind);
  }

  warmUp() {
    const { python, cannot } = this.page;
    if (cannot || this.finish || ["on", "failed"].includes(python.state)) return;
    this.follow();
    python.start().catch(() => {});
  }

  // An editor for code instead of the plain field, which stays for where it cannot be loaded.
  async edit() {
    const field = this.fields[0];
    try {
      const { editor } = await this.page.editor();
      const focused = document.activeElement === field;
      this.editor = editor(field, { changed: () => this.typed(), submit: () => this.check() });
      if (focused) this.editor.focus();
    } catch {
      // The plain field does as well.
    }
  }

  async showPreview() {
    const { python } = this.page;
    if (!this.shown || python.state !== "on" || !["formula", "proof"].includes(this.data.kind)) return;
    const text = this.answer;
    if (text === this.previewed) return undefined;
    this.previewed = text;
    if (!text.trim()) return this.shown.replaceChildren();
    try {
      const { lines } = await python.call("preview", [this.data.chapter, this.data.name, text]);
      const { tex } = await this.page.words();
      if (this.answer === text) this.shown.replaceChildren(...lines.map((line) => previewed(line, tex)));
    } catch {
      this.previewed = undefined;
      this.shown.replaceChildren();
    }
    return undefined;
  }

  // ------------------------------------------------------------ checking

  async check() {
    if (this.busy) return;
    this.busy = true;
    this.root.setAttribute("aria-busy", "true");
    try {
      const judgement = judge(this.data, this.answer) ?? (await this.ask());
      if (judgement) await this.show(judgement);
    } finally {
      this.busy = false;
      this.finish?.();
      this.root.removeAttribute("aria-busy");
    }
  }

  async ask() {
    if (this.page.cannot) return this.sayPlainly(this.page.cannot);
    if (this.data.kind === "function" && this.page.about.lacks.numpy) {
      return this.sayPlainly(this.page.elsewhere("This site was built without NumPy, which your function needs."));
    }
    this.follow();
    const { chapter, name, kind } = this.data;
    const files = kind === "function" ? ["numpy.whl"] : [];
    const seconds = kind === "function" ? SECONDS : 0;
    try {
      return await this.page.python.call("judge", [chapter, name, this.answer, SECONDS], { files, seconds });
    } catch (error) {
      if (error instanceof Stopped) return this.sayPlainly("Stopped.");
      if (error instanceof TooLong) {
        return { status: "wrong", message: `Your code was stopped after ${SECONDS} seconds: it does not come to an end.`, parts: [] };
      }
      return this.sayPlainly(whyNot(error));
    }
  }

  // Progress while Python loads or works, with a way to stop it.
  follow() {
    this.finish?.();
    const line = element("p", { class: "live-progress" });
    const bar = element("progress", { max: 1, "aria-label": "Loading Python" });
    const words = element("span", {});
    const stop = button("Stop", () => this.page.python.end());
    line.append(bar, words, stop);
    this.form.append(line);
    let begun = false;
    let over = () => {};
    this.finish = () => {
      over();
      line.remove();
      this.finish = null;
    };
    const { finish } = this;
    over = this.page.python.listen((status) => {
      const { state, seen, total } = status;
      words.textContent = said(status) || (this.busy ? "Checking …" : "");
      bar.hidden = !said(status);
      if (total) bar.value = seen / total;
      if (state === "failed" && !this.busy) this.sayPlainly(said(status));
      if (state === "on") this.preview();
      begun ||= state === "loading";
      const idle = state === "off" ? begun : state !== "loading";
      if (idle && !this.busy) queueMicrotask(finish);
    });
  }

  sayPlainly(text) {
    this.feedback.classList.remove("live-old");
    this.feedback.replaceChildren(typeof text === "string" ? element("p", {}, text) : text);
    return null;
  }

  async show(judgement) {
    const { status, message, parts } = judgement;
    const several = parts.length > 1;
    const opening = element("strong", { class: "live-verdict" }, OPENINGS[status]);
    const first = element("div", { class: "live-said" }, opening, " ");
    this.feedback.classList.remove("live-old");
    this.feedback.dataset.status = status;
    const told = element("div", {});
    try {
      const { words } = await this.page.words();
      if (message) told.innerHTML = words(message);
      if (several) told.append(list(parts, words));
    } catch {
      told.textContent = message;
    }
    first.append(...told.childNodes);
    if (status === "undecided") first.append(element("p", {}, "Compare your answer with the solution below."));
    this.feedback.replaceChildren(first);
    this.root.dataset.status = status;
    this.page.store.write(this.name, { typed: this.answer, status });
    if (status === "wrong" || status === "no answer") this.nextHint();
  }

  // ------------------------------------------------------------ hints

  // The second hint is offered when the first has been opened, and so on.
  foldHints() {
    this.hints = [...this.root.querySelectorAll(".live-hint")];
    this.hints.forEach((hint, number) => {
      hint.hidden = number > 0;
      hint.addEventListener("toggle", () => {
        const next = this.hints[number + 1];
        if (hint.open && next) next.hidden = false;
      });
    });
  }

  nextHint() {
    this.hints.find((hint) => !hint.open)?.classList.add("live-offered");
  }
}

function previewed({ tex, error }, render) {
  const line = element("div", { class: error ? "live-unread" : "live-read" });
  if (error) line.textContent = error;
  else line.innerHTML = render(`\\displaystyle ${tex}`);
  return line;
}

function list(parts, words) {
  const made = element("ul", { class: "live-parts" });
  for (const { label, id, status, message } of parts) {
    const item = element("li", { "data-status": status });
    item.innerHTML = words(`${label ?? id}: ${message || (OPENINGS[status] ?? status).toLowerCase()}`);
    made.append(item);
  }
  return made;
}

const opened = (count) =>
  count === 1 ? "One answer was taken from the file." : `${count} answers were taken from the file, those of other chapters among them.`;

/** The line below the exercises: what is kept, and the ways to save it, to take it back and to clear it. */
export function keeping(root, page, exercises) {
  const count = element("span", { class: "live-count" });
  const tell = () => {
    const solved = exercises.filter(({ root: one }) => one.dataset.status === "right").length;
    count.textContent = solved ? `${solved} of ${exercises.length} solved. ` : "";
  };
  const clear = () => {
    page.store.clear();
    for (const exercise of exercises) exercise.putBack({ typed: "" });
    for (const { feedback, data, fields, editor } of exercises) {
      feedback.replaceChildren();
      if (data.kind === "function") {
        if (editor) editor.text = data.starter;
        else fields[0].value = data.starter;
      }
    }
    tell();
  };
  const told = element("span", { role: "status" });
  const take = (text) => {
    const names = page.store.take(text);
    for (const exercise of exercises) {
      if (names?.includes(exercise.name)) exercise.putBack(page.store.read(exercise.name));
    }
    told.textContent = names ? opened(names.length) : "This is no file that a page of this book has saved.";
    tell();
  };
  root.replaceChildren(
    count,
    "What you type is kept in this browser only. ",
    button("Save as a file", () => save("answers.json", page.store.text())),
    ...opener("Open a saved file", take),
    button("Clear", clear),
    told,
  );
  root.hidden = false;
  tell();
  const watcher = new MutationObserver(tell);
  for (const { root: one } of exercises) {
    watcher.observe(one, { attributes: true, attributeFilter: ["data-status"] });
  }
}
