// The list of what waits on this phone, with a way out for each entry. Entries of others are counted, never shown.
"use strict";
(() => {
  const { bar, store } = floor;
  const list = document.getElementById("waiting");
  const none = document.getElementById("waiting-none");
  const now = document.getElementById("send-now");
  const template = document.getElementById("waiting-item");
  const stamp = (moment) => new Date(moment).toLocaleString("sv-SE").slice(0, 16);

  const acts = {
    again: (item) => store.put({ ...item, state: "waiting" }),
    // The person looked: with the same key where the server only asked, with a new one where the key is spent.
    another: async (item) => {
      const fields = item.fields.filter(([name]) => name !== "is_another").concat([["is_another", "on"]]);
      if (item.state !== "contradicts") return store.put({ ...item, fields, state: "waiting" });
      const key = store.newKey();
      const renewed = fields.map(([name, value]) => [name, name === "key" ? key : value]);
      return store.replace(item.key, { ...item, key, state: "waiting", fields: renewed });
    },
    drop: (item) => (confirm(list.dataset.sure) ? store.remove(item.key) : null),
  };
  const mendable = (item) => item.kind === "deal" && item.state === "refused";
  const shown = {
    mend: mendable,
    another: (item) => item.kind === "deal" && (item.state === "contradicts" || item.isLikely),
    again: (item) => item.state !== "waiting" && item.kind !== "deal",
    drop: () => true,
  };

  const card = (item) => {
    const copy = template.content.cloneNode(true);
    const part = (name) => copy.querySelector(`[data-part="${name}"]`);
    part("kind").textContent = list.dataset[item.kind === "check-in" ? "checkIn" : item.kind];
    part("at").textContent = stamp(item.madeAt);
    part("label").textContent = item.label;
    part("sentence").textContent = item.sentence || (item.reason ? bar.words[item.reason === "gone" ? "gone" : "tooMuch"] : "");
    part("html").innerHTML = item.state === "contradicts" ? item.html : "";
    part("waits").hidden = item.state !== "waiting";
    part("sentence").hidden = item.state === "waiting";
    for (const act of ["mend", "another", "again", "drop"]) {
      const control = copy.querySelector(`[data-act="${act}"]`);
      control.hidden = !shown[act](item);
      if (act === "mend") control.href = `${item.url}${item.url.includes("?") ? "&" : "?"}mend=${item.key}`;
      else control.addEventListener("click", async () => { await acts[act](item); if (act !== "drop") floor.send(); });
    }
    return copy;
  };

  const draw = async () => {
    const mine = (await store.all().catch(() => [])).filter((item) => item.owner === bar.me);
    list.replaceChildren(...mine.map(card));
    none.hidden = mine.length > 0;
    now.hidden = !mine.some((item) => item.state === "waiting");
  };
  now.addEventListener("click", () => floor.send());
  store.onChange(draw);
  draw();
  document.addEventListener("floor:ready", () => {
    const keeping = document.getElementById("keeping");
    keeping.textContent = floor.safe ? keeping.dataset.safe : keeping.dataset.unsafe;
  });
})();
