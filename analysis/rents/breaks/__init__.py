"""Structural breaks: tests, dates, regimes."""
