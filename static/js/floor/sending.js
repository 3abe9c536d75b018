// Sends what waits, in the order in which it was entered; used by the pages and by the service worker.
// floor.sending.run(root) resolves to {person, network, left}: who is signed in ("" for nobody), whether the server
// answered, and how many items of that person still wait. The same item sent twice is recorded once: its key decides.
"use strict";
floor.sending = (() => {
  const PATIENCE = 20000; // milliseconds for an answer; a photo on a weak network takes longer
  const WITH_FILE = 120000;
  const isOurs = (response) => (response.headers.get("Content-Type") || "").startsWith("application/json");

  const session = async (root) => {
    const response = await fetch(`${root}session/`, {
      headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok || !isOurs(response)) throw new Error("not our server"); // such as the sign-in page of a hotspot
    const said = await response.json();
    const ahead = Date.now() - Date.parse(said.now);
    await floor.store.note("ahead", ahead).catch(() => {});
    return { ...said, ahead };
  };

  // The day of a deal follows the right clock. It is settled before the first try and stays with the key.
  const settle = async (item, ahead) => {
    if (item.at) return;
    item.at = new Date(item.madeAt - (item.ahead ?? ahead)).toISOString();
    if (item.kind === "deal" && !item.dayChosen) {
      const day = new Date(Date.parse(item.at) + 8 * 3600000).toISOString().slice(0, 10); // Asia/Shanghai
      item.fields = item.fields.map(([name, value]) => [name, name === "on" ? day : value]);
    }
    await floor.store.put(item);
  };

  const post = (item, token) => {
    const body = new FormData();
    for (const [name, value] of item.fields) body.append(name, value);
    if (item.file) body.append(item.file.field, item.file.blob, item.file.name);
    body.set("owner", item.owner);
    body.set("at", item.at);
    return fetch(item.url, {
      method: "POST", body, redirect: "manual", cache: "no-store",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      signal: AbortSignal.timeout(item.file ? WITH_FILE : PATIENCE),
    });
  };

  const REFUSED = { 404: "gone", 413: "too-much", 400: "too-much" };
  // What became of one item: "done", "refused", "signed out", or "later".
  const send = async (item, token) => {
    const response = await post(item, token);
    if (response.type === "opaqueredirect" || response.status === 401) return "signed out";
    const answer = isOurs(response) ? await response.json() : null;
    if (response.ok && answer?.sentence) {
      await floor.store.remove(item.key);
      floor.sending.last = { key: item.key, ...answer };
      return "done";
    }
    const reason = REFUSED[response.status];
    if (!reason && (!answer || ![403, 409, 422].includes(response.status))) return "later";
    const state = response.status === 409 ? "contradicts" : "refused";
    const html = answer?.html || "";
    await floor.store.put({ ...item, state, reason: reason || "", sentence: answer?.sentence || "", html, isLikely: !!answer?.is_likely });
    return "refused";
  };

  const pass = async (root) => {
    const waiting = (await floor.store.all()).filter((item) => item.state === "waiting");
    let known;
    try {
      known = await session(root);
    } catch {
      return { person: null, network: false, left: waiting.length };
    }
    let left = 0;
    for (const item of waiting.filter((one) => one.owner === known.person)) {
      try {
        await settle(item, known.ahead);
        const became = await send(item, known.token);
        if (became === "signed out") return { person: "", network: true, left: left + 1 };
        if (became === "later") left += 1;
      } catch {
        return { person: known.person, network: false, left: left + 1 }; // the answer was lost: the key decides next time
      }
    }
    return { person: known.person, network: true, left, ahead: known.ahead };
  };

  // One at a time over all tabs and the worker; without locks two may send the same, which the key makes harmless.
  const run = (root) => (self.navigator.locks ? navigator.locks.request("floor-sending", () => pass(root)) : pass(root));
  return { run, last: null };
})();
