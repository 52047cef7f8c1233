"""Which definition of "average" gives a printed average: a search over named definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.printed.interval import Interval, as_interval

AVERAGES: Mapping[str, Callable[[pd.Series], float]] = MappingProxyType(
    {
        "mean": lambda values: float(values.mean()),
        "median": lambda values: float(values.median()),
        "geometric mean": lambda values: float(np.exp(np.log1p(values).mean()) - 1.0),
    }
)


@dataclass(frozen=True)
class DefinitionSearch:
    """Every definition tried for one printed average.

    Parameters
    ----------
    printed : Interval
        What the printed average can stand for, decimals.
    tried : DataFrame
        One row per definition: measure, window, quantity, average, n, value, gap (value less
        the middle of what is printed), matches.
    """

    printed: Interval
    tried: pd.DataFrame

    @property
    def matching(self) -> pd.DataFrame:
        """Definitions that give the printed figure once rounded, the nearest first."""
        matching = self.tried[self.tried["matches"]]
        return matching.sort_values("gap", key=np.abs, ignore_index=True)

    def __str__(self) -> str:
        """Say which definitions give the figure, or the nearest that does not."""
        if len(self.matching):
            return f"{self.printed.middle:.1%} is given by\n{self.matching.to_string(index=False)}"
        nearest = self.tried.sort_values("gap", key=np.abs).iloc[0]
        return (
            f"none of {len(self.tried)} definitions gives {self.printed.middle:.1%}; nearest "
            f"{nearest['value']:.1%}: {nearest['average']} of {nearest['quantity']}, "
            f"{nearest['measure']}, {nearest['window']}"
        )


def search_growth(
    measures: Mapping[str, pd.Series], windows: Mapping[str, tuple[str, str]], printed: Interval
) -> DefinitionSearch:
    """Try every definition of average growth.

    Growth of a quarter on the quarter before, of a quarter on the same quarter a year before, of
    trailing four quarters on those a year before, and of a year on the year before; each averaged
    over the window by mean, median and geometric mean; and the compound yearly growth from the
    first to the last full year.

    Parameters
    ----------
    measures : mapping of str to Series
        Quarterly flows by name, indexed by calendar quarter without gaps; a window may be missing
        its first values.
    windows : mapping of str to tuple
        First and last quarter of each window, by name.
    printed : Interval
        What the printed average can stand for, decimals.

    Examples
    --------
    >>> quarters = pd.period_range("2017Q1", "2019Q4", freq="Q")
    >>> doubling = pd.Series(2.0 ** (np.arange(12) / 4), quarters)
    >>> printed = Interval(0.995, 1.005)
    >>> found = search_growth({"x": doubling}, {"w": ("2018Q1", "2019Q4")}, printed)
    >>> sorted(set(found.matching["quantity"]))[:2]
    ['compound yearly growth', 'four quarters on those a year before']
    """
    rows = []
    for (measure, flows), (window, (first, last)) in product(measures.items(), windows.items()):
        trailing = flows.rolling(4, min_periods=4).sum()
        ends = pd.period_range(first, last, freq="Q")
        year_ends = ends[3::4]
        kinds = {
            "quarter on the quarter before": (flows / flows.shift() - 1.0, ends),
            "quarter on the quarter a year before": (flows / flows.shift(4) - 1.0, ends),
            "four quarters on those a year before": (trailing / trailing.shift(4) - 1.0, ends),
            "year on the year before": (trailing / trailing.shift(4) - 1.0, year_ends),
        }
        for quantity, (growth, at) in kinds.items():
            known = growth.reindex(at).dropna()
            for name, average in AVERAGES.items():
                if len(known):
                    rows.append((measure, window, quantity, name, len(known), average(known)))
        totals = trailing.reindex(year_ends).dropna()
        if len(totals) > 1:
            compound = (totals.iloc[-1] / totals.iloc[0]) ** (1.0 / (len(totals) - 1)) - 1.0
            rows.append(
                (measure, window, "compound yearly growth", "first to last", len(totals), compound)
            )
    return _search(rows, printed)


def search_ratio(
    numerators: Mapping[str, pd.Series],
    denominator: pd.Series,
    windows: Mapping[str, tuple[str, str]],
    printed: Interval,
) -> DefinitionSearch:
    """Try every definition of an average ratio: of quarters, of years, and of the whole window.

    Parameters
    ----------
    numerators : mapping of str to Series
        Quarterly flows by name.
    denominator : Series
        Quarterly flows.
    windows : mapping of str to tuple
        First and last quarter of each window, by name.
    printed : Interval
        What the printed average can stand for, decimals.
    """
    rows = []
    for (measure, flows), (window, (first, last)) in product(numerators.items(), windows.items()):
        ends = pd.period_range(first, last, freq="Q")
        both = pd.DataFrame({"above": flows, "below": denominator}).reindex(ends).dropna()
        years = both.rolling(4, min_periods=4).sum().reindex(ends[3::4]).dropna()
        for quantity, table in {"quarterly ratio": both, "yearly ratio": years}.items():
            ratios = table["above"] / table["below"]
            for name in ("mean", "median"):
                if len(ratios):
                    rows.append(
                        (measure, window, quantity, name, len(ratios), AVERAGES[name](ratios))
                    )
        if len(both):
            whole = float(both["above"].sum() / both["below"].sum())
            rows.append((measure, window, "ratio of sums", "sum over sum", len(both), whole))
    return _search(rows, printed)


def _search(
    rows: list[tuple[str, str, str, str, int, float]], printed: Interval
) -> DefinitionSearch:
    tried = pd.DataFrame(rows, columns=["measure", "window", "quantity", "average", "n", "value"])
    matches = [printed.overlaps(as_interval(value)) for value in tried["value"]]
    return DefinitionSearch(
        printed, tried.assign(gap=tried["value"] - printed.middle, matches=matches)
    )
