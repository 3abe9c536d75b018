// The board is dark, as screens in halls are, and says how old its figures are.
"use strict";
document.documentElement.dataset.theme = "dark";
(() => {
  let seen = new Date();
  const say = (name) => {
    const place = document.getElementById("board-state");
    const time = seen.toLocaleTimeString([], { hour12: false });
    place.textContent = place.dataset[name].replace("{time}", time);
    place.classList.toggle("bad", name === "stale");
  };
  document.addEventListener("DOMContentLoaded", () => {
    document.documentElement.dataset.theme = "dark"; // theme.js has read the device's wish meanwhile
    say("fresh");
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) seen = new Date();
    say(detail.successful ? "fresh" : "stale");
  });
})();
