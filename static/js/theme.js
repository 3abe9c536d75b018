// Light, dark or as the device says. Runs before the first paint so that nothing flashes;
// the admin keeps its choice under the same key, so both agree.
"use strict";
(() => {
  const order = ["auto", "light", "dark"];
  const root = document.documentElement;
  const read = () => {
    try {
      return order.find((theme) => theme === localStorage.getItem("theme")) || "auto";
    } catch {
      return "auto"; // storage is switched off: follow the device
    }
  };
  const show = (theme) => {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      button.setAttribute("aria-label", button.dataset[theme]);
      button.title = button.dataset[theme];
    }
  };
  root.dataset.theme = read();
  document.addEventListener("DOMContentLoaded", () => show(read()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const next = order[(order.indexOf(root.dataset.theme) + 1) % order.length];
    try {
      localStorage.setItem("theme", next);
    } catch {
      // the choice lasts for this page only
    }
    show(next);
  });
})();
