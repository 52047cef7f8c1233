"""Many scenarios of one case at once: Monte Carlo, sensitivity and sweeps."""
