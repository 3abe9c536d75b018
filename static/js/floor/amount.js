// An amount said back while one types, without the server: the same reading and the same words as
// companies/money.py, which decides. Exact: amounts are whole numbers of cents (BigInt), never fractions.
"use strict";
self.floor ||= {};
floor.amount = (() => {
  const LONGEST = 40, LIMIT = 10n ** 20n; // cents
  const UNITS = { CNY: ["CNY", 1n], "CNY-10K": ["CNY", 10n ** 4n], "CNY-100M": ["CNY", 10n ** 8n], USD: ["USD", 1n],
    "USD-10K": ["USD", 10n ** 4n], EUR: ["EUR", 1n], GBP: ["GBP", 1n], HKD: ["HKD", 1n], JPY: ["JPY", 1n] };
  const powers = (words) => Object.fromEntries(Object.entries(words).flatMap(([power, names]) =>
    names.split(" ").map((name) => [name, 10n ** BigInt(power)])));
  const FACTORS = powers({ 3: "千 k thousand", 4: "万 萬", 5: "十万", 6: "百万 m mn mln million", 7: "千万", 8: "亿 億",
    9: "十亿 b bn bln billion", 10: "百亿", 11: "千亿", 12: "万亿" });
  const names = (words) => Object.fromEntries(Object.entries(words).flatMap(([code, all]) => all.split(" ").map((name) => [name, code])));
  const CURRENCIES = names({ CNY: "cny rmb ¥ 元 人民币 元人民币 yuan", USD: "usd us$ $ 美元 美金", EUR: "eur € 欧元",
    GBP: "gbp £ 英镑", HKD: "hkd hk$ 港元 港币", JPY: "jpy 日元" });
  const IN_CHINESE = { CNY: "元", USD: "美元", EUR: "欧元", GBP: "英镑", HKD: "港元", JPY: "日元" };
  const oneOf = (words) => Object.keys(words).sort((a, b) => b.length - a.length).map((word) => word.replace(/[$]/g, "\\$&")).join("|");
  const WRITTEN = new RegExp(`^(?<before>${oneOf(CURRENCIES)})? ?(?<sign>[-−])? ?`
    + "(?<number>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?<decimals>\\.[0-9]+)? ?"
    + `(?<factor>${oneOf(FACTORS)})? ?(?<after>${oneOf(CURRENCIES)})?$`, "u");

  // {cents, currency} of what was written, or {problem} with the name of companies.money.Problem.
  const read = (text, unit) => {
    const written = text.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();
    if (!written) return { problem: "empty" };
    const found = [...written].length <= LONGEST && written.match(WRITTEN)?.groups;
    if (!found) return { problem: "unreadable" };
    const [currency, scale] = UNITS[unit] || UNITS.CNY;
    if (found.sign) return { problem: "negative" };
    if (found.factor && scale !== 1n) return { problem: "unit_twice" };
    const named = [found.before, found.after].filter(Boolean).map((word) => CURRENCIES[word]);
    if (named.some((code) => code !== currency)) return { problem: "other_currency" };
    const decimals = (found.decimals || ".").slice(1);
    const product = BigInt(found.number.replace(/[, ]/g, "") + decimals) * (FACTORS[found.factor] || scale) * 100n;
    const divisor = 10n ** BigInt(decimals.length);
    if (product >= LIMIT * divisor) return { problem: "too_large" };
    if (product % divisor) return { problem: "too_precise" };
    return { cents: product / divisor, currency };
  };

  // Digits in groups of three, without idle zeros; `value` counts units of 10^-places.
  const plain = (value, places) => {
    const digits = value.toString().padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
    const rest = digits.slice(digits.length - places).replace(/0+$/, "");
    return rest ? `${whole}.${rest}` : whole;
  };
  const inWords = ({ cents, currency }, chinese) => {
    const named = (number) => (!chinese ? `${currency} ${number}` : number + (IN_CHINESE[currency] || ` ${currency}`));
    const scales = chinese ? [[8, "亿"], [4, "万"]] : [[9, " bn"], [6, " m"]];
    const places = chinese ? 4 : 3;
    for (const [power, name] of scales) {
      const finest = 10n ** BigInt(power + 2 - places); // cents in the last decimal that is said
      if (cents >= 10n ** BigInt(power + 2) && cents % finest === 0n) return named(plain(cents / finest, places) + name);
    }
    return named(plain(cents, 2));
  };
  const digits = ({ cents }) => `${plain(cents / 100n, 0)}.${(cents % 100n).toString().padStart(2, "0")}`;
  const said = (text, unit, chinese) => {
    const money = read(text, unit);
    return money.problem ? money : { said: `${inWords(money, chinese)} = ${digits(money)}` };
  };

  const box = self.document?.querySelector("[data-amount]");
  const speak = () => {
    const place = box.querySelector("#amount-in-words");
    const text = box.querySelector("#id_amount").value;
    const answer = text.trim() ? said(text, box.querySelector("#id_amount_unit").value, !!box.dataset.chinese) : { said: "" };
    place.textContent = answer.problem ? box.dataset[answer.problem] : answer.said;
    place.classList.toggle("bad", !!answer.problem);
  };
  box?.closest("form").addEventListener("input", speak);
  box?.addEventListener("change", speak);
  return { read, said };
})();
