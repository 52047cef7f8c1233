"""Tables as readers see them: names spelled out, shares as shares, dates as dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.capex.article.averages import DefinitionSearch, search_growth, search_ratio
from analysis.capex.faces.sentences import ORDINARY
from analysis.capex.filings.companies import COMPANIES, CapexBasis, in_order
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import Panel
from analysis.capex.indicators.indicators import INDICATORS, IndicatorTable
from analysis.capex.indicators.scoreboard import NOT_COMPARED, Scoreboard
from analysis.capex.indicators.totals import GROUPS
from analysis.printed.interval import Interval
from analysis.printed.wording import span

NO_FIGURE, OWN_FIGURE = ("no figure",), ("own figure",)
LEAST_HISTORY = 0.9  # of the longest in a country, to be summed with it

MICROSOFT_WINDOWS: Mapping[str, tuple[str, str]] = {
    "calendar 2018 to 2024": ("2018Q1", "2024Q4"),
    "fiscal 2018 to 2024": ("2017Q3", "2024Q2"),
    "calendar 2019 to 2024": ("2019Q1", "2024Q4"),
}


def group_intensity(panel: Panel) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """Sum capital expenditure over summed revenue, by country, of a set that does not change.

    Parameters
    ----------
    panel : Panel
        In one currency.

    Returns
    -------
    intensity : DataFrame
        Indexed by period, one column a country; missing where a member is.
    members : dict of str to list of str
        By country, the companies known for nine tenths of the longest history, and in the newest
        period that two of them have filed.
    """
    both = panel.frame[["capex", "revenue"]].dropna()
    intensity, members = {}, {}
    for group, companies in GROUPS.items():
        rows = both[both.index.get_level_values("company").isin(companies)]
        n_known = rows.groupby("company").size()
        if n_known.empty:
            continue
        in_common = rows.groupby("period").size()
        newest = in_common.index[in_common >= min(2, len(n_known))][-1]
        members[group] = [
            name
            for name in companies
            if n_known.get(name, 0) >= LEAST_HISTORY * n_known.max()
            and (name, newest) in rows.index
        ]
        sums = rows.loc[members[group]].groupby("period").agg(["sum", "count"])
        is_whole = sums[("capex", "count")] == len(members[group])
        intensity[group] = (sums[("capex", "sum")] / sums[("revenue", "sum")])[is_whole]
    return pd.DataFrame(intensity), members


def departures(basis: CapexBasis, companies: Sequence[str]) -> pd.DataFrame:
    """List what stands for capital expenditure of each company on a basis."""
    rows = {
        company: {
            "definition": ", ".join(
                basis.definitions.get(company, NO_FIGURE if company in COMPANIES else OWN_FIGURE)
            ),
            "departs": basis.departures.get(company, ""),
        }
        for company in companies
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("company")
    return table.assign(definition=table["definition"].str.replace("_", " "))


def newest_table(indicators: IndicatorTable, names: Sequence[str]) -> pd.DataFrame:
    """Newest value of several indicators by company, each followed by its percentile."""
    columns: dict[str, pd.Series] = {}
    for name in names:
        newest = indicators.newest(name)
        columns |= {name: newest["value"], f"{name}_percentile": newest["percentile"]}
    table = pd.DataFrame(columns).rename_axis("company")
    return table.reindex(in_order(table.index))


def scoreboard_table(board: Scoreboard, indicator: str) -> pd.DataFrame:
    """One indicator of a scoreboard, by company that has a figure or a verdict of the article.

    Returns
    -------
    DataFrame
        Then, the newest quarter with its verdict, and four quarters with theirs; ``flag`` only
        where a net income is unusual.
    """
    rows = board.rows.reset_index().query("indicator == @indicator").set_index("company")
    is_known = rows["value_2024"].notna() | rows["value"].notna() | rows["quarter_value"].notna()
    is_judged = rows["article_verdict"] != NOT_COMPARED
    columns = [
        *("value_2024", "article_verdict", "quarter_value", "reading", "reading_period"),
        *("value", "reading_four_quarters", "period", "percentile"),
    ]
    table = rows.loc[is_known | is_judged].assign(flag=rows["flag"].fillna("").map(ORDINARY))
    shown = [*columns, "flag"] if indicator == "da_to_net_income" else columns
    return table[shown]


SCOREBOARD_LABELS: Mapping[str, str] = {
    "company": "Company",
    "value_2024": "2024",
    "article_verdict": "Article, April 2025",
    "quarter_value": "Newest quarter",
    "reading": "Verdict",
    "reading_period": "As of",
    "value": "Four quarters",
    "reading_four_quarters": "Verdict on four",
    "period": "To",
    "percentile": "Percentile",
    "flag": "Net income",
}


def article_table(figures: pd.DataFrame, audited: pd.DataFrame) -> pd.DataFrame:
    """Figures of the article on capital expenditure, with the audit's verdicts.

    How a figure was computed is said of the check that the audit passed, which is not always the
    one by filings.

    Parameters
    ----------
    figures : DataFrame
        What filings give (:func:`~analysis.capex.article.article_figures.article_figures`).
    audited : DataFrame
        The article's claims as audited (``analysis.claims.audit(...).claims``).
    """
    words = audited["subject"] + audited["quantity"]
    rows = audited[words.str.contains("capital expenditure") & audited["check"].ne("")]
    computed = [
        span(row["recomputed_low"], row["recomputed_high"], row["unit"])
        for row in rows.to_dict("records")
    ]
    is_filed = rows["check"].str.contains("article(", regex=False)
    how = figures["how"].reindex(rows.index).where(is_filed)
    how = how.fillna(rows["because"].where(rows["because"].ne("")))
    table = pd.DataFrame(
        {
            "subject": rows["subject"],
            "what": rows["quantity"] + rows["period"].radd(" ").str.rstrip(),
            "printed": rows["printed"],
            "computed": computed,
            "verdict": rows["verdict"],
            "how": how.fillna(rows["check"]),
        }
    )
    return table.set_axis(rows.index.str[-6:].rename("claim"))


def microsoft_averages(
    fundamentals: Fundamentals, growth: Interval, rate: Interval
) -> tuple[DefinitionSearch, DefinitionSearch]:
    """Search for the definitions behind Microsoft's printed averages.

    Parameters
    ----------
    fundamentals : Fundamentals
        Checked figures.
    growth, rate : Interval
        What the printed average growth, and average capital expenditure to revenue, stand for.
    """
    rows = fundamentals.quarters[fundamentals.quarters["company"] == "Microsoft"]

    def series(metric: str, definition: str) -> pd.Series:
        chosen = rows[(rows["metric"] == metric) & (rows["definition"] == definition)]
        return chosen.set_index("quarter")["value_m"].sort_index()

    measures = {
        "with finance leases": series("capex", "including_finance_leases"),
        "purchases": series("capex", "purchases"),
    }
    revenue = series("revenue", "revenue")
    return (
        search_growth(measures, MICROSOFT_WINDOWS, growth),
        search_ratio(measures, revenue, MICROSOFT_WINDOWS, rate),
    )


def literal_growth(search: DefinitionSearch) -> float:
    """Average what the article names: 28 growth rates of quarters on those a year before."""
    tried = search.tried
    is_literal = (
        (tried["measure"] == "with finance leases")
        & (tried["window"] == "calendar 2018 to 2024")
        & (tried["quantity"] == "quarter on the quarter a year before")
        & (tried["average"] == "mean")
    )
    return float(tried.loc[is_literal, "value"].iloc[0])


def checks_table(fundamentals: Fundamentals) -> pd.DataFrame:
    """How many years were compared with their four quarters, by company."""
    by_company = fundamentals.sums.groupby("company")
    table = pd.DataFrame(
        {
            "n_years": by_company.size(),
            "n_independent": by_company["is_independent"].sum(),
            "greatest_difference_m": by_company["difference_m"].agg(
                lambda differences: float(differences.abs().max())
            ),
        }
    )
    return table.reindex(in_order(table.index))


def indicator_formulas(names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Label, formula and meaning of indicators, for the equations of a notebook."""
    return [
        (name.replace("_", "-"), INDICATORS[name].formula, INDICATORS[name].label) for name in names
    ]


def newest_rate(panel: Panel, group: str) -> float:
    """Newest capital expenditure over revenue of a country (:func:`group_intensity`)."""
    intensity, _ = group_intensity(panel)
    known = intensity[group].dropna() if group in intensity else pd.Series(dtype=float)
    return float(known.iloc[-1]) if len(known) else float("nan")


def shares_in_words(intensity: pd.DataFrame) -> str:
    """Newest share of each country with its period.

    Examples
    --------
    >>> shares_in_words(pd.DataFrame({"the US": [0.31], "China": [0.15]}, ["2026Q2"]))
    '31% in the US (to 2026Q2), 15% in China (to 2026Q2)'
    """
    known = {name: column.dropna() for name, column in intensity.items()}
    parts = [
        f"{column.iloc[-1]:.0%} in {name} (to {column.index[-1]})"
        for name, column in known.items()
        if len(column)
    ]
    return ", ".join(parts) or "not known on this definition"


def alt_then_and_now(indicators: IndicatorTable, indicator: str, line: float) -> str:
    """Say what the overview shows: who stands beyond the line, then and now, and who is highest."""
    wide = indicators.wide(indicator)
    now = wide.ffill().iloc[-1].dropna().sort_values(ascending=False)
    periods = wide.index[[str(period) <= "2024Q4" for period in wide.index]]
    then = wide.loc[periods].ffill().iloc[-1] if len(periods) else now * np.nan
    return (
        f"One line per company from its {INDICATORS[indicator].label} at the end of 2024 (hollow) "
        f"to the newest value (full). {int((now >= line).sum())} of {len(now)} now stand beyond "
        f"the dashed {line:.0%}, {int((then >= line).sum())} did then; {now.index[0]} is "
        f"highest with {now.iloc[0]:.0%}, {now.index[-1]} lowest with {now.iloc[-1]:.0%}."
    )


def alt_small_panels(indicators: IndicatorTable, indicator: str) -> str:
    """Say what the panels show: how many companies stand at their highest."""
    newest = indicators.newest(indicator)
    at_most = newest.index[newest["percentile"] == 1.0]
    return (
        f"One small panel per company with its {INDICATORS[indicator].label} over time, US "
        f"companies in blue, Chinese in orange, each on its own scale. {len(at_most)} of "
        f"{len(newest)} stand at their highest: {', '.join(map(str, at_most)) or 'none'}."
    )


def saved_by_period(figures: pd.Series) -> dict[str, float]:
    """Key figures by period as results are saved, without those that are missing.

    Examples
    --------
    >>> saved_by_period(pd.Series({2025: 0.5, "2026H1": 0.25}))
    {'in_2025': 0.5, 'in_2026h1': 0.25}
    """
    return {f"in_{period}".lower(): float(value) for period, value in figures.dropna().items()}


def saved_of_own(board: Scoreboard, indicator: str) -> dict[str, dict[str, float]]:
    """Return the newest quarter of an indicator of own companies, to be saved, in their order."""
    rows = board.rows.xs(indicator, level="indicator")
    is_own = rows.index.get_level_values("country") == "own"
    values = rows[is_own]["quarter_value"].dropna()
    kept = {f"own_{at}": float(value) for at, value in enumerate(values, start=1)}
    return {f"{indicator}_of_own": kept} if kept else {}


def saved_by_company(figures: pd.Series) -> dict[str, float]:
    """Key figures by company as results are saved, without those that are missing.

    Examples
    --------
    >>> saved_by_company(pd.Series({"Meta": 0.5, "Oracle": float("nan")}))
    {'meta': 0.5}
    """
    return {str(company).lower(): float(value) for company, value in figures.dropna().items()}
