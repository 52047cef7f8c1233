"""Formulas of the families that are functions, in words, for `explain` and `docs/formulas.md`.

Rents and explosiveness state their own beside the functions; here stands what has a place of its
own nowhere else: intervals, trends and breaks of rents, what operators earn, and the audit.
"""

from __future__ import annotations

from typing import Final

from analysis.formula import Formula

_INDEX: Final = "analysis.rents.index"
_TREND: Final = "analysis.rents.trend"
_BREAKS: Final = "analysis.rents.breaks"
_OPERATORS: Final = "analysis.operators"
_AUDIT: Final = "analysis.claims.verdicts"

RENTS: Final = (
    Formula(
        "provider_bootstrap",
        "Cluster bootstrap of providers",
        "draws",
        "weight[provider] = how often it is drawn, as many draws with replacement as providers",
        ("providers",),
        f"{_INDEX}.resampling:provider_draws",
        ("resampling", "standard error", "自助法", "重抽样"),
    ),
    Formula(
        "rent_index_interval",
        "Interval of the rent index, 90 % by default",
        "index",
        "low, high = quantiles (1 - coverage) / 2 and (1 + coverage) / 2 of the index over draws",
        ("provider_bootstrap", "time_product_dummy"),
        f"{_INDEX}.resampling:percentile_bounds",
        ("confidence interval", "coverage", "percentile bootstrap", "置信区间", "指数区间"),
    ),
    Formula(
        "mean_log_change",
        "Mean log-change of rent, with its interval",
        "log change per month",
        "(log rent[last] - log rent[first]) / (months - 1)",
        ("log_rents",),
        f"{_TREND}.slopes:mean_log_change",
        ("drift", "rate of decline", "月均降幅"),
    ),
    Formula(
        "log_linear_trend",
        "Trend of log rent",
        "log change per month",
        "log rent[t] = a + b t + error, by least squares",
        ("log_rents",),
        f"{_TREND}.slopes:log_linear_trend",
        ("slope", "half-life", "趋势"),
    ),
    Formula(
        "hac_interval",
        "Interval of a coefficient under autocorrelation",
        "as the coefficient",
        "estimate +- fixed-b critical value times the HAC standard error (Bartlett kernel)",
        ("log_linear_trend",),
        f"{_TREND}.hac:hac_interval",
        ("HAC", "Newey-West", "standard error", "confidence interval", "稳健标准误"),
    ),
    Formula(
        "sup_f",
        "Sup-F test for one more break",
        "Wald form",
        "sup_f(l + 1 | l) = highest F over dates at which one more regime may begin",
        ("log_rents",),
        f"{_BREAKS}.break_tests:sequential_tests",
        ("Bai-Perron", "structural break", "断点", "结构突变"),
    ),
    Formula(
        "break_date_interval",
        "Interval of a break date",
        "months",
        "quantiles of the least-squares date under shrinking shifts, after Bai (1997)",
        ("sup_f",),
        f"{_BREAKS}.break_dates:break_date_quantile",
        ("structural break", "断点"),
    ),
)

OPERATORS: Final = (
    Formula(
        "unit_economics",
        "Revenue per core-hour and per GPU-hour, Parallel Technology",
        "CNY per hour",
        "hours = hours of one kind of customer / its share; revenue of the kind / hours",
        (),
        f"{_OPERATORS}.parallel:unit_economics",
        (
            "core-hours sold",
            "GPU-hours sold",
            "revenue of AI cloud",
            "revenue of the other cloud",
            "revenue per core-hour",
            "revenue per GPU-hour",
            "cores busy all year",
            "GPUs busy all year",
            "并行科技",
        ),
    ),
    Formula(
        "asset_turnover",
        "Yearly revenue over average assets, Parallel Technology",
        "times per year",
        "revenue of nine months * 12 / 9 / mean of assets at both ends",
        (),
        f"{_OPERATORS}.parallel:turnover",
        ("turnover", "资产周转率"),
    ),
    Formula(
        "margins",
        "Gross and net margin by period, Parallel Technology",
        "share of revenue",
        "net margin = net profit / revenue; gross margin as printed",
        (),
        f"{_OPERATORS}.parallel:margins",
        ("gross margin", "net margin", "毛利率"),
    ),
    Formula(
        "operator_capital",
        "What servers cost and earn, Kingsoft Cloud",
        "ratio",
        "depreciation, interest and profit of a quarter over assets and borrowings",
        (),
        f"{_OPERATORS}.kingsoft:capital",
        ("return on capital", "金山云"),
    ),
)

AUDIT: Final = (
    Formula(
        "verdict",
        "Verdict on one check of a claim",
        "",
        "by outcome where it is settled; reproduces where printed and recomputed intervals meet; "
        "else in tension of scope, in tension with another source, or contradicts itself",
        ("printed_interval", "recomputed_interval"),
        f"{_AUDIT}:_verdict",
        (
            "contradicts itself",
            "in tension with another source",
            "in tension of scope",
            "settled by outcome: right",
            "settled by outcome: wrong",
            "reproduces",
            "reproduces with an assumption",
            "cannot be checked",
            "结论",
        ),
    ),
    Formula(
        "support",
        "How a claim is held against other figures",
        "",
        "bounded by an inequality; repeated where its source prints it twice; counted where its "
        "source lists it; recomputed where the interval is at most half the figure, else bounded",
        ("printed_interval", "recomputed_interval"),
        f"{_AUDIT}:_support",
        ("recomputed", "bounded", "repeated", "counted"),
    ),
    Formula(
        "deciding_check",
        "Which of a claim's checks decides its verdict",
        "",
        "an outcome first, then a slip of scope, a reading that holds, one that fails; of equals "
        "the closest",
        ("verdict", "support"),
        f"{_AUDIT}:decide",
        ("claim", "核对"),
    ),
    Formula(
        "printed_interval",
        "What a printed figure may stand for",
        "as printed",
        "printed value +- half a unit of its last digit",
        (),
        "analysis.printed.precision:read_row",
        ("rounding", "precision", "significant digits", "精度"),
    ),
    Formula(
        "recomputed_interval",
        "A claim worked out from other figures",
        "as printed",
        "the check's arithmetic over intervals, solved for the claim",
        ("printed_interval",),
        f"{_AUDIT}:findings",
        ("interval arithmetic", "check"),
    ),
)
