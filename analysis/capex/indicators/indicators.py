"""The indicators of a spending spree, and where each stands in its company's own history.

A ratio whose denominator is not positive is undefined, not large; a ratio to a net income that one
quarter's revaluation or charge has moved is computed and flagged, and shown beside the ratio to a
net income with that quarter's margin put back to what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.capex.filings.panel import Frequency, Panel
from analysis.capex.indicators.net_income import FLAGS, gravity, usual_net_income

PERIODS_PER_YEAR: Mapping[Frequency, int] = MappingProxyType(
    {"quarter": 4, "ttm": 4, "year": 1, "fiscal_year": 1}
)


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Parameters
    ----------
    name : str
        Column it stands in.
    label : str
        What readers see.
    formula : str
        LaTeX.
    reads : tuple of str
        Columns of the panel that it is a ratio of.
    threshold : float or None
        The article's number, where it gives one.
    """

    name: str
    label: str
    formula: str
    reads: tuple[str, ...]
    threshold: float | None = None


INDICATORS: Mapping[str, Indicator] = MappingProxyType(
    {
        indicator.name: indicator
        for indicator in (
            Indicator(
                "capex_to_revenue",
                "capex / revenue",
                r"\frac{K_t}{R_t}",
                ("capex", "revenue"),
                threshold=0.15,
            ),
            Indicator(
                "capex_to_ocf",
                "capex / operating cash flow",
                r"\frac{K_t}{F_t}",
                ("capex", "operating_cash_flow"),
            ),
            Indicator(
                "da_to_net_income",
                "D&A / net income",
                r"\frac{D_t}{E_t}",
                ("depreciation_amortization", "net_income"),
            ),
            Indicator(
                "da_to_usual_net_income",
                "D&A / net income at its usual margin",
                r"\frac{D_t}{\tilde{E}_t}",
                ("depreciation_amortization", "net_income", "revenue"),
            ),
            Indicator(
                "capex_to_da",
                "capex / D&A",
                r"\frac{K_t}{D_t}",
                ("capex", "depreciation_amortization"),
            ),
            Indicator(
                "fcf_margin",
                "free cash flow margin",
                r"\frac{F_t - K_t}{R_t}",
                ("operating_cash_flow", "capex", "revenue"),
            ),
            Indicator(
                "capex_growth", "capex growth on the year", r"\frac{K_t}{K_{t-1y}} - 1", ("capex",)
            ),
            Indicator(
                "capex_to_ocf_five_years",
                "five years' capex / five years' operating cash flow",
                r"\frac{\sum_{5y} K}{\sum_{5y} F}",
                ("capex", "operating_cash_flow"),
            ),
        )
    }
)


@dataclass(frozen=True)
class IndicatorTable:
    """Indicators of a panel.

    Parameters
    ----------
    ratios : DataFrame
        Indexed by company and period, one column per indicator; decimals; missing where a figure
        is, or where the ratio is undefined.
    flags : DataFrame
        Same index: net_income_flag, empty or one of ``not positive``, ``swollen``, ``sunken``.
    panel : Panel
        What they were computed from.
    """

    ratios: pd.DataFrame
    flags: pd.DataFrame
    panel: Panel

    def wide(self, indicator: str) -> pd.DataFrame:
        """One indicator, periods by companies."""
        return self.ratios[indicator].dropna().unstack("company").sort_index()  # noqa: PD010

    def newest(self, indicator: str) -> pd.DataFrame:
        """Newest value of each company, with its date and its percentile in its own history.

        Returns
        -------
        DataFrame
            Indexed by company: period, value, percentile (share of its history that is not
            higher, itself included), n_history.
        """
        rows = {}
        for company, values in self.ratios[indicator].groupby("company"):
            known = values.droplevel("company").dropna()
            if len(known):
                rows[company] = {
                    "period": known.index[-1],
                    "value": known.iloc[-1],
                    "percentile": percentile_in(known.to_numpy(), known.iloc[-1]),
                    "n_history": len(known),
                }
        columns = ["period", "value", "percentile", "n_history"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("company")

    def __str__(self) -> str:
        """Newest values."""
        newest = {name: self.newest(name)["value"] for name in self.ratios.columns}
        return pd.DataFrame(newest).round(3).to_string()


def percentile_in(history: np.ndarray, value: float) -> float:
    """Share of a history that is not higher than a value.

    Examples
    --------
    >>> percentile_in(np.array([0.1, 0.2, 0.3, 0.4]), 0.3)
    0.75
    """
    return float(np.mean(history <= value))


def compute_indicators(panel: Panel, quarters: Panel | None = None) -> IndicatorTable:
    """Compute every indicator of a panel.

    Parameters
    ----------
    panel : Panel
        Any frequency.
    quarters : Panel, optional
        The quarterly panel of the same companies and currency, needed for the net income at its
        usual margin and for flags; without it both are missing.

    Returns
    -------
    IndicatorTable
        ``capex_growth`` compares with the same period a year before; ``capex_to_ocf_five_years``
        sums five years, all of which must be known. Ratios with a denominator that is not positive
        are missing.
    """
    frame = panel.frame
    capex, revenue = frame["capex"], frame["revenue"]
    cash_flow, da = frame["operating_cash_flow"], frame["depreciation_amortization"]
    lag = PERIODS_PER_YEAR[panel.frequency]
    usual, flags = _usual_net_income(panel, quarters)
    ratios = pd.DataFrame(
        {
            "capex_to_revenue": ratio(capex, revenue),
            "capex_to_ocf": ratio(capex, cash_flow),
            "da_to_net_income": ratio(da, frame["net_income"]),
            "da_to_usual_net_income": ratio(da, usual),
            "capex_to_da": ratio(capex, da),
            "fcf_margin": ratio(cash_flow - capex, revenue),
            "capex_growth": ratio(capex, _back(capex, lag)) - 1.0,
            "capex_to_ocf_five_years": ratio(
                _five_years(capex, panel.frequency), _five_years(cash_flow, panel.frequency)
            ),
        }
    )
    return IndicatorTable(ratios, flags.to_frame("net_income_flag"), panel)


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Divide, where the denominator is positive.

    Examples
    --------
    >>> ratio(pd.Series([1.0, 1.0]), pd.Series([4.0, -4.0])).tolist()
    [0.25, nan]
    """
    return numerator / denominator.where(denominator > 0)


def _usual_net_income(panel: Panel, quarters: Panel | None) -> tuple[pd.Series, pd.Series]:
    """Usual net income and flags, brought from quarters to the panel's periods."""
    index = panel.frame.index
    if quarters is None or panel.frequency == "fiscal_year":
        return pd.Series(np.nan, index, dtype=float), pd.Series("", index, dtype=object)
    incomes, revenues = quarters.wide("net_income"), quarters.wide("revenue")
    every = pd.period_range(incomes.index.min(), incomes.index.max(), freq="Q", name="period")
    incomes, revenues = (
        incomes.reindex(every),
        revenues.reindex(index=every, columns=incomes.columns),
    )
    by_company = {
        str(company): usual_net_income(income, revenues[company])
        for company, income in incomes.items()
    }
    usual = pd.DataFrame({company: one for company, (one, _) in by_company.items()})
    rank = pd.DataFrame({company: gravity(flags) for company, (_, flags) in by_company.items()})
    if panel.frequency == "year":
        usual, rank = usual.groupby(every.year).sum(min_count=4), rank.groupby(every.year).max()
    elif panel.frequency == "ttm":
        usual = usual.rolling(4, min_periods=4).sum()
        rank = rank.rolling(4, min_periods=1).max()
    gravest = pd.concat(dict(rank.items())).reindex(index, fill_value=0)
    return pd.concat(dict(usual.items())).reindex(index), gravest.map(dict(enumerate(FLAGS)))


def _back(series: pd.Series, lag: int) -> pd.Series:
    """Take the value so many periods before, by period and not by row."""
    assert isinstance(series.index, pd.MultiIndex)
    later = series.index.set_levels(list(series.index.levels[1] + lag), level=1)
    return series.set_axis(later).reindex(series.index)


def _five_years(series: pd.Series, frequency: Frequency) -> pd.Series:
    """Sum over the five years that end with a period; all must be known."""
    step = 4 if frequency == "ttm" else 1
    n_terms = 20 if frequency == "quarter" else 5
    terms = [series, *(_back(series, step * term) for term in range(1, n_terms))]
    return pd.concat(terms, axis=1).sum(axis=1, min_count=n_terms)
