// The page that records a deal: filled from a meeting without network, mended after a refusal, with its photo.
"use strict";
floor.deal = (() => {
  const form = document.querySelector('form[data-queue="deal"]');
  const asked = new URLSearchParams(location.search);
  const field = (name) => form.elements[name];
  const today = field("on").value;
  let mended = null;

  const set = (name, value) => {
    const control = field(name);
    if (!control) return;
    if (control instanceof RadioNodeList) control.value = value; // the stage
    else if (control.type === "checkbox") control.checked = value === "on";
    else if (control.type !== "file") control.value = value;
    control.dispatchEvent?.(new Event("combobox:follow"));
  };

  const fromMeeting = () => {
    const meetings = JSON.parse(document.getElementById("floor-meetings").textContent);
    const meeting = meetings.find((one) => String(one.key) === asked.get("meeting"));
    if (!meeting || field("buyer").value) return;
    for (const part of ["buyer", "supplier", "title"]) set(part, String(meeting[part]));
  };

  const refusal = (item) => {
    const place = document.getElementById("refusal");
    place.innerHTML = item.html || "";
    if (item.sentence && !item.html) place.append(Object.assign(document.createElement("p"), { className: "note bad", textContent: item.sentence }));
    for (const details of form.querySelectorAll("details")) details.open = true;
    place.focus();
    place.scrollIntoView({ block: "start" });
  };

  const mend = async () => {
    const item = await floor.store.get(asked.get("mend"));
    if (!item || item.owner !== floor.bar.me) return;
    mended = item;
    for (const [part, value] of item.fields) set(part, value);
    field("key").value = item.key;
    if (item.file) floor.photo.say(item.file);
    refusal(item);
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Before an item is kept: its label, its photo made small, whether the day was chosen by hand.
  const complete = async (of, item) => {
    if (of !== form) return;
    const said = (part) => field(part).selectedOptions[0]?.text || "";
    const stage = form.querySelector("input[name=stage]:checked");
    item.label = [`${said("buyer")} × ${said("supplier")}`, stage?.labels[0].textContent.trim(),
      document.getElementById("amount-in-words").textContent.trim()].filter(Boolean).join(", ");
    item.dayChosen = field("on").value !== today || !!mended;
    if (item.file) item.file = await floor.photo.small(item.file);
    else if (mended) item.file = mended.file;
  };

  const after = async (of, { became, sentence, item }) => {
    if (became === "refused" || became === "contradicts") {
      mended = item;
      refusal(item);
      return;
    }
    if (became === "done") floor.bar.carry(sentence);
    floor.forms.on(form.dataset.next);
  };

  document.addEventListener("DOMContentLoaded", () => {
    floor.after.deal = after;
    field("key").value = floor.store.newKey(); // a page that was kept must not give two deals one key
    if (asked.has("mend")) mend();
    else fromMeeting();
  });
  field("document").addEventListener("change", ({ target }) => {
    if (target.files[0]) floor.photo.say({ name: target.files[0].name, blob: target.files[0] });
  });
  return { complete };
})();
