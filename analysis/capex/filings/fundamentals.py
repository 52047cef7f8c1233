"""Company fundamentals on one basis: discrete calendar quarters, one definition at a time.

What is missing stays missing. The only figures worked out here are a quarter as the difference of a
year-to-date figure and the quarters in it, capital expenditure with lease principal, and a year's
depreciation and amortization, as the sum of their two printed parts, and a figure printed in
dollars at the company's own year-end rate taken back to yuan by that rate; each is marked as
computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis.capex.filings.companies import COMPANIES, Company
from analysis.capex.filings.filing_checks import (
    SERIES,
    sum_faults,
    sums_against_years,
    year_to_date_faults,
)
from analysis.capex.filings.own_companies import OWN_FILE, own_statements
from analysis.capex.filings.periods import QuarterRule, calendar_quarter, fiscal_year
from analysis.data import load, load_own
from analysis.data.own.store import OWN_SOURCE
from analysis.data.package import shown_table
from analysis.errors import DataError, Fault

QUARTERLY, ANNUAL = "company_financials_quarterly", "company_financials_annual"


@dataclass(frozen=True)
class Fundamentals:
    """Checked fundamentals.

    Parameters
    ----------
    quarters : DataFrame
        Discrete quarters, one a row: company, quarter (calendar), fiscal_year, fiscal_quarter,
        metric, definition, currency, value_m, is_residual, is_computed, source_id.
    years : DataFrame
        Fiscal years as filed or announced, and D&A as the sum of its parts: company, fiscal_year,
        period_start_date, period_end_date, metric, definition, currency, value_m, is_computed,
        source_id.
    sums : DataFrame
        Every comparison of four quarters with their year (:func:`sums_against_years`).
    cny_per_usd : Series
        Average exchange rate by calendar quarter.
    quarter_rule : str
        How odd fiscal quarters were assigned to calendar quarters.
    companies : mapping of str to Company
        Those compared; own ones behind, where they were asked for.
    """

    quarters: pd.DataFrame
    years: pd.DataFrame
    sums: pd.DataFrame
    cny_per_usd: pd.Series
    quarter_rule: QuarterRule
    companies: Mapping[str, Company] = field(default_factory=lambda: COMPANIES)

    def __str__(self) -> str:
        """Say what is there and what was checked."""
        last = self.quarters["quarter"].max()
        independent = int(self.sums["is_independent"].sum())
        return (
            f"{self.quarters['company'].nunique()} companies, {len(self.quarters):,} quarterly "
            f"figures to {last}; {len(self.sums)} years summed from quarters agree with the year "
            f"as filed, {independent} of them independently"
        )


def load_fundamentals(
    quarter_rule: QuarterRule = "majority",
    folder: Path | None = None,
    *,
    with_own: bool = False,
) -> Fundamentals:
    """Load, check and bring to discrete quarters the figures of all companies.

    Parameters
    ----------
    quarter_rule : str
        ``majority`` or ``first month``
        (:func:`~analysis.capex.filings.periods.calendar_quarter`);
        matters for Oracle alone, whose quarters end in February, May, August and November.
    folder : Path, optional
        Folder of the raw tables; the project's own when None.
    with_own : bool
        Set own companies (``data add company``) behind the public ones.

    Raises
    ------
    DataError
        A table is not as described, a quarter looks cumulative, or four quarters do not sum to
        their year; own companies are asked for and there are none.
    """
    _refuse_wrong(folder)
    quarterly, years = (_with_fiscal_year(load(name, folder)) for name in (QUARTERLY, ANNUAL))
    quarterly = quarterly[quarterly["kind"] != "disputed"]
    companies: Mapping[str, Company] = COMPANIES
    if with_own:
        mine, own_quarters, own_years = _own(folder)
        companies = {**COMPANIES, **mine}
        quarterly = pd.concat([quarterly, own_quarters], ignore_index=True)
        years = pd.concat([years, own_years], ignore_index=True)
    quarters = discrete_quarters(quarterly)
    spans = list(zip(quarters["period_start_date"], quarters["period_end_date"], strict=True))
    assigned = {span: calendar_quarter(*span, quarter_rule) for span in set(spans)}
    quarters["quarter"] = pd.Series([assigned[span] for span in spans], quarters.index)
    sums = sums_against_years(quarters, years)
    quarters = pd.concat([quarters, _with_lease_principal(quarters)], ignore_index=True)
    rates = load("fx", folder)
    rates = rates[rates["period_type"] == "quarter"]
    return Fundamentals(
        quarters=quarters.drop(columns=["period_start_date", "period_end_date"]),
        years=_with_whole_depreciation(_without_translation(years, quarters)),
        sums=sums,
        cny_per_usd=pd.Series(
            rates["cny_per_usd"].to_numpy(),
            index=pd.PeriodIndex(rates["period"], freq="Q", name="quarter"),
            name="cny_per_usd",
        ),
        quarter_rule=quarter_rule,
        companies=companies,
    )


def _own(folder: Path | None) -> tuple[dict[str, Company], pd.DataFrame, pd.DataFrame]:
    """Own companies, their quarters and years to date, and their years, checked."""
    table = load_own("company")
    if table.empty:
        expected = "own figures: python -m analysis data add company FILE"
        raise DataError([Fault("data/own", None, None, "no own company", expected)])
    companies, rows = own_statements(table, load_own("fx"))
    is_year = rows["span"] == "year"
    # a year is a year to date of four quarters: it gives the one that is not there
    to_date = rows.assign(span=rows["span"].where(~is_year, "year to date"))
    years = rows[is_year]
    sums = sums_against_years(discrete_quarters(rows[~is_year]), years)
    if faults := sum_faults(sums, OWN_FILE, OWN_FILE):
        raise DataError(faults)
    return companies, to_date, years


def own_in_words(fundamentals: Fundamentals) -> str:
    """Say which companies are own ones and from which files; nothing where there are none."""
    rows = pd.concat([fundamentals.quarters, fundamentals.years])
    mine = rows[rows["source_id"].str.startswith(OWN_SOURCE)]
    if mine.empty:
        return ""
    files = ", ".join(sorted(mine["source_id"].str.removeprefix(OWN_SOURCE).unique()))
    return (
        f"{', '.join(sorted(mine['company'].unique()))}: own figures, from {files}, on no other "
        "definition than their own. They are not published, and are in no sum of a country."
    )


def _refuse_wrong(folder: Path | None) -> None:
    """Check the whole tables: whether a figure is of three months is told by later ones, too."""
    quarterly, years = (
        _with_fiscal_year(load(name, folder, is_whole=True)) for name in (QUARTERLY, ANNUAL)
    )
    quarterly = quarterly[quarterly["kind"] != "disputed"]
    file, years_file = (shown_table(name, folder) for name in (QUARTERLY, ANNUAL))
    if faults := year_to_date_faults(quarterly[quarterly["span"] == "quarter"], file):
        raise DataError(faults)
    if faults := sum_faults(
        sums_against_years(discrete_quarters(quarterly), years), years_file, file
    ):
        raise DataError(faults)


def _with_fiscal_year(table: pd.DataFrame) -> pd.DataFrame:
    """Add fiscal years and line numbers (the header is line 1)."""
    months = [
        COMPANIES[name].fiscal_year_end_month if name in COMPANIES else 12
        for name in table["company"]
    ]
    ends = zip(table["period_end_date"], months, strict=True)
    return table.assign(fiscal_year=[fiscal_year(*end) for end in ends]).set_axis(
        pd.RangeIndex(2, len(table) + 2)
    )


def discrete_quarters(rows: pd.DataFrame) -> pd.DataFrame:
    """Bring printed figures to quarters of three months.

    A year-to-date figure gives the one quarter inside it that is not printed, as the difference;
    where two or more are missing it gives none.

    Parameters
    ----------
    rows : DataFrame
        Printed figures: company, metric, definition, fiscal_year, fiscal_quarter (of the last
        month), span, period_start_date, period_end_date, currency, value_m, kind, source_id.

    Returns
    -------
    DataFrame
        One row per quarter; is_residual: a difference of year-to-date figures, taken here or by
        the source; is_computed: taken here.

    Examples
    --------
    >>> row = dict(company="A", metric="capex", definition="purchases", fiscal_year=2025,
    ...            currency="USD", source_id="s", kind="reported")
    >>> day = pd.Timestamp
    >>> rows = pd.DataFrame([
    ...     row | dict(span="year to date", fiscal_quarter=2, value_m=30.0,
    ...         period_start_date=day("2025-01-01"), period_end_date=day("2025-06-30")),
    ...     row | dict(span="quarter", fiscal_quarter=2, value_m=18.0,
    ...         period_start_date=day("2025-04-01"), period_end_date=day("2025-06-30")),
    ... ])
    >>> quarters = discrete_quarters(rows).sort_values("fiscal_quarter")
    >>> quarters[["fiscal_quarter", "value_m", "is_residual"]].values.tolist()
    [[1, 12.0, True], [2, 18.0, False]]
    """
    columns = [
        *SERIES,
        *("fiscal_year", "fiscal_quarter", "period_start_date", "period_end_date"),
        *("currency", "value_m", "source_id"),
    ]
    is_quarter = rows["span"] == "quarter"
    printed = rows.loc[is_quarter, columns].assign(
        is_residual=rows.loc[is_quarter, "kind"] == "derived", is_computed=False
    )
    places = printed.groupby([*SERIES, "fiscal_year"]).indices
    number, value_m = printed["fiscal_quarter"].to_numpy(int), printed["value_m"].to_numpy(float)
    cumulative = rows[rows["span"] == "year to date"].sort_values("fiscal_quarter")
    residuals = []
    for total in cumulative.to_dict("records"):
        key = tuple(total[name] for name in (*SERIES, "fiscal_year"))
        n_quarters = int(total["fiscal_quarter"])
        inside = [place for place in places.get(key, ()) if number[place] <= n_quarters]
        missing = set(range(1, n_quarters + 1)) - set(number[inside])
        if len(missing) != 1:
            continue
        place = missing.pop()
        start = total["period_start_date"] + pd.DateOffset(months=3 * (place - 1))
        residuals.append(
            {name: total[name] for name in columns}
            | {
                "fiscal_quarter": place,
                "period_start_date": start,
                "period_end_date": start + pd.DateOffset(months=3) - pd.DateOffset(days=1),
                "value_m": total["value_m"] - value_m[inside].sum(),
                "is_residual": True,
                "is_computed": True,
            }
        )
    quarters = pd.concat([printed, pd.DataFrame(residuals)]) if residuals else printed
    return quarters.astype({"fiscal_quarter": int}).reset_index(drop=True)


def _with_lease_principal(quarters: pd.DataFrame) -> pd.DataFrame:
    """Capital expenditure including principal paid on finance leases, where both are printed."""
    keys = ["company", "quarter"]
    own_figure = quarters[quarters["definition"] == "including_lease_principal"][keys]
    principal = quarters.loc[quarters["metric"] == "finance_lease_principal", [*keys, "value_m"]]
    bought = quarters[
        (quarters["metric"] == "capex")
        & quarters["definition"].isin(["purchases", "net_of_proceeds"])
        & quarters["company"].isin(["Meta", "Alphabet"])
    ]
    both = bought.merge(principal, on=keys, suffixes=("", "_principal"))
    both = both.merge(own_figure.assign(is_printed=True), on=keys, how="left")
    return (
        both[both["is_printed"].isna()]
        .assign(
            value_m=lambda frame: frame["value_m"] + frame["value_m_principal"],
            definition="including_lease_principal",
            is_computed=True,
        )
        .drop(columns=["value_m_principal", "is_printed"])
    )


def _without_translation(years: pd.DataFrame, quarters: pd.DataFrame) -> pd.DataFrame:
    """Years with Baidu's cash flow taken back to yuan by its capital expenditure."""
    is_translated = years["definition"] == "usd_convenience"
    printed = years[~is_translated].assign(is_computed=False)
    translated = years[is_translated].pivot_table(
        index=["company", "fiscal_year"], columns="metric", values="value_m"
    )
    bought = quarters[quarters["metric"] == "capex"].groupby(["company", "fiscal_year"])["value_m"]
    in_yuan = bought.sum().where(bought.count() == 4).reindex(translated.index)
    cash_flow = undo_translation(translated["operating_cash_flow"], translated["capex"], in_yuan)
    undone = (
        years[is_translated & (years["metric"] == "operating_cash_flow")]
        .set_index(["company", "fiscal_year"])
        .assign(value_m=cash_flow, currency="CNY", definition="operating", is_computed=True)
        .reset_index()
        .dropna(subset="value_m")
    )
    return pd.concat([printed, undone], ignore_index=True)


def _with_whole_depreciation(years: pd.DataFrame) -> pd.DataFrame:
    """Add D&A where depreciation and amortization are printed apart (Alibaba)."""
    parts = years[years["metric"] == "depreciation_amortization"]
    keys = ["company", "fiscal_year"]
    apart = parts[parts["definition"] == "depreciation"].merge(
        parts.loc[parts["definition"] == "amortization", [*keys, "value_m"]],
        on=keys,
        suffixes=("", "_amortization"),
    )
    whole = apart.assign(
        value_m=apart["value_m"] + apart["value_m_amortization"],
        definition="with_content",
        is_computed=True,
    )
    return pd.concat([years, whole[years.columns]], ignore_index=True)


def undo_translation(
    translated_m: pd.Series, printed_usd_m: pd.Series, printed_cny_m: pd.Series
) -> pd.Series:
    """Undo a convenience translation by a figure that is printed in both currencies.

    Parameters
    ----------
    translated_m : Series
        Figures in USD at the company's own rate, by year.
    printed_usd_m, printed_cny_m : Series
        Another figure of the same reports, in both currencies.

    Returns
    -------
    Series
        The figures in CNY: ``translated x printed CNY / printed USD``.

    Examples
    --------
    >>> year = ["2024"]
    >>> undo_translation(
    ...     pd.Series([2909.0], year), pd.Series([1114.0], year), pd.Series([8134.0], year)
    ... ).round(0).tolist()
    [21240.0]
    """
    return translated_m * printed_cny_m / printed_usd_m
