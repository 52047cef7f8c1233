"""Paths of capital expenditure and profit to 2030: guidance, consensus growth, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from analysis.arrays import Floats
from analysis.capex.wave.wave_model import FIRST_QUARTER, WaveInput

Table = TypeVar("Table", pd.Series, pd.DataFrame)

LAST_YEAR = 2030
HORIZON = pd.period_range(FIRST_QUARTER, f"{LAST_YEAR}Q4", freq="Q")


class CapexScenario(BaseModel):
    """What happens after the plans.

    ``follows_plans``: 2026 as guided and 2027 as consensus lets it grow; otherwise capital
    expenditure stays at its last four quarters. ``growth_2027`` replaces the consensus growth, and
    ``growth_after`` is the growth of each later year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    follows_plans: bool = True
    growth_2027: float | None = Field(default=None, gt=-1.0)
    growth_after: float = Field(default=0.0, gt=-1.0)


SCENARIOS: Mapping[str, CapexScenario] = MappingProxyType(
    {
        "plans_then_growth": CapexScenario(
            label="plans to 2027, then 15 % a year", growth_after=0.15
        ),
        "plans_then_flat": CapexScenario(label="plans to 2027, then flat"),
        "cut_after_2026": CapexScenario(
            label="2026 as guided, then cut by 30 % and flat", growth_2027=-0.30
        ),
        "stays_at_last_year": CapexScenario(label="last four quarters kept", follows_plans=False),
    }
)


@dataclass(frozen=True)
class Plan:
    """What is expected of one company, in its currency.

    Parameters
    ----------
    capex_2026_m : float
        Whole of 2026.
    growth_2027 : float
        Of 2027 on 2026.
    basis : str
        Where both come from.
    """

    capex_2026_m: float
    growth_2027: float
    basis: str


def plans(inputs: Mapping[str, WaveInput], guidance: pd.DataFrame) -> dict[str, Plan]:
    """Read the newest company guidance for 2026 and the consensus growth of 2027.

    Guidance and consensus mean different things by capital expenditure, so the level is taken from
    the company, on its own definition, and only the growth from consensus (FactSet).

    Parameters
    ----------
    inputs : mapping of str to WaveInput
        Histories by company.
    guidance : DataFrame
        The table ``capex_guidance``.

    Returns
    -------
    dict of str to Plan
        Midpoints of ranges. Oracle guides a fiscal year that ends in May 2027: what it has not yet
        spent of it is spread evenly over the quarters left. Tencent gave a direction only: its
        second half of 2026 is taken to equal its first, and 2027 to equal 2026.
    """
    found = {}
    for name, company in inputs.items():
        own = guidance[
            (guidance["company"] == name)
            & (guidance["stated_by"] == "company")
            & guidance["period"].isin(["2026", "FY2027"])
            & guidance["value_low_bn"].notna()
        ].sort_values("stated_date")
        consensus = guidance[
            (guidance["company"] == name) & (guidance["source_id"] == "factset-2026-08")
        ].set_index("period")["value_low_bn"]
        growth = consensus["2027"] / consensus["2026"] - 1.0 if len(consensus) else 0.0
        spent = company.history["capex_m"].dropna()
        spent_2026 = spent[pd.PeriodIndex(spent.index).year == 2026]
        if own.empty:
            capex = spent_2026.sum() * 4 / len(spent_2026)
            basis = f"no figure guided: {len(spent_2026)} quarters of 2026 carried on; 2027 as 2026"
        else:
            newest = own.iloc[-1]
            guided = 1e3 * (newest["value_low_bn"] + newest["value_high_bn"]) / 2.0
            stated = f"guided {newest['stated_date']:%Y-%m-%d}"
            if newest["period"] == "2026":
                capex, basis = guided, stated
            else:
                in_fiscal_year = spent[spent.index >= pd.Period("2026Q3", "Q")]
                left = (guided - in_fiscal_year.sum()) / (4 - len(in_fiscal_year))
                capex = spent_2026.sum() + left * (4 - len(spent_2026))
                basis = f"fiscal 2027 {stated}, spread over its quarters"
            basis += f"; 2027 grows as consensus, {growth:+.0%}"
        found[name] = Plan(float(capex), float(growth), basis)
    return found


def capex_path(company: WaveInput, plan: Plan, scenario: CapexScenario) -> pd.Series:
    """Quarterly capital expenditure from 2018 to 2030.

    What is left of a year is spread evenly over its quarters that are not yet known.

    Parameters
    ----------
    company : WaveInput
        History.
    plan : Plan
        What is expected.
    scenario : CapexScenario
        What follows.

    Returns
    -------
    Series
        Indexed by calendar quarter, in million.
    """
    known = company.history["capex_m"]
    known = known.loc[: company.last_capex]
    path = known.reindex(HORIZON)
    if not scenario.follows_plans:
        return path.fillna(known.iloc[-4:].mean())
    amounts, years = path.to_numpy(float, copy=True), HORIZON.year
    growth_2027 = plan.growth_2027 if scenario.growth_2027 is None else scenario.growth_2027
    total = plan.capex_2026_m
    for year in range(2026, LAST_YEAR + 1):
        if year == 2027:
            total *= 1.0 + growth_2027
        elif year > 2027:
            total *= 1.0 + scenario.growth_after
        is_missing = (years == year) & np.isnan(amounts)
        left = max(total - np.nansum(amounts[years == year]), 0.0)
        amounts[is_missing] = left / max(is_missing.sum(), 1)
    return pd.Series(amounts, HORIZON, name=path.name)


class ProfitPath(BaseModel):
    """What happens to profit.

    ``growth`` per year applies to net income, or, with ``is_before_depreciation``, to net income
    before depreciation after tax, from which each year's depreciation after tax is then taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    growth: float = Field(default=0.0, gt=-1.0)
    is_before_depreciation: bool = False
    tax_rate: float = Field(default=0.17, ge=0.0, lt=1.0)

    def net_income(
        self,
        base_income: float | Floats,
        base_da: float | Floats,
        da_by_year: Table,
        base_year: int,
    ) -> Table:
        """Net income of each year.

        Parameters
        ----------
        base_income, base_da : float or ndarray, shape (k,)
            Net income and D&A of the base year.
        da_by_year : Series or DataFrame, shape (n,) or (n, k)
            Modeled D&A of later years, the index.
        base_year : int
            The base year.

        Examples
        --------
        >>> path = ProfitPath(label="flat before depreciation", is_before_depreciation=True)
        >>> path.net_income(100.0, 50.0, pd.Series({2027: 70.0}), 2025).round(1).to_dict()
        {2027: 83.4}
        """
        factor = (1.0 + self.growth) ** (np.asarray(da_by_year.index, float) - base_year)
        kept = 1.0 - self.tax_rate if self.is_before_depreciation else 0.0
        before = np.multiply.outer(factor, base_income + kept * base_da)
        return -kept * da_by_year + before


def profit_paths(growth: float = 0.12, tax_rate: float = 0.17) -> dict[str, ProfitPath]:
    """Flat and growing profit, before depreciation and after it.

    Net income that grows takes the rise of depreciation for granted: it assumes what is asked. So
    the test is on profit before depreciation, from which depreciation is then taken; the two paths
    of net income stand beside it.

    Parameters
    ----------
    growth : float
        Growth of profit, decimal per year. No consensus of profits was found in a
        source that may be cited, so this is an assumption to vary.
    tax_rate : float
        Tax saved on depreciation.
    """
    paths = {
        "flat": ProfitPath(label="net income flat"),
        "growing": ProfitPath(label=f"net income grows {growth:.0%} a year", growth=growth),
        "flat_before": ProfitPath(
            label="profit before depreciation flat", is_before_depreciation=True
        ),
        "growing_before": ProfitPath(
            label=f"profit before depreciation grows {growth:.0%} a year",
            growth=growth,
            is_before_depreciation=True,
        ),
    }
    return {name: path.model_copy(update={"tax_rate": tax_rate}) for name, path in paths.items()}
