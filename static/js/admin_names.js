// The admin leaves some fields without an accessible name: searching fields (Select2) and those in tables of related
// records. This gives each the name of its label or column. The script tag brings the word for the unnamed column.
"use strict";
(() => {
  const words = document.currentScript.dataset; // data-record
  const text = (element) => element?.textContent.trim().replace(/[:：]$/, "") || "";

  const nameOf = (field) => {
    const cell = field.closest("td");
    const column = cell && [...cell.classList].find((name) => name.startsWith("field-"));
    const head = column && cell.closest("table").querySelector(`thead th.column-${column.slice(6)}`);
    return text(document.querySelector(`label[for="${field.id}"]`)) || text(head) || field.name;
  };

  const nameSearching = (select) => {
    const box = select.nextElementSibling;
    const selection = box?.querySelector(".select2-selection");
    if (!selection) return;
    const name = nameOf(select);
    selection.removeAttribute("aria-labelledby");
    selection.setAttribute("aria-label", name);
    for (const part of box.querySelectorAll(".select2-selection__rendered[role], .select2-search__field")) {
      part.setAttribute("aria-label", name);
    }
  };

  const nameAll = () => {
    for (const select of document.querySelectorAll("select.select2-hidden-accessible")) nameSearching(select);
    for (const field of document.querySelectorAll(".tabular :is(input:not([type=hidden]), select, textarea):not([aria-label])")) {
      if (!field.labels?.length && !field.closest(".select2")) field.setAttribute("aria-label", nameOf(field));
    }
    for (const field of document.querySelectorAll(".datetime input:not([aria-label])")) {
      const name = text(field.closest(".form-row")?.querySelector("legend, label"));
      field.setAttribute("aria-label", `${name} ${field.previousSibling?.textContent.trim() || ""}`);
    }
    for (const head of document.querySelectorAll(".tabular th.original:empty")) {
      head.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: words.record }));
    }
    for (const head of document.querySelectorAll(".tabular thead th:empty")) head.replaceWith(document.createElement("td"));
  };

  const nameOpen = (event) => {
    const open = document.querySelectorAll(".select2-container--open :is(.select2-search__field, .select2-results__options)");
    for (const part of open) part.setAttribute("aria-label", nameOf(event.target));
  };

  window.addEventListener("load", () => {
    nameAll();
    const later = () => setTimeout(nameAll);
    document.addEventListener("formset:added", later);
    window.django?.jQuery?.(document).on("select2:open", nameOpen).on("change select2:close", "select", later);
  });
})();
