// Lets one search a long list of check boxes (widgets/searched_checks.html); what is ticked stays in sight.
"use strict";
(() => {
  const folded = (text) => text.normalize("NFKC").toLowerCase();

  function enhance(box) {
    const search = box.querySelector("input[type=search]");
    const status = box.querySelector("[role=status]");
    const choices = [...box.querySelectorAll("label")].map((label) => ({
      row: label.parentElement, tick: label.querySelector("input"), text: folded(label.textContent),
    }));
    const show = () => {
      const words = folded(search.value).split(/\s+/).filter(Boolean);
      let found = 0;
      for (const { row, tick, text } of choices) {
        const fits = words.every((word) => text.includes(word));
        row.hidden = !fits && !tick.checked;
        found += fits;
      }
      status.textContent = found ? "" : status.dataset.none;
    };
    search.hidden = false;
    search.addEventListener("input", show);
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  document.querySelectorAll("[data-searched-checks]").forEach(enhance);
})();
