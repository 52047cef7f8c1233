"""Revenue needed by the depreciation still to come, beside what AI is said to bring in.

Depreciation of ``D`` more a year needs revenue of at least ``D`` if everything else were free, and
of ``D / m`` if each dollar of revenue leaves ``m`` in cash before capital expenditure, as the
revenue of the companies does now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.capex.filings.panel import Panel
from analysis.capex.wave.projection import BASE_YEAR, TEST_YEARS, Projection

QUARTERS_OF_A_RATE = 4


@dataclass(frozen=True)
class NeededRevenue:
    """Depreciation to come, the revenue it asks for, and AI revenue as printed; billion USD a year.

    Parameters
    ----------
    da_base_bn, da_end_bn : float
        D&A of the base year and of the last test year, summed, middle of the band.
    extra_low_bn, extra_high_bn : float
        5th and 95th percentile of the rise, over draws.
    cash_margin : float
        Operating cash flow over revenue of the newest four quarters, summed, decimal.
    as_of : str
        Last of those quarters.
    ai_revenue_bn : float
        Run rates of AI revenue that companies print, summed; lower bounds.
    ai_revenue_upper_bn : float
        The same with all revenue of cloud infrastructure where AI is not printed apart.
    ai_as_of : str
        Newest day of a run rate.
    """

    da_base_bn: float
    da_end_bn: float
    extra_low_bn: float
    extra_high_bn: float
    cash_margin: float
    as_of: str
    ai_revenue_bn: float
    ai_revenue_upper_bn: float
    ai_as_of: str

    @property
    def extra_bn(self) -> float:
        """Rise of D&A: the least revenue that it asks for."""
        return self.da_end_bn - self.da_base_bn

    @property
    def revenue_bn(self) -> float:
        """Revenue that leaves the rise of D&A in cash, at today's margin."""
        return self.extra_bn / self.cash_margin

    @property
    def times_ai_revenue(self) -> float:
        """Least revenue needed over AI revenue as printed; missing where none is."""
        return self.extra_bn / self.ai_revenue_bn if self.ai_revenue_bn else float("nan")

    @property
    def is_known(self) -> bool:
        """Whether any company with accounts in dollars is there."""
        return self.da_base_bn > 0.0

    def sentence(self) -> str:
        """Say how the rise compares with AI revenue, and what it asks for."""
        if not self.is_known:
            return "No company with accounts in dollars is shown."
        asks = (
            f"At the cash margin of the four quarters to {self.as_of}, {self.cash_margin:.0%}, the "
            f"rise asks for {self.revenue_bn:,.0f} bn USD of new revenue a year."
        )
        if not self.ai_revenue_bn:
            return asks
        return f"The rise alone is {self.times_ai_revenue:.0f} times the AI revenue printed. {asks}"

    def saved(self) -> dict[str, float]:
        """Key figures as results are saved; none where nothing is known."""
        if not self.is_known:
            return {}
        return {
            "depreciation_2025_usd_bn": self.da_base_bn,
            "depreciation_2029_usd_bn": self.da_end_bn,
            "revenue_needed_usd_bn": self.revenue_bn,
            "ai_revenue_printed_usd_bn": self.ai_revenue_bn,
        }

    def table(self) -> pd.DataFrame:
        """One row a figure: value in billion USD, as_of."""
        end = str(TEST_YEARS[-1])
        rows = {
            f"depreciation of {BASE_YEAR}": (self.da_base_bn, str(BASE_YEAR)),
            f"depreciation of {end}, middle": (self.da_end_bn, end),
            "rise, middle": (self.extra_bn, end),
            "rise, 5th percentile": (self.extra_low_bn, end),
            "rise, 95th percentile": (self.extra_high_bn, end),
            "revenue needed at today's cash margin": (self.revenue_bn, end),
            "AI revenue a year, as printed": (self.ai_revenue_bn, self.ai_as_of),
            "the same with all of Oracle's cloud infrastructure": (
                self.ai_revenue_upper_bn,
                self.ai_as_of,
            ),
        }
        table = pd.DataFrame.from_dict(rows, orient="index", columns=["usd_bn", "as_of"])
        return table.rename_axis("figure")


def needed_revenue(
    projections: Mapping[str, Projection], trailing: Panel, disclosures: pd.DataFrame
) -> NeededRevenue:
    """Work out the revenue that depreciation asks for, of companies with accounts in dollars.

    Parameters
    ----------
    projections : mapping of str to Projection
        By company; those in other currencies are left out.
    trailing : Panel
        Trailing four quarters in dollars.
    disclosures : DataFrame
        The table ``disclosures``.

    Examples
    --------
    Depreciation that rises from 154 to 547 asks for 393 more revenue at the least, and for
    393 / 0.36 = 1,092 if 36 % of revenue is left in cash.
    """
    of_usd = {name: one for name, one in projections.items() if one.currency == "USD"}
    if not of_usd:
        nothing = float("nan")
        return NeededRevenue(0.0, 0.0, nothing, nothing, nothing, "", 0.0, 0.0, "")
    end_m = np.sum(
        [one.paths_m[:, one.da_m.index.get_loc(TEST_YEARS[-1])] for one in of_usd.values()], axis=0
    )
    base_bn = sum(one.base_da_m for one in of_usd.values()) / 1e3
    low, high = np.quantile(end_m, [0.05, 0.95]) / 1e3 - base_bn
    both = trailing.frame[["operating_cash_flow", "revenue"]].dropna()
    both = both[both.index.get_level_values("company").isin(list(of_usd))]
    sums = both.groupby("period").agg(["sum", "count"])
    newest = sums[sums[("revenue", "count")] == len(of_usd)].iloc[-1]
    printed = disclosures[disclosures["subject"].isin(list(of_usd))]
    rates = printed[printed["quantity"] == "ai_revenue_run_rate"]
    is_cloud = printed["quantity"] == "cloud_infrastructure_revenue_quarter"
    cloud = printed.loc[is_cloud, "value_usd_bn"].sum()
    return NeededRevenue(
        da_base_bn=base_bn,
        da_end_bn=sum(float(one.da_m["middle"][TEST_YEARS[-1]]) for one in of_usd.values()) / 1e3,
        extra_low_bn=float(low),
        extra_high_bn=float(high),
        cash_margin=float(newest[("operating_cash_flow", "sum")] / newest[("revenue", "sum")]),
        as_of=str(newest.name),
        ai_revenue_bn=float(rates["value_usd_bn"].sum()),
        ai_revenue_upper_bn=float(rates["value_usd_bn"].sum() + QUARTERS_OF_A_RATE * cloud),
        ai_as_of=f"{pd.Timestamp(rates['as_of_date'].max()):%Y-%m-%d}" if len(rates) else "",
    )
