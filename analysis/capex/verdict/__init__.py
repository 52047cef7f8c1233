"""Bubble verdict: declared indicators and thresholds, their score, its errors, and its record."""
