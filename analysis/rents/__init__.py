"""How rents move: index, trend, breaks, forecast, backtest, and what a buyer makes of it.

============  ============================================================================
``quotes``    raw quotes on one basis, each with what it may be used for; ``china``
``index``     a market's panel and index with draws; fall, trough and rebound
``trend``     log-linear slope, mean log-change, robust errors, unit roots
``breaks``    regimes, tests, dates
``forecasting`` forecast laws of all origins at once, scores, rolling-origin backtest
``purchase``  rent paths into the rental model, by date of purchase
``faces``     what the report shows
============  ============================================================================
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
