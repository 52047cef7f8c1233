"""Errors of the tests: what a user can ask that has no answer."""

from __future__ import annotations

from analysis.errors import AnalysisError


class InfeasibleTestError(AnalysisError):
    """A window, a lag length or a horizon that leaves a regression too few rows."""


class UnsuitableSeriesError(AnalysisError):
    """A series that cannot be tested as it is: gaps, overlaps, undefined ratios, no variation."""
