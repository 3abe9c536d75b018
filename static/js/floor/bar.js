// The lines on top of every page of the hall: what waits, what was refused, whose it is, and what is wrong.
"use strict";
floor.bar = (() => {
  const bar = document.getElementById("floor-bar");
  const words = bar.dataset;
  const me = words.person;
  const line = (name) => bar.querySelector(`[data-line="${name}"]`);
  const fill = (text, values) => Object.entries(values).reduce((all, [key, value]) => all.replace(`{${key}}`, value), text);
  const counted = (name, n) => (n === 1 && words[`${name}One`] ? words[`${name}One`] : fill(words[name], { n }));
  const clock = (moment) => new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

  const show = (name, text) => {
    const place = line(name);
    const changed = place.querySelector("a:only-child") || place;
    if (typeof text === "string" && text && changed.textContent !== text) changed.textContent = text;
    place.hidden = !text;
    bar.hidden = ![...bar.children].some((child) => !child.hidden);
  };

  const count = async () => {
    let items;
    try {
      items = await floor.store.all();
    } catch {
      return;
    }
    const mine = items.filter((item) => item.owner === me);
    const waiting = mine.filter((item) => item.state === "waiting").length;
    const refused = mine.length - waiting;
    show("waiting", waiting && counted("waits", waiting));
    show("refused", refused && counted("refused", refused));
    const others = new Map();
    for (const item of items) if (item.owner !== me) others.set(item.ownerName, (others.get(item.ownerName) || 0) + 1);
    show("others", [...others].map(([name, n]) => fill(words.others, { n, name })).join(" "));
  };

  // Forms that the phone cannot keep wait for the network, and say so before anybody fills them in.
  const needing = (network) => {
    const forms = [...document.querySelectorAll("form[data-online]")];
    for (const button of forms.flatMap((form) => [...form.querySelectorAll("button")])) button.disabled = !network;
    show("needs", !network && forms.length > 0);
  };

  const state = ({ person, network, ahead }) => {
    show("network", network ? "" : fill(words.noNetwork, { time: clock(words.at) }));
    needing(network);
    if (network) show("signed-out", person !== me);
    if (ahead !== undefined) {
      const wrong = Math.abs(ahead) > 10 * 60000;
      const right = new Date(Date.now() - ahead).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }).slice(0, 16);
      show("clock", wrong ? fill(words.clock, { time: right }) : "");
    }
  };

  // What the page before this one has to say: it was sent.
  const carried = () => {
    const text = sessionStorage.getItem("floor-said");
    sessionStorage.removeItem("floor-said");
    if (text) show("said", text);
  };

  floor.store.onChange(count);
  return { me, name: words.name, root: words.root, words, show, count, state, carried,
    carry: (text) => sessionStorage.setItem("floor-said", text), say: (text) => show("said", text) };
})();
