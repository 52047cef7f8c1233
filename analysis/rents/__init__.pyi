from .breaks.regimes import Breaks, find_breaks
from .forecasting.rent_backtest import Backtest, backtest
from .forecasting.rent_forecast import Forecast, forecast
from .index.quote_panel import RentPanel, rent_panel
from .index.rent_index import RentIndex, compare_methods, rent_index
from .index.rent_market import Market, published_series, rent_market
from .purchase.bridge import load_rent_forecast, project_risk, risk_by_contract, save_rent_forecast
from .purchase.by_date import last_priced_month, risk_by_purchase, server_price_by_month
from .quotes.comparable import comparable_quotes, monthly_series, select_quotes
from .trend.rent_unit_root import unit_root_tests
from .trend.slopes import Trend, compare_trends, log_linear_trend, mean_log_change

__all__ = [
    "Backtest",
    "Breaks",
    "Forecast",
    "Market",
    "RentIndex",
    "RentPanel",
    "Trend",
    "backtest",
    "comparable_quotes",
    "compare_methods",
    "compare_trends",
    "find_breaks",
    "forecast",
    "last_priced_month",
    "load_rent_forecast",
    "log_linear_trend",
    "mean_log_change",
    "monthly_series",
    "project_risk",
    "published_series",
    "rent_index",
    "rent_market",
    "rent_panel",
    "risk_by_contract",
    "risk_by_purchase",
    "save_rent_forecast",
    "select_quotes",
    "server_price_by_month",
    "unit_root_tests",
]
