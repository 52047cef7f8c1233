"""What the model measures: the one place where a measure's name, words and formula stand.

Every engine and every face reads `MEASURES`: to add a measure is to add an entry here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from analysis.rental.model.measures.kinds import (
    NOTHING_PUT_IN,
    ByYear,
    Measure,
    Payback,
    Rate,
    Reason,
    ShareByYear,
    Single,
)
from analysis.rental.model.measures.kinds import Final as FinalFormula
from analysis.rental.model.rounding import ROUNDING

if TYPE_CHECKING:
    import sympy as sp

    from analysis.rental.model.measures.running import Running

_CNY, _SHARE, _YEARS, _RATIO = "{:,.0f} CNY", "{:.2%}", "{:.2f} years", "{:.2f}"
HURDLE = "hurdle_rate_per_year"
THIN_SHARE = 0.15
"""Share of the price below which money put in is too little for a rate on it to say much."""
Kind = TypeVar("Kind", bound=Measure)


def _declare_recovered(run: Running) -> None:
    run.line(
        "recovered_cny",
        "Net profit and depreciation",
        "CNY",
        run["net_profit_cny"] + run["depreciation_cny"],
        r"\Psi",
        start=-run["price_paid_cny"],
    )


def _declare_discounted(run: Running) -> None:
    run.line(
        "project_present_flow_cny",
        "Cash flow of the project, discounted",
        "CNY",
        run["project_cash_flow_cny"] * run["project_discount_factor"],
        r"\Psi_p",
        start=run.start("project_cash_flow_cny"),
    )


def _declare_cover(run: Running) -> tuple[sp.Basic, tuple[Reason, ...]]:
    """Declare the cover of a period; return when debt is due, and why there may be no cover."""
    service, available = run["debt_service_cny"], run["cfads_cny"]
    is_due = service > run.dust()
    run.line(
        "cover", "Debt service cover", "ratio", run.when(is_due, available / service), r"\kappa"
    )
    before = run.previous("n_due")
    n_due = run.line(
        "n_due",
        "Periods with debt service",
        "periods",
        before + run.when(is_due, 1),
        r"\nu",
        start=0,
    )
    return is_due, (Reason(n_due < 0.5, "n/a: no debt service"),)


def _lowest_cover(run: Running) -> FinalFormula:
    is_due, missing = _declare_cover(run)
    before = run.previous("cover_lowest")
    lowest = run.line(
        "cover_lowest",
        "Lowest cover to date",
        "ratio",
        run.when(is_due, run.smaller(before, run["cover"]), before),
        r"\underline{\kappa}",
        start=run.unreachable,
    )
    return FinalFormula(lowest, missing)


def _average_cover(run: Running) -> FinalFormula:
    _, missing = _declare_cover(run)
    total = run.line(
        "cover_total",
        "Sum of covers to date",
        "ratio",
        run.previous("cover_total") + run["cover"],
        r"\Sigma_{\kappa}",
        start=0,
    )
    return FinalFormula(total / run["n_due"], missing)


def _llcr(run: Running) -> FinalFormula:
    borrowed = run.start("debt_cny")
    is_none = borrowed <= run.dust()
    value = run["loan_life_present_value_cny"] / borrowed
    return FinalFormula(value, (Reason(is_none, "n/a: no debt"),))


def _levelized_cost(run: Running) -> FinalFormula:
    hours = run["gpu_hours_present_value"]
    # less than a billionth of an hour in a whole life is no hour
    missing = (Reason(hours <= ROUNDING, "n/a: no GPU-hour is billed"),)
    return FinalFormula(run["cost_present_value_cny"] / hours, missing)


def _net_margin(run: Running) -> FinalFormula:
    def to_date(name: str, label: str, line: str, tex: str) -> sp.Symbol:
        return run.line(name, label, "CNY", run.previous(name) + run[line], tex, start=0)

    profit = to_date("net_profit_total_cny", "Net profit to date", "net_profit_cny", r"\Sigma_\Pi")
    revenue = to_date("revenue_total_cny", "Revenue to date", "revenue_cny", r"\Sigma_R")
    return FinalFormula(profit / revenue, (Reason(revenue <= run.dust(), "n/a: no revenue"),))


def _declare_flow(run: Running, who: str) -> sp.Symbol:
    """Declare the flows of equity or the project, an amount of rounding being none."""
    flow, dust = f"{who}_cash_flow_cny", run.dust()

    def cleaned(amount: sp.Expr) -> sp.Expr:
        return run.when(abs(amount) > dust, amount)

    return run.line(
        f"{who}_flow_cny",
        f"Cash flow, rounding left out, {who}",
        "CNY",
        cleaned(run[flow]),
        rf"\tilde F_{who[0]}",
        start=cleaned(run.start(flow)),
    )


def _rate(run: Running, who: str) -> FinalFormula:
    """Declare what is said of a rate of return; the value is the undiscounted sum."""
    flow, mark = _declare_flow(run, who), who[0]
    first = run.start(f"{who}_flow_cny")

    def to_date(name: str, label: str, formula: sp.Expr, tex: str) -> sp.Symbol:
        return run.line(
            f"{who}_{name}_cny", f"{label}, {who}", "CNY", formula, f"{tex}_{mark}", start=first
        )

    total = to_date(
        "flow_total", "Cash flow to date", run.previous(f"{who}_flow_total_cny") + flow, "S"
    )
    lowest = to_date(
        "flow_total_lowest",
        "Lowest cash flow to date",
        run.smaller(run.previous(f"{who}_flow_total_lowest_cny"), total),
        r"\underline S",
    )
    little = "a rate that means little: next to the price, almost nothing is ever put in"
    return FinalFormula(
        total,
        missing=(Reason(lowest >= -run.dust(), NOTHING_PUT_IN),),
        notes=(Reason(THIN_SHARE * run["price_paid_cny"] > -lowest, little),),
    )


def _equity_multiple(run: Running) -> FinalFormula:
    flow, first = _declare_flow(run, "equity"), run.start("equity_flow_cny")
    put_in = run.line(
        "equity_put_in_cny",
        "Money that equity has put in",
        "CNY",
        run.previous("equity_put_in_cny") + run.positive(-flow),
        r"\hat F_{-}",
        start=run.positive(-first),
    )
    taken = run.line(
        "equity_taken_out_cny",
        "Money that equity has taken out",
        "CNY",
        run.previous("equity_taken_out_cny") + run.positive(flow),
        r"\hat F_{+}",
        start=run.positive(first),
    )
    return FinalFormula(taken / put_in, (Reason(put_in <= run.dust(), NOTHING_PUT_IN),))


def _at_hurdle(run: Running, who: str) -> FinalFormula:
    flow, total = f"{who}_cash_flow_cny", f"{who}_present_value_at_hurdle_cny"
    per_period = run.constant(
        "hurdle_discount_per_period",
        "Discount factor of one period, hurdle",
        "ratio",
        (1 + run[HURDLE]) ** (-1 / run["periods_per_year"]),
        "a_h",
    )
    factor = run.line(
        "hurdle_discount_factor",
        "Discount factor, hurdle",
        "ratio",
        run.previous("hurdle_discount_factor") * per_period,
        r"\alpha_h",
        start=1,
    )
    value = run.line(
        total,
        f"Present value at the hurdle to date, {who}",
        "CNY",
        run.previous(total) + run[flow] * factor,
        rf"\mathrm{{NPV}}_{{h{who[0]}}}",
        start=run.start(flow),
    )
    return FinalFormula(value)


_DECLARED: tuple[Measure, ...] = (
    ShareByYear(
        name="net_margin_by_year",
        terms=("净利率",),
        label="Net margin by year",
        unit="share of revenue",
        format=_SHARE,
        symbol=r"\mu_{\Pi}",
        over="net_profit_by_year_cny",
        under="revenue_by_year_cny",
        words="n/a in years without revenue",
    ),
    ByYear(
        name="net_profit_by_year_cny",
        terms=("净利润",),
        label="Net profit by year",
        unit="CNY",
        format="{:,.0f}",
        symbol=r"\Pi_y",
        line="net_profit_cny",
    ),
    ByYear(
        name="revenue_by_year_cny",
        terms=("收入",),
        label="Revenue by year",
        unit="CNY",
        format="{:,.0f}",
        symbol="R_y",
        line="revenue_cny",
        is_shown=False,
    ),
    Payback(
        name="payback_source_years",
        terms=("回收期",),
        unit="years",
        format=_YEARS,
        symbol=r"\theta_s",
        label="Payback, net profit and depreciation against the price",
        flow="recovered_cny",
        declare_flow=_declare_recovered,
    ),
    Payback(
        name="payback_cash_years",
        terms=("回收期",),
        label="Payback, project cash flow",
        unit="years",
        format=_YEARS,
        symbol=r"\theta_p",
        flow="project_cash_flow_cny",
    ),
    Payback(
        name="payback_discounted_years",
        terms=("动态回收期",),
        label="Payback, discounted",
        unit="years",
        format=_YEARS,
        symbol=r"\theta_d",
        flow="project_present_flow_cny",
        declare_flow=_declare_discounted,
    ),
    Payback(
        name="payback_equity_years",
        terms=("回收期",),
        label="Payback of equity",
        unit="years",
        format=_YEARS,
        symbol=r"\theta_e",
        flow="equity_cash_flow_cny",
    ),
    Single(
        name="project_npv_cny",
        terms=("net present value", "净现值"),
        label="Project NPV",
        unit="CNY",
        format=_CNY,
        divides=0.0,
        symbol=r"\mathrm{NPV}_p",
        formula=lambda run: FinalFormula(run["project_present_value_cny"]),
    ),
    Single(
        name="equity_npv_cny",
        terms=("net present value", "净现值"),
        label="Equity NPV",
        unit="CNY",
        format=_CNY,
        divides=0.0,
        symbol=r"\mathrm{NPV}_e",
        formula=lambda run: FinalFormula(run["equity_present_value_cny"]),
    ),
    Rate(
        name="project_irr",
        terms=("internal rate of return", "内部收益率"),
        label="Project IRR",
        unit="share per year",
        format=_SHARE,
        symbol=r"\mathrm{IRR}_p",
        divides="project_discount_rate",
        flow="project_flow_cny",
        declare=lambda run: _rate(run, "project"),
    ),
    Rate(
        name="equity_irr",
        terms=("internal rate of return", "内部收益率"),
        label="Equity IRR",
        unit="share per year",
        format=_SHARE,
        symbol=r"\mathrm{IRR}_e",
        divides="equity_discount_rate",
        flow="equity_flow_cny",
        declare=lambda run: _rate(run, "equity"),
    ),
    Single(
        name="equity_multiple",
        terms=("MOIC", "TVPI", "回报倍数"),
        label="Equity multiple, money out over money in",
        unit="ratio",
        format="{:.2f}",
        symbol=r"\mathrm{MOIC}",
        divides=1.0,
        formula=_equity_multiple,
    ),
    Single(
        name="dscr_minimum",
        terms=("DSCR", "偿债备付率", "偿债覆盖率"),
        label="Debt service cover, lowest",
        unit="ratio",
        format=_RATIO,
        symbol=r"\mathrm{DSCR}_{\min}",
        divides=1.0,
        formula=_lowest_cover,
    ),
    Single(
        name="dscr_average",
        terms=("DSCR", "偿债备付率", "偿债覆盖率"),
        label="Debt service cover, average",
        unit="ratio",
        format=_RATIO,
        symbol=r"\overline{\mathrm{DSCR}}",
        divides=1.0,
        formula=_average_cover,
    ),
    Single(
        name="llcr",
        terms=("LLCR", "loan life cover ratio", "贷款期偿债覆盖率"),
        label="Loan-life cover",
        unit="ratio",
        format=_RATIO,
        symbol=r"\mathrm{LLCR}",
        divides=1.0,
        formula=_llcr,
    ),
    Single(
        name="levelized_cost_cny_per_gpu_hour",
        terms=("LCOC", "平准化成本"),
        label="Levelized cost of a GPU-hour, before tax",
        unit="CNY per GPU-hour",
        format="{:.2f} CNY",
        symbol=r"\lambda",
        formula=_levelized_cost,
    ),
    Single(
        name="net_margin",
        terms=("净利率",),
        label="Net margin over the life",
        unit="share of revenue",
        format=_SHARE,
        symbol=r"\mu",
        divides=0.0,
        formula=_net_margin,
    ),
    Single(
        name="debt_drawn_cny",
        terms=("borrowed", "借款"),
        label="Debt drawn",
        unit="CNY",
        format=_CNY,
        symbol="G",
        formula=lambda run: FinalFormula(run["debt_drawn_cny"]),
    ),
)


def _npv_at_hurdle(who: str) -> Single:
    return Single(
        name=f"{who}_npv_at_hurdle_cny",
        label=f"{who.capitalize()} NPV at the hurdle",
        unit="CNY",
        format=_CNY,
        symbol=rf"\mathrm{{NPV}}_{{h{who[0]}}}",
        divides=0.0,
        formula=lambda run: _at_hurdle(run, who),
    )


AT_HURDLE: Final[dict[str, Single]] = {
    own.name: own for own in map(_npv_at_hurdle, ("equity", "project"))
}
"""Measures that need a rate to be beaten, the parameter `HURDLE`."""

MEASURES: Final[dict[str, Measure]] = {measure.name: measure for measure in _DECLARED}
"""Every measure of a case, in the order in which a reader sees them."""


def of_kind(*kinds: type[Kind]) -> dict[str, Kind]:
    """Return the measures of some kinds by name.

    Examples
    --------
    >>> list(of_kind(Rate))
    ['project_irr', 'equity_irr']
    """
    return {name: found for name, found in MEASURES.items() if isinstance(found, kinds)}


def singles() -> tuple[str, ...]:
    """Return the measures that are one number a scenario, rates of return last.

    Examples
    --------
    >>> singles()[-3:]
    ('debt_drawn_cny', 'project_irr', 'equity_irr')
    """
    return (*of_kind(Single, Payback), *of_kind(Rate))


def is_built_in(name: str) -> bool:
    """Return whether a name means what this module declares, and nothing registered since."""
    return name not in MEASURES or MEASURES[name] in _DECLARED
