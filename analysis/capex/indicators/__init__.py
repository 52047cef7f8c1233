"""Indicators of a spending spree: capex intensity and coverage, scoreboard, explosiveness."""
