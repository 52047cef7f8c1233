"""Unit root and stationarity tests (ADF, KPSS): random walk or trend-stationary?"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import InterpolationWarning, SingularMatrixWarning
from statsmodels.tsa.stattools import adfuller, kpss

from analysis.arrays import Floats
from analysis.rents.quotes.monthly import as_series, check_monthly
from analysis.rents.trend.slopes import default_lags, months_and_values
from analysis.rents.trend.unit_root_null import drawn_p_values

FEWEST_MONTHS = 12
STILL = 1e-9  # log points: less is no movement, but rounding

HYPOTHESES = {
    "ADF": ("unit root with drift", "trend-stationary"),
    "KPSS": ("trend-stationary", "unit root"),
}


def unit_root_tests(log_rents: pd.Series, *, level: float = 0.05) -> pd.DataFrame:
    """Test random walk against trend-stationary, from both sides.

    ADF: null a unit root with drift, alternative trend-stationary; lags by AIC. KPSS: null
    trend-stationary, alternative a unit root; automatic lags of Hobijn, Franses and Ooms (2004).
    p-values are shares of records of this length, drawn under the null and treated alike. Those of
    long records stand beside them: of MacKinnon (1994, 2010), and interpolated in the table of
    Kwiatkowski et al. (1992), known only to lie beyond 0.01 or 0.1 outside of it; in three years of
    months they reject what is true in 15 and 11 % instead of 5. Rents that do not move, lie on a
    line or move in too few months have nothing to test: statistics are missing then.

    Parameters
    ----------
    log_rents : Series
        Log rent by month, without gaps, `FEWEST_MONTHS` or more.
    level : float
        Level at which a null is called rejected.

    Returns
    -------
    DataFrame
        A row a test: null, alternative, statistic, p_value (drawn), p_value_asymptotic,
        asymptotic_is_bound, n_lags, is_rejected, untestable (why nothing is tested, else empty).

    Raises
    ------
    ValueError
        Too few months, or months with gaps.
    """
    series = as_series(log_rents, "unit root tests")
    check_monthly(series.dropna().sort_index(), FEWEST_MONTHS, "unit root tests")
    _, values = months_and_values(log_rents)
    untestable = _why_untestable(values)
    results: list[dict[str, float | bool]] = []
    if not untestable:
        try:
            results = _both_tests(values)
        except (SingularMatrixWarning, RuntimeWarning):
            untestable = _why_singular(values)
    table = pd.DataFrame(
        {
            "null": [null for null, _ in HYPOTHESES.values()],
            "alternative": [alternative for _, alternative in HYPOTHESES.values()],
        },
        index=pd.Index(HYPOTHESES, name="test"),
    )
    for column, missing in (
        ("statistic", np.nan),
        ("p_value", np.nan),
        ("p_value_asymptotic", np.nan),
        ("asymptotic_is_bound", False),
        ("n_lags", 0),
    ):
        table[column] = [found[column] for found in results] if results else missing
    return table.assign(is_rejected=table["p_value"] <= level, untestable=untestable)


def _why_untestable(values: Floats) -> str:
    if np.ptp(values) < STILL:
        return "does not move"
    time = np.arange(len(values))
    off_line = values - np.polyval(np.polyfit(time, values, 1), time)
    return "lies on a line" if np.ptp(off_line) < STILL else ""


def _why_singular(values: Floats) -> str:
    """Say why a regression leaves nothing to chance: still months, or a course without errors."""
    n_moves = int((np.abs(np.diff(values)) >= STILL).sum())
    still = 2 * n_moves < len(values)
    return "moves in too few months" if still else "follows a rule without chance"


def _both_tests(values: Floats) -> list[dict[str, float | bool]]:
    longest = min(default_lags(len(values)) + 2, len(values) // 2 - 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error", SingularMatrixWarning)
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("ignore", InterpolationWarning)
        adf = adfuller(values, regression="ct", autolag="AIC", maxlag=longest, result_object=True)
        other = kpss(values, regression="ct", nlags="auto", result_object=True)
    p_values = drawn_p_values(adf.statistic, other.statistic, n_months=len(values), longest=longest)
    is_bound = {"ADF": False, "KPSS": bool(other.pvalue <= 0.01 or other.pvalue >= 0.1)}
    return [
        {
            "statistic": result.statistic,
            "p_value": p_value,
            "p_value_asymptotic": result.pvalue,
            "asymptotic_is_bound": is_bound[name],
            "n_lags": result.lags,
        }
        for name, result, p_value in zip(HYPOTHESES, (adf, other), p_values, strict=True)
    ]


def read_unit_root_tests(tests: pd.DataFrame) -> str:
    """Say what the two tests say together.

    Parameters
    ----------
    tests : DataFrame
        As `unit_root_tests` returns it.

    Returns
    -------
    str
        ``random walk``, ``trend-stationary``, ``undecided: neither null is rejected`` or
        ``neither: both nulls are rejected``; ``does not move: not testable``, ``lies on a line:
        not testable``, ``moves in too few months: not testable`` or, of rents that alternate or lie
        on a parabola, ``follows a rule without chance: not testable``.
    """
    if why := tests["untestable"].iloc[0]:
        return f"{why}: not testable"
    adf, kpss_rejects = (bool(tests.loc[test, "is_rejected"]) for test in ("ADF", "KPSS"))
    return {
        (False, True): "random walk",
        (True, False): "trend-stationary",
        (False, False): "undecided: neither null is rejected",
        (True, True): "neither: both nulls are rejected",
    }[adf, kpss_rejects]
