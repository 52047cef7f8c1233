"""Explosive or not: right-tailed unit root tests, their critical values and their power.

================================== ==========================================================
`adf`, `sadf`, `gsadf`, `bsadf`    the tests: over the sample, one stretch, any stretch, now
`date_stamps`                      when explosive stretches began and collapsed
`monte_carlo_critical_values`      critical values under a random walk
`wild_bootstrap_critical_values`   critical values from the series' own errors
`power`                            how often the tests find what is there
`specify`, `feasible_lags`         windows and lags that a length allows
`defined_ratio`, `trailing_sum`,   reported figures made fit for a test
`non_overlapping`,
`seasonally_adjusted`
================================== ==========================================================
"""

from analysis.exuberance.bootstrap import wild_bootstrap_critical_values
from analysis.exuberance.critical_values import (
    LEVELS,
    CriticalValues,
    NullDistribution,
    monte_carlo_critical_values,
)
from analysis.exuberance.dating import DateStamps, Episode, date_stamps
from analysis.exuberance.detection_power import Power, power
from analysis.exuberance.exuberance_result import ExuberanceTest
from analysis.exuberance.lag_choice import choose_lags
from analysis.exuberance.preparation import (
    defined_ratio,
    non_overlapping,
    seasonally_adjusted,
    trailing_sum,
)
from analysis.exuberance.specification import (
    Specification,
    feasible_lags,
    shortest_window,
    specify,
)
from analysis.exuberance.stored import stored_critical_values
from analysis.exuberance.unit_root import adf, bsadf, gsadf, sadf
from analysis.exuberance.unsuitable import InfeasibleTestError, UnsuitableSeriesError

__all__ = [
    "LEVELS",
    "CriticalValues",
    "DateStamps",
    "Episode",
    "ExuberanceTest",
    "InfeasibleTestError",
    "NullDistribution",
    "Power",
    "Specification",
    "UnsuitableSeriesError",
    "adf",
    "bsadf",
    "choose_lags",
    "date_stamps",
    "defined_ratio",
    "feasible_lags",
    "gsadf",
    "monte_carlo_critical_values",
    "non_overlapping",
    "power",
    "sadf",
    "seasonally_adjusted",
    "shortest_window",
    "specify",
    "stored_critical_values",
    "trailing_sum",
    "wild_bootstrap_critical_values",
]
