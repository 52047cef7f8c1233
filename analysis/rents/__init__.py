"""How rents move: index, trend, breaks, forecast, backtest."""
