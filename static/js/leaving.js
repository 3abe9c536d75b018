// Who signs out leaves nothing of the hall on this phone for the next person: pages kept for a time without network go.
"use strict";
document.addEventListener("submit", ({ target }) => {
  if (!target.action.includes("/logout/") || !("caches" in self)) return;
  caches.keys().then((names) => names.filter((name) => name.startsWith("floor-pages")).forEach((name) => caches.delete(name)));
});
