"""Panel data: companies on one basis by quarter, trailing four quarters or year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.capex.filings.companies import (
    COMPANIES,
    CapexBasis,
    Company,
    capex_basis,
    in_order,
)
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.own_companies import OWN_DEFINITIONS
from analysis.errors import Fault, ParameterError
from analysis.near_names import one_of

Frequency: TypeAlias = Literal["quarter", "ttm", "year", "fiscal_year"]
Currency: TypeAlias = Literal["USD", "CNY", "reported"]

METRICS = ("revenue", "net_income", "operating_cash_flow", "depreciation_amortization", "capex")

DEFINITIONS: dict[str, tuple[str, ...]] = {
    "revenue": ("revenue", "estimate"),
    "net_income": ("attributable", "consolidated"),
    "operating_cash_flow": ("operating",),
    "depreciation_amortization": ("with_content", "total", "depreciation"),
}
"""Definitions that may stand for a metric, the preferred first; a basis has those of capex."""


@dataclass(frozen=True)
class Panel:
    """Fundamentals side by side.

    Parameters
    ----------
    frame : DataFrame
        Indexed by company and period. Columns: the five metrics in million, and for each
        ``{metric}_definition``, the definition used.
    frequency : str
        quarter, ttm (trailing four quarters, dated by the last), year (calendar) or fiscal_year.
    currency : str
        USD or CNY at average rates of the periods, or reported.
    basis : CapexBasis
        Whose definitions of capital expenditure are used.
    """

    frame: pd.DataFrame
    frequency: Frequency
    currency: Currency
    basis: CapexBasis

    def wide(self, metric: str) -> pd.DataFrame:
        """One metric, periods by companies."""
        table = self.frame[metric].dropna().unstack("company").sort_index()  # noqa: PD010
        return table.reindex(columns=in_order(table.columns))

    def between(self, first_year: int, last_year: int) -> Panel:
        """Keep the periods of some calendar years."""
        periods = self.frame.index.get_level_values("period")
        years = periods.year if isinstance(periods, pd.PeriodIndex) else periods
        is_kept = (years >= first_year) & (years <= last_year)
        return replace(self, frame=self.frame[is_kept])

    def __str__(self) -> str:
        """Say what is in it and what is not."""
        known = self.frame[list(METRICS)].notna().groupby("company").sum()
        return f"{self.frequency}, {self.currency} m, capex: {self.basis.description}\n{known}"


def build_panel(
    fundamentals: Fundamentals,
    basis: str = "purchases",
    frequency: Frequency = "ttm",
    currency: Currency = "USD",
    companies: Sequence[str] | None = None,
) -> Panel:
    """Put companies side by side on one basis.

    A period is missing where any quarter of it is, unless the figure of the whole year was printed.

    Parameters
    ----------
    fundamentals : Fundamentals
        Checked figures.
    basis : str
        Name of a basis of capital expenditure.
    frequency : str
        quarter, ttm, year or fiscal_year.
    currency : str
        USD or CNY: each quarter is converted at its average rate, a figure known for a year only
        at the mean of the year's four. reported: the currency of each company's accounts, into
        which a figure printed in another is converted the same way.
    companies : sequence of str, optional
        Names; all that the figures are of when None.

    Raises
    ------
    ParameterError
        Unknown basis, frequency, currency or company.
    """
    companies = list(fundamentals.companies) if companies is None else companies
    _refuse_unknown(frequency, currency, companies, fundamentals.companies)
    chosen = capex_basis(basis)
    quarters = _chosen(fundamentals.quarters, chosen, companies)
    rates = fundamentals.cny_per_usd.reindex(quarters["quarter"]).set_axis(quarters.index)
    quarters["value_m"] = _converted(quarters, rates, currency, fundamentals.companies)
    period = "fiscal_year" if frequency == "fiscal_year" else "quarter"
    quarters = _preferred(quarters, ["company", "fiscal_year", "fiscal_quarter"])
    if frequency == "quarter":
        series = quarters.rename(columns={"quarter": "period"})
    elif frequency == "ttm":
        series = _trailing(quarters)
    else:
        years = quarters[period] if period == "fiscal_year" else quarters["quarter"].dt.year
        series = _summed(quarters.assign(period=years))
        printed = _printed_years(fundamentals, chosen, companies, currency, frequency)
        series = _first_of(series, printed)
    frame = _wide(series)
    return Panel(frame, frequency, currency, chosen)


def _refuse_unknown(
    frequency: str, currency: str, companies: Sequence[str], there: Iterable[str]
) -> None:
    checks = {
        "frequency": ([frequency], ("quarter", "ttm", "year", "fiscal_year")),
        "currency": ([currency], ("USD", "CNY", "reported")),
        "companies": (list(companies), tuple(there)),
    }
    faults = [
        Fault("parameters", None, name, value, one_of(value, known))
        for name, (values, known) in checks.items()
        for value in values
        if value not in known
    ]
    if faults:
        raise ParameterError(faults)


def _chosen(rows: pd.DataFrame, basis: CapexBasis, companies: Sequence[str]) -> pd.DataFrame:
    """Rows of the companies whose definition the basis admits, with its place in the order."""
    ranks = {
        (company, metric, definition): rank
        for company in companies
        for metric, admitted in (
            *DEFINITIONS.items(),
            ("capex", basis.definitions.get(company, _capex_of_own(company))),
        )
        for rank, definition in enumerate(admitted)
    }
    keys = zip(rows["company"], rows["metric"], rows["definition"], strict=True)
    rank = np.array([ranks.get(key, -1) for key in keys])
    return rows.assign(rank=rank)[rank >= 0]


def _capex_of_own(company: str) -> tuple[str, ...]:
    """Capital expenditure of an own company has one definition, whatever the basis."""
    return () if company in COMPANIES else (OWN_DEFINITIONS["capex"],)


def _preferred(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row per key and metric: that of the preferred definition."""
    return rows.sort_values("rank").drop_duplicates([*keys, "metric"])


def _converted(
    rows: pd.DataFrame, rates: pd.Series, currency: Currency, companies: Mapping[str, Company]
) -> pd.Series:
    """Amounts in the currency wanted; as reported: in that of the company's accounts."""
    wanted = np.array(
        [
            companies[name].currency if currency == "reported" else currency
            for name in rows["company"]
        ],
        dtype=object,
    )
    into_usd = np.where(rows["currency"] == "CNY", 1.0 / rates, 1.0)
    out_of_usd = np.where(wanted == "CNY", rates, 1.0)
    factor = np.where(rows["currency"] == wanted, 1.0, into_usd * out_of_usd)
    return rows["value_m"] * factor


def _trailing(quarters: pd.DataFrame) -> pd.DataFrame:
    """Sum four consecutive quarters, missing where one is or where D&A changes definition."""
    place = 4 * quarters["quarter"].dt.year + quarters["quarter"].dt.quarter
    series = quarters.groupby(["company", "metric"]).ngroup()
    at = (place - place.min()).to_numpy(), series.to_numpy()
    values, definitions = (
        _grid(column, at)
        for column in (quarters["value_m"], pd.factorize(quarters["definition"])[0])
    )
    sums = values.rolling(4, min_periods=4).sum().to_numpy()[at]
    codes = definitions.rolling(4)
    is_one = (codes.max() == codes.min()).to_numpy()[at]
    is_summed = is_one | (quarters["metric"] != "depreciation_amortization")
    trailing = quarters.rename(columns={"quarter": "period"}).assign(value_m=sums)
    return trailing[is_summed].dropna(subset="value_m")


def _grid(column: ArrayLike, at: tuple[NDArray[Any], NDArray[Any]]) -> pd.DataFrame:
    """Put a column at its rows and columns of a grid, missing between."""
    grid = np.full([places.max() + 1 for places in at], np.nan)
    grid[at] = column
    return pd.DataFrame(grid)


def _summed(quarters: pd.DataFrame) -> pd.DataFrame:
    """Sum over years of which all four quarters are known."""
    quarters = quarters.assign(code=pd.factorize(quarters["definition"])[0])
    groups = quarters.groupby(["company", "metric", "period"], as_index=False)
    sums = groups.agg(
        value_m=("value_m", "sum"),
        n_quarters=("value_m", "count"),
        definition=("definition", "last"),
        first_code=("code", "min"),
        last_code=("code", "max"),
    )
    is_mixed = (sums["metric"] == "depreciation_amortization") & (
        sums["first_code"] != sums["last_code"]
    )
    return sums[(sums["n_quarters"] == 4) & ~is_mixed]


def _printed_years(
    fundamentals: Fundamentals,
    basis: CapexBasis,
    companies: Sequence[str],
    currency: Currency,
    frequency: Frequency,
) -> pd.DataFrame:
    """Take years as printed; for calendar years only those of companies that close in December."""
    years = fundamentals.years
    if frequency == "year":
        years = years[years["period_end_date"].dt.month == 12]
    rows = _chosen(years, basis, companies)
    spans = list(zip(rows["period_start_date"], rows["period_end_date"], strict=True))
    rates = {
        (start, end): fundamentals.cny_per_usd.loc[
            pd.Period(start, "Q") : pd.Period(end, "Q")
        ].mean()
        for start, end in set(spans)
    }
    rate = pd.Series([rates[span] for span in spans], rows.index, dtype=float)
    rows["value_m"] = _converted(rows, rate, currency, fundamentals.companies)
    return _preferred(rows, ["company", "fiscal_year"]).rename(columns={"fiscal_year": "period"})


def _first_of(preferred: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    columns = ["company", "metric", "period", "value_m", "definition"]
    both = pd.concat([preferred[columns], other[columns]])
    return both.drop_duplicates(["company", "metric", "period"])


def _wide(series: pd.DataFrame) -> pd.DataFrame:
    columns = pd.MultiIndex.from_product([["value_m", "definition"], METRICS])
    keyed = series.set_index(["company", "period", "metric"])[["value_m", "definition"]]
    wide = pd.DataFrame(keyed.unstack("metric")).reindex(columns=columns)  # noqa: PD010
    names = [*METRICS, *(f"{metric}_definition" for metric in METRICS)]
    return wide.set_axis(names, axis="columns").dropna(how="all", subset=list(METRICS))
