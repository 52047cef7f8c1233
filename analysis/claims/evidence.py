"""Evidence of the audit: filings, quotes, facts and the model, as functions of its checks.

Every public method can be called by its name in a formula (:mod:`analysis.claims.check_language`).
What it draws on is its origin: a check that stays within one document and the model can only say
that the document contradicts itself; one that uses another origin, that two sources disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import pandas as pd

from analysis.claims.check_language import Function
from analysis.data import load
from analysis.printed.interval import Interval, Operand, as_interval, hull
from analysis.printed.precision import read_row
from analysis.units import GPUS_PER_SERVER

if TYPE_CHECKING:
    from analysis.capex.filings.fundamentals import Fundamentals
    from analysis.capex.filings.panel import Panel
    from analysis.rental import RentalResult

Method = TypeVar("Method", bound=Callable[..., Operand])

ORIGINS = {
    "arithmetic": "arithmetic alone",
    "list": "the source's own list, counted",
    "model": "the rental model on the source's own inputs",
    "filings": "company filings",
    "reported": "what was reported elsewhere or later",
    "quotes": "quoted rents and prices",
    "facts": "data sheets and other single facts",
}
OWN_ORIGINS = frozenset({"arithmetic", "list", "model"})


def _from(origin: str) -> Callable[[Method], Method]:
    assert origin in ORIGINS, origin

    def mark(method: Method) -> Method:
        method.origin = origin  # type: ignore[attr-defined]
        return method

    return mark


class Evidence:
    """The raw tables and the model, as functions of the checks' little language.

    Tables are read when a function first needs them.
    """

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Callables by name."""
        names = [name for name in dir(type(self)) if hasattr(getattr(type(self), name), "origin")]
        return {name: getattr(self, name) for name in names}

    @classmethod
    def origin(cls, name: str) -> str:
        """Return what a function draws on."""
        return str(getattr(cls, name).origin)

    @_from("arithmetic")
    def exact(self, figure: Interval) -> float:
        """Return a figure as stated: an assumption, or one that the source derived another from."""
        return figure.middle

    @_from("arithmetic")
    def between(self, *figures: Operand) -> Interval:
        """Return everything from the least to the greatest of several."""
        return hull(*figures)

    @_from("arithmetic")
    def at_least(self, figure: Operand) -> Interval:
        """Return everything from a figure upward."""
        return Interval(as_interval(figure).low, np.inf)

    @_from("list")
    def named(self, *names: str) -> float:
        """Count what a source lists by name."""
        assert len(set(names)) == len(names), names
        return float(len(names))

    @_from("model")
    def net_margin(self, case: str, year: int) -> float:
        """Return the net margin of a year of a case of the rental model, decimal."""
        return float(self._case(case).metrics.net_margin_by_year[0, year - 1])

    @_from("model")
    def net_profit(self, case: str, year: int) -> float:
        """Return the net profit of a year of a case of the rental model, CNY."""
        return float(self._case(case).metrics.net_profit_by_year_cny[0, year - 1])

    @_from("model")
    def payback(self, case: str) -> float:
        """Return the payback of a case, net profit and depreciation against the price, years."""
        return float(self._case(case).metrics.payback_source_years[0])

    @_from("model")
    def depreciation_life(self, case: str) -> float:
        """Return the accounting life of a case, years."""
        assumed = self._case(case).assumptions
        return float(assumed.depreciation_life_years or assumed.useful_life_years)

    @_from("filings")
    def article(self, key: str) -> float:
        """Return a figure of ``caijing-2025`` as recomputed from filings, in its own unit."""
        return float(self._article["computed"][f"caijing-2025-{key}"])

    @_from("filings")
    def filed(self, company: str, metric: str, period: str) -> float:
        """Return a company's figure of a year (2024) or quarter (2024Q4), own currency."""
        if "Q" in period:
            return self.filed_since(company, metric, period, period)
        return float(self._years.wide(metric)[company][int(period)]) * 1e6

    @_from("filings")
    def filed_since(self, company: str, metric: str, first: str, last: str) -> float:
        """Return the sum over the quarters from the first to the last, own currency."""
        quarters = self._quarters.wide(metric)[company].loc[first:last]
        return float(quarters.sum(skipna=False)) * 1e6

    @_from("filings")
    def growth_rank(self, company: str, quarter: str) -> float:
        """Return a company's place by growth of capex on the year among those that file it."""
        capex = self._quarters.wide("capex")
        growth = capex.loc[quarter] / capex.shift(4).loc[quarter] - 1.0
        return float(growth.rank(ascending=False)[company])

    @_from("filings")
    def n_years_slower(self, first: str, last: str, *companies: str) -> float:
        """Count years in which capex of some companies together grew less than the year before."""
        growth = self._years.wide("capex")[list(companies)].sum(axis=1, skipna=False).pct_change()
        return float((growth.diff().loc[int(first) : int(last)] < 0).sum())

    @_from("filings")
    def usual_capex_rate(self, first: int, last: int) -> float:
        """Return the median of companies' capex to revenue, each averaged over years.

        The three network operators, which the article sets apart, are left out.
        """
        from analysis.capex.filings.companies import NETWORK_OPERATORS

        rate = (self._years.wide("capex") / self._years.wide("revenue")).loc[first:last]
        return float(rate.drop(columns=list(NETWORK_OPERATORS)).mean().median())

    @_from("filings")
    def microsoft_average(self, kind: str, printed: float) -> Interval:
        """Return Microsoft's average of 2018 to 2024 by the definition nearest to the printed one.

        Growth of capital expenditure, or capital expenditure to revenue ("rate").
        """
        from analysis.capex.article.averages import search_growth, search_ratio

        flows = {"capex": self._quarters.wide("capex")["Microsoft"]}
        windows = {"2018 to 2024": ("2018Q1", "2024Q4")}
        if kind == "growth":
            found = search_growth(flows, windows, as_interval(printed))
        else:
            revenue = self._quarters.wide("revenue")["Microsoft"]
            found = search_ratio(flows, revenue, windows, as_interval(printed))
        tried = found.tried
        nearest = int(tried["gap"].abs().to_numpy().argmin())
        return as_interval(float(tried["value"].to_numpy()[nearest]))

    @_from("filings")
    def months_ahead(self, leader: str, growth: float, *others: str) -> Interval:
        """Return by how many months a company's capex growth of at least so much came first.

        The first quarter from 2023 on after which growth on the year stayed as high through 2024.
        """
        capex = self._quarters.wide("capex")
        is_high = (capex / capex.shift(4) - 1.0).loc["2023Q1":"2024Q4"] >= growth
        started = is_high[::-1].cummin()[::-1].to_numpy().argmax(axis=0)
        quarter = dict(zip(capex.columns, started.tolist(), strict=True))
        return hull(*[3.0 * (quarter[other] - quarter[leader]) for other in others])

    @_from("facts")
    def server_life(self, day: str) -> float:
        """Return the median useful life of servers among the companies that state one, years."""
        lives = load("useful_life")
        known = lives[lives["asset_class"].str.contains("server")]
        known = known[known["effective_date"].isna() | (known["effective_date"] <= day)]
        return float(known.groupby("company")["new_life_years"].last().median())

    @_from("facts")
    def fact(self, quantity: str, item: str) -> Interval:
        """Return a single fact of the table of servers."""
        rows = self._facts[(self._facts["quantity"] == quantity) & (self._facts["item"] == item)]
        assert len(rows), (quantity, item)
        return Interval(float(rows["value_low"].min()), float(rows["value_high"].max()))

    @_from("facts")
    def watts(self, gpu: str) -> float:
        """Return the power of one GPU, W."""
        specs = load("gpu_specs")
        return float(specs.loc[specs["gpu"] == gpu, "power_watts"].median())

    @_from("facts")
    def cny_per_usd(self, period: str) -> float:
        """Return the average exchange rate of a year or quarter."""
        return float(self._exchange[period])

    @_from("quotes")
    def gpu_price_usd(self, item: str, first: str, last: str) -> Interval:
        """Return the price of a GPU within servers whose item begins so, over some days, USD."""
        prices = self._server_prices(item, first, last)["value_low"]
        return Interval(float(prices.min()), float(prices.max()))

    @_from("quotes")
    def server_price(self, item: str, first: str, last: str) -> Interval:
        """Return prices of eight-GPU servers whose item begins so, over some days, CNY."""
        rows = self._server_prices(item, first, last)
        rates = [self.cny_per_usd(f"{day:%Y}Q{day.quarter}") for day in rows["fact_date"]]
        prices = GPUS_PER_SERVER * rows["value_low"].to_numpy(dtype=float) * np.array(rates)
        return Interval(float(prices.min()), float(prices.max()))

    @_from("quotes")
    def server_rent(self, gpu: str, first: str, last: str, source_id: str = "") -> Interval:
        """Return quoted rents of an eight-GPU server in China over some days, CNY per month."""
        quotes = self._rents
        rows = quotes[
            (quotes["unit"] == "CNY per server-month")
            & (quotes["gpu"] == gpu)
            & ~quotes["contract"].isin(["assumption"])
            & quotes["quote_date"].between(first, last)
            & quotes["source_id"].str.startswith(source_id)
        ]
        assert len(rows), (gpu, first, last, source_id)
        return Interval(float(rows["price_low"].min()), float(rows["price_high"].max()))

    @_from("quotes")
    def card_hour_rents(self) -> Interval:
        """Return all rents quoted per GPU-hour in China, of any GPU and day, CNY."""
        rows = self._rents[
            (self._rents["unit"] == "CNY per GPU-hour") & (self._rents["kind"] != "disputed")
        ]
        return Interval(float(rows["price_low"].min()), float(rows["price_high"].max()))

    @_from("reported")
    def outcome(self, outcome_id: str) -> Interval:
        """Return a figure of the table of outcomes, at its printed precision."""
        return read_row(self.outcomes[outcome_id]).rounded

    @cached_property
    def _cases(self) -> dict[str, RentalResult]:
        return {}

    def _case(self, name: str) -> RentalResult:
        from analysis.rental import evaluate, load_case

        if name not in self._cases:
            self._cases[name] = evaluate(load_case(name))
        return self._cases[name]

    @cached_property
    def _article(self) -> pd.DataFrame:
        from analysis.capex.article.article_figures import article_figures

        return article_figures(self._fundamentals)

    @cached_property
    def _fundamentals(self) -> Fundamentals:
        from analysis.capex.filings.fundamentals import load_fundamentals

        return load_fundamentals("first month")

    @cached_property
    def _years(self) -> Panel:
        return self._panel("year")

    @cached_property
    def _quarters(self) -> Panel:
        return self._panel("quarter")

    def _panel(self, frequency: Literal["year", "quarter"]) -> Panel:
        from analysis.capex.filings.panel import build_panel

        return build_panel(self._fundamentals, "article", frequency, "reported")

    @cached_property
    def _facts(self) -> pd.DataFrame:
        return load("server_facts")

    def _server_prices(self, item: str, first: str, last: str) -> pd.DataFrame:
        rows = self._facts[
            (self._facts["unit"] == "USD per GPU")
            & (self._facts["quantity"] == "server price")
            & self._facts["item"].str.startswith(item)
            & self._facts["fact_date"].between(first, last)
        ]
        assert len(rows), (item, first, last)
        return rows

    @cached_property
    def _rents(self) -> pd.DataFrame:
        return load("rent_quotes_cny")

    @cached_property
    def outcomes(self) -> dict[str, dict[Hashable, Any]]:
        """Rows of the table of outcomes by name."""
        return {str(row["outcome_id"]): row for row in load("outcomes").to_dict("records")}

    @cached_property
    def _exchange(self) -> pd.Series:
        return load("fx").set_index("period")["cny_per_usd"]
