"""A GPU server as an investment.

>>> from analysis.rental import Assumptions, evaluate
>>> round(float(evaluate(Assumptions()).metrics.payback_source_years[0]), 2)
3.02
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.rental.engines.evaluation import evaluate, measure
    from analysis.rental.engines.measures import Metrics
    from analysis.rental.engines.result import RentalResult
    from analysis.rental.inputs.assumptions import Assumptions
    from analysis.rental.inputs.billing import convert_rent
    from analysis.rental.inputs.cases import case_names, load_case
    from analysis.rental.questions.inverse import Solution, solve

__all__ = [
    "Assumptions",
    "Metrics",
    "RentalResult",
    "Solution",
    "case_names",
    "convert_rent",
    "evaluate",
    "load_case",
    "measure",
    "solve",
]

_HOME = {
    "Assumptions": "assumptions",
    "Metrics": "measures",
    "RentalResult": "result",
    "Solution": "inverse",
    "case_names": "cases",
    "convert_rent": "billing",
    "evaluate": "evaluation",
    "load_case": "cases",
    "measure": "evaluation",
    "solve": "inverse",
}


def __getattr__(name: str) -> Any:
    """Import on first use: half a second of SymPy is not due for ``--help``."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
