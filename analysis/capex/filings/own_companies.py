"""Own figures of companies as statements: discrete quarters and years, set beside the public ones.

Which months a figure is of is told by its two days. Three months are a quarter, twelve a fiscal
year; six and nine are years to date and give the quarter that is not there. The fiscal year of a
company ends where its years end, or before its years to date begin; else in December.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from analysis.capex.filings.companies import COMPANIES, Company
from analysis.capex.filings.periods import fiscal_year
from analysis.errors import DataError, Fault
from analysis.units import DAYS_PER_YEAR, MONTHS_PER_YEAR

OWN_FILE: Final = "data/own/own_company.csv"
OWN_DEFINITIONS: Final = {
    "revenue": "revenue",
    "net_income": "attributable",
    "operating_cash_flow": "operating",
    "depreciation_amortization": "total",
    "capex": "own",
}
"""Definition that stands for each metric of an own company; its own words are not compared."""
KEPT: Final = ("USD", "CNY")
"""Currencies of the panel; others become US dollars."""
MONTHS_PER_QUARTER: Final = 3
SPANS: Final = {3: "quarter", 6: "year to date", 9: "year to date", 12: "year"}


def own_statements(
    own: pd.DataFrame, usd_per_unit: pd.DataFrame
) -> tuple[dict[str, Company], pd.DataFrame]:
    """Bring own figures to the form of the public tables.

    Parameters
    ----------
    own : DataFrame
        As `analysis.data.load_own` returns table ``company``.
    usd_per_unit : DataFrame
        Own exchange rates, as it returns table ``fx``.

    Returns
    -------
    companies : dict of str to Company
        By name; their country is ``own``.
    rows : DataFrame
        A figure a row, in USD or CNY: company, period_start_date, period_end_date, span,
        fiscal_year, fiscal_quarter, currency, metric, definition, value_m, source_id, kind.

    Raises
    ------
    DataError
        A name that a public company has, a period of other months, several currencies of one
        company, or a currency without a rate.
    """
    rows = own[own["metric"].isin(OWN_DEFINITIONS)].reset_index(drop=True)
    months = _months(rows)
    faults = [
        _fault(rows, int(at), "company", rows["company"][at], "a name that no public company has")
        for at in np.flatnonzero(rows["company"].isin(COMPANIES))
    ]
    faults += [
        _fault(rows, int(at), "period_end_date", f"{months[at]} months", "3, 6, 9 or 12 months")
        for at in np.flatnonzero(~months.isin(SPANS))
    ]
    if faults:
        raise DataError(faults)
    rows = _in_known_currency(rows.assign(span=months.map(SPANS), months=months), usd_per_unit)
    rows = _with_differences(rows)
    year_ends = {str(name): _year_end_month(mine) for name, mine in rows.groupby("company")}
    companies = {
        str(name): Company(str(name), "own", str(mine["currency"].iloc[0]), year_ends[str(name)])
        for name, mine in rows.groupby("company")
    }
    end_month = rows["company"].map(year_ends).astype(int)
    into_year = (rows["period_end_date"].dt.month - end_month - 1) % MONTHS_PER_YEAR
    return companies, rows.assign(
        fiscal_year=[
            fiscal_year(*pair) for pair in zip(rows["period_end_date"], end_month, strict=True)
        ],
        fiscal_quarter=into_year // MONTHS_PER_QUARTER + 1,
        definition=rows["metric"].map(OWN_DEFINITIONS),
    )


def _with_differences(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the quarters between figures from one first day, where they are not there themselves."""
    series = ["company", "metric"]
    ordered = rows.sort_values([*series, "period_start_date", "months"], kind="stable")
    before = ordered.groupby([*series, "period_start_date"])
    is_next = ordered["months"] - before["months"].shift() == MONTHS_PER_QUARTER
    between = ordered.assign(
        value_m=ordered["value_m"] - before["value_m"].shift(),
        period_start_date=before["period_end_date"].shift() + pd.Timedelta(days=1),
        span="quarter",
        kind="derived",
    )[is_next]
    whole = pd.concat(
        [rows, between.astype({"period_start_date": rows["period_start_date"].dtype})]
    )
    key = [*series, "period_start_date", "period_end_date"]
    return whole.drop_duplicates(key).drop(columns="months").reset_index(drop=True)


def _months(rows: pd.DataFrame) -> pd.Series:
    days = (rows["period_end_date"] - rows["period_start_date"]).dt.days + 1
    return (days / (DAYS_PER_YEAR / MONTHS_PER_YEAR)).round().astype(int)


def _year_end_month(rows: pd.DataFrame) -> int:
    """Last month of the fiscal year of a company, by its years or its years to date."""
    years = rows[rows["span"] == "year"]
    if len(years):
        return int(years["period_end_date"].dt.month.iloc[-1])
    to_date = rows[rows["span"] == "year to date"]
    if len(to_date):
        return int((to_date["period_start_date"].dt.month.iloc[-1] - 2) % 12 + 1)
    return 12


def _in_known_currency(rows: pd.DataFrame, usd_per_unit: pd.DataFrame) -> pd.DataFrame:
    """Convert what is in neither USD nor CNY at the mean of the own rates of its period."""
    several = rows.groupby("company")["currency"].nunique()
    faults = [
        Fault(OWN_FILE, None, "currency", f"{n} currencies of {name}", "one currency a company")
        for name, n in several[several > 1].items()
    ]
    factors = []
    for at, row in enumerate(rows.to_dict("records")):
        if row["currency"] in KEPT:
            factors.append(1.0)
            continue
        rates = usd_per_unit[
            (usd_per_unit["currency"] == row["currency"])
            & (usd_per_unit["period_start_date"] <= row["period_end_date"])
            & (usd_per_unit["period_end_date"] >= row["period_start_date"])
        ]["usd_per_unit"]
        factors.append(float(rates.mean()))
        if rates.empty:
            span = f"{row['period_start_date']:%Y-%m-%d} to {row['period_end_date']:%Y-%m-%d}"
            expected = f"a rate from {span}: python -m analysis data add fx FILE"
            faults.append(_fault(rows, at, "currency", row["currency"], expected))
    if faults:
        raise DataError(faults)
    is_kept = rows["currency"].isin(KEPT)
    return rows.assign(
        value_m=rows["value_m"] * factors, currency=rows["currency"].where(is_kept, "USD")
    )


def _fault(rows: pd.DataFrame, at: int, column: str, found: str, expected: str) -> Fault:
    """Name the file that was added and the row in it."""
    row = rows.iloc[at]
    line = str(row["place"]).split()[1]
    file = str(row["source_id"]).removeprefix("own:")
    return Fault(file, int(line), column, str(found), expected)
