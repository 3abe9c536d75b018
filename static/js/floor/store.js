// What waits on this phone: one IndexedDB, shared by the hall's pages and its service worker.
// An item: {key, kind, owner, ownerName, url, label, fields: [[name, value]], file: {name, type, blob} | null,
// madeAt (the phone's clock), at (the true moment), state: "waiting" | "refused" | "contradicts", sentence, html}.
"use strict";
self.floor ||= {};
floor.store = (() => {
  const NAME = "duijie-floor";
  const channel = "BroadcastChannel" in self ? new BroadcastChannel(NAME) : null;
  const hearers = [];
  let opened = null;

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const open = () => {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("items", { keyPath: "key" });
        request.result.createObjectStore("facts");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); opened = null; };
        request.result.onclose = () => { opened = null; };
        resolve(request.result);
      };
      request.onerror = request.onblocked = () => reject(request.error || new Error("blocked"));
    });
    opened.catch(() => { opened = null; });
    return opened;
  };

  // Resolves only when the disk has it: a deal is called kept after that, never before.
  const write = async (name, act) => {
    const transaction = (await open()).transaction(name, "readwrite", { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error || new Error("aborted"));
    });
    act(transaction.objectStore(name));
    await done;
  };
  const read = async (name, act) => asked(act((await open()).transaction(name).objectStore(name)));

  const tell = () => {
    channel?.postMessage("changed");
    for (const hear of hearers) hear();
  };
  channel?.addEventListener("message", () => { for (const hear of hearers) hear(); });

  // Pages that are not served securely have no randomUUID.
  const newKey = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

  return {
    newKey,
    all: async () => (await read("items", (items) => items.getAll())).sort((one, two) => one.madeAt - two.madeAt),
    get: (key) => read("items", (items) => items.get(key)),
    put: async (item) => { await write("items", (items) => items.put(item)); tell(); },
    // One entry in the place of another: at no moment are there both or neither.
    replace: async (key, item) => {
      await write("items", (items) => { items.delete(key); items.put(item); });
      tell();
    },
    remove: async (key) => { await write("items", (items) => items.delete(key)); tell(); },
    fact: (name) => read("facts", (facts) => facts.get(name)),
    note: (name, value) => write("facts", (facts) => facts.put(value, name)),
    onChange: (hear) => hearers.push(hear),
    // Whether this browser keeps anything: private windows and full disks refuse, some only when written to.
    works: async () => {
      try {
        await write("facts", (facts) => facts.put(new Blob(["x".repeat(1024)]), "probe"));
        return (await read("facts", (facts) => facts.get("probe"))).size === 1024;
      } catch {
        return false;
      }
    },
  };
})();
