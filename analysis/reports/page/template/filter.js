// Search and drop-downs above tables marked data-filter; without this script the table stands whole.
for (const figure of document.querySelectorAll("figure[data-filter]")) {
  const isChinese = document.documentElement.lang.startsWith("zh");
  const words = isChinese ? ["搜索", "全部", "行"] : ["Search", "all", "rows"];
  const rows = [...figure.querySelectorAll("tbody tr")];
  const heads = [...figure.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const cell = (row, at) => row.cells[at].textContent.trim();
  const bar = document.createElement("div");
  bar.className = "filter";
  bar.setAttribute("role", "search");
  const control = (name, element) => {
    const label = document.createElement("label");
    label.append(name + " ", element);
    bar.append(label);
    element.addEventListener("input", refresh);
    return element;
  };
  const search = control(words[0], Object.assign(document.createElement("input"), { type: "search" }));
  const choices = figure.dataset.filter.split(" ").map((place) => {
    const at = Number(place);
    const values = [...new Set(rows.map((row) => cell(row, at)))];
    const select = control(heads[at], document.createElement("select"));
    select.append(new Option(words[1], ""), ...values.map((value) => new Option(value, value)));
    return { at, select };
  });
  const count = document.createElement("output");
  bar.append(count);
  function refresh() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, place) => {
      row.hidden = !(
        wanted.every((word) => texts[place].includes(word)) &&
        choices.every(({ at, select }) => !select.value || cell(row, at) === select.value)
      );
      shown += !row.hidden;
    });
    count.textContent = `${shown} / ${rows.length} ${words[2]}`;
  }
  figure.querySelector(".scroll").before(bar);
  refresh();
}
