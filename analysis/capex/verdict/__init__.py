"""Is it a bubble? Declared indicators and thresholds, their score, its errors, and its record."""
