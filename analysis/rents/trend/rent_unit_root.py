"""Random walk or trend-stationary? Asked from both sides, since the trend estimators need it."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from statsmodels.tools.sm_exceptions import InterpolationWarning
from statsmodels.tsa.stattools import adfuller, kpss

from analysis.rents.trend.slopes import default_lags, months_and_values


def unit_root_tests(log_rents: pd.Series, *, level: float = 0.05) -> pd.DataFrame:
    """Test random walk against trend-stationary, from both sides.

    ADF: null a unit root with drift, alternative trend-stationary; lags by AIC, p-value of
    MacKinnon (1994, 2010). KPSS: null trend-stationary, alternative a unit root; automatic lags of
    Hobijn, Franses and Ooms (2004), p-value interpolated in the table of Kwiatkowski et al. (1992)
    and known only to lie beyond 0.01 or 0.1 outside of it.

    Parameters
    ----------
    log_rents : Series
        Log rent by month, without gaps.
    level : float
        Level at which a null is called rejected.

    Returns
    -------
    DataFrame
        A row a test: null, alternative, statistic, p_value, p_value_is_bound, n_lags, is_rejected.
    """
    month, values = months_and_values(log_rents)
    if not np.allclose(np.diff(month), 1.0):
        raise ValueError("unit root tests need consecutive months")
    longest = default_lags(len(values)) + 2
    adf = adfuller(values, regression="ct", autolag="AIC", maxlag=longest, result_object=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InterpolationWarning)
        other = kpss(values, regression="ct", nlags="auto", result_object=True)
    table = pd.DataFrame(
        {
            "null": ["unit root with drift", "trend-stationary"],
            "alternative": ["trend-stationary", "unit root"],
            "statistic": [adf.statistic, other.statistic],
            "p_value": [adf.pvalue, other.pvalue],
            "p_value_is_bound": [False, other.pvalue <= 0.01 or other.pvalue >= 0.1],
            "n_lags": [adf.lags, other.lags],
        },
        index=pd.Index(["ADF", "KPSS"], name="test"),
    )
    table["is_rejected"] = table["p_value"] <= level
    return table


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
        ``neither: both nulls are rejected``.
    """
    adf, kpss_rejects = (bool(tests.loc[test, "is_rejected"]) for test in ("ADF", "KPSS"))
    return {
        (False, True): "random walk",
        (True, False): "trend-stationary",
        (False, False): "undecided: neither null is rejected",
        (True, True): "neither: both nulls are rejected",
    }[adf, kpss_rejects]
