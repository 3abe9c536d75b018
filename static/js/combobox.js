// Turns <select data-combo> into a combobox that searches (WAI-ARIA 1.2, list autocomplete).
// data-combo="/address/" asks the server: ?q=… answered by {"results": [{"value", "text", "sub"}]};
// an empty data-combo searches the select's own options. The select stays the field that is sent.
"use strict";
(() => {
  const words = document.currentScript.dataset; // data-hint, data-none, data-some ("{n} results")
  let made = 0;

  const element = (name, attributes) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  const folded = (text) => text.normalize("NFKC").toLowerCase();

  const fromOptions = (options, words) => {
    const wanted = folded(words).split(/\s+/).filter(Boolean);
    return options.filter((option) => wanted.every((word) => folded(option.text).includes(word))).slice(0, 50);
  };

  const fromServer = async (address, words, signal) => {
    const url = new URL(address, location.href);
    url.searchParams.set("q", words);
    const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.statusText);
    return (await response.json()).results;
  };

  function enhance(select) {
    const id = `combobox-${++made}`;
    const label = document.querySelector(`label[for="${select.id}"]`);
    const box = element("div", { class: "combo" });
    const input = element("input", {
      id: select.id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      placeholder: words.hint, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id,
    });
    const list = element("ul", { id, role: "listbox", hidden: "" });
    const live = element("span", { class: "vh", role: "status" });
    const own = [...select.options].filter((option) => option.value).map((option) => ({ value: option.value, text: option.text }));
    let results = [], active = -1, timer = 0, request = null;
    let chosen = select.value ? select.selectedOptions[0].text : "";

    list.setAttribute("aria-label", label ? label.textContent.trim() : words.hint);
    if (!label) input.setAttribute("aria-label", select.getAttribute("aria-label") || words.hint);
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    input.value = chosen;
    input.required = select.required;
    input.disabled = select.disabled;
    select.required = false;
    select.id += "-value";
    select.hidden = true;
    select.after(box);
    box.append(input, list, live);

    const show = (open) => {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) {
        active = -1;
        input.removeAttribute("aria-activedescendant");
      }
    };
    const mark = (index) => {
      active = (index + results.length) % results.length;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
      input.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    };
    const set = (value, text) => {
      if (![...select.options].some((option) => option.value === value)) select.append(new Option(text, value));
      select.value = value;
      chosen = input.value = text;
      show(false);
      select.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const choose = (index) => set(String(results[index].value), results[index].text);
    const draw = () => {
      list.replaceChildren(...results.map((result, at) => {
        const item = element("li", { id: `${id}-${at}`, role: "option", "aria-selected": "false" });
        item.append(result.text);
        if (result.sub) item.append(Object.assign(document.createElement("small"), { textContent: result.sub }));
        item.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the input
        item.addEventListener("click", () => choose(at));
        return item;
      }));
      live.textContent = results.length ? words.some.replace("{n}", results.length) : words.none;
      show(results.length > 0);
    };
    const look = async () => {
      const wanted = input.value === chosen ? "" : input.value.trim();
      request?.abort();
      request = new AbortController();
      try {
        results = select.dataset.combo ? await fromServer(select.dataset.combo, wanted, request.signal) : fromOptions(own, wanted);
      } catch {
        return; // a newer search has begun, or the network is away: keep what is shown
      }
      draw();
    };

    // A script that chose for the person says so: the words follow the select.
    select.addEventListener("combobox:follow", () => {
      chosen = input.value = select.value ? select.selectedOptions[0].text : "";
    });
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, select.dataset.combo ? 180 : 0);
    });
    input.addEventListener("click", () => { if (list.hidden) look(); });
    input.addEventListener("keydown", async (event) => {
      if (event.isComposing) return; // the input method is still choosing characters
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) await look();
        if (results.length) mark(event.key === "ArrowDown" ? active + 1 : Math.max(active, 0) - 1);
      } else if (event.key === "Enter" && !list.hidden) {
        event.preventDefault();
        choose(Math.max(active, 0));
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        show(false);
      }
    });
    input.addEventListener("blur", () => {
      clearTimeout(timer);
      show(false);
      if (input.value.trim()) input.value = chosen;
      else if (chosen) set("", "");
    });
  }

  const enhanceAll = (root) => root.querySelectorAll("select[data-combo]:not([hidden])").forEach(enhance);
  enhanceAll(document);
  document.addEventListener("htmx:load", (event) => enhanceAll(event.target));
})();
