// Files of the runtime: fetched once, kept in this browser for the next visit, counted on their way.

/** The cache of a build of this book; other books of this host have theirs. */
export const shelf = (base, key) => `live:${base}:${key}`;

/** How many bytes of Pyodide itself are fetched; its modules are imported, which nothing counts. */
export function partsOf(about) {
  const counted = Object.entries(about.pyodide.files).filter(([name]) => !name.endsWith(".mjs"));
  return counted.reduce((sum, [, bytes]) => sum + bytes, 0);
}

/** Opens it; undefined in a browser or on a page that may keep nothing. */
export const open = (base, key) => globalThis.caches?.open(shelf(base, key)).catch(() => undefined);

/**
 * @param ask   the browser's own fetch
 * @param more  (bytes) => void: hears of each part that comes
 * @param lose  () => void: called when it breaks off later
 * @returns the response; rejects where there is none
 */
export async function fetched(url, { cache, ask = fetch, more, lose = () => {} }) {
  const stored = await cache?.match(url);
  const response = stored ?? (await ask(url));
  if (!response.ok || !response.body) throw new Error("network");
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
}
