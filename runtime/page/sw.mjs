// Keeps the pages that were read, and what they need, for when there is no connection. Only a
// reader who lets Python come gets it. The runtime's own files are kept by worker.mjs.

const PAGES = `pages:${self.registration.scope}`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  event.waitUntil(Promise.all(event.data.keep.map(put)));
});

async function put(address) {
  try {
    if (await caches.match(address)) return;
    const response = await fetch(address);
    if (response.ok) await (await caches.open(PAGES)).put(address, response);
  } catch {
    // It is kept at another visit.
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const own = new URL(request.url).origin === self.location.origin;
  if (request.method === "GET" && own) event.respondWith(answer(event));
});

async function answer({ request }) {
  // Names with a digest never change their content.
  const lasting = /-[0-9a-f]{12}\.\w+$|\/pyodide-[\d.]+\//.test(new URL(request.url).pathname);
  const kept = lasting && (await caches.match(request));
  if (kept) return kept;
  try {
    const response = await fetch(request);
    if (response.ok && !lasting) {
      (await caches.open(PAGES)).put(request, response.clone()).catch(() => {});
    }
    return response;
  } catch (error) {
    const found = await caches.match(request, { ignoreSearch: !lasting });
    if (found) return found;
    throw error;
  }
}
