"""Forecasts of rents: forecast laws, predictive densities, scores, rolling-origin backtest."""
