"""Rent index of a market: panel of items by months, time-product dummy, Jevons, GEKS, splices."""
