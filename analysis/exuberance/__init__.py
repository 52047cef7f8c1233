"""Explosive or not: right-tailed unit root tests, their critical values and their power.

================================== ==========================================================
`adf`, `sadf`, `gsadf`, `bsadf`    the tests: over the sample, one stretch, any stretch, now
`date_stamps`                      when explosive stretches began and collapsed
`monte_carlo_critical_values`      critical values under a random walk
`wild_bootstrap_critical_values`   critical values from the series' own errors
`power`                            how often the tests find what is there
`plot_exuberance`, `plot_episodes` pictures of a test and of the stretches it dates
`specify`, `feasible_lags`         windows and lags that a length allows
`defined_ratio`, `trailing_sum`,   reported figures made fit for a test
`non_overlapping`,
`seasonally_adjusted`
================================== ==========================================================
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
