// Python's own thread. The page sends {id, kind, ...}; what comes back carries the same id.
//
//   start   {base, about}            fetches Pyodide's parts and starts Python; asks for its packages
//   file    {name, bytes}            one of them, or a file that Python is about to ask for
//   call    {name, args}             runs a function of page.py
//
// The page fetches the packages: while Python starts, this thread cannot.

import { fetched, open, partsOf, shelf } from "./files.mjs";
import { start } from "./start.mjs";

const ZIPS = ["sympy.zip", "book.zip"];
const held = new Map(); // files that have come, by name
const awaited = new Map(); // who waits for one: name to function
let about, base, runtime, cache;

const tell = (message) => self.postMessage(message);
const address = (name) => new URL(about.files[name].name, base).href;

self.onmessage = async ({ data }) => {
  try {
    tell({ id: data.id, result: await handle[data.kind](data) });
  } catch (error) {
    tell({ id: data.id, error: String(error?.message ?? error) });
  }
};

const handle = {
  async start(given) {
    ({ about, base } = given);
    cache = await open(base, about.key);
    const folder = new URL(`${about.pyodide.folder}/`, base).href;
    const image = await kept();
    const zips = Object.fromEntries(ZIPS.map((name) => [name, coming(name)]));
    if (image) want();
    const { loadPyodide } = await import(`${folder}pyodide.mjs`);
    const { info } = about.pyodide;
    const first = { loadPyodide, indexURL: folder, info, zips, bring };
    try {
      runtime = await Promise.race([start({ ...first, image }), broken]);
    } catch (error) {
      if (error === loss) throw error;
      await cache?.delete(IMAGE());
      // The plain way, with nothing kept.
      runtime = await Promise.race([start({ ...first, image: undefined }), broken]);
    }
    if (runtime.image) keep(runtime.image);
    runtime.image = null;
    return { again: Boolean(image) };
  },

  file({ name, bytes }) {
    held.set(name, bytes);
    awaited.get(name)?.(bytes);
  },

  call({ name, args }) {
    return runtime.call(name, ...args);
  },
};

// ---------------------------------------------------------------- files

const coming = (name) => new Promise((resolve) => awaited.set(name, resolve));

let wanted = false;

function want() {
  if (!wanted) tell({ wants: ZIPS });
  wanted = true;
}

function bring(name) {
  if (held.has(name)) return held.get(name);
  if (!about.files[name]) throw new Error(`This site was built without ${name}.`);
  const request = new XMLHttpRequest();
  request.open("GET", address(name), false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new Error(`${name} could not be fetched.`);
  return new Uint8Array(request.response);
}

// Pyodide's parts are kept for the next visit, and counted on their way for who is waiting. They have
// the line for themselves: Python starts with them while its packages come.
let seen = 0;
let told = 0;

function more(size) {
  seen += size;
  const all = seen >= partsOf(about);
  if (all) want();
  if (all || seen - told > 50_000) {
    tell({ more: seen - told });
    told = seen;
  }
}

// What is lost on its way ends the start: Pyodide would wait for it for ever.
const loss = new Error("network");
let lose;
const broken = new Promise((_, reject) => (lose = () => reject(loss)));
broken.catch(() => {});

const ask = self.fetch.bind(self);
self.fetch = async (request, options) => {
  const url = String(request.url ?? request);
  if (!base || !url.startsWith(base)) return ask(request, options);
  try {
    return await fetched(url, { cache, ask: (one) => ask(one, options), more, lose });
  } catch {
    lose();
    throw loss;
  }
};

// ---------------------------------------------------------------- memory of the last visit

const IMAGE = () => new URL("memory", base).href;

// null: there is none, and one is to be made; undefined: none can be kept.
async function kept() {
  if (!cache) return undefined;
  const response = await cache.match(IMAGE());
  return response ? new Uint8Array(await response.arrayBuffer()) : null;
}

async function keep(image) {
  try {
    await cache.put(IMAGE(), new Response(image));
    for (const name of await caches.keys()) {
      if (name.startsWith(shelf(base, "")) && name !== shelf(base, about.key)) await caches.delete(name);
    }
  } catch {
    // No room for it: the next visit starts as this one did.
  }
}
