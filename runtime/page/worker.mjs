// Python's own thread. The page sends {id, kind, ...}; what comes back carries the same id.
//
//   start   {base, about}            fetches what is needed and starts Python
//   fetch   {files}                  gets further files before they are asked for
//   call    {name, args}             runs a function of page.py

import { start } from "./start.mjs";

const held = new Map(); // files that Python may ask for, by name
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
    cache = await self.caches?.open(shelf() + about.key).catch(() => undefined);
    const folder = new URL(`${about.pyodide.folder}/`, base).href;
    const image = await kept();
    const files = ["sympy.zip", "book.zip"].map((name) => about.files[name].bytes);
    const parts = Object.values(about.pyodide.files);
    count([...files, ...parts].reduce((a, b) => a + b, 0));
    const zips = { "sympy.zip": bytes("sympy.zip"), "book.zip": bytes("book.zip") };
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

  async fetch({ files }) {
    const missing = files.filter((name) => about.files[name] && !held.has(name));
    if (missing.length) count(missing.reduce((sum, name) => sum + about.files[name].bytes, 0));
    await Promise.all(missing.map(async (name) => held.set(name, await bytes(name))));
  },

  call({ name, args }) {
    return runtime.call(name, ...args);
  },
};

// ---------------------------------------------------------------- files

async function bytes(name) {
  const response = await fetch(address(name));
  return new Uint8Array(await response.arrayBuffer());
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

// All that is fetched is kept for the next visit, and counted on its way for who is waiting.
let total = 0;
let seen = 0;
let told = 0;

function count(size) {
  total = size;
  seen = told = 0;
}

function more(size) {
  seen += size;
  if (seen - told > 50_000 || seen >= total) {
    told = seen;
    tell({ progress: { seen: Math.min(seen, total), total } });
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
  const stored = await cache?.match(url);
  const response = stored ?? (await ask(request, options).catch(lose));
  if (!response?.ok || !response.body) {
    lose();
    throw loss;
  }
  if (!stored) cache?.put(url, response.clone()).catch(() => {});
  const counter = new TransformStream({
    transform(chunk, controller) {
      more(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (url.endsWith(".wasm")) headers.set("Content-Type", "application/wasm"); // not every host says so
  response.body.pipeTo(counter.writable).catch(lose);
  return new Response(counter.readable, { status, statusText, headers });
};

// ---------------------------------------------------------------- memory of the last visit

// Other books of this host have theirs.
const shelf = () => `live:${base}:`;
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
      if (name.startsWith(shelf()) && name !== shelf() + about.key) await caches.delete(name);
    }
  } catch {
    // No room for it: the next visit starts as this one did.
  }
}
