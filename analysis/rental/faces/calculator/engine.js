// Runs the printed model: assumptions in, lines and measures out. What is no arithmetic over one
// period and the one before stands here: defaults, limits, sculpted debt, rates of return.
const rental = (() => {
  "use strict";
  const { say } = words;
  const PLACE = new Map(MODEL.names.map((name, place) => [name, place]));
  const SIZE = MODEL.names.length;
  const FIELD = new Map(MODEL.fields.map((field) => [field.name, field]));
  const [CONSTANT, LINE] = [0, 1];

  const defaults = () => Object.fromEntries(MODEL.fields.map((field) => [field.name, field.value]));

  // ---- what a case lacks -------------------------------------------------------------------
  const isWhole = (value) => Math.abs(value - Math.round(value)) < 1e-9;

  function givenBy(a, name) {
    while (a[name] === null && name in MODEL.follows) name = MODEL.follows[name];
    return name;
  }

  function limitFault(field, value) {
    if (value === null) return field.may_be_left ? "" : say("a value");
    if (field.options) return field.options.includes(value) ? "" : say("one of {0}", field.options.join(", "));
    if (field.is_list) {
      const isNumeric = Array.isArray(value) && value.every(Number.isFinite);
      return isNumeric ? "" : say("numbers separated by commas");
    }
    if (typeof value !== "number" || !Number.isFinite(value)) return say("a number");
    for (const [limit, holds, expected] of [
      ["ge", (x, y) => x >= y, say("at least {0}", field.ge)], ["gt", (x, y) => x > y, say("more than {0}", field.gt)],
      ["le", (x, y) => x <= y, say("at most {0}", field.le)], ["lt", (x, y) => x < y, say("less than {0}", field.lt)],
    ]) if (limit in field && !holds(value, field[limit])) return expected;
    return field.is_whole && !Number.isInteger(value) ? say("a whole number") : "";
  }

  // Every fault of a case: [assumption, what was expected].
  function faults(a) {
    const found = MODEL.fields.map((field) => [field.name, limitFault(field, a[field.name])])
      .filter(([, expected]) => expected);
    const expect = (possible, name, expected) => {
      const isKnown = found.some(([other, wanted]) => other === name && wanted === expected);
      if (!possible && !isKnown) found.push([name, expected]); // books and tax return may share one
    };
    if (found.length) return found;
    const perYear = a.periods_per_year;
    const wholePeriods = perYear === 1 ? say("a whole number of years") : say("a whole number of months");
    for (const [choice, variants] of Object.entries(MODEL.variants)) {
      const { needs, only_with: fixed } = variants[a[choice]];
      for (const [name, what] of Object.entries(needs)) expect(a[name] !== null, name, say(what));
      for (const [other, setting] of Object.entries(fixed)) expect(a[other] === setting, other, say(String(setting)));
    }
    for (const [mode, name] of Object.entries(MODEL.rent_field)) {
      if (mode === a.billing_mode) expect(a[name] !== null, name, say("a rent"));
      else expect(a[name] === null, name, say("nothing, since rent is billed per {0}", a.billing_mode));
    }
    const nPeriods = Math.round(a.useful_life_years * perYear), index = a.rent_index_by_period;
    if (index !== null && "rent_index_by_period" in MODEL.variants.rent_path[a.rent_path].needs) {
      expect(index.length >= nPeriods, "rent_index_by_period", say("at least {0} values, one for every period of the useful life", nPeriods));
      expect(index.every((value) => value >= 0), "rent_index_by_period", say("no negative rent"));
    } else expect(index === null || a.rent_path === "series", "rent_index_by_period", say("nothing, unless rent follows a series"));
    for (const name of ["useful_life_years", "debt_tenor_years", "contract_years"]) {
      if (a[name] !== null) expect(isWhole(a[name] * perYear), name, wholePeriods);
    }
    if (a.debt_tenor_years !== null) expect(a.debt_tenor_years <= a.useful_life_years, "debt_tenor_years", say("a tenor within the useful life"));
    const book = a.depreciation_method;
    for (const [prefix, method] of [["", book], ["tax_", a.tax_depreciation_method ?? book]]) {
      const schedule = MODEL.variants.depreciation_method[method];
      const life = givenBy(a, `${prefix}depreciation_life_years`), years = a[life];
      if (schedule.life === "years") expect(isWhole(years), life, say("whole years"));
      if (schedule.life === "periods") expect(isWhole(years * perYear), life, wholePeriods);
      const name = `${prefix}depreciation_shares_by_year`, shares = a[name];
      if (!("depreciation_shares_by_year" in schedule.needs)) expect(shares === null, name, say("nothing, unless the schedule is given"));
      else if (shares !== null) {
        const total = shares.reduce((sum, share) => sum + share, 0);
        expect(Math.abs(total - 1) < 1e-9 && Math.min(...shares) >= 0, name, say("shares that sum to 1"));
      } else if (prefix) expect(book === method, name, say("shares by year"));
    }
    if (a.debt_share === null) expect(a.debt_form === "sculpted", "debt_share", say("a share, unless debt is sculpted"));
    const repaid = a.repayment_shares_by_period;
    if (repaid !== null) {
      const total = repaid.reduce((sum, share) => sum + share, 0);
      expect("repayment_shares_by_period" in MODEL.variants.debt_form[a.debt_form].needs, "repayment_shares_by_period", say("nothing, unless repayment is given"));
      expect(Math.abs(total - 1) < 1e-9 && Math.min(...repaid) >= 0, "repayment_shares_by_period", say("shares of the principal that sum to 1"));
      const tenor = a[givenBy(a, "debt_tenor_years")] * perYear;
      expect(repaid.length <= tenor + 1e-9, "repayment_shares_by_period", say("no more than {0} values, one for every period of the tenor", tenor));
    }
    const grace = a.principal_grace_months * perYear / MODEL.months_per_year;
    expect(isWhole(grace), "principal_grace_months", wholePeriods);
    expect(grace < a[givenBy(a, "debt_tenor_years")] * perYear - 1e-9, "principal_grace_months", say("less than the tenor of the debt"));
    if (!MODEL.variants.debt_form[a.debt_form].takes_grace) expect(grace === 0, "principal_grace_months", say("0, since this form of debt says by itself when principal falls due"));
    if (a.rent_payment_timing === "advance") expect(a.customer_prepayment_cny === 0, "customer_prepayment_cny", say("0, since each rent is paid ahead already"));
    if (a.debt_share !== null && a.debt_form === "finance_lease") expect(a.lease_purchase_option_share <= a.debt_share, "lease_purchase_option_share", say("no more than the financed share"));
    return found;
  }

  // ---- from assumptions to what the formulas take ------------------------------------------
  function resolved(a) {
    const perUnit = {
      server_month: 1,
      gpu_hour: a.n_gpus * MODEL.hours_per_month,
      p_year: a.n_gpus * a.pflops_per_gpu * (a.p_precision === "fp16_sparse" ? MODEL.sparse_over_dense : 1) / MODEL.months_per_year,
    }[a.billing_mode];
    const parameters = { ...a };
    for (const name of Object.keys(MODEL.follows)) parameters[name] = a[givenBy(a, name)];
    parameters.rent_cny_per_server_month = a[MODEL.rent_field[a.billing_mode]] * perUnit;
    parameters.debt_drawn_share = a.debt_share ?? Infinity;
    parameters.rent_index_first = a.rent_index_by_period?.[0] ?? NaN;
    return parameters;
  }

  function seriesOf(a, n) {
    const perYear = a.periods_per_year;
    const years = Array.from({ length: n }, (_, t) => Math.ceil((t + 1) / perYear));
    const byYear = (shares) => years.map((year) => (shares ?? [])[year - 1] ?? 0);
    return {
      period: years.map((_, t) => t + 1),
      year: years,
      is_year_start: years.map((_, t) => (t % perYear === 0 ? 1 : 0)),
      is_year_end: years.map((_, t) => ((t + 1) % perYear === 0 ? 1 : 0)),
      macrs_5_share: byYear(MODEL.macrs_5_shares),
      depreciation_share_given: byYear(a.depreciation_shares_by_year),
      tax_depreciation_share_given: byYear(a.tax_depreciation_shares_by_year ?? a.depreciation_shares_by_year),
      rent_index_given: a.rent_index_by_period ?? years.map(() => 0),
      rent_index_given_next: years.map((_, t) => a.rent_index_by_period?.[t + 1] ?? 0),
      is_year_end: years.map((_, t) => ((t + 1) % perYear === 0 ? 1 : 0)),
      repayment_share_given: years.map((_, t) => a.repayment_shares_by_period?.[t] ?? 0),
      sculpted_service_given_cny: new Array(n).fill(0),
    };
  }

  function keyOf(name, value) {
    const field = FIELD.get(name);
    if (!MODEL.choices[name].includes("given") || field.options !== undefined) return value === null ? "" : String(value);
    return value === field.value ? "" : "given"; // a term that adds lines unless it stands at its default
  }

  const remembered = new Map();
  const structureKey = (a) => Object.keys(MODEL.choices).map((name) => keyOf(name, a[name])).join();

  // The formulas of a case: constants, lines and measures that its choices declare, in order.
  function formulasOf(a) {
    const key = structureKey(a);
    if (remembered.size > 50) remembered.clear();
    if (!remembered.has(key)) remembered.set(key, chosen(a));
    return remembered.get(key);
  }

  function chosen(a) {
    const place = (name) => MODEL.choices[name].indexOf(keyOf(name, a[name]));
    const size = (name) => MODEL.choices[name].length;
    const found = [[], [], []];
    for (const [kind, name, by, numbers] of MODEL.lines) {
      const at = by.reduce((sum, choice) => sum * size(choice) + place(choice), 0);
      if (numbers[at] < 0 || at !== at) continue;
      const [label, unit, statement, value, start, missing] = MODEL.formulas[numbers[at]];
      found[kind].push({ name, label, unit, statement, value, start, missing, place: PLACE.get(name) });
    }
    return { constants: found[CONSTANT], lines: found[LINE], finals: found[2] };
  }

  const read = new Map();
  function used(formula) {
    if (!read.has(formula)) read.set(formula, [...String(formula).matchAll(/x\[(\d+)\]/g)].map((match) => Number(match[1])));
    return read.get(formula);
  }

  // Drop the lines that some names do not lead back to.
  function cut(formulas, names) {
    const key = names.join();
    formulas.cuts ??= new Map();
    if (!formulas.cuts.has(key)) formulas.cuts.set(key, without(formulas, names));
    return formulas.cuts.get(key);
  }

  function without(formulas, names) {
    const known = new Map([...formulas.constants, ...formulas.lines].map((line) => [line.place, line]));
    const needed = new Set();
    const waiting = names.map((name) => PLACE.get(name));
    while (waiting.length) {
      const at = waiting.pop() % SIZE;
      if (needed.has(at)) continue;
      needed.add(at);
      const line = known.get(at);
      if (line) waiting.push(...used(line.value), ...(line.start ? used(line.start) : []));
    }
    const kept = (lines) => lines.filter((line) => needed.has(line.place));
    return { ...formulas, constants: kept(formulas.constants), lines: kept(formulas.lines) };
  }

  // Compute every period; `keep` is called after each with its number and the values.
  function step({ constants, lines }, parameters, series, n, keep) {
    const x = new Float64Array(2 * SIZE);
    for (const [name, value] of Object.entries(parameters)) {
      if (PLACE.has(name) && value !== null) x[PLACE.get(name)] = value;
    }
    for (const line of constants) x[line.place] = line.value(x);
    for (const line of lines) if (line.start) x[line.place] = line.start(x);
    keep(0, x);
    const given = Object.entries(series).map(([name, values]) => [PLACE.get(name), values]).filter(([place]) => place !== undefined);
    for (let t = 1; t <= n; t += 1) {
      for (const line of lines) x[SIZE + line.place] = x[line.place];
      for (const [place, values] of given) x[place] = values[t - 1];
      for (const line of lines) x[line.place] = line.value(x);
      keep(t, x);
    }
    return x;
  }

  // Debt service of every period is cash flow over a cover ratio; interest lowers tax, which raises
  // that cash flow: repeated until it settles.
  function sculpted(formulas, parameters, series, n) {
    const capacity = PLACE.get("service_capacity_cny"), total = PLACE.get("service_capacity_present_value_cny");
    const own = cut(formulas, ["service_capacity_cny", "service_capacity_present_value_cny", "price_paid_cny"]);
    let service = new Array(n).fill(0), share = 0;
    for (let sweep = 0; sweep < 300; sweep += 1) {
      const available = new Float64Array(n + 1);
      const x = step(own, { ...parameters, debt_drawn_share: share }, { ...series, sculpted_service_given_cny: service }, n,
        (t, now) => { available[t] = now[capacity]; });
      const price = x[PLACE.get("price_paid_cny")], present = x[total];
      const debt = Math.min(present / parameters.sculpted_dscr, parameters.debt_drawn_share * price);
      const scale = present > 0 ? debt / present : 0;
      const following = Array.from(available.subarray(1), (cash) => cash * scale);
      const change = following.reduce((most, paid, t) => Math.max(most, Math.abs(paid - service[t])), 0);
      service = following;
      share = debt / price;
      if (!(change > 1e-13 * price)) break;
    }
    return { parameters: { ...parameters, debt_drawn_share: share }, series: { ...series, sculpted_service_given_cny: service } };
  }

  // ---- rates of return: every root above -100 %, as engines/irr.py finds them -----------------
  function present(factor, flows) {
    let total = 0;
    for (let t = flows.length - 1; t >= 0; t -= 1) total = total * factor + flows[t];
    return total;
  }

  function signChanges(values) {
    let changes = 0, first = 0, last = 0;
    for (const value of values) {
      const sign = Math.sign(value);
      if (!sign) continue;
      first = first || sign;
      if (sign * last < 0) changes += 1;
      last = sign;
    }
    return { changes, first };
  }

  // The root in a bracket: Newton's steps, and halving where one would leave.
  function solve(ascending, low, high, signLow) {
    let x = 0.5 * (low + high);
    for (let tries = 0; tries < 200; tries += 1) {
      let value = 0, slope = 0;
      for (let t = ascending.length - 1; t >= 0; t -= 1) {
        slope = slope * x + value;
        value = value * x + ascending[t];
      }
      if (value * signLow > 0) low = x; else high = x;
      const newton = x - value / slope;
      const isInside = (newton > low && newton < high) || Math.abs(newton - x) <= 2e-16 * x;
      const following = value === 0 ? x : isInside ? newton : 0.5 * (low + high);
      const moved = Math.abs(following - x);
      x = following;
      if (!(moved > 2e-16 * x && high - low > 2e-16 * high)) break;
    }
    return x;
  }

  function bernstein(ascending) {
    const n = ascending.length;
    const total = new Float64Array(n), weights = new Float64Array(n).fill(1);
    for (let power = 0; power < n; power += 1) {
      for (let row = 0; row < n; row += 1) total[row] += ascending[power] * weights[row];
      if (power < n - 1) for (let row = 0; row < n; row += 1) weights[row] = weights[row] * Math.max(row - power, 0) / (n - 1 - power);
    }
    return total;
  }

  function halves(coefficients) {
    const n = coefficients.length;
    const row = Float64Array.from(coefficients), left = new Float64Array(n), right = new Float64Array(n);
    for (let index = 0; index < n; index += 1) {
      left[index] = row[0];
      right[n - 1 - index] = row[n - 1 - index];
      for (let i = 0; i < n - 1 - index; i += 1) row[i] = 0.5 * (row[i] + row[i + 1]);
    }
    return [left, right];
  }

  // Roots inside (0, 1): halved until the changes of sign isolate every one (Vincent's theorem).
  function unitRoots(ascending, valueAtOne) {
    const whole = bernstein(ascending);
    whole[whole.length - 1] = valueAtOne;
    const roots = [], waiting = [[whole, 0, 1]];
    while (waiting.length) {
      const [piece, low, high] = waiting.pop();
      const { changes, first } = signChanges(piece);
      if (changes === 1) roots.push(solve(ascending, low, high, first));
      if (changes < 2) continue;
      const middle = 0.5 * (low + high);
      if (high - low < 2 ** -44) { roots.push(middle); continue; }
      const [left, right] = halves(piece);
      if (left[left.length - 1] === 0) roots.push(middle);
      waiting.push([left, low, middle], [right, middle, high]);
    }
    return roots;
  }

  // Rates per period: the one nearest zero on the side of the undiscounted sum, how many, and all.
  function irr(given) {
    const largest = given.reduce((most, flow) => Math.max(most, Math.abs(flow)), 0);
    const flows = Array.from(given, (flow) => (Math.abs(flow) < MODEL.rounding * largest ? 0 : flow)); // dust is no flow
    const nothing = { rate: NaN, status: "none", roots: [] };
    if (!flows.every(Number.isFinite)) return nothing;
    const { changes, first } = signChanges(flows);
    if (changes === 0) return nothing;
    const total = present(1, flows), backward = Array.from(flows).reverse();
    if (changes === 1) {
      const isPositive = total * first < 0;
      const ascending = isPositive ? flows : backward;
      const v = total === 0 ? 1 : solve(ascending, 0, 1, signChanges(ascending).first);
      const rate = isPositive ? 1 / v - 1 : v - 1;
      return { rate, status: "unique", roots: [rate] };
    }
    const roots = [
      ...unitRoots(flows, total).map((v) => 1 / v - 1), ...unitRoots(backward, total).map((w) => w - 1),
      ...(total === 0 ? [0] : []),
    ].sort((one, other) => one - other);
    if (!roots.length) return nothing;
    const side = roots.filter((rate) => (total >= 0 ? rate >= 0 : rate <= 0));
    const rate = (side.length ? side : roots).reduce((best, next) => (Math.abs(next) < Math.abs(best) ? next : best));
    return { rate, status: roots.length === 1 ? "unique" : "multiple", roots };
  }

  // A single rate is paid, not earned, where the undiscounted sum has the other sign.
  function judged(found, total) {
    if (Number.isNaN(total)) return { rate: NaN, status: "none", roots: [] };
    const isPaid = found.status === "unique" && Math.abs(found.rate) > MODEL.rounding && found.rate * total < 0;
    return isPaid ? { ...found, status: "paid" } : found;
  }

  // ---- a whole case ------------------------------------------------------------------------
  function prepared(a, names) {
    const formulas = formulasOf(a);
    const n = Math.round(a.useful_life_years * a.periods_per_year);
    let parameters = resolved(a), series = seriesOf(a, n);
    if (a.debt_form === "sculpted") ({ parameters, series } = sculpted(formulas, parameters, series, n));
    return { formulas: names ? cut(formulas, names) : formulas, parameters, series, n };
  }

  const finite = (value) => (Number.isFinite(value) ? value : null);

  // Everything about a case; `faults` instead where it is impossible.
  function evaluate(a) {
    const found = faults(a);
    if (found.length) return { faults: found };
    const { formulas, parameters, series, n } = prepared(a);
    if (a.debt_form === "sculpted" && parameters.debt_drawn_share > 1) {
      return { faults: [["sculpted_dscr", say("a cover ratio that allows no more debt than the price; this one allows {0} % of it",
        Math.round(100 * parameters.debt_drawn_share))]] };
    }
    const lines = Object.fromEntries(formulas.lines.map((line) => [line.name, new Float64Array(n + 1)]));
    const x = step(formulas, parameters, series, n, (t, now) => {
      for (const line of formulas.lines) if (t || line.start) lines[line.name][t] = now[line.place];
    });
    const constants = Object.fromEntries(formulas.constants.map((line) => [line.name, x[line.place]]));
    const measures = {};
    const perYear = a.periods_per_year, nYears = Math.ceil(n / perYear);
    const remarks = {}, yearly = (rate) => (1 + rate) ** perYear - 1;
    const finals = new Map(formulas.finals.map((final) => [final.name, final]));
    for (const [name, about] of Object.entries(MODEL.measures)) {
      const final = finals.get(name), reason = final?.missing.find(([holds]) => holds(x));
      if (about.flow) {
        const { rate, status, roots } = judged(irr(lines[about.flow]), reason ? NaN : final.value(x));
        Object.assign(measures, { [name]: finite(yearly(rate)), [`${name}_status`]: status, [`${name}_roots`]: roots.map(yearly) });
      } else if (about.line) {
        measures[name] = new Array(nYears).fill(0);
        for (let t = 0; t < n; t += 1) measures[name][Math.floor(t / perYear)] += lines[about.line][t + 1];
      } else if (final) measures[name] = reason ? null : finite(final.value(x));
      if (measures[name] === null) remarks[name] = say(reason?.[1] ?? (about.flow ? MODEL.no_rate[lines[about.flow].every((flow) => flow <= 0) ? 0 : 1] : "n/a")).replace("{life}", say("{0} years", Number(a.useful_life_years.toFixed(2))));
    }
    for (const [name, { over, under, words: none }] of Object.entries(MODEL.measures)) {
      if (!over) continue;
      measures[name] = measures[over].map((value, year) => (measures[under][year] > 0 ? value / measures[under][year] : null));
      if (measures[name].includes(null)) remarks[name] = say(none);
    }
    return { faults: [], assumptions: a, formulas, parameters, series, n, constants, lines, measures, remarks };
  }

  // Equity NPV as a function of one assumption, for searches: only the lines that it needs.
  function equityNpv(a) {
    const { formulas, parameters, series, n } = prepared(a, ["equity_present_value_cny"]);
    const x = step(formulas, parameters, series, n, () => {});
    return x[PLACE.get("equity_present_value_cny")];
  }

  // Values of an assumption between two at which equity NPV is zero, ascending.
  function breakEvens(a, name, low, high, points = 33) {
    const at = (value) => equityNpv({ ...a, [name]: value });
    const found = [];
    let x = low, y = at(low);
    for (let place = 1; place < points; place += 1) {
      const nextX = low + (high - low) * place / (points - 1), nextY = at(nextX);
      if (y === 0) found.push(x);
      else if (y * nextY < 0) found.push(bracketed(at, x, nextX, y, nextY));
      [x, y] = [nextX, nextY];
    }
    if (y === 0) found.push(x);
    return found;
  }

  // The root in a bracket, by the Illinois rule: a chord, its stale end counted half.
  function bracketed(at, low, high, atLow, atHigh) {
    for (let tries = 0; tries < 100 && Math.abs(high - low) > 1e-12 * Math.max(Math.abs(low), Math.abs(high)); tries += 1) {
      const middle = (low * atHigh - high * atLow) / (atHigh - atLow), value = at(middle);
      if (value === 0) return middle;
      if (value * atHigh < 0) [low, atLow] = [high, atHigh]; else atLow /= 2;
      [high, atHigh] = [middle, value];
    }
    return high;
  }

  return { PLACE, SIZE, FIELD, defaults, structureKey, formulasOf, faults, limitFault, resolved, evaluate, breakEvens, irr, used };
})();
