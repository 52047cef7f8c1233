// Finds entries that hold all words asked for, those where they begin a word first.
const SEARCH_WORDS = document.documentElement.lang.startsWith("zh")
  ? { ask: "找什么？", found: (n) => `找到 ${n} 条`, page: "页面", section: "章节", figure: "图", table: "表", number: "数字", term: "术语", source: "来源", data: "数据" }
  : { ask: "What do you look for?", found: (n) => `${n} found` };
for (const root of document.querySelectorAll("[data-search]")) {
  const entries = JSON.parse(root.dataset.search).map(([kind, text, where, address]) => ({ kind, text, where, address, low: ` ${kind} ${text} ${where}`.toLowerCase() }));
  const label = document.createElement("label");
  const field = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off" });
  label.append(`${SEARCH_WORDS.ask} `, field);
  label.className = "search-field";
  const count = document.createElement("output");
  const list = document.createElement("ol");
  list.className = "found";
  root.replaceChildren(label, count, list);
  function refresh() {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const weight = (entry) => wanted.reduce((sum, word) => sum + (entry.low.includes(` ${word}`) ? 2 : 1), { page: 1.5, term: 1, data: 1 }[entry.kind] ?? 0);
    const found = wanted.length ? entries.filter((entry) => wanted.every((word) => entry.low.includes(word))) : [];
    found.sort((one, other) => weight(other) - weight(one));
    count.textContent = wanted.length ? SEARCH_WORDS.found(found.length) : "";
    list.replaceChildren(...found.slice(0, 60).map((entry) => {
      const link = Object.assign(document.createElement("a"), { href: entry.address, textContent: entry.text });
      const kind = Object.assign(document.createElement("small"), { textContent: [SEARCH_WORDS[entry.kind] ?? entry.kind, entry.where].filter(Boolean).join(", ") });
      const item = document.createElement("li");
      item.append(link, " ", kind);
      return item;
    }));
    try { history.replaceState(null, "", field.value ? `#q=${encodeURIComponent(field.value)}` : "#"); } catch { /* an embedded page may not */ }
  }
  field.addEventListener("input", refresh);
  if (location.hash.startsWith("#q=")) field.value = decodeURIComponent(location.hash.slice(3));
  refresh();
  field.focus();
}
