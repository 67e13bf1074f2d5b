// Python as the page sees it: off until somebody needs it, then a worker that loads, and answers.

import { fetched, open, partsOf } from "./files.mjs";

const FIRST = ["sympy.zip", "book.zip"]; // what Python starts with
const LAST_STOP = 10; // seconds that Python has to notice that its time is over

export class Python {
  constructor(about, base) {
    Object.assign(this, { about, base, state: "off", waiting: new Map(), listeners: new Set() });
  }

  /** Why this browser cannot run it, as words to follow "because"; empty where it can. */
  static lacks() {
    if (location.protocol === "file:") return "file";
    if (typeof WebAssembly !== "object" || typeof Worker !== "function") return "browser";
    if (typeof TransformStream !== "function" || typeof BigInt64Array !== "function") return "browser";
    return "";
  }

  /** Hears of every change: {state, seen, total, error}. */
  listen(listener) {
    this.listeners.add(listener);
    listener(this.status);
    return () => this.listeners.delete(listener);
  }

  get status() {
    return { state: this.state, ...this.progress, error: this.error };
  }

  tell(change) {
    Object.assign(this, change);
    for (const listener of this.listeners) listener(this.status);
  }

  /** Starts loading; the same promise for all who ask. */
  start() {
    this.started ??= this.load().catch((error) => {
      this.end(error);
      if (!(error instanceof Stopped)) this.tell({ state: "failed", error });
      throw error;
    });
    return this.started;
  }

  async load() {
    const total = partsOf(this.about) + this.size(FIRST);
    this.sent = new Map();
    this.tell({ state: "loading", error: null, progress: { seen: 0, total } });
    const worker = new URL(this.about.files["worker.js"].name, this.base);
    this.worker = new Worker(worker, { type: "module" });
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => {
      event.preventDefault?.();
      this.end(new Error(event.message || "network"));
    };
    await this.ask({ kind: "start", about: this.about, base: this.base });
    this.tell({ state: "on" });
  }

  size(names) {
    return names.reduce((sum, name) => sum + this.about.files[name].bytes, 0);
  }

  hear({ id, result, error, more, wants }) {
    if (more) return this.count(more);
    if (wants) return this.send(wants).catch((lost) => this.end(lost));
    const waits = this.waiting.get(id);
    this.waiting.delete(id);
    clearTimeout(waits?.timer);
    if (error === undefined) waits?.resolve(result);
    else waits?.reject(new Error(error));
    return undefined;
  }

  count(bytes) {
    const { seen, total } = this.progress;
    this.tell({ progress: { seen: Math.min(seen + bytes, total), total } });
  }

  /** Gives Python files that it has not yet: it cannot fetch them itself while it works. */
  async send(names) {
    const { worker, sent } = this;
    const cache = await open(this.base, this.about.key);
    const bring = async (name) => {
      const url = new URL(this.about.files[name].name, this.base).href;
      const response = await fetched(url, { cache, more: (bytes) => this.count(bytes) });
      const bytes = new Uint8Array(await response.arrayBuffer());
      worker.postMessage({ kind: "file", name, bytes }, [bytes.buffer]);
    };
    for (const name of names.filter((one) => !sent.has(one))) sent.set(name, bring(name));
    try {
      await Promise.all(names.map((name) => sent.get(name)));
    } catch (error) {
      for (const name of names) sent.delete(name); // it is tried again
      throw error;
    }
  }

  ask(message, seconds = 0) {
    const id = (this.last = (this.last ?? 0) + 1);
    return new Promise((resolve, reject) => {
      const timer = seconds
        ? setTimeout(() => this.end(new TooLong(seconds)), 1000 * (seconds + LAST_STOP))
        : 0;
      this.waiting.set(id, { resolve, reject, timer });
      this.worker.postMessage({ id, ...message });
    });
  }

  /** Runs a function of page.py. `seconds` is what code of the reader may take. */
  async call(name, args, { files = [], seconds = 0 } = {}) {
    await this.start();
    const { worker } = this;
    const there = files.filter((name) => this.about.files[name]);
    const missing = there.filter((name) => !this.sent.has(name));
    if (missing.length) this.tell({ progress: { seen: 0, total: this.size(missing) } });
    await this.send(there);
    if (worker !== this.worker) throw new Stopped();
    return this.ask({ kind: "call", name, args }, seconds);
  }

  /** Ends Python, whatever it is doing; the next call starts it again. */
  end(error = new Stopped()) {
    this.worker?.terminate();
    this.worker = this.started = null;
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    this.waiting.clear();
    this.tell({ state: "off" });
  }
}

export class Stopped extends Error {}

export class TooLong extends Error {
  constructor(seconds) {
    super(`stopped after ${seconds} seconds`);
  }
}

/** What is said while Python loads, and if it cannot. */
export function said({ state, seen = 0, total = 0, error }) {
  const part = `${megabytes(seen)} of ${megabytes(total)} MB`;
  if (state === "loading") return seen < total ? `Loading Python into this page: ${part}` : "Starting Python …";
  if (state === "on" && seen < total) return `Loading NumPy: ${part}`;
  return state === "failed" ? whyNot(error) : "";
}

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

export function whyNot(error) {
  const words = String(error?.message ?? "");
  if (!navigator.onLine || /fetch|network|load|import/i.test(words)) {
    return "Python could not be loaded: the connection was lost. What you typed is kept; check again when you are online.";
  }
  return `Python could not be started in this browser (${words.slice(0, 200)}).`;
}
