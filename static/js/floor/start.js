// Every page of the hall: sends what waits, keeps the pages for a time without network, says at once what is wrong.
"use strict";
(() => {
  const { bar, store, sending } = floor;
  const SHORTEST = 2000, LONGEST = 60000; // milliseconds between two tries
  let pause = SHORTEST, timer = 0, running = null;

  const again = (left) => {
    clearTimeout(timer);
    if (left) timer = setTimeout(floor.send, pause);
    pause = Math.min(pause * 2, LONGEST);
  };

  // Sends what waits now; whoever asks meanwhile gets a pass of their own after it.
  floor.send = async () => {
    const before = running;
    const mine = (async () => {
      await before?.catch(() => {});
      const said = await sending.run(bar.root);
      bar.state({ ...said, network: said.network && navigator.onLine }); // it may have gone since the answer
      if (said.network && !said.left) pause = SHORTEST;
      again(said.left && said.person !== "");
      return said;
    })();
    running = mine;
    return mine;
  };
  const soon = () => {
    pause = SHORTEST;
    floor.send();
  };

  // This page, what waits, the list of events with which the installed app begins, and where this page leads to.
  const keep = async () => {
    const registration = await navigator.serviceWorker?.ready;
    if (!registration) return;
    const links = [...document.querySelectorAll("a[data-keep]")].map((link) => link.href);
    const own = [location.pathname, `${bar.root}waiting/`, bar.root].map((path) => location.origin + path);
    registration.active.postMessage({ keep: [...new Set([...own, ...links])] });
  };
  const ready = (name) => {
    const place = document.getElementById("ready");
    if (place) place.textContent = place.dataset[name];
  };

  const start = async () => {
    bar.carried();
    addEventListener("online", () => { soon(); keep(); });
    addEventListener("offline", () => bar.state({ network: false }));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
    addEventListener("pageshow", (event) => { if (event.persisted) soon(); });
    floor.works = await store.works();
    if (!floor.works) bar.show("storage", bar.words.noStorage);
    await bar.count();
    await floor.send();
    if ("serviceWorker" in navigator) {
      ready("getting");
      navigator.serviceWorker.addEventListener("message", ({ data }) => { if (data.kept) ready("ready"); });
      navigator.serviceWorker.register(`${bar.root}sw.js`, { scope: bar.root }).then(keep).catch(() => ready("unable"));
    } else ready("unable");
    floor.safe = await navigator.storage?.persist?.().catch(() => false);
    document.dispatchEvent(new Event("floor:ready"));
  };
  start();
})();
