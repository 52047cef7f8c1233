"""Scoreboard of the United States against China: coverage, and verdicts that have a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.capex.filings.companies import NETWORK_OPERATORS, US_COMPANIES
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import Frequency, Panel, build_panel
from analysis.capex.indicators.indicators import IndicatorTable, compute_indicators

SCORED = ("capex_to_revenue", "capex_to_ocf", "da_to_net_income")

ARTICLE_VERDICTS: dict[tuple[str, str], tuple[str, int]] = {
    ("Amazon", "capex_to_revenue"): ("healthy", 47),
    ("Microsoft", "capex_to_revenue"): ("unsustainable", 47),
    ("Alphabet", "capex_to_revenue"): ("healthy", 47),
    ("Meta", "capex_to_revenue"): ("unsustainable", 47),
    ("Oracle", "capex_to_revenue"): ("unsustainable", 47),
    **{
        (name, "capex_to_revenue"): ("healthy", 48)
        for name in ("ByteDance", "Alibaba", "Tencent", "Baidu", *NETWORK_OPERATORS)
    },
    **{
        (name, indicator): ("carried for now", 50)
        for name in US_COMPANIES
        for indicator in ("capex_to_ocf", "da_to_net_income")
    },
}
"""The article's verdict on 2024, with the paragraph it stands in."""

NOT_COMPARED = "not compared"

ABOVE_USUAL, HIGH, WHOLE = 0.15, 0.20, 1.0

FREQUENCIES: tuple[Frequency, ...] = ("quarter", "ttm", "year")


def coverage(panel: Panel) -> pd.DataFrame:
    """Test the statement that cash flow always exceeded capex, and net income D&A.

    Parameters
    ----------
    panel : Panel
        Periods to test.

    Returns
    -------
    DataFrame
        Indexed by company: n_cash_flow and n_net_income (periods tested), and the periods in which
        operating cash flow did not exceed capital expenditure (cash_flow_below) or net income not
        depreciation (net_income_below), joined by commas.
    """
    pairs = {
        "cash_flow": ("operating_cash_flow", "capex"),
        "net_income": ("net_income", "depreciation_amortization"),
    }
    columns = {}
    for name, (cover, covered) in pairs.items():
        both = panel.frame[[cover, covered]].dropna()
        is_below = both[cover] <= both[covered]
        columns[f"n_{name}"] = both.groupby("company").size()
        below = is_below.index[is_below].to_frame(index=False).astype(str)
        columns[f"{name}_below"] = below.groupby("company")["period"].agg(", ".join)
    table = pd.DataFrame(columns)
    return table.fillna({"cash_flow_below": "", "net_income_below": ""})


@dataclass(frozen=True)
class Scoreboard:
    """The article's three indicators, then and now.

    Parameters
    ----------
    rows : DataFrame
        Indexed by country, company and indicator: value_2024, article_verdict, paragraph, period,
        value, percentile (in its own history), n_history, flag of the newest four quarters;
        quarter and quarter_value, the newest single quarter; reading and reading_period, the
        verdict and what it is passed on; reading_four_quarters.
    groups : DataFrame
        Indexed by country and indicator: median_2024, median, n_2024, n, newest values only of
        companies that have both.
    """

    rows: pd.DataFrame
    groups: pd.DataFrame

    def __str__(self) -> str:
        """Render both tables."""
        return f"{self.rows.round(3).to_string()}\n\n{self.groups.round(3).to_string()}"


def build_scoreboard(fundamentals: Fundamentals, basis: str = "purchases") -> Scoreboard:
    """Put the newest trailing four quarters beside 2024 and the article's verdict.

    Parameters
    ----------
    fundamentals : Fundamentals
        Checked figures.
    basis : str
        Basis of capital expenditure.

    Returns
    -------
    Scoreboard
        A reading of capex/revenue is ``usual`` below 15 %, ``above usual`` to 20 %, ``high``
        beyond (the article's numbers); of the two others ``below 1`` or ``1 or
        more``. It is passed on the newest period for which the ratio is known: the newest quarter,
        or the newest year where no quarter is newer. The reading of four quarters stands beside
        it, since one quarter has its season.
    """
    panels = {
        frequency: build_panel(fundamentals, basis, frequency, "reported")
        for frequency in FREQUENCIES
    }
    quarters = panels["quarter"]
    by_frequency = {name: compute_indicators(one, quarters) for name, one in panels.items()}
    yearly = by_frequency["year"]
    article = compute_indicators(build_panel(fundamentals, "article", "year", "reported"))
    rows = {}
    for indicator in SCORED:
        four = _newest((yearly, by_frequency["ttm"]), indicator)
        for company, about in fundamentals.companies.items():
            then = yearly.ratios[indicator].get((company, 2024), float("nan"))
            if pd.isna(then) and company == "ByteDance":
                then = article.ratios[indicator].get((company, 2024), float("nan"))
            verdict, paragraph = ARTICLE_VERDICTS.get((company, indicator), (NOT_COMPARED, None))
            rows[(about.country, company, indicator)] = {
                "value_2024": then,
                "article_verdict": verdict,
                "paragraph": paragraph,
                **four.get(company, {}),
                **_newest_quarter(by_frequency["quarter"], company, indicator),
            }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["country", "company", "indicator"])
    table = _judged(table).astype({"paragraph": "Int64"})
    known = table.dropna(subset=["value_2024", "value"]).groupby(["country", "indicator"])
    groups = known.agg(
        median_2024=("value_2024", "median"), median=("value", "median"), n=("value", "count")
    )
    return Scoreboard(table, groups)


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """Pass a verdict on the newest period known, and one on the newest four quarters."""
    names = table.index.get_level_values("indicator")
    is_newer = table["quarter"].fillna("") >= table["period"].fillna("")
    value = table["quarter_value"].where(is_newer, table["value"])
    return table.assign(
        reading=[reading(*pair) for pair in zip(names, value.astype(float), strict=True)],
        reading_period=table["quarter"].where(is_newer, table["period"]),
        reading_four_quarters=[
            reading(*pair) for pair in zip(names, table["value"].astype(float), strict=True)
        ],
    )


def reading(indicator: str, value: float) -> str:
    """Read one value against the article's numbers, or against one.

    Examples
    --------
    >>> reading("capex_to_revenue", 0.18), reading("da_to_net_income", 1.2)
    ('above usual', '1 or more')
    """
    if pd.isna(value):
        return "no figure"
    if indicator == "capex_to_revenue":
        return "usual" if value < ABOVE_USUAL else "above usual" if value < HIGH else "high"
    return "below 1" if value < WHOLE else "1 or more"


def _newest(tables: Sequence[IndicatorTable], indicator: str) -> dict[str, dict[str, object]]:
    """Newest value by company of the last table that has one."""
    newest: dict[str, dict[str, object]] = {}
    for table in tables:
        for company, row in table.newest(indicator).to_dict("index").items():
            flag = table.flags["net_income_flag"].get((company, row["period"]), "")
            newest[str(company)] = {
                **{str(name): value for name, value in row.items()},
                "period": str(row["period"]),
                "flag": flag if indicator == "da_to_net_income" else "",
            }
    return newest


def _newest_quarter(quarterly: IndicatorTable, company: str, indicator: str) -> dict[str, object]:
    """Newest quarter in which both parts of a ratio are known, and the ratio in it."""
    ratios = quarterly.ratios[indicator]
    known = ratios[ratios.index.get_level_values("company") == company].dropna()
    if known.empty:
        return {"quarter": None, "quarter_value": float("nan")}
    return {"quarter": str(known.index[-1][1]), "quarter_value": float(known.iloc[-1])}
