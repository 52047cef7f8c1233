"""Leases: capital expenditure with and without those signed and not begun.

Such a lease is on no balance sheet and in no definition of capital expenditure. Its payments run
over the lease's term, and are printed undiscounted, so that it is less than what a purchase of the
same building would cost by the interest and the running costs in the rent.
"""

from __future__ import annotations

import pandas as pd

from analysis.capex.filings.companies import US_COMPANIES
from analysis.capex.filings.fundamentals import Fundamentals
from analysis.capex.filings.panel import build_panel

SEPARATOR = " + "


def capex_with_leases(
    fundamentals: Fundamentals, disclosures: pd.DataFrame, years_to_begin: float = 3.0
) -> pd.DataFrame:
    """Put leases not commenced beside the capital expenditure of the four quarters before.

    Parameters
    ----------
    fundamentals : Fundamentals
        Checked figures.
    disclosures : DataFrame
        The table ``disclosures``.
    years_to_begin : float
        Years over which the leases begin, evenly. Nobody prints it: an assumption.

    Returns
    -------
    DataFrame
        Indexed by subject (a company, or companies joined by " + "): as_of (quarter), capex_bn (of
        four quarters, purchases), leases_bn, years_of_capex (their ratio), capex_to_revenue, and
        with_leases_to_revenue, with the leases that begin in a year added. Billion USD, decimals.

    Examples
    --------
    With capital expenditure of 100, revenue of 400 and leases of 60 that begin over three years:
    (100 + 60 / 3) / 400 = 0.30 instead of 0.25.
    """
    panel = build_panel(fundamentals, "purchases", "ttm", "USD", US_COMPANIES).frame
    leases = disclosures[disclosures["quantity"] == "leases_not_commenced"]
    rows = {}
    for row in leases.to_dict("records"):
        quarter = pd.Period(row["as_of_date"], "Q")
        members = str(row["subject"]).split(SEPARATOR)
        both = panel[["capex", "revenue"]].reindex([(name, quarter) for name in members])
        capex, revenue = both.sum(min_count=len(members)) / 1e3
        rows[row["subject"]] = {
            "as_of": str(quarter),
            "capex_bn": capex,
            "leases_bn": row["value_usd_bn"],
            "years_of_capex": row["value_usd_bn"] / capex,
            "capex_to_revenue": capex / revenue,
            "with_leases_to_revenue": (capex + row["value_usd_bn"] / years_to_begin) / revenue,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("subject")
