// Python as the page sees it: off until somebody needs it, then a worker that loads, and answers.

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
    const size = [...Object.values(this.about.pyodide.files), ...this.sizes()];
    this.tell({
      state: "loading",
      error: null,
      progress: { seen: 0, total: size.reduce((a, b) => a + b, 0) },
    });
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

  sizes() {
    return ["sympy.zip", "book.zip"].map((name) => this.about.files[name].bytes);
  }

  hear({ id, result, error, progress }) {
    if (progress) return this.tell({ progress });
    const waits = this.waiting.get(id);
    this.waiting.delete(id);
    clearTimeout(waits?.timer);
    if (error === undefined) waits?.resolve(result);
    else waits?.reject(new Error(error));
    return undefined;
  }

  ask(message, seconds = 0) {
    const id = (this.count = (this.count ?? 0) + 1);
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
    if (files.length) await this.ask({ kind: "fetch", files });
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
  if (state === "loading") {
    const part = `${megabytes(seen)} of ${megabytes(total)} MB`;
    return seen < total ? `Loading Python into this page: ${part}` : "Starting Python …";
  }
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
