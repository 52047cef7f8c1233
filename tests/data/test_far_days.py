"""Days on which an offer stands far from its own level."""

from __future__ import annotations

import pandas as pd

from analysis.data.far_days import ITEM, is_far_from_own_level


def test_of_two_quotes_of_a_day_only_the_wrong_one_is_far():
    """One of two on the third day is in yuan; the median of both is 2.7 times the level."""
    days = pd.to_datetime(
        ["2026-04-01", "2026-04-02", "2026-04-03", "2026-04-03", "2026-04-04", "2026-04-05"]
    )
    offer = dict.fromkeys(ITEM, "x") | {"currency": "USD", "quote_date": days}
    quotes = pd.DataFrame(offer | {"rent_per_gpu_hour": [2.5, 2.5, 2.5, 17.75, 2.5, 2.5]})
    far = is_far_from_own_level(quotes, factor=2.0)
    assert far.tolist() == [False, False, False, True, False, False]
