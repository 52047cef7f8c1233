"""Every quote there is, public and own, on one basis."""

from __future__ import annotations

import pandas as pd

from analysis.data import load, load_own
from analysis.data.own.store import OWN_SOURCE
from analysis.errors import DataError, Fault
from analysis.rents.quotes.comparable import comparable_quotes
from analysis.rents.quotes.conversion import (
    average_cny_per_usd,
    usd_per_unit_of,
)
from analysis.units import GPUS_PER_SERVER

OWN_SEGMENT = "own"


def gathered_quotes(*, segment: str = "", with_own_quotes: bool = False) -> pd.DataFrame:
    """Gather the public quotes, and the own ones where they are asked for.

    Parameters
    ----------
    segment : str
        Segment to be analyzed. ``own`` asks for own quotes, all of them whatever their segment.
    with_own_quotes : bool
        Set own quotes beside the public ones: they take part in the segment analyzed.

    Returns
    -------
    DataFrame
        As `comparable_quotes` returns them; the source of an own row begins with ``own:``.

    Raises
    ------
    DataError
        Own quotes are asked for and there are none.
    """
    public = [load("rent_quotes_usd"), load("rent_quotes_cny")]
    mine = load_own("quotes")
    is_wanted = with_own_quotes or segment == OWN_SEGMENT
    if is_wanted and mine.empty:
        expected = "own quotes: python -m analysis data add quotes FILE"
        raise DataError([Fault("data/own", None, None, "no own quotes", expected)])
    if is_wanted:
        public.append(mine.assign(segment=segment or OWN_SEGMENT))
    raw = pd.concat(public, ignore_index=True)
    return comparable_quotes(raw, load("fx"), load("gpu_specs"), usd_per_unit=load_own("fx"))


def own_in_words(quotes: pd.DataFrame) -> str:
    """Say which rows are own ones and from which files; nothing where there are none."""
    mine = quotes[quotes["source_id"].str.startswith(OWN_SOURCE)]
    if mine.empty:
        return ""
    files = ", ".join(sorted(mine["source_id"].str.removeprefix(OWN_SOURCE).unique()))
    return (
        f"{len(mine):,} of {len(quotes):,} quotes are own ones, from {files}: of "
        f"{', '.join(sorted(mine['provider'].unique())[:10])}. They are not published figures."
    )


def gathered_server_facts(*, with_own: bool = False) -> pd.DataFrame:
    """Gather the facts on servers, own server prices beside them as CNY for eight GPUs.

    Parameters
    ----------
    with_own : bool
        Set own server prices beside the public ones.

    Returns
    -------
    DataFrame
        In the columns of the raw table ``server_facts``.
    """
    public, mine = load("server_facts"), load_own("server-prices")
    if not with_own or mine.empty:
        return public
    dated = mine.assign(quote_date=mine["fact_date"], currency=mine["unit"].str[:3])
    cny_per_usd, _ = average_cny_per_usd(dated, load("fx"))
    usd_per_unit = usd_per_unit_of(dated, dated["currency"], cny_per_usd, load_own("fx"))
    cny_per_server = GPUS_PER_SERVER * usd_per_unit * cny_per_usd
    priced = mine.assign(
        value_low=mine["value_low"] * cny_per_server,
        value_high=mine["value_high"] * cny_per_server,
        unit="CNY",
    )
    return pd.concat([public, priced.reindex(columns=public.columns)], ignore_index=True)
