"""How rents move: index, trend, breaks, forecast, backtest, and what a buyer makes of it.

====================  ==========================================================
``quotes``            raw quotes on one basis, each with what it may be used for
``market``            one market: its panel, its index, the series to analyze
``panel``             quotes as items by months
``estimators``        time-product dummy, Jevons, GEKS, splices
``index``, ``swings`` an index with draws; fall, trough and rebound
``trend``             log-linear, mean log-change, robust; ``panel_trend``, ``unit_root``
``breaks``            regimes, tests, dates
``models``            forecast laws of all origins at once; ``forecast``, ``backtest``
``bridge``            rent paths into the rental model; ``purchase`` by date
``tables``, ``plots`` what the report shows; ``china``
====================  ==========================================================
"""
