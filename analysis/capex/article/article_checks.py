"""The article's sums, ratios and growth, recomputed from filings and from its own figures.

Each check says in words what was computed. A printed figure stands when the computed one, rounded
to its last printed digit, is the printed one; a bound ("over", "under") stands when it holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from analysis.capex.filings.fundamentals import Fundamentals, load_fundamentals
from analysis.capex.filings.panel import Panel, build_panel
from analysis.data import load

Verdict: TypeAlias = Literal[
    "stands", "cut, not rounded", "does not follow", "outturn differs", "no figure"
]

PREFIX = "caijing-2025-"
GROUP_US = ("Amazon", "Microsoft", "Alphabet", "Meta", "Oracle")
GROUP_CN = (
    *("ByteDance", "Alibaba", "Tencent", "Baidu"),
    *("China Mobile", "China Telecom", "China Unicom"),
)
EXPECTED_2025 = ("ByteDance", "Alibaba", "Tencent")
OUTTURN = "what 2025 brought; ByteDance by press"


@dataclass(frozen=True)
class ArticleCheck:
    """The article's figures beside recomputed ones.

    Parameters
    ----------
    figures : DataFrame
        Indexed by claim: subject, quantity, period, printed, stated, computed, how, verdict.
        Amounts in USD or CNY, shares as decimals.
    """

    figures: pd.DataFrame

    def counts(self) -> pd.Series:
        """How many figures met with each verdict."""
        return self.figures["verdict"].value_counts().rename("figures")

    def __str__(self) -> str:
        """One line per figure."""
        columns = ["subject", "quantity", "period", "printed", "computed", "verdict", "how"]
        return self.figures[columns].to_string()


def check_article(fundamentals: Fundamentals | None = None) -> ArticleCheck:
    """Recompute every figure of ``caijing-2025`` on capital expenditure.

    Parameters
    ----------
    fundamentals : Fundamentals, optional
        Checked figures, odd quarters assigned by their first month; loaded where not given.

    Returns
    -------
    ArticleCheck
        From filings where they give the figure (on the article's own mixture of definitions,
        Oracle by quarters that begin in the calendar year), and from the article's own figures for
        what it derives from them.
    """
    claims = load("claims")
    claims = claims[claims["source_id"] == "caijing-2025"].set_index("claim_id")
    stated = claims["value_low"]
    fundamentals = fundamentals or load_fundamentals("first month")
    assert fundamentals.quarter_rule == "first month", fundamentals.quarter_rule
    years = build_panel(fundamentals, "article", "year", "USD")
    quarters = build_panel(fundamentals, "article", "quarter", "reported")
    computed = {
        **_amounts(years),
        **_derived_from_its_own(stated),
        **_growth(years, quarters),
        **_rates(fundamentals, years, stated),
    }
    rows = claims.loc[[PREFIX + key for key in computed]]
    figures = rows[["subject", "quantity", "period", "printed", "qualifier"]].assign(
        stated=rows["value_low"],
        computed=[value for value, _ in computed.values()],
        how=[how for _, how in computed.values()],
    )
    judged = ("printed", "stated", "computed", "qualifier")
    verdicts = [judge(*row) for row in zip(*(figures[name] for name in judged), strict=True)]
    figures["verdict"] = [
        "outturn differs" if how == OUTTURN and verdict == "does not follow" else verdict
        for how, verdict in zip(figures["how"], verdicts, strict=True)
    ]
    return ArticleCheck(figures.drop(columns="qualifier"))


def judge(printed: str, stated: float, computed: float, qualifier: str = "") -> Verdict:
    """Say whether a recomputed figure is the printed one.

    Parameters
    ----------
    printed : str
        The figure as printed; it sets the digits to which the computed one is rounded.
    stated : float
        The figure in base units.
    computed : float
        The recomputed figure in base units; missing when there is none.
    qualifier : str
        over or under: the figure is a bound; about: a tenth of it either way is agreement.

    Examples
    --------
    >>> judge("777億美元", 77.7e9, 77.658e9), judge("258%", 2.58, 2.5876)
    ('stands', 'cut, not rounded')
    >>> judge("69%", 0.69, 0.605), judge("15%", 0.15, 0.158, "over")
    ('does not follow', 'stands')
    """
    if not np.isfinite(computed):
        return "no figure"
    if qualifier == "over":
        return "stands" if computed >= stated else "does not follow"
    if qualifier == "under":
        return "stands" if computed < stated else "does not follow"
    unit = max(_last_digit(printed, stated), 0.2 * stated if qualifier == "about" else 0.0)
    if abs(computed - stated) <= unit / 2 * (1 + 1e-9):
        return "stands"
    return "cut, not rounded" if 0 <= computed - stated < unit else "does not follow"


def _last_digit(printed: str, stated: float) -> float:
    """Value of one unit of the last digit of a printed figure."""
    number = re.search(r"[0-9][0-9,]*(?:\.([0-9]+))?", printed)
    if number is None:
        return 1.0  # a count written in Chinese numerals
    digits = float(number[0].replace(",", ""))
    return stated / digits * 10.0 ** -len(number[1] or "")


Computed: TypeAlias = dict[str, tuple[float, str]]


def _capex(panel: Panel, company: str, period: object) -> float:
    key = (company, period)
    return float(panel.frame["capex"].get(key, np.nan))


def _amounts(years: Panel) -> Computed:
    """Capital expenditure of 2024, company by company and summed, in USD."""
    how = {
        "Amazon": "purchases less proceeds and incentives",
        "Microsoft": "purchases and finance leases, calendar year",
        "Alphabet": "purchases",
        "Meta": "purchases net of proceeds, without lease principal",
        "Oracle": "purchases, quarters that begin in the year: March 2024 to February 2025",
        "ByteDance": "a press estimate of 80 bn yuan, at the year's average rate",
        "Alibaba": "purchases, calendar year, at quarterly average rates",
        "Tencent": "accrued additions, at quarterly average rates",
        "Baidu": "purchases, at quarterly average rates",
        "China Mobile": "computing power only, worked back from the plan of 2025",
        "China Telecom": "computing power: no figure found",
        "China Unicom": "computing power: no figure found",
    }
    found: Computed = {}
    for paragraph, group in (("p13", GROUP_US), ("p14", GROUP_CN)):
        for place, company in enumerate(group, start=1):
            value = _capex(years, company, 2024) * 1e6
            found[f"{paragraph}-{place:02d}"] = value, how[company]
    return found


def _derived_from_its_own(stated: pd.Series) -> Computed:
    """Recompute what the article derives, from the figures it prints."""

    def own(*keys: str) -> float:
        return float(sum(stated[PREFIX + key] for key in keys))

    us = own(*(f"p13-{place:02d}" for place in range(1, 6)))
    cn = own(*(f"p14-{place:02d}" for place in range(1, 8)))
    three = own("p14-01", "p14-02", "p14-03")
    return {
        "p13-06": (us, "sum of its five figures"),
        "p14-08": (cn, "sum of its seven figures"),
        "p06-01": (us / cn, "its sums"),
        "p12-01": (us / cn, "its sums"),
        "p17-03": (own("p17-01") / own("p17-02"), "its two revenues"),
        "p32-01": (own("p14-02", "p14-03"), "its two figures"),
        "p33-02": (own("p33-01") / three - 1.0, "51.2 bn over its own 2024 figures, 31.9 bn"),
        "p33-04": (own("p33-03") / us - 1.0, "333.5 bn over its own 258.0 bn"),
        "p39-03": (own("p38-01") * 1000.0 / own("p39-02"), "2 GW over 250 MW"),
    }


def _growth(years: Panel, quarters: Panel) -> Computed:
    """Growth on the year, from filings."""

    def total(companies: tuple[str, ...], year: int) -> float:
        return sum(_capex(years, company, year) for company in companies)

    def on_the_year(company: str) -> float:
        now, then = pd.Period("2024Q4", "Q"), pd.Period("2023Q4", "Q")
        return _capex(quarters, company, now) / _capex(quarters, company, then) - 1.0

    two = ("Alibaba", "Tencent")
    microsoft = _capex(years, "Microsoft", 2024) / _capex(years, "Microsoft", 2023) - 1.0
    sums = "sums of the same definitions, in USD"
    return {
        "p32-02": (total(two, 2024) / total(two, 2023) - 1.0, sums),
        "p32-04": (total(GROUP_US, 2024) / total(GROUP_US, 2023) - 1.0, sums),
        "p32-05": (on_the_year("Tencent"), "accrued additions of the quarter, in yuan"),
        "p32-06": (on_the_year("Alibaba"), "purchases of the quarter, in yuan"),
        "p33-01": (total(EXPECTED_2025, 2025) * 1e6, OUTTURN),
        "p33-03": (total(GROUP_US, 2025) * 1e6, OUTTURN),
        "p62-04": (microsoft, "purchases and finance leases, calendar years"),
    }


def _rates(fundamentals: Fundamentals, years: Panel, stated: pd.Series) -> Computed:
    """Capital expenditure to revenue; for groups, the member nearest to breaking the bound."""
    operators = build_panel(fundamentals, "headline", "year", "reported", GROUP_CN[4:])
    frame = pd.concat([years.frame.drop(index=list(GROUP_CN[4:]), level=0), operators.frame])
    rate = frame["capex"] / frame["revenue"]
    of_2024 = rate.xs(2024, level="period")
    tencent = float(rate[("Tencent", 2024)])
    reported = build_panel(fundamentals, "article", "year", "reported", ("Tencent",)).frame
    revenue_2025 = float(reported["revenue"][("Tencent", 2025)])
    past = rate[(rate.index.get_level_values(1) < 2023) & rate.index.isin(GROUP_CN[4:], level=0)]
    bytedance = stated[PREFIX + "p37-01"] / 80e9 - 1.0
    return {
        "p35-03": (
            tencent * revenue_2025 * 1e6,
            "the rate of 2024 on the revenue that 2025 brought",
        ),
        "p37-02": (bytedance, "160 bn over the press estimate of 80 bn"),
        "p47-02": (
            float(of_2024[["Microsoft", "Meta", "Oracle"]].min()),
            "the lowest of the three",
        ),
        "p48-01": (float(of_2024[list(GROUP_CN[:4])].max()), "the highest of the four"),
        "p48-02": (
            float(of_2024[list(GROUP_CN[4:])].min()),
            "the lowest of the three, on announced capital expenditure, not computing power",
        ),
        "p48-03": (float(past.mean()), "mean of the three, 2019 to 2022, announced"),
        "p62-05": (float(of_2024["Microsoft"]), "purchases and finance leases, calendar year"),
    }
