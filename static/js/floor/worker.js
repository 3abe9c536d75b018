// The service worker of the hall: pages from the network, else as they were last seen; sends when the phone is asleep.
// Pages are kept in a cache that belongs to one person and is dropped when another one's page arrives.
"use strict";
(() => {
  const FILES = "floor-files", PAGES = "floor-pages-", OFFLINE = "floor-offline";
  const SLOW = 4000; // milliseconds after which a page that is kept is shown instead
  const MOST = 90; // files; older ones of earlier versions go first
  const FRESH = 60000; // milliseconds in which a page is not kept again
  const FILE = /(?:src|href)="(\/[^"]+\.(?:js|css|svg|png))"/g;
  const PICTURE = /url\("?((?!data:)[^")]+)"?\)/g;
  const kept = new Map(); // address -> when it was kept

  addEventListener("install", (event) => {
    event.waitUntil((async () => {
      const page = await fetch(self.floorOffline, { credentials: "omit" });
      await (await caches.open(OFFLINE)).put(self.floorOffline, page);
      await skipWaiting();
    })());
  });
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));

  const person = async (response) => {
    const name = PAGES + response.headers.get("Floor-Person");
    for (const other of await caches.keys()) {
      if (!other.startsWith(PAGES) || other === name) continue;
      await caches.delete(other);
      kept.clear();
    }
    return caches.open(name);
  };
  const forget = async () => {
    kept.clear();
    for (const name of await caches.keys()) if (name.startsWith(PAGES)) await caches.delete(name);
  };

  // Whether the page can be opened without network from now on.
  const keepPage = async (address) => {
    if (Date.now() - (kept.get(address) || 0) < FRESH) return true;
    let response;
    try {
      response = await fetch(address, { redirect: "manual", cache: "no-store", headers: { "Floor-Keep": "1" } });
    } catch {
      return !!(await found(new Request(address)));
    }
    if (response.type === "opaqueredirect") { // nobody is signed in any more
      await forget();
      return false;
    }
    if (!response.ok || !response.headers.get("Floor-Person")) return false;
    const text = await response.clone().text();
    await keepFiles([...text.matchAll(FILE)].map(([, path]) => new URL(path, location.origin).href));
    await (await person(response)).put(address, response);
    kept.set(address, Date.now());
    return true;
  };
  const keepFiles = async (files) => {
    const cache = await caches.open(FILES);
    await Promise.all(files.map(async (file) => {
      if (await cache.match(file)) return;
      const response = await fetch(file);
      if (!response.ok) return;
      await cache.put(file, response.clone());
      if (file.endsWith(".css")) await keepFiles([...(await response.text()).matchAll(PICTURE)].map(([, path]) => new URL(path, file).href));
    }));
    const all = await cache.keys();
    for (const old of all.slice(0, Math.max(0, all.length - MOST))) await cache.delete(old);
  };
  addEventListener("message", (event) => {
    const { keep } = event.data;
    if (!keep) return;
    event.waitUntil((async () => {
      let all = true;
      for (const page of keep) all = (await keepPage(page).catch(() => false)) && all;
      event.source.postMessage({ kept: all });
    })());
  });

  const found = async (request) => {
    for (const name of await caches.keys()) {
      if (!name.startsWith(PAGES)) continue;
      const page = await (await caches.open(name)).match(request, { ignoreSearch: true, ignoreVary: true });
      if (page) return page;
    }
    return null;
  };
  const page = async (request) => {
    const copy = await found(request);
    const isSearch = new URL(request.url).searchParams.has("q"); // a copy would show other results
    const patience = new Promise((resolve) => { if (copy && !isSearch) setTimeout(resolve, SLOW, copy); });
    try {
      return await Promise.race([fetch(request), patience]);
    } catch {
      return copy || (await caches.match(self.floorOffline)) || Response.error();
    }
  };
  // A file whose name holds its digest never changes; any other is asked for again.
  const file = async (request) => {
    const copy = await caches.match(request, { ignoreVary: true });
    if (copy && /\.[0-9a-f]{12}\./.test(request.url)) return copy;
    try {
      const response = await fetch(request);
      if (response.ok) await (await caches.open(FILES)).put(request, response.clone());
      return response;
    } catch {
      return copy || Response.error();
    }
  };
  addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET" || !request.url.startsWith(location.origin)) return;
    if (request.mode === "navigate") event.respondWith(page(request));
    else if (["style", "script", "image", "font"].includes(request.destination)) event.respondWith(file(request));
  });

  addEventListener("sync", (event) => {
    if (event.tag !== "floor") return;
    event.waitUntil(floor.sending.run(new URL(registration.scope).pathname).then((said) => {
      if (!said.network) throw new Error("the network is away again"); // asks the browser for another try
    }));
  });
})();
