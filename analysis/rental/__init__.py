"""A GPU server as an investment.

>>> from analysis.rental import Assumptions, evaluate
>>> round(float(evaluate(Assumptions()).metrics.payback_source_years[0]), 2)
3.02
"""

from analysis.rental.assumptions import Assumptions
from analysis.rental.billing import convert_rent
from analysis.rental.evaluate import evaluate, measure
from analysis.rental.result import Metrics, RentalResult

__all__ = [
    "Assumptions",
    "Metrics",
    "RentalResult",
    "convert_rent",
    "evaluate",
    "measure",
]
