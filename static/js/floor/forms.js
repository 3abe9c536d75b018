// Forms of the hall go through the phone's queue: first kept, then sent; without network they simply stay kept.
// <form data-queue="deal | check-in | outcome" data-label data-next>. Where nothing can be kept they post as usual.
"use strict";
floor.forms = (() => {
  const { bar, store } = floor;
  const PATIENCE = 8000; // milliseconds a person waits for the answer before the entry counts as waiting

  const itemOf = async (form, submitter) => {
    const data = new FormData(form);
    if (submitter?.name) data.set(submitter.name, submitter.value);
    data.delete("csrfmiddlewaretoken");
    const fields = [...data].filter(([, value]) => typeof value === "string");
    const file = [...data].find(([, value]) => value instanceof File && value.size);
    const ahead = await store.fact("ahead").catch(() => undefined);
    return {
      key: data.get("key") || store.newKey(), kind: form.dataset.queue, owner: bar.me, ownerName: bar.name,
      url: form.getAttribute("action") || location.pathname + location.search.replace(/[?&]mend=[^&]*/, ""),
      label: form.querySelector("#code") ? `${form.dataset.label} ${data.get("code")}` : form.dataset.label || "", fields, ahead,
      file: file ? { field: file[0], name: file[1].name, blob: file[1] } : null,
      madeAt: Date.now(), at: "", state: "waiting", sentence: "", html: "",
    };
  };

  const attended = async (item) => {
    await Promise.race([floor.send(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    const now = await store.get(item.key);
    if (!now) return { became: "done", sentence: floor.sending.last?.key === item.key ? floor.sending.last.sentence : bar.words.sent };
    return { became: now.state, sentence: now.sentence || bar.words[now.reason === "gone" ? "gone" : "tooMuch"], item: now };
  };

  const sleepless = async () => {
    const registration = await navigator.serviceWorker?.getRegistration(bar.root);
    await registration?.sync?.register("floor");
  };

  const submit = async (form, submitter) => {
    const item = await itemOf(form, submitter);
    await floor.deal?.complete(form, item);
    await store.put(item);
    sleepless().catch(() => {});
    const { became, sentence, item: left } = await attended(item);
    await (floor.after[item.kind] || floor.after.any)(form, { became, sentence, item: left || item, value: submitter?.value });
  };

  const plainly = (form, submitter) => {
    form.dataset.plain = "1";
    form.requestSubmit(submitter);
  };

  addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.queue || form.dataset.plain || floor.works === false) return;
    event.preventDefault();
    if (form.dataset.busy) return; // a second tap
    form.dataset.busy = "1";
    submit(form, event.submitter).catch(() => {
      bar.show("storage", bar.words.noStorage);
      if (navigator.onLine) plainly(form, event.submitter);
    }).finally(() => { delete form.dataset.busy; });
  });

  const on = (address) => { location.assign(address); };
  floor.after = {
    // An outcome: on to the hall, or to the deal that was agreed.
    any: async (form, { became, sentence, item, value }) => {
      if (became === "refused" || became === "contradicts") {
        await store.remove(item.key); // the person reads why, here and now
        tellIn(form, sentence, "bad");
        return;
      }
      if (became === "done") bar.carry(sentence);
      on(value === "deal" && form.dataset.nextDeal ? form.dataset.nextDeal : form.dataset.next);
    },
    // A badge: the next one at once.
    "check-in": async (form, { became, sentence, item }) => {
      const refused = became === "refused" || became === "contradicts";
      if (refused) await store.remove(item.key);
      tellIn(form, became === "waiting" ? form.dataset.kept : sentence, refused ? "bad" : became === "waiting" ? "warn" : "ok");
      const field = document.getElementById("code");
      field.value = "";
      field.focus();
    },
  };

  const tellIn = (form, text, kind) => {
    let note = form.querySelector(".note[data-told]");
    if (!note) {
      note = Object.assign(document.createElement("p"), { tabIndex: -1 });
      note.dataset.told = "";
      note.setAttribute("role", "status");
      form.prepend(note);
    }
    note.className = `note ${kind}`;
    note.textContent = text;
    note.scrollIntoView({ block: "nearest" });
  };
  return { on, tellIn };
})();
