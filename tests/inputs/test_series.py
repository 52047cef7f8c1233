"""Series that are not monthly, have gaps or are short are refused by the project's own errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.rents import find_breaks, forecast, log_linear_trend, unit_root_tests

VALUES = np.log(np.linspace(3.0, 2.0, 40)) + 0.01 * np.sin(np.arange(40.0))
MONTHS = pd.period_range("2023-01", periods=40, freq="M")
SERIES = {
    "numbers": pd.Series(VALUES),
    "days": pd.Series(VALUES, index=pd.date_range("2024-01-01", periods=40)),
    "quarters": pd.Series(VALUES, index=pd.period_range("2010Q1", periods=40, freq="Q")),
    "two months": pd.Series(VALUES, index=MONTHS)[:2],
}
GAP = pd.Series(VALUES, index=MONTHS).drop(MONTHS[7])
ASK: dict[str, Callable[[pd.Series], Any]] = {
    "breaks": find_breaks,
    "forecasts": lambda s: forecast(s, model="no_change", n_ahead=3, n_supported_months=3),
    "trends": log_linear_trend,
    "unit root tests": unit_root_tests,
}


@pytest.mark.parametrize("kind", SERIES)
@pytest.mark.parametrize("what", ASK)
def test_what_is_not_monthly_is_refused_with_the_months_needed(what: str, kind: str) -> None:
    if (what, kind) == ("breaks", "quarters"):
        find_breaks(SERIES[kind])  # whatever the length of a period is
        return
    with pytest.raises(AnalysisError, match=rf"{what} need \d+ months"):
        ASK[what](SERIES[kind])


@pytest.mark.parametrize("what", ["breaks", "forecasts", "unit root tests"])
def test_a_gap_is_named(what: str) -> None:
    with pytest.raises(AnalysisError, match="a gap after 2023-07"):
        ASK[what](GAP)
