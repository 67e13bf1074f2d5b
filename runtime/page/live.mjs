// Brings the exercises and the code cells of a page to life. Small: what is large comes when needed.

import { Chapter } from "./cells.mjs";
import { element, script } from "./dom.mjs";
import { Exercise, keeping } from "./exercises.mjs";
import { Python } from "./python.mjs";
import { Refute } from "./refute.mjs";
import { Store } from "./store.mjs";

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

function start() {
  const about = read("live-data-about");
  if (!about) return;
  const base = new URL(about.base, document.baseURI).href;
  const site = new URL(about.root, document.baseURI);
  const file = (name) => new URL(about.files[name].name, base).href;
  const page = {
    about,
    file: (name) => new URL(name, base).href,
    fixed: (name) => new URL(`_static/${name}`, site).href,
    style: (name) => style(page.fixed(name)),
    store: new Store(site.pathname),
    python: new Python(about, base),
    words: async () => {
      await script(file("words.js"));
      globalThis.liveWords.allow(about.macros);
      return globalThis.liveWords;
    },
    editor: async () => {
      await script(file("editor.js"));
      return globalThis.liveEditor;
    },
    elsewhere: (text) => elsewhere(text, about.binder),
  };
  page.python.listen(({ state }) => {
    if (state === "on") keepOffline(page, site).catch(() => {});
  });
  page.cannot = cannot(Python.lacks(), about.binder);
  const data = read("live-data-exercises") ?? {};
  const exercises = [...document.querySelectorAll(".live-exercise")].map(
    (root) => new Exercise(root, data[root.dataset.exercise], page),
  );
  const kept = document.querySelector(".live-kept");
  if (kept && exercises.length) keeping(kept, page, exercises);
  const bar = document.querySelector(".live-bar");
  if (bar?.dataset.cells && !about.lacks.numpy) new Chapter(bar, page);
  const refute = document.querySelector('[data-live="refute"]:has(form)');
  if (refute) new Refute(refute, read("live-data-refute"), page);
  page.store.listen((name, value) => {
    for (const exercise of exercises) if (exercise.name === name) exercise.putBack(value);
  });
}

// A reader who let Python come finds this page again without a connection.
async function keepOffline({ about, file }, site) {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(new URL("sw.js", site), { scope: site.pathname });
  const { active } = await navigator.serviceWorker.ready;
  const seen = performance.getEntriesByType("resource").map(({ name }) => name);
  const parts = ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => file(`${about.pyodide.folder}/${name}`));
  const code = Object.values(about.files).map(({ name }) => name).filter((name) => name.endsWith(".js"));
  const rest = about.files["sympy-rest.zip"].name;
  const own = [...seen, ...parts, ...code.map(file), file(rest)].filter((url) => url.startsWith(site.origin));
  active.postMessage({ keep: [...new Set([location.href.split("#")[0], ...own])] });
}

function style(address) {
  const there = [...document.styleSheets].some(({ href }) => href?.split("?")[0] === address);
  if (!there) document.head.append(element("link", { rel: "stylesheet", href: address }));
}

function cannot(reason, binder) {
  if (reason === "file") {
    return "To check this, Python has to be loaded, and a page opened from a folder may not load it. Run “make serve” in the book's folder and open the address that it prints.";
  }
  return reason && elsewhere("This browser cannot run Python. A newer one can.", binder);
}

function elsewhere(text, binder) {
  if (!binder) return text;
  const link = element("a", { href: binder }, "on Binder");
  return element("p", {}, `${text} You can also do the exercises `, link, ".");
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
