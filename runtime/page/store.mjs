// Keeps what a reader typed and solved, in this browser only.

const STATUSES = ["right", "wrong", "no answer", "unreadable", "undecided"];

export class Store {
  constructor(site) {
    this.prefix = `live:${site}:`;
  }

  read(name) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + name)) ?? {};
    } catch {
      return {}; // no storage here, or nothing that this page wrote
    }
  }

  write(name, value) {
    try {
      localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // Full, or forbidden: the answer stays on the page as long as that is open.
    }
  }

  names() {
    try {
      const all = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
      return all.map((key) => key.slice(this.prefix.length)).sort();
    } catch {
      return [];
    }
  }

  clear() {
    for (const name of this.names()) localStorage.removeItem(this.prefix + name);
  }

  /** All of it, as the text of a file. */
  text() {
    const kept = Object.fromEntries(this.names().map((name) => [name, this.read(name)]));
    return JSON.stringify({ answers: kept }, null, 2);
  }

  /** Takes the answers of such a text; returns their names, or null where it is no such text. */
  take(text) {
    let answers;
    try {
      ({ answers } = JSON.parse(text));
    } catch {
      return null;
    }
    if (answers === null || typeof answers !== "object") return null;
    const found = Object.entries(answers).filter(([, given]) => typeof given?.typed === "string");
    for (const [name, { typed, status }] of found) {
      this.write(name, { typed, ...(STATUSES.includes(status) ? { status } : {}) });
    }
    return found.map(([name]) => name);
  }

  /** Tells when another tab has written: (name, value). */
  listen(listener) {
    addEventListener("storage", ({ key }) => {
      if (key === null) listener(null, {});
      else if (key.startsWith(this.prefix)) {
        const name = key.slice(this.prefix.length);
        listener(name, this.read(name));
      }
    });
  }
}
