"""Quotes arranged as items by months, the form that every index is computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arguments import as_choice, refused
from analysis.arrays import Floats, Integers
from analysis.brief import Brief
from analysis.data.far_days import ITEM
from analysis.rents.index.estimators import bilateral_jevons
from analysis.rents.quotes.monthly import QuotesError

Fill = Literal["carry", "interpolate"]


@dataclass(frozen=True)
class RentPanel(Brief):
    """Log rents of items in consecutive months.

    Parameters
    ----------
    label : str
        What was selected, in words.
    months : PeriodIndex, length n_months
        Consecutive months.
    items : DataFrame, n_items rows
        What makes an item: provider, GPU variant, contract, source.
    log_rents : ndarray, shape (n_items, n_months)
        Median of the log rents of the item's quotes in a month, which single damaged days do not
        move; NaN without one.
    n_quotes : ndarray of int, shape (n_items, n_months)
        Quotes behind each cell.
    """

    label: str
    months: pd.PeriodIndex
    items: pd.DataFrame
    log_rents: Floats
    n_quotes: Integers

    def position(self, month: str | pd.Period) -> int:
        """Return the place of a month."""
        return month_position(self.months, month)

    @property
    def providers(self) -> NDArray[np.str_]:
        """Provider of each item, shape (n_items,)."""
        return self.items["provider"].to_numpy(dtype=str)

    def between(self, first: str | None = None, last: str | None = None) -> RentPanel:
        """Keep the months from `first` to `last`, both included, and the items seen in them."""
        keep = np.ones(len(self.months), dtype=bool)
        if first is not None:
            keep &= np.asarray(self.months >= pd.Period(first, "M"))
        if last is not None:
            keep &= np.asarray(self.months <= pd.Period(last, "M"))
        if not keep.any():
            raise QuotesError(f"{self.label}: no month between {first} and {last}")
        seen = np.flatnonzero(~np.isnan(self.log_rents[:, keep]).all(axis=1))
        return RentPanel(
            self.label,
            self.months[keep],
            self.items.loc[seen].reset_index(drop=True),
            self.log_rents[np.ix_(seen, keep)],
            self.n_quotes[np.ix_(seen, keep)],
        )

    def without(self, provider: str) -> RentPanel:
        """Leave one provider out."""
        keep = np.flatnonzero(self.providers != provider)
        return RentPanel(
            f"{self.label} without {provider}",
            self.months,
            self.items.loc[keep].reset_index(drop=True),
            self.log_rents[keep],
            self.n_quotes[keep],
        )

    def filled(
        self,
        how: Fill,
        *,
        longest_gap_months: int | None = None,
        seen_again: bool = True,
    ) -> RentPanel:
        """Fill the months in which an item was not captured, from its own captures alone.

        A rate card holds until it is changed, but archives see it only now and then. Without
        filling, a change that falls into a gap is lost to a chained index, and an item that drops
        out for a month moves a time-product dummy by what sets it apart.

        Parameters
        ----------
        how : {"carry", "interpolate"}
            Carry the last capture forward, which dates a change at the later capture; or spread
            the log change evenly over the gap.
        longest_gap_months : int, optional
            Fill no more than so many months after a capture; any number where not given.
        seen_again : bool
            Fill only up to an item's last capture. Without it the last capture is carried on as
            well, as someone would have to who does not know the future.

        Returns
        -------
        RentPanel
            `n_quotes` still counts captures only.
        """
        rows = pd.DataFrame(self.log_rents).T
        if how == "carry":
            filled = rows.ffill(limit=longest_gap_months)
        else:
            filled = rows.interpolate(limit=longest_gap_months, limit_area="inside")
        if seen_again or how == "interpolate":
            filled = filled.where(rows.bfill().notna())
        return replace(self, log_rents=filled.to_numpy(dtype=float).T)

    def counts(self) -> pd.DataFrame:
        """Count what stands behind each month.

        Returns
        -------
        DataFrame
            By month: quotes, items, providers, and items matched with the month before and with
            any other month.
        """
        observed = ~np.isnan(self.log_rents)
        _, matched = bilateral_jevons(self.log_rents)
        before = np.concatenate([[0.0], np.diagonal(matched, offset=1)])
        again = (observed.sum(axis=1) > 1)[:, None] & observed
        n_providers = pd.DataFrame(observed).groupby(self.providers).any().sum()
        return pd.DataFrame(
            {
                "n_quotes": self.n_quotes.sum(axis=0),
                "n_items": observed.sum(axis=0),
                "n_providers": n_providers.to_numpy(),
                "n_matched_with_month_before": before.astype(int),
                "n_matched_with_any_month": again.sum(axis=0),
            },
            index=self.months,
        )


def month_position(months: pd.PeriodIndex, month: str | pd.Period) -> int:
    """Return the place of a month among consecutive ones.

    Examples
    --------
    >>> month_position(pd.period_range("2024-01", "2024-06", freq="M"), "2024-03")
    2
    """
    place = pd.Period(month, "M").ordinal - months[0].ordinal
    if not 0 <= place < len(months):
        raise QuotesError(f"{month} is outside {months[0]} to {months[-1]}")
    return int(place)


def rent_panel(
    quotes: pd.DataFrame,
    *,
    label: str,
    by: Sequence[str] = ITEM,
    rent: str = "rent_usd_per_gpu_hour",
) -> RentPanel:
    """Arrange quotes as items by months.

    Parameters
    ----------
    quotes : DataFrame
        Quotes of one GPU and segment, as `comparable_quotes` returns them, already selected.
    label : str
        What was selected, in words.
    by : sequence of str
        Columns that make an item; ``provider`` must be one of them.
    rent : str
        Column of the rents, above zero.

    Returns
    -------
    RentPanel
        Months from the first to the last quote.

    Raises
    ------
    ValueError
        No quotes, or a rent that is not above zero.
    """
    if not isinstance(quotes, pd.DataFrame):
        raise refused("quotes", quotes, "a table as comparable_quotes returns it")
    for name in (rent, *by):
        as_choice("rent" if name == rent else "by", name, map(str, quotes))
    if quotes.empty:
        raise QuotesError(f"{label}: no quotes")
    if not (quotes[rent] > 0).all():
        raise QuotesError(f"{label}: {rent} must be above zero in every row")
    months = quotes["month"].dt.to_period("M")
    cells = quotes.assign(month=months, log_rent=np.log(quotes[rent]))
    grouped = cells.groupby([*by, "month"], sort=True)["log_rent"]
    span = pd.period_range(months.min(), months.max(), freq="M", name="month")
    log_rents = grouped.median().unstack("month").reindex(columns=span)  # noqa: PD010
    n_quotes = grouped.size().unstack("month").reindex(columns=span)  # noqa: PD010
    return RentPanel(
        label=label,
        months=span,
        items=log_rents.index.to_frame(index=False),
        log_rents=log_rents.to_numpy(dtype=float),
        n_quotes=n_quotes.fillna(0).to_numpy(dtype=np.int64),
    )
