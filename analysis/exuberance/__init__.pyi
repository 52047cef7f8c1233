from .bootstrap import wild_bootstrap_critical_values
from .critical_values import LEVELS, CriticalValues, NullDistribution, monte_carlo_critical_values
from .dating import DateStamps, Episode, date_stamps
from .detection_power import Power, power
from .exuberance_plots import plot_episodes, plot_exuberance, plot_power
from .exuberance_result import ExuberanceTest
from .lag_choice import choose_lags
from .preparation import defined_ratio, non_overlapping, seasonally_adjusted, trailing_sum
from .specification import Specification, feasible_lags, shortest_window, specify
from .stored import stored_critical_values
from .unit_root import adf, bsadf, gsadf, sadf
from .unsuitable import InfeasibleTestError, UnsuitableSeriesError

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
    "plot_episodes",
    "plot_exuberance",
    "plot_power",
    "power",
    "sadf",
    "seasonally_adjusted",
    "shortest_window",
    "specify",
    "stored_critical_values",
    "trailing_sum",
    "wild_bootstrap_critical_values",
]
