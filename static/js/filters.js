// List pages: filters stand open on wide screens and folded on phones; addresses stay free of empty parameters.
"use strict";
(() => {
  const wide = matchMedia("(min-width: 56rem)");
  const fold = () => {
    for (const details of document.querySelectorAll("details[data-open-wide]")) details.open = wide.matches;
  };
  fold();
  wide.addEventListener("change", fold);

  const isEmpty = (field) => field.name && !field.value && field.type !== "hidden";
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get" || form.hasAttribute("hx-get")) return;
    const empty = [...form.elements].filter(isEmpty);
    for (const field of empty) field.disabled = true;
    setTimeout(() => { for (const field of empty) field.disabled = false; });
  });
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") return;
    for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
  });

  // A select that sorts sends its form by itself; without JavaScript its button does.
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  });
})();
