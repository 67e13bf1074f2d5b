// Shows the Jupyter widgets of a page that has no kernel: reads the widget state that the page
// carries, draws the standard controls with the browser's own inputs, joins what jslink joined,
// and runs anywidgets. Knows nothing of figures; models it does not know are said to need Jupyter.

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';
const still = matchMedia("(prefers-reduced-motion: reduce)");
const modules = new Map();
let count = 0;

class Model {
  constructor(id, entry, page) {
    this.id = id;
    this.name = entry.model_name;
    this.state = { ...entry.state };
    this.page = page;
    this.listeners = new Map();
    this.changed = new Set();
  }

  get(key) {
    return this.state[key];
  }

  set(key, value) {
    if (typeof key === "object") return Object.entries(key).forEach(([k, v]) => this.set(k, v));
    if (Object.is(this.state[key], value)) return undefined;
    this.state[key] = value;
    for (const name of [`change:${key}`, "change"]) {
      for (const listener of [...(this.listeners.get(name) ?? [])]) listener(this, value);
    }
    return undefined;
  }

  on(names, listener) {
    for (const name of names.split(" ")) {
      if (!this.listeners.has(name)) this.listeners.set(name, new Set());
      this.listeners.get(name).add(listener);
    }
  }

  off(names, listener) {
    if (!names) return this.listeners.clear();
    for (const name of names.split(" ")) {
      if (listener) this.listeners.get(name)?.delete(listener);
      else this.listeners.delete(name);
    }
    return undefined;
  }

  save_changes() {} // there is no kernel to save to

  send() {}

  child(reference) {
    return this.page.get(String(reference).replace("IPY_MODEL_", ""));
  }
}

function node(tag, attributes = {}, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) el.setAttribute(key, value === true ? "" : value);
  }
  el.append(...children);
  return el;
}

function named(model, input, ...rest) {
  input.id = `nnh${(count += 1)}`;
  const words = model.get("description");
  if (!words)
    input.setAttribute(
      "aria-label",
      model.get("description_tooltip") ?? model.get("tooltip") ?? "value",
    );
  return node(
    "div",
    { class: "nnh-row" },
    ...(words ? [node("label", { for: input.id }, words)] : []),
    input,
    ...rest,
  );
}

const follow = (model, key, update) => {
  update();
  model.on(`change:${key}`, update);
};

// ---------------------------------------------------------------- controls

function slider(model, { key, min, max, step, words, parse }) {
  const input = node("input", { type: "range", min, max, step });
  const readout = node("output", { class: "nnh-readout", "aria-hidden": "true" });
  const longest = model.get("_options_labels")?.reduce((a, b) => (b.length > a.length ? b : a), "");
  readout.style.minWidth = `${(longest ?? `${max}`).length + 1}ch`;
  follow(model, key, () => {
    input.value = model.get(key);
    readout.textContent = words(model.get(key));
    input.setAttribute("aria-valuetext", readout.textContent);
    input.style.setProperty("--part", `${(100 * (input.value - min)) / (max - min || 1)}%`);
  });
  input.addEventListener("input", () => model.set(key, parse(input.value)));
  return named(model, input, ...(model.get("readout") === false ? [] : [readout]));
}

const picture = (path) =>
  `<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path fill="currentColor" d="${path}"/></svg>`;
const GO = picture("M7 4.5v15l13-7.5z");
const HALT = picture("M6 5h4v14H6zM14 5h4v14h-4z");

function play(model) {
  const button = node("button", { type: "button", class: "nnh-play" });
  const words = model.get("description") || "Play";
  let timer = 0;
  const show = () => {
    button.innerHTML = timer ? HALT : GO;
    button.setAttribute("aria-label", timer ? `Pause: ${words}` : words);
    button.title = timer ? "Pause" : "Play";
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    show();
  };
  const tick = () => {
    const next = model.get("value") + (model.get("step") ?? 1);
    if (next <= model.get("max")) model.set("value", next);
    else if (model.get("repeat")) model.set("value", model.get("min"));
    if (model.get("value") >= model.get("max") && !model.get("repeat")) stop();
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (model.get("value") >= model.get("max")) model.set("value", model.get("min"));
    const wait = model.get("interval") ?? 100;
    timer = setInterval(tick, still.matches ? Math.max(wait, 1000) : wait);
    return show();
  });
  show();
  return button;
}

function dropdown(model) {
  const input = node(
    "select",
    {},
    ...model.get("_options_labels").map((words, k) => node("option", { value: k }, words)),
  );
  follow(model, "index", () => {
    input.value = model.get("index");
  });
  input.addEventListener("change", () => model.set("index", Number(input.value)));
  return named(model, input);
}

function toggles(model) {
  const buttons = model.get("_options_labels").map((words, k) => {
    const button = node("button", { type: "button" }, words);
    button.addEventListener("click", () => model.set("index", k));
    return button;
  });
  follow(model, "index", () =>
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", k === model.get("index"))),
  );
  const words = model.get("description");
  const group = node(
    "div",
    { role: "group", class: "nnh-toggles", "aria-label": words || "choice" },
    ...buttons,
  );
  return node(
    "div",
    { class: "nnh-row" },
    ...(words ? [node("span", { class: "nnh-words", "aria-hidden": "true" }, words)] : []),
    group,
  );
}

function checkbox(model) {
  const input = node("input", { type: "checkbox" });
  follow(model, "value", () => {
    input.checked = model.get("value");
  });
  input.addEventListener("change", () => model.set("value", input.checked));
  const label = node("label", { class: "nnh-check" }, input, model.get("description") ?? "");
  return node("div", { class: "nnh-row" }, label);
}

function box(kind) {
  return (model) => {
    const el = node(
      "div",
      { class: kind },
      ...model.get("children").map((child) => view(model.child(child))),
    );
    const named = [...el.querySelectorAll("label[for], .nnh-words")].map(
      (words) => words.textContent.length,
    );
    el.style.setProperty("--words", `${Math.max(2, ...named)}ch`); // sliders below each other begin in one line
    return el;
  };
}

function stack(model) {
  const children = model.get("children").map((child) => view(model.child(child)));
  follow(model, "selected_index", () =>
    children.forEach((el, k) => {
      el.hidden = k !== model.get("selected_index");
    }),
  );
  return node("div", {}, ...children);
}

function words(markup) {
  return (model) => {
    const el = node("div", { class: "nnh-text" });
    follow(model, "value", () => {
      el[markup ? "innerHTML" : "textContent"] = model.get("value");
    });
    return el;
  };
}

function anywidget(model) {
  const el = node("div", {});
  const named = model.get("_esm");
  const source = globalThis.nnhModules?.[named] ?? named; // pages share scripts, by name
  if (!modules.has(named)) {
    const address = /^https?:/.test(source)
      ? source
      : URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    modules.set(named, import(address));
    if (model.get("_css")) document.head.append(node("style", {}, model.get("_css")));
  }
  el.ready = modules.get(named).then(async ({ default: given }) => {
    const widget = typeof given === "function" ? await given() : given;
    await widget.initialize?.({ model });
    return () => widget.render({ model, el });
  });
  return el;
}

const number = (model) => {
  const digits = /\.(\d+)f/.exec(model.get("readout_format") ?? "")?.[1];
  return (v) => (digits ? Number(v).toFixed(digits) : String(v)).replace("-", "−");
};
const numeric = (model) =>
  slider(model, {
    key: "value",
    min: model.get("min"),
    max: model.get("max"),
    step: model.get("step"),
    words: number(model),
    parse: Number,
  });

const views = {
  VBoxModel: box("nnh-column"),
  BoxModel: box("nnh-column"),
  HBoxModel: box("nnh-line"),
  StackModel: stack,
  SelectionSliderModel: (model) =>
    slider(model, {
      key: "index",
      min: 0,
      max: model.get("_options_labels").length - 1,
      step: 1,
      words: (k) => model.get("_options_labels")[k],
      parse: Number,
    }),
  IntSliderModel: numeric,
  FloatSliderModel: numeric,
  PlayModel: play,
  DropdownModel: dropdown,
  ToggleButtonsModel: toggles,
  CheckboxModel: checkbox,
  LabelModel: words(false),
  HTMLModel: words(true),
  HTMLMathModel: words(true),
  AnyModel: anywidget,
};

function view(model) {
  if (!model) throw new Error("the page does not carry this widget's state");
  const draw = views[model.name];
  if (!draw) throw new Error(`${model.name} needs Jupyter`);
  const el = draw(model);
  el.classList.add(...(model.get("_dom_classes") ?? []));
  return el;
}

// ---------------------------------------------------------------- the page

function join(model) {
  const ends = ["source", "target"].map((end) => model.get(end));
  const [[from, key], [to, other]] = ends.map(([reference, name]) => [
    model.child(reference),
    name,
  ]);
  if (!from || !to) return;
  to.set(other, from.get(key));
  from.on(`change:${key}`, () => to.set(other, from.get(key)));
  if (model.name === "LinkModel") to.on(`change:${other}`, () => from.set(key, to.get(other)));
}

function models(state) {
  const page = new Map();
  for (const [id, entry] of Object.entries(state)) page.set(id, new Model(id, entry, page));
  for (const model of page.values()) {
    if (/^(Directional)?LinkModel$/.test(model.name)) join(model);
  }
  return page;
}

function inline() {
  const scripts = [...document.querySelectorAll(STATE)];
  return models(Object.assign({}, ...scripts.map((s) => JSON.parse(s.textContent).state)));
}

// What a figure needs stands in a script of its own, which is asked for when the figure is near.
function load(address) {
  const name = /([\w-]+)\.js/.exec(address)[1];
  return new Promise((done, fail) => {
    const finish = () => done(models(globalThis.nnhStates[name].state));
    if (globalThis.nnhStates?.[name]) return finish();
    const script = node("script", { src: address });
    script.onload = finish;
    script.onerror = () => fail(new Error("its data did not arrive; reload the page"));
    return document.head.append(script);
  });
}

// What stands in the mount with no script (a picture) comes back if a widget cannot be shown.
function fallBack(mount, error) {
  console.error(error);
  const picture = mount.querySelector("noscript");
  mount.querySelector(".nnh-wait")?.remove();
  mount.querySelector(".nnh-live")?.remove();
  if (picture) picture.outerHTML = picture.textContent;
  mount.append(
    node("p", { class: "nnh-sorry" }, `This figure does not move here: ${error.message}.`),
  );
}

function mountOf(script) {
  return (
    script.closest(".nnh-mount") ??
    script.parentElement.insertBefore(node("div", { class: "nnh-mount" }), script)
  );
}

async function show(mount, getting, id) {
  try {
    const page = await getting();
    const live = view(page.get(id));
    live.classList.add("nnh-live");
    const drawn = await Promise.all([live, ...live.querySelectorAll("*")].map((el) => el.ready));
    mount.querySelector(".nnh-wait")?.remove();
    mount.append(live);
    await Promise.all(drawn.map((start) => start?.()));
    mount.dataset.ready = "yes";
  } catch (error) {
    fallBack(mount, error);
  }
}

const shownBy = (script) => JSON.parse(script.textContent).model_id;

const AHEAD = "600px"; // of scrolling, within which a figure is made ready

function start() {
  const scripts = [...document.querySelectorAll(VIEW)];
  const far = new Map(
    scripts.map((script) => [script.closest(".nnh-mount[data-state]"), script]).filter(([m]) => m),
  );
  const rest = scripts.filter((script) => !script.closest(".nnh-mount[data-state]"));
  if (rest.length) {
    const page = inline();
    for (const script of rest) show(mountOf(script), () => page, shownBy(script));
  }
  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting || !far.has(target)) continue;
        near.unobserve(target);
        show(target, () => load(target.dataset.state), shownBy(far.get(target)));
        far.delete(target);
      }
    },
    { rootMargin: AHEAD },
  );
  for (const mount of far.keys()) near.observe(mount);
  // On paper, a figure that was not near yet is its still picture.
  addEventListener("beforeprint", () => {
    for (const mount of far.keys()) {
      if (!mount.querySelector(".nnh-print")) {
        const picture = mount.querySelector("noscript")?.textContent ?? "";
        mount.append(node("div", { class: "nnh-print" }));
        mount.lastChild.innerHTML = picture.replace(/<style>.*?<\/style>/, "");
      }
    }
  });
}

// For a page that makes a figure later: its state and the id of its model, into this element.
globalThis.nnhShow = (mount, state, id) => show(mount, () => models(state), id);

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
