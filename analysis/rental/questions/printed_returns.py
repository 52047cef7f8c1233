"""The return table that `sihan-2025` prints, as figures to be reproduced."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis.arrays import Floats
from analysis.printed.precision import half_unit


class PrintedReturns(NamedTuple):
    """Figures of the printed return table, and how finely each is printed.

    Parameters
    ----------
    straight_line_margins : ndarray, shape (5,)
        Net margins of years 1 to 5, decimals.
    accelerated_profit_cny : float
        Net profit of year 1 in the column called double-declining balance, CNY.
    accelerated_margins : ndarray, shape (4,)
        Net margins of years 2 to 5 in that column, decimals.
    payback_years : float
        Payback, years.
    margin_half_unit, profit_half_unit_cny, payback_half_unit_years : float
        Half of the last printed digit of each kind of figure.
    claim_ids : tuple of str
        Where the figures stand in the ledger.
    """

    straight_line_margins: Floats
    accelerated_profit_cny: float
    accelerated_margins: Floats
    payback_years: float
    margin_half_unit: float
    profit_half_unit_cny: float
    payback_half_unit_years: float
    claim_ids: tuple[str, ...]

    @property
    def n_figures(self) -> int:
        """Number of printed figures."""
        return len(self.claim_ids)


def printed_returns(claims: pd.DataFrame) -> PrintedReturns:
    """Select the printed return table from the ledger of claims.

    Parameters
    ----------
    claims : DataFrame
        ``analysis.data.load("claims")``.

    Returns
    -------
    PrintedReturns
        The eleven figures, with the precision that each kind is printed to.
    """
    own = claims[(claims["source_id"] == "sihan-2025") & (claims["kind"] == "derived")]
    straight = own[own["subject"].str.contains("straight-line")].sort_values("period")
    accelerated = own[own["subject"].str.contains("accelerated")].sort_values("period")
    profit = accelerated[accelerated["quantity"] == "net profit"]
    margins = accelerated[accelerated["quantity"] == "net margin"]
    payback = own[own["quantity"] == "payback"]
    selected = pd.concat([straight, profit, margins, payback])
    assert (len(straight), len(profit), len(margins), len(payback)) == (5, 1, 4, 1)
    return PrintedReturns(
        straight_line_margins=straight["value_low"].to_numpy(dtype=float),
        accelerated_profit_cny=float(profit["value_low"].iloc[0]),
        accelerated_margins=margins["value_low"].to_numpy(dtype=float),
        payback_years=float(payback["value_low"].iloc[0]),
        margin_half_unit=_half_unit(margins),
        profit_half_unit_cny=_half_unit(profit),
        payback_half_unit_years=_half_unit(payback),
        claim_ids=tuple(selected["claim_id"]),
    )


def _half_unit(rows: pd.DataFrame) -> float:
    row = rows.iloc[0]
    return half_unit(row["printed"], row["value_low"])
