"""Exchange rates: euro reference rates of the European Central Bank, crossed to CNY per USD.

The SDMX interface answers ``data/EXR/KEY?format=csvdata`` with one row a day and currency, columns
``CURRENCY``, ``TIME_PERIOD`` and ``OBS_VALUE`` (units of the currency for one euro) among others.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Final

import pandas as pd

from analysis.data.new_rows import Row
from analysis.refresh.client import SourceError
from analysis.refresh.connectors.connector import (
    Answers,
    Connector,
    Parsed,
    plain,
    read_table,
    source_row,
)

SOURCE: Final = "ecb-exr"
FEWEST_DAYS: Final = 55
"""Business days of a whole quarter: 60 to 66 of them, less holidays."""


def _addresses(base: str, since: date, today: date) -> list[str]:
    first = pd.Timestamp(since).to_period("Q").start_time.date()
    period = f"startPeriod={first}&endPeriod={today}"
    return [f"{base}/service/data/EXR/D.CNY+USD.EUR.SP00.A?{period}&format=csvdata"]


def _parse(answers: Answers, day: date) -> Parsed:
    """Average CNY per USD over each whole quarter that has ended."""
    rates: dict[str, dict[date, float]] = defaultdict(dict)
    for _, content in answers:
        for row in read_table(SOURCE, content, ("CURRENCY", "TIME_PERIOD", "OBS_VALUE")):
            if row["OBS_VALUE"] in ("", "NaN"):  # a holiday
                continue
            try:
                rates[row["CURRENCY"]][date.fromisoformat(row["TIME_PERIOD"])] = float(
                    row["OBS_VALUE"]
                )
            except ValueError:
                found = f"{row['TIME_PERIOD']!r}, {row['OBS_VALUE']!r}"
                raise SourceError(f"{SOURCE}: found {found}, expected a day and a rate") from None
    if missing := [code for code in ("CNY", "USD") if not rates[code]]:
        raise SourceError(f"{SOURCE}: no rates of {', '.join(missing)}")
    crossed = pd.Series(
        {
            each: rates["CNY"][each] / rates["USD"][each]
            for each in sorted(rates["CNY"].keys() & rates["USD"].keys())
        }
    )
    crossed.index = pd.DatetimeIndex(crossed.index)
    rows, left_out = [], []
    for quarter, values in crossed.groupby(crossed.index.to_period("Q")):
        end = quarter.end_time.date()
        is_whole = len(values) >= FEWEST_DAYS and values.index[-1].date() >= end - timedelta(5)
        if end >= day or not is_whole:
            left_out.append(f"{quarter}: {len(values)} days, not a whole quarter yet")
            continue
        rows.append(
            Row(
                {
                    "period": str(quarter),
                    "period_type": "quarter",
                    "period_start_date": str(quarter.start_time.date()),
                    "period_end_date": str(end),
                    "cny_per_usd": plain(float(values.mean())),
                    "source_id": "ecb-exr",
                    "place": "EXR, D.CNY+USD.EUR.SP00.A",
                    "kind": "derived",
                    "note": "mean of daily rates; two rates of the euro crossed",
                },
                ((end + timedelta(1), plain(float(values.mean()))),),
            )
        )
    source = source_row(
        "ecb-exr",
        day,
        title="Euro foreign exchange reference rates",
        publisher="European Central Bank",
        url="https://data-api.ecb.europa.eu/service/data/EXR",
        terms_of_use="free reuse if the source is named and figures are not altered",
        quality="primary",
        note="daily rates averaged and crossed by this project",
    )
    return Parsed("fx", tuple(rows), (source,), tuple(left_out))


ECB: Final = Connector(
    SOURCE,
    "fx",
    "https://data-api.ecb.europa.eu",
    ("text/csv", "application/vnd.sdmx.data+csv"),
    _addresses,
    _parse,
)
