// The calculator that a reader moves: controls from the model's own list of assumptions, results at
// once, the whole state in the address.
(() => {
  "use strict";
  const MODES = Object.values(MODEL.rent_field);
  const MAIN = ["server_price_cny", ...MODES, "rent_decline_per_year", "utilization", "useful_life_years",
    "operating_cost_share_of_revenue", "electricity_cny_per_kwh", "rent_path", "contract_years", "debt_share",
    "debt_rate_per_year", "debt_form"];
  const { say, isChinese } = words;
  const OPTIONS = { server_month: say("server and month"), p_year: say("P (PFLOPS) and year"), gpu_hour: say("GPU and hour"), true: say("yes"), false: say("no") };
  const SHOWN = Object.keys(MODEL.measures).filter((name) => MODEL.measures[name].is_shown && !MODEL.measures[name].over && !MODEL.measures[name].line);
  const SHOWN_SMALL = ["equity_irr", "equity_npv_cny", "payback_cash_years", "dscr_minimum"];
  const SEARCHED = { rent_decline_per_year: [-0.5, 0.95], rent: [0.02, 5], utilization: [0, 1], server_price_cny: [0.05, 5] };
  const SVG = "http://www.w3.org/2000/svg";

  // ---- small helpers -----------------------------------------------------------------------
  function element(tag, given = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) {
      if (name in made && name !== "list") made[name] = value; else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }
  function drawn(tag, given, ...children) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  const inWords = (value) => OPTIONS[value] ?? say(String(value).replaceAll("_", " "));
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const minus = (text) => text.replace(/^-/, "\u2212");
  const isShare = (unit) => unit.startsWith("share");
  const AND = say(" and "), COMMA = isChinese ? "，" : ", ", FULL_STOP = isChinese ? "。" : ".";
  const meaning = (field) => capital(say(field.meaning));
  const short = (field) => meaning(field).split(/[,;:，；：]/)[0];

  function number(value, digits) {
    return minus(value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  }
  const percent = (value, digits = 1) => `${number(100 * value, digits)}${isChinese ? "" : " "}%`;
  function plain(value) {
    if (Math.abs(value) >= 1000) return number(value, 0);
    return minus(String(Number(value.toPrecision(4))));
  }

  // As Chinese writes large amounts: in ten thousands and hundreds of millions.
  function inWan(value) {
    const [size, unit] = Math.abs(value) >= 1e8 ? [1e8, "亿"] : [1e4, "万"];
    return `${number(value / size, 2)}${unit}`;
  }

  function labelOf(name, option) {
    const label = MODEL.variants[name.replace(/^tax_/, "")]?.[option]?.label;
    return label ? say(label) : inWords(option);
  }

  class Calculator {
    constructor(root) {
      this.root = root;
      this.data = JSON.parse(root.dataset.calculator);
      this.isSmall = root.dataset.size === "small";
      this.id = `calc${document.querySelectorAll("[data-calculator]").length > 1 ? Math.random().toString(36).slice(2, 6) : ""}`;
      this.period = 1;
      this.inputs = new Map();
      this.take(this.stateOf(this.data.start));
      this.build();
      if (!this.isSmall) {
        this.readAddress();
        addEventListener("hashchange", () => { this.readAddress(); this.refresh(); });
      }
      addEventListener("resize", () => this.draw());
      this.refresh();
    }

    stateOf(changes) { return { ...rental.defaults(), ...changes }; }
    take(a) { this.a = a; }

    // ---- money in the reader's currency -----------------------------------------------------
    get isDollar() { return this.currency === "USD"; }
    unit(text) { return say(this.isDollar ? text.replace("CNY", "USD") : text); }
    outOf(unit, value) { return unit.startsWith("CNY") && this.isDollar ? value / this.rate : value; }
    into(unit, value) { return unit.startsWith("CNY") && this.isDollar ? value * this.rate : value; }
    money(value, digits = 0) {
      const amount = this.outOf("CNY", value);
      if (isChinese && Math.abs(amount) >= 1e4) return `${inWan(amount)}${this.unit("CNY")}`;
      return `${number(amount, digits)} ${this.unit("CNY")}`;
    }
    shown(unit, value) {
      if (isShare(unit)) return percent(value, 2);
      if (unit === "CNY") return this.money(value);
      if (unit.startsWith("CNY")) return `${number(this.outOf("CNY", value), 2)} ${this.unit(unit)}`;
      if (unit === "years") return say("{0} years", number(value, 2));
      return unit === "ratio" ? number(value, 2) : `${plain(value)} ${say(unit)}`.trim();
    }

    // ---- state and address ------------------------------------------------------------------
    changes() {
      const before = rental.defaults();
      return MODEL.fields.filter(({ name }) => JSON.stringify(this.a[name]) !== JSON.stringify(before[name]));
    }
    address() {
      const parts = this.changes().map(({ name }) => [name, this.a[name] === null ? "" : String(this.a[name])]);
      if (this.isDollar) parts.push(["currency", "USD"], ["cny_per_usd", String(this.rate)]);
      return parts.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
    }
    readAddress() {
      const text = location.hash.slice(1);
      if (!text.includes("=")) return;
      const a = rental.defaults(), unknown = [];
      this.currency = "CNY";
      for (const [name, value] of new URLSearchParams(text)) {
        const field = rental.FIELD.get(name);
        if (name === "currency") this.currency = value === "USD" ? "USD" : "CNY";
        else if (name === "cny_per_usd") this.rate = Number(value) > 0 ? Number(value) : this.rate;
        else if (field) a[name] = this.parsed(field, value);
        else unknown.push(name);
      }
      this.unknown = unknown;
      this.take(a);
      this.fill();
    }
    parsed(field, text) {
      if (text.trim() === "") return null;
      if (field.is_list) return text.split(/[,\s]+/).filter(Boolean).map(Number);
      if (field.options) return field.options.find((option) => String(option) === text) ?? text;
      return Number(text);
    }
    yaml() {
      const lines = this.changes().map(({ name }) => `${name}: ${JSON.stringify(this.a[name])}`);
      return `${lines.join("\n") || "{}  # every assumption at its default"}\n`;
    }

    // ---- controls -----------------------------------------------------------------------------
    build() {
      this.currency = "CNY";
      this.rate = this.data.fx.cny_per_usd;
      const controls = element("form", { className: "calc-controls" });
      controls.addEventListener("submit", (event) => event.preventDefault());
      controls.append(this.presets(), ...(this.isSmall ? [] : [this.currencies()]));
      const first = element("fieldset", {}, element("legend", { textContent: say("Move these first") }));
      first.append(...MAIN.map((name) => this.control(name, "first")));
      controls.append(first);
      if (!this.isSmall) {
        for (const [heading, names] of Object.entries(MODEL.groups)) {
          const title = say(heading);
          const group = element("fieldset", {}, ...names.map((name) => this.control(name, "all")));
          group.setAttribute("aria-label", title);
          controls.append(element("details", {}, element("summary", { textContent: title }), group));
        }
      }
      this.status = element("p", { className: "answer calc-status" });
      this.status.setAttribute("role", "status");
      this.results = element("div", { className: "calc-results" });
      const part = (name) => element("div", { className: `calc-${name}` });
      this.measured = part("measures");
      this.panel = part("panel");
      this.panel.setAttribute("aria-live", "polite");
      this.chart = part("chart");
      this.breaks = part("breaks");
      this.margins = part("margins");
      this.statement = part("statements");
      const folded = (title, content) => element("details", {}, element("summary", { textContent: title }), content);
      this.years = folded(say("Statements by year"), this.statement);
      this.years.addEventListener("toggle", () => this.writeStatements());
      this.end = part("end");
      this.results.append(this.measured, this.chart, this.breaks, this.end);
      if (!this.isSmall) {
        this.measured.after(this.panel);
        this.end.append(folded(say("Margins by year"), this.margins), this.years, this.actions());
        this.end.firstChild.open = true;
      }
      this.root.replaceChildren(this.status, controls, this.results);
      this.fill();
    }

    presets() {
      const choose = element("select", { id: `${this.id}-preset` }, element("option", { value: "", textContent: say("Your own case") }));
      this.data.presets.forEach((preset, place) => choose.append(element("option", { value: String(place), textContent: say(preset.title) })));
      choose.addEventListener("change", () => {
        if (choose.value === "") return;
        this.take(this.stateOf(this.data.presets[Number(choose.value)].assumptions));
        this.fill();
        this.refresh();
      });
      this.preset = choose;
      return element("div", { className: "calc-row calc-wide" }, element("label", { htmlFor: choose.id, textContent: say("Start from a published scenario") }), choose);
    }

    currencies() {
      const choose = element("select", { id: `${this.id}-currency` });
      for (const currency of ["CNY", "USD"]) choose.append(element("option", { value: currency, textContent: say(currency) }));
      const rate = element("input", { id: `${this.id}-fx`, type: "number", step: "any", min: "0.01" });
      const changed = () => {
        this.currency = choose.value;
        if (Number(rate.value) > 0) this.rate = Number(rate.value);
        this.fill();
        this.refresh();
      };
      choose.addEventListener("change", changed);
      rate.addEventListener("change", changed);
      this.money_controls = { choose, rate };
      return element("div", { className: "calc-row calc-currency" },
        element("label", { htmlFor: choose.id, textContent: say("Currency") }), choose,
        element("label", { htmlFor: rate.id, textContent: say("CNY per USD") }), rate,
        element("small", { textContent: say("{0} in {1} ({2})", this.data.fx.cny_per_usd, this.data.fx.period, this.data.fx.source_id) }));
    }

    control(name, where) {
      const field = rental.FIELD.get(name);
      const id = `${this.id}-${where}-${name}`;
      const label = element("label", { htmlFor: id });
      const row = element("div", { className: "calc-row" }, label);
      const own = { field, row, label, where };
      if (field.options) {
        own.input = element("select", { id });
        if (field.may_be_left) own.input.append(element("option", { value: "", textContent: say("as the books") }));
        for (const option of field.options) own.input.append(element("option", { value: String(option), textContent: labelOf(name, option) }));
      } else own.input = element("input", { id, type: field.is_list ? "text" : "number", step: "any" });
      own.input.addEventListener(field.options ? "change" : "input", () => this.typed(own));
      row.append(own.input);
      if (where === "first" && MODEL.sliders[name]) {
        const [min, max, step] = MODEL.sliders[name];
        own.slider = element("input", { type: "range", min, max, step });
        own.slider.setAttribute("aria-label", say("{0}, slider", short(field)));
        own.slider.addEventListener("input", () => this.change(name, Number(own.slider.value)));
        row.append(own.slider);
      }
      own.note = element("small", { id: `${id}-note` });
      own.input.setAttribute("aria-describedby", own.note.id);
      row.append(own.note);
      this.inputs.set(id, own);
      return row;
    }

    factor(field) { return isShare(field.unit) ? 100 : 1; }
    typed(own) {
      const { field, input } = own;
      let value = this.parsed(field, input.value);
      if (typeof value === "number") value = this.into(field.unit, value / this.factor(field));
      if (field.is_list && value && isShare(field.unit)) value = value.map((share) => share / 100);
      own.written = value;
      this.change(field.name, value);
    }
    // Set one assumption, and what would be impossible with it.
    change(name, value) {
      const a = { ...this.a, [name]: value };
      const n = Math.max(1, Math.round(a.useful_life_years * a.periods_per_year)) || 1;
      if (name === "billing_mode") {
        const rent = rental.resolved(this.a).rent_cny_per_server_month;
        for (const other of MODES) a[other] = null;
        const one = rental.resolved({ ...a, [MODEL.rent_field[value]]: 1 }).rent_cny_per_server_month;
        a[MODEL.rent_field[value]] = Number((rent / one).toPrecision(8));
      }
      if (name === "rent_path") {
        a.rent_index_by_period = value === "series" ? new Array(n).fill(1) : null;
        if (value === "contract_then_spot" && a.contract_years === null) a.contract_years = Math.min(3, a.useful_life_years);
      }
      if (name === "debt_form") {
        if (["sculpted", "finance_lease"].includes(value)) a.interest_base = "opening";
        if (value !== "sculpted" && a.debt_share === null) a.debt_share = 0.7;
        a.repayment_shares_by_period = value === "given" ? [1] : null;
      }
      for (const prefix of ["", "tax_"]) {
        const method = a[`${prefix}depreciation_method`], shares = `${prefix}depreciation_shares_by_year`;
        if (name !== `${prefix}depreciation_method`) continue;
        a[shares] = method === "given" ? [0.2, 0.2, 0.2, 0.2, 0.2] : null;
      }
      this.take(a);
      this.inputs.forEach((other) => this.write(other));
      this.refresh();
    }

    fill() {
      this.inputs.forEach((own) => this.write(own));
      if (this.money_controls) {
        this.money_controls.choose.value = this.currency;
        this.money_controls.rate.value = String(this.rate);
      }
    }
    write(own) {
      const { field, input, slider, label } = own;
      const value = this.a[field.name], factor = this.factor(field);
      const unit = isShare(field.unit) ? say(field.unit.replace("share", "%")) : this.unit(field.unit);
      if (own.written === value && own.writtenAs === this.unit("CNY") && document.activeElement !== input) return;
      own.written = value;
      own.writtenAs = this.unit("CNY");
      label.title = meaning(field);
      label.textContent = `${short(field)}${unit && !field.options ? `${COMMA}${unit}` : ""}`;
      if (document.activeElement !== input || field.options) {
        if (value === null) input.value = "";
        else if (field.is_list) input.value = value.map((one) => Number((one * factor).toPrecision(12))).join(", ");
        else if (typeof value === "number" && !field.options) input.value = String(Number((this.outOf(field.unit, value) * factor).toPrecision(10)));
        else input.value = String(value);
      }
      if (slider && value !== null) slider.value = String(value);
      if (slider) slider.setAttribute("aria-valuetext", value === null ? say("empty") : this.shown(field.unit, value));
    }
    mark(own) {
      const fault = (this.faults ?? []).find(([name]) => name === own.field.name);
      own.input.setAttribute("aria-invalid", fault ? "true" : "false");
      const { usual, unit } = own.field, value = this.a[own.field.name];
      const isUnusual = usual && typeof value === "number" && (value < usual[0] || value > usual[1]);
      const range = isUnusual ? usual.map((end) => (isShare(unit) ? percent(end, 0) : plain(this.outOf(unit, end)))) : [];
      own.note.textContent = fault ? say("expected {0}", fault[1]) : isUnusual ? say("unusual: usual is {0} to {1}", ...range) : "";
      own.row.hidden = !fault && !(this.relevant ?? new Set([own.field.name])).has(own.field.name);
    }

    // Assumptions that the formulas of this case read, and choices that would change them.
    findRelevant(result) {
      const found = new Set(["billing_mode", "periods_per_year", MODEL.rent_field[this.a.billing_mode]]);
      const all = ({ constants, lines, finals }) => [...constants, ...lines, ...finals];
      const read = (formulas) => new Set(formulas.flatMap((line) => [line.value, line.start].filter(Boolean).flatMap(rental.used)));
      const formulas = all(result.formulas), places = read(formulas);
      for (const { name } of MODEL.fields) if (places.has(rental.PLACE.get(name))) found.add(name);
      if (found.has("debt_drawn_share") || places.has(rental.PLACE.get("debt_drawn_share"))) found.add("debt_share");
      if (places.has(rental.PLACE.get("rent_index_given"))) found.add("rent_index_by_period");
      if (places.has(rental.PLACE.get("repayment_share_given"))) found.add("repayment_shares_by_period");
      for (const prefix of ["", "tax_"]) if (places.has(rental.PLACE.get(`${prefix}depreciation_share_given`))) found.add(`${prefix}depreciation_shares_by_year`);
      const has = (name) => formulas.some((line) => line.name === name);
      const a = this.a;
      if (a.billing_mode === "p_year") ["pflops_per_gpu", "p_precision"].forEach((name) => found.add(name));
      if (a.debt_form === "sculpted") found.add("sculpted_dscr");
      else if (a.debt_form !== "finance_lease") found.add("interest_base");
      if (a.debt_form === "finance_lease") found.add("lease_payment_timing");
      if (a.loss_treatment === "carried_forward") found.add("loss_carry_forward_years");
      if (a.vat_enabled) found.add("vat_price_basis");
      if (a.rent_path !== "series") found.add("rent_step");
      if (has("carrying_amount_at_year_start_cny") || has("tax_carrying_amount_at_year_start_cny")) found.add("declining_balance_ending");
      if (a.vat_enabled) found.add("vat_credit_at_end");
      for (const name of ["rent_path", "rent_payment_timing", "cover_cash_flow", "operating_cost_basis", "depreciation_method", "depreciation_life_years", "debt_form",
        "debt_tenor_years", "debt_rate_convention", "loss_treatment", "vat_enabled", "tax_depreciation_method", "resale_value_share",
        "tax_depreciation_life_years", "tax_residual_value_share", "n_gpus"]) found.add(name);
      for (const name of MODEL.adds_lines) { // nothing reads it at its default: it counts if something would
        const withIt = rental.formulasOf({ ...a, [name]: NaN }); // no default is NaN
        if (read(all(withIt)).has(rental.PLACE.get(name))) found.add(name);
      }
      if (!MODEL.variants.debt_form[a.debt_form].takes_grace) found.delete("principal_grace_months");
      if (a.principal_grace_months > 0) found.add("grace_interest");
      return found;
    }

    // ---- results ------------------------------------------------------------------------------
    refresh() {
      const begun = performance.now();
      const result = rental.evaluate(this.a);
      this.faults = result.faults;
      if (!result.faults.length) {
        this.result = result;
        const key = `${rental.structureKey(this.a)} ${this.a.billing_mode}`;
        if (key !== this.structure) this.relevant = this.findRelevant(result);
        this.structure = key;
      }
      this.inputs.forEach((own) => this.mark(own));
      this.preset.value = String(this.data.presets.findIndex(({ assumptions }) => {
        const own = this.stateOf(assumptions);
        return MODEL.fields.every(({ name }) => JSON.stringify(own[name]) === JSON.stringify(this.a[name]));
      }));
      if (this.preset.selectedIndex < 0) this.preset.value = "";
      this.root.classList.toggle("calc-impossible", result.faults.length > 0);
      this.answer();
      this.results.hidden = result.faults.length > 0;
      if (!result.faults.length) this.show();
      if (!this.isSmall) try { history.replaceState(null, "", `#${this.address()}`); } catch { /* an embedded page may not */ }
      this.root.dataset.milliseconds = (performance.now() - begun).toFixed(1);
      clearTimeout(this.later);
      this.root.dataset.settled = "no";
      this.later = setTimeout(async () => {
        if (!result.faults.length) await this.search();
        if (this.a === result.assumptions || result.faults.length) this.root.dataset.settled = "yes";
      }, 80);
    }

    answer() {
      const unknown = (this.unknown ?? []).map((name) => (MODEL.left_out.includes(name)
        ? say("The address holds {0}, which only the package computes; it was left out.", name)
        : say("The address holds {0}, which is no assumption; it was left out.", name)));
      this.status.textContent = [...unknown, ...this.verdict()].join(isChinese ? "" : " ");
    }
    verdict() {
      if (this.faults.length) {
        const texts = this.faults.map(([name, expected]) => say("{0} ({1}): expected {2}", short(rental.FIELD.get(name)), name, expected));
        return [say("There is no answer to this case."), `${capital(texts.join(isChinese ? "；" : "; "))}${FULL_STOP}`];
      }
      const { measures } = this.result;
      const found = [this.money(measures.equity_npv_cny), percent(this.a.equity_discount_rate), this.measure("equity_irr"), this.measure("payback_cash_years")];
      return [measures.equity_npv_cny > 0
        ? say("It pays: equity NPV is {0} at {1}, equity IRR {2}, payback on cash {3}.", ...found)
        : say("It does not pay: equity NPV is {0} at {1}, equity IRR {2}, payback on cash {3}.", ...found)];
    }

    // A measure as text; where there is none, why.
    measure(name) {
      const { measures, remarks } = this.result;
      const value = measures[name], unit = MODEL.measures[name].unit;
      if (measures[`${name}_status`] === "multiple") return say("{0}, not unique: {1}", this.shown(unit, value), measures[`${name}_roots`].map((rate) => percent(rate)).join(AND));
      const paid = measures[`${name}_status`] === "paid" ? `${COMMA}${say(MODEL.paid_rate)}` : "";
      return value === null ? remarks[name] : this.shown(unit, value) + paid;
    }

    show() {
      const kept = this.explained;
      const { measures } = this.result;
      const rows = (this.isSmall ? SHOWN_SMALL : SHOWN).map((name) => {
        const how = element("button", { type: "button", className: "calc-how", textContent: say("How?") });
        how.setAttribute("aria-label", say("How is {0} worked out?", say(MODEL.measures[name].label)));
        how.addEventListener("click", () => this.explain(name, this.result.n, true));
        return element("tr", {}, element("th", { scope: "row", textContent: say(MODEL.measures[name].label) }),
          element("td", { className: "number", textContent: this.measure(name) }), ...(this.isSmall ? [] : [element("td", {}, how)]));
      });
      const heads = [say("Measure"), say("Value"), ...(this.isSmall ? [] : [say("Formula")])];
      this.measured.replaceChildren(this.table(say("What comes of it"), heads, rows, [2]));
      if (this.isSmall) this.end.replaceChildren(this.onward());
      else {
        this.margins.replaceChildren(this.table(say("By year"), [say("Year"), say("Revenue"), say("Net profit"), say("Net margin")], measures.net_profit_by_year_cny.map((profit, year) =>
          element("tr", {}, element("th", { scope: "row", textContent: String(year + 1) }),
            ...[this.money(measures.revenue_by_year_cny[year]), this.money(profit),
              measures.net_margin_by_year[year] === null ? say(MODEL.measures.net_margin_by_year.words) : percent(measures.net_margin_by_year[year])]
              .map((text) => element("td", { className: "number", textContent: text }))))));
        this.writeStatements();
      }
      if (kept && !this.isSmall) this.explain(kept.name, Math.min(kept.period, this.result.n), false);
      this.draw();
    }

    table(caption, heads, rows, columnsOfWords = []) {
      const head = element("tr", {}, ...heads.map((text, at) => element("th", { scope: "col", textContent: text, className: at && !columnsOfWords.includes(at) ? "number" : "" })));
      const whole = element("div", { className: "scroll", tabIndex: 0 }, element("table", {},
        element("caption", {}, element("span", { textContent: caption })), element("thead", {}, head), element("tbody", {}, ...rows)));
      whole.setAttribute("role", "region");
      whole.setAttribute("aria-label", caption);
      return whole;
    }

    onward() {
      return element("p", {}, element("a", { href: `calculator${isChinese ? "-zh" : ""}.html#${this.address()}`, textContent: say("Open this case in the full calculator") }),
        say(": all assumptions, formulas, statements, downloads."));
    }

    // Equity's cash by year: year 0 is the day of purchase.
    yearly(name) {
      const { lines, n, assumptions } = this.result;
      const line = lines[name], perYear = assumptions.periods_per_year;
      const sums = [line[0], ...new Array(Math.ceil(n / perYear)).fill(0)];
      for (let t = 1; t <= n; t += 1) sums[Math.ceil(t / perYear)] += line[t];
      return sums;
    }

    draw() {
      if (!this.chart || this.faults.length) return;
      const flows = this.yearly("equity_cash_flow_cny").map((value) => this.outOf("CNY", value));
      let total = 0;
      const totals = flows.map((flow) => { total += flow; return total; });
      const width = Math.max(280, Math.min(720, this.chart.clientWidth || 640)), height = 260;
      const [left, right, top, bottom] = [8, 8, 34, 42];
      const most = Math.max(0, ...flows, ...totals), least = Math.min(0, ...flows, ...totals);
      const y = (value) => top + (most - value) / ((most - least) || 1) * (height - top - bottom);
      const slot = (width - left - right) / flows.length, x = (year) => left + slot * (year + 0.5);
      const compact = (value) => (isChinese ? inWan(value) : minus(Math.abs(value) >= 1e6 ? `${(value / 1e6).toFixed(2)} m` : `${Math.round(value / 1e3)} k`));
      const bars = flows.map((flow, year) => drawn("rect", { class: flow < 0 ? "calc-out" : "calc-in", x: x(year) - slot * 0.32, width: slot * 0.64,
        y: Math.min(y(flow), y(0)), height: Math.max(1, Math.abs(y(flow) - y(0))) }, drawn("title", {}, say("Year {0}: {1} {2}", year, number(flow, 0), this.unit("CNY")))));
      const labels = flows.map((flow, year) => drawn("text", { x: x(year), y: flow < 0 ? y(flow) + 14 : y(flow) - 5, "text-anchor": "middle" }, slot > 46 ? compact(flow) : ""));
      const years = flows.map((_, year) => drawn("text", { x: x(year), y: height - 8, "text-anchor": "middle" }, slot > 22 || year % 5 === 0 ? String(year) : ""));
      const path = drawn("polyline", { class: "calc-total", points: totals.map((value, year) => `${x(year)},${y(value)}`).join(" ") });
      const last = totals[totals.length - 1], ends = [this.unit("CNY"), isChinese ? inWan(Math.abs(last)) : number(Math.abs(last), 0)];
      const title = last >= 0
        ? say("Cash to equity by year, {0}, and its running total: ends at a gain of {1}", ...ends)
        : say("Cash to equity by year, {0}, and its running total: ends at a loss of {1}", ...ends);
      const words = say("running total"), reach = width - right - 14 * words.length * (isChinese ? 1 : 0.6) - slot / 2;
      const near = flows.map((flow, year) => (x(year) > reach ? (flow < 0 ? y(flow) + 14 : y(flow) - 5) : NaN));
      const clear = (place) => (near.some((taken) => Math.abs(taken - place) < 14) ? clear(place - 14) : place);
      const end = drawn("text", { x: width - right, y: Math.max(12, clear(y(last) - 8)), "text-anchor": "end", class: "calc-total-label" }, words);
      const picture = drawn("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title },
        drawn("line", { class: "calc-zero", x1: left, x2: width - right, y1: y(0), y2: y(0) }), ...bars, path, ...labels, ...years, end);
      this.chart.replaceChildren(element("figure", {}, element("figcaption", { textContent: `${title}${FULL_STOP}` }), picture));
    }

    // ---- break-evens and quotes: found a moment later -----------------------------------------
    async search() {
      const searched = this.a;
      const rentField = MODEL.rent_field[this.a.billing_mode];
      const items = [], found = {};
      for (const [key, [low, high]] of Object.entries(SEARCHED)) {
        const name = key === "rent" ? rentField : key;
        if (name === "rent_decline_per_year" && this.a.rent_path === "series") {
          items.push([say("Rent decline a year"), say("does not apply: rent follows a series")]);
          continue;
        }
        const scale = key === "rent" || key === "server_price_cny" ? this.a[name] : 1;
        await new Promise((go) => setTimeout(go));
        if (this.a !== searched) return;
        found[key] = rental.breakEvens(this.a, name, low * scale, high * scale);
        const unit = rental.FIELD.get(name).unit;
        const values = found[key].map((value) => (isShare(unit) ? percent(value) : `${plain(this.outOf(unit, value))} ${this.unit(unit)}`));
        const ends = [low * scale, high * scale].map((value) => (isShare(unit) ? percent(value, 0) : plain(this.outOf(unit, value))));
        const labels = { rent_decline_per_year: say("Rent may fall each year by"), rent: say("Lowest first rent"),
          utilization: say("Fewest hours sold"), server_price_cny: say("Dearest server") };
        items.push([labels[key], values.length ? values.join(AND) : say("none between {0} and {1}", ...ends)]);
      }
      const rows = items.map(([label, text]) => element("tr", {}, element("th", { scope: "row", textContent: label }), element("td", { className: "number", textContent: text })));
      const table = this.table(say("Where equity neither gains nor loses (NPV zero), one thing moved at a time"), [say("Assumption"), say("Break-even")], this.isSmall ? rows.slice(0, 1) : rows);
      this.breaks.replaceChildren(table, ...(this.isSmall ? [] : [this.quotes(found.rent ?? [])]));
    }

    quotes(breakEven) {
      const quotes = this.data.quotes;
      if (!quotes.length || this.a.n_gpus !== 8) return element("p", { textContent: say("Quotes are for servers of eight GPUs; this case has another.") });
      const perUnit = rental.resolved(this.a).rent_cny_per_server_month / this.a[MODEL.rent_field[this.a.billing_mode]];
      const own = rental.resolved(this.a).rent_cny_per_server_month, needed = breakEven.length ? breakEven[0] * perUnit : null;
      const describe = (quote) => (needed === null ? say("no break-even rent to compare with")
        : quote.low >= needed ? say("above the break-even rent") : quote.high < needed ? say("below the break-even rent") : say("around the break-even rent"));
      const rows = quotes.map((quote) => element("tr", {}, element("th", { scope: "row", textContent: quote.date, className: "date" }),
        element("td", { className: "number", textContent: quote.low === quote.high ? this.money(quote.low) : say("{0} to {1}", this.money(quote.low), this.money(quote.high)) }),
        element("td", { textContent: describe(quote) }),
        element("td", {}, element("a", { href: `sources${isChinese ? "-zh" : ""}.html#source-${quote.source_id}`, textContent: quote.source_id }))));
      const caption = needed === null
        ? say("Rents quoted for {0} servers, a month, newest first; this case asks {1}", this.data.quoted_gpu, this.money(own))
        : say("Rents quoted for {0} servers, a month, newest first; this case asks {1} and needs {2}", this.data.quoted_gpu, this.money(own), this.money(needed));
      const table = this.table(caption, [say("Date"), say("Quoted"), say("Against this case"), say("Source")], rows, [2, 3]);
      return table;
    }

    // ---- how a value comes about ----------------------------------------------------------------
    explain(name, period, isAsked) {
      this.explained = { name, period };
      const { formulas, lines, constants, parameters, series, n, measures } = this.result;
      const every = [...formulas.constants, ...formulas.lines];
      const final = formulas.finals.find((own) => own.name === name);
      const line = every.find((own) => own.name === name);
      const isLine = name in lines, before = (text) => say("{0}, period before", text);
      const label = (other) => MODEL.measures[other]?.label ?? every.find((own) => own.name === other)?.label ?? "";
      const named = (other) => (rental.FIELD.has(other) ? short(rental.FIELD.get(other)) : inWords(other));
      const labelled = (other) => (label(other) ? say(label(other)) : named(other));
      const at = (other, when) => (other in lines ? lines[other][when] : other in constants ? constants[other]
        : other in series ? series[other][Math.max(0, when - 1)] : parameters[other] ?? rental.defaults()[other]);
      const heading = element("h3", { textContent: `${labelled(name)}${isLine && !final ? `${COMMA}${period ? say("period {0}", period) : say("day of purchase")}` : ""}`, tabIndex: -1 });
      const parts = [heading];
      const inputs = [];
      let text = "";
      if (MODEL.measures[name]?.flow) {
        text = say("the rate a year at which the present value of “{0}” is zero; all such rates above −100 % are looked for", labelled(MODEL.measures[name].flow));
        inputs.push([MODEL.measures[name].flow, period, say("{0}, at the end", labelled(MODEL.measures[name].flow))]);
      } else {
        const own = final ?? line;
        const formula = own && (final || period || !isLine ? own.value : own.start);
        const source = formula ? String(formula).replace(/^x\s*=>\s*/, "") : say("given");
        text = source.replace(/x\[(\d+)\]/g, (_, place) => {
          const isBefore = Number(place) >= rental.SIZE, other = MODEL.names[Number(place) % rental.SIZE];
          const shown = isBefore ? before(labelled(other)) : labelled(other);
          if (!inputs.some(([, , known]) => known === shown)) inputs.push([other, isBefore ? period - 1 : period, shown]);
          return `“${shown}”`;
        }).replaceAll("/*if*/", say("if ")).replaceAll(" ? ", say(" then ")).replaceAll(" : ", say(", otherwise "))
          .replace(/Math\.(\w+)/g, (_, word) => ({ pow: say("power"), max: say("the larger of "), min: say("the smaller of ") }[word] ?? word))
          .replaceAll("*", " × ").replaceAll("&&", say(" and ").trim()).replace(/1\.0+e\+?300/g, "∞");
      }
      const value = final ? this.measure(name) : this.shown(line?.unit || rental.FIELD.get(name)?.unit || "", at(name, period));
      parts.push(element("p", {}, element("strong", { textContent: value }), ` = ${text}`));
      if (inputs.length) {
        const rows = inputs.map(([other, when, shown]) => {
          const go = element("button", { type: "button", className: "calc-how", textContent: shown });
          go.addEventListener("click", () => this.explain(other, Math.max(0, when), true));
          const isDeclared = every.some((own) => own.name === other);
          const unit = every.find((own) => own.name === other)?.unit || rental.FIELD.get(other)?.unit || "";
          return element("tr", {}, element("th", { scope: "row" }, isDeclared ? go : shown),
            element("td", { className: "number", textContent: this.shown(unit, at(other, when)) }), element("td", {}, element("code", { textContent: other })));
        });
        parts.push(this.table(say("What goes in"), [say("Input"), say("Value"), say("Name")], rows, [2]));
      }
      if (isLine) {
        const choose = element("input", { type: "number", min: "0", max: String(n), value: String(period), id: `${this.id}-period` });
        choose.addEventListener("change", () => this.explain(name, Math.min(n, Math.max(0, Math.round(Number(choose.value)) || 0)), false));
        parts.push(element("p", {}, element("label", { htmlFor: choose.id, textContent: say("Period ") }), choose));
      }
      const close = element("button", { type: "button", className: "calc-how", textContent: say("Close") });
      close.addEventListener("click", () => { this.explained = null; this.panel.replaceChildren(); });
      this.panel.replaceChildren(element("div", { className: "calc-explained" }, ...parts, close));
      if (isAsked) heading.focus();
      return measures;
    }

    writeStatements() {
      if (!this.years.open) return;
      const { formulas } = this.result;
      const titles = { income: say("Income statement"), cash: say("Cash-flow statement") };
      const nYears = this.yearly("equity_cash_flow_cny").length;
      const parts = Object.entries(titles).map(([statement, title]) => {
        const rows = formulas.lines.filter((line) => line.statement === statement).map((line) => element("tr", {},
          element("th", { scope: "row", textContent: say(line.label) }),
          ...this.yearly(line.name).map((value) => element("td", { className: "number", textContent: number(this.outOf("CNY", value) + 0, 0) }))));
        return this.table(say("{0}, {1}, by year; year 0 is the day of purchase", title, this.unit("CNY")), [say("Line"), ...Array.from({ length: nYears }, (_, year) => String(year))], rows);
      });
      this.statement.replaceChildren(...parts);
    }

    // ---- handing the case on ----------------------------------------------------------------------
    csv() {
      const { formulas, lines, n } = this.result;
      const own = formulas.lines.filter((line) => line.statement !== "measure");
      const rows = [[say("line"), say("name"), say("unit"), ...Array.from({ length: n + 1 }, (_, t) => t)]];
      for (const line of own) rows.push([say(line.label), line.name, say(line.unit), ...lines[line.name]]);
      return rows.map((row) => row.map((cell) => (/[",]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(",")).join("\r\n") + "\r\n";
    }
    actions() {
      const done = element("output", {});
      const button = (text, act) => {
        const made = element("button", { type: "button", textContent: text });
        made.addEventListener("click", act);
        return made;
      };
      const shownText = (text) => {
        const area = element("textarea", { value: text, readOnly: true, rows: 8 });
        area.setAttribute("aria-label", say("Text to copy"));
        done.replaceChildren(area);
        area.select();
      };
      const copy = async (text, said) => {
        try { await navigator.clipboard.writeText(text); done.textContent = said; } catch { shownText(text); }
      };
      const csv = element("a", { download: "rental-case.csv", textContent: say("Download as CSV"), className: "calc-button", href: "#" });
      const prepare = () => { csv.href = URL.createObjectURL(new Blob(["\ufeff", this.csv()], { type: "text/csv" })); };
      csv.addEventListener("click", prepare);
      return element("div", { className: "calc-actions" },
        button(say("Copy as YAML"), () => copy(this.yaml(), say("Copied. Save it as mine.yml and run: {0}", "python -m analysis evaluate mine.yml"))),
        button(say("Show the YAML"), () => shownText(this.yaml())),
        button(say("Copy the link"), () => copy(location.href, say("Copied: the link holds the whole case."))), csv, button(say("Print"), () => print()), done);
    }
  }

  document.querySelectorAll("[data-calculator]").forEach((root) => { root.calculator = new Calculator(root); });
})();
