"""The United States against China: totals by definition, coverage, and a dated scoreboard."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.capex.filings.companies import CN_COMPANIES, COMPANIES, OPERATORS, US_COMPANIES
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import Panel, build_panel
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
        for name in ("ByteDance", "Alibaba", "Tencent", "Baidu", *OPERATORS)
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


def totals_by_definition(fundamentals: Fundamentals, year: int = 2024) -> pd.DataFrame:
    """Sum capital expenditure by country on several definitions, and take the ratio.

    Parameters
    ----------
    fundamentals : Fundamentals
        Checked figures.
    year : int
        Calendar year.

    Returns
    -------
    DataFrame
        Indexed by definition: us_usd_bn, cn_usd_bn, ratio, cn_missing (companies without a figure,
        which are not in the sum).
    """
    article, bought = "article", "purchases"
    panels = {
        basis: build_panel(fundamentals, basis, "year", "USD").between(year, year)
        for basis in (article, bought, "headline")
    }

    def capex(basis: str, companies: tuple[str, ...]) -> pd.Series:
        return panels[basis].frame["capex"].droplevel("period").reindex(companies)

    private = ("ByteDance",)
    internet = tuple(name for name in CN_COMPANIES if name not in (*OPERATORS, *private))
    press = capex(article, private)
    rows = {
        "the article's mixture": (capex(article, US_COMPANIES), capex(article, CN_COMPANIES)),
        "purchases; operators' whole announced spending": (
            capex(bought, US_COMPANIES),
            pd.concat([press, capex(bought, internet), capex("headline", OPERATORS)]),
        ),
        "purchases; without operators": (
            capex(bought, US_COMPANIES),
            pd.concat([press, capex(bought, internet)]),
        ),
        "purchases; listed internet companies only": (
            capex(bought, US_COMPANIES),
            capex(bought, internet),
        ),
    }
    table = {
        name: {
            "us_usd_bn": us.sum(min_count=len(us)) / 1e3,
            "cn_usd_bn": cn.sum() / 1e3,
            "ratio": us.sum(min_count=len(us)) / cn.sum(),
            "cn_missing": ", ".join(cn.index[cn.isna()]),
        }
        for name, (us, cn) in rows.items()
    }
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("definition")


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
        value, percentile (in its own history), n_history, reading, flag.
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
        beyond (the article's numbers); of the two others ``covered`` below 1, ``not covered`` from
        1 on; ``undefined`` where a net income is not positive.
    """
    quarters = build_panel(fundamentals, basis, "quarter", "reported")
    trailing = compute_indicators(build_panel(fundamentals, basis, "ttm", "reported"), quarters)
    yearly = compute_indicators(build_panel(fundamentals, basis, "year", "reported"), quarters)
    article = compute_indicators(build_panel(fundamentals, "article", "year", "reported"))
    rows = {}
    for indicator in SCORED:
        newest = _newest(trailing, yearly, indicator)
        for company in COMPANIES:
            then = yearly.ratios[indicator].get((company, 2024), float("nan"))
            if pd.isna(then) and company == "ByteDance":
                then = article.ratios[indicator].get((company, 2024), float("nan"))
            verdict, paragraph = ARTICLE_VERDICTS.get((company, indicator), (NOT_COMPARED, None))
            rows[(COMPANIES[company].country, company, indicator)] = {
                "value_2024": then,
                "article_verdict": verdict,
                "paragraph": paragraph,
                **newest.get(company, {}),
            }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["country", "company", "indicator"])
    names = table.index.get_level_values("indicator")
    table["reading"] = [
        reading(*pair) for pair in zip(names, table["value"].astype(float), strict=True)
    ]
    table = table.astype({"paragraph": "Int64"})
    known = table.dropna(subset=["value_2024", "value"]).groupby(["country", "indicator"])
    groups = known.agg(
        median_2024=("value_2024", "median"), median=("value", "median"), n=("value", "count")
    )
    return Scoreboard(table, groups)


def reading(indicator: str, value: float) -> str:
    """Read one value against the article's numbers, or against one.

    Examples
    --------
    >>> reading("capex_to_revenue", 0.18), reading("da_to_net_income", 1.2)
    ('above usual', 'not covered')
    """
    if pd.isna(value):
        return "no figure"
    if indicator == "capex_to_revenue":
        return "usual" if value < ABOVE_USUAL else "above usual" if value < HIGH else "high"
    return "covered" if value < WHOLE else "not covered"


def _newest(
    trailing: IndicatorTable, yearly: IndicatorTable, indicator: str
) -> dict[str, dict[str, object]]:
    """Newest trailing value by company; the newest year's where no four quarters are known."""
    newest: dict[str, dict[str, object]] = {}
    for table in (yearly, trailing):
        for company, row in table.newest(indicator).to_dict("index").items():
            flag = table.flags["net_income_flag"].get((company, row["period"]), "")
            newest[str(company)] = {
                **{str(name): value for name, value in row.items()},
                "period": str(row["period"]),
                "flag": flag if indicator == "da_to_net_income" else "",
            }
    return newest
