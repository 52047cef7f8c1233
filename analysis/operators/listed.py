"""Listed operators side by side: abroad, in China, and what debt costs by who services it."""

from __future__ import annotations

import pandas as pd

from analysis.printed.book import Book
from analysis.units import MONTHS_PER_YEAR

MONTHS_OF_SPAN = {"quarter": 3, "half": 6, "year": 12}
COMPUTING = {
    "Sharetronic (协创数据)": ("2025H1", "sharetronic-2025h1-computing"),
    "Litong (利通电子)": ("2025H1", "litong-2025h1-computing"),
    "Capitalonline (首都在线)": ("2025H1", "capitalonline-2025h1-computing"),
    "Hainan Huatie (海南华铁)": ("2025H1", "huatie-2025h1-computing"),
    "Hainan Huatie (海南华铁), of 2024": ("2024", "huatie-2024-computing"),
    "Zhongbei (中贝通信)": ("2025Q1", "zhongbei-2025q1-computing"),
    "Zhongbei (中贝通信), of 2024": ("2024", "zhongbei-2024-computing"),
}
"""By operator: period, and the figure of revenue; its margins have names that begin with it."""


def abroad(figures: pd.DataFrame) -> pd.DataFrame:
    """Tabulate operators abroad, each in the newest period that it prints.

    Of periods that end on one day the one with most figures is taken. A ratio whose parts are not
    both printed of that very period is missing; nothing is carried over from another.

    Parameters
    ----------
    figures : DataFrame
        The table ``operator_figures``.

    Returns
    -------
    DataFrame
        Index ``operator``; columns ``period``, ``revenue_usd_m``, ``operating_margin``,
        ``da_to_revenue``, ``interest_to_revenue``, ``net_margin`` (shares of revenue, losses below
        zero), ``backlog_usd_bn`` and ``backlog_years`` (of revenue at the period's pace),
        ``largest_share`` (of revenue, or of the backlog where only that is known),
        ``computing_share`` (of revenue, where part of it is from elsewhere), ``server_life_years``.

    Examples
    --------
    >>> from analysis import data
    >>> found = abroad(data.load("operator_figures"))
    >>> round(float(found.loc["CoreWeave", "interest_to_revenue"]), 3)
    0.249
    """
    return (
        pd.DataFrame(
            {str(name): _newest(rows) for name, rows in figures.groupby("operator", sort=False)}
        )
        .T.infer_objects()
        .rename_axis("operator")
    )


def _newest(rows: pd.DataFrame) -> dict[str, object]:
    flows = rows[rows["span"] != "day"]
    end = flows["period_end_date"].max()
    last = flows[flows["period_end_date"] == end]
    months = last["span"].map(MONTHS_OF_SPAN)
    counts = last.groupby(months)["quantity"].count()
    n_months = int(counts[counts == counts.max()].index.max())
    flow = last[months == n_months].set_index("quantity")["value"]
    stock = (
        rows[rows["span"] == "day"]
        .sort_values("period_end_date")
        .groupby("quantity")["value"]
        .last()
    )

    def share(quantity: str) -> float:
        return float(flow.get(quantity, float("nan")) / flow["revenue"])

    backlog = float(stock.get("backlog", float("nan")))
    largest = float(stock.get("largest_customer_backlog", float("nan")))
    of_backlog = largest / float(stock.get("company_backlog", backlog))
    return {
        "period": period_name(end, n_months),
        "revenue_usd_m": float(flow["revenue"]),
        "operating_margin": share("operating_income"),
        "da_to_revenue": share("depreciation_amortization"),
        "interest_to_revenue": share("interest_expense"),
        "net_margin": share("net_income"),
        "backlog_usd_bn": backlog / 1e3,
        "backlog_years": backlog / (float(flow["revenue"]) * MONTHS_PER_YEAR / n_months),
        "largest_share": float(stock.get("largest_customer_share", of_backlog)),
        "computing_share": share("computing_revenue"),
        "server_life_years": float(stock.get("server_life_years", float("nan"))),
    }


def period_name(end: pd.Timestamp, n_months: int) -> str:
    """Name a period by its calendar quarter or half, else by its length and last month.

    Examples
    --------
    >>> period_name(pd.Timestamp("2026-06-30"), 6), period_name(pd.Timestamp("2026-08-31"), 3)
    ('2026H1', '3 months to 2026-08')
    """
    if n_months == MONTHS_OF_SPAN["quarter"] and end.month % n_months == 0:
        return f"{end.year}Q{end.month // n_months}"
    if n_months == MONTHS_OF_SPAN["half"] and end.month % n_months == 0:
        return f"{end.year}H{end.month // n_months}"
    return f"{n_months} months to {end:%Y-%m}"


def in_china(book: Book) -> pd.DataFrame:
    """Tabulate the computing business of listed companies in China.

    Parameters
    ----------
    book : Book
        Claims and outcomes.

    Returns
    -------
    DataFrame
        Index ``operator``; columns ``period``, ``revenue_cny_m``, ``gross_margin`` and
        ``net_margin``, of the computing business alone, NaN where not printed.
    """

    def printed(name: str) -> float:
        return book.named(name).value if name in book.figures else float("nan")

    rows = {
        operator: (
            period,
            book.named(name).value / 1e6,
            printed(f"{name}-gross-margin"),
            printed(f"{name}-net-profit") / book.named(name).value,
        )
        for operator, (period, name) in COMPUTING.items()
    }
    columns = ["period", "revenue_cny_m", "gross_margin", "net_margin"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("operator")


def debt_by_credit(loans: pd.DataFrame, *, borrower: str = "") -> pd.DataFrame:
    """Tabulate what debt costs by the credit that services it.

    Parameters
    ----------
    loans : DataFrame
        The table ``operator_loans``; disputed rows are left out.
    borrower : str
        Of this borrower alone; all where empty.

    Returns
    -------
    DataFrame
        Index ``credit_class``; columns ``n_loans``, ``spread_low_bp`` and ``spread_high_bp`` (over
        SOFR, of loans whose rate floats), ``rate_low`` and ``rate_high`` (fixed rates, per year,
        decimals), NaN where there is none.
    """
    of_it = loans[(loans["kind"] != "disputed") & (loans["credit_class"] != "not stated")]
    if borrower:
        of_it = of_it[of_it["borrower"] == borrower]
    floats, fixed = of_it["rate_basis"] == "SOFR", of_it["rate_basis"] == "fixed"
    spread, rate = of_it["spread_bp"].where(floats), of_it["rate"].where(fixed)
    by = of_it["credit_class"]
    return pd.DataFrame(
        {
            "n_loans": by.groupby(by).count(),
            "spread_low_bp": spread.groupby(by).min(),
            "spread_high_bp": spread.groupby(by).max(),
            "rate_low": rate.groupby(by).min(),
            "rate_high": rate.groupby(by).max(),
        }
    ).rename_axis("credit_class")
