from .article.article_figures import article_figures
from .article.averages import DefinitionSearch, search_growth, search_ratio
from .filings.companies import (
    CAPEX_BASES,
    CN_COMPANIES,
    COMPANIES,
    NETWORK_OPERATORS,
    US_COMPANIES,
    CapexBasis,
    Company,
    capex_basis,
)
from .filings.fundamentals import Fundamentals, load_fundamentals
from .filings.panel import Panel, build_panel
from .indicators.chips import Chips, what_it_bought
from .indicators.indicators import INDICATORS, Indicator, IndicatorTable, compute_indicators
from .indicators.net_income import usual_net_income
from .indicators.scoreboard import Scoreboard, build_scoreboard, coverage
from .indicators.totals import growth_by_year, totals_by_definition
from .wave.assumed import AssumedWave, WaveAssumptions
from .wave.life_changes import life_change_effects
from .wave.projection import (
    FittedDraws,
    Projection,
    draw_assumptions,
    fit_draws,
    profit_test,
    project,
    required_growth,
)
from .wave.scenarios import (
    HORIZON,
    SCENARIOS,
    CapexScenario,
    Plan,
    ProfitPath,
    capex_path,
    plans,
    profit_paths,
)
from .wave.vintages import depreciation_shares, schedules
from .wave.wave_backtest import Backtest, anchored, backtest, horizon_errors
from .wave.wave_model import WAVE_COMPANIES, WaveFit, WaveInput, model_da, wave_inputs

__all__ = [
    "CAPEX_BASES",
    "CN_COMPANIES",
    "COMPANIES",
    "HORIZON",
    "INDICATORS",
    "NETWORK_OPERATORS",
    "SCENARIOS",
    "US_COMPANIES",
    "WAVE_COMPANIES",
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
    "article_figures",
    "backtest",
    "build_panel",
    "build_scoreboard",
    "capex_basis",
    "capex_path",
    "compute_indicators",
    "coverage",
    "depreciation_shares",
    "draw_assumptions",
    "fit_draws",
    "growth_by_year",
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
