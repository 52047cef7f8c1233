"""Capital spending on compute: fundamentals, indicators, and the depreciation still to come.

==============================  ==============================================================
``load_fundamentals``           checked figures as discrete calendar quarters
``build_panel``                 companies side by side, on one basis of capital expenditure
``compute_indicators``          the indicators of a spending spree, with percentiles
``build_scoreboard``            United States against China, then and now
``check_article``               the article's figures recomputed
``wave_inputs``, ``backtest``   depreciation modelled by vintage, and tested on the past
``project``, ``profit_test``    D&A to 2030 with bands, and whether profit covers it
``what_it_bought``              chips, money and power
==============================  ==============================================================
"""

from analysis.capex.article.article_checks import ArticleCheck, check_article
from analysis.capex.article.averages import DefinitionSearch, search_growth, search_ratio
from analysis.capex.filings.companies import (
    CAPEX_BASES,
    CN_COMPANIES,
    COMPANIES,
    OPERATORS,
    US_COMPANIES,
    CapexBasis,
    Company,
    capex_basis,
)
from analysis.capex.filings.fundamentals import Fundamentals, load_fundamentals
from analysis.capex.filings.panel import Panel, build_panel
from analysis.capex.indicators.chips import Chips, what_it_bought
from analysis.capex.indicators.indicators import (
    INDICATORS,
    Indicator,
    IndicatorTable,
    compute_indicators,
)
from analysis.capex.indicators.net_income import usual_net_income
from analysis.capex.indicators.scoreboard import (
    Scoreboard,
    build_scoreboard,
    coverage,
    totals_by_definition,
)
from analysis.capex.wave.assumed import AssumedWave, WaveAssumptions
from analysis.capex.wave.life_changes import life_change_effects
from analysis.capex.wave.projection import (
    FittedDraws,
    Projection,
    draw_assumptions,
    fit_draws,
    profit_test,
    project,
    required_growth,
)
from analysis.capex.wave.scenarios import (
    HORIZON,
    SCENARIOS,
    CapexScenario,
    Plan,
    ProfitPath,
    capex_path,
    plans,
    profit_paths,
)
from analysis.capex.wave.vintages import depreciation_shares, schedules
from analysis.capex.wave.wave_backtest import Backtest, anchored, backtest, horizon_errors
from analysis.capex.wave.wave_model import (
    WAVE_COMPANIES,
    WaveFit,
    WaveInput,
    model_da,
    wave_inputs,
)

__all__ = [
    "CAPEX_BASES",
    "CN_COMPANIES",
    "COMPANIES",
    "HORIZON",
    "INDICATORS",
    "OPERATORS",
    "SCENARIOS",
    "US_COMPANIES",
    "WAVE_COMPANIES",
    "ArticleCheck",
    "AssumedWave",
    "Backtest",
    "CapexBasis",
    "CapexScenario",
    "Chips",
    "Company",
    "DefinitionSearch",
    "FittedDraws",
    "Fundamentals",
    "Indicator",
    "IndicatorTable",
    "Panel",
    "Plan",
    "ProfitPath",
    "Projection",
    "Scoreboard",
    "WaveAssumptions",
    "WaveFit",
    "WaveInput",
    "anchored",
    "backtest",
    "build_panel",
    "build_scoreboard",
    "capex_basis",
    "capex_path",
    "check_article",
    "compute_indicators",
    "coverage",
    "depreciation_shares",
    "draw_assumptions",
    "fit_draws",
    "horizon_errors",
    "life_change_effects",
    "load_fundamentals",
    "model_da",
    "plans",
    "profit_paths",
    "profit_test",
    "project",
    "required_growth",
    "schedules",
    "search_growth",
    "search_ratio",
    "totals_by_definition",
    "usual_net_income",
    "wave_inputs",
    "what_it_bought",
]
