"""Notebooks executed and published; the only writer of ``reports/``.

A notebook calls two functions of this package, one after its parameters and one at its end; one
that sums up others loads their results with a third.
"""

from analysis.reports.notebook.parameter_values import refuse_unknown_parameters
from analysis.reports.notebook.results import load_results, save_results

__all__ = ["load_results", "refuse_unknown_parameters", "save_results"]
