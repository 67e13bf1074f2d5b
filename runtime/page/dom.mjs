// Small helpers for the page.

export function element(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

export const button = (text, onclick, given = {}) =>
  element("button", { type: "button", ...given, onclick }, text);

const loading = new Map();

/** Loads a classic script once: it works in a page opened from disk, where modules do not. */
export function script(address) {
  if (!loading.has(address)) {
    const promise = new Promise((resolve, reject) => {
      const made = element("script", { src: address });
      made.onload = resolve;
      made.onerror = () => {
        loading.delete(address);
        made.remove();
        reject(new Error("network"));
      };
      document.head.append(made);
    });
    loading.set(address, promise);
  }
  return loading.get(address);
}

/** A file for the reader to keep. */
export function save(name, text) {
  const link = element("a", { download: name, href: URL.createObjectURL(new Blob([text])) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A button that asks the reader for a file, and gives its text to `take`. */
export function opener(text, take) {
  const field = element("input", { type: "file", accept: ".json,application/json", hidden: true });
  field.addEventListener("change", async () => {
    const [file] = field.files;
    field.value = "";
    if (file) take(await file.text());
  });
  return [button(text, () => field.click()), field];
}

export function later(wait, act) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), wait);
  };
}
