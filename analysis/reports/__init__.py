"""Notebooks executed and published; the only writer of ``reports/``.

A notebook calls two functions of this package, one after its parameters and one at its end.
"""

from analysis.reports.parameters import refuse_unknown_parameters
from analysis.reports.results import save_results

__all__ = ["refuse_unknown_parameters", "save_results"]
