"""Forecasts of rents: laws of all origins at once, predictive densities, scores, rolling-origin backtest."""
