"""Measures of a case: the one place where the name, words and formula of each stand.

Every engine and every face reads `MEASURES`: to add a measure is to add an entry here. Longer
formulas stand by their idea in `coverage_ratios` and `returns`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from analysis.rental.model.measures.coverage_ratios import average_cover, llcr, lowest_cover
from analysis.rental.model.measures.measure_kinds import (
    ByYear,
    Measure,
    Payback,
    Rate,
    Reason,
    ShareByYear,
    Single,
)
from analysis.rental.model.measures.measure_kinds import Final as FinalFormula
from analysis.rental.model.measures.returns import equity_multiple, rate_of_return, value_at_hurdle
from analysis.rental.model.rounding import ROUNDING

if TYPE_CHECKING:
    import sympy as sp

    from analysis.rental.model.measures.running_totals import Running

_CNY, _SHARE, _YEARS, _RATIO = "{:,.0f} CNY", "{:.2%}", "{:.2f} years", "{:.2f}"
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


def _levelized_cost(run: Running) -> FinalFormula:
    hours = run["gpu_hours_present_value"]
    # less than a billionth of an hour in a whole life is no hour
    missing = (Reason(hours <= ROUNDING, "n/a: no GPU-hour is billed"),)
    return FinalFormula(run["cost_present_value_cny"] / hours, missing)


def _net_margin(run: Running) -> FinalFormula:
    def to_date(name: str, label: str, line: str, tex: str) -> sp.Symbol:
        return run.line(name, label, "CNY", run.previous(name) + run[line], tex, start=0)

    profit = to_date(
        "net_profit_total_cny", "Net profit to date", "net_profit_cny", r"\Sigma_{\Pi}"
    )
    revenue = to_date("revenue_total_cny", "Revenue to date", "revenue_cny", r"\Sigma_R")
    return FinalFormula(profit / revenue, (Reason(revenue <= run.dust(), "n/a: no revenue"),))


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
        declare=lambda run: rate_of_return(run, "project"),
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
        declare=lambda run: rate_of_return(run, "equity"),
    ),
    Single(
        name="equity_multiple",
        terms=("MOIC", "TVPI", "回报倍数"),
        label="Equity multiple, money out over money in",
        unit="ratio",
        format="{:.2f}",
        symbol=r"\mathrm{MOIC}",
        divides=1.0,
        formula=equity_multiple,
    ),
    Single(
        name="dscr_minimum",
        terms=("DSCR", "偿债备付率", "偿债覆盖率"),
        label="Debt service cover, lowest",
        unit="ratio",
        format=_RATIO,
        symbol=r"\mathrm{DSCR}_{\min}",
        divides=1.0,
        formula=lowest_cover,
    ),
    Single(
        name="dscr_average",
        terms=("DSCR", "偿债备付率", "偿债覆盖率"),
        label="Debt service cover, average",
        unit="ratio",
        format=_RATIO,
        symbol=r"\overline{\mathrm{DSCR}}",
        divides=1.0,
        formula=average_cover,
    ),
    Single(
        name="llcr",
        terms=("LLCR", "loan life cover ratio", "贷款期偿债覆盖率"),
        label="Loan-life cover",
        unit="ratio",
        format=_RATIO,
        symbol=r"\mathrm{LLCR}",
        divides=1.0,
        formula=llcr,
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
        formula=lambda run: value_at_hurdle(run, who),
    )


AT_HURDLE: Final[dict[str, Single]] = {
    own.name: own for own in map(_npv_at_hurdle, ("equity", "project"))
}
"""Measures that need a rate to be beaten, the parameter `returns.HURDLE`."""

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
