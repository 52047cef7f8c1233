"""Widths of a tornado from figures that have a source, and illustrative ones where none has."""

from __future__ import annotations

import pandas as pd

from analysis.rental.inputs.assumptions import Assumptions
from analysis.rental.questions.sensitivity.spans import Span

ILLUSTRATIVE = "illustrative: no figure found"


def sourced_widths(
    case: Assumptions,
    *,
    price_range: tuple[float, float],
    rent_range: tuple[float, float],
    decline_range: tuple[float, float],
    utilization_low: float,
) -> tuple[list[Span], pd.Series]:
    """Return how far each assumption has been seen from its value, and where that was seen.

    Parameters
    ----------
    case : Assumptions
        Its values are the middle; a range that does not hold a value is widened to it.
    price_range, rent_range : tuple of float
        Least and greatest quote over their middle, ratios: how far quotes are apart.
    decline_range : tuple of float
        Least and greatest decline of rent seen, decimals per year.
    utilization_low : float
        Lowest share of hours tried; illustrative.

    Returns
    -------
    spans : list of Span
        One an assumption that the case reads.
    basis : Series
        Basis by assumption.
    """
    rent = case.rent_cny_per_server_month
    assert rent is not None, "the case is billed by the server-month"
    ends = {
        "server_price_cny": (
            *(case.server_price_cny * ratio for ratio in price_range),
            "range of the last quote in China, server_facts",
        ),
        "rent_cny_per_server_month": (
            *(rent * ratio for ratio in rent_range),
            "quotes of the last two months, rent_quotes_cny",
        ),
        "rent_decline_per_year": (
            *decline_range,
            "list prices of specialized clouds, and quotes in China",
        ),
        "utilization": (utilization_low, 1.0, ILLUSTRATIVE),
    }
    if case.rent_path == "series":
        del ends["rent_decline_per_year"]
    spans, basis = [], {}
    for name, (low, high, where) in ends.items():
        value = getattr(case, name)
        spans.append(Span(name, min(low, value), max(high, value)))
        basis[name] = where
    return spans, pd.Series(basis, name="basis").rename_axis("assumption")
