// On every page: light or dark as the reader left it, long tables sorted by a click, and a link's
// target shown even where it is folded away.
(() => {
  const root = document.documentElement, key = "theme";
  const isChinese = root.lang.startsWith("zh");
  const kept = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  if (["light", "dark"].includes(kept())) root.dataset.theme = kept();
  const nav = document.querySelector(".site");
  if (nav) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "theme" });
    const name = () => { button.textContent = isChinese ? (isDark() ? "浅色" : "深色") : (isDark() ? "Light" : "Dark"); };
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem(key, root.dataset.theme); } catch { /* not kept where nothing may be */ }
      name();
    });
    name();
    nav.append(button);
  }

  const LONG = 12;
  for (const table of document.querySelectorAll("figure.table table")) {
    const body = table.tBodies[0], heads = [...table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? []];
    if (!body || body.rows.length < LONG || table.tHead.rows.length > 1) continue;
    const value = (row, at) => row.cells[at]?.textContent.trim() ?? "";
    const numeric = (text) => { const found = text.replace(/[,\s%]/g, "").replace("\u2212", "-").match(/^-?\d+(\.\d+)?/); return found && !/^\d{4}-\d/.test(text) ? Number(found[0]) : null; };
    heads.forEach((head, at) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "sort" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const isUp = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
        const rows = [...body.rows].map((row) => [numeric(value(row, at)), value(row, at), row]);
        rows.sort(([a, text], [b, other]) => (a !== null && b !== null ? a - b : text.localeCompare(other)) * (isUp ? 1 : -1));
        body.append(...rows.map(([, , row]) => row));
      });
    });
  }

  function show() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", show);
  show();
  addEventListener("beforeprint", () => document.querySelectorAll("details:not(.code)").forEach((one) => { one.open = true; }));
})();
