"""Trends of rents: log-linear slopes, mean log-change, robust standard errors, unit roots."""
