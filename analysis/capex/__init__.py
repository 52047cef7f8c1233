"""Capital spending on compute: fundamentals, indicators, and the depreciation still to come.

==============================  ==============================================================
``load_fundamentals``           checked figures as discrete calendar quarters
``build_panel``                 companies side by side, on one basis of capital expenditure
``compute_indicators``          the indicators of a spending spree, with percentiles
``build_scoreboard``            United States against China, then and now
``article_figures``             the article's figures as filings give them
``wave_inputs``, ``backtest``   depreciation modeled by vintage, and tested on the past
``project``, ``profit_test``    D&A to 2030 with bands, and whether profit covers it
``what_it_bought``              chips, money and power
``verdict``                     is it a bubble: declared indicators, score, errors, record
==============================  ==============================================================
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
